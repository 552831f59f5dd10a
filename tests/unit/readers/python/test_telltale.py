"""What only Redis takes makes its receiver Redis, whatever it is called and wherever it is kept."""

import ast

import pytest

from redisspec.readers.python.telltale import only_redis
from tests.unit.readers.python.reading import calls, told


@pytest.mark.parametrize(
    "call",
    [
        "x.hset(k, f, v)",
        "x.flushdb()",
        "x.set(k, v, ex=60)",
        "x.set(k, v, nx=True)",
        "x.scan(cursor, match='a*')",
        "x.pubsub(ignore_subscribe_messages=True)",
        "x.expire(k, 60)",
        "x.expire(k, 60 * n)",
        "x.expire(k, ttl)",
        "x.expire(k, self.SESSION_TIMEOUT)",
        "x.expire(k, timedelta(hours=1))",
        "x.expire(k, config.get_ttl())",
    ],
)
def test_only_redis_takes_it(call: str) -> None:
    node = ast.parse(call, mode="eval").body
    assert isinstance(node, ast.Call)
    assert only_redis(node)


@pytest.mark.parametrize(
    "call",
    [
        "x.hset()",
        "x.set(k, v)",
        "x.set(k, v, timeout=60)",
        "x.set(ex=1) if x else y.set(k)",
        "x.get(k)",
        "x.scan(TableName='t')",
        "x.pubsub()",
        "session.expire(user)",
        "session.expire(user, ['name'])",
        "session.expire(user, names)",
        "set(k, ex=60)",
    ],
)
def test_others_take_it_too(call: str) -> None:
    node = ast.parse(call, mode="eval").body
    assert not (isinstance(node, ast.Call) and only_redis(node))


@pytest.mark.parametrize(
    "where", ["ctx['redis']", "app.extensions['redis']", "self.kept['a']['b']"]
)
def test_a_client_that_is_kept_under_a_name_in_a_table(where: str) -> None:
    source = (
        f"class A:\n    def other(self, ctx, app):\n        {where}.hset('h', 'f', 1)\n"
        f"    def use(self, ctx, app):\n        return {where}.get('k')\n"
    )
    found = calls(source, name="A.other")
    assert [told(one) for one in found] == ["HSET h"]
    assert [told(one) for one in calls(source, name="A.use")] == ["GET k"]


def test_a_table_of_something_else_is_none() -> None:
    assert not calls("def use(ctx):\n    ctx['http'].get('k')\n    ctx['redis'].hget('h', 'f')")[1:]
