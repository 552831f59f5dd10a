"""The policies of a package: a class for each, sync and awaited, over the runtime's own of its kind."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from redisspec.codegen.python.policies import caches, idempotency, locks, rate_limits, session
from redisspec.codegen.python.policies.emitter import Emitter
from redisspec.codegen.python.recordclass import RecordClass
from redisspec.codegen.python.view import Mode
from redisspec.ir.model import PolicyKind
from redisspec.patterns.model import Lowered

SECTIONS: Final[dict[PolicyKind, Emitter]] = {
    "cache": caches.EMITTER,
    "rate_limit": rate_limits.EMITTER,
    "session": session.EMITTER,
    "idempotency": idempotency.EMITTER,
    "lock": locks.EMITTER,
}
"""How each kind is emitted; a kind is switched on here, in patterns/kinds.py and in spec/check.py."""

_MODES: Final[dict[Mode, str]] = {"sync": "", "aio": "aio/"}


def policy_files(policies: Iterable[Lowered], header: str) -> dict[str, str]:
    """The modules of a program's policies by path."""
    files: dict[str, str] = {}
    for each in policies:
        section = SECTIONS[each.policy.kind]
        for mode, above in _MODES.items():
            folder = f"{above}{section.folder}"
            doc = section.doc if mode == "sync" else f"{section.doc[:-1]}, awaited."
            files[f"{folder}/__init__.py"] = f'{header}\n"""{doc}"""\n'
            files[f"{folder}/{each.policy.name}.py"] = section.module(each, mode, header)
    return files


def own_runtime() -> frozenset[str]:
    """The files of the runtime that packages without some kind of policy go without."""
    return frozenset(file for section in SECTIONS.values() for file in section.runtime)


def runtime_of(policies: Iterable[Lowered]) -> frozenset[str]:
    """Those of them that these policies need."""
    kinds = {each.policy.kind for each in policies}
    return frozenset(file for kind in kinds for file in SECTIONS[kind].runtime)


def records_of(policy: Lowered) -> tuple[RecordClass, ...]:
    """The records that a policy holds."""
    return SECTIONS[policy.policy.kind].records(policy.policy)


def exports_of(policies: Iterable[Lowered]) -> dict[str, tuple[str, ...]]:
    """What the package exports of the runtime because of these policies: names by file."""
    found: dict[str, set[str]] = {}
    for kind in {each.policy.kind for each in policies}:
        for file, names in SECTIONS[kind].exports.items():
            found.setdefault(file, set()).update(names)
    return {file: tuple(sorted(names)) for file, names in sorted(found.items())}
