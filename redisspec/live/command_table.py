"""Writes ir/commands/table.py from what a Redis and a Valkey say of themselves.

    python -m redisspec.live.command_table OUT redis://localhost:6379 redis://localhost:6380

The first server is the Redis, the second the Valkey: the newest of each that redisspec knows.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import redis

Version: TypeAlias = tuple[int, int, int]
KeySpec: TypeAlias = tuple[str, int | tuple[str, int], tuple[str | int, ...]]

KEPT_FLAGS = (
    "write", "readonly", "denyoom", "blocking", "noscript", "movablekeys", "admin", "pubsub",
    "fast", "allow_busy", "no_multi", "may_replicate",
)  # fmt: skip
"""The flags that say something to a client; the rest is a server's own business."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one server says of one command."""

    flags: tuple[str, ...]
    keys: tuple[KeySpec, ...]
    complexity: str
    since: Version
    options: Mapping[str, Version]


def ask(url: str) -> dict[str, Said]:
    """All commands of a server, subcommands that take keys among them ("OBJECT ENCODING")."""
    with redis.Redis.from_url(url, protocol=2) as client:
        # redis-py's callbacks shape the reply by their own idea; what the server says is wanted.
        client.response_callbacks.clear()
        call: Callable[..., object] = client.execute_command
        commands = _text(call("COMMAND"))
        docs = _mapping(_text(call("COMMAND", "DOCS")))
    found: dict[str, Said] = {}
    for entry in commands:
        about = _mapping(docs.get(entry[0], []))
        found[entry[0].upper()] = _said(entry, about)
        within = _mapping(about.get("subcommands", []))
        for sub in entry[9]:
            if sub[8]:
                name = sub[0].upper().replace("|", " ")
                found[name] = _said(sub, _mapping(within.get(sub[0], [])))
    return found


def render(redis_says: Mapping[str, Said], valkey_says: Mapping[str, Said]) -> str:
    """The module's text, in ruff's format; the same servers give the same text."""
    lines = [_HEADER]
    for name in sorted({*redis_says, *valkey_says}):
        ours, theirs = redis_says.get(name), valkey_says.get(name)
        said = ours or theirs
        if said is None:
            continue
        lines.append(f"    {_quoted(name)}: (\n")
        lines += (
            f"        {line},\n"
            for line in (
                _quoted(" ".join(flag for flag in KEPT_FLAGS if flag in said.flags)),
                _literal(said.keys),
                _quoted(said.complexity),
                _literal(ours.since if ours else None),
                _literal(theirs.since if theirs else None),
                _literal(_options(ours, theirs)),
            )
        )
        lines.append("    ),\n")
    lines.append("}\n")
    return "".join(lines)


def main(arguments: list[str]) -> int:
    """Asks both servers and writes the module."""
    if len(arguments) != 3:
        print("usage: python -m redisspec.live.command_table OUT REDIS_URL VALKEY_URL")
        return 2
    out, *urls = arguments
    Path(out).write_text(render(*map(ask, urls)), encoding="utf-8")
    return 0


_HEADER = '''"""What Redis and Valkey say of their commands. Written by redisspec/live/command_table.py."""

# Each row: flags, key specs, complexity, since in Redis, since in Valkey (whose numbers are
# Redis's up to 7.2), and the options that came later: (option, since in Redis, since in Valkey).
# fmt: off
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redisspec.ir.commands import Row

ROWS: dict[str, Row] = {
'''


def _options(ours: Said | None, theirs: Said | None) -> tuple[object, ...]:
    names = {*(ours.options if ours else ()), *(theirs.options if theirs else ())}
    return tuple(
        (
            name,
            ours.options.get(name) if ours else None,
            theirs.options.get(name) if theirs else None,
        )
        for name in sorted(names)
    )


def _said(entry: list[Any], about: Mapping[str, Any]) -> Said:
    since = _version(about.get("since", "1.0.0"))
    later: dict[str, Version] = {}
    for token, version in _tokens(about.get("arguments", []), since):
        # An option that stands in two places counts from the first that had it.
        later[token] = min(version, later.get(token, version))
    return Said(
        flags=tuple(entry[2]),
        keys=tuple(_key_spec(_mapping(spec)) for spec in entry[8]),
        complexity=about.get("complexity", ""),
        since=since,
        options={token: version for token, version in later.items() if version > since},
    )


def _tokens(arguments: Iterable[list[Any]], since: Version) -> Iterator[tuple[str, Version]]:
    """The words among the arguments with the version that brought each."""
    for raw in arguments:
        argument = _mapping(raw)
        version = max(since, _version(argument["since"])) if "since" in argument else since
        if argument.get("token"):
            yield argument["token"], version
        yield from _tokens(argument.get("arguments", []), version)


def _key_spec(spec: Mapping[str, Any]) -> KeySpec:
    begin, find = _mapping(spec["begin_search"]), _mapping(spec["find_keys"])
    start, span = _mapping(begin["spec"]), _mapping(find["spec"])
    place: int | tuple[str, int] = 0
    if begin["type"] == "index":
        place = start["index"]
    elif begin["type"] == "keyword":
        place = (start["keyword"], start["startfrom"])
    reach: tuple[str | int, ...] = ("unknown",)
    if find["type"] == "range":
        reach = ("range", span["lastkey"], span["keystep"], span["limit"])
    elif find["type"] == "keynum":
        reach = ("keynum", span["keynumidx"], span["firstkey"], span["keystep"])
    return " ".join(spec["flags"]), place, reach


def _text(reply: Any) -> Any:
    if isinstance(reply, bytes):
        return reply.decode()
    return [_text(item) for item in reply] if isinstance(reply, list) else reply


def _mapping(pairs: list[Any]) -> dict[str, Any]:
    return dict(zip(pairs[::2], pairs[1::2], strict=True))


def _version(text: str) -> Version:
    major, minor, patch, *_ = (*map(int, text.split(".")), 0, 0)
    return major, minor, patch


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _literal(value: object) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, tuple):
        inner = ", ".join(map(_literal, value))
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    return repr(value)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
