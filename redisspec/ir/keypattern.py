"""A family of keys as the spec writes it: literals, typed parameters, and a hash tag in braces."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeAlias
from typing import Literal as OneOf
from unicodedata import is_normalized

ParameterTypeName = OneOf[
    "int", "uuid", "slug", "str", "encoded", "date", "month", "isoweek", "hour", "enum", "hex",
]  # fmt: skip
PARAMETER_TYPES: tuple[ParameterTypeName, ...] = (
    "int", "uuid", "slug", "str", "encoded", "date", "month", "isoweek", "hour", "enum", "hex",
)  # fmt: skip
MAX_KEY_BYTES = 512
"""Longer keys are neither rendered nor matched."""

_DATE = r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_SHAPES: dict[str, str] = {
    "int": "0|-?[1-9][0-9]*",
    "uuid": "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "slug": "[a-z0-9_-]+",
    "str": r"[^:{}*?\[\]\\^\x00-\x1f\x7f-\x9f\ud800-\udfff]+",
    "encoded": r"(?:[A-Za-z0-9_.~-]|%[0-9A-F]{2})+",
    "date": _DATE,
    "month": "[0-9]{4}-(?:0[1-9]|1[0-2])",
    "isoweek": "[0-9]{4}-W(?:0[1-9]|[1-4][0-9]|5[0-3])",
    "hour": _DATE + "T(?:[01][0-9]|2[0-3])",
}
_GLOBS: dict[str, str] = {
    "uuid": "-".join("?" * width for width in (8, 4, 4, 4, 12)),
    "date": "????-??-??",
    "month": "????-??",
    "isoweek": "????-W??",
    "hour": "????-??-??T??",
}
_WIDTHS: dict[str, int] = {"uuid": 36, "date": 10, "month": 7, "isoweek": 8, "hour": 13}
_GLOB_SPECIAL = re.compile(r"[*?\[\]\\^]")
_SPEC_SPECIAL = re.compile(r"[\\<>{}]")


@dataclass(frozen=True, slots=True)
class ParameterType:
    """What texts a parameter admits. `members` are an enum's, `length` a hex's."""

    name: ParameterTypeName
    members: tuple[str, ...] = ()
    length: int = 0

    @property
    def text(self) -> str:
        """As the spec writes it: `int`, `enum(a | b)`, `hex(16)`."""
        if self.name == "enum":
            return f"enum({' | '.join(self.members)})"
        return f"hex({self.length})" if self.name == "hex" else self.name

    def accepts(self, text: str) -> bool:
        """Whether the text is one of the type's canonical texts."""
        if _exact(self).fullmatch(text) is None:
            return False
        return self.name != "str" or is_normalized("NFC", text)

    @property
    def max_length(self) -> int | None:
        """The length of the longest text in characters (None: unbounded)."""
        if self.name == "enum":
            return max(map(len, self.members))
        return self.length if self.name == "hex" else _WIDTHS.get(self.name)

    @property
    def min_length(self) -> int:
        """The length of the shortest text in characters."""
        if self.name == "enum":
            return min(map(len, self.members))
        return self.length if self.name == "hex" else _WIDTHS.get(self.name, 1)

    def regex(self) -> str:
        """A short regular expression, exact but for calendar, NFC and UTF-8 behind `%XX`."""
        if self.name == "enum":
            # Longest first, so that a search finds the whole member.
            return "|".join(map(re.escape, sorted(self.members, key=len, reverse=True)))
        return f"[0-9a-f]{{{self.length}}}" if self.name == "hex" else _SHAPES[self.name]

    def glob(self) -> str:
        """A glob that covers the texts: `?` for each character of a fixed width, else `*`."""
        if self.name in ("enum", "hex"):
            return "?" * self.min_length if self.min_length == self.max_length else "*"
        return _GLOBS.get(self.name, "*")


