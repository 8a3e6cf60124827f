"""An approval policy as it is judged: stages in the order in which they open, gates, deadlines."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from policyengine.core.duration import Duration
from policyengine.language.environment import Read
from policyengine.shapes.gate import Gate
from policyengine.shapes.quorum import Need


class Deadline(Struct, frozen=True):
    """How long a stage has, in whose hours, and what happens then: `escalate` names a policy, or it expires."""

    within: Duration
    calendar: str = "always"
    warn_at: Decimal | None = None
    escalate: str | None = None
    expires: bool = False


class Stage(Struct, frozen=True, eq=False):
    """One step of the approval."""

    id: str
    need: Need
    after: tuple[str, ...] = ()
    when: Gate | None = None
    deadline: Deadline | None = None


class Maker(Struct, frozen=True, eq=False):
    """A field that names who made the record."""

    name: str
    read: Read


class Lane(Struct, frozen=True, eq=False):
    """The lane with fewer stages. `hurry` replaces how long they have, and in whose hours."""

    when: Gate
    stages: frozenset[str]
    hurry: Deadline | None = None


class Flow(Struct, frozen=True, eq=False, kw_only=True):
    """An approval policy. Of its stages, none comes before one that it waits for."""

    policy: str
    stages: tuple[Stage, ...]
    bases: tuple[str, ...] = ()
    scope: Gate | None = None
    different_people: bool = False
    makers: tuple[Maker, ...] = ()
    exempt: tuple[str, ...] = ()
    lifts: Need | None = None
    lane: Lane | None = None
