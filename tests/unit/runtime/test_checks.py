"""Arguments that a server would refuse, or misunderstand, are refused before anything is sent."""

from __future__ import annotations

import pytest

from redisspec.runtime import checks
from redisspec.runtime.codecs import check_json
from redisspec.runtime.errors import BoundExceeded, DecodeError, EncodeError
from redisspec.runtime.retry import translated

LARGEST = 2**63 - 1


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, True, "1", 1.0, None])
def test_no_integer_of_64_bits(value: object) -> None:
    with pytest.raises(EncodeError):
        checks.check_integer(value)  # type: ignore[arg-type]  # what a caller may do all the same


@pytest.mark.parametrize("value", [0, LARGEST, -(2**63)])
def test_integers_pass(value: int) -> None:
    assert checks.check_integer(value) == value


def test_what_has_no_negative_is_not_subtracted() -> None:
    assert checks.check_subtrahend(-LARGEST) == -LARGEST
    with pytest.raises(EncodeError):
        checks.check_subtrahend(-(2**63))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), True, "1"])
def test_no_finite_number(value: object) -> None:
    with pytest.raises(EncodeError):
        checks.check_finite(value)  # type: ignore[arg-type]  # what a caller may do all the same


@pytest.mark.parametrize("degrees", [180.1, -180.1])
def test_no_longitude(degrees: float) -> None:
    with pytest.raises(ValueError, match="longitude"):
        checks.check_longitude(degrees)


@pytest.mark.parametrize("degrees", [85.06, -90])
def test_no_latitude(degrees: float) -> None:
    with pytest.raises(ValueError, match="latitude"):
        checks.check_latitude(degrees)


@pytest.mark.parametrize("text", ["", "foo", "1-", "-1", "1-2-3", "1 ", "9" * 21])
def test_no_entry_id(text: str) -> None:
    with pytest.raises(ValueError, match="stream entry"):
        checks.check_entry_id(text)


@pytest.mark.parametrize("text", ["-", "+", "$", "0", "0-0", "1700000000000-3", "(5-1"])
def test_entry_ids_pass(text: str) -> None:
    assert checks.check_entry_id(text) == text


def test_conditions_of_set() -> None:
    assert checks.string_condition(absent=False, present=False) == ()
    assert checks.string_condition(absent=True, present=False) == ("NX",)
    assert checks.string_condition(absent=False, present=True) == ("XX",)
    with pytest.raises(ValueError, match="excludes"):
        checks.string_condition(absent=True, present=True)


def test_a_bound_says_what_was_asked_for() -> None:
    with pytest.raises(BoundExceeded, match=r"^11 is outside of 0\.\.10$"):
        checks.check_count(11, 0, 10)
    with pytest.raises(BoundExceeded, match=r"^100 is outside of 0\.\.99$"):
        checks.check_offset(100, 100)


def test_json_that_holds_itself_ends() -> None:
    once: list[object] = []
    once.append(once)
    twice: list[object] = []
    twice += [twice, twice]
    for data in (once, twice):
        with pytest.raises(EncodeError, match="levels"):
            check_json(data)


@pytest.mark.parametrize(
    "said",
    [
        "value is not an integer or out of range",
        "hash value is not an integer",
        "hash value is not a float",
    ],
)
def test_a_corrupt_number_names_its_key(said: str) -> None:
    error = translated(Exception(f"ERR {said}"), ("INCRBY", "shop:hits", 1))
    assert isinstance(error, DecodeError)
    assert str(error).startswith("shop:hits: expected a")


def test_an_overflow_names_its_key() -> None:
    error = translated(
        Exception("increment or decrement would overflow"), ("INCRBY", "shop:hits", 1)
    )
    assert isinstance(error, BoundExceeded)
    assert str(error).startswith("shop:hits: would leave the range")
