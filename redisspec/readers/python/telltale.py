"""Calls that only Redis takes: by the method's name, or by what it is given."""

from __future__ import annotations

import ast
import re
from typing import Final

from redisspec.readers.python.vocabulary import ONLY_REDIS

_OPTIONS: Final = {
    "set": frozenset(("ex", "px", "nx", "xx", "exat", "pxat", "keepttl")),
    "scan": frozenset(("match",)),
    "pubsub": frozenset(("ignore_subscribe_messages",)),
}
"""Options that nothing else of note has: `set(key, value, ex=60)`."""
_TIME: Final = re.compile(r"ttl|expir|timeout|second|minute|hour|day|time|age", re.IGNORECASE)


def only_redis(node: ast.Call) -> bool:
    """Whether what a method is called on is Redis, whatever its name."""
    if not isinstance(node.func, ast.Attribute):
        return False
    method = node.func.attr
    if method in ONLY_REDIS:
        return bool(node.args or node.keywords) or method.startswith("flush")
    options = _OPTIONS.get(method)
    if options is not None:
        return not options.isdisjoint(one.arg for one in node.keywords)
    return method == "expire" and len(node.args) == 2 and _is_time(node.args[1])


def _is_time(node: ast.expr) -> bool:
    """Whether it can be a TTL: `session.expire(user, ["name"])` of SQLAlchemy has names there."""
    match node:
        case ast.Constant(value=int() | float()):
            return True
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return _TIME.search(name) is not None
        case ast.BinOp(left=left, right=right):
            return _is_time(left) or _is_time(right)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in ("timedelta", "int", "max", "min") or _TIME.search(name) is not None
    return False
