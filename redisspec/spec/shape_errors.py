"""Say what is wrong with a mapping that its model does not have: pydantic's findings in our words."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from redisspec.diagnostics.suggest import nearest
from redisspec.source.nodes import MappingNode, Node, ScalarNode, SequenceNode, to_data
from redisspec.spec.grammar import either, quoted
from redisspec.spec.models import document, keyspace, policies, server, values
from redisspec.spec.report import Report, hint
from redisspec.spec.shape import LARGEST

MODELS: Final[dict[str, Any]] = {
    "document": document.Document,
    "server": server.ServerSettings,
    "python": document.PythonSettings,
    "defaults": document.Defaults,
    "fields": values.Fields,
    "keyspace": keyspace.KeyspaceSettings,
    "cache": policies.CacheSettings,
    "rate_limit": policies.RateLimitSettings,
    "lock": policies.LockSettings,
    "session": policies.SessionSettings,
    "queue": policies.QueueSettings,
    "channel": policies.ChannelSettings,
    "idempotency": policies.IdempotencySettings,
    "operation": policies.OperationSettings,
}

Path = tuple[str | int, ...]


@lru_cache(maxsize=32)
def _adapter(model: str) -> TypeAdapter[Any]:
    return TypeAdapter(MODELS[model])


@lru_cache(maxsize=32)
def _section_words(model: str) -> dict[str, Any]:
    return dict(_adapter(model).json_schema())


def explain(
    report: Report, model: str, node: MappingNode, owner: Node, what: str
) -> tuple[MappingNode, set[str]]:
    """Report all mistakes of shape in `node`, which `owner` names and `what` describes.

    Returns the node without the parts that are wrong, and the keys that are not as they were.
    """
    subject = _Subject(report, model, node, owner, what)
    wrong: set[str] = set()
    drop: list[Path] = []
    for path in _broken(node):
        # A broken text was reported when the file was read; what it would have been is unknown.
        wrong.add(str(path[0]))
        drop.append(path)
    silent = set(drop)
    data = to_data(node)
    if model == "document" and isinstance(data, dict):
        data = {key: _hollow(key, value) for key, value in data.items()}
    try:
        _adapter(model).validate_python(data)
    except ValidationError as error:
        for found in error.errors(include_url=False):
            path = _path(node, found["loc"], found["type"])
            wrong.add(str(path[0]) if path else "")
            if any(path[: len(each)] == each for each in silent):
                continue
            subject.say(path, found)
            if found["type"] != "missing":
                drop.append(path)
    return _prune(node, drop), wrong


def _broken(node: Node, path: Path = ()) -> Iterator[Path]:
    """The paths of texts that stood in a fault already reported. Trees are 32 levels at most."""
    if isinstance(node, MappingNode):
        for key, value in node.entries:
            if key.broken:
                yield (*path, key.text)
            else:
                yield from _broken(value, (*path, key.text))
    elif isinstance(node, SequenceNode):
        for position, item in enumerate(node.items):
            yield from _broken(item, (*path, position))
    elif node.broken and path:
        yield path


def _hollow(key: str, value: object) -> object:
    """A section without its entries, which are judged one by one."""
    from redisspec.spec.shape_tables import SECTIONS  # noqa: PLC0415 - not needed before

    if key in SECTIONS and isinstance(value, dict):
        return {}
    return value


def _path(node: Node, loc: tuple[int | str, ...], kind: str) -> Path:
    """The keys and positions that `loc` names; the tags of unions, which name nothing, dropped."""
    path: list[str | int] = []
    at: Node | None = node
    for position, step in enumerate(loc):
        if step in (values.SHORT, values.SPELT_OUT) or step == "[key]":
            continue
        last = position == len(loc) - 1
        if isinstance(at, MappingNode):
            found = at.get(str(step))
            if found is None and not (last and kind == "missing"):
                continue
            path.append(str(step))
            at = found
        elif isinstance(at, SequenceNode) and isinstance(step, int) and step < len(at.items):
            path.append(step)
            at = at.items[step]
        elif last and kind == "missing":
            path.append(str(step))
    return tuple(path)


def _find(node: Node, path: Path) -> tuple[ScalarNode | None, Node]:
    """The key node (None in a list) and the node at a path that is there."""
    key: ScalarNode | None = None
    for step in path:
        if isinstance(node, MappingNode):
            entry = node.entry(str(step))
            if entry is None:
                break
            key, node = entry
        elif isinstance(node, SequenceNode) and isinstance(step, int):
            node = node.items[step]
    return key, node


class _Subject:
    """The mapping that is wrong, and how to speak of it."""

    def __init__(
        self, report: Report, model: str, node: MappingNode, owner: Node, what: str
    ) -> None:
        self.report = report
        self.model = model
        self.node = node
        self.owner = owner
        self.what = what

    def say(self, path: Path, found: Any) -> None:
        """Report one of pydantic's findings."""
        kind = found["type"]
        if kind == "missing":
            key, parent = _find(self.node, path[:-1])
            word = str(path[-1])
            if self._is_misspelt(word, parent, path):
                return
            self.report.error(
                key or self.owner,
                f"`{key.text}` has no `{word}`"
                if key is not None
                else f"{self.what} has no `{word}`",
                _example(self.model, path, word),
            )
        elif kind == "extra_forbidden":
            self._say_unknown(path)
        else:
            key, value = _find(self.node, path)
            word = key.text if key is not None else str(path[-1]) if path else self.what
            if kind == "literal_error":
                _say_word(self.report, word, value, found)
            else:
                self._say_kind(path, word, value, kind)

    def _is_misspelt(self, word: str, parent: Node, path: Path) -> bool:
        """Whether a word that is missing stands there with a slip, which is reported itself."""
        if not isinstance(parent, MappingNode):
            return False
        known = self._known(path[:-1])
        written = (key.text for key, _ in parent.entries if key.text not in known)
        return any(nearest(each, known) == word for each in written)

    def _known(self, path: Path) -> list[str]:
        """The keys that the mapping at a path takes."""
        known = list(_schema_at(self.model, path).get("properties", {}))
        if self.model == "keyspace" and not path:
            from redisspec.spec.lowering.keyspaces import TAKES  # noqa: PLC0415 - a cycle else

            structure = self.node.get("structure")
            takes = TAKES.get(structure.text) if isinstance(structure, ScalarNode) else None
            if takes is not None:
                return [word for word in known if word in takes]
        return known

    def _say_unknown(self, path: Path) -> None:
        key, value = _find(self.node, path)
        word = str(path[-1])
        parent_key, parent = _find(self.node, path[:-1])
        known = self._known(path[:-1])
        used = (
            {entry.text for entry, _ in parent.entries}
            if isinstance(parent, MappingNode)
            else set()
        )
        inside = f"`{parent_key.text}`" if parent_key is not None and len(path) > 1 else self.what
        near = nearest(word, known)
        free = [name for name in known if name not in used]
        help_: str | None
        if near is not None:
            help_ = f"write `{near}`"
            if near in used:
                help_ = f"`{near}` stands here already; drop this one"
        else:
            help_ = f"it takes {either(free, 'and')}" if free else None
        kind = "section" if self.model == "document" and len(path) == 1 else "setting"
        self.report.error(key or value, f"{inside} has no {kind} {quoted(word)}", help_)

    def _say_kind(self, path: Path, word: str, value: Node, kind: str) -> None:
        wanted = _WANTED.get(kind, "another value")
        example = _example(self.model, path, word)
        if isinstance(value, ScalarNode) and value.value is None:
            key, _ = _find(self.node, path)
            place = value if value.end > value.start else key or self.owner
            self.report.error(place, f"`{word}` is empty; it takes {wanted}", example)
        elif isinstance(value, ScalarNode):
            help_ = example
            if kind == "text":
                help_ = f'write `"{value.text}"`, in quotes'
            elif kind == "list_type":
                help_ = f"write `[{value.text}]`"
            elif kind in {"whole", "int_type"} and value.style != "plain":
                help_ = "write the number without quotes"
            shown = quoted(value.raw if value.style != "plain" else value.text)
            what = f"{shown} is {_TOO.get(kind) or _nature(value)}"
            self.report.error(
                value,
                f"`{word}` takes {wanted}, and {what}",
                hint(value, help_),
            )
        else:
            nature = "a list" if isinstance(value, SequenceNode) else "a mapping"
            self.report.error(
                value,
                f"`{word}` takes {wanted}, and this is {nature}",
                hint(value, example) if kind == "text" else example,
            )


