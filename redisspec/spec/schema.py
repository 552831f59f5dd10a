"""The JSON Schema of a spec file, from the models: `python -m redisspec.spec.schema > schemas/…`."""

from __future__ import annotations

import json
import sys
from typing import Any

from redisspec.spec.lowering.keyspaces import HOLDS, TAKES, TRIMMED
from redisspec.spec.models.document import Document


def schema() -> dict[str, Any]:
    """The schema (draft 2020-12) by which editors complete, hover and underline."""
    made = _tidy(Document.model_json_schema())
    keyspace = made["$defs"]["KeyspaceSettings"]
    keyspace["allOf"] = [*_by_structure(), _never_has_a_reason()]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "redis.spec.yaml",
        **{key: value for key, value in made.items() if key != "title"},
    }


def schema_text() -> str:
    """The schema as it stands in `schemas/`."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _tidy(node: Any) -> Any:
    """Without the nulls that stand for “not written”, which is no value of a spec."""
    if isinstance(node, dict):
        return {
            key: _tidy(value)
            for key, value in node.items()
            if not (key == "default" and value is None)
        }
    return [_tidy(item) for item in node] if isinstance(node, list) else node


def _by_structure() -> list[dict[str, Any]]:
    """What each structure takes, so that an editor offers only that."""
    rules: list[dict[str, Any]] = []
    for structure, takes in TAKES.items():
        then: dict[str, Any] = {"propertyNames": {"enum": sorted(takes)}}
        word = HOLDS.get(structure)
        if structure == "bloom_filter":
            then["required"] = ["member", "capacity", "error_rate"]
        elif word is not None and word != "element":
            then["required"] = [word]
        elif structure == "stream":
            then["required"] = ["fields"]
        elif structure == "hash":
            then["oneOf"] = [{"required": ["fields"]}, {"required": ["map"]}]
        if "when_full" in takes and structure not in TRIMMED:
            then["properties"] = {"when_full": {"const": "reject"}}
        rules.append({"if": _is("structure", structure), "then": then})
    return rules


def _never_has_a_reason() -> dict[str, Any]:
    return {"if": _is("ttl", "never"), "then": {"required": ["reason"]}}


def _is(key: str, value: str) -> dict[str, Any]:
    return {"properties": {key: {"const": value}}, "required": [key]}


if __name__ == "__main__":
    sys.stdout.write(schema_text())
