"""An explanation as people read it: what decided, with the values seen, where it stands, and what would change it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct, structs

from policyengine.core.decision import Decision
from policyengine.core.instant import EARLIEST
from policyengine.evaluate.explaining import Asked, Edited, Explanation, Judged, RuleExplained, Why
from policyengine.evaluate.freezing import holding
from policyengine.evaluate.mending.edits import Change
from policyengine.report import approvals, disclosure, freezes, running, statements
from policyengine.report.escape import first_on_line, terminal
from policyengine.report.findings import settled_by
from policyengine.report.ink import Ink, instant_of, shown_date
from policyengine.report.rules import group_told
from policyengine.report.timeline import draw
from policyengine.report.words import told_of

_PARTS: Final = {"when": "when", "require": "required", "except": "unless", "protected": "protected"}
_MOST_SHOWN: Final = 160
"""Characters of a value that are shown."""
_MARK: Final = "*"


class Shown(Struct, frozen=True, kw_only=True):
    """What is explained: the place of the submission in words, what it is, and how it is shown."""

    place: str
    subject: str
    ink: Ink = Ink()
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
        self._now = instant_of(explanation.decision.at) or EARLIEST

    def lines(self) -> Iterator[str]:
        """Yield all lines: outcome, rules with their tests, approvals and other clocks, what is missing, changes."""
        yield from self._head()
        for rule in self._explanation.rules:
            yield ""
            yield from self._rule(rule)
        states = (self._labels(), self._approvals(), self._freezes(), self._statements(), self._clocks())
        for block in (*states, self._missing(), self._changes()):
            lines = list(block)
            yield from ["", *lines] if lines else ()

    def _paint(self, role: str, text: str) -> str:
        return self._shown.ink.paint(role, text)

    def _head(self) -> Iterator[str]:
        decision = self._decision
        place = self._paint("bold", first_on_line(self._shown.place))
        yield f"{place}  {self._paint(decision.outcome, decision.outcome)}  {terminal(self._shown.subject)}"
        ink = self._shown.ink
        when = f"judged at {shown_date(decision.at, ink)}"
        if decision.governing_time != decision.at:
            when += f", by the policies in force on {shown_date(decision.governing_time, ink)}"
        yield f"  {terminal(f'{when} (all times in {ink.zone})')}"
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
        yield from (f"  {terminal(settled_by(settled))}" for settled in rule.settled)
        groups = [f.group for f in self._decision.findings if f.name == rule.name and f.group is not None]
        yield from (f"  {terminal(group_told(group))}" for group in groups)
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
        if rule.extends is not None:
            yield f"  {self._paint('dim', terminal(f'an overlay of {rule.extends}'))}"
        if rule.taken_by:
            where = "for some markets " if rule.judged else ""
            yield f"  {terminal(f'{where}{_listed(rule.taken_by)} in its place')}"
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
        words = told_of(why.mentions)
        found = f"; found {words}" if words else ""
        line = f"{mark} {why.truth:<8}{'  ' * depth}{terminal(why.text + seen + found)}"
        yield line if why.decided else self._paint("dim", line)
        for child in why.children:
            yield from self._why(child, depth + 1)

    # States ---------------------------------------------------------------------------------------------------------

    def _labels(self) -> Iterator[str]:
        if self._explanation.labels is not None:
            yield from disclosure.lines(self._explanation.labels, self._decision, self._shown.ink)

    def _approvals(self) -> Iterator[str]:
        for approval in self._decision.approvals:
            yield from approvals.lines(approval, self._decision, self._shown.ink)
            for asked in self._explanation.asked:
                if asked.policy == approval.policy:
                    yield from (f"    {line}" for line in self._asked(asked))

    def _freezes(self) -> Iterator[str]:
        yield from freezes.lines(self._decision, self._shown.ink)

    def _statements(self) -> Iterator[str]:
        yield from statements.lines(self._decision, self._shown.ink)

    def _asked(self, asked: Asked) -> Iterator[str]:
        """Yield whether a condition holds, and only the tests that decided."""
        where = f" in {asked.market}" if asked.market else ""
        yield terminal(f"{asked.says}{where}: {asked.why.truth}")
        for leaf in _deciding(asked.why):
            yield from (f"  {line}" for line in self._why(leaf, 0))

    def _clocks(self) -> Iterator[str]:
        rows = sorted(running.rows(self._decision), key=lambda row: (row.at is None, row.at or self._now, row.words))
        if rows:
            yield "what runs:"
        yield from (f"  {line}" for line in draw(rows, self._shown.ink, self._now))

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
            told = f"; not told: {facts}" if facts else ""
            yield terminal(f"undecided: {item['policy']}, {item['what']}{told}")

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


def _deciding(why: Why) -> Iterator[Why]:
    """Yield the tests that decided, one line each; what is denied stays whole, for its tests read the other way."""
    if why.form == "not" and why.children:
        yield structs.replace(why, text=_words(why), children=())
    elif not why.children:
        yield why
    else:
        for child in why.children:
            if child.decided:
                yield from _deciding(child)


def _words(why: Why) -> str:
    """Return a test with those inside it as one phrase."""
    parts = [_words(child) for child in why.children]
    if why.form == "not" and parts:
        return f"not ({parts[0]})"
    if why.form in {"any", "all"} and parts:
        return (" or " if why.form == "any" else " and ").join(parts)
    return why.text


def _short(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


def _edited(edited: Edited | None) -> str:
    if edited is None:
        return "not under version control"
    if not edited.by:
        return "changed, and not committed yet"
    return f"last changed by {edited.by} on {edited.on} ({edited.revision[:10]}: {edited.subject})"


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
    frozen = sorted({str(item["policy"]) for item in holding(decision.frozen)})
    if frozen and decision.outcome == "hold":
        return f"no edit alters it: it is frozen by {', '.join(frozen)}"
    if decision.outcome == "allow":
        return "no single edit of what it tells makes it worse"
    return "no change of up to three edits that alters it was found"


def _listed(policies: tuple[str, ...]) -> str:
    return f"{' and '.join(policies)} {'speaks' if len(policies) == 1 else 'speak'}"
