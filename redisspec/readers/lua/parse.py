"""Parses Lua 5.1: a text becomes syntax, or the one place where it is broken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Diagnostic
from redisspec.readers.lua import syntax as lua
from redisspec.readers.lua.refused import refusal

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

    from redisspec.source.span import Span
    from redisspec.source.text import SourceText

# What came after 5.1, which is the Lua of Redis and Valkey: the server refuses to compile it.
_LATER_OPERATORS = {"//": "5.3", "&": "5.3", "|": "5.3", "~": "5.3", "<<": "5.3", ">>": "5.3"}
_LATER_STATEMENTS = {"goto_statement": "`goto`", "label_statement": "a label"}

_ESCAPES = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "\n": "\n",
}
_ESCAPE = re.compile(r"\\(\d{1,3}|\r\n|[\s\S])")


def parse(source: SourceText) -> lua.Chunk | Diagnostic:
    """The script's syntax, or an RS007 at its first mistake; never raises for what it finds."""
    data = source.text.encode("utf-8", "surrogateescape")
    root = _parser().parse(data).root_node
    tree = _Tree(source, data)
    try:
        if root.has_error:
            return _refused(source) or invalid_lua(
                tree.span(next((node for node in _in_order(root) if node.is_error), root)),
                "this cannot be read",
                "write it in plain Lua 5.1",
            )
        chunk = tree.chunk(root)
        return _refused(source) or chunk
    except _LaterLuaError as later:
        return invalid_lua(later.span, str(later), "write it in Lua 5.1")
    except RecursionError:
        return invalid_lua(tree.span(root), "the script nests too deeply to be read", None)


def invalid_lua(span: Span, message: str, help: str | None) -> Diagnostic:
    """An RS007 error."""
    return Diagnostic("RS007", "invalid-lua", message, "error", span, help)


class _LaterLuaError(Exception):
    """What stands in the script came after Lua 5.1."""

    def __init__(self, span: Span, message: str) -> None:
        super().__init__(message)
        self.span = span


@cache
def _parser() -> Parser:
    # Most runs read no Lua: the parser is a C library that is loaded for those that do.
    import tree_sitter_lua  # noqa: PLC0415 - see above
    from tree_sitter import Language, Parser  # noqa: PLC0415 - see above

    return Parser(Language(tree_sitter_lua.language()))


def _refused(source: SourceText) -> Diagnostic | None:
    """What a server's compiler says of the text."""
    found = refusal(source.text)
    if found is None:
        return None
    message = f"{found.message}: the server refuses to compile the script"
    return invalid_lua(source.span(found.start, found.end), message, found.help)


def _in_order(root: Node) -> Iterator[Node]:
    """Every node, parents first; iterative, since a broken text may nest without an end."""
    cursor = root.walk()
    while True:
        if cursor.node is not None:
            yield cursor.node
        if cursor.goto_first_child() or cursor.goto_next_sibling():
            continue
        while cursor.goto_parent():
            if cursor.goto_next_sibling():
                break
        else:
            return


