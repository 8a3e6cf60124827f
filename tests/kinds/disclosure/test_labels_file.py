"""The shipped packs beside the file of labels that they express: field by field, and by mechanical minimal pairs.

    DISCLOSURE_LABELS=…/disclosure_labels.json python -m pytest tests/kinds/disclosure/test_labels_file.py

Without the variable these tests are skipped: the file is not part of the project.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from policyengine.evaluate.engine import PolicySet
from policyengine.kinds.disclosure.struct import Disclosure
from policyengine.shipped import shipped
from tests.kinds.disclosure.labels_file import AT, Pair, markets, post
from tests.kinds.disclosure.pairs_of_labels import of_labels
from tests.kinds.disclosure.pairs_of_laws import of_laws
from tests.kinds.disclosure.pairs_of_places import of_places

FILE = os.environ.get("DISCLOSURE_LABELS")
PACKS = markets(Path(FILE)) if FILE else {}
LABELLED = {market: pack for market, pack in PACKS.items() if market != "EU"}
pytestmark = pytest.mark.skipif(FILE is None, reason="DISCLOSURE_LABELS names no file")


@cache
def library() -> PolicySet:
    return PolicySet.load(shipped("policies"))


@cache
def documents() -> dict[str, Disclosure]:
    bodies = [document.body for document in library().assembly.documents]
    return {body.jurisdiction: body for body in bodies if isinstance(body, Disclosure) and body.labels}


def fault(pair: Pair) -> str | None:
    """Return what is wrong with a pair, None when the policies say what the file says."""
    decision = library().evaluate(pair.record, at=pair.at, only=("disclosure.*",))
    got = "pass" if decision.outcome in {"allow", "flag"} else decision.outcome
    rules = {name.partition("/")[2] for name in decision.decided_by}
    if got == pair.expected and (not pair.rules or got == "pass" or rules & set(pair.rules)):
        return None
    return f"{pair.name}: expected {pair.expected} {'|'.join(pair.rules)}, got {decision.outcome} {sorted(rules)}"


@pytest.mark.parametrize("market", sorted(LABELLED))
def test_every_minimal_pair_of_the_file_is_judged_as_it_says(market: str) -> None:
    pack = LABELLED[market]
    made = [pair for part in (of_labels, of_places, of_laws) for pair in part(market, pack)]
    assert len(made) > 100
    assert {pair.expected for pair in made} == {"pass", "hold", "block"}
    faults = [found for pair in made if (found := fault(pair)) is not None]
    assert faults == []


@pytest.mark.parametrize("market", sorted(LABELLED))
def test_every_list_of_the_file_stands_in_the_document(market: str) -> None:
    pack, body = LABELLED[market], documents()[market]
    assert {_label(g, word) for g in pack["labels"] for word in g["labels"]} <= {
        (word, tuple(sorted("*" if whose == "all connections" else whose for whose in group.for_)), group.then)
        for group in body.labels or ()
        for word in group.accept
    }
    assert set(pack["secondary"]) == set(body.beside_a_label or ())
    assert set(pack["insufficient"]) == set(body.not_enough or ())
    assert pack["languages"] == body.languages
    assert pack["confidence"] == body.confidence


def _label(group: dict[str, Any], word: str) -> tuple[str, tuple[str, ...], str | None]:
    return word, tuple(sorted(group["connections"])), {"ok": None, "review": "hold"}[group["verdict"]]


def test_what_platforms_ask_for_stands_in_their_document() -> None:
    asked = json.loads(Path(FILE or "").read_text(encoding="utf-8"))["platforms"]
    (synthetic,), (paid_label,) = asked["synthetic_media"], asked["paid_label_mandatory"]
    for platform in [*synthetic["platforms"], "x", "blog"]:
        for labelled in (True, False):
            made = {"medium": "video", "ai_generated": True, "resembles_real_person": True, "ai_label": labelled}
            own = {"sponsorship__connection": "none", "platform": platform, "media": [made]}
            held = platform in synthetic["platforms"] and not labelled
            pair = Pair(platform, post("US", "A loaf", "en", **own), "hold" if held else "pass", ("synthetic_media",))
            assert fault(pair) is None
    for platform in [*paid_label["platforms"], "facebook", "x"]:
        for connection in ("paid", "gifted_with_control", "ambassador", "event_trip", "gifted", "affiliate"):
            record = post("US", "Ad: a loaf", "en", platform=platform, sponsorship__connection=connection)
            decision = library().evaluate(record, at=AT, only=("disclosure.*",))
            flagged = platform in paid_label["platforms"] and connection in paid_label["when"]["connection"]
            assert decision.outcome == ("flag" if flagged else "allow"), (platform, connection)
