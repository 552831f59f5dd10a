"""URLs and settings: where they lead, and that a mistake is named without its secrets."""

import warnings
from datetime import timedelta
from typing import Any

import pytest
import redis
import redis.asyncio
from redis.backoff import NoBackoff
from redis.retry import Retry

from redisspec.runtime import aio_clients, clients, ttl
from redisspec.runtime.errors import SettingsError
from redisspec.runtime.settings import expanded, target


def test_urls() -> None:
    assert target({}).url == "redis://localhost:6379/"
    assert (
        target({"url": "valkeys://u:p%40@h/2?protocol=3"}).url
        == "rediss://u:p%40@h:6379/2?protocol=3"
    )
    assert target({"url": "unix:///run/redis.sock?db=1"}).url == "unix:///run/redis.sock?db=1"
    place = target({"url": "redis+sentinel://:pw@a:1,[::1]/main/3?sentinel_password=s"})
    assert (place.topology, place.master) == ("sentinel", "main")
    assert place.nodes == (("a", 1), ("::1", 26379))
    assert place.url == "redis://:pw@a:1/3"
    assert place.sentinel_login == {"password": "s"}
    place = target({"url": "redis+cluster://a:1,b"})
    assert (place.topology, place.nodes) == ("cluster", (("a", 1), ("b", 6379)))
    place = target({"topology": "sentinel", "sentinels": ["s1", "s2:2"], "master": "m"})
    assert place.nodes == (("s1", 26379), ("s2", 2))


def test_tls_is_verified_unless_the_url_says_otherwise() -> None:
    assert target({"url": "rediss://h"}).options()["ssl_check_hostname"] is True
    assert "ssl_check_hostname" not in target({"url": "rediss://h?ssl_cert_reqs=none"}).options()


def test_no_attempt_outlasts_the_deadline() -> None:
    assert target({"timeout": 5.0, "deadline": 0.5}).timeout == 0.5


@pytest.mark.parametrize(
    "url",
    [
        "http://h",
        "redis:/h",
        "redis+tls://h",
        "redis://a,b",
        "redis://:hush@h:x1",
        "redis+sentinel://h",
        "redis+cluster+x://h",
        "unix+cluster:///s",
        "redis://",
    ],
)
def test_bad_urls(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        target({"url": url})
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"url": None}, "expected the URL of a server, got None"),
        ({"url": 6379}, "expected the URL of a server, got 6379"),
        ({"url": ""}, "a URL starts with"),
        ({"timeut": 3.0}, "no setting is called timeut; there are url, .*timeout"),
    ],
)
def test_what_leads_to_no_server_by_mistake(settings: Any, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        target(settings)


def test_a_client_of_the_other_kind_is_refused() -> None:
    once = {"retry": Retry(NoBackoff(), 0)}
    clients.check_client(redis.Redis(**once))
    aio_clients.check_client(aio_clients.from_url("redis://localhost"))
    for check, wrong, said in (
        (clients.check_client, redis.asyncio.Redis(), "is awaited"),
        (aio_clients.check_client, redis.Redis(**once), "is not awaited"),
        (clients.check_client, None, "got NoneType; from_url"),
        (aio_clients.check_client, "redis://localhost", "got str; from_url"),
    ):
        with pytest.raises(TypeError, match=said):
            check(wrong)


def test_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_URL", "redis://h")
    monkeypatch.setenv("EMPTY", "")
    monkeypatch.delenv("MISSING", raising=False)
    assert expanded("${A_URL}/${EMPTY}1") == "redis://h/1"
    assert expanded("${MISSING:-x}${EMPTY:-y}") == "xy"
    with pytest.raises(SettingsError, match="variable MISSING is not set"):
        expanded("${A_URL}${MISSING}")


def test_the_warning_comes_once_and_only_for_clients_that_retry() -> None:
    clients._warned.clear()
    ours = clients.from_url("redis://localhost")
    plain = redis.Redis(retry=Retry(NoBackoff(), 0))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        clients.warn_about_retries(ours)
        clients.warn_about_retries(plain)
    repeating = redis.Redis(retry=Retry(NoBackoff(), 3))
    with pytest.warns(clients.RetryWarning, match="count twice"):
        clients.warn_about_retries(repeating)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        clients.warn_about_retries(repeating)


def test_ttls() -> None:
    assert ttl.chosen(None, 500, 1000) == 500
    assert ttl.chosen(0.0001, 500, 1000) == 1
    assert ttl.chosen(0.3, 500, 1000) == 300
    assert ttl.chosen(timedelta(microseconds=1001), 500, 1000) == 2
    for bad in (
        0,
        -1,
        float("nan"),
        float("inf"),
        True,
        1.0001,
        timedelta(0),
        timedelta(seconds=2),
    ):
        with pytest.raises(ValueError, match="ttl"):
            ttl.chosen(bad, 500, 1000)
    drawn = {ttl.jittered(1000, 0.1) for _ in range(500)}
    assert 900 <= min(drawn) < 920
    assert 980 < max(drawn) <= 1000
    assert ttl.jittered(7, 0) == 7
    assert ttl.jittered(1, 0.99) == 1
    assert ttl.ttl_reply(-2) is None
    assert ttl.ttl_reply(-1) == timedelta.max
    assert ttl.ttl_reply(b"1500") == timedelta(seconds=1.5)
