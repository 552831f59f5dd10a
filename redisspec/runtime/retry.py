"""Which failed calls are made again: by retry class, within a deadline."""

import random
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Final, Literal, TypeAlias, cast

from redis import exceptions

from .errors import (
    BoundExceeded,
    CrossSlotError,
    DecodeError,
    OutcomeUnknown,
    Unavailable,
)

Retry: TypeAlias = Literal["safe", "token", "never"]
SAFE: Final = "safe"
"""A second run changes nothing that matters (reads)."""
TOKEN: Final = "token"
"""An id in the call makes a second run a no-op."""
NEVER: Final = "never"
"""A lost reply is an unknown outcome."""

Fault: TypeAlias = Literal[
    "not_sent", "refused", "lost", "redirected", "noscript", "final"
]

Encodable: TypeAlias = str | bytes | int | float
Command: TypeAlias = tuple[Encodable, ...]

FAILURES: Final = (
    exceptions.RedisError,
    exceptions.RedisClusterException,
    OSError,
    AttributeError,
)
"""What a client of redis-py raises when a call fails: the last where another task closed
its connection, as asyncio clients of a cluster do while they look for its nodes anew."""

REPLIES_THAT_CLOSE: Final = (
    exceptions.BusyLoadingError,
    exceptions.AuthenticationError,
    exceptions.AuthorizationError,
)
"""Error replies for which redis-py gives its connection up, and with it the replies to the
rest of a pipeline, which may have been executed."""

_FIRST_PAUSE = 0.008
_LONGEST_PAUSE = 0.5
_SCRIPTS = frozenset(("EVALSHA", "EVALSHA_RO", "EVAL", "EVAL_RO"))

# Replies by which a server declines before it executes anything. redis-py has classes
# for some of them only, and which ones depends on its release.
_REFUSALS = (
    "LOADING",
    "BUSY ",
    "TRYAGAIN",
    "CLUSTERDOWN",
    "MASTERDOWN",
    "READONLY",
    "NOREPLICAS",
    "UNBLOCKED",
)
# What a server says of a value that was to be counted with; arguments are checked
# before they are sent, so it is the stored one.
_CORRUPT: Final = {
    "value is not an integer": "an integer",
    "value is not a float": "a number",
    "value is not a valid float": "a number",
    "not a valid HyperLogLog": "a HyperLogLog",
    # said by our own scripts, of a filter that was made for another size too
    "not the declared Bloom filter": "a Bloom filter of the declared size",
}
_REFUSED_CLASSES = (
    exceptions.BusyLoadingError,
    exceptions.TryAgainError,
    exceptions.ClusterDownError,
    exceptions.MasterDownError,
    exceptions.ReadOnlyError,
)
# The functions of redis-py in which a connection is taken or opened. An error that
# passes through one of these happened before the command's first byte was sent.
_OPENING = frozenset(("get_connection", "ensure_connection", "acquire_connection"))
_CONNECTING = frozenset(("connect", "connect_check_health", "check_health"))
_SENDING = frozenset(("send_packed_command", "_send_packed_command"))


class ErrorReply(exceptions.ResponseError):
    """Carries one of REPLIES_THAT_CLOSE through a pipeline, as the reply that it is."""

    def __init__(self, error: Exception) -> None:
        cast("Any", super()).__init__(str(error))  # whose arguments have no types
        self.error = error


def unwrapped(replies: list[Any]) -> list[Any]:
    """The replies of a pipeline, with the errors that were carried."""
    return [
        reply.error if isinstance(reply, ErrorReply) else reply for reply in replies
    ]


def key_of(command: Command) -> str:
    """The (first) key that a command names, for messages and routing."""
    if command[0] == "XREAD":
        at = command.index("STREAMS") + 1
    else:
        at = 3 if command[0] in _SCRIPTS else 1
    # A script without keys: what stands there is an argument of it.
    if len(command) <= at or (at == 3 and command[2] == 0):
        return ""
    key = command[at]
    return key.decode("utf-8", "replace") if isinstance(key, bytes) else str(key)


def name_of(command: Command) -> str:
    """The name of a command, for messages."""
    name = command[0]
    return name.decode("ascii", "replace") if isinstance(name, bytes) else str(name)


def has_retries(client: Any) -> bool:
    """Whether the client itself makes a failed call again."""
    pool = getattr(client, "connection_pool", None)
    settings: Any = getattr(pool, "connection_kwargs", None) or {}
    own = getattr(client, "retry", None)
    if _retries(settings.get("retry")) or _retries(own):
        return True
    if settings.get("retry_on_timeout") or settings.get("retry_on_error"):
        return True
    # Releases before 6 count a cluster's attempts here, later ones in `retry`.
    names = ("cluster_error_retry_attempts", "connection_error_retry_attempts")
    return own is None and any(getattr(client, name, 0) for name in names)


