"""The overlap decision against brute force: all short keys, read by trying."""

import time
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redisspec.ir.keypattern import Hole, KeyPattern, Literal, Parameter, ParameterType
from redisspec.ir.overlap import overlaps

from .oracle import ALL_TYPES, SMALL_TYPES, patterns, readings

LETTERS = "a1-:"
KEYS = ["".join(key) for length in range(6) for key in product(LETTERS, repeat=length)]


def language(pattern):
    return {key for key in KEYS if readings(pattern, key)}


@settings(max_examples=60)
@given(patterns(holes=True), patterns(holes=True))
def test_overlap_agrees_with_brute_force(left, right):
    common = language(left) & language(right)
    witness = left.overlap(right)
    assert (witness is not None) or not common
    if witness is not None:
        assert readings(left, witness)
        assert readings(right, witness)
        # the witness is a shortest one: brute force may not find a shorter
        assert all(len(key) >= len(witness) for key in common)
    assert (right.overlap(left) is None) == (witness is None)


@settings(max_examples=60)
@given(patterns())
def test_ambiguity_agrees_with_brute_force(pattern):
    double = next((key for key in KEYS if len(readings(pattern, key)) > 1), None)
    found = pattern.ambiguity()
    assert (found is not None) or double is None, double
    if found is not None:
        key, one, other = found
        assert one != other
        assert pattern.render(one) == pattern.render(other) == key
        assert len(readings(pattern, key)) > 1


@settings(max_examples=200)
@given(patterns(ALL_TYPES, letters="a1-:T{}"), patterns(ALL_TYPES, letters="a1-:T{}"))
def test_every_witness_is_a_key_of_both(left, right):
    witness = left.overlap(right)
    if witness is not None:
        assert left.match(witness) is not None
        assert right.match(witness) is not None


@settings(max_examples=100)
@given(st.lists(patterns(SMALL_TYPES, holes=True), max_size=7))
def test_many_patterns_agree_with_pairs(many):
    found = list(overlaps(many))
    for left, right, key in found:
        assert left < right
        assert many[left].match(key) is not None
        assert many[right].match(key) is not None
    # every pattern that meets another is named, and nothing else is
    meeting = {
        index
        for left in range(len(many))
        for right in range(left)
        if many[left].overlap(many[right]) is not None
        for index in (left, right)
    }
    assert {index for left, right, _ in found for index in (left, right)} == meeting


def _pattern(*parts):
    return KeyPattern(tuple(Literal(part) if isinstance(part, str) else part for part in parts))


def _parameter(kind, name="p", **more):
    return Parameter(name, ParameterType(kind, **more))


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (("s:", _parameter("int")), ("s:", _parameter("date")), None),
        (("s:", _parameter("slug")), ("s:", _parameter("date")), True),
        (("s:", _parameter("slug")), ("s:a:", _parameter("slug")), None),
        (("s:", _parameter("str")), ("s:total",), "s:total"),
        (("s:", _parameter("slug")), ("s:Total",), None),
        (("s:", Hole()), ("s:a:", _parameter("slug")), "s:a:a"),
        (("s:{", _parameter("int"), "}"), ("s:", _parameter("str")), None),
        (("s:", _parameter("hex", length=600)), ("s:", _parameter("slug")), None),
        (("s:", _parameter("isoweek")), ("s:2025-W53",), None),
        (("s:", _parameter("isoweek")), ("s:2026-W53",), "s:2026-W53"),
        (("s:", _parameter("date")), ("s:2026-02-29",), None),
        (("s:", _parameter("encoded")), ("s:%41",), None),
        (("s:", _parameter("encoded")), ("s:%3A",), "s:%3A"),
    ],
)
def test_cases(left, right, expected):
    witness = _pattern(*left).overlap(_pattern(*right))
    assert (witness is not None) if expected is True else witness == expected


@pytest.mark.parametrize(
    "made",
    [
        lambda i: _pattern(f"s:k{i}:{{", _parameter("int"), "}:", _parameter("date", "d")),
        lambda i: _pattern("s:", _parameter(["int", "slug", "str"][i % 3]), f":k{i}"),
        lambda i: _pattern("s:", _parameter(["int", "slug", "str"][i % 3]), f"-k{i}x"),
        lambda i: _pattern(f"s:k{i}x-", _parameter(["int", "slug", "str"][i % 3])),
        lambda i: _pattern("s:", _parameter("slug"), f".k{i}") if i % 2 else _pattern(f"s:k{i}"),
    ],
)
def test_thousands_of_patterns_stay_cheap(made):
    many = [made(i) for i in range(5_000)]
    start = time.process_time()
    assert list(overlaps(many)) == []
    # about 0.2 s on an idle machine; all pairs would take minutes
    assert time.process_time() - start < 5


def test_copies_of_one_key_are_reported_once_each():
    many = [_pattern("s:", _parameter("int", f"p{i}")) for i in range(500)]
    assert [(left, right) for left, right, _ in overlaps(many)] == [(0, i) for i in range(1, 500)]
