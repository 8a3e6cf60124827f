"""What falls due, as one pure function: dates that policies carry, what is settled, order, and the index behind it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyengine.core.duration import Duration
from policyengine.core.facts import Facts, read_facts
from policyengine.evaluate.due import Due, Wanted, due
from policyengine.evaluate.due.row import lateness
from policyengine.evaluate.of_set import judge_set
from policyengine.evaluate.related import Records
from policyengine.language.environment import Env
from policyengine.policyset.units import Assembly
from policyengine.shapes.gate import Gate
from policyengine.shapes.material import material
from policyengine.shapes.naming import Index, Naming, naming
from tests.sets import policies, types

AT = datetime(2026, 6, 15, 12, tzinfo=UTC)
DIRECTORY = """\
kind: directory
id: directory
owner: analytics
teams: [analytics, legal]
people: {ana: {team: analytics, roles: [head]}, ben: {team: legal, roles: [counsel]}, cy: {team: analytics}}
"""


def check(extra: str) -> str:
    return (
        "kind: check\nid: links.short\ntitle: Links are ours\nowner: analytics\napplies_to: content\n"
        f"rules: [{{id: short, when: {{links: {{some: {{shortened: true}}}}}}, then: hold}}]\n{extra}"
    )


@cache
def assembled(*texts: str) -> Assembly:
    return policies(DIRECTORY, *texts).assembly


def found(*texts: str, records: tuple[dict[str, Any], ...] = (), at: datetime = AT, **wanted: Any) -> Due:
    assembly = assembled(*texts)
    return due(assembly, Records.of(records, assembly.types), at, Wanted(**wanted))


def said(result: Due) -> list[str]:
    """Return each row in words: `overdue policy links.short next=2026-05-04 last=2025-11-04 late=42d`."""
    rows = []
    for row in result.rows:
        words = [row.status, row.kind, row.policy]
        words += [f"next={row.to_dict()['next']}"] if row.next else []
        words += [f"last={row.last}"] if row.last else []
        words += [f"late={row.overdue_by}"] if row.overdue_by else []
        words += [f"missing={','.join(row.missing)}"] if row.status == "unproven" else []
        rows.append(" ".join(words))
    return rows


def looked_at(day: str, **facts: Any) -> dict[str, Any]:
    told = {"purpose": "policy", "concerns": ["links.short"], "completed_at": f"{day}T10:00:00Z"} | facts
    return {"type": "review", "id": f"r-{day}"} | told


# Policies' own reviews ------------------------------------------------------------------------------------------------

UPKEEP: dict[str, tuple[str, tuple[dict[str, Any], ...], list[str]]] = {
    "no review, no row": ("", (), []),
    "last says when": (
        "review: {every: 6 months, last: 2026-02-09}\n",
        (),
        ["upcoming policy links.short next=2026-08-09 last=2026-02-09"],
    ),
    "six months are over": (
        "review: {every: 6 months, last: 2025-11-04}\n",
        (),
        ["overdue policy links.short next=2026-05-04 last=2025-11-04 late=42d"],
    ),
    "a record of a review counts": (
        "review: {every: 6 months, last: 2025-11-04}\n",
        (looked_at("2026-05-20"),),
        ["upcoming policy links.short next=2026-11-20 last=2026-05-20"],
    ),
    "one that was cancelled does not": (
        "review: {every: 6 months, last: 2025-11-04}\n",
        (looked_at("2026-05-20", status="cancelled"),),
        ["overdue policy links.short next=2026-05-04 last=2025-11-04 late=42d"],
    ),
    "one for another purpose does not": (
        "review: {every: 6 months, last: 2025-11-04}\n",
        (looked_at("2026-05-20", purpose="kpi"),),
        ["overdue policy links.short next=2026-05-04 last=2025-11-04 late=42d"],
    ),
    "one of another policy does not": (
        "review: {every: 6 months, last: 2025-11-04}\n",
        (looked_at("2026-05-20", concerns=["links.long"]),),
        ["overdue policy links.short next=2026-05-04 last=2025-11-04 late=42d"],
    ),
    "one that is still to come does not": (
        "review: {every: 6 months, last: 2025-11-04}\n",
        (looked_at("2026-06-20"),),
        ["overdue policy links.short next=2026-05-04 last=2025-11-04 late=42d"],
    ),
    "nobody knows since when": ("review: {every: 6 months}\n", (), ["never policy links.short"]),
    "since it is in force": (
        "review: {every: 6 months}\neffective: {from: 2026-03-01}\n",
        (),
        ["upcoming policy links.short next=2026-09-01"],
    ),
    "by the quarter": (
        "review: {every: quarter, last: 2026-02-09}\n",
        (),
        ["upcoming policy links.short next=2026-06-30 last=2026-02-09"],
    ),
    "one that is over is left alone": (
        "review: {every: 6 months, last: 2025-11-04}\neffective: {until: 2026-06-01}\n",
        (),
        [],
    ),
}


@pytest.mark.parametrize("name", UPKEEP)
def test_policies_are_reviewed_themselves(name: str) -> None:
    extra, records, expected = UPKEEP[name]
    assert said(found(check(extra), records=records)) == expected


def test_the_owner_of_the_review_is_whose_it_is() -> None:
    (row,) = found(check("review: {every: 6 months, owner: legal, last: 2026-02-09}\n")).rows
    assert row.owner == "legal"


def test_an_assumption_is_reviewed_too() -> None:
    text = (
        "kind: assumption\nid: assumption.no_media\ntitle: A text post has no pictures\nowner: analytics\n"
        "applies_to: content\nonly_for: {format: text}\nfield: media\nis: []\nbecause: the scheduler leaves it out\n"
        "review: {every: 12 months, last: 2025-06-01}\n"
    )
    assert said(found(text)) == ["overdue assumption assumption.no_media next=2026-06-01 last=2025-06-01 late=14d"]


# Waivers --------------------------------------------------------------------------------------------------------------


def waiver(expires: str) -> str:
    return (
        "kind: waiver\nid: waiver.trial\npolicy: links.short\nrule: short\nrecords: {campaign: spring}\n"
        "because: the tool is on trial\napproved_by: {person: ben}\napproved_at: 2026-05-20\n"
        f"expires: {expires}\n"
    )


@pytest.mark.parametrize(
    ("expires", "expected"),
    [
        ("2026-06-30", "upcoming waiver waiver.trial next=2026-06-30"),
        ("2026-06-15", "upcoming waiver waiver.trial next=2026-06-15"),
        ("2026-06-14", "overdue waiver waiver.trial next=2026-06-14 late=1d"),
    ],
    ids=["it ends later", "its last day", "it is over"],
)
def test_waivers_end(expires: str, expected: str) -> None:
    result = found(check(""), waiver(expires))
    assert said(result) == [expected]
    assert result.rows[0].owner == "analytics"


# Choices --------------------------------------------------------------------------------------------------------------

CHOICE = """\
kind: choice
id: choices.model
owner: analytics
question: Which model credits conversions?
options: [last_click, markov]
may_decide: {role: head}
review: {every: 6 months}
"""


def decided(day: str, **facts: Any) -> dict[str, Any]:
    told = {"concerns": "choices.model", "chosen": "markov", "decided_by": "ana", "decided_at": f"{day}T10:00:00Z"}
    return {"type": "choice", "id": f"c-{day}"} | told | facts


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ((), "never choice choices.model"),
        ((decided("2026-02-03"),), "upcoming choice choices.model next=2026-08-03 last=2026-02-03"),
        ((decided("2025-10-03"),), "overdue choice choices.model next=2026-04-03 last=2025-10-03 late=73d"),
        (
            (decided("2026-02-03", review_at="2026-06-01T10:00:00Z"),),
            "overdue choice choices.model next=2026-06-01 last=2026-02-03 late=14d",
        ),
        ((decided("2026-02-03", decided_by="ben"),), "never choice choices.model"),
        (
            (decided("2025-10-03"), decided("2026-05-03", supersedes="c-2025-10-03")),
            "upcoming choice choices.model next=2026-11-03 last=2026-05-03",
        ),
    ],
    ids=["nobody decided", "in time", "late", "its own date", "by somebody who may not", "decided again"],
)
def test_choices_are_looked_at_again(records: tuple[dict[str, Any], ...], expected: str) -> None:
    assert said(found(CHOICE, records=records)) == [expected]


# Obligations ----------------------------------------------------------------------------------------------------------

TAKEDOWN = """\
kind: check
id: ugc.takedown
title: Consent that is withdrawn ends the use
owner: analytics
applies_to: content
rules:
  - id: gone
    when: {ugc.consent.withdrawn_at: {exists: true}}
    require: {withdrawn_at: {exists: true}}
    otherwise: hold
    due: 72h after $record.ugc.consent.withdrawn_at
