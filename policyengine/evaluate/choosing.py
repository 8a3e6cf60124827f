"""The register of choices during an evaluation: what was chosen, and what is wrong with the choices that were used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from msgspec import Struct

from policyengine.core.decision import RANK, SEVERITY_OF, ApprovalState, Finding, Outcome
from policyengine.core.decision import Place as Source
from policyengine.core.facts import Facts
from policyengine.evaluate.timing import standing as in_time
from policyengine.language.scope import Choice
from policyengine.policyset.units import Assembly, Unit
from policyengine.shapes.choosing import Fault, Place, Standing, reviews_of, standing
from policyengine.shapes.contract import Case
from policyengine.shapes.directory import Directory


class Register(Struct, frozen=True, eq=False):
    """The choices of a set, the time at which they are asked for, and the directory that says who might decide."""

    choices: Mapping[str, Choice]
    at: datetime
    zone: ZoneInfo
    directory: Directory

    @staticmethod
    def of(assembly: Assembly, at: datetime) -> Register:
        """Return the register of a set at a time in UTC."""
        return Register(assembly.names.choices, at, assembly.zone, assembly.directory)

    def standing(self, choice: str, decisions: Iterable[Facts], reviews: Iterable[Facts]) -> Standing:
        """Return where a choice stands by the records that concern it."""
        place = Place(
            at=self.at, zone=self.zone, directory=self.directory, reviewed=reviews_of(choice, reviews, self.at)
        )
        return standing(self.choices[choice], decisions, place)


class Standings(Protocol):
    """Where choices stand, by the records that were supplied."""

    def standing(self, choice: str) -> Standing:
        """Return where a choice stands; the records that say so count as used."""


class Waiting(Struct, frozen=True):
    """Something that waits for facts: their names, and what it weighs meanwhile."""

    missing: tuple[str, ...]
    outcome: Outcome


def waiting(findings: Iterable[Finding], approvals: Iterable[ApprovalState]) -> tuple[Waiting, ...]:
    """Return the rules and the stages of approvals that wait for facts."""
    rules = [Waiting(f.missing, f.outcome) for f in findings if f.missing]
    stages = [Waiting(stage.missing, state.outcome) for state in approvals for stage in state.stages if stage.missing]
    return (*rules, *stages)


def findings_of_choices(
    assembly: Assembly,
    cases: Iterable[tuple[Unit, Case]],
    standings: Standings,
    waits: tuple[Waiting, ...],
) -> Iterator[Finding]:
    """Yield what is wrong with each choice on which a policy that applies relies: once, naming the rules that do.

    One that nobody can tell holds where something that holds or blocks waits for it, and flags otherwise; so does one
    that is only doubtful.
    """
    used: dict[str, set[str]] = {}
    for unit, case in cases:
        if unit.choices and _applies(unit, case):
            for choice, rules in unit.choices.items():
                used.setdefault(choice, set()).update(rules)
    for choice in sorted(used):
        found = standings.standing(choice)
        held = any(choice in w.missing and RANK[w.outcome] >= RANK["hold"] for w in waits)
        yield from _findings(choice, found, tuple(sorted(used[choice])), _source(assembly, choice), held=held)


def _applies(unit: Unit, case: Case) -> bool:
    """Tell whether a policy is in force and its scope does not certainly leave the record out, in every market."""
    if in_time(unit.starts, unit.ends, case.governing, case.env.zone) != "in_force":
        return False
    return unit.scope is None or any(unit.scope.holds(env) for env in case.envs)


def _source(assembly: Assembly, choice: str) -> Source | None:
    span = next((d.span(None, "id") for d in assembly.documents if d.body.id == choice), None)
    return Source(span.file, span.line) if span is not None else None


def _findings(
    choice: str, found: Standing, rules: tuple[str, ...], source: Source | None, *, held: bool
) -> Iterator[Finding]:
    by_rule: dict[str, list[Fault]] = {}
    for fault in found.faults:
        by_rule.setdefault(fault.rule, []).append(fault)
    for rule, faults in by_rule.items():
        void = any(fault.void for fault in faults)
        outcome: Outcome = "hold" if void and held else "flag"
        yield Finding(
            policy=choice,
            rule=rule,
            verdict="unproven" if void else "fail",
            outcome=outcome,
            severity=SEVERITY_OF[outcome],
            message="; ".join(fault.message for fault in faults),
            fix=faults[0].fix or None,
            source=source,
            missing=(choice,) if void else (),
            rules=rules,
        )
