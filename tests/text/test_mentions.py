"""The golden cases of `mentions`, and what holds for all of them and for any text."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from policyengine.text.folding import Steps, fold
from policyengine.text.mentions import STEPS, TermList, compile_terms, occurrences

Case = dict[str, Any]
CASES: list[Case] = [
    case
    for file in sorted((Path(__file__).parent / "cases").glob("*.yaml"))
    for case in yaml.safe_load(file.read_text(encoding="utf-8"))
]
LADDER = frozenset(STEPS)


def _terms(case: Case) -> TermList:
    return TermList(tuple(case["words"]), tuple(case.get("except", ())), frozenset(case.get("see_through", ())))


def _limits(case: Case) -> dict[str, Any]:
    return {"within_first": case.get("within_first"), "same_case": case.get("same_case", False)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['script']}: {case['name']}")
def test_case(case: Case) -> None:
    matcher = compile_terms(_terms(case))
    hits = matcher.find(case["text"], **_limits(case))
    assert [hit.seen for hit in hits] == case["hits"]
    assert all(case["text"][hit.start : hit.end] == hit.seen for hit in hits)
    assert matcher.any(case["text"], **_limits(case)) == bool(case["hits"])
    if "steps" in case:
        assert [hit.step for hit in hits] == case["steps"]


def test_every_script_has_enough_cases_and_half_of_them_must_not_hit() -> None:
    by_script = Counter(case["script"] for case in CASES)
    silent = Counter(case["script"] for case in CASES if not case["hits"])
    assert len(CASES) >= 150
    assert min(by_script.values()) >= 6
    assert [script for script, count in by_script.items() if 2 * silent[script] < count] == []
    assert len({(case["script"], case["name"]) for case in CASES}) == len(CASES)


def test_every_key_of_a_case_is_known() -> None:
    known = {"script", "name", "words", "except", "see_through", "text", "hits", "steps", "within_first", "same_case"}
    assert [case["name"] for case in CASES if set(case) - known] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['script']}: {case['name']}")
def test_unrelated_text_beside_a_text_changes_no_hit(case: Case) -> None:
    """Blank lines keep the texts apart; a limit counts from the beginning of the whole."""
    limits = _limits(case) | {"within_first": None}
    matcher = compile_terms(_terms(case))
    alone = matcher.find(case["text"], **limits)
    before = "Qq.\n\n"
    beside = matcher.find(f"{before}{case['text']}\n\nQq.", **limits)
    assert [(hit.term, hit.start - len(before), hit.seen, hit.step) for hit in beside] == [
        (hit.term, hit.start, hit.seen, hit.step) for hit in alone
    ]


@pytest.mark.parametrize("case", [case for case in CASES if len(case["words"]) > 1], ids=lambda case: case["name"])
def test_the_order_of_the_words_makes_no_difference(case: Case) -> None:
    terms = _terms(case)
    turned = TermList(terms.words[::-1], terms.exceptions[::-1], terms.see_through)
    assert compile_terms(turned).find(case["text"]) == compile_terms(terms).find(case["text"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['script']}: {case['name']}")
def test_a_long_list_finds_what_a_short_one_does(case: Case) -> None:
    """Short lists are searched plainly, long ones by an automaton."""
    terms = _terms(case)
    fillers = tuple(f"zzfiller{at}zz" for at in range(20))
    long = TermList(terms.words + fillers, terms.exceptions, terms.see_through)
    assert compile_terms(long).find(case["text"], **_limits(case)) == compile_terms(terms).find(
        case["text"], **_limits(case)
    )


PARTS = st.sampled_from(
    [*"aäAdD1!$.-_#@' \n", "ad", "Ad", "ＡＤ", "а", "\u200b", "\u200d", "\u0308", "ﬁ", "👍", "🏽", "🇬", "🇧",
     "#ad", "hoc", "广", "告",
     "มา", "가", "ㄱ", "e\u0301", "ß", "İ", "é", "c++", "'s", "ad hoc", "\ufe0f", "ｆ", "ﾞ", "क्", "ष", "ـ"]
)  # fmt: skip
TEXTS = st.lists(PARTS, max_size=14).map("".join)
WORDS = st.lists(TEXTS.filter(str.strip), min_size=1, max_size=8, unique=True)
ASKED = st.frozensets(st.sampled_from(STEPS))


@settings(max_examples=300, deadline=None)
@given(words=WORDS, exceptions=st.lists(TEXTS, max_size=2), text=TEXTS, asked=ASKED)
def test_hits_are_places_in_the_text_whatever_the_order(
    words: list[str], exceptions: list[str], text: str, asked: frozenset[str]
) -> None:
    hits = compile_terms(TermList(tuple(words), tuple(exceptions), asked)).find(text)
    turned = compile_terms(TermList(tuple(sorted(words)), tuple(sorted(exceptions)), asked)).find(text)
    assert hits == turned
    for hit in hits:
        assert text[hit.start : hit.end] == hit.seen
        assert hit.term in words
        assert set(hit.step.split("+")) - {""} <= asked
        if not hit.step:
            assert fold(hit.seen, Steps()) == fold(hit.term, Steps())


@settings(max_examples=200, deadline=None)
@given(words=WORDS, text=TEXTS, asked=ASKED, limit=st.integers(0, 20))
def test_a_limit_keeps_what_ends_before_it(words: list[str], text: str, asked: frozenset[str], limit: int) -> None:
    matcher = compile_terms(TermList(tuple(words), (), asked))
    assert matcher.find(text, within_first=limit) == tuple(hit for hit in matcher.find(text) if hit.end <= limit)
    assert matcher.any(text, within_first=limit) == bool(matcher.find(text, within_first=limit))


@settings(max_examples=200, deadline=None)
@given(words=WORDS, text=TEXTS, asked=ASKED)
def test_looking_closer_loses_no_place(words: list[str], text: str, asked: frozenset[str]) -> None:
    plain = {(hit.start, hit.end) for hit in compile_terms(TermList(tuple(words))).find(text)}
    closer = {(hit.start, hit.end) for hit in compile_terms(TermList(tuple(words), (), asked)).find(text)}
    assert plain <= closer


@settings(max_examples=100, deadline=None)
@given(word=st.from_regex(r"[a-z]{2,8}", fullmatch=True), before=TEXTS, after=TEXTS)
def test_a_word_between_blanks_is_always_found(word: str, before: str, after: str) -> None:
    text = f"{before}\n{word} \n{after}"
    start = len(before) + 1
    assert (start, start + len(word)) in {(hit.start, hit.end) for hit in compile_terms(TermList((word,))).find(text)}


@pytest.mark.parametrize(
    "text",
    [
        "a" * 20_000,
        "ad " * 7_000,
        "a" + "\u0301" * 20_000,
        "a" + "\u0316\u0301" * 10_000,
        "a\u200d" * 10_000,
        "🇬🇧" * 10_000,
        "1!" * 10_000,
        "a b " * 5_000,
        "i.l.1." * 4_000,
        "#ad" * 7_000,
        "👩\u200d💻👍" * 5_000,
        "аd " * 7_000,
    ],
    ids=[
        "letters",
        "hits",
        "marks",
        "marks to sort",
        "joiners",
        "flags",
        "readings",
        "spelled",
        "broken",
        "tags",
        "emoji",
        "lookalikes",
    ],
)
def test_hostile_text_is_answered(text: str) -> None:
    """Quadratic work would take minutes here, and trip the runner's limit; no clock in the test."""
    words = ("ad", "a", "aa", "#ad", "ill", "hello", "🇬🇧", "👍", "idiot")
    hits = compile_terms(TermList(words, ("ad hoc",), LADDER)).find(text)
    assert all(hit.seen == text[hit.start : hit.end] for hit in hits[:100])


def test_words_that_fold_alike_are_named_by_the_first() -> None:
    assert [hit.term for hit in compile_terms(TermList(("Ad", "AD", "ad"))).find("ad")] == ["AD"]


def test_equal_lists_share_a_matcher() -> None:
    first, second = (TermList(("ad",), (), frozenset(["leet"])) for _ in range(2))
    assert compile_terms(first) is compile_terms(second)


@pytest.mark.parametrize(
    ("text", "needle", "same_case", "count"),
    [("wow!!!", "!", False, 3), ("aaaa", "aa", False, 2), ("Ad ad AD", "ad", False, 3), ("Ad ad AD", "ad", True, 1),
     ("", "a", False, 0), ("abc", "", False, 0)],
)  # fmt: skip
def test_occurrences(text: str, needle: str, same_case: bool, count: int) -> None:  # noqa: FBT001 - a case's parameter
    assert occurrences(text, needle, same_case) == count