@dataclass(frozen=True, slots=True)
class Literal:
    """Text that stands in the key as it is, braces of a hash tag included."""

    text: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A typed argument of the key."""

    name: str
    type: ParameterType


@dataclass(frozen=True, slots=True)
class Hole:
    """Text that nothing is known of (in keys that were read from other people's code)."""


Part: TypeAlias = Literal | Parameter | Hole


@dataclass(frozen=True, slots=True)
class KeyPattern:
    """The parts of a key, namespace included: the first part of a declared key is "shop:…".

    Texts of parameters are canonical texts here; runtime/keys.py turns Python values into them.
    """

    parts: tuple[Part, ...]
    _cache: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def text(self) -> str:
        r"""As the spec writes it, namespace included: `shop:cart:{<user_id:int>}`, `\<` escaped."""
        if (found := self._cache.get("text")) is None:
            found = self._cache["text"] = self._spell()
        return str(found)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters in the order of the key, which is the order of arguments."""
        return tuple(part for part in self.parts if isinstance(part, Parameter))

    def render(self, values: Mapping[str, str]) -> str:
        """The key for these canonical texts.

        Raises ValueError naming the parameter whose text is missing or outside its type, or
        when the key is longer than 512 bytes.
        """
        found: list[str] = []
        for part in self.parts:
            if isinstance(part, Literal):
                found.append(part.text)
            elif isinstance(part, Parameter):
                text = values.get(part.name)
                if text is None:
                    raise ValueError(f"{part.name} is missing")
                if not part.type.accepts(text):
                    raise ValueError(f"{part.name} is no {part.type.text}")
                found.append(text)
            else:
                raise ValueError("a key with unknown parts cannot be rendered")
        key = "".join(found)
        if len(key.encode()) > MAX_KEY_BYTES:
            raise ValueError(f"the key is longer than {MAX_KEY_BYTES} bytes")
        return key

    def match(self, key: str) -> dict[str, str] | None:
        """The parameters' texts if the key is one of this pattern's, else None.

        Where a key can be read in two ways (see `ambiguity`), one of them.
        """
        matched = self._matcher().fullmatch(key)
        if matched is None or len(key.encode("utf-8", "surrogatepass")) > MAX_KEY_BYTES:
            return None
        found: dict[str, str] = {}
        for part, text in zip(self.parameters, matched.groups(), strict=True):
            if part.type.name == "str" and not is_normalized("NFC", text):
                return None
            found[part.name] = text
        return found

    def regex(self) -> str:
        """A regular expression for `re.fullmatch` with one group for each parameter.

        Short enough to stand in generated code: exact but for calendar, NFC and UTF-8 in `%XX`.
        """
        return "".join(
            re.escape(part.text)
            if isinstance(part, Literal)
            else f"({part.type.regex()})"
            if isinstance(part, Parameter)
            else r"[\s\S]*"
            for part in self.parts
        )

    def glob(self) -> str:
        """A pattern for SCAN MATCH or an ACL that covers every key; literals are escaped."""
        found = "".join(
            _GLOB_SPECIAL.sub(r"\\\g<0>", part.text)
            if isinstance(part, Literal)
            else part.type.glob()
            if isinstance(part, Parameter)
            else "*"
            for part in self.parts
        )
        return found.replace("**", "*")

    @property
    def min_length(self) -> int:
        """The length of the shortest key in characters."""
        return sum(
            len(part.text)
            if isinstance(part, Literal)
            else part.type.min_length
            if isinstance(part, Parameter)
            else 0
            for part in self.parts
        )

    def max_length(self) -> int | None:
        """The length of the longest key in characters, or None where a parameter has no bound."""
        total = 0
        for part in self.parts:
            if isinstance(part, Hole):
                return None
            width = len(part.text) if isinstance(part, Literal) else part.type.max_length
            if width is None:
                return None
            total += width
        return total

    @property
    def has_hole(self) -> bool:
        """Whether a part of the key is unknown."""
        return any(isinstance(part, Hole) for part in self.parts)

    @property
    def tag(self) -> tuple[Part, ...] | None:
        """What stands in the hash tag, by Redis's own rule; None without one.

        Redis takes the first `{` and the first `}` after it, if anything stands between them.
        """
        opened: list[Part] | None = None
        for part in self.parts:
            if not isinstance(part, Literal):
                if isinstance(part, Hole):
                    return None
                if opened is not None:
                    opened.append(part)
                continue
            text = part.text
            if opened is None:
                start = text.find("{")
                if start < 0:
                    continue
                opened, text = [], text[start + 1 :]
            end = text.find("}")
            inside = text if end < 0 else text[:end]
            if inside:
                opened.append(Literal(inside))
            if end >= 0:
                return tuple(opened) or None
        return None

    def slot_parts(self) -> tuple[Part, ...] | None:
        """The parts whose text decides the slot; None where an unknown part has a say in it."""
        tag = self.tag
        if tag is not None:
            return tag
        return None if self.has_hole else merged(self.parts)

    def slot_parameters(self) -> tuple[str, ...]:
        """The names of the parameters that decide the slot: the tag's, or all without a tag."""
        parts = self.parts if self.tag is None else self.tag
        return tuple(part.name for part in parts if isinstance(part, Parameter))

    def same_slot(self, other: KeyPattern, binding: Mapping[str, str] | None = None) -> bool:
        """Whether keys of both lie in one slot for sure, given equal values for equal names.

        `binding` renames this pattern's parameters to the other's where they differ.
        """
        mine, theirs = self.slot_parts(), other.slot_parts()
        if mine is None or theirs is None:
            return False
        names = binding or {}
        renamed = tuple(
            Parameter(names.get(part.name, part.name), part.type)
            if isinstance(part, Parameter)
            else part
            for part in mine
        )
        return merged(renamed) == merged(theirs)

    def constant_slot(self) -> int | None:
        """The slot that all keys of this pattern share whatever the arguments, or None."""
        from redisspec.ir.slot import key_slot  # noqa: PLC0415 - few patterns have a constant tag

        parts = self.slot_parts()
        if parts is None or not all(isinstance(part, Literal) for part in parts):
            return None
        return key_slot("".join(part.text for part in parts if isinstance(part, Literal)))

    def segments(self) -> tuple[tuple[Part, ...], ...]:
        """The parts between the separators `:`, which no parameter contains."""
        found: list[list[Part]] = [[]]
        for part in merged(self.parts):
            if not isinstance(part, Literal):
                found[-1].append(part)
                continue
            first, *more = part.text.split(":")
            if first:
                found[-1].append(Literal(first))
            found += [[Literal(text)] if text else [] for text in more]
        return tuple(map(tuple, found))

    def overlap(self, other: KeyPattern) -> str | None:
        """A shortest key that both patterns can name, or None if there is none."""
        from redisspec.ir.overlap import witness  # noqa: PLC0415 - overlap imports this module

        return witness(self, other)

    def ambiguity(self) -> tuple[str, dict[str, str], dict[str, str]] | None:
        """A key that two sets of arguments name, with both of them, or None.

        A pattern with unknown parts is not judged.
        """
        from redisspec.ir.overlap import ambiguity  # noqa: PLC0415 - overlap imports this module

        return ambiguity(self)

    def _spell(self) -> str:
        tag = self.tag is not None
        seen: set[str] = set()
        found: list[str] = []

        def brace(matched: re.Match[str]) -> str:
            c = matched.group()
            # The tag's own braces stand bare: the first `{` and the first `}` after it.
            if tag and c in "{}" and c not in seen and (c == "{" or "{" in seen):
                seen.add(c)
                return c
            return "\\" + c

        for part in self.parts:
            if isinstance(part, Literal):
                found.append(_SPEC_SPECIAL.sub(brace, part.text))
            elif isinstance(part, Parameter):
                found.append(f"<{part.name}:{part.type.text}>")
            else:
                found.append("<?>")
        return "".join(found)

    def _matcher(self) -> re.Pattern[str]:
        found: re.Pattern[str] | None = self._cache.get("matcher")
        if found is None:
            found = self._cache["matcher"] = re.compile(
                "".join(
                    re.escape(part.text)
                    if isinstance(part, Literal)
                    else f"({_exact_text(part.type)})"
                    if isinstance(part, Parameter)
                    else r"[\s\S]*"
                    for part in self.parts
                )
            )
        return found


def merged(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The same parts with neighbouring literals joined and empty ones dropped."""
    found: list[Part] = []
    for part in parts:
        if isinstance(part, Literal):
            if not part.text:
                continue
            if found and isinstance(last := found[-1], Literal):
                found[-1] = Literal(last.text + part.text)
                continue
        found.append(part)
    return tuple(found)


@lru_cache(maxsize=1024)
def _exact_text(kind: ParameterType) -> str:
    # Only matching needs the languages: building a pattern stays cheap.
    from redisspec.ir.languages import expression, regex  # noqa: PLC0415 - see above

    return regex(expression(kind.name, kind.members, kind.length))


@lru_cache(maxsize=1024)
def _exact(kind: ParameterType) -> re.Pattern[str]:
    return re.compile(_exact_text(kind))
