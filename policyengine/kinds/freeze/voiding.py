"""What becomes of approvals already given: a freeze that asks again makes void what was given before it ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from policyengine.kinds.freeze.catching import covers, in_scope, settled_at, standing_in
from policyengine.kinds.freeze.plan import Plan
from policyengine.shapes.contract import Case


def votes_void_until(plan: Plan, case: Case) -> datetime | None:
    """Return when the last freeze ended that covered a record and was over before it went out, or None.

    An exemption does not matter here: what happened in a crisis is looked at again whoever it was let through by.
    """
    return max(_ended(plan, case), default=None) if in_scope(plan, case) else None


def _ended(plan: Plan, case: Case) -> Iterator[datetime]:
    before = settled_at(case) or case.at
    for order in case.related(plan.started_by):
        for env in case.envs:
            standing = standing_in(plan, order, env, case)
            ends = [s.end for s in standing.stretches if s.end is not None and s.end <= before]
            if ends and standing.refusal is None and covers(plan, order, env):
                yield max(ends)
