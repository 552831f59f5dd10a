"""Puts everything that may refuse the call before the first write, or says why that cannot be.

Redis does not roll a script back. A write behind which nothing can be refused any more stays where
it is. Another is held back: as text where the rest of its own block decides (it then stands behind
the last step that may refuse), as a function in the list `later` where a branch or a loop does.
What was held back is done before the script returns, in the order of the steps.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from redisspec.operations.lua.code import (
    Block,
    Code,
    For,
    If,
    Leave,
    Piece,
    Refuse,
    Return,
    Step,
    Write,
    traits,
)
from redisspec.operations.lua.text import comment

DO_LATER = "for _, write in ipairs(later) do"
MOST_WORDS = 50
"""Lua's functions see at most 60 variables of the functions around them."""
_WORD = re.compile(r"[A-Za-z_]\w*")

_QUOTED = re.compile(r"'[^']*'")
_LOCAL = re.compile(r"\blocal (\w+)")
_SET = re.compile(r"^\s*(?:local )?(\w+)(?: =|$)")


@dataclass(frozen=True, slots=True)
class Unordered:
    """A step that cannot be brought before the first write: `step` is refused its place, because
    of what `write` wrote, and because `failure` may still refuse the call."""

    step: Step
    what: str
    write: Write
    failure: Step
    answers: bool


@dataclass(slots=True)
class Script:
    """The lines of a scheduled script, and what could not be ordered."""

    lines: list[str] = field(default_factory=list)
    unordered: list[Unordered] = field(default_factory=list)
    later: bool = False


@dataclass(slots=True)
class _Held:
    """A write that waits, as the lines that do it."""

    lines: list[str]
    writes: list[Write]
    failure: Step


def schedule(body: Block) -> Script:
    """The script's lines, from the first step to the last."""
    script = Script()
    scheduler = _Scheduler(script)
    scheduler.taken = _every_word(body)
    ended = scheduler.block(body, 0, (), None)
    if not ended:
        scheduler.flush_queue(0)
    return script


