"""What a spec says of the keys that other code makes: which declaration they belong to, and what it promises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from redisspec.ir.keypattern import Hole, KeyPattern, Parameter
from redisspec.ir.keypattern import Literal as Text
from redisspec.lint.declarations import declarations, noun

if TYPE_CHECKING:
    from redisspec.ir.model import Keyspace, Policy
    from redisspec.ir.program import Program
    from redisspec.source.span import Span

_HOLE = "\0"
_SEPARATORS = re.compile(r"[./|]|__")


@dataclass(frozen=True, slots=True)
class Declared:
    """A declaration, as far as other code that uses its keys is judged by it.

    `structure` is None where the declaration is a policy: what it stores is its own affair. `ttl_ms` is
    None where its keys stay, or where nothing is said of it.
    """

    name: str
    noun: str
    pattern: KeyPattern
    structure: str | None
    ttl_ms: int | None
    max_items: int | None
    span: Span


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a spec says of a key. `declared` is the declaration that it belongs to.

    `none` says that no declaration can have it; where that is so although the key begins with the spec's
    own namespace, `inside` is set, and `near` is what it may have been meant to be.
    """

    declared: Declared | None = None
    none: bool = False
    inside: bool = False
    near: Declared | None = None


@dataclass(frozen=True, slots=True)
class _Spec:
    """A program as a key of a table: two are the same if they are the same object."""

    program: Program

    def __hash__(self) -> int:
        return id(self.program)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Spec) and other.program is self.program


def judged(program: Program | None, pattern: KeyPattern) -> Verdict:
    """What the spec says of a key of another program's; nothing where there is no spec."""
    return Verdict() if program is None else _judged(_Spec(program), _text(pattern))


def declared(program: Program | None, pattern: KeyPattern) -> Declared | None:
    """The declaration that a key belongs to, as far as can be told."""
    return judged(program, pattern).declared


@lru_cache(maxsize=4096)
def _judged(spec: _Spec, text: str) -> Verdict:
    if not text.strip(_HOLE + ":"):
        return Verdict()
    families = _families(spec)
    for one, whole, tail in families:
        if whole.fullmatch(text) or (text.startswith(_HOLE) and tail.fullmatch(text)):
            return Verdict(one)
    if text.startswith(_HOLE):
        # The rest of the key is anybody's.
        return Verdict()
    head = text.partition(_HOLE)[0]
    inside = any(head.startswith(f"{name}:") for name in _namespaces(spec))
    near = _near(spec, text)
    if near is None and any(_may_be(head, one.pattern) for one, _, _ in families):
        return Verdict()
    return Verdict(None, none=True, inside=inside, near=near)


def _may_be(head: str, pattern: KeyPattern) -> bool:
    """Whether a key that begins in this way and goes on in any may be one of the pattern."""
    first = pattern.parts[0]
    opening = first.text if isinstance(first, Text) else ""
    return head.startswith(opening) or opening.startswith(head)


def _near(spec: _Spec, text: str) -> Declared | None:
    """The declaration of the same parts, but for the braces of its hash tag, or for one slip in a word."""
    return next(
        (one for one, _, _ in _families(spec) if same_but_for_a_slip(text, _text(one.pattern))),
        None,
    )


def same_but_for_a_slip(one: str, other: str) -> bool:
    """Whether two keys (`\\0` is what varies) differ by braces, by separators or by a letter of one word alone."""
    mine, theirs = _words(one), _words(other)
    if one == other or len(mine) != len(theirs):
        return False
    apart = [pair for pair in zip(mine, theirs, strict=True) if pair[0] != pair[1]]
    if not apart:
        return True
    return len(apart) == 1 and _HOLE not in "".join(apart[0]) and _slip(*apart[0])


@lru_cache(maxsize=10_000)
def _words(text: str) -> list[str]:
    """Of a key that is held against many others."""
    return _SEPARATORS.sub(":", _bare(text)).split(":")


def _slip(one: str, other: str) -> bool:
    """`cart` and `carts`, `session` and `sesion`: one letter more, less or another."""
    if min(len(one), len(other)) < 4 or abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    if len(short) == len(long):
        return sum(a != b for a, b in zip(short, long, strict=True)) == 1 and not re.search(
            r"\d", one + other
        )
    return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


def _bare(text: str) -> str:
    return text.replace("{", "").replace("}", "")


@lru_cache(maxsize=8)
def _families(spec: _Spec) -> tuple[tuple[Declared, re.Pattern[str], re.Pattern[str]], ...]:
    """Each declaration with the keys of other code that are its own, whole or behind a namespace that varies."""
    found = []
    for one in _all(spec.program):
        whole = _expression(one.pattern)
        found.append((one, re.compile(whole), re.compile(_tail(one, spec.program))))
    return tuple(found)


@lru_cache(maxsize=8)
def _namespaces(spec: _Spec) -> frozenset[str]:
    return frozenset(one.namespace for one in declarations(spec.program) if one.namespace)


def _all(program: Program) -> Iterator[Declared]:
    from redisspec.patterns import added_keys  # noqa: PLC0415 - not needed without Python and a spec

    for one in declarations(program):
        if one.pattern is None:
            continue
        structure, most = _of_keyspace(one)
        lifetime = one.lifetime
        ttl = None if lifetime is None else lifetime.max_ms or lifetime.ttl_ms
        yield Declared(one.name, noun(one), one.pattern, structure, ttl, most, one.span)
    for key in added_keys(program):
        yield Declared(
            key.policy,
            key.kind.replace("_", " "),
            key.pattern,
            key.structure,
            key.lifetime.ttl_ms,
            None,
            key.span,
        )


def _of_keyspace(one: Keyspace | Policy) -> tuple[str | None, int | None]:
    structure: str | None = getattr(one, "structure", None)
    bound = getattr(one, "bound", None)
    return structure, None if bound is None else bound.max_items


def _expression(pattern: KeyPattern) -> str:
    """The keys of other code that are of this pattern: what varies there stands for a parameter."""
    return "".join(
        re.escape(part.text)
        if isinstance(part, Text)
        else rf"(?:{part.type.regex()}|[^:{{}}]*{_HOLE}[^:{{}}]*)"
        if isinstance(part, Parameter)
        else r"[\s\S]*"
        for part in pattern.parts
    )


def _tail(one: Declared, program: Program) -> str:
    """The same where a variable stands for the namespace: `f"{prefix}:cart:{user}"`."""
    first = one.pattern.parts[0]
    for namespace in {program.namespace, *(each.namespace for each in declarations(program))}:
        if isinstance(first, Text) and namespace and first.text.startswith(f"{namespace}:"):
            rest = first.text.removeprefix(f"{namespace}:")
            if len(re.findall(r"[A-Za-z]", rest)) >= 3:
                behind = KeyPattern((Text(rest), *one.pattern.parts[1:]))
                return f"{_HOLE}:?{_expression(behind)}"
    return r"(?!)"


def _text(pattern: KeyPattern) -> str:
    return "".join(
        _HOLE if isinstance(part, Hole | Parameter) else part.text for part in pattern.parts
    )
