"""The texts of a cache's tags: what a declaration names, filled in with values."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, TypeAlias
from urllib.parse import quote
from uuid import UUID

from .errors import EncodeError

TagValue: TypeAlias = str | int | UUID | date | None

_NOTHING: Final = "~"


def made_tag(parts: tuple[str, ...], *values: TagValue) -> str:
    """The tag's text: its literal parts with the values between them."""
    text = parts[0]
    for value, part in zip(values, parts[1:], strict=True):
        text += _text(value) + part
    return text


def named_tag(
    tags: Mapping[str, tuple[str, ...]], name: str, values: tuple[TagValue, ...]
) -> str:
    """The text of one of a cache's tags, by its name; ValueError for another name."""
    parts = tags.get(name)
    if parts is None:
        raise ValueError(f"tag: expected one of {', '.join(tags)}")
    if len(values) != len(parts) - 1:
        raise ValueError(f"the tag {name} takes {len(parts) - 1} values")
    return made_tag(parts, *values)


def _text(value: TagValue) -> str:
    """A value's text: texts percent-encoded, so that no two values have one tag."""
    if isinstance(value, str):
        try:
            return quote(value, safe="").replace(_NOTHING, "%7E")
        except UnicodeEncodeError:
            raise EncodeError("str without lone surrogates", value) from None
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if value is None:
        return _NOTHING
    raise EncodeError("a str, int, UUID, date or None in a tag", value)
