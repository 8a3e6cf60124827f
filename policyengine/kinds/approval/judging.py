"""A record and its votes → where the approval stands: each stage, who can act next, what is due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from msgspec import Struct, structs

from policyengine.core.decision import ApprovalState, Outcome, StageState
from policyengine.core.facts import UNTOLD
from policyengine.core.instant import write_time
from policyengine.kinds.approval.clock import Clock, clock_of, started_at
from policyengine.kinds.approval.flow import Flow, Lane, Stage
from policyengine.kinds.approval.prospects import Prospects
from policyengine.language.tree import Truth
from policyengine.shapes.contract import Case, Contribution
from policyengine.shapes.gate import Gate
from policyengine.shapes.matching import Exceeded, Seats, filled
from policyengine.shapes.material import material
from policyengine.shapes.quorum import Need
from policyengine.shapes.votes import (
    Ballots,
    Electorate,
    Status,
    Tally,
    all_of,
    count,
    ignored,
    read_ballots,
    sorted_ignored,
)

OUTCOME: dict[Status, Outcome] = {
    "disapproved": "block",
    "error": "hold",
    "expired": "hold",
    "pending": "hold",
    "approved": "allow",
    "skipped": "hold",
}


class Judged(Struct, frozen=True, kw_only=True):
    """A stage after judging. `done_at` is when later stages could open: when it was approved, or passed over."""

    stage: Stage
    electorate: Electorate
    status: Status = "skipped"
    tally: Tally = Tally()
    open: bool = False
    opened_at: datetime | None = None
    done_at: datetime | None = None
    clock: Clock | None = None
    missing: tuple[str, ...] = ()
    ignored: tuple[dict[str, Any], ...] = ()
    why: str | None = None

    @property
    def done(self) -> bool:
        """Tell whether later stages may open."""
        return self.status == "approved" or (self.status == "skipped" and self.open)


def judge_record(flow: Flow, case: Case) -> Contribution:
    """Return what an approval policy says about a record; nothing outside its scope."""
    if flow.scope is not None and not _tightening(flow.scope, case):
        return Contribution()
    return _Judging(flow, case).run()


def _tightening(gate: Gate, case: Case) -> bool:
    """Tell whether a condition that tightens counts as holding: in one of the markets is enough."""
    return any(gate.holds(env) for env in case.envs)


class _Judging:
    """One policy and one record."""

    def __init__(self, flow: Flow, case: Case) -> None:
        self._flow = flow
        self._case = case
        self._ballots: Ballots = read_ballots(
            case.facts, flow.policy, [stage.id for stage in flow.stages], bases=flow.bases
        )
        self._material = material(case.kind, case.raw) if self._ballots.votes else {}
        self._authors = _authors(flow, case)
        self._prospects = Prospects(case, self._authors, different=flow.different_people)
        self._judged: dict[str, Judged] = {}
        self._undecided: list[dict[str, Any]] = []

    def run(self) -> Contribution:
        lane = self._lane()
        for stage in self._flow.stages:
            passed = lane is not None and stage.id not in lane.stages
            hurried = _hurried(stage, lane) if lane is not None else stage
            self._judged[stage.id] = self._stage(hurried, passed=passed)
        judged = tuple(self._judged.values())
        status = all_of(j.status for j in judged)
        state = ApprovalState(
            policy=self._flow.policy,
            status=status,
            outcome=OUTCOME[status],
            stages=tuple(self._state(j) for j in judged),
            next=tuple(sorted(j.stage.id for j in judged if _waits(j))),
            fast_track=lane is not None,
            ignored=self._ballots.ignored,
        )
        late = [found for j in judged if (found := self._late(j)) is not None]
        return Contribution(
            approvals=(state,),
            calls=tuple((late_to, due_at) for _, late_to, due_at in late),
            actions=tuple(self._escalation(*found) for found in late),
            undecided=tuple(self._undecided),
        )

    def _lane(self) -> Lane | None:
        """Return the fast lane where it certainly opens, in every market."""
        lane = self._flow.lane
        if lane is None:
            return None
        envs = self._case.envs
        if all(lane.when.holds(env) for env in envs):
            return lane
        truths = [lane.when.truth(env) for env in envs]
        if False not in truths:
            missing = sorted({name for env in envs for name in lane.when.missing(env)})
            self._undecided.append({"policy": self._flow.policy, "what": "fast_track", "missing": missing})
        return None

    # One stage --------------------------------------------------------------------------------------------------

    def _stage(self, stage: Stage, *, passed: bool) -> Judged:
        before = [self._judged[name] for name in stage.after]
        opened = all(j.done for j in before)
        opens_at = _latest([started_at(self._case), *(j.done_at for j in before)]) if opened else None
        clock = clock_of(stage.deadline, opens_at, self._case) if opened else None
        asked = stage.need.asked_for(self._truth)
        electorate = self._electorate(asked or stage.need, clock)
        votes = self._ballots.of(stage.id)
        found = Judged(stage=stage, electorate=electorate, open=opened, opened_at=opens_at, done_at=opens_at)
        if asked is None or (stage.when is not None and not _tightening(stage.when, self._case)):
            unneeded = (ignored(vote.by, "the stage is not needed") for vote in votes)
            return structs.replace(found, ignored=tuple(unneeded))
        tally = count(votes, electorate)
        if passed:  # the lane spares the stage, not its veto
            return structs.replace(found, tally=tally, status="disapproved" if tally.rejecting else "skipped")
        needed = structs.replace(found, stage=structs.replace(stage, need=asked), tally=tally, clock=clock)
        approved_at = self._approved_at(needed)
        status, why = self._status(needed, approved_at)
        self._note_missing_start(stage, opened=opened, clock=clock, status=status)
        return structs.replace(
            needed,
            status=status,
            done_at=_latest([opens_at, approved_at]) if isinstance(approved_at, datetime) else None,
            missing=self._missing(stage),
            ignored=self._ballots.unsettling(stage.id),
            why=why,
        )

    def _truth(self, gate: Gate) -> Truth:
        """Return whether a condition holds in every market, in none, or neither for certain."""
        truths = {gate.truth(env) for env in self._case.envs}
        return truths.pop() if len(truths) == 1 else None

    def _status(self, judged: Judged, approved_at: datetime | Exceeded | None) -> tuple[Status, str | None]:
        """Return where a stage stands, and what cannot be settled by waiting."""
        said = partial(judged.tally.saying_yes, electorate=judged.electorate)
        dead_end = self._prospects.dead_end(judged.stage, said)
        if judged.tally.rejecting:
            return "disapproved", None
        if self._ballots.unsettling(judged.stage.id):
            return "error", "a vote cannot be read, and may be a rejection"
        if isinstance(approved_at, Exceeded):
            return "error", "there are too many combinations of people to try"
        if approved_at is not None and judged.open:
            return "approved", None
        if dead_end is not None:
            return "error", dead_end
        if judged.clock is not None and judged.clock.expires and judged.clock.overdue(self._case.at):
            return "expired", None
        return "pending", None

    def _electorate(self, need: Need, clock: Clock | None) -> Electorate:
        return Electorate(
            need=need,
            at=self._case.at,
            directory=self._case.directory,
            material=self._material,
            exempt=self._flow.exempt,
            authors=self._authors,
            lifts=self._flow.lifts,
            until=clock.due_at if clock is not None and clock.expires else None,
            asked_again=self._case.asked_again,
        )

    def _approved_at(self, judged: Judged) -> datetime | Exceeded | None:
        """Return when the votes came to be enough, beside those that the stages before need for themselves."""
        stage, tally, electorate = judged.stage, judged.tally, judged.electorate
        for at in sorted(set(tally.approving.values())):
            if not stage.need.met(lambda need, at=at: tally.saying_yes(need, electorate, at)):  # type: ignore[misc]
                continue
            if not self._flow.different_people:
                return at
            seated = filled([*self._taken(), _ways(stage.need, tally, electorate, at)])
            if seated is not None:
                return seated if isinstance(seated, Exceeded) else at
        return None

    def _taken(self, without: str = "") -> list[tuple[Seats, ...]]:
        """Return the ways in which the approved stages can be filled, with one person left out."""
        approved = [j for j in self._judged.values() if j.status == "approved"]
        return [_ways(j.stage.need, j.tally, j.electorate, without=without) for j in approved]

    def _missing(self, stage: Stage) -> tuple[str, ...]:
        """Return what is not told where nobody knows who is asked, whether anybody is, or who made the record."""
        makers = [maker.name for maker in self._flow.makers[:1]] if self._authors is None else []
        gates = list(stage.need.gates())
        if stage.when is not None and not any(stage.when.truth(env) for env in self._case.envs):
            gates.append(stage.when)
        untold = (name for gate in gates for env in self._case.envs for name in gate.missing(env))
        return tuple(sorted({*makers, *untold}))

    def _note_missing_start(self, stage: Stage, *, opened: bool, clock: Clock | None, status: Status) -> None:
        """Say openly that a deadline does not run because the record does not tell when it began."""
        if stage.deadline is not None and opened and clock is None and status == "pending":
            missing = [name for name in ("submitted_at", "created_at") if name in self._case.kind.root.fields][:1]
            self._undecided.append({"policy": self._flow.policy, "what": f"{stage.id} within", "missing": missing})

    # What the Decision says -------------------------------------------------------------------------------------

    def _state(self, judged: Judged) -> StageState:
        waits, clock = _waits(judged), judged.clock
        shown = clock if waits or judged.status == "expired" else None
        double = {p for p in self._counted(judged) if waits and not self._free(p)}
        said = set(judged.tally.rejecting) or self._counted(judged) - double
        twice = [ignored(person, "counts for another stage already") for person in sorted(double)]
        unsure = [ignored(p, _uncounted(p, judged)) for p in self._unsure(judged)]
        return StageState(
            stage=judged.stage.id,
            status=judged.status,
            needs=str(judged.stage.need),
            can_act=self._can_act(judged) if waits else (),
            by=tuple(sorted(said)),
            ignored=sorted_ignored([*judged.tally.ignored, *judged.ignored, *twice, *unsure]),
            due_at=write_time(shown.due_at) if shown is not None else None,
            warn_at=write_time(shown.warn_at) if shown is not None and shown.warn_at is not None else None,
            away=self._away(judged) if waits else (),
            missing=judged.missing,
            votes=self._votes(judged, said),
            after=() if judged.open else tuple(name for name in judged.stage.after if not self._judged[name].done),
            opened_at=write_time(judged.opened_at) if judged.open and judged.opened_at is not None else None,
            why=judged.why,
        )

    def _unsure(self, judged: Judged) -> list[str]:
        """Return who may say yes and is counted nowhere: beside somebody for whom they act, or asked only perhaps."""
        if not _waits(judged) and judged.status != "approved":
            return []
        return sorted(judged.tally.approving.keys() - self._counted(judged))

    def _votes(self, judged: Judged, said: Iterable[str]) -> tuple[dict[str, Any], ...]:
        """Return when those voted whose vote counts, in order of time."""
        times = {**judged.tally.approving, **judged.tally.rejecting}
        return tuple({"by": p, "at": write_time(at)} for at, p in sorted((times[p], p) for p in said))

    def _counted(self, judged: Judged) -> frozenset[str]:
        """Return those whose yes counts: one of the quorums asks for them."""
        leaves = list(judged.stage.need.leaves())
        return frozenset(person for need in leaves for person in judged.tally.saying_yes(need, judged.electorate))

    def _can_act(self, judged: Judged) -> tuple[str, ...]:
        """Return whose yes would help now: they are asked, here, no author, and not needed elsewhere."""
        if self._authors is None:
            return ()  # until the record says who made it, no vote counts
        wanting = [need for need in judged.stage.need.leaves() if self._free_yes(judged, need) < need.count]
        counted = self._counted(judged)
        able = {person for need in wanting for person in self._able(need, counted)} - counted - self._authors
        return tuple(sorted(person for person in able if self._free(person)))

    def _able(self, need: Need, counted: frozenset[str]) -> Iterable[str]:
        """Return those who may say yes for a quorum now, or act for somebody away who did not; nobody for an author."""
        at, directory = self._case.at, self._case.directory
        if not directory.known:
            return need.names if need.kind == "people" else ()
        principals = need.asked(at, directory) - (self._authors or frozenset()) - counted
        return {acting for person in principals if (acting := directory.acting(person, at)) is not None}

    def _free_yes(self, judged: Judged, need: Need) -> int:
        """Return how many of those who say yes for a quorum are not needed elsewhere."""
        return sum(self._free(person) for person in judged.tally.saying_yes(need, judged.electorate))

    def _free(self, person: str) -> bool:
        """Tell whether the stages that are approved can do without somebody."""
        if not self._flow.different_people or not any(person in j.tally.approving for j in self._judged.values()):
            return True
        return filled(self._taken(without=person)) is not None

    def _away(self, judged: Judged) -> tuple[dict[str, Any], ...]:
        """Return those who are asked but away, until when, and who acts for them."""
        at, directory = self._case.at, self._case.directory
        found = []
        for person in sorted(judged.stage.need.asked(at, directory)) if directory.known else ():
            absence = directory.absence(person, at)
            if absence is not None:
                until = write_time(absence.period.end) if absence.period.end is not None else None
                found.append({"who": person, "until": until, "deputy": directory.acting(person, at)})
        return tuple(found)

    def _late(self, judged: Judged) -> tuple[str, str, datetime] | None:
        """Return the stage, the policy and the time, where an open stage is late and is to be escalated."""
        deadline, clock = judged.stage.deadline, judged.clock
        if deadline is None or clock is None or deadline.escalate is None or not _waits(judged):
            return None
        return (judged.stage.id, deadline.escalate, clock.due_at) if clock.overdue(self._case.at) else None

    def _escalation(self, stage: str, to: str, due_at: datetime) -> dict[str, Any]:
        return {"do": "escalate", "to": to, "due_at": write_time(due_at), "policy": self._flow.policy, "stage": stage}


def _uncounted(person: str, judged: Judged) -> str:
    at = judged.tally.approving[person]
    if any(judged.electorate.stands_for(person, need, at) for need in judged.stage.need.leaves()):
        return "the person for whom they act said yes, too"
    return "it is not told whether they are asked"


def _hurried(stage: Stage, lane: Lane) -> Stage:
    """Return a stage as it is in the lane: with its own way out, and the lane's time."""
    if lane.hurry is None:
        return stage
    hurry = (
        lane.hurry
        if stage.deadline is None
        else structs.replace(stage.deadline, within=lane.hurry.within, calendar=lane.hurry.calendar)
    )
    return structs.replace(stage, deadline=hurry)


def _waits(judged: Judged) -> bool:
    return judged.open and judged.status in {"pending", "error"}


def _ways(
    need: Need, tally: Tally, electorate: Electorate, by: datetime | None = None, *, without: str = ""
) -> tuple[Seats, ...]:
    return need.ways(lambda quorum: tally.saying_yes(quorum, electorate, by) - {without})


def _latest(instants: Iterable[datetime | None]) -> datetime | None:
    """Return the latest of the instants that are known, or None."""
    return max((instant for instant in instants if instant is not None), default=None)


def _authors(flow: Flow, case: Case) -> frozenset[str] | None:
    """Return who made the record; None where the first field that says so is not told."""
    found: set[str] = set()
    for index, maker in enumerate(flow.makers):
        value = maker.read(case.env, case.facts)
        values = value if isinstance(value, list) else [value]
        told = {v for v in values if isinstance(v, str)}
        if (index == 0 and not told) or UNTOLD in values:
            return None
        found |= told
    return frozenset(found)
