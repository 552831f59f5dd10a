"""The module of a lock: a thin class over the runtime's, with the key's parameters typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from redisspec.codegen.python import values
from redisspec.codegen.python.accessor import key_method
from redisspec.codegen.python.describe import duration
from redisspec.codegen.python.layout import (
    STEP,
    Expression,
    assignment,
    call,
    docstring,
    prefixed,
    returned,
    signature,
)
from redisspec.codegen.python.policies.emitter import Emitter
from redisspec.codegen.python.policies.keyed import view_of
from redisspec.codegen.python.view import Mode, View
from redisspec.ir.model import Policy
from redisspec.patterns.lock import DeclaredLock, declared
from redisspec.patterns.model import Lowered
from redisspec.spec.names import policy_class

BODY = 2 * STEP

_ARGUMENTS = ("ttl", "wait", "owner")


@dataclass(frozen=True, slots=True)
class Way:
    """One way to hold a lock of some kind: its methods' names, what the runtime calls it, its scripts."""

    attribute: str
    side: str
    scripts: str
    extends: str
    hold: str
    acquire: str
    hold_doc: str
    acquire_doc: str
    fenced: bool = False


_BUSY = "LockBusy is raised where others have it for the whole `wait`, LockLost at the end of the\nblock where it was lost on the way."
_NONE = "None where others had it for the whole `wait`. The lease is to be released."
_WAYS = {
    "mutex": (
        Way("lock", "mutex", "LOCK", "LOCK", "hold", "acquire", "Hold the lock around a block.", "Take the lock.", True),
    ),
    "semaphore": (
        Way("lock", "semaphore", "LOCK_SEMAPHORE", "LOCK_SEMAPHORE", "hold", "acquire", "Hold a permit around a block.", "Take a permit."),
    ),
    "read_write": (
        Way("reading", "read_side", "LOCK_READ", "LOCK_SEMAPHORE", "read", "acquire_read", "Read around a block: others may read too, nobody writes.", "Begin to read."),
        Way("writing", "write_side", "LOCK_WRITE", "LOCK", "write", "acquire_write", "Write around a block: nobody else reads or writes.", "Begin to write.", True),
    ),
}  # fmt: skip


def lock_text(lowered: Lowered, mode: Mode, header: str) -> str:
    """The module's text."""
    policy = lowered.policy
    lock = declared(policy)
    ways = _WAYS[lock.kind]
    names = [name for way in ways for name in (way.hold, way.acquire)]
    looks = ("holder", "holders", "readers", "writer")
    view = view_of(lowered, mode, (*names, *looks, *_ARGUMENTS))
    module = view.module
    pad = " " * STEP
    aio = mode == "aio"
    lane = module.runtime("aio_lane" if aio else "lane", "AsyncLane" if aio else "Lane")
    made = [line for way in ways for line in _made(view, lock, way)]
    body = [
        *(line for way in ways for line in _settings(view, lock, way)),
        "",
        "",
        f"class {policy_class(policy.kind, policy.name)}:",
        *docstring(_doc(policy, lock), STEP),
        "",
        *_slots(ways),
        "",
        *signature(
            "__init__", ("self", f"lane: {lane}", f"prefix: {module.builtin('str')}"), "None"
        ),
        f"{pad}    self._prefix = prefix",
        *made,
        "",
        *key_method(view),
        *(line for way in ways for line in _methods(view, lock, way)),
        *_looks(view, lock),
    ]
    awaited = ", awaited" if aio else ""
    assert policy.pattern is not None
    return module.text(header, f"Lock {policy.name}: {policy.pattern.text}{awaited}.", body)


def _slots(ways: tuple[Way, ...]) -> list[str]:
    names = sorted([values.text(f"_{way.attribute}") for way in ways] + ['"_prefix"'])
    return [f"{' ' * STEP}__slots__ = ({', '.join(names)})"]


def _doc(policy: Policy, lock: DeclaredLock) -> str:
    said = (policy.doc or "").strip()
    assert policy.pattern is not None
    kinds = {
        "mutex": "One holder at a time",
        "semaphore": f"At most {lock.permits:,} holder{'' if lock.permits == 1 else 's'} at a time",
        "read_write": "Any number of readers, or one writer",
    }
    renewed = ", renewed until it is released" if lock.renews else " unless it is extended"
    lasts = f"a lease lasts {duration(lock.ttl_ms)}{renewed}"
    text = f"{kinds[lock.kind]}, at {policy.pattern.text}; {lasts}."
    return f"{said}\n\n{text}" if said else text


