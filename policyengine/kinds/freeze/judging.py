"""A record and the orders that were supplied → which of them freeze it, and what lets it through."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from policyengine.core.facts import Facts
from policyengine.core.instant import write_time
from policyengine.kinds.freeze.catching import Catch, catch_of, in_scope
from policyengine.kinds.freeze.letting import Pass, passing
from policyengine.kinds.freeze.plan import Plan
from policyengine.kinds.freeze.standing import Standing
from policyengine.shapes.contract import Case, Contribution


def judge_record(plan: Plan, case: Case) -> Contribution:
    """Return every order that stands and covers a record: what it does, or why it does not.

    Orders that were not supplied do not exist; those that ran out or were lifted are past.
    """
    found = list(_catches(plan, case))
    passes = [(catch, passing(plan, catch, case)) for catch in found if catch.standing.refusal is None]
    void = [entry_of(plan, catch, Pass()) for catch in found if catch.standing.refusal is not None]
    return Contribution(
        frozen=(*void, *(entry_of(plan, catch, door) for catch, door in passes)),
        undecided=tuple(item for _, door in passes if not _through(door) for item in door.undecided),
    )


def is_frozen(plan: Plan, order: Facts, case: Case) -> bool:
    """Tell whether an order stops a record."""
    if not in_scope(plan, case):
        return False
    catch = catch_of(plan, order, case)
    return catch is not None and catch.standing.refusal is None and not _through(passing(plan, catch, case))


def _catches(plan: Plan, case: Case) -> Iterator[Catch]:
    if not in_scope(plan, case):
        return
    for order in case.related(plan.started_by):
        catch = catch_of(plan, order, case)
        if catch is not None:
            yield catch


def _through(door: Pass) -> bool:
    return door.exempt is not None or door.allowed is not None


def entry_of(plan: Plan, catch: Catch, door: Pass) -> dict[str, Any]:
    """Return an order as the Decision about a record lists it; only the status `frozen` holds the record."""
    standing = catch.standing
    entry: dict[str, Any] = {
        "policy": plan.policy,
        "order": str(catch.order.get("id", "")),
        "status": _status(standing, door),
        "since": time(catch.since),
        "until": time(catch.until),
        "by": standing.by,
        "why": _why(standing, door),
        "markets": list(catch.markets),
        "missing": list(catch.missing),
    }
    if door.exempt is not None:
        entry["exempt"] = {"by": door.exempt.by, "until": time(door.exempt.until)}
    if door.allowed is not None:
        entry["allowed"] = {"entry": door.allowed, "by": list(door.by)}
    if door.waits_for and not _through(door):
        entry["waits_for"] = list(door.waits_for)
    if door.ignored:
        entry["ignored"] = list(door.ignored)
    return entry


def _status(standing: Standing, door: Pass) -> str:
    if standing.refusal is not None:
        return "void"
    if door.exempt is not None:
        return "exempt"
    return "allowed" if door.allowed is not None else "frozen"


def _why(standing: Standing, door: Pass) -> str:
    """Return in words why the order does what it does."""
    if standing.refusal is not None:
        return f"the order does not freeze: `{standing.by}`, who declared it, {standing.refusal}"
    if door.exempt is not None:
        return f"`{door.exempt.by}` let it through"
    if door.allowed is not None:
        return f"it is a {door.allowed.replace('_', ' ')}, approved by {', '.join(f'`{by}`' for by in door.by)}"
    return declared(standing)


def declared(standing: Standing) -> str:
    """Return in words who declared an order."""
    if standing.by is None:
        return "the order does not say who declared it; until it does, it counts as declared"
    return f"declared by `{standing.by}`"


def time(instant: datetime | None) -> str | None:
    """Return an instant as Decisions write it."""
    return write_time(instant) if instant is not None else None
