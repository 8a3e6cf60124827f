"""Grapheme clusters, against an independent implementation of UAX #29."""

from __future__ import annotations

import regex
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from policyengine.text.clusters import cluster_ends

# Blocks in which Unicode 14 (our tables' lower bound) and later versions say the same; Myanmar is not among them.
PARTS = st.sampled_from(
    [*"aZ1 \r\n\t#", "\u0301", "\u0327", "\u200d", "\u200c", "\ufe0f", "\u20e3", "👩", "💻", "❤", "👍", "🏽",
     "🇬", "🇧", "🏴", "\U000e0067", "\U000e007f",
     "\u1100", "\u1161", "\u11a8", "가", "각", "न", "म", "क", "्", "ि", "ष", "ம", "ி", "ก", "ำ", "ู", "่", "은",
     "は", "\u3099", "ﾊ", "ﾞ",
     "\u0600", "\u00ad", "\u200b", "אָ", "ب", "ِ", "©", "\u2028", "ক", "্", "া"]
)  # fmt: skip


CONSONANTS = frozenset("नमकषক")
VIRAMAS = frozenset("्্")


def _undisputed(text: str) -> bool:
    """Tell whether versions of the standard agree about a text.

    They differ about a virama without a consonant before it (GB9c) and about two joiners in a row (GB11).
    """
    return "\u200d\u200d" not in text and all(
        before in CONSONANTS for before, sign in zip(" " + text, text, strict=False) if sign in VIRAMAS
    )


def _expected(text: str) -> list[int]:
    return [match.end() for match in regex.finditer(r"\X", text)]


@settings(max_examples=1500, deadline=None)
@given(parts=st.lists(PARTS, max_size=12))
@example(parts=["👩", "🏽", "\u200d", "💻"])
@example(parts=["क", "्", "\u200d", "ष"])
@example(parts=["🇬", "🇧", "🇬"])
def test_clusters_are_those_of_the_standard(parts: list[str]) -> None:
    text = "".join(parts)
    assume(_undisputed(text))
    assert list(cluster_ends(text)) == _expected(text)


@settings(max_examples=300, deadline=None)
@given(text=st.text(st.characters(max_codepoint=0x2FF), max_size=20))
def test_clusters_of_latin_text_are_those_of_the_standard(text: str) -> None:
    assert list(cluster_ends(text)) == _expected(text)
