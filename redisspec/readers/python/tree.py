"""Walks syntax trees, several times faster than `ast.walk`: most of the reader's time went there."""

from __future__ import annotations

import ast


def walk(node: ast.AST) -> list[ast.AST]:
    """The node and all below it, outer ones first; without contexts and operators, which have no place."""
    found = [node]
    for one in found:
        for name in one._fields:
            value = getattr(one, name, None)
            if value.__class__ is list:
                found += [item for item in value if isinstance(item, ast.AST)]
            elif isinstance(value, ast.AST) and not isinstance(value, _PLACELESS):
                found.append(value)
    return found


_PLACELESS = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop)
