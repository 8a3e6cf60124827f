"""One thing that falls due: what, whose, last, next, how late; which rows are wanted, and their order."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from policyengine.core.calendar import weekdays
from policyengine.core.digest import canonical
from policyengine.core.duration import Duration, add, needs_calendar, write_duration
from policyengine.core.instant import end_of_day, write_time
from policyengine.shapes.directory import Directory

RowKind = Literal[
    "review", "training", "audit", "policy", "assumption", "choice", "waiver",
    "approval", "obligation", "deadline", "escalation", "clock",
]  # fmt: skip
Status = Literal["never", "overdue", "due", "upcoming", "unproven"]
STATUSES: Final[tuple[Status, ...]] = ("never", "overdue", "due", "upcoming", "unproven")
LATE: Final = frozenset(["never", "overdue"])
_FIRST: Final = datetime.min.replace(tzinfo=UTC)
_LAST: Final = datetime.max.replace(tzinfo=UTC)
_MINUTE: Final = 60
_HOUR: Final = 3_600
_DAY: Final = 86_400


class Row(Struct, frozen=True, kw_only=True):
    """Something that falls due.

    `next` is a day or a time in UTC, None where nobody can say. `status`: `never` (late, or nobody knows since when,
    and it never took place), `overdue`, `due` (asked for now, and in time), `upcoming`, `unproven`. `part` tells apart
    what one policy asks of one record (a stage, a rule) or at one time (a period); with kind, policy and record it is
    what a row is known by when its date moves. `who` can act, or is late.
    """

    kind: RowKind
    policy: str
    what: str
    owner: str
    status: Status
    last: date | datetime | None = None
    next: date | datetime | None = None
    in_time_until: date | None = None
    overdue_by: str | None = None
    missing: tuple[str, ...] = ()
    who: tuple[str, ...] = ()
    record: tuple[str, str] | None = None
    part: str = ""
    because: str = ""
    file: str = ""
    line: int = 0

    @property
    def late(self) -> bool:
        """Tell whether it should have happened."""
        return self.status in LATE

    @property
    def identity(self) -> str:
        """Return what the row is known by, whatever its date: canonical JSON of kind, policy, record and part."""
        return canonical([self.kind, self.policy, *(self.record or ("", "")), self.part]).decode()

    @property
    def sort_key(self) -> tuple[object, ...]:
        """Return the documented order.

        What has no date but may be late, then by date (a day counts as its end in UTC), then what has none; in each by
        kind, policy, record and part.
        """
        undated = _LAST if self.status == "upcoming" else _FIRST
        instant = moment_of(self.next, _UTC) if self.next is not None else undated
        return (instant, self.kind, self.policy, self.record or ("", ""), self.part)

    def to_dict(self) -> dict[str, Any]:
        """Return the row as plain JSON data."""
        return {
            "kind": self.kind,
            "policy": self.policy,
            "what": self.what,
            "owner": self.owner,
            "status": self.status,
            "last": written(self.last),
            "next": written(self.next),
            "in_time_until": written(self.in_time_until),
            "overdue_by": self.overdue_by,
            "missing": list(self.missing),
            "who": list(self.who),
            "record": None if self.record is None else {"type": self.record[0], "id": self.record[1]},
            "part": self.part,
            "because": self.because,
            "source": {"file": self.file, "line": self.line} if self.file else None,
        }


class Due(Struct, frozen=True):
    """What falls due at a time, and what nobody can tell for lack of facts (as in a Decision's `undecided`).

    `clocks` are what the clocks of answers took over all cases, a summary for each.
    """

    at: datetime
    rows: tuple[Row, ...]
    undecided: tuple[dict[str, Any], ...] = ()
    clocks: tuple[dict[str, Any], ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """Return how many rows there are of each status that occurs."""
        told = [row.status for row in self.rows]
        return {status: told.count(status) for status in STATUSES if status in told}

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain JSON data."""
        return {
            "at": write_time(self.at),
            "counts": self.counts,
            "rows": [row.to_dict() for row in self.rows],
            "clocks": list(self.clocks),
            "undecided": list(self.undecided),
        }


class Wanted(Struct, frozen=True, kw_only=True):
    """Which rows are wanted: due `within` a length of time, of an `owner` (team or person), of policies by pattern."""

    within: Duration | None = None
    owner: str | None = None
    only: tuple[str, ...] = ()

    def shows(self, row: Row, directory: Directory, at: datetime, zone: ZoneInfo) -> bool:
        """Tell whether a row is wanted. What may be late is never left out for its date."""
        return self._soon(row, at, zone) and self._owned(row, directory, at)

    def owns(self, team: str, directory: Directory) -> bool:
        """Tell whether what a team answers for is wanted."""
        return self.owner is None or self.owner == team or directory.within(team, self.owner)

    def _soon(self, row: Row, at: datetime, zone: ZoneInfo) -> bool:
        limit = self.limit(at, zone)
        if limit is None or row.late:
            return True
        return row.status != "upcoming" if row.next is None else started(row.next, zone) <= limit

    def limit(self, at: datetime, zone: ZoneInfo) -> datetime | None:
        """Return the instant until which rows are wanted, or None for all. Business days are Monday to Friday."""
        if self.within is None:
            return None
        return add(at, self.within, weekdays(zone) if needs_calendar(self.within) else None, zone=zone)

    def _owned(self, row: Row, directory: Directory, at: datetime) -> bool:
        """Tell whether a row is a team's, a part of it or its people's; or a person's."""
        owner = self.owner
        if owner is None or owner in row.who or self.owns(row.owner, directory):
            return True
        return any(directory.belongs(person, owner, at) for person in row.who)


_UTC: Final = ZoneInfo("UTC")


def moment_of(when: date | datetime, zone: ZoneInfo) -> datetime:
    """Return the instant with which something is late: a time, or the end of a day in a zone."""
    return when if isinstance(when, datetime) else end_of_day(when, zone)


def started(when: date | datetime, zone: ZoneInfo) -> datetime:
    """Return a time, or the beginning of a day in a zone."""
    return when if isinstance(when, datetime) else end_of_day(when - timedelta(days=1), zone)


def written(when: date | datetime | None) -> str | None:
    """Return a day or a time as JSON says it."""
    if when is None:
        return None
    return write_time(when) if isinstance(when, datetime) else when.isoformat()


def lateness(due: datetime, at: datetime) -> str | None:
    """Return by how much something is late, in whole days, else hours, else minutes; None where it is not."""
    seconds = int((at - due).total_seconds())
    if seconds <= 0:
        return None
    unit = next((unit for unit in (_DAY, _HOUR) if seconds >= 2 * unit), _MINUTE)
    return (
        f"{seconds // _DAY}d" if unit == _DAY else write_duration(Duration(seconds=max(unit, seconds // unit * unit)))
    )
