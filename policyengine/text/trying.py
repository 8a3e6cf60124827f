"""What a list of terms does before it meets a text: the everyday words that it would hit, the disguises it would miss.

The everyday words are our own list, `data/everyday.txt`; the disguises are made from the terms themselves.
"""

from __future__ import annotations

from functools import cache
from itertools import count
from pathlib import Path
from typing import Final

from msgspec import Struct

from policyengine.text.lookalikes import Script, letters_like
from policyengine.text.mentions import TermList, compile_terms
from policyengine.text.readings import READINGS, STRETCHED

EVERYDAY: Final = Path(__file__).parent.parent / "data" / "everyday.txt"
_FEWEST_LETTERS: Final = 3
_MARKS: Final = "\u0308\u0301\u0302"

STEP_AGAINST: Final[dict[str, str]] = {
    "zero-width": "", "full-width": "", "mathematical": "", "circled": "", "diacritics": "accents",
    "Cyrillic": "lookalikes", "Greek": "lookalikes", "regional": "lookalikes", "leet": "leet", "repeats": "repeats",
    "spaced": "separators", "dotted": "separators",
}  # fmt: skip
"""The disguises that are tried, each with the step of `see_through` that sees through it ('' for those always seen)."""


class Everyday(Struct, frozen=True, order=True):
    """Something that people write every day, and the group of the list in which it stands."""

    text: str
    group: str


@cache
def everyday() -> tuple[Everyday, ...]:
    """Return the list, sorted, each text once."""
    found: dict[str, str] = {}
    group = ""
    for line in EVERYDAY.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            group = line.removeprefix("# ").partition(":")[0]
        else:
            found |= dict.fromkeys(line.split(", "), group)
    return tuple(sorted(Everyday(text, group) for text, group in found.items()))


def everyday_hits(terms: TermList) -> dict[str, tuple[str, ...]]:
    """Return the terms that would hit everyday words, each with what it would hit; a term itself is none."""
    matcher = compile_terms(terms)
    listed = {word.casefold() for word in terms.words}
    found: dict[str, list[str]] = {}
    for item in everyday():
        for hit in matcher.find(item.text) if item.text.casefold() not in listed else ():
            found.setdefault(hit.term, []).append(item.text)
    return {term: tuple(dict.fromkeys(texts)) for term, texts in sorted(found.items())}


def disguised(word: str) -> dict[str, str]:
    """Return a word in each disguise that changes it: none for words with fewer than three Latin letters.

    Letter by letter only what has no shorter word in it: two letters are initials, and two regional ones a flag.
    """
    if sum(char.isascii() and char.isalpha() for char in word) < _FEWEST_LETTERS:
        return {}
    word = word.lower()
    is_spellable = all(part.isalpha() and len(part) >= _FEWEST_LETTERS for part in word.split())
    made = {
        "zero-width": "\u200b".join(word),
        "full-width": _shifted(word, 0xFF41),
        "mathematical": _shifted(word, 0x1D41A),
        "circled": _shifted(word, 0x24D0),
        "regional": _shifted(word, 0x1F1E6) if is_spellable else word,
        "diacritics": _marked(word),
        "Cyrillic": _in_letters_of(word, "CYRILLIC"),
        "Greek": _in_letters_of(word, "GREEK"),
        "leet": "".join(_SIGN_FOR.get(char, char) for char in word),
        "repeats": _stretched(word),
        "spaced": "  ".join(" ".join(part) for part in word.split()) if is_spellable else word,
        "dotted": " ".join(".".join(part) for part in word.split()) if is_spellable else word,
    }
    return {name: made[name] for name in STEP_AGAINST if made[name] != word}


def missed(terms: TermList) -> dict[str, tuple[str, ...]]:
    """Return the disguises through which a term is not found, each with those terms, in the order of the list."""
    matcher = compile_terms(terms)
    found: dict[str, list[str]] = {name: [] for name in STEP_AGAINST}
    for word in dict.fromkeys(terms.words):
        for name, text in disguised(word).items():
            if not matcher.any(text):
                found[name].append(word)
    return {name: tuple(words) for name, words in found.items() if words}


# Disguises ------------------------------------------------------------------------------------------------------------

_SIGN_FOR: Final = {letters[0]: sign for sign, letters in READINGS.items() if sign.isdigit() and len(letters) == 1}


def _shifted(word: str, first: int) -> str:
    return "".join(chr(first + ord(char) - ord("a")) if "a" <= char <= "z" else char for char in word)


def _marked(word: str) -> str:
    number = count()
    return "".join(char + _MARKS[next(number) % len(_MARKS)] if "a" <= char <= "z" else char for char in word)


def _in_letters_of(word: str, script: str) -> str:
    latin: Script = "latin"
    return "".join(letters_like(char, latin).get(script, char) for char in word)


def _stretched(word: str) -> str:
    """Return the word with its last vowel, or else its last letter, stretched."""
    at = max((i for i, char in enumerate(word) if char in "aeiou"), default=len(word) - 1)
    return word[:at] + word[at] * (STRETCHED + 1) + word[at + 1 :]
