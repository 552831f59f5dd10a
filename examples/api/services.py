"""What the endpoints work with: the generated client, the database, the bank."""

from dataclasses import dataclass
from typing import Annotated

from api_redis.aio import Api
from bank import Bank
from fastapi import Depends, Request
from rows import Database


@dataclass(frozen=True, slots=True)
class Services:
    """One of each for the whole application."""

    redis: Api
    database: Database
    bank: Bank


def _services(request: Request) -> Services:
    found: Services = request.app.state.services
    return found


Work = Annotated[Services, Depends(_services)]
"""The type of an endpoint's parameter that is given them."""
