"""The nearest valid word for one that is not."""

from collections.abc import Iterable


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that `word` was probably meant to be, or None when none is near.

    Letter case, `-` and `_` count for nothing; otherwise one slip is allowed in a short word and
    one for every three letters in a longer one. Of equally near candidates the first wins.
    """
    plain = _plain(word)
    if not plain:
        return None
    best: str | None = None
    limit = max(1, len(plain) // 3) + 1
    for candidate in candidates:
        other = _plain(candidate)
        if abs(len(other) - len(plain)) >= limit:
            continue
        distance = _distance(plain, other)
        if distance < limit and distance < max(len(plain), len(other)) - (len(plain) > 1):
            best, limit = candidate, distance
            if distance == 0:
                break
    return best


def did_you_mean(word: str, candidates: Iterable[str], listed: int = 12) -> str | None:
    """A help text: the nearest word, or all of them when they are few, or None."""
    known = list(candidates)
    near = nearest(word, known)
    if near is not None:
        return f"did you mean `{near}`?"
    if 0 < len(known) <= listed:
        return "one of " + ", ".join(f"`{each}`" for each in known)
    return None


def _plain(word: str) -> str:
    return word.casefold().replace("-", "").replace("_", "").strip()


def _distance(left: str, right: str) -> int:
    """Damerau's distance (optimal string alignment): a swap of two neighbours is one slip."""
    older: list[int] = []
    above: list[int] = []
    row = list(range(len(right) + 1))
    for i, letter in enumerate(left, 1):
        older, above, row = above, row, [i] + [0] * len(right)
        for j, other in enumerate(right, 1):
            row[j] = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == right[j - 2] and left[i - 2] == other:
                row[j] = min(row[j], older[j - 2] + 1)
    return row[-1]
