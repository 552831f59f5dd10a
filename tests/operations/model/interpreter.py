"""The steps of an operation, interpreted over the model: Python's own evaluation, held to the language's rules."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from redisspec.ir.model import Keyspace
from tests.operations.catalogue import catalogue
from tests.operations.model import methods
from tests.operations.model.data import Data, Record
from tests.operations.model.errors import ArithmeticFault, Raised

EXACT = 2**53 - 1
RECKONED = {"by", "count", "positive", "natural", "index", "offset", "number"}
"""What arguments are for that a method reckons with, and does not only store."""


@cache
def reckoned(keyspace: str, method: str) -> tuple[frozenset[int], frozenset[str]]:
    """The arguments that must be exact numbers, by place and by name."""
    (one,) = (m for m in catalogue() if (m.keyspace.name, m.name) == (keyspace, method))
    arguments = [argument for argument in one.arguments if not argument.keyword]
    places = frozenset(at for at, found in enumerate(arguments) if found.role in RECKONED)
    return places, frozenset(found.name for found in one.arguments if found.role in RECKONED)


class _Break(Exception):
    pass


class _Continue(Exception):
    pass


class _Return(Exception):
    def __init__(self, value: Any) -> None:
        self.value = value


def run(
    source: str,
    parameters: Mapping[str, Any],
    data: Data,
    keyspaces: Mapping[str, Keyspace],
    key_of: Callable[..., str],
) -> Any:
    """What the steps return; on any error `data` is as it was, and the error passes through.

    `key_of(keyspace, *arguments)` gives a key's text.
    """
    before = data.copy()
    data.inside = True
    steps = _Steps(data, keyspaces, key_of, dict(parameters))
    try:
        steps.block(ast.parse(source).body)
    except _Return as found:
        return found.value
    except Exception:
        data.restore(before)
        raise
    return None


class _Steps:
    def __init__(
        self,
        data: Data,
        keyspaces: Mapping[str, Keyspace],
        key_of: Callable[..., str],
        names: dict[str, Any],
    ) -> None:
        self.data = data
        self.keyspaces = keyspaces
        self.key_of = key_of
        self.names = names

    # --- statements ------------------------------------------------------------

    def block(self, body: list[ast.stmt]) -> None:
        for statement in body:
            self.statement(statement)

    def statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Assign([target], value):
                self.bind(target, self.value(value))
            case ast.AugAssign(ast.Name(name), op, value):
                self.names[name] = arithmetic(op, self.names[name], self.value(value))
            case ast.If(test, body, orelse):
                self.block(body if self.truth(test) else orelse)
            case ast.For(target, iterated, body):
                self.loop(target, self.value(iterated), body)
            case ast.Raise(exc):
                raise self.raised(exc)
            case ast.Return(None):
                raise _Return(None)
            case ast.Return(value):
                assert value is not None
                raise _Return(self.value(value))
            case ast.Expr(value):
                self.value(value)
            case ast.Pass():
                pass
            case ast.Break():
                raise _Break
            case ast.Continue():
                raise _Continue
            case _:
                raise AssertionError(ast.dump(node))

    def bind(self, target: ast.expr, value: Any) -> None:
        match target:
            case ast.Name(name):
                self.names[name] = value
            case ast.Tuple(items):
                for item, one in zip(items, value, strict=True):
                    self.bind(item, one)
            case _:
                raise AssertionError(ast.dump(target))

    def loop(self, target: ast.expr, items: Iterable[Any], body: list[ast.stmt]) -> None:
        for item in items:
            self.bind(target, item)
            try:
                self.block(body)
            except _Break:
                return
            except _Continue:
                continue

    def raised(self, node: ast.expr | None) -> Raised:
        match node:
            case ast.Name(name):
                return Raised(name, {})
            case ast.Call(ast.Name(name), arguments, keywords):
                found = {one.id: self.value(one) for one in arguments if isinstance(one, ast.Name)}
                found |= {str(one.arg): self.value(one.value) for one in keywords}
                return Raised(name, found)
        raise AssertionError(node)

    # --- expressions -----------------------------------------------------------

    def truth(self, node: ast.expr) -> bool:
        found = self.value(node)
        assert type(found) is bool, ast.unparse(node)
        return found

    def value(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant(value):
                return value
            case ast.Name(name):
                return self.names[name]
            case ast.List(items):
                return [self.value(item) for item in items]
            case ast.Tuple(items):
                return tuple(self.value(item) for item in items)
            case ast.Dict(keys, values):
                names = [self.value(key) for key in keys if key is not None]
                return dict(zip(names, map(self.value, values), strict=True))
            case ast.BinOp(left, op, right):
                return arithmetic(op, self.value(left), self.value(right))
            case ast.UnaryOp(ast.Not(), operand):
                return not self.truth(operand)
            case ast.UnaryOp(ast.USub(), operand):
                return checked(-checked(self.value(operand)))
            case ast.BoolOp(ast.And(), values):
                return all(self.truth(one) for one in values)
            case ast.BoolOp(ast.Or(), values):
                return any(self.truth(one) for one in values)
            case ast.Compare(left, [op], [right]):
                return compared(op, self.value(left), self.value(right))
            case ast.JoinedStr(parts):
                return "".join(str(self.value(part)) for part in parts)
            case ast.FormattedValue(value):
                return self.value(value)
            case ast.Attribute(value, name):
                found = self.value(value)
                assert isinstance(found, Record), ast.unparse(node)
                return found.get(name)
            case ast.Call(ast.Name(name), arguments):
                return self.builtin(name, [self.value(one) for one in arguments])
            case ast.Call(ast.Attribute(ast.Name(owner), method), arguments, keywords) if (
                owner in self.keyspaces and owner not in self.names
            ):
                return self.method(owner, method, arguments, keywords)
            case ast.Call(ast.Attribute(value, "timestamp"), []):
                found = self.value(value)
                assert isinstance(found, datetime)
                return found.timestamp()
        raise AssertionError(ast.dump(node))

    def method(
        self, owner: str, name: str, arguments: list[ast.expr], keywords: list[ast.keyword]
    ) -> Any:
        keyspace = self.keyspaces[owner]
        given: list[Any] = []
        for one in arguments:
            if isinstance(one, ast.Starred):
                given += self.value(one.value)
            else:
                given.append(self.value(one))
        size = len(keyspace.pattern.parameters)
        named = {str(one.arg): self.value(one.value) for one in keywords}
        key = self.key_of(keyspace, *given[:size])
        self.in_range(keyspace, name, given[size:], named)
        return methods.call(self.data, keyspace, key, name, tuple(given[size:]), named)

    def in_range(
        self, keyspace: Keyspace, name: str, given: list[Any], named: dict[str, Any]
    ) -> None:
        """What a method reckons with (and does not only store) is an exact number."""
        places, names = reckoned(keyspace.name, name)
        values = [value for at, value in enumerate(given) if at in places]
        values += [value for one, value in named.items() if one in names]
        for value in values:
            if type(value) is int and abs(value) > EXACT:
                raise ArithmeticFault("argument")

    def builtin(self, name: str, arguments: list[Any]) -> Any:
        match name:
            case "now":
                return self.data.now
            case "len":
                return len(arguments[0])
            case "min" | "max":
                numbers = [checked(one) for one in arguments]
                return min(numbers) if name == "min" else max(numbers)
            case "abs":
                return checked(abs(checked(arguments[0])))
            case "int":
                number = arguments[0]
                if isinstance(number, float) and not math.isfinite(number):
                    raise ArithmeticFault("no int")
                return checked(int(number))
            case "float":
                return float(checked(arguments[0]))
            case "str":
                return str(arguments[0])
            case "sum":
                total: Any = 0
                for one in arguments[0]:
                    total = arithmetic(ast.Add(), total, one)
                return total
            case "range":
                return list(range(*arguments))
            case "enumerate":
                return list(enumerate(arguments[0]))
            case "zip":
                return list(zip(*arguments, strict=False))
        raise AssertionError(name)


# --- numbers --------------------------------------------------------------------

_OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_ORDERS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def checked(number: Any) -> Any:
    """The number itself; ArithmeticFault for an int that a double does not hold, and for nan."""
    assert type(number) in (int, float), number
    if isinstance(number, int) and abs(number) > EXACT:
        raise ArithmeticFault("beyond 2**53 - 1")
    if isinstance(number, float) and math.isnan(number):
        raise ArithmeticFault("nan")
    return number


def arithmetic(op: ast.operator, left: Any, right: Any) -> Any:
    """What the operator makes of two numbers, or of two texts."""
    if isinstance(left, str):
        assert isinstance(op, ast.Add) and isinstance(right, str)
        return left + right
    checked(left), checked(right)
    try:
        return checked(_OPERATORS[type(op)](left, right))
    except (ZeroDivisionError, OverflowError):
        raise ArithmeticFault("division by zero") from None


def compared(op: ast.cmpop, left: Any, right: Any) -> bool:
    """What the comparison says; ints are ordered within the exact ones only."""
    match op:
        case ast.Eq():
            return bool(left == right)
        case ast.NotEq():
            return bool(left != right)
        case ast.Is():
            return left is right
        case ast.IsNot():
            return left is not right
        case ast.In():
            return left in right
        case ast.NotIn():
            return left not in right
    if not isinstance(left, datetime):
        checked(left), checked(right)
    return bool(_ORDERS[type(op)](left, right))
