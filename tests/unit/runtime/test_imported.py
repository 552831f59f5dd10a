"""The user's own classes: decoded by pydantic, with a clear word where that cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from redisspec.runtime.errors import DecodeError, EncodeError
from redisspec.runtime.imported import Adapter, UnusableClass


@dataclass
class Place:
    street: str
    number: int = 1


class Unfit:
    """No class that pydantic knows."""


def adapter(name: str) -> Adapter[Any]:
    return Adapter(__name__, name)


def test_a_dataclass_goes_there_and_back() -> None:
    place = Place("Long Street", 7)
    assert adapter("Place").decode_json(adapter("Place").encode_json(place)) == place
    assert adapter("Place").from_json(adapter("Place").to_json(place)) == place


def test_what_is_not_of_the_class_is_refused() -> None:
    with pytest.raises(EncodeError, match="Place"):
        adapter("Place").encode_json(object())
    with pytest.raises(DecodeError, match="Place"):
        adapter("Place").decode_json(b'{"number": "many"}')


@pytest.mark.parametrize("name", ["Nowhere", "Place.Nowhere"])
def test_a_class_that_is_not_there_is_named(name: str) -> None:
    with pytest.raises(UnusableClass, match=f"{name} cannot be imported"):
        adapter(name).encode_json(None)


def test_a_module_that_is_not_there_is_named() -> None:
    with pytest.raises(UnusableClass, match="no_such_module:Place cannot be imported"):
        Adapter[Any]("no_such_module", "Place").encode_json(None)


def test_a_class_that_pydantic_cannot_decode_is_named() -> None:
    with pytest.raises(UnusableClass, match=r"pydantic cannot decode .*Unfit"):
        adapter("Unfit").encode_json(Unfit())
