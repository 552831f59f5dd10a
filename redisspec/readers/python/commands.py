"""From a method of redis-py and what it is given to a command: its words, its keys, its effects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from redisspec.ir.commands import lookup
from redisspec.ir.effects import effect
from redisspec.ir.flows import Effect, Value
from redisspec.readers.python.signatures import SIGNATURES
from redisspec.readers.python.symbols import Entries, Items, as_value, is_given
from redisspec.readers.python.values import constant

if TYPE_CHECKING:
    from redisspec.readers.python.symbols import Symbol
    from redisspec.source.span import Span

_COMMANDS: Final = {
    "delete": "DEL", "scan_iter": "SCAN", "hscan_iter": "HSCAN", "sscan_iter": "SSCAN",
    "zscan_iter": "ZSCAN", "substr": "GETRANGE", "incr": "INCR", "decr": "DECR",
    "xpending_range": "XPENDING",
}  # fmt: skip
_WITH_SUBCOMMAND: Final = ("xgroup_", "xinfo_", "script_", "config_", "client_", "acl_", "pubsub_",
                           "memory_", "function_", "latency_", "slowlog_", "module_", "command_")  # fmt: skip
_OLDER: Final = {
    # Methods of older releases and of other clients that are still in use.
    "hmset": "name mapping", "zadd": "name *values", "getset": "name value",
    "setnx": "name value", "setex": "name time value", "psetex": "name time_ms value",
    "hmget": "name keys *args", "hset": "name key value mapping items",
}  # fmt: skip
_KEYS: Final = frozenset(
    [
        "name",
        "key",
        "keys",
        "src",
        "dst",
        "source",
        "destination",
        "first_list",
        "second_list",
        "dest",
        "names",
        "sources",
        "key1",
        "key2",
        "streams",
    ]
)
_BESIDE_NAME: Final = frozenset(("name", "dest", "src", "dst"))
_LISTS: Final = frozenset(("first_list", "second_list"))
_SORTED: Final = frozenset(("name", "store"))
_DICTIONARIES: Final = frozenset(("mset", "msetnx", "msetex", "xread", "xreadgroup"))
_COUNTED: Final = frozenset(("eval", "eval_ro", "evalsha", "evalsha_ro", "fcall", "fcall_ro"))
_WORDS: Final = {
    "ex": "EX", "px": "PX", "exat": "EXAT", "pxat": "PXAT", "maxlen": "MAXLEN", "minid": "MINID",
    "limit": "LIMIT", "ifeq": "IFEQ",
}  # fmt: skip
_FLAGS: Final = frozenset(
    [
        "nx",
        "xx",
        "gt",
        "lt",
        "ch",
        "incr",
        "keepttl",
        "get",
        "replace",
        "nomkstream",
        "persist",
        "mkstream",
        "byscore",
        "bylex",
        "justid",
        "noack",
        "fnx",
        "fxx",
    ]
)
# What a caller may leave out is no condition: `set(key, value, xx=overwrite)` writes a new key too.
_CONDITIONS: Final = frozenset(("nx", "xx", "fnx", "fxx"))
_OPTIONS_FIRST: Final = frozenset(("zadd", "xadd", "geoadd", "hsetex"))
_NOT_AN_OPTION: Final = {"getset": "get", "sort": "get", "lpos": "maxlen"}


@dataclass(frozen=True, slots=True)
class Given:
    """An argument with its place in the source."""

    symbol: Symbol
    span: Span


@dataclass(frozen=True, slots=True)
class Understood:
    """A command as it was understood; `keys` are (value, span, role)."""

    command: str | None
    arguments: Mapping[str, Value]
    maybe: frozenset[str]
    keys: tuple[tuple[Value, Span, int], ...]
    keys_known: bool
    words: tuple[Value, ...]


def command_of(method: str) -> str:
    """The command that a method sends: `delete` DEL, `xgroup_create` XGROUP CREATE."""
    known = _COMMANDS.get(method)
    if known is not None:
        return known
    for prefix in _WITH_SUBCOMMAND:
        if method.startswith(prefix):
            return f"{prefix[:-1].upper()} {method[len(prefix) :].upper().replace('_', ' ')}"
    return method.upper()


def understand(
    method: str, positional: Sequence[Given], keywords: Mapping[str, Given], *, starred: bool
) -> Understood:
    """What a call sends. `starred` says that more may be given than is known (`*names`, `**options`)."""
    if method in ("execute_command", "immediate_execute_command", "pipeline_execute_command"):
        return _by_words(positional, starred)
    signature = _signature(method, len(positional))
    bound, rest_name, rest = _bind(signature, positional, keywords)
    command = command_of(method)
    if method in ("incr", "decr") and "amount" in bound:
        command += "BY"
    if method == "object" and "infotype" in bound:
        command = f"OBJECT {as_value(bound['infotype'].symbol).text.upper()}"
    arguments = {name: as_value(one.symbol) for name, one in bound.items()}
    maybe = frozenset(name for name, one in bound.items() if is_given(one.symbol) is None)
    if rest:
        arguments["*" + rest_name] = Value(
            "formatted", "()", tuple(as_value(one.symbol) for one in rest)
        )
    keys, known = _keys(method, command, signature, bound, rest_name, rest, starred)
    return Understood(command, arguments, maybe, keys, known, _words(method, bound, rest))


def _signature(method: str, given: int) -> list[str]:
    """The parameters' names. Before redis-py 3, `zadd` took scores and members in turns."""
    known = None if method == "zadd" and given > 2 else SIGNATURES.get(method)
    return (known or _OLDER.get(method) or "name").split()


