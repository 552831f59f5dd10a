"""What stands in keys: every parameter type's text, and back."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final, TypeVar
from urllib.parse import quote, unquote_to_bytes
from uuid import UUID

from .errors import KeyParameterError

M = TypeVar("M", bound=str)

MAX_KEY_BYTES: Final = 512
_SLUG = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-")
_HEX = frozenset("0123456789abcdef")
_DIGITS = frozenset("0123456789")
_NAMESPACE = _SLUG | frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ.")
# The separator, the hash tag's braces, what SCAN and ACL patterns read as a glob, and
# control characters (C0, DEL, C1); lone surrogates have no bytes.
_REFUSED = re.compile(r"[:{}*?\[\]\\^\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_STR = "non-empty text in NFC without : { } * ? [ ] \\ ^ or control characters"


def key_int(name: str, value: object) -> str:
    """The text of an int parameter."""
    if type(value) is not int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise KeyParameterError(name, value, "int")
        value = int(value)
    try:
        return str(value)
    except ValueError:  # Python's limit on the digits of a text
        raise KeyParameterError(name, value, "int of at most 512 digits") from None


def key_str(name: str, value: object) -> str:
    """The text of a str parameter."""
    if (
        not isinstance(value, str)
        or not value
        or _REFUSED.search(value)
        or not unicodedata.is_normalized("NFC", value)
    ):
        raise KeyParameterError(name, value, _STR)
    return str(value)


def key_slug(name: str, value: object) -> str:
    """The text of a slug parameter: lower-case letters, digits, `_` and `-`."""
    if not isinstance(value, str) or not value or not _SLUG.issuperset(value):
        raise KeyParameterError(name, value, "a slug ([a-z0-9_-]+)")
    return str(value)


def key_uuid(name: str, value: object) -> str:
    """The text of a uuid parameter."""
    if not isinstance(value, UUID):
        raise KeyParameterError(name, value, "uuid.UUID")
    return str(value)


def key_date(name: str, value: object) -> str:
    """The text of a date parameter, YYYY-MM-DD."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise KeyParameterError(name, value, "datetime.date (not a datetime)")
    return f"{value.year:04}-{value.month:02}-{value.day:02}"


def key_month(name: str, value: object) -> str:
    """The text of a month parameter, YYYY-MM, from any day of the month."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise KeyParameterError(name, value, "datetime.date (not a datetime)")
    return f"{value.year:04}-{value.month:02}"


def key_isoweek(name: str, value: object) -> str:
    """The text of an isoweek parameter, YYYY-Www, from any day of the week."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise KeyParameterError(name, value, "datetime.date (not a datetime)")
    year, week, _ = value.isocalendar()
    if not 1 <= year <= 9999:
        raise KeyParameterError(name, value, "a week of the years 1 to 9999")
    return f"{year:04}-W{week:02}"


def key_hour(name: str, value: object) -> str:
    """The text of an hour parameter, YYYY-MM-DDTHH in UTC, from an aware datetime."""
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise KeyParameterError(name, value, "a datetime with a timezone")
    try:
        at = value.astimezone(UTC)
    except OverflowError:
        raise KeyParameterError(name, value, "an hour of the years 1 to 9999") from None
    return f"{at.year:04}-{at.month:02}-{at.day:02}T{at.hour:02}"


def key_encoded(name: str, value: object) -> str:
    """The text of an encoded parameter: any text, percent-encoded."""
    if isinstance(value, str) and value:
        try:
            return quote(value, safe="")
        except UnicodeEncodeError:
            pass
    raise KeyParameterError(name, value, "non-empty text without lone surrogates")


def key_enum(name: str, value: object, members: Sequence[str]) -> str:
    """The text of an enum parameter: one of its members."""
    if not isinstance(value, str) or value not in members:
        raise KeyParameterError(name, value, "one of " + ", ".join(members))
    return str(value)


