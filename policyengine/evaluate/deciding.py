"""One record, all policies that apply → the Decision."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Literal, TypeVar

from msgspec import Struct, structs

from policyengine.core.decision import Decision, Finding, Outcome, strictest
from policyengine.core.digest import canonical, digest_of
from policyengine.core.facts import UNTOLD, Facts, Fault, clean, read_facts
from policyengine.core.instant import write_time
from policyengine.core.record import RecordType
from policyengine.evaluate.assuming import assume
from policyengine.evaluate.calling import contributions
from policyengine.evaluate.choosing import Register, findings_of_choices, waiting
from policyengine.evaluate.completeness import COMPLETE, COVERED, PROBLEMS, missing_declarations, not_covered
from policyengine.evaluate.freezing import ask_again, holding, in_order
from policyengine.evaluate.grouping import Groups, has_groups, judge_groups, of_record, with_record
from policyengine.evaluate.guaranteeing import keep
from policyengine.evaluate.judging import Judged, judge_rules
from policyengine.evaluate.overlaying import place_taken
from policyengine.evaluate.related import Finder, Records
from policyengine.evaluate.ruling import release, releasers_of
from policyengine.evaluate.selecting import named, selected
from policyengine.evaluate.stating import stated
from policyengine.evaluate.timing import governing_time, standing
from policyengine.evaluate.waiving import Waived, listed, waive
from policyengine.language.environment import Env
from policyengine.policyset.units import Assembly, Unit
from policyengine.shapes.contract import Case, Contribution
from policyengine.shapes.guarantee import Guarantee
from policyengine.shapes.material import material

Mode = Literal["binding", "simulated"]
T = TypeVar("T")


class Question(Struct, frozen=True, eq=False, kw_only=True):
    """What is asked of the evaluator. `only` are patterns of policy ids; none: all policies.

    Not `alone`: the record is one of a set, of which is told afterwards whether it needs a waiver.
    Without `remedies` nothing is looked for that mends the record's labels.
    `groups` is what the rules about several records say of all that are given (default: the record and related ones).
    `memo` keeps what a policy works out once for all records that are asked about, by the policy and a name.
    """

    at: datetime
    records: Records = Records()
    only: tuple[str, ...] = ()
    mode: Mode = "binding"
    validate: bool = True
    self_asserted: tuple[str, ...] = ()
    engine: str = ""
    data: dict[str, str] = {}
    alone: bool = True
    remedies: bool = True
    groups: Groups | None = None
    memo: dict[tuple[str, str], Any] = {}


class Judgings(Struct, frozen=True, eq=False, kw_only=True):
    """A record prepared for judging, with one case a policy."""

    kind: RecordType
    facts: Facts
    faults: tuple[Fault, ...]
    raw: dict[str, Any]
    governing: datetime
    markets: tuple[str, ...]
    finder: Finder
    assumed: tuple[dict[str, Any], ...]
    undecided: tuple[dict[str, Any], ...]
    cases: tuple[tuple[Unit, Case], ...]


def prepare(assembly: Assembly, record: Mapping[str, Any], question: Question) -> Judgings:
    """Return the record's facts, governing time, markets and one case for each policy that applies."""
    kind = assembly.types[record["type"]]
    raw = dict(record)
    facts, faults = read_facts(kind, raw)
    finder = Finder(question.records, assembly.directory.people_at(question.at), Register.of(assembly, question.at))
    governing = governing_time(kind, facts, question.at)
    at = question.at
    in_force = tuple(
        a
        for a in assembly.assumptions.get(kind.name, ())
        if standing(a.starts, a.ends, governing, assembly.zone) == "in_force"
    )
    # Scopes are judged on a copy: what they derive from the record as it is must not outlive the assumptions.
    asked = read_facts(kind, raw)[0] if in_force else facts
    base = Env(asked, kind, at, zone=assembly.zone, lookup=finder)
    facts, assumed, undecided = assume(in_force, base, facts)
    markets = _markets(kind, facts)
    cases = tuple(
        (unit, _case(unit, assembly, kind, facts, raw, question, finder, governing, markets))
        for unit in assembly.for_type(kind.name)
        if selected(unit.id, question.only)
    )
    return Judgings(
        kind=kind,
        facts=facts,
        faults=tuple(faults),
        raw=raw,
        governing=governing,
        markets=markets,
        finder=finder,
        assumed=assumed,
        undecided=undecided,
        cases=ask_again(place_taken(cases, governing)),
    )


