"""The small grammars: what is written is read back, and noise ends in their own error alone."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redisspec.ir.types import (
    SCALARS,
    Enum,
    Imported,
    Json,
    ListOf,
    MapOf,
    Maybe,
    RecordRef,
    Scalar,
    ValueType,
)
from redisspec.spec.durations import LONGEST_MS, format_duration, parse_duration
from redisspec.spec.engines import FLOORS, format_engine, parse_engine
from redisspec.spec.environment import check_host, check_template, check_url, variables
from redisspec.spec.expectations import MOST, parse_expectation
from redisspec.spec.grammar import GrammarError
from redisspec.spec.names import check_name, check_namespace, check_type_name, is_name
from redisspec.spec.percentages import format_percentage, parse_percentage
from redisspec.spec.rates import Rate, parse_rate
from redisspec.spec.sizes import LARGEST, format_size, parse_size
from redisspec.spec.types import format_type, parse_type

GRAMMARS: list[Callable[[str], object]] = [
    parse_duration,
    parse_size,
    parse_percentage,
    parse_engine,
    parse_expectation,
    parse_rate,
    parse_type,
    check_url,
    check_host,
    check_template,
    check_namespace,
    check_type_name,
    lambda text: check_name(text, "field"),
]

LIKELY = st.text(
    alphabet="0123456789_.% hsdwmkKiMGB/burstlimapjson<>()|[],:${}-@?= é\x00\ud800٣", max_size=30
)


@pytest.mark.parametrize("grammar", GRAMMARS)
@given(text=st.text(max_size=40) | LIKELY)
def test_noise_raises_nothing_but_a_grammar_error(
    grammar: Callable[[str], object], text: str
) -> None:
    try:
        grammar(text)
    except GrammarError as error:
        assert error.message
        assert 0 <= error.start <= max(len(text), 1)
        assert error.end is None or error.end >= error.start


@given(st.integers(0, LONGEST_MS))
def test_durations_round_trip(milliseconds: int) -> None:
    assert parse_duration(format_duration(milliseconds)) == milliseconds


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [("500ms", 500), ("30s", 30_000), ("5m", 300_000), ("1h", 3_600_000), ("2w", 1_209_600_000)],
)
def test_durations(text: str, milliseconds: int) -> None:
    assert parse_duration(text) == milliseconds


@pytest.mark.parametrize(
    ("text", "help_"),
    [
        ("3600", "write `3600s`"),
        ("7days", "write `7d`"),
        ("1.5h", "write `90m`"),
        ("1h30m", "write `90m`"),
        ("2 years", "write `730d`"),
        ("forever", "write a whole number and a unit"),
        ("999999d", "write at most"),
        ("5M", "write `5m`"),
    ],
)
def test_durations_say_what_was_meant(text: str, help_: str) -> None:
    with pytest.raises(GrammarError) as caught:
        parse_duration(text)
    assert caught.value.help is not None
    assert caught.value.help.startswith(help_)


def test_only_what_may_last_is_told_never() -> None:
    for text in ("forever", "999999d"):
        with pytest.raises(GrammarError) as caught:
            parse_duration(text, lasting=True)
        assert caught.value.help is not None
        assert caught.value.help.startswith("write `never`")


@given(st.integers(1, LARGEST))
def test_sizes_round_trip(size: int) -> None:
    assert parse_size(format_size(size)) == size


@given(st.integers(0, 99_999))
def test_percentages_round_trip(thousandths: int) -> None:
    text = format_percentage(thousandths / 100_000)
    assert parse_percentage(text) == pytest.approx(thousandths / 100_000, abs=1e-9)
    assert 0 <= parse_percentage(text) < 1


@given(st.integers(1, MOST))
def test_expectations_round_trip(keys: int) -> None:
    assert parse_expectation(f"{keys:_} keys") == keys
    assert parse_expectation(str(keys)) == keys


@given(st.sampled_from(list(FLOORS)), st.integers(8, 30), st.integers(0, 30))
def test_engines_round_trip(engine: str, major: int, minor: int) -> None:
    text = format_engine(engine, (major, minor))
    assert parse_engine(text) == (engine, (major, minor))


@given(st.integers(1, 10**4), st.sampled_from([1, 1_000, 30_000, 3_600_000]), st.integers(1, 10**4))
def test_rates_round_trip(amount: int, period: int, burst: int) -> None:
    rate = Rate(amount, period, burst)
    assert parse_rate(str(rate)) == rate


MEMBERS = st.lists(
    st.text("abcXYZ019_.-", min_size=1, max_size=5), min_size=1, max_size=4, unique=True
)
TYPES: st.SearchStrategy[ValueType] = st.recursive(
    st.sampled_from(SCALARS).map(Scalar)
    | MEMBERS.map(lambda members: Enum(tuple(members)))
    | st.sampled_from(["Product", "A1"]).map(RecordRef)
    | st.just(Imported("shop.models", "Address.Inner", "Inner"))
    | st.just(Json(None)),
    lambda inner: (
        inner.map(ListOf)
        | inner.map(MapOf)
        | inner.map(Json)
        | inner.filter(lambda each: not isinstance(each, Maybe)).map(Maybe)
    ),
    max_leaves=6,
)


@given(TYPES)
def test_types_round_trip(found: ValueType) -> None:
    assert parse_type(format_type(found)) == found


@given(st.text("lmap<int>|none str", max_size=12))
def test_types_that_are_read_are_written_the_same(text: str) -> None:
    try:
        found = parse_type(text)
    except GrammarError:
        return
    assert parse_type(format_type(found)) == found


def test_deep_types_end_in_an_error() -> None:
    with pytest.raises(GrammarError, match="nests at most"):
        parse_type("list<" * 100_000 + "int" + ">" * 100_000)


@given(st.text(max_size=70))
def test_names_fast_and_slow_agree(text: str) -> None:
    try:
        check_name(text, "field")
        sound = True
    except GrammarError:
        sound = False
    assert is_name(text) == sound


@pytest.mark.parametrize(
    "text", ["ﬁle", "class", "__init__", "self", "a" * 64, "Id", "1a", "a-b", ""]
)
def test_names_that_are_refused(text: str) -> None:
    assert not is_name(text)


@pytest.mark.parametrize("text", ["id", "type", "date", "match", "a" * 63, "file"])
def test_names_that_are_fine(text: str) -> None:
    assert is_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "redis://localhost",
        "rediss://user:${REDIS_PASSWORD}@host:6380/1",
        "${REDIS_URL}",
        "${REDIS_URL:-redis://localhost:6379/0}",
        "redis://user@host",
        "unix:///run/redis.sock",
        "redis+cluster://a:7000,b:7001",
    ],
)
def test_addresses(text: str) -> None:
    assert check_url(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "redis://:hunter2@host",
        "rediss://user:hunter2@host/0",
        "${REDIS_URL:-redis://:hunter2@host}",
        "redis://host?password=hunter2",
        "redis://:hunter2/x@host",
        "redis://:hunter2@$HOST",
    ],
)
def test_passwords_are_refused_and_never_repeated(text: str) -> None:
    with pytest.raises(GrammarError) as caught:
        check_url(text)
    assert "hunter2" not in caught.value.message + (caught.value.help or "")


def test_variables_of_an_address() -> None:
    assert list(variables("redis://${HOST:-localhost}:${PORT}")) == [
        ("HOST", "localhost"),
        ("PORT", None),
    ]