def key_hex(name: str, value: object, length: int) -> str:
    """The text of a hex parameter: `length` lower-case hexadecimal digits."""
    if not isinstance(value, str) or len(value) != length or not _HEX.issuperset(value):
        raise KeyParameterError(name, value, f"{length} lower-case hexadecimal digits")
    return str(value)


def parse_int(text: str) -> int:
    """The int that a key's text stands for; ValueError for any other text."""
    if len(text) > MAX_KEY_BYTES:
        raise ValueError("expected an int of at most 512 digits")
    return whole(text)


def whole(text: str) -> int:
    """An int from digits without leading zeros; ValueError for any other text."""
    digits = text.removeprefix("-")
    if not digits or not _DIGITS.issuperset(digits):
        raise ValueError("expected an int")
    if digits[0] == "0" and text != "0":
        raise ValueError("expected an int without leading zeros")
    return int(text)


def parse_str(text: str) -> str:
    """The str that a key's text stands for; ValueError for any other text."""
    return key_str("text", text)


def parse_slug(text: str) -> str:
    """The slug that a key's text stands for; ValueError for any other text."""
    return key_slug("text", text)


def parse_uuid(text: str) -> UUID:
    """The UUID that a key's text stands for; ValueError for any other text."""
    value = UUID(text)
    if str(value) != text:
        raise ValueError("expected a UUID in its canonical form")
    return value


def parse_date(text: str) -> date:
    """The date that a key's text stands for; ValueError for any other text."""
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        raise ValueError("expected YYYY-MM-DD")
    return date(_number(text[:4]), _number(text[5:7]), _number(text[8:]))


def parse_month(text: str) -> date:
    """The first day of the month that a key's text stands for."""
    if len(text) != 7 or text[4] != "-":
        raise ValueError("expected YYYY-MM")
    return date(_number(text[:4]), _number(text[5:]), 1)


def parse_isoweek(text: str) -> date:
    """The Monday of the week that a key's text stands for."""
    if len(text) != 8 or text[4:6] != "-W":
        raise ValueError("expected YYYY-Www")
    return date.fromisocalendar(_number(text[:4]), _number(text[6:]), 1)


def parse_hour(text: str) -> datetime:
    """The beginning of the hour (UTC) that a key's text stands for."""
    if len(text) != 13 or text[10] != "T":
        raise ValueError("expected YYYY-MM-DDTHH")
    day = parse_date(text[:10])
    return datetime(day.year, day.month, day.day, _number(text[11:]), tzinfo=UTC)


def parse_encoded(text: str) -> str:
    """The text that a percent-encoded one stands for; ValueError for any other."""
    value = unquote_to_bytes(text).decode()
    if not text or quote(value, safe="") != text:
        raise ValueError("expected percent-encoded text in its canonical form")
    return value


def parse_enum(text: str, members: Sequence[M]) -> M:
    """The member that a key's text stands for; ValueError for any other text."""
    for member in members:
        if text == member:
            return member
    raise KeyParameterError("text", text, "one of " + ", ".join(members))


def parse_hex(text: str, length: int) -> str:
    """The digits that a key's text stands for; ValueError for any other text."""
    return key_hex("text", text, length)


def _number(text: str) -> int:
    if not _DIGITS.issuperset(text):
        raise ValueError("expected digits")
    return int(text)


def check_key(key: str) -> str:
    """The key itself; KeyParameterError when it has more than 512 bytes."""
    # Four bytes a character at most: short keys need no encoding to be counted.
    if len(key) > 128 and len(key.encode()) > MAX_KEY_BYTES:
        raise KeyParameterError("key", key, f"at most {MAX_KEY_BYTES} bytes")
    return key


def check_namespace(text: object) -> str:
    """The namespace itself; KeyParameterError when it cannot begin a key."""
    if (
        not isinstance(text, str)
        or not 1 <= len(text) <= 64
        or not _NAMESPACE.issuperset(text)
    ):
        raise KeyParameterError("namespace", text, "1 to 64 of A-Z a-z 0-9 _ . -")
    return text
