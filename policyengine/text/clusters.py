"""Grapheme clusters: what a reader counts as one sign (UAX #29, GB3 to GB13)."""

# ruff: noqa: PLR2004 - code points are their own best names
from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Literal

from policyengine.text.characters import KIND, ZWJ, ZWNJ, is_picture

_Part = Literal["cr", "lf", "control", "L", "V", "T", "LV", "LVT", "extend", "zwj", "spacing", "prepend", "flag", ""]

# Marks with a width that UAX #29 leaves as signs of their own (Grapheme_Cluster_Break=Other in spite of category Mc).
_FREE_MARKS = frozenset(
    "\u102b\u102c\u1038\u1062\u1063\u1064\u1067\u1068\u1069\u106a\u106b\u106c\u106d\u1083\u1087\u1088\u1089\u108a"
    "\u108b\u108c\u108f\u109a\u109b\u109c\u1a61\u1a63\u1a64\uaa7b\uaa7d"
)
_PREPEND = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e")
_SPACING_LETTERS = frozenset("\u0e33\u0eb3")  # Thai and Lao sara am, a letter that never starts a sign
_VIRAMAS = frozenset("\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d")
_CONJUNCT_BLOCKS = (
    (0x0904, 0x0980),
    (0x0985, 0x09FC),
    (0x0A85, 0x0AFA),
    (0x0B05, 0x0B72),
    (0x0C05, 0x0C5B),
    (0x0D05, 0x0D3B),
)


def _hangul(code: int) -> _Part:
    if 0x1100 <= code <= 0x115F or 0xA960 <= code <= 0xA97C:
        return "L"
    if 0x1160 <= code <= 0x11A7 or 0xD7B0 <= code <= 0xD7C6:
        return "V"
    if 0x11A8 <= code <= 0x11FF or 0xD7CB <= code <= 0xD7FB:
        return "T"
    if 0xAC00 <= code <= 0xD7A3:
        return "LV" if (code - 0xAC00) % 28 == 0 else "LVT"
    return ""


def _part(char: str) -> _Part:
    if " " <= char <= "~":
        return ""
    if char == "\r":
        return "cr"
    if char == "\n":
        return "lf"
    if char == ZWJ:
        return "zwj"
    kind = KIND[char]
    if kind == "flag":
        return "flag"
    if kind == "extend":
        if char in _FREE_MARKS:
            return ""
        return "spacing" if unicodedata.category(char) == "Mc" and char not in _EXTENDING else "extend"
    if char in _SPACING_LETTERS:
        return "spacing"
    if char in _PREPEND:
        return "prepend"
    if unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp"):
        return "control"
    return _hangul(ord(char))


# Marks with a width that attach as marks without one do (Other_Grapheme_Extend, and what Unicode 16 moved there).
_EXTENDING = frozenset(
    "\u09be\u09d7\u0b3e\u0b57\u0bbe\u0bd7\u0cc0\u0cc2\u0cc7\u0cc8\u0cca\u0ccb\u0cd5\u0cd6\u0d3e\u0d57\u0dcf\u0ddf"
    "\u1715\u1734\u1b35\u1b3b\u1b3d\u1b43\u1b44\u1baa\u1bf2\u1bf3\ua953\ua9c0\u302e\u302f" + ZWNJ
)
_ATTACHED: dict[_Part, frozenset[_Part]] = {
    "L": frozenset(("L", "V", "LV", "LVT")),
    "LV": frozenset(("V", "T")),
    "V": frozenset(("V", "T")),
    "LVT": frozenset(("T",)),
    "T": frozenset(("T",)),
}


def hangul_joins(before: str, after: str) -> bool:
    """Tell whether two Hangul letters stand in one syllable block (GB6 to GB8)."""
    return _hangul(ord(after)) in _ATTACHED.get(_hangul(ord(before)), ())


def _is_conjunct_consonant(char: str) -> bool:
    code = ord(char)
    return KIND[char] == "word" and any(low <= code < high for low, high in _CONJUNCT_BLOCKS) and char.isalpha()


def cluster_ends(text: str) -> Iterator[int]:
    """Yield the end of each grapheme cluster, in order and in linear time."""
    if not text:
        return
    before = _part(text[0])
    flags = 1 if before == "flag" else 0
    picture = is_picture(text[0])  # a picture and its marks stand before: a ZWJ now waits for another picture
    conjunct = "consonant" if _is_conjunct_consonant(text[0]) else ""
    for index in range(1, len(text)):
        char = text[index]
        part = _part(char)
        if part == "" and before == "":  # by far the most frequent pair
            yield index
            picture = char > "\u00a8" and is_picture(char)
            conjunct = "consonant" if char > "\u08ff" and _is_conjunct_consonant(char) else ""
            continue
        if not _together(before, part, flags) and not (
            (before == "zwj" and picture and is_picture(char))
            or (conjunct == "linked" and _is_conjunct_consonant(char))
        ):
            yield index
        flags = flags + 1 if part == "flag" else 0
        if part not in ("extend", "zwj"):
            picture = is_picture(char)
        if char in _VIRAMAS:
            conjunct = "linked" if conjunct else ""
        elif part not in ("extend", "zwj"):
            conjunct = "consonant" if _is_conjunct_consonant(char) else ""
        before = part
    yield len(text)


def _together(before: _Part, part: _Part, flags: int) -> bool:
    if before in ("cr", "lf", "control"):
        return before == "cr" and part == "lf"
    if part in ("extend", "zwj", "spacing"):
        return True
    if part in ("cr", "lf", "control"):
        return False
    if before == "prepend":
        return True
    if part == "flag":
        return before == "flag" and flags % 2 == 1
    return part in _ATTACHED.get(before, ())
