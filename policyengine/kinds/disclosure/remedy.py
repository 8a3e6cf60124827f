"""The smallest set of labels and places that satisfies several documents at once, or the rules that contradict.

Exact: each document gives its least sets of marks (a label at a place) that satisfy it alone; what satisfies all of
them contains one of each, so only unions of these are tried, from the fewest marks on, and every one is checked on the
edited post under every document. Labels that are alike in all documents (same group, as many words) are tried once, by
the shortest. What is equally small is ordered: fewest labels, fewest places, the caption before the picture before the
sound before the platform's own label, labels that stand there already, the shortest words, the alphabet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, permutations
from typing import Any, Final

from msgspec import Struct

from policyengine.core.facts import Facts
from policyengine.kinds.disclosure.judge import Analysis, analysis
from policyengine.kinds.disclosure.pack import Pack, Rule, Shortfall
from policyengine.kinds.disclosure.post import read_post
from policyengine.kinds.disclosure.remedy_edits import Edit, made, said
from policyengine.kinds.disclosure.remedy_marks import (
    PLACES,
    Mark,
    Where,
    edits_for,
    has_limit,
    kind_in,
    kind_of,
    may_do,
    places,
    present,
    vocabulary,
)
from policyengine.language.environment import Env

MOST_CHECKED: Final = 2_000
"""Edited posts that are judged in one search; beyond it nothing is claimed."""
_MOST_CUTS: Final = 20
_BARE: Final[frozenset[Rule]] = frozenset(
    ["no_label", "presumed", "contract_active", "unclear_label", "secondary_only", "wrong_place", "platform_label_only"]
)
"""What a post lacks that shows no accepted label at all: any attempt with one says more."""
_ALWAYS_SEEN: Final = 40
"""Characters at the beginning of a caption that every platform shows."""

Marks = frozenset[Mark]
Lacks = dict[Rule, Shortfall]


class Law(Struct, frozen=True, eq=False):
    """A document, and the environment in which it is judged for one market."""

    policy: str
    pack: Pack
    env: Env

    @property
    def market(self) -> str:
        """Return the market for which it is judged."""
        return self.env.market or ""

    def read(self, facts: Facts) -> Analysis:
        """Return the analysis of a post with these facts."""
        env = self.env
        if facts is not env.record:
            env = Env(facts, env.kind, env.at, market=env.market, zone=env.zone, aliases=env.aliases, lookup=env.lookup)
        return analysis(env, self.pack)

    def lacks(self, facts: Facts) -> Lacks:
        """Return what a post with these facts lacks, as far as it weighs anything."""
        return {rule: lack for rule, lack in self.read(facts).lacks.items() if lack.outcome != "allow"}


class Against(Struct, frozen=True, order=True):
    """A rule that stands in the way: what it says of the best attempt, and the facts for which it waits."""

    policy: str
    rule: str
    market: str
    says: str
    missing: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the rule as plain JSON data."""
        plain: dict[str, Any] = {"policy": self.policy, "rule": self.rule, "market": self.market, "says": self.says}
        return plain | ({"missing": list(self.missing)} if self.missing else {})


class Remedy(Struct, frozen=True, kw_only=True):
    """What mends a post for markets: labels at places, and the edits that put them there.

    Without edits there is none: `against` is then one rule that no label satisfies, or rules that contradict.
    """

    markets: tuple[str, ...]
    marks: tuple[Mark, ...] = ()
    edits: tuple[Edit, ...] = ()
    against: tuple[Against, ...] = ()
    slides: str = "slide"

    @property
    def says(self) -> str:
        """Return the edits in words."""
        return said(self.edits, slides=self.slides)

    def to_dict(self) -> dict[str, Any]:
        """Return the remedy as plain JSON data."""
        plain: dict[str, Any] = {
            "markets": list(self.markets),
            "labels": [mark.to_dict() for mark in self.marks],
            "changes": [edit.to_dict() for edit in self.edits],
        }
        if self.edits:
            return plain | {"says": self.says}
        return plain | {"contradiction" if len(self.against) > 1 else "unsettled": [a.to_dict() for a in self.against]}


