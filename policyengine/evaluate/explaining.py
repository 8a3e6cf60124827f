"""Why a Decision is what it is: the tests of each rule with the values that they saw, on demand.

An explanation judges the record once more, with the same set, records and time, so that a Decision need not carry it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct, structs

from policyengine.core.decision import RANK, Decision, Finding, Mention, Outcome, Place, Settled, Verdict
from policyengine.core.digest import canonical
from policyengine.core.facts import dotted
from policyengine.evaluate.deciding import Judgings, Question, decide, prepare
from policyengine.evaluate.judging import environments
from policyengine.evaluate.mending.edits import Change
from policyengine.kinds.disclosure.sighted import Sighted
from policyengine.language.environment import Env, EvaluationError
from policyengine.language.trace import Trace, decisive, trace
from policyengine.language.tree import Condition
from policyengine.policyset.units import Assembly, Unit
from policyengine.shapes.contract import Case
from policyengine.shapes.predicate import MOST_MENTIONS, Judgement, Rule, entries_of, judge_entry

_SCOPE = "$is.only_for"
"""The name under which a policy's scope stands in a rule's guard."""
_WORDS = {True: "yes", False: "no", None: "unknown"}


class Why(Struct, frozen=True, kw_only=True):
    """A test, or several that belong together: what it asks, its truth, the value seen, whether it decided.

    `mentions` are the terms that a test for words found there, each with the disguises that were seen through.
    """

    truth: str
    form: str
    text: str
    seen: str = ""
    field: str | None = None
    missing: tuple[str, ...] = ()
    mentions: tuple[Mention, ...] = ()
    decided: bool = False
    source: Place | None = None
    children: tuple[Why, ...] = ()


class Part(Struct, frozen=True, kw_only=True):
    """A condition of a rule: its scope and `when`, what it requires, what it exempts or protects."""

    part: str
    why: Why


class Judged(Struct, frozen=True, kw_only=True):
    """A rule judged once: for a market, and for an entry of a list where it says `for_each`."""

    verdict: Verdict
    outcome: Outcome
    market: str | None = None
    entry: str | None = None
    message: str = ""
    missing: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()


class Source(Struct, frozen=True):
    """Where a rule comes from."""

    title: str
    url: str | None = None


class Edited(Struct, frozen=True):
    """Who last changed a line: a name, a day, a revision and what they said."""

    by: str
    on: str
    revision: str
    subject: str = ""


class RuleExplained(Struct, frozen=True, kw_only=True):
    """A rule and what it says of the record. `judged` is empty for what a kind finds without a rule.

    An overlay's rule tells which policy it `extends`, one of a base which overlays speak in its place, in all markets
    or (where something was `judged`) in some.
    """

    name: str
    title: str
    verdicts: tuple[Verdict, ...]
    outcome: Outcome
    decides: bool = False
    owner: str = ""
    sources: tuple[Source, ...] = ()
    source: Place | None = None
    released_by: str | None = None
    settled: tuple[Settled, ...] = ()
    messages: tuple[str, ...] = ()
    fixes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    judged: tuple[Judged, ...] = ()
    extends: str | None = None
    taken_by: tuple[str, ...] = ()
    edited: Edited | None = None


class Asked(Struct, frozen=True, kw_only=True):
    """A condition on which it depends who is asked, or which way something goes; for a market where they differ."""

    policy: str
    says: str
    why: Why
    market: str | None = None


class Explanation(Struct, frozen=True, kw_only=True):
    """All about one Decision. `changes` are the smallest changes that would alter the outcome.

    `labels` tell where the labels of a post stand (`kinds.disclosure.sighted`); None where no policy asks for any.
    """

    decision: Decision
    rules: tuple[RuleExplained, ...] = ()
    asked: tuple[Asked, ...] = ()
    changes: tuple[Change, ...] = ()
    searched: bool = True
    labels: Sighted | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the explanation as plain JSON data: the Decision with `rules`, `asked` and `changes` beside it."""
        plain: dict[str, Any] = {"decision": self.decision.to_dict()}
        plain["rules"] = msgspec.to_builtins(self.rules)
        plain["asked"] = msgspec.to_builtins(self.asked)
        plain["labels"] = msgspec.to_builtins(self.labels)
        plain["changes"] = msgspec.json.decode(canonical([change.to_dict() for change in self.changes]))
        return plain


class Answer(Decision, frozen=True, kw_only=True, dict=True):
    """A Decision that knows how it came about. Equal, and the same bytes, whatever it knows."""

    def explain(self, *, rules: Iterable[str] = (), every: bool = False, changes: bool = True) -> Explanation:
        """Return the explanation; arguments as in `explain`. ValueError for a Decision that was copied or read."""
        asked: tuple[Assembly, Mapping[str, Any], Question] | None = self.__dict__.get("asked")
        if asked is None:
            message = "only a Decision that comes from `evaluate` can be explained; use `PolicySet.explain`"
            raise ValueError(message)
        assembly, record, question = asked
        return explain(assembly, record, question, rules=rules, every=every, changes=changes)


