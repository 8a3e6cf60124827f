"""Words that are written letter by letter (`s p a c e d`, `d.o.t.t.e.d`) or broken by signs (`lo.ser`, `buy-now`).

Three or more single letters with the same separator between them are one word; so are the parts of a word with signs
but no blanks between them, unless it is a handle, an address or part of a link. What is joined counts as a whole word:
`a d e k` is not `ad`. An `a` or `i` before the word may be a word of its own (`you are a l o s e r`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from policyengine.text.views import Layout

_SIGNS_AS_LETTERS = "$@!€"
_LETTER = rf"(?:[^\W_]|[{_SIGNS_AS_LETTERS}])"
_SIGN = r"[-_.·•*|~,/\\+:;'\"]"
# A spelled word may not continue a longer one on either side (`image_a.d.s`), nor be part of a handle or a link.
_SPELLED = re.compile(
    rf"(?<![^\W_])(?<![^\W_]{_SIGN})(?<![@/]){_LETTER}(?P<gap>[ \t\n\u00a0]{{1,3}}|[ ]?{_SIGN}{{1,2}}[ ]?){_LETTER}"
    rf"(?:(?P=gap){_LETTER})+(?![^\W_])(?!{_SIGN}[^\W_])"
)
_BROKEN = re.compile(r"(?<![@/.\w])[^\W_]+(?:[.·•*_|~'\-\u200c\u200d]{1,2}[^\W_]+)+(?![\w@])")
_LONE_WORDS = "ai"
_FEWEST_LETTERS = 3
# The two patterns are tried only where they may fit: a look at the kinds of characters tells, thirty times as fast.
# Other scripts count as letters there, so that nothing is missed.
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789?")
_AS_SPELLED = bytes(
    ord("w") if chr(code) in _LETTERS else ord("s") if chr(code) in "$@!" else ord(" ") for code in range(256)
)
_AS_BROKEN = bytes(
    ord("w") if chr(code) in _LETTERS else ord(".") if chr(code) in ".*_|~'-" else ord(" ") for code in range(256)
)
# Both begin with two plain characters or more, for which the engine of patterns has a fast search.
_SINGLE_LETTERS = re.compile(rb" w( {1,4})w\1w ")
_SIGNS_INSIDE = re.compile(rb"w\.\.?(?=w)")
_SAME_KIND = {"·": "*", "•": "*", "\u00a0": " ", "\u200c": "'", "\u200d": "'", "€": "$"}


class Joined(Struct, frozen=True):
    """The spelled and broken words of a text without their separators, one a line.

    Words with nothing but blanks between them stand on one line, so that phrases are found. In the layout, `kept[i]` is
    where `text[i]` stood; `gaps` are the positions before which a separator was dropped; a word may begin at one of the
    `openings` although a letter stands before it.
    """

    text: str
    layout: Layout


def joined(text: str) -> Joined | None:
    """Join the spelled and broken words of a folded text whose blanks are as they were; None when there are none."""
    chars: list[str] = []
    kept: list[int] = []
    gaps: set[int] = set()
    openings: set[int] = set()
    last = 0
    for start, letters, is_spelled in _words(text):
        if kept:
            chars.append(" " if text[last:start].isspace() else "\n")
            kept.append(last)
        first = len(kept)
        kept.extend(letters)
        chars.extend(text[at] for at in letters)
        gaps.update(at for at in range(first + 1, len(kept)) if kept[at] != kept[at - 1] + 1)
        if is_spelled and text[start] in _LONE_WORDS:
            openings.add(first + 1)
        last = letters[-1] + 1
    if not kept:
        return None
    return Joined("".join(chars), Layout(tuple(kept), frozenset(gaps), frozenset(openings)))


def _words(text: str) -> Iterator[tuple[int, list[int], bool]]:
    """Yield the words to be joined, in order: beginning, places of their letters, whether spelled letter by letter."""
    codes = _ascii(text)
    found = {match.start(): (match.end(), False) for match in _broken(text, codes)}
    if _may_spell(codes):
        found |= {match.start(): (match.end(), True) for match in _SPELLED.finditer(text)}
    last = 0
    for start, (end, is_spelled) in sorted(found.items()):
        if start < last:
            continue
        signs = _SIGNS_AS_LETTERS if is_spelled else ""
        letters = [at for at in range(start, end) if text[at].isalnum() or text[at] in signs]
        if len(letters) >= _FEWEST_LETTERS:
            last = end
            yield start, letters, is_spelled


def _ascii(text: str) -> bytes:
    """Return the text with one ASCII character of the same kind for each of its own; `?` stands for other scripts."""
    if not text.isascii():
        for char, same in _SAME_KIND.items():
            text = text.replace(char, same)
    return text.replace("?", "#").encode("ascii", "replace")


def _may_spell(codes: bytes) -> bool:
    """Tell whether three single letters may follow each other with gaps between them."""
    kinds = b" %b " % codes.translate(_AS_SPELLED)
    if b"s" in kinds:
        if b" s" in kinds or b"ss" in kinds:
            return True
        kinds = kinds.replace(b"s", b" ")
    return _SINGLE_LETTERS.search(kinds) is not None


def _broken(text: str, codes: bytes) -> Iterator[re.Match[str]]:
    """Yield the words that signs break; none goes over a blank."""
    kinds = codes.translate(_AS_BROKEN)
    end = 0
    for sign in _SIGNS_INSIDE.finditer(kinds):
        at = sign.start()
        if at < end:
            continue
        start, end = codes.rfind(b" ", end, at) + 1 or end, codes.find(b" ", at)
        end = len(text) if end < 0 else end
        yield from _BROKEN.finditer(text, start, end)
