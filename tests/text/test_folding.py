"""Folding: what a reader sees, and the way back to the places in the text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policyengine.text.folding import Steps, fold, trace
from policyengine.text.lookalikes import TABLE
from tests.text.lookalikes_source import written

CHARS = st.one_of(
    st.characters(exclude_categories=["Cs"]),
    st.sampled_from(
        "aA \n\t\u00a0ﬁÅ\u0301\u0327\u3099はﾊﾞ\u1100\u1161\u11a8가ㄱㅏİßŉΐς…½™’\u200b\u200d\u200c\ufe0f👩💻🏽🇬🇧ـمиéёї"
    ),
)
TEXTS = st.text(CHARS, max_size=30)
STEPS = st.builds(
    Steps,
    same_case=st.booleans(),
    accents=st.booleans(),
    lookalikes=st.sampled_from([None, "latin", "cyrillic", "greek"]),
)


@settings(max_examples=600, deadline=None)
@given(text=TEXTS, steps=STEPS, keep_blanks=st.booleans())
def test_a_trace_has_the_text_of_the_fold(text: str, steps: Steps, keep_blanks: bool) -> None:  # noqa: FBT001 - a case's parameter
    traced = trace(text, steps, keep_blanks=keep_blanks)
    assert traced.text == fold(text, steps, keep_blanks=keep_blanks)
    assert len(traced.text) == len(traced.starts) == len(traced.ends)
    assert list(traced.starts) == sorted(traced.starts)
    assert all(0 <= start < end <= len(text) for start, end in zip(traced.starts, traced.ends, strict=True))


@settings(max_examples=200, deadline=None)
@given(text=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40))
def test_ascii_is_lower_case_with_single_blanks(text: str) -> None:
    assert fold(text, Steps()) == " ".join(text.lower().split())


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\u200bb", "ab"),
        ("a\u00adb", "ab"),
        ("\ufeffa", "a"),
        ("a\x00\x07b", "ab"),
        ("a\r\n\tb", "a b"),
        ("ｆｕｌｌ", "full"),
        ("don’t", "don't"),
        ("tie‑in", "tie-in"),
        ("Acme™", "acme®"),
        ("❤\ufe0f", "❤"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("a\u200db", "ab"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("إعـــلان", "إعلان"),
        ("a\u3164b", "a b"),
        ("x\U000e0061", "x"),
    ],
    ids=ascii,
)
def test_what_a_reader_sees(text: str, seen: str) -> None:
    assert fold(text, Steps()) == seen


def test_heaps_of_marks_are_capped_in_long_texts() -> None:
    folded = fold("a" + "\u0316\u0301" * 5_000, Steps())
    assert sum(1 for char in folded if unicodedata.combining(char)) <= 30


def test_a_stretch_ends_after_the_selector_of_its_last_sign() -> None:
    assert trace("❤\ufe0f x", Steps()).span(0, 1) == (0, 2)


def test_a_stretch_does_not_cut_a_ligature() -> None:
    assert trace("ﬁt", Steps()).span(0, 1) is None


def test_the_table_of_lookalikes_is_fresh() -> None:
    """Otherwise: python -m tests.text.lookalikes_source."""
    assert TABLE.read_text(encoding="utf-8") == written()
