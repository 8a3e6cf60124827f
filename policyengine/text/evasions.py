"""The further rungs of the ladder: digits and signs for letters, stretched words, spelled and broken words.

Loaded by the first list that asks to see through one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from policyengine.text import readings
from policyengine.text.boundaries import ends_word, starts_word
from policyengine.text.characters import KIND
from policyengine.text.lexicon import Candidate, Lexicon
from policyengine.text.separators import joined
from policyengine.text.views import Hit, View, hits_at

_CONTEXT = 160  # characters before a candidate that its boundary may depend on
_CONTINUES = ("$", "€")  # signs that read as letters and do not end a sentence


class Lexicons(Protocol):
    """Gives the terms keyed for a search on a view."""

    def __call__(self, view: View, *, leet: bool, squeeze: bool) -> Lexicon:
        """Return the lexicon."""


def spelled(view: View) -> View | None:
    """Return the view's spelled and broken words, joined; None when there are none."""
    together = joined(view.spaced)
    return View(view.original, view.steps, together.text, view.spaced, together.layout) if together else None


def tolerant(view: View, lexicons: Lexicons, *, leet: bool, repeats: bool) -> Iterator[tuple[Hit, bool]]:
    """Yield the terms found by reading digits and signs as letters (`leet`) and by shortening stretches (`repeats`)."""
    has_readings = leet and readings.has_readings(view.text)
    squeeze = repeats and readings.has_stretch(view.text, leet=has_readings)
    if not has_readings and not squeeze:
        return
    key = readings.key_of(view.text, leet=has_readings)
    lexicon = lexicons(view, leet=has_readings, squeeze=squeeze)
    runs: list[int] = []
    for candidate, at, until in lexicon.candidates(readings.squeezed(key) if squeeze else key):
        if squeeze and not runs:
            runs = readings.runs_of(key)
        if squeeze and runs[until] - runs[at] < len(candidate.form):  # most candidates: stretching only adds
            continue
        ways = _ways(view.text, runs[at], runs[until]) if squeeze else ((at, until),)
        for start, end in ways:
            if is_inside(view, candidate.form, start, end):
                continue
            agrees = readings.agrees(view.text[start:end], candidate.form, leet=leet, repeats=repeats)
            if agrees and _stands(view, candidate, start, end):
                yield from hits_at(view, candidate, start, end)
                break


def _ways(text: str, start: int, end: int) -> Iterable[tuple[int, int]]:
    """Return the ways to take signs at the edges of a stretch: as letters or as punctuation."""
    if text[start].isalnum() and text[end - 1].isalnum():
        return ((start, end),)
    left, right = readings.outer_signs(text[start:end])
    ways = {(start, end), (start + left, end), (start, end - right), (start + left, end - right)}
    return sorted(way for way in ways if way[0] < way[1])


def is_inside(view: View, form: str, start: int, end: int) -> bool:
    """Tell whether a word goes on at one of its ends: what most candidates fail by, and cheap to see."""
    text = view.text
    if start > 0 and KIND[form[0]] == "word" and KIND[text[start - 1]] == "word" and not view.opens(start):
        return True
    return end < len(text) and KIND[form[-1]] == "word" and KIND[text[end]] == "word"


def _stands(view: View, candidate: Candidate, start: int, end: int) -> bool:
    """Tell whether a stretch, once read as the term, stands there as a word."""
    term = candidate.form
    before, after = view.text[max(0, start - _CONTEXT) : start], view.text[end : end + 3]
    if view.text[start:end] != term and (before.endswith(_CONTINUES) or after.startswith(_CONTINUES)):
        return False
    if view.opens(start):
        before = ""
    read = before + term + after
    return starts_word(read, len(before)) and ends_word(read, len(before), len(before) + len(term))
