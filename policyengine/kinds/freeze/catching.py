"""One order and one record: in which markets the order stops it, since when and until when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from policyengine.core.facts import Facts
from policyengine.kinds.freeze.plan import ORDER, Plan
from policyengine.kinds.freeze.standing import Standing, Zones, standing_of, told
from policyengine.language.environment import Env, reader
from policyengine.language.trace import missing_facts
from policyengine.language.tree import All, Condition, paths
from policyengine.shapes.contract import Case
from policyengine.shapes.directory import Directory, Period


class Catch(Struct, frozen=True, eq=False, kw_only=True):
    """An order that stands when a record is to go out, and covers it.

    `envs` are the environments in which it does, one a market, `markets` those of them that are told. `missing` are
    facts that are not told and count as in.
    """

    order: Facts
    standing: Standing
    envs: tuple[Env, ...]
    markets: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    missing: tuple[str, ...] = ()


def in_scope(plan: Plan, case: Case) -> bool:
    """Tell whether the policy is about a record; in one of its markets is enough, and so is a possible yes."""
    return plan.scope is None or any(plan.scope.holds(env) for env in case.envs)


def settled_at(case: Case) -> datetime | None:
    """Return when a record went out, or None while it has not."""
    found = told(case.facts, case.kind.settled) if case.kind.settled is not None else None
    return found if isinstance(found, datetime) and found <= case.at else None


def planned_at(case: Case) -> datetime | None:
    """Return when a record is to go out, where it tells."""
    planned = (told(case.facts, name) for name in case.kind.planned)
    return max((p for p in planned if isinstance(p, datetime)), default=None)


def zones_of(order: Facts, market: str | None, directory: Directory, zone: ZoneInfo) -> Zones:
    """Return where the order's bare days are days: in the market, else in all of the order's markets and the set."""
    if market is not None:
        return (directory.zone_of(market, zone),)
    markets = told(order, "markets")
    named = [m for m in markets if isinstance(m, str)] if isinstance(markets, list) else []
    zones = {directory.zone_of(m, zone).key: directory.zone_of(m, zone) for m in named}
    return tuple({**zones, zone.key: zone}.values())


def standing_in(plan: Plan, order: Facts, env: Env, case: Case) -> Standing:
    """Return when an order stands for a record in one environment."""
    return standing_of(plan, order, zones_of(order, env.market, case.directory, case.zone), case)


def catch_of(plan: Plan, order: Facts, case: Case) -> Catch | None:
    """Return how an order catches a record at the time that governs it, or None where it certainly does not."""
    found: list[tuple[Env, Standing, Period]] = []
    out = settled_at(case) is not None
    for env in case.envs:
        standing = standing_in(plan, order, env, case)
        stretch = standing.at(case.governing)
        # What went out already is stopped only where the freeze is known to have begun before.
        if stretch is not None and not (out and stretch.start is None) and covers(plan, order, env):
            found.append((env, standing, stretch))
    if not found:
        return None
    envs = tuple(env for env, _, _ in found)
    starts = [stretch.start for _, _, stretch in found]
    ends = [stretch.end for _, _, stretch in found]
    return Catch(
        order=order,
        standing=found[0][1],
        envs=envs,
        markets=tuple(sorted({env.market for env in envs if env.market is not None})),
        since=None if None in starts else min(s for s in starts if s is not None),
        until=None if None in ends else max(e for e in ends if e is not None),
        missing=_missing(plan, order, found),
    )


def covers(plan: Plan, order: Facts, env: Env) -> bool:
    """Tell whether an order is about a record: a possible yes is enough."""
    return plan.covers.holds(env.knowing(ORDER, order))


def _missing(plan: Plan, order: Facts, found: list[tuple[Env, Standing, Period]]) -> tuple[str, ...]:
    """Return what is not told of the record, and what of the order counts as in; what it leaves open is its scope."""
    asked = [env.knowing(ORDER, order) for env, _, _ in found]
    unsure = [env for env in asked if plan.covers.truth(env) is None]
    own = {name for env in unsure for name in _untold(plan.covers.condition, env)}
    return tuple(sorted(own | {f"${ORDER}.{name}" for _, standing, _ in found for name in standing.missing}))


def _untold(condition: Condition, env: Env) -> Iterator[str]:
    """Yield the facts of the record for which a condition is unknown; not where the order sets no limit itself."""
    for part in condition.items if isinstance(condition, All) else (condition,):
        limits = [reader(path)(env, env.record) for path in paths(part) if path.root == ORDER]
        if None not in limits:
            yield from missing_facts(part, env, env.record)
