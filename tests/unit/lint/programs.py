"""Programs built by hand, as small as a rule needs them."""

from dataclasses import replace

from redisspec.diagnostics.diagnostic import Diagnostic
from redisspec.ir.keypattern import KeyPattern
from redisspec.ir.model import Bound, Keyspace, Lifetime, Policy, Server
from redisspec.ir.program import Program, PythonTarget
from redisspec.ir.types import Scalar
from redisspec.lint.rules import rule_called
from redisspec.source.span import Span
from redisspec.spec.keys import parse_key

HOUR = 3_600_000
DAY = 24 * HOUR
SPAN = Span("redis.spec.yaml", 1, 1, 1, 2)


def pattern(key: str) -> KeyPattern:
    found = parse_key(key, "shop")
    assert isinstance(found, KeyPattern), found
    return found


def ttl(ms: int | None = DAY, **settings) -> Lifetime:
    """A TTL that the spec states; None is `never`."""
    return Lifetime(ms, True, "said so" if ms is None else None, **settings)


SILENT = Lifetime()


def keyspace(name="cart", key="cart:{<user_id:int>}", structure="string", **settings) -> Keyspace:
    bound = Bound(
        **{
            word: settings.pop(word)
            for word in ("max_items", "max_bytes", "expected_keys")
            if word in settings
        }
    )
    settings.setdefault("lifetime", ttl())
    settings.setdefault("value", Scalar("int"))
    return Keyspace(name, pattern(key), structure, "shop", bound=bound, span=SPAN, **settings)


def policy(kind="cache", name="product", key="c:<id:int>", **settings) -> Policy:
    settings.setdefault("lifetime", ttl())
    return Policy(kind, name, "shop", pattern(key), span=SPAN, **settings)


def program(*declared, server=None, **settings) -> Program:
    return Program(
        "shop",
        "Shop",
        "shop",
        PythonTarget("shop_redis", "shop_redis"),
        {"default": replace(server or Server(), name="default")},
        keyspaces=tuple(one for one in declared if isinstance(one, Keyspace)),
        policies=tuple(one for one in declared if isinstance(one, Policy)),
        **settings,
    )


def found(code: str, *declared, **settings) -> list[Diagnostic]:
    """What one rule says of a program of these declarations."""
    rule = rule_called(code)
    assert rule is not None
    assert rule.check is not None
    return list(rule.check(program(*declared, **settings)))