"""
LATE = {
    "type": "content",
    "id": "p1",
    "author": {"id": "cy"},
    "campaign": "spring",
    "ugc": {"consent": {"withdrawn_at": "2026-06-10T12:00:00Z"}},
}


def test_a_late_obligation_stays_until_it_is_met() -> None:
    assert said(found(TAKEDOWN, records=(LATE,))) == [
        "overdue obligation ugc.takedown next=2026-06-13T12:00:00Z late=2d"
    ]
    assert said(found(TAKEDOWN, records=(LATE | {"withdrawn_at": "2026-06-14T12:00:00Z"},))) == []


def test_what_somebody_waived_is_not_late() -> None:
    text = waiver("2026-06-30").replace("links.short\nrule: short", "ugc.takedown\nrule: gone")
    assert said(found(TAKEDOWN, text, records=(LATE,))) == ["upcoming waiver waiver.trial next=2026-06-30"]


def test_what_somebody_released_is_not_late() -> None:
    ruling = {
        "policy": "ugc.takedown",
        "rule": "gone",
        "by": "ana",
        "at": "2026-06-14T12:00:00Z",
        "ruling": "release",
        "because": "it was asked for again",
        "seen": dict(material(types()["content"], LATE)),
    }
    assert said(found(TAKEDOWN, records=(LATE | {"rulings": [ruling]},))) == []


CLOCK = """\
kind: escalation
id: escalation.replies
title: Whoever asks is answered
owner: analytics
applies_to: comment
clocks:
  first_response: {within: {any: 4h}}
