"""Moulds: the module of one keyspace with all that is its own taken out, to be filled for others of its shape.

Specs repeat themselves: of five thousand keyspaces a few dozen differ in more than names, key
texts and docs. A keyspace is therefore emitted once with stand-ins, single letters that no spec
contains, and its text is cut at these; others of its shape fill the gaps. Two things keep that
exact. Each question whether a text fits its line goes through layout.fits, which notes what the
answer hung on: a filling that would have been answered otherwise takes another mould. And a
filling whose names the text already uses (so that an import would take another name) takes none.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache

from redisspec.codegen.python import values
from redisspec.codegen.python.accessor import (
    MODES,
    accessor_path,
    accessor_text,
    may_be_long,
)
from redisspec.codegen.python.layout import STEP, docstring, measured_by, tidy, width
from redisspec.codegen.python.view import Mode
from redisspec.ir.keypattern import KeyPattern, Literal, Part
from redisspec.ir.methods import Method
from redisspec.ir.model import Keyspace
from redisspec.ir.types import UNSET, Json, ListOf, MapOf, Maybe, RecordRef, ValueType
from redisspec.source.span import NOWHERE
from redisspec.structures import methods as methods_of

# Deseret and Shavian letters: the first are the only ones beyond Unicode's first plane that Python
# turns from upper to lower case one for one, as class names and snake case need it.
_NAME, _CLASS = "\U00010428", "\U00010400"
_RECORD_SNAKE, _RECORD = "\U00010429", "\U00010401"
_DOC, _REASON = "\U00010450", "\U00010451"
_LITERALS = tuple(map(chr, range(0x10452, 0x10472)))
_NAMES = frozenset((_NAME, _CLASS, _RECORD_SNAKE, _RECORD))
_STAND_INS = re.compile(
    f"([{_NAME}{_CLASS}{_RECORD_SNAKE}{_RECORD}{_DOC}{_REASON}{''.join(_LITERALS)}])"
)

_RUN = re.compile(r"[A-Za-z0-9_:]+")
"""What is the same in an f-string, a glob, a regular expression and a docstring."""

_MODEL = tuple(one.name for one in fields(Keyspace) if one.name not in {"span", "spans", "fields"})


@dataclass(frozen=True, slots=True)
class _Shape:
    """A keyspace with stand-ins, what they stand for, and a key that keyspaces of its shape share."""

    keyspace: Keyspace
    filling: Mapping[str, str]
    key: Hashable


@dataclass(slots=True)
class _Measure:
    """Answers whether a text would fit once it is filled, and notes within which sizes that holds.

    `limits` maps how often each stand-in occurs to (more than, at most) characters of filling.
    """

    filling: Mapping[str, str]
    limits: dict[tuple[tuple[str, int], ...], tuple[int, int]] = field(default_factory=dict)

    def fits(self, text: str, room: int) -> bool:
        if text.isascii():
            return width(text) <= room
        counts = tuple((each, text.count(each)) for each in self.filling if each in text)
        left = room - width(text) + sum(count for _, count in counts)
        answer = _size(counts, self.filling) <= left
        more, most = self.limits.get(counts, (-1, 1 << 30))
        self.limits[counts] = (more, min(most, left)) if answer else (max(more, left), most)
        return answer


def _size(counts: tuple[tuple[str, int], ...], filling: Mapping[str, str]) -> int:
    return sum(count * len(filling[each]) for each, count in counts)


@dataclass(frozen=True, slots=True)
class _Mould:
    """A text cut at its stand-ins: `parts` has one at each odd place."""

    parts: tuple[str, ...]
    limits: tuple[tuple[tuple[tuple[str, int], ...], int, int], ...]
    words: frozenset[str]
    own_words: tuple[tuple[str, ...], ...]

    def filled(self, filling: Mapping[str, str]) -> str | None:
        """The text, or None where this filling would have been laid out or named otherwise."""
        for counts, more, most in self.limits:
            if not more < _size(counts, filling) <= most:
                return None
        made = {"".join([filling.get(part, part) for part in word]) for word in self.own_words}
        if len(made) < len(self.own_words) or not self.words.isdisjoint(made):
            return None
        parts = list(self.parts)
        parts[1::2] = [filling[part] for part in parts[1::2]]
        return "".join(parts)


class Moulds:
    """The modules of a program's keyspaces, emitted once a shape.

    `header` is their first line, `clusters` are the names of the servers that are clusters.
    """

    def __init__(self, header: str, clusters: frozenset[str] = frozenset()) -> None:
        self._header = header
        self._clusters = clusters
        self._moulds: dict[tuple[Mode, Hashable], list[_Mould]] = defaultdict(list)
        self._scripts: dict[Hashable, frozenset[str]] = {}

    def modules(self, keyspace: Keyspace) -> tuple[dict[str, str], frozenset[str]]:
        """The keyspace's modules by path, and the scripts that they call."""
        shape = _shape(keyspace)
        if shape is None:
            methods = self._methods(keyspace)
            made = {
                accessor_path(keyspace, mode): accessor_text(keyspace, methods, mode, self._header)
                for mode in MODES
            }
            return made, _scripts(methods)
        made = {accessor_path(keyspace, mode): self._text(keyspace, mode, shape) for mode in MODES}
        return made, self._scripts[shape.key]

    def _methods(self, keyspace: Keyspace) -> tuple[Method, ...]:
        return methods_of(keyspace, cluster=keyspace.server in self._clusters)

    def _text(self, keyspace: Keyspace, mode: Mode, shape: _Shape) -> str:
        moulds = self._moulds[mode, shape.key]
        for mould in moulds:
            text = mould.filled(shape.filling)
            if text is not None:
                return text
        mould = self._made(mode, shape)
        # A spec that has a stand-in's letter itself cannot be told from its stand-ins.
        text = None if _STAND_INS.search(repr(keyspace)) else mould.filled(shape.filling)
        if text is None:
            return accessor_text(keyspace, self._methods(keyspace), mode, self._header)
        moulds.append(mould)
        return text

    def _made(self, mode: Mode, shape: _Shape) -> _Mould:
        methods = self._methods(shape.keyspace)
        self._scripts[shape.key] = _scripts(methods)
        measure = _Measure(shape.filling)
        with measured_by(measure.fits):
            text = accessor_text(shape.keyspace, methods, mode, self._header)
        words = frozenset(re.findall(r"\w+", text))
        cut = {word: (word,) if word.isascii() else tuple(_STAND_INS.split(word)) for word in words}
        return _Mould(
            tuple(_STAND_INS.split(text)),
            tuple((counts, *limits) for counts, limits in measure.limits.items()),
            frozenset(word for word, parts in cut.items() if len(parts) == 1),
            tuple(parts for parts in cut.values() if not _NAMES.isdisjoint(parts)),
        )


