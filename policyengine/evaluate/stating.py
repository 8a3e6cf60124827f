"""Statements of reasons: what was taken from somebody, by which rule, on what evidence, and how they can appeal.

The model is Article 17 (3) of Regulation (EU) 2022/2065 (Digital Services Act): the restriction, how long it lasts, the
facts and circumstances, whether automated means were used, the ground relied on, and the way to redress. It is what an
author can be told, not legal advice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from policyengine.core.decision import Finding
from policyengine.core.digest import canonical
from policyengine.core.duration import add, write_duration
from policyengine.core.facts import dotted
from policyengine.core.instant import write_time
from policyengine.evaluate.judging import environments
from policyengine.language.environment import Env, EvaluationError
from policyengine.language.trace import DataPath, Trace, decisive, trace
from policyengine.policyset.units import Unit
from policyengine.shapes.contract import Case
from policyengine.shapes.predicate import STATED, Rule, entries_of, judge_entry, whole

MODEL: Final = "Article 17 (3) of Regulation (EU) 2022/2065"
_MOST_SHOWN: Final = 80
"""Characters of a value that a statement repeats; a record is never echoed whole."""


def stated(
    cases: Iterable[tuple[Unit, Case]], findings: Iterable[Finding], by_people: Iterable[dict[str, Any]], at: datetime
) -> tuple[dict[str, Any], ...]:
    """Return one statement for each finding that takes something from somebody, and those of what people did.

    What is waived or released takes nothing. Sorted by policy, rule and content.
    """
    by_policy = {unit.id: (unit, case) for unit, case in cases}
    found = [
        _statement(finding, taken, *by_policy[finding.policy], at)
        for finding in findings
        if finding.settled is None and (taken := [a for a in finding.actions if a["do"] in STATED])
    ]
    found += [_with_ground(said, by_policy[said["policy"]][0]) for said in by_people]
    return tuple(sorted(found, key=lambda said: (said["policy"], said["rule"], canonical(said))))


def _statement(finding: Finding, taken: list[dict[str, Any]], unit: Unit, case: Case, at: datetime) -> dict[str, Any]:
    rule = next((rule for rule in unit.every_rule if rule.id == finding.rule), None)
    said: dict[str, Any] = {
        "policy": finding.policy,
        "rule": finding.rule,
        "title": rule.title if rule is not None else unit.title,
        "message": finding.message,
        "actions": taken,
        "automatic": True,
        "at": write_time(at),
    }
    if finding.markets:
        said["markets"] = list(finding.markets)
    evidence, facts = _grounds(finding, rule, case)
    said |= {"evidence": evidence, "facts": facts}
    if finding.group is not None:
        said["group"] = finding.group
    if finding.source is not None:
        said["source"] = {"file": finding.source.file, "line": finding.source.line}
    last = add(at, unit.appeal.within, zone=case.zone) if unit.appeal is not None else None
    if last is not None:
        said["appeal_until"] = write_time(last)
    return _with_ground(said, unit)


def _with_ground(said: dict[str, Any], unit: Unit) -> dict[str, Any]:
    """Return a statement with what its policy says: its title, its sources, who hears appeals and until when."""
    body: Any = unit.document.body if unit.document is not None else None
    sources = [{"title": s.title, "url": s.url} if s.url else {"title": s.title} for s in body.sources or ()]
    found = {**said, "clause": unit.title, "sources": sources}
    last = found.pop("appeal_until", None)
    if unit.appeal is not None:
        answer = unit.appeal.answer_within
        found["appeal"] = {
            "to": unit.appeal.to,
            **({"until": last} if last is not None else {}),
            **({"answered_within": write_duration(answer)} if answer is not None else {}),
        }
    return found


# Evidence -------------------------------------------------------------------------------------------------------------


def _grounds(finding: Finding, rule: Rule | None, case: Case) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the words that were found and the facts that decided, as the rule saw them."""
    if rule is None or finding.group is not None:
        return [], []
    for env in environments(rule, case):
        for here, base in _entries(rule, env):
            judged = judge_entry(rule, env, here, base)
            if (judged.verdict, judged.path, judged.message) == (finding.verdict, finding.path, finding.message):
                leaves = list(decisive(trace(whole(judged.rule), env, here, base)))
                return _unique(_evidence(leaves, case)), _unique(_facts(leaves))
    return [], []


def _entries(rule: Rule, env: Env) -> list[tuple[Any, DataPath]]:
    try:
        return list(entries_of(rule, env))
    except EvaluationError:
        return []


def _evidence(leaves: Iterable[Trace], case: Case) -> Iterator[dict[str, Any]]:
    for leaf in leaves:
        text = _text_at(leaf.path, case) if leaf.found else None
        for found in leaf.found if text is not None else ():
            through = {"through": found.through.split("+")} if found.through else {}
            words = {"text": (text or "")[found.start : found.end], "term": found.term}
            yield {"field": dotted(leaf.path or ()), "from": found.start, "until": found.end, **words, **through}


def _text_at(path: DataPath | None, case: Case) -> str | None:
    value: Any = case.facts
    for part in path or ():
        if isinstance(part, int):
            value = value[part] if isinstance(value, list) and part < len(value) else None
        else:
            value = value.get(part) if isinstance(value, dict) else None
    return value if isinstance(value, str) else None


def _facts(leaves: Iterable[Trace]) -> Iterator[dict[str, Any]]:
    """Yield the tests that decided; words that were found stand in the evidence, and a whole word list nowhere."""
    for leaf in leaves:
        if leaf.form in {"all", "any"} or leaf.found:
            continue
        shown = {"seen": _short(leaf.seen)} if leaf.seen else {}
        yield {"test": _short(leaf.text.removeprefix("$record.")), **({} if leaf.truth else {"holds": False}), **shown}


def _short(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


def _unique(items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({canonical(item): item for item in items}.values())
