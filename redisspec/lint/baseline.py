"""A baseline: findings that are known, counted by rule and by the place's name, so that only new ones are told."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from redisspec.lint.places import places_of

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.source.text import SourceText

VERSION = 1

Counts: TypeAlias = Mapping[str, Mapping[str, int]]
"""How many findings of each rule each place has: by `file` or `file::name`, then by code."""


class BaselineError(ValueError):
    """A file that is no baseline; the message says why."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What a baseline leaves of the findings, and what of it is no longer found."""

    new: tuple[Diagnostic, ...]
    known: int
    gone: int


def count(found: Iterable[Diagnostic], sources: Mapping[str, SourceText]) -> Counts:
    """The counts of a run, for its baseline."""
    counts: dict[str, Counter[str]] = {}
    for one, place in _placed(found, sources):
        counts.setdefault(place, Counter())[one.code] += 1
    return counts


def compare(
    found: Iterable[Diagnostic], sources: Mapping[str, SourceText], baseline: Counts
) -> Compared:
    """Of each rule and place, as many findings are known as the baseline counts; the last ones are new."""
    left = {place: Counter(codes) for place, codes in baseline.items()}
    new: list[Diagnostic] = []
    known = 0
    for one, place in _placed(found, sources):
        allowed = left.get(place)
        if allowed is not None and allowed[one.code] > 0:
            allowed[one.code] -= 1
            known += 1
        else:
            new.append(one)
    return Compared(tuple(new), known, sum(sum(codes.values()) for codes in left.values()))


def _placed(
    found: Iterable[Diagnostic], sources: Mapping[str, SourceText]
) -> Iterable[tuple[Diagnostic, str]]:
    by_file = {path: places_of(source) for path, source in sources.items()}
    for one in found:
        path = one.span.file.replace("\\", "/")
        name = by_file[one.span.file](one.span.line) if one.span.file in by_file else ""
        yield one, f"{path}::{name}" if name else path


def write(counts: Counts) -> str:
    """The text of a baseline file, the same for the same findings."""
    listed = {place: dict(sorted(counts[place].items())) for place in sorted(counts)}
    return json.dumps({"version": VERSION, "known": listed}, indent=2) + "\n"


def read(text: str) -> Counts:
    """What a baseline file says. Raises BaselineError."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BaselineError(f"it is no JSON: {error}") from None
    if not isinstance(content, dict) or content.get("version") != VERSION:
        raise BaselineError(f'it has no `"version": {VERSION}`')
    known = content.get("known")
    if not isinstance(known, dict) or not all(
        isinstance(codes, dict)
        and all(isinstance(number, int) and number >= 0 for number in codes.values())
        for codes in known.values()
    ):
        raise BaselineError("`known` maps places to codes and counts")
    return known
