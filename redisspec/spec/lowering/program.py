"""From the nodes of all files to one program."""

from __future__ import annotations

import keyword
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from redisspec.ir.model import Keyspace
from redisspec.ir.program import Program, PythonTarget
from redisspec.source.nodes import MappingNode, Node, ScalarNode
from redisspec.spec.grammar import GrammarError, quoted
from redisspec.spec.lowering.context import Context
from redisspec.spec.lowering.entries import Entry, read_entry
from redisspec.spec.lowering.keyspaces import lower_keyspace
from redisspec.spec.lowering.lifetimes import Defaults, lower_defaults
from redisspec.spec.lowering.operations import lower_operation
from redisspec.spec.lowering.policies import SECTIONS, lower_policy
from redisspec.spec.lowering.records import lower_types
from redisspec.spec.lowering.servers import lower_servers
from redisspec.spec.names import NEEDED_PACKAGES, check_name, check_namespace, class_name
from redisspec.spec.report import Report
from redisspec.spec.scripts import ScriptText

VERSION: Final = 1
_FIRST_FILE_ONLY: Final = ("server", "servers", "python")


@dataclass(frozen=True, slots=True)
class File:
    """One spec file that was read: its path as it is shown, and its top mapping."""

    path: str
    node: MappingNode


def read_document(report: Report, file: File) -> Entry:
    """The top-level entry of a file."""
    first = _top(file)
    entry = read_entry(report, "document", "", first, file.node)
    # A MappingNode is never None to read_entry; the fallback is for the type checker.
    return entry or Entry("", first, file.node)


def _top(file: File) -> Node:
    """What to point at where something is missing from a whole file: its first key."""
    return file.node.entries[0][0] if file.node.entries else file.node


def lower_program(
    report: Report,
    documents: list[Entry],
    spec_hash: str,
    paths: tuple[str, ...],
    scripts: Mapping[ScalarNode, ScriptText],
) -> Program:
    """The program of these files, the first of which is the one that was named.

    `scripts` are those that could be read, by the node of the `lua:` that names them.
    """
    root = documents[0]
    for document in documents:
        _check_version(report, document, document is root)
    name = _name(report, root)
    namespace = _namespace(report, root, name)
    context = Context(report, namespace)
    for document in documents[1:]:
        _check_included(report, document, root, name, namespace)
    client = root.scalar("name")
    place = client or root.owner
    own = class_name(name)
    context.claim_class(own, "the client", place)
    for made in (f"{own}Batch", f"Async{own}Batch"):
        context.claim_class(made, "a batch of the client", place)
    lower_servers(context, root)
    lower_types(
        context, [node for entry in documents if (node := entry.mapping("types")) is not None]
    )
    base = _defaults(context, root, Defaults())
    defaults = [
        (each, base if each is root else _defaults(context, each, base)) for each in documents
    ]
    read = [
        (key.text, lower_keyspace(context, default, key, node))
        for document, default in defaults
        for key, node in _section(document, "keyspaces")
    ]
    policies = [
        lower_policy(context, default, word, key, node)
        for document, default in defaults
        for word in SECTIONS
        for key, node in _section(document, word)
    ]
    known: dict[str, Keyspace | None] = {
        key.text: None for document in documents for key, _ in _section(document, "keyspaces")
    }
    known |= {keyspace.name: keyspace for _, keyspace in read if keyspace is not None}
    operations = [
        lower_operation(context, key, node, known, scripts)
        for document in documents
        for key, node in _section(document, "operations")
    ]
    _check_anything(report, documents)
    return Program(
        name=name,
        class_name=class_name(name),
        namespace=namespace,
        python=_python(context, root, name),
        servers=context.servers,
        records=context.records,
        imports=context.imports,
        keyspaces=tuple(each for _, each in read if each is not None),
        policies=tuple(each for each in policies if each is not None),
        operations=tuple(each for each in operations if each is not None),
        doc=root.text("doc"),
        files=paths,
        spec_hash=spec_hash,
        unreadable=frozenset(name for name, each in read if each is None),
        span=(client or root.owner).span,
    )


def _section(document: Entry, word: str) -> list[tuple[ScalarNode, Node]]:
    """The declarations of a section, each with its name."""
    section = document.mapping(word)
    return section.entries if section is not None else []


def _check_version(report: Report, document: Entry, is_root: bool) -> None:
    node = document.scalar("version")
    if node is None:
        if is_root and "version" not in document.wrong:
            report.error(document.owner, "the spec has no `version`", "write `version: 1` first")
        return
    if node.value != VERSION or type(node.value) is not int:
        report.error(
            node,
            f"{quoted(node.raw)} is no version of the spec language that is known here",
            "write `version: 1`",
        )


