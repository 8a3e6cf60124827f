"""Votes and what becomes of them: which count, which do not and why, and how several statuses make one.

A vote is bound to the material as the voter saw it (`seen`), never to a clock: an approval whose digests differ from
the record's is void. A rejection is a veto until the same person takes it back, whatever is edited meanwhile: what
tightens needs only a possible yes. Votes are ordered by their time, and of equal times the stricter counts, so that the
order in which a record lists them means nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final, Literal

from msgspec import Struct

from policyengine.core.facts import UNTOLD, Facts
from policyengine.core.instant import write_time
from policyengine.shapes.contract import AskedAgain
from policyengine.shapes.directory import Directory
from policyengine.shapes.matching import most
from policyengine.shapes.material import changed
from policyengine.shapes.quorum import Need

Status = Literal["disapproved", "error", "expired", "pending", "approved", "skipped"]
Ignored = dict[str, Any]

ALL_OF: Final[tuple[Status, ...]] = ("disapproved", "error", "expired", "pending", "approved", "skipped")
ANY_OF: Final[tuple[Status, ...]] = ("approved", "pending", "expired", "error", "disapproved", "skipped")
_STRICTNESS: Final = {"approve": 0, "withdraw": 1, "reject": 2}
_TOLD: Final = ("policy", "stage", "by", "vote", "at")


def all_of(statuses: Iterable[Status]) -> Status:
    """Return the status of parts that must all be approved: the first that occurs in `ALL_OF`.

    Where every part is skipped, or there is none, nobody has said yes: that is an error, not an approval.
    """
    found: Status = min(statuses, key=ALL_OF.index, default="skipped")
    return "error" if found == "skipped" else found


def any_of(statuses: Iterable[Status]) -> Status:
    """Return the status of parts of which one must be approved: the first that occurs in `ANY_OF`."""
    found: Status = min(statuses, key=ANY_OF.index, default="skipped")
    return "error" if found == "skipped" else found


def standing(need: Need, quorum: Callable[[Need], Status]) -> Status:
    """Return where a need stands by its quorums: the lattice over its parts; what nobody can tell is an error."""
    if need.kind in {"all_of", "any_of"}:
        join = all_of if need.kind == "all_of" else any_of
        return join(standing(part, quorum) for part in need.parts)
    return "error" if need.kind == "unsure" else quorum(need)


class Vote(Struct, frozen=True):
    """A vote that can be read."""

    stage: str
    by: str
    vote: str
    at: datetime
    seen: dict[str, Any] | None = None


class Ballots(Struct, frozen=True):
    """The votes of a record for one policy.

    `votes` are those that can be read, for stages that there are. `ignored` belong to no stage. `unsettled` names the
    stages (None: every one) in which something may be a rejection and cannot be read, and says why.
    """

    votes: tuple[Vote, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    unsettled: tuple[tuple[str | None, Ignored], ...] = ()

    def of(self, stage: str) -> tuple[Vote, ...]:
        """Return the votes of a stage."""
        return tuple(vote for vote in self.votes if vote.stage == stage)

    def unsettling(self, stage: str) -> tuple[Ignored, ...]:
        """Return what keeps a stage from being settled."""
        return tuple(ignored for name, ignored in self.unsettled if name is None or name == stage)


def read_ballots(facts: Facts, policy: str, stages: Iterable[str], *, bases: Iterable[str] = ()) -> Ballots:
    """Return the votes that a record holds for a policy; for an overlay, also those for its `bases`.

    It asks what they ask, and more strictly: a yes was given to the same material, and a no is not lost.
    """
    told = facts.get("approvals")
    if told is None:
        return Ballots()
    if not isinstance(told, list):
        return Ballots(unsettled=((None, ignored("", "the votes cannot be read")),))
    known, names = frozenset(stages), frozenset([policy, *bases])
    votes: list[Vote] = []
    left_out: list[Ignored] = []
    unsettled: list[tuple[str | None, Ignored]] = []
    for entry in told:
        vote = _read(entry, names, known)
        if isinstance(vote, Vote):
            votes.append(vote)
        elif vote is not None and _may_reject(entry):
            unsettled.append((_name(entry, "stage") if _name(entry, "stage") in known else None, vote))
        elif vote is not None:
            left_out.append(vote)
    return Ballots(tuple(votes), sorted_ignored(left_out), tuple(unsettled))


def _read(entry: Any, policies: frozenset[str], stages: frozenset[str]) -> Vote | Ignored | None:
    """Return a vote, or why it cannot count; None when it is for another policy."""
    if not isinstance(entry, dict):
        return ignored("", "the vote cannot be read")
    if _name(entry, "policy") not in {None, *policies}:
        return None
    by, stage, vote, at = (entry.get(name) for name in ("by", "stage", "vote", "at"))
    missing = [name for name in _TOLD if entry.get(name) in {None, UNTOLD}]
    if missing or not (isinstance(by, str) and isinstance(stage, str) and isinstance(vote, str)):
        return ignored(by, f"the vote does not say {' and '.join(f'`{name}`' for name in missing)}")
    if stage not in stages:
        return ignored(by, f"the policy has no stage `{stage}`")
    seen = entry.get("seen")
    return (
        Vote(stage, by, vote, at, seen if isinstance(seen, dict) and seen else None)
        if isinstance(at, datetime)
        else None
    )


def _name(entry: Any, key: str) -> str | None:
    value = entry.get(key) if isinstance(entry, dict) else None
    return value if isinstance(value, str) else None


def _may_reject(entry: Any) -> bool:
    """Tell whether something unreadable may be meant as a no: then the stage is not settled without it."""
    return not isinstance(entry, dict) or entry.get("vote") != "approve"


def ignored(by: object, why: str, fields: Iterable[str] = ()) -> Ignored:
    """Return a vote that does not count, as the Decision lists it."""
    named = list(fields)
    return {"by": by if isinstance(by, str) else "", "why": why, **({"fields": named} if named else {})}


def sorted_ignored(entries: Iterable[Ignored]) -> tuple[Ignored, ...]:
    """Return ignored votes each once, by person and reason."""
    unique = {(e["by"], e["why"]): e for e in entries}
    return tuple(unique[key] for key in sorted(unique))


class Electorate(Struct, frozen=True, kw_only=True):
    """Who may vote about a record, and about what.

    `authors` never count; None: the record does not say who they are, so that nobody can be sure not to be one.
    `lifts` may take back the rejections of others. `until`: later votes come too late. `asked_again`: a freeze made
    the votes before its end void; a rejection stands all the same.
    """

    need: Need
    at: datetime
    directory: Directory
    material: Mapping[str, str]
    exempt: tuple[str, ...] = ()
    authors: frozenset[str] | None = frozenset()
    lifts: Need | None = None
    until: datetime | None = None
    asked_again: AskedAgain | None = None

    def changed(self, vote: Vote) -> tuple[str, ...]:
        """Return the names of the fields that changed since a vote."""
        return changed(vote.seen or {}, self.material, self.exempt)

    def order(self, vote: Vote) -> tuple[datetime, int, bool]:
        """Return what puts votes in order: time, then the stricter last, of two approvals the one that is not void."""
        return vote.at, _STRICTNESS.get(vote.vote, 2), vote.vote == "approve" and not self.changed(vote)

    def stands_for(self, voter: str, need: Need, at: datetime) -> bool:
        """Tell whether somebody is asked, or acts for somebody absent who is; nobody acts for an author."""
        if need.entitles(voter, at, self.directory):
            return True
        return bool(self.acts_for(voter, need, at))

    def acts_for(self, voter: str, need: Need, at: datetime) -> frozenset[str]:
        """Return the absent people who are asked and for whom somebody acts; no authors."""
        principals = self.directory.stands_in_for(voter, at) if self.directory.known else ()
        authors = self.authors or frozenset()
        return frozenset(p for p in principals if p not in authors and need.entitles(p, at, self.directory))

    def refusal(self, vote: Vote, need: Need | None = None) -> str | None:
        """Return why a vote cannot count, or None. A rejection needs only a possible right to it."""
        if vote.at > self.at:
            return "the vote lies in the future"
        if self.authors is None and vote.vote != "reject":
            return "the record does not say who its author is"
        if self.authors is not None and vote.by in self.authors:
            return "is the author"
        if self.until is not None and vote.at >= self.until and vote.vote != "reject":
            return "the vote came after the deadline"
        again = self.asked_again
        if again is not None and vote.at <= again.ended and vote.vote == "approve":
            return f"given before the freeze {again.freeze} ended"
        return self._absent(vote.by, vote.at) or self._not_asked(vote.by, vote.at, need or self.need)

    def _absent(self, by: str, at: datetime) -> str | None:
        if not self.directory.known:
            return None
        person = self.directory.people.get(by)
        if person is None:
            return "is not in the directory"
        if not person.here(at):
            return "had left"
        absence = self.directory.absence(by, at)
        if absence is None:
            return None
        back = f" until {write_time(absence.period.end)}" if absence.period.end is not None else ""
        deputy = f"; {absence.deputy} acts for them" if absence.deputy is not None else ""
        return f"was away{back}{deputy}"

    def _not_asked(self, by: str, at: datetime, need: Need) -> str | None:
        return None if self.stands_for(by, need, at) else f"was not among those asked then ({need})"


class Tally(Struct, frozen=True):
    """What the votes of a stage come to: who says yes and who says no (and since when), which votes do not count."""

    approving: dict[str, datetime] = {}
    rejecting: dict[str, datetime] = {}
    ignored: tuple[Ignored, ...] = ()

    def saying_yes(self, need: Need, electorate: Electorate, by: datetime | None = None) -> frozenset[str]:
        """Return those who say yes as one of a quorum, up to a time: nobody and their deputy are two of it."""
        times = {person: at for person, at in self.approving.items() if by is None or at <= by}
        own = {person for person, at in times.items() if need.entitles(person, at, electorate.directory)}
        acting = {p: electorate.acts_for(p, need, at) - own for p, at in times.items() if p not in own}
        return frozenset(own) | (most(acting) if acting else frozenset())


def count(votes: Iterable[Vote], electorate: Electorate) -> Tally:
    """Return what the votes of one stage come to. The latest vote of a person counts."""
    people: dict[str, list[Vote]] = {}
    lifted: datetime | None = None
    for vote in sorted(votes, key=electorate.order):
        people.setdefault(vote.by, []).append(vote)
        if vote.vote == "withdraw" and electorate.lifts is not None:
            entitled = electorate.refusal(vote, electorate.lifts) is None
            lifted = vote.at if entitled else lifted
    approving: dict[str, datetime] = {}
    rejecting: dict[str, datetime] = {}
    left_out: list[Ignored] = []
    for person in sorted(people):
        stand = _Stand(person)
        for vote in people[person]:
            stand.take(vote, electorate)
        left_out.extend(stand.ignored)
        if stand.rejected_at is not None and (lifted is None or lifted < stand.rejected_at):
            rejecting[person] = stand.rejected_at
        elif stand.approved_at is not None:
            approving[person] = stand.approved_at
    return Tally(approving, rejecting, sorted_ignored(left_out))


class _Stand:
    """Where one person stands while their votes are gone through in order."""

    def __init__(self, person: str) -> None:
        self._person = person
        self.approved_at: datetime | None = None
        self.rejected_at: datetime | None = None
        self.ignored: list[Ignored] = []

    def take(self, vote: Vote, electorate: Electorate) -> None:
        own_withdrawal = vote.vote == "withdraw" and vote.at <= electorate.at
        why = None if own_withdrawal else electorate.refusal(vote)
        if why is None and vote.vote == "approve" and vote.seen is None:
            why = "the vote does not say what was seen"
        if why is not None:
            self.ignored.append(ignored(self._person, why))
            return
        self.ignored = []
        self.approved_at = self.rejected_at = None
        if vote.vote == "approve":
            self._approve(vote, electorate)
        elif vote.vote == "reject":
            self.rejected_at = vote.at

    def _approve(self, vote: Vote, electorate: Electorate) -> None:
        fields = electorate.changed(vote)
        if fields:
            names = ", ".join(f"`{name}`" for name in fields)
            self.ignored.append(ignored(self._person, f"{names} changed since", fields))
        else:
            self.approved_at = vote.at
