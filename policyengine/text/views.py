"""A text as one rung of the ladder shows it, and a candidate found there as a hit in the original."""

# ruff: noqa: RUF002 - look-alike characters are the subject
from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

from policyengine.text.accents import without_accents
from policyengine.text.folding import Steps, Trace, fold, single_blanks, trace
from policyengine.text.lexicon import Candidate
from policyengine.text.lookalikes import Script, looks_like, script_of

STEPS: tuple[str, ...] = ("accents", "lookalikes", "leet", "repeats", "separators")
"""What a list of terms may ask to see through, in the order of the ladder."""


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


class Layout(Struct, frozen=True):
    """How a view's text lies in the folded text whose separators it has dropped (see `separators`)."""

    kept: tuple[int, ...]
    gaps: frozenset[int]
    openings: frozenset[int]


class View(Struct, frozen=True):
    """The text on one rung; `spaced` is `text` with its runs of blanks as they were."""

    original: str
    steps: Steps
    text: str
    spaced: str = ""
    layout: Layout | None = None

    @staticmethod
    def of(original: str, steps: Steps) -> View:
        """Return the text folded as the steps say."""
        spaced = fold(original, steps, keep_blanks=True)
        return View(original, steps, single_blanks(spaced), spaced)

    def without_accents(self) -> View:
        """Return the view one step further, as `of` does; what it shares with this one is not folded again."""
        steps = Steps(self.steps.same_case, accents=True, lookalikes=self.steps.lookalikes)
        if self.spaced.isascii():
            return View(self.original, steps, self.text, self.spaced)
        spaced = without_accents(self.spaced)
        return View(self.original, steps, single_blanks(spaced), spaced)

    def opens(self, start: int) -> bool:
        """Tell whether a word may begin at `start` although a letter stands before it."""
        return self.layout is not None and start in self.layout.openings

    def place(self, start: int, end: int) -> tuple[int, int] | None:
        """Return where a stretch stands in the original, None when an edge would cut a character in two."""
        if self.layout is None:
            return _traced(self.original, self.steps, keep_blanks=False).span(start, end)
        kept = self.layout.kept
        return _traced(self.original, self.steps, keep_blanks=True).span(kept[start], kept[end - 1] + 1)


@lru_cache(maxsize=8)
def _traced(text: str, steps: Steps, *, keep_blanks: bool) -> Trace:
    return trace(text, steps, keep_blanks=keep_blanks)


def hits_at(view: View, candidate: Candidate, start: int, end: int) -> Iterator[tuple[Hit, bool]]:
    """Yield the hits of a candidate, each with whether it is an exception's.

    None, when the place cuts a character of the original, or was not written as the rung supposes.
    """
    if view.layout is not None and not any(at in view.layout.gaps for at in range(start + 1, end)):
        return
    place = view.place(start, end)
    if place is None:
        return
    seen = view.original[place[0] : place[1]]
    script = view.steps.lookalikes
    if script and _is_honest(view.original, seen, script):
        return
    step = _steps_taken(view, seen, view.text[start:end], candidate.form)
    if candidate.word is not None:
        yield Hit(candidate.word, place[0], place[1], seen, step), False
    if candidate.is_exception:
        yield Hit("", place[0], place[1], seen, step), True


def _is_honest(text: str, seen: str, script: Script) -> bool:
    """Tell whether a word wholly in another script is simply a word of that script.

    It is, where the text has a letter of that script that does not look like one of the term's: `сор` is Russian in a
    Russian text, and an evasion in an English one.
    """
    letters = [char for char in seen if char.isalpha()]
    scripts = {script_of(char) for char in letters}
    if script.upper() in scripts or any(not looks_like(char, script) for char in letters):
        return False
    return not _plain_scripts(text, script).isdisjoint(scripts)


@lru_cache(maxsize=8)
def _plain_scripts(text: str, script: Script) -> frozenset[str]:
    """Return the scripts of the letters that cannot be taken for letters of `script`."""
    return frozenset(script_of(char) for char in set(text) if char.isalpha() and not looks_like(char, script))


def _steps_taken(view: View, seen: str, stretch: str, form: str) -> str:
    steps = view.steps
    taken = set()
    may_have_accents = steps.accents and not seen.isascii()
    if may_have_accents and fold(seen, steps) != fold(seen, Steps(steps.same_case, lookalikes=steps.lookalikes)):
        taken.add("accents")
    if steps.lookalikes:
        taken.add("lookalikes")
    if any(not char.isalpha() for char in set(stretch) - set(form)):
        taken.add("leet")
    if len(stretch) != len(form):
        taken.add("repeats")
    if view.layout:
        taken.add("separators")
    return "+".join(step for step in STEPS if step in taken)
