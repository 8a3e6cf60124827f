"""The smallest set of labels: applied, it mends; nothing smaller does; where nothing does, the rules are named."""

from __future__ import annotations

import json
from itertools import combinations
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policyengine.kinds.disclosure.remedy import remedies
from policyengine.kinds.disclosure.remedy_edits import Edit, made
from tests.kinds.disclosure.made_up import law, paid
from tests.kinds.disclosure.remedies import (
    CONNECTIONS,
    FORMATS,
    ONLY,
    POLICIES,
    judged,
    laws,
    mended,
    post,
    shipped,
    smaller,
)
from tests.sets import AT, policies

MARKETS = ("AU", "BR", "CA", "DE", "ES", "EU", "FR", "GB", "IE", "IN", "IT", "NL", "NZ", "US")
COVERAGE = "disclosure.coverage/no_facts"
"""Stays for the market `EU`: most members have no document."""
SWITCH = ", and switch on the platform's own label"
PAIRS = list(combinations(MARKETS, 2))
TRIPLES = Random(5).sample(list(combinations(MARKETS, 3)), 100)
MADE_UP = ("DE", "FR", "GB", "IT")


def entry(**changes: Any) -> dict[str, Any]:
    """Return what a post tells of its connection, with one disclosure beside the caption."""
    return {"connection": "paid", "brand": {"name": "Oven Co"}, "disclosures": [{"where": "overlay", **changes}]}


# By hand ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "says"),
    [
        pytest.param(post(["GB"]), "begin with `Ad`", id="one market: its shortest label"),
        pytest.param(post(["AU", "GB", "US"]), "begin with `Ad`", id="one label for three markets"),
        pytest.param(post(["DE", "GB"]), "begin with `Ad | Anzeige`", id="two languages in one place"),
        pytest.param(post(["IE", "IT"]), "begin with `Ad Oven Co`", id="one label that names the brand serves both"),
        pytest.param(post(["GB"], "story_image"), "show `Ad` on every slide", id="every slide of a story"),
        pytest.param(
            post(["GB"], "story_image", sponsorship=entry(text="Ad", frames=[1]) | {"frame_count": 2}),
            "show `Ad` on every slide",
            id="the label that stands on one slide is put on all",
        ),
        pytest.param(
            post(["IN"], "video"), "show `Ad` from the first second to second 20", id="a third of a minute in India"
        ),
        pytest.param(
            post(["IN", "NL"], "livestream"),
            "show `Ad` from the first second to second 5400, "
            "and say `Ad` at the beginning and again within every 1800 s",
            id="a stream that is labelled to the end in India and spoken in the Netherlands",
        ),
        pytest.param(
            post(["DE", "GB"], text="Not sponsored! Two loaves."),
            "leave out `Not sponsored`, and begin with `Ad | Anzeige`",
            id="words that deny the connection go first",
        ),
        pytest.param(
            post(["GB"], text="AD: no adding of sugar, no ad"),
            "leave out `no ad`",
            id="what looks like a denial stays",
        ),
        pytest.param(
            post(["GB"], text="AD: two loaves", sponsorship=entry(text="not an ad")),
            "take out entry 1 of `sponsorship.disclosures`",
            id="a denial beside the caption is taken out",
        ),
        pytest.param(post(["DE"], text="AD: two loaves"), "begin with `Anzeige`", id="beside another market's label"),
        pytest.param(post(["GB"], platform="x", text="x" * 279), "show `Ad` on the picture", id="a full caption"),
    ],
)
def test_what_mends_a_post(record: dict[str, Any], says: str) -> None:
    (remedy,) = judged(record).remedies
    assert remedy["says"].removesuffix(SWITCH) == says
    assert judged(mended(record, remedy)).findings == ()


def test_where_the_platforms_own_label_is_compulsory_and_enough_no_other_is_asked_for() -> None:
    (remedy,) = judged(post(["BR", "IE"])).remedies
    assert remedy["labels"] == [{"where": "platform_label"}]
    assert remedy["changes"] == [{"edit": "set", "field": "sponsorship.platform_label", "value": True}]


