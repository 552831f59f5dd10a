"""Edits of Python: where they stand, whatever the text around them."""

import ast

import pytest

from redisspec.diagnostics.diagnostic import Diagnostic, Edit, Fix
from redisspec.lint.fixes import apply_fixes
from redisspec.lint.pyedits import (
    added_argument,
    block_of,
    other_method,
    span_of,
    without_statement,
    written,
)
from redisspec.readers.python.module import PyModule
from redisspec.source.text import SourceText


def module_of(text: str) -> PyModule:
    return PyModule(SourceText("app.py", text), ast.parse(text), "app", False)


def call_in(module: PyModule) -> ast.Call:
    return next(node for node in ast.walk(module.tree) if isinstance(node, ast.Call))


def applied(module: PyModule, edit: Edit | None) -> str:
    assert edit is not None
    found = Diagnostic("RS000", "x", "x", "error", edit.span, None, Fix("x", (edit,), True))
    return apply_fixes(module.source, [found]).text


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("f(a)\n", "f(a, x=1)\n"),
        ("f()\n", "f(x=1)\n"),
        ("f((a))\n", "f((a), x=1)\n"),
        ("f(a, b=(c),)\n", "f(a, b=(c), x=1,)\n"),
        ("f(\n    a,\n    b,  # why\n)\n", "f(\n    a,\n    b, x=1,  # why\n)\n"),
        ("f(\n    a  # why\n)\n", "f(\n    a, x=1  # why\n)\n"),
        ("f('é', *é)\n", "f('é', *é, x=1)\n"),
    ],
)
def test_an_argument_more(text: str, fixed: str) -> None:
    module = module_of(text)
    result = applied(module, added_argument(module, call_in(module), "x=1"))
    assert result == fixed
    ast.parse(result)


def test_another_method_behind_letters_of_more_bytes_than_one() -> None:
    module = module_of("é['ü'].delete(a)\n")
    assert applied(module, other_method(module, call_in(module), "unlink")) == "é['ü'].unlink(a)\n"


def test_a_statement_less() -> None:
    module = module_of("if a:\n    f(1)\n    g(\n        2\n    )\n    h()\n")
    body, place = block_of(module, call_in(module)) or ([], 0)
    assert (len(body), place) == (3, 0)
    assert written(module, body[1]) == "g(\n        2\n    )"
    assert applied(module, without_statement(module, body[1])) == "if a:\n    f(1)\n    h()\n"


@pytest.mark.parametrize("text", ["f(1); g(2)\n", "f(1)  # says why\n"])
def test_a_line_that_holds_more_stays(text: str) -> None:
    module = module_of(text)
    assert without_statement(module, module.tree.body[0]) is None


def test_the_last_line_without_a_break() -> None:
    module = module_of("f(1)\ng(2)")
    assert applied(module, without_statement(module, module.tree.body[1])) == "f(1)\n"
    assert span_of(module, module.tree.body[1])[1:] == (2, 1, 2, 5)
