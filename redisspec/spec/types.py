"""Types of values as the spec writes them: `list<str>`, `int | none`, `enum(a | b)`, `json<T>`."""

from __future__ import annotations

import keyword
import re
from functools import lru_cache
from typing import Final

from redisspec.ir.types import (
    SCALARS,
    Enum,
    Imported,
    Json,
    ListOf,
    MapOf,
    Maybe,
    RecordRef,
    Scalar,
    ValueType,
)
from redisspec.spec.grammar import GrammarError, quoted

DEEPEST: Final = 16
"""How deep types nest; a record gives what is deeper a name."""

TYPE_NAME: Final = re.compile(r"[A-Z][A-Za-z0-9]{0,62}", re.ASCII)
WORDS: Final = (*SCALARS, "list<T>", "map<T>", "enum(a | b)", "json")

_SCALARS: Final[dict[str, Scalar]] = {name: Scalar(name) for name in SCALARS}
_FOREIGN: Final = {
    "string": "str", "text": "str", "varchar": "str", "char": "str", "integer": "int",
    "long": "int", "int64": "int", "int32": "int", "number": "float", "double": "float",
    "boolean": "bool", "binary": "bytes", "blob": "bytes", "timestamp": "datetime",
    "guid": "uuid", "object": "json", "any": "json", "array": "list<str>", "dict": "map<str>",
    "dictionary": "map<str>", "hash": "map<str>", "set": "list<str>", "tuple": "list<str>",
    "list": "list<str>", "map": "map<str>", "enum": "enum(a | b)", "option": "str | none",
    "optional": "str | none",
}  # fmt: skip
_TOKEN: Final = re.compile(r"\s*([A-Za-z_][\w.]*(?::[A-Za-z_][\w.]*)?|[^\s])", re.ASCII)
_MEMBER: Final = re.compile(r"[!#-'*+./0-9:;=?@A-Z\\\[\]^_a-z~-]{1,128}")
_IMPORT: Final = re.compile(
    r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*"
    r":[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*",
    re.ASCII,
)


@lru_cache(maxsize=8192)
def parse_type(text: str) -> ValueType:
    """The type that a text names; record names are not resolved here. Raises GrammarError."""
    if (scalar := _SCALARS.get(text)) is not None:
        return scalar
    return _Parser(text).parse()


def suggest_type(word: str) -> str | None:
    """What the language calls a type that other languages name `word`."""
    return _FOREIGN.get(word.lower()) or (
        word.lower() if word.lower() in _SCALARS or word.lower() == "json" else None
    )


