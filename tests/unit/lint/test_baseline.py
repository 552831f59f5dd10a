"""A baseline counts findings by rule and place name: moved lines change nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redisspec.diagnostics.diagnostic import Diagnostic
from redisspec.lint.baseline import BaselineError, compare, count, read, write
from redisspec.lint.places import places_of
from redisspec.source.span import Span
from redisspec.source.text import SourceText

PROGRAM = "import redis\n\n\nclass Cart:\n    @property\n    def size(self):\n        return 1\n\n    def add(self):\n        def inner():\n            return 2\n        return inner\n"


def finding(line: int, code: str = "RS101", file: str = "app.py") -> Diagnostic:
    return Diagnostic(code, "missing-ttl", f"line {line}", "error", Span(file, line, 1, line, 2))


@pytest.mark.parametrize(
    ("path", "text", "places"),
    [
        (
            "app.py",
            PROGRAM,
            {1: "", 4: "Cart", 5: "Cart.size", 7: "Cart.size", 9: "Cart.add", 11: "Cart.add.inner"},
        ),
        ("broken.py", "def a(:\n", {1: ""}),
        ("a.lua", "local x = 1\nlocal function take()\n  x = 2\nend\n", {1: "", 3: "take"}),
        (
            "redis.spec.yaml",
            "version: 1\nname: shop\nkeyspaces:\n  cart:\n    key: cart\n  order:\n    key: order\n",
            {1: "version", 3: "keyspaces", 5: "keyspaces.cart", 7: "keyspaces.order"},
        ),
    ],
)
def test_places_have_the_names_of_what_is_around_them(path, text, places) -> None:
    place = places_of(SourceText(path, text))
    assert {line: place(line) for line in places} == places


def test_what_is_counted_is_known_wherever_it_moves() -> None:
    source = SourceText("app.py", PROGRAM)
    baseline = read(write(count([finding(7), finding(11)], {"app.py": source})))
    moved = SourceText("app.py", "# above\n# it\n" + PROGRAM)
    compared = compare([finding(9), finding(13)], {"app.py": moved}, baseline)
    assert (compared.new, compared.known, compared.gone) == ((), 2, 0)


def test_one_more_of_a_kind_is_new() -> None:
    source = SourceText("app.py", PROGRAM)
    baseline = count([finding(7)], {"app.py": source})
    compared = compare([finding(6), finding(7), finding(7, "RS102")], {"app.py": source}, baseline)
    assert [one.code for one in compared.new] == ["RS101", "RS102"]
    assert compared.known == 1


def test_the_text_is_the_same_in_whatever_order_and_on_whatever_system() -> None:
    found = [finding(1, file="b.py"), finding(2, "RS102", "a\\b.py"), finding(3, file="a\\b.py")]
    text = write(count(found, {}))
    assert text == write(count(reversed(found), {}))
    assert list(read(text)) == ["a/b.py", "b.py"]
    assert list(read(text)["a/b.py"]) == ["RS101", "RS102"]


def test_what_is_gone_is_counted() -> None:
    source = SourceText("app.py", PROGRAM)
    baseline = count([finding(7), finding(7)], {"app.py": source})
    assert compare([finding(7)], {"app.py": source}, baseline).gone == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"version": 2}',
        '{"version": 1, "known": {"a": {"RS101": -1}}}',
        "[" * 100_000,
    ],
)
def test_what_is_no_baseline_is_refused(text: str) -> None:
    with pytest.raises(BaselineError):
        read(text)


@given(st.lists(st.tuples(st.sampled_from(("RS101", "RS102")), st.integers(1, 12)), max_size=30))
def test_a_run_is_known_to_its_own_baseline(found) -> None:
    source = {"app.py": SourceText("app.py", PROGRAM)}
    findings = [finding(line, code) for code, line in found]
    compared = compare(findings, source, read(write(count(findings, source))))
    assert (compared.new, compared.known, compared.gone) == ((), len(findings), 0)
