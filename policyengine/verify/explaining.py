"""Why a rule said what it said: the tests that decided it, with the values that they saw."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from policyengine.core.decision import Decision
from policyengine.core.facts import NONE, UNTOLD, dotted
from policyengine.evaluate.deciding import Judgings
from policyengine.evaluate.judging import environments
from policyengine.language.environment import Env, EvaluationError
from policyengine.language.trace import DataPath, Trace, decisive, trace
from policyengine.language.tree import Condition
from policyengine.shapes.contract import Case
from policyengine.shapes.predicate import Rule, implication

MOST: Final = 12
"""Lines that one rule may take; a rule over a long list would hide the others."""
_ANSWER: Final = {True: "yes", False: "no", None: "not told"}


def explain_rules(ready: Judgings, names: Iterable[str]) -> Iterator[str]:
    """Yield lines for each rule of a record's policies: its answer, and under it the tests that decided."""
    rules = {rule.name: (rule, case) for unit, case in ready.cases for rule in unit.rules}
    for name in names:
        if name in rules:
            yield from _explained(*rules[name])


def _explained(rule: Rule, case: Case) -> Iterator[str]:
    place = f" ({rule.span.file}:{rule.span.line})" if rule.span is not None else ""
    yield f"{rule.name}: {rule.title}{place}"
    lines = [line for env in environments(rule, case) for line in _in_market(rule, env)]
    unique = list(dict.fromkeys(lines))
    yield from unique[:MOST]
    if len(unique) > MOST:
        yield f"  … and {len(unique) - MOST} more"


def _in_market(rule: Rule, env: Env) -> Iterator[str]:
    market = f"in {env.market}: " if env.market is not None and (rule.by_market or rule.jurisdictions) else ""
    for here, path in _entries(rule, env):
        at = f"{dotted(path)}: " if path else ""
        try:
            lines = list(_why(rule, env, here, path))
        except EvaluationError:
            lines = ["it could not be judged: a limit was exceeded, or several records fit where one is meant"]
        for line in lines:
            yield f"  {market}{at}{line}"


def _entries(rule: Rule, env: Env) -> Iterator[tuple[Any, DataPath]]:
    if rule.entries is None or rule.each is None:
        yield env.record, ()
        return
    entries = rule.entries(env, env.record)
    if isinstance(entries, list):
        base = tuple(step.name for step in rule.each.steps)
        for index, entry in enumerate(entries):
            if entry is not UNTOLD and entry is not NONE:
                yield entry, (*base, index)


def _why(rule: Rule, env: Env, here: Any, path: DataPath) -> Iterator[str]:
    guard, requirement = implication(rule, env, here)
    if guard is False and rule.below is not None:
        yield from _why(rule.below, env, here, path)
        return
    if guard is not True:
        yield from _tests("the rule speaks", rule.guard, env, here, path)
        return
    if rule.requirement is None:
        yield from _tests("what must not be", rule.guard, env, here, path)
    else:
        yield from _tests("what is required", rule.requirement, env, here, path)
    for gate in (rule.exempt, rule.protected):
        if gate is not None and requirement is not True:
            yield from _tests(gate.says or "exempt", gate.condition, env, here, path)


def _tests(says: str, condition: Condition, env: Env, here: Any, path: DataPath) -> Iterator[str]:
    whole = trace(condition, env, here, path)
    yield f"{says}: {_ANSWER[whole.truth]}"
    for leaf in decisive(whole):
        yield f"  {_line(leaf)}"


def _line(leaf: Trace) -> str:
    missing = f"; not told: {', '.join(leaf.missing)}" if leaf.truth is None and leaf.missing else ""
    seen = f"; seen: {leaf.seen}" if leaf.seen and leaf.truth is not None else ""
    return f"{_ANSWER[leaf.truth]:<8} {leaf.text}{seen}{missing}"


def explain_approvals(decision: Decision) -> Iterator[str]:
    """Yield lines for each approval: its stages, who may vote, whose votes do not count and why."""
    for state in decision.approvals:
        yield f"{state.policy}: {state.status}"
        for stage in state.stages:
            due = f", due {stage.due_at}" if stage.due_at is not None else ""
            yield f"  {stage.stage}: {stage.status}, needs {stage.needs}{due}"
            if stage.can_act:
                yield f"    may vote: {', '.join(stage.can_act)}"
            for vote in stage.ignored:
                yield f"    ignored: {vote.get('by')}: {vote.get('why')}"