def test_the_remedy_is_data_and_the_fix_of_every_finding_about_the_label() -> None:
    decision = judged(post(["DE", "GB"]))
    (remedy,) = decision.remedies
    assert remedy["markets"] == ["DE", "GB"]
    assert remedy["labels"] == [
        {"where": "caption", "text": "Ad"},
        {"where": "caption", "text": "Anzeige", "language": "de"},
        {"where": "platform_label"},
    ]
    assert remedy["changes"][0] == {"edit": "begin", "field": "text", "value": "Ad | Anzeige: "}
    labels = {f.name: f.fix for f in decision.findings if f.rule == "no_label"}
    assert labels == dict.fromkeys(["disclosure.de/no_label", "disclosure.gb/no_label"], remedy["says"])
    assert json.loads(decision.to_json())["remedies"] == [remedy]


def test_a_switch_that_is_told_to_be_off_is_thrown_too() -> None:
    off = {"connection": "paid", "brand": {"name": "Oven Co", "handle": "oven.co"}, "platform_label": False}
    record = post(["GB"], sponsorship=off, author={"handle": "ana", "followers": 10}, claims=[], links=[])
    (remedy,) = judged(record).remedies
    assert remedy["says"] == f"begin with `Ad`{SWITCH}"
    assert judged(mended(record, remedy)).findings == ()


def test_a_denial_is_cut_where_it_stands() -> None:
    record = post(["GB"], text="AD: no adding of sugar, no ad")
    (remedy,) = judged(record).remedies
    assert remedy["changes"][0] == {"edit": "cut", "field": "text", "value": "no ad", "at": 24}
    assert mended(record, remedy)["text"] == "AD: no adding of sugar"


def test_a_label_that_stands_in_front_is_kept_and_joined() -> None:
    record = post(["DE", "GB"], text="AD: two loaves")
    (remedy,) = judged(record).remedies
    assert mended(record, remedy)["text"] == "Anzeige | AD: two loaves"


def test_mentions_on_the_picture_and_switches_of_the_platform_come_along() -> None:
    media = [{"medium": "image", "ai_generated": True, "resembles_real_person": True, "virtual_person": True}]
    record = post(["FR", "IN"], media=[{**media[0], "retouched": True}])
    (remedy,) = judged(record).remedies
    shown = [c["value"]["text"] for c in remedy["changes"] if c["edit"] == "add"]
    assert shown == ["Image retouchée", "Image virtuelle", "Not a real person"]
    assert {c["field"] for c in remedy["changes"] if c["edit"] == "set"} == {
        "media[0].ai_label",
        "sponsorship.platform_label",
    }
    assert judged(mended(record, remedy)).findings == ()


def test_what_no_label_settles_is_left_and_named() -> None:
    record = post(["FR"], category="cosmetic_surgery")
    (remedy,) = judged(record).remedies
    assert remedy["leaves"] == ["disclosure.fr.banned/category"]
    assert [f.name for f in judged(mended(record, remedy)).findings] == remedy["leaves"]


def test_only_how_the_post_is_shown_is_ever_changed() -> None:
    media = [{"medium": "image", "ai_generated": True, "resembles_real_person": True}]
    record = post(MARKETS, category="finance", author={"handle": "ana", "followers": 2_000_000}, media=media)
    for remedy in judged(record).remedies:
        after = mended(record, remedy)
        for changed in (record, after):
            changed.pop("text")
            changed["media"] = [{k: v for k, v in m.items() if k != "ai_label"} for m in changed["media"]]
            for name in ("disclosures", "platform_label"):
                changed["sponsorship"] = {k: v for k, v in changed["sponsorship"].items() if k != name}
        assert after == record
        break


def test_a_post_that_lacks_nothing_gets_no_remedy() -> None:
    good = judged(post(["GB"], text="Ad: two loaves", platform="reddit"))
    assert (good.remedies, good.findings) == ((), ())


