"""Which names a spec may use: their characters, the words that are taken, the classes they make."""

from __future__ import annotations

import keyword
import re
from typing import Final

from redisspec.spec.grammar import GrammarError, quoted

NAME_PATTERN: Final = r"^[a-z][a-z0-9_]{0,62}$"
TYPE_NAME_PATTERN: Final = r"^[A-Z][A-Za-z0-9]{0,62}$"
NAMESPACE_PATTERN: Final = r"^[A-Za-z0-9_.-]{1,64}$"

CLIENT_NAMES: Final = (
    "from_url", "connect", "close", "aclose", "batch", "namespace", "keys", "client", "lane",
)  # fmt: skip
"""The generated client's own attributes: no keyspace, policy or operation takes their place."""

CONNECT_NAMES: Final = ("namespace", "deadline", "timeout", "max_connections")
"""What the generated client, `from_url` and `connect` take beside the servers."""

ACCESSOR_NAMES: Final = (
    "get", "set", "save", "load", "update", "get_many", "delete", "exists", "ttl", "touch", "key",
    "scan", "delete_all",
)  # fmt: skip
"""The methods of a hash's accessor, beside which `get_<field>` and the like are generated."""

PACKAGE_NAMES: Final = (
    "ArithmeticFault", "BatchNotSent", "BoundExceeded", "CollectionFull", "ConfirmationError",
    "CrossSlotError", "DecodeError", "EncodeError", "KeyParameterError", "OperationError",
    "OutcomeUnknown", "Pending", "RedisSpecError", "SettingsError", "UNCHANGED", "Unavailable",
    "ValueTooLarge",
)  # fmt: skip
"""The classes that every generated package exports (a test holds them equal to codegen's)."""

POLICY_CLASSES: Final[dict[str, str]] = {
    "cache": "Cache", "rate_limit": "RateLimit", "lock": "Lock", "session": "Sessions",
    "queue": "Queue", "channel": "Channel", "idempotency": "Idempotency",
}  # fmt: skip
"""What the class of a policy of each kind ends in."""

POLICY_EXPORTS: Final[dict[str, tuple[str, ...]]] = {
    "rate_limit": ("Decision", "Limit", "LimitState", "RateLimited"),
    "session": ("SessionId",),
    "idempotency": ("IdempotencyConflict", "InFlight", "Recorded"),
    "lock": ("FencedLease", "Holder", "Lease", "LockBusy", "LockLost"),
}
"""The classes that a package exports besides where it has a policy of that kind (a test holds them
equal to codegen's)."""

NEEDED_PACKAGES: Final = ("redis", "hiredis", "pydantic", "valkey", "redisspec")
"""Packages that generated code, or its user, imports beside the standard library."""

ERROR_ATTRIBUTES: Final = ("args", "add_note", "with_traceback")
"""What every exception has already: no error of an operation carries an attribute of that name."""

ARGUMENT_NAMES: Final = ("self", "cls")
"""Names that no parameter or field can have in a generated signature."""

_NAME = re.compile(NAME_PATTERN.rstrip("$") + r"\Z", re.ASCII)
_TYPE_NAME = re.compile(TYPE_NAME_PATTERN.rstrip("$") + r"\Z", re.ASCII)
_NAMESPACE = re.compile(NAMESPACE_PATTERN.rstrip("$") + r"\Z", re.ASCII)
_BUILTIN_TYPES = frozenset({"None", "True", "False"})


def is_name(text: str) -> bool:
    """Whether a text is a name that nothing forbids; the fast path of check_name."""
    return (
        _NAME.match(text) is not None and not keyword.iskeyword(text) and text not in ARGUMENT_NAMES
    )


def check_name(text: str, what: str) -> None:
    """Refuse what is no name of a `what` (keyspace, field, parameter …). Raises GrammarError."""
    if not _NAME.match(text):
        raise GrammarError(
            f"{quoted(text)} cannot be the name of a {what}",
            help_=_mend(text, "a name has lower-case letters, digits and `_`, begins with a "
                              "letter and has at most 63 characters"),
        )  # fmt: skip
    if keyword.iskeyword(text):
        raise GrammarError(
            f"`{text}` is a word of Python's and cannot be the name of a {what}",
            help_=f"write `{text}_: {{type: …, name: {text}}}`: it is stored as `{text}` still"
            if what == "field"
            else f"write `{text}_`, or a word that says more",
        )
    if text in ARGUMENT_NAMES:
        raise GrammarError(
            f"`{text}` is taken in every generated method",
            help_=f"write `{text}_id`, or a word that says more"
            if what != "field"
            else f"write `{text}_: {{type: …, name: {text}}}`: it is stored as `{text}` still",
        )


def check_attribute(text: str, what: str) -> None:
    """Refuse what cannot be an attribute of the generated client. Raises GrammarError."""
    check_name(text, what)
    if text in CLIENT_NAMES:
        raise GrammarError(
            f"`{text}` is an attribute of the generated client itself",
            help_=f"choose another name for this {what}, such as `{text}_data`",
        )


def check_server(text: str) -> None:
    """Refuse what cannot be an argument beside the client's own. Raises GrammarError."""
    check_name(text, "server")
    if text in CONNECT_NAMES:
        raise GrammarError(
            f"`{text}` is an argument of the generated client itself",
            help_=f"choose another name for this server, such as `{text}_server`",
        )


def check_type_name(text: str) -> None:
    """Refuse what cannot be the name of a record. Raises GrammarError."""
    if not _TYPE_NAME.match(text) or text in _BUILTIN_TYPES:
        raise GrammarError(
            f"{quoted(text)} cannot be the name of a type",
            help_=_mend(
                text, "a type's name is CamelCase: letters and digits, a capital first", camel=True
            ),
        )


def check_namespace(text: str) -> None:
    """Refuse what cannot be a namespace. Raises GrammarError."""
    if not _NAMESPACE.match(text):
        bad = re.search(r"[^A-Za-z0-9_.-]", text)
        start = bad.start() if bad else 0
        raise GrammarError(
            f"{quoted(text)} cannot be a namespace",
            start,
            start + 1 if bad else None,
            "a namespace has letters, digits, `_`, `-` and `.`, at most 64; the colon after it "
            "is added",
        )


def _mend(text: str, rule: str, camel: bool = False) -> str:
    """The rule, with a mended name before it where one can be made."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)
    words = re.sub(r"[^A-Za-z0-9]+", "_", words).strip("_").lower()
    mended = class_name(words) if camel else words
    pattern = _TYPE_NAME if camel else _NAME
    if mended and mended != text and pattern.match(mended) and not keyword.iskeyword(mended):
        return f"write `{mended}`: {rule}"
    return rule


def class_name(name: str) -> str:
    """The class that a name makes: `order_events` is `OrderEvents`."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def policy_class(kind: str, name: str) -> str:
    """The class of a policy: the rate limit `api` is `ApiRateLimit`."""
    return f"{class_name(name)}{POLICY_CLASSES[kind]}"


def accessor_class(name: str) -> str:
    """The accessor class of a keyspace: `order_events` is `OrderEventsKeyspace`."""
    return f"{class_name(name)}Keyspace"
