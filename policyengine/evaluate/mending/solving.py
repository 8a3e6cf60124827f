"""Edits of the numbers in a formula."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from policyengine.core.record import Field
from policyengine.evaluate.mending.edits import (
    MOST_MEMBERS,
    Asking,
    DataPath,
    Edit,
    applied,
    beyond,
    plain,
    seen_at,
    setting,
)
from policyengine.language import tree
from policyengine.language.environment import Env
from policyengine.language.tree import HERE, RECORD, Path
from policyengine.language.valuing import operand_reader


def of_formula(formula: tree.Formula, asking: Asking) -> Iterator[Edit]:
    """Yield values for the numbers in a formula: where both sides of a comparison are equal, and a unit beyond.

    A comparison is taken for linear in each number by itself; where it is not, judging again says so.
    """
    for number in _numbers(formula.expression, asking):
        yield from _solved(formula.expression, number, asking)


def _numbers(expression: tree.Expression, asking: Asking) -> Iterator[tuple[DataPath, Field]]:
    seen: set[DataPath] = set()
    for part in tree.expressions(expression):
        if isinstance(part, tree.Value) and isinstance(part.operand, tree.FieldValue):
            path = part.operand.path
            if path.field.type in {"integer", "number", "share"} and not any(s.follow for s in path.steps):
                for place in _all_places(path, asking):
                    if place not in seen:
                        seen.add(place)
                        yield place, path.field


def _all_places(path: Path, asking: Asking) -> Iterator[DataPath]:
    if path.root not in {HERE, RECORD} or any(step.field.derived for step in path.steps):
        return
    places: list[DataPath] = [asking.base if path.root == HERE else ()]
    for step in path.steps:
        spread = [(p, seen_at(asking, p)) for p in places]
        places = [
            (*at, step.name)
            for p, value in spread
            for at in ([(*p, i) for i in range(len(value))] if isinstance(value, list) else [p])
        ]
    yield from places[:MOST_MEMBERS]


def _solved(expression: tree.Expression, number: tuple[DataPath, Field], asking: Asking) -> Iterator[Edit]:
    place, field = number
    told = seen_at(asking, place) is not None
    least = field.minimum if field.minimum is not None else 0
    for left, right in _sides(expression):
        root = _root(left, right, place, asking)
        for value in () if root is None else (root, beyond(root, -1), beyond(root, 1)):
            new = Decimal(round(value)) if field.type == "integer" else round(value, 6)
            if new >= least:
                yield setting(place, plain(new, field), told=told)


def _sides(expression: tree.Expression) -> Iterator[tuple[tree.Expression, tree.Expression]]:
    """Yield what may be equal: the two sides of a comparison, and what is inside `abs` with zero."""
    for part in tree.expressions(expression):
        if isinstance(part, tree.Call) and part.name == "abs":
            yield part.arguments[0], tree.Number(0)
    for part in tree.expressions(expression):
        if isinstance(part, tree.Compare):
            yield from zip(part.items, part.items[1:], strict=False)


def _root(left: tree.Expression, right: tree.Expression, place: DataPath, asking: Asking) -> Decimal | None:
    """Return the value at which two sides are equal, by the line through two values."""
    from policyengine.language.arithmetic import compile_expression  # noqa: PLC0415 - only for formulas

    sides = [compile_expression(side, operand_reader) for side in (left, right)]

    def gap(value: Decimal) -> Decimal | None:
        facts = applied(asking.env.record, Edit(how="set", path=place, value=value))
        if facts is None:
            return None
        env = Env(facts, asking.env.kind, asking.env.at, market=asking.env.market, zone=asking.env.zone,
                  aliases=asking.env.aliases, lookup=asking.env.lookup)  # fmt: skip
        here: Any = facts
        for part in asking.base:
            here = here[part]
        a, b = (side(env, here) for side in sides)
        numeric = all(isinstance(x, int | Decimal) and not isinstance(x, bool) for x in (a, b))
        return Decimal(a) - Decimal(b) if numeric else None

    zero, one = gap(Decimal(0)), gap(Decimal(1))
    if zero is None or one is None or zero == one:
        return None
    return zero / (zero - one)