def _scripts(methods: tuple[Method, ...]) -> frozenset[str]:
    return frozenset(method.script for method in methods if method.script)


# --- shapes -----------------------------------------------------------------------


def _shape(keyspace: Keyspace) -> _Shape | None:
    """The keyspace's shape; None where names decide more than how long a line is (the order of
    imports, where there is more than one record)."""
    filling = {_NAME: keyspace.name, _CLASS: values.camel(keyspace.name)}
    value, records = _without_record(keyspace.value)
    map_key, more = _without_record(keyspace.map_key)
    records |= more
    for each in keyspace.fields:
        records |= _without_record(each.type)[1]
    if len(records) + bool(keyspace.fields) > 1:
        return None
    for record in records:
        filling |= {_RECORD: record, _RECORD_SNAKE: values.snake(record)}
    parts = _without_literals(keyspace, filling)
    if parts is None:
        return None
    made = replace(
        keyspace,
        name=_NAME,
        pattern=KeyPattern(parts),
        lifetime=replace(
            keyspace.lifetime, span=NOWHERE, reason=_without_reason(keyspace, filling)
        ),
        doc=_without_doc(keyspace, filling),
        value=value,
        map_key=map_key,
    )
    own_fields = tuple(
        (each.name, each.stored, each.type, None if each.default is UNSET else repr(each.default))
        for each in keyspace.fields
    )
    long = may_be_long(keyspace.pattern)
    if long != may_be_long(made.pattern):
        return None
    key = (*(getattr(made, name) for name in _MODEL), own_fields)
    return _Shape(made, filling, key)


def _without_literals(keyspace: Keyspace, filling: dict[str, str]) -> tuple[Part, ...] | None:
    """The parts of the key, a stand-in for each run of harmless text; its namespace stays."""
    free = iter(_LITERALS)
    made: list[Part] = []
    for part in keyspace.pattern.parts:
        if not isinstance(part, Literal):
            made.append(part)
            continue
        kept = len(keyspace.namespace) + 1 if not made else 0
        pieces: list[str] = [part.text[:kept]]
        at = kept
        for run in _RUN.finditer(part.text, kept):
            stand_in = next(free, None)
            if stand_in is None:
                return None
            filling[stand_in] = run.group()
            pieces += (part.text[at : run.start()], stand_in)
            at = run.end()
        made.append(Literal("".join((*pieces, part.text[at:]))))
    return tuple(made)


def _without_reason(keyspace: Keyspace, filling: dict[str, str]) -> str | None:
    reason = " ".join((keyspace.lifetime.reason or "").split())
    if not reason or docstring(reason, 0) != [f'"""{reason}"""']:
        return keyspace.lifetime.reason
    filling[_REASON] = reason
    return _REASON


def _without_doc(keyspace: Keyspace, filling: dict[str, str]) -> str | None:
    said = (keyspace.doc or "").strip()
    if not said:
        return None
    # What follows the doc in its docstring is another paragraph: a full stop stands for it here.
    text = tidy(docstring(f"{said}\n\n.", STEP))
    pad = " " * STEP
    filling[_DOC] = text.removeprefix(f'{pad}"""').removesuffix(f'\n\n{pad}.\n{pad}"""\n')
    return _DOC


@lru_cache(maxsize=4096)
def _without_record(kind: ValueType | None) -> tuple[ValueType | None, frozenset[str]]:
    """The type with a stand-in for its record's name, and that name."""
    match kind:
        case RecordRef(name):
            return RecordRef(_RECORD), frozenset((name,))
        case Maybe(inner) | ListOf(inner) | MapOf(inner) | Json(inner):
            made, records = _without_record(inner)
            return type(kind)(made), records  # type: ignore[arg-type]  # what was a type is one still
        case _:
            return kind, frozenset()