def remedies(laws: Sequence[Law], facts: Facts) -> tuple[Remedy, ...]:
    """Return what mends a post under all documents at once: one remedy where there is a common one.

    A document that no label satisfies gets an entry of its own and is left out of the rest; where the rest contradict
    each other, the entry names the rules, and each market gets a remedy of its own.
    """
    lacking = [law for law in laws if law.lacks(facts)]
    if not lacking:
        return ()
    ordered = sorted(laws, key=lambda law: (law.market, law.policy))
    # Most posts need words in the caption and nothing else: where one label there does, no other place does better.
    near = Search(ordered, facts, PLACES[:1]).remedy()
    if near is not None and len(near.marks) <= 1:
        return (near,)
    search = Search(ordered, facts)
    lost = [at for at in range(len(ordered)) if not search.options(at)]
    found = [Remedy(markets=(ordered[at].market,), against=search.least_bad(at)) for at in lost]
    rest = [law for at, law in enumerate(ordered) if at not in lost]
    if any(law.lacks(facts) for law in rest):
        found.extend(_of_solvable(Search(rest, facts) if lost else search))
    return tuple(sorted(found, key=lambda r: (not r.edits, r.markets, r.against)))


def _of_solvable(search: Search) -> Iterator[Remedy]:
    laws, facts = search.laws, search.untouched
    common = search.remedy()
    if common is not None:
        yield common
        return
    yield contradiction(laws, facts)
    for market in sorted({law.market for law in laws}):
        own = [law for law in laws if law.market == market]
        if len(own) < len(laws) and any(law.lacks(facts) for law in own):
            yield from _of_solvable(Search(own, facts))


def contradiction(laws: Sequence[Law], facts: Facts) -> Remedy:
    """Return the rules of the fewest documents that cannot be satisfied together, at least two of them."""
    for count in range(2, len(laws) + 1):
        for some in combinations(laws, count):
            search = Search(some, facts)
            if search.remedy() is None:
                markets = tuple(sorted({law.market for law in some}))
                return Remedy(markets=markets, against=search.clashing())
    msg = "documents that can all be satisfied together"
    raise ValueError(msg)