class _Scheduler:
    def __init__(self, script: Script) -> None:
        self.script = script
        self.queued: list[tuple[Write, Step]] = []
        """Writes that may stand in `later` by now, each with the step that may still refuse."""
        self.taken: set[str] = set()
        """Every name in the script, so that a new one is its own."""
        self._said: Step | None = None

    def _name(self, wanted: str) -> str:
        while wanted in self.taken:
            wanted += "_"
        self.taken.add(wanted)
        return wanted

    # --- lines ---------------------------------------------------------------

    def put(self, lines: Iterable[str], depth: int) -> None:
        pad = "  " * depth
        self.script.lines += [pad + line if line else "" for line in lines]

    def say(self, step: Step, depth: int) -> None:
        """The step's own text as a comment, once for what follows."""
        if step is not self._said:
            self.put([comment(line) for line in step.text.split("\n")], depth)
            self._said = step

    def flush_queue(self, depth: int) -> None:
        if self.queued:
            self.put([DO_LATER, "  write()", "end"], depth)

    # --- blocks ---------------------------------------------------------------

    def block(
        self, pieces: Block, depth: int, outer: tuple[_Held, ...], after: Step | None
    ) -> bool:
        """Lay a block out; whether it ends the script.

        `outer` waits in the blocks around it, `after` is a step behind it that may refuse.
        """
        held: list[_Held] = []
        waiting: list[Write] = []
        failures = _failures(pieces, after)
        for at, piece in enumerate(pieces):
            if _in_order(piece):
                self._queue(waiting, depth)
            if failures[at] is None:
                self._queue(waiting, depth)
                self._do(held, depth)
                held = []
                if depth == 0:
                    self.flush_queue(depth)
                    self.queued = []
            failure = failures[at + 1]
            match piece:
                case Code():
                    self._check_reads(piece, (*outer, *held))
                    self.say(piece.step, depth)
                    self.put(piece.lines, depth)
                case Write():
                    self._write(piece, depth, held, waiting, failure, static=after is None)
                case If() | For():
                    waits = failure is not None and after is None and not self.queued
                    if waits and piece.steady and _only_writes(piece):
                        held.append(self._whole(piece, failure))
                    elif isinstance(piece, For) and after is None and self._parts(piece):
                        held.append(self._in_two(piece, depth, (*outer, *held), failure))
                    elif isinstance(piece, If):
                        self._branch(piece, depth, (*outer, *held), failure)
                    else:
                        self._loop(piece, depth, (*outer, *held), failure)
                case Leave():
                    self.say(piece.step, depth)
                    self.put(piece.lines, depth)
                    return False
                case Refuse():
                    self.say(piece.step, depth)
                    self.put([piece.line], depth)
                    return True
                case Return():
                    self.say(piece.step, depth)
                    self.put(piece.lines[:-1], depth)
                    self._do((*outer, *held), depth)
                    self.flush_queue(depth)
                    self.put(piece.lines[-1:], depth)
                    return True
        self._queue(waiting, depth)
        self._do(held, depth)
        return False

    def _write(
        self,
        piece: Write,
        depth: int,
        held: list[_Held],
        waiting: list[Write],
        failure: Step | None,
        *,
        static: bool,
    ) -> None:
        if failure is None:
            self.say(piece.step, depth)
            self.put(piece.lines, depth)
        elif piece.answers:
            self._complain(piece.step, piece.what, piece, failure, answers=True)
            self.put(piece.lines, depth)
        elif static and not self.queued:
            held.append(_Held(_said(piece), [piece], failure))
        else:
            self.queued.append((piece, failure))
            if len(_words([*waiting, piece])) > MOST_WORDS:
                self._queue(waiting, depth)
            waiting.append(piece)

    def _queue(self, waiting: list[Write], depth: int) -> None:
        """Put the block's writes into `later`, as one function: making many takes the server's time."""
        if not waiting:
            return
        self.script.later = True
        self._said = None
        self.put(["later[#later + 1] = function()"], depth)
        for piece in waiting:
            self.say(piece.step, depth + 1)
            self.put(piece.lines, depth + 1)
        self.put(["end"], depth)
        self._said = None
        waiting.clear()

    def _do(self, held: Iterable[_Held], depth: int) -> None:
        for each in held:
            self._said = None
            self.put(each.lines, depth)

    def _following(
        self, piece: If | For, outer: tuple[_Held, ...], failure: Step | None
    ) -> Step | None:
        """What holds back the writes inside: a later refusal, or that earlier writes wait."""
        if failure is None and (outer or self.queued):
            return traits([piece]).first_failure
        return failure

    def _branch(
        self, piece: If, depth: int, outer: tuple[_Held, ...], failure: Step | None
    ) -> None:
        after = self._following(piece, outer, failure)
        # what one side writes, the other does not read
        before = list(self.queued)
        queued = list(before)
        word = "if"
        while True:
            self.say(piece.step, depth)
            self.put([f"{word} {piece.condition} then"], depth)
            self.queued = list(before)
            self.block(piece.then, depth + 1, outer, after)
            queued += self.queued[len(before) :]
            if not piece.chained:
                break
            (inner,) = piece.otherwise
            assert isinstance(inner, If)
            piece, word = inner, "elseif"
        if piece.otherwise:
            self.put(["else"], depth)
            self.queued = list(before)
            self.block(piece.otherwise, depth + 1, outer, after)
            queued += self.queued[len(before) :]
        self.queued = queued
        self.put(["end"], depth)
        self._said = None

    def _loop(self, piece: For, depth: int, outer: tuple[_Held, ...], failure: Step | None) -> None:
        inner = traits(piece.body)
        # what refuses in the next round comes behind this one's writes, and reads after them
        after = self._following(piece, outer, failure) or inner.first_failure
        if after is not None:
            self.queued += [(write, after) for write in inner.writes if not write.answers]
        self.say(piece.step, depth)
        self.put([f"{piece.head} do"], depth)
        at = depth + 1
        if piece.wrap:
            self.put(["repeat"], at)
            at += 1
        self.put(piece.bind, at)
        self.block(piece.body, at, outer, after)
        if piece.wrap:
            self.put(["until true"], at - 1)
            if piece.stop:
                self.put([f"if {piece.stop} then", "  break", "end"], at - 1)
        self.put(["end"], depth)
        self._said = None

    def _parts(self, piece: For) -> bool:
        """Whether a loop can go round twice: first for what may be refused, then for its writes."""
        inner = traits(piece.body)
        if self.queued or not piece.steady or piece.wrap or inner.leaves or inner.returns:
            return False
        writes = [each for each in piece.body if isinstance(each, Write)]
        if not inner.fails or not writes or len(writes) < len(inner.writes):
            return False
        rest: Block = [each for each in piece.body if not isinstance(each, Write)]
        moving = _made_in(rest) & _words(writes)
        return not any(each.answers for each in writes) and moving <= _locals_of(rest)

    def _in_two(
        self, piece: For, depth: int, outer: tuple[_Held, ...], failure: Step | None
    ) -> _Held:
        """Lay out the loop without its writes; they wait, in a loop of their own."""
        writes = [each for each in piece.body if isinstance(each, Write)]
        used = _words(writes)
        bind = [line for line in piece.bind if used.intersection(_LOCAL.findall(line))]
        rest: Block = [each for each in piece.body if not isinstance(each, Write)]
        # what a round has made for its writes is kept until they are done
        for name in sorted(_made_in(rest) & used):
            kept, index = self._name(f"{name}_of"), piece.head.split()[1]
            self.put([f"local {kept} = {{}}"], depth)
            rest.append(Code([f"{kept}[{index}] = {name}"], writes[-1].step))
            bind.append(f"local {name} = {kept}[{index}]")
        again = replace(piece, body=list[Piece](writes), bind=bind)
        found = self._whole(again, failure or traits(piece.body).first_failure)
        self._loop(replace(piece, body=rest), depth, (*outer, found), failure)
        return found

    def _whole(self, piece: If | For, failure: Step | None) -> _Held:
        """A branch or loop that does nothing but write, held back as one."""
        assert failure is not None
        inner = _Scheduler(Script())
        inner.block([piece], 0, (), None)
        return _Held(inner.script.lines, traits([piece]).writes, failure)

    # --- what cannot be ----------------------------------------------------------

    def _check_reads(self, piece: Code, held: Iterable[_Held]) -> None:
        if not piece.reads:
            return
        waiting = [(write, each.failure) for each in held for write in each.writes]
        for write, failure in (*waiting, *self.queued):
            if not piece.reads.isdisjoint(write.writes):
                self._complain(piece.step, piece.what, write, failure, answers=False)
                return

    def _complain(
        self, step: Step, what: str, write: Write, failure: Step, *, answers: bool
    ) -> None:
        self.script.unordered.append(Unordered(step, what, write, failure, answers))


