"""Puts the application together: its client lives from the start to the end of the server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import failures
import payments
import products
import sessions
from api_redis.aio import Api
from bank import Bank
from fastapi import Depends, FastAPI
from limits import limit_address
from rows import Database
from services import Services

DEADLINE = 1.0
"""The seconds after which an answer says that Redis is away."""


def create(redis_url: str) -> FastAPI:
    """The application, on the Redis of that URL."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with Api.from_url(redis_url, deadline=DEADLINE, timeout=DEADLINE) as redis:
            app.state.services = Services(redis, Database(), Bank())
            yield

    app = FastAPI(title="Tea", lifespan=lifespan, dependencies=[Depends(limit_address)])
    failures.install(app)
    for part in (sessions, products, payments):
        app.include_router(part.router)
    return app
