"""Deliberate mistakes in the Lua of operations: each must be found by the comparison with the model."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.operations.pipeline import Mutation


def replaced(pattern: str, by: str | Callable[[re.Match[str]], str]) -> Mutation:
    """Every place that the pattern matches, changed."""
    found = re.compile(pattern)
    return lambda text: found.sub(by, text)


CONTROLS: dict[str, Mutation] = {
    "a comparison counts its bound": replaced(r"(if \w+) < (\w+ then)", r"\1 <= \2"),
    "a ceiling is one too low": replaced(r"(_after) > (\d+)", r"\1 >= \2"),
    "a floor is not checked": replaced(r"\w+_after < -?\d+", "false"),
    "a key gets no TTL": replaced(r"\n *call\('PEXPIRE', [^\n]*\)", ""),
    "a TTL is in seconds": replaced(r"('PEXPIRE', \w+, '?\d+)000", r"\1"),
    "a string gets no TTL": replaced(r", 'PX', '?\d+'?", ""),
    "a decrement adds": replaced("'DECRBY'", "'INCRBY'"),
    "a list keeps one too many": replaced(
        r"('LTRIM', \w+, 0, )(\d+)", lambda m: f"{m[1]}{int(m[2]) + 1}"
    ),
    "a stream keeps one too few": replaced(r"('MAXLEN', )3", r"\g<1>2"),
    "a sorted set is not trimmed": replaced(r"\n *call\('ZREMRANGEBYRANK', [^\n]*\)", ""),
    "fields that are None stay": replaced(r"\n *call\('HDEL', [^\n]*\)", ""),
    "a condition of SET is lost": replaced(r", '[NX]X'", ""),
    "ints are exact up to 2**52": replaced("9007199254740991", "4503599627370495"),
    "ints beyond 2**53 are taken": replaced("9007199254740991", "9999999999999999999"),
    "a full collection takes one more": replaced(
        r"( (?:\+ \w+ )?)> (\d)( then\n *return \{)", r"\1- 1 > \2\3"
    ),
    "the oldest is taken for the newest": replaced("'LPOP'", "'RPOP'"),
    "an item goes to the wrong end": replaced("'LPUSH'", "'RPUSH'"),
    "an error is another one": replaced(r"return \{ 1\b", "return { 2"),
    "a loop ends early": replaced(r"(for \w+ = 1, #\w+)", r"\1 - 1"),
}
"""What is wrong, and the change that makes it so."""
