"""A Bloom filter's size keeps its error rate, takes no more than that needs, and is the same everywhere."""

from math import exp, log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redisspec.ir.bloom import LARGEST, most_members, sizing

capacities = st.integers(1, 2 * 10**9) | st.integers(1, 1_000)
rates = st.integers(1, 49_999_999).map(lambda millionths: round(millionths / 10**8, 8))


@pytest.mark.parametrize(
    ("capacity", "rate", "bits", "hashes"),
    [
        (1, 0.1, 64, 3),
        (10, 0.001, 192, 10),
        (10_000, 0.01, 96_128, 7),
        (1_000_000, 0.001, 14_379_456, 10),
        (1_000_000, 0.01, 9_608_960, 7),
        (100_000_000, 1e-8, 3_834_317_568, 27),
    ],
)
def test_sizes_that_stand_in_servers(capacity: int, rate: float, bits: int, hashes: int) -> None:
    """Another size is another filter: what is stored could not be read any more."""
    assert sizing(capacity, rate) == (bits, hashes)


def error_rate(bits: int, hashes: int, added: float) -> float:
    return (1 - exp(-hashes * added / bits)) ** hashes


@given(capacities, rates)
@settings(max_examples=60)
def test_the_rate_is_kept_and_little_is_wasted(capacity: int, rate: float) -> None:
    bits, hashes = sizing(capacity, rate)
    assert bits % 64 == 0
    assert bits == 8 * sizing(capacity, rate).bytes
    # the steps of filling it, coarsely: who seems to be there already is not counted
    counted, added, step = 0.0, 0.0, capacity / 500
    while counted < capacity:
        new = 1 - error_rate(bits, hashes, added + step / 2)
        more = min(step, (capacity - counted) / new)
        counted, added = counted + more * new + 1e-9, added + more
    assert error_rate(bits, hashes, added) <= rate * 1.001
    # the least that any number of hashes needs, which need not be whole there, for so many that were added
    least = -added * log(rate) / log(2) ** 2
    assert bits <= least * 1.08 + 2 * hashes + 64


@given(capacities, rates, st.sampled_from((1, -1)))
def test_a_neighbouring_number_of_hashes_is_no_better(
    capacity: int, rate: float, other: int
) -> None:
    bits, hashes = sizing(capacity, rate)
    if hashes + other < 1:
        return
    k = hashes + other
    share = rate ** (1 / k)
    needed = k * capacity / sum(share**j / j for j in range(1, k + 1))
    assert bits - 2 * hashes - 64 <= needed * (1 + 1e-9)


@given(capacities, rates)
def test_more_members_take_more_bits(capacity: int, rate: float) -> None:
    assert sizing(capacity + 1_000, rate).bits > sizing(capacity, rate).bits


@given(rates)
@settings(max_examples=30)
def test_the_most_that_one_key_holds(rate: float) -> None:
    most = most_members(rate)
    assert sizing(most, rate).bits <= LARGEST < sizing(most + 1, rate).bits
