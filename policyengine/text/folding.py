"""From a text to what a reader sees of it, and back to the places in the text.

`fold` answers fast; `trace` gives the same text with the place of each of its characters in the original. Matching
folds first and traces only on a hit, since a trace costs a hundred times more.

Always folded: case (Unicode case folding; Turkish `İ` reads as `i`), compatibility forms (NFKC: full width, ligatures,
mathematical and circled letters), curly apostrophes and hyphens that look like `'` and `-`, runs of blanks and line
breaks, and characters that nobody sees: format and control characters, zero-width blanks, variation selectors, fillers,
soft hyphens, Arabic kashida, and, in long texts, marks beyond the thirtieth on one letter (the Stream-Safe limit of
UAX #15: normalisation sorts marks in quadratic time). Joiners stay
inside emoji sequences and between letters of scripts that show them (Arabic, Indic), tags stay in flags.

Folded on request (`Steps`): `accents`, and `lookalikes` of a script. Spaced and dotted words, stretched words and
digits for letters are the business of `separators` and `readings`.
"""

# ruff: noqa: RUF001, RUF003 - look-alike characters are the subject
from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from msgspec import Struct

from policyengine.text.characters import (
    KIND,
    ZWJ,
    ZWNJ,
    beyond_ascii,
    is_flag_half,
    is_picture,
    is_tag,
    joins_by_format,
)
from policyengine.text.lookalikes import Script, read_as

MOST_MARKS = 30
_LONG = 1000  # characters; below, sorting marks costs less than counting them
_BLANKS = b"\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f"
_OTHER_BLANKS = tuple(map(chr, _BLANKS))
_CONTROLS = bytes(code for code in (*range(32), 127) if code not in _BLANKS)
_SPACED = bytes(32 if code in _BLANKS else code for code in range(256))
_SPACED_LOWER = _SPACED.lower()
_LOWER = bytes(range(256)).lower()
_MOST_REPLACED = 50  # characters; beyond, one pass over the text costs less than one for each
# One character for one, so that offsets stay. NFKC would read ™ as the letters tm, and ´ as a blank with a mark on it.
_SAME_LOOK = tuple(
    (char, look)
    for look, chars in {"'": "’‘ʼ´`", "-": "‐‑−﹣－", "®": "™℠", " ": "ㅤ⠀ﾠ\u115f\u1160"}.items()
    for char in chars
    if not char.isascii()
)
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u0640\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_HEAP = re.compile(rf"[^\w\s]{{{MOST_MARKS + 1}}}")
_BLACK_FLAG = "\U0001f3f4"


class Steps(Struct, frozen=True):
    """What is folded beyond what always is. `lookalikes` names the script that other letters are read as."""

    same_case: bool = False
    accents: bool = False
    lookalikes: Script | None = None