_WANTED: Final = {
    "text": "a text",
    "scalar": "one value",
    "whole": "a whole number",
    "positive": "a number of at least 1",
    "largest": f"a number of at most {LARGEST:_}",
    "int_type": "a whole number",
    "bool_type": "`true` or `false`",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}


_TOO: Final = {"positive": "less", "largest": "more"}


_ELSEWHERE: Final = {
    ("stampede", "stale_while_revalidate"): "write `stampede: lease`, and `stale: 5m` beside it",
    ("algorithm", "moving_window"): "write `sliding_log`",
    ("algorithm", "sliding_window_counter"): "write `sliding_window`",
    ("algorithm", "leaky_bucket"): "write `gcra`",
}
"""What is called otherwise elsewhere: the setting, its word there, and what to write."""


def _say_word(report: Report, word: str, value: Node, found: Any) -> None:
    choices = [choice.strip("'") for choice in _choices(found["ctx"]["expected"])]
    if not isinstance(value, ScalarNode):
        report.error(value, f"`{word}` takes one word", hint(value, f"write {either(choices)}"))
        return
    near = nearest(value.text, choices)
    rest = [choice for choice in choices if choice != near]
    help_ = f"write {either(choices)}" if near is None else f"write `{near}`"
    if near is not None and len(rest) < 5:
        help_ += f" (or {either(rest)})"
    help_ = _ELSEWHERE.get((word, value.text), help_)
    shown = quoted(value.text) if value.text else "nothing"
    report.error(value, f"{shown} is not what `{word}` takes", hint(value, help_))


