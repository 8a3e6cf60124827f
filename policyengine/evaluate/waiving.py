"""Waivers: what they waive, and what is wrong with them. `remarks` is where every front end asks for the latter.

A waiver loosens, so it needs a certain yes: records that it fits for certain, an approver who is certainly not the
author, days that it certainly covers. What it waives stays visible; what is wrong with it is a flag of its own name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from msgspec import Struct, structs

from policyengine.core.decision import Finding, Place, Settled
from policyengine.core.diagnostic import Diagnostic
from policyengine.core.facts import UNTOLD
from policyengine.core.instant import end_of_day
from policyengine.evaluate.ruling import author_of, holds_any
from policyengine.evaluate.timing import Standing, standing
from policyengine.language.environment import Env
from policyengine.language.tree import Truth
from policyengine.policyset.units import Assembly, Unit, Waiver
from policyengine.shapes.contract import Case
from policyengine.shapes.directory import Directory
from policyengine.shapes.makers import maker_of

CODES: Final = {"over_broad": "PE386", "expired": "PE387", "not_entitled": "PE388", "unneeded": "PE389"}
"""What can be wrong with a waiver, beside `overlaps`, which only a record shows; with its code for `validate`."""
RULES: Final = (*CODES, "overlaps")
_WAIVED: Final = frozenset(["fail", "unproven"])
_DAY: Final = timedelta(days=1)

Markets = frozenset[str | None]


class Remark(Struct, frozen=True):
    """Something that is wrong with a waiver: the rule under which it is found, in words, and how to mend it."""

    rule: str
    message: str
    fix: str


class Asked(Struct, frozen=True, eq=False, kw_only=True):
    """When and by whom a waiver is looked at. `author` None: the type has none, or no record is at hand."""

    at: datetime
    directory: Directory
    zone: ZoneInfo
    author: Any = None


class Waived(Struct, frozen=True):
    """The findings of a record as waivers leave them, with their own, and what stays undecided."""

    findings: tuple[Finding, ...]
    undecided: tuple[dict[str, Any], ...] = ()


# What is wrong with a waiver ------------------------------------------------------------------------------------------


def remarks(waiver: Waiver, stands: Standing, asked: Asked, *, idle: bool = False) -> tuple[Remark, ...]:
    """Return what is wrong with a waiver at a time: the one source of `validate`, `lint` and `evaluate`.

    `idle`: it was seen to change nothing. One that has not begun is silent.
    """
    if stands == "upcoming":
        return ()
    if stands == "past":
        message = f"`{waiver.id}` expired on {waiver.expires}: `{waiver.waived}` binds again"
        return (Remark("expired", message, "delete the waiver, or have a new one approved"),)
    objection = _objection(waiver, asked)
    if objection is not None:
        fix = f"have it approved by {_wanted(waiver)}"
        return (Remark("not_entitled", f"`{waiver.id}` does not count: {objection}", fix),)
    found = []
    if not waiver.narrow:
        message = (
            f"`{waiver.id}` names no records, only what they are not: it waives `{waiver.waived}` nearly everywhere"
        )
        found.append(
            Remark("over_broad", message, "name the records, for example by their campaign, or change the rule")
        )
    if idle:
        message = f"`{waiver.id}` is not needed here: it changes nothing about `{waiver.waived}`"
        found.append(Remark("unneeded", message, "delete the waiver"))
    return tuple(found)


def _objection(waiver: Waiver, asked: Asked) -> str | None:
    """Return why the approval does not count, or None where it does."""
    people = [person for person in waiver.approvers if person != asked.author]
    if not people:
        return f"{' and '.join(waiver.approvers)} wrote the record"
    directory = asked.directory
    if not directory.known:
        return None
    # The end of the day: who took up a role on the day of the approval held it then.
    when = asked.at if waiver.approved is None else end_of_day(waiver.approved, asked.zone) - timedelta(seconds=1)
    people = [person for person in people if directory.here(person, when)]
    if not people:
        return f"{' and '.join(waiver.approvers)} did not work here when it was approved"
    if waiver.entitled:
        if any(holds_any(directory, person, waiver.entitled, when) for person in people):
            return None
        return f"{' and '.join(people)} {_is_not(waiver.entitled)} when it was approved"
    if any(not directory.belongs(person, waiver.owner, when) for person in people):
        return None
    return f"{' and '.join(people)} {'is' if len(people) == 1 else 'are'} of {waiver.owner}, which owns the rule"


def _is_not(entitled: dict[str, str]) -> str:
    ((key, name),) = entitled.items()
    return {"role": f"did not hold the role {name}", "team": f"was not of {name}", "person": f"is not {name}"}[key]


def _wanted(waiver: Waiver) -> str:
    if not waiver.entitled:
        return f"somebody outside {waiver.owner}"
    ((key, name),) = waiver.entitled.items()
    return name if key == "person" else f"{'somebody of' if key == 'team' else 'a'} {name}"


def faults(assembly: Assembly, at: datetime) -> tuple[Diagnostic, ...]:
    """Return what is wrong with the waivers of a set at a time, without a record, as warnings at their places."""
    asked = Asked(at=at, directory=assembly.directory, zone=assembly.zone)
    return tuple(
        _diagnostic(waiver, remark)
        for waiver in assembly.waivers
        for remark in remarks(waiver, _stands_anywhere(waiver, assembly, at), asked)
    )


def idle(
    assembly: Assembly, waivers: Iterable[Waiver], waived: Collection[str], at: datetime
) -> tuple[Diagnostic, ...]:
    """Return a warning for each waiver in force that waived nothing over a set of records.

    `waived` are the ids of the waivers that did.
    """
    asked = Asked(at=at, directory=assembly.directory, zone=assembly.zone)
    return tuple(
        _diagnostic(waiver, remark)
        for waiver in waivers
        if waiver.id not in waived
        for remark in remarks(waiver, _stands_anywhere(waiver, assembly, at), asked, idle=True)
        if remark.rule == "unneeded"
    )


def _diagnostic(waiver: Waiver, remark: Remark) -> Diagnostic:
    return Diagnostic(CODES[remark.rule], remark.message, waiver.span, "warning", help=remark.fix)


def _stands_anywhere(waiver: Waiver, assembly: Assembly, at: datetime) -> Standing:
    """Tell how a waiver stands at a time: over when it is over in all of its markets."""
    zones = {assembly.directory.zone_of(market, assembly.zone) for market in waiver.markets} or {assembly.zone}
    found = {_standing(waiver, at, zone) for zone in zones}
    return next(s for s in ("in_force", "upcoming", "past") if s in found)


def _standing(waiver: Waiver, at: datetime, zone: ZoneInfo) -> Standing:
    if at >= end_of_day(waiver.expires, zone):
        return "past"
    return standing(waiver.starts, None, at, zone)


# What a waiver does to a record ---------------------------------------------------------------------------------------


def waive(
    findings: Iterable[Finding],
    waivers: Iterable[Waiver],
    cases: Mapping[str, tuple[Unit, Case]],
    *,
    alone: bool = True,
) -> Waived:
    """Return a record's findings as its waivers leave them, with what is wrong with these.

    `cases` are the policies, each with the record as it judges it, by id. Without `alone` the record is one of a set:
    whether a waiver is needed is told of the set.
    """
    found = tuple(findings)
    own: list[Finding] = []
    undecided: list[dict[str, Any]] = []
    for waiver in sorted(waivers, key=lambda w: w.id):
        if waiver.policy not in cases:
            continue
        unit, case = cases[waiver.policy]
        truths = {env.market: _fits(waiver, env) for env in case.envs}
        if any(truth is not False for truth in truths.values()):
            found, remarked, unknown = _Part(waiver, unit, case, truths).apply(found, alone=alone)
            own.extend(remarked)
            undecided.extend(unknown)
    return Waived((*found, *own), tuple(undecided))


def _fits(waiver: Waiver, env: Env) -> Truth:
    """Tell whether a waiver is for a record in a market."""
    within = None if env.market is None else env.market in waiver.markets
    inside: Truth = True if not waiver.markets else within
    fits = False if inside is False else waiver.records.truth(env)
    if fits is False:
        return False
    return True if inside and fits else None


class _Part:
    """One waiver and one record, and whether it is for the record in each of its markets."""

    def __init__(self, waiver: Waiver, unit: Unit, case: Case, truths: dict[str | None, Truth]) -> None:
        self._waiver = waiver
        self._unit = unit
        self._case = case
        self._asked = Asked(
            at=case.at, directory=case.directory, zone=case.zone, author=author_of(case.kind, case.facts)
        )
        self._envs = {env.market: env for env in case.envs}
        stands = {
            market: _standing(waiver, case.governing, env.zone)
            for market, env in self._envs.items()
            if truths[market] is not False
        }
        self._live = self._markets(truths, stands, yes=True, standing="in_force")
        self._past = self._markets(truths, stands, yes=True, standing="past")
        self._open = self._markets(truths, stands, yes=None, standing="in_force")

    @staticmethod
    def _markets(
        truths: dict[str | None, Truth], stands: dict[str | None, Standing], *, yes: Truth, standing: Standing
    ) -> Markets:
        return frozenset(market for market, stood in stands.items() if truths[market] is yes and stood == standing)

    def apply(
        self, findings: tuple[Finding, ...], *, alone: bool
    ) -> tuple[tuple[Finding, ...], list[Finding], list[dict[str, Any]]]:
        """Return the findings with those waived that are, the waiver's own, and what is undecided."""
        waiver = self._waiver
        if not (self._live or self._past or self._open):
            return findings, [], []
        mine = [f for f in findings if (f.policy, f.rule) == (waiver.policy, waiver.rule)]
        own = [self._finding(r, self._past) for r in remarks(waiver, "past", self._asked)] if self._past else []
        if not self._live:
            return findings, own, self._undecided(mine)
        if self._asked.author is UNTOLD and any(f.verdict in _WAIVED for f in mine):
            return (
                findings,
                own,
                [{"policy": waiver.id, "what": "approved_by", "missing": [str(maker_of(self._case.kind))]}],
            )
        unneeded = alone and self._binds() and not any(self._of(f) & self._live for f in mine)
        own += [self._finding(r, self._live) for r in remarks(waiver, "in_force", self._asked, idle=unneeded)]
        if any(remark.rule == "not_entitled" for remark in own):
            return findings, own, []
        own += self._overlaps(mine)
        parted = tuple(part for f in findings for part in (self._parted(f) if f in mine else (f,)))
        left = [f for f in parted if (f.policy, f.rule) == (waiver.policy, waiver.rule)]
        return parted, own, self._undecided(left)

    def _binds(self) -> bool:
        """Tell whether the rule is in force where the waiver counts: one that has not begun needs it later."""
        rule = next((rule for rule in self._unit.every_rule if rule.id == self._waiver.rule), None)
        spans = [(self._unit.starts, self._unit.ends), *([(rule.starts, rule.ends)] if rule is not None else [])]
        return any(
            all(standing(*span, self._case.governing, self._envs[market].zone) == "in_force" for span in spans)
            for market in self._live
        )

    def _of(self, finding: Finding) -> Markets:
        """Return the markets that a finding is about; one that names none is about all of the record's."""
        if None in self._envs and len(self._envs) > 1:
            # A market that cannot be read: the finding may be about it, too.
            return frozenset(self._envs)
        return frozenset(finding.markets) if finding.markets else frozenset(self._envs)

    def _parted(self, finding: Finding) -> tuple[Finding, ...]:
        """Return a finding, waived where the waiver is for all of its markets, else apart for those where it is."""
        about = self._of(finding)
        waived = about & self._live
        if finding.verdict not in _WAIVED or not waived or (None in about and waived != about):
            return (finding,)
        settled = structs.replace(finding, verdict="waived", outcome="allow", settled=self._settled(finding))
        if waived == about:
            return (settled,)
        return (
            structs.replace(finding, markets=_named(about - waived)),
            structs.replace(settled, markets=_named(waived)),
        )

    def _settled(self, finding: Finding) -> Settled:
        waiver = self._waiver
        return Settled(
            by=waiver.approvers,
            outcome=finding.outcome,
            at=waiver.approved.isoformat() if waiver.approved is not None else None,
            until=waiver.expires.isoformat(),
            because=waiver.because,
            waiver=waiver.id,
            ticket=waiver.ticket,
        )

    def _overlaps(self, mine: list[Finding]) -> list[Finding]:
        """Return a finding where another waiver has waived what this one is for."""
        others = sorted({f.settled.waiver for f in mine if f.settled and f.settled.waiver and self._of(f) & self._live})
        return [
            self._finding(
                Remark(
                    "overlaps",
                    f"`{self._waiver.id}` and `{other}` waive `{self._waiver.waived}` for the same record",
                    "keep one of them, or tell their records apart",
                ),
                self._live,
            )
            for other in others
        ]

    def _undecided(self, left: list[Finding]) -> list[dict[str, Any]]:
        """Return what keeps the waiver from a certain yes, where there is something that it would waive."""
        about: Markets = frozenset(m for f in left if f.verdict in _WAIVED for m in self._of(f))
        missing: set[str] = set()
        for market in about & self._open:
            env = self._envs[market]
            missing |= set(self._waiver.records.missing(env))
            if self._waiver.markets and market is None:
                missing.add(self._case.kind.dimensions.get("market", "markets"))
        return [{"policy": self._waiver.id, "what": "records", "missing": sorted(missing)}] if missing else []

    def _finding(self, remark: Remark, markets: Markets) -> Finding:
        waiver = self._waiver
        return Finding(
            policy=waiver.id,
            rule=remark.rule,
            verdict="fail",
            outcome="flag",
            severity="low",
            markets=() if markets == frozenset(self._envs) else _named(markets),
            message=remark.message,
            fix=remark.fix,
            source=Place(waiver.span.file, waiver.span.line),
        )


def _named(markets: Markets) -> tuple[str, ...]:
    return tuple(sorted(market for market in markets if market is not None))


def listed(findings: Iterable[Finding]) -> tuple[dict[str, Any], ...]:
    """Return the Decision's list of what is waived: the rule, the waiver, who approved it, why and until when."""
    return tuple(
        {
            "policy": f.policy,
            "rule": f.rule,
            "waiver": f.settled.waiver,
            "because": f.settled.because,
            "approved_by": list(f.settled.by),
            "expires": f.settled.until,
            "markets": list(f.markets),
        }
        for f in findings
        if f.verdict == "waived" and f.settled is not None
    )
