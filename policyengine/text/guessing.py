"""Words that may be a term: one letter off (`fuzzy`), or torn apart by blanks (`squeezed`).

Such a find is a guess. `mentions` is *unknown* on it, never yes, so that it can only bring a person (ADR 0013). Both
look at terms of one word with six letters or more; a word of the list of everyday words is never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final

from policyengine.text.folding import Steps, fold, trace
from policyengine.text.mentions import TermList
from policyengine.text.trying import everyday
from policyengine.text.views import Hit

GUESSES: Final[tuple[str, ...]] = ("squeezed", "fuzzy")
"""The steps of `see_through` that guess."""
_FEWEST_LETTERS: Final = 6
_MOST_PIECES: Final = 3
_STEPS: Final = Steps(accents=True, lookalikes="latin")
_WORD: Final = re.compile(r"[^\W\d_]+")


class Guesser:
    """A list of terms by their spellings with a letter left out, which is how near ones meet: in linear time."""

    def __init__(self, terms: TermList) -> None:
        """Take the terms; those of several words, or of few letters, are not guessed."""
        folded = ((fold(word, _STEPS), word) for word in sorted(terms.words, reverse=True))
        self._terms = {form: word for form, word in folded if form.isalpha() and len(form) >= _FEWEST_LETTERS}
        self._known = _everyday_words() | _words_of(terms.exceptions) | _words_of(terms.words)
        self._asked = terms.see_through
        self._near: dict[str, set[str]] = {}
        for form in self._terms if "fuzzy" in self._asked else ():
            for spelling in _with_one_less(form):
                self._near.setdefault(spelling, set()).add(form)

    def find(self, text: str, *, within_first: int | None = None) -> tuple[Hit, ...]:
        """Return what may be a term, sorted by place; `step` is `squeezed` or `fuzzy`."""
        folded = fold(text, _STEPS)
        places = [(found.start(), found.end()) for found in _WORD.finditer(folded)]
        guesses = [*self._fuzzy(folded, places), *self._squeezed(folded, places)]
        if not guesses:
            return ()
        traced = trace(text, _STEPS)
        hits = []
        for form, start, end, step in guesses:
            place = traced.span(start, end)
            if place is not None and (within_first is None or place[1] <= within_first):
                hits.append(Hit(self._terms[form], *place, text[place[0] : place[1]], step))
        return tuple(sorted(hits, key=lambda hit: hit.sort_key))

    def _fuzzy(self, folded: str, places: list[tuple[int, int]]) -> Iterator[tuple[str, int, int, str]]:
        for start, end in places if self._near else ():
            word = folded[start:end]
            if end - start < _FEWEST_LETTERS - 1 or word in self._known:
                continue
            near = {form for spelling in _with_one_less(word) for form in self._near.get(spelling, ())}
            yield from ((form, start, end, "fuzzy") for form in sorted(near) if one_edit(word, form))

    def _squeezed(self, folded: str, places: list[tuple[int, int]]) -> Iterator[tuple[str, int, int, str]]:
        if "squeezed" not in self._asked:
            return
        apart = {after[0] for before, after in pairwise(places) if folded[before[1] : after[0]] != " "}
        for first, (start, _) in enumerate(places):
            for start_of_last, end in places[first + 1 : first + _MOST_PIECES]:
                if start_of_last in apart:
                    break
                form = folded[start:end].replace(" ", "")
                if form in self._terms:
                    yield form, start, end, "squeezed"


def one_edit(word: str, term: str) -> bool:
    """Tell whether a word is a term with one letter more, less, changed, or two neighbours changed over."""
    if word == term or abs(len(word) - len(term)) > 1:
        return False
    same = next((at for at, (a, b) in enumerate(zip(word, term, strict=False)) if a != b), min(len(word), len(term)))
    rest, other = word[same:], term[same:]
    if len(rest) != len(other):
        return rest[1:] == other or rest == other[1:]
    return rest[1:] == other[1:] or (rest[:2] == other[1::-1] and rest[2:] == other[2:])


def _with_one_less(word: str) -> set[str]:
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def _words_of(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for text in texts for word in _WORD.findall(fold(text, _STEPS)))


@lru_cache(maxsize=1)
def _everyday_words() -> frozenset[str]:
    return _words_of(tuple(item.text for item in everyday()))


@lru_cache(maxsize=64)
def guesser(terms: TermList) -> Guesser:
    """Return the guesser of a list; equal lists share one."""
    return Guesser(terms)