def answer(assembly: Assembly, record: Mapping[str, Any], question: Question) -> Answer:
    """Return the Decision about a record, able to explain itself."""
    decision = decide(assembly, record, question)
    found = Answer(**{name: getattr(decision, name) for name in decision.__struct_fields__})
    found.__dict__["asked"] = (assembly, record, question)
    return found


def explain(
    assembly: Assembly,
    record: Mapping[str, Any],
    question: Question,
    *,
    rules: Iterable[str] = (),
    every: bool = False,
    changes: bool = True,
) -> Explanation:
    """Return why the Decision about a record is what it is.

    `rules` are names (`policy/rule`, or a policy's id for all of its rules) to be explained whatever they say; without
    them those with a finding, with `every` all. Without `changes` nobody looks for the smallest change (a search over
    at most 2,000 evaluations).
    """
    decision = decide(assembly, record, question)
    ready = prepare(assembly, record, question)
    wanted = frozenset(rules)
    found = [e for unit, case in ready.cases for e in _of_unit(unit, case, decision, wanted, every=every)]
    found += _without_rule(decision, {unit.id: unit for unit, _ in ready.cases}, {e.name for e in found}, wanted)
    found_changes: tuple[Change, ...] = ()
    if changes:
        from policyengine.evaluate.changing import smallest_changes  # noqa: PLC0415 - few ask

        found_changes = smallest_changes(assembly, record, question)
    return Explanation(
        decision=decision,
        rules=tuple(sorted(found, key=lambda e: (-RANK[e.outcome], not e.decides, e.name))),
        asked=tuple(asked for unit, case in ready.cases for asked in _asked_of(unit, case)),
        changes=found_changes,
        searched=changes,
        labels=_labels(ready, wanted),
    )


def _labels(ready: Judgings, wanted: frozenset[str]) -> Sighted | None:
    """Return where the labels of a post stand, None where no policy that is explained asks for any."""
    if not any(unit.law is not None for unit, _ in ready.cases):
        return None
    from policyengine.evaluate.remedying import laws_of  # noqa: PLC0415 - only posts have labels
    from policyengine.kinds.disclosure.sighted import sighted  # noqa: PLC0415

    policies = {name.partition("/")[0] for name in wanted}
    laws = [law for law in laws_of(ready) if not policies or law.policy in policies]
    return sighted(laws, ready.facts) if laws else None


def _asked_of(unit: Unit, case: Case) -> Iterator[Asked]:
    """Yield the tests of the conditions of a policy that are no rules: once where every market says the same."""
    for gate in unit.gates:
        found = []
        for env in case.envs:
            try:
                found.append((env.market, why_of(trace(gate.condition, env, env.record, ()))))
            except EvaluationError:
                continue
        if len({msgspec.json.encode(why) for _, why in found}) == 1:
            found = [(None, found[0][1])]
        yield from (Asked(policy=unit.id, says=gate.says, why=why, market=market) for market, why in found)


def _asked(name: str, policy: str, wanted: frozenset[str]) -> bool:
    return name in wanted or policy in wanted


def _of_unit(
    unit: Unit, case: Case, decision: Decision, wanted: frozenset[str], *, every: bool
) -> Iterator[RuleExplained]:
    by_rule: dict[str, list[Finding]] = {}
    for finding in decision.findings:
        if finding.policy == unit.id:
            by_rule.setdefault(finding.rule, []).append(finding)
    for rule in unit.rules:
        findings = by_rule.get(rule.id, [])
        if every or (_asked(rule.name, unit.id, wanted) if wanted else bool(findings)):
            yield _of_rule(rule, unit, case, findings, decision)


def _of_rule(rule: Rule, unit: Unit, case: Case, findings: list[Finding], decision: Decision) -> RuleExplained:
    judged = tuple(_judged(rule, env) for env in environments(rule, case))
    flat = tuple(item for group in judged for item in group)
    said: set[Verdict] = {f.verdict for f in findings} or {item.verdict for item in flat}
    return RuleExplained(
        name=rule.name,
        title=rule.title,
        verdicts=tuple(sorted(said)) or ("not_applicable",),
        outcome=max((f.outcome for f in findings), key=RANK.__getitem__, default="allow"),
        decides=rule.name in decision.decided_by,
        owner=unit.owner,
        sources=sources_of(unit),
        source=Place(rule.span.file, rule.span.line) if rule.span is not None else None,
        released_by=next((f.released_by for f in findings if f.released_by), None),
        messages=tuple(dict.fromkeys(f.message for f in findings if f.message)),
        fixes=tuple(dict.fromkeys(f.fix for f in findings if f.fix)),
        missing=tuple(sorted({name for f in findings for name in f.missing})),
        settled=_settled(findings),
        judged=flat,
        extends=unit.extends,
        taken_by=case.taken_by,
    )


