"""The methods that are more than one command: many keys, records by fields, pages, scans."""

from __future__ import annotations

from collections.abc import Callable

from redisspec.codegen.python.specials import by_fields, many_keys, pages, scans
from redisspec.codegen.python.view import View
from redisspec.ir.methods import Custom, Method

_EMITTERS: dict[str, Callable[[View, Method, Custom], list[str]]] = {
    "get_many": many_keys.get_many,
    "call_many": many_keys.call_many,
    "set_many": many_keys.set_many,
    "save": by_fields.save,
    "update": by_fields.update,
    "iterate": pages.iterate,
    "in_portions": pages.in_portions,
    "scan_members": pages.scan_members,
    "append": by_fields.append,
    "count_merged": many_keys.count_merged,
    "combine": many_keys.combine,
    "read": pages.read,
    "scan": scans.scan,
    "delete_all": scans.delete_all,
}


def special_lines(view: View, method: Method, body: Custom) -> list[str]:
    """The lines of a method with such a body; none where the mode has no such method."""
    return _EMITTERS[body.kind](view, method, body)
