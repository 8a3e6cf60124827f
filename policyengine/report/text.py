"""The report for people: a block a submission, what decides first, then what is missing, pending and to come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from policyengine.core.decision import RANK, Decision
from policyengine.core.diagnostic import Diagnostic
from policyengine.report import approvals, coming, freezes
from policyengine.report.escape import first_on_line, terminal
from policyengine.report.findings import Report, Reviewed, View, counted
from policyengine.report.ink import Ink, instant_of
from policyengine.report.rules import Group, Rules
from policyengine.report.snippet import render as snippet
from policyengine.report.timeline import clocks

_PLURALS: Final = {"fault": "faults", "block": "blocked", "hold": "on hold", "flag": "flagged", "allow": "allowed"}


def render(report: Report, view: View) -> str:
    """Return the report; with `quiet` only what fails, without a summary."""
    blocks = [snippet(d, view.text_of, colour=view.colour) for d in _shown(report.diagnostics, view)]
    shown = [r for r in report.reviewed if not view.quiet or r.categories & report.fail_on]
    said: set[Group] = set()
    blocks.extend("\n".join(_Block(reviewed, report, view, said).lines()) for reviewed in shown)
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


class _Block:
    """The lines about one submission."""

    def __init__(self, reviewed: Reviewed, report: Report, view: View, said: set[Group]) -> None:
        self._reviewed = reviewed
        self._report = report
        self._view = view
        self._ink = view.ink
        self._said = said

    def lines(self) -> Iterator[str]:
        """Yield all lines: the header, faults, findings by weight, approvals, what is due and what comes."""
        decision = self._reviewed.decision
        yield self._head(decision)
        for fault in self._reviewed.faults:
            text = snippet(fault, self._view.text_of, colour=self._view.colour)
            yield from (f"  {line}" for line in text.split("\n"))
        if decision is not None:
            yield from (f"  {line}" for line in self._body(decision))

    def _head(self, decision: Decision | None) -> str:
        start = self._reviewed.submission.start
        word = "not judged" if decision is None else decision.outcome
        paint = self._ink.paint("unread" if decision is None else decision.outcome, word)
        place = self._ink.paint("bold", f"{first_on_line(start.file)}:{start.line}")
        return f"{place}  {paint}  {self._subject(decision)}"

    def _subject(self, decision: Decision | None) -> str:
        told = terminal(self._reviewed.subject)
        if decision is not None and len(set(decision.by_market.values())) > 1:
            by_market = ", ".join(f"{market} {outcome}" for market, outcome in sorted(decision.by_market.items()))
            told += terminal(f" ({by_market})")
        return told

    def _body(self, decision: Decision) -> Iterator[str]:
        only = self._report.fail_on if self._view.quiet else None
        yield from Rules(self._reviewed.submission, self._ink, only=only, said=self._said).lines(decision)
        if self._view.quiet:
            return
        states = [*_approvals(decision, self._ink), *freezes.lines(decision, self._ink)]
        told = [*states, *coming.lines(decision, self._ink)]
        now = instant_of(decision.at)
        if now is not None and (states or coming.dated(decision)):
            yield clocks(self._ink, now)
        yield from told


def _approvals(decision: Decision, ink: Ink) -> Iterator[str]:
    for approval in decision.approvals:
        if approval.outcome != "allow":
            yield from approvals.lines(approval, decision, ink)