class _Tree:
    """The way from tree-sitter's nodes, whose offsets are bytes, to syntax with spans."""

    def __init__(self, source: SourceText, data: bytes) -> None:
        self._source = source
        self._data = data
        # One entry a byte: how many characters begin before it. Most scripts are ASCII.
        self._characters: list[int] | None = (
            None
            if source.text.isascii()
            else list(accumulate((byte & 0xC0 != 0x80 for byte in data), initial=0))
        )
        if self._characters is not None and self._characters[-1] != len(source.text):
            # Bytes that are no UTF-8 are a character each.
            self._characters = list(
                accumulate(
                    (step for character in source.text for step in _steps(character)),
                    initial=0,
                )
            )

    def offset(self, at: int) -> int:
        return at if self._characters is None else self._characters[at]

    def span(self, node: Node) -> Span:
        return self._source.span(self.offset(node.start_byte), self.offset(node.end_byte))

    def point(self, at: int) -> Span:
        start = self.offset(at)
        return self._source.span(start, start)

    def text(self, node: Node) -> str:
        found = self._data[node.start_byte : node.end_byte]
        return found.decode("utf-8", "surrogateescape")

    def chunk(self, root: Node) -> lua.Chunk:
        first = root.children[0] if root.children else None
        shebang = self.text(first) if first is not None and first.type == "hash_bang_line" else ""
        comments = tuple(
            (self.offset(node.start_byte), self.offset(node.end_byte))
            for node in _in_order(root)
            if node.type == "comment"
        )
        return lua.Chunk(self.block(root), shebang.strip(), self.span(root), comments)

    # --- statements -----------------------------------------------------------------

    def block(self, node: Node | None) -> lua.Block:
        if node is None:
            return ()
        found = (self.statement(child) for child in node.named_children)
        return tuple(one for one in found if one is not None)

    def statement(self, node: Node) -> lua.Statement | None:
        span = self.span(node)
        match node.type:
            case "variable_declaration":
                return self._local(node, span)
            case "assignment_statement":
                names, values = self._sides(node)
                targets = tuple(self.expression(name) for name in names)
                return lua.Assignment(targets, values, span)
            case "function_call":
                return lua.Call(self.expression(node), span)
            case "function_declaration":
                return self._function_statement(node, span)
            case "do_statement":
                return lua.Do(self.block(node.child_by_field_name("body")), span)
            case "while_statement":
                condition = self._field(node, "condition")
                return lua.While(condition, self.block(node.child_by_field_name("body")), span)
            case "repeat_statement":
                body = self.block(node.child_by_field_name("body"))
                return lua.Repeat(body, self._field(node, "condition"), span)
            case "if_statement":
                return self._if(node, span)
            case "for_statement":
                return self._for(node, span)
            case "return_statement":
                return lua.Return(self._listed(node.named_children), span)
            case "break_statement":
                return lua.Break(span)
            case later if later in _LATER_STATEMENTS:
                raise _LaterLuaError(
                    span,
                    f"{_LATER_STATEMENTS[later]} came with Lua 5.2, and servers run scripts on 5.1: "
                    "they refuse to compile it",
                )
        return None

    def _local(self, node: Node, span: Span) -> lua.Local:
        inner = node.named_children[0]
        if inner.type == "assignment_statement":
            names, values = self._sides(inner)
        else:
            names, values = [c for c in inner.named_children if c.type == "identifier"], ()
        for child in inner.named_children if inner.type == "variable_list" else _first(inner):
            if child.type == "attribute":
                raise _LaterLuaError(
                    self.span(child),
                    "attributes came with Lua 5.4, and servers run scripts on 5.1: "
                    "they refuse to compile it",
                )
        return lua.Local(tuple(self.text(name) for name in names), values, span)

    def _sides(self, node: Node) -> tuple[list[Node], tuple[lua.Expression, ...]]:
        left, right = node.named_children[0], node.named_children[-1]
        names = left.children_by_field_name("name")
        return names, self._listed(right.named_children)

    def _listed(self, nodes: list[Node]) -> tuple[lua.Expression, ...]:
        """The expressions of a list, which may be wrapped in one node."""
        if len(nodes) == 1 and nodes[0].type == "expression_list":
            nodes = nodes[0].named_children
        return tuple(self.expression(node) for node in nodes if node.type != "comment")

    def _function_statement(self, node: Node, span: Span) -> lua.FunctionStatement:
        name = node.child_by_field_name("name")
        assert name is not None, "a declaration without a name is a syntax error"
        function = self._function(node, span)
        if name.type == "method_index_expression":
            function = lua.Function(
                ("self", *function.parameters), function.variadic, function.body, span
            )
        local = node.children[0].type == "local"
        return lua.FunctionStatement(self.expression(name), function, local, span)

    def _if(self, node: Node, span: Span) -> lua.If:
        clauses = [
            (self._field(node, "condition"), self.block(node.child_by_field_name("consequence")))
        ]
        otherwise = None
        for child in node.children_by_field_name("alternative"):
            if child.type == "else_statement":
                otherwise = self.block(child.child_by_field_name("body"))
            else:
                body = self.block(child.child_by_field_name("consequence"))
                clauses.append((self._field(child, "condition"), body))
        return lua.If(tuple(clauses), otherwise, span)

    def _for(self, node: Node, span: Span) -> lua.Statement:
        clause = node.child_by_field_name("clause")
        assert clause is not None, "a loop without a clause is a syntax error"
        body = self.block(node.child_by_field_name("body"))
        if clause.type == "for_numeric_clause":
            name = clause.child_by_field_name("name")
            step = clause.child_by_field_name("step")
            return lua.Count(
                self.text(name) if name is not None else "",
                self._field(clause, "start"),
                self._field(clause, "end"),
                self.expression(step) if step is not None else None,
                body,
                span,
            )
        listed, values = clause.named_children[0], clause.named_children[-1]
        names = tuple(self.text(one) for one in listed.children_by_field_name("name"))
        return lua.Each(names, self._listed(values.named_children), body, span)

    # --- expressions ----------------------------------------------------------------

    def _field(self, node: Node, name: str) -> lua.Expression:
        found = node.child_by_field_name(name)
        assert found is not None, f"a {node.type} without its {name} is a syntax error"
        return self.expression(found)

    def expression(self, node: Node) -> lua.Expression:
        span = self.span(node)
        match node.type:
            case "nil":
                return lua.Constant(None, span)
            case "true" | "false":
                return lua.Constant(node.type == "true", span)
            case "number":
                return self._number(node, span)
            case "string":
                return lua.Constant(self._string(node), span)
            case "identifier":
                return lua.Name(self.text(node), span)
            case "vararg_expression":
                return lua.Vararg(span)
            case "dot_index_expression":
                field = node.child_by_field_name("field")
                key = lua.Constant(self.text(field), self.span(field)) if field else None
                return lua.Index(self._field(node, "table"), key or lua.Constant(None, span), span)
            case "bracket_index_expression":
                return lua.Index(self._field(node, "table"), self._field(node, "field"), span)
            case "method_index_expression":
                method = node.child_by_field_name("method")
                name = self.text(method) if method is not None else ""
                return lua.Index(self._field(node, "table"), lua.Constant(name, span), span)
            case "function_call":
                return self._invocation(node, span)
            case "function_definition":
                return self._function(node, span)
            case "table_constructor":
                items = (c for c in node.named_children if c.type == "field")
                return lua.Table(tuple(self._item(one) for one in items), span)
            case "unary_expression":
                return lua.Unary(self._operator(node), self._field(node, "operand"), span)
            case "binary_expression":
                operator = self._operator(node)
                return lua.Binary(
                    operator, self._field(node, "left"), self._field(node, "right"), span
                )
            case "parenthesized_expression":
                inner = [c for c in node.named_children if c.type != "comment"]
                return lua.Parenthesized(self.expression(inner[0]), span)
        return lua.Constant(None, span)

    def _operator(self, node: Node) -> str:
        for child in node.children:
            if child.is_named:
                continue
            if child.type in _LATER_OPERATORS:
                raise _LaterLuaError(
                    self.span(child),
                    f"`{child.type}` came with Lua 5.3, and servers run scripts on 5.1: "
                    "they refuse to compile it",
                )
            return child.type
        return ""

    def _number(self, node: Node, span: Span) -> lua.Constant:
        text = self.text(node).lower()
        try:
            value = float(int(text, 16)) if text.startswith("0x") else float(text)
        except (ValueError, OverflowError):
            value = float("nan")
        return lua.Constant(value, span)

    def _string(self, node: Node) -> str:
        content = node.child_by_field_name("content")
        if content is None:
            return ""
        text = self.text(content)
        if self._data[node.start_byte : node.start_byte + 1] == b"[":
            return text.removeprefix("\r\n").removeprefix("\n")
        return _ESCAPE.sub(_unescaped, text) if "\\" in text else text

    def _invocation(self, node: Node, span: Span) -> lua.Invocation:
        name = node.child_by_field_name("name")
        arguments = node.child_by_field_name("arguments")
        assert name is not None, "a call without a function is a syntax error"
        listed = self._listed(arguments.named_children) if arguments is not None else ()
        if name.type == "method_index_expression":
            method = name.child_by_field_name("method")
            called = self.text(method) if method is not None else ""
            return lua.Invocation(self._field(name, "table"), listed, span, called)
        return lua.Invocation(self.expression(name), listed, span)

    def _function(self, node: Node, span: Span) -> lua.Function:
        parameters = node.child_by_field_name("parameters")
        children = parameters.named_children if parameters is not None else []
        return lua.Function(
            tuple(self.text(child) for child in children if child.type == "identifier"),
            any(child.type == "vararg_expression" for child in children),
            self.block(node.child_by_field_name("body")),
            span,
        )

    def _item(self, node: Node) -> tuple[lua.Expression | None, lua.Expression]:
        name = node.child_by_field_name("name")
        value = self._field(node, "value")
        if name is None:
            return None, value
        if name.type == "identifier" and node.children[0].type != "[":
            return lua.Constant(self.text(name), self.span(name)), value
        return self.expression(name), value


def _first(node: Node) -> list[Node]:
    return node.named_children[0].named_children if node.named_children else []


def _steps(character: str) -> Iterator[int]:
    """For each byte of the character, whether it begins one."""
    yield 1
    for _ in range(len(character.encode("utf-8", "surrogateescape")) - 1):
        yield 0


def _unescaped(matched: re.Match[str]) -> str:
    what = matched[1]
    if what.isdigit():
        return chr(int(what) & 0xFF)
    return _ESCAPES.get(what, "\n" if what == "\r\n" else what)