def test_a_connection_that_is_not_told_and_of_which_there_is_no_sign_gets_none() -> None:
    assert judged(post(["GB"], sponsorship={})).remedies == ()


def test_who_does_not_ask_for_remedies_gets_the_same_findings_without_them() -> None:
    record = post(["DE", "GB"])
    full = judged(record)
    bare = shipped().evaluate(record, at=AT, only=ONLY, validate=True, remedies=False)
    assert bare.remedies == ()
    assert (bare.outcome, bare.by_market) == (full.outcome, full.by_market)
    assert [(f.name, f.verdict) for f in bare.findings] == [(f.name, f.verdict) for f in full.findings]


# Where nothing does -------------------------------------------------------------------------------------------------

LONG = """\
kind: disclosure
id: disclosure.{low}
title: Labels of four words, first
owner: legal
jurisdiction: {up}
authority: nobody, this is a test
confidence: high
labels: [{{for: all connections, accept: [{words}]}}]
placement: {{position: {{must_be: at the start, otherwise: block}}}}
"""


def test_rules_that_contradict_each_other_are_named_with_what_they_say() -> None:
    two = policies(
        LONG.format(low="gb", up="GB", words="this is paid advertising"),
        LONG.format(low="us", up="US", words="words from our sponsor"),
    )
    record = post(["GB", "US"], "image") | {"format": "text", "platform": "reddit"}
    first, second, clash = judged(record, two).remedies
    assert clash["changes"] == []
    assert [(rule["policy"], rule["rule"]) for rule in clash["contradiction"]] == [
        ("disclosure.gb", "position"),
        ("disclosure.us", "position"),
    ]
    assert clash["contradiction"][0]["says"] == (
        "`This is paid advertising` does not stand where GB asks for it: at the start"
    )
    assert [remedy["markets"] for remedy in (first, second)] == [["GB"], ["US"]]
    assert smaller(record, 4, two) is None
    for remedy in (first, second):
        alone = record | {"markets": remedy["markets"]}
        assert judged(mended(alone, remedy), two).findings == ()


@pytest.mark.parametrize(
    ("record", "rule", "missing"),
    [
        pytest.param(post(["FR"], "video", media=[]), "screen_time", ["media.duration_s"], id="the length is not told"),
        pytest.param(post(["GB"], language="fr"), "language", None, id="no label in the language of the post"),
        pytest.param(
            post(["GB"], format="text", platform="x", text="x" * 279), "no_label", None, id="no room in the caption"
        ),
    ],
)
def test_a_rule_that_no_label_satisfies_is_named_alone(
    record: dict[str, Any], rule: str, missing: list[str] | None
) -> None:
    (found,) = judged(record).remedies
    (against,) = found["unsettled"]
    assert (against["rule"], found["labels"], found["changes"]) == (rule, [], [])
    assert missing is None or against["missing"][:1] == missing


def test_markets_that_can_be_served_are_served_beside_one_that_cannot() -> None:
    served, lost = judged(post(["CA", "GB"], language="fr", platform="reddit")).remedies
    assert (served["markets"], served["says"]) == (["CA"], "begin with `Pub`")
    assert (lost["markets"], lost["unsettled"][0]["rule"]) == (["GB"], "language")


# Laws -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("markets", "number"), [(m, n) for n, m in enumerate([*PAIRS, *TRIPLES])])
def test_applied_it_makes_every_disclosure_rule_of_every_market_pass(markets: tuple[str, ...], number: int) -> None:
    """The other formats and connections of each pair and triple: `python -m benchmarks.labels`."""
    record = post(markets, list(FORMATS)[number % len(FORMATS)], CONNECTIONS[number % len(CONNECTIONS)])
    (remedy,) = judged(record).remedies
    left = {f.name for f in judged(mended(record, remedy)).findings}
    assert left == ({COVERAGE} if "EU" in markets else set())


