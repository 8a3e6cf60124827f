"""The set at a time and a review: what took place, what is due, for whom it is overdue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct, structs

from policyengine.core.duration import Duration
from policyengine.core.facts import UNTOLD, Facts
from policyengine.core.quantity import write_share
from policyengine.core.record import RecordType
from policyengine.kinds.review.sampling import Entry, Sampling, draw, population, together
from policyengine.language.environment import Env, Read
from policyengine.language.tree import Truth
from policyengine.shapes.cadence import Plan, Standing, Status, Trigger, standing
from policyengine.shapes.contract import Contribution, SetCase
from policyengine.shapes.gate import Gate
from policyengine.shapes.naming import Naming
from policyengine.shapes.predicate import Judgement, Rule, judge

NOT_YET: Final = frozenset(["planned", "in_progress", "cancelled"])
SHOWN: Final = 5


class Source(Struct, frozen=True, eq=False):
    """What makes an extra review due: the records of a type, which of them, and how long after their time."""

    kind: RecordType
    event_time: str
    when: Gate | None
    within: Duration


class Held(Struct, frozen=True):
    """A review that counts: when it took place, for whom, what it looked at, and what of its evidence is missing.

    `missing` are fields that it does not tell, and rules that it does not fulfil.
    """

    at: datetime
    person: str
    missing: tuple[str, ...]
    concerns: tuple[str, ...] = ()


class Unsure(Struct, frozen=True):
    """A record that may count, and what it does not tell; `at` is its time where that is told."""

    name: str
    missing: tuple[str, ...]
    at: datetime | None = None


class Recurring(Struct, frozen=True, eq=False, kw_only=True):
    """A compiled review: judges the set at a time."""

    policy: str
    owner: str
    plan: Plan
    names: frozenset[str]
    review: RecordType
    person: RecordType
    counts: Gate | None
    asked: Naming | None
    evidence: tuple[tuple[str, Read], ...]
    sources: tuple[Source, ...]
    each: Gate | None
    at_least: Decimal
    rules: tuple[Rule, ...] = ()
    sample: Sampling | None = None

    def __call__(self, case: SetCase) -> Contribution:
        """Return where the review stands, for everybody or one by one."""
        held, unsure = self._held(case)
        triggers, untold = self._triggers(case)
        if self.sample is not None:
            entry, unknown = self._sampled(self.sample, held, case)
            untold += unknown
        elif self.each is None:
            entry = self._entry(self._standing(held, triggers, case.at), self._lacking(held))
        else:
            entry = self._for_each(held, triggers, case)
        return Contribution(
            reviews=(entry,), undecided=(*_grouped(self.policy, unsure), *_grouped(self.policy, untold))
        )

    # What took place ------------------------------------------------------------------------------------------------

    def _held(self, case: SetCase) -> tuple[list[Held], list[Unsure]]:
        """Return the reviews that count, and those of which nobody can tell, with what they do not tell."""
        held: list[Held] = []
        unsure: list[Unsure] = []
        for facts in case.naming("review", self.asked) if self.asked is not None else case.related("review"):
            if facts.get("status") in NOT_YET:
                continue
            env = self._env(facts, self.review, case)
            truth, missing = self._counts(facts, env)
            if truth is False:
                continue
            when, person = facts.get("completed_at"), facts.get("person")
            missing = (*missing, *(() if isinstance(when, datetime) else ("completed_at",)))
            missing = (*missing, *(("person",) if self.each is not None and not isinstance(person, str) else ()))
            if missing or not isinstance(when, datetime):
                unsure.append(
                    Unsure(f"review {facts.get('id')}", missing, when if isinstance(when, datetime) else None)
                )
            elif when <= case.at:
                held.append(self._review(when, str(person) if self.each is not None else "", env, facts))
        latest = max((h.at for h in held if not h.missing), default=None)
        # An older one would change nothing; for people one by one all are named.
        known = latest is not None and self.each is None
        return held, [u for u in unsure if not known or u.at is None or latest is None or latest < u.at <= case.at]

    def _counts(self, facts: Facts, env: Env) -> tuple[Truth, tuple[str, ...]]:
        """Tell whether a review is one of this policy, and what that depends on where it is unknown."""
        if self.counts is not None:
            truth = self.counts.truth(env)
            return truth, self.counts.missing(env) if truth is None else ()
        concerns = facts.get("concerns")
        if not isinstance(concerns, list):
            return None, ("concerns",)
        if not self.names.isdisjoint(name for name in concerns if isinstance(name, str)):
            return True, ()
        return (None, ("concerns[]",)) if UNTOLD in concerns else (False, ())

    def _review(self, when: datetime, person: str, env: Env, facts: Facts) -> Held:
        untold = (name for name, read in self.evidence if read(env, facts) is None)
        unmet = (rule.name for rule in self.rules if any(_bars(judgement) for judgement in judge(rule, env)))
        told = facts.get("concerns")
        concerns = (name for name in told if isinstance(name, str)) if isinstance(told, list) else ()
        return Held(when, person, (*untold, *unmet), tuple(concerns))

    def _triggers(self, case: SetCase) -> tuple[list[Trigger], list[Unsure]]:
        """Return what asks for an extra review, and what does not tell when it happened."""
        found: list[Trigger] = []
        untold: list[Unsure] = []
        for source in self.sources:
            for facts in case.related(source.kind.name):
                env = self._env(facts, source.kind, case)
                if source.when is not None and not source.when.holds(env):
                    continue
                name = f"{source.kind.name} {facts.get('id')}"
                when = env.day(facts.get(source.event_time))
                when = when[0] if isinstance(when, tuple) else when
                if not isinstance(when, datetime):
                    untold.append(Unsure(name, (source.event_time,)))
                found.append(Trigger(name, when if isinstance(when, datetime) else None, source.within))
        return found, untold

    def _env(self, facts: Facts, kind: RecordType, case: SetCase) -> Env:
        return Env(facts, kind, case.at, zone=case.zone, lookup=case.lookup)

    # Where it stands ------------------------------------------------------------------------------------------------

    def _standing(self, held: Iterable[Held], triggers: Iterable[Trigger], at: datetime) -> Standing:
        return standing(self.plan, (review.at for review in held if not review.missing), triggers, at)

    def _lacking(self, held: Iterable[Held]) -> tuple[str, ...]:
        """Return what the newest review lacks to count, where no complete one is as new."""
        newest = max(held, key=lambda review: (review.at, not review.missing, review.missing), default=None)
        return newest.missing if newest is not None else ()

    def _entry(self, now: Standing, missing: tuple[str, ...]) -> dict[str, Any]:
        entry: dict[str, Any] = {
            "policy": self.policy,
            "owner": self.owner,
            "status": now.status,
            "last": _written(now.last),
            "due": _written(now.due),
            "in_time_until": _written(now.late_after),
            "overdue_by": f"{now.overdue_by}d" if now.overdue_by is not None else None,
            "missing": sorted(missing),
        }
        return entry | ({"because": now.because} if now.because else {})

    # Samples --------------------------------------------------------------------------------------------------------

    def _sampled(self, sampling: Sampling, held: list[Held], case: SetCase) -> tuple[dict[str, Any], list[Unsure]]:
        """Return which records are to be audited in each period and were not; and those that nobody can place."""
        audits: dict[str, datetime] = {}
        for review in held:
            for name in review.concerns if not review.missing else ():
                audits[name] = max(review.at, audits.get(name, review.at))
        entries, unsure = [], []
        for found in population(sampling, self.plan.cadence.anchor, case):
            if isinstance(found, Entry):
                entries.append(found)
            else:
                unsure.append(Unsure(*found))
        periods = draw(sampling, self.policy, self.plan, entries, audits)
        last = max((review.at for review in held if not review.missing), default=None)
        day = self.plan.cadence.day_of
        now = together(sampling, self.plan, periods, day(last) if last is not None else None, case.at)
        entry = self._entry(now, self._lacking(held))
        if not entries and not unsure and sampling.of.name not in case.complete:
            entry |= {"status": "unproven", "missing": [sampling.of.name]}
        return entry | {"sample": [period.to_dict(day(case.at)) for period in periods]}, unsure

    # People ---------------------------------------------------------------------------------------------------------

    def _for_each(self, held: list[Held], triggers: list[Trigger], case: SetCase) -> dict[str, Any]:
        """Return where the review stands for the people in scope, and for how many of them it is in time."""
        by_person: dict[str, list[Held]] = {name: [] for name in self._people(case)}
        for review in held:
            if review.person in by_person:
                by_person[review.person].append(review)
        each = {name: self._standing(reviews, triggers, case.at) for name, reviews in sorted(by_person.items())}
        missing = {field for reviews in by_person.values() for field in self._lacking(reviews)}
        late = [s for s in each.values() if s.status in {"overdue", "never"}]
        enough = (len(each) - len(late)) >= self.at_least * len(each)
        entry = self._entry(_together(list(each.values()), late, enough=enough), tuple(missing))
        if not each:
            entry |= {"status": "unproven", "missing": ["person"]}
        statuses = sorted({s.status for s in each.values()})
        entry["people"] = {status: [name for name, s in each.items() if s.status == status] for status in statuses}
        entry["coverage"] = {
            "in_time": len(each) - len(late),
            "of": len(each),
            "at_least": write_share(self.at_least),
        }
        return entry

    def _people(self, case: SetCase) -> list[str]:
        """Return who is in scope: the directory's people and person records, but nobody who certainly left."""
        directory = case.directory.people_at(case.at)
        records = {str(facts.get("id")): facts for facts in case.related("person")}
        # What the directory says about somebody counts: it is the one home of teams and roles.
        merged = {name: {**records.get(name, {}), **directory.get(name, {})} for name in {*records, *directory}}
        return [
            name for name, facts in merged.items() if facts.get("active") is not False and self._in_scope(facts, case)
        ]

    def _in_scope(self, facts: Facts, case: SetCase) -> bool:
        return self.each is not None and self.each.holds(self._env(facts, self.person, case))


