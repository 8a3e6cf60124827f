"""Finding words and phrases as a reader sees them: `mentions` of the language.

A list of terms is folded as texts are (`folding`), found by one automaton (linear in the text, whatever the number of
terms), and every candidate is judged by what stands around it (`boundaries`). Where the list asks to see through
evasions (`see_through`), the text is searched again on further rungs: without accents, with lookalikes read as letters,
with digits and signs read as letters, with stretched words, with spelled and broken words joined.
The first rung that finds a term at a place names the steps that it took.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from msgspec import Struct

from policyengine.text.boundaries import ends_word, starts_word
from policyengine.text.folding import Steps, fold
from policyengine.text.lexicon import Lexicon
from policyengine.text.lookalikes import Script, has_lookalikes, script_of
from policyengine.text.views import STEPS, Hit, View, hits_at

__all__ = ["STEPS", "Hit", "Matcher", "TermList", "compile_terms", "occurrences"]

_Hits = Iterator[tuple[Hit, bool]]  # each with whether it is an exception's


class TermList(Struct, frozen=True, cache_hash=True):
    """Words and phrases to find, longer ones that they are not to be found in, and the evasions to see through."""

    words: tuple[str, ...]
    exceptions: tuple[str, ...] = ()
    see_through: frozenset[str] = frozenset()


class Matcher:
    """A compiled list of terms. Immutable for its callers, thread-safe; automata are built when first needed."""

    def __init__(self, terms: TermList) -> None:
        """Take the terms; nothing is compiled before the first search."""
        self.terms = terms
        self._lexicon = cache(self._compiled)
        self._scripts = cache(self._scripts_of_terms)
        self._is_ascii = cache(self._are_ascii)

    def find(self, text: str, *, within_first: int | None = None, same_case: bool = False) -> tuple[Hit, ...]:
        """Return every mention, sorted by place.

        With `within_first`, only those that end within so many characters of the text. Mentions of different terms may
        overlap; one that overlaps an exception is left out, unless it is longer than the exception and contains it.
        """
        found: dict[tuple[int, int], Hit] = {}
        excepted: set[tuple[int, int]] = set()
        for hits in self._rungs(text, same_case=same_case):
            earlier = _Places(found.values())
            for hit, is_exception in hits:
                place = (hit.start, hit.end)
                if is_exception:
                    excepted.add(place)
                elif not earlier.hold(hit):
                    found[place] = min(found.get(place, hit), hit, key=_by_place)
        kept = _without(found.values(), excepted) if excepted else found.values()
        inside = (hit for hit in kept if within_first is None or hit.end <= within_first)
        return tuple(sorted(inside, key=_by_place))

    def any(self, text: str, *, within_first: int | None = None, same_case: bool = False) -> bool:
        """Tell whether there is any mention; cheaper than `find` where the list has no exceptions."""
        if self.terms.exceptions:
            return bool(self.find(text, within_first=within_first, same_case=same_case))
        return any(
            within_first is None or hit.end <= within_first
            for hits in self._rungs(text, same_case=same_case)
            for hit, _ in hits
        )

    def _rungs(self, text: str, *, same_case: bool) -> Iterator[_Hits]:
        """Yield the hits of each rung, plain first."""
        if not text:
            return
        words = spelled = True
        if self.terms.see_through and self._is_ascii():
            from policyengine.text.glance import glance  # noqa: PLC0415 - few lists ask for it

            seen = glance(text, self._keyed, self.terms.see_through, same_case=same_case)
            words, spelled = seen.words, seen.spelled
        if not words and not spelled:
            return
        plain = View.of(text, Steps(same_case))
        if words:
            yield self._exact(plain)
        if self.terms.see_through:
            yield from self._further_rungs(plain, words=words, joined=spelled)

    def _further_rungs(self, plain: View, *, words: bool, joined: bool) -> Iterator[_Hits]:
        from policyengine.text.evasions import spelled, tolerant  # noqa: PLC0415 - few lists ask for it

        asked = self.terms.see_through
        leet, repeats = "leet" in asked, "repeats" in asked
        views = [plain]
        if "accents" in asked:
            views = [plain.without_accents()]
            if words and (views[0].text != plain.text or not self._is_ascii()):
                yield self._exact(views[0])
        for steps in self._lookalike_steps(plain.original, views[0].steps):
            views.append(View.of(plain.original, steps))
            if words:
                yield self._exact(views[-1])
        if words and (leet or repeats):
            yield from (tolerant(view, self._keyed, leet=leet, repeats=repeats) for view in views)
        if joined and "separators" in asked:
            for view in filter(None, map(spelled, views)):
                yield self._exact(view)
                yield tolerant(view, self._keyed, leet=leet, repeats=repeats)

    def _lookalike_steps(self, text: str, steps: Steps) -> Iterator[Steps]:
        if "lookalikes" in self.terms.see_through:
            for script in self._scripts():
                if has_lookalikes(text, script):
                    yield Steps(steps.same_case, steps.accents, script)

    def _exact(self, view: View) -> _Hits:
        text = view.text
        for candidate, start, end in self._keyed(view, leet=False, squeeze=False).candidates(text):
            if ends_word(text, start, end) and (view.opens(start) or starts_word(text, start)):
                yield from hits_at(view, candidate, start, end)

    # What is compiled once a list -----------------------------------------------------------------------------

    def _keyed(self, view: View, *, leet: bool, squeeze: bool) -> Lexicon:
        """Return the terms folded as a view is, and keyed as the search on it asks."""
        steps = view.steps
        if steps.lookalikes in (None, "latin") and self._is_ascii():
            steps = Steps(steps.same_case)  # the other steps leave such terms as they are
        return self._lexicon(steps, leet=leet, squeeze=squeeze, run_together=view.layout is not None)

    def _compiled(self, steps: Steps, *, leet: bool, squeeze: bool, run_together: bool) -> Lexicon:
        script = steps.lookalikes and steps.lookalikes.upper()

        def keys(word: str) -> list[tuple[str, str]]:
            if script and script not in map(script_of, word):
                return []  # a Russian word that looks like a Latin one is that Russian word
            folded = fold(word, steps)
            forms = sorted({folded, folded.replace(" ", "")}) if run_together else [folded]
            return [(_key(form, leet=leet, squeeze=squeeze), form) for form in forms]

        return Lexicon(self.terms.words, self.terms.exceptions, keys)

    def _scripts_of_terms(self) -> tuple[Script, ...]:
        letters = {script_of(char) for word in self.terms.words for char in word}
        return tuple(script for script in ("latin", "cyrillic", "greek") if script.upper() in letters)

    def _are_ascii(self) -> bool:
        return all(word.isascii() for word in (*self.terms.words, *self.terms.exceptions))


def _key(form: str, *, leet: bool, squeeze: bool) -> str:
    if not leet and not squeeze:
        return form
    from policyengine.text.readings import key_of, squeezed  # noqa: PLC0415 - few lists ask for it

    key = key_of(form, leet=leet)
    return squeezed(key) if squeeze else key


def _by_place(hit: Hit) -> tuple[int, int, str, str]:
    return hit.sort_key


class _Places:
    """Where the hits of earlier rungs stand."""

    def __init__(self, hits: Iterable[Hit]) -> None:
        self._spans: set[tuple[int, int]] = set()
        self._by_term: dict[str, list[tuple[int, int]]] = {}
        for hit in sorted(hits, key=_by_place):
            self._spans.add((hit.start, hit.end))
            self._by_term.setdefault(hit.term, []).append((hit.start, hit.end))

    def hold(self, hit: Hit) -> bool:
        """Tell whether an earlier rung found anything at that place, or the same term at an overlapping one."""
        if (hit.start, hit.end) in self._spans:
            return True
        places = self._by_term.get(hit.term, [])
        at = bisect_left(places, (hit.end, 0))
        return at > 0 and places[at - 1][1] > hit.start


def _without(hits: Iterable[Hit], excepted: set[tuple[int, int]]) -> list[Hit]:
    """Return the hits that no exception overlaps, except those that contain the exception and more."""
    places = sorted(excepted)
    longest = max(end - start for start, end in places)

    def is_excepted(hit: Hit) -> bool:
        for start, end in places[bisect_left(places, (hit.start - longest, 0)) :]:
            if start >= hit.end:
                return False
            is_inside = hit.start <= start and end <= hit.end and (start, end) != (hit.start, hit.end)
            if end > hit.start and not is_inside:
                return True
        return False

    return [hit for hit in hits if not is_excepted(hit)]


@lru_cache(maxsize=256)
def compile_terms(terms: TermList) -> Matcher:
    """Return the matcher of a list; equal lists share one."""
    return Matcher(terms)


def occurrences(text: str, needle: str, same_case: bool = False) -> int:  # noqa: FBT001, FBT002 - as `compile_pattern`
    """Return how often a piece of text stands in another, not overlapping, as plain characters; empty: never."""
    if not needle:
        return 0
    return text.count(needle) if same_case else text.casefold().count(needle.casefold())