"""


def asked(**facts: Any) -> dict[str, Any]:
    return {"type": "comment", "id": "q", "market": "GB", "posted_at": "2026-06-15T10:00:00Z"} | facts


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, ["due clock escalation.replies next=2026-06-15T14:00:00Z"]),
        ({"posted_at": "2026-06-15T06:00:00Z"}, ["overdue clock escalation.replies next=2026-06-15T10:00:00Z late=2h"]),
        ({"answered_at": "2026-06-15T10:30:00Z"}, []),
        ({"posted_at": None}, ["unproven clock escalation.replies missing=created_at,posted_at"]),
    ],
    ids=["it runs", "its goal is missed", "it stopped", "nobody knows since when it runs"],
)
def test_clocks_run_towards_their_goals(facts: dict[str, Any], expected: list[str]) -> None:
    assert said(found(CLOCK, records=(asked(**facts),))) == expected


DESK = """\
kind: escalation
id: escalation.desk
title: Every case reaches somebody
owner: analytics
applies_to: incident
routes: [{id: rest, to: desk}]
paths: {desk: {acknowledge_within: {low: 4h}, steps: [{notify: {team: analytics}}]}}
clocks: {resolution: {within: {any: 8h}}}
"""
OPENED = {"events": [{"event": "opened", "at": "2026-06-15T10:00:00Z"}]}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (
            OPENED,
            [
                "due escalation escalation.desk next=2026-06-15T14:00:00Z",
                "due clock escalation.desk next=2026-06-15T18:00:00Z",
            ],
        ),
        (
            {},
            [
                "unproven clock escalation.desk missing=created_at,detected_at,events,reported_at",
                "unproven escalation escalation.desk missing=created_at,detected_at,events,reported_at",
            ],
        ),
        ({"status": "resolved"}, []),
        (OPENED | {"status": "resolved"}, []),
    ],
    ids=["the last step is acknowledged in time", "nobody knows since when", "it is over", "it is over since somewhen"],
)
def test_what_nobody_has_taken_falls_due(facts: dict[str, Any], expected: list[str]) -> None:
    case = {"type": "incident", "id": "i", "severity": "low"} | facts
    assert said(found(DESK, records=(case,))) == expected


TWICE = """\
kind: escalation
id: escalation.desk
title: What is severe is looked at sooner, and by the same people
owner: analytics
applies_to: incident
routes:
  - {id: severe, when: {severity: low}, severity: critical, to: desk, continue: true}
  - {id: rest, to: desk}
paths:
  desk:
    acknowledge_within: {critical: 1h, high: 2h, medium: 3h, low: 4h}
    steps: [{notify: {team: analytics}}]
    deadlines: [{id: authority, within: 72h}]
    clocks: {resolution: {within: {critical: 3h, any: 8h}}}
