"""Whether a stage can come to a yes at all: with the people there are, without those who made the record."""

from __future__ import annotations

from collections.abc import Callable

from policyengine.kinds.approval.flow import Stage
from policyengine.shapes.contract import Case
from policyengine.shapes.matching import Seats, filled
from policyengine.shapes.quorum import Need
from policyengine.shapes.votes import Status, standing

Said = Callable[[Need], frozenset[str]]


class Prospects:
    """What is possible for one record; its stages are asked about in the order in which they open.

    `authors` is None while the record does not say who made it: then nothing is ruled out.
    """

    def __init__(self, case: Case, authors: frozenset[str] | None, *, different: bool) -> None:
        """Begin before the first stage; with `different`, nobody counts for two of them."""
        self._case = case
        self._authors = authors
        self._different = different
        self._before: tuple[tuple[Stage, Said], ...] = ()

    def dead_end(self, stage: Stage, said: Said) -> str | None:
        """Return why nobody's vote could settle a stage, in words, or None; `said` gives who says yes already."""
        lacking: list[Need] = []

        def quorum(need: Need) -> Status:
            if self._voices(need, said) >= need.count:
                return "pending"
            lacking.append(need)
            return "error"

        if standing(stage.need, quorum) == "error":
            return self._lacking(lacking) if lacking else "it is not told who is asked"
        return self._beside_others(stage, said)

    def _may_say_yes(self, need: Need, said: Said) -> frozenset[str]:
        """Return everybody who said yes or may still do so: who is or will be asked, and who acts for them."""
        at, directory, authors = self._case.at, self._case.directory, self._authors or frozenset()
        principals = need.to_come(at, directory) - authors
        deputies = {deputy for person in principals if (deputy := directory.acting(person, at)) is not None}
        return (principals | deputies | said(need)) - authors

    def _voices(self, need: Need, said: Said) -> int:
        """Return how many may say yes at most; who acts for somebody is no voice beside theirs."""
        at, directory = self._case.at, self._case.directory
        if not directory.known or self._authors is None:
            return need.count
        principals = need.to_come(at, directory) - self._authors
        acting = {person for person in said(need) if directory.ever_acting_for(person) & principals}
        return len(principals | (said(need) - acting))

    def _lacking(self, needs: list[Need]) -> str:
        besides = " besides those who made it" if self._made_by_one_of(needs) else ""
        return f"there are not enough people for {needs[0]}{besides}"

    def _made_by_one_of(self, needs: list[Need]) -> bool:
        asked = needs[0].to_come(self._case.at, self._case.directory)
        return bool(asked & (self._authors or frozenset()))

    def _beside_others(self, stage: Stage, said: Said) -> str | None:
        """Return that there are too few different people for a stage beside those before it."""
        if not self._different or not self._case.directory.known or not self._authors:
            return None
        before = self._before
        self._before = (*before, (stage, said))
        if not any(self._narrowed(one) for one, _ in self._before):
            return None  # what no author narrows was seen to be possible when the policy was loaded
        if filled([self._ways(one, voices) for one, voices in self._before]) is not None:
            return None
        self._before = before
        beside = f" beside {', '.join(one.id for one, _ in before)}" if before else ""
        return f"there are not enough different people for it{beside}, without those who made it"

    def _narrowed(self, stage: Stage) -> bool:
        """Tell whether one of those who made the record is ever among those whom a stage asks."""
        directory = self._case.directory
        authors = self._authors or ()
        return any(author in group.ever(directory) for group in stage.need.groups() for author in authors)

    def _ways(self, stage: Stage, said: Said) -> tuple[Seats, ...]:
        return stage.need.ways(lambda need: self._may_say_yes(need, said))
