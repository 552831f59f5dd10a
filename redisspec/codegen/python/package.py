"""A program as its Python package: every file but the manifest."""

from __future__ import annotations

from redisspec import __version__
from redisspec.codegen.python.client import batch_text, client_text
from redisspec.codegen.python.layout import Group, docstring, lines, tidy
from redisspec.codegen.python.module import member_order
from redisspec.codegen.python.moulds import Moulds
from redisspec.codegen.python.operations import Made, operation_files
from redisspec.codegen.python.operations.errors import raised_by
from redisspec.codegen.python.policies import exports_of, own_runtime, policy_files, runtime_of
from redisspec.codegen.python.records import codecs_text, record_classes, types_text
from redisspec.codegen.python.values import text
from redisspec.codegen.scripts import scripts_module, template_script
from redisspec.ir.program import Program
from redisspec.operations import compile_operations
from redisspec.operations.compiled import CompiledOperation
from redisspec.patterns import lowered
from redisspec.resources import runtime_files
from redisspec.source.generated import MARK

ERRORS = (
    "ArithmeticFault",
    "BatchNotSent",
    "BoundExceeded",
    "CollectionFull",
    "ConfirmationError",
    "CrossSlotError",
    "DecodeError",
    "EncodeError",
    "KeyParameterError",
    "OperationError",
    "OutcomeUnknown",
    "RedisSpecError",
    "SettingsError",
    "Unavailable",
    "ValueTooLarge",
)
"""What a caller may want to catch: exported by the package."""


def header(program: Program) -> str:
    spec = program.files[0].replace("\\", "/").rsplit("/", 1)[-1] if program.files else "a spec"
    shown = "".join(letter if letter.isprintable() else "?" for letter in spec)
    return f"# {MARK} {__version__} from {shown} ({program.spec_hash[:16]}). Do not edit."


def operations_of(program: Program) -> tuple[Made, ...]:
    """The operations of a program without mistakes, compiled."""
    return compile_operations(program)[0]


def package_files(program: Program, made: tuple[Made, ...] | None = None) -> dict[str, str]:
    """{path: text}, in a fixed order; `made` are the operations where they are compiled already."""
    operations = operations_of(program) if made is None else made
    head = header(program)
    files: dict[str, str] = {}
    scripts: set[str] = set()
    clusters = (name for name, server in program.servers.items() if server.topology == "cluster")
    moulds = Moulds(head, frozenset(clusters))
    for keyspace in program.keyspaces:
        modules, wanted = moulds.modules(keyspace)
        files |= modules
        scripts |= wanted
    for folder, doc in (
        ("keyspaces", "One accessor a keyspace."),
        ("aio/keyspaces", "One awaited accessor a keyspace."),
        ("batch/keyspaces", "One accessor a keyspace, for batches."),
    ):
        files[f"{folder}/__init__.py"] = f'{head}\n"""{doc}"""\n'
    policies = lowered(program)
    files |= policy_files(policies, head)
    scripts |= {script for policy in policies for script in policy.scripts}
    files["types.py"] = types_text(program, head)
    files["_codecs.py"] = codecs_text(program, head)
    called, own = operation_files(operations, program.class_name, head)
    files |= called
    sent = (*(template_script(name) for name in sorted(scripts)), *own)
    files["_scripts.py"] = scripts_module(sent, head)
    files["client.py"] = client_text(program, operations, "sync", head)
    files["aio/__init__.py"] = client_text(program, operations, "aio", head)
    files["batch/__init__.py"] = batch_text(program, operations, head)
    files["__init__.py"] = _init(program, operations, head)
    files["py.typed"] = ""
    for script in sent:
        files[f"scripts/{script.path}.lua"] = script.text
    left_out = own_runtime() - runtime_of(policies)
    for path, source in runtime_files().items():
        if path in left_out:
            continue
        files[f"_runtime/{path}"] = f"{_runtime_header()}\n{source}"
    return dict(sorted(files.items()))


def _runtime_header() -> str:
    return f"# {MARK} {__version__}. Do not edit."


def _init(program: Program, operations: tuple[Made, ...], head: str) -> str:
    errors = list(raised_by(one for one in operations if isinstance(one, CompiledOperation)))
    records = sorted((one.name for one in record_classes(program)), key=member_order)
    own = exports_of(lowered(program))
    made = {name for names in own.values() for name in names}
    exported = sorted(
        {program.class_name, "UNCHANGED", "Pending", *ERRORS, *errors, *records, *made},
        key=member_order,
    )
    doc = f"The keyspaces of {program.name}: `{program.class_name}` is the client, `aio` its awaited twin."
    sources = [
        *sorted(
            [
                ("._runtime.batch", ["Pending"]),
                ("._runtime.errors", list(ERRORS)),
                ("._runtime.unchanged", ["UNCHANGED"]),
                *((f"._runtime.{file}", sorted(names)) for file, names in own.items()),
            ]
        ),
        (".client", [program.class_name]),
        (".errors", errors),
        (".types", records),
    ]
    imports: list[str] = []
    for source, names in sources:
        if names:
            one = f"from {source} import {', '.join(names)}"
            group = Group(f"from {source} import (", tuple(names), ")")
            imports += [one] if len(one) <= 88 else lines(group, 0)
    exports = Group("__all__ = [", tuple(text(name) for name in exported), "]")
    return tidy([head, "", *docstring(doc, 0), "", *imports, "", *lines(exports, 0)])
