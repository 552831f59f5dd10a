"""What is known while the steps of one operation are walked through."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from redisspec.ir.flows import Effect, Procedure, Unit
from redisspec.ir.keypattern import KeyPattern, Literal, Parameter, Part
from redisspec.ir.methods import Method
from redisspec.ir.model import Keyspace, Operation
from redisspec.ir.program import Program
from redisspec.operations.compiled import (
    Constant,
    Corrupt,
    Fault,
    Item,
    KeyArgument,
    KeyUse,
    Param,
    Refusal,
    TtlOf,
)
from redisspec.operations.lua import key_types
from redisspec.operations.lua.code import Block, Code, Refuse, Step, Write
from redisspec.operations.lua.text import RESERVED, quoted
from redisspec.operations.problems import AbandonedError, Problems
from redisspec.operations.translate.values import Ex, Facts
from redisspec.operations.types import Listing, Static

_WORD = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class KeyRef:
    """A key as the script names it."""

    lua: str
    keyspace: Keyspace
    arguments: tuple[KeyArgument, ...]
    each: tuple[str, ...]
    pattern: KeyPattern
    """The keyspace's pattern with the operation's own parameters in it."""


@dataclass(frozen=True, slots=True)
class Known:
    """The methods of a program's keyspaces and what they do, worked out once for all operations."""

    by_keyspace: dict[str, dict[str, Method]] = field(default_factory=dict)
    procedures: dict[tuple[str, str], Procedure] = field(default_factory=dict)


