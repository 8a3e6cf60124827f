"""Finding words and phrases as a reader sees them: `mentions` of the language.

A list of terms is folded as texts are (`folding`), found by one automaton (linear in the text, whatever the number of
terms), and every candidate is judged by what stands around it (`boundaries`). Where the list asks to see through
evasions (`see_through`), the text is searched again on further rungs: without accents, with lookalikes read as letters,
with digits and signs read as letters, with stretched words, with spelled and broken words joined.
The first rung that finds a term at a place names the steps that it took.
"""

# ruff: noqa: RUF002 - look-alike characters are the subject
from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from msgspec import Struct

from policyengine.text import readings
from policyengine.text.boundaries import ends_word, starts_word
from policyengine.text.folding import Steps, Trace, fold, trace
from policyengine.text.lexicon import Candidate, Lexicon
from policyengine.text.lookalikes import Script, looks_like, script_of
from policyengine.text.separators import Joined, joined

STEPS: tuple[str, ...] = ("accents", "lookalikes", "leet", "repeats", "separators")
"""What a list of terms may ask to see through, in the order of the ladder."""

_CONTEXT = 160  # characters before a candidate that its boundary may depend on
_CONTINUES = "$€"  # signs that read as letters and do not end a sentence


class TermList(Struct, frozen=True, cache_hash=True):
    """Words and phrases to find, longer ones that they are not to be found in, and the evasions to see through."""

    words: tuple[str, ...]
    exceptions: tuple[str, ...] = ()
    see_through: frozenset[str] = frozenset()


class Hit(Struct, frozen=True):
    """A term that was found: `text[start:end] == seen`. `step` joins the steps that it took by `+`, '' when plain."""

    term: str
    start: int
    end: int
    seen: str
    step: str

    @property
    def sort_key(self) -> tuple[int, int, str, str]:
        """Return the documented order: place, term."""
        return (self.start, self.end, self.term, self.step)


def _by_place(hit: Hit) -> tuple[int, int, str, str]:
    return hit.sort_key


class _View(Struct, frozen=True):
    """The text on one rung. `place` maps a stretch of it to the original."""

    original: str
    steps: Steps
    text: str
    joined: Joined | None = None

    def place(self, start: int, end: int) -> tuple[int, int] | None:
        if self.joined is None:
            return _traced(self.original, self.steps, keep_blanks=False).span(start, end)
        kept = self.joined.kept
        return _traced(self.original, self.steps, keep_blanks=True).span(kept[start], kept[end - 1] + 1)


@lru_cache(maxsize=8)
def _traced(text: str, steps: Steps, *, keep_blanks: bool) -> Trace:
    return trace(text, steps, keep_blanks=keep_blanks)


class Matcher:
    """A compiled list of terms. Immutable for its callers, thread-safe; automata are built when first needed."""

    def __init__(self, terms: TermList) -> None:
        """Take the terms; nothing is compiled before the first search."""
        self.terms = terms
        self._leet = "leet" in terms.see_through
        self._repeats = "repeats" in terms.see_through
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
                if is_exception:
                    excepted.add((hit.start, hit.end))
                elif (hit.start, hit.end) not in earlier.spans and not earlier.overlap(hit):
                    place = (hit.start, hit.end)
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

    # The rungs ------------------------------------------------------------------------------------------------

    def _rungs(self, text: str, *, same_case: bool) -> Iterator[Iterator[tuple[Hit, bool]]]:
        """Yield the hits of each rung, plain first."""
        if not text:
            return
        plain = _View(text, Steps(same_case), fold(text, Steps(same_case)))
        yield self._exact(plain)
        if not self.terms.see_through:
            return
        last = [plain]
        if "accents" in self.terms.see_through:
            last = [_view(text, Steps(same_case, accents=True))]
            if last[0].text != plain.text or not self._is_ascii():
                yield self._exact(last[0])
        for steps in self._lookalike_steps(text, last[0].steps):
            last.append(_view(text, steps))
            yield self._exact(last[-1])
        yield from (self._tolerant(view) for view in last if self._leet or self._repeats)
        if "separators" in self.terms.see_through:
            for view in last:
                together = joined(fold(text, view.steps, keep_blanks=True))
                if together:
                    spelled = _View(text, view.steps, together.text, together)
                    yield self._exact(spelled)
                    yield self._tolerant(spelled)

    def _lookalike_steps(self, text: str, steps: Steps) -> Iterator[Steps]:
        if "lookalikes" in self.terms.see_through:
            for script in self._scripts():
                if script != "latin" or not text.isascii():
                    yield Steps(steps.same_case, steps.accents, script)

    def _scripts_of_terms(self) -> tuple[Script, ...]:
        letters = {script_of(char) for word in self.terms.words for char in word}
        return tuple(script for script in ("latin", "cyrillic", "greek") if script.upper() in letters)

    def _are_ascii(self) -> bool:
        return all(word.isascii() for word in (*self.terms.words, *self.terms.exceptions))

    def _compiled(self, steps: Steps, *, leet: bool, squeeze: bool, run_together: bool) -> Lexicon:
        """Return the terms folded as a view is, and keyed as the search on it asks."""
        if steps != (bare := Steps(steps.same_case)) and steps.lookalikes in (None, "latin") and self._is_ascii():
            return self._lexicon(bare, leet=leet, squeeze=squeeze, run_together=run_together)

        def keys(word: str) -> list[tuple[str, str]]:
            folded = fold(word, steps)
            forms = {folded, folded.replace(" ", "")} if run_together else {folded}
            keyed = [(readings.key_of(form, leet=leet), form) for form in sorted(forms)]
            return [(readings.squeezed(key), form) for key, form in keyed] if squeeze else keyed

        return Lexicon(self.terms.words, self.terms.exceptions, keys)

    # Searching a view -----------------------------------------------------------------------------------------

    def _exact(self, view: _View) -> Iterator[tuple[Hit, bool]]:
        lexicon = self._lexicon(view.steps, leet=False, squeeze=False, run_together=view.joined is not None)
        text = view.text
        for candidate, start, end in lexicon.candidates(text):
            if ends_word(text, start, end) and (_opens(view, start) or starts_word(text, start)):
                yield from _hits(view, candidate, start, end)

    def _tolerant(self, view: _View) -> Iterator[tuple[Hit, bool]]:
        """Find terms in digits, signs and stretched letters."""
        leet = self._leet and readings.has_readings(view.text)
        key = readings.key_of(view.text, leet=leet)
        stretched = self._repeats and readings.has_stretch(view.text, leet=leet)
        if not leet and not stretched:
            return
        lexicon = self._lexicon(view.steps, leet=leet, squeeze=stretched, run_together=view.joined is not None)
        haystack = readings.squeezed(key) if stretched else key
        runs: list[int] = []
        for candidate, at, until in lexicon.candidates(haystack):
            if stretched and not runs:
                runs = readings.runs_of(key)
            bounds = (runs[at], runs[until]) if stretched else (at, until)
            for start, end in _bounds(view.text, *bounds) if stretched else (bounds,):
                if self._reads(view, candidate, start, end):
                    yield from _hits(view, candidate, start, end)
                    break

    def _reads(self, view: _View, candidate: Candidate, start: int, end: int) -> bool:
        """Tell whether a stretch can be read as the term and then stands as a word."""
        seen, term = view.text[start:end], candidate.form
        if not readings.agrees(seen, term, leet=self._leet, repeats=self._repeats):
            return False
        before, after = view.text[max(0, start - _CONTEXT) : start], view.text[end : end + 3]
        if seen != term and (before[-1:] in tuple(_CONTINUES) or after[:1] in tuple(_CONTINUES)):
            return False
        if _opens(view, start):
            before = ""
        read = before + term + after
        return starts_word(read, len(before)) and ends_word(read, len(before), len(before) + len(term))


