"""What a program cannot be generated with, beyond its language: keys that meet, servers that lack, sections to come."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple, TypeAlias

from redisspec.diagnostics.diagnostic import Diagnostic, Related
from redisspec.ir.keypattern import KeyPattern, Literal
from redisspec.ir.model import AddedKey, Keyspace, Policy, PolicyKind, Server
from redisspec.ir.overlap import overlaps
from redisspec.ir.program import Program
from redisspec.source.span import Span
from redisspec.spec.engines import format_engine

Owner: TypeAlias = Keyspace | Policy | AddedKey


class Need(NamedTuple):
    """That a keyspace needs a command of its server: for `what` (a setting's name, or words)."""

    keyspace: Keyspace
    what: str
    command: str


SECTIONS: Final[dict[PolicyKind, str]] = {
    "cache": "caches",
    "rate_limit": "rate_limits",
    "lock": "locks",
    "session": "sessions",
    "queue": "queues",
    "channel": "channels",
    "idempotency": "idempotency",
}


GENERATED: Final[frozenset[PolicyKind]] = frozenset(
    ("cache", "rate_limit", "session", "idempotency", "lock")
)
"""The policies that this version generates (a test holds it equal to `patterns/` and `codegen/`)."""


def check(program: Program, added: Iterable[AddedKey] = ()) -> list[Diagnostic]:
    """RS703, RS003 and RS005 of a program, in the order of their places.

    `added` are the keys that its policies add, as `patterns/` says.
    """
    found = [
        *check_keys(program, added),
        *check_engine(program, needs_of_settings(program)),
        *check_generated(program),
    ]
    files = {file: place for place, file in enumerate(_files(found))}
    return sorted(found, key=lambda each: (files[each.span.file], *each.span[1:3], each.code))


def _files(found: Iterable[Diagnostic]) -> list[str]:
    return list(dict.fromkeys(each.span.file for each in found))


def check_keys(program: Program, added: Iterable[AddedKey] = ()) -> list[Diagnostic]:
    """RS703: two declarations of one server that can name one key, and keys that read two ways."""
    groups: dict[str, list[tuple[Owner, KeyPattern]]] = {}
    for keyspace in program.keyspaces:
        groups.setdefault(keyspace.server, []).append((keyspace, keyspace.pattern))
    for policy in program.policies:
        if policy.pattern is not None:
            groups.setdefault(policy.server, []).append((policy, policy.pattern))
    for each in added:
        groups.setdefault(each.server, []).append((each, each.pattern))
    found: list[Diagnostic] = []
    for group in groups.values():
        met = [
            (group[left][0], group[right][0], key)
            for left, right, key in overlaps([pattern for _, pattern in group])
        ]
        # Where two policies' own keys meet, the keys beside them do as well: that is told once.
        own = {
            (first.name, second.name)
            for first, second, _ in met
            if not isinstance(first, AddedKey) and not isinstance(second, AddedKey)
        }
        for first, second, key in met:
            added_too = isinstance(first, AddedKey) and isinstance(second, AddedKey)
            if not (added_too and (_owner_name(first), _owner_name(second)) in own):
                found.append(_overlap(first, second, key))
        for owner, pattern in group:
            # What is ambiguous in an added key is so in its owner's, and told there.
            if not isinstance(owner, AddedKey):
                found.extend(_ambiguity(owner, pattern))
    return found


def _overlap(first: Owner, second: Owner, key: str) -> Diagnostic:
    mine, other = _owner_name(second), _owner_name(first)
    return Diagnostic(
        "RS703",
        "key-overlap",
        f"{_called(second)} and {_called(first)} can name the same key, `{key}`: one would read, "
        "expire or delete what the other wrote",
        "error",
        _key_span(second),
        help=f"begin the key with a word of its own, such as `{mine}:`"
        if mine == other
        else f"begin one of the keys with a word of its own, such as `{mine}:` or `{other}:`",
        related=(Related(_key_span(first), f"the key of {_called(first)}"),),
    )


def _owner_name(owner: Owner) -> str:
    return owner.policy if isinstance(owner, AddedKey) else owner.name


def _called(owner: Owner) -> str:
    if isinstance(owner, AddedKey):
        return f"`{owner.policy}` (its {owner.name})"
    return f"`{owner.name}`"


def _ambiguity(owner: Owner, pattern: KeyPattern) -> Iterable[Diagnostic]:
    if sum(type(part) is not Literal for part in pattern.parts) < 2 or not _may_be_ambiguous(
        pattern
    ):
        return
    meeting = pattern.ambiguity()
    if meeting is None:
        return
    key, left, right = meeting
    yield Diagnostic(
        "RS703",
        "key-overlap",
        f"the key `{key}` has two readings: {_arguments(left)}, or {_arguments(right)}",
        "error",
        _key_span(owner),
        help="write a separator between the parameters that neither can contain, such as `:`",
    )


def _may_be_ambiguous(pattern: KeyPattern) -> bool:
    """Whether two parameters share a segment: `:` between them makes every reading one."""
    return any(
        sum(type(part) is not Literal for part in segment) > 1 for segment in pattern.segments()
    )


def _arguments(values: dict[str, str]) -> str:
    return " ".join(f"{name}={text!r}" for name, text in values.items())


def _key_span(owner: Owner) -> Span:
    return owner.span if isinstance(owner, AddedKey) else owner.spans.get("key", owner.span)


def needs_of_settings(program: Program) -> Iterable[Need]:
    """What the settings of keyspaces need by themselves."""
    for keyspace in program.keyspaces:
        if keyspace.module:
            yield Need(keyspace, "stored_as", "BF.ADD")
        if keyspace.field_ttl_ms is not None:
            yield Need(keyspace, "field_ttl", "HPEXPIRE")


def check_engine(program: Program, needs: Iterable[Need]) -> list[Diagnostic]:
    """RS003: a declaration that needs a command which its server's least version has not.

    `needs` are (keyspace, what, command); `what` names a setting of the keyspace, or says in
    words what the command is for.
    """
    found: list[Diagnostic] = []
    said: set[tuple[str, str]] = set()
    for need in needs:
        server = program.servers.get(need.keyspace.server)
        if server is None or (need.keyspace.name, need.what) in said:
            continue
        since = _since(need.command, server)
        if since is not None and server.version >= since:
            continue
        said.add((need.keyspace.name, need.what))
        found.append(_unsupported(need, server, since))
    return found


def _since(command: str, server: Server) -> tuple[int, int] | None:
    # The command table is large: a program that needs nothing special does not read it.
    from redisspec.ir.effects import since  # noqa: PLC0415 - see above

    version = since(command, server.engine)
    return None if version is None else (version[0], version[1])


def _unsupported(need: Need, server: Server, since: tuple[int, int] | None) -> Diagnostic:
    keyspace = need.keyspace
    written = need.what in keyspace.spans
    subject = f"`{need.what}`" if written else need.what
    target = format_engine(server.engine, server.version)
    if since is None:
        message = f"{subject} needs {need.command}, which no {server.engine} has"
        help_ = f"drop `{need.what}`" if written else "choose another structure"
    else:
        wanted = format_engine(server.engine, since)
        message = (
            f"{subject} needs {need.command}, which {server.engine} has from "
            f"{since[0]}.{since[1]} on; the target is `{target}`"
        )
        help_ = f"write `engine: {wanted}` where production runs it" + (
            f", or drop `{need.what}`" if written else ""
        )
    related = (
        (Related(server.spans.get("engine", server.span), f"the target is `{target}`"),)
        if server.span.file
        else ()
    )
    span = keyspace.spans.get(need.what, keyspace.spans.get("structure", keyspace.span))
    return Diagnostic(
        "RS003", "unsupported-by-server", message, "error", span, help=help_, related=related
    )


def check_generated(program: Program) -> list[Diagnostic]:
    """RS005: what this version reads and lints, and does not generate."""
    places: dict[str, list[Policy]] = {}
    for policy in program.policies:
        if policy.kind not in GENERATED:
            places.setdefault(SECTIONS[policy.kind], []).append(policy)
    found = [_near(policy) for policy in program.policies if "near" in policy.settings]
    return found + [
        Diagnostic(
            "RS005",
            "not-yet-generated",
            f"`{each.name}` is not generated: this version reads and lints `{section}`, and "
            "writes no code for them",
            "error",
            each.span,
            help=f"keep it for `lint`, and take it out of `{section}:` to generate",
        )
        for section, entries in places.items()
        for each in entries
    ]


def _near(policy: Policy) -> Diagnostic:
    return Diagnostic(
        "RS005",
        "not-yet-generated",
        f"`{policy.name}` has a `near` copy, which is not generated: this version reads and lints it, "
        "and generates the cache without it",
        "error",
        policy.spans.get("near", policy.span),
        help="keep it for `lint`, and take `near` out to generate",
    )
