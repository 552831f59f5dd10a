"""What a kind of policy brings to the emission of a package."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from redisspec.codegen.python.recordclass import RecordClass
from redisspec.codegen.python.view import Mode
from redisspec.ir.model import Policy
from redisspec.patterns.model import Lowered


def _no_records(policy: Policy) -> tuple[RecordClass, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Emitter:
    """How the policies of one kind become modules.

    `folder` is their section of the spec, and the folder of their modules; `doc` says in a sentence
    what stands there. `module` gives the text of one policy's module, in the mode `sync` or `aio`,
    below the header: it has the class `policy_class(kind, name)`, made of a lane and a prefix.
    `runtime` are the files of redisspec/runtime that only this kind (or kinds that name them too)
    needs; `exports` the names that the package exports from these, by file. `records` are the
    records that a policy holds.
    """

    folder: str
    doc: str
    module: Callable[[Lowered, Mode, str], str]
    runtime: tuple[str, ...]
    exports: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    records: Callable[[Policy], tuple[RecordClass, ...]] = _no_records