def _view(text: str, steps: Steps) -> _View:
    return _View(text, steps, fold(text, steps))


def _opens(view: _View, start: int) -> bool:
    return view.joined is not None and start in view.joined.openings


def _bounds(text: str, start: int, end: int) -> Iterable[tuple[int, int]]:
    """Return the ways to take signs at the edges of stretched letters: as letters or as punctuation."""
    left, right = readings.outer_signs(text[start:end])
    ways = {(start, end), (start + left, end), (start, end - right), (start + left, end - right)}
    return sorted(way for way in ways if way[0] < way[1])


def _hits(view: _View, candidate: Candidate, start: int, end: int) -> Iterator[tuple[Hit, bool]]:
    """Yield the hit in the original, unless it cuts a character there or was not written as the rung supposes."""
    if view.joined is not None and not any(at in view.joined.gaps for at in range(start + 1, end)):
        return
    place = view.place(start, end)
    if place is None:
        return
    seen = view.original[place[0] : place[1]]
    script = view.steps.lookalikes
    if script and _is_honest(view.original, place, seen, script):
        return
    step = _steps_taken(view, seen, view.text[start:end], candidate.form)
    if candidate.word is not None:
        yield Hit(candidate.word, place[0], place[1], seen, step), False
    if candidate.is_exception:
        yield Hit("", place[0], place[1], seen, step), True


def _is_honest(text: str, place: tuple[int, int], seen: str, script: Script) -> bool:
    """Tell whether a word wholly in another script is simply a word of that script.

    It is, where the text has a letter of that script, outside the word, that does not look like one of the term's:
    `сор` is Russian in a Russian text, and an evasion in an English one.
    """
    letters = [char for char in seen if char.isalpha()]
    others = {script_of(char) for char in letters}
    if script.upper() in others or any(not looks_like(char, script) for char in letters):
        return False
    rest = text[: place[0]] + text[place[1] :]
    return any(char.isalpha() and not looks_like(char, script) and script_of(char) in others for char in rest)


def _steps_taken(view: _View, seen: str, stretch: str, form: str) -> str:
    steps = view.steps
    bare = fold(seen, Steps(steps.same_case, lookalikes=steps.lookalikes))
    read = set(stretch) - set(form)
    taken = {
        "accents": steps.accents and fold(seen, steps) != bare,
        "lookalikes": steps.lookalikes is not None,
        "leet": any(char in readings.READINGS for char in read),
        "repeats": len(stretch) != len(form),
        "separators": view.joined is not None,
    }
    return "+".join(step for step in STEPS if taken[step])


class _Places:
    """Where the hits of earlier rungs stand: by place, and by term for overlaps."""

    def __init__(self, hits: Iterable[Hit]) -> None:
        self.spans: set[tuple[int, int]] = set()
        self._by_term: dict[str, list[tuple[int, int]]] = {}
        for hit in sorted(hits, key=_by_place):
            self.spans.add((hit.start, hit.end))
            self._by_term.setdefault(hit.term, []).append((hit.start, hit.end))

    def overlap(self, hit: Hit) -> bool:
        """Tell whether an earlier rung found the same term at an overlapping place."""
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


def occurrences(text: str, needle: str, same_case: bool = False) -> int:  # noqa: FBT001, FBT002
    """Return how often a piece of text stands in another, not overlapping, as plain characters; empty: never."""
    if not needle:
        return 0
    return text.count(needle) if same_case else text.casefold().count(needle.casefold())
