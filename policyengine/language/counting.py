"""Quantifiers: from the truth of each entry to an answer, or to the interval in which a count or a share lies.

A judged entry is a pair: whether it is looked at (`where`), and whether it fulfils the condition.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from policyengine.language.arithmetic import CONTEXT
from policyengine.language.tree import Truth

Interval = tuple[Any, Any]
Judged = list[tuple[Truth, Truth]]


def within(op: str, interval: Interval, wanted: Any) -> Truth:
    """Compare an interval (upper end None: open) with a number: unknown only if the answer differs inside it."""
    low, high = interval
    if op == "between":
        left, right = within("at_least", interval, wanted[0]), within("at_most", interval, wanted[1])
        return False if left is False or right is False else None if None in {left, right} else True
    if op == "is":
        if high is not None and low == high:
            return bool(low == wanted)
        return None if low <= wanted and (high is None or wanted <= high) else False
    if op in {"above", "at_least"}:
        reached = low > wanted if op == "above" else low >= wanted
        possible = high is None or (high > wanted if op == "above" else high >= wanted)
    else:
        reached = high is not None and (high < wanted if op == "below" else high <= wanted)
        possible = low < wanted if op == "below" else low <= wanted
    return True if reached else None if possible else False


def _some(judged: Judged) -> Truth:
    both = [_and(w, o) for w, o in judged]
    return True if True in both else None if None in both else False


def _and(a: Truth, b: Truth) -> Truth:
    if a is False or b is False:
        return False
    return None if a is None or b is None else True


def _every(judged: Judged) -> Truth:
    broken = _some([(w, None if o is None else not o) for w, o in judged])
    return None if broken is None else not broken


def _none(judged: Judged) -> Truth:
    found = _some(judged)
    return None if found is None else not found


def count_interval(judged: Judged, *, more: bool) -> Interval:
    """Return the least and greatest count of entries that are looked at and fulfil the condition."""
    sure = sum(w is True and o is True for w, o in judged)
    return sure, None if more else sum(w is not False and o is not False for w, o in judged)


def share_interval(judged: Judged, *, more: bool) -> Interval:
    """Return the least and greatest share (0 of no entries), over all that unknown entries may turn out to be."""
    if more:
        return Decimal(0), Decimal(1)
    looked = [o for w, o in judged if w is True]
    maybe = [o for w, o in judged if w is None]
    yes, no, open_ = looked.count(True), looked.count(False), looked.count(None)
    low_of = yes + no + open_ + sum(o is not True for o in maybe)
    high_yes = yes + open_ + sum(o is not False for o in maybe)
    low = CONTEXT.divide(Decimal(yes), Decimal(low_of)) if low_of else Decimal(0)
    high = CONTEXT.divide(Decimal(high_yes), Decimal(high_yes + no)) if high_yes + no else Decimal(0)
    return low, high


QUANTIFIERS: Final[dict[str, Callable[[Judged, bool], Truth | Interval]]] = {
    "some": lambda judged, _: _some(judged),
    "every": lambda judged, _: _every(judged),
    "none": lambda judged, _: _none(judged),
    "count": lambda judged, more: count_interval(judged, more=more),
    "share": lambda judged, more: share_interval(judged, more=more),
}
