"""Operations: their declarations; the steps are compiled by `operations/`."""

from __future__ import annotations

from collections.abc import Mapping

from redisspec.ir.model import Keyspace, Operation, Script
from redisspec.ir.steps import IN_NO_FILE
from redisspec.source.nodes import Node, ScalarNode
from redisspec.spec.grammar import GrammarError, quoted
from redisspec.spec.lowering.context import Context
from redisspec.spec.lowering.entries import Entry, Spans, read_entry
from redisspec.spec.lowering.policies import lower_parameters
from redisspec.spec.lowering.scripts import script_keys
from redisspec.spec.lowering.steps import steps_at
from redisspec.spec.names import check_type_name
from redisspec.spec.scripts import ScriptText


def lower_operation(
    context: Context,
    name: ScalarNode,
    node: Node,
    keyspaces: Mapping[str, Keyspace | None],
    scripts: Mapping[ScalarNode, ScriptText],
) -> Operation | None:
    """One operation, its mistakes reported; None where it cannot be read."""
    known = context.claim(name, "operation")
    entry = read_entry(context.report, "operation", name.text, name, node)
    if entry is None:
        return None
    params = entry.mapping("params")
    _check_source(context, entry)
    atomic = entry.flag("atomic") is not False
    returns = context.type(entry.values["returns"]) if "returns" in entry.values else None
    errors = entry.items("raises")
    raises = tuple(_raised(context, node) for node in errors)
    lowered = lower_parameters(context, params) if params is not None else {}
    steps = entry.scalar("do")
    place = steps_at(context.report, steps) if steps is not None else IN_NO_FILE
    named = entry.scalar("lua")
    keys = script_keys(context, entry, lowered, keyspaces) if named is not None else ()
    read = scripts.get(named) if named is not None else None
    if not known:
        return None
    return Operation(
        name=name.text,
        source="" if steps is not None and steps.style == "folded" else entry.text("do") or "",
        params=lowered,
        raises=raises,
        atomic=atomic,
        reason=entry.text("reason"),
        doc=entry.text("doc"),
        span=name.span,
        spans=Spans(entry.node),
        returns=returns,
        steps_at=place,
        param_spans={key.text: key.span for key, _ in params.entries} if params is not None else {},
        raise_spans={node.text: node.span for node in errors},
        script=Script(read.path, read.text, keys, read.source.path) if read is not None else None,
    )


def _check_source(context: Context, entry: Entry) -> None:
    written = [word for word in ("do", "lua") if word in entry.values or word in entry.wrong]
    if not written:
        context.report.error(
            entry.owner,
            f"operation `{entry.name}` has no steps",
            "write them below `do: |`, or name a script with `lua: scripts/x.lua`",
        )
    elif len(written) > 1:
        context.report.error(
            entry.place("lua"), "an operation has `do` or `lua`, not both", "keep one of them"
        )
    if "lua" in written and "do" not in written:
        _check_script(context, entry)
    if "keys" in entry.values and "lua" not in written:
        context.report.error(
            entry.place("keys"),
            "`keys` belongs to `lua`: the compiler finds the keys of `do` itself",
            "drop `keys`",
        )


def _check_script(context: Context, entry: Entry) -> None:
    if "raises" in entry.values:
        context.report.error(
            entry.place("raises"),
            "`raises` belongs to `do`: what a script answers is its result",
            "drop `raises`",
        )
    if entry.flag("atomic") is False:
        context.report.error(entry.values["atomic"], "a script is one atomic step", "drop `atomic`")


def _raised(context: Context, node: ScalarNode) -> str:
    try:
        check_type_name(node.text)
    except GrammarError as error:
        context.report.grammar(
            node,
            GrammarError(f"{quoted(node.text)} cannot be the name of an error", help_=error.help),
        )
        return node.text
    context.claim_class(node.text, "an operation's error", node, alike=True)
    return node.text
