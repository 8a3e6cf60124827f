"""Labels in texts: whole words, tags, `{brand}`, `{thing}`, the longest at a place."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyengine.kinds.disclosure.labels import Label, Lexicon, Role, run_together, unknown_placeholders

BRANDS = ("Oven Co", "oven.co")


def seen(text: str, *words: str, brands: tuple[str, ...] = BRANDS) -> list[str]:
    lexicon = Lexicon(Label(word, "accept") for word in words)
    return [found.seen for found in lexicon.find(text, brands)]


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("Ad: rye", "ad", ["Ad"]),
        ("rye #AD", "ad", ["#AD"]),
        ("rye ＃ad", "ad", ["＃ad"]),
        ("add rye", "ad", []),
        ("#adventure", "ad", []),
        ("@image_a.d.s", "ad", []),
        ("bad", "ad", []),
        ("a.d.", "ad", []),
        ("an ad-free day", "ad", []),
        ("ad\u2011hoc rye", "ad", []),
        ("#ad-rye", "ad", ["#ad"]),
        ("Ad-2026 rye", "ad", ["Ad"]),
        ("sponsored by Oven Co-workers", "sponsored by {brand}", ["sponsored by Oven Co"]),
        ("rye by @ad", "ad", []),
        ("rye by @ad.official", "ad", []),
        ("https://oven.example/ad?x=ad#ad rye", "ad", []),
        ("HTTPS://OVEN.EXAMPLE/AD", "ad", []),
        ("www.oven.example/ad", "ad", []),
        ("oven.example/#ad", "ad", []),
        ("write to ad@oven.example", "ad", []),
        ("rye by @oven.co #ad", "ad", ["#ad"]),
        ("rye #ad@oven.co", "ad", ["#ad"]),
        ("oven.example (ad)", "ad", ["ad"]),
        ("rye/ad/oven", "ad", ["ad"]),
        ("https://oven.example Ad", "ad", ["Ad"]),
        ("publicite", "publicité", ["publicite"]),
        ("PUBLICITÉ", "publicité", ["PUBLICITÉ"]),
        ("#sp rye", "#sp", ["#sp"]),
        ("sp rye", "#sp", []),
        ("#spring", "#sp", []),
        ("paid   partnership", "paid partnership", ["paid   partnership"]),
        ("sponsored by Oven Co", "sponsored by {brand}", ["sponsored by Oven Co"]),
        ("sponsored by @oven.co", "sponsored by {brand}", ["sponsored by @oven.co"]),
        ("sponsored by #OvenCo", "sponsored by {brand}", ["sponsored by #OvenCo"]),
        ("sponsored by Bread Co", "sponsored by {brand}", []),
        ("#OvenCoPartner", "#{brand}partner", ["#OvenCoPartner"]),
        ("#OvenPartner", "#{brand}partner", []),
        ("#adv #ovenco", "adv {brand}", ["#adv #ovenco"]),
        ("@oven.co sent me this", "{brand} sent me", ["@oven.co sent me"]),
        ("received a mixer free", "received {thing} free", ["received a mixer free"]),
        ("received one two three four five free", "received {thing} free", ["received one two three four five free"]),
        ("received one two three four five six free", "received {thing} free", []),
        ("received free", "received {thing} free", []),
        ("I received it. Feel free", "received {thing} free", []),
        ("free rye from Oven Co", "free {thing} from {brand}", ["free rye from Oven Co"]),
        ("thanks for the free mixer", "thanks for the free {thing}", ["thanks for the free mixer"]),
        ("thanks for the free. Mixer", "thanks for the free {thing}", []),
    ],
)
def test_a_label_is_found_as_a_reader_sees_it(text: str, word: str, expected: list[str]) -> None:
    assert seen(text, word) == expected


def test_the_longest_label_at_a_place_wins_whatever_it_is() -> None:
    labels = [Label("partnership", "accept"), Label("in partnership with", "not_enough"), Label("not an ad", "denial")]
    lexicon = Lexicon([*labels, Label("ad", "accept")])
    roles: list[frozenset[Role]] = [f.roles() for f in lexicon.find("In partnership with Oven Co. Not an ad", BRANDS)]
    assert roles == [frozenset({"not_enough"}), frozenset({"denial"})]


def test_a_word_on_two_lists_is_both() -> None:
    lexicon = Lexicon([Label("gifted", "accept", 1), Label("gifted", "not_enough"), Label("#gifted", "beside")])
    (found,) = lexicon.find("#gifted rye", ())
    assert found.roles() == {"accept", "not_enough", "beside"}
    (found,) = lexicon.find("gifted rye", ())
    assert found.roles() == {"accept", "not_enough"}


def test_two_spellings_of_one_word_are_both_found() -> None:
    lexicon = Lexicon([Label("Publicité", "accept"), Label("publicite", "not_enough")])
    (found,) = lexicon.find("PUBLICITÉ: seigle", ())
    assert found.roles() == {"accept", "not_enough"}


def test_without_a_brand_its_labels_are_not_found() -> None:
    assert seen("sponsored by Oven Co", "sponsored by {brand}", brands=()) == []
    assert seen("ad: rye", "ad", "sponsored by {brand}", brands=()) == ["ad"]


def test_placeholders_that_nobody_knows_are_named() -> None:
    assert unknown_placeholders("by {brnd} and {thing}") == ("{brnd}",)
    assert run_together("Marlow & Rye") == "MarlowRye"


@given(
    st.lists(
        st.sampled_from(["ad", "add", "#ad", "rye", "sponsored", "by", "@oven.co", "Oven Co", ".", "\n"]), max_size=12
    )
)
def test_what_is_found_does_not_overlap_and_stands_where_it_says(pieces: list[str]) -> None:
    text = " ".join(pieces)
    labels = [Label("ad", "accept"), Label("sponsored", "not_enough"), Label("sponsored by {brand}", "accept")]
    found = Lexicon(labels).find(text, BRANDS)
    assert all(text[f.start : f.end] == f.seen for f in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert found == Lexicon(reversed(labels)).find(text, BRANDS)