def _by_words(positional: Sequence[Given], starred: bool) -> Understood:
    """`execute_command("ZADD", key, …)`: the words are the command's own."""
    from redisspec.readers.lua.keyspecs import key_places  # noqa: PLC0415 - few files need it

    values = [as_value(one.symbol) for one in positional]
    arguments = {"*args": Value("formatted", "()", tuple(values))}
    if not values or values[0].provenance != "constant":
        return Understood(None, arguments, frozenset(), (), False, ())
    name, *more = values[0].text.upper().split()
    words = [*(constant(word) for word in more), *values[1:]]
    spans = [*(positional[0].span for _ in more), *(one.span for one in positional[1:])]
    if words and words[0].provenance == "constant" and lookup(f"{name} {words[0].text}"):
        name = f"{name} {words[0].text.upper()}"
        words, spans = words[1:], spans[1:]
    known = lookup(name)
    if known is None:
        return Understood(name, arguments, frozenset(), (), False, tuple(words))
    places, whole = key_places(known, words, starred)
    keys = tuple((words[place], spans[place], role) for role, place in places)
    return Understood(name, arguments, frozenset(), keys, whole, tuple(words[1:]))


def _bind(
    signature: Sequence[str], positional: Sequence[Given], keywords: Mapping[str, Given]
) -> tuple[dict[str, Given], str, list[Given]]:
    bound: dict[str, Given] = {}
    rest: list[Given] = []
    rest_name = "args"
    names = iter(signature)
    for given in positional:
        name = "*" if rest else next(names, "*args")
        if name.startswith("*"):
            rest_name = name.lstrip("*") or rest_name
            rest.append(given)
        else:
            bound[name] = given
    bound.update(keywords)
    return (
        {name: given for name, given in bound.items() if is_given(given.symbol) is not False},
        rest_name,
        rest,
    )


def _keys(
    method: str,
    command: str,
    signature: Sequence[str],
    bound: Mapping[str, Given],
    rest_name: str,
    rest: Sequence[Given],
    starred: bool,
) -> tuple[tuple[tuple[Value, Span, int], ...], bool]:
    known = lookup(command)
    if (known is not None and not known.keys) or (method in ("watch", "unwatch") and not rest):
        return (), True
    if method in _COUNTED:
        return _counted(bound, rest, starred)
    if method in _DICTIONARIES:
        given = bound.get("mapping") or bound.get("streams")
        return _dictionary(given) if given is not None else ((), not starred)
    found: list[tuple[Value, Span, int]] = []
    whole = True
    role = 0
    names = [name.lstrip("*") for name in signature]
    wanted = _BESIDE_NAME if "name" in names and "dest" not in names else _KEYS
    if "first_list" in names:
        # Their `src` and `dest` are ends of lists.
        wanted = _LISTS
    if method == "sort":
        wanted = _SORTED
    for name in signature:
        plain = name.lstrip("*")
        if plain not in wanted and not (name.startswith("*") and _continues(method, plain)):
            continue
        if name.startswith("*"):
            found += ((as_value(one.symbol), one.span, max(role - 1, 0)) for one in rest)
            whole = whole and not starred
            continue
        given = bound.get(plain)
        if given is None:
            whole = whole and not starred
            continue
        if plain in ("keys", "sources"):
            keys, all_known = _listed(given, role)
            found += keys
            whole = whole and all_known
        else:
            found.append((as_value(given.symbol), given.span, role))
        role += 1
    return tuple(found), whole


