"""Digits and signs read as letters (`1d10t`), and words that are stretched (`looooser`).

Both are found in two steps, each linear in the text: characters that may be read as one another get one key, so that
an automaton finds the candidates; then `agrees` compares a candidate with the term, reading by reading. No list of all
readings of a text is ever made, so ambiguous signs (`1` is i or l, `6` is b or g) cost nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import compress, groupby

# What a digit or sign may stand for.
READINGS: dict[str, str] = {
    "0": "o", "1": "il", "2": "z", "3": "e", "4": "a", "5": "s", "6": "bg", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "il", "|": "il", "+": "t", "€": "e", "£": "l", "¡": "i", "(": "c", "¢": "c",
}  # fmt: skip
STRETCHED = 3  # as many of a letter in a row are emphasis, not spelling: `looser` is a word of its own

_GROUPS = ("il1!|¡£", "bg689", "o0", "z2", "e3€", "a4@", "s5$", "t7+", "c(¢")
_KEYS = str.maketrans({char: group[0] for group in _GROUPS for char in group})
_ASCII_KEYS = bytes(ord(chr(code).translate(_KEYS)) for code in range(128)) + bytes(range(128, 256))
# Each sign as one letter it may be: first readings, then last readings (`1` as i, then as l). A key would mix letters:
# `illi` has the key `iiii`, and is not stretched.
_SINGLE = tuple(str.maketrans({char: letters[at] for char, letters in READINGS.items()}) for at in (0, -1))
_ASCII_SINGLE = tuple(
    bytes(ord(chr(code).translate(table)) for code in range(128)) + bytes(range(128, 256)) for table in _SINGLE
)
_NO_LETTER = bytes(
    0 if chr(code).isascii() and (chr(code).isalpha() or chr(code) == "?") else 255 for code in range(256)
)
_WIDE_READINGS = "".join(char for char in READINGS if not char.isascii())
_SIGNS = "".join(char for char in READINGS if not char.isdigit())
_ANY_READING = re.compile("[" + re.escape("".join(READINGS)) + "]")
_ANY_STRETCH = re.compile(r"([^\W\d_])\1\1")
_ALIKE = bytes(STRETCHED - 1)


def key_of(text: str, *, leet: bool) -> str:
    """Return the text with one character for all that may be read as one another; positions stay."""
    if not leet:
        return text
    if text.isascii():
        return text.encode().translate(_ASCII_KEYS).decode()
    return _read(text, _KEYS, _ASCII_KEYS)


def _read(text: str, table: dict[int, str], ascii_table: bytes) -> str:
    """Return what `text.translate(table)` does, fast for texts that are mostly ASCII."""
    for char in _WIDE_READINGS:
        if char in text:
            text = text.replace(char, table[ord(char)])
    return text.encode("utf-8", "surrogatepass").translate(ascii_table).decode("utf-8", "surrogatepass")


def squeezed(key: str) -> str:
    """Return the key with one character for each run of equal ones."""
    return "".join(compress(key, _differing(key)))


def runs_of(key: str) -> list[int]:
    """Return where each character of `squeezed(key)` begins in the key, and at last the key's length."""
    return [*compress(range(len(key)), _differing(key)), len(key)]


@lru_cache(maxsize=2)  # squeezed first, and then asked for its runs
def _differing(key: str) -> bytes | memoryview:
    """Return a number for each character, 0 where it equals the one before."""
    codes, bits = (key.encode(), 8) if key.isascii() else (key.encode("utf-32-be", "surrogatepass"), 32)
    number = int.from_bytes(codes)
    differing = (number ^ (number >> bits)).to_bytes(len(codes))
    return differing if bits == 8 else memoryview(differing).cast("I")  # noqa: PLR2004 - the bits of a byte


def has_readings(text: str) -> bool:
    """Tell whether the text holds a digit or sign that may be read as a letter."""
    return _ANY_READING.search(text) is not None


