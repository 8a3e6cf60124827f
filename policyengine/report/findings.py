"""The neutral form of what a run found: what every format renders, and what `--fail-on` is asked about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, tzinfo
from functools import cached_property
from typing import Literal

from msgspec import Struct

from policyengine.core.decision import ApprovalState, Decision, Finding, Settled
from policyengine.core.diagnostic import Diagnostic, Related, Span
from policyengine.core.diagnostic import Severity as Level
from policyengine.core.instant import parse_time
from policyengine.core.quantity import Problem
from policyengine.evaluate.completeness import COMPLETE
from policyengine.evaluate.freezing import holding
from policyengine.evaluate.submission import Submission
from policyengine.report.freezes import summary
from policyengine.report.ink import Ink
from policyengine.report.snippet import TextOf

Category = Literal["error", "block", "hold", "flag", "unproven", "overdue"]
CATEGORIES: tuple[Category, ...] = ("error", "block", "hold", "flag", "unproven", "overdue")
SETTLED = frozenset(["due", "waived", "released"])
"""Verdicts that stand in a report and weigh nothing."""


class View(Struct, frozen=True):
    """How a report is shown: only what fails (`quiet`), where the texts of files come from, and how lines are drawn."""

    text_of: TextOf
    colour: bool = False
    quiet: bool = False
    signs: bool = True
    zone: tzinfo = UTC

    @property
    def ink(self) -> Ink:
        """Return how lines are drawn for a terminal."""
        return Ink(self.colour, self.signs, self.zone)


class About(Struct, frozen=True, kw_only=True):
    """What is known about a rule, for formats that list the rules: the policy's line, owner and sources."""

    name: str
    title: str
    owner: str = ""
    sources: tuple[tuple[str, str | None], ...] = ()


class Item(Struct, frozen=True, kw_only=True):
    """One line of a report that is not grouped by record: what annotations and code scanning show.

    `settled`: by whom, until when and why it was waived or released; None: it was not. `folded`: the rule only waits
    for a declaration that has a line of its own.
    """

    level: Level
    rule: str
    message: str
    span: Span | None
    help: str | None = None
    related: tuple[Related, ...] = ()
    settled: str | None = None
    folded: bool = False
    subject: str = ""


class Reviewed(Struct, frozen=True, eq=False, kw_only=True, dict=True):
    """A submission, its own faults, and the Decision about it; without one where the policies could not be loaded."""

    submission: Submission
    decision: Decision | None = None

    @cached_property
    def faults(self) -> tuple[Diagnostic, ...]:
        """Return what is wrong with the record itself."""
        return self.submission.faults()

    @cached_property
    def folded(self) -> frozenset[str]:
        """Return the rules that only wait for declarations which are asked for in findings of their own."""
        findings = self.decision.findings if self.decision is not None else ()
        declared = {f.missing[0] for f in findings if f.policy == COMPLETE and f.missing}
        waiting = {f.name for f in findings if f.policy != COMPLETE and f.verdict == "unproven" and f.missing}
        return frozenset(waiting - {f.name for f in findings if not all(under(m, declared) for m in f.missing)})

    @property
    def subject(self) -> str:
        """Return the record's name: `content post-17`."""
        return f"{self.submission.kind.name} {self.submission.id}".rstrip()

    @cached_property
    def categories(self) -> frozenset[Category]:
        """Return what of `--fail-on` the submission has."""
        found: set[Category] = {"error"} if self.faults else set()
        if self.decision is not None:
            found |= {c for f in self.decision.findings if (c := category(f)) is not None}
            found |= {"hold" for _ in holding(self.decision.frozen)}
            found |= {"block" for a in self.decision.approvals if a.outcome == "block"}
            found |= {"overdue" for _ in overdue(self.decision)}
        return frozenset(found)


