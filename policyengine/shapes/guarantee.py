"""A guarantee, compiled: for which records the outcome is never lighter than its floor."""

from __future__ import annotations

from msgspec import Struct

from policyengine.core.decision import Outcome
from policyengine.core.diagnostic import Span
from policyengine.shapes.gate import Gate


class Guarantee(Struct, frozen=True, eq=False, kw_only=True):
    """An invariant about outcomes. `floor` is the lightest outcome that it allows, `markets` (none: all) where."""

    policy: str
    title: str
    floor: Outcome
    gates: tuple[Gate, ...] = ()
    exempt: Gate | None = None
    markets: tuple[str, ...] = ()
    fix: str | None = None
    span: Span | None = None