@lru_cache(maxsize=4)  # asked at a glance, and again on the rung
def has_stretch(text: str, *, leet: bool) -> bool:
    """Tell whether a letter, or what may be read as one, stands three times in a row."""
    if text.isascii():
        codes = text.replace("?", " ").encode()
        return any(map(_stretched, map(codes.translate, _ASCII_SINGLE))) if leet else _stretched(codes)
    texts = [_read(text, *tables) for tables in zip(_SINGLE, _ASCII_SINGLE, strict=True)] if leet else [text]
    return any(
        _stretched(single.replace("?", " ").encode("ascii", "replace"))  # as if all other letters were the same one
        and _may_stretch(single)
        and _ANY_STRETCH.search(single) is not None
        for single in texts
    )


def _stretched(codes: bytes) -> bool:
    """Tell whether a letter stands three times in a row (two in a row equal the one before); `?` is one, too.

    As one large number, a text is compared with itself a character further on at once: ten times as fast as searching
    for each letter, sixty times as fast as a pattern.
    """
    number = int.from_bytes(codes)
    differing = number ^ (number >> 8)
    if _ALIKE not in differing.to_bytes(len(codes)):
        return False
    differing |= int.from_bytes(codes.translate(_NO_LETTER))
    return _ALIKE in differing.to_bytes(len(codes))


def _may_stretch(text: str) -> bool:
    """Tell whether a character stands three times in a row; now and then yes, although none does."""
    codes, bits = text.encode("utf-16-be", "surrogatepass"), 16
    if len(codes) > 2 * len(text):  # a letter of two units does not equal its neighbours unit by unit
        codes, bits = text.encode("utf-32-be", "surrogatepass"), 32
    number = int.from_bytes(codes)
    return bytes(bits // 8 * (STRETCHED - 1)) in (number ^ (number >> bits)).to_bytes(len(codes))


def agrees(seen: str, term: str, *, leet: bool, repeats: bool) -> bool:
    """Tell whether `seen`, all of it, can be read as `term`.

    Digits with at most one letter are a number or a code (`455`, `A55`, `4d`), not a word; signs alone may be one
    (`@$$`), and so may a letter with signs.
    """
    if leet and seen != term and any(map(str.isdigit, seen)) and sum(map(str.isalpha, seen)) <= 1:
        return False
    if not repeats:
        return len(seen) == len(term) and all(map(_reads, seen, term, [leet] * len(seen)))
    if len(seen) <= len(term):  # a stretch is longer than what is stretched
        return len(seen) == len(term) and all(map(_reads, seen, term, [leet] * len(seen)))
    if seen.isalpha() and not _ANY_STRETCH.search(seen):
        return False
    return _stretches(seen, term, leet=leet)


def _reads(char: str, letter: str, leet: bool) -> bool:  # noqa: FBT001 - called through map
    return char == letter or (leet and letter in READINGS.get(char, ""))


def _stretches(seen: str, term: str, *, leet: bool) -> bool:
    """Walk the term's runs of letters along the text: a run agrees when as long, or when stretched.

    A state is (run, how many of it, capped): their number is bounded by the term, so the walk is linear in `seen`.
    """
    runs = [(letter, len(list(group))) for letter, group in groupby(term)]
    caps = [max(length, STRETCHED) for _, length in runs]
    states = {(0, 0)}
    for char in seen:
        following: set[tuple[int, int]] = set()
        for at, count in states:
            if _reads(char, runs[at][0], leet):
                following.add((at, min(count + 1, caps[at] + 1)))
            if at + 1 < len(runs) and _is_full(runs[at], count) and _reads(char, runs[at + 1][0], leet):
                following.add((at + 1, 1))
        states = following
        if not states:
            return False
    return any(at == len(runs) - 1 and _is_full(runs[at], count) for at, count in states)


def _is_full(run: tuple[str, int], count: int) -> bool:
    letter, length = run
    return count == length or (letter.isalpha() and count >= STRETCHED and count > length)


def outer_signs(seen: str) -> tuple[int, int]:
    """Return how many signs at the beginning and at the end may be punctuation instead (`!diot!!`)."""
    left = len(seen) - len(seen.lstrip(_SIGNS))
    right = len(seen) - len(seen.rstrip(_SIGNS))
    return left, right