def _retries(policy: Any) -> int:
    count = getattr(policy, "_retries", 0)
    return count if isinstance(count, int) else 0


def classify(error: BaseException, certain: bool, cluster: bool) -> Fault:
    """What an exception of redis-py says about the command.

    `certain`: the client makes no attempts of its own, so that the last error is
    the only one.
    """
    if isinstance(error, AttributeError):
        if error.obj is not None or error.name != "writelines":
            return "final"
        return "not_sent" if certain else "lost"
    if isinstance(error, exceptions.NoScriptError):
        return "noscript"
    if isinstance(error, exceptions.AskError):  # MovedError too
        return "redirected" if cluster else "final"
    if isinstance(error, _REFUSED_CLASSES):
        return "refused"
    if isinstance(error, exceptions.ResponseError):
        text = str(error)
        if text.startswith("NOSCRIPT"):
            return "noscript"
        return "refused" if text.startswith(_REFUSALS) else "final"
    if isinstance(error, exceptions.RedisClusterException):
        return _cluster_fault(error, certain)
    if isinstance(
        error, (exceptions.AuthenticationError, exceptions.AuthorizationError)
    ):
        return "final"
    if isinstance(
        error, (exceptions.ConnectionError, exceptions.TimeoutError, OSError)
    ):
        if isinstance(error.__context__, exceptions.ReadOnlyError):
            return "refused"  # Sentinel's connections dress READONLY up like this
        return "not_sent" if certain and _before_sending(error) else "lost"
    if isinstance(error, exceptions.ClusterError):
        return "refused"  # redirected in circles: no node has taken it
    return "final"


def _cluster_fault(error: exceptions.RedisClusterException, certain: bool) -> Fault:
    """The client gave up on the cluster: was the command on its way already?"""
    seen: set[int] = set()
    todo: list[BaseException] = [error]
    found: Fault = "final"
    if isinstance(error, exceptions.SlotNotCoveredError):
        found = "refused"
    while todo:
        at = todo.pop()
        if id(at) in seen:
            continue
        seen.add(id(at))
        if isinstance(at, (exceptions.ConnectionError, exceptions.TimeoutError)):
            if not (certain and (_before_sending(at) or _passed(at, "initialize"))):
                return "lost"
            found = "not_sent"
        todo.extend(e for e in (at.__cause__, at.__context__) if e is not None)
    return found


def _before_sending(error: BaseException) -> bool:
    sending = False
    at: TracebackType | None = error.__traceback__
    while at is not None:
        name = at.tb_frame.f_code.co_name
        if name in _OPENING or (sending and name in _CONNECTING):
            return True
        sending = sending or name in _SENDING
        at = at.tb_next
    return False


def refuses_writes(error: BaseException) -> bool:
    """Whether a server takes no writes now, because its memory is full or it cannot save them.

    redis-py takes the code off the errors that it has a class for, and a server before 7.0 wraps what
    a script meets.
    """
    if isinstance(error, exceptions.OutOfMemoryError):
        return True
    text = str(error)
    return isinstance(error, exceptions.ResponseError) and (
        text.startswith(("OOM ", "MISCONF ")) or "-OOM " in text or "-MISCONF " in text
    )


def _passed(error: BaseException, function: str) -> bool:
    at = error.__traceback__
    while at is not None:
        if at.tb_frame.f_code.co_name == function:
            return True
        at = at.tb_next
    return False


class Call:
    """One command on its way: how often it failed, how it ended."""

    __slots__ = (
        "alone",
        "command",
        "decode",
        "done",
        "error",
        "lost",
        "reply",
        "retry",
        "stage",
    )

    def __init__(
        self, command: Command, decode: Callable[[Any], Any], retry: Retry
    ) -> None:
        self.command = command
        self.decode = decode
        self.retry = retry
        self.reply: Any = None
        self.error: Exception | None = None
        self.done = False
        self.lost = False
        self.alone = False
        # 0: as given; 1: SCRIPT LOAD goes before it; 2: as EVAL, with its text.
        self.stage = 0

    def settle(self, reply: Any) -> None:
        """Note the reply of an executed command."""
        self.reply = reply
        self.done = True

    def fail(self, error: Exception) -> None:
        """Note that the call has ended without a reply."""
        self.error = error
        self.done = True


