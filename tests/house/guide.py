"""The method tables of docs/package.md, from the structures and from what is generated for the page's own spec."""

import ast
import re
from collections.abc import Iterable
from pathlib import Path

from redisspec.codegen import generate
from redisspec.ir.model import Keyspace
from redisspec.ir.program import Program
from redisspec.spec.load import load_spec
from redisspec.structures import methods
from redisspec.structures.common import key_methods
from redisspec.structures.procedures import procedures

_TABLE = re.compile(r"(?P<open><!-- methods: (?P<name>\w+) -->\n).*?(?P<close><!-- end -->)", re.S)
_HEAD = (
    "| method | what it does | what reaches the server | repeated |\n| --- | --- | --- | --- |\n"
)


def filled(page: str, spec: Path) -> str:
    """The page with each `<!-- methods: keyspace -->` region made anew; `every` is what all of them have."""
    program = load_spec(spec).program
    assert program is not None
    keyspaces = {keyspace.name: keyspace for keyspace in program.keyspaces}
    files = generate(program)

    def table(found: re.Match[str]) -> str:
        every = found["name"] == "every"
        keyspace = program.keyspaces[0] if every else keyspaces[found["name"]]
        rows = _rows(keyspace, files[f"keyspaces/{keyspace.name}.py"], every=every)
        return found["open"] + _HEAD + "".join(rows) + found["close"]

    return _TABLE.sub(table, page)


def shown_structures(page: str, spec: Path) -> set[tuple[str, bool]]:
    """Which structures the page has a table of; a hash of fields and a map are two."""
    program: Program | None = load_spec(spec).program
    assert program is not None
    named = {found["name"] for found in _TABLE.finditer(page)}
    return {(k.structure, k.map_key is not None) for k in program.keyspaces if k.name in named}


def _rows(keyspace: Keyspace, module: str, *, every: bool) -> Iterable[str]:
    signatures = _signatures(module)
    shared = {method.name for method in key_methods(keyspace)}
    found = methods(keyspace)
    for method, procedure in zip(found, procedures(keyspace, found), strict=True):
        if (method.name in shared) is every:
            steps = " ".join(dict.fromkeys(f"`{words[0]}`" for words in method.commands))
            if method.script:
                steps = f"script: {steps}" if steps else "script"
            doc = " ".join(method.doc.split()).replace("|", r"\|")
            again = {"safe": "yes", "token": "by its id", "never": "no"}[procedure.retry]
            yield f"| `{signatures[method.name]}` | {doc} | {steps} | {again} |\n"


def _signatures(module: str) -> dict[str, str]:
    """`get(product_id) -> Product | None` by name, as generated."""
    (accessor,) = (node for node in ast.parse(module).body if isinstance(node, ast.ClassDef))
    found = {}
    for node in accessor.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            arguments = ", ".join(_arguments(node.args))
            returned = "" if node.returns is None else f" -> {ast.unparse(node.returns)}"
            found[node.name] = f"{node.name}({arguments}){returned}".replace("|", r"\|")
    return found


def _arguments(taken: ast.arguments) -> Iterable[str]:
    positional = taken.args[1:]
    required = len(positional) - len(taken.defaults)
    for index, argument in enumerate(positional):
        default = taken.defaults[index - required] if index >= required else None
        yield argument.arg + ("" if default is None else f"={ast.unparse(default)}")
    if taken.vararg:
        yield f"*{taken.vararg.arg}"
    elif taken.kwonlyargs:
        yield "*"
    for argument, given in zip(taken.kwonlyargs, taken.kw_defaults, strict=True):
        yield argument.arg + ("" if given is None else f"={ast.unparse(given)}")
