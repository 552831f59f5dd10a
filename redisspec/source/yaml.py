"""From YAML text to nodes: our own builder over libyaml's events, which nothing in a file can crash.

The builder keeps a stack instead of recursing (libyaml's own composer overflows on deep nesting),
refuses what makes YAML dangerous or ambiguous, and keeps every position. A caller with a big file
wins a third of the time by pausing the garbage collector meanwhile, as the command line does.
"""

import re
from typing import Any, Final

import yaml

from redisspec.diagnostics.diagnostic import Diagnostic, Related
from redisspec.source.nodes import MappingNode, Node, ScalarNode, SequenceNode, Style
from redisspec.source.problem import invalid_yaml, short
from redisspec.source.text import SourceText
from redisspec.source.yaml_errors import explain, without_quotes
from redisspec.source.yaml_flow import mend_mapping, mend_sequence

MAX_DEPTH: Final = 32
MAX_EVENTS: Final = 2_000_000
"""A spec of 20,000 keyspaces has about half a million, at most 1.5; more than this is noise."""

MAX_PROBLEMS: Final = 1_000
"""Nobody reads further, and a file with so many is something else than a spec."""

MAX_MENDS: Final = 20
_MEND_CHARACTERS: Final = 2_000_000

_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_STYLES: dict[str | None, Style] = {
    None: "plain",
    "": "plain",
    "'": "single",
    '"': "double",
    "|": "literal",
    ">": "folded",
}

# What YAML 1.2 does not allow in a file, escapes aside; libyaml names no line for it. Its complement
# (what is allowed) reaches beyond Unicode's first plane, and `re` takes 5 ms to compile that.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]"
)
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)+")
_WORD_END = re.compile(r"[\s,\]}]|$")

_DEFAULTS_WAY = "write the value out, or put what keyspaces share under `defaults:`"


def parse_yaml(source: SourceText) -> tuple[Node | None, list[Diagnostic]]:
    """The tree of a file with all that is wrong with it as YAML; never raises on any text.

    The tree is None when the file is empty or broken in a way that leaves its shape in doubt.
    Where one value alone is at fault (it needs quotes, say), the tree holds its text as a scalar
    marked `broken`, so that the rest of the file can still be judged.
    """
    unprintable = _UNPRINTABLE.search(source.text)
    if unprintable is not None:
        at = unprintable.start()
        return None, [
            invalid_yaml(
                source.span(at, at + 1),
                f"the character U+{ord(source.text[at]):04X} is not allowed in YAML",
                "remove it",
            )
        ]
    text = source.text
    mends: dict[int, int] = {}
    syntax: list[Diagnostic] = []
    while True:
        builder = _Builder(source, text, mends)
        try:
            root = builder.build()
        except _StopError as stop:
            return None, _in_order([*syntax, *builder.problems, stop.problem])
        except yaml.MarkedYAMLError as error:
            fault = explain(source.text, error)
            syntax.append(
                invalid_yaml(source.span(fault.start, fault.end), fault.message, fault.help)
            )
            mend = fault.mend
            if (
                mend is None
                or mend[0] in mends
                or len(mends) >= MAX_MENDS
                or len(text) * (len(mends) + 1) > _MEND_CHARACTERS
            ):
                return None, _in_order([*syntax, *builder.problems])
            start, end = mend
            mends[start] = end
            text = text[:start] + "x" * (end - start) + text[end:]
        except (ArithmeticError, AttributeError, LookupError, ValueError, yaml.YAMLError) as error:
            # PyYAML's pure scanner lets such errors out, for an escape beyond Unicode say.
            problem = invalid_yaml(
                source.span(builder.last, builder.last + 1), f"YAML cannot be read here: {error}"
            )
            return None, _in_order([*syntax, *builder.problems, problem])
        else:
            return root, _in_order([*syntax, *builder.problems])


def _in_order(problems: list[Diagnostic]) -> list[Diagnostic]:
    return sorted(problems, key=lambda problem: (problem.span.line, problem.span.column))


class _StopError(Exception):
    """Raised inside this file where reading on makes no sense."""

    def __init__(self, problem: Diagnostic) -> None:
        super().__init__(problem.message)
        self.problem = problem


