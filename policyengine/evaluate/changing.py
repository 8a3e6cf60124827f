"""The smallest change of a record that would alter its outcome.

From the tests that decide, edits are proposed (see `mending`); each is applied and the record judged again. Sets of one
edit are tried first, then of two, then of three: from each state of the record, what still decides says what to try
next. The search is bounded by a number of evaluations and always tries in the same order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct, structs

from policyengine.core.decision import RANK, Decision, Finding, Outcome
from policyengine.evaluate.completeness import COMPLETE
from policyengine.evaluate.deciding import Judgings, Question, decide, prepare
from policyengine.evaluate.freezing import holding
from policyengine.evaluate.judging import environments
from policyengine.evaluate.mending.edits import ADVISED, Asking, Change, Edit, applied, removing, telling
from policyengine.evaluate.mending.turning import edits_for
from policyengine.evaluate.mending.wording import beginning
from policyengine.language.environment import EvaluationError
from policyengine.lints.holes import gates
from policyengine.policyset.units import Assembly, Unit
from policyengine.shapes.contract import Case
from policyengine.shapes.predicate import Rule, entries_of, judge_entry

MOST_EVALUATIONS: Final = 2_000
MOST_EDITS: Final = 3
MOST_CHANGES: Final = 5
_BEAM: Final = 12
"""States from which a further edit is tried; those with the least left to settle come first."""
_UNTOUCHED: Final = frozenset(["id", "type", "approvals", "rulings"])
_QUOTED: Final = re.compile(r"`([^`]{1,40})`")


class State(Struct, frozen=True, eq=False):
    """A record with edits, and the Decision of the policies that matter."""

    record: dict[str, Any]
    edits: tuple[Edit, ...]
    decision: Decision


def smallest_changes(
    assembly: Assembly, record: Mapping[str, Any], question: Question, *, evaluations: int = MOST_EVALUATIONS
) -> tuple[Change, ...]:
    """Return the smallest changes that alter the outcome of a record, at most five, the best first.

    For `block` and `hold`: what leads to a lower outcome, with the fewest edits that there are among those tried (at
    most three). For `allow` and `flag`: single edits that lead to a higher one. All were applied and judged. Facts that
    are not the author's to state (`x-asserted-by`) are changed only where nothing else alters the outcome, and then
    named in `others`. Nothing where no change was found: votes, freezes and other records are no edits.
    """
    search = _Search(assembly, dict(record), question, evaluations)
    return search.better() if RANK[search.start.outcome] >= RANK["hold"] else search.worse()


class _Search:
    """One search, with its budget of evaluations."""

    def __init__(self, assembly: Assembly, record: dict[str, Any], question: Question, evaluations: int) -> None:
        self._assembly = assembly
        self._record = record
        self._question = structs.replace(question, validate=True, remedies=False)
        self._left = evaluations
        self.start = decide(assembly, record, structs.replace(question, remedies=False))
        self._faults = len(decide(assembly, record, self._question).problems)
        self._kind = assembly.types[record["type"]]

    # Towards a lower outcome ----------------------------------------------------------------------------------------

    def better(self) -> tuple[Change, ...]:
        """Return the smallest changes that lower the outcome."""
        only = self._deciding_policies()
        for others in (False, True):
            found = self._deeper(only, others=others)
            if found:
                return found
        return ()

    def _deciding_policies(self) -> tuple[str, ...]:
        """Return the policies to which whatever decides belongs, with their waivers; only they are judged then."""
        deciding = {name.partition("/")[0] for name in self.start.decided_by}
        waivers = {waiver.id for waiver in self._assembly.waivers if waiver.policy in deciding}
        return tuple(sorted(deciding | waivers))

    def _deeper(self, only: tuple[str, ...], *, others: bool) -> tuple[Change, ...]:
        first = self._judged(self._record, (), only)
        states = [first] if first is not None else []
        tried: set[frozenset[str]] = set()
        for _ in range(MOST_EDITS):
            following = [s for state in states for s in self._next(state, only, tried, others=others)]
            found = [c for s in following if self._lower(s.decision) for c in self._verified(s)]
            if found:
                return _best(found)
            states = sorted(following, key=self._left_to_settle)[:_BEAM]
        return ()

    def _next(
        self, state: State, only: tuple[str, ...], tried: set[frozenset[str]], *, others: bool
    ) -> Iterator[State]:
        for edit in self._proposed(state, others=others):
            key = frozenset([*(e.key for e in state.edits), edit.key])
            if key in tried or any(e.field == edit.field for e in state.edits):
                continue
            tried.add(key)
            record = applied(state.record, edit)
            judged = self._judged(record, (*state.edits, edit), only) if record is not None else None
            if judged is not None:
                yield judged

    def _judged(self, record: dict[str, Any], edits: tuple[Edit, ...], only: tuple[str, ...]) -> State | None:
        """Return a state, None when the budget is used up or an edit makes the record ill-typed."""
        if self._left <= 0:
            return None
        self._left -= 1
        decision = decide(self._assembly, record, structs.replace(self._question, only=only))
        return State(record, edits, decision) if len(decision.problems) <= self._faults else None

    def _lower(self, decision: Decision) -> bool:
        """Tell whether an outcome is lower, or as it is only for want of votes, which no edit replaces."""
        if RANK[decision.outcome] < RANK[self.start.outcome]:
            return True
        settled = not _deciding(decision, self.start.outcome) and not decision.problems
        return settled and bool(_deciding(self.start, self.start.outcome)) and bool(_waits(decision))

    def _left_to_settle(self, state: State) -> tuple[Any, ...]:
        left = len(_deciding(state.decision, self.start.outcome))
        return (left, len(state.decision.findings), tuple(_order(edit) for edit in state.edits))

    def _verified(self, state: State) -> Iterator[Change]:
        """Yield the change of a state if the whole set agrees that it lowers, without edits that do nothing."""
        edits = state.edits
        for edit in state.edits if len(state.edits) > 1 else ():
            fewer = tuple(e for e in edits if e is not edit)
            after = self._whole(fewer)
            edits = fewer if fewer and after is not None and self._lower(after) else edits
        after = self._whole(edits)
        if after is not None and self._lower(after):
            yield self._change(edits, after)

    def _whole(self, edits: tuple[Edit, ...]) -> Decision | None:
        """Return what the whole set says of the record with edits, None where they cannot be made."""
        record: dict[str, Any] | None = self._record
        for edit in edits:
            record = applied(record, edit) if record is not None else None
        return decide(self._assembly, record, self._question) if record is not None else None

    def _change(self, edits: tuple[Edit, ...], after: Decision) -> Change:
        weighing = [{f.name for f in d.findings if RANK[f.outcome]} for d in (self.start, after)]
        return Change(
            edits=edits,
            before=self.start.outcome,
            after=after.outcome,
            settles=tuple(sorted(weighing[0] - weighing[1])),
            brings=tuple(sorted(weighing[1] - weighing[0])),
            others=tuple(sorted({e.name for e in edits if self._of_others(e)})),
            waits=_waits(after) if after.outcome == self.start.outcome else (),
        )

    # Towards a higher outcome ---------------------------------------------------------------------------------------

    def worse(self) -> tuple[Change, ...]:
        """Return single edits of the author's own facts that raise the outcome."""
        ready = prepare(self._assembly, self._record, self._question)
        found: dict[str, Change] = {}
        tried: set[str] = set()
        for unit, case in ready.cases:
            for edit in self._allowed(edits_of_rules(unit.rules, case, breaking=True), others=False):
                if edit.key in tried:
                    continue
                tried.add(edit.key)
                record = applied(self._record, edit)
                state = self._judged(record, (edit,), (unit.id,)) if record is not None else None
                if state is not None and RANK[state.decision.outcome] > RANK[self.start.outcome]:
                    whole = decide(self._assembly, state.record, self._question)
                    found.setdefault(edit.key, self._change((edit,), whole))
        return _best(found.values(), worst=True)

    # Candidates -----------------------------------------------------------------------------------------------------

    def _proposed(self, state: State, *, others: bool) -> list[Edit]:
        ready = prepare(self._assembly, state.record, self._question)
        deciding = _deciding(state.decision, self.start.outcome)
        pending = {a.policy for a in state.decision.approvals if a.outcome == state.decision.outcome}
        edits = [*_edits_of(ready, deciding), *(e for u, c in ready.cases if u.id in pending for e in _of_gates(u, c))]
        found = {edit.key: edit for edit in self._allowed(edits, others=others)}
        return sorted(found.values(), key=_order)

    def _allowed(self, edits: Iterable[Edit], *, others: bool) -> Iterator[Edit]:
        for edit in edits:
            if edit.path[0] not in _UNTOUCHED and (others or not self._of_others(edit)):
                yield edit

    def _of_others(self, edit: Edit) -> bool:
        """Tell whether a field is not the author's to state."""
        field = self._kind.field(edit.name)
        return field is not None and field.asserted_by is not None


