"""The operations of a package: a class for each, in each mode, with what they share."""

from __future__ import annotations

from typing import TypeAlias

from redisspec.codegen.python.operations.calls import operation_text
from redisspec.codegen.python.operations.errors import errors_text
from redisspec.codegen.python.operations.pipelines import pipeline_text
from redisspec.codegen.python.operations.records import records_text
from redisspec.codegen.python.view import Mode
from redisspec.codegen.scripts import ScriptFile, operation_script
from redisspec.operations.compiled import CompiledOperation, PipelineOperation

Made: TypeAlias = CompiledOperation | PipelineOperation

_FOLDERS: dict[Mode, tuple[str, str]] = {
    "sync": ("operations", "One class an operation."),
    "aio": ("aio/operations", "One awaited class an operation."),
    "batch": ("batch/operations", "One class an operation, for batches."),
}


def operation_files(
    operations: tuple[Made, ...], client: str, header: str
) -> tuple[dict[str, str], tuple[ScriptFile, ...]]:
    """The modules of a program's operations by path, and their scripts; nothing where there are none.

    `client` is the name of the package's class.
    """
    if not operations:
        return {}, ()
    files: dict[str, str] = {}
    for mode, (folder, doc) in _FOLDERS.items():
        files[f"{folder}/__init__.py"] = f'{header}\n"""{doc}"""\n'
        for one in operations:
            files[f"{folder}/{one.operation.name}.py"] = (
                operation_text(one, mode, header)
                if isinstance(one, CompiledOperation)
                else pipeline_text(one, client, mode, header)
            )
    scripted = [one for one in operations if isinstance(one, CompiledOperation)]
    shared = {
        "errors.py": errors_text(scripted, header),
        "_records.py": records_text(scripted, header),
    }
    files |= {path: text for path, text in shared.items() if text is not None}
    return files, tuple(operation_script(one.operation.name, one.lua) for one in scripted)
