"""Operands → functions that read what stands on the right of an operator."""

from __future__ import annotations

from typing import Any

from policyengine.core.duration import add, subtract
from policyengine.core.facts import NONE
from policyengine.core.quantity import Duration
from policyengine.language.bands import band_of
from policyengine.language.environment import Env, Read, reader
from policyengine.language.tree import Anchored, Choice, Const, FieldValue, Market, Now, Operand


def operand_reader(operand: Operand) -> Read:
    """Return the function that reads an operand; None while it is unknown."""
    match operand:
        case Const(value=value):
            return _constant(value)
        case FieldValue(path=path):
            return reader(path)
        case Now():
            return lambda env, _: env.at
        case Market():
            return lambda env, _: env.market
        case Anchored(duration=duration, sign=sign, base=base):
            return _anchored(duration, sign, operand_reader(base))
        case Choice():
            return _choice(operand)


def _constant(value: Any) -> Read:
    items = value if isinstance(value, tuple) else (value,)
    if any(hasattr(item, "isoformat") for item in items):
        if isinstance(value, tuple):
            return lambda env, _: tuple(env.day(v) for v in value)
        return lambda env, _: env.day(value)
    return lambda _env, _here: value


def _anchored(duration: Duration, sign: int, base: Read) -> Read:
    move = add if sign > 0 else subtract

    def run(env: Env, here: Any) -> Any:
        start = base(env, here)
        if start is None or start is NONE:
            return start
        if isinstance(start, tuple):
            moved = tuple(move(instant, duration, zone=env.zone) for instant in start)
            return None if None in moved else moved
        return move(start, duration, zone=env.zone)

    return run


def pick(choice: Choice, at: Any) -> Operand | None:
    """Return the alternative of a choice for a told dimension: its entry, else the default, else None."""
    table = choice.table
    if choice.dimension == "size_band":
        band = band_of(at, table)
        return table[band] if band is not None else choice.default
    if at in table:
        return table[at]
    if choice.dimension == "language":
        while "-" in at:
            at = at.rpartition("-")[0]
            if at in table:
                return table[at]
    return choice.default


def _choice(choice: Choice) -> Read:
    alternatives = {id(o): operand_reader(o) for o in [choice.default, *choice.table.values()] if o is not None}
    at = dimension(choice)

    def run(env: Env, here: Any) -> Any:
        where = at(env, here)
        if where is None or where is NONE:
            return None
        operand = pick(choice, where)
        return None if operand is None else alternatives[id(operand)](env, here)

    return run


def dimension(choice: Choice) -> Read:
    """Return the function that reads what a choice depends on: the market that is judged, or a field."""
    return reader(choice.at) if choice.at is not None else lambda env, _: env.market