@pytest.mark.parametrize("markets", [pair for pair in PAIRS if "EU" not in pair], ids=" ".join)
def test_nothing_smaller_does_for_any_pair(markets: tuple[str, ...]) -> None:
    asked, facts = laws(post(markets))
    (remedy,) = remedies(asked, facts)
    assert smaller(post(markets), len(remedy.marks)) is None


@settings(max_examples=60, deadline=None)
@given(
    markets=st.sets(st.sampled_from(MADE_UP), min_size=1, max_size=3),
    form=st.sampled_from(sorted(FORMATS)),
    connection=st.sampled_from(CONNECTIONS),
    text=st.sampled_from(["rye", "ad: rye", "Rye, no ad", "#rye #oven #walk #adv #ad", "word " * 60 + "#ad"]),
    language=st.sampled_from(["en", "fr", None]),
)
def test_it_is_as_small_as_the_smallest_that_trying_everything_finds(
    markets: set[str], form: str, connection: str, text: str, language: str | None
) -> None:
    record = paid(text=text, set={"markets": sorted(markets), "sponsorship.connection": connection})
    record |= {"format": form, "language": language, **FORMATS[form]}
    asked, facts = laws(record, law())
    found = remedies(asked, facts)
    if not found:
        assert not any(one.lacks(facts) for one in asked)
    elif all(remedy.edits for remedy in found) and len(found) == 1:
        (remedy,) = found
        cuts = [edit for edit in remedy.edits if edit.how in {"cut", "remove"}]
        without = made(record, cuts)
        assert smaller(without, len(remedy.marks), law()) is None
        assert not any(one.lacks(made(facts, remedy.edits)) for one in asked)
    else:
        assert smaller(record, 3, law()) is None


def test_the_table_of_pairs_in_the_documentation_is_fresh() -> None:
    page = (POLICIES.parent / "docs" / "labels_across_markets.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in page.split("## Pairs\n")[1].split("##")[0].splitlines()]
    told = {cells[0]: cells[1] for cells in rows if len(cells) == len(FORMATS) + 1 and cells[0] != "markets"}
    assert len(told) == len(PAIRS)
    for some in PAIRS[::4]:
        (remedy,) = remedies(*laws(post(some)))
        said = " · ".join(mark.text for mark in remedy.marks if mark.where == "caption") or "the platform's label"
        assert (some, told[" ".join(some)]) == (some, said)


def test_neither_the_order_of_markets_nor_of_documents_matters() -> None:
    record = post(["DE", "FR", "GB", "IT"])
    asked, facts = laws(record)
    same = {json.dumps([r.to_dict() for r in remedies(some, facts)]) for some in (asked, asked[::-1])}
    assert len(same) == 1
    assert judged(record).remedies == judged(record | {"markets": ["IT", "GB", "FR", "DE"]}).remedies


@pytest.mark.parametrize(
    ("text", "words", "left"),
    [
        ("Not an ad! Two loaves", "Not an ad", "Two loaves"),
        ("Two loaves, not an ad.", "not an ad", "Two loaves."),
        ("Two loaves\nnot an ad\nand a walk", "not an ad", "Two loaves\nand a walk"),
        ("not an ad", "not an ad", ""),
        ("so not an ad here", "not an ad", "so here"),
    ],
)
def test_words_that_are_cut_leave_no_gap(text: str, words: str, left: str) -> None:
    assert made({"text": text}, [Edit(how="cut", path=("text",), value=words, at=text.index(words))]) == {"text": left}


def test_edits_leave_the_record_itself_alone() -> None:
    record = post(["GB"])
    before = json.dumps(record)
    made(record, [Edit(how="set", path=("media", 0, "ai_label"), value=True)])
    assert json.dumps(record) == before


def test_the_shipped_set_is_what_is_tried() -> None:
    known = {unit.law.market for unit in shipped().assembly.units if unit.law is not None}
    assert known == set(MARKETS) - {"EU"}
