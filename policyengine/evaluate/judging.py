"""Rules over markets: which rules speak, for which markets, and the findings that come of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from policyengine.core.decision import FOUND, SEVERITY_OF, Finding, Place
from policyengine.core.instant import write_time
from policyengine.evaluate.timing import standing
from policyengine.language.environment import Env
from policyengine.policyset.units import Unit
from policyengine.shapes.contract import Case
from policyengine.shapes.predicate import Judgement, Rule, judge


class Judged(Struct, frozen=True, eq=False):
    """What the rules of a policy say: findings, plain verdicts by rule, obligations, what stays undecided."""

    findings: tuple[Finding, ...]
    quiet: dict[str, str]
    obligations: tuple[dict[str, Any], ...]
    undecided: tuple[dict[str, Any], ...]
    upcoming: tuple[dict[str, Any], ...]


def judge_rules(unit: Unit, case: Case) -> Judged:
    """Return what the rules of one policy say about a record."""
    findings: list[Finding] = []
    quiet: dict[str, str] = {}
    obligations: list[dict[str, Any]] = []
    undecided: list[dict[str, Any]] = []
    upcoming: list[dict[str, Any]] = []
    for rule in unit.rules:
        envs = environments(rule, case)
        if not envs:
            quiet[rule.id] = "not_applicable"
            continue
        now, later = _judgements(unit, rule, case, envs)
        found = _findings(rule, now, case.at)
        findings.extend(found)
        if not found:
            passed = any(j.verdict == "pass" for j in now)
            quiet[rule.id] = "pass" if passed else "not_applicable"
        for judgement in now:
            if judgement.verdict == "due" and judgement.due_at is not None:
                obligations.append(_obligation(rule, judgement))
            if judgement.undecided:
                undecided.append(
                    {"policy": rule.policy, "what": f"{rule.id} except", "missing": list(judgement.undecided)}
                )
        if later:
            upcoming.extend(_upcoming(unit, rule, later, case.at))
    return Judged(tuple(findings), quiet, tuple(obligations), tuple(undecided), tuple(upcoming))


def _judgements(unit: Unit, rule: Rule, case: Case, envs: Sequence[Env]) -> tuple[list[Judgement], list[Judgement]]:
    """Return a rule's judgements that bind now, and those of rules that begin later."""
    now: list[Judgement] = []
    later: list[Judgement] = []
    for env in envs:
        standings = {
            standing(unit.starts, unit.ends, case.governing, env.zone),
            standing(rule.starts, rule.ends, case.governing, env.zone),
        }
        if "past" in standings:
            continue
        (later if "upcoming" in standings else now).extend(judge(rule, env))
    return now, later


def environments(rule: Rule, case: Case) -> Sequence[Env]:
    """Return the environments in which a rule is judged: one for each market that it is about, else one.

    There is none where an overlay speaks in the policy's place; where one does in some markets, it is about the others.
    """
    if not case.envs:
        return ()
    if rule.jurisdictions:
        return [env for env in case.envs if env.market is None or env.market in rule.jurisdictions]
    return case.envs if rule.by_market or case.taken_by or _zoned(rule, case) else [case.env]


def _zoned(rule: Rule, case: Case) -> bool:
    """Tell whether the rule is about days, and a market's days do not begin when the set's do."""
    return rule.by_zone and any(env.zone.key != case.env.zone.key for env in case.envs)


def _findings(rule: Rule, judgements: list[Judgement], at: datetime) -> list[Finding]:
    """Return one finding for each place, verdict and message, with all markets in which it stands."""
    groups: dict[tuple[Any, ...], list[Judgement]] = {}
    for judgement in judgements:
        if judgement.verdict in FOUND:
            key = (judgement.verdict, judgement.path, judgement.outcome, judgement.message, judgement.due_at)
            groups.setdefault(key, []).append(judgement)
    return [_finding(rule, group, at) for group in groups.values()]


def _finding(rule: Rule, group: list[Judgement], at: datetime) -> Finding:
    first = group[0]
    rule = first.rule  # one below it where that is what spoke
    markets = tuple(sorted({j.market for j in group if j.market is not None}))
    return Finding(
        policy=rule.policy,
        rule=rule.id,
        verdict=first.verdict,
        outcome=first.outcome,
        severity=rule.severity if rule.weigh is None else SEVERITY_OF[first.outcome],
        markets=markets,
        message=first.message,
        fix=first.fix,
        field=first.field,
        source=Place(rule.span.file, rule.span.line) if rule.span is not None else None,
        released_by=rule.released_by if first.outcome == "hold" else None,
        due_at=write_time(first.due_at) if first.due_at is not None else None,
        missing=tuple(sorted({name for j in group for name in j.missing})),
        confidence=rule.confidence,
        path=first.path,
        within=first.within,
        mentions=first.mentions,
        actions=tuple(a.plain(at) for a in sorted({a for j in group for a in j.actions})),
    )


def _obligation(rule: Rule, judgement: Judgement) -> dict[str, Any]:
    assert judgement.due_at is not None  # noqa: S101 - asked for judgements with a time only
    return {"policy": rule.policy, "rule": rule.id, "what": judgement.message, "due_at": write_time(judgement.due_at)}


def _upcoming(unit: Unit, rule: Rule, later: list[Judgement], at: datetime) -> Iterator[dict[str, Any]]:
    starts = max((d for d in (unit.starts, rule.starts) if d is not None), default=None)
    for finding in _findings(rule, later, at):
        if starts is not None:
            yield {
                "policy": rule.policy,
                "rule": rule.id,
                "from": starts.isoformat(),
                "outcome": finding.outcome,
                "verdict": finding.verdict,
                "markets": list(finding.markets),
                "message": finding.message,
            }
