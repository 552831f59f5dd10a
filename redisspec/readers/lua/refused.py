"""Where Lua 5.1 stops in a text that it refuses, and what to write there: a recogniser after the manual's grammar.

The syntax itself is read by tree-sitter, which mends what is broken and goes on: what it calls an error may lie
tokens away from the mistake.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, NoReturn

_TOKEN = re.compile(
    r"""(?P<space>\s+|--\[(?P<c>=*)\[.*?\](?P=c)\]|--(?!\[=*\[)[^\n]*)
    |(?P<open>(?:--)?\[(?P<level>=*)\[)
    |(?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
    |(?P<broken>["'][^\n]*)
    |(?P<number>(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?![\w.]))
    |(?P<name>[A-Za-z_]\w*)
    |(?P<sign>\.\.\.|\.\.|==|~=|<=|>=|!=|&&|\|\||\+\+|//|[+\-*/%^]=(?!=)|.)""",
    re.X | re.S | re.A,
)
_KEYWORDS: Final = frozenset(
    ("and", "break", "do", "else", "elseif", "end", "false", "for", "function", "if", "in")
) | {"local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while"}
_BINARY: Final = {
    "or": (1, 1),
    "and": (2, 2),
    **dict.fromkeys(("<", ">", "<=", ">=", "~=", "=="), (3, 3)),
    "..": (5, 4),
    **dict.fromkeys("+-", (6, 6)),
    **dict.fromkeys("*/%", (7, 7)),
    "^": (10, 9),
}
_UNARY: Final = 8
_BLOCK_ENDS: Final = frozenset(("", "else", "elseif", "end", "until"))
_CLOSERS: Final = frozenset((")", "]", "}"))
_VALUES: Final = frozenset(("nil", "true", "false", "not", "{", "#", "..."))

# What other languages have, and how Lua says it.
_FOREIGN: Final = {
    "!=": "unequal is written `~=`",
    "!": "not is written `not`",
    "&&": "and is written `and`",
    "||": "or is written `or`",
    "++": "write `x = x + 1`",
    "?": "a choice is written `a and b or c`, where `b` is not false",
    "//": "write `math.floor(a / b)`",
    "&": "write `bit.band(a, b)`",
    "|": "write `bit.bor(a, b)`",
    "~": "unequal is written `~=`, not is written `not`",
    ";": "take it away: Lua 5.1 has no empty statement",
}
_FOREIGN_WORDS: Final = {
    "elif": "write `elseif`",
    "elsif": "write `elseif`",
    "continue": "put what follows into an `if`: Lua 5.1 has no `continue`",
    "const": "write `local`",
    "let": "write `local`",
    "var": "write `local`",
    "def": "write `local function`",
    "func": "write `local function`",
    "fn": "write `local function`",
    "goto": "write a loop: Lua 5.1 has no `goto`",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """The place in the text (from one offset to another), what is wrong there, what to write."""

    start: int
    end: int
    message: str
    help: str


class _RefusedError(Exception):
    def __init__(self, start: int, end: int, message: str, help_: str) -> None:
        super().__init__(message)
        self.refusal = Refusal(start, end, message, help_)


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int
    kind: str
    """`name`, `string`, `number`, `sign`, `keyword`, or `end` of the text."""


def refusal(text: str) -> Refusal | None:
    """The first mistake of a text; None where this grammar has no fault to find with it."""
    try:
        _Recogniser(text, _tokens(text)).chunk()
    except _RefusedError as found:
        return found.refusal
    return None


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at = len(text.partition("\n")[0]) if text.startswith("#") else 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        assert token is not None, "the last branch takes any character"
        at = token.end()
        kind = token.lastgroup or ""
        if token["space"]:
            continue
        if token["open"]:
            close = f"]{token['level']}]"
            end = text.find(close, at)
            if end < 0:
                what = "comment" if token["open"].startswith("--") else "text"
                raise _RefusedError(
                    token.start(),
                    at,
                    f"`{token['open']}` is never closed",
                    f"write `{close}` at the {what}'s end",
                )
            at = end + len(close)
            found.append(_Token(text[token.start() : at], token.start(), at, "string"))
            continue
        if token["broken"]:
            quote = token["broken"][0]
            raise _RefusedError(
                token.start(),
                token.start() + len(token["broken"].rstrip()),
                f"this text is not closed by a `{quote}`",
                f"write `{quote}` at its end, and a line's end in it as `\\n`",
            )
        if kind == "name" and token[0] in _KEYWORDS:
            kind = "keyword"
        found.append(_Token(token[0], token.start(), at, kind))
    end = len(text.rstrip())
    found.append(_Token("", end, end, "end"))
    return found


class _Recogniser:
    """Goes through the tokens as Lua's own parser does; raises the Refusal of the first that it cannot take."""

    def __init__(self, text: str, tokens: list[_Token]) -> None:
        self._text = text
        self._tokens = tokens
        self._at = 0
        self._else_if: _Token | None = None
        self._loops = 0
        self._variadic = True

    def chunk(self) -> None:
        self._block()
        if self._now.kind != "end":
            self._closes_nothing()

    # --- statements -----------------------------------------------------------------

    def _block(self) -> None:
        while self._now.text not in _BLOCK_ENDS or self._now.kind == "string":
            ends = self._now.text in ("return", "break") and self._now.kind == "keyword"
            word = self._now
            self._statement()
            self._taken(";")
            if ends and (self._now.text not in _BLOCK_ENDS or self._now.kind == "string"):
                self._behind(word)

    def _behind(self, word: _Token) -> NoReturn:
        """Something follows a `return` or a `break`, which ends its block."""
        now = self._now
        if now.text in _CLOSERS:
            self._closes_nothing()
        if now.text in _FOREIGN_WORDS:
            self._fail(f"`{now.text}` is no word of Lua", _FOREIGN_WORDS[now.text])
        if now.kind == "sign":
            self._unexpected("the end of the block")
        self._fail(
            f"`{_short(now.text)}` cannot follow `{word.text}`, the last statement of its block",
            f"take away what follows, or write `do {word.text} … end`",
        )

    def _statement(self) -> None:
        first = self._now
        match first.text if first.kind == "keyword" else "":
            case "if":
                self._if()
            case "while":
                self._next()
                self._value()
                self._word("do")
                self._loop(first)
            case "do":
                self._next()
                self._body(first)
            case "for":
                self._for()
            case "repeat":
                self._next()
                self._loop(first, "until")
                self._value()
            case "function":
                self._next()
                self._name("the function's name")
                while self._taken("."):
                    self._name("a name")
                if self._taken(":"):
                    self._name("a name")
                self._function(first)
            case "local":
                self._local()
            case "return":
                self._next()
                if self._now.text not in (*_BLOCK_ENDS, ";"):
                    self._values()
            case "break":
                if not self._loops:
                    self._fail("`break` stands in no loop", "write `return`, or take it away")
                self._next()
            case _:
                self._call_or_assignment()

    def _if(self) -> None:
        first = self._next()
        self._value()
        self._word("then")
        self._block()
        while self._taken("elseif"):
            self._value()
            self._word("then")
            self._block()
        if self._now.text == "else":
            word = self._next()
            nested = self._now.text == "if"
            self._block()
            self._else_if = word if nested else None
        self._close("end", first)
        self._else_if = None

    def _for(self) -> None:
        first = self._next()
        self._name("a name")
        if self._taken("="):
            self._value()
            if not self._taken(","):
                self._missing(",", "the last value of the count follows")
            self._value()
            if self._taken(","):
                self._value()
        else:
            while self._taken(","):
                self._name("a name")
            self._word("in")
            self._values()
        self._word("do")
        self._loop(first)

    def _local(self) -> None:
        self._next()
        if self._now.text == "function":
            opened = self._next()
            self._name("the function's name")
            self._function(opened)
            return
        self._name("a name")
        while self._taken(","):
            self._name("a name")
        if self._taken("="):
            self._values()

    def _call_or_assignment(self) -> None:
        first = self._now
        if first.text in _CLOSERS:
            self._closes_nothing()
        if first.text == "==":
            self._fail("`==` cannot stand here", "a value is given with one `=`")
        if first.kind != "name" and first.text != "(":
            self._unexpected("a statement")
        found = self._suffixed()
        if found == "variable" and self._now.text in ("=", ","):
            while self._taken(","):
                named = self._now
                if named.kind != "name" and named.text != "(":
                    self._unexpected("a name")
                if self._suffixed() != "variable":
                    self._fail("a value is given to a name or a field", "name one here", named)
            if not self._taken("="):
                self._unexpected("`=`")
            self._values()
            return
        if found == "call":
            return
        if first.text in _FOREIGN_WORDS:
            self._fail(f"`{first.text}` is no word of Lua", _FOREIGN_WORDS[first.text], first)
        sign = self._now.text
        if sign in _FOREIGN or re.fullmatch(r"[-+*/%^]=", sign):
            self._unexpected("")
        last = self._tokens[self._at - 1]
        raise _RefusedError(
            first.start,
            last.end,
            "this does nothing, and Lua takes no value for a statement",
            "call it, assign it, or return it",
        )

    def _loop(self, opened: _Token, word: str = "end") -> None:
        self._loops += 1
        self._block()
        self._loops -= 1
        self._close(word, opened)

    def _body(self, opened: _Token) -> None:
        self._block()
        self._close("end", opened)

    def _function(self, opened: _Token) -> None:
        if not self._taken("("):
            self._missing("(", "the parameters follow")
        outside = self._loops, self._variadic
        self._loops, self._variadic = 0, False
        if not self._taken(")"):
            self._parameters()
        self._body(opened)
        self._loops, self._variadic = outside

    def _parameters(self) -> None:
        while True:
            if self._taken("..."):
                self._variadic = True
                if not self._taken(")"):
                    self._missing(")", "`...` is the last parameter")
                return
            self._name("a parameter")
            if self._taken(")"):
                return
            if not self._taken(","):
                self._separated(")")

    # --- expressions ----------------------------------------------------------------

    def _values(self) -> None:
        self._value()
        while self._taken(","):
            self._value()

    def _value(self, above: int = 0) -> None:
        if self._now.text in ("not", "#", "-") and self._now.kind != "string":
            self._next()
            self._value(_UNARY)
        else:
            self._simple()
        while (found := _BINARY.get(self._now.text)) and self._now.kind != "string":
            if found[0] <= above:
                return
            self._next()
            self._value(found[1])

    def _simple(self) -> None:
        token = self._now
        if token.text == "..." and token.kind == "sign" and not self._variadic:
            self._fail("`...` stands in a function that takes none", "add it to the parameters")
        if token.kind in ("number", "string") or token.text in ("nil", "true", "false", "..."):
            self._next()
        elif token.text == "{":
            self._table()
        elif token.text == "function":
            self._function(self._next())
        elif token.kind == "name" or token.text == "(":
            self._suffixed()
        else:
            self._unexpected("a value")

    def _suffixed(self) -> Literal["call", "variable", "value"]:
        """A name or a value in parentheses with what hangs on it; what it is."""
        opened = self._next()
        found: Literal["call", "variable", "value"] = "variable"
        if opened.text == "(":
            self._value()
            self._close(")", opened)
            found = "value"
        elif opened.kind != "name":
            self._unexpected("a name", opened)
        while True:
            token = self._now
            if token.kind == "string" or token.text == "{":
                self._argument()
                found = "call"
            elif token.text == "(":
                if self._line_ends_before(token):
                    self._fail(
                        "a call's `(` stands on its function's line",
                        "write it there, or `;` between two statements",
                    )
                self._next()
                self._arguments()
                found = "call"
            elif token.text == ":":
                self._next()
                self._name("a method's name")
                if self._now.text not in ("(", "{") and self._now.kind != "string":
                    self._missing("(", "a method is called")
            elif token.text == ".":
                self._next()
                self._name("a name")
                found = "variable"
            elif token.text == "[":
                self._next()
                self._value()
                self._close("]", token)
                found = "variable"
            else:
                return found

    def _argument(self) -> None:
        if self._now.text == "{" and self._now.kind != "string":
            self._table()
        else:
            self._next()

    def _arguments(self) -> None:
        if self._taken(")"):
            return
        while True:
            self._value()
            if self._taken(","):
                continue
            if self._taken(")"):
                return
            self._separated(")")

    def _table(self) -> None:
        self._next()
        while not self._taken("}"):
            after = self._tokens[min(self._at + 1, len(self._tokens) - 1)]
            if self._now.text == "[":
                bracket = self._next()
                self._value()
                self._close("]", bracket)
                if not self._taken("="):
                    self._missing("=", "the field's value follows")
            elif self._now.kind == "name" and after.text == "=":
                self._next()
                self._next()
            self._value()
            if self._taken(",") or self._taken(";") or self._now.text == "}":
                continue
            self._separated("}")

    # --- tokens ---------------------------------------------------------------------

    @property
    def _now(self) -> _Token:
        return self._tokens[self._at]

    def _next(self) -> _Token:
        token = self._tokens[self._at]
        if token.kind != "end":
            self._at += 1
        return token

    def _line_ends_before(self, token: _Token) -> bool:
        return "\n" in self._text[self._tokens[self._at - 1].end : token.start]

    def _taken(self, text: str) -> bool:
        if self._now.text != text or self._now.kind in ("string", "end"):
            return False
        self._at += 1
        return True

    def _name(self, what: str) -> None:
        if self._now.kind != "name":
            self._unexpected(what)
        self._next()

    def _word(self, word: str) -> None:
        if self._taken(word):
            return
        if self._now.text == "=":
            self._fail("`=` cannot stand here", "comparing is written `==`")
        if self._now.text in _FOREIGN:
            self._unexpected("")
        self._missing(word, "")

    def _close(self, word: str, opened: _Token) -> None:
        if self._taken(word):
            return
        if word in ("end", "until"):
            if self._else_if is not None and word == "end":
                self._fail(
                    "the `if` behind this `else` needs an `end` of its own",
                    "write `elseif`, or one `end` more",
                    self._else_if,
                )
            self._fail(f"`{opened.text}` is never closed", f"write its `{word}`", opened)
        if self._now.text in _FOREIGN or self._now.text == "=":
            self._unexpected("")
        self._missing(word, "")

    def _separated(self, closing: str) -> NoReturn:
        """What follows an item is neither a separator nor the end: one of the two is missing."""
        token = self._now
        if token.kind in ("name", "string", "number") or token.text in _VALUES:
            self._fail(f"a comma is missing before `{_short(token.text)}`", "write `,` before it")
        if token.text in _FOREIGN or token.text == "=":
            self._unexpected("")
        self._missing(closing, "")

    def _closes_nothing(self) -> NoReturn:
        self._fail(f"`{self._now.text}` closes nothing", "take it away, or write what it closes")

    def _missing(self, word: str, why: str) -> NoReturn:
        at = self._tokens[self._at - 1].end
        told = f"add `{word}`" + (f": {why}" if why else "")
        raise _RefusedError(at, at, f"`{word}` is missing here", told)

    def _unexpected(self, expected: str, token: _Token | None = None) -> NoReturn:
        token = token or self._now
        if token.kind == "end":
            raise _RefusedError(
                token.start, token.start, "the script breaks off here", f"write {expected} there"
            )
        told = _FOREIGN.get(token.text)
        if re.fullmatch(r"[-+*/%^]=", token.text):
            told = f"write `x = x {token.text[0]} …`"
        elif token.text == "=" and not expected:
            told = "comparing is written `==`"
        told = told or f"Lua expects {expected}: write it before this, or take this away"
        self._fail(f"`{_short(token.text)}` cannot stand here", told, token)

    def _fail(self, message: str, told: str, token: _Token | None = None) -> NoReturn:
        token = token or self._now
        raise _RefusedError(token.start, token.end, message, told)


def _short(text: str) -> str:
    return text if len(text) <= 40 and "\n" not in text else f"{text.partition(chr(10))[0][:39]}…"
