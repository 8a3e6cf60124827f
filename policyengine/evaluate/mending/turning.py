"""Edits that may turn a condition: for each of its tests, the values that would make it say yes, or no."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from policyengine.core.facts import NONE, UNTOLD
from policyengine.evaluate.mending.edits import (
    MOST_MEMBERS,
    MOST_WORDS,
    Asking,
    DataPath,
    Edit,
    adding,
    applied,
    beyond,
    place_of,
    plain,
    possible,
    removing,
    setting,
    typical,
    values_in,
)
from policyengine.evaluate.mending.solving import of_formula
from policyengine.evaluate.mending.wording import TEXT_OPERATORS, of_derived, of_text
from policyengine.language import tree
from policyengine.language.environment import reader
from policyengine.language.trace import program_of
from policyengine.language.tree import Condition, Path
from policyengine.language.valuing import operand_reader


def edits_for(condition: Condition, asking: Asking) -> Iterator[Edit]:
    """Yield edits that may make a condition say what is wanted; none for a condition that says it already."""
    if program_of(condition)(asking.env, asking.here) is asking.want:
        return
    match condition:
        case tree.Not(item=item):
            yield from edits_for(item, asking.but(not asking.want))
        case tree.Named(item=item):
            yield from edits_for(item, Asking(asking.env, asking.env.record, (), asking.want))
        case tree.All(items=items) | tree.Any_(items=items):
            for item in items:
                yield from edits_for(item, asking)
        case tree.Many():
            yield from _many(condition, asking)
        case tree.Test():
            yield from _test(condition, asking)
        case tree.Formula():
            yield from of_formula(condition, asking)
        case tree.Computed(reads=reads):
            for path in reads:
                yield from _other_values(path, asking)


def _test(test: tree.Test, asking: Asking) -> Iterator[Edit]:
    value = reader(test.path)(asking.env, asking.here)
    derived = next((step.field for step in test.path.steps if step.field.derived is not None), None)
    if derived is not None:
        yield from of_derived(test, derived, asking)
        return
    place = place_of(test.path, asking.base)
    if place is None:
        return
    told = value is not None and value is not NONE
    operand = operand_reader(test.operand)(asking.env, asking.here) if test.operand is not None else None
    if test.op == "exists":
        wanted = operand is asking.want
        yield from (typical(test.path.field, place) if wanted else [removing(place)])
    elif test.path.field.type == "list":
        yield from _listed(test, place, value, operand, asking)
    elif test.path.field.type in {"text", "url", "id"} and test.op in TEXT_OPERATORS:
        yield from of_text(test, place, value if told else None, operand, asking)
    else:
        for new in _values(test, operand, asking):
            yield setting(place, plain(new, test.path.field), told=told)


def _values(test: tree.Test, operand: Any, asking: Asking) -> Iterator[Any]:
    """Yield values for a field that has one value."""
    field, want = test.path.field, asking.want
    members = values_in(operand)
    if test.op in {"is", "in", "is_not", "not_in"}:
        if want is (test.op in {"is", "in"}):
            yield from members[:MOST_MEMBERS]
        else:
            yield from (v for v in possible(field) if v not in members)
            numbers = [m for m in members if isinstance(m, int | Decimal) and not isinstance(m, bool)]
            yield from (beyond(m, sign) for m in numbers for sign in (1, -1))
    elif members:
        yield from _ordered(test.op, operand, asking)


_UP: Final = frozenset(["above", "at_least", "after", "from", "newer_than"])


def _ordered(op: str, operand: Any, asking: Asking) -> Iterator[Any]:
    """Yield the nearest values on the side of a limit that is wanted."""
    if op == "between":
        low, high = operand
        yield from (low, high) if asking.want else (beyond(low, -1), beyond(high, 1))
        return
    if op in {"older_than", "newer_than"}:
        from policyengine.core.duration import subtract  # noqa: PLC0415 - only for ages

        operand = subtract(asking.env.at, operand, zone=asking.env.zone)
    up = (op in _UP) is asking.want
    if (op in {"at_least", "at_most", "by", "from"}) is asking.want:
        yield operand  # the limit itself belongs to the wanted side
    yield beyond(operand, 1 if up else -1)


# Lists ----------------------------------------------------------------------------------------------------------------


def _listed(test: tree.Test, place: DataPath, value: Any, operand: Any, asking: Asking) -> Iterator[Edit]:
    entries = value if isinstance(value, list) else None
    members = values_in(operand)
    item = test.path.field.item or test.path.field
    if entries is None:
        yield setting(place, [], told=False)
    if test.op in {"includes", "includes_any", "includes_all"} and asking.want:
        if test.op == "includes_all":
            lacking = [plain(m, item) for m in members if m not in (entries or ())]
            told = [plain(e, item) for e in entries or () if e is not UNTOLD]
            yield setting(place, [*told, *lacking], told=entries is not None)
        else:
            for member in members[:MOST_WORDS]:
                yield adding(place, plain(member, item))
    elif entries:
        unwanted = {"includes", "includes_any", "includes_all"} if not asking.want else {"only"}
        gone = [i for i, e in enumerate(entries) if test.op in unwanted and (e in members) is not (test.op == "only")]
        keep = [plain(e, item) for i, e in enumerate(entries) if i not in gone and e is not UNTOLD]
        yield from [setting(place, keep, told=True)] if gone else ()
    if test.op == "size" and entries:
        yield from (removing((*place, index)) for index in range(len(entries))[::-1][:MOST_WORDS])


def _many(many: tree.Many, asking: Asking) -> Iterator[Edit]:
    place = place_of(many.path, asking.base)
    entries = reader(many.path)(asking.env, asking.here)
    if place is None:
        return
    if not isinstance(entries, list):
        yield setting(place, [], told=False)
        entries = []
    for index, entry in enumerate(entries):
        if entry is UNTOLD:
            continue
        at = Asking(asking.env, entry, (*place, index), want=True)
        for condition in (many.of, many.where):
            if condition is not None:
                yield from edits_for(condition, at)
                yield from edits_for(condition, at.but(want=False))
        yield removing((*place, index))
    if len(entries) > 1:
        yield setting(place, [], told=True)
    new = _made(many, asking)
    if new is not None:
        yield adding(place, new)


def _made(many: tree.Many, asking: Asking) -> dict[str, Any] | None:
    """Return a new entry that fulfils a list's condition, as far as one edit a test leads."""
    entry: dict[str, Any] = {}
    for condition in (many.where, many.of):
        wanted = many.quantifier != "every"
        if condition is None:
            continue
        items = condition.items if isinstance(condition, tree.All) else (condition,)
        for item in items:
            edit = next(edits_for(item, Asking(asking.env, entry, (), wanted)), None)
            entry = (applied(entry, edit) or entry) if edit is not None else entry
    return entry or None


def _other_values(path: Path, asking: Asking) -> Iterator[Edit]:
    """Yield other values of a field that a kind's own test looks at."""
    place = place_of(path, asking.base)
    if place is None:
        return
    value = reader(path)(asking.env, asking.here)
    if value is None:
        yield from typical(path.field, place)
    elif path.field.type in {"boolean", "enum"}:
        yield from (setting(place, v, told=True) for v in possible(path.field) if v != value)
