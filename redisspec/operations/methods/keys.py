"""The methods of every key: delete, exists, ttl, touch."""

from __future__ import annotations

from redisspec.operations.methods import common
from redisspec.operations.methods.common import Methods
from redisspec.operations.methods.plain import plain
from redisspec.operations.translate.calls import BoundCall
from redisspec.operations.translate.state import Translator
from redisspec.operations.translate.values import Ex
from redisspec.operations.types import Bool


def delete(t: Translator, call: BoundCall) -> Ex:
    if call.keyspace.name in t.facts.reckoned:
        counter_gone(t, call)
    return _whether(t, call, common.command("UNLINK", call.key))


def counter_gone(t: Translator, call: BoundCall) -> None:
    """A counter that is deleted counts from 0 again, also for the rest of this script."""
    t.latest.pop(call.keyspace.name, None)
    if call.keyspace.name in t.facts.shared:
        t.code(f"{t.helper('counts')}[{call.key}] = 0")
    elif call.keyspace.name in t.cells:
        t.code(f"{t.cells[call.keyspace.name]} = 0")
    else:
        t.facts.shared.add(call.keyspace.name)


def touch(t: Translator, call: BoundCall) -> Ex:
    return _whether(t, call, common.command("PEXPIRE", call.key, common.ttl(t, call)))


def _whether(t: Translator, call: BoundCall, lua: str) -> Ex:
    """The command's answer is whether there was a key."""
    if not call.used:
        common.write(t, call, lua)
        return common.NOTHING
    wanted = f"{call.keyspace.name}_was_there"
    if common.asks(t, call):
        name = common.read(t, call, wanted, f"{common.command('EXISTS', call.key)} == 1")
        common.write(t, call, lua)
        return Ex(name, Bool())
    return Ex(common.answered(t, call, wanted, f"{lua} == 1", asks=True), Bool())


METHODS: Methods = {"delete": delete, "touch": touch, "exists": plain, "ttl": plain}
