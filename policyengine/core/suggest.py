"""«Did you mean»: the nearest known name to one that nobody knows."""

from __future__ import annotations

from collections.abc import Iterable


def distance(a: str, b: str, limit: int) -> int:
    """Return the edit distance (Damerau, adjacent transpositions) of two words, or `limit + 1` when it is larger.

    Source: the optimal string alignment recurrence, bounded by `limit` so that long names stay cheap.
    """
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            cost = min(row[j - 1] + 1, last[j] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
        before, last = last, row
    return last[-1]


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known name that `word` is most likely meant to be, or None when nothing is near.

    Names that differ only in case, `-` for `_`, or a missing parent (`followers` for `author.followers`) count as near.
    """
    names = sorted(known)
    folded = word.casefold().replace("-", "_")
    for name in names:
        if name.casefold().replace("-", "_") == folded:
            return name
    limit = max(1, min(3, len(word) // 3))
    best = min(((distance(folded, n.casefold(), limit), n) for n in names), default=(limit + 1, ""))
    if best[0] <= limit:
        return best[1]
    tails = [n for n in names if n.rpartition(".")[2].casefold() == folded.rpartition(".")[2]]
    if tails:
        return tails[0]
    near_tail = [
        n for n in names if "." in n and distance(folded.rpartition(".")[2], n.rpartition(".")[2], limit) <= limit
    ]
    return near_tail[0] if near_tail else None


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Return the help line «did you mean `x`?», or None."""
    name = nearest(word, known)
    return f"did you mean `{name}`?" if name is not None else None
