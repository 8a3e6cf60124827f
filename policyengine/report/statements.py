"""Statements of reasons as lines: what was done, by which rule, on what evidence, and how to appeal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policyengine.core.decision import Decision
from policyengine.evaluate.stating import MODEL
from policyengine.report.escape import terminal
from policyengine.report.ink import Ink, shown_time


def lines(decision: Decision, ink: Ink) -> Iterator[str]:
    """Yield a block for each statement, and what they are modelled on."""
    for said in decision.statements:
        yield from (terminal(line) for line in _statement(said, decision, ink))
    if decision.statements:
        yield ink.dim(f"as in {MODEL}; no legal advice")


def _statement(said: dict[str, Any], decision: Decision, ink: Ink) -> Iterator[str]:
    yield f"statement of reasons: {', '.join(_action(action, decision, ink) for action in said['actions'])}"
    yield f"  because: {said['message'] or said['title']}"
    yield f"  rule: {_rule(said)}"
    for found in said["evidence"]:
        through = f", read through {' and '.join(found['through'])}" if found.get("through") else ""
        place = f"characters {found['from'] + 1} to {found['until']} of {found['field']}"
        listed = f", is `{found['term']}`" if found["term"] != found["text"] else ""
        yield f"  found: `{found['text']}`, {place}{listed}{through}"
    for fact in said["facts"]:
        seen = f"; seen: {fact['seen']}" if "seen" in fact else ""
        yield f"  {'fact' if fact.get('holds', True) else 'not'}: {fact['test']}{seen}"
    if "group" in said:
        yield f"  together with: {', '.join(said['group']['records'])}"
    yield f"  decided by: {_decider(said['automatic'])}"
    for source in said["sources"]:
        yield f"  ground: {', '.join(part for part in (source['title'], source.get('url')) if part)}"
    yield f"  appeal: {_appeal(said, decision, ink)}"


def _action(action: dict[str, Any], decision: Decision, ink: Ink) -> str:
    until = f" until {shown_time(action['until'], decision.at, ink)}" if action.get("until") else ""
    return f"{action['do']} {action.get('to', '')}".strip() + until


def _rule(said: dict[str, Any]) -> str:
    name = f"{said['policy']}/{said['rule']}" if said["rule"] else said["policy"]
    source = said.get("source")
    place = f" ({source['file']}:{source['line']})" if source else ""
    return f"{name}: {said['title'] or said['clause']}{place}"


def _decider(automatic: bool | None) -> str:  # noqa: FBT001 - a value of the statement, not an option
    return {True: "a machine", False: "a person", None: "nobody told whom"}[automatic]


def _appeal(said: dict[str, Any], decision: Decision, ink: Ink) -> str:
    appeal = said.get("appeal")
    if appeal is None:
        return "the policy does not say to whom"
    until = f" until {shown_time(appeal['until'], decision.at, ink)}" if "until" in appeal else ""
    answered = f", answered within {appeal['answered_within']}" if "answered_within" in appeal else ""
    return f"to team {appeal['to']}{until}{answered}"