def _failures(pieces: Block, after: Step | None) -> list[Step | None]:
    """For each place of a block, the first step from there on that may refuse the call."""
    found: list[Step | None] = [after]
    for piece in reversed(pieces):
        found.append(traits([piece]).first_failure or found[-1])
    found.reverse()
    return found


def _in_order(piece: Piece) -> bool:
    """Whether what waits has to be in `later` before this piece: it may put its own there, or leave."""
    match piece:
        case Leave() | Return():
            return True
        case If() | For():
            inner = traits([piece])
            return bool(inner.writes) or inner.leaves or inner.returns
        case _:
            return False


def _words(writes: list[Write]) -> set[str]:
    """The names in the writes' lines: more than its variables, and quickly found."""
    return {
        word
        for write in writes
        for line in write.lines
        for word in _WORD.findall(_QUOTED.sub("", line))
    }


def _every_word(pieces: Block) -> set[str]:
    """The names in the lines of all pieces."""
    found: set[str] = set()
    for piece in pieces:
        match piece:
            case Code(lines) | Write(lines) | Leave(lines) | Return(lines):
                found.update(word for line in lines for word in _WORD.findall(line))
            case If(condition):
                found.update(_WORD.findall(condition))
                found |= _every_word(piece.then) | _every_word(piece.otherwise)
            case For(head, bind):
                found.update(word for line in (head, *bind) for word in _WORD.findall(line))
                found |= _every_word(piece.body)
            case Refuse(line):
                found.update(_WORD.findall(line))
    return found


def _made_in(pieces: Block) -> set[str]:
    """The variables that the pieces set."""
    found: set[str] = set()
    for piece in pieces:
        match piece:
            case Code(lines):
                found.update(name for line in lines for name in _SET.findall(line))
            case If():
                found |= _made_in(piece.then) | _made_in(piece.otherwise)
            case For():
                found |= _made_in(piece.body)
            case _:
                pass
    return found


def _locals_of(pieces: Block) -> set[str]:
    """The variables that a block declares itself, for good: what its branches set is not among them."""
    found: set[str] = set()
    for piece in pieces:
        if isinstance(piece, Code):
            for line in piece.lines:
                name = re.match(r"local (\w+) = ", line)
                if name is not None:
                    found.add(name[1])
    return found - _made_in([p for p in pieces if not isinstance(p, Code)])


def _only_writes(piece: Piece) -> bool:
    inner = traits([piece])
    return bool(inner.writes) and not (inner.fails or inner.returns or inner.leaves or inner.sets)


def _said(piece: Write) -> list[str]:
    return [*(comment(line) for line in piece.step.text.split("\n")), *piece.lines]
