"""The JSON Schema and the reference are fresh, and agree with what is read."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from redisspec.source.nodes import MappingNode, to_data
from redisspec.source.text import SourceText, read_source
from redisspec.source.yaml import parse_yaml
from redisspec.spec.load import load_spec
from redisspec.spec.reference import reference
from redisspec.spec.schema import schema_text

ROOT = Path(__file__).parents[3]
SCHEMA = ROOT / "schemas" / "redis.spec.schema.json"
GOOD = [
    ROOT / "docs" / "language.spec.yaml",
    *ROOT.glob("examples/**/redis.spec.yaml"),
    *ROOT.glob("tests/rules/**/good*.yaml"),
]
BAD = sorted((ROOT / "tests" / "cases" / "diagnostics").iterdir())


def data(path: Path) -> Any:
    source = read_source(path)
    assert isinstance(source, SourceText)
    node, problems = parse_yaml(source)
    return to_data(node) if isinstance(node, MappingNode) and not problems else None


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_the_schema_is_fresh() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), (
        "python -m redisspec.spec.schema > schemas/redis.spec.schema.json"
    )


def test_the_reference_is_fresh() -> None:
    example = (ROOT / "docs" / "language.spec.yaml").read_text(encoding="utf-8")
    assert (ROOT / "docs" / "language.md").read_text(encoding="utf-8") == reference(example), (
        "python -m redisspec.spec.reference docs/language.spec.yaml > docs/language.md"
    )


@pytest.mark.parametrize("path", GOOD, ids=lambda path: str(path.relative_to(ROOT)))
def test_good_specs_have_no_mistake_in_an_editor(
    path: Path, validator: Draft202012Validator
) -> None:
    if any(found.severity == "error" for found in load_spec(path).diagnostics):
        pytest.skip("it has a mistake of the language's")
    found = data(path)
    assert [error.message for error in validator.iter_errors(found)] == []


def test_a_good_part_of_the_mistakes_shows_in_an_editor(validator: Draft202012Validator) -> None:
    judged = [found for folder in BAD if (found := data(folder / "redis.spec.yaml")) is not None]
    caught = [found for found in judged if not validator.is_valid(found)]
    assert len(judged) > 80
    assert len(caught) / len(judged) > 0.5


def test_every_setting_has_a_hover_text() -> None:
    schema = json.loads(schema_text())
    for name, model in {**schema["$defs"], "spec": schema}.items():
        for key, setting in model["properties"].items():
            described = setting.get("description") or "$ref" in setting
            assert described, f"{name}.{key}"
