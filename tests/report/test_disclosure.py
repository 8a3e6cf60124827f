"""The labels of a post in an explanation: the caption with the fold, each label, each market, what mends it."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import Any

import pytest

from policyengine.report.explanation import Shown, render
from policyengine.report.ink import Ink
from policyengine.report.json import encode
from policyengine.report.snippet import width
from tests.kinds.disclosure.remedies import ONLY, post, shipped
from tests.report.test_hostile import HOSTILE
from tests.sets import AT

_ACTING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
FOLD = "instagram shows 125 characters or 2 lines"
WIDEST = 88


def explained(record: dict[str, Any]) -> Any:
    """Return the explanation by the shipped disclosure policies."""
    return shipped().explain(record, at=AT, only=ONLY, changes=False)


def drawn(record: dict[str, Any], *, signs: bool = True) -> list[str]:
    """Return the lines about labels."""
    page = render(explained(record), Shown(place="post.md:1", subject="content p1", ink=Ink(signs=signs)))
    lines = page.split("\n")
    start = lines.index("labels:")
    end = next((at for at, line in enumerate(lines) if at > start and not line), len(lines))
    return lines[start + 1 : end]


def beside(**entry: Any) -> dict[str, Any]:
    """Return a paid connection with one disclosure beside the caption."""
    return {"connection": "paid", "brand": {"name": "Oven Co"}, "frame_count": 3, "disclosures": [entry]}


def test_the_fold_is_drawn_where_the_platform_cuts_the_caption() -> None:
    assert drawn(post(["GB"], text="Two loaves before breakfast. " * 4 + "And then #ad, as ever")) == [
        "  │ Two loaves before breakfast. Two loaves before breakfast. Two loaves before breakfast.",
        "  │ Two loaves before breakfast. And then",
        f"  ┄┄┄┄ the fold: {FOLD}; what follows is seen only once the post is opened",
        "  │ ⟦1 #ad⟧, as ever",
        "  1 `#ad` in the caption, characters 126 to 128, behind the fold",
        f"      GB: accepted, but `#ad` stands behind the fold: {FOLD}",
        "  GB (disclosure.gb): block: a label is owed: the connection is `paid`",
        f"      behind_fold: `#ad` stands behind the fold: {FOLD}",
        "  what mends it for GB: begin with `Ad`, and switch on the platform's own label",
    ]


def test_a_fold_that_differs_between_devices_is_drawn_twice() -> None:
    lines = drawn(post(["GB"], platform="tiktok", text="รถ" * 200))
    assert [line for line in lines if "┄" in line] == [
        "  ┄┄┄┄ the fold on some devices: tiktok shows 55 characters or 1 line",
        "  ┄┄┄┄ the fold on the others; what follows is seen only once the post is opened",
    ]


def test_a_line_break_may_be_the_fold() -> None:
    lines = drawn(post(["GB"], text="one\ntwo\nthree #ad"))
    assert [line.split(":")[0].strip() for line in lines[:4]] == ["│ one", "│ two", "┄┄┄┄ the fold", "│ three ⟦1 #ad⟧"]


def test_where_all_of_it_is_seen_that_is_said_and_stories_have_no_fold() -> None:
    assert f"  ┄┄┄┄ all of it is seen: {FOLD}" in drawn(post(["GB"], text="Ad: rye"))
    assert not [line for line in drawn(post(["GB"], "story_image", text="Ad: rye")) if "┄" in line]


def test_each_market_says_what_it_makes_of_each_label() -> None:
    lines = drawn(post(["DE", "ES", "GB"], text="#ad my rye #Werbung"))
    assert lines[2:9] == [
        "  1 `#ad` in the caption, characters 1 to 3, before the fold",
        "      GB: accepted",
        "      ES: insufficient",
        "      DE: to be judged: a person judges whether `#ad` is clear enough in DE",
        "  2 `#Werbung` in the caption, characters 12 to 19, before the fold",
        "      DE: accepted",
        "  DE (disclosure.de): allow: a label is owed: the connection is `paid`",
    ]


@pytest.mark.parametrize(
    ("form", "entry", "place"),
    [
        ("story_image", {"where": "overlay", "text": "Ad", "frames": [1, 3]}, "in the picture, entry 1, on slide 1, 3"),
        ("story_image", {"where": "overlay", "text": "Ad", "frames": "all"}, "in the picture, entry 1, on every slide"),
        ("video", {"where": "overlay", "text": "Ad", "from_s": 2, "until_s": 4.5}, "entry 1, from 2 s to 4.5 s"),
        ("audio", {"where": "audio", "text": "Ad", "from_s": 0}, "entry 1, from 0 s (its end is not told)"),
        ("livestream", {"where": "audio", "text": "Ad", "from_s": 0, "repeat_every_s": 900}, "every 900 s"),
        ("image", {"where": "overlay", "text": "not an ad"}, "`not an ad` in the picture, entry 1"),
        ("image", {"where": "first_comment", "text": "Ad"}, "`Ad` in the first comment, entry 1"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_label_beside_the_caption_tells_where_it_stands(form: str, entry: dict[str, Any], place: str) -> None:
    lines = drawn(post(["GB"], form, text="rye", sponsorship=beside(**entry)))
    assert next(line for line in lines if line.startswith("  1 ")).endswith(place)


def test_the_place_in_a_run_of_tags_is_told() -> None:
    lines = drawn(post(["GB"], text="a #one #two #three #ad #five"), signs=False)
    assert "  | a #one #two #three [1 #ad] #five" in lines
    assert "  1 `#ad` in the caption, characters 20 to 22, before the fold, tag 4 of 5" in lines


def test_words_that_no_document_knows_and_places_that_do_not_count() -> None:
    lines = drawn(post(["GB"], sponsorship=beside(where="profile", text="広告")))
    assert "      GB: not known: a label in the profile alone does not count" in lines


def test_of_the_union_it_is_said_whose_law_speaks() -> None:
    lines = drawn(post(["EU"], text="Ad: rye"))
    assert "      EU (disclosure.ie) EU (disclosure.nl): accepted" in lines


def test_where_nothing_does_the_rule_is_named() -> None:
    lines = drawn(post(["GB"], language="fr", platform="reddit"))
    assert lines[-2:] == [
        "  for GB no label does:",
        "      disclosure.gb/language (GB): `Ad` is not in the language of the post (fr)",
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("パンを焼きました。" * 40, id="Japanese"),
        pytest.param("ขนมปังอร่อยมากๆ " * 30, id="Thai"),
        pytest.param("صباح الخير " * 50, id="Arabic"),
        pytest.param("👩‍💻" * 200, id="joined emoji"),
    ],
)
def test_wide_and_joined_letters_are_wrapped_between_signs(text: str) -> None:
    rows = [line.removeprefix("  │ ") for line in drawn(post(["GB"], platform="reddit", text=text)) if "│" in line]
    assert "".join(row.replace(" ", "") for row in rows) == text.replace(" ", "")
    assert all(width(row) <= WIDEST for row in rows)
    assert not [row for row in rows if row.startswith("\u200d")]


def test_a_long_caption_is_shown_up_to_where_something_stands() -> None:
    lines = drawn(post(["GB"], text="Ad: " + "rye and oats " * 100))
    assert "more characters)" in lines[next(at for at, line in enumerate(lines) if "more" in line)]
    assert len(lines) < 200


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_stays_harmless(text: str) -> None:
    record = post(["EU", "GB"], text=f"{text} #ad\n{text}")
    record["sponsorship"] |= {"disclosures": [{"where": "overlay", "text": text}, {"where": "audio", "text": "Ad"}]}
    record["sponsorship"]["brand"] = {"name": text, "handle": text}
    page = render(explained(record), Shown(place="post.md:1", subject="content p1"))
    assert _ACTING.search(page) is None
    assert not [line for line in page.split("\n") if line.startswith("::") or "##[" in line]
    json.loads(encode(explained(record).to_dict(), indent=2))


def test_the_explanation_as_data_has_offsets_that_fit_the_text() -> None:
    record = post(["GB"], text="👩‍💻 🥖 rye #ad", platform="tiktok")
    found = json.loads(encode(explained(record).to_dict(), indent=0))["labels"]
    (label,) = found["labels"]
    assert record["text"][label["start"] : label["end"]] == label["text"] == "#ad"
    assert (label["where"], label["fold"], label["says"][0]["status"]) == ("text", "yes", "accepted")
    assert found["markets"][0]["policy"] == "disclosure.gb"
    places = [one["start"] for one in found["labels"]]
    assert all(a <= b for a, b in pairwise(places))


def test_records_without_labels_have_none() -> None:
    assert explained({"type": "content", "id": "p1", "markets": ["NO"], "text": "rye"}).to_dict()["labels"] is None