def _name(report: Report, root: Entry) -> str:
    node = root.scalar("name")
    if node is None:
        if "name" not in root.wrong:
            report.error(
                root.owner,
                "the spec has no `name`",
                "write one, such as `name: shop` for the class `Shop` and the package `shop_redis`",
            )
        return "spec"
    try:
        check_name(node.text, "program")
    except GrammarError as error:
        report.grammar(node, error)
        return "spec"
    return node.text


def _namespace(report: Report, root: Entry, name: str) -> str:
    node = root.scalar("namespace")
    if node is None:
        return name
    try:
        check_namespace(node.text)
    except GrammarError as error:
        report.grammar(node, error)
        return name
    return node.text


def _check_included(
    report: Report, document: Entry, root: Entry, name: str, namespace: str
) -> None:
    for word, wanted in (("name", name), ("namespace", namespace)):
        node = document.scalar(word)
        if node is not None and node.text != wanted and word not in root.wrong:
            report.error(
                node,
                f"this file is part of the program `{name}`, and says another `{word}`",
                f"drop `{word}` here, or write `{wanted}`",
            )
    for word in _FIRST_FILE_ONLY:
        if word in document.values:
            report.error(
                document.place(word),
                f"`{word}` stands in the file that includes this one, not here",
                "move it there",
            )


def _defaults(context: Context, document: Entry, base: Defaults) -> Defaults:
    node = document.mapping("defaults")
    if node is None:
        return base
    key = document.node.key("defaults") or document.owner
    entry = read_entry(context.report, "defaults", "", key, node)
    own = lower_defaults(context, entry.mapping("ttl") if entry is not None else None)
    return Defaults(
        own.ttl_ms if own.ttl_ms is not None else base.ttl_ms,
        own.jitter or base.jitter,
        own.refresh or base.refresh,
        own.max_ms if own.max_ms is not None else base.max_ms,
    )


def _python(context: Context, root: Entry, name: str) -> PythonTarget:
    fallback = f"{name}_redis"
    mapping = root.mapping("python")
    if mapping is None:
        return PythonTarget(fallback, fallback)
    key = root.node.key("python") or root.owner
    entry = read_entry(context.report, "python", "", key, mapping)
    if entry is None:
        return PythonTarget(fallback, fallback)
    package = context.parse(entry.scalar("package"), _check_package) or fallback
    output = context.parse(entry.scalar("output"), check_output) or package.replace(".", "/")
    place = entry.node.key("output") or entry.node.key("package") or key
    last = output.rpartition("/")[2]
    if last != package.rpartition(".")[2] and entry.scalar("output") is not None:
        context.report.error(
            entry.values["output"],
            f"the folder {quoted(last)} does not end in the package's name "
            f"`{package.rpartition('.')[2]}`: it could not be imported",
            f"write `output: {output}/{package.replace('.', '/')}`, or another `package`",
        )
    return PythonTarget(package, output, place.span)


def _check_package(text: str) -> str:
    for part in text.split("."):
        if not part.isidentifier() or not part.isascii() or keyword.iskeyword(part):
            raise GrammarError(
                f"{quoted(text)} cannot be imported as a package",
                help_="write a name of letters, digits and `_`, such as `shop_redis`",
            )
    first = text.partition(".")[0]
    if first in sys.stdlib_module_names or first in NEEDED_PACKAGES:
        raise GrammarError(
            f"a package `{first}` would hide the one that the generated code imports",
            end=len(first),
            help_=f"write a name of its own, such as `{first}_keys`",
        )
    return text


def check_output(text: str) -> str:
    """A folder below the spec's, with `/` between its parts. Raises GrammarError."""
    if "\\" in text:
        raise GrammarError(
            "a folder is written with `/`", text.index("\\"), text.index("\\") + 1,
            f"write `{text.replace(chr(92), '/')}`",
        )  # fmt: skip
    if text.startswith(("/", "~")) or (len(text) > 1 and text[1] == ":"):
        raise GrammarError(
            "the output is not inside the spec's folder",
            help_="write a folder relative to the spec, such as `src/shop_redis`",
        )
    parts = [part for part in text.split("/") if part not in {"", "."}]
    if ".." in parts:
        raise GrammarError(
            "the output leaves the spec's folder",
            text.index(".."),
            text.index("..") + 2,
            "write a folder below the spec, such as `src/shop_redis`",
        )
    if not parts or not text.isprintable():
        raise GrammarError(
            f"{quoted(text)} names no folder of its own", help_="write one such as `src/shop_redis`"
        )
    return "/".join(parts)


def _check_anything(report: Report, documents: list[Entry]) -> None:
    words = ("keyspaces", *SECTIONS)
    for document in documents:
        if document.wrong:
            return  # one of those that are mistyped may be it
        for word in words:
            section = document.mapping(word)
            if section is not None and section.entries:
                return
    if "include" in documents[0].values and report.diagnostics:
        return  # it may stand in a file that could not be read
    report.error(
        documents[0].owner,
        "the spec declares neither a keyspace nor a policy",
        "write one below `keyspaces:`",
    )
