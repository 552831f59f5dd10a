"""The tables of shapes say what the models say, and no more."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from redisspec.source.nodes import MappingNode, to_data
from redisspec.source.text import SourceText
from redisspec.source.yaml import parse_yaml
from redisspec.spec import shapes
from redisspec.spec.lowering.entries import SHAPES
from redisspec.spec.shape import settings_fit
from redisspec.spec.shape_errors import MODELS
from redisspec.spec.shape_tables import tables


def test_shapes_are_those_of_the_models() -> None:
    made: dict[str, Any] = {}
    exec(tables(), made)
    for name, shape in vars(shapes).items():
        if name.isupper() and isinstance(shape, tuple):
            assert made[name] == shape, (
                "python -m redisspec.spec.shape_tables > redisspec/spec/shapes.py"
            )


VALUES = st.sampled_from(
    ["a", "1", "0", "-3", "1_000", "true", "1.5", "", "null", "[a]", "[1]", "[]", "{a: b}", "{}",
     "{for: 1h}", "{for: 1h, jitter: 5}", "{type: int}", "{a: {type: int, x: 1}}", "'1'", "trim",
     "string", "'string'", "never", "on_write", "cluster", "{from: 1s}", "{max_items: 1, max_age: 1s}"]
)  # fmt: skip


@pytest.mark.parametrize("model", [name for name in SHAPES if name != "document"])
@given(data=st.data())
def test_the_fast_path_takes_exactly_what_the_model_takes(model: str, data: st.DataObject) -> None:
    shape = SHAPES[model]
    keys = data.draw(st.lists(st.sampled_from([*shape.kinds, "zzz"]), unique=True, max_size=6))
    if data.draw(st.booleans()):
        keys = list(dict.fromkeys([*shape.required, *keys]))
    text = "".join(f"{key}: {data.draw(VALUES)}\n" for key in keys) or "{}\n"
    node, problems = parse_yaml(SourceText("x", text))
    assert isinstance(node, MappingNode), text
    if problems:
        return
    try:
        TypeAdapter(MODELS[model]).validate_python(to_data(node))
        sound = True
    except ValidationError:
        sound = False
    assert settings_fit(node, shape) == sound, text
