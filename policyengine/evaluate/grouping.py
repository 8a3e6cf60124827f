"""Rules about several records at once: the records given, in groups, and what that means for each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from msgspec import Struct

from policyengine.core.decision import SEVERITY_OF, Finding, Place
from policyengine.core.facts import Facts, read_facts
from policyengine.core.instant import start_of_day
from policyengine.core.record import RecordType
from policyengine.evaluate.assuming import assume
from policyengine.evaluate.choosing import Register
from policyengine.evaluate.related import Finder, Records, Supplied
from policyengine.evaluate.selecting import selected
from policyengine.evaluate.timing import governing_time, standing
from policyengine.language.environment import Env
from policyengine.policyset.units import Assembly, Unit
from policyengine.shapes.grouping import GroupAnswer, GroupCase, GroupJudgement, GroupRule, Member, Uncounted
from policyengine.shapes.predicate import Rule


class GroupFinding(Struct, frozen=True, eq=False):
    """A finding about a group, and everything that goes with it."""

    finding: Finding
    ids: tuple[str, ...]
    rule: GroupRule


class Groups(Struct, frozen=True, eq=False):
    """What the rules about groups say about the records given: by type and id, and what nobody could count."""

    found: tuple[GroupFinding, ...] = ()
    by_record: dict[tuple[str, str], tuple[GroupFinding, ...]] = {}
    undecided: dict[tuple[str, str], tuple[dict[str, Any], ...]] = {}

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return one finding a group, sorted."""
        return tuple(sorted((item.finding for item in self.found), key=lambda finding: finding.sort_key))

    def uncounted(self) -> tuple[dict[str, Any], ...]:
        """Return what could be counted in no group, with the ids of the records."""
        merged: dict[tuple[str, str, str], set[str]] = {}
        for (_, identity), items in self.undecided.items():
            for item in items:
                for name in item["missing"]:
                    merged.setdefault((item["policy"], item["what"], name), set()).add(identity)
        return tuple(
            {"policy": policy, "what": what, "missing": [name], "records": sorted(ids)}
            for (policy, what, name), ids in sorted(merged.items())
        )


def has_groups(assembly: Assembly, only: tuple[str, ...] = (), record: str | None = None) -> bool:
    """Tell whether a set has rules about groups (of records of a type), among the policies asked for."""
    return any(
        unit.group_rules and selected(unit.id, only)
        for unit in assembly.units
        if record is None or (unit.record is not None and unit.record.name == record)
    )


def judge_groups(
    assembly: Assembly, records: Records, at: datetime, only: tuple[str, ...] = (), record: str | None = None
) -> Groups:
    """Return what the rules about groups say about records (of one type, where it is given) at a time in UTC.

    Every record counts once, whatever the order in which they were given.
    """
    finder = Finder(records, assembly.directory.people_at(at), Register.of(assembly, at))
    found: list[GroupFinding] = []
    undecided: dict[tuple[str, str], list[dict[str, Any]]] = {}
    prepared: dict[str, tuple[Read, ...]] = {}
    for unit in assembly.units:
        if unit.record is None or not unit.group_rules or not selected(unit.id, only):
            continue
        if record is not None and unit.record.name != record:
            continue
        kind = unit.record
        if kind.name not in prepared:
            prepared[kind.name] = tuple(_read(assembly, kind, records.by_type.get(kind.name, ()), at, finder))
        case = _case(assembly, unit, prepared[kind.name], at, finder)
        for group_rule in unit.group_rules:
            answer = _answer(group_rule, case)
            found.extend(_finding(group_rule, judgement, at) for judgement in answer.judgements)
            for item in answer.uncounted:
                for identity in item.ids:
                    undecided.setdefault((kind.name, identity), []).append(_uncounted(group_rule.rule, item))
    return Groups(
        tuple(found), _by_record(found, assembly), {key: tuple(items) for key, items in sorted(undecided.items())}
    )


class Read(Struct, frozen=True, eq=False):
    """A record as it is judged: with what the set assumes of it."""

    id: str
    facts: Facts
    governing: datetime
    happened: datetime | None
    market: str | None


def _read(
    assembly: Assembly, kind: RecordType, supplied: Iterable[Supplied], at: datetime, finder: Finder
) -> Iterator[Read]:
    assumptions = assembly.assumptions.get(kind.name, ())
    for item in supplied:
        facts = item.facts
        governing = governing_time(kind, facts, at)
        if assumptions:
            in_force = tuple(
                a for a in assumptions if standing(a.starts, a.ends, governing, assembly.zone) == "in_force"
            )
            # Scopes are judged on a copy, as for a record that is judged alone.
            base = Env(read_facts(kind, item.raw)[0], kind, at, zone=assembly.zone, lookup=finder)
            facts = assume(in_force, base, facts)[0]
        market = _market(kind, facts)
        zone = assembly.directory.zone_of(market, assembly.zone)
        yield Read(item.id, facts, governing, _happened(kind, facts, zone), market)


