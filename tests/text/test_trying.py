"""The ladder of disguises as a table, everyday words as traps, and what is told of a list before it meets a text."""

from __future__ import annotations

from collections import Counter

import pytest

from policyengine.text.mentions import STEPS, TermList, compile_terms
from policyengine.text.trying import STEP_AGAINST, disguised, everyday, everyday_hits, missed

LADDER = frozenset(STEPS)
ALL = TermList(("idiot", "loser", "human vermin"), (), LADDER)

_CRUDE = """
    ass arse cunt shit fuck piss cock dick tit tits penis anal anus sex cum hell damn ad ads slut whore ho bitch wank
    crap rape rapist fag spic coon chink gook jap paki kike dyke homo tranny retard idiot moron loser cretin imbecile
    dumb stupid ugly clown garbage trash spam kill die suicide porn twat prick bugger sod fanny boob boobs butt hoe
    skank bastard bollocks con bite pute culo polla cazzo fica kurwa suka together forget
"""
CRUDE = tuple(_CRUDE.split())
"""Words that stand inside hundreds of everyday ones; none of the traps is about their meaning."""

# The ladder: each disguise of `idiot`, and the steps by which it is read. Where no step is named, none is needed.
TABLE = {
    "zero-width": ("i\u200bd\u200bi\u200bo\u200bt", ""),
    "full-width": ("ｉｄｉｏｔ", ""),
    "mathematical": ("𝐢𝐝𝐢𝐨𝐭", ""),
    "circled": ("ⓘⓓⓘⓞⓣ", ""),
    "diacritics": ("ïd\u0301îöt\u0301", "accents"),
    "Cyrillic": ("іԁіот", "lookalikes"),
    "Greek": ("ιdιοτ", "lookalikes"),
    "regional": ("🇮🇩🇮🇴🇹", "lookalikes"),
    "leet": ("idi07", "leet"),
    "repeats": ("idioooot", "repeats"),
    "spaced": ("i d i o t", "separators"),
    "dotted": ("i.d.i.o.t", "separators"),
}


@pytest.mark.parametrize("name", TABLE)
def test_the_ladder(name: str) -> None:
    text, step = TABLE[name]
    (hit,) = compile_terms(ALL).find(f"you {text} there")
    assert (hit.term, hit.seen, hit.step) == ("idiot", text, step)
    without = TermList(ALL.words, (), LADDER - {step})
    assert compile_terms(without).any(f"you {text} there") == (not step)


def test_the_table_is_what_is_tried() -> None:
    assert set(TABLE) == set(STEP_AGAINST)
    assert {name: step for name, (_, step) in TABLE.items()} == STEP_AGAINST
    made = disguised("idiot")
    assert {name: compile_terms(ALL).find(text)[0].step for name, text in made.items()} == STEP_AGAINST


def test_a_list_that_sees_through_everything_misses_nothing() -> None:
    assert missed(ALL) == {}


def test_a_plain_list_misses_what_only_steps_see_through() -> None:
    needed = [name for name, step in STEP_AGAINST.items() if step]
    assert list(missed(TermList(("idiot",)))) == needed
    assert missed(TermList(("ad", "idiot"), (), LADDER - {"leet"})) == {"leet": ("idiot",)}


def test_words_that_cannot_be_disguised_are_not_tried() -> None:
    assert disguised("ad") == disguised("广告") == {}


# Everyday words -------------------------------------------------------------------------------------------------------

TRAPS = [item.text for item in everyday() if item.group != "meanings"]


def test_there_are_enough_traps_and_each_group_has_some() -> None:
    groups = Counter(item.group for item in everyday())
    assert len(TRAPS) >= 900
    assert sorted(groups) == [
        "inside", "meanings", "names", "numbers", "other languages", "phrases", "signs",
    ]  # fmt: skip
    assert min(groups.values()) >= 50
    assert {"Scunthorpe", "class", "assassin", "Penistone", "but it", "Hitchcock", "A55", "24/7"} <= set(TRAPS)


def test_most_traps_hold_a_listed_word() -> None:
    """A trap that could not snap shows nothing: without boundaries, hundreds of them would be hit."""
    bare = ["".join(char for char in text.casefold() if char.isalpha()) for text in TRAPS]
    assert sum(any(word in text for word in CRUDE) for text in bare) >= 300


@pytest.mark.parametrize("see_through", [frozenset[str](), LADDER], ids=["plain", "every step"])
def test_no_trap_snaps(see_through: frozenset[str]) -> None:
    matcher = compile_terms(TermList(CRUDE, (), see_through))
    wrong = {text: [hit.term for hit in matcher.find(text)] for text in TRAPS if matcher.any(text)}
    assert wrong == {}


def test_a_list_is_told_which_everyday_words_it_would_hit() -> None:
    found = everyday_hits(TermList(("dick", "ad"), ("ad lib",), LADDER))
    assert found["ad"] == ("an ad hoc team",)
    assert "Dick Turpin" in found["dick"]
    assert everyday_hits(TermList(("dick turpin",))) == {}