class Search:
    """One search. Each document is known by its number among the laws."""

    def __init__(self, laws: Sequence[Law], facts: Facts, where: tuple[Where, ...] = PLACES) -> None:
        """Take the documents, the facts of the post, and places; words that deny the connection are cut out first."""
        self.laws = laws
        self.untouched = facts
        self.packs = tuple(law.pack for law in laws)
        self.cuts = tuple(_cuts(laws, facts))
        self.facts = made(facts, self.cuts)
        self.post = read_post(self.facts)
        self.labelled = any(found.start == 0 for pack in self.packs for found in self._front(pack))
        self.slides = "item" if self.post.format == "carousel" else "slide"
        self._known: dict[tuple[int, Marks], Lacks | None] = {}
        self._by_kind: dict[tuple[Any, ...], Lacks | None] = {}
        self._options: dict[int, tuple[Marks, ...]] = {}
        self.marks = tuple(mark for mark in _alike(self.packs, self) if mark.where in where)
        self.attempts: list[tuple[Lacks, ...]] = []
        self._is_tight = self.post.platform is None or has_limit(self.post)

    def _front(self, pack: Pack) -> Iterator[Any]:
        return (f for f in pack.lexicon.find(self.post.text or "", self.post.brands) if "accept" in f.roles())

    # One document -----------------------------------------------------------------------------------------------------

    def alone(self, at: int, marks: Marks) -> Lacks | None:
        """Return what a document finds lacking with some marks and no others; None where there is no room for them."""
        key = (at, marks)
        if key not in self._known:
            kind = (at, frozenset(self._kind(mark, at) for mark in marks))
            if kind not in self._by_kind:
                facts = self.edited(sorted(marks, key=lambda mark: mark.cost))
                self._by_kind[kind] = self.laws[at].lacks(facts) if facts is not None else None
            self._known[key] = self._by_kind[kind]
        return self._known[key]

    def _kind(self, mark: Mark, at: int) -> tuple[Any, ...]:
        """Return what a mark is to a document; its length counts where a caption may not hold or show it."""
        old = present(mark, self.post)
        length = len(mark.text) if self._is_tight or len(mark.text) > _ALWAYS_SEEN else 0
        kind = kind_in(mark.text, self.packs[at], self.post.brands)
        return (mark.where, kind, length, old.index if old is not None else None)

    def options(self, at: int) -> tuple[Marks, ...]:
        """Return the least sets of marks that satisfy a document alone; more than two marks no document asks for."""
        if at not in self._options:
            self._options[at] = tuple(self._least_sets(at))
        return self._options[at]

    def _least_sets(self, at: int) -> Iterator[Marks]:
        bare = self.alone(at, frozenset())
        if not bare:
            yield frozenset()
            return
        partial = []
        pack, brands = self.packs[at], self.post.brands
        for mark in self.marks:
            if mark.where != "platform" and not may_do(mark.text, pack, brands):
                continue
            lacks = self.alone(at, frozenset([mark]))
            if lacks == {}:
                yield frozenset([mark])
            elif lacks is not None and _what(lacks) != _what(bare):
                partial.append(mark)
        for pair in combinations(partial, 2):
            if pair[0].where != pair[1].where and self.alone(at, frozenset(pair)) == {}:
                yield frozenset(pair)

    def least_bad(self, at: int) -> tuple[Against, ...]:
        """Return what stands against the best attempt to satisfy a document."""
        tried = [lacks for (law, _), lacks in self._known.items() if law == at and lacks]
        best = min(tried, key=lambda lacks: (set(lacks) <= _BARE, len(lacks), _certain(lacks), sorted(lacks)))
        return (_against(self.laws[at], best),)

    # All of them ------------------------------------------------------------------------------------------------------

    def remedy(self) -> Remedy | None:
        """Return the smallest remedy, None where there is none."""
        for count in range(sum(max(map(len, self.options(at)), default=0) for at in range(len(self.laws))) + 1):
            for marks in sorted(self._unions(count), key=self._cost):
                order = self._order(marks)
                if order is not None:
                    return self._as_remedy(order)
                if len(self.attempts) > MOST_CHECKED:
                    return None
        return None

    def _unions(self, count: int) -> set[Marks]:
        """Return the sets of so many marks that satisfy every document alone, without a mark that none needs."""
        found: set[Marks] = set()
        seen: set[Marks] = set()

        def grow(marks: Marks) -> None:
            if marks in seen:
                return
            seen.add(marks)
            open_ = [at for at in range(len(self.laws)) if not any(o <= marks for o in self.options(at))]
            if not open_:
                if len(marks) == count:
                    found.add(marks)
                return
            for option in self.options(min(open_, key=lambda at: (len(self.options(at)), at))):
                if len(marks | option) <= count:
                    grow(marks | option)

        grow(frozenset())
        return found

    def _cost(self, marks: Marks) -> tuple[Any, ...]:
        ordered = sorted(marks, key=lambda mark: mark.cost)
        near = [mark.cost[0] for mark in ordered]
        new = sum(present(mark, self.post) is None for mark in marks)
        length = sum(len(mark.text) for mark in marks)
        return (len(marks), len({mark.where for mark in marks}), near, new, length, [mark.text for mark in ordered])

    def _order(self, marks: Marks) -> tuple[Mark, ...] | None:
        """Return marks in an order that satisfies every document, the shortest first where that does."""
        ordered = sorted(marks, key=lambda mark: mark.cost)
        front = [mark for mark in ordered if mark.where == "caption"]
        others = [mark for mark in ordered if mark.where != "caption"]
        for some in permutations(front):
            order = (*some, *others)
            facts = self.edited(order)
            if facts is None:
                continue
            lacks = tuple(law.lacks(facts) for law in self.laws)
            if not any(lacks):
                return order
            self.attempts.append(lacks)
        return None

    def _as_remedy(self, order: tuple[Mark, ...]) -> Remedy:
        edits = edits_for(order, self.post, self.packs, labelled=self.labelled)
        assert edits is not None  # noqa: S101 - there was room a moment ago
        markets = tuple(sorted({law.market for law in self.laws}))
        return Remedy(markets=markets, marks=order, edits=(*self.cuts, *edits), slides=self.slides)

    def edited(self, marks: Sequence[Mark]) -> Facts | None:
        """Return the facts of the post with marks; None where there is no room for them."""
        edits = edits_for(marks, self.post, self.packs, labelled=self.labelled)
        return made(self.facts, edits) if edits is not None else None

    def clashing(self) -> tuple[Against, ...]:
        """Return for each document the rule that fails where the others are best served."""
        found = []
        for at, law in enumerate(self.laws):
            failing = [lacks for lacks in self.attempts if lacks[at]]
            if failing:
                best = min(failing, key=lambda lacks: (sum(map(len, lacks)), len(lacks[at]), sorted(lacks[at])))
                found.append(_against(law, best[at]))
            elif any(self._known.get((at, o)) == {} for o in self.options(at)):
                bare = self.alone(at, frozenset())
                found.extend([_against(law, bare)] if bare else [])
        return tuple(sorted(found))