def _bars(judgement: Judgement) -> bool:
    """Tell whether what a rule says about a review keeps it from counting."""
    return judgement.verdict in {"fail", "unproven", "error"} and judgement.outcome in {"hold", "block"}


def _together(each: list[Standing], late: list[Standing], *, enough: bool) -> Standing:
    """Return where people stand together: late ones count where the share of the others does not suffice."""
    last = max((s.last for s in each if s.last is not None), default=None)
    status: Status = "done"
    chosen = each
    if not enough:
        status, chosen = "never" if last is None else "overdue", late
    elif asked := [s for s in each if s.status == "due"]:
        status, chosen = "due", asked
    elif rest := [s for s in each if s not in late]:
        status, chosen = "done" if last is not None else "upcoming", rest
    dated = [(s.due, s) for s in chosen if s.due is not None]
    if not dated:
        return Standing(status, last)
    first = min(dated, key=lambda pair: (pair[0], pair[1].late_after or pair[0], pair[1].because))[1]
    return structs.replace(first, status=status, last=last)


def _grouped(policy: str, items: list[Unsure]) -> Iterator[dict[str, Any]]:
    """Yield one entry for each set of missing facts, naming the first few records."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for item in items:
        groups.setdefault(item.missing, []).append(item.name)
    for missing, names in sorted(groups.items()):
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        yield {"policy": policy, "what": ", ".join(sorted(names)[:SHOWN]) + more, "missing": sorted(missing)}


def _written(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