def _markets(kind: RecordType, facts: Facts) -> tuple[str, ...]:
    """Return the markets that a record tells, in the field that its schema names for them (a list, or one)."""
    told = _market_field(kind, facts)
    if isinstance(told, str):
        return (told,)
    return tuple(sorted({m for m in told if isinstance(m, str)})) if isinstance(told, list) else ()


def _some_untold(kind: RecordType, facts: Facts) -> bool:
    """Tell whether one of the markets cannot be read: what depends on the market stays unproven for it."""
    told = _market_field(kind, facts)
    return isinstance(told, list) and UNTOLD in told


def _market_field(kind: RecordType, facts: Facts) -> Any:
    told: Any = facts
    for part in kind.dimensions.get("market", "markets").split("."):
        told = told.get(part) if isinstance(told, dict) else None
    return told


def _case(
    unit: Unit,
    assembly: Assembly,
    kind: RecordType,
    facts: Facts,
    raw: dict[str, Any],
    question: Question,
    finder: Finder,
    governing: datetime,
    markets: tuple[str, ...],
) -> Case:
    aliases: dict[str, Any] = {}

    def env(market: str | None) -> Env:
        zone = assembly.directory.zone_of(market, assembly.zone)
        return Env(facts, kind, question.at, market=market, zone=zone, aliases=aliases, lookup=finder)

    single = env(None)
    for binding in unit.bindings:
        aliases[binding.name] = finder.bind(binding, single)
    return Case(
        policy=unit.id,
        env=single,
        envs=(*(env(m) for m in markets), *([single] if not markets or _some_untold(kind, facts) else [])),
        raw=raw,
        facts=facts,
        kind=kind,
        at=question.at,
        governing=governing,
        markets=markets,
        directory=assembly.directory,
        zone=assembly.zone,
        related=finder.of_type,
        others=partial(_others, assembly, unit, question, finder),
        once=partial(_once, question.memo, unit.id),
    )


def _once(memo: dict[tuple[str, str], Any], policy: str, name: str, make: Callable[[], T], /) -> T:
    """Return what a policy worked out under a name, or work it out."""
    if (policy, name) not in memo:
        memo[policy, name] = make()
    found: T = memo[policy, name]
    return found


def _others(assembly: Assembly, unit: Unit, question: Question, finder: Finder, kind: str) -> Iterator[Case]:
    """Return the cases of a policy about each supplied record of another type; all of them count as used."""
    alone = structs.replace(question, only=(unit.id,))
    return (case for item in finder.supplied(kind) for _, case in prepare(assembly, item.raw, alone).cases)