class Translator:
    """The tables of one walk: variables, keys, arguments, refusals, pieces."""

    def __init__(  # noqa: PLR0915 - one line a table
        self,
        program: Program,
        operation: Operation,
        keyspaces: Mapping[str, Keyspace],
        facts: Facts,
        assigned: Mapping[str, int],
        read: Callable[[Translator, ast.expr], Ex],
        methods: Known | None = None,
    ) -> None:
        self._read = read
        self.program = program
        self.methods = methods or Known()
        self.operation = operation
        self.keyspaces = keyspaces
        self.facts = facts
        self.assigned = assigned
        self.problems = Problems(operation)
        self.lines = operation.source.split("\n")
        self.out: Block = []
        self.step = Step(operation.span, "")
        self.env: dict[str, Ex] = {}
        self.unknown: set[str] = set()
        """Variables whose step could not be read: what is said of them would be noise."""
        self.maybe: dict[str, str] = {}
        """Variables that have no value on some path, with the way it comes."""
        self.depth = 0
        self.loops: list[Loop] = []
        self.keys: dict[
            tuple[str, tuple[KeyArgument, ...], tuple[str, ...]], tuple[str, KeyUse]
        ] = {}
        self.key_spans: dict[tuple[str, tuple[KeyArgument, ...], tuple[str, ...]], ast.AST] = {}
        """Where each key was first named."""
        self.evaluated: dict[int, Ex] = {}
        """Arguments of a call that have been evaluated, by the identity of their node."""
        self.effects: list[Effect] = []
        self.refusals: dict[Refusal, int] = {}
        self.helpers: dict[str, None] = {}
        self.helper_numbers: dict[str, int] = {}
        """The refusals that helpers answer, by the word that stands for each."""
        self.counted: set[str] = set()
        """Keys whose counts the script has read by now, on every way to here."""
        self.typed: set[str] = set()
        """Keys of which a command has shown by now that they hold their structure."""
        self.wrote = False
        self.ttls: dict[tuple[str, str | None], tuple[str, TtlOf]] = {}
        self.values: dict[str, None] = {}
        """Parameters that go into ARGV as one value, in the order in which they are needed."""
        self.texts: dict[str, str] = {}
        """The Lua names of parameters' digits, beside their numbers."""
        self.listed: dict[str, None] = {}
        """List parameters whose items go into ARGV one by one."""
        self.clock = False
        self.raised: dict[str, list[tuple[ast.Raise, tuple[tuple[str, Static], ...]]]] = {}
        self.returned: list[tuple[ast.Return | None, Static]] = []
        self.rounds: list[int] = []
        """How often each loop around the step at hand may go round."""
        self.first: set[str] = set()
        """Variables whose first assignment declares them."""
        self.declared: dict[str, None] = {}
        """Variables that are declared before the first step."""
        self.cells: dict[str, str] = {}
        """The Lua variable that holds the count of a counter's one key, by keyspace."""
        self.latest: dict[str, tuple[Block, str, str]] = {}
        """The block, the key and the variable of a counter's latest known count, by keyspace."""
        self._taken: set[str] = set(RESERVED) | set(assigned) | set(operation.params)
        self._variables: dict[str, str] = {}
        self.exact_lists: set[str] = set()
        """List parameters whose ints the script reckons with."""

    def expression(self, node: ast.expr) -> Ex:
        """The value of an expression; what it calls is put before the step at hand."""
        return self._read(self, node)

    # --- names -----------------------------------------------------------------

    def name(self, wanted: str) -> str:
        """A Lua name that nothing else in the script has."""
        base = _WORD.sub("_", wanted) or "value"
        name, n = base, 1
        while name in self._taken:
            n += 1
            name = f"{base}_{n}"
        self._taken.add(name)
        return name

    def helper(self, name: str) -> str:
        """The name of a function of lua/helpers.py, which the script is to have."""
        self.helpers[name] = None
        return name

    def variable(self, name: str) -> str:
        """The Lua name of one of the steps' own variables."""
        found = self._variables.get(name)
        if found is None:
            found = name
            while found in RESERVED or found in self._variables.values():
                found += "_"
            self._variables[name] = found
            self._taken.add(found)
        return found

    def came(self, name: str) -> str:
        """The Lua name of an int parameter's digits, which the script also has as a number."""
        found = self.texts.get(name)
        if found is None:
            found = self.texts[name] = self.name(f"{name}_digits")
        return found

    def table(self, ex: Ex) -> str:
        """A list as a Lua table; a list parameter then comes item by item."""
        if isinstance(ex.type, Listing) and ex.type.param is not None:
            self.listed[ex.type.param] = None
        return ex.operand

    # --- pieces ----------------------------------------------------------------

    def begin(self, node: ast.stmt) -> None:
        """The statement that is being read: its text stands before its Lua."""
        first = self.lines[node.lineno - 1].strip() if node.lineno <= len(self.lines) else ""
        end = getattr(node, "end_lineno", None) or node.lineno
        if end > node.lineno and not isinstance(node, ast.If | ast.For):
            rest = [line.strip() for line in self.lines[node.lineno : end]]
            first = "\n".join([first, *(f"  {line}" for line in rest)])
        self.step = Step(self.problems.span(node), first)

    def code(
        self, *lines: str, fails: bool = False, reads: Iterable[str] = (), what: str = ""
    ) -> None:
        """Lines that write nothing. The first look at a key may fail: somebody may have put another
        type there."""
        looked = key_types.looked_at(lines) - self.typed
        self.typed |= looked
        fails = fails or bool(looked)
        self.out.append(Code(list(lines), self.step, fails, frozenset(reads), what))

    def write(
        self,
        keyspace: Keyspace,
        lines: Iterable[str],
        what: str,
        *,
        answers: bool = False,
        site: tuple[int, int] | None = None,
    ) -> None:
        """Lines that write to a keyspace."""
        lines = list(lines)
        for key in sorted(key_types.written(lines) - self.typed):
            if self.wrote or self.depth:
                self._expect_type(key, keyspace)
            self.typed.add(key)
        self.wrote = True
        found = frozenset((keyspace.name,))
        self.out.append(Write(list(lines), self.step, found, what, answers, site))

    def _expect_type(self, key: str, keyspace: Keyspace) -> None:
        """Refuse a key of another type before anything is written: the command that would meet
        it comes after others have written."""
        kind = key_types.TYPES[keyspace.structure]
        number = self.refusal(Corrupt(f"a key of the type {kind}"))
        if keyspace.structure == "hyperloglog":
            # its own magic; PFCOUNT would write what it found
            found = self.name(f"{keyspace.name}_magic")
            self.out.append(Code([f"local {found} = call('GETRANGE', {key}, 0, 3)"], self.step))
            failed = f"{found} ~= '' and {found} ~= 'HYLL'"
        else:
            found = self.name(f"{keyspace.name}_type")
            self.out.append(Code([f"local {found} = call('TYPE', {key}).ok"], self.step))
            failed = f"{found} ~= '{kind}' and {found} ~= 'none'"
        self.out.append(
            Code(
                [f"if {failed} then", f"  return {{ {number}, {key}, {found} }}", "end"],
                self.step,
                True,
            )
        )

    def refusal(self, refusal: Refusal) -> int:
        """The number by which the script answers this refusal."""
        return self.refusals.setdefault(refusal, len(self.refusals) + 1)

    def guard(
        self,
        condition: str,
        refusal: Refusal,
        *arguments: str,
        reads: Iterable[str] = (),
        what: str = "",
    ) -> None:
        """Refuse the call where the condition holds."""
        answer = ", ".join((str(self.refusal(refusal)), *arguments))
        self.code(
            f"if {condition} then",
            f"  return {{ {answer} }}",
            "end",
            fails=True,
            reads=reads,
            what=what,
        )

    def refuse_now(self, refusal: Refusal, *arguments: str) -> None:
        answer = ", ".join((str(self.refusal(refusal)), *arguments))
        self.out.append(Refuse(f"return {{ {answer} }}", self.step))

    def fault(self, condition: str, reason: str) -> None:
        """An ArithmeticFault where the condition holds."""
        self.guard(condition, Fault(reason))

    def local(self, wanted: str, value: str) -> str:
        """A new variable of the script with this value."""
        name = self.name(wanted)
        self.code(f"local {name} = {value}")
        return name

    def held(self, ex: Ex) -> Ex:
        """The value as it is now, also for a write that is done later."""
        if all(self.steady(name) for name in ex.names):
            return ex
        return replace(ex, lua=self.local("kept", ex.lua), atom=True, names=frozenset())

    def steady(self, name: str) -> bool:
        """Whether a variable is assigned once only (`*` marks the script's own counts, which are not)."""
        return self.assigned.get(name, 0) < 2 and not name.startswith("*")

    # --- mistakes ----------------------------------------------------------------

    def refuse(
        self, node: ast.AST | None, message: str, help_: str | None = None, *, code: str = "RS002"
    ) -> AbandonedError:
        """A located mistake; raise what is returned."""
        return self.problems.refuse(node, message, help_, code=code)

    # --- keys --------------------------------------------------------------------

    def bound_pattern(self, use: KeyUse) -> KeyPattern:
        """The pattern of a key with the operation's own parameters in it."""
        return bound_pattern(use.keyspace, use.arguments)

    def key(self, node: ast.AST, keyspace: Keyspace, arguments: tuple[Ex, ...]) -> KeyRef:
        """The key of KEYS for these arguments, all of which a caller knows.

        Items of several lists come from one loop, so that they share its counter.
        """
        known = tuple(each.known for each in arguments if each.known is not None)
        walked = [each for each in arguments if isinstance(each.known, Item)]
        each = tuple(dict.fromkeys(name for one in walked for name in one.each))
        slot = (keyspace.name, known, each)
        found = self.keys.get(slot)
        if found is None:
            base = f"{keyspace.name}_keys" if each else f"{keyspace.name}_key"
            found = self.name(base), KeyUse(keyspace, known, each)
            self.keys[slot] = found
            self.key_spans[slot] = node
            if each or sum(name == keyspace.name for name, _, _ in self.keys) > 1:
                self.facts.shared.add(keyspace.name)
        name = found[0]
        lua = f"KEYS[{name} + {walked[0].index}]" if walked else name
        return KeyRef(lua, keyspace, known, each, bound_pattern(keyspace, known))

    def note_effects(self, procedure: Procedure, pattern: KeyPattern) -> None:
        """What a called method does, on the key that it is called for."""
        if isinstance(procedure.flow, Unit):
            self.effects += [
                replace(each, key=pattern, span=self.step.span) for each in procedure.flow.effects
            ]

    def ttl(self, keyspace: Keyspace, chosen: str | None = None) -> str:
        """The TTL of a write in milliseconds, as Lua."""
        lifetime = keyspace.lifetime
        if chosen is None and not lifetime.jitter:
            # a text: Redis takes its time to write a number out
            return quoted(str(lifetime.ttl_ms))
        slot = (keyspace.name, chosen)
        found = self.ttls.get(slot)
        if found is None:
            found = self.name(f"{keyspace.name}_ttl"), TtlOf(keyspace, chosen)
            self.ttls[slot] = found
        return found[0]


@dataclass(slots=True)
class Loop:
    """A loop that is being walked: whether its body continues, and breaks inside a wrapped body."""

    wrapped: bool
    stop: str = ""


def bound_pattern(keyspace: Keyspace, arguments: tuple[KeyArgument, ...]) -> KeyPattern:
    """The pattern of a keyspace with an operation's arguments in the place of its parameters."""
    given = iter(arguments)
    parts: list[Part] = []
    for part in keyspace.pattern.parts:
        if not isinstance(part, Parameter):
            parts.append(part)
            continue
        match next(given, None):
            case Param(name):
                parts.append(Parameter(name, part.type))
            case Item(name):
                # two items of one list differ: no parameter of the operation stands for both
                parts.append(Parameter(f"{name}[]", part.type))
            case Constant(value):
                parts.append(Literal(str(value)))
            case None:
                parts.append(part)
    return KeyPattern(tuple(parts))


def text(value: str) -> str:
    """A Lua literal."""
    return quoted(value)
