"""The user's own classes: encoded and decoded by pydantic, loaded at first use."""

from typing import Any, Generic, TypeVar

from .errors import DecodeError, EncodeError, RedisSpecError

T = TypeVar("T")


class MissingPydantic(RedisSpecError, ImportError):
    """An imported class needs pydantic, which is not installed."""


class UnusableClass(RedisSpecError, TypeError):
    """An imported class is not there, or pydantic cannot decode it."""


class Adapter(Generic[T]):
    """A class named in the spec by its import path; imported when first needed."""

    __slots__ = ("_adapter", "_module", "_name", "_qualname", "_refused")

    def __init__(self, module: str, qualname: str) -> None:
        self._module = module
        self._qualname = qualname
        self._name = f"{module}:{qualname}"
        self._adapter: Any = None
        self._refused: tuple[type[Exception], ...] = ()

    def encode_json(self, value: object) -> bytes:
        """Compact JSON in UTF-8; EncodeError when the value is not of the class."""
        adapter = self._load()
        try:
            raw: bytes = adapter.dump_json(adapter.validate_python(value))
        except self._refused:
            raise EncodeError(self._name, value) from None
        return raw

    def decode_json(self, raw: bytes) -> T:
        """The value; DecodeError when the JSON is not one of the class."""
        adapter = self._load()
        try:
            value: T = adapter.validate_json(raw)
        except self._refused:
            raise DecodeError(self._name, raw) from None
        return value

    def to_json(self, value: object) -> object:
        """The value as JSON data, to stand inside another value."""
        adapter = self._load()
        try:
            data: object = adapter.dump_python(
                adapter.validate_python(value), mode="json"
            )
        except self._refused:
            raise EncodeError(self._name, value) from None
        return data

    def from_json(self, data: object) -> T:
        """The value from JSON data that stood inside another value."""
        from .codecs import dump_json

        return self.decode_json(dump_json(data))

    def _load(self) -> Any:
        if self._adapter is None:
            self._adapter = self._made()
        return self._adapter

    def _made(self) -> Any:
        from importlib import import_module

        try:
            pydantic: Any = import_module("pydantic")
        except ImportError:
            raise MissingPydantic(
                f"{self._name} is decoded by pydantic: pip install pydantic"
            ) from None
        # PydanticSerializationError is a ValueError, as ValidationError is.
        self._refused = (ValueError, TypeError, RecursionError)
        try:
            found: Any = import_module(self._module)
            for part in self._qualname.split("."):
                found = getattr(found, part)
        except (ImportError, AttributeError) as error:
            raise UnusableClass(f"{self._name} cannot be imported: {error}") from error
        try:
            return pydantic.TypeAdapter(found)
        except pydantic.errors.PydanticUserError as error:
            raise UnusableClass(
                f"pydantic cannot decode {self._name}: {error.message}"
            ) from error
