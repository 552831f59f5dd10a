"""Random operations: well-typed steps of the language over the keyspaces of redis.spec.yaml."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, cast

from hypothesis import strategies as st

from redisspec.ir.model import Keyspace
from redisspec.ir.types import Enum, Json, ListOf, Maybe, Scalar, ScalarName
from tests.operations import catalogue as methods
from tests.operations.kinds import (
    BOOL,
    BYTES,
    DATE,
    DATETIME,
    DECIMAL,
    FLOAT,
    INT,
    NOTHING,
    SLUG,
    STR,
    UUID,
    Kind,
    Listed,
    Mapped,
    Optional,
    Pair,
    RecordOf,
    SetOf,
    optional,
    spelt,
)
from tests.operations.values import IDS, PLACES, TEXTS, deterministic

KIND_ENUM = Enum(("a", "b", "c-1"))
SCALARS: tuple[Kind, ...] = (
    INT, STR, FLOAT, BOOL, SLUG, BYTES, UUID, DATE, DATETIME, DECIMAL, KIND_ENUM,
)  # fmt: skip
ERRORS: dict[str, dict[str, Kind]] = {
    "Gone": {},
    "TooFew": {"left": INT, "wanted": INT},
    "Odd": {"what": STR, "flagged": BOOL},
    "Bad": {"ratio_now": FLOAT},
    "Late": {"since": DATETIME},
}
DEEPEST = 3
GROWS = {
    *("push", "push_many", "add", "add_many", "append", "set", "set_many", "save", "update"),
    *("increment", "decrement"),
}
"""Methods that fill what they write to: the others would empty it faster."""


@dataclass(frozen=True)
class Program:
    """One operation: its parameters' types, its errors, what it says it returns, and its steps."""

    params: dict[str, Kind]
    raises: tuple[str, ...]
    returns: Kind | None
    source: str
    keyspaces: tuple[str, ...]

    @property
    def lines(self) -> int:
        return self.source.count("\n")

    def declared(self, name: str) -> str:
        """As it stands below `operations:`."""
        params = ", ".join(f"{one}: {spelt(kind)}" for one, kind in self.params.items())
        lines = [f"  {name}:", f"    params: {{{params}}}"]
        if self.returns is not None:
            lines.append(f"    returns: {spelt(self.returns)}")
        if self.raises:
            lines.append(f"    raises: [{', '.join(self.raises)}]")
        lines.append("    do: |")
        lines += [f"      {line}" for line in self.source.splitlines()]
        return "\n".join(lines) + "\n"


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """Reads, sums and refusals first, then writes; now and then all in disorder."""
    return _Maker(lambda options: draw(st.sampled_from(options))).program()


def random_program(random: Random) -> Program:
    """The same, drawn evenly: Hypothesis likes to try what it has tried, with one thing changed."""
    return _Maker(random.choice).program()


@dataclass
class _Scope:
    """The names that a block sees; `keyable` are known before the script runs."""

    kinds: dict[str, Kind] = field(default_factory=dict)
    mutable: set[str] = field(default_factory=set)

    def inner(self, **more: Kind) -> _Scope:
        return _Scope({**self.kinds, **more}, set(self.mutable))


