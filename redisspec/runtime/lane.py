"""How accessors reach a server through a synchronous client: call by call, redis-py's own way."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol, TypeVar

from . import nodes
from .blocking import SHORTEST_BLOCK, block_ms, longest_wait, most_waits
from .errors import CrossSlotError, KeyedError
from .retry import (
    FAILURES,
    NEVER,
    SAFE,
    Call,
    Command,
    Course,
    Encodable,
    Retry,
    has_retries,
    key_of,
)
from .slot import key_slot

__all__ = ["Client", "Command", "DirectLane", "Encodable", "Lane"]

T = TypeVar("T")

_CHUNK = 1_000
_PIPELINE = 10_000
_PROBES = 5
_LOOK_AGAIN = 0.1


class Client(Protocol):
    """What is needed of a client; redis-py's Redis and RedisCluster have it."""

    def execute_command(self, *args: Any, **options: Any) -> Any:
        """Send one command; its reply."""
        ...

    def pipeline(self) -> Any:
        """A pipeline of redis-py."""
        ...


class Lane(Protocol):
    """The way from an accessor to its server."""

    cluster: bool

    def call(self, command: Command, decode: Callable[[Any], T], retry: Retry) -> T:
        """Execute one command and decode its reply."""
        ...

    def told(
        self, command: Command, decode: Callable[[Any], T], retry: Retry
    ) -> tuple[T, bool]:
        """As `call`, and whether it may have been executed before this reply."""
        ...

    def pop(self, key: str, wait: float) -> None:
        """Wait up to `wait` seconds for an item of a list, and take it; sooner if need be."""
        ...

    def fan(
        self,
        commands: Sequence[Command],
        decode: Callable[[Any], T],
        retry: Retry,
        first: int = 0,
    ) -> list[T]:
        """Execute independent commands, a round trip a node; results in order.

        The scripts of the `first` so many are loaded with them: one that a server forgot
        would run behind those that follow.
        """
        ...

    def mget(self, keys: Sequence[str], decode: Callable[[bytes | None], T]) -> list[T]:
        """Read many strings; None for a key that is not there goes to `decode` too."""
        ...

    def scan(self, pattern: str, count: int = 500) -> Iterator[str]:
        """The keys that match a glob; a key may come twice, as SCAN says."""
        ...

    def unlink(self, keys: Sequence[str]) -> int:
        """Delete keys; how many there were."""
        ...

    def one_slot(self, keys: Sequence[str]) -> None:
        """Refuse keys of several slots on a cluster."""
        ...

    def share_slot(self, keys: Sequence[str]) -> bool:
        """Whether one command can take all of the keys."""
        ...

    def read_stream(
        self,
        key: str,
        after: str,
        count: int,
        wait: float,
        decode: Callable[[Any], T],
    ) -> T:
        """XREAD one stream, waiting up to `wait` seconds for an entry."""
        ...

    def run(self, calls: Sequence[Call]) -> None:
        """Bring every call to its reply or its error; raises nothing of theirs."""
        ...


