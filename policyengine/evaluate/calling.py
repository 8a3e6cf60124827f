"""Policies that others call: an escalation that a late approval starts speaks once it is called, and from then on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import structs

from policyengine.policyset.units import Unit
from policyengine.shapes.contract import Case, Contribution


def contributions(cases: Iterable[tuple[Unit, Case]]) -> Iterator[tuple[Unit, Contribution]]:
    """Yield what the judges of all policies in force add, each with its policy.

    A policy that another one may call for this type of record is silent until that happens; called several times, it
    starts at the first.
    """
    ready = tuple(cases)
    on_call = {name for unit, _ in ready for name in unit.calls}
    called: dict[str, datetime] = {}
    for unit, case in ready:
        if unit.id in on_call:
            continue
        for judge in unit.record_judges:
            added = judge(case)
            for name, at in added.calls:
                called[name] = min(at, called.get(name, at))
            yield unit, added
    for unit, case in ready:
        if unit.id in on_call and unit.id in called:
            begun = structs.replace(case, called_at=called[unit.id])
            yield from ((unit, judge(begun)) for judge in unit.record_judges)
