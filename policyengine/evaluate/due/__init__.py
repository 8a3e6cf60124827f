"""Everything that falls due in a set of policies, from records and a time: one pure function for every front end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from policyengine.evaluate.due.dates import choices, upkeep, waivers
from policyengine.evaluate.due.of_records import of_records
from policyengine.evaluate.due.reviews import reviews
from policyengine.evaluate.due.row import STATUSES, Due, Row, Wanted
from policyengine.evaluate.of_set import judge_set
from policyengine.evaluate.related import Records, Supplied
from policyengine.evaluate.selecting import selected
from policyengine.policyset.units import Assembly

__all__ = ["STATUSES", "Due", "Row", "Wanted", "due"]


def due(
    assembly: Assembly,
    records: Records,
    at: datetime,
    wanted: Wanted | None = None,
    *,
    further: Iterable[Supplied] = (),
) -> Due:
    """Return what falls due at a time in UTC, in the order of `Row.sort_key`.

    Reviews, trainings and audits, the review dates of policies and choices, waivers that expire, and the approvals,
    obligations, deadlines, escalations and clocks of the records that have a time. `wanted` narrows the rows;
    `further` are records whose deadlines count beside those in `records`; they win over those of their type and id.
    """
    wanted = wanted or Wanted()
    known = records.plus(Records.built(further))
    judged = judge_set(assembly, known, at, wanted.only)
    rows = (
        *reviews(assembly, judged),
        *(row for row in upkeep(assembly, known, at) if selected(row.policy, wanted.only)),
        *(row for row in choices(assembly, known, at) if selected(row.policy, wanted.only)),
        *(row for row in waivers(assembly, at) if selected(row.policy, wanted.only)),
        *of_records(assembly, known, at, wanted.only),
    )
    shown = [row for row in rows if wanted.shows(row, assembly.directory, at, assembly.zone)]
    # A case may take one path by two routes: of what is asked of it twice, the earlier counts.
    latest_first = sorted(shown, key=lambda row: row.sort_key, reverse=True)
    once = {row.identity: row for row in latest_first}
    owners = {unit.id: unit.owner for unit in assembly.units}
    clocks = tuple(c for c in judged.clocks if wanted.owns(owners[str(c["policy"])], assembly.directory))
    return Due(at, tuple(sorted(once.values(), key=lambda row: row.sort_key)), judged.undecided, clocks)