class _Builder:
    """One pass over the events; `last` is the offset that it came to."""

    def __init__(self, source: SourceText, text: str, mends: dict[int, int]) -> None:
        self.source = source
        self.text = text
        self.mends = mends
        self.problems: list[Diagnostic] = []
        self.last = 0

    def build(self) -> Node | None:
        """The root of the one document."""
        loader = _LOADER(self.text)
        try:
            return self._run(loader.get_event)
        finally:
            loader.dispose()

    # One loop on purpose: a call for each of a million events would double the time.
    def _run(self, next_event: Any) -> Node | None:  # noqa: PLR0915 - see above
        source = self.source
        text = source.text
        mends = self.mends
        problems = self.problems
        scalar_event = yaml.ScalarEvent
        styles = _STYLES
        root: Node | None = None
        container: MappingNode | SequenceNode | None = None
        # In a mapping: the key whose value comes next, whether that pair is kept, the keys so far.
        key: ScalarNode | None = None
        keep = True
        seen: dict[str, ScalarNode] = {}
        entries: list[tuple[ScalarNode, Node]] = []
        # In a sequence: what it holds so far.
        items: list[Node] | None = None
        # What `container`, `key`, `keep` and `seen` were outside of the container being read.
        outside: list[
            tuple[MappingNode | SequenceNode | None, ScalarNode | None, bool, dict[str, ScalarNode]]
        ] = []
        documents = 0

        for _ in range(MAX_EVENTS):
            event = next_event()
            kind = type(event)
            if len(problems) >= MAX_PROBLEMS:
                raise _StopError(self._too_many(event.start_mark.index))
            node: Node
            if kind is scalar_event:
                start = event.start_mark.index
                style = styles[event.style]
                node = ScalarNode(event.value, style, start, event.end_mark.index, source)
                if event.anchor is not None or event.tag is not None:
                    self._refuse_properties(event, node)
                if mends and start in mends:
                    node.text = without_quotes(" ".join(text[start : node.end].split()))
                    node.broken = True
                elif style in {"literal", "folded"}:
                    node.end = start + len(text[start : node.end].rstrip())
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                start = self.last = event.start_mark.index
                if len(outside) >= MAX_DEPTH:
                    raise _StopError(
                        self._problem(
                            start,
                            start + 1,
                            f"this is nested more than {MAX_DEPTH} levels deep",
                            "a spec needs about eight; check the brackets and the indentation",
                        )
                    )
                outside.append((container, key, keep, seen))
                if kind is yaml.MappingStartEvent:
                    container = MappingNode(start, event.flow_style, source)
                    entries, items = container.entries, None
                else:
                    container = SequenceNode(start, event.flow_style, source)
                    items = container.items
                if event.anchor is not None or event.tag is not None:
                    self._refuse_properties(event, container)
                key, keep, seen = None, True, {}
                continue
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                assert container is not None  # events come in pairs
                node = container
                self._close(node, event.end_mark.index)
                container, key, keep, seen = outside.pop()
                if isinstance(container, MappingNode):
                    entries, items = container.entries, None
                else:
                    items = None if container is None else container.items
            elif kind is yaml.AliasEvent:
                start, end = event.start_mark.index, event.end_mark.index
                end = self._value_end(start, end)
                if key is None or key.text != "<<":
                    self._refuse_alias(start, end)
                node = ScalarNode(text[start:end], "plain", start, end, source, broken=True)
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    at = event.start_mark.index
                    raise _StopError(
                        self._problem(
                            at,
                            at + 3,
                            "a second YAML document begins here; a spec is one",
                            "put it into a file of its own and name that under `include:`",
                        )
                    )
                continue
            elif kind is yaml.StreamEndEvent:
                break
            else:
                continue

            if key is not None:
                if keep:
                    entries.append((key, node))
                key = None
            elif items is not None:
                items.append(node)
            elif container is None:
                root = node
            elif isinstance(node, ScalarNode):
                key = node
                name = node.text
                if name in seen or not name or name == "<<":
                    keep = self._admit(node, seen, container.flow)
                else:
                    seen[name] = node
                    keep = True
            else:
                key = ScalarNode("", "plain", node.start, node.end, source, broken=True)
                keep = False
                self.problems.append(
                    self._problem(
                        node.start,
                        node.end,
                        f"a {node.kind} stands where a key is expected",
                        "a text that starts with a brace or bracket needs quotes",
                    )
                )
        else:
            raise _StopError(
                self._problem(
                    self.last,
                    self.last + 1,
                    f"the file has more than {MAX_EVENTS:,} YAML events",
                    "split the spec with `include:`, or check that this is the right file",
                )
            )
        return self._finished(root)

    def _too_many(self, at: int) -> Diagnostic:
        return self._problem(
            at,
            at + 1,
            f"the file has {MAX_PROBLEMS:,} mistakes up to here; the rest was not read",
            "mend those above first, or check that this is the right file",
        )

    def _finished(self, root: Node | None) -> Node | None:
        empty = isinstance(root, ScalarNode) and root.style == "plain" and not root.text
        if root is None or empty:
            self.problems.append(
                self._problem(
                    0,
                    0,
                    "the file is empty",
                    "begin with `version: 1`; `redisspec init` writes a starter spec",
                )
            )
            return None
        if not isinstance(root, MappingNode):
            self.problems.append(
                self._problem(
                    root.start,
                    root.end,
                    f"a spec is a mapping, and this is a {root.kind}",
                    _top_level_way(root),
                )
            )
            return None
        return root

    def _problem(
        self, start: int, end: int, message: str, way: str, related: tuple[Related, ...] = ()
    ) -> Diagnostic:
        return invalid_yaml(self.source.span(start, max(start, end)), message, way, related)

    def _admit(self, key: ScalarNode, seen: dict[str, ScalarNode], flow: bool) -> bool:
        """Whether a pair under this key is kept; in braces _close decides about repetitions."""
        if key.text == "<<" and key.style == "plain":
            self.problems.append(
                self._problem(
                    key.start, key.end, "merge keys (`<<`) are not part of a spec", _DEFAULTS_WAY
                )
            )
            return False
        if not key.text:
            self.problems.append(
                self._problem(key.start, key.start, "a key is missing here", "write `name: value`")
            )
            return False
        if flow:
            return True
        self._refuse_duplicate(key, seen[key.text])
        return False

    def _refuse_duplicate(self, key: ScalarNode, first: ScalarNode) -> None:
        line = first.span.line
        self.problems.append(
            self._problem(
                key.start,
                key.end,
                f"`{short(key.text)}` stands twice in this mapping, first in line {line}",
                "remove one of the two, or give it another name",
                (Related(first.span, "first here"),),
            )
        )

    def _close(self, node: MappingNode | SequenceNode, end: int) -> None:
        """Set where a container ends; in braces, mend what YAML cut at commas."""
        if not node.flow:
            # libyaml ends a block at the next token, blank lines and comments later.
            if isinstance(node, SequenceNode):
                node.end = node.items[-1].end if node.items else node.start
            elif node.entries:
                node.end = max(node.entries[-1][0].end, node.entries[-1][1].end)
            return
        node.end = end
        if isinstance(node, SequenceNode):
            node.items, problems = mend_sequence(node.items, self.source)
            self.problems.extend(problems[:MAX_PROBLEMS])
            return
        entries, problems = mend_mapping(node.entries, self.source)
        if not problems and len({key.text for key, _ in entries}) == len(entries):
            return
        self.problems.extend(problems[:MAX_PROBLEMS])
        seen: dict[str, ScalarNode] = {}
        node.entries = []
        for key, value in entries:
            first = seen.setdefault(key.text, key)
            if first is key:
                node.entries.append((key, value))
            else:
                self._refuse_duplicate(key, first)

    def _value_end(self, start: int, end: int) -> int:
        """The end of the text that begins at `start`; libyaml ends an alias at the first symbol."""
        match = _WORD_END.search(self.source.text, end)
        return end if match is None else max(end, match.start())

    def _refuse_alias(self, start: int, end: int) -> None:
        written = short(self.source.text[start:end])
        self.problems.append(
            self._problem(
                start,
                end,
                f"`{written}` is a YAML alias, and a spec has none",
                f'if it is a text, put it in quotes: `"{written}"`; if not, {_DEFAULTS_WAY}',
            )
        )

    def _refuse_properties(self, event: Any, node: Node) -> None:
        """Report an anchor or a tag, and let the node begin after it."""
        start = node.start
        match = _PROPERTIES.match(self.source.text, start)
        if isinstance(node, ScalarNode) and match is not None and match.end() <= node.end:
            node.start = match.end()
        end = self._value_end(start, start + 1)
        written = short(self.source.text[start:end])
        quote = f'if it is a text, put it in quotes: `"{written}"`; if not, '
        if event.anchor is not None:
            message = f"`{written}` is a YAML anchor, and a spec has none"
            self.problems.append(self._problem(start, end, message, quote + _DEFAULTS_WAY))
        else:
            message = f"`{written}` is a YAML tag, and a spec has none"
            self.problems.append(self._problem(start, end, message, quote + "leave it out"))


def _top_level_way(root: ScalarNode | SequenceNode) -> str:
    if isinstance(root, ScalarNode) and re.match(r"[a-z_]+:\S", root.text):
        return "put a space after each colon: `version: 1`"
    return "begin with `version: 1` and `name: …`, each on a line of its own"
