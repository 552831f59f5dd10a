"""The nearest word is the one that was meant, and a far one is not offered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redisspec.diagnostics.suggest import did_you_mean, nearest

KEYS = ["key", "structure", "value", "max_items", "max_bytes", "ttl", "item", "fields", "expect"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("tll", "ttl"), ("tt", "ttl"), ("strcture", "structure"), ("strutcure", "structure"),
        ("max-items", "max_items"), ("maxItems", "max_items"), ("MAX_BYTES", "max_bytes"),
        ("kye", "key"), ("feilds", "fields"), ("itme", "item"),
        ("colour", None), ("x", None), ("", None), ("database", None), ("--", None),
    ],
)  # fmt: skip
def test_nearest(word, meant):
    assert nearest(word, KEYS) == meant


def test_help():
    assert did_you_mean("tll", KEYS) == "did you mean `ttl`?"
    assert did_you_mean("zzz", ["a", "b"]) == "one of `a`, `b`"
    assert did_you_mean("zzz", [f"name{n}" for n in range(40)]) is None
    assert did_you_mean("zzz", []) is None


@given(st.text(min_size=1, max_size=10))
def test_a_word_is_nearest_to_itself(word):
    assert nearest(word, ["other_thing_entirely", word]) in (word, None)


@given(st.sampled_from(KEYS), st.integers(0, 20))
def test_a_swap_of_neighbours_is_found(word, at):
    at %= len(word) - 1
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    assert nearest(swapped, KEYS) == word