class _Maker:
    def __init__(self, choose: Callable[[list[Any]], Any]) -> None:
        self.choose = choose
        self.params: dict[str, Kind] = {"shop": INT}
        self.keyable: dict[str, Kind] = {}
        self.names = 0
        self.writing = False
        self.looping = 0
        self.wide = 0
        self.returns: Kind | None = None

    # --- choices ---------------------------------------------------------------

    def pick(self, options: Any) -> Any:
        return self.choose(list(options))

    def chance(self, percent: int) -> bool:
        return bool(self.pick(range(1, 101)) > 100 - percent)

    def fresh(self) -> str:
        self.names += 1
        return f"v{self.names}"

    def parameter(self, kind: Kind) -> str:
        """One of the parameters of the type, or a new one."""
        found = [name for name, one in self.params.items() if one == kind and name != "shop"]
        if found and (len(found) > 1 or len(self.params) > 7 or self.chance(70)):
            return str(self.pick(found))
        name = f"p{len(self.params)}"
        self.params[name] = kind
        if kind in {SLUG, INT}:
            self.keyable[name] = kind
        return name

    # --- the whole -------------------------------------------------------------

    def program(self) -> Program:
        # A Bloom filter's steps are those of test_methods and test_bloom_filters: of each structure more
        # here, the programs are fewer in which the rarest of the deliberate mistakes shows.
        known = methods.keyspaces()
        names = sorted(name for name in known if known[name].structure != "bloom_filter")
        self.focus = {self.pick(names) for _ in range(self.pick([2, 3, 4, 5]))}
        self.returns = self.pick([None, None, INT, BOOL, STR, FLOAT, Optional(INT)])
        scope = _Scope()
        lines: list[str] = []
        disorder = self.chance(12)
        for _ in range(self.pick(range(5))):
            self.writing = disorder and self.chance(50)
            lines += self.statement(scope, 0)
        self.writing = True
        for _ in range(self.pick([1, 2, 3, 4])):
            lines += self.statement(scope, 0)
        lines += self.ending(scope)
        source = "\n".join(lines) + "\n"
        return finished(source, self.params, self.declares_result())

    def declares_result(self) -> Kind | None:
        stated = self.returns is not None and self.chance(40)
        return self.returns if stated else None

    def ending(self, scope: _Scope) -> list[str]:
        if self.returns is not None:
            return [f"return {self.expression(self.returns, scope, 1)}"]
        known = [name for name in scope.kinds if name not in self.keyable]
        form = self.pick(["nothing", "name", "name", "tuple", "list"])
        if form == "nothing" or not known:
            return []
        if form == "name":
            return [f"return {self.pick(known)}"]
        if form == "list":
            kind = self.pick([INT, STR, FLOAT, BOOL, SLUG])
            items = [self.expression(kind, scope, 1) for _ in range(2)]
            return [f"return [{', '.join(items)}]"]
        return [f"return {self.pick(known)}, {self.expression(self.pick([INT, STR]), scope, 1)}"]

    # --- statements ------------------------------------------------------------

    def block(self, scope: _Scope, depth: int) -> list[str]:
        lines: list[str] = []
        for _ in range(self.pick([1, 2])):
            lines += self.statement(scope, depth)
        return [f"    {line}" for line in lines or ["pass"]]

    def statement(self, scope: _Scope, depth: int) -> list[str]:
        forms = ["call", "call", "call", "call", "assign"]
        if self.writing:
            forms += ["call"] * 5
        if depth < DEEPEST - 1:
            forms += ["if", "if", "for", "for"]
        if not self.writing:
            forms += ["refuse", "refuse", "narrow", "unpack", "sum"]
        if depth and not self.writing:
            forms += ["return"] if self.returns is not None else []
            forms += ["break"] if self.looping else []
        if scope.mutable:
            forms += ["change", "change"]
        made: list[str] = getattr(self, f"_{self.pick(forms)}")(scope, depth)
        return made

    def _call(self, scope: _Scope, depth: int) -> list[str]:
        wanted = self.writing and self.chance(85)
        one = self.method(lambda one: one.writes == wanted)
        text = self.called(one, scope)
        kept = one.result != NOTHING and (not one.writes or self.chance(15 if self.writing else 40))
        if not kept:
            return [text]
        name = self.fresh()
        scope.kinds[name] = one.result
        if isinstance(one.result, Optional) and self.chance(40):
            return [f"{name} = {text}", *self.narrowed(name, scope, depth)]
        return [f"{name} = {text}"]

    def _assign(self, scope: _Scope, depth: int) -> list[str]:
        kind = self.pick([INT, INT, STR, FLOAT, BOOL, DATETIME])
        name = self.fresh()
        text = self.expression(kind, scope, 2)
        scope.kinds[name] = kind
        scope.mutable.add(name)
        return [f"{name} = {text}"]

    def _unpack(self, scope: _Scope, depth: int) -> list[str]:
        kinds = [self.pick([INT, STR, FLOAT]) for _ in range(2)]
        texts = [self.expression(kind, scope, 1) for kind in kinds]
        names = [self.fresh(), self.fresh()]
        scope.kinds.update(zip(names, kinds, strict=True))
        return [f"{', '.join(names)} = {', '.join(texts)}"]

    def _change(self, scope: _Scope, depth: int) -> list[str]:
        name = self.pick(sorted(scope.mutable))
        kind = scope.kinds[name]
        if kind in {INT, FLOAT} and self.chance(70):
            op = self.pick(
                ["+=", "-=", "*=", "/="] if kind == FLOAT else ["+=", "-=", "*=", "//=", "%="]
            )
            return [f"{name} {op} {self.expression(kind, scope, 1)}"]
        return [f"{name} = {self.expression(kind, scope, 1)}"]

    def _refuse(self, scope: _Scope, depth: int) -> list[str]:
        return [f"if {self._bool(scope, 1)}:", *(f"    {line}" for line in self.refusal(scope))]

    def refusal(self, scope: _Scope) -> list[str]:
        name = self.pick(ERRORS)
        attributes = ERRORS[name]
        lines, given = [], []
        spelt_out = False
        for attribute, kind in attributes.items():
            text = self.expression(kind, scope, 1)
            if not spelt_out and self.chance(30):
                lines.append(f"{attribute} = {text}")
                given.append(attribute)
            else:
                spelt_out = True
                given.append(f"{attribute}={text}")
        return [*lines, f"raise {name}({', '.join(given)})"]

    def _return(self, scope: _Scope, depth: int) -> list[str]:
        assert self.returns is not None
        text = self.expression(self.returns, scope, 1)
        return [f"if {self._bool(scope, 1)}:", f"    return {text}"]

    def _break(self, scope: _Scope, depth: int) -> list[str]:
        return [f"if {self._bool(scope, 1)}:", f"    {self.pick(['break', 'continue'])}"]

    def _if(self, scope: _Scope, depth: int) -> list[str]:
        condition, inner = self.condition(scope)
        lines = [f"if {condition}:", *self.block(inner, depth + 1)]
        if self.chance(20):
            condition, inner = self.condition(scope)
            lines += [f"elif {condition}:", *self.block(inner, depth + 1)]
        if self.chance(40):
            lines += ["else:", *self.block(scope.inner(), depth + 1)]
        return lines

    def _narrow(self, scope: _Scope, depth: int) -> list[str]:
        found = [name for name, kind in scope.kinds.items() if isinstance(kind, Optional)]
        if not found:
            return self._assign(scope, depth)
        return self.narrowed(self.pick(found), scope, depth)

    def narrowed(self, name: str, scope: _Scope, depth: int) -> list[str]:
        kind = scope.kinds[name]
        assert isinstance(kind, Optional)
        if not self.writing and self.chance(50):
            lines = [f"if {name} is None:", *(f"    {line}" for line in self.refusal(scope))]
            scope.kinds[name] = kind.inner
            return lines
        if depth >= DEEPEST - 1:
            return []
        inner = scope.inner(**{name: kind.inner})
        return [f"if {name} is not None:", *self.block(inner, depth + 1)]

    def _sum(self, scope: _Scope, depth: int) -> list[str]:
        """A loop that adds up, and the total after it."""
        total = self.fresh()
        scope.kinds[total] = INT
        scope.mutable.add(total)
        return [f"{total} = {self.literal(INT)}", *self._for(scope, depth)]

    def _for(self, scope: _Scope, depth: int) -> list[str]:
        head, bound, keyable = self.iterated(scope)
        inner = scope.inner(**bound)
        self.keyable.update(keyable)
        self.looping += 1
        wide = not head.endswith((")]:", "):", "]:")) or "zip" in head or "enumerate" in head
        self.wide += wide
        lines = [head, *self.block(inner, depth + 1)]
        self.wide -= wide
        self.looping -= 1
        for name in keyable:
            del self.keyable[name]
        return lines

    def iterated(self, scope: _Scope) -> tuple[str, dict[str, Kind], dict[str, Kind]]:
        """The head of a loop, the names that it binds, and which of them may stand in keys."""
        name = self.fresh()
        forms = ["param", "param", "enumerate", "zip", "range", "display", "name", "name"]
        # a list may have a thousand items, and ten thousand rounds are the most
        form = self.pick(["range", "display"] if self.wide else forms)
        listed = {one: kind for one, kind in scope.kinds.items() if isinstance(kind, Listed)}
        if form == "name" and listed:
            return self._over(self.pick(sorted(listed)), listed, scope)
        if form == "range":
            arguments = self.pick(["2", "1, 3", "3, 0, -1"])
            return f"for {name} in range({arguments}):", {name: INT}, {}
        if form == "display":
            kind = self.pick([INT, STR])
            items = ", ".join(self.literal(kind) for _ in range(2))
            return f"for {name} in {self.pick(['[{}]', '({})']).format(items)}:", {name: kind}, {}
        kind = self.pick([INT, SLUG, STR, SLUG])
        over = self.parameter(Listed(kind))
        keyable = {name: kind} if kind in {INT, SLUG} else {}
        if form == "enumerate":
            at = self.fresh()
            return f"for {at}, {name} in enumerate({over}):", {at: INT, name: kind}, keyable
        if form == "zip":
            other, with_ = self.fresh(), self.parameter(Listed(INT))
            head = f"for {name}, {other} in zip({over}, {with_}):"
            return head, {name: kind, other: INT}, {**keyable, other: INT}
        return f"for {name} in {over}:", {name: kind}, keyable

    def _over(
        self, over: str, listed: dict[str, Kind], scope: _Scope
    ) -> tuple[str, dict[str, Kind], dict[str, Kind]]:
        kind = listed[over]
        assert isinstance(kind, Listed)
        if isinstance(kind.item, Pair):
            names = [self.fresh() for _ in kind.item.items]
            bound = dict(zip(names, kind.item.items, strict=True))
            return f"for {', '.join(names)} in {over}:", bound, {}
        name = self.fresh()
        return f"for {name} in {over}:", {name: kind.item}, {}

    # --- calls -----------------------------------------------------------------

    def method(self, wanted: Callable[[methods.Callable], bool]) -> methods.Callable:
        names = self.focus
        found = [
            one
            for one in methods.catalogue()
            if one.keyspace.name in names and wanted(one) and exact(one)
        ]
        if not found:
            found = [one for one in methods.catalogue() if wanted(one) and exact(one)]
        # the keyspace first: hashes would have most of the turns otherwise
        keyspace = self.pick(sorted({one.keyspace.name for one in found}))
        own = [one for one in found if one.keyspace.name == keyspace]
        own += [one for one in own if one.writes and one.name in GROWS] * 2
        made: methods.Callable = self.pick(own)
        return made

    def called(self, one: methods.Callable, scope: _Scope) -> str:
        one = self.possible(one, scope)
        texts = self.key(one.keyspace)
        conditioned = False
        place = self.pick(PLACES)
        for argument in one.arguments:
            if argument.role == "condition":
                if conditioned or not self.chance(25):
                    continue
                conditioned = True
            elif not argument.required and not self.chance(40):
                if argument.keyword:
                    continue
                break
            text = self.argument(argument, one, scope, place)
            if text is None:
                if argument.keyword:
                    continue
                break
            texts.append(f"{argument.name}={text}" if argument.keyword else text)
        return f"{one.keyspace.name}.{one.name}({', '.join(texts)})"

    def possible(self, one: methods.Callable, scope: _Scope) -> methods.Callable:
        """The method itself; `save` for a `set` whose record nobody has."""
        wanted = [argument.kind for argument in one.arguments if argument.role == "record"]
        if all(kind in scope.kinds.values() for kind in wanted):
            return one
        (save,) = [m for m in methods.callables(one.keyspace) if m.name == "save"]
        return save

    def key(self, keyspace: Keyspace) -> list[str]:
        extra = keyspace.pattern.parameters[1:]
        if not extra:
            return ["shop"]
        # the kinds of the test's own keys are those of scalars, one and all
        kind = Scalar(cast(ScalarName, extra[0].type.name))
        known = [name for name, one in self.keyable.items() if one == kind]
        loops = [name for name in known if name not in self.params]
        if loops and self.chance(60):
            return ["shop", self.pick(loops)]
        if self.chance(30):
            return ["shop", self.pick(["1", "2"] if kind == INT else ["'x'", "'y'"])]
        return ["shop", self.parameter(kind)]

    def argument(
        self, argument: methods.Argument, one: methods.Callable, scope: _Scope, place: Any
    ) -> str | None:
        kind = argument.kind
        match argument.role:
            case "each":
                assert isinstance(kind, Listed)
                texts = [self.expression(kind.item, scope, 1) for _ in range(self.pick([1, 1, 2]))]
                return ", ".join(texts)
            case "items":
                assert isinstance(kind, Listed)
                return self.expression(kind, scope, 1)
            case "pairs":
                assert isinstance(kind, Mapped)
                keys = [self.expression(kind.key, scope, 0) for _ in range(self.pick([1, 2]))]
                pairs = [f"{key}: {self.expression(kind.value, scope, 1)}" for key in keys]
                return f"{{{', '.join(pairs)}}}"
            case "record":
                found = [name for name, one_ in scope.kinds.items() if one_ == kind]
                return self.pick(found) if found else None
            case "positive":
                return self.pick(["1", "2", "3"])
            case "natural":
                return self.pick(["0", "1", "2"])
            case "offset":
                return (
                    self.pick(["0", "3", "9", "19", "20"])
                    if self.chance(70)
                    else self.expression(INT, scope, 1)
                )
            case "condition":
                return "True"
            case "entry_id":
                return repr(self.pick(IDS))
            case "ttl":
                return None
            case "longitude" | "latitude":
                return repr(place[argument.role == "latitude"])
            case "edge" if self.chance(60):
                return self.literal(FLOAT)
        return self.expression(kind, scope, 1)

    # --- expressions -----------------------------------------------------------

    def condition(self, scope: _Scope) -> tuple[str, _Scope]:
        """A condition, and the scope in which it holds."""
        found = [name for name, kind in scope.kinds.items() if isinstance(kind, Optional)]
        if found and self.chance(40):
            name = self.pick(found)
            kind = scope.kinds[name]
            assert isinstance(kind, Optional)
            inner = scope.inner(**{name: kind.inner})
            if self.chance(50):
                return f"{name} is not None and {self.comparison(inner, name)}", inner
            return f"{name} is not None", inner
        return self._bool(scope, 1), scope.inner()

    def comparison(self, scope: _Scope, name: str | None = None) -> str:
        names = [one for one, kind in scope.kinds.items() if kind in COMPARED]
        if name is None:
            name = self.pick(names) if names and self.chance(80) else None
        kind = scope.kinds[name] if name else self.pick([INT, STR, FLOAT, DATETIME])
        if kind not in COMPARED:
            return self.literal(BOOL)
        left = name or self.expression(kind, scope, 1)
        words = ["==", "!="]
        if kind in {INT, FLOAT, DATETIME}:
            words += ["<", "<=", ">", ">="]
        return f"{left} {self.pick(words)} {self.expression(kind, scope, 1)}"

    def expression(self, kind: Kind, scope: _Scope, depth: int) -> str:
        """An expression of the type; a parameter where nothing else gives one."""
        if self.writing and self.chance(60):
            depth = 0  # what may fault keeps the writes before it waiting
        names = [name for name, one in scope.kinds.items() if one == kind]
        names += [
            f"{name}.{found.name}"
            for name, one in scope.kinds.items()
            if isinstance(one, RecordOf)
            for found in methods.keyspaces()[one.keyspace].fields
            if (optional(found.type) if isinstance(found.type, Maybe) else found.type) == kind
        ]
        if names and self.chance(60):
            return str(self.pick(names))
        if depth > 0 and self.chance(50):
            made = self.compound(kind, scope, depth - 1)
            if made is not None:
                return made
        if isinstance(kind, Optional):
            if self.chance(20):
                return "None"
            return (
                self.parameter(kind) if self.chance(40) else self.expression(kind.inner, scope, 0)
            )
        if kind in LITERAL and self.chance(50):
            return self.literal(kind)
        if kind == DATETIME and self.chance(50):
            return "now()"
        if isinstance(kind, ListOf):
            return self.parameter(Listed(kind.item))
        if isinstance(kind, (Scalar, Enum, Json, Listed)) and spelt(kind) is not None:
            return self.parameter(kind)
        raise AssertionError(kind)

    def literal(self, kind: Kind) -> str:
        match kind:
            case Scalar("int"):
                return str(self.pick([0, 1, 2, 3, 5, 10]))
            case Scalar("float"):
                return repr(self.pick([0.0, 0.5, 1.0, 2.25, 0.1]))
            case Scalar("bool"):
                return str(self.pick([True, False]))
            case Scalar("str"):
                return repr(self.pick(TEXTS))
            case Scalar("slug"):
                return repr(self.pick(["x", "y"]))
            case Enum(members):
                return repr(self.pick(members))
        raise AssertionError(kind)

    def compound(self, kind: Kind, scope: _Scope, depth: int) -> str | None:
        match kind:
            case Scalar("int"):
                return self._int(scope, depth)
            case Scalar("float"):
                return self._float(scope, depth)
            case Scalar("str"):
                return self._str(scope, depth)
            case Scalar("bool"):
                made = self._bool(scope, depth)
                return made if made.isidentifier() else f"({made})"
            case Listed(item) if item in {INT, STR, FLOAT, BOOL}:
                items = [self.expression(item, scope, 0) for _ in range(self.pick([1, 2]))]
                return f"[{', '.join(items)}]"
        return None

    def _int(self, scope: _Scope, depth: int) -> str:
        def one() -> str:
            return self.expression(INT, scope, depth)

        sized = [n for n, k in scope.kinds.items() if k in {STR, BYTES} or isinstance(k, Listed)]
        numbers = [n for n, k in scope.kinds.items() if k == Listed(INT)]
        form = self.pick(["+", "-", "*", "//", "%", "min", "abs", "len", "int", "sum", "read"])
        match form:
            case "min":
                return f"{self.pick(['min', 'max'])}({one()}, {one()})"
            case "abs":
                return self.pick(["abs({})", "-({})"]).format(one())
            case "len":
                over = (
                    self.pick(sized)
                    if sized
                    else self.parameter(self.pick([STR, BYTES, Listed(INT)]))
                )
                return f"len({over})"
            case "int":
                return f"int({self.expression(FLOAT, scope, depth)})"
            case "sum":
                return f"sum({self.pick(numbers) if numbers else self.parameter(Listed(INT))})"
            case "read" if not self.writing:
                return self.called(self.method(lambda m: m.result == INT and not m.writes), scope)
            case "read":
                return one()
        return f"({one()} {form} {one()})"

    def _float(self, scope: _Scope, depth: int) -> str:
        def one() -> str:
            return self.expression(FLOAT, scope, depth)

        match self.pick(["op", "op", "div", "float", "min", "time", "abs"]):
            case "div":
                left, right = (self.expression(INT, scope, depth) for _ in range(2))
                return f"({left} / {right})"
            case "float":
                return f"float({self.expression(INT, scope, depth)})"
            case "min":
                return f"{self.pick(['min', 'max'])}({one()}, {one()})"
            case "abs":
                return self.pick(["abs({})", "-({})"]).format(one())
            case "time":
                times = [n for n, k in scope.kinds.items() if k == DATETIME]
                return f"{self.pick([*times, self.parameter(DATETIME)])}.timestamp()"
        return f"({one()} {self.pick(['+', '-', '*', '/'])} {one()})"

    def _str(self, scope: _Scope, depth: int) -> str:
        def one() -> str:
            return self.expression(STR, scope, depth)

        match self.pick(["+", "f", "f", "str"]):
            case "+":
                return f"({one()} + {one()})"
            case "str":
                return f"str({self.expression(self.pick([INT, INT, FLOAT]), scope, depth)})"
        names = [n for n, k in scope.kinds.items() if k in {INT, STR, SLUG, KIND_ENUM, FLOAT}]
        held = self.pick([*names, self.parameter(self.pick([INT, STR, SLUG]))])
        return f'f"{self.pick(["", "a:", "{{é☃ "])}{{{held}}}{self.pick(["", "%s"])}"'

    def _bool(self, scope: _Scope, depth: int) -> str:
        def one() -> str:
            return self.expression(BOOL, scope, depth)

        form = self.pick(["==", "==", "==", "==", "and", "or", "not", "in", "none", "read", "read"])
        match form:
            case "and" | "or":
                return f"{one()} {form} {one()}"
            case "not":
                return f"not {one()}"
            case "none":
                found = [n for n, k in scope.kinds.items() if isinstance(k, Optional)]
                name = self.pick(found) if found else self.parameter(Optional(INT))
                return f"{name} {self.pick(['is', 'is not'])} None"
            case "in":
                return self._in(scope, depth)
            case "read" if not self.writing:
                return self.called(self.method(lambda m: m.result == BOOL and not m.writes), scope)
        return self.comparison(scope)

    def _in(self, scope: _Scope, depth: int) -> str:
        sure = {INT, STR, SLUG, BYTES}
        found = {
            name: kind.item
            for name, kind in scope.kinds.items()
            if isinstance(kind, (Listed, SetOf)) and kind.item in sure
        }
        word = self.pick(["in", "not in"])
        if found and self.chance(70):
            over = self.pick(sorted(found))
            return f"{self.expression(found[over], scope, depth)} {word} {over}"
        kind = self.pick([INT, SLUG, STR])
        return f"{self.expression(kind, scope, depth)} {word} {self.parameter(Listed(kind))}"


def exact(one: methods.Callable) -> bool:
    """Whether the model knows the answer to the last digit: of what is near, nothing may be reckoned."""
    return deterministic(one) and one.name not in {"distance", "position"}


LITERAL = {INT, FLOAT, BOOL, STR, SLUG, KIND_ENUM}
COMPARED = {INT, FLOAT, STR, SLUG, BYTES, UUID, DATE, DATETIME, KIND_ENUM, BOOL}


def finished(source: str, params: dict[str, Kind], returns: Kind | None) -> Program:
    """The program with what its steps use, and no more."""
    names: set[str] = set()
    raised: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name):
            names.add(node.id)
        if isinstance(node, ast.Raise):
            found = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            raised += [found.id] if isinstance(found, ast.Name) else []
    return Program(
        {name: kind for name, kind in params.items() if name in names},
        tuple(dict.fromkeys(raised)),
        returns,
        source,
        tuple(sorted(names & methods.keyspaces().keys())),
    )