class Report(Struct, frozen=True, eq=False, kw_only=True):
    """All that a run found. `diagnostics` are about policies, configuration, related records and unreadable files."""

    diagnostics: tuple[Diagnostic, ...] = ()
    reviewed: tuple[Reviewed, ...] = ()
    about: dict[str, About] = {}
    fail_on: frozenset[Category] = frozenset()
    unusable: bool = False

    @property
    def categories(self) -> frozenset[Category]:
        """Return what of `--fail-on` the run found."""
        found: set[Category] = {c for r in self.reviewed for c in r.categories}
        if any(d.severity == "error" for d in self.diagnostics):
            found.add("error")
        return frozenset(found)

    @property
    def fails(self) -> bool:
        """Tell whether the run found something that `--fail-on` names."""
        return bool(self.categories & self.fail_on)

    def items(self) -> Iterator[Item]:
        """Yield everything line by line: diagnostics, then each submission's faults, findings and what is pending."""
        for diagnostic in self.diagnostics:
            yield _diagnostic(diagnostic, "")
        for reviewed in self.reviewed:
            yield from self._items(reviewed)

    def _items(self, reviewed: Reviewed) -> Iterator[Item]:
        for fault in reviewed.faults:
            yield _diagnostic(fault, reviewed.subject)
        decision, start = reviewed.decision, reviewed.submission.start
        if decision is None:
            return
        for finding in decision.findings:
            yield self._finding(finding, reviewed)
        for approval in decision.approvals:
            if approval.outcome != "allow":
                level: Level = "error" if approval.outcome == "block" else "note"
                waits = " · ".join(waits_for(approval))
                yield Item(
                    level=level,
                    rule=approval.policy,
                    message=f"approval is {approval.status}{f': {waits}' if waits else ''}",
                    span=start,
                    subject=reviewed.subject,
                )
        held = holding(decision.frozen)
        for frozen in decision.frozen:
            level = "warning" if frozen in held else "note"
            policy = str(frozen["policy"])
            yield Item(level=level, rule=policy, message=summary(frozen), span=start, subject=reviewed.subject)

    def _finding(self, finding: Finding, reviewed: Reviewed) -> Item:
        where = f" [{', '.join(finding.markets)}]" if finding.markets else ""
        said = f"{finding.message or finding.name}{where}"
        if finding.policy != COMPLETE:
            facts = ", ".join(f"`{name}`" for name in finding.missing)
            said = f"{VERDICTS[finding.verdict]}{said}{f'; not told: {facts}' if facts else ''}"
        settled = _settled(finding)
        return Item(
            level=self.level(finding),
            rule=finding.name,
            message=said,
            span=reviewed.submission.span_of_finding(finding),
            help=settled or finding.fix,
            settled=settled,
            folded=finding.name in reviewed.folded,
            subject=reviewed.subject,
        )

    def level(self, finding: Finding) -> Level:
        """Return how loud a finding is: an error if it blocks or makes the run fail, a warning if it holds."""
        found = category(finding)
        if found == "block" or found in self.fail_on:
            return "error"
        return "warning" if finding.outcome in {"hold", "block"} else "note"


VERDICTS = {
    "fail": "",
    "unproven": "not proven: ",
    "due": "to be done: ",
    "waived": "waived: ",
    "released": "released: ",
    "error": "could not be judged: ",
}
"""What stands before a finding's message, by its verdict."""


def _settled(finding: Finding) -> str | None:
    if finding.settled is not None:
        return settled_by(finding.settled)
    return "" if finding.verdict in {"waived", "released"} else None


def settled_by(settled: Settled) -> str:
    """Return who waived or released a finding, when, until when and why, in words."""
    since = f" on {settled.at[:10]}" if settled.at else ""
    until = f", until {settled.until}" if settled.until else ""
    by = f"waived with {settled.waiver}, approved by" if settled.waiver else "released by"
    ticket = f" ({settled.ticket})" if settled.ticket else ""
    why = f": {settled.because}" if settled.because else ""
    return f"{by} {' and '.join(settled.by)}{since}{until}{ticket}{why}"


def category(finding: Finding) -> Category | None:
    """Return what of `--fail-on` a finding is; None for one that weighs nothing.

    `unproven` is a rule that holds or blocks and lacks facts, or could not be judged.
    """
    if finding.verdict in SETTLED or finding.outcome == "allow":
        return None
    if finding.verdict in {"unproven", "error"}:
        return "unproven" if finding.outcome in {"hold", "block"} else None
    return finding.outcome


def overdue(decision: Decision) -> Iterator[str]:
    """Yield what should have happened by the Decision's time: policies and rules, as often as they are late."""
    at = decision.at
    for review in decision.reviews:
        if review.get("status") == "overdue":
            yield str(review["policy"])
    for escalation in decision.escalations:
        if escalation.get("overdue_by") is not None:
            yield str(escalation["policy"])
    for clock in decision.clocks:
        if clock.get("over_by") is not None and clock.get("stopped_at") is None:
            yield str(clock["policy"])
    for item in (*decision.deadlines, *decision.obligations, *decision.actions):
        if _past(item.get("due_at"), at):
            yield str(item.get("policy", ""))
    for approval in decision.approvals:
        for stage in approval.stages:
            if stage.status in {"pending", "error", "expired"} and _past(stage.due_at, at):
                yield approval.policy


def counted(number: int, word: str) -> str:
    """Return a number with its word: `1 fault`, `2 faults`."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def under(name: str, fields: Iterable[str]) -> bool:
    """Tell whether a field is one of others, or stands inside one."""
    return any(name == field or name.startswith((f"{field}.", f"{field}[")) for field in fields)


def _past(due: object, at: str) -> bool:
    if not isinstance(due, str):
        return False
    when, now = parse_time(due), parse_time(at)
    return not isinstance(when, Problem) and not isinstance(now, Problem) and when < now


def waits_for(approval: ApprovalState) -> tuple[str, ...]:
    """Return what each pending stage of an approval waits for, in words."""
    told = []
    for stage in approval.stages:
        if stage.status == "error" and stage.why:
            told.append(f"stage {stage.stage} cannot be settled: {stage.why}")
        if stage.status != "pending":
            continue
        who = f"; {', '.join(stage.can_act)} can act" if stage.can_act else ""
        due = f", by {stage.due_at}" if stage.due_at else ""
        told.append(f"stage {stage.stage} needs {stage.needs}{who}{due}")
    return tuple(told)


def _diagnostic(diagnostic: Diagnostic, subject: str) -> Item:
    return Item(
        level=diagnostic.severity,
        rule=diagnostic.code,
        message=diagnostic.message,
        span=diagnostic.span,
        help=diagnostic.help,
        related=diagnostic.related,
        subject=subject,
    )
