"""The report for people: a block a submission, what decides first, then what is missing, pending and to come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from policyengine.core.decision import RANK, ApprovalState, Decision, Finding
from policyengine.core.diagnostic import Diagnostic
from policyengine.evaluate.completeness import COMPLETE
from policyengine.report.escape import first_on_line, terminal
from policyengine.report.findings import VERDICTS, Report, Reviewed, View, category, under, waits_for
from policyengine.report.snippet import render as snippet

_RESET: Final = "\x1b[0m"
_COLOURS: Final = {
    "allow": "\x1b[1;32m",
    "flag": "\x1b[1;36m",
    "hold": "\x1b[1;33m",
    "block": "\x1b[1;31m",
    "unread": "\x1b[1;31m",
    "bold": "\x1b[1m",
    "dim": "\x1b[2m",
}
_MOST_RULES: Final = 6
"""Names of waiting rules that are shown before they are only counted."""
_PLURALS: Final = {"fault": "faults", "block": "blocked", "hold": "on hold", "flag": "flagged", "allow": "allowed"}


def render(report: Report, view: View) -> str:
    """Return the report; with `quiet` only what fails, without a summary."""
    blocks = [snippet(d, view.text_of, colour=view.colour) for d in _shown(report.diagnostics, view)]
    shown = [r for r in report.reviewed if not view.quiet or r.categories & report.fail_on]
    blocks.extend("\n".join(_Block(reviewed, report, view).lines()) for reviewed in shown)
    if not view.quiet and (report.reviewed or report.diagnostics):
        blocks.append(summary(report))
    return "\n\n".join(blocks) + "\n" if blocks else ""


def _shown(diagnostics: Iterable[Diagnostic], view: View) -> Iterator[Diagnostic]:
    return (d for d in diagnostics if not view.quiet or d.severity == "error")


def summary(report: Report) -> str:
    """Return what was found in one line: faults, and how many submissions are blocked, on hold, flagged, allowed."""
    parts = []
    for severity, word in (("error", "fault"), ("warning", "warning"), ("note", "note")):
        faults = [d for d in report.diagnostics if d.severity == severity]
        if severity == "error":
            faults.extend(fault for reviewed in report.reviewed for fault in reviewed.faults)
        if faults:
            parts.append(counted(len(faults), word))
    outcomes = [r.decision.outcome for r in report.reviewed if r.decision is not None]
    parts.extend(
        f"{outcomes.count(o)} {_PLURALS[o]}" for o in sorted(set(outcomes), key=RANK.__getitem__, reverse=True)
    )
    if not report.reviewed:
        return ", ".join(parts)
    return f"{counted(len(report.reviewed), 'submission')}: {', '.join(parts) or 'not judged'}"


def counted(number: int, word: str) -> str:
    """Return a number with its word: `1 fault`, `2 faults`."""
    return f"{number} {word}{'' if number == 1 else 's'}"


class _Block:
    """The lines about one submission."""

    def __init__(self, reviewed: Reviewed, report: Report, view: View) -> None:
        self._reviewed = reviewed
        self._report = report
        self._view = view

    def lines(self) -> Iterator[str]:
        """Yield all lines: the header, faults, findings by weight, approvals, what is due and what comes."""
        decision = self._reviewed.decision
        start = self._reviewed.submission.start
        word = "not judged" if decision is None else decision.outcome
        paint = "unread" if decision is None else decision.outcome
        place = f"{first_on_line(start.file)}:{start.line}"
        yield f"{self._paint('bold', place)}  {self._paint(paint, word)}  {self._subject(decision)}"
        for fault in self._reviewed.faults:
            text = snippet(fault, self._view.text_of, colour=self._view.colour)
            yield from (f"  {line}" for line in text.split("\n"))
        if decision is None:
            return
        yield from self._findings(decision)
        if self._view.quiet:
            return
        yield from self._approvals(decision)
        yield from self._frozen(decision)
        yield from self._listed(decision)

    def _subject(self, decision: Decision | None) -> str:
        told = terminal(self._reviewed.subject)
        if decision is not None and len(set(decision.by_market.values())) > 1:
            by_market = ", ".join(f"{market} {outcome}" for market, outcome in sorted(decision.by_market.items()))
            told += terminal(f" ({by_market})")
        return told

    # Findings -----------------------------------------------------------------------------------------------------

    def _findings(self, decision: Decision) -> Iterator[str]:
        """Yield what was found, then what is not told; a rule that only waits for a declaration stands there alone."""
        declared = {f.missing[0] for f in decision.findings if f.policy == COMPLETE and f.missing}
        groups: dict[tuple[str, ...], list[Finding]] = {}
        for finding in decision.findings:
            if self._view.quiet and category(finding) not in self._report.fail_on:
                continue
            if finding.verdict != "unproven":
                yield from self._finding(finding)
            elif finding.policy == COMPLETE or not finding.missing:
                groups.setdefault((finding.name,), []).append(finding)
            else:
                left = tuple(name for name in finding.missing if not under(name, declared))
                if left:
                    groups.setdefault(("", *left), []).append(finding)
        for key in sorted(groups, key=lambda k: (k[0] == "", k)):
            yield from self._unproven(groups[key])

    def _finding(self, finding: Finding) -> Iterator[str]:
        word = finding.outcome if finding.verdict in {"fail", "error"} else finding.verdict
        paint = word if word in _COLOURS else "dim"
        where = f" [{', '.join(finding.markets)}]" if finding.markets else ""
        prefix = VERDICTS["error"] if finding.verdict == "error" else ""
        yield f"  {self._paint(paint, word)}: {prefix}{terminal(finding.message or finding.name)}{terminal(where)}"
        yield f"    {self._dim('-->')} {self._place(finding)}  {self._name(finding)}"
        if finding.verdict == "due" and finding.due_at:
            yield f"    to be done by {terminal(finding.due_at)}"
        yield from self._advice(finding)

    def _unproven(self, group: list[Finding]) -> Iterator[str]:
        """Yield one entry for all rules that wait for the same facts."""
        first = group[0]
        weight = max((f.outcome for f in group), key=RANK.__getitem__)
        word = self._paint(weight, weight)
        if first.policy == COMPLETE:
            yield f"  {word}: {terminal(first.message)}"
            yield f"    {self._dim('-->')} {self._place(first)}  {self._name(first)}"
            if first.rules:
                yield f"    waiting: {self._names(first.rules)}"
            yield from self._advice(first)
            return
        if len(group) == 1:
            told = f"; not told: {_facts(first.missing)}" if first.missing else ""
            yield f"  {word}: {VERDICTS['unproven']}{terminal(first.message or first.name)}{told}"
            yield f"    {self._dim('-->')} {self._place(first)}  {self._name(first)}"
            yield from self._advice(first)
            return
        facts = _facts(sorted({name for finding in group for name in finding.missing}))
        yield f"  {word}: {facts} not told; {counted(len(group), 'rule')} cannot be proven without"
        yield f"    {self._dim('-->')} {self._place(first)}"
        for finding in group:
            where = f" [{', '.join(finding.markets)}]" if finding.markets else ""
            yield f"    - {terminal(finding.message or finding.name)}{terminal(where)}  {self._name(finding)}"

    def _advice(self, finding: Finding) -> Iterator[str]:
        if finding.fix:
            yield f"    fix: {terminal(finding.fix)}"
        if finding.released_by and finding.verdict in {"fail", "unproven", "error"}:
            yield f"    can be released by {terminal(finding.released_by)}"

    def _place(self, finding: Finding) -> str:
        span = self._reviewed.submission.span_of_finding(finding)
        return f"{terminal(span.file)}:{span.line}:{span.column}"

    def _name(self, finding: Finding) -> str:
        source = f" ({terminal(finding.source.file)}:{finding.source.line})" if finding.source is not None else ""
        return self._dim(f"{terminal(finding.name)}{source}")

    def _names(self, names: tuple[str, ...]) -> str:
        shown = ", ".join(terminal(name) for name in names[:_MOST_RULES])
        more = len(names) - _MOST_RULES
        return self._dim(f"{shown} and {more} more" if more > 0 else shown)

    # The rest of the Decision -----------------------------------------------------------------------------------------

    def _approvals(self, decision: Decision) -> Iterator[str]:
        for approval in decision.approvals:
            if approval.outcome == "allow":
                continue
            word = self._paint(approval.outcome, "approval")
            yield f"  {word}: {terminal(approval.policy)} is {terminal(approval.status)}"
            yield from (f"    {terminal(waits)}" for waits in waits_for(approval))
            for by, why in _ignored(approval):
                yield f"    the vote of {terminal(by)} does not count: {terminal(why)}"

    def _frozen(self, decision: Decision) -> Iterator[str]:
        for item in decision.frozen:
            order, until = item.get("order") or "", item.get("until") or "it is lifted"
            told = terminal(f"{item['policy']} {order} until {until}")
            yield f"  {self._paint('hold', 'frozen')}: {told}"

    def _listed(self, decision: Decision) -> Iterator[str]:
        for name, items in (
            ("obligation", decision.obligations),
            ("deadline", decision.deadlines),
            ("action", decision.actions),
            ("escalation", decision.escalations),
            ("review", decision.reviews),
            ("upcoming", decision.upcoming),
            ("assumed", decision.assumed),
            ("undecided", decision.undecided),
        ):
            for item in items:
                yield f"  {self._dim(name)}: {terminal(_SAID[name](item))}"
        for name in decision.self_asserted:
            told = f"`{terminal(name)}` is stated by the author, and is not the author's to state"
            yield f"  {self._dim('own word')}: {told}"

    def _paint(self, name: str, text: str) -> str:
        return f"{_COLOURS[name]}{text}{_RESET}" if self._view.colour else text

    def _dim(self, text: str) -> str:
        return self._paint("dim", text)


def _facts(names: Iterable[str]) -> str:
    return ", ".join(f"`{terminal(name)}`" for name in names)


def _ignored(approval: ApprovalState) -> Iterator[tuple[str, str]]:
    for stage in approval.stages:
        for vote in stage.ignored:
            yield str(vote.get("by", "")), str(vote.get("why", ""))


def _obligation(item: dict[str, Any]) -> str:
    return f"{item.get('what', '')}, by {item.get('due_at', '')} ({item.get('policy', '')}/{item.get('rule', '')})"


def _deadline(item: dict[str, Any]) -> str:
    return f"{item.get('policy', '')} {item.get('id', '')}, by {item.get('due_at', '')}"


def _action(item: dict[str, Any]) -> str:
    to = f" to {item['to']}" if item.get("to") else ""
    due = f", by {item['due_at']}" if item.get("due_at") else ""
    return f"{item.get('do', '')}{to}{due}"


def _escalation(item: dict[str, Any]) -> str:
    holder = f", with {', '.join(item['holder'])}" if item.get("holder") else ""
    late = f", overdue by {item['overdue_by']}" if item.get("overdue_by") else ""
    step = f" step {item['step']}" if item.get("step") else ""
    return f"{item.get('policy', '')} {item.get('path', '')}{step} is {item.get('status', '')}{holder}{late}"


def _review(item: dict[str, Any]) -> str:
    return f"{item.get('policy', '')} is {item.get('status', '')}, due {item.get('due', '')}"


def _upcoming(item: dict[str, Any]) -> str:
    return (
        f"from {item.get('from', '')} on this is {item.get('outcome', '')}: {item.get('message', '')}"
        f" ({item.get('policy', '')}/{item.get('rule', '')})"
    )


def _assumed(item: dict[str, Any]) -> str:
    return f"`{item.get('field', '')}`, because {item.get('because', '')} ({item.get('policy', '')})"


def _undecided(item: dict[str, Any]) -> str:
    missing = ", ".join(f"`{name}`" for name in item.get("missing", ()))
    return f"`{item.get('what', '')}` of {item.get('policy', '')} does not apply while {missing} is not told"


_SAID: Final = {
    "obligation": _obligation,
    "deadline": _deadline,
    "action": _action,
    "escalation": _escalation,
    "review": _review,
    "upcoming": _upcoming,
    "assumed": _assumed,
    "undecided": _undecided,
}
