"""A disclosure document, compiled: its labels as a lexicon, its conditions as gates, how much each demand weighs."""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

from policyengine.core.decision import Outcome, lightest
from policyengine.core.diagnostic import PathPart
from policyengine.kinds.disclosure.labels import Found, Label, Lexicon
from policyengine.kinds.disclosure.post import Entry, Post
from policyengine.kinds.disclosure.struct import Demand, Disclosure, Placement
from policyengine.language.tree import Truth
from policyengine.shapes.gate import Gate

Rule = Literal[
    "no_label", "unclear_label", "secondary_only", "label_to_judge", "contradicted", "behind_fold", "position",
    "hashtag_run", "wrong_place", "frames", "screen_time", "late", "not_in_video", "not_spoken", "not_repeated",
    "illegible", "language", "platform_label_only", "presumed", "contract_active", "creator_threshold",
]  # fmt: skip


class Group(Struct, frozen=True, eq=False):
    """A group of accepted labels. `whose` is empty for all connections; `unfit`: the posts for which it does not do.

    `everyday`: its words are judged inside a sentence. It suffices from the day `starts` on, and until before the day
    `ends`.
    """

    whose: frozenset[str]
    first: str
    languages: frozenset[str]
    to_judge: bool
    everyday: bool
    unfit: Gate | None
    starts: date | None
    ends: date | None
    confidence: str

    def is_for(self, connection: str | None) -> bool:
        """Tell whether the labels are for a connection; one that is not told may be any."""
        return not self.whose or connection is None or connection in self.whose


class Pack(Struct, frozen=True, eq=False):
    """One jurisdiction. `signs` are the labels that show a connection by themselves, `beneath` what it is laid over."""

    body: Disclosure
    groups: tuple[Group, ...]
    lexicon: Lexicon
    signs: Lexicon
    placement: Placement
    beneath: tuple[Pack, ...] = ()

    @property
    def market(self) -> str:
        """Return the market whose law it is."""
        return self.body.jurisdiction

    def weight(self, outcome: Outcome, confidence: str | None = None) -> Outcome:
        """Return what something weighs where low confidence never blocks."""
        return lightest("hold", outcome) if (confidence or self.body.confidence) == "low" else outcome

    def demand(self, demand: Demand) -> Outcome:
        """Return what it weighs not to fulfil a demand."""
        return self.weight(demand.otherwise, demand.confidence)

    def first_label(self, connection: str, language: str | None) -> str | None:
        """Return the label that the document names first for a connection, if possible in the post's language."""
        main = (language or "").partition("-")[0]
        good = [g for g in self.groups if not g.to_judge and g.is_for(connection)]
        good.sort(key=lambda group: main not in group.languages)
        return good[0].first if good else None


class Candidate(Struct, frozen=True, eq=False):
    """An accepted label at a place: in the caption (`text`), or in a disclosure beside it. `unfit`: see `Group`."""

    where: str
    source: str
    found: Found
    group: Group
    unfit: Truth = False
    entry: Entry | None = None

    @property
    def path(self) -> tuple[PathPart, ...]:
        """Return where it stands in the record."""
        return ("text",) if self.entry is None else ("sponsorship", "disclosures", self.entry.index)

    @property
    def in_caption(self) -> bool:
        """Tell whether it stands in words around the post rather than in the picture, film or sound."""
        return self.where in {"text", "caption", "title", "description", "hashtag_cluster"}


class Shortfall(Struct, frozen=True, kw_only=True):
    """What a post lacks: the rule, what that weighs, in words. Not `certain`: it may lack it, `missing` decides."""

    rule: Rule
    outcome: Outcome
    message: str
    fix: str = ""
    certain: bool = True
    missing: tuple[str, ...] = ()
    path: tuple[PathPart, ...] = ()
    within: tuple[int, int] | None = None


class Sight(Struct, frozen=True, eq=False):
    """What the placement tests look at: the post, the document, and all accepted labels of the post together.

    `connection` is what the post is read as; None: any.
    """

    post: Post
    pack: Pack
    candidates: tuple[Candidate, ...]
    connection: str | None


def labels_of(body: Disclosure) -> tuple[Label, ...]:
    """Return the words of a document with what they are."""
    accepted = [Label(word, "accept", at) for at, group in enumerate(body.labels or ()) for word in group.accept]
    beside = [Label(word, "beside") for word in body.beside_a_label or ()]
    weak = [Label(word, "not_enough") for word in body.not_enough or ()]
    return (*accepted, *beside, *weak)