def decide(assembly: Assembly, record: Mapping[str, Any], question: Question) -> Decision:
    """Return the Decision about a record. KeyError for a type that nobody knows."""
    ready = prepare(assembly, record, question)
    judged = [judge_rules(unit, case) for unit, case in ready.cases]
    in_force = (
        (unit, case)
        for unit, case in ready.cases
        if standing(unit.starts, unit.ends, ready.governing, case.env.zone) == "in_force"
    )
    added = [contribution for _, contribution in contributions(in_force)]
    added.append(_grouped(assembly, ready, question))
    settled = _all_findings(assembly, ready, question, judged, added)
    weights = tuple(_weights(settled.findings, added, ready, question))
    kept = keep(_guarantees(ready), strictest(w.outcome for w in weights), _by_market(weights, ready.markets))
    weights += tuple(_weigh(kept.findings))
    remedies, findings = _mended(assembly, ready, question, (*settled.findings, *kept.findings))
    findings = tuple(sorted(findings, key=lambda f: f.sort_key))
    outcome = strictest(w.outcome for w in weights)
    return Decision(
        record={"type": ready.kind.name, "id": clean(str(record.get("id", ""))), "digest": digest_of(ready.raw)},
        at=write_time(question.at),
        governing_time=write_time(ready.governing),
        mode=question.mode,
        outcome=outcome,
        decided_by=tuple(sorted({w.name for w in weights if w.outcome == outcome and outcome != "allow"})),
        by_market=_by_market(weights, ready.markets),
        counts=_counts(judged),
        missing=_missing(findings),
        assumed=ready.assumed,
        self_asserted=tuple(sorted({*question.self_asserted, *(n for a in added for n in a.self_asserted)})),
        problems=tuple(fault.to_dict() for fault in ready.faults) if question.validate else (),
        upcoming=unite(item for j in judged for item in j.upcoming),
        policies={
            "revision": assembly.revision,
            "digest": assembly.digest,
            "engine": question.engine,
            "data": question.data,
        },
        findings=findings,
        remedies=remedies,
        approvals=tuple(sorted((a for c in added for a in c.approvals), key=lambda a: a.policy)),
        obligations=unite([*(o for j in judged for o in j.obligations), *(o for c in added for o in c.obligations)]),
        actions=unite([*_actions(findings), *(a for c in added for a in c.actions)]),
        deadlines=unite(d for c in added for d in c.deadlines),
        escalations=unite(e for c in added for e in c.escalations),
        reviews=unite(r for c in added for r in c.reviews),
        clocks=unite(k for c in added for k in c.clocks),
        frozen=in_order(unite(f for c in added for f in c.frozen)),
        waived=unite(listed(findings)),
        undecided=unite(
            [
                *ready.undecided,
                *settled.undecided,
                *kept.undecided,
                *(u for j in judged for u in j.undecided),
                *(u for c in added for u in c.undecided),
            ]
        ),
        statements=stated(ready.cases, findings, (s for c in added for s in c.statements), question.at),
        used=ready.finder.used(),
    )


def _mended(
    assembly: Assembly, ready: Judgings, question: Question, findings: tuple[Finding, ...]
) -> tuple[tuple[dict[str, Any], ...], tuple[Finding, ...]]:
    """Return what mends the record's labels, and the findings with it as their fix."""
    if not question.remedies or not any(f.outcome != "allow" and f.policy.startswith("disclosure.") for f in findings):
        return (), findings
    from policyengine.evaluate.remedying import mend  # noqa: PLC0415 - few records lack a label

    return mend(assembly, ready, question, findings)


def _grouped(assembly: Assembly, ready: Judgings, question: Question) -> Contribution:
    """Return what the rules about several records say of this one, among the related records of its type."""
    if not has_groups(assembly, question.only, ready.kind.name):
        return Contribution()
    groups = question.groups
    if groups is None:
        records = with_record(question.records, ready.kind, ready.raw)
        groups = judge_groups(assembly, records, question.at, question.only, ready.kind.name)
    key = (ready.kind.name, str(ready.raw.get("id", "")))
    envs = {unit.id: case.env for unit, case in ready.cases if case.envs}
    found = of_record(groups, *key, envs)
    return Contribution(
        findings=tuple(item.finding for item in found),
        undecided=groups.undecided.get(key, ()),
    )


