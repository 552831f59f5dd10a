"""Logging in and out: a cookie that opens a session, with another id at each login."""

from typing import Annotated

from api_redis import LoginSession, SessionId
from fastapi import APIRouter, Cookie, Depends, HTTPException, Request, Response
from limits import ClientAddress, tell
from pydantic import BaseModel, Field
from services import Work

COOKIE = "session"

router = APIRouter()
SessionCookie = Annotated[str | None, Cookie(alias=COOKIE)]


class Credentials(BaseModel):
    """Who wants to log in, and on what."""

    name: str = Field(min_length=1, max_length=32)
    password: str = Field(min_length=1, max_length=200)
    device: str = Field(default="unknown", max_length=100)


async def _visitor(
    request: Request, response: Response, work: Work, session: SessionCookie = None
) -> LoginSession:
    """The session that the cookie opens; counted for its user."""
    found = await work.redis.login.load(session) if session else None
    if found is None:
        raise HTTPException(401, "log in first")
    tell(request, response, await work.redis.per_user.take(user_of(found)))
    return found


Visitor = Annotated[LoginSession, Depends(_visitor)]
"""The type of an endpoint's parameter that needs somebody who is logged in."""


def user_of(session: LoginSession) -> int:
    """The user of a session. Sessions without one are never opened here."""
    if session.user_id is None:
        raise HTTPException(401, "log in first")
    return session.user_id


def _give(request: Request, response: Response, session_id: SessionId) -> None:
    response.set_cookie(
        COOKIE,
        session_id.reveal(),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


@router.post("/users", status_code=201)
async def sign_up(work: Work, given: Credentials) -> dict[str, str]:
    """Become a user, who may log in then."""
    if not await work.database.add_user(given.name, given.password):
        raise HTTPException(409, "the name is taken")
    return {"name": given.name}


@router.post("/login")
async def login(
    request: Request,
    response: Response,
    work: Work,
    address: ClientAddress,
    given: Credentials,
    session: SessionCookie = None,
) -> dict[str, str]:
    """Open a session; the one that the browser had, if any, is over."""
    tell(request, response, await work.redis.login_attempts.take(address, given.name))
    user = work.database.users.get(given.name)
    if user is None or user.password != given.password:
        raise HTTPException(401, "no user has this name and password")
    opened = await work.redis.login.create(
        user.user_id, name=user.name, device=given.device, replaces=session
    )
    _give(request, response, opened)
    return {"name": user.name}


@router.get("/me")
async def me(visitor: Visitor) -> dict[str, str]:
    """Who is logged in."""
    return {"name": visitor.name, "device": visitor.device}


@router.get("/sessions")
async def devices(work: Work, visitor: Visitor) -> list[dict[str, str | bool]]:
    """Where the user is logged in."""
    return [
        {"handle": each.handle, "device": each.device, "this": each.handle == visitor.handle}
        for each in await work.redis.login.sessions(user_of(visitor))
    ]


@router.delete("/sessions/{handle}", status_code=204)
async def end_device(work: Work, visitor: Visitor, handle: str) -> None:
    """Log out one device."""
    await work.redis.login.destroy_one(user_of(visitor), handle)


@router.post("/logout", status_code=204)
async def logout(response: Response, work: Work, session: SessionCookie = None) -> None:
    """End this session, if there is one."""
    if session:
        await work.redis.login.destroy(session)
    response.delete_cookie(COOKIE)


@router.post("/logout-everywhere")
async def logout_everywhere(response: Response, work: Work, visitor: Visitor) -> dict[str, int]:
    """End all sessions of the user, this one too."""
    ended = await work.redis.login.destroy_all(user_of(visitor))
    response.delete_cookie(COOKIE)
    return {"ended": ended}
