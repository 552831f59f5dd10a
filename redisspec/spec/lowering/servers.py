"""The servers of a program."""

from __future__ import annotations

from typing import cast

from redisspec.ir.model import Server, Topology
from redisspec.source.nodes import MappingNode, ScalarNode
from redisspec.spec.durations import parse_duration
from redisspec.spec.engines import parse_engine
from redisspec.spec.environment import check_host, check_url
from redisspec.spec.grammar import GrammarError
from redisspec.spec.lowering.context import Context
from redisspec.spec.lowering.entries import Entry, Spans, read_entry
from redisspec.spec.names import check_server


def lower_servers(context: Context, document: Entry) -> None:
    """Fill the context's servers from `server` or `servers` of the first file."""
    one, several = document.node.entry("server"), document.mapping("servers")
    if one is not None and several is not None:
        context.report.error(
            document.place("servers"),
            "`server` and `servers` stand side by side",
            "keep `servers`, and give the one of `server` a name there",
        )
    if several is not None:
        for key, node in several.entries:
            try:
                check_server(key.text)
            except GrammarError as error:
                context.report.grammar(key, error)
            entry = read_entry(context.report, "server", key.text, key, node)
            if entry is not None:
                context.servers[key.text] = _server(context, key.text, key, entry)
        if not several.entries and "servers" not in document.wrong:
            context.report.error(
                document.place("servers"),
                "`servers` names none",
                "write one, such as `state: {engine: redis >= 7.0}`, or drop `servers`",
            )
    elif one is not None and "server" not in document.wrong:
        key, node = one
        entry = (
            read_entry(context.report, "server", "", key, node)
            if isinstance(node, MappingNode)
            else None
        )
        if entry is not None:
            context.servers["default"] = _server(context, "default", key, entry)
    if not context.servers:
        context.servers["default"] = Server(span=document.owner.span)


def _server(context: Context, name: str, key: ScalarNode, entry: Entry) -> Server:
    engine, version = context.parse(entry.scalar("engine"), parse_engine) or ("redis", (7, 0))
    topology = cast("Topology", entry.text("topology") or "standalone")
    timeout = _positive(context, entry, "timeout")
    deadline = _positive(context, entry, "deadline")
    sentinels = tuple(
        host for node in entry.items("sentinels") if (host := context.parse(node, check_host))
    )
    _check_sentinel(context, entry, topology)
    if timeout and deadline and deadline < timeout:
        context.report.error(
            entry.values["deadline"],
            "the `deadline` of a whole call is shorter than the `timeout` of one reply",
            "write a longer `deadline`, or a shorter `timeout`",
        )
    connections = entry.whole("max_connections")
    return Server(
        name=name,
        engine=engine,
        version=version,
        topology=topology,
        eviction=entry.text("eviction"),
        persistence=entry.text("persistence"),
        url=context.parse(entry.scalar("url"), check_url),
        sentinels=sentinels,
        master=entry.text("master"),
        timeout_ms=timeout or 5_000,
        deadline_ms=deadline,
        max_connections=connections or 50,
        span=key.span,
        spans=Spans(entry.node),
    )


def _positive(context: Context, entry: Entry, key: str) -> int | None:
    node = entry.scalar(key)
    found = context.parse(node, parse_duration)
    if found == 0 and node is not None:
        context.report.error(node, f"a `{key}` of 0 lets no call succeed", "write one such as `5s`")
    return found


def _check_sentinel(context: Context, entry: Entry, topology: Topology) -> None:
    if topology == "sentinel":
        for word, example in (("sentinels", "[sentinel-1:26379]"), ("master", "main")):
            other = "master" if word == "sentinels" else "sentinels"
            if word not in entry.values and word not in entry.wrong and other in entry.values:
                context.report.error(
                    entry.values[other],
                    f"`{other}` stands without `{word}`",
                    f"write `{word}: {example}` beside it",
                )
        return
    for word in ("sentinels", "master"):
        if word in entry.values and "topology" not in entry.wrong:
            context.report.error(
                entry.place(word),
                f"`{word}` belongs to `topology: sentinel`",
                "write that topology, or drop this",
            )
