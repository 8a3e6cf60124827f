"""Steps: what is done with a record before the policies are asked. Votes and rulings see the record as it is then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec import Struct

from policyengine.core.diagnostic import Diagnostic, Span
from policyengine.core.instant import write_time
from policyengine.core.quantity import Problem, parse_time
from policyengine.core.source import Node
from policyengine.core.suggest import did_you_mean
from policyengine.kinds.test import Step
from policyengine.policyset.units import Unit
from policyengine.shapes.contract import Report
from policyengine.shapes.document import Document
from policyengine.shapes.material import material
from policyengine.verify.editing import with_set, with_unset
from policyengine.verify.fixtures import Fixtures
from policyengine.verify.lorem import filled
from policyengine.verify.names import Tested, check_person, check_rule, stages_of

VOTES: Final = ("approve", "reject", "withdraw")
VOTED_ON: Final = ("approval", "freeze")
"""The kinds of policy that votes are about: stages, and what a freeze still allows."""
RULINGS: Final = ("release", "uphold")
_ACTS: Final = (*VOTES, *RULINGS)
_MOMENT: Final = timedelta(microseconds=1)
Taken = tuple[dict[str, Any] | None, datetime]


class Act(Struct, frozen=True, eq=False):
    """A vote or a ruling: when, about what, which, by whom, and how the record tells it (but for its time)."""

    at: datetime
    about: tuple[str, str]
    act: str
    by: str
    told: dict[str, Any]


def _dated(act: Act, later: Sequence[Act]) -> dict[str, Any]:
    """Return an act as the record tells it.

    Of votes at one instant the stricter counts, but steps come one after the other. So what a later step of the same
    instant takes back was a moment earlier; all else has the very time that deadlines run from.
    """
    same = [a for a in later if (a.at, a.about) == (act.at, act.about) and (a.by == act.by or a.act == "withdraw")]
    return {**act.told, "at": write_time(act.at - len(same) * _MOMENT)}


class Stage(Struct, frozen=True, eq=False):
    """Where a case takes place: what is written, the suite's records, the policies and people, where faults go."""

    document: Document
    fixtures: Fixtures
    tested: Tested
    report: Report


def take_steps(node: Node, steps: Iterable[Step], at: datetime, stage: Stage) -> Taken:
    """Return the record (None after a fault that leaves none) and the time after all steps."""
    taking = _Taking(node, at, stage)
    for step in steps:
        taking.take(step)
    return taking.result()


