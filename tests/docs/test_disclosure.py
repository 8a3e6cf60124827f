"""The page about disclosure: its document loads and does what it says, and its record is one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from policyengine.shipped import shipped
from tests.kinds.disclosure.made_up import found
from tests.sets import policies

TEXT = (Path(__file__).parents[2] / "docs" / "disclosure.md").read_text(encoding="utf-8")
DOCUMENT, RECORD = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)


def post(text: str, **more: Any) -> dict[str, Any]:
    base = {"type": "content", "id": "p", "platform": "instagram", "format": "image", "markets": ["NO"], "text": text}
    return {**base, "sponsorship": {"connection": "paid", **more}}


def test_the_document_of_the_page_does_what_it_says() -> None:
    law = policies(DOCUMENT)
    assert found(post("Annonse: brød"), law) == {}
    assert found(post("brød"), law) == {"no_label": "fail block"}
    assert found(post("#collab brød"), law) == {"unclear_label": "fail block"}
    assert found(post("gave: brød", connection="gifted"), law) == {"label_to_judge": "fail hold"}
    assert found(post("et samarbeid: brød"), law) == {"label_to_judge": "fail hold"}


def test_the_record_of_the_page_is_one() -> None:
    record = {"type": "content", "id": "p", "markets": ["GB"], **yaml.safe_load(RECORD)}
    assert policies(DOCUMENT).check_record(record) == ()


def test_the_page_names_every_market_with_a_document() -> None:
    named = re.search(r"have a document: (.*?)\. A post", TEXT, re.DOTALL)
    assert named is not None
    shipped_ones = {
        body["jurisdiction"]
        for file in shipped("policies").glob("disclosure/??.yaml")
        for body in yaml.safe_load_all(file.read_text(encoding="utf-8"))
        if body.get("labels")
    }
    assert set(re.findall(r"[A-Z]{2}", named[1])) == shipped_ones


def test_every_document_says_that_it_is_no_legal_advice() -> None:
    for file in shipped("policies").glob("disclosure/??.yaml"):
        for body in yaml.safe_load_all(file.read_text(encoding="utf-8")):
            assert "This is not legal advice" in body["description"], f"{file.name}: {body['id']}"
