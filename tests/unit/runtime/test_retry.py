"""What an error of a call tells: where the connection failed, never what was sent or who logged in."""

import asyncio
import time
from typing import Any

import pytest
from redis import exceptions
from redis.sentinel import MasterNotFoundError

from redisspec.runtime.errors import Unavailable
from redisspec.runtime.retry import SAFE, Call, Course, classify, key_of


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (exceptions.ConnectionError("Error 111 connecting to a:1.\nRefused."), "Error 111 connecting to a:1. Refused."),
        (MasterNotFoundError("No master found for 'x' : <Redis(password=secret)>"), "No master found for 'x'"),
        (exceptions.ConnectionError("Command # 1 (SET k secret) of pipeline caused error: x"), ""),
        (exceptions.BusyLoadingError("LOADING"), "LOADING"),
        (exceptions.ReadOnlyError("READONLY secret"), ""),
        (exceptions.ConnectionError(""), ""),
    ],
)  # fmt: skip
def test_unavailable_says_what_the_connection_met(error: Exception, reason: str) -> None:
    call = Call(("GET", "shop:a"), int, SAFE)
    Course(time.monotonic() - 60, 1.0, certain=True, cluster=False).judge([call], [error])
    assert isinstance(call.error, Unavailable)
    assert call.error.reason == reason
    assert str(call.error).endswith(reason or "within the deadline")
    assert "secret" not in str(call.error)


def test_the_key_of_a_script_is_no_argument_of_it() -> None:
    assert key_of(("EVALSHA", "abc", 1, "shop:a", "secret")) == "shop:a"
    assert key_of(("EVALSHA", "abc", 0, "secret")) == ""


def test_a_connection_that_another_task_closed_was_not_written_to() -> None:
    """redis-py's asyncio cluster drops connections while it looks for its nodes anew; their users meet a None."""

    async def sent() -> None:
        writer: Any = None
        writer.writelines([])

    with pytest.raises(AttributeError) as closed:
        asyncio.run(sent())
    assert classify(closed.value, certain=True, cluster=True) == "not_sent"
    assert classify(closed.value, certain=False, cluster=True) == "lost"
    assert classify(AttributeError("writelines"), certain=True, cluster=True) == "final"