class Trace(Struct, frozen=True):
    """A folded text; `starts[i]` and `ends[i]` bound the characters of the original that `text[i]` comes from."""

    text: str
    starts: tuple[int, ...] | range
    ends: tuple[int, ...] | range

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the place in the original, or None when an edge would cut one of its characters in two."""
        if start > 0 and self.starts[start - 1] == self.starts[start]:
            return None
        if end < len(self.text) and self.starts[end - 1] == self.starts[end]:
            return None
        return self.starts[start], self.ends[end - 1]


def fold(text: str, steps: Steps, *, keep_blanks: bool = False) -> str:
    """Return the text as a reader sees it; with `keep_blanks` runs of blanks keep their lengths."""
    if text.isascii() and steps.lookalikes in (None, "latin"):
        folded = text.encode().translate(_SPACED if steps.same_case else _SPACED_LOWER, _CONTROLS).decode()
    else:
        apart = _fold_apart(text, steps)
        folded = _fold_together(text, steps) if apart is None else apart
    return folded if keep_blanks else single_blanks(folded)


def _fold_together(text: str, steps: Steps) -> str:
    seen = _pretranslated(text, steps)
    if _UNSEEN.search(seen) or (len(seen) > _LONG and _HEAP.search(seen)):
        seen = "".join(seen[index] for index in _seen_indices(seen))
    return _fold(seen, steps)


def _fold_apart(text: str, steps: Steps) -> str | None:
    """Fold each character beyond ASCII wherever it stands: five times as fast; None when neighbours have a say."""
    if steps.lookalikes not in (None, "latin"):
        return None
    alone = folds_alone(steps)
    changed: dict[str, str] = {}
    for char in beyond_ascii(text):
        folded = alone[char]
        if folded is None:
            return None
        if folded != char:
            changed[char] = folded
    codes = text.encode("utf-8", "surrogatepass")
    text = codes.translate(None if steps.same_case else _LOWER, _CONTROLS).decode("utf-8", "surrogatepass")
    if len(changed) > _MOST_REPLACED or not changed.keys().isdisjoint("".join(changed.values())):
        return text.translate({ord(char): folded for char, folded in changed.items()})
    for char, folded in changed.items():
        text = text.replace(char, folded)
    return text


def single_blanks(text: str) -> str:
    """Return a text with one blank for each run of blanks, and none at its ends."""
    is_single = "  " not in text and text[:1] != " " and text[-1:] != " "
    if not is_single or any(map(text.__contains__, _OTHER_BLANKS)):
        return " ".join(text.split())
    has_wide_blanks = not text.isascii() and any(map(str.isspace, beyond_ascii(text)))
    return " ".join(text.split()) if has_wide_blanks else text


def trace(text: str, steps: Steps, *, keep_blanks: bool = False) -> Trace:
    """Return what `fold` returns, with the place of every character."""
    folded = fold(text, steps, keep_blanks=keep_blanks)
    if text.isascii() and folded.isascii() and len(folded) == len(text):  # letter for letter
        return Trace(folded, range(len(text)), range(1, len(text) + 1))
    seen = _pretranslated(text, steps)
    kept = _seen_indices(seen)
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for first, last in _pieces(seen, kept):
        piece = _fold("".join(seen[kept[at]] for at in range(first, last)), steps)
        chars.extend(piece)
        starts.extend([kept[first]] * len(piece))
        ends.extend([_end_of_sign(seen, kept, last)] * len(piece))
    if not keep_blanks:
        chars, starts, ends = _collapsed(chars, starts, ends)
    return Trace("".join(chars), tuple(starts), tuple(ends))


def _pretranslated(text: str, steps: Steps) -> str:
    """Return the text with characters replaced one for one, so that offsets stay what they are."""
    if not text.isascii():
        for char, look in _SAME_LOOK:
            if char in text:
                text = text.replace(char, look)
        if not steps.same_case:
            text = text.replace("İ", "i")
    return read_as(text, steps.lookalikes) if steps.lookalikes else text


def _fold(seen: str, steps: Steps) -> str:
    """Fold a text, or a piece of one that no normalisation reaches across."""
    folded = unicodedata.normalize("NFKC", seen)
    if not steps.same_case:
        folded = folded.casefold()
        if not folded.isascii():
            folded = unicodedata.normalize("NFKC", folded)
    if not steps.accents:
        return folded
    from policyengine.text.accents import without_accents  # noqa: PLC0415 - few lists ask for it

    return without_accents(folded)


def _seen_indices(text: str) -> list[int]:
    """Return where the characters are that a reader sees."""
    kept: list[int] = []
    last, marks, most = "", 0, MOST_MARKS if len(text) > _LONG else _LONG
    for index, char in enumerate(text):
        if char < "\x7f" and char >= " ":  # the most frequent case first
            marks = 0
        elif _UNSEEN.match(char):
            if not _is_shown(char, last, text[index + 1 : index + 2]):
                continue
        elif KIND[char] == "extend":
            marks += 1
            if marks > most:
                continue
        else:
            marks = 0
        kept.append(index)
        last = char
    return kept


def _is_shown(char: str, last: str, following: str) -> bool:
    """Tell whether an invisible character changes what is seen between `last` and the `following` one."""
    if is_tag(char):
        return last == _BLACK_FLAG or (last != "" and is_tag(last))
    if char not in (ZWJ, ZWNJ) or not last or not following:
        return False
    if char == ZWJ and is_picture(following):
        return is_picture(last) or (KIND[last] == "extend" and not joins_by_format(last))
    return joins_by_format(last) and joins_by_format(following)


class _Attaches(dict[str, bool]):
    """Whether normalisation may join a character to the one before it."""

    def __missing__(self, char: str) -> bool:
        first = unicodedata.normalize("NFKD", char)[0]
        is_vowel_or_tail = "\u1160" <= first <= "\u11ff" or "\ud7b0" <= first <= "\ud7fb"
        attaches = self[char] = unicodedata.category(first)[0] == "M" or is_vowel_or_tail
        return attaches


_ATTACHES = _Attaches()


class _Alone(dict[str, str | None]):
    """What each character folds to by itself; None where its neighbours have a say: marks, joiners, tags, flags."""

    def __init__(self, steps: Steps) -> None:
        super().__init__()
        self._steps = steps

    def __missing__(self, char: str) -> str | None:
        seen = char if is_flag_half(char) else _pretranslated(char, self._steps)
        if _UNSEEN.match(seen):
            folded = None if is_tag(seen) or seen in (ZWJ, ZWNJ) else ""
        elif _ATTACHES[seen] or KIND[seen] == "extend" or (self._steps.lookalikes and is_flag_half(seen)):
            folded = None
        else:
            folded = _fold(seen, self._steps)
        self[char] = folded
        return folded


_ALONE: dict[Steps, _Alone] = {}


def folds_alone(steps: Steps) -> _Alone:
    """Return what characters fold to where their neighbours have no say: `folds_alone(Steps())["Ö"] == "ö"`."""
    alone = _ALONE.get(steps)
    return _ALONE.setdefault(steps, _Alone(steps)) if alone is None else alone


def _pieces(seen: str, kept: list[int]) -> list[tuple[int, int]]:
    """Cut the kept characters where normalisation does not reach across: before each that attaches to nothing."""
    cuts = [at for at, index in enumerate(kept) if at == 0 or not _ATTACHES[seen[index]]]
    return list(pairwise([*cuts, len(kept)]))


def _end_of_sign(seen: str, kept: list[int], last: int) -> int:
    """Return the end of a piece, with the unseen marks and selectors that a reader's cursor would not part from it."""
    end = kept[last - 1] + 1
    limit = kept[last] if last < len(kept) else len(seen)
    while end < limit and KIND[seen[end]] == "extend":
        end += 1
    return end


def _collapsed(chars: list[str], starts: list[int], ends: list[int]) -> tuple[list[str], list[int], list[int]]:
    """Make one blank of each run of blanks, none at either end, as `" ".join(text.split())` does."""
    kept: list[int] = []
    for at, char in enumerate(chars):
        if not char.isspace() or (kept and not chars[kept[-1]].isspace()):
            kept.append(at)
    if kept and chars[kept[-1]].isspace():
        kept.pop()
    return (
        [" " if chars[at].isspace() else chars[at] for at in kept],
        [starts[at] for at in kept],
        [ends[at] for at in kept],
    )
