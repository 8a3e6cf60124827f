"""The page about overlays: its documents load together, and do what it says."""

from __future__ import annotations

import re
from pathlib import Path

from tests.sets import AT, policies

TEXT = (Path(__file__).parents[2] / "docs" / "overlays.md").read_text(encoding="utf-8")
DRINK = {"type": "content", "id": "p", "category": "alcohol", "use": "paid", "author": {"age": 17}}


def test_the_documents_of_the_page_do_what_it_says() -> None:
    given = policies(*re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL))
    assert [d.code for d in given.assembly.warnings] == ["PE200"]
    german = given.evaluate({**DRINK, "markets": ["DE"], "labels": []}, at=AT, only=["ads.*"])
    assert german.rules("fail") == ("ads.young_audiences_de/no_drinks", "ads.young_audiences_de/not_for_minors")
    archived = given.evaluate({**DRINK, "markets": ["GB"], "labels": ["archive"]}, at=AT, only=["ads.*"])
    assert (archived.outcome, archived.rules("fail")) == ("flag", ("ads.young_audiences_archive/not_for_minors",))
    untold = given.evaluate({**DRINK, "labels": []}, at=AT, only=["ads.*"])
    assert {f.policy for f in untold.findings} == {"ads.young_audiences", "ads.young_audiences_de"}
