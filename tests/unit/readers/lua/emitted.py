"""A method of an accessor and the script that it names: what each says that is done."""

from __future__ import annotations

from dataclasses import dataclass

from redisspec.ir.effects import effect
from redisspec.ir.flows import Value
from redisspec.ir.methods import Arg, Call, Checked, Const, Key, Method, Negated, Raw, Stored, Ttl
from redisspec.ir.methods import Encoded as Coded
from redisspec.ir.model import Keyspace
from redisspec.readers.lua import LuaCall, LuaScript, read_lua
from redisspec.readers.lua.replies import reply_types
from redisspec.readers.lua.script import Guard
from redisspec.readers.lua.values import FALSE, NIL, TRUE, element_of, is_number
from redisspec.source.text import SourceText

ANYTHING = object()
"""What is only known when the method is called."""

REPLIES = {
    "none": {"status", "text"},
    "bool": {"integer", "status", "nil"},
    "bit": {"integer"},
    "int": {"integer", "text", "nil"},
    "int_or_none": {"integer", "text", "nil"},
    "float_or_none": {"text", "nil"},
    "bools": {"array"},
    "added": {"integer"},
    "added_flag": {"integer"},
    "added_none": {"integer", "status"},
    "added_text": {"integer", "text"},
    "added_int_value": {"integer", "text", "nil"},
    "added_float": {"integer", "text", "nil"},
    "bounded": {"text", "nil", "array", "error"},
    "scored": {"array"},
}
"""Which replies each kind of method reads. `nil` is what GET after INCRBY may say, as far as one sees."""


@dataclass(frozen=True)
class Seen:
    """What a script does when one method calls it."""

    calls: tuple[LuaCall, ...]
    commands: tuple[str, ...]
    script: LuaScript
    argv: dict[int, object]

    def writes(self) -> set[str]:
        return {name for name in self.commands if "writes" in effect(name, None).actions}


def called_with(method: Method, keyspace: Keyspace) -> dict[int, object]:
    """ARGV as far as the method decides it; a spread argument ends what is known."""
    call = method.body if isinstance(method.body, Call) else method.body.call
    found: dict[int, object] = {}
    if call is None or Key() not in call.terms:
        return found
    single = {argument.name for argument in method.arguments if isinstance(argument.type, Stored)}
    place = 0
    for term in call.terms[call.terms.index(Key()) + 1 :]:
        place += 1
        match term:
            case Const(text):
                found[place] = str(text)
            case Ttl():
                found[place] = "0" if keyspace.lifetime.ttl_ms is None else "60000"
            case Arg() | Negated() | Raw() | Checked(spread=False):
                continue
            case Coded(name) if name in single or method.name == "set_many":
                continue
            case _:
                return found
    return found | dict.fromkeys(range(place + 1, 20))


def seen(text: str, method: Method, keyspace: Keyspace) -> Seen:
    """What the script does for this method: what its constants rule out is left out."""
    pattern = keyspace.pattern
    script = read_lua(SourceText(f"{method.script}.lua", text), [pattern, pattern])
    assert isinstance(script, LuaScript), script
    argv = called_with(method, keyspace)
    calls, commands = [], []
    for call in script.calls:
        if _never(call.guards, argv):
            continue
        name = call.command or _worth(call.named_by, argv)
        assert isinstance(name, str), f"{method.name} does not say which command ARGV names"
        calls.append(call)
        commands.append(name)
    return Seen(tuple(calls), tuple(commands), script, argv)


def faults(text: str, method: Method, keyspace: Keyspace) -> list[str]:
    """Where the script does something else than its method declares."""
    found = seen(text, method, keyspace)
    merges = method.name == "count_merged"
    said: list[str] = []
    keys = {(key.kind, key.index) for call in found.calls for key in call.keys}
    if keys != ({("declared", 1), ("declared", 2)} if merges else {("declared", 1)}):
        said.append(f"it touches {sorted(keys, key=str)}")
    if any(not call.keys for call in found.calls):
        said.append("it sends a command without a key")
    declared = {words[0] for words in method.commands}
    wanted = {name for name in declared if "writes" in effect(name, None).actions}
    if merges:
        wanted = {"SET", "PFMERGE", "PFCOUNT", "DEL"}  # on scratch keys of its own
    if found.writes() != wanted:
        said.append(f"it writes with {sorted(found.writes())}, and declares {sorted(wanted)}")
    said += _ttl_faults(found, method, keyspace)
    body = method.body if isinstance(method.body, Call) else method.body.call
    read = REPLIES.get(body.reply.kind) if body is not None else None
    if method.script != "read_and_renew":
        for reply in found.script.replies:
            if _never(reply.guards, found.argv):
                continue
            types = reply_types(reply.value) - {"error"}
            assert read is not None, body
            if not types <= read:
                said.append(f"it answers {sorted(types)}, and the method reads {sorted(read)}")
    return said


def _ttl_faults(found: Seen, method: Method, keyspace: Keyspace) -> list[str]:
    """A key that is created has a TTL in the same step: that of ARGV[1], where it is declared."""
    creates = [call for call in found.calls for one in call.effects if "creates" in one.actions]
    expires = [call for call in found.calls for one in call.effects if "expires" in one.actions]
    if keyspace.lifetime.ttl_ms is None:
        return ["it lets a key expire"] if expires and method.name != "count_merged" else []
    if method.name == "count_merged":
        bare = [call for call in creates if call not in expires and call.command != "PFMERGE"]
        return ["a scratch key has no TTL"] if bare else []
    said = [] if expires or not creates else ["it creates a key and gives it no TTL"]
    for call in expires:
        place = call.words.index(Value("constant", "PX")) + 1 if call.command == "SET" else 1
        if element_of(call.words[place]) != ("ARGV", 1):
            said.append("the TTL is not ARGV[1]")
    return said


# --- conditions, as far as constants decide them -----------------------------------


def _never(guards: tuple[Guard, ...], argv: dict[int, object]) -> bool:
    return any(_truth(guard.condition, argv) is (not guard.holds) for guard in guards)


def _truth(value: Value, argv: dict[int, object]) -> bool | None:
    worth = _worth(value, argv)
    return None if worth is ANYTHING else worth is not None and worth is not False


def _worth(value: Value, argv: dict[int, object]) -> object:
    place = element_of(value)
    if place is not None and place[0] == "ARGV" and place[1] is not None:
        return argv.get(place[1], ANYTHING)
    if value in (NIL, TRUE, FALSE):
        return {NIL: None, TRUE: True, FALSE: False}[value]
    if value.provenance == "constant":
        return float(value.text) if is_number(value) else value.text
    if value.provenance != "formatted":
        return ANYTHING
    parts = [_worth(part, argv) for part in value.parts]
    match value.text, parts:
        case "not", [one]:
            return ANYTHING if one is ANYTHING else one is None or one is False
        case "and", [one, other]:
            if one is ANYTHING:
                return False if other in (None, False) else ANYTHING
            return one if one in (None, False) else other
        case "or", [one, other]:
            if one is ANYTHING:
                return True if other not in (None, False, ANYTHING) else ANYTHING
            return other if one in (None, False) else one
    if ANYTHING in parts:
        return ANYTHING
    match value.text, parts:
        case "tonumber", [str() as text]:
            return float(text)
        case "==", [one, other]:
            return one == other
        case "~=", [one, other]:
            return one != other
        case ">", [float() as one, float() as other]:
            return one > other
        case "<", [float() as one, float() as other]:
            return one < other
    return ANYTHING
