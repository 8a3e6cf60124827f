"""A test as people say it: `author.followers is at least 10000`."""

from __future__ import annotations

from typing import Final

from policyengine.language.tree import Bound, Test

_SAID: Final = {
    "is": "is", "is_not": "is not", "in": "is one of", "not_in": "is none of", "above": "is above",
    "at_least": "is at least", "below": "is below", "at_most": "is at most", "between": "is between",
    "before": "is before", "after": "is after", "by": "is by", "from": "is from", "older_than": "is older than",
    "newer_than": "is newer than", "contains": "contains", "starts_with": "starts with", "ends_with": "ends with",
    "matches": "matches", "mentions": "mentions", "length": "has a length of", "occurrences": "has as often",
    "includes": "includes", "includes_any": "includes one of", "includes_all": "includes all of",
    "only": "has only", "size": "has a size of", "same": "has the same", "rising": "is rising in",
}  # fmt: skip


def text_of(test: Test) -> str:
    """Return a test as people say it: `author.followers is at least 10000`."""
    if test.op == "exists":
        wanted = getattr(test.operand, "value", True)
        return f"{test.path.text} is {'told' if wanted else 'not told'}"
    words = [test.path.text, _SAID[test.op]]
    if test.operand is not None:
        words.append(test.operand.text)
    if test.bounds:
        words.append(bounds_text(test.bounds))
    if test.names:
        words.append(", ".join(test.names))
    if test.within_first is not None:
        words.append(f"within the first {test.within_first} characters")
    return " ".join(words)


def bounds_text(bounds: tuple[Bound, ...]) -> str:
    """Return comparisons of a number as people say them."""
    return " and ".join(f"{b.op.replace('_', ' ')} {b.operand.text}" for b in bounds)
