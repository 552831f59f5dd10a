r"""Key patterns as the spec writes them: `cart:{<user_id:int>}`, with `\<` `\>` `\{` `\}` `\\` escaped."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass
from typing import Final

from redisspec.ir.keypattern import (
    MAX_KEY_BYTES,
    PARAMETER_TYPES,
    KeyPattern,
    Literal,
    Parameter,
    ParameterType,
    Part,
)

LONGEST_HEX: Final = 256
"""What `hex(n)` may be at most."""


@dataclass(frozen=True, slots=True)
class KeyMistake:
    """What is wrong with a key's text.

    `start` and `end` are offsets in characters (half-open) within it; `message` is one sentence
    without a final full stop; `help` says what to write instead.
    """

    start: int
    end: int
    message: str
    help: str | None = None


_SIMPLE: Final[dict[str, ParameterType]] = {
    name: ParameterType(name) for name in PARAMETER_TYPES if name not in ("enum", "hex")
}
_PARAMETER: Final = re.compile(rf"<([a-z][a-z0-9_]{{0,62}}):({'|'.join(_SIMPLE)})>", re.ASCII)
_PLAIN: Final = re.compile(r"[!-;=?-\[\]-z|~]+")
_STRANGE: Final = re.compile(r"[^!-~]+")
_UNMARKED: Final = re.compile(r"[^<{}]*")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,62}", re.ASCII)
_MEMBER: Final = re.compile(r"[!#$%&+\-./0-9;=@A-Z_a-z~]+")
_ENUM: Final = re.compile(r"enum\((.*)\)", re.DOTALL)
_HEX: Final = re.compile(r"hex\(([1-9][0-9]{0,2})\)", re.ASCII)
_CALL: Final = re.compile(r"\s*([A-Za-z0-9_]*)")
_FOREIGN: Final = {
    "integer": "int", "long": "int", "int32": "int", "int64": "int", "number": "int",
    "id": "int", "bigint": "int", "string": "str", "text": "str", "guid": "uuid",
    "uuid4": "uuid", "day": "date", "week": "isoweek", "datetime": "hour", "timestamp": "hour",
    "time": "hour", "bool": "enum(true | false)", "boolean": "enum(true | false)",
    "bytes": "hex(16)", "hash": "hex(64)", "sha1": "hex(40)", "sha256": "hex(64)",
    "md5": "hex(32)", "url": "encoded", "uri": "encoded", "ip": "encoded", "email": "encoded",
    "hex": "hex(16)", "enum": "enum(a | b)", "year": "month", "float": "str", "decimal": "str",
}  # fmt: skip
_TYPES: Final = "`int uuid slug str date month isoweek hour encoded`, `enum(a | b)` and `hex(16)`"


def parse_key(text: str, namespace: str) -> KeyPattern | list[KeyMistake]:
    """The pattern that a key's text names, "namespace:" in front; or all that is wrong with it.

    Never raises, whatever the text.
    """
    parser = _Parser(text)
    parser.scan()
    return parser.finish(namespace)


class _Parser:
    """One pass over the text; mistakes are gathered, not raised."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.mistakes: list[KeyMistake] = []
        self.parts: list[Part] = []
        self.literal: list[str] = []
        self.names: set[str] = set()
        self.opened: int | None = None
        self.closed: int | None = None
        self.tag_content = False
        self.nested = False
        self.escaped_brace: tuple[int, int] | None = None

    def wrong(self, start: int, end: int, message: str, help_: str | None = None) -> None:
        self.mistakes.append(KeyMistake(start, end, message, help_))

    def _instead(self) -> None:
        """Stands a character in for what is wrong, so that it causes no second mistake."""
        self.literal.append("?")
        self.tag_content = True

    def scan(self) -> None:
        text, at, size = self.text, 0, len(self.text)
        while at < size:
            c = text[at]
            if found := _PLAIN.match(text, at):
                self.literal.append(found.group())
                self.tag_content = True
                at = found.end()
            elif c == "<":
                at = self._parameter(at)
                self.tag_content = True
            elif c == "\\":
                at = self._escape(at)
                self.tag_content = True
            elif c == "{":
                self._open(at)
                at += 1
            elif c == "}":
                self._close(at)
                at += 1
            elif c == ">":
                self.wrong(at, at + 1, "this `>` closes no `<`", r"write `\>` for the character")
                self._instead()
                at += 1
            else:
                at = self._strange(at)

    def finish(self, namespace: str) -> KeyPattern | list[KeyMistake]:
        text, size = self.text, len(self.text)
        self._flush()
        if not text:
            self.wrong(0, 0, "the key is empty", "write one such as `cart:{<user_id:int>}`")
        if self.opened is not None and self.closed is None:
            self.wrong(
                self.opened,
                self.opened + 1,
                "this `{` is not closed",
                r"write `}` at the end of the hash tag, or `\{` for the character",
            )
        if text.startswith(f"{namespace}:"):
            self.wrong(
                0,
                len(namespace) + 1,
                f"every key starts with the namespace `{namespace}:` already",
                "leave it out here" if size > len(namespace) + 1 else "write what comes after it",
            )
        if self.mistakes:
            return sorted(self.mistakes, key=lambda mistake: (mistake.start, mistake.end))
        first = self.parts[0]
        if isinstance(first, Literal):
            self.parts[0] = Literal(f"{namespace}:{first.text}")
        else:
            self.parts.insert(0, Literal(f"{namespace}:"))
        pattern = KeyPattern(tuple(self.parts))
        if pattern.min_length > MAX_KEY_BYTES:
            self.wrong(
                0, size, f"the key is longer than {MAX_KEY_BYTES} bytes", "shorten its literal text"
            )
        elif self.escaped_brace is not None:
            self._check_braces(pattern)
        return self.mistakes or pattern

    def _check_braces(self, pattern: KeyPattern) -> None:
        """Escaped braces are literal to us, but Redis knows no escapes: it may see another tag."""
        assert self.escaped_brace is not None
        start, end = self.escaped_brace
        real = pattern.tag
        if self.opened is None:
            if real is not None:
                self.wrong(
                    start,
                    end,
                    "Redis reads these braces as a hash tag all the same",
                    "write `{` and `}` without `\\`, or use other characters",
                )
        elif real != self._declared_tag():
            self.wrong(
                start,
                end,
                "with this brace Redis finds another hash tag than the key marks, or none",
                "use another character here: Redis takes the first `{` and the first `}` after it",
            )

    def _declared_tag(self) -> tuple[Part, ...] | None:
        assert self.opened is not None
        assert self.closed is not None
        inside = _Parser(self.text[self.opened + 1 : self.closed])
        inside.scan()
        inside._flush()
        return tuple(inside.parts)

    def _flush(self) -> None:
        if self.literal:
            self.parts.append(Literal("".join(self.literal)))
            self.literal.clear()

    def _escape(self, at: int) -> int:
        c = self.text[at + 1 : at + 2]
        if c and c in "<>{}\\":
            if c in "{}" and self.escaped_brace is None:
                self.escaped_brace = (at, at + 2)
            self.literal.append(c)
            return at + 2
        self.wrong(
            at,
            at + 1,
            r"`\` escapes `<`, `>`, `{`, `}` and itself only",
            r"write `\\` for the character",
        )
        self._instead()
        return at + 1

    def _open(self, at: int) -> None:
        if self.opened is None:
            self.opened = at
            self.tag_content = False
            self.literal.append("{")
        elif self.closed is None:
            self.nested = True
            self.wrong(
                at, at + 1, "a hash tag holds no other", "write one pair of braces around it all"
            )
        else:
            self.wrong(
                at,
                at + 1,
                "a key has one hash tag: Redis reads the first alone",
                r"write `\{` for the character, or drop these braces",
            )
            self._instead()
            self.nested = True

    def _close(self, at: int) -> None:
        if self.opened is None or self.closed is not None:
            # What closes a brace already spoken of is no further mistake.
            if not self.nested:
                self.wrong(at, at + 1, "this `}` closes no `{`", r"write `\}` for the character")
            self.nested = False
            return
        if not self.tag_content:
            self.wrong(
                self.opened,
                at + 1,
                "an empty hash tag is none: Redis takes the whole key for the slot",
                "put a parameter or text between the braces, or drop them",
            )
        self.closed = at
        self.literal.append("}")

    def _strange(self, at: int) -> int:
        found = _STRANGE.match(self.text, at)
        end = found.end() if found else at + 1
        run = self.text[at:end]
        if run.isspace():
            what, help_ = "a space", "write `_` or `-` instead"
        elif any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 for c in run):
            what, help_ = "control characters", "write printable ASCII"
        else:
            what = "characters other than printable ASCII"
            help_ = "put such text into a parameter of type `encoded`"
        self.wrong(at, end, f"a key's literal text cannot contain {what}", help_)
        self._instead()
        return end

    def _parameter(self, at: int) -> int:
        text = self.text
        if not self.literal and self.parts:
            self.wrong(
                at,
                at + 1,
                "two parameters stand side by side, with nothing to tell where the first ends",
                "write a separator between them, such as `:`",
            )
        self._flush()
        if found := _PARAMETER.match(text, at):
            self._name(found[1], at + 1)
            self.parts.append(Parameter(found[1], _SIMPLE[found[2]]))
            return found.end()
        end = text.find(">", at)
        again = text.find("<", at + 1)
        if end < 0 or 0 <= again < end:
            self.wrong(
                at,
                at + 1,
                "this `<` is not closed",
                r"write `>` after the parameter's type, or `\<` for the character",
            )
            # The text up to the next mark is taken for the parameter: it is no second mistake.
            self.parts.append(Parameter("", _SIMPLE["str"]))
            rest = _UNMARKED.match(text, at + 1)
            return rest.end() if rest else at + 1
        inside = text[at + 1 : end]
        name, colon, kind = inside.partition(":")
        self._name(name, at + 1, whole=(at, end + 1))
        if not colon:
            if name:
                self.wrong(
                    at,
                    end + 1,
                    "the parameter has no type",
                    f"write one, such as `<{_tidy(name)}:{_guess(name)}>`",
                )
            made: ParameterType | None = None
        else:
            made = self._type(kind, at + 2 + len(name), end)
        self.parts.append(Parameter(name, made or _SIMPLE["str"]))
        return end + 1

    def _name(self, name: str, start: int, whole: tuple[int, int] | None = None) -> None:
        end = start + len(name)
        if not name:
            begin, close = whole or (start, end)
            self.wrong(
                begin, close, "the parameter has no name", "write one such as `<user_id:int>`"
            )
        elif not _NAME.fullmatch(name):
            self.wrong(
                start,
                end,
                "a parameter's name is lower-case letters, digits and `_`, at most 63, "
                "and starts with a letter",
                f"write `{_tidy(name)}`",
            )
        elif keyword.iskeyword(name) or name == "self":
            self.wrong(
                start,
                end,
                f"`{name}` is a word of Python's and cannot name a parameter",
                f"write `{name}_id`, or another name",
            )
        elif name in self.names:
            self.wrong(
                start,
                end,
                f"the parameter `{name}` stands twice",
                "give each parameter a name of its own",
            )
        self.names.add(name)

    def _type(self, kind: str, start: int, end: int) -> ParameterType | None:
        if (simple := _SIMPLE.get(kind)) is not None:
            return simple
        if found := _ENUM.fullmatch(kind):
            return self._enum(found[1], start + 5, end)
        if (found := _HEX.fullmatch(kind)) and int(found[1]) <= LONGEST_HEX:
            return ParameterType("hex", length=int(found[1]))
        called = _CALL.match(kind)
        word = called[1] if called else ""
        if not kind.strip():
            self.wrong(start - 1, end + 1, "the parameter has no type", f"the types are {_TYPES}")
        elif kind != kind.strip():
            self.wrong(start, end, "a parameter has no spaces around its type", "drop them")
        elif word == "hex" and kind != "hex":
            self.wrong(
                start,
                end,
                f"`hex` takes the number of its characters, from 1 to {LONGEST_HEX}",
                "write `hex(16)`",
            )
        elif word == "enum" and kind != "enum":
            self.wrong(start, end, "this `(` is not closed", "write `enum(a | b)`")
        else:
            self._unknown_type(kind, start, end)
        return None

    def _unknown_type(self, kind: str, start: int, end: int) -> None:
        near = _FOREIGN.get(kind.lower()) or (kind.lower() if kind.lower() in _SIMPLE else None)
        if near is None:
            from difflib import get_close_matches  # noqa: PLC0415 - for mistakes only

            near = next(iter(get_close_matches(kind.lower(), (*_SIMPLE, *_FOREIGN), 1)), None)
            near = _FOREIGN.get(near, near) if near else None
        shown = "".join(c if c.isprintable() else "?" for c in kind[:40])
        self.wrong(
            start,
            end,
            f"`{shown}` is no type of a parameter",
            f"write `{near}`" if near else f"the types are {_TYPES}",
        )

    def _enum(self, inside: str, start: int, end: int) -> ParameterType | None:
        members: list[str] = []
        at, sound = start, True
        for piece in inside.split("|"):
            member = piece.strip(" ")
            begin = at + len(piece) - len(piece.lstrip(" "))
            at += len(piece) + 1
            stop = begin + len(member)
            message = help_ = None
            if not member:
                begin, stop = max(begin - 1, start - 1), min(begin + 1, end)
                message, help_ = "an `enum` has no empty member", "write `enum(a | b)`"
            elif "," in member:
                tidy = " | ".join(word.strip() for word in inside.split(","))
                message = "the members of an `enum` stand between `|`"
                help_ = f"write `enum({tidy})`" if tidy.isascii() and tidy.isprintable() else None
            elif not _MEMBER.fullmatch(member):
                message = (
                    "a member of an `enum` in a key is ASCII letters, digits and `_-.` and such"
                )
                help_ = "leave out spaces, quotes, brackets, `:` and glob characters"
            elif member in members:
                message, help_ = f"`{member}` stands twice", "write it once"
            if message is not None:
                sound = False
                self.wrong(begin, stop, message, help_)
            members.append(member)
        return ParameterType("enum", tuple(members)) if sound else None


def _tidy(name: str) -> str:
    """The nearest name that the language has."""
    snake = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()
    kept = re.sub(r"[^a-z0-9]+", "_", snake).strip("_")[:60]
    if not kept or not kept[0].isalpha():
        kept = f"p_{kept}".rstrip("_")
    return f"{kept}_id" if keyword.iskeyword(kept) or kept == "self" else kept


def _guess(name: str) -> str:
    """The type that a parameter of this name most likely has."""
    word = name.lower()
    if word in ("date", "month", "hour", "uuid", "slug"):
        return word
    if word in ("day", "week"):
        return "date" if word == "day" else "isoweek"
    return "int" if word.endswith(("id", "number", "no", "count")) else "str"
