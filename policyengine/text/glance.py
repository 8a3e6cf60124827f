"""A glance at a text that tells, most of the time, that no rung of the ladder can find anything there.

Where every character folds by itself, each rung shows the same signs at the same places, and a letter of another
script becomes at most a letter of ASCII. What terms in ASCII agree with on an earlier rung then stands on the last
one, too. So the last rung is searched alone, with the keys that forgive most, and only what that finds is climbed for.
"""

from __future__ import annotations

from msgspec import Struct

from policyengine.text import readings
from policyengine.text.characters import KIND, beyond_ascii
from policyengine.text.evasions import Lexicons, is_inside, spelled
from policyengine.text.folding import Steps, folds_alone
from policyengine.text.views import View


class Glance(Struct, frozen=True):
    """Whether terms may be found in the words as they stand, and in those that are spelled or broken by signs."""

    words: bool = True
    spelled: bool = True


def glance(text: str, lexicons: Lexicons, asked: frozenset[str], *, same_case: bool) -> Glance:
    """Look at a text for terms in ASCII that are to be seen through the steps `asked`."""
    steps = Steps(same_case)
    if not text.isascii():
        last = Steps(same_case, accents="accents" in asked, lookalikes="latin" if "lookalikes" in asked else None)
        if not is_steady(text, steps, last):
            return Glance()
        steps = last
    view = View.of(text, steps)
    together = spelled(view) if "separators" in asked else None
    return Glance(_may_hold(view, lexicons, asked), together is not None and _may_hold(together, lexicons, asked))


def is_steady(text: str, first: Steps, last: Steps) -> bool:
    """Tell whether the characters of a text only become letters of ASCII between the first rung and the last."""
    middle = Steps(first.same_case, accents=last.accents)
    steady = _STEADY.setdefault((first, middle, last), _Steady(first, middle, last))
    return all(map(steady.__getitem__, beyond_ascii(text)))


class _Steady(dict[str, bool]):
    """Whether a character is on earlier rungs what it is on the last, or another letter that terms in ASCII lack."""

    def __init__(self, *steps: Steps) -> None:
        super().__init__()
        self._steps = steps

    def __missing__(self, char: str) -> bool:
        *earlier, last = (folds_alone(steps)[char] for steps in self._steps)
        is_steady = self[char] = all(_becomes(folded, last) for folded in earlier)
        return is_steady


_STEADY: dict[tuple[Steps, Steps, Steps], _Steady] = {}


def _becomes(folded: str | None, last: str | None) -> bool:
    if folded is None or last is None or folded == last:
        return folded is not None and last is not None
    is_letter_for_letter = len(folded) == len(last) == 1 and folded.isalpha() and last.isalpha()
    return is_letter_for_letter and not folded.isascii() and KIND[folded] == KIND[last] == "word"


def _may_hold(view: View, lexicons: Lexicons, asked: frozenset[str]) -> bool:
    """Tell whether a term may stand in a view, or in the views of the rungs before it."""
    leet = "leet" in asked and readings.has_readings(view.text)
    if "repeats" in asked and readings.has_stretch(view.text, leet=leet):
        return True
    key = readings.key_of(view.text, leet=leet)
    candidates = lexicons(view, leet=leet, squeeze=False).candidates(key)
    return any(not is_inside(view, candidate.form, start, end) for candidate, start, end in candidates)
