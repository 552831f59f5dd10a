"""What can go wrong, each as one answer: a status, and one sentence as JSON."""

import math

from api_redis import (
    IdempotencyConflict,
    InFlight,
    KeyParameterError,
    LockBusy,
    LockLost,
    OutcomeUnknown,
    RateLimited,
    Unavailable,
)
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from redis.exceptions import RedisError
from starlette.exceptions import HTTPException

UNKNOWN = "Redis did not answer: this may have been done or not"
SOON = {"Retry-After": "1"}


def install(app: FastAPI) -> None:
    """Have the application answer errors so."""
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(RateLimited, _limited)
    app.add_exception_handler(InFlight, _in_flight)
    app.add_exception_handler(KeyParameterError, _unkeyed)
    for error, status, text in (
        (IdempotencyConflict, 422, "this Idempotency-Key was used for another request"),
        (LockBusy, 409, "another payment of this order is under way"),
        (LockLost, 503, "the payment took too long: ask again with the same Idempotency-Key"),
        (Unavailable, 503, "Redis is away: ask again"),
        (OutcomeUnknown, 503, f"{UNKNOWN}; ask again with the same Idempotency-Key"),
        (RedisError, 503, "Redis refuses"),
    ):
        app.add_exception_handler(error, _Answer(status, text))


class _Answer:
    """A handler that always says the same; what is for a while only has Retry-After."""

    def __init__(self, status: int, text: str) -> None:
        self._status = status
        self._text = text

    async def __call__(self, request: Request, _: Exception) -> JSONResponse:
        headers = {} if self._status == 422 else SOON
        return _answer(request, self._status, self._text, headers)


async def _refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return _answer(request, error.status_code, error.detail, dict(error.headers or {}))


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return _answer(request, 422, f"{where}: {first['msg']}")


async def _unkeyed(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, KeyParameterError)
    return _answer(request, 422, f"{error.parameter}: expected {error.expected}")


async def _limited(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RateLimited)
    decision = error.decision
    text = f"too many requests: {decision.denied_by.text}" if decision.denied_by else "too many"
    return _answer(request, 429, text)


async def _in_flight(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, InFlight)
    headers = {"Retry-After": str(max(1, math.ceil(error.retry_after)))}
    return _answer(request, 409, "the same request is under way", headers)


def _answer(
    request: Request, status: int, text: str, headers: dict[str, str] | None = None
) -> JSONResponse:
    told: dict[str, str] = getattr(request.state, "limits", {})
    return JSONResponse({"error": text}, status, {**told, **(headers or {})})
