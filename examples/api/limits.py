"""Rate limits as dependencies: an answer tells what is left, a denial is 429 with Retry-After."""

from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Annotated

from api_redis import Decision
from fastapi import Depends, Request, Response
from services import Work


def client_address(request: Request) -> str:
    """Whom a limit by address counts: of IPv6 the network, since one visitor has all of it.

    The address is that of the connection, unless uvicorn took it from a proxy that it trusts.
    """
    try:
        address = ip_address(request.client.host if request.client else "")
    except ValueError:  # a connection without one, or what a proxy wrote: all of them are one
        return "unknown"
    if isinstance(address, IPv6Address):
        return str(IPv6Network((int(address), 64), strict=False))
    return str(address)


ClientAddress = Annotated[str, Depends(client_address)]


def tell(request: Request, response: Response, decision: Decision) -> None:
    """Put the decision into the answer's headers, or raise RateLimited.

    Several limits of a request stand in one header, behind one another.
    """
    told: dict[str, str] = getattr(request.state, "limits", {})
    for name, value in decision.headers.items():
        told[name] = f"{told[name]}, {value}" if name in told else value
    request.state.limits = told  # failures.py puts them into an answer that is an error
    decision.raise_if_denied()
    response.headers.update(told)


async def limit_address(
    request: Request, response: Response, work: Work, address: ClientAddress
) -> None:
    """Count the request for its address."""
    tell(request, response, await work.redis.per_ip.take(address))