def _settled(findings: list[Finding]) -> tuple[Settled, ...]:
    """Return who waived or released what was found, each once."""
    return tuple(dict.fromkeys(f.settled for f in findings if f.settled is not None))


def sources_of(unit: Unit) -> tuple[Source, ...]:
    """Return where a policy comes from."""
    body = unit.document.body if unit.document is not None else None
    return tuple(Source(cited.title, cited.url) for cited in getattr(body, "sources", None) or ())


def _without_rule(
    decision: Decision, units: dict[str, Unit], known: set[str], wanted: frozenset[str]
) -> Iterator[RuleExplained]:
    """Yield what was found without a rule: by a kind itself, or about the record as a whole."""
    groups: dict[str, list[Finding]] = {}
    for finding in decision.findings:
        if finding.name not in known and (not wanted or _asked(finding.name, finding.policy, wanted)):
            groups.setdefault(finding.name, []).append(finding)
    for name, findings in groups.items():
        unit = units.get(findings[0].policy)
        yield RuleExplained(
            name=name,
            title=findings[0].message,
            verdicts=tuple(sorted({f.verdict for f in findings})),
            outcome=max((f.outcome for f in findings), key=RANK.__getitem__),
            decides=name in decision.decided_by,
            owner=unit.owner if unit is not None else "",
            sources=sources_of(unit) if unit is not None else (),
            source=findings[0].source,
            released_by=findings[0].released_by,
            messages=tuple(dict.fromkeys(f.message for f in findings)),
            fixes=tuple(dict.fromkeys(f.fix for f in findings if f.fix)),
            missing=tuple(sorted({m for f in findings for m in f.missing})),
            settled=_settled(findings),
        )


# Tests ----------------------------------------------------------------------------------------------------------------


def _judged(rule: Rule, env: Env) -> tuple[Judged, ...]:
    return tuple(_entry(rule, env, here, base) for here, base in entries_of(rule, env))


def _entry(rule: Rule, env: Env, here: Any, base: tuple[str | int, ...]) -> Judged:
    judgement: Judgement = judge_entry(rule, env, here, base)
    return Judged(
        verdict=judgement.verdict,
        outcome=judgement.outcome,
        market=env.market,
        entry=dotted(base) if base else None,
        message=judgement.message,
        missing=judgement.missing,
        parts=tuple(_parts(_speaking(rule, env, here, base), env, here, base)) if here is not None else (),
    )


def _speaking(rule: Rule, env: Env, here: Any, base: tuple[str | int, ...]) -> Rule:
    """Return the band of a rule that speaks: itself, or the one below where it does not apply."""
    while (
        rule.below is not None
        and judge_entry(structs.replace(rule, below=None), env, here, base).verdict == "not_applicable"
    ):
        rule = rule.below
    return rule


def _parts(rule: Rule, env: Env, here: Any, base: tuple[str | int, ...]) -> Iterator[Part]:
    conditions: list[tuple[str, Condition | None]] = [
        ("when", rule.guard),
        ("require", rule.requirement),
        ("except", rule.exempt.condition if rule.exempt is not None else None),
        ("protected", rule.protected.condition if rule.protected is not None else None),
    ]
    for name, condition in conditions:
        if condition is None:
            continue
        try:
            found = trace(condition, env, here, base)
        except EvaluationError:
            continue
        if found.children or found.form not in {"all", "any"}:  # a condition without tests says nothing
            yield Part(part=name, why=why_of(found))


def why_of(found: Trace) -> Why:
    """Return a trace as data, with a mark on the tests that decided."""
    return _why(found, {id(node) for node in decisive(found)})


def _why(node: Trace, decisive_ids: set[int]) -> Why:
    if node.form == "all" and len(node.children) == 1:
        return _why(node.children[0], decisive_ids)
    children = tuple(_why(c, decisive_ids) for c in node.children if c.children or c.form not in {"all", "any"})
    return Why(
        truth=_WORDS[node.truth],
        form=node.form,
        text="only_for" if node.text == _SCOPE else node.text,
        seen=node.seen,
        field=node.field,
        missing=node.missing,
        mentions=tuple(found.mention() for found in node.found[:MOST_MENTIONS]),
        decided=id(node) in decisive_ids or any(child.decided for child in children),
        source=Place.of(node.span) if node.span is not None else None,
        children=children,
    )


def with_history(explanation: Explanation, edited: Mapping[str, Edited]) -> Explanation:
    """Return the explanation with who last changed the line of each rule, by the rule's name."""
    rules = tuple(structs.replace(e, edited=edited.get(e.name)) for e in explanation.rules)
    return structs.replace(explanation, rules=rules)
