"""What one test of a field says of another test of the same field: thresholds, sets of values, words, bounds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final

from msgspec import structs

from policyengine.core.quantity import Duration, Money
from policyengine.language.operators import is_number
from policyengine.language.tree import Bound, Choice, Const, Operand, Test, Words
from policyengine.policyset.overlaying.alike import alike

Compare = Callable[[Any, Any], bool | None]

_LEAST: Final = ("above", "at_least")
_MOST: Final = ("below", "at_most")
_UP: Final = frozenset(["after", "from"])
_DOWN: Final = frozenset(["before", "by"])
_GROWING: Final = frozenset(["in", "includes_any", "only", "contains", "starts_with", "ends_with", "mentions"])
_SHRINKING: Final = frozenset(["not_in", "includes_all"])
_AS_SET: Final = {"is": "in", "is_not": "not_in", "includes": "includes_any"}
"""Tests of one value, as tests of a set of one."""
_EXACT: Final = frozenset(["market", "platform"])
"""Dimensions of which a value has its own entry or the default."""


def test_implies(a: Test, b: Test) -> bool:
    """Tell whether it can be shown that one test is never greater than another of the same path."""
    if a.same_case != b.same_case or "exists" in {a.op, b.op}:
        return False  # alike tests were told before; `exists` is never unknown, so it is about something else
    if a.bounds or b.bounds:
        same = a.op == b.op and alike(a.operand, b.operand)
        return same and all(any(bound_implies(one, other) for one in a.bounds) for other in b.bounds)
    if not _first(a, b) or a.operand is None or b.operand is None:
        return False
    return _chosen(a, b)


def bound_implies(a: Bound, b: Bound) -> bool:
    """Tell whether a number that meets one bound meets another, also while it is only known to lie between two."""
    if a.op == b.op and alike(a.operand, b.operand):
        return True
    return isinstance(a.operand, Const) and isinstance(b.operand, Const) and _ordered(a.op, a.operand, b.op, b.operand)


def _first(a: Test, b: Test) -> bool:
    """Tell whether the second test looks at no less of the text."""
    if a.within_first == b.within_first:
        return True
    return a.op == b.op == "mentions" and a.within_first is not None and (b.within_first or 1 << 62) >= a.within_first


# Values that depend on the market, language … -----------------------------------------------------------------------


def _chosen(a: Test, b: Test) -> bool:
    """Compare each alternative with the one of the same key. Both or neither have a default: else one is unknown."""
    one, other = a.operand, b.operand
    if not isinstance(one, Choice) and not isinstance(other, Choice):
        return _constant(a, b)
    if not isinstance(one, Choice) or not isinstance(other, Choice):
        return False
    if one.dimension != other.dimension or not alike(one.at, other.at):
        return False
    if (one.default is None) != (other.default is None):
        return False
    if one.dimension not in _EXACT and one.table.keys() != other.table.keys():
        return False  # `de` also stands for `de-AT`, and bands may be cut anew
    if not _pair(a, b, one.default, other.default):
        return False
    keys = sorted({*one.table, *other.table})
    return all(_pair(a, b, one.table.get(k) or one.default, other.table.get(k) or other.default) for k in keys)


def _pair(a: Test, b: Test, one: Operand | None, other: Operand | None) -> bool:
    if one is None or other is None:
        return one is other
    changed = structs.replace(a, operand=one), structs.replace(b, operand=other)
    return (a.op == b.op and alike(one, other)) or _chosen(*changed)


# Constants ----------------------------------------------------------------------------------------------------------


def _constant(a: Test, b: Test) -> bool:
    one, other = a.operand, b.operand
    if a.op == b.op and alike(one, other):
        return True
    if not isinstance(one, Const) or not isinstance(other, Const):
        return False
    if _sets(a.op, one, b.op, other) or _instants(a.op, one, b.op, other):
        return True
    return _ages(a.op, one, b.op, other) or _ordered(a.op, one, b.op, other)


def _sets(op: str, one: Const, other_op: str, other: Const) -> bool:
    if op == "includes_all" and other_op == "includes":
        return _among((other.value,), _entries(one))
    if _AS_SET.get(op, op) != _AS_SET.get(other_op, other_op):
        return False
    if isinstance(one.value, Words) or isinstance(other.value, Words):
        return _words(one.value, other.value)
    kind = _AS_SET.get(op, op)
    if kind in _GROWING:
        return _among(_entries(one), _entries(other))
    return kind in _SHRINKING and _among(_entries(other), _entries(one))


def _entries(const: Const) -> tuple[Any, ...]:
    return const.value if isinstance(const.value, tuple) else (const.value,)


def _among(few: tuple[Any, ...], many: tuple[Any, ...]) -> bool:
    return all(any(alike(one, other) for other in many) for one in few)


def _words(one: Any, other: Any) -> bool:
    if not isinstance(one, Words) or not isinstance(other, Words):
        return False
    same = one.exceptions == other.exceptions and one.see_through == other.see_through
    return same and set(one.words) <= set(other.words)


def _instants(op: str, one: Const, other_op: str, other: Const) -> bool:
    """Compare two days or two instants; of a day and an instant the zone decides which is earlier."""
    if op != other_op or op not in _UP | _DOWN or type(one.value) is not type(other.value):
        return False
    if not isinstance(one.value, date | datetime):
        return False
    return bool(other.value <= one.value if op in _UP else other.value >= one.value)


def _ages(op: str, one: Const, other_op: str, other: Const) -> bool:
    if op != other_op or op not in {"older_than", "newer_than"}:
        return False
    shorter = at_most(other.value, one.value) if op == "older_than" else at_most(one.value, other.value)
    return shorter is True


def _ordered(op: str, one: Const, other_op: str, other: Const) -> bool:
    """Compare what two comparisons with numbers let through, as stretches between two ends."""
    first, second = _stretch(op, one.value), _stretch(other_op, other.value)
    if first is None or second is None:
        return False
    return _within(first[0], second[0], at_most) and _within(first[1], second[1], lambda x, y: at_most(y, x))


End = tuple[Any, bool] | None
"""A threshold and whether it is let through itself; None: no end."""


def _stretch(op: str, value: Any) -> tuple[End, End] | None:
    if op in _LEAST:
        return (value, op == "at_least"), None
    if op in _MOST:
        return None, (value, op == "at_most")
    if op == "is" and _is_quantity(value):
        return (value, True), (value, True)
    if op == "between" and isinstance(value, tuple):
        return (value[0], True), (value[1], True)
    return None


def _within(inner: End, outer: End, before: Compare) -> bool:
    """Tell whether an end lies inside another; `before` says that its first argument does not lie further inside."""
    if outer is None:
        # An amount in another currency, or a length without a common measure, is unknown to both alike.
        return True
    if inner is None or before(outer[0], inner[0]) is not True:
        return False
    equal = before(inner[0], outer[0]) is True
    return not equal or outer[1] or not inner[1]


def _is_quantity(value: Any) -> bool:
    return is_number(value) or isinstance(value, Money | Duration)


def at_most(one: Any, other: Any) -> bool | None:
    """Tell whether one quantity is at most another; None where they have no common measure."""
    if isinstance(one, Money) and isinstance(other, Money):
        return one.amount <= other.amount if one.currency == other.currency else None
    if isinstance(one, Duration) and isinstance(other, Duration):
        return _shorter(one, other)
    return bool(one <= other) if is_number(one) and is_number(other) else None


def _shorter(one: Duration, other: Duration) -> bool | None:
    """Compare two lengths of time of one measure: hours with hours, days with days, business days with theirs."""
    pairs = list(zip(structs.astuple(one), structs.astuple(other), strict=True))
    used = [pair for pair in pairs if any(pair)]
    return None if len(used) > 1 else all(a <= b for a, b in used)
