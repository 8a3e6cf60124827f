"""The judges of clocks: of one case, of the whole set, and of what is promised in public about them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from msgspec import Struct

from policyengine.core.decision import SEVERITY_OF, Finding, Outcome, Place, lightest
from policyengine.core.diagnostic import Span
from policyengine.core.duration import Duration, in_seconds, spoken, write_duration
from policyengine.core.facts import Facts
from policyengine.kinds.escalation.measuring import Clockwork, Run, markets_told, summary, tally
from policyengine.kinds.escalation.muting import told
from policyengine.kinds.escalation.timers import Subject
from policyengine.language.environment import Env, Read
from policyengine.shapes.contract import Case, Contribution, SetCase
from policyengine.shapes.sla import Tally, supports


class CaseClocks(Struct, frozen=True, eq=False):
    """Judges one case: where its clocks stand."""

    work: Clockwork

    def __call__(self, case: Case) -> Contribution:
        """Return the clocks of a case, and what is not told about them."""
        policy = self.work.policy
        runs = self.work.runs(subject_of(case), case.directory)
        unknown = {(f"clock {run.clock}", run.missing) for run in runs if run.missing}
        unknown |= {entry for run in runs for entry in run.unsure}
        return Contribution(
            clocks=tuple(run.entry(policy) for run in runs),
            undecided=tuple(
                {"policy": policy, "what": what, "missing": sorted(missing)} for what, missing in sorted(unknown)
            ),
        )


def subject_of(case: Case) -> Subject:
    """Return the subject of a record that is judged."""
    return Subject(facts=case.facts, kind=case.kind, envs=case.envs, at=case.at, policy=case.policy)


class SetClocks(Struct, frozen=True, eq=False):
    """Judges the set: what each clock took over all records of a type, and whether promises about it hold."""

    work: Clockwork
    record: str
    pledges: tuple[Pledge, ...] = ()

    def __call__(self, case: SetCase) -> Contribution:
        """Return a summary of each clock; nothing where no record of the type was supplied."""
        subjects = [_subject(self.work.policy, self.record, facts, case) for facts in case.related(self.record)]
        runs = [(subject, run) for subject in subjects for run in self.work.runs(subject, case.directory)]
        named = sorted({(run.clock, run.path or "") for _, run in runs})
        return Contribution(clocks=tuple(self._summary(clock, path or None, runs, case) for clock, path in named))

    def _summary(self, clock: str, path: str | None, runs: list[tuple[Subject, Run]], case: SetCase) -> dict[str, Any]:
        total = summary(self.work.policy, clock, path, (run for _, run in runs))
        promises = [
            entry
            for pledge in self.pledges
            if (pledge.clock, pledge.path) == (clock, path)
            for entry in pledge.entries(runs, case)
        ]
        return total | {"promises": promises} if promises else total


def _subject(policy: str, record: str, facts: Facts, case: SetCase) -> Subject:
    kind = case.types[record]
    markets: tuple[str | None, ...] = markets_told(kind, facts) or (None,)
    envs = tuple(
        Env(facts, kind, case.at, market=market, zone=case.directory.zone_of(market, case.zone), lookup=case.lookup)
        for market in markets
    )
    return Subject(facts=facts, kind=kind, envs=envs, at=case.at, policy=policy)


class Pledge(Struct, frozen=True, eq=False, kw_only=True):
    """A compiled promise: judges the records that make it. `same` reads a field on the case, and on the promise."""

    policy: str
    clock: str
    path: str | None
    work: Clockwork
    record: str
    by: str
    field: str
    says: Read
    same: tuple[tuple[Read, Read], ...]
    headroom: Decimal
    cases: int
    outcome: Outcome
    owner: str
    span: Span

    def __call__(self, case: Case) -> Contribution:
        """Return the finding about a promise that is not kept, or of which nobody knows; nothing where it is."""
        promised = self.says(case.env, case.env.record)
        if not isinstance(promised, Duration):
            return Contribution()
        case.others(self.record)  # All of them count as used, also where they were measured before.
        measured = case.once(f"promise {self.path} {self.clock}", lambda: self._measured(case))
        key = _key((read for _, read in self.same), case.env)
        found = tally(measured.get(key, ()) if key is not None else ())
        unproven = self._unproven(promised, found)
        if unproven is None and self._holds(promised, found):
            return Contribution()
        return Contribution(findings=(self._finding(promised, found, unproven),))

    def entries(self, runs: Iterable[tuple[Subject, Run]], case: SetCase) -> Iterator[dict[str, Any]]:
        """Yield whether each record's promise holds, over a set of cases."""
        measured = self._grouped(runs)
        for facts in case.related(self.by):
            env = Env(facts, case.types[self.by], case.at, zone=case.zone, lookup=case.lookup)
            promised = self.says(env, facts)
            if not isinstance(promised, Duration):
                continue
            key = _key((read for _, read in self.same), env)
            found = tally(measured.get(key, ()) if key is not None else ())
            p90 = found.p90_at_least
            yield {
                "record": facts.get("id"),
                "promise": write_duration(promised),
                **({} if p90 is None else {"p90": write_duration(Duration(seconds=p90))}),
                "holds": None if self._unproven(promised, found) else self._holds(promised, found),
            }

    def _measured(self, case: Case) -> dict[Hashable, list[Run]]:
        """Measure every supplied case."""
        subjects = (subject_of(other) for other in case.others(self.record))
        return self._grouped((subject, run) for subject in subjects for run in self.work.runs(subject, case.directory))

    def _grouped(self, runs: Iterable[tuple[Subject, Run]]) -> dict[Hashable, list[Run]]:
        """Return the runs of this clock by what their cases tell in the `same` fields."""
        found: dict[Hashable, list[Run]] = {}
        for subject, run in runs:
            if (run.clock, run.path) == (self.clock, self.path):
                key = _key((read for read, _ in self.same), subject.envs[0])
                found.setdefault(key, []).append(run)
        return found

    def _holds(self, promised: Duration, found: Tally) -> bool:
        seconds, p90 = in_seconds(promised), found.p90_at_least
        return seconds is not None and p90 is not None and supports(seconds, p90, self.headroom)

    def _unproven(self, promised: Duration, found: Tally) -> str | None:
        """Return why nobody knows whether a promise holds, or None."""
        if in_seconds(promised) is None:
            return f"`{write_duration(promised)}` has no fixed length that could be compared with what is measured"
        if len(found.stopped) < self.cases:
            return f"{len(found.stopped)} of the {self.cases} cases that a promise leans on are measured"
        return None

    def _finding(self, promised: Duration, found: Tally, unproven: str | None) -> Finding:
        outcome = self.outcome if unproven is None else lightest("hold", self.outcome)
        return Finding(
            policy=self.policy,
            rule=f"promised_{self.clock}",
            verdict="fail" if unproven is None else "unproven",
            outcome=outcome,
            severity=SEVERITY_OF[outcome],
            message=unproven or self._lacking(promised, found),
            fix=None if unproven else "promise what nine of ten cases keep with room to spare, or become faster",
            field=self.field,
            source=Place(self.span.file, self.span.line),
            released_by=f"team {self.owner}",
            missing=(self.record,) if unproven else (),
            path=tuple(self.field.split(".")),
        )

    def _lacking(self, promised: Duration, found: Tally) -> str:
        p90 = spoken(found.p90_at_least or 0)
        share = f"{(self.headroom * 100).normalize():f} %"
        return f"`{write_duration(promised)}` is promised, and nine of ten take up to {p90}: {share} have to stay free"


def _key(reads: Iterable[Read], env: Env) -> Hashable | None:
    """Return what a record tells in some fields; None where it does not tell one of them."""
    found = tuple(told(read(env, env.record)) for read in reads)
    return None if None in found else found
