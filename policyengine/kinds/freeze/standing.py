"""An order → when it stands: who declared it, the stretches of time in which it holds, who lifted it.

What tightens needs only a possible yes: an order that does not say by whom or since when counts as declared and begun,
a renewal that does not say when as given. What loosens needs a certain yes: a vote to lift it says by whom and when.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from policyengine.core.duration import add
from policyengine.core.facts import UNTOLD, Facts
from policyengine.core.instant import end_of_day, start_of_day
from policyengine.kinds.freeze.plan import Plan
from policyengine.shapes.contract import Case
from policyengine.shapes.directory import Period
from policyengine.shapes.matching import Exceeded, filled
from policyengine.shapes.quorum import Need
from policyengine.shapes.votes import Electorate, Ignored, Vote, ignored

Where = tuple[str, int]
"""The place of an entry of an order: the list, and its number in it."""
Zones = tuple[ZoneInfo, ...]
"""Where bare days are days: one zone, or all that come into question."""


class Standing(Struct, frozen=True, kw_only=True):
    """When an order stands. `refusal` says why it does not freeze at all: whoever declared it may not.

    `stretches` are in order and do not touch. `ignored` are renewals and votes that do not count, with the place
    where they stand. `missing` are facts of the order that are not told and count as in.
    """

    by: str | None
    refusal: str | None = None
    stretches: tuple[Period, ...] = ()
    lifted_at: datetime | None = None
    lifted_by: tuple[str, ...] = ()
    renewed_by: tuple[str, ...] = ()
    ignored: tuple[tuple[Where, Ignored], ...] = ()
    missing: tuple[str, ...] = ()

    def at(self, time: datetime) -> Period | None:
        """Return the stretch in which a time lies, or None."""
        return next((stretch for stretch in self.stretches if stretch.covers(time)), None)


def standing_of(plan: Plan, order: Facts, zones: Zones, case: Case) -> Standing:
    """Return when an order stands, as far as is known at the time of a case."""
    return _Reading(plan, order, zones, case).read()


def earliest(value: Any, zones: Zones) -> datetime | None:
    """Return the first instant that a time or a bare day may mean, or None where it is not told."""
    return _instant(value, lambda day: min(start_of_day(day, zone) for zone in zones))


def latest_end(value: Any, zones: Zones) -> datetime | None:
    """Return the latest instant at which a time or a bare day, itself included, may be over."""
    return _instant(value, lambda day: max(end_of_day(day, zone) for zone in zones))


def first_end(value: Any, zones: Zones) -> datetime | None:
    """Return the first instant at which a time or a bare day, itself included, may be over."""
    return _instant(value, lambda day: min(end_of_day(day, zone) for zone in zones))


def _instant(value: Any, of_day: Callable[[Any], datetime]) -> datetime | None:
    if value is None or value is UNTOLD:
        return None
    return value if isinstance(value, datetime) else of_day(value)


def told(entry: Any, key: str) -> Any:
    """Return a fact of an entry, or None where it is not told."""
    value = entry.get(key) if isinstance(entry, dict) else None
    return None if value is UNTOLD else value


def entries(order: Facts, key: str) -> list[Any]:
    """Return the entries of a list of an order; those that cannot be read, and a list that cannot, as `UNTOLD`."""
    value = order.get(key)
    return value if isinstance(value, list) else [UNTOLD] if value is UNTOLD else []


class _Reading:
    def __init__(self, plan: Plan, order: Facts, zones: Zones, case: Case) -> None:
        self._plan = plan
        self._order = order
        self._zones = zones
        self._case = case
        self._by = told(order, "by")
        self._begins = earliest(told(order, "from"), zones)
        if self._begins is None and order.get("from") is None:
            self._begins = told(order, "created_at")
        self._ignored: list[tuple[Where, Ignored]] = []

    def read(self) -> Standing:
        renewals = [r for i, r in enumerate(entries(self._order, "renewals")) if self._renews(i, r)]
        stretches = _merged([self._first(), *(self._renewed(r) for r in renewals)])
        lifted = self._lifted(renewals)
        return Standing(
            by=self._by,
            refusal=self._refusal(),
            stretches=stretches if lifted is None else _clipped(stretches, lifted[0]),
            lifted_at=lifted[0] if lifted is not None else None,
            lifted_by=lifted[1] if lifted is not None else (),
            renewed_by=tuple(sorted({by for r in renewals if (by := told(r, "by")) is not None})),
            ignored=tuple(self._ignored),
            missing=tuple(self._missing(renewals)),
        )

    def _missing(self, renewals: list[Any]) -> Iterator[str]:
        """Yield the facts that are not told, or cannot be meant, and count as in."""
        if self._by is None:
            yield "by"
        if self._begins is None:
            yield "from"
        if any(told(renewal, name) is None for renewal in renewals for name in ("by", "at")):
            yield "renewals"
        until = latest_end(told(self._order, "until"), self._zones)
        if until is not None and self._begins is not None and until <= self._begins:
            yield "until"

    # Declaring and renewing ---------------------------------------------------------------------------------------

    def _refusal(self) -> str | None:
        """Return why whoever declared it may not: judged when the order was made, else when it begins."""
        if self._by is None:
            return None
        at = self._case.at
        return self._may_not(self._by, told(self._order, "created_at") or min(self._begins or at, at))

    def _may_not(self, by: str, at: datetime) -> str | None:
        """Return why somebody may not declare a freeze at a time, or None. Whoever is away still may."""
        directory = self._case.directory
        if not directory.known or _electorate(self._plan.declarers, self._case).stands_for(
            by, self._plan.declarers, at
        ):
            return None
        person = directory.people.get(by)
        if person is None:
            return "is not in the directory"
        return "is not among those who may" if person.here(at) else "had left"

    def _first(self) -> Period:
        return Period(self._begins, self._end(self._order, self._begins))

    def _end(self, part: Any, start: datetime | None) -> datetime | None:
        """Return when an order or a renewal ends: when it says, but no later than it may last.

        An end that does not lie behind the beginning cannot be meant, and counts as not told.
        """
        limit = add(start, self._plan.lasts, zone=self._case.zone) if start is not None else None
        until = latest_end(told(part, "until"), self._zones)
        if until is None or (start is not None and until <= start):
            return limit
        return until if limit is None else min(until, limit)

    def _renews(self, index: int, renewal: Any) -> bool:
        """Tell whether a renewal counts: certainly not where it is somebody's who may not, or lies in the future."""
        by, at = told(renewal, "by"), told(renewal, "at")
        why = None
        if at is not None and at > self._case.at:
            why = "it lies in the future"
        elif by is not None:
            why = self._may_not(by, at or self._case.at)
        if why is not None:
            self._ignored.append((("renewals", index), ignored(by, why)))
        return why is None

    def _renewed(self, renewal: Any) -> Period:
        at = told(renewal, "at")
        return Period(at or self._begins, self._end(renewal, at))

    # Lifting ------------------------------------------------------------------------------------------------------

    def _lifted(self, renewals: list[Any]) -> tuple[datetime, tuple[str, ...]] | None:
        """Return when the votes came to be enough, and whose they are: different people, each for one seat."""
        electorate = _electorate(self._plan.lift, self._case)
        numbered = enumerate(entries(self._order, "lifted"))
        votes = [vote for index, entry in numbered if (vote := self._vote(index, entry, electorate))]
        for at in sorted({vote.at for vote in votes}):
            willing = {v.by: v.at for v in sorted(votes, key=lambda v: v.at) if v.at <= at}
            counted = {by: since for by, since in willing.items() if not _took_back(by, since, at, renewals)}
            seated = filled([self._plan.lift.ways(lambda need, c=counted: _seated(c, need, electorate))])  # type: ignore[misc]
            if seated is not None and not isinstance(seated, Exceeded):
                return at, tuple(sorted(seated[0]))
        return None

    def _vote(self, index: int, entry: Any, electorate: Electorate) -> Vote | None:
        by, at = told(entry, "by"), told(entry, "at")
        missing = [f"`{name}`" for name, value in (("by", by), ("at", at)) if value is None]
        if missing:
            self._ignored.append((("lifted", index), ignored(by, f"it does not say {' and '.join(missing)}")))
            return None
        vote = Vote("lift", by, "approve", at)
        why = "it lies in the future" if at > self._case.at else electorate.refusal(vote)
        if why is not None:
            self._ignored.append((("lifted", index), ignored(by, why)))
        return vote if why is None else None


