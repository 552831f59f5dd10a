"""A second, naive reading of key patterns, to hold the real one against: every parse, by trying."""

import re
import unicodedata
import uuid
from datetime import date
from functools import cache
from urllib.parse import quote, unquote

from hypothesis import strategies as st

from redisspec.ir.keypattern import Hole, KeyPattern, Literal, Parameter, ParameterType, Part


def accepts(kind: ParameterType, text: str) -> bool:
    """Whether a text is canonical for a type, by other means than the product's."""
    match kind.name:
        case "int":
            return re.fullmatch(r"-?[0-9]+", text, re.ASCII) is not None and str(int(text)) == text
        case "uuid":
            try:
                return str(uuid.UUID(text)) == text
            except ValueError:
                return False
        case "slug":
            return bool(text) and all(c in "abcdefghijklmnopqrstuvwxyz0123456789_-" for c in text)
        case "str":
            return (
                bool(text)
                and unicodedata.normalize("NFC", text) == text
                and not any(
                    c in ":{}*?[]\\^" or unicodedata.category(c) in ("Cc", "Cs") for c in text
                )
            )
        case "encoded":
            try:
                return bool(text) and quote(unquote(text, errors="strict"), safe="~") == text
            except UnicodeDecodeError:
                return False
        case "date":
            return _iso(text, r"\d{4}-\d\d-\d\d", date.fromisoformat, text)
        case "month":
            return _iso(text, r"\d{4}-\d\d", date.fromisoformat, f"{text}-01")
        case "hour":
            shaped = re.fullmatch(r".{10}T([01]\d|2[0-3])", text, re.ASCII) is not None
            return shaped and accepts(ParameterType("date"), text[:10])
        case "isoweek":
            return _iso(text, r"\d{4}-W\d\d", date.fromisoformat, text)
        case "enum":
            return text in kind.members
        case "hex":
            return len(text) == kind.length and all(c in "0123456789abcdef" for c in text)


def _iso(text, shape, parse, whole):
    if not re.fullmatch(shape, text, re.ASCII):
        return False
    try:
        parse(whole)
    except ValueError:
        return False
    return True


def readings(pattern: KeyPattern, key: str) -> set[tuple[str, ...]]:
    """Every way to read the key: the texts of its parameters (and holes), in order."""

    @cache
    def within(place: int, at: int) -> frozenset[tuple[str, ...]]:
        if place == len(pattern.parts):
            return frozenset({()} if at == len(key) else ())
        part = pattern.parts[place]
        if isinstance(part, Literal):
            if not key.startswith(part.text, at):
                return frozenset()
            return within(place + 1, at + len(part.text))
        return frozenset(
            (key[at:end], *rest)
            for end in range(at, len(key) + 1)
            if isinstance(part, Hole) or accepts(part.type, key[at:end])
            for rest in within(place + 1, end)
        )

    return set(within(0, 0))


SMALL_TYPES = (
    ParameterType("int"),
    ParameterType("slug"),
    ParameterType("str"),
    ParameterType("encoded"),
    ParameterType("hex", length=1),
    ParameterType("hex", length=2),
    ParameterType("enum", ("a", "a1", "-")),
    ParameterType("enum", ("1", "11")),
)
ALL_TYPES = (
    *SMALL_TYPES,
    *map(ParameterType, ("uuid", "date", "month", "isoweek", "hour")),
)


def patterns(types=SMALL_TYPES, letters="a1-:", holes=False) -> st.SearchStrategy[KeyPattern]:
    """Small patterns, parameters side by side among them."""
    literal = st.text(letters, min_size=1, max_size=2).map(Literal)
    kinds: list[st.SearchStrategy[object]] = [literal, st.sampled_from(types)]
    if holes:
        kinds.append(st.just(Hole()))

    def build(parts: list[object]) -> KeyPattern:
        made: list[Part] = []
        for number, part in enumerate(parts):
            named = isinstance(part, ParameterType)
            made.append(Parameter(f"p{number}", part) if named else part)
        return KeyPattern(tuple(made))

    return st.lists(st.one_of(kinds), min_size=1, max_size=4).map(build)