class _Parser:
    """Recursive descent over the tokens of one type, at most DEEPEST deep."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self._advance()

    def parse(self) -> ValueType:
        if not self.word:
            raise GrammarError("a type is missing", help_="write one such as `str` or `int`")
        found = self._union()
        if self.word:
            raise self._unexpected(found)
        return found

    def _advance(self) -> None:
        found = _TOKEN.match(self.text, self.at)
        if found is None:
            self.word, self.start = "", len(self.text)
        else:
            self.word, self.start = found[1], found.start(1)
            self.at = found.end()

    def _error(self, message: str, help_: str | None = None) -> GrammarError:
        start = min(self.start, max(len(self.text) - 1, 0))
        return GrammarError(message, start, max(self.at, start + 1), help_)

    def _unexpected(self, before: ValueType) -> GrammarError:
        if self.word == "[":
            return self._error(
                "a type has no square brackets", "write `list<int>`, with `<` and `>`"
            )
        if self.word == "?":
            return self._error(
                "`?` is not in the language", f"write `{format_type(before)} | none`"
            )
        if self.word == ",":
            return self._error("a comma has no place in a type", "write `|` between the parts")
        return self._error(f"{quoted(self.word)} is not expected after a whole type")

    def _union(self) -> ValueType:
        start = self.start
        first: ValueType | None = self._atom()
        while self.word == "|":
            self._advance()
            other = self._atom()
            if other is None and first is not None and not isinstance(first, Maybe):
                first = Maybe(first)
            elif first is None and other is not None:
                raise GrammarError(
                    "`none` comes last", start, self.at, f"write `{format_type(other)} | none`"
                )
            else:
                raise GrammarError(
                    "a value has one type, or one type and `none`",
                    start,
                    len(self.text.rstrip()),
                    "write `T | none`, or `json` for what may be anything",
                )
        if first is None:
            raise GrammarError(
                "`none` alone is no type",
                start,
                start + 4,
                "write `T | none`, such as `str | none`",
            )
        return first

    def _atom(self) -> ValueType | None:
        """One type, or None for the word `none`."""
        word, start = self.word, self.start
        if not word or not (word[0].isalpha() or word[0] == "_"):
            raise self._error(
                "a type is missing here" if not word else f"{quoted(word)} begins no type",
                "write one such as `str`, `int` or `list<str>`",
            )
        self._advance()
        if word == "none":
            return None
        if self.word == "<" and word in {"list", "map", "json"}:
            inner = self._inner()
            if word == "list":
                return ListOf(inner)
            return MapOf(inner) if word == "map" else Json(inner)
        if self.word == "(" and word == "enum":
            return self._enum()
        if word == "json":
            return Json(None)
        if (scalar := _SCALARS.get(word)) is not None:
            return scalar
        if ":" in word:
            return self._imported(word, start)
        if TYPE_NAME.fullmatch(word) and word not in {"None", "True", "False"}:
            return RecordRef(word)
        raise self._unknown(word, start)

    def _inner(self) -> ValueType:
        opening = self.start
        self.depth += 1
        if self.depth > DEEPEST:
            raise self._error(
                f"a type nests at most {DEEPEST} deep", "give the inner part a name under `types:`"
            )
        self._advance()
        inner = self._union()
        if self.word == ",":
            raise self._error(
                "this type takes one type only",
                "write `map<T>`: its keys are texts" if "map" in self.text else "write `list<T>`",
            )
        if self.word != ">":
            if self.word:
                raise self._unexpected(inner)
            raise GrammarError("this `<` is not closed", opening, opening + 1, "write `>` after it")
        self.depth -= 1
        self._advance()
        return inner

    def _enum(self) -> ValueType:
        opening = self.start
        closing = self.text.find(")", opening)
        if closing < 0:
            raise GrammarError("this `(` is not closed", opening, opening + 1, "write `)` after it")
        members: list[str] = []
        at = opening + 1
        for part in self.text[opening + 1 : closing].split("|"):
            member, start = part.strip(), at + len(part) - len(part.lstrip())
            at += len(part) + 1
            self._check_member(member, start, part, members)
            members.append(member)
        self.at = closing + 1
        self._advance()
        return Enum(tuple(members))

    def _check_member(self, member: str, start: int, part: str, before: list[str]) -> None:
        end = start + max(len(member), 1)
        if not member:
            raise GrammarError(
                "an `enum` has no empty member", start - len(part), end, "write `enum(a | b)`"
            )
        if "," in member:
            tidy = " | ".join(piece.strip() for piece in member.split(",") if piece.strip())
            raise GrammarError(
                "the members of an `enum` stand between `|`", start, end, f"write `enum({tidy})`"
            )
        if not _MEMBER.fullmatch(member):
            raise GrammarError(
                f"{quoted(member)} cannot be a member of an `enum`",
                start,
                end,
                "a member is printable ASCII without spaces, quotes and any of `|(),<>{}`",
            )
        if member in before:
            raise GrammarError(f"{quoted(member)} stands twice", start, end, "write it once")

    def _imported(self, word: str, start: int) -> ValueType:
        module, _, qualname = word.partition(":")
        end = start + len(word)
        if not _IMPORT.fullmatch(word):
            raise GrammarError(
                f"{quoted(word)} is no import path",
                start,
                end,
                "write the module, a colon and the class: `shop.models:Address`",
            )
        for part in (*module.split("."), *qualname.split(".")):
            if keyword.iskeyword(part) or (part.startswith("__") and part.endswith("__")):
                raise GrammarError(
                    f"{quoted(part)} cannot be imported by name", start, end,
                    "write the module, a colon and the class: `shop.models:Address`",
                )  # fmt: skip
        return Imported(module, qualname, qualname.rpartition(".")[2])

    def _unknown(self, word: str, start: int) -> GrammarError:
        end = start + len(word)
        instead = suggest_type(word)
        if word == "None" or word.lower() in {"null", "nil"}:
            return GrammarError(f"{quoted(word)} is no type", start, end, "write `none`")
        if self.word in {"[", "<"} and word.lower() in {"list", "array", "set", "optional"}:
            shown = "list<T>" if word.lower() != "optional" else "T | none"
            return GrammarError(
                f"{quoted(word + self.word)} begins no type", start, end, f"write `{shown}`"
            )
        if instead is not None:
            return GrammarError(f"{quoted(word)} is no type", start, end, f"write `{instead}`")
        if "." in word:
            module, _, name = word.rpartition(".")
            return GrammarError(
                f"{quoted(word)} is no type", start, end, f"a class of yours is `{module}:{name}`"
            )
        return UnknownWordError(word, start, end)


class UnknownWordError(GrammarError):
    """A lower-case word that names no type: the caller knows which names are near."""

    def __init__(self, word: str, start: int, end: int) -> None:
        super().__init__(
            f"{quoted(word)} is no type",
            start,
            end,
            "the types are `str int float bool bytes decimal datetime date uuid slug`, `list<T>`, "
            "`map<T>`, `enum(a | b)`, `json`, and the names under `types:`",
        )
        self.word = word


def format_type(found: ValueType) -> str:
    """The spec's spelling of a type: `parse_type(format_type(t)) == t`."""
    match found:
        case Scalar(name):
            return name
        case Enum(members):
            return f"enum({' | '.join(members)})"
        case Maybe(inner):
            return f"{format_type(inner)} | none"
        case ListOf(inner):
            return f"list<{format_type(inner)}>"
        case MapOf(inner):
            return f"map<{format_type(inner)}>"
        case RecordRef(name):
            return name
        case Imported(module, qualname):
            return f"{module}:{qualname}"
        case Json(inner):
            return "json" if inner is None else f"json<{format_type(inner)}>"
