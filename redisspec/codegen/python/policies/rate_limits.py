"""The module of a rate limit: a thin class over the runtime's, with the key's parameters typed."""

from __future__ import annotations

from redisspec.codegen.python import values
from redisspec.codegen.python.accessor import key_method
from redisspec.codegen.python.describe import duration
from redisspec.codegen.python.layout import (
    STEP,
    Expression,
    Group,
    assignment,
    call,
    docstring,
    lines,
    prefixed,
    returned,
    signature,
)
from redisspec.codegen.python.policies.emitter import Emitter
from redisspec.codegen.python.policies.keyed import view_of
from redisspec.codegen.python.view import Mode, View
from redisspec.ir.model import Policy
from redisspec.patterns.model import Lowered
from redisspec.patterns.rate_limit import algorithm_of, rates_of
from redisspec.spec.grammar import either
from redisspec.spec.names import policy_class

BODY = 2 * STEP

_ARGUMENTS = ("cost", "request_id", "limits", "lease")
_METHODS = ("take", "peek", "refund", "reset", "extend", "release")
_COUNTED = {
    "gcra": "by a debt that leaks away (gcra)",
    "fixed_window": "in fixed windows",
    "sliding_window": "in a sliding window",
    "sliding_log": "by a log of what was admitted",
}
_TAKE = """\
Take `cost` from all limits, or from none.

A call with a `request_id` counts once, however often it is sent within a minute; one without is
not repeated when its reply is lost. `limits` are one Limit for each declared one, within it; None
stands for the declared. ValueError where the cost could never be admitted."""
_LOG_TAKE = """\
Take `cost` from all limits, or from none.

A call with a `request_id` counts once, however often it is sent within the longest period.
`limits` are one Limit for each declared one, within it; None stands for the declared. ValueError
where the cost could never be admitted."""
_LEASE = """\
Take a lease, or renew the one that is named.

The decision's `lease` is what extend() and release() are called with. `limits` is one Limit,
within the declared number."""


def rate_limit_text(lowered: Lowered, mode: Mode, header: str) -> str:
    """The module's text."""
    policy = lowered.policy
    view = view_of(lowered, mode, (*_METHODS, *_ARGUMENTS))
    module = view.module
    aio = mode == "aio"
    concurrency = algorithm_of(policy) == "concurrency"
    lane = module.runtime("aio_lane" if aio else "lane", "AsyncLane" if aio else "Lane")
    worker = f"{'Async' if aio else ''}{'ConcurrencyLimit' if concurrency else 'RateLimit'}"
    made = module.runtime(f"{'aio_' if aio else ''}rate_limit", worker)
    settings = assignment("_SETTINGS", _settings(view, lowered), 0)
    pad = " " * STEP
    methods = _lease_methods(view) if concurrency else _rate_methods(view, policy)
    body = [
        *settings,
        "",
        "",
        f"class {policy_class(policy.kind, policy.name)}:",
        *docstring(_doc(policy), STEP),
        "",
        f'{pad}__slots__ = ("_limit", "_prefix")',
        "",
        *signature(
            "__init__", ("self", f"lane: {lane}", f"prefix: {module.builtin('str')}"), "None"
        ),
        f"{pad}    self._prefix = prefix",
        *assignment("self._limit", call(made, "lane", "prefix", "_SETTINGS"), BODY),
        "",
        *key_method(view),
        *methods,
    ]
    awaited = ", awaited" if aio else ""
    assert policy.pattern is not None
    return module.text(header, f"Rate limit {policy.name}: {policy.pattern.text}{awaited}.", body)


def _doc(policy: Policy) -> str:
    said = (policy.doc or "").strip()
    (first, *_) = rates = rates_of(policy)
    assert policy.pattern is not None
    if algorithm_of(policy) == "concurrency":
        text = f"{first.text}, each for {duration(first.period_us // 1_000)} unless renewed"
    else:
        limits = either([rate.text for rate in rates], "and").replace("`", "")
        text = f"{limits}, counted {_COUNTED[algorithm_of(policy)]}"
    down = {"allow": "calls are admitted", "deny": "calls are denied"}.get(
        str(policy.settings.get("on_redis_down")), "calls raise"
    )
    summary = f"{text}, at {policy.pattern.text}.\nWhile the server cannot be asked, {down}."
    return f"{said}\n\n{summary}" if said else summary


