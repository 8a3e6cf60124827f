"""What stands on a record: actions that people took (their reasons), what ends when, and appeals that wait."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from msgspec import Struct

from policyengine.core.decision import Finding, Place
from policyengine.core.duration import add
from policyengine.core.facts import Facts
from policyengine.core.instant import write_time
from policyengine.kinds.moderation.document import Moderation
from policyengine.language.program import Program, compile_condition
from policyengine.language.tree import Condition as Tree
from policyengine.shapes.appealing import Appeal
from policyengine.shapes.contract import Case, Context, Contribution, RecordJudge
from policyengine.shapes.gate import Gate
from policyengine.shapes.predicate import STATED

_LIFTED: Final = {
    "hide": "show it again",
    "remove": "bring it back",
    "lock": "open it for replies",
    "restrict": "lift the restriction",
}


def standing(body: Moderation, decided: Tree | None, context: Context) -> tuple[RecordJudge, ...]:
    """Return the judge of what stands on a record; none for types that tell nothing of what was done with them."""
    assert context.record is not None  # noqa: S101 - a moderation policy applies to a type of record
    if decided is None or context.record.field("moderation.until") is None:
        return ()
    judge = Standing(
        policy=body.id,
        titles={rule.id: rule.title or body.title for rule in body.rules},
        names=frozenset([body.id, *(beneath.body.id for beneath in context.beneath)]),
        scope=context.gate(body, "only_for"),
        decided=compile_condition(decided),
        appeal=body.appeal,
        place=Place.of(context.document.span(None, "appeal" if body.appeal is not None else "id")),
    )
    return (judge,)


class Standing(Struct, frozen=True, eq=False, kw_only=True):
    """Judges what is told under `moderation`, where a rule of the policy led to it, or may have."""

    policy: str
    titles: dict[str, str]
    names: frozenset[str]
    scope: Gate | None
    decided: Program
    appeal: Appeal | None
    place: Place

    def __call__(self, case: Case) -> Contribution:
        """Return the reasons of what a person did, what is to be taken back and when, and the appeal that waits."""
        told = case.facts.get("moderation")
        if not isinstance(told, dict) or not self._concerns(told, case) or told.get("overturned") is True:
            return Contribution()
        parts = [*self._ends(told, case), *self._appeal(told, case)]
        return Contribution(
            findings=tuple(f for part in parts for f in part.findings),
            obligations=tuple(o for part in parts for o in part.obligations),
            actions=tuple(a for part in parts for a in part.actions),
            statements=tuple(self._statements(told, case)),
        )

    def _concerns(self, told: Facts, case: Case) -> bool:
        """Tell whether a rule of this policy led to it; where none is named, it may be any that hears appeals."""
        rule = told.get("rule")
        if isinstance(rule, str):
            return rule.partition("/")[0] in self.names
        return self.appeal is not None and (self.scope is None or self.scope.truth(case.env) is not False)

    # What ends ----------------------------------------------------------------------------------------------------

    def _ends(self, told: Facts, case: Case) -> Iterator[Contribution]:
        action, until = told.get("action"), told.get("until")
        if action not in STATED or not isinstance(until, datetime):
            return
        what = self._lifting(told)
        obligation = {"policy": self.policy, "rule": "ended", "what": what, "due_at": write_time(until)}
        late = until <= case.at
        message = f"{_named(told)} ended at {write_time(until)}, and still stands"
        yield Contribution(
            obligations=(obligation,),
            findings=(self._finding("ended", message, "moderation.until", fix=what),) if late else (),
        )

    def _lifting(self, told: Facts) -> str:
        if told.get("action") == "label":
            return f"take the label `{told['label']}` off" if told.get("label") else "take the label off"
        return _LIFTED.get(str(told.get("action")), f"end what was done with it: {told.get('action')}")

    # Appeals ------------------------------------------------------------------------------------------------------

    def _appeal(self, told: Facts, case: Case) -> Iterator[Contribution]:
        made = told.get("appeal")
        if self.appeal is None or not isinstance(made, dict) or not isinstance(made.get("at"), datetime):
            return
        if made["at"] > case.at or self._too_late(told, made["at"], case):
            return
        decided_at = made.get("decided_at")
        if isinstance(decided_at, datetime) and decided_at <= case.at:
            yield from self._answered(told, made)
        else:
            yield self._open(made["at"], self.appeal, case)

    def _too_late(self, told: Facts, at: datetime, case: Case) -> bool:
        last = self._until(told.get("at"), case)
        return last is not None and at > last

    def _until(self, done_at: Any, case: Case) -> datetime | None:
        """Return until when somebody may appeal; None where nobody told when it was done."""
        if self.appeal is None or not isinstance(done_at, datetime):
            return None
        return add(done_at, self.appeal.within, zone=case.zone)

    def _open(self, at: datetime, appeal: Appeal, case: Case) -> Contribution:
        what = f"answer the appeal of {write_time(at)}"
        due = add(at, appeal.answer_within, zone=case.zone) if appeal.answer_within is not None else None
        queue = {"do": "queue", "to": appeal.to}
        if due is None:
            return Contribution(actions=(queue,))
        message = f"the appeal of {write_time(at)} should have been answered by {write_time(due)}"
        return Contribution(
            actions=(queue,),
            obligations=({"policy": self.policy, "rule": "appeal", "what": what, "due_at": write_time(due)},),
            findings=(self._finding("appeal", message, "moderation.appeal"),) if due < case.at else (),
        )

    def _answered(self, told: Facts, made: Facts) -> Iterator[Contribution]:
        """Yield a finding where nobody else looked: whoever decided first, or a machine."""
        by = made.get("decided_by")
        message = None
        if made.get("automatic") is True:
            message = "a machine alone answered the appeal"
        elif by is not None and by == told.get("by"):
            message = f"`{by}` answered the appeal against their own decision"
        if message is not None:
            found = self._finding("appeal", message, "moderation.appeal.decided_by", fix="let somebody else look at it")
            yield Contribution(findings=(found,))

    # Reasons ------------------------------------------------------------------------------------------------------

    def _statements(self, told: Facts, case: Case) -> Iterator[dict[str, Any]]:
        """Yield the reasons of what a person did, or somebody of whom nobody knows whether they are one.

        What a machine did is stated with the rule that orders it.
        """
        action = told.get("action")
        decided = self.decided(case.env, case.env.record)
        if action not in STATED or decided is False:
            return
        rule = told.get("rule")
        named = rule.partition("/")[2] if isinstance(rule, str) else ""
        done: dict[str, Any] = {"do": action}
        if told.get("label"):
            done["to"] = told["label"]
        if isinstance(told.get("until"), datetime):
            done["until"] = write_time(told["until"])
        said: dict[str, Any] = {"policy": self.policy, "rule": named, "title": self.titles.get(named, "")}
        said["message"] = str(told.get("reason") or self.titles.get(named, ""))
        said |= {"actions": [done], "automatic": False if decided else None, "evidence": [], "facts": []}
        if isinstance(told.get("at"), datetime):
            said["at"] = write_time(told["at"])
        last = self._until(told.get("at"), case)
        if last is not None:
            said["appeal_until"] = write_time(last)
        yield said

    def _finding(self, rule: str, message: str, field: str, fix: str | None = None) -> Finding:
        return Finding(
            policy=self.policy,
            rule=rule,
            verdict="fail",
            outcome="flag",
            severity="low",
            message=message,
            fix=fix,
            field=field,
            source=self.place,
        )


def _named(told: Facts) -> str:
    action = str(told.get("action"))
    return f"the label `{told['label']}`" if action == "label" and told.get("label") else f"`{action}`"
