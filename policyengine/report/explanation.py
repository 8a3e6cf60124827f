"""An explanation as people read it: what decided, with the values seen, where it stands, and what would change it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from msgspec import Struct

from policyengine.core.decision import ApprovalState, Decision
from policyengine.evaluate.explaining import Edited, Explanation, Judged, RuleExplained, Why
from policyengine.evaluate.mending.edits import Change
from policyengine.report.escape import first_on_line, terminal

_RESET: Final = "\x1b[0m"
_COLOURS: Final = {
    "allow": "\x1b[1;32m",
    "flag": "\x1b[1;33m",
    "hold": "\x1b[1;35m",
    "block": "\x1b[1;31m",
    "bold": "\x1b[1m",
    "dim": "\x1b[2m",
}
_PARTS: Final = {"when": "when", "require": "required", "except": "unless", "protected": "protected"}
_MOST_SHOWN: Final = 160
"""Characters of a value that are shown."""
_MARK: Final = "*"


class Shown(Struct, frozen=True, kw_only=True):
    """What is explained: the place of the submission in words, what it is, and how it is shown."""

    place: str
    subject: str
    colour: bool = False
    history: bool = True


def render(explanation: Explanation, shown: Shown) -> str:
    """Return the explanation of one Decision as lines for a terminal, with a line end after the last."""
    return "\n".join(_Page(explanation, shown).lines()) + "\n"


class _Page:
    """The lines about one Decision."""

    def __init__(self, explanation: Explanation, shown: Shown) -> None:
        self._explanation = explanation
        self._decision = explanation.decision
        self._shown = shown

    def lines(self) -> Iterator[str]:
        """Yield all lines: outcome, rules with their tests, approvals and other clocks, what is missing, changes."""
        yield from self._head()
        for rule in self._explanation.rules:
            yield ""
            yield from self._rule(rule)
        for block in (self._approvals(), self._clocks(), self._missing(), self._changes()):
            lines = list(block)
            yield from ["", *lines] if lines else ()

    def _paint(self, name: str, text: str) -> str:
        paint = _COLOURS.get(name)
        return f"{paint}{text}{_RESET}" if self._shown.colour and paint else text

    def _head(self) -> Iterator[str]:
        decision = self._decision
        place = self._paint("bold", first_on_line(self._shown.place))
        yield f"{place}  {self._paint(decision.outcome, decision.outcome)}  {terminal(self._shown.subject)}"
        when = f"judged at {decision.at}"
        if decision.governing_time != decision.at:
            when += f", by the policies in force at {decision.governing_time}"
        yield f"  {terminal(when)}"
        if len(set(decision.by_market.values())) > 1:
            yield f"  by market: {', '.join(f'{m} {o}' for m, o in sorted(decision.by_market.items()))}"
        if decision.decided_by:
            yield f"  decided by {terminal(', '.join(decision.decided_by))}"
        elif not decision.findings:
            yield "  nothing was found"

    # Rules ----------------------------------------------------------------------------------------------------------

    def _rule(self, rule: RuleExplained) -> Iterator[str]:
        word = rule.outcome if rule.outcome != "allow" else rule.verdicts[0].replace("_", " ")
        mark = " (decides)" if rule.decides else ""
        yield f"{self._paint(rule.outcome, word)}: {terminal(rule.name)}: {terminal(rule.title)}{mark}"
        yield from (f"  {terminal(message)}" for message in rule.messages if message != rule.title)
        yield from self._origin(rule)
        for judged in rule.judged:
            yield from self._judged(judged, alone=len(rule.judged) == 1)
        if rule.missing:
            yield f"  not told: {', '.join(f'`{terminal(name)}`' for name in rule.missing)}"
        yield from (f"  fix: {terminal(fix)}" for fix in rule.fixes)
        if rule.released_by:
            yield f"  can be released by {terminal(rule.released_by)}"

    def _origin(self, rule: RuleExplained) -> Iterator[str]:
        parts = []
        if rule.source is not None:
            parts.append(f"{rule.source.file}:{rule.source.line}")
        if rule.owner:
            parts.append(f"owned by {rule.owner}")
        if rule.source is not None and self._shown.history:
            parts.append(_edited(rule.edited))
        if parts:
            yield f"  {self._paint('dim', terminal(', '.join(parts)))}"
        for source in rule.sources:
            cited = ", ".join(part for part in (source.title, source.url) if part)
            yield f"  {self._paint('dim', terminal(f'source: {cited}'))}"

    def _judged(self, judged: Judged, *, alone: bool) -> Iterator[str]:
        where = [f"in {judged.market}" if judged.market else "", f"`{judged.entry}`" if judged.entry else ""]
        label = " ".join(part for part in where if part)
        if label or not alone:
            yield f"  {terminal(label or 'the record')}: {judged.verdict.replace('_', ' ')}"
        for part in judged.parts:
            yield f"    {_PARTS[part.part]}:"
            yield from (f"      {line}" for line in self._why(part.why, 0))

    def _why(self, why: Why, depth: int) -> Iterator[str]:
        mark = _MARK if why.decided and not why.children else " "
        seen = f"; seen: {_short(why.seen)}" if why.seen else ""
        if why.truth == "unknown" and why.missing:
            seen = f"; not told: {', '.join(why.missing)}"
        line = f"{mark} {why.truth:<8}{'  ' * depth}{terminal(why.text + seen)}"
        yield line if why.decided else self._paint("dim", line)
        for child in why.children:
            yield from self._why(child, depth + 1)

    # States ---------------------------------------------------------------------------------------------------------

    def _approvals(self) -> Iterator[str]:
        for approval in self._decision.approvals:
            word = self._paint(
                approval.outcome, f"approval: {terminal(approval.policy)} is {terminal(approval.status)}"
            )
            yield f"{word}{' (the fast track)' if approval.fast_track else ''}"
            yield from _stages(approval)

    def _clocks(self) -> Iterator[str]:
        decision = self._decision
        timeline = sorted(_timeline(decision), key=lambda entry: (entry[0] is None, entry[0] or "", entry[1]))
        if timeline:
            yield "what runs:"
        for when, what in timeline:
            yield f"  {terminal(when or 'no date'):<21} {terminal(what)}"

    def _missing(self) -> Iterator[str]:
        decision = self._decision
        if decision.missing:
            yield "not told:"
        for item in decision.missing:
            yield f"  `{terminal(str(item['field']))}`, for {terminal(', '.join(item['rules']))}"
        for item in decision.assumed:
            yield terminal(f"assumed: `{item['field']}`, by {item['policy']}: {item['because']}")
        for item in decision.undecided:
            facts = ", ".join(f"`{name}`" for name in item.get("missing", ()))
            yield terminal(f"undecided: {item['policy']}, {item['what']}; not told: {facts}")

    def _changes(self) -> Iterator[str]:
        changes = self._explanation.changes
        if not self._explanation.searched:
            return
        if not changes:
            yield _no_change(self._decision)
            return
        worse = self._decision.outcome in {"allow", "flag"}
        yield "what would make it worse:" if worse else "the smallest change that alters it:"
        for number, change in enumerate(changes):
            yield f"  {'or ' if number and not worse else ''}{terminal(_change(change))}"
            yield from (f"    settles {terminal(name)}" for name in change.settles)
            yield from (f"    brings {terminal(name)}" for name in change.brings)


def _short(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


def _edited(edited: Edited | None) -> str:
    if edited is None:
        return "not under version control"
    if not edited.by:
        return "changed, and not committed yet"
    return f"last changed by {edited.by} on {edited.on} ({edited.revision[:10]}: {edited.subject})"


def _stages(approval: ApprovalState) -> Iterator[str]:
    for number, stage in enumerate(approval.stages, start=1):
        parts = [f"  {number}. {stage.stage}: {stage.status}"]
        if stage.by:
            parts.append(f"voted: {', '.join(stage.by)}")
        if stage.status not in {"approved", "skipped"}:
            parts.append(f"needs {stage.needs}")
            parts.extend([f"can act: {', '.join(stage.can_act)}"] if stage.can_act else [])
            parts.extend([f"due {stage.due_at}"] if stage.due_at else [])
        yield terminal("; ".join(parts))
        for ignored in stage.ignored:
            yield terminal(f"     the vote of {ignored.get('by')} does not count: {ignored.get('why')}")


def _timeline(decision: Decision) -> Iterator[tuple[str | None, str]]:
    for item in decision.obligations:
        yield item.get("due_at"), f"to be done: {item.get('what')} ({item.get('policy')}/{item.get('rule')})"
    for item in decision.actions:
        yield item.get("due_at"), f"do: {item.get('do')} {item.get('to') or ''}".rstrip()
    for item in decision.deadlines:
        yield item.get("due_at"), f"deadline: {item.get('policy')} {item.get('id')}"
    for item in decision.escalations:
        yield item.get("next_at"), _escalation(item)
    for item in decision.reviews:
        yield item.get("due"), f"review: {item.get('policy')} is {item.get('status')}"
    for item in decision.frozen:
        yield item.get("until"), f"frozen by {item.get('policy')} {item.get('order') or ''}".rstrip()
    for item in decision.upcoming:
        yield item.get("from"), f"begins to bind: {item.get('policy')}/{item.get('rule')} ({item.get('outcome')})"


def _escalation(item: dict[str, Any]) -> str:
    parts = [f"escalation: {item.get('policy')} {item.get('route')}, {item.get('severity')}: {item.get('status')}"]
    holder = item.get("holder")
    held: Iterable[str] = [holder] if isinstance(holder, str) else holder or ()
    parts.extend([f"step {item['step']}"] if item.get("step") else [])
    parts.extend([f"with {', '.join(map(str, held))}"] if held else [])
    parts.extend([f"overdue by {item['overdue_by']}"] if item.get("overdue_by") else [])
    return ", ".join(parts)


def _change(change: Change) -> str:
    text = f"{change.says}: {change.before} → {change.after}"
    if change.waits:
        text = f"{change.says}: then only {', '.join(change.waits)} is waited for"
    if change.others:
        text += f" (not the author's to state: {', '.join(change.others)})"
    return text


def _no_change(decision: Decision) -> str:
    waits = [a.policy for a in decision.approvals if a.outcome == decision.outcome and decision.outcome != "allow"]
    if waits:
        return f"no edit alters it: it waits for the votes of {', '.join(waits)}"
    if decision.outcome == "allow":
        return "no single edit of what it tells makes it worse"
    return "no change of up to three edits that alters it was found"