def _continues(method: str, name: str) -> bool:
    """Whether the rest of the arguments are keys: `delete(*names)`, `mget(keys, *args)`."""
    if name in ("names", "sources"):
        return True
    return name in ("keys", "args") and method in (
        "mget", "sinter", "sunion", "sdiff", "sinterstore", "sunionstore", "sdiffstore", "bitop",
        "touch", "exists", "unlink", "delete", "lmpop", "blmpop",
    )  # fmt: skip


def _listed(given: Given, role: int) -> tuple[list[tuple[Value, Span, int]], bool]:
    if isinstance(given.symbol, Items):
        return (
            [(as_value(one), given.span, role) for one in given.symbol.items],
            not given.symbol.open,
        )
    if isinstance(given.symbol, Entries):
        # Keys with their weights.
        keys = given.symbol.keys.values()
        return [(key, given.span, role) for key in keys], not given.symbol.open
    value = as_value(given.symbol)
    return [(value, given.span, role)], value.provenance != "unknown"


def _dictionary(given: Given) -> tuple[tuple[tuple[Value, Span, int], ...], bool]:
    if not isinstance(given.symbol, Entries):
        # One key for many: it stands for every one of them.
        value = as_value(given.symbol)
        return ((Value("formatted", "keys of", (value,)), given.span, 0),), False
    keys = given.symbol.keys
    return tuple((key, given.span, 0) for key in keys.values()), not given.symbol.open


def _counted(
    bound: Mapping[str, Given], rest: Sequence[Given], starred: bool
) -> tuple[tuple[tuple[Value, Span, int], ...], bool]:
    count = as_value(bound["numkeys"].symbol) if "numkeys" in bound else None
    if count is None or count.provenance != "constant" or not count.text.isdigit():
        return (), False
    number = int(count.text)
    return (
        tuple((as_value(one.symbol), one.span, 0) for one in rest[:number]),
        len(rest) >= number and not starred,
    )


def _words(method: str, bound: Mapping[str, Given], rest: Sequence[Given]) -> tuple[Value, ...]:
    """The words after the key, options as the server spells them."""
    options: list[Value] = []
    others: list[Value] = []
    first = True
    for name, given in bound.items():
        value = as_value(given.symbol)
        if _NOT_AN_OPTION.get(method) != name:
            if name in _FLAGS:
                if name not in _CONDITIONS or is_given(given.symbol) is not None:
                    options.append(constant(name.upper()))
                continue
            if name in _WORDS:
                options += (constant(_WORDS[name]), value)
                continue
        if first and name in _KEYS:
            first = False
            continue
        others.append(value)
    others += (as_value(one.symbol) for one in rest)
    return (*options, *others) if method in _OPTIONS_FIRST else (*others, *options)


def effects_of(
    understood: Understood, patterns: Sequence[object], span: Span
) -> tuple[Effect, ...]:
    """One effect a key, or one without a key."""
    from redisspec.ir.keypattern import KeyPattern  # noqa: PLC0415 - a type for mypy, no cost

    name = understood.command
    if name is None:
        return ()
    if not understood.keys:
        found = effect(name, None, understood.words, span=span)
        return (found if understood.keys_known else replace(found, actions=found.actions),)
    return tuple(
        effect(
            name,
            pattern if isinstance(pattern, KeyPattern) else None,
            understood.words,
            position=role,
            span=span,
        )
        for (_, _, role), pattern in zip(understood.keys, patterns, strict=True)
    )
