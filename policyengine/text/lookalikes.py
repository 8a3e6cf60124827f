"""Letters of other scripts and styles, read as the letters that they look like.

The table `data/lookalikes.json` is made from UTS #39 (`python -m tests.text.lookalikes_source`, a test compares)
and loaded when the first text with such a letter comes. Only letters are read as letters; digits and signs are the
business of `readings`. Regional letters (🇮🇩🇮🇴🇹) are read as letters unless they are exactly one flag.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from policyengine.text.characters import beyond_ascii

Script = Literal["latin", "cyrillic", "greek"]
TABLE = Path(__file__).parent.parent / "data" / "lookalikes.json"
_REGIONAL = re.compile("[\U0001f1e6-\U0001f1ff]+")
_REGIONS = range(0x1F1E6, 0x1F200)
_FLAG = 2  # regional letters


@lru_cache(maxsize=1)
def _tables() -> dict[Script, dict[int, str]]:
    stored = msgspec.json.decode(TABLE.read_bytes(), type=dict[Script, dict[str, str]])
    return {
        script: {ord(char): letter for letter, chars in letters.items() for char in chars}
        for script, letters in stored.items()
    }


def read_as(text: str, script: Script) -> str:
    """Return the text with every letter that looks like one of `script` replaced by that one, one for one."""
    if script == "latin":
        if text.isascii():
            return text
        text = _REGIONAL.sub(_letters, text)
    table = _tables()[script]
    for code in table.keys() & _codes(text, script):  # in any order: what is read as another is read from none
        text = text.replace(chr(code), table[code])
    return text


def has_lookalikes(text: str, script: Script) -> bool:
    """Tell whether `read_as` changes anything."""
    if script == "latin" and text.isascii():
        return False
    codes = _codes(text, script)
    return not _tables()[script].keys().isdisjoint(codes) or (script == "latin" and not codes.isdisjoint(_REGIONS))


def _codes(text: str, script: Script) -> set[int]:
    """Return the characters of a text that may be read as others; none of ASCII is read as a Latin letter."""
    return set(map(ord, beyond_ascii(text) if script == "latin" else set(text)))


def looks_like(char: str, script: Script) -> bool:
    """Tell whether a character can be read as a letter of `script`."""
    return ord(char) in _tables()[script]


def letters_like(letter: str, script: Script) -> dict[str, str]:
    """Return the first small letter of each other script that looks like a letter of `script`."""
    import unicodedata  # noqa: PLC0415 - only where disguises are tried

    alike = sorted(code for code, read in _tables()[script].items() if read == letter)
    small = [chr(code) for code in alike if unicodedata.category(chr(code)) == "Ll"]
    return {script_of(char): char for char in reversed(small)}


def script_of(char: str) -> str:
    """Return the script of a letter as the first word of its Unicode name (`CYRILLIC`), or nothing for other signs."""
    import unicodedata  # noqa: PLC0415 - only on a hit

    return unicodedata.name(char, "").partition(" ")[0] if char.isalpha() else ""


def _letters(run: re.Match[str]) -> str:
    if len(run[0]) == _FLAG:
        return run[0]
    return "".join(chr(ord(char) - 0x1F1E6 + ord("a")) for char in run[0])
