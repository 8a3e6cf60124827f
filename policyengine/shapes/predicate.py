"""The predicate shape: one rule, one record (and those it names) → verdicts.

A rule is *scope and `when` imply `require`* in Kleene's logic; a rule with `then` requires the impossible. Guard no:
not applicable. Implication yes: pass, also while the guard is unknown. Guard yes and requirement no: fail. Everything
else is unproven, naming the missing facts; it weighs at most `hold`, and never more than the rule's own outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final

from msgspec import Struct, structs

from policyengine.core.decision import Mention, Outcome, Severity, Verdict, lightest
from policyengine.core.diagnostic import Span
from policyengine.core.facts import NONE, UNTOLD, dotted
from policyengine.core.instant import write_time
from policyengine.core.quantity import Duration
from policyengine.language.environment import Env, EvaluationError, Read
from policyengine.language.message import Template
from policyengine.language.program import Program
from policyengine.language.trace import DataPath, answered, decisive, missing_facts, program_of, trace
from policyengine.language.tree import HERE, RECORD, All, Computed, Condition, Named, Not, Path, Truth
from policyengine.shapes.gate import Gate

TO_PEOPLE: Final = frozenset(["queue", "escalate", "notify"])
"""Actions that bring people in; the others change what the public sees, or what somebody may do."""
TAKING: Final = frozenset(["hide", "remove", "restrict"])
"""Actions that take something from somebody: they need certainty, whatever `if_unknown` says."""
STATED: Final = TAKING | {"lock", "label", "warn"}
"""Actions of which somebody is told the reasons: all that are not `TO_PEOPLE`."""


class Action(Struct, frozen=True, order=True):
    """What is to be done where a rule fails: `do` and, for some, to whom or how. `lasts` is in seconds; 0: for good."""

    do: str
    to: str = ""
    lasts: int = 0

    def plain(self, at: datetime) -> dict[str, Any]:
        """Return the action as a Decision lists it, done at a time."""
        to = {"to": self.to} if self.to else {}
        until = {"until": write_time(at + timedelta(seconds=self.lasts))} if self.lasts else {}
        return {"do": self.do, **to, **until}


class Waivable(Struct, frozen=True, kw_only=True):
    """Whether a rule may be waived, by whom (`{role: legal}`; nobody named: not its owner alone), and how long."""

    allowed: bool = True
    by: dict[str, str] = {}
    at_most: Duration | None = None


class Rule(Struct, frozen=True, eq=False, kw_only=True):
    """A compiled rule. `requirement` None is the impossible (a rule with `then`).

    `jurisdictions` are the markets for which it is judged at all (none: every record), `starts` and `ends` its own
    dates in force where they are narrower than the policy's. `by_zone`: it is about days, which begin in a market's
    zone. `protected` wins over the rule: a certain yes makes it not applicable, an unknown one makes a person look
    (`hold`, with the actions `in_doubt`). `weigh` gives what the rule weighs about this record, failed or unproven,
    where a kind knows it better than `outcome` and `unproven`. `below` is the milder rule of the same name that speaks
    where this one does not apply (the next lower band of a score).
    """

    policy: str
    id: str
    title: str
    guard: Condition
    guarded: Program
    requirement: Condition | None
    required: Program | None
    outcome: Outcome
    severity: Severity
    unproven: Outcome
    message: Template
    fix: Template | None = None
    exempt: Gate | None = None
    each: Path | None = None
    entries: Read | None = None
    due: Read | None = None
    released_by: str = ""
    releasers: dict[str, str] = {}
    waivable: Waivable = Waivable()
    actions: tuple[Action, ...] = ()
    by_market: bool = False
    by_zone: bool = False
    jurisdictions: tuple[str, ...] = ()
    starts: date | None = None
    ends: date | None = None
    protected: Gate | None = None
    in_doubt: tuple[Action, ...] = ()
    confidence: str | None = None
    weigh: Callable[[Env], Outcome] | None = None
    below: Rule | None = None
    span: Span | None = None

    @property
    def name(self) -> str:
        """Return the rule's name, `policy/rule`."""
        return f"{self.policy}/{self.id}"


class Judgement(Struct, frozen=True, eq=False, kw_only=True):
    """What a rule says about a record, or about one entry of it."""

    rule: Rule
    verdict: Verdict
    outcome: Outcome = "allow"
    market: str | None = None
    path: DataPath = ()
    within: tuple[int, int] | None = None
    mentions: tuple[Mention, ...] = ()
    field: str | None = None
    message: str = ""
    fix: str | None = None
    missing: tuple[str, ...] = ()
    due_at: datetime | None = None
    undecided: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()


