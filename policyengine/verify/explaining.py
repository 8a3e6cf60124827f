"""Why a case failed, in lines: what the rules concerned saw, who voted and whose votes do not count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from policyengine.core.decision import Decision
from policyengine.evaluate.deciding import Question
from policyengine.evaluate.explaining import Judged, Part, RuleExplained, Why, explain
from policyengine.policyset.units import Assembly

MOST: Final = 12
"""Lines that one rule may take; a rule over a long list would hide the others."""


def explain_rules(
    assembly: Assembly, record: Mapping[str, Any], question: Question, names: Iterable[str]
) -> Iterator[str]:
    """Yield lines for each rule: its title and place, and for each market and entry its verdict and what decided it."""
    wanted = frozenset(names)
    if wanted:
        for rule in explain(assembly, record, question, rules=wanted, changes=False).rules:
            yield from _rule(rule)


def _rule(rule: RuleExplained) -> Iterator[str]:
    place = f" ({rule.source.file}:{rule.source.line})" if rule.source is not None else ""
    yield f"{rule.name}: {rule.title}{place}"
    blocks = dict.fromkeys(tuple(_judged(judged)) for judged in rule.judged)
    lines = [line for block in blocks for line in block]
    yield from lines[:MOST]
    if len(lines) > MOST:
        yield f"  … and {len(lines) - MOST} more"


def _judged(judged: Judged) -> Iterator[str]:
    where = "".join(f"{name}: " for name in (judged.market, judged.entry) if name is not None)
    yield f"  {where}{judged.verdict.replace('_', ' ')}"
    for part in _telling(judged.parts):
        for leaf in _leaves(part.why):
            yield f"    {part.part}: {_line(leaf)}"


def _telling(parts: tuple[Part, ...]) -> Iterator[Part]:
    """Yield the parts that tell why: `when` where it does not hold or is all there is, else what comes after it."""
    by_name = {part.part: part for part in parts}
    when = by_name.get("when")
    if when is not None and (when.why.truth != "yes" or "require" not in by_name):
        yield when
    if when is None or when.why.truth != "no":
        yield from (part for part in parts if part.part != "when")


def _leaves(why: Why) -> Iterator[Why]:
    """Yield the tests that decided."""
    if not why.children:
        yield why
    for child in why.children:
        if child.decided:
            yield from _leaves(child)


def _line(leaf: Why) -> str:
    if leaf.truth == "unknown":
        return f"{leaf.text}? not told: {', '.join(leaf.missing)}" if leaf.missing else f"{leaf.text}? not told"
    seen = f"; seen: {leaf.seen}" if leaf.seen else ""
    return f"{leaf.text}? {leaf.truth}{seen}"


def explain_approvals(decision: Decision) -> Iterator[str]:
    """Yield lines for each approval: its stages, who may vote, whose votes do not count and why."""
    for state in decision.approvals:
        yield f"{state.policy}: {state.status}"
        for stage in state.stages:
            due = f", due {stage.due_at}" if stage.due_at is not None else ""
            yield f"  {stage.stage}: {stage.status}, needs {stage.needs}{due}"
            if stage.why:
                yield f"    cannot be settled: {stage.why}"
            if stage.can_act:
                yield f"    may vote: {', '.join(stage.can_act)}"
            for vote in stage.ignored:
                yield f"    ignored: {vote.get('by')}: {vote.get('why')}"
