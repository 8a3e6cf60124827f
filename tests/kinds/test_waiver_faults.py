"""Waivers as they are written: every fault at its place, how long one may last, which two overlap."""

from __future__ import annotations

import pytest

from tests.kinds.waiving import FOR_GB, LINKS, PEOPLE, WAIVER, judged, waived_set, waiver
from tests.sets import faults, loaded

# What is wrong as it is written ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param(
            [("rule: tagged", "rule: taged")], "4:7 PE380 `links.tagged` has no rule `taged`", id="an unknown rule"
        ),
        pytest.param(
            [("policy: links.tagged", "policy: links.taged")],
            "3:9 PE205 unknown policy `links.taged`",
            id="an unknown policy",
        ),
        pytest.param(
            [("policy: links.tagged", "policy: waiver.line_trial")],
            "4:7 PE380 `waiver.line_trial` has no rule `tagged`",
            id="a policy without rules",
        ),
        pytest.param([("person: kim", "person: kin")], "7:23 PE208 unknown person `kin`", id="an unknown approver"),
        pytest.param([("expires: 2026-07-31\n", "")], "1:1 PE121 `expires` is missing", id="without an end"),
        pytest.param(
            [("2026-07-31", "2026-07-31\napproved_at: 2026-04-01")],
            "9:10 PE383 `waiver.line_trial` lasts longer than 90d",
            id="too long",
        ),
        pytest.param(
            [("2026-07-31", "2026-05-31\nfrom: 2026-06-01")],
            "9:10 PE311 `waiver.line_trial` expires on 2026-05-31, before it begins on 2026-06-01",
            id="it ends before it begins",
        ),
        pytest.param(
            [("{campaign: spring_26, platform: line}", "{}")],
            "5:10 PE107 an empty condition says nothing",
            id="an empty scope",
        ),
        pytest.param(
            [("{campaign: spring_26, platform: line}", "{all_of: [{platform: line}, {platform: x}]}")],
            "5:10 PE385 no record fits the scope of `waiver.line_trial`",
            id="a scope for no record",
        ),
        pytest.param(
            [("{campaign: spring_26, platform: line}", "{platfrom: line}")],
            "5:11 PE102 unknown field `platfrom` of content",
            id="a misspelt field",
        ),
        pytest.param([("ticket:", "markets: [gb]\nticket:")], "8:11 PE211 `gb` is not a market", id="no market"),
    ],
)
def test_a_faulty_waiver_is_told_at_its_place(changes: list[tuple[str, str]], expected: str) -> None:
    assert faults(waiver(*changes), PEOPLE, LINKS) == [expected]


def test_a_rule_that_may_not_be_waived() -> None:
    firm = LINKS.replace("then: hold,", "then: hold, waivable: no,")
    assert faults(WAIVER, PEOPLE, firm) == ["4:7 PE381 `links.tagged/tagged` cannot be waived"]


@pytest.mark.parametrize(
    ("waivable", "expected"),
    [
        ("{by: {role: consel}}", "PE207 unknown role `consel`"),
        ("{by: {team: legl}}", "PE202 unknown team `legl`"),
        ("{by: {person: kin}}", "PE208 unknown person `kin`"),
        ("{at_most: 8h}", "PE122 `at_most` takes days, weeks or months"),
        ("never", "PE122 `waivable` takes `no`, or who may waive it"),
    ],
)
def test_who_may_waive_is_known(waivable: str, expected: str) -> None:
    (fault,) = faults(LINKS.replace("then: hold,", f"then: hold, waivable: {waivable},"), PEOPLE)
    assert fault.endswith(expected)


@pytest.mark.parametrize(
    ("severity", "last", "next_"),
    [
        ("critical", "2026-06-08", "2026-06-09"),
        ("high", "2026-07-01", "2026-07-02"),
        ("medium", "2026-08-30", "2026-08-31"),
        ("low", "2027-06-01", "2027-06-02"),
    ],
)
def test_the_most_depends_on_the_severity(severity: str, last: str, next_: str) -> None:
    links = LINKS.replace("then: hold,", f"then: hold, severity: {severity},")
    for expires, good in ((last, True), (next_, False)):
        text = waiver(("2026-07-31", expires), more="approved_at: 2026-06-01\n")
        assert (faults(PEOPLE, links, text) == []) is good