def unproven_weight(outcome: Outcome, if_unknown: Outcome | None) -> Outcome:
    """Return what a rule weighs while it is unproven."""
    return lightest("hold", outcome) if if_unknown is None else if_unknown


def judge(rule: Rule, env: Env) -> Iterator[Judgement]:
    """Yield the rule's judgement of the record; under `for_each`, one for each entry, or one for an absent list."""
    try:
        entries = list(entries_of(rule, env))
    except EvaluationError:
        yield _error(rule, env, env.record, ())
        return
    for here, path in entries:
        yield judge_entry(rule, env, here, path)
    if not entries:
        yield Judgement(rule=rule, verdict="not_applicable", market=env.market)


def entries_of(rule: Rule, env: Env) -> Iterator[tuple[Any, DataPath]]:
    """Yield what the rule is about, and its place: the record, or each entry. None stands for what is not told."""
    if rule.entries is None or rule.each is None:
        yield env.record, ()
        return
    entries = rule.entries(env, env.record)
    if entries is None:
        yield None, ()
    elif entries is not NONE:
        root = () if rule.each.root in {HERE, RECORD} else (f"${rule.each.root}",)
        base: DataPath = (*root, *(step.name for step in rule.each.steps))
        for index, entry in enumerate(entries):
            yield None if entry is UNTOLD else entry, (*base, index)


def judge_entry(rule: Rule, env: Env, here: Any, path: DataPath) -> Judgement:
    """Return the rule's judgement of one of its `entries_of`."""
    if here is None and rule.each is not None:
        if any(answered(program_of(part), env, env.record) is False for part in _about_record(rule.guard)):
            return Judgement(rule=rule, verdict="not_applicable", market=env.market)
        return _unproven(rule, env, env.record, path, (rule.each.field.path + ("[]" if path else ""),))
    return _judged(rule, env, here, path)


def _about_record(guard: Condition) -> Iterator[Condition]:
    """Yield parts of a guard that are about the record whatever the entry: where one is no, so is the guard."""
    match guard:
        case All(items=items):
            for item in items:
                yield from _about_record(item)
        case Named() | Computed():
            yield guard


def implication(rule: Rule, env: Env, here: Any) -> tuple[Truth, Truth]:
    """Return the truth of the guard and of the requirement."""
    guard = rule.guarded(env, here)
    if guard is False:
        return guard, None
    return guard, False if rule.required is None else rule.required(env, here)


def _judged(rule: Rule, env: Env, here: Any, path: DataPath) -> Judgement:
    found = _alone(rule, env, here, path)
    if found.verdict == "not_applicable" and rule.below is not None:
        return _judged(rule.below, env, here, path)
    return found


def _alone(rule: Rule, env: Env, here: Any, path: DataPath) -> Judgement:
    """Return what one rule says, whatever the one below it would say."""
    try:
        guard, requirement = implication(rule, env, here)
    except EvaluationError:
        return _error(rule, env, here, path)
    if guard is False:
        return Judgement(rule=rule, verdict="not_applicable", market=env.market)
    if requirement is True:
        return Judgement(rule=rule, verdict="pass", market=env.market)
    exempt = rule.exempt.truth(env, here) if rule.exempt is not None else False
    if exempt is True:
        return Judgement(rule=rule, verdict="not_applicable", market=env.market)
    undecided = rule.exempt.missing(env, here) if exempt is None and rule.exempt is not None else ()
    protected = rule.protected.truth(env, here) if rule.protected is not None else False
    if protected is True:
        return Judgement(rule=rule, verdict="not_applicable", market=env.market)
    if guard is True and requirement is False:
        failed = _failed(rule, env, here, path, undecided)
        return failed if protected is False else _in_doubt(failed, env, here)
    missing = _missing(rule, env, here, guard, requirement)
    return _unproven(rule, env, here, path, missing, undecided)


def _error(rule: Rule, env: Env, here: Any, path: DataPath) -> Judgement:
    message, market = _say(rule, env, here), env.market
    return Judgement(rule=rule, verdict="error", outcome=rule.unproven, market=market, path=path, message=message)


