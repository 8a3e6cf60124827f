"""Samples: which records of each period are audited, and which audits did not take place.

A record is picked by its id alone: its weight is the first eight bytes of HMAC-SHA256 (key: the policy's id, message:
the record's id, both in UTF-8) as a number from 0 to 2**64 - 1. `share` picks every record whose weight is below that
share of 2**64; `at_least` adds those with the lowest weights until there are so many, or all; `always` comes on top.
So neither the order nor the number of other records decides whether `share` picks one, and everybody can recompute it.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct

from policyengine.core.cadence import Cadence
from policyengine.core.facts import Facts
from policyengine.core.record import RecordType
from policyengine.language.environment import Env, Read
from policyengine.shapes.cadence import Plan, Standing, Status, rolled
from policyengine.shapes.contract import SetCase
from policyengine.shapes.gate import Gate

_RANGE: Final = 1 << 64
_ONE: Final = timedelta(days=1)
_QUARTER: Final = 3
_HALF: Final = 6


class Sampling(Struct, frozen=True, eq=False, kw_only=True):
    """A compiled sample: records of a type, in which periods, how many, and those that are always in it."""

    of: RecordType
    time: str
    read: Read
    per: str
    periods: Cadence
    share: Decimal | None
    at_least: int
    where: Gate | None
    always: Gate | None


class Entry(Struct, frozen=True):
    """A record of a period: its id, when it happened, and whether it is always audited."""

    id: str
    at: datetime
    always: bool


class Drawn(Struct, frozen=True, kw_only=True):
    """A period: how many records it has, which are picked, and which of those nobody audited yet."""

    name: str
    start: date
    end: date
    of: int
    picked: tuple[str, ...]
    missing: tuple[str, ...]
    due: date
    late_after: date

    def status(self, today: date) -> Status:
        """Return where the period stands on a day: its audits are asked for once it is over."""
        if today < self.end:
            return "upcoming"
        if not self.missing:
            return "done"
        return "overdue" if today > self.late_after else "due"

    def standing(self, last: date | None, today: date) -> Standing:
        """Return the same of all audits together, of which the last one took place on a day."""
        status = self.status(today)
        by = (today - self.due).days if status == "overdue" else None
        return Standing("never" if by is not None and last is None else status, last, self.due, self.late_after, by)

    def to_dict(self, today: date) -> dict[str, Any]:
        """Return the period as plain data of a Decision."""
        return {
            "period": self.name,
            "of": self.of,
            "picked": list(self.picked),
            "missing": list(self.missing),
            "status": self.status(today),
            "overdue_by": f"{(today - self.due).days}d" if self.status(today) == "overdue" else None,
            "due": self.due.isoformat(),
            "in_time_until": self.late_after.isoformat(),
        }


def weight(policy: str, record: str) -> int:
    """Return the number, from 0 to 2**64 - 1, by which a policy picks a record."""
    return int.from_bytes(hmac.digest(policy.encode(), record.encode("utf-8", "replace"), "sha256")[:8], "big")


def pick(policy: str, ids: Iterable[str], share: Decimal | None, at_least: int) -> tuple[str, ...]:
    """Return which of the records of one period are picked, sorted."""
    ordered = sorted((weight(policy, identity), identity) for identity in ids)
    below = sum(Decimal(number) < share * _RANGE for number, _ in ordered) if share is not None else 0
    return tuple(sorted(identity for _, identity in ordered[: max(below, at_least)]))


def draw(
    sampling: Sampling, policy: str, plan: Plan, entries: Iterable[Entry], audits: Mapping[str, datetime]
) -> tuple[Drawn, ...]:
    """Return the periods that have records, in order. `audits` has the latest audit of each record.

    An audit counts for a record that it comes after.
    """
    periods: dict[tuple[date, date], dict[str, Entry]] = {}
    for entry in entries:
        found = sampling.periods.period_of(sampling.periods.day_of(entry.at))
        if found is not None:
            periods.setdefault((found.start, found.end), {})[entry.id] = entry
    drawn = (_drawn(sampling, policy, plan, bounds, records, audits) for bounds, records in sorted(periods.items()))
    return tuple(period for period in drawn if period is not None)


def _drawn(
    sampling: Sampling,
    policy: str,
    plan: Plan,
    bounds: tuple[date, date],
    records: Mapping[str, Entry],
    audits: Mapping[str, datetime],
) -> Drawn | None:
    due = plan.cadence.next_after(bounds[1] - _ONE)
    if due is None:
        return None
    day, late_after = rolled(plan, due)
    always = (entry.id for entry in records.values() if entry.always)
    picked = {*pick(policy, records, sampling.share, sampling.at_least), *always}
    missing = (i for i in picked if i not in audits or audits[i] < records[i].at)
    return Drawn(
        name=period_name(sampling.per, bounds[0]),
        start=bounds[0],
        end=bounds[1],
        of=len(records),
        picked=tuple(sorted(picked)),
        missing=tuple(sorted(missing)),
        due=day,
        late_after=late_after,
    )


def period_name(per: str, start: date) -> str:
    """Return what a period is called: `2026-W23`, `2026-05`, `2026-Q2`, `2026-H1`, `2026`."""
    if per == "week":
        year, week, _ = start.isocalendar()
        return f"{year}-W{week:02}"
    number = start.month - 1
    names = {
        "month": f"-{start.month:02}",
        "quarter": f"-Q{number // _QUARTER + 1}",
        "half-year": f"-H{number // _HALF + 1}",
    }
    return f"{start.year}{names.get(per, '')}"


def population(sampling: Sampling, anchor: date | None, case: SetCase) -> Iterator[Entry | tuple[str, tuple[str, ...]]]:
    """Yield the records that may be picked, and by name those that do not tell when they happened."""
    for facts in case.related(sampling.of.name):
        env = Env(facts, sampling.of, case.at, zone=case.zone, lookup=case.lookup)
        if sampling.where is not None and not sampling.where.holds(env):
            continue
        identity, when = str(facts.get("id")), _instant(sampling, env, facts)
        if when is None:
            yield f"{sampling.of.name} {identity}", (sampling.time,)
        elif when <= case.at and (anchor is None or sampling.periods.day_of(when) >= anchor):
            yield Entry(identity, when, sampling.always is not None and sampling.always.holds(env))


def _instant(sampling: Sampling, env: Env, facts: Facts) -> datetime | None:
    """Return when a record happened; of a bare day, its first instant."""
    told = env.day(sampling.read(env, facts))
    told = told[0] if isinstance(told, tuple) else told
    return told if isinstance(told, datetime) else None


def together(sampling: Sampling, plan: Plan, periods: tuple[Drawn, ...], last: date | None, at: datetime) -> Standing:
    """Return where the audits stand: the first period that is late, else the first that is asked for, else this one."""
    today = sampling.periods.day_of(at)
    each = [period.standing(last, today) for period in periods]
    for statuses in ({"overdue", "never"}, {"due"}):
        found = next((standing for standing in each if standing.status in statuses), None)
        if found is not None:
            return found
    status: Status = "done" if last is not None else "upcoming"
    period = sampling.periods.period_of(today)
    due = plan.cadence.next_after(period.end - _ONE) if period is not None else None
    return Standing(status, last) if due is None else Standing(status, last, *rolled(plan, due))
