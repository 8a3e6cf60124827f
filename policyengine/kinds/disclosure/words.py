"""Where a label stands in a text: before the fold, at the start, in a run of tags."""

from __future__ import annotations

import re
from typing import Final, Literal

from policyengine.kinds.disclosure.labels import run_together
from policyengine.text.derived import visible
from policyengine.text.platforms import fold

_NAME: Final = re.compile(r"[@#＠＃][^\s#＃@＠]+")  # noqa: RUF001 - the full-width signs
_LINK: Final = re.compile(r"(?:https?://|www\.)\S+")
_WORD: Final = re.compile(r"[^\W_]+(?:['’.\-][^\W_]+)*")  # noqa: RUF001 - the typographic apostrophe
_TAG: Final = re.compile(r"[#＃][^\s#＃,;]+")  # noqa: RUF001 - the full-width sign
_BETWEEN_TAGS: Final = re.compile(r"[\s,;.·•|/&+*~\-–—]*")  # noqa: RUF001 - dashes of all lengths
_SENTENCE: Final = re.compile(r"[.!?:;|\n]+(?=\s|$)|\s[-–—]+\s|\n")  # noqa: RUF001 - dashes of all lengths
_WORDS_BEFORE: Final = 2  # disclosure_labels.json, placement.position: at most two words


def seen_before_fold(
    text: str, start: int, end: int, platform: str | None
) -> Literal["yes", "no", "on some devices"] | None:
    """Tell whether a place in a text is seen before it is opened; None: the platform is not told."""
    if platform is None:
        return "yes" if not _WORD.search(text[:start]) else None
    cut = fold(platform)
    if cut is None or end <= len(visible(text, cut.chars, cut.lines)):
        return "yes"
    return "on some devices" if end <= len(visible(text, cut.chars_max, cut.lines)) else "no"


def has_fold(platform: str) -> bool:
    """Tell whether a platform cuts captions."""
    return fold(platform) is not None


def fold_in_words(platform: str | None) -> str:
    """Return what is seen before the fold of a platform: `instagram shows 125 characters or 2 lines`."""
    cut = fold(platform) if platform is not None else None
    if cut is None:
        return "the platform is not told"
    lines = f" or {cut.lines} line{'s' if cut.lines != 1 else ''}" if cut.lines is not None else ""
    return f"{platform} shows {cut.chars} characters{lines}"


def words_in(text: str, brands: tuple[str, ...]) -> int:
    """Return how many words there are in a piece of text, names and tags and links left out."""
    rest = _NAME.sub(" ", _LINK.sub(" ", text))
    names = sorted({n for b in brands for n in (b, run_together(b)) if n}, key=len, reverse=True)
    if names:
        rest = re.sub("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in names), " ", rest, flags=re.IGNORECASE)
    return len(_WORD.findall(rest))


def words_before(text: str, start: int, brands: tuple[str, ...]) -> int:
    """Return how many words of the same sentence stand before a place; a colon or a dash ends one, too."""
    return words_in(_SENTENCE.split(text[:start])[-1], brands)


def at_start(text: str, start: int, brands: tuple[str, ...]) -> bool:
    """Tell whether nothing but names, tags and at most two words stand before a place."""
    return words_in(text[:start], brands) <= _WORDS_BEFORE


def at_end(text: str, start: int, end: int, brands: tuple[str, ...]) -> bool:
    """Tell whether nothing but names and tags follows a place, and more than two words come before it."""
    return words_in(text[end:], brands) == 0 and not at_start(text, start, brands)


def place_in_run(text: str, start: int) -> tuple[int, int] | None:
    """Return which tag of how many in its run stands at a place, counted from 1; None when none does."""
    run: list[int] = []
    last = None
    for tag in _TAG.finditer(text):
        if last is not None and not _BETWEEN_TAGS.fullmatch(text, last, tag.start()):
            if start in run:
                break
            run = []
        run.append(tag.start())
        last = tag.end()
    return (run.index(start) + 1, len(run)) if start in run else None