class _Taking:
    def __init__(self, node: Node, at: datetime, stage: Stage) -> None:
        self._node = node
        self._document = stage.document
        self._now = at
        self._fixtures = stage.fixtures
        self._tested = stage.tested
        self._report = stage.report
        self._votes: list[Act] = []
        self._rulings: list[Act] = []
        self._latest: tuple[datetime, Span] | None = None

    def take(self, step: Step) -> None:
        """Take one step."""
        acts = [name for name in _ACTS if getattr(step, name) is not None]
        edits = [name for name in ("set", "unset") if getattr(step, name) is not None]
        if len(acts) > 1 or (acts and edits):
            help_ = "one step after the other: put each into its own entry"
            self._fault("PE607", "a step does one thing", self._span(step, (acts + edits)[1]), help_)
            return
        self._fitting(step, acts)
        at = self._time(step)
        if acts:
            self._act(step, acts[0], at)
            return
        self._now = at
        self._edit(step)

    def result(self) -> Taken:
        """Return the record with all votes and rulings, and the time that has come."""
        submission = self._fixtures.submission(self._node)
        if self._latest is not None and self._latest[0] > self._now:
            help_ = f"the policies are asked at {write_time(self._now)}; add the step `{{at: …}}`"
            self._fault("PE609", "this is later than the time of the case", self._latest[1], help_)
        if submission is None:
            return None, self._now
        record = dict(submission.record)
        for name, added in (("approvals", self._votes), ("rulings", self._rulings)):
            if added:
                record[name] = [
                    *(record.get(name) or []),
                    *(_dated(act, added[i + 1 :]) for i, act in enumerate(added)),
                ]
        return record, self._now

    def _fault(self, code: str, message: str, span: Span, help_: str | None = None) -> None:
        self._report(Diagnostic(code, message, span, help=help_))

    def _span(self, step: Step, key: str) -> Span:
        return self._document.span(step, key)

    def _fitting(self, step: Step, acts: list[str]) -> None:
        """Report keys that mean nothing beside what the step does."""
        for key in ("by", "policy", "because", "until"):
            goes_with = VOTES if key == "policy" else RULINGS if key in {"because", "until"} else _ACTS
            if getattr(step, key) is not None and not set(acts) & set(goes_with):
                self._fault("PE607", f"`{key}` goes with {', '.join(goes_with)}", self._span(step, key))

    def _time(self, step: Step) -> datetime:
        if step.at is None:
            return self._now
        found = parse_time(step.at)
        if isinstance(found, Problem):
            self._fault("PE609", found.message, self._document.value_span(step, "at"), found.help)
            return self._now
        return found

    def _edit(self, step: Step) -> None:
        if step.set is not None:
            self._node = with_set(self._node, filled(step.set.node, self._report), self._report)
        if step.unset is not None:
            names = [(name, self._document.value_span(step, "unset", i)) for i, name in enumerate(step.unset)]
            self._node = with_unset(self._node, names, self._report)

    # Votes and rulings ------------------------------------------------------------------------------------------

    def _act(self, step: Step, act: str, at: datetime) -> None:
        span = self._document.value_span(step, act)
        if step.by is None:
            self._fault("PE607", f"`{act}` needs `by`", self._span(step, act), "say who does it: `by: ana`")
            return
        check_person(step.by, self._document.value_span(step, "by"), self._tested.directory, self._report)
        submission = self._fixtures.submission(self._node)
        if submission is None:
            return
        if self._latest is None or at > self._latest[0]:
            self._latest = (at, span)
        made = {"by": step.by, "seen": material(submission.kind, submission.record)}
        named = str(getattr(step, act))
        if act in RULINGS:
            check_rule(named, span, self._tested, self._report)
            policy, _, rule = named.partition("/")
            said = {"because": step.because or "as the suite says"} | ({"until": step.until} if step.until else {})
            self._rulings.append(
                Act(at, (policy, rule), act, step.by, {"policy": policy, "rule": rule, "ruling": act, **made, **said})
            )
            return
        unit = self._approval(step, named, span, submission.kind.name)
        if unit is not None:
            self._votes.append(
                Act(at, (unit.id, named), act, step.by, {"policy": unit.id, "stage": named, "vote": act, **made})
            )

    def _approval(self, step: Step, stage: str, span: Span, kind: str) -> Unit | None:
        """Return the approval whose stage is voted on."""
        units = [u for kind_ in VOTED_ON for u in self._tested.units(kind_) if u.record and u.record.name == kind]
        if step.policy is not None:
            known = [u.id for u in units]
            units = [u for u in units if u.id == step.policy]
            if not units:
                place = self._document.value_span(step, "policy")
                help_ = did_you_mean(step.policy, known) or _listed(known)
                self._fault("PE600", f"no tested approval is called `{step.policy}`", place, help_)
                return None
        having = _lowest([u for u in units if stage in stages_of(u)])
        if len(having) == 1:
            return having[0]
        if having:
            policies = " or ".join(f"`policy: {u.id}`" for u in having)
            self._fault("PE608", f"several approvals have a stage `{stage}`", span, f"say which: {policies}")
            return None
        stages = sorted({name for u in units for name in stages_of(u)})
        help_ = did_you_mean(stage, stages) or _listed(stages)
        self._fault("PE608", f"no tested approval has a stage `{stage}`", span, help_)
        return None


def _listed(names: list[str]) -> str | None:
    return f"there are {', '.join(names)}" if names else "name the approval under the suite's `policies`"


def _lowest(units: list[Unit]) -> list[Unit]:
    """Return the approvals without overlays of others among them: a vote for a base counts for its overlays."""
    names = {unit.id for unit in units}
    return [unit for unit in units if unit.extends not in names]
