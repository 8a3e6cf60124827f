"""What a suite may expect of freezes, hit and missed, and votes for what is still allowed."""

from __future__ import annotations

import pytest

from policyengine.verify.running import run_all
from policyengine.verify.suite import read_suites
from tests.kinds.freezing import DIRECTORY, POLICY
from tests.sets import loaded

SUITE = """\
kind: test
policies: [freeze.crisis]
at: 2026-03-02T12:00:00Z
records:
  post:
    {type: content, platform: x, markets: [GB], author: {id: cy}, labels: [statement],
     scheduled_at: 2026-03-02T14:00:00Z}
  smoke: {type: freeze_order, by: hel, markets: [GB], from: 2026-03-02T10:00:00Z, exempt: [{record: post, by: cy}]}
cases:
  - case: the case
    related: [{base: smoke}, post]
"""


def differences(case: str) -> list[str]:
    """Return what is not as a case expects."""
    suite = SUITE.replace("{base: smoke}, post", "smoke" if "record: post" in case else "post")
    body = "".join(f"    {line}\n" for line in case.splitlines())
    found = loaded(DIRECTORY, POLICY, suite + body)
    assert found.assembly is not None, found.diagnostics
    read = read_suites(found.assembly)
    assert not read.diagnostics, [d.message for d in read.diagnostics]
    (result,) = run_all(read.trials)
    return [f"{d.what}: {d.expected} ≠ {d.seen}" for d in result.differences]


SEEN = {
    "a record that is frozen": """\
record: post
expect:
  freezes:
    freeze.crisis:
      {status: frozen, order: smoke, by: hel, since: 2026-03-02, until: 2026-03-03, through: [], waits_for: [statement],
       ignored: [cy], missing: []}
""",
    "the order": """\
record: smoke
expect: {fails: [freeze.crisis/counts], frozen: [], freezes: {freeze.crisis: {status: stands, caught: [post]}}}
""",
    "what holds alone": "record: post\nexpect: {frozen: {freeze.crisis: 2026-03-03T10:00:00Z}}",
    "a vote for what is still allowed": """\
record: post
steps: [{approve: statement, by: duo}]
expect: {outcome: allow, frozen: [], freezes: {freeze.crisis: {status: allowed, through: [duo]}}}
""",
}


@pytest.mark.parametrize("case", SEEN.values(), ids=SEEN)
def test_what_is_as_expected_passes(case: str) -> None:
    assert differences(case) == []


MISSED = {
    "how an order stands": (
        "record: post\nexpect: {freezes: {freeze.crisis: {status: void, by: gen, until: 2026-03-04, ignored: []}}}",
        [
            "freezes freeze.crisis status: void ≠ frozen",
            "freezes freeze.crisis by: gen ≠ hel",
            "freezes freeze.crisis until: 2026-03-04 ≠ 2026-03-03T10:00:00Z",
            "freezes freeze.crisis ignored: none ≠ cy",
        ],
    ),
    "that nothing freezes it": ("record: post\nexpect: {freezes: {}}", ["freezes: none ≠ freeze.crisis"]),
    "that nothing holds it": ("record: post\nexpect: {frozen: []}", ["frozen: none ≠ freeze.crisis"]),
    "what an order catches": (
        "record: smoke\nexpect: {fails: [freeze.crisis/counts], freezes: {freeze.crisis: {caught: []}}}",
        ["freezes freeze.crisis caught: none ≠ post"],
    ),
    "a freeze that is over": (
        "record: post\nat: 2026-03-05T12:00:00Z\nexpect: {freezes: {freeze.crisis: {status: frozen}}}",
        ["freezes freeze.crisis: a freeze ≠ none"],
    ),
}


@pytest.mark.parametrize(("case", "expected"), MISSED.values(), ids=MISSED)
def test_what_is_not_as_expected_is_told_with_both_sides(case: str, expected: list[str]) -> None:
    assert differences(case) == expected


def test_a_freeze_that_nobody_knows_is_reported() -> None:
    found = loaded(
        DIRECTORY, POLICY, SUITE + "    record: post\n    expect: {freezes: {freeze.crisi: {status: frozen}}}\n"
    )
    assert found.assembly is not None
    assert [(d.code, d.help) for d in read_suites(found.assembly).diagnostics] == [
        ("PE600", "did you mean `freeze.crisis`?"),
    ]