def _deciding(decision: Decision, outcome: Outcome) -> tuple[Finding, ...]:
    return tuple(f for f in decision.findings if f.outcome == outcome)


def _waits(decision: Decision) -> tuple[str, ...]:
    """Return the policies that hold a record back for want of votes, or because they freeze it."""
    votes = {a.policy for a in decision.approvals if a.outcome == decision.outcome}
    return tuple(sorted(votes | {str(f["policy"]) for f in holding(decision.frozen) if decision.outcome == "hold"}))


def _order(edit: Edit) -> tuple[Any, ...]:
    """Return the order in which edits are tried: the nearest first."""
    return (edit.rank, edit.key)


def _best(changes: Iterable[Change], *, worst: bool = False) -> tuple[Change, ...]:
    """Return the changes that matter most: by outcome, then by number of edits, then what brings the least."""
    sign = -1 if worst else 1

    def order(change: Change) -> tuple[Any, ...]:
        ranks = sum(e.rank for e in change.edits)
        keys = tuple(_order(e) for e in change.edits)
        return (len(change.edits), len(change.waits), ranks, sign * RANK[change.after], len(change.brings), keys)

    unique: dict[frozenset[str], Change] = {}
    for change in sorted(changes, key=order):
        # Of several values for the same fields one is enough.
        unique.setdefault(frozenset(e.field for e in change.edits), change)
    return tuple(unique.values())[:MOST_CHANGES]