def _missing(rule: Rule, env: Env, here: Any, guard: Truth, requirement: Truth) -> tuple[str, ...]:
    found: set[str] = set()
    if guard is None:
        found |= set(missing_facts(rule.guard, env, here))
    if requirement is None and rule.requirement is not None:
        found |= set(missing_facts(rule.requirement, env, here))
    return tuple(sorted(found))


def _until(rule: Rule, env: Env, here: Any) -> datetime | None:
    """Return the time until which a rule may be fulfilled; without a certain one, None: more time loosens."""
    due = answered(rule.due, env, here) if rule.due is not None else None
    last = due[1] if isinstance(due, tuple) else due
    return last if isinstance(last, datetime) else None


def _failed(rule: Rule, env: Env, here: Any, path: DataPath, undecided: tuple[str, ...]) -> Judgement:
    deciding = Not(rule.requirement) if rule.requirement is not None else rule.guard
    found = _place(deciding, env, here, path)
    open_until = _until(rule, env, here)
    waiting = open_until is not None and env.at <= open_until
    return Judgement(
        rule=rule,
        verdict="due" if waiting else "fail",
        outcome="allow" if waiting else rule.outcome if rule.weigh is None else rule.weigh(env),
        market=env.market,
        path=found.path,
        within=found.within,
        mentions=found.mentions,
        field=found.field,
        message=_say(rule, env, here),
        fix=rule.fix.render(env, here) if rule.fix is not None else None,
        due_at=open_until,
        undecided=undecided,
        actions=() if waiting else _with_care(rule) if undecided else rule.actions,
    )


def _with_care(rule: Rule) -> tuple[Action, ...]:
    """Return what is done while it is not certain that nothing exempts: people look, nothing is taken from anybody."""
    return tuple(dict.fromkeys([*(a for a in rule.actions if a.do in TO_PEOPLE), *rule.in_doubt]))


def _in_doubt(failed: Judgement, env: Env, here: Any) -> Judgement:
    """Return the judgement of a rule whose protection is unknown: a person looks, nothing is hidden or removed."""
    rule = failed.rule
    missing = rule.protected.missing(env, here) if rule.protected is not None else ()
    outcome = lightest("hold", failed.outcome)
    return structs.replace(failed, verdict="unproven", outcome=outcome, missing=missing, actions=_with_care(rule))


MOST_MENTIONS: Final = 50


class _Decided(Struct, frozen=True):
    """What decided: the name and the place of the field, the stretch of its text and the terms found there."""

    field: str | None
    path: DataPath
    within: tuple[int, int] | None = None
    mentions: tuple[Mention, ...] = ()


def _place(deciding: Condition, env: Env, here: Any, base: DataPath) -> _Decided:
    """Return the first field that decided; one in which terms were found before any other: that is what to look at."""
    leaves = [(leaf, leaf.path) for leaf in decisive(trace(deciding, env, here, base)) if leaf.path]
    for leaf, path in sorted(leaves, key=lambda one: not one[0].found)[:1]:
        mentions = tuple(f.mention() for f in leaf.found[:MOST_MENTIONS])
        return _Decided(leaf.field or dotted(path), path, leaf.within, mentions)
    return _Decided(dotted(base), base) if base else _Decided(None, ())


def _unproven(
    rule: Rule, env: Env, here: Any, path: DataPath, missing: tuple[str, ...], undecided: tuple[str, ...] = ()
) -> Judgement:
    field = dotted(path) if path else (missing[0] if missing else None)
    return Judgement(
        rule=rule,
        verdict="unproven",
        outcome=rule.unproven if rule.weigh is None else rule.weigh(env),
        market=env.market,
        path=path,
        field=field,
        message=_said_of_unproven(rule, env, here),
        missing=missing,
        undecided=undecided,
        actions=rule.in_doubt,
    )


def _said_of_unproven(rule: Rule, env: Env, here: Any) -> str:
    """Return the message of an unproven rule: its title where the message would speak of values that are not told."""
    return _say(rule, env, here) if _told(rule, env, here) else rule.title


def _told(rule: Rule, env: Env, here: Any) -> bool:
    try:
        return rule.message.told(env, here)
    except EvaluationError:
        return False


def _say(rule: Rule, env: Env, here: Any) -> str:
    return rule.message.render(env, here)


def whole(rule: Rule) -> Condition:
    """Return the condition under which a rule fails, for readers of conditions."""
    return All((rule.guard, Not(rule.requirement))) if rule.requirement is not None else rule.guard
