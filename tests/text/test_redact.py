"""Hiding what was found, and how a Decision names it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policyengine import PolicySet
from policyengine.core.decision import Mention
from policyengine.report.words import told_of
from policyengine.text.mentions import STEPS, TermList, compile_terms
from policyengine.text.redact import redact
from tests.sets import AT, policies

IDIOT = compile_terms(TermList(("idiot", "you idiot"), (), frozenset(STEPS)))


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("an idiot!", "an █████!"),
        ("You 1d1ot", "███ █████"),
        ("i d i o t", "█ █ █ █ █"),
        ("i\u200bd\u0308iot", "█████"),
        ("ＩＤＩＯＴ and idiot", "█████ and █████"),
        ("idea", "idea"),
    ],
    ids=["a word", "overlapping terms", "spelled", "invisible characters and marks", "two of them", "none"],
)
def test_what_was_found_is_hidden(text: str, hidden: str) -> None:
    assert redact(text, IDIOT.find(text)) == hidden


def test_places_outside_the_text_hide_nothing() -> None:
    assert (
        redact("abc", [Mention(start=2, end=9, term="x", seen="x"), Mention(start=7, end=9, term="x", seen="x")])
        == "ab█"
    )


@settings(max_examples=200, deadline=None)
@given(text=st.text("idot 1.\u0308\u200b!", max_size=30))
def test_nothing_is_found_in_what_is_left_and_the_rest_stays(text: str) -> None:
    hits = IDIOT.find(text)
    left = redact(text, hits)
    assert not IDIOT.find(left)
    kept = [char for at, char in enumerate(text) if not any(hit.start <= at < hit.end for hit in hits)]
    assert [char for char in left if char != "█" and not char.isspace()] == [
        char for char in kept if not char.isspace()
    ]


# In a Decision --------------------------------------------------------------------------------------------------------

TERMS = """\
kind: terms
id: terms.rude
owner: community
see_through: [leet, repeats, lookalikes]
words: [idiot, clown]
"""
RULES = """\
kind: moderation
id: rude
title: Rude
owner: community
applies_to: comment
rules: [{id: word, title: A rude word, when: {text: {mentions: $terms.rude}}, then: hold}]
"""


@pytest.fixture(scope="module")
def rude() -> PolicySet:
    return policies(TERMS, RULES)


def _found(rude: PolicySet, text: str) -> list[dict[str, object]]:
    decision = rude.evaluate({"type": "comment", "id": "c", "text": text, "moderation": {}}, at=AT)
    return [mention for finding in decision.to_dict()["findings"] for mention in finding.get("mentions", ())]


def test_a_finding_names_the_term_its_place_and_the_disguises_seen_through(rude: PolicySet) -> None:
    assert _found(rude, "You 1d10t, you cl0wnnnn") == [
        {"term": "idiot", "seen": "1d10t", "start": 4, "end": 9, "step": "leet"},
        {"term": "clown", "seen": "cl0wnnnn", "start": 15, "end": 23, "step": "leet+repeats"},
    ]


def test_a_plain_word_took_no_step(rude: PolicySet) -> None:
    assert _found(rude, "a Clown") == [{"term": "clown", "seen": "Clown", "start": 2, "end": 7}]
    assert _found(rude, "a kind word") == []


def test_an_explanation_says_as_what_a_word_was_read(rude: PolicySet) -> None:
    explanation = rude.explain({"type": "comment", "id": "c", "text": "You 1d10t"}, at=AT, changes=False)
    tests = [part.why for rule in explanation.rules for judged in rule.judged for part in judged.parts]
    assert [told_of(why.mentions) for why in tests if why.mentions] == ["`1d10t` as `idiot` (leet)"]


def test_many_finds_are_told_shortly() -> None:
    found = [Mention(start=at, end=at + 1, term=name, seen=name) for at, name in enumerate("abcdefgh")]
    assert told_of(found) == "`a`, `b`, `c`, `d`, `e` and 3 more"
