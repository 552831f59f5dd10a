"""Fields and lifetimes, which keyspaces and policies share."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from redisspec.spec.models.base import (
    Anything,
    Duration,
    Lifetime,
    Model,
    Percentage,
    Text,
    Type,
    optional,
)


class FieldSettings(Model):
    """A field spelt out: its type, and what it is called where it is stored."""

    type: Type = Field(description="The type of the field, such as `int` or `str | none`.")
    default: Anything = optional(
        description="What a stored value without this field has. Checked against the type.",
        examples=[0, "new"],
    )
    name: Text = optional(
        description="What the field is called in Redis or in the JSON, where that differs.",
        examples=["userId"],
    )
    doc: Text = optional(description="One sentence for the generated documentation.")


class TtlSettings(Model):
    """A lifetime spelt out."""

    for_: Duration = Field(
        alias="for", description="How long a key lives, such as `1h`.", examples=["1h", "30d"]
    )
    jitter: Percentage = optional(
        description="Spreads expiry: each TTL is drawn from the last part of `for`, never longer "
        "than declared, so that what was written together does not end together.",
        examples=["10%"],
    )
    refresh: Literal["on_write", "on_access", "never"] = optional(
        description="When the TTL starts anew. `on_write` unless said otherwise; for counters "
        "`never`, because a window that every hit prolongs never ends.",
    )
    max: Duration = optional(
        description="Lets a call choose a TTL up to this one.",
        examples=["24h"],
    )


class DefaultTtl(TtlSettings):
    """What every `ttl` takes unless it says otherwise."""

    for_: Duration = optional(
        alias="for", description="The TTL of keyspaces that have none.", examples=["1d"]
    )


SHORT = "<short>"
SPELT_OUT = "<spelt out>"
"""Tags of the two forms; they appear in pydantic's locations, and can be no key of a spec."""


def form(value: Any) -> str:
    """Whether a value is written short (a scalar) or spelt out (a mapping)."""
    return SPELT_OUT if isinstance(value, dict) else SHORT


Ttl = Annotated[
    Annotated[Lifetime, Tag(SHORT)] | Annotated[TtlSettings, Tag(SPELT_OUT)],
    Discriminator(form),
]
FieldType = Annotated[
    Annotated[Type, Tag(SHORT)] | Annotated[FieldSettings, Tag(SPELT_OUT)],
    Discriminator(form),
]
Fields = dict[str, FieldType]