def _all_findings(
    assembly: Assembly, ready: Judgings, question: Question, judged: list[Judged], added: list[Contribution]
) -> Waived:
    """Return what was found and settled: first by waivers, then by rulings, then what a record must tell."""
    settled = waive(
        [*(f for j in judged for f in j.findings), *(f for c in added for f in c.findings)],
        [w for w in assembly.waivers if selected(w.id, question.only)],
        {unit.id: (unit, case) for unit, case in ready.cases},
        alone=question.alone,
    )
    found = list(_released(settled.findings, assembly, ready, question))
    waits = waiting(found, (a for c in added for a in c.approvals))
    found.extend(findings_of_choices(assembly, ready.cases, ready.finder, waits))
    if not question.only or named(COMPLETE, question.only):
        found.extend(missing_declarations(ready.kind, ready.facts, found))
    if (not question.only or named(COVERED, question.only)) and not assembly.for_type(ready.kind.name):
        found.append(not_covered(ready.kind))
    return Waived(tuple(found), settled.undecided)


def _released(
    found: tuple[Finding, ...], assembly: Assembly, ready: Judgings, question: Question
) -> tuple[Finding, ...]:
    if not ready.facts.get("rulings"):
        return found
    now = material(ready.kind, ready.raw)
    who = releasers_of(tuple(unit for unit, _ in ready.cases))
    markets = (*ready.markets, *([] if ready.markets and not _some_untold(ready.kind, ready.facts) else [None]))
    zones = {assembly.directory.zone_of(market, assembly.zone) for market in markets}
    return release(found, ready.kind, ready.facts, now, who, assembly.directory, question.at, zones)


def _guarantees(ready: Judgings) -> Iterator[tuple[Guarantee, Case]]:
    for unit, case in ready.cases:
        in_force = standing(unit.starts, unit.ends, ready.governing, case.env.zone) == "in_force"
        if unit.guarantee is not None and in_force:
            yield unit.guarantee, case


def _actions(findings: Iterable[Finding]) -> Iterator[dict[str, Any]]:
    """Yield what is to be done; nothing for what somebody waived or released."""
    return (action for finding in findings if finding.settled is None for action in finding.actions)


class Weight(Struct, frozen=True):
    """Something that weighs on the outcome: what it is called, how much, and for which markets (none: all)."""

    name: str
    outcome: Outcome
    markets: tuple[str, ...] = ()


def _weights(
    findings: tuple[Finding, ...], added: list[Contribution], ready: Judgings, question: Question
) -> Iterator[Weight]:
    yield from _weigh(findings)
    yield from (Weight(a.policy, a.outcome) for c in added for a in c.approvals)
    yield from (Weight(str(f["policy"]), "hold", tuple(f.get("markets", ()))) for c in added for f in holding(c.frozen))
    if question.validate and any(fault.code != "PE401" for fault in ready.faults):
        # An ill-typed value is not told and holds at least; an unknown field weighs nothing by itself.
        yield Weight(PROBLEMS, "hold")


def _weigh(findings: Iterable[Finding]) -> Iterator[Weight]:
    return (Weight(f.name, f.outcome, f.markets) for f in findings)


def _by_market(weights: Iterable[Weight], markets: tuple[str, ...]) -> dict[str, Outcome]:
    every = tuple(weights)
    return {m: strictest(w.outcome for w in every if not w.markets or m in w.markets) for m in markets}


def _counts(judged: list[Judged]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for item in judged:
        for verdict in item.quiet.values():
            counts[verdict] = counts.get(verdict, 0) + 1
    return dict(sorted(counts.items()))


def _missing(findings: tuple[Finding, ...]) -> tuple[dict[str, Any], ...]:
    waiting: dict[str, set[str]] = {}
    for finding in (f for f in findings if f.settled is None):
        for name in finding.missing:
            waiting.setdefault(name, set()).add(finding.name)
    return tuple({"field": name, "rules": sorted(rules)} for name, rules in sorted(waiting.items()))


def unite(items: Iterable[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    """Return the items, each once, sorted by their canonical JSON."""
    unique = {canonical(item): item for item in items}
    return tuple(unique[key] for key in sorted(unique))