"""


def test_a_case_that_takes_one_path_twice_has_one_row_a_thing() -> None:
    case = {"type": "incident", "id": "i", "severity": "low"} | OPENED
    assert said(found(TWICE, records=(case,))) == [
        "overdue escalation escalation.desk next=2026-06-15T11:00:00Z late=1h",
        "due clock escalation.desk next=2026-06-15T13:00:00Z",
        "due deadline escalation.desk next=2026-06-18T10:00:00Z",
    ]


# Laws -----------------------------------------------------------------------------------------------------------------

EVERYTHING = (check("review: {every: 6 months, last: 2026-02-09}\n"), CHOICE, TAKEDOWN)
RECORDS = (
    LATE,
    LATE | {"id": "p2"},
    decided("2026-02-03"),
    looked_at("2026-03-01"),
    looked_at("2026-04-01"),
)


@given(st.permutations(RECORDS), st.permutations(EVERYTHING))
def test_the_order_of_records_and_policies_means_nothing(records: list[dict[str, Any]], texts: list[str]) -> None:
    plain = found(*EVERYTHING, records=RECORDS)
    again = found(*texts, records=tuple(records))
    assert [_without_place(row) for row in again.to_dict()["rows"]] == [
        _without_place(row) for row in plain.to_dict()["rows"]
    ]


def _without_place(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "source"}


@given(st.integers(0, 400), st.integers(0, 400))
def test_a_longer_time_ahead_shows_more(a: int, b: int) -> None:
    few = said(found(*EVERYTHING, records=RECORDS, within=Duration(days=min(a, b))))
    many = said(found(*EVERYTHING, records=RECORDS, within=Duration(days=max(a, b))))
    assert set(few) <= set(many)
    assert all(row in few for row in many if row.startswith(("overdue", "never")))


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, None),
        (-5, None),
        (5, "1 min"),
        (3_600, "1h"),
        (7_199, "119 min"),
        (7_200, "2h"),
        (90_000, "25h"),
        (200_000, "2d"),
    ],
)
def test_lateness_in_words(seconds: int, expected: str | None) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    assert lateness(at, datetime.fromtimestamp(at.timestamp() + seconds, UTC)) == expected


# The index ------------------------------------------------------------------------------------------------------------

WORDS = st.sampled_from(["review.a", "review.b", "Review.A", "other", ""])
REVIEWS = st.lists(
    st.fixed_dictionaries(
        {"type": st.just("review")},
        optional={
            "concerns": st.one_of(st.lists(st.one_of(WORDS, st.none(), st.integers(0, 1)), max_size=3), st.none()),
            "purpose": st.sampled_from(["training", "audit", "unknown", "TRAINING"]),
            "score": st.sampled_from(["90%", "10%"]),
        },
    ),
    max_size=12,
)
CONDITIONS = (
    "{concerns: {includes: review.a}}",
    "{purpose: training}",
    "{purpose: [training, audit], score: {at_least: 80%}}",
    "{purpose: training, concerns: {includes: review.b}}",
    "{all_of: [{concerns: {includes: review.a}}, {score: {at_least: 80%}}]}",
    "{any_of: [{concerns: {includes: review.a}}, {purpose: training}]}",
    "{not: {purpose: training}}",
    "{concerns: {includes_any: [review.a, review.b]}}",
)


@given(st.sampled_from(CONDITIONS), REVIEWS)
def test_the_index_leaves_out_only_what_certainly_does_not_count(text: str, reviews: list[dict[str, Any]]) -> None:
    written = f"kind: review\nid: r\ntitle: R\nowner: analytics\nevery: quarter\ncounts_when: {text}\n"
    judge: Any = next(unit for unit in assembled(written).units if unit.id == "r").set_judges[0]
    gate: Gate = judge.counts
    records: list[Facts] = [read_facts(types()["review"], {"id": f"r{n}"} | raw)[0] for n, raw in enumerate(reviews)]
    asked = naming(gate.condition)
    kept = Index(lambda _: records)("review", asked) if asked is not None else records
    possible = [facts for facts in records if _truth(gate, facts) is not False]
    assert [facts for facts in kept if _truth(gate, facts) is not False] == possible


def _truth(gate: Gate, facts: Facts) -> bool | None:
    return gate.truth(Env(facts, types()["review"], AT))


def test_what_a_condition_asks_to_be_named() -> None:
    texts = [f"kind: review\nid: r\ntitle: R\nowner: analytics\nevery: quarter\ncounts_when: {c}\n" for c in CONDITIONS]
    judges: list[Any] = [
        next(unit for unit in policies(DIRECTORY, text).assembly.units if unit.id == "r").set_judges[0]
        for text in texts
    ]
    assert [judge.asked for judge in judges] == [
        Naming("concerns", ("review.a",)),
        Naming("purpose", ("training",)),
        Naming("purpose", ("training", "audit")),
        Naming("concerns", ("review.b",)),
        Naming("concerns", ("review.a",)),
        None,
        None,
        None,
    ]


def test_a_set_answers_by_itself() -> None:
    known = policies(DIRECTORY, TAKEDOWN)
    assert known.due(at=AT, related=(LATE,)) == found(TAKEDOWN, records=(LATE,))
    assert known.due(at=AT, related=(LATE,), owner="legal").rows == ()
    assert known.due(at=AT, related=(LATE,), only="links.*").rows == ()
    with pytest.raises(ValueError, match="time zone"):
        known.due(at=AT.replace(tzinfo=None))


def test_reviews_are_those_of_the_set() -> None:
    """Rows of reviews say what `judge_set` says."""
    text = "kind: review\nid: r\ntitle: R\nowner: analytics\nevery: quarter\neffective: {from: 2026-01-01}\n"
    assembly: Assembly = policies(DIRECTORY, text).assembly
    (entry,) = judge_set(assembly, Records(), AT).reviews
    (row,) = due(assembly, Records(), AT).rows
    assert (row.status, str(row.next), row.overdue_by) == (entry["status"], entry["due"], entry["overdue_by"])