def _choices(expected: str) -> list[str]:
    return expected.replace(" or ", ", ").split(", ")


def _nature(node: ScalarNode) -> str:
    match node.value:
        case bool():
            return "a truth value"
        case int():
            return "a number"
        case float():
            return "a number with a fraction"
        case _:
            return "a text"


def _schema_at(model: str, path: Path) -> dict[str, Any]:
    """The JSON schema of the mapping at a path."""
    whole = _section_words(model)
    at: dict[str, Any] = whole
    for step in path:
        at = _mapping_form(at, whole)
        if isinstance(step, int):
            at = at.get("items", {})
        else:
            extra = at.get("additionalProperties", {})
            at = at.get("properties", {}).get(step, extra if isinstance(extra, dict) else {})
    return _mapping_form(at, whole)


def _mapping_form(schema: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    for choice in (*schema.get("oneOf", ()), *schema.get("anyOf", ()), *schema.get("allOf", ())):
        found = _mapping_form(choice, whole)
        if found.get("type") == "object":
            return found
    reference = schema.get("$ref")
    if isinstance(reference, str):
        return dict(whole["$defs"][reference.rpartition("/")[2]])
    return schema


def _example(model: str, path: Path, word: str) -> str | None:
    """`write `key: …``, from the model's own examples."""
    parent = _schema_at(model, path[:-1])
    schema = parent.get("properties", {}).get(word) if path else None
    if not isinstance(schema, dict):
        return None
    whole = _section_words(model)
    for written in (schema, *schema.get("oneOf", ()), *schema.get("anyOf", ())):
        reference = written.get("$ref")
        choice = whole["$defs"][reference.rpartition("/")[2]] if reference else written
        if "const" in choice:
            return f"write `{word}: {choice['const']}`"
        if choice.get("enum"):
            return f"write {either([str(item) for item in choice['enum']])}"
        if choice.get("examples"):
            return f"write it such as `{word}: {_yaml(choice['examples'][0])}`"
        if choice.get("type") == "boolean":
            return f"write `{word}: true` or `{word}: false`"
        if "integer" in {
            choice.get("type"),
            *(each.get("type") for each in choice.get("anyOf", ())),
        }:
            return f"write it such as `{word}: 100`"
    return None


def _yaml(example: Any) -> str:
    if isinstance(example, dict):
        return "{" + ", ".join(f"{key}: {_yaml(value)}" for key, value in example.items()) + "}"
    if isinstance(example, list):
        return "[" + ", ".join(_yaml(item) for item in example) + "]"
    return str(example)


def _prune(node: MappingNode, drop: list[Path]) -> MappingNode:
    """The mapping without the nodes at these paths."""
    if not drop:
        return node
    here = {path[0] for path in drop if len(path) == 1}
    pruned = MappingNode(node.start, node.flow, node.source)
    pruned.end = node.end
    for key, value in node.entries:
        if key.text in here or (key.broken and not key.text):
            continue
        inner = [path[1:] for path in drop if len(path) > 1 and path[0] == key.text]
        kept = value
        if inner and isinstance(value, MappingNode):
            kept = _prune(value, inner)
        elif inner and isinstance(value, SequenceNode):
            kept = _prune_items(value, inner)
        pruned.entries.append((key, kept))
    return pruned


def _prune_items(node: SequenceNode, drop: list[Path]) -> SequenceNode:
    here = {path[0] for path in drop}
    pruned = SequenceNode(node.start, node.flow, node.source)
    pruned.end = node.end
    pruned.items = [item for position, item in enumerate(node.items) if position not in here]
    return pruned
