"""Places in texts: the fold of a platform, the beginning, the end, runs of tags."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyengine.kinds.disclosure.onscreen import covered
from policyengine.kinds.disclosure.words import (
    at_end,
    at_start,
    fold_in_words,
    place_in_run,
    seen_before_fold,
    words_in,
)


@pytest.mark.parametrize(
    ("platform", "before", "expected"),
    [
        ("instagram", 123, "yes"),
        ("instagram", 124, "no"),
        ("tiktok", 53, "yes"),
        ("tiktok", 54, "on some devices"),
        ("tiktok", 98, "on some devices"),
        ("tiktok", 99, "no"),
        ("x", 278, "yes"),
        ("mastodon", 400, "yes"),
        ("blog", 4000, "yes"),
    ],
)
def test_a_label_of_two_letters_is_seen_up_to_the_fold(platform: str, before: int, expected: str) -> None:
    assert seen_before_fold("a" * before + "ad", before, before + 2, platform) == expected


def test_signs_are_counted_as_readers_see_them() -> None:
    families = "👩‍👩‍👧" * 123
    assert seen_before_fold(families + "ad", len(families), len(families) + 2, "instagram") == "yes"


def test_an_untold_platform_leaves_open_what_does_not_come_first() -> None:
    assert seen_before_fold("✨ ad", 2, 4, None) == "yes"
    assert seen_before_fold("so ad", 3, 5, None) is None


def test_the_fold_is_said_in_words() -> None:
    assert fold_in_words("instagram") == "instagram shows 125 characters or 2 lines"
    assert fold_in_words("tiktok") == "tiktok shows 55 characters or 1 line"
    assert fold_in_words("x") == "x shows 280 characters"
    assert fold_in_words(None) == "the platform is not told"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("one two", 2),
        ("@a #b https://x.example/y", 0),
        ("it's 5.5 kg", 3),
        ("Oven Co, oven co!", 0),
        ("— ✨ •", 0),
    ],
)
def test_words_are_counted_without_names_tags_and_links(text: str, expected: int) -> None:
    assert words_in(text, ("Oven Co",)) == expected


def test_the_beginning_and_the_end() -> None:
    text = "one two AD three four AD"
    assert at_start(text, 8, ())
    assert not at_start(text, 22, ())
    assert at_end(text, 22, 24, ())
    assert not at_end(text, 8, 10, ())
    assert not at_end("AD", 0, 2, ())


@pytest.mark.parametrize(
    ("text", "tag", "expected"),
    [
        ("x #a #b #ad", "#ad", (3, 3)),
        ("#ad #b", "#ad", (1, 2)),
        ("#a, #b • #ad\n#c", "#ad", (3, 4)),
        ("#a#b#ad", "#ad", (3, 3)),
        ("#a #b text #ad #c", "#ad", (1, 2)),
        ("#a #b #ad text #c", "#ad", (3, 3)),
        ("no tag", "no", None),
    ],
)
def test_the_place_in_a_run_of_tags(text: str, tag: str, expected: tuple[int, int] | None) -> None:
    assert place_in_run(text, text.index(tag)) == expected


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=8))
def test_stretches_cover_what_their_seconds_counted_one_by_one_do(spans: list[tuple[int, int]]) -> None:
    counted = {second for start, end in spans for second in range(start, end)}
    assert covered(spans) == len(counted)
