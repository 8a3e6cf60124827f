"""Letters without their accents, strokes and points, in the scripts where readers can do without them.

Latin, Greek and Cyrillic accents, Hebrew points and Arabic vowel signs go; so do strokes that Unicode does not
decompose (`ø`, `ł`, `đ`). Vowel signs of the Indic and South-East Asian scripts and the sound marks of Kana are
letters to their readers and stay; so does the breve of Cyrillic `й`.
"""

# ruff: noqa: RUF001 - look-alike characters are the subject
from __future__ import annotations

import re
import unicodedata

from policyengine.text.characters import beyond_ascii

_ACCENTS = re.compile(
    "(?<!и)\u0306|[\u0300-\u0305\u0307-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
_STROKES = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ƀ": "b", "ɨ": "i", "ı": "i", "ð": "d", "æ": "ae", "œ": "oe",
     "Ø": "O", "Ł": "L", "Đ": "D", "Ħ": "H", "Ŧ": "T", "Ɨ": "I", "Ð": "D", "Æ": "AE", "Œ": "OE"}
)  # fmt: skip
_ANY_STROKE = re.compile("[" + "".join(map(chr, _STROKES)) + "]")


def without_accents(text: str) -> str:
    """Return a folded text without accents (the result is in NFC)."""
    if text.isascii():
        return text
    bare = {char: _BARE[char] for char in beyond_ascii(text)}
    if None in bare.values():
        return _without(text)
    for char, letters in bare.items():
        if letters != char and letters is not None:
            text = text.replace(char, letters)
    return text


def _without(text: str) -> str:
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", text))
    if _ANY_STROKE.search(bare):
        bare = bare.translate(_STROKES)
    return unicodedata.normalize("NFC", bare)


class _Bare(dict[str, str | None]):
    """What is left of each character alone; None where that depends on its neighbours: marks, and letters that join."""

    def __missing__(self, char: str) -> str | None:
        joins = unicodedata.category(char)[0] == "M" or _JOINING.match(char)
        bare = self[char] = None if joins else _without(char)
        return bare


_JOINING = re.compile("[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]")  # Hangul letters make syllables
_BARE = _Bare()
