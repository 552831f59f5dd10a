"""What all files of a run do to each key: does anything expire it, trim it, delete it, read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redisspec.lint.across import KeyFacts, KeyUse

# Takes members out of a collection, one by one or many at once.
_REMOVES = frozenset(
    [
        "LPOP",
        "RPOP",
        "BLPOP",
        "BRPOP",
        "LMPOP",
        "BLMPOP",
        "RPOPLPUSH",
        "BRPOPLPUSH",
        "LMOVE",
        "BLMOVE",
        "LREM",
        "LTRIM",
        "SPOP",
        "SREM",
        "SMOVE",
        "ZREM",
        "ZPOPMIN",
        "ZPOPMAX",
        "BZPOPMIN",
        "BZPOPMAX",
        "ZMPOP",
        "ZREMRANGEBYRANK",
        "ZREMRANGEBYSCORE",
        "ZREMRANGEBYLEX",
        "HDEL",
        "HGETDEL",
        "XTRIM",
        "XDEL",
    ]
)


class KeyIndex:
    """The uses of every key, found by the text of its pattern.

    Two keys of one pattern are taken for the same kind of key, whatever fills its holes: what expires
    `cart:{user}` in one file expires `cart:{id}` in another.
    """

    def __init__(self, facts: Sequence[KeyFacts]) -> None:
        self._by_shape: dict[str, list[KeyUse]] = defaultdict(list)
        self._every: list[KeyUse] = []
        self._wild: list[KeyUse] = []
        for one in facts:
            for use in one.uses:
                self._every.append(use)
                if use.shape is None:
                    self._wild.append(use)
                else:
                    self._by_shape[use.shape].append(use)

    def __iter__(self) -> Iterator[KeyUse]:
        return iter(self._every)

    def same(self, use: KeyUse) -> Sequence[KeyUse]:
        """The uses of keys of the same pattern, this one among them; of an unknown key those of its value."""
        if use.shape is not None:
            return self._by_shape[use.shape]
        return [
            other
            for other in self._wild
            if other.key == use.key and other.span.file == use.span.file
        ]

    def expires(self, use: KeyUse) -> bool:
        """Whether anything gives keys of this pattern a TTL."""
        return any(other.expires != "no" for other in self.same(use))

    def deletes(self, use: KeyUse) -> bool:
        """Whether anything deletes keys of this pattern."""
        return any("deletes" in other.actions for other in self.same(use))

    def shrinks(self, use: KeyUse) -> bool:
        """Whether anything takes members out of collections of this pattern."""
        return any(
            "trims" in other.actions or other.command in _REMOVES for other in self.same(use)
        )
