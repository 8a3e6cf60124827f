"""The ladder of `mentions`, slow and obvious: every rung, every term, every start; no automaton, no glance, no keys.

It shares with the fast one what judges a single place (`boundaries`, `hits_at`) and how a text is cut into spelled
words; both have tests of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

from policyengine.text.boundaries import ends_word, starts_word
from policyengine.text.evasions import spelled
from policyengine.text.folding import Steps, _fold_together
from policyengine.text.lexicon import Candidate
from policyengine.text.lookalikes import Script, script_of
from policyengine.text.mentions import TermList
from policyengine.text.readings import _KEYS, _SINGLE, READINGS
from policyengine.text.views import Hit, View, hits_at

Found = Iterator[tuple[Hit, bool]]
_SIGNS = "".join(char for char in READINGS if not char.isdigit())


def slowly_found(terms: TermList, text: str, *, same_case: bool = False) -> tuple[Hit, ...]:
    """Return what `Matcher.find` does."""
    found: list[Hit] = []
    excepted: list[Hit] = []
    for rung in _rungs(terms, text, same_case=same_case):
        hits = list(rung)
        excepted += [hit for hit, is_exception in hits if is_exception]
        new = [hit for hit, is_exception in hits if not is_exception and not any(_holds(old, hit) for old in found)]
        places = {(hit.start, hit.end) for hit in new}
        found += [min((hit for hit in new if (hit.start, hit.end) == place), key=_order) for place in places]
    return tuple(sorted((hit for hit in found if not any(_is_excepted(hit, by) for by in excepted)), key=_order))


def _order(hit: Hit) -> tuple[int, int, str, str]:
    return hit.sort_key


def _overlap(one: Hit, other: Hit) -> bool:
    return one.start < other.end and other.start < one.end


def _holds(old: Hit, new: Hit) -> bool:
    return (old.start, old.end) == (new.start, new.end) or (old.term == new.term and _overlap(old, new))


def _is_excepted(hit: Hit, by: Hit) -> bool:
    is_longer = hit.start <= by.start and by.end <= hit.end and hit.end - hit.start > by.end - by.start
    return _overlap(hit, by) and not is_longer


def _rungs(terms: TermList, text: str, *, same_case: bool) -> Iterator[Found]:
    asked = terms.see_through
    plain = _view(text, Steps(same_case))
    yield _exact(terms, plain)
    views = [_view(text, Steps(same_case, accents="accents" in asked))]
    letters = {script_of(char) for word in terms.words for char in word}
    scripts: tuple[Script, ...] = ("latin", "cyrillic", "greek") if "lookalikes" in asked else ()
    views += [
        _view(text, Steps(same_case, accents="accents" in asked, lookalikes=script))
        for script in scripts
        if script.upper() in letters
    ]
    yield from (_exact(terms, view) for view in views)
    yield from (_tolerant(terms, view) for view in views)
    for view in filter(None, map(spelled, views)) if "separators" in asked else ():
        yield _exact(terms, view)
        yield _tolerant(terms, view)


def _view(text: str, steps: Steps) -> View:
    spaced = _fold_together(text, steps)
    if text.isascii() and steps.lookalikes in (None, "latin"):
        spaced = re.sub(r"\s", " ", spaced)
    return View(text, steps, " ".join(spaced.split()), spaced)


def _forms(terms: TermList, view: View) -> list[Candidate]:
    def forms(words: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        script = view.steps.lookalikes
        for word in sorted(words):
            if script and script.upper() not in {script_of(char) for char in word}:
                continue
            form = " ".join(_fold_together(word, view.steps).split())
            for way in {form, form.replace(" ", "")} if view.layout else {form}:
                yield way, word

    words: dict[str, str] = {}
    for form, word in forms(terms.words):
        words.setdefault(form, word)
    excepted = {form for form, _ in forms(terms.exceptions)}
    return [Candidate(form, words.get(form), form in excepted) for form in sorted(words.keys() | excepted) if form]


def _exact(terms: TermList, view: View) -> Found:
    text = view.text
    for candidate in _forms(terms, view):
        for start in range(len(text)):
            end = start + len(candidate.form)
            is_there = text[start:end] == candidate.form
            if is_there and ends_word(text, start, end) and (view.opens(start) or starts_word(text, start)):
                yield from hits_at(view, candidate, start, end)


def _tolerant(terms: TermList, view: View) -> Found:
    asked, text = terms.see_through, view.text
    leet = "leet" in asked and any(char in READINGS for char in text)
    is_stretched = "repeats" in asked and any(
        re.search(r"([^\W\d_])\1\1", text.translate(table)) for table in (_SINGLE if leet else ({},))
    )
    if not leet and not is_stretched:
        return
    for candidate in _forms(terms, view):
        for ways in _stretches(text, leet=leet) if is_stretched else _pieces(text, len(candidate.form)):
            for start, end in ways:
                agrees = _agrees(text[start:end], candidate.form, leet="leet" in asked, repeats="repeats" in asked)
                if agrees and _stands(view, candidate.form, start, end):
                    yield from hits_at(view, candidate, start, end)
                    break


def _pieces(text: str, length: int) -> Iterator[list[tuple[int, int]]]:
    for start in range(len(text) - length + 1):
        yield [(start, start + length)]


def _stretches(text: str, *, leet: bool) -> Iterator[list[tuple[int, int]]]:
    """Yield stretches of whole runs of what may be read alike, each with and without the signs at its edges."""
    key = text.translate(_KEYS) if leet else text
    edges = [at for at in range(len(key) + 1) if at in (0, len(key)) or key[at - 1] != key[at]]
    for start in edges:
        for end in edges[edges.index(start) + 1 :]:
            seen = text[start:end]
            left, right = len(seen) - len(seen.lstrip(_SIGNS)), len(seen) - len(seen.rstrip(_SIGNS))
            ways = {(start + before, end - after) for before in {0, left} for after in {0, right}}
            yield sorted(way for way in ways if way[0] < way[1])


def _agrees(seen: str, term: str, *, leet: bool, repeats: bool) -> bool:
    is_code = any(char.isdigit() for char in seen) and len([char for char in seen if char.isalpha()]) <= 1
    return not (leet and is_code and seen != term) and bool(_pattern(term, leet, repeats).fullmatch(seen))


@lru_cache(maxsize=1000)
def _pattern(term: str, leet: bool, repeats: bool) -> re.Pattern[str]:  # noqa: FBT001 - keys of the cache
    parts = []
    for letter, run in groupby(term):
        length = len(list(run))
        signs = "".join(sign for sign, letters in READINGS.items() if leet and letter in letters)
        one = f"[{re.escape(letter + signs)}]"
        longer = f"|{one}{{{max(length + 1, 3)},}}" if repeats and letter.isalpha() else ""
        parts.append(f"(?:{one}{{{length}}}{longer})")
    return re.compile("".join(parts), re.DOTALL)


def _stands(view: View, term: str, start: int, end: int) -> bool:
    before, after = view.text[:start], view.text[end:]
    if view.text[start:end] != term and (before.endswith(("$", "€")) or after.startswith(("$", "€"))):
        return False
    before = "" if view.opens(start) else before
    read = before + term + after
    return starts_word(read, len(before)) and ends_word(read, len(before), len(before) + len(term))