def _edits_of(ready: Judgings, findings: Iterable[Finding]) -> Iterator[Edit]:
    """Yield edits that may settle findings."""
    wanted = {finding.name: finding for finding in findings}
    for finding in wanted.values():
        for name in finding.missing:
            yield from telling(ready.kind, name)
        yield from _advised(finding, ready)
        if finding.policy == COMPLETE and finding.field is not None:
            yield from telling(ready.kind, finding.field)
    for unit, case in ready.cases:
        yield from edits_of_rules([r for r in unit.rules if r.name in wanted], case, breaking=False)
        if any(finding.policy == unit.id for finding in wanted.values()):
            yield from _of_gates(unit, case)


def _of_gates(unit: Unit, case: Case) -> Iterator[Edit]:
    """Yield edits that turn the conditions of a kind's own judges: which stages there are, which route is taken."""
    for gate in gates(unit):
        for env in case.envs:
            for want in (True, False):
                try:
                    yield from edits_for(gate.condition, Asking(env, env.record, (), want))
                except EvaluationError:
                    continue


def _advised(finding: Finding, ready: Judgings) -> Iterator[Edit]:
    """Yield what the words in backticks of an advice may mean for the text: it begins with them."""
    text = ready.raw.get("text")
    if finding.fix is None or not isinstance(text, str) or (finding.field or "text") != "text":
        return
    for word in _QUOTED.findall(finding.fix):
        if ready.kind.field(word) is None:
            yield beginning(("text",), text, word, ADVISED)


def edits_of_rules(rules: Iterable[Rule], case: Case, *, breaking: bool) -> Iterator[Edit]:
    """Yield edits that may make rules fail (`breaking`), or keep them from it."""
    for rule in rules:
        for env in environments(rule, case):
            for here, base in entries_of(rule, env):
                if here is None:
                    continue
                try:
                    broken = judge_entry(rule, env, here, base).verdict in {"fail", "unproven"}
                    if broken is not breaking:
                        yield from _turned(rule, Asking(env, here, base, breaking))
                    if broken and not breaking and base:
                        yield removing(base)
                except EvaluationError:
                    continue


def _turned(rule: Rule, asking: Asking) -> Iterator[Edit]:
    yield from edits_for(rule.guard, asking)
    if rule.requirement is not None:
        yield from edits_for(rule.requirement, asking.but(not asking.want))
    for gate in (rule.exempt, rule.protected):
        if gate is not None and not asking.want:
            yield from edits_for(gate.condition, asking.but(want=True))
    if rule.below is not None:
        yield from _turned(rule.below, asking)
