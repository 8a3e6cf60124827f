"""What goes out in a freeze all the same: exempt by somebody who may break the glass, or allowed and approved.

Both loosen: they need a certain yes, in every market that is frozen. What does not count is listed with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from msgspec import Struct

from policyengine.core.duration import add
from policyengine.core.facts import UNTOLD, Facts
from policyengine.core.instant import write_time
from policyengine.kinds.freeze.catching import Catch, settled_at, zones_of
from policyengine.kinds.freeze.plan import ORDER, Entry, Glass, Plan
from policyengine.kinds.freeze.standing import Zones, earliest, entries, first_end, told
from policyengine.shapes.contract import Case
from policyengine.shapes.matching import filled
from policyengine.shapes.material import material
from policyengine.shapes.votes import (
    Electorate,
    Ignored,
    Vote,
    count,
    ignored,
    read_ballots,
    sorted_ignored,
)

_COMPULSORY = ("by", "reason", "until")


class Exemption(Struct, frozen=True, kw_only=True):
    """An entry of an order's `exempt` that counts, or (with `why`) does not; `over`: it did, and ran out."""

    record: str | None
    by: str | None
    until: datetime | None = None
    why: str | None = None
    over: bool = False


class Pass(Struct, frozen=True, kw_only=True):
    """What lets a record through (`exempt`, `allowed`: who), what does not count, and what is not certain."""

    exempt: Exemption | None = None
    allowed: str | None = None
    by: tuple[str, ...] = ()
    waits_for: tuple[dict[str, Any], ...] = ()
    ignored: tuple[Ignored, ...] = ()
    undecided: tuple[dict[str, Any], ...] = ()


def passing(plan: Plan, catch: Catch, case: Case) -> Pass:
    """Return what lets a record through that an order catches, and everything that was tried and does not count."""
    authors = _authors(plan, case)
    exempt, refused = _exempt(plan, catch, case, authors)
    doors = [_door(plan, entry, catch, case, authors) for entry in plan.allowed]
    open_ = next((door for door in sorted(doors, key=lambda d: d.allowed or "") if door.allowed is not None), Pass())
    return Pass(
        exempt=exempt,
        allowed=open_.allowed,
        by=open_.by,
        waits_for=tuple(wait for door in doors for wait in door.waits_for),
        ignored=sorted_ignored([*refused, *(note for door in doors for note in door.ignored)]),
        undecided=tuple(item for door in doors for item in door.undecided),
    )


def _authors(plan: Plan, case: Case) -> frozenset[str] | None:
    """Return who made the record; None where it does not tell."""
    found: set[str] = set()
    for read in plan.makers:
        value = read(case.env, case.facts)
        values = value if isinstance(value, list) else [value]
        names = {v for v in values if isinstance(v, str)}
        if not names or UNTOLD in values:
            return None
        found |= names
    return frozenset(found)


# Breaking the glass ---------------------------------------------------------------------------------------------------


def _exempt(
    plan: Plan, catch: Catch, case: Case, authors: frozenset[str] | None
) -> tuple[Exemption | None, list[Ignored]]:
    """Return the exemption of a record that lasts longest among those that count, and those that do not."""
    identity = case.raw.get("id")
    good: list[Exemption] = []
    refused: list[Ignored] = []
    for entry in entries(catch.order, "exempt"):
        if told(entry, "record") != identity:
            continue
        read = [
            exemption(plan, catch.order, entry, zones_of(catch.order, market, case.directory, case.zone), case, authors)
            for market in (env.market for env in catch.envs)
        ]
        first = min(read, key=lambda found: (found.why is None, found.until is not None, found.until, found.why))
        if first.why is not None:
            refused.append(ignored(first.by, f"the exemption does not count: {first.why}"))
        else:
            good.append(first)
    return max(good, key=lambda found: (found.until, found.by), default=None), refused