def _electorate(need: Need, case: Case) -> Electorate:
    return Electorate(need=need, at=case.at, directory=case.directory, material={})


def _seated(votes: dict[str, datetime], need: Need, electorate: Electorate) -> frozenset[str]:
    return frozenset(by for by, at in votes.items() if electorate.stands_for(by, need, at))


def _took_back(by: str, since: datetime, at: datetime, renewals: Iterable[Any]) -> bool:
    """Tell whether somebody renewed the freeze after their vote to lift it."""
    return any(told(r, "by") == by and (when := told(r, "at")) is not None and since < when <= at for r in renewals)


# Stretches ------------------------------------------------------------------------------------------------------------


def _merged(periods: Iterable[Period]) -> tuple[Period, ...]:
    """Return the stretches of time that the periods make together; empty ones make none."""
    found: list[Period] = []
    for period in sorted(periods, key=lambda p: (p.start is not None, p.start)):
        if period.start is not None and period.end is not None and period.end <= period.start:
            continue
        last = found[-1] if found else None
        if last is None or (last.end is not None and period.start is not None and period.start > last.end):
            found.append(period)
        elif last.end is not None:
            end = None if period.end is None else max(last.end, period.end)
            found[-1] = Period(last.start, end)
    return tuple(found)


def _clipped(stretches: tuple[Period, ...], end: datetime) -> tuple[Period, ...]:
    """Return what of the stretches lies before an end."""
    before = [s for s in stretches if s.start is None or s.start < end]
    return tuple(Period(s.start, end if s.end is None else min(s.end, end)) for s in before)