def test_the_rule_may_say_how_long() -> None:
    links = LINKS.replace("then: hold,", "then: hold, waivable: {at_most: 2 months},")
    assert faults(PEOPLE, links, waiver(more="approved_at: 2026-05-31\n")) == []
    (fault,) = faults(PEOPLE, links, waiver(more="approved_at: 2026-05-30\n"))
    assert fault.endswith("PE383 `waiver.line_trial` lasts longer than 2 months")


# Overlaps -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "shown"),
    [
        pytest.param("{platform: line}", "{platform: line}", True, id="the same"),
        pytest.param(
            "{platform: line, campaign: a}", "{campaign: a, platform: line}", True, id="the same in another order"
        ),
        pytest.param("{platform: line}", "{platform: line, campaign: a}", True, id="one inside the other"),
        pytest.param("{platform: [line, x]}", "{platform: [x, vk]}", True, id="a value in common"),
        pytest.param("{campaign: a}", "{campaign: A}", False, id="capitals are other letters"),
        pytest.param("{platform: line}", "{platform: x}", False, id="no value in common"),
        pytest.param("{platform: line, campaign: a}", "{platform: x, campaign: a}", False, id="one field apart"),
        pytest.param("{platform: line}", "{campaign: a}", False, id="it cannot be shown"),
        pytest.param(
            "{labels: {includes: a}}", "{labels: {includes: a}, platform: x}", True, id="any other test that both ask"
        ),
        pytest.param("{labels: {includes: a}}", "{labels: {includes: b}}", False, id="another test on the same field"),
        pytest.param(
            "{platform: line}", "{platform: [line, x], not: {platform: line}}", False, id="shut out by another test"
        ),
        pytest.param(
            "{platform: [line, x]}",
            "{platform: line, not: {campaign: a}}",
            True,
            id="all values inside, beside another test",
        ),
    ],
)
def test_an_overlap_is_told_where_it_can_be_shown(one: str, other: str, shown: bool) -> None:  # noqa: FBT001 - a case's parameter
    scope = "{campaign: spring_26, platform: line}"
    texts = [waiver((scope, one)), waiver((scope, other), ("line_trial", "other"))]
    for order in (texts, texts[::-1]):
        found = loaded(*order, PEOPLE, LINKS).diagnostics
        errors = [d for d in found if d.severity == "error"]
        assert [d.code for d in errors] == (["PE384"] if shown else [])
        for fault in errors:
            assert fault.span is not None
            assert [r.span.file for r in fault.related] == ["0.yaml"]
            assert (fault.span.file, fault.span.line, fault.span.column) == ("1.yaml", 5, 10)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([("rule: tagged", "rule: short")], id="another rule"),
        pytest.param([("2026-07-31", "2026-09-30\nfrom: 2026-08-01")], id="the days after it"),
        pytest.param([("ticket:", "markets: [DE]\nticket:")], id="another market"),
    ],
)
def test_waivers_that_never_count_together_do_not_overlap(changes: list[tuple[str, str]]) -> None:
    one = waiver(more="markets: [GB]\n") if "markets" in changes[0][1] else WAIVER
    assert faults(PEOPLE, LINKS, one, waiver(("line_trial", "other"), *changes)) == []


def test_the_order_of_waivers_means_nothing() -> None:
    one, other = FOR_GB, waiver(("line_trial", "de_trial"), more="markets: [DE]\n")
    first, second = judged(waived_set(one, other)).to_dict(), judged(waived_set(other, one)).to_dict()
    places = ["source", "policies"]
    for decision in (first, second):
        for finding in decision["findings"]:
            finding.pop(places[0])
    assert first == second