def _settings(view: View, lock: DeclaredLock, way: Way) -> list[str]:
    """The constant with a way's settings."""
    module = view.module
    scripts = f"{module.root}_scripts"
    shas = call(
        module.runtime("leases", "Shas"),
        module.use(scripts, f"{way.scripts}_ACQUIRE"),
        module.use(scripts, f"{way.scripts}_RELEASE"),
        module.use(scripts, f"{way.extends}_EXTEND"),
        module.use(scripts, f"{way.extends}_LOOK"),
    )
    given: list[Expression] = [shas, f"ttl_ms={lock.ttl_ms:_}", f"wait_ms={lock.wait_ms:_}"]
    if way.side == "semaphore":
        given.append(f"permits={lock.permits:_}")
    if lock.renews:
        given.append("renews=True")
    if way.fenced and lock.fenced:
        given.append("fenced=True")
    made = call(module.runtime("leases", way.side), *given)
    return assignment(f"_{way.attribute.upper()}", made, 0)


def _lease(view: View, lock: DeclaredLock, way: Way) -> str:
    kind = "FencedLease" if way.fenced and lock.fenced else "Lease"
    aio = view.mode == "aio"
    return view.module.runtime("aio_lease" if aio else "lease", f"{'Async' if aio else ''}{kind}")


def _made(view: View, lock: DeclaredLock, way: Way) -> list[str]:
    """The statement of __init__ that makes a way's lock."""
    aio = view.mode == "aio"
    kind = view.module.runtime("aio_lock" if aio else "lock", "AsyncLock" if aio else "Lock")
    settings = f"_{way.attribute.upper()}"
    made = call(kind, "lane", "prefix", settings, _lease(view, lock, way))
    return assignment(f"self._{way.attribute}", made, BODY)


def _methods(view: View, lock: DeclaredLock, way: Way) -> Iterator[str]:
    module = view.module
    aio = view.mode == "aio"
    number, string = module.builtin("float"), module.builtin("str")
    delta = module.use("datetime", "timedelta")
    ttl, wait, owner = (view.own(name) for name in _ARGUMENTS)
    head = (
        "self",
        *view.key_parameters(),
        "*",
        f"{ttl}: {delta} | {number} | None = None",
        f"{wait}: {delta} | {number} | None = None",
        f"{owner}: {string} | None = None",
    )
    lease = _lease(view, lock, way)
    held = module.runtime("aio_lease" if aio else "lease", f"{'Async' if aio else ''}Held")
    told = (
        f"`{ttl}` (at most the declared {duration(lock.ttl_ms)}) and `{wait}` are seconds or\n"
        f"timedeltas, `{owner}` is the name that others see."
    )
    where = f"self._{way.attribute}"
    arguments = (view.key_call(), ttl, wait, owner)
    yield ""
    yield from signature(way.hold, head, f"{held}[{lease}]")
    yield from docstring(f"{way.hold_doc}\n\n{told}\n{_BUSY}", BODY)
    yield from returned(call(f"{where}.hold", *arguments), BODY)
    yield ""
    yield from signature(way.acquire, head, f"{lease} | None", is_async=aio)
    yield from docstring(f"{way.acquire_doc}\n\n{told}\n{_NONE}", BODY)
    made = call(f"{where}.acquire", *arguments)
    yield from returned(prefixed("await " if aio else "", made), BODY)


_LOOKS = {
    "mutex": (("lock", "holder", "holds the lock"),),
    "semaphore": (("lock", "holders", "has a permit"),),
    "read_write": (("reading", "readers", "reads"), ("writing", "writer", "writes")),
}


def _looks(view: View, lock: DeclaredLock) -> Iterator[str]:
    """The methods that say who holds the lock."""
    module = view.module
    aio = view.mode == "aio"
    found = module.runtime("leases", "Holder")
    for attribute, name, does in _LOOKS[lock.kind]:
        many = name.endswith("s")
        returns = f"{module.builtin('list')}[{found}]" if many else f"{found} | None"
        doc = f"Say who {does}{'' if many else ', if anybody does'}: for logs and people."
        made = call(f"self._{attribute}.holder{'s' if many else ''}", view.key_call())
        yield ""
        yield from signature(name, ("self", *view.key_parameters()), returns, is_async=aio)
        yield from docstring(doc, BODY)
        yield from returned(prefixed("await " if aio else "", made), BODY)


EMITTER = Emitter(
    "locks",
    "One class a lock.",
    lock_text,
    (
        "aio_background.py", "aio_keeper.py", "aio_lease.py", "aio_lock.py", "background.py",
        "beside.py", "keeper.py", "lease.py", "leases.py", "lock.py",
    ),
    {"lease": ("FencedLease", "Lease"), "leases": ("Holder", "LockBusy", "LockLost")},
)  # fmt: skip
