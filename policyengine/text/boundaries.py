"""Where a word begins and ends for a reader, script by script.

Letters, digits and `_` of scripts that separate words follow UAX #29 (a hyphen separates: `ad` stands in `ad-free`;
`.` between two letters joins: `acme` does not stand in `acme.com`). What differs from UAX #29:

- Han, Kana, Hangul, Thai, Lao, Khmer and Myanmar match by whole grapheme clusters anywhere in the run.
- An apostrophe between Latin letters separates (`acme` stands in `acme's`, `annonce` in `l'annonce`), except before
  the `t` of `n't`: `don` does not stand in `don't`. In other scripts it joins (Ukrainian `м'ята`).
- A colon separates (UAX #29 joins it for Swedish), so `ad:now` begins with `ad`.
- A term that begins with `#` is a whole tag (`#ad` is not in `#adventure` or `#ad広告`); a term without `#` is also
  found as a tag. A term that begins with `@` is a whole handle (`@acme` is not in `@acmecorp`, `mail@acme.com`).
- A term that begins or ends with another sign (`.net`, `c++`) may not continue a word or repeat the sign there;
  `c` alone is neither `c++` nor `c#`.

The functions judge a place in a folded text (see `folding`); the tests are local, so their cost does not grow with it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

from policyengine.text.characters import KIND, ZWJ, Kind, is_hebrew, is_latin
from policyengine.text.clusters import hangul_joins

_MARKS_BEHIND = 1000  # folding keeps no longer rows of marks, and only short ones in long texts
_TAG_LENGTH = 150  # no platform allows longer tags; bounds the look behind
_APOSTROPHE = "'"
_BETWEEN_LETTERS = frozenset(".\u00b7\u2027\u055f\u05f4\u05f3")  # MidLetter and MidNumLet without the colon
_BETWEEN_DIGITS = frozenset(".,;'\u066b\u066c\u2044")  # MidNum and MidNumLet
_CLINGS_LEFT = frozenset(".$%&+-/~^*")  # a term that begins with one of these continues no word
_CLINGS_RIGHT = frozenset("+#")
_FLAGS = re.compile("[\U0001f1e6-\U0001f1ff]+")


def starts_word(text: str, start: int) -> bool:
    """Tell whether a term that begins at `start` begins where a reader sees a beginning."""
    if start == 0:
        return True
    before, first = text[start - 1], text[start]
    if before == " ":
        return True
    kind = KIND[first]
    if kind == "word":
        return _kind_before(text, start) != "word" and not _bridged(text, start - 1)
    if kind == "run":
        return not hangul_joins(before, first)
    if kind == "flag":
        return _whole_flags_before(text, start)
    if kind == "extend":
        return False
    if before == ZWJ:
        return False
    if first == "#":
        return _kind_before(text, start) != "word" or _in_tag(text, start)
    if first == "@":
        return KIND[before] != "word"
    return first not in _CLINGS_LEFT or (KIND[before] != "word" and before != first)


def ends_word(text: str, start: int, end: int) -> bool:
    """Tell whether a term that stands at `start` to `end` ends where a reader sees an end."""
    if end == len(text):
        return True
    after = text[end]
    if after == " ":
        return True
    kind = KIND[after]
    if kind == "extend":
        return False
    first, last = text[start], _kind_before(text, end)
    if first == "#" and end - start > 1:
        return kind not in ("word", "run")
    if first == "@" and end - start > 1:
        return not _continues_handle(text, end, last)
    if last == "word":
        return kind != "word" and not _bridged(text, end) and not _is_longer_name(text, start, end)
    if last == "run":
        return not hangul_joins(text[end - 1], after)
    if last == "flag":
        return kind != "flag" or _whole_flags_before(text, end)
    return text[end - 1] not in _CLINGS_RIGHT or (after != text[end - 1] and not after.isalpha())


def _kind_before(text: str, index: int) -> Kind:
    """Return the kind of the sign before `index`, looking past the marks on it."""
    for at in range(index - 1, max(-1, index - 1 - _MARKS_BEHIND), -1):
        kind = KIND[text[at]]
        if kind != "extend":
            return kind
    return "extend"


def _bridged(text: str, at: int) -> bool:
    """Tell whether the sign at `at` joins the characters around it into one word (WB6, WB7, WB11, WB12)."""
    if not 0 < at < len(text) - 1:
        return False
    before, sign, after = text[at - 1], text[at], text[at + 1]
    if before.isdigit() and after.isdigit():
        return sign in _BETWEEN_DIGITS
    if KIND[after] != "word" or after.isdigit() or before.isdigit() or _kind_before(text, at) != "word":
        return False
    if sign == _APOSTROPHE:
        return not (is_latin(before) and is_latin(after)) or _is_negation(text, at)
    if sign == '"':
        return is_hebrew(before) and is_hebrew(after)
    return sign in _BETWEEN_LETTERS


def _is_negation(text: str, at: int) -> bool:
    return text[at - 1] in "nN" and text[at + 1] in "tT" and (at + 2 == len(text) or KIND[text[at + 2]] != "word")


def _is_longer_name(text: str, start: int, end: int) -> bool:
    """Tell whether a single letter is the beginning of a name such as `c++` or `c#`."""
    if end - start != 1:
        return False
    return text.startswith("++", end) or (text[end] == "#" and (end + 1 == len(text) or KIND[text[end + 1]] != "word"))


def _continues_handle(text: str, end: int, last: Kind) -> bool:
    kind = KIND[text[end]]
    if kind == "word":
        return True
    if kind == "run":
        return last == "run"
    return text[end] == "." and end + 1 < len(text) and KIND[text[end + 1]] == "word"


def _in_tag(text: str, end: int) -> bool:
    """Tell whether the word that ends at `end` is itself a tag: `#love#ad` are two."""
    at = end - 1
    while at >= max(0, end - _TAG_LENGTH) and KIND[text[at]] in ("word", "run", "extend"):
        at -= 1
    return at >= 0 and text[at] == "#"


@lru_cache(maxsize=4)
def _flag_runs(text: str) -> tuple[int, ...]:
    return tuple(run.start() for run in _FLAGS.finditer(text))


def _whole_flags_before(text: str, index: int) -> bool:
    """Tell whether the run of regional letters before `index` is made of whole flags (GB12, GB13)."""
    if KIND[text[index - 1]] != "flag":
        return True
    runs = _flag_runs(text)
    return (index - runs[bisect_right(runs, index - 1) - 1]) % 2 == 0
