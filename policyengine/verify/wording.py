"""A result in words. The lines are as the files have them: whoever prints them makes them harmless first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policyengine.verify.running import Result


def details(result: Result) -> Iterator[str]:
    """Yield the differences of a case, expected against seen, and why."""
    for difference in result.differences:
        yield f"{difference.what}"
        yield f"  expected: {difference.expected}"
        yield f"  seen:     {difference.seen}"
    if result.because:
        yield "because"
        yield from (f"  {line}" for line in result.because)


def short(result: Result) -> str:
    """Return the differences on one line."""
    return "; ".join(f"{d.what}: expected {d.expected}, seen {d.seen}" for d in result.differences)


def summary(results: Sequence[Result]) -> str:
    """Return how many cases passed and failed."""
    failed = sum(not result.passed for result in results)
    return f"{len(results) - failed} passed, {failed} failed"