class Course:
    """The course of some calls: how long they may still be tried."""

    __slots__ = (
        "_attempted",
        "_certain",
        "_cluster",
        "_ends",
        "_longest",
        "_pause",
        "_rounds",
        "_seconds",
    )

    def __init__(
        self, started: float, seconds: float, certain: bool, cluster: bool
    ) -> None:
        self._attempted = started
        self._ends = started + seconds
        self._seconds = seconds
        self._certain = certain
        self._cluster = cluster
        self._longest = 0.0
        self._pause = _FIRST_PAUSE
        self._rounds = 0

    def judge(self, calls: Sequence[Call], errors: Sequence[Exception]) -> float:
        """Decide for each failed call; the seconds to wait before the others go again.

        Calls that must not go again, or have no time left, get their error.
        """
        now = time.monotonic()
        self._longest = max(self._longest, now - self._attempted)
        self._rounds += 1
        wait = 0.0
        for call, error in zip(calls, errors, strict=True):
            fault = classify(error, self._certain, self._cluster)
            if self._cluster and fault in ("redirected", "refused"):
                # Only the client's own single commands follow redirections.
                call.alone = True
            if fault == "noscript" and call.stage < 2 and call.command[0] in _SCRIPTS:
                call.stage = 2 if call.alone else call.stage + 1
            elif fault in ("final", "noscript"):
                call.fail(translated(error, call.command))
            elif fault == "lost" and call.retry == NEVER:
                call.fail(_chained(OutcomeUnknown, call.command, error))
            else:
                call.lost = call.lost or fault == "lost"
                if fault != "redirected" or self._rounds > 3:
                    wait = self._pause
        if wait:
            wait *= 0.5 + random.random() / 2
            self._pause = min(self._pause * 2, _LONGEST_PAUSE)
        # An attempt is expected to last as long as the longest so far: a server that
        # swallows commands must not stretch the deadline by a socket timeout.
        if now + wait + self._longest > self._ends + self._seconds * 0.05:
            for call, error in zip(calls, errors, strict=True):
                if not call.done:
                    unsure = call.lost and call.retry != SAFE
                    kind = OutcomeUnknown if unsure else Unavailable
                    call.fail(_chained(kind, call.command, error))
        return wait

    def again(self) -> None:
        """A new attempt begins."""
        self._attempted = time.monotonic()


def _chained(
    kind: type[OutcomeUnknown] | type[Unavailable], command: Command, error: Exception
) -> Exception:
    made = kind(name_of(command), key_of(command))
    made.__cause__ = error
    if isinstance(made, Unavailable):
        made.reason = _reason(error)
    return made


def _reason(error: Exception) -> str:
    """What a failed connection says of itself: hosts and ports, no arguments, no settings."""
    troubles = (exceptions.ConnectionError, exceptions.TimeoutError, OSError)
    # Sentinel's errors end in the client as Python shows it, with all that it was made of.
    text = " ".join(str(error).partition("<")[0].rstrip(" :").split())
    # redis-py repeats a command's arguments where it says which one of a pipeline failed.
    if not isinstance(error, troubles) or "of pipeline" in text:
        return ""
    return text[:200]


def _only_key(command: Command) -> str:
    """The key that an error speaks of; a script of several keys does not say which."""
    several = command[0] in _SCRIPTS and len(command) > 2 and command[2] not in (0, 1)
    return "" if several else key_of(command)


def translated(error: Exception, command: Command) -> Exception:
    """The error to raise for a final one of redis-py, free of arguments' values."""
    text = str(error)
    if "WRONGTYPE" in text:
        wrong = DecodeError("the declared structure", b"another type of key")
        wrong.key = _only_key(command)
        wrong.__cause__ = error
        return wrong
    for said, expected in _CORRUPT.items():
        if said in text:
            corrupt = DecodeError(expected, b"something else")
            corrupt.key = _only_key(command)
            corrupt.__cause__ = error
            return corrupt
    if "would overflow" in text:
        over = BoundExceeded(None, -(2**63), 2**63 - 1)
        over.key = _only_key(command)
        over.__cause__ = error
        return over
    if isinstance(error, exceptions.ClusterCrossSlotError) or (
        "same key slot" in text or text.startswith("CROSSSLOT")
    ):
        return CrossSlotError(f"{name_of(command)}: its keys lie in several slots")
    if "unknown command" in text and isinstance(error, exceptions.ResponseError):
        # The server repeats the arguments in this one.
        return exceptions.ResponseError(f"the server has no command {name_of(command)}")
    if isinstance(error, exceptions.RedisClusterException) and "ommand" in text:
        return exceptions.RedisClusterException(
            f"{name_of(command)}: the cluster client cannot place this command"
        )
    return error
