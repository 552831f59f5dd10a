"""Operations with names drawn at random, in everything that a compiled operation may hold."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings

from redisspec.codegen.python.package import package_files
from redisspec.codegen.scripts import operation_script, scripts_module
from redisspec.ir.flows import Procedure, Sequence
from redisspec.ir.model import Operation
from redisspec.ir.program import Program
from redisspec.ir.types import ListOf, Maybe
from redisspec.operations.compiled import (
    ArgvTerm,
    CompiledOperation,
    Corrupt,
    Items,
    KeyUse,
    ListedOf,
    Plain,
    Raised,
    TtlOf,
    TupleOf,
    Value,
)
from redisspec.spec.names import ERROR_ATTRIBUTES
from tests.generated.compiled import written
from tests.generated.specs import specs
from tests.generated.test_hostile_specs import no_code_escapes, program_drawn


def of_everything(program: Program, operation: Operation) -> CompiledOperation:
    """The operation with its lists taken item by item, and with all that is declared in its answer."""
    params = operation.params
    lists = tuple(name for name, kind in params.items() if isinstance(kind, ListOf))
    argv: list[ArgvTerm] = []
    for name, kind in params.items():
        if isinstance(kind, ListOf):
            argv.append(Items(name, kind.item, exact=True))
        else:
            argv.append(Value(name, kind, exact=True, optional=isinstance(kind, Maybe)))
    plain = [space for space in program.keyspaces if not space.pattern.parameters]
    keys = tuple(KeyUse(space, (), ()) for space in plain)
    if lists:
        keys += tuple(KeyUse(space, (), lists[:2]) for space in plain[:1])
    attributes = tuple(
        (name, kind) for name, kind in params.items() if name not in ERROR_ATTRIBUTES
    )
    results = tuple(Plain(kind) for kind in params.values())
    return CompiledOperation(
        operation, "default", "return 0\n", keys, (*argv, *map(TtlOf, plain)),
        TupleOf((*results, ListedOf(TupleOf(results)))), True,
        (Raised("Refused", attributes), Raised("Gone"), Corrupt("'\"\\\n")),
        "never", Procedure(operation.name, Sequence(()), "never"),
    )  # fmt: skip


@given(specs(least_operations=1))
@settings(max_examples=15)
def test_whatever_the_names(text: str) -> None:
    program = program_drawn(text)
    # one error has the same attributes wherever it is raised
    made = (of_everything(program, program.operations[0]),)
    files = {
        path: source
        for path, source in package_files(program, made).items()
        if path.endswith(".py") and ("operations/" in path or path == "errors.py")
    }
    for path, source in files.items():
        no_code_escapes(path, source)
    clean(files)


def test_names_of_any_length() -> None:
    """Each is a constant beside its script's SHA-1, which only short ones leave room for."""
    scripts = [operation_script("a" * length, "return 0\n") for length in range(1, 64)]
    clean({"_scripts.py": scripts_module(scripts, "# by a test")})


def clean(files: dict[str, str]) -> None:
    """What ruff has nothing to say of."""
    with TemporaryDirectory() as folder:
        written(files, Path(folder))
        for command in (["format", "--diff"], ["check", "--output-format=concise"]):
            done = subprocess.run(
                [sys.executable, "-m", "ruff", *command, "--isolated", "--no-cache", folder],
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stdout + done.stderr