def _settings(view: View, lowered: Lowered) -> Expression:
    policy, module = lowered.policy, view.module
    rate = module.runtime("limits", "Rate")
    rates = tuple(
        call(
            rate,
            values.text(one.field),
            values.text(one.name),
            values.text(one.text),
            f"{one.amount:_}",
            f"{one.period_us:_}",
            f"{one.burst:_}",
            *((f"{one.grain:_}",) if one.grain > 1 else ()),
        )
        for one in rates_of(policy)
    )
    shas = tuple(module.use(f"{module.root}_scripts", script.upper()) for script in lowered.scripts)
    given: list[Expression] = [
        f"algorithm={values.text(algorithm_of(policy))}",
        Group("rates=(", rates, ")"),
        Group("shas=(", shas, ")"),
    ]
    settings = policy.settings
    if "on_redis_down" in settings:
        given.append(f"on_redis_down={values.text(str(settings['on_redis_down']))}")
    if settings.get("clock") == "client":
        given.append("client_clock=True")
    local = settings.get("local_deny_ms")
    if isinstance(local, int):
        given.append(f"local_deny={local / 1000!r}")
    for word in ("allow", "deny"):
        keys = settings.get(word)
        if isinstance(keys, tuple) and keys:
            texts = tuple(values.text(key) for key in sorted(set(keys)))
            given.append(Group(f"{word}={module.builtin('frozenset')}([", texts, "])"))
    return call(module.runtime("limits", "Settings"), *given)


def _rate_methods(view: View, policy: Policy) -> list[str]:
    module = view.module
    number, string, flag = (module.builtin(name) for name in ("int", "str", "bool"))
    decision = module.runtime("limits", "Decision")
    cost, request, limits = (view.own(name) for name in ("cost", "request_id", "limits"))
    costs = f"{cost}: {number} = 1"
    requests = f"{request}: {string} | None = None"
    chosen = _limits_argument(view, limits)
    log = algorithm_of(policy) == "sliding_log"
    whose = "the request's, or the newest" if log else "what was counted last"
    return [
        *_method(
            view,
            "take",
            (costs, requests, chosen),
            decision,
            _LOG_TAKE if log else _TAKE,
            (cost, request, limits),
        ),
        *_method(
            view, "peek", (costs, chosen), decision, "Say what a take would answer.", (cost, limits)
        ),
        *_method(
            view,
            "refund",
            (costs, requests) if log else (costs,),
            "None",
            f"Give `cost` back to all limits: {whose}.",
            (cost, request if log else "None"),
        ),
        *_method(
            view, "reset", (), flag, "Forget all that was taken; whether there was anything.", ()
        ),
    ]


def _lease_methods(view: View) -> list[str]:
    module = view.module
    string, flag = module.builtin("str"), module.builtin("bool")
    decision = module.runtime("limits", "Decision")
    lease, limits = view.own("lease"), view.own("limits")
    chosen = _limits_argument(view, limits)
    named = f"{lease}: {string}"
    return [
        *_method(
            view, "take", (f"{named} | None = None", chosen), decision, _LEASE, (lease, limits)
        ),
        *_method(view, "peek", (chosen,), decision, "Say what a take would answer.", (limits,)),
        *_method(
            view, "extend", (named,), flag, "Renew a lease; False where it has ended.", (lease,)
        ),
        *_method(
            view, "release", (named,), flag, "End a lease; False where it had ended.", (lease,)
        ),
        *_method(view, "reset", (), flag, "End all leases; whether there was any.", ()),
    ]


def _limits_argument(view: View, name: str) -> str:
    module = view.module
    sequence = module.use("collections.abc", "Sequence")
    return f"{name}: {sequence}[{module.runtime('limits', 'Limit')} | None] | None = None"


def _method(
    view: View,
    name: str,
    arguments: tuple[str, ...],
    returns: str,
    doc: str,
    given: tuple[str, ...],
) -> list[str]:
    aio = view.mode == "aio"
    star = ("*",) if arguments else ()
    made = call(f"self._limit.{name}", view.key_call(), *given)
    body = (
        lines(prefixed("await " if aio else "", made), BODY)
        if returns == "None"
        else returned(prefixed("await " if aio else "", made), BODY)
    )
    head = ("self", *view.key_parameters(), *star, *arguments)
    return [
        "",
        *signature(name, head, returns, is_async=aio),
        *docstring(doc, BODY),
        *body,
    ]


EMITTER = Emitter(
    "rate_limits",
    "One class a rate limit.",
    rate_limit_text,
    ("aio_rate_limit.py", "beside.py", "limits.py", "rate_limit.py"),
    {"limits": ("Decision", "Limit", "LimitState", "RateLimited")},
)