def exemption(
    plan: Plan, order: Facts, entry: Any, zones: Zones, case: Case, authors: frozenset[str] | None = frozenset()
) -> Exemption:
    """Return an entry of an order's `exempt`, with the reason why it does not count where it does not.

    One that does not say when it was given counts as given when the order began: it ends by then at the latest, and
    whoever gave it has to be entitled from then to now.
    """
    until = first_end(told(entry, "until"), zones)
    missing = [f"`{name}`" for name in _COMPULSORY if told(entry, name) is None]
    if plan.glass is None:
        why: str | None = "the policy has no `break_glass`"
    elif missing:
        why = f"it does not say {' and '.join(missing)}"
    else:
        why = _refused(plan.glass, order, entry, zones, case, authors)
    over = why is None and until is not None and case.governing >= until
    if over and until is not None:
        why = f"it ran out at {write_time(until)}"
    return Exemption(record=told(entry, "record"), by=told(entry, "by"), until=until, why=why, over=over)


def _refused(
    glass: Glass, order: Facts, entry: Any, zones: Zones, case: Case, authors: frozenset[str] | None
) -> str | None:
    """Return why an exemption that says everything does not count, or None."""
    given = told(entry, "at")
    began = earliest(told(order, "from"), zones)
    start = given or began
    until = first_end(told(entry, "until"), zones)
    if start is None or until is None:
        return "it does not say `at`"
    if start > case.at:
        return "it lies in the future"
    electorate = Electorate(need=glass.need, at=case.at, directory=case.directory, material={}, authors=authors)
    for at in (start,) if given is not None else (min(start, case.at), case.at):
        why = electorate.refusal(Vote("exempt", told(entry, "by"), "approve", at))
        if why is not None:
            return why
    limit = add(start, glass.at_most, zone=case.zone)
    if limit is not None and until > limit:
        return f"it lasts longer than the policy allows, which is until {write_time(limit)}"
    out = settled_at(case)
    return "it was given after the record went out" if out is not None and out < start else None


# The list of what is allowed ------------------------------------------------------------------------------------------


def _door(plan: Plan, entry: Entry, catch: Catch, case: Case, authors: frozenset[str] | None) -> Pass:
    """Return what one entry of `still_allowed` says about a record."""
    envs = [env.knowing(ORDER, catch.order) for env in catch.envs]
    truths = [entry.when.truth(env) for env in envs]
    if False in truths:
        return Pass()
    if None in truths:
        missing = sorted({name for env in envs for name in entry.when.missing(env)})
        return Pass(undecided=({"policy": plan.policy, "what": entry.when.says, "missing": missing},))
    return _voted(plan, entry, case, authors)


def _voted(plan: Plan, entry: Entry, case: Case, authors: frozenset[str] | None) -> Pass:
    """Return whether the people asked have approved the record as it is."""
    votes = read_ballots(case.facts, plan.policy, [e.id for e in plan.allowed], bases=plan.bases)
    electorate = Electorate(
        need=entry.need,
        at=case.at,
        directory=case.directory,
        material=material(case.kind, case.raw) if votes.votes else {},
        authors=authors,
    )
    tally = count(votes.of(entry.id), electorate)
    unsettling = votes.unsettling(entry.id)
    seated = filled([entry.need.ways(lambda need: tally.saying_yes(need, electorate))])
    if isinstance(seated, tuple) and not tally.rejecting and not unsettling:
        return Pass(allowed=entry.id, by=tuple(sorted(seated[0])), ignored=tally.ignored)
    willing = frozenset(p for leaf in entry.need.leaves() for p in tally.saying_yes(leaf, electorate))
    wait: dict[str, Any] = {
        "entry": entry.id,
        "needs": str(entry.need),
        "can_act": list(_can_act(entry, case, authors, willing)),
    }
    if tally.rejecting:
        wait["rejected_by"] = list(tally.rejecting)
    return Pass(waits_for=(wait,), ignored=sorted_ignored([*tally.ignored, *unsettling]))


def _can_act(entry: Entry, case: Case, authors: frozenset[str] | None, willing: frozenset[str]) -> Iterator[str]:
    """Yield who may still approve, sorted: nobody while the record does not say who made it."""
    if authors is None or not case.directory.known:
        return
    asked = entry.need.asked(case.at, case.directory) - authors
    acting = {case.directory.acting(person, case.at) for person in asked} - authors - willing
    yield from sorted(person for person in acting if person is not None)
