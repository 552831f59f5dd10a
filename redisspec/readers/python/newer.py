"""Writes what later Pythons added in the words of 3.11, at the same lines and columns, so that it can be read.

Type parameters and `type` statements (PEP 695), quotes, line ends and backslashes in f-strings (PEP 701), `except`
of several types without parentheses (PEP 758), template strings (PEP 750). What such a text is read for keeps its
meaning: names, calls, keys. Nothing is ever written back from it.
"""

from __future__ import annotations

import re

_LITERAL = re.compile(r"([A-Za-z]{0,2})('''|\"\"\"|'|\")")
_PREFIXES = frozenset(("", "r", "u", "b", "br", "rb", "f", "fr", "rf", "t", "tr", "rt"))
_WORD = re.compile(r"\w+")
_PARAMETERS = re.compile(r"^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+\w+[ \t]*(\[)", re.MULTILINE)
_ALIAS = re.compile(
    r"^(?P<indent>[ \t]*)type[ \t]+(?P<name>\w+)[ \t]*(?P<bracket>\[)?(?=[^\n]*=)", re.MULTILINE
)
_EXCEPT = re.compile(
    r"^[ \t]*except\*?(?P<space>[ \t]+)(?P<types>[\w.]+(?:[ \t]*,[ \t]*[\w.]+)+)[ \t]*:",
    re.MULTILINE,
)


def in_older_words(text: str) -> str:
    """The text for Python 3.11; as it is where its strings do not end."""
    try:
        return _Writer(text).written()
    except (IndexError, ValueError, RecursionError):
        return text


class _Writer:
    """`out` holds what is written for each character, `code` the text without its strings and comments."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.out = list(text)
        self.code = list(text)

    def written(self) -> str:
        at = 0
        while at < len(self.text):
            at = self._step(at, ())
        code = "".join(self.code)
        for match in _PARAMETERS.finditer(code):
            self._blank(match.start(1), _closing(code, match.start(1)))
        for match in _ALIAS.finditer(code):
            self._alias(code, match)
        for match in _EXCEPT.finditer(code):
            # One column further to the right than it stood, in this line alone.
            self.out[match.end("space") - 1] = "("
            self.out[match.end("types") - 1] += ")"
        return "".join(self.out)

    def _step(self, at: int, around: tuple[str, ...]) -> int:
        """Behind the literal, the comment, the word or the character at a place; `around` are the quotes outside."""
        if self.text[at] == "#":
            end = self.text.find("\n", at)
            end = len(self.text) if end < 0 else end
            self._hide(at, end, blank=bool(around))
            return end
        literal = _LITERAL.match(self.text, at)
        if literal is not None and literal[1].lower() in _PREFIXES:
            return self._literal(literal, around)
        word = _WORD.match(self.text, at)
        return at + 1 if word is None else word.end()

    def _literal(self, opening: re.Match[str], around: tuple[str, ...]) -> int:
        """Behind a string, whose quotes become others where those around it do not allow them."""
        prefix, quote = opening[1].lower(), opening[2]
        start = at = opening.end()
        split = False
        while not self.text.startswith(quote, at):
            if self.text[at] == "\\":
                named = "r" not in prefix and self.text.startswith("N{", at + 1)
                # A backslash does not keep a brace from opening a field.
                at = self.text.index("}", at) + 1 if named else at + 2 - (self.text[at + 1] in "{}")
            elif "f" not in prefix and "t" not in prefix:
                at += 1
            elif self.text[at : at + 2] in ("{{", "}}"):
                at += 2
            elif self.text[at] == "{":
                end = self._field(at, (*around, quote))
                split = split or (len(quote) == 1 and "\n" in self.text[at:end])
                at = end
            else:
                at += 1
        if "t" in prefix:
            place = opening.start() + prefix.index("t")
            self.out[place] = "f"
        new = _instead(quote, around, self.text[start:at]) if around else quote
        if split and not around:
            new = quote * 3
        for place in (start - len(quote), at):
            self.out[place : place + len(quote)] = [new, *[""] * (len(quote) - 1)]
        if around:
            # No expression of an f-string may have a backslash; what it stands for is no name and no call.
            for place in range(start, at):
                if self.out[place] == "\\":
                    self.out[place] = " "
        self._hide(opening.start(), at + len(quote), blank=False)
        return at + len(quote)

    def _field(self, at: int, around: tuple[str, ...]) -> int:
        """Behind `{expression!r:format}`."""
        at += 1
        depth = 0
        while depth or not self._ends(at):
            if self.text[at] in "([{":
                depth += 1
            elif self.text[at] in ")]}":
                depth -= 1
            at = self._step(at, around)
        if self.text[at] == "!":
            at += 2
        if self.text[at] == ":":
            at += 1
            while self.text[at] != "}":
                at = self._field(at, around) if self.text[at] == "{" else at + 1
        return at + 1

    def _ends(self, at: int) -> bool:
        """Whether the expression of a field is over."""
        return self.text[at] in "}:" or (self.text[at] == "!" and self.text[at + 1] != "=")

    def _alias(self, code: str, match: re.Match[str]) -> None:
        """`type Row[T] = …` becomes `Row         = …`."""
        end = match.end() if match["bracket"] is None else _closing(code, match.start("bracket"))
        name = match["name"]
        start = match.end("indent")
        if "\n" not in code[start:end] and code[end:].lstrip(" \t").startswith("="):
            self.out[start:end] = [*name.ljust(end - start)]

    def _blank(self, start: int, end: int) -> None:
        """Spaces for what stands there, its lines joined."""
        for place in range(start, end):
            joined = self.text[place + 1 : place + 2] == "\n" and place + 1 < end
            if self.text[place] != "\n":
                self.out[place] = "\\" if joined else " "

    def _hide(self, start: int, end: int, *, blank: bool) -> None:
        for place in range(start, end):
            if self.code[place] != "\n":
                self.code[place] = " "
                if blank:
                    self.out[place] = " "


def _closing(code: str, at: int) -> int:
    """Behind the bracket that closes the one at a place."""
    depth = 0
    while True:
        depth += {"[": 1, "]": -1}.get(code[at], 0)
        at += 1
        if depth == 0:
            return at


def _instead(quote: str, around: tuple[str, ...], inside: str) -> str:
    """The quotes of a string in an f-string: its own where they may stand there, else others as long."""
    if not any(
        outer in quote or quote in outer for outer in around if len(outer) == 1 or outer == quote
    ):
        return quote
    other = ("'" if quote[0] == '"' else '"') * len(quote)
    taken = other in inside or any(outer in other for outer in around)
    return quote if taken else other
