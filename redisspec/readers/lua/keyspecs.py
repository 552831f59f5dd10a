"""Which words of a command are keys, by the key specs that servers tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from redisspec.ir.flows import Value
from redisspec.readers.lua.values import as_number, element_of

if TYPE_CHECKING:
    from redisspec.ir.commands import Command, KeySpec


def key_places(
    command: Command, words: Sequence[Value], open_end: bool
) -> tuple[list[tuple[int, int]], bool]:
    """The keys among the words after the command, as (place of the key spec, place of the word).

    With it whether these are all: a word that is not known may decide how many there are.
    """
    before = command.name.count(" ")  # a subcommand is one of the words that the specs count
    found: list[tuple[int, int]] = []
    whole = True
    whole = True
    for role, spec in enumerate(command.keys):
        if "not_key" in spec.flags:
            continue
        begin = _begin(spec, words, before, open_end)
        if begin is None:
            # A keyword that is not there (STORE, say) begins nothing.
            whole = whole and not open_end and all(w.provenance == "constant" for w in words[1:])
            continue
        places, known = _range(spec, begin, words, open_end)
        found += [(role, place) for place in places]
        whole = whole and known
    return found, whole


def _begin(spec: KeySpec, words: Sequence[Value], before: int, open_end: bool) -> int | None:
    if isinstance(spec.begin, int):
        place = spec.begin - 1 - before
        return place if place < len(words) or open_end else None
    keyword, start = spec.begin
    steps = range(max(start - 1, 0), len(words))
    if start < 0:
        steps = range(len(words) + start, -1, -1)
    for place in steps:
        word = words[place]
        if word.provenance == "constant" and word.text.upper() == keyword:
            return place + 1
    return None


def _range(
    spec: KeySpec, begin: int, words: Sequence[Value], open_end: bool
) -> tuple[list[int], bool]:
    match spec.find:
        case ("range", int(last), int(step), int(limit)):
            if last >= 0:
                end = begin + last
                known = end < len(words)
            else:
                end = len(words) + last
                if limit > 1:
                    end = begin + (len(words) - begin) // limit - 1
                known = not open_end
                if open_end:
                    # Which of the known words is the last key depends on those that follow.
                    end = begin + (len(words) - begin - 1 if limit <= 1 else 0)
            return [p for p in range(begin, end + 1, max(step, 1)) if p < len(words)], known
        case ("keynum", int(count_at), int(first), int(step)):
            place = begin + count_at
            count = as_number(words[place]) if place < len(words) else None
            start = begin + first
            if count is None:
                # Only what is an element of KEYS is a key for sure.
                keys = [p for p in range(start, len(words)) if _is_key(words[p])]
                return keys, False
            # a number past the words is the server's to refuse
            within = min(int(count), len(words))
            every = range(start, start + within * max(step, 1), max(step, 1))
            places = [p for p in every if p < len(words)]
            return places, len(places) == int(count)
    return [], False


def _is_key(word: Value) -> bool:
    place = element_of(word)
    return place is not None and place[0] == "KEYS"