def _cuts(laws: Sequence[Law], facts: Facts) -> Iterator[Edit]:
    """Yield the edits that take out what denies the connection: words of the caption, whole entries beside it."""
    for _ in range(_MOST_CUTS):
        edit = min(_denied(laws, facts), key=_nearest, default=None)
        if edit is None:
            return
        facts = made(facts, [edit])
        yield edit


def _denied(laws: Sequence[Law], facts: Facts) -> Iterator[Edit]:
    """Yield the edits that would take out one denial each."""
    post = read_post(facts)
    for law in laws:
        if "contradicted" not in law.lacks(facts):
            continue
        for found in law.pack.lexicon.find(post.text or "", post.brands):
            if "denial" in found.roles():
                yield Edit(how="cut", path=("text",), value=found.seen, at=found.start)
        read = law.read(facts).read
        yield from (Edit(how="remove", path=path) for _, path in (read.denials if read else ()) if path != ("text",))


def _nearest(edit: Edit) -> tuple[Any, ...]:
    """Return the order of cuts: the caption from its beginning, the longest words first, then entries from behind."""
    if edit.at is None:
        return (1, *(-part for part in edit.path if isinstance(part, int)))
    return (0, edit.at, -len(edit.value))


def _alike(packs: Sequence[Pack], search: Search) -> Iterator[Mark]:
    """Yield the marks that may help, by place and cost: of labels that are alike in all documents the best one."""
    post = search.post
    kinds: dict[tuple[Any, ...], list[tuple[str, str | None]]] = {}
    for text, language in vocabulary(packs, post).items():
        key = (kind_of(text, packs, post.brands), _stands(text, search))
        kinds.setdefault(key, []).append((text, language))
    for where in places(post):
        if where == "platform":
            yield Mark("platform")
            continue
        yield from sorted((_best(words, where, search) for words in kinds.values()), key=lambda mark: mark.cost)


def _best(words: Iterable[tuple[str, str | None]], where: Any, search: Search) -> Mark:
    marks = [Mark(where, text, language) for text, language in words]
    return min(marks, key=lambda mark: (present(mark, search.post) is None, mark.cost))


def _stands(text: str, search: Search) -> bool:
    return any(entry.text == text for entry in search.post.entries)


def _certain(lacks: Lacks) -> bool:
    return all(lack.certain for lack in lacks.values())


def _what(lacks: Lacks) -> frozenset[tuple[Any, ...]]:
    return frozenset((rule, lack.outcome, lack.certain) for rule, lack in lacks.items())


def _against(law: Law, lacks: Lacks) -> Against:
    rule = min(lacks, key=lambda name: (name in _BARE, -len(lacks[name].missing), name))
    lack = lacks[rule]
    return Against(law.policy, rule, law.market, lack.message, lack.missing)
