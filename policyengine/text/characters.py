"""What a character is to a reader: part of a word, of a run without blanks, of the sign before it, or a sign itself.

Sources: UAX #29 (text segmentation) for clusters and words, UTS #51 for emoji. The tables are our own, on the standard
library's `unicodedata`: importing a regular expression engine for them would cost a cold start 10 ms.
"""

# ruff: noqa: PLR2004 - code points are their own best names
from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Literal

# word: scripts that separate words; run: scripts that do not; extend: belongs to the sign before it;
# flag: half of a flag; sign: everything else, blanks included.
Kind = Literal["word", "run", "extend", "flag", "sign"]

_ASCII = bytes(range(128))
ZWNJ, ZWJ = "\u200c", "\u200d"
_RUNS = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1100, 0x11FF),  # Hangul letters
    (0x1780, 0x17FF),  # Khmer
    (0x1950, 0x19DF),  # Tai Le, New Tai Lue
    (0x1A20, 0x1AAF),  # Tai Tham
    (0x2E80, 0x2FDF),  # Han radicals
    (0x3005, 0x3007),
    (0x3021, 0x3029),
    (0x3031, 0x303C),
    (0x3041, 0x30FF),  # Hiragana, Katakana
    (0x3105, 0x31BF),  # Bopomofo, Hangul
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),  # Han
    (0xA960, 0xA97F),
    (0xA9E0, 0xA9FF),
    (0xAA60, 0xAADF),
    (0xAC00, 0xD7FF),  # Hangul
    (0xF900, 0xFAFF),
    (0xFF66, 0xFFDC),
    (0x16FF0, 0x18CFF),
    (0x1B000, 0x1B2FF),
    (0x20000, 0x323AF),
)
_PICTURES = (
    (0x203C, 0x203C), (0x2049, 0x2049), (0x2122, 0x2122), (0x2139, 0x2139), (0x2194, 0x2199), (0x21A9, 0x21AA),
    (0x231A, 0x231B), (0x2328, 0x2328), (0x2388, 0x2388), (0x23CF, 0x23CF), (0x23E9, 0x23F3), (0x23F8, 0x23FA),
    (0x24C2, 0x24C2), (0x25AA, 0x25AB), (0x25B6, 0x25B6), (0x25C0, 0x25C0), (0x25FB, 0x25FE), (0x2600, 0x2605),
    (0x2607, 0x2612), (0x2614, 0x2685), (0x2690, 0x2705), (0x2708, 0x2712), (0x2714, 0x2714), (0x2716, 0x2716),
    (0x271D, 0x271D), (0x2721, 0x2721), (0x2728, 0x2728), (0x2733, 0x2734), (0x2744, 0x2744), (0x2747, 0x2747),
    (0x274C, 0x274C), (0x274E, 0x274E), (0x2753, 0x2755), (0x2757, 0x2757), (0x2763, 0x2767), (0x2795, 0x2797),
    (0x27A1, 0x27A1), (0x27B0, 0x27B0), (0x27BF, 0x27BF), (0x2934, 0x2935), (0x2B05, 0x2B07), (0x2B1B, 0x2B1C),
    (0x2B50, 0x2B50), (0x2B55, 0x2B55), (0x3030, 0x3030), (0x303D, 0x303D), (0x3297, 0x3297), (0x3299, 0x3299),
    (0xA9, 0xA9), (0xAE, 0xAE), (0x1F000, 0x1F0FF), (0x1F10D, 0x1F10F), (0x1F12F, 0x1F12F), (0x1F16C, 0x1F171),
    (0x1F17E, 0x1F17F), (0x1F18E, 0x1F18E), (0x1F191, 0x1F19A), (0x1F1AD, 0x1F1E5), (0x1F201, 0x1F20F),
    (0x1F21A, 0x1F21A), (0x1F22F, 0x1F22F), (0x1F232, 0x1F23A), (0x1F23C, 0x1F23F), (0x1F249, 0x1F3FA),
    (0x1F400, 0x1F53D), (0x1F546, 0x1F64F), (0x1F680, 0x1F6FF), (0x1F774, 0x1F77F), (0x1F7D5, 0x1F7FF),
    (0x1F80C, 0x1F80F), (0x1F848, 0x1F84F), (0x1F85A, 0x1F85F), (0x1F888, 0x1F88F), (0x1F8AE, 0x1F8FF),
    (0x1F90C, 0x1F93A), (0x1F93C, 0x1F945), (0x1F947, 0x1FAFF), (0x1FC00, 0x1FFFD),
)  # fmt: skip


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= code <= high for low, high in ranges)


@lru_cache(maxsize=4096)
def is_picture(char: str) -> bool:
    """Tell whether a character may stand in an emoji sequence (Extended_Pictographic of UTS #51)."""
    return _within(ord(char), _PICTURES)


def is_flag_half(char: str) -> bool:
    """Tell whether a character is a regional letter; two of them make a flag."""
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def is_tag(char: str) -> bool:
    """Tell whether a character is one of the invisible tags that spell the flags of regions."""
    return "\U000e0020" <= char <= "\U000e007f"


def _kind(char: str) -> Kind:
    code = ord(char)
    category = unicodedata.category(char)
    if category[0] == "M" or char in (ZWNJ, ZWJ, "\uff9e", "\uff9f") or 0x1F3FB <= code <= 0x1F3FF or is_tag(char):
        return "extend"
    if category in ("Nd", "Pc"):
        return "word"
    if category[0] == "L" or category == "Nl":
        return "run" if _within(code, _RUNS) else "word"
    return "flag" if is_flag_half(char) else "sign"


class _Kinds(dict[str, Kind]):
    """The kind of each character met so far; a dictionary, because a function call would double the cost of a hit."""

    def __missing__(self, char: str) -> Kind:
        kind = self[char] = _kind(char)
        return kind


KIND: _Kinds = _Kinds()
"""The kind of a character: `KIND["a"] == "word"`."""


def beyond_ascii(text: str) -> set[str]:
    """Return the characters of a text that are not ASCII, each once; six times as fast as looking at each."""
    rest = text.encode("utf-8", "surrogatepass").translate(None, _ASCII)
    return set(rest.decode("utf-8", "surrogatepass"))


def is_latin(char: str) -> bool:
    """Tell whether a character is a letter of the Latin script (digits are not)."""
    return char.isalpha() and (char < "\u02b0" or "\u1e00" <= char <= "\u1eff" or "\u2c60" <= char <= "\u2c7f")


def is_hebrew(char: str) -> bool:
    """Tell whether a character is a Hebrew letter."""
    return "\u05d0" <= char <= "\u05ea"


def joins_by_format(char: str) -> bool:
    """Tell whether zero-width joiners and non-joiners mean something to the script of a letter.

    Arabic and its relatives, the Indic scripts and Mongolian show them; everywhere else they are invisible.
    """
    code = ord(char)
    return 0x0600 <= code <= 0x0DFF or 0x1000 <= code <= 0x109F or 0x1780 <= code <= 0x18AF or 0xFB50 <= code <= 0xFEFC
