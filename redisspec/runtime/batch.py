"""Explicit pipelining: calls are gathered, sent together, and answer through Pending."""

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Protocol, Self, TypeVar

from .errors import BatchNotSent
from .retry import Call, Command, Retry, name_of

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Pending(Generic[T_co]):
    """A result that is there once its batch has been sent."""

    __slots__ = ("_call", "_ready")

    def __init__(self, call: Call) -> None:
        self._call = call
        self._ready = False

    @property
    def value(self) -> T_co:
        """The result, or the call's own error.

        Raises BatchNotSent before the batch is sent, and after one that was abandoned.
        """
        call = self._call
        if not self._ready:
            raise BatchNotSent("the batch has not been sent")
        if call.error is not None:
            raise call.error
        result: T_co = call.reply
        return result

    @property
    def error(self) -> Exception | None:
        """The call's error once it is settled, None where it has a value."""
        return self._call.error

    def __repr__(self) -> str:
        state = "sent" if self._ready else "not sent"
        return f"<Pending {name_of(self._call.command)}, {state}>"

    def settled(self) -> None:
        """Note that the batch has been sent (called by the batch)."""
        self._ready = True


class _Runner(Protocol):
    def run(self, calls: Sequence[Call]) -> None: ...


class _AsyncRunner(Protocol):
    async def run(self, calls: Sequence[Call]) -> None: ...


class BatchLane:
    """Gathers the calls of a batch that go to one server."""

    __slots__ = ("calls", "lane", "pending")

    def __init__(self, lane: Any) -> None:
        self.lane = lane
        self.calls: list[Call] = []
        self.pending: list[Pending[Any]] = []

    def add(
        self, command: Command, decode: Callable[[Any], T], retry: Retry
    ) -> Pending[T]:
        """Put one call into the batch."""
        call = Call(command, decode, retry)
        pending: Pending[T] = Pending(call)
        self.calls.append(call)
        self.pending.append(pending)
        return pending

    def known(self, value: T) -> Pending[T]:
        """A result that needs no call."""
        call = Call((), lambda reply: reply, "safe")
        call.settle(value)
        pending: Pending[T] = Pending(call)
        self.pending.append(pending)
        return pending

    def take(self) -> list[Call]:
        """The gathered calls; the lane is empty afterwards."""
        calls = self.calls
        self.calls = []
        scripts = [call for call in calls if call.command[0] == "EVALSHA"]
        if len({call.command[1] for call in scripts}) > 1 or len(scripts) < len(calls):
            # One that the server forgot would run behind those that follow it: each
            # pipeline loads its scripts first.
            for call in scripts:
                call.stage = 1
        return calls

    def settle(self) -> None:
        """Let the results be read."""
        for pending in self.pending:
            pending.settled()
        self.pending = []

    def drop(self) -> None:
        """Forget the gathered calls."""
        self.calls = []
        self.pending = []


class _Attributes:
    """What a batch says of names that it does not have; `policies` are the client's."""

    _policies: tuple[str, ...] = ()

    if not TYPE_CHECKING:  # checkers know what is there

        def __getattr__(self, name: str) -> Any:
            text = f"{type(self).__name__!r} object has no attribute {name!r}"
            if name in self._policies:
                text = (
                    f"{name} has no place in a batch: its answer is needed at once."
                    " Call it on the client, before the batch or after it"
                )
            raise AttributeError(text, name=name, obj=self)


class Batch(_Attributes):
    """Sends what its lanes gathered when its block ends; nothing when the block fails."""

    def __init__(
        self, lanes: Sequence[BatchLane], policies: tuple[str, ...] = ()
    ) -> None:
        self._lanes = tuple(lanes)
        self._policies = policies

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self.send()
        for lane in self._lanes:
            lane.drop()

    def send(self) -> None:
        """Send what was gathered so far: one pipeline a node, all calls settled.

        Then the first error is raised, with a note of how many calls failed.
        """
        sent: list[Call] = []
        for lane in self._lanes:
            calls = lane.take()
            runner: _Runner = lane.lane
            runner.run(calls)
            lane.settle()
            sent.extend(calls)
        _raise_first(sent)


class AsyncBatch(_Attributes):
    """Sends what its lanes gathered when its block ends; nothing when the block fails."""

    def __init__(
        self, lanes: Sequence[BatchLane], policies: tuple[str, ...] = ()
    ) -> None:
        self._lanes = tuple(lanes)
        self._policies = policies

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            await self.send()
        for lane in self._lanes:
            lane.drop()

    async def send(self) -> None:
        """Send what was gathered so far: one pipeline a node, all calls settled.

        Then the first error is raised, with a note of how many calls failed.
        """
        sent: list[Call] = []
        for lane in self._lanes:
            calls = lane.take()
            runner: _AsyncRunner = lane.lane
            await runner.run(calls)
            lane.settle()
            sent.extend(calls)
        _raise_first(sent)


def _raise_first(calls: Sequence[Call]) -> None:
    failed = [call.error for call in calls if call.error is not None]
    if failed:
        first = failed[0]
        if len(calls) > 1:
            first.add_note(f"{len(failed)} of the batch's {len(calls)} calls failed")
        raise first