def _market(kind: RecordType, facts: Facts) -> str | None:
    """Return the market of a record, where it tells one and no other."""
    told: Any = facts
    for part in kind.dimensions.get("market", "markets").split("."):
        told = told.get(part) if isinstance(told, dict) else None
    if isinstance(told, list) and len(told) == 1:
        told = told[0]
    return told if isinstance(told, str) else None


def _happened(kind: RecordType, facts: Facts, zone: Any) -> datetime | None:
    told = facts.get(kind.event_time) if kind.event_time is not None else None
    if isinstance(told, datetime):
        return told
    return start_of_day(told, zone) if isinstance(told, date) else None


def _case(assembly: Assembly, unit: Unit, records: Iterable[Read], at: datetime, finder: Finder) -> GroupCase:
    kind = unit.record
    assert kind is not None  # noqa: S101 - asked for units with a type only

    def made(facts: Facts, when: datetime, market: str | None) -> Env:
        zone = assembly.directory.zone_of(market, assembly.zone)
        env = Env(facts, kind, when, market=market, zone=zone, lookup=finder)
        for binding in unit.bindings:
            env.aliases[binding.name] = finder.bind(binding, env)
        return env

    def env(facts: Facts, when: datetime) -> Env:
        return made(facts, when, _market(kind, facts))

    def member(read: Read) -> Member:
        return Member(read.id, read.facts, read.happened, lambda when: made(read.facts, when or at, read.market))

    members = tuple(
        member(read)
        for read in records
        if standing(unit.starts, unit.ends, read.governing, assembly.zone) == "in_force"
    )
    return GroupCase(policy=unit.id, at=at, when=kind.event_time or "", members=members, env=env)


def _answer(group_rule: GroupRule, case: GroupCase) -> GroupAnswer:
    return group_rule.judge(group_rule.rule, case) if case.members else GroupAnswer()


def _finding(group_rule: GroupRule, judgement: GroupJudgement, at: datetime) -> GroupFinding:
    rule = group_rule.rule
    when = {"from": judgement.first, "until": judgement.last, "period": judgement.period}
    told = {key: value for key, value in when.items() if value is not None}
    finding = Finding(
        policy=rule.policy,
        rule=rule.id,
        verdict=judgement.verdict,
        outcome=judgement.outcome,
        severity=rule.severity if judgement.verdict == "fail" else SEVERITY_OF[judgement.outcome],
        message=judgement.message,
        fix=judgement.fix,
        source=Place(rule.span.file, rule.span.line) if rule.span is not None else None,
        released_by=rule.released_by if judgement.outcome == "hold" else None,
        missing=judgement.missing,
        confidence=rule.confidence,
        group={"by": judgement.by, "records": list(judgement.ids), **told},
        actions=tuple(a.plain(at) for a in judgement.actions),
    )
    return GroupFinding(finding, judgement.ids, group_rule)


def _uncounted(rule: Rule, item: Uncounted) -> dict[str, Any]:
    return {"policy": rule.policy, "what": f"{rule.id} counts", "missing": [item.missing]}


def _by_record(found: Iterable[GroupFinding], assembly: Assembly) -> dict[tuple[str, str], tuple[GroupFinding, ...]]:
    kinds = {unit.id: unit.record.name for unit in assembly.units if unit.record is not None}
    by_record: dict[tuple[str, str], list[GroupFinding]] = {}
    for item in found:
        for identity in item.ids:
            by_record.setdefault((kinds[item.finding.policy], identity), []).append(item)
    return {key: tuple(items) for key, items in by_record.items()}


def of_record(groups: Groups, kind: str, identity: str, envs: Mapping[str, Env]) -> tuple[GroupFinding, ...]:
    """Return what the groups of a record mean for it; a rule spares what somebody has decided about already.

    `envs` are the environments of the policies that apply to it, by policy.
    """
    return tuple(
        item
        for item in groups.by_record.get((kind, identity), ())
        if item.finding.policy in envs
        and (item.rule.spares is None or item.rule.spares.truth(envs[item.finding.policy]) is not True)
    )


def with_record(records: Records, kind: RecordType, record: dict[str, Any]) -> Records:
    """Return the records with one more, or with this one in the place of that of its id."""
    identity = record.get("id")
    if not isinstance(identity, str):
        return records
    return records.plus(Records.built([Supplied(kind.name, identity, read_facts(kind, record)[0], record)]))
