"""One face for the synchronous and the awaited runtime of sessions and idempotency records."""

import inspect
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from redisspec.codegen.scripts import ScriptFile, template_script
from redisspec.runtime import aio_idempotency, aio_session, idempotency, session
from redisspec.runtime.aio_lane import AsyncDirectLane
from redisspec.runtime.codecs import decode_str, encode_str
from redisspec.runtime.lane import DirectLane
from redisspec.runtime.session_ids import SessionState
from tests.server.runtime.driver import KINDS, Driver

SESSION = ("create", "load", "update", "rotate", "destroy", "destroy_all", "list", "count")
IDEMPOTENCY = ("begin", "complete", "fail", "renew")
FILES = [template_script(f"session_{name}") for name in SESSION] + [
    template_script(f"idempotency_{name}") for name in IDEMPOTENCY
]
TEXTS = {file.sha: file.text for file in FILES}


def shas(
    kind: str, names: tuple[str, ...], changed: Mapping[str, str] = MappingProxyType({})
) -> list[str]:
    """The SHA-1 of each script, or of what is run instead."""
    files = [
        ScriptFile("", "", changed[name]) if name in changed else template_script(f"{kind}_{name}")
        for name in names
    ]
    TEXTS.update((file.sha, file.text) for file in files)
    return [file.sha for file in files]


class PatternDriver(Driver):
    """A client whose lane knows the scripts of the patterns."""

    def __init__(self, kind: str, deadline: float, make: Callable[[str], Any]) -> None:
        super().__init__(kind, deadline, make)
        lane = AsyncDirectLane if self.loop else DirectLane
        self.lane = lane(self.client, TEXTS.__getitem__, deadline)

    def of(self, thing: Any) -> "Face":
        return Face(self, thing)

    def sessions(
        self,
        base: str,
        idle_ms: int,
        absolute_ms: int,
        most: int,
        changed: Mapping[str, str] = MappingProxyType({}),
    ) -> "Face":
        """Sessions with the fields `a` and `b`; a session is what is stored of it.

        `changed` are scripts to run instead of those of the name: controls.
        """
        module: Any = aio_session if self.loop else session
        kind = module.AsyncSessionStore if self.loop else module.SessionStore
        terms = module.SessionTerms(idle_ms, absolute_ms, most, ("a", "b"))
        scripts = module.SessionScripts(*shas("session", SESSION, changed))
        return self.of(kind(self.lane, base, scripts, terms, _as_it_is))

    def records(
        self, keep_ms: int, lease_ms: int, changed: Mapping[str, str] = MappingProxyType({})
    ) -> "Face":
        """Idempotency records of texts."""
        module: Any = aio_idempotency if self.loop else idempotency
        kind = module.AsyncIdempotency if self.loop else module.Idempotency
        scripts = module.IdempotencyScripts(*shas("idempotency", IDEMPOTENCY, changed))
        return self.of(kind(self.lane, scripts, keep_ms, lease_ms, encode_str, decode_str))


def _as_it_is(state: SessionState) -> SessionState:
    return state


class Face:
    """An object whose methods wait for what they return."""

    def __init__(self, driver: PatternDriver, thing: Any) -> None:
        self.driver = driver
        self.thing = thing

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.thing, name)
        if not callable(found):
            return found

        def called(*arguments: Any) -> Any:
            made = found(*arguments)
            if inspect.isawaitable(made):
                made = self.driver.wait(made)
            # A run has methods of its own.
            return self.driver.of(made) if hasattr(made, "renew") else made

        return called


__all__ = ["KINDS", "Face", "PatternDriver"]
