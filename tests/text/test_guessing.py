"""Guesses: words one letter off or torn apart, which only ever bring a person."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyengine.text.guessing import GUESSES, guesser, one_edit
from policyengine.text.mentions import STEPS, TermList
from policyengine.text.trying import everyday
from tests.sets import AT, policies

LIST = TermList(("subhuman", "vermin", "retard", "idiot"), ("vermins",), frozenset([*STEPS, *GUESSES]))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("you subhmuan", [("subhmuan", "subhuman", "fuzzy")]),
        ("you súbhumann!", [("súbhumann", "subhuman", "fuzzy")]),
        ("ver min", [("ver min", "vermin", "squeezed")]),
        ("sub hu man", [("sub hu man", "subhuman", "squeezed")]),
        ("sub, human", []),
        ("sub\u200bhuman vermin", []),
        ("vermins", []),
        ("idoit", []),
        ("a custard", []),
    ],
    ids=["two letters changed over", "one too many, with an accent", "two pieces", "three pieces", "a comma between",
         "the terms themselves are no guess", "an exception", "a short term", "another word"],
)  # fmt: skip
def test_a_guess(text: str, found: list[tuple[str, str, str]]) -> None:
    hits = guesser(LIST).find(text)
    assert [(hit.seen, hit.term, hit.step) for hit in hits] == found
    assert all(text[hit.start : hit.end] == hit.seen for hit in hits)


def test_everyday_words_are_no_guesses() -> None:
    terms = TermList(("retard", "bastard", "cretin", "moronic", "classy", "lesser"), (), frozenset(GUESSES))
    traps = [item.text for item in everyday() if item.group != "meanings"]
    assert {text: guesser(terms).find(text) for text in traps if guesser(terms).find(text)} == {}


def _distance(a: str, b: str) -> int:
    """Return the edits between two words, the slow and obvious way (neighbours changed over are one edit)."""
    rows = [[max(i, j) if not i or not j else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i, j in product(range(1, len(a) + 1), range(1, len(b) + 1)):
        least = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] != b[j - 1]))
        if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
            least = min(least, rows[i - 2][j - 2] + 1)
        rows[i][j] = least
    return rows[-1][-1]


@given(word=st.text("abc", max_size=7), term=st.text("abc", max_size=7))
def test_one_edit_is_a_distance_of_one(word: str, term: str) -> None:
    assert one_edit(word, term) == (_distance(word, term) == 1)


# In policies ----------------------------------------------------------------------------------------------------------

TERMS = "kind: terms\nid: terms.rude\nowner: community\nsee_through: [fuzzy, squeezed]\nwords: [subhuman]\n"
RULE = (
    "kind: moderation\nid: m\ntitle: M\nowner: community\napplies_to: comment\n"
    "rules: [{id: r, title: R, when: {text: {mentions: $terms.rude}}, then: block, do: [hide]}]\n"
)


def _decided(text: str) -> tuple[str, list[dict[str, Any]], list[str]]:
    decision = policies(TERMS, RULE).evaluate({"type": "comment", "id": "c", "text": text, "moderation": {}}, at=AT)
    return decision.outcome, [dict(a) for a in decision.actions], [str(m["field"]) for m in decision.missing]


def test_a_guess_holds_and_brings_a_person_where_the_word_itself_hides() -> None:
    sure, acts, _ = _decided("you subhuman")
    unsure, queued, missing = _decided("you subhmuan")
    assert (sure, unsure) == ("block", "hold")
    assert "hide" in {act["do"] for act in acts}
    assert {act["do"] for act in queued} == {"queue"}
    assert 'whether "subhmuan" is meant as "subhuman"' in missing
    assert _decided("you are kind")[0] == "allow"
