"""What the modules of operations are called, and what their classes are given."""

from __future__ import annotations

from redisspec.codegen.python.module import Module
from redisspec.codegen.python.view import Mode, accessor_class
from redisspec.ir.model import Keyspace, Operation
from redisspec.spec.names import class_name

DEPTHS: dict[Mode, int] = {"sync": 1, "aio": 2, "batch": 2}
LANES: dict[Mode, tuple[str, str]] = {
    "sync": ("lane", "Lane"),
    "aio": ("aio_lane", "AsyncLane"),
    "batch": ("batch", "BatchLane"),
}
MODES: dict[Mode, str] = {"sync": "", "aio": ", awaited", "batch": ", in a batch"}


def operation_class(operation: Operation) -> str:
    return f"{class_name(operation.name)}Operation"


def module_of(operation: Operation, keyspaces: tuple[Keyspace, ...], mode: Mode) -> Module:
    """The operation's module, in which nothing may hide a parameter."""
    taken = {*operation.params, *(keyspace.name for keyspace in keyspaces)}
    return Module(frozenset({*taken, operation_class(operation), "lane"}), DEPTHS[mode])


def distinct(keyspaces: list[Keyspace]) -> tuple[Keyspace, ...]:
    """Each keyspace once, in the order in which they come."""
    return tuple({keyspace.name: keyspace for keyspace in keyspaces}.values())


def accessor_type(module: Module, keyspace: Keyspace) -> str:
    """The class of a keyspace's accessor in the operation's own mode."""
    return module.use_type(f"..keyspaces.{keyspace.name}", accessor_class(keyspace))
