"""The page about choices: its documents load, its decision counts."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from policyengine.core.reader_yaml import read_yaml
from tests.sets import policies

TEXT = (Path(__file__).parents[2] / "docs" / "choices.md").read_text(encoding="utf-8")
PLAN = {"type": "plan", "id": "week-9"}


def test_the_documents_and_the_decision_of_the_page_work_together() -> None:
    documents, decision = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    given, at = policies(documents), datetime(2026, 3, 2, 12, tzinfo=UTC)
    record = read_yaml(decision, "decision.yaml").documents[0].plain()
    assert isinstance(record, dict)
    assert given.evaluate(record, at=at).findings == ()
    stages = {s.stage: s.status for s in given.evaluate(PLAN, at=at, related=[record]).approvals[0].stages}
    assert stages == {"market": "pending", "head": "skipped"}
    assert given.evaluate(PLAN, at=at).rules() == ("choices.publishing_model/missing",)


def test_the_page_lists_the_findings_that_there_are() -> None:
    from policyengine.shapes import choosing

    source = Path(choosing.__file__).read_text(encoding="utf-8")
    made = set(re.findall(r'Fault\([^)]*rule="([a-z_]+)"', source))
    listed = {name for row in re.findall(r"^\| (`.*?) \|", TEXT, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    assert made == listed