class DirectLane:
    """Commands through `client.execute_command` and its pipelines.

    `scripts` gives the text of a script by its SHA-1; `deadline` is in seconds; None
    stands for 10, or for 30 on a cluster, where a failover must fit in.
    """

    __slots__ = (
        "_certain",
        "_client",
        "_deadline",
        "_scripts",
        "_send",
        "_waits",
        "cluster",
    )

    def __init__(
        self, client: Client, scripts: Callable[[str], str], deadline: float | None
    ) -> None:
        self._client = client
        self._send = nodes.sender(client)
        self._scripts = scripts
        self._certain = not has_retries(client)
        self._waits = threading.Semaphore(most_waits(client))
        self.cluster: bool = nodes.is_cluster(client)
        if deadline is None:
            deadline = 30.0 if self.cluster else 10.0
        self._deadline = deadline

    def call(self, command: Command, decode: Callable[[Any], T], retry: Retry) -> T:
        """Execute one command and decode its reply."""
        started = time.monotonic()
        try:
            reply = self._send(*command, NEVER_DECODE=True)
        except FAILURES as error:
            call = Call(command, decode, retry)
            self._recover(call, error, started)
            if call.error is not None:
                raise call.error from call.error.__cause__
            reply = call.reply
        try:
            return decode(reply)
        except KeyedError as error:
            # Of an operation's several keys the reply names the one that it is about.
            error.key = error.key or key_of(command)
            raise

    def told(
        self, command: Command, decode: Callable[[Any], T], retry: Retry
    ) -> tuple[T, bool]:
        """As `call`, and whether it may have been executed before this reply."""
        started = time.monotonic()
        call = Call(command, decode, retry)
        try:
            call.settle(self._send(*command, NEVER_DECODE=True))
        except FAILURES as error:
            self._recover(call, error, started)
        if call.error is not None:
            raise call.error from call.error.__cause__
        return decode(call.reply), call.lost or not self._certain

    def pop(self, key: str, wait: float) -> None:
        """Wait up to `wait` seconds for an item of a list, and take it; sooner if need be.

        Short waits are slept. So are those that would take more than half of the client's
        connections from calls that end somebody's wait.
        """
        wait = min(wait, longest_wait(self._client))
        if wait < SHORTEST_BLOCK or not self._waits.acquire(blocking=False):
            time.sleep(min(wait, _LOOK_AGAIN))
            return
        try:
            self._send("BLPOP", key, f"{wait:.3f}", NEVER_DECODE=True)
        except FAILURES:
            # Whoever waits looks again, and hears then what is wrong.
            time.sleep(_LOOK_AGAIN)
        finally:
            self._waits.release()

    def fan(
        self,
        commands: Sequence[Command],
        decode: Callable[[Any], T],
        retry: Retry,
        first: int = 0,
    ) -> list[T]:
        """Execute independent commands, a round trip a node; results in order.

        The scripts of the `first` so many are loaded with them: one that a server forgot
        would run behind those that follow.
        """
        calls = [Call(command, decode, retry) for command in commands]
        for call in calls[:first]:
            call.stage = 1
        self.run(calls)
        results: list[T] = []
        for call in calls:
            if call.error is not None:
                raise call.error from call.error.__cause__
            results.append(call.reply)
        return results

    def mget(self, keys: Sequence[str], decode: Callable[[bytes | None], T]) -> list[T]:
        """Read many strings; None for a key that is not there goes to `decode` too."""
        if self.cluster:
            return self.fan([("GET", key) for key in keys], decode, SAFE)
        results: list[T] = []
        for start in range(0, len(keys), _CHUNK):
            command = ("MGET", *keys[start : start + _CHUNK])
            replies = self.call(command, _same, SAFE)
            try:
                for reply in replies:
                    results.append(decode(reply))
            except KeyedError as error:
                error.key = keys[len(results)]
                raise
        return results

    def scan(self, pattern: str, count: int = 500) -> Iterator[str]:
        """The keys that match a glob; a key may come twice, as SCAN says.

        Keys that are no UTF-8 text are passed over: no declared key is like that.
        """
        targets = nodes.primaries(self._client) if self.cluster else [None]
        for node in targets:
            cursor = 0
            while True:
                command = ("SCAN", cursor, "MATCH", pattern, "COUNT", count)
                cursor, keys = self._scan(node, command)
                yield from keys
                if cursor == 0:
                    break

    def unlink(self, keys: Sequence[str]) -> int:
        """Delete keys; how many there were."""
        if self.cluster:
            commands: list[Command] = [("UNLINK", key) for key in keys]
        else:
            commands = [
                ("UNLINK", *keys[start : start + _CHUNK])
                for start in range(0, len(keys), _CHUNK)
            ]
        return sum(self.fan(commands, int, NEVER))

    def one_slot(self, keys: Sequence[str]) -> None:
        """Refuse keys of several slots on a cluster."""
        if not self.share_slot(keys):
            raise CrossSlotError("on a cluster these keys must share a hash slot")

    def share_slot(self, keys: Sequence[str]) -> bool:
        """Whether one command can take all of the keys."""
        return not self.cluster or len({key_slot(key) for key in keys}) < 2

    def read_stream(
        self,
        key: str,
        after: str,
        count: int,
        wait: float,
        decode: Callable[[Any], T],
    ) -> T:
        """XREAD one stream, waiting up to `wait` seconds for an entry.

        ValueError for a wait that the client's socket timeout would cut short.
        """
        command: Command = ("XREAD", "COUNT", count)
        if wait:
            command = (*command, "BLOCK", block_ms(wait, self._client))
        return self.call((*command, "STREAMS", key, after), decode, SAFE)

    def run(self, calls: Sequence[Call]) -> None:
        """Bring every call to its reply or its error; raises nothing of theirs."""
        for start in range(0, len(calls), _PIPELINE):
            chunk = calls[start : start + _PIPELINE]
            course = self._course(time.monotonic())
            self._settle(chunk, course)
        for call in calls:
            if call.error is None:
                try:
                    call.reply = call.decode(call.reply)
                except KeyedError as error:
                    error.key = error.key or key_of(call.command)
                    call.error = error
                except Exception as error:  # noqa: BLE001 - raised to who asks for the result
                    call.error = error

    def _course(self, started: float) -> Course:
        return Course(started, self._deadline, self._certain, self.cluster)

    def _recover(self, call: Call, error: Exception, started: float) -> None:
        """Bring a call to its end after its first attempt failed."""
        course = self._course(started)
        # Alone: the client's own single command also mends its view of a cluster.
        call.alone = not isinstance(error, nodes.NoScriptError)
        wait = course.judge((call,), (error,))
        if not call.done:
            time.sleep(wait)
            self._settle((call,), course)

    def _settle(self, calls: Sequence[Call], course: Course) -> None:
        todo = [call for call in calls if not call.done]
        probes = 0
        while todo:
            course.again()
            failed: list[Call] = []
            errors: list[Exception] = []
            for at, call in enumerate(todo):
                if call.alone or at < probes:
                    self._single(call, failed, errors)
            piped = [c for at, c in enumerate(todo) if not (c.alone or at < probes)]
            if piped:
                self._piped(piped, failed, errors)
            wait = course.judge(failed, errors) if failed else 0.0
            todo = [call for call in failed if not call.done]
            # After a failure a few go singly: that is how a cluster client learns
            # where its slots are now.
            probes = _PROBES if self.cluster else 0
            if todo:
                time.sleep(wait)

    def _single(self, call: Call, failed: list[Call], errors: list[Exception]) -> None:
        command = call.command
        if call.stage:
            command = self._with_text(command)
        try:
            call.settle(self._send(*command, NEVER_DECODE=True))
        except FAILURES as error:
            failed.append(call)
            errors.append(error)

    def _piped(
        self, calls: list[Call], failed: list[Call], errors: list[Exception]
    ) -> None:
        groups: dict[str, tuple[Any, list[Call]]] = {}
        for call in calls:
            if not self.cluster:
                groups.setdefault("", (None, []))[1].append(call)
                continue
            try:
                node = nodes.node_of(self._client, key_of(call.command))
            except FAILURES as error:
                failed.append(call)
                errors.append(error)
            else:
                groups.setdefault(node.name, (node, []))[1].append(call)
        batches = [(node, self._commands(group)) for node, group in groups.values()]
        answers = nodes.send_all(self._client, batches)
        for (_, group), answer in zip(groups.values(), answers, strict=True):
            if isinstance(answer, Exception):
                failed.extend(group)
                errors.extend([answer] * len(group))
                continue
            # The SCRIPT LOADs stand first; theirs are not the calls' replies.
            for call, reply in zip(group, answer[-len(group) :], strict=True):
                if isinstance(reply, Exception):
                    failed.append(call)
                    errors.append(reply)
                else:
                    call.settle(reply)

    def _commands(self, calls: Sequence[Call]) -> list[Command]:
        shas = dict.fromkeys(str(c.command[1]) for c in calls if c.stage == 1)
        commands: list[Command] = [("SCRIPT LOAD", self._scripts(sha)) for sha in shas]
        for call in calls:
            as_text = call.stage == 2
            commands.append(self._with_text(call.command) if as_text else call.command)
        return commands

    def _with_text(self, command: Command) -> Command:
        name = "EVAL_RO" if command[0] == "EVALSHA_RO" else "EVAL"
        return (name, self._scripts(str(command[1])), *command[2:])

    def _scan(self, node: Any, command: Command) -> tuple[int, list[str]]:
        started = time.monotonic()
        course = self._course(started)
        call = Call(command, _same, SAFE)
        while True:
            try:
                reply = nodes.send_one(self._client, node, command)
            except FAILURES as error:
                wait = course.judge((call,), (error,))
                if call.error is not None:
                    raise call.error from call.error.__cause__
                time.sleep(wait)
                course.again()
            else:
                return _scanned(reply)


def _same(reply: Any) -> Any:
    return reply


def _scanned(reply: Any) -> tuple[int, list[str]]:
    cursor, found = reply
    keys: list[str] = []
    for key in found:
        if isinstance(key, str):
            keys.append(key)
            continue
        try:
            keys.append(key.decode())
        except UnicodeDecodeError:
            continue
    return int(cursor), keys
