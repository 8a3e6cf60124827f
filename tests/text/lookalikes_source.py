"""Makes `data/lookalikes.json` from the confusables of UTS #39: `python -m tests.text.lookalikes_source`.

The source is 900 KB, which a cold start would feel, and says more than we want: it also holds digits and signs that
look like letters, and several readings of one letter. We keep one reading for each letter.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path
from string import ascii_letters

import msgspec

from policyengine.text.lookalikes import TABLE, Script

_CYRILLIC, _GREEK = ("CYRILLIC", "GREEK")
# UTS #39 reads a capital that is a plain stroke as l; a reader of words takes it for I. It does not list small capitals
# throughout, nor the small letters of Cyrillic and Greek that pass for Latin ones in a hurry.
_OWN = (
    *zip("abcdefghijklmnopqrstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ", strict=True),
    *(("I", char) for char in "ΙІӀ"),
    *(("l", char) for char in "ӏ"),
    *zip("bbeehkkmnntwt", "вβεєнкκмпηтωτ", strict=True),
)


class _Homoglyph(msgspec.Struct):
    c: str


def made() -> dict[Script, dict[str, str]]:
    """Return, for each script, its letters with the characters that look like them."""
    groups = _groups()
    latin = _latin(groups)
    return {
        "cyrillic": _inverted(latin, _CYRILLIC),
        "greek": _inverted(latin, _GREEK),
        "latin": _by_letter(latin),
    }


def _groups() -> dict[str, list[str]]:
    import confusable_homoglyphs

    path = Path(confusable_homoglyphs.__file__).with_name("confusables.json")
    stored = msgspec.json.decode(path.read_bytes(), type=dict[str, list[_Homoglyph]])
    return {char: [other.c for other in others] for char, others in stored.items() if len(char) == 1}


def _latin(groups: dict[str, list[str]]) -> dict[str, str]:
    """Return the one Latin letter that each character reads as: our own choice, else the letter of the same case."""
    reading: dict[str, str] = {}
    for letter in ascii_letters:
        for char in groups.get(letter, []):
            known = reading.get(char)
            if _is_wanted(char) and (known is None or _fits(letter, char) > _fits(known, char)):
                reading[char] = letter
    reading |= {char: letter for letter, char in _OWN}
    styled = {char: reading[plain] for char in reading if (plain := unicodedata.normalize("NFKC", char)) in reading}
    return reading | styled | _enclosed() | _accented(reading)


def _is_wanted(char: str) -> bool:
    """Tell whether a character is one letter or sign that NFKC leaves as it is, or makes a letter of another script."""
    plain = unicodedata.normalize("NFKC", char)
    return len(char) == 1 and not plain.isascii() and unicodedata.category(char) in ("Lu", "Ll", "Lo", "Lm", "So", "Sm")


def _fits(letter: str, char: str) -> bool:
    return letter.isupper() == char.isupper()


def _enclosed() -> dict[str, str]:
    """Return letters in brackets, filled circles and filled squares, for which NFKC has brackets or nothing."""
    blocks = {0x249C: "a", 0x1F110: "A", 0x1F150: "A", 0x1F170: "A"}
    return {chr(first + at): chr(ord(letter) + at) for first, letter in blocks.items() for at in range(26)}


def _accented(reading: dict[str, str]) -> dict[str, str]:
    """Return the accented letters of Greek and Cyrillic whose base looks Latin, with the accent (`ё` as `ë`)."""
    accented = {}
    for code in (*range(0x370, 0x530), *range(0x1F00, 0x2000)):
        parts = unicodedata.normalize("NFD", chr(code))
        if len(parts) > 1 and parts[0] in reading:
            composed = unicodedata.normalize("NFC", reading[parts[0]] + parts[1:])
            if len(composed) == 1:
                accented[chr(code)] = composed
    return accented


def _inverted(latin: dict[str, str], script: str) -> dict[str, str]:
    """Return for each letter of a script the ASCII letter that looks like it, of the same case."""
    letters: dict[str, str] = {}
    for char, letter in sorted(latin.items()):
        if unicodedata.name(char, "").startswith((f"{script} SMALL LETTER", f"{script} CAPITAL LETTER")):
            is_plain = letter.isascii() and not unicodedata.decomposition(char)
            if is_plain and _fits(letter, char) and letter not in letters.values():
                letters[char] = letter
    return letters


def _by_letter(reading: dict[str, str]) -> dict[str, str]:
    letters: dict[str, list[str]] = {}
    for char, letter in sorted(reading.items()):
        letters.setdefault(letter, []).append(char)
    return {letter: "".join(chars) for letter, chars in sorted(letters.items())}


def written() -> str:
    """Return the table as it stands in the file: one letter a line."""
    text = msgspec.json.encode(made()).decode()
    return msgspec.json.format(text, indent=1) + "\n"


if __name__ == "__main__":
    TABLE.write_text(written(), encoding="utf-8")
