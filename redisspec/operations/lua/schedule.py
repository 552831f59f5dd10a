"""Puts everything that may refuse the call before the first write, or says why that cannot be.

Redis does not roll a script back. A write behind which nothing can be refused any more stays where
it is. Another is held back: as text where the rest of its own block decides (it then stands behind
the last step that may refuse), as a function in the list `later` where a branch or a loop does.
What was held back is done before the script returns, in the order of the steps.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

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
    ended = scheduler.block(body, 0, (), None)
    if not ended:
        scheduler.flush_queue(0)
    return script


class _Scheduler:
    def __init__(self, script: Script) -> None:
        self.script = script
        self.queued: list[tuple[Write, Step]] = []
        """Writes that may stand in `later` by now, each with the step that may still refuse."""
        self._said: Step | None = None

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
        failures = _failures(pieces, after)
        for at, piece in enumerate(pieces):
            if failures[at] is None:
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
                    self._write(piece, depth, held, failure, static=after is None)
                case If() | For():
                    waits = failure is not None and after is None and not self.queued
                    if waits and piece.steady and _only_writes(piece):
                        held.append(self._whole(piece, failure))
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
        self._do(held, depth)
        return False

    def _write(
        self, piece: Write, depth: int, held: list[_Held], failure: Step | None, *, static: bool
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
            self.script.later = True
            self.queued.append((piece, failure))
            self.say(piece.step, depth)
            self.put(["later[#later + 1] = function()"], depth)
            self.put(piece.lines, depth + 1)
            self.put(["end"], depth)

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


def _only_writes(piece: Piece) -> bool:
    inner = traits([piece])
    return bool(inner.writes) and not (inner.fails or inner.returns or inner.leaves or inner.sets)


def _said(piece: Write) -> list[str]:
    return [*(comment(line) for line in piece.step.text.split("\n")), *piece.lines]
