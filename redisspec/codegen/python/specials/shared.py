"""What the special methods share."""

from __future__ import annotations

from redisspec.codegen.python import methods
from redisspec.codegen.python.layout import (
    docstring,
    signature,
)
from redisspec.codegen.python.view import View
from redisspec.ir.methods import Call, Custom, Method

BODY = 8
PAD = " " * BODY


def head_of(
    view: View, method: Method, parameters: tuple[str, ...], result: str, *, plain: bool = False
) -> list[str]:
    is_async = view.mode == "aio"
    shown = result if plain else methods.shown_result(view, result)
    return [
        *signature(method.name, parameters, shown, is_async=is_async),
        *docstring(method.doc, BODY),
    ]


def step_of(body: Custom) -> Call:
    assert body.call is not None
    return body.call


def iterator(view: View) -> str:
    return view.module.use("collections.abc", "AsyncIterator" if view.mode == "aio" else "Iterator")
