"""Every rule of the kind, hit and not hit, by named cases over made-up law."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from policyengine.kinds.disclosure.rules import ABOUT
from tests.kinds.disclosure.made_up import HERE, found, judged, law, paid

GROUPS: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load((HERE / "cases.yaml").read_text(encoding="utf-8"))
CASES = [(rule, name) for rule, cases in GROUPS.items() for name in cases]
ORDINARY = {"category", "image_mention", "virtual_person", "synthetic_media", "unregistered", "conditional_incentive"}


@pytest.mark.parametrize(("rule", "name"), CASES, ids=[f"{rule}: {name}" for rule, name in CASES])
def test_a_post_is_judged_as_described(rule: str, name: str) -> None:
    case = dict(GROUPS[rule][name])
    expected = case.pop("expect")
    assert found(paid(case.pop("market", "GB"), case.pop("text", None), **case)) == expected


def test_every_rule_has_a_case_that_hits_and_one_that_does_not() -> None:
    assert set(GROUPS) == {*ABOUT, *ORDINARY, "no_facts"}
    for rule, cases in GROUPS.items():
        hits = [rule in case["expect"] for case in cases.values()]
        assert any(hits), rule
        assert not all(hits), rule


def test_no_record_of_the_cases_has_a_fault() -> None:
    for rule, name in CASES:
        case = {key: value for key, value in GROUPS[rule][name].items() if key != "expect"}
        record = paid(case.pop("market", "GB"), case.pop("text", None), **case)
        assert law().check_record(record) == (), f"{rule}: {name}"


def test_messages_begin_small_and_end_without_a_full_stop() -> None:
    for rule, name in CASES:
        case = {key: value for key, value in GROUPS[rule][name].items() if key != "expect"}
        record = paid(case.pop("market", "GB"), case.pop("text", None), **case)
        for finding in judged(record).findings:
            if finding.rule in ABOUT or finding.rule == "no_facts":
                assert finding.message[0] == "`" or finding.message[0].islower(), finding.message
                assert not finding.message.endswith("."), finding.message
                assert finding.verdict != "fail" or finding.fix, finding.rule


def test_a_finding_names_its_place_its_line_its_market_and_who_releases_it() -> None:
    record = paid(text="rye", set={"sponsorship.disclosures": [{"where": "overlay", "text": "ad", "legible": False}]})
    (finding,) = judged(record).findings
    assert finding.path == ("sponsorship", "disclosures", 0, "legible")
    assert finding.markets == ("GB",)
    assert finding.confidence == "high"
    assert finding.source is not None
    lines = (HERE / "packs.yaml").read_text(encoding="utf-8").splitlines()
    assert lines[finding.source.line - 1].startswith("  legible:")
    (held,) = judged(paid(text="gifted: rye", set={"sponsorship.connection": "gifted"})).findings
    assert (held.released_by, held.severity, held.field) == ("team legal", "medium", "text")


def test_the_strictest_market_wins_and_each_is_named() -> None:
    record = paid(text="Sponsored: rye", set={"markets": ["FR", "GB"], "language": "en"})
    decision = judged(record)
    assert decision.by_market == {"FR": "hold", "GB": "block"}
    assert decision.outcome == "block"
    assert [(f.rule, f.markets) for f in decision.findings] == [("unclear_label", ("GB",)), ("language", ("FR",))]


def test_the_fix_names_a_label_for_the_connection_and_the_language() -> None:
    (finding,) = judged(paid(text="rye")).findings
    assert finding.fix == "begin with `Ad`"
    (finding,) = judged(paid("FR", "seigle")).findings
    assert finding.fix == "begin with `Publicité`"
