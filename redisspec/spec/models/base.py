"""What the models of the spec share: their configuration, and the scalars with a grammar."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    Strict,
    StrictBool,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from redisspec.spec import (
    durations,
    engines,
    expectations,
    names,
    percentages,
    rates,
    sizes,
)
from redisspec.spec.shape import LARGEST


class Model(BaseModel):
    """A mapping of the spec: unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


def optional(**described: Any) -> Any:
    """A setting that may be left out: None then, and typed by what may be written."""
    return Field(default=None, **described)


def scalar(value: Any) -> Any:
    if value is None or isinstance(value, (dict, list)):
        raise PydanticCustomError("scalar", "one value expected")
    return value


def text(value: Any) -> Any:
    if not isinstance(value, str):
        raise PydanticCustomError("text", "a text expected")
    return value


def whole(value: Any) -> Any:
    if type(value) is not int:
        raise PydanticCustomError("whole", "a whole number expected")
    if value < 1:
        raise PydanticCustomError("positive", "a number of at least 1 expected")
    if value > LARGEST:
        raise PydanticCustomError("largest", "a smaller number expected")
    return value


def _written(pattern: str, *examples: str, also: dict[str, Any] | None = None) -> Any:
    schema: dict[str, Any] = {"type": "string", "pattern": pattern}
    if also is not None:
        schema = {"anyOf": [schema, also]}
    return WithJsonSchema({**schema, "examples": list(examples)})


_ANY = AfterValidator(scalar)

Written = Annotated[Any, _ANY, WithJsonSchema({"type": "string"})]
"""A scalar whose grammar the lowering reads."""
Duration = Annotated[Any, _ANY, _written(durations.PATTERN, "30s", "1h", "7d")]
Lifetime = Annotated[Any, _ANY, _written(rf"^never$|{durations.PATTERN}", "1h", "7d", "never")]
Size = Annotated[Any, _ANY, _written(sizes.PATTERN, "512B", "64KiB", "1MB")]
Percentage = Annotated[Any, _ANY, _written(percentages.PATTERN, "5%", "10%")]
ErrorRate = Annotated[Any, _ANY, _written(percentages.PATTERN, "1%", "0.1%")]
EngineText = Annotated[Any, _ANY, _written(engines.PATTERN, "redis >= 7.0", "valkey >= 8.0")]
Expectation = Annotated[
    Any,
    _ANY,
    _written(
        rf"{expectations.PATTERN}|^[1-9][0-9]*(_[0-9]+)+$",
        "200_000 keys",
        also={"type": "integer", "minimum": 1},
    ),
]
Rate = Annotated[Any, _ANY, _written(rates.PATTERN, "100/s", "100/s burst 200")]
Type = Annotated[
    Any,
    _ANY,
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^[^\[\],?]+$",
            "examples": ["str", "int", "datetime", "list<str>", "json<Product>", "str | none"],
        }
    ),
]
Key = Annotated[
    Any,
    _ANY,
    WithJsonSchema(
        {
            "type": "string",
            "minLength": 1,
            "examples": ["product:<product_id:int>", "cart:{<user_id:int>}"],
        }
    ),
]
Folder = Annotated[
    Any,
    AfterValidator(text),
    WithJsonSchema({"type": "string", "pattern": r"^(?![/~\\])(?!(.*/)?\.\.(/|$))[^\\]+$"}),
]
Host = Annotated[
    Any,
    AfterValidator(text),
    WithJsonSchema({"type": "string", "pattern": r"^(.+:[0-9]+|\$\{.+\})$"}),
]
Name = Annotated[Any, _ANY, WithJsonSchema({"type": "string", "pattern": names.NAME_PATTERN})]
Text = Annotated[Any, AfterValidator(text), WithJsonSchema({"type": "string"})]
# YAML 1.2, which editors read, takes `10_000` for a text; here it is a number.
Whole = Annotated[
    Any,
    AfterValidator(whole),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 1},
                {"type": "string", "pattern": "^[1-9][0-9]*(_[0-9]+)+$"},
            ]
        }
    ),
]
Integer = Annotated[
    int,
    Strict(),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer"},
                {"type": "string", "pattern": "^-?[1-9][0-9]*(_[0-9]+)+$"},
            ]
        }
    ),
]
Flag = StrictBool
Anything = Annotated[Any, WithJsonSchema({})]

NAMED: Any = {"propertyNames": {"pattern": names.NAME_PATTERN}}
"""Schema of a mapping whose keys are names."""
TYPE_NAMED: Any = {"propertyNames": {"pattern": names.TYPE_NAME_PATTERN}}
