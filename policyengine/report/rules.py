"""The findings of a Decision as people read them: what decides first, then what is not told."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final

from policyengine.core.decision import RANK, Decision, Finding
from policyengine.evaluate.completeness import COMPLETE
from policyengine.evaluate.submission import Submission
from policyengine.report.escape import terminal
from policyengine.report.findings import VERDICTS, Category, category, counted, settled_by, under
from policyengine.report.ink import COLOURS, Ink
from policyengine.report.words import told_of

_MOST_RULES: Final = 6
"""Names of waiting rules that are shown before they are only counted."""


Group = tuple[str, str, tuple[str, ...]]
"""A group of records as one rule sees it: the rule, when it began, the ids."""


class Rules:
    """Writes the findings about one submission; with `only`, those of these categories."""

    def __init__(
        self,
        submission: Submission,
        ink: Ink,
        *,
        only: Collection[Category] | None = None,
        said: set[Group] | None = None,
    ) -> None:
        """Write for a submission, whose places the findings have; `said` are the groups that were told in full."""
        self._submission = submission
        self._ink = ink
        self._only = only
        self._said = said if said is not None else set()

    def lines(self, decision: Decision) -> Iterator[str]:
        """Yield what was found, then what is not told; a rule that only waits for a declaration stands there alone."""
        declared = {f.missing[0] for f in decision.findings if f.policy == COMPLETE and f.missing}
        groups: dict[tuple[str, ...], list[Finding]] = {}
        for finding in decision.findings:
            if self._only is not None and category(finding) not in self._only:
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
        paint = word if word in COLOURS else "dim"
        where = f" [{', '.join(finding.markets)}]" if finding.markets else ""
        prefix = VERDICTS["error"] if finding.verdict == "error" else ""
        yield f"{self._ink.paint(paint, word)}: {prefix}{terminal(finding.message or finding.name)}{terminal(where)}"
        yield f"  {self._ink.dim('-->')} {self._place(finding)}  {self._name(finding)}"
        if finding.group is not None:
            if self._told(finding):
                return
            yield f"  {terminal(group_told(finding.group))}"
        if any(mention.step for mention in finding.mentions):
            yield f"  found {terminal(told_of(finding.mentions))}"
        if finding.verdict == "due" and finding.due_at:
            yield f"  to be done by {terminal(finding.due_at)}"
        if finding.settled is not None:
            yield f"  {terminal(settled_by(finding.settled))}"
        yield from self._advice(finding)

    def _told(self, finding: Finding) -> bool:
        """Tell whether a group was told in full already, with another of its records; afterwards it is."""
        assert finding.group is not None  # noqa: S101 - asked for findings about groups only
        key = (finding.name, finding.group.get("from") or "", tuple(finding.group["records"]))
        known = key in self._said
        self._said.add(key)
        return known

    def _unproven(self, group: list[Finding]) -> Iterator[str]:
        """Yield one entry for all rules that wait for the same facts."""
        first = group[0]
        weight = max((f.outcome for f in group), key=RANK.__getitem__)
        word = self._ink.paint(weight, weight)
        if first.policy == COMPLETE:
            yield f"{word}: {terminal(first.message)}"
            yield f"  {self._ink.dim('-->')} {self._place(first)}  {self._name(first)}"
            if first.rules:
                yield f"  waiting: {self._names(first.rules)}"
            yield from self._advice(first)
            return
        if len(group) == 1:
            told = f"; not told: {_facts(first.missing)}" if first.missing else ""
            yield f"{word}: {VERDICTS['unproven']}{terminal(first.message or first.name)}{told}"
            yield f"  {self._ink.dim('-->')} {self._place(first)}  {self._name(first)}"
            if first.group is not None:
                if self._told(first):
                    return
                yield f"  {terminal(group_told(first.group))}"
            yield from self._advice(first)
            return
        facts = _facts(sorted({name for finding in group for name in finding.missing}))
        yield f"{word}: {facts} not told; {counted(len(group), 'rule')} cannot be proven without"
        yield f"  {self._ink.dim('-->')} {self._place(first)}"
        for finding in group:
            where = f" [{', '.join(finding.markets)}]" if finding.markets else ""
            yield f"  - {terminal(finding.message or finding.name)}{terminal(where)}  {self._name(finding)}"

    def _advice(self, finding: Finding) -> Iterator[str]:
        if finding.fix and finding.settled is None:
            yield f"  fix: {terminal(finding.fix)}"
        if finding.released_by and finding.verdict in {"fail", "unproven", "error"}:
            yield f"  can be released by {terminal(finding.released_by)}"

    def _place(self, finding: Finding) -> str:
        span = self._submission.span_of_finding(finding)
        return f"{terminal(span.file)}:{span.line}:{span.column}"

    def _name(self, finding: Finding) -> str:
        source = f" ({terminal(finding.source.file)}:{finding.source.line})" if finding.source is not None else ""
        return self._ink.dim(f"{terminal(finding.name)}{source}")

    def _names(self, names: tuple[str, ...]) -> str:
        shown = ", ".join(terminal(name) for name in names[:_MOST_RULES])
        more = len(names) - _MOST_RULES
        return self._ink.dim(f"{shown} and {more} more" if more > 0 else shown)


def group_told(group: dict[str, Any]) -> str:
    """Return which records a finding is about: how many, what they have in common, when, and the first ids."""
    ids = group["records"]
    more = len(ids) - _MOST_RULES
    shown = ", ".join(ids[:_MOST_RULES]) + (f" and {more} more" if more > 0 else "")
    common = "".join(f", {name} {value}" for name, value in group["by"].items())
    when = f", {group['from']} to {group['until']}" if "from" in group else ""
    period = f", {group['period']}" if "period" in group else ""
    return f"{counted(len(ids), 'record')}{common}{when}{period}: {shown}"


def _facts(names: Iterable[str]) -> str:
    return ", ".join(f"`{terminal(name)}`" for name in names)
