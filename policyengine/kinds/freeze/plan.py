"""A freeze policy as it is judged."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from policyengine.core.decision import Place
from policyengine.core.duration import Duration
from policyengine.language.environment import Read
from policyengine.shapes.gate import Gate
from policyengine.shapes.quorum import Need

ORDER: Final = "order"
"""What conditions call the record that started the freeze: `$order`."""


class Entry(Struct, frozen=True, eq=False):
    """Something that may go out all the same, and who approves it."""

    id: str
    when: Gate
    need: Need


class Glass(Struct, frozen=True, eq=False):
    """Who may let a single record through, and for how long at most."""

    need: Need
    at_most: Duration


class Plan(Struct, frozen=True, eq=False, kw_only=True):
    """A freeze policy. `makers` read who made a record; `fields` are the order's fields that `covers` reads."""

    policy: str
    applies_to: str
    started_by: str
    declarers: Need
    lasts: Duration
    covers: Gate
    lift: Need
    scope: Gate | None = None
    allowed: tuple[Entry, ...] = ()
    glass: Glass | None = None
    asks_again: bool = False
    makers: tuple[Read, ...] = ()
    fields: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    source: Place | None = None
