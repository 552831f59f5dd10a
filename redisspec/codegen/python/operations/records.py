"""`_records.py`: how the records and entries that operations answer with are read."""

from __future__ import annotations

from collections.abc import Iterable

from redisspec.codegen.python.accessor import decode_entry, decode_record
from redisspec.codegen.python.module import Module
from redisspec.codegen.python.operations.names import distinct
from redisspec.codegen.python.operations.results import keyspaces_read, reader_name
from redisspec.codegen.python.view import View, record_class
from redisspec.ir.model import Keyspace
from redisspec.operations.compiled import CompiledOperation


def records_text(operations: Iterable[CompiledOperation], header: str) -> str | None:
    """The module; None where no operation answers with a record."""
    found = distinct([keyspace for one in operations for keyspace in keyspaces_read(one.result)])
    if not found:
        return None
    module = Module(frozenset({reader_name(keyspace) for keyspace in found}))
    body = [line for keyspace in found for line in _reader(module, keyspace)]
    return module.text(header, "How the replies of operations hold records.", body)


def _reader(module: Module, keyspace: Keyspace) -> list[str]:
    # A class has no underscore: `_Order_sku` is that of no other keyspace's field.
    view = View(keyspace, (), "sync", module, (), scope=record_class(keyspace))
    emit = decode_entry if keyspace.structure == "stream" else decode_record
    function = emit(view, reader_name(keyspace))
    support = [line for text in view.constants.values() for line in text]
    return [*support, "", "", *function, "", ""]
