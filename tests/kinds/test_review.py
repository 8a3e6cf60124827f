"""Reviews: cadences, grace, triggers, evidence and coverage, from what took place and a time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyengine.core.cadence import parse_cadence
from policyengine.core.codes import CODES
from policyengine.core.quantity import Problem
from policyengine.evaluate.engine import PolicySet
from policyengine.kinds.review import EXAMPLE
from policyengine.shapes.cadence import Plan, Trigger, standing
from policyengine.shapes.contract import Contribution
from policyengine.shapes.parts import Duration
from tests.sets import faults, loaded, policies

DIRECTORY = """\
kind: directory
id: directory
owner: analytics
teams: [analytics, marketing, people_team, product]
people:
  ana: {team: marketing}
  ben: {team: product}
  cy: {team: product}
  dana: {team: people_team}
  old: {team: product, left_at: 2026-01-31}
calendars: {uk_office: {zone: Europe/London, hours: {monday to friday: "09:00 to 17:30"}, holidays: GB-ENG}}
"""
HEAD = "kind: review\nid: review.kpis\ntitle: KPIs are reviewed\nowner: analytics\n"
KPIS = f"""{HEAD}every: quarter
day: second Tuesday of the first month
calendar: uk_office
grace: 10 business days
also_when: [{{record: platform_change, within: 30d, when: {{platform: instagram}}}}]
evidence: [outcome, attendees]
concerns: [metrics.engagement_rate]
"""
TRAINING = """\
kind: review
id: training.social_basics
title: Everybody outside marketing is trained twice a year
owner: people_team
for_each: {person: {team: {is_not: marketing}, active: true}}
every: 6 months
grace: 30d
counts_when: {purpose: training, score: {at_least: 80%}}
coverage: {at_least: 60%}
effective: {from: 2026-01-01}
"""


def at_noon(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00:00+00:00")


def held(day: str, **facts: Any) -> dict[str, Any]:
    """Return a KPI review that took place on a day, complete unless a fact is None."""
    time = day if "T" in day else f"{day}T10:00:00Z"
    told = {"completed_at": time, "concerns": ["review.kpis"], "outcome": "keep", "attendees": ["ana"]} | facts
    return {"type": "review", "id": f"r-{day}"} | {name: value for name, value in told.items() if value is not None}


def trained(person: str | None, day: str | None, **facts: Any) -> dict[str, Any]:
    told = {
        "purpose": "training",
        "score": "90%",
        "person": person,
        "completed_at": f"{day}T10:00:00Z" if day else None,
    }
    found = {"type": "review", "id": f"t-{person}-{day}"} | told | facts
    return {name: value for name, value in found.items() if value is not None}


def change(day: str | None, identity: str = "pc-1", **facts: Any) -> dict[str, Any]:
    told = {"platform": "instagram", "changed_at": f"{day}T10:00:00Z" if day else None} | facts
    return {"type": "platform_change", "id": identity} | {
        name: value for name, value in told.items() if value is not None
    }


def judged(text: str, day: str, *records: dict[str, Any]) -> Contribution:
    return policies(DIRECTORY, text).judge_set(at=at_noon(day), related=records)


def entry(text: str, day: str, *records: dict[str, Any]) -> dict[str, Any]:
    (found,) = judged(text, day, *records).reviews
    return found


def standing_of(text: str, day: str, *records: dict[str, Any]) -> str:
    """Return where a review stands in words: `overdue last=2026-01-13 due=2026-04-14 late=15d`."""
    found = entry(text, day, *records)
    words = [found["status"]]
    words += [f"last={found['last']}"] if found["last"] else []
    words += [f"due={found['due']}"] if found["due"] else []
    words += [f"late={found['overdue_by']}"] if found["overdue_by"] else []
    words += [f"because={found['because']}"] if "because" in found else []
    words += [f"missing={','.join(found['missing'])}"] if found["missing"] else []
    return " ".join(words)


def with_key(text: str) -> str:
    return HEAD + text


ROLLING = with_key("every: 90d\ngrace: 14d\n")
# 14 April 2026 is the second Tuesday of the second quarter; ten business days later it is the 28th.
QUARTERLY = with_key("every: quarter\ngrace: 14d\neffective: {from: 2026-01-01}\n")
MONTHLY = with_key("every: month\ncalendar: uk_office\neffective: {from: 2026-01-01}\n")
STANDINGS: dict[str, tuple[str, str, tuple[dict[str, Any], ...], str]] = {
    "held in the grace of the time before it counts for that one": (
        QUARTERLY,
        "2026-07-20",
        (held("2026-04-05"),),
        "overdue last=2026-04-05 due=2026-06-30 late=20d",
    ),
    "held again in that grace it counts for its own period": (
        QUARTERLY,
        "2026-07-20",
        (held("2026-04-05"), held("2026-04-09")),
        "done last=2026-04-09 due=2026-09-30",
    ),
    "held in the grace though the time before was met, it counts for its own period": (
        QUARTERLY,
        "2026-07-20",
        (held("2026-03-20"), held("2026-04-05")),
        "done last=2026-04-05 due=2026-09-30",
    ),
    "held after the grace it counts for its own period": (
        QUARTERLY,
        "2026-07-20",
        (held("2026-04-15"),),
        "done last=2026-04-15 due=2026-09-30",
    ),
    "held on the business day to which the time before was rolled it counts for that one": (
        MONTHLY,  # 31 January 2026 is a Saturday
        "2026-02-20",
        (held("2026-02-02"),),
        "done last=2026-02-02 due=2026-03-02",
    ),
    "done until the day it is due": (KPIS, "2026-04-13", (held("2026-01-13"),), "done last=2026-01-13 due=2026-04-14"),
    "due on its day": (KPIS, "2026-04-14", (held("2026-01-13"),), "due last=2026-01-13 due=2026-04-14"),
    "due until the last day of grace": (
        KPIS,
        "2026-04-28",
        (held("2026-01-13"),),
        "due last=2026-01-13 due=2026-04-14",
    ),
    "overdue after it": (KPIS, "2026-04-29", (held("2026-01-13"),), "overdue last=2026-01-13 due=2026-04-14 late=15d"),
    "what was missed first counts": (
        KPIS,
        "2026-07-20",
        (held("2026-01-13"),),
        "overdue last=2026-01-13 due=2026-04-14 late=97d",
    ),
    "held early in its period it is done": (
        KPIS,
        "2026-04-29",
        (held("2026-04-02"),),
        "done last=2026-04-02 due=2026-07-14",
    ),
    "held late in its period it is done": (
        KPIS,
        "2026-06-29",
        (held("2026-06-25"),),
        "done last=2026-06-25 due=2026-07-14",
    ),
    "held at the end of the period before, it is not": (
        KPIS,
        "2026-04-29",
        (held("2026-03-31"),),
        "overdue last=2026-03-31 due=2026-04-14 late=15d",
    ),
    "the period begins with the day in London": (
        KPIS,
        "2026-04-29",
        (held("2026-03-31T23:30:00Z"),),
        "done last=2026-04-01 due=2026-07-14",
    ),
    "never held": (KPIS, "2026-05-20", (), "never due=2026-04-14 late=36d"),
    "never held, and still in time": (KPIS, "2026-04-20", (), "due due=2026-04-14"),
    "a new policy begins with its first due day": (
        f"{KPIS}effective: {{from: 2026-05-01}}\n",
        "2026-05-20",
        (),
        "upcoming due=2026-07-14",
    ),
    "what fell due before the policy was in force does not count": (
        f"{KPIS}effective: {{from: 2026-05-01}}\n",
        "2026-05-20",
        (held("2025-01-14"),),
        "done last=2025-01-14 due=2026-07-14",
    ),
    "only what took place by now counts": (
        KPIS,
        "2026-04-29",
        (held("2026-01-13"), held("2026-04-30")),
        "overdue last=2026-01-13 due=2026-04-14 late=15d",
    ),
    "the latest counts, in whatever order": (
        KPIS,
        "2026-04-29",
        (held("2026-04-20"), held("2025-10-14"), held("2026-01-13")),
        "done last=2026-04-20 due=2026-07-14",
    ),
    "a planned review did not take place": (
        KPIS,
        "2026-04-29",
        (held("2026-01-13"), held("2026-04-14", status="planned")),
        "overdue last=2026-01-13 due=2026-04-14 late=15d",
    ),
    "a completed one did": (
        KPIS,
        "2026-04-29",
        (held("2026-04-14", status="completed"),),
        "done last=2026-04-14 due=2026-07-14",
    ),
    # What counts
    "a review of one of its metrics counts": (
        KPIS,
        "2026-04-29",
        (held("2026-04-14", concerns=["metrics.engagement_rate", "metrics.other"]),),
        "done last=2026-04-14 due=2026-07-14",
    ),
    "a review of something else does not": (
        KPIS,
        "2026-04-20",
        (held("2026-04-14", concerns=["metrics.other"]),),
        "due due=2026-04-14",
    ),
    "without its evidence it does not, and says so": (
        KPIS,
        "2026-04-29",
        (held("2026-01-13"), held("2026-04-14", outcome=None)),
        "overdue last=2026-01-13 due=2026-04-14 late=15d missing=outcome",
    ),
    "nobody who attended is told evidence": (
        KPIS,
        "2026-04-29",
        (held("2026-04-14", attendees=[]),),
        "done last=2026-04-14 due=2026-07-14",
    ),
    "evidence that an older one lacks is of no matter": (
        KPIS,
        "2026-04-29",
        (held("2026-04-02", outcome=None), held("2026-04-14")),
        "done last=2026-04-14 due=2026-07-14",
    ),
    "counts_when decides in place of what it concerns": (
        with_key("every: quarter\ncounts_when: {purpose: kpi}\n"),
        "2026-06-29",
        (held("2026-04-14"), held("2026-05-14", purpose="kpi", concerns=None), held("2026-06-14", purpose="audit")),
        "done last=2026-05-14 due=2026-09-30",
    ),
    # Triggers
    "a change of a platform asks for another one": (
        KPIS,
        "2026-05-10",
        (held("2026-04-14"), change("2026-05-01")),
        "due last=2026-04-14 due=2026-05-31 because=platform_change pc-1",
    ),
    "which is late after its time": (
        KPIS,
        "2026-06-01",
        (held("2026-04-14"), change("2026-05-01")),
        "overdue last=2026-04-14 due=2026-05-31 late=1d because=platform_change pc-1",
    ),
    "a review after it meets it": (
        KPIS,
        "2026-06-15",
        (held("2026-05-20"), change("2026-05-01")),
        "done last=2026-05-20 due=2026-07-14",
    ),
    "a review before it does not": (
        KPIS,
        "2026-06-15",
        (held("2026-04-30"), change("2026-05-01")),
        "overdue last=2026-04-30 due=2026-05-31 late=15d because=platform_change pc-1",
    ),
    "another platform does not": (
        KPIS,
        "2026-06-15",
        (held("2026-04-14"), change("2026-05-01", platform="tiktok")),
        "done last=2026-04-14 due=2026-07-14",
    ),
    "a change that is still to come does not": (
        KPIS,
        "2026-04-29",
        (held("2026-04-14"), change("2026-05-01")),
        "done last=2026-04-14 due=2026-07-14",
    ),
    "of two changes the first one is late first": (
        KPIS,
        "2026-06-15",
        (held("2026-04-14"), change("2026-05-20", "pc-2"), change("2026-05-01", "pc-1")),
        "overdue last=2026-04-14 due=2026-05-31 late=15d because=platform_change pc-1",
    ),
    "a change and the cadence: what is late first": (
        KPIS,
        "2026-08-10",
        (held("2026-04-14"), change("2026-07-20")),
        "overdue last=2026-04-14 due=2026-07-14 late=27d",
    ),
    # Rolling
    "a length of time after the last one": (
        ROLLING,
        "2026-03-01",
        (held("2026-01-01"),),
        "done last=2026-01-01 due=2026-04-01",
    ),
    "due then": (ROLLING, "2026-04-01", (held("2026-01-01"),), "due last=2026-01-01 due=2026-04-01"),
    "overdue after its grace": (
        ROLLING,
        "2026-04-16",
        (held("2026-01-01"),),
        "overdue last=2026-01-01 due=2026-04-01 late=15d",
    ),
    "never, and since when nobody knows": (ROLLING, "2026-04-16", (), "never"),
    "never, and the policy is new": (
        f"{ROLLING}effective: {{from: 2026-03-01}}\n",
        "2026-04-16",
        (),
        "upcoming due=2026-05-30",
    ),
    "months end with the month": (
        with_key("every: 6 months\n"),
        "2026-02-27",
        (held("2025-08-31"),),
        "done last=2025-08-31 due=2026-02-28",
    ),
    "and with the 29th in a leap year": (
        with_key("every: 6 months\n"),
        "2028-03-01",
        (held("2027-08-31"),),
        "overdue last=2027-08-31 due=2028-02-29 late=1d",
    ),
    # Days
    "a day without opening hours is rolled to the next one": (
        with_key("every: month\nday: 3rd\ncalendar: uk_office\n"),
        "2026-04-01",
        (held("2026-03-03"),),
        "done last=2026-03-03 due=2026-04-07",
    ),
    "without a calendar it stays": (
        with_key("every: month\nday: 3rd\n"),
        "2026-04-01",
        (held("2026-03-03"),),
        "done last=2026-03-03 due=2026-04-03",
    ),
    "a grace of business days passes over Easter": (
        with_key("every: month\nday: 1st\ncalendar: uk_office\ngrace: 2 business days\n"),
        "2026-04-07",
        (held("2026-03-02"),),
        "due last=2026-03-02 due=2026-04-01",
    ),
    "and ends after it": (
        with_key("every: month\nday: 1st\ncalendar: uk_office\ngrace: 2 business days\n"),
        "2026-04-08",
        (held("2026-03-02"),),
        "overdue last=2026-03-02 due=2026-04-01 late=7d",
    ),
    "a grace of hours is that of begun days": (
        with_key("every: month\nday: 1st\ngrace: 36h\n"),
        "2026-04-03",
        (held("2026-03-02"),),
        "due last=2026-03-02 due=2026-04-01",
    ),
    "a recurrence rule": (
        with_key("every: RRULE:FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU\neffective: {from: 2026-01-01}\n"),
        "2026-05-01",
        (held("2026-01-13"),),
        "overdue last=2026-01-13 due=2026-04-14 late=17d",
    ),
}


@pytest.mark.parametrize("name", STANDINGS)
def test_standing(name: str) -> None:
    text, day, records, expected = STANDINGS[name]
    assert standing_of(text, day, *records) == expected


def test_a_review_has_the_keys_of_the_records() -> None:
    assert entry(KPIS, "2026-04-29", held("2026-01-13")) == {
        "policy": "review.kpis",
        "owner": "analytics",
        "status": "overdue",
        "last": "2026-01-13",
        "due": "2026-04-14",
        "in_time_until": "2026-04-28",
        "overdue_by": "15d",
        "missing": [],
    }


def test_reviews_are_sorted_and_may_be_selected() -> None:
    both = policies(DIRECTORY, TRAINING, KPIS)
    assert [r["policy"] for r in both.reviews(at=at_noon("2026-04-20"))] == ["review.kpis", "training.social_basics"]
    assert [r["policy"] for r in both.reviews(at=at_noon("2026-04-20"), only=["training.*"])] == [
        "training.social_basics"
    ]


def test_a_policy_that_is_not_in_force_asks_for_nothing() -> None:
    later = f"{KPIS}effective: {{from: 2026-05-01, until: 2026-08-01}}\n"
    assert judged(later, "2026-04-30").reviews == ()
    assert [r["policy"] for r in judged(later, "2026-05-01").reviews] == ["review.kpis"]
    assert judged(later, "2026-08-01").reviews == ()


def test_a_review_is_never_about_one_record() -> None:
    both = policies(DIRECTORY, KPIS)
    assert both.evaluate({"type": "content", "id": "p"}, at=at_noon("2026-06-30")).reviews == ()


def test_the_records_of_the_set_are_known() -> None:
    loaded_set = policies(DIRECTORY, KPIS)
    assert loaded_set.reviews(at=at_noon("2026-04-29"))[0]["status"] == "never"
    (found,) = loaded_set.reviews(at=at_noon("2026-04-29"), related=[held("2026-04-14")])
    assert found["status"] == "done"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        policies(DIRECTORY, KPIS).reviews(at=datetime(2026, 4, 29))  # noqa: DTZ001 - that is the point


# People -------------------------------------------------------------------------------------------------------------


def people(text: str, day: str, *records: dict[str, Any]) -> tuple[str, dict[str, list[str]]]:
    found = entry(text, day, *records)
    return found["status"], found["people"]


def test_everybody_in_scope_is_trained_by_themselves() -> None:
    found = entry(TRAINING, "2026-07-15", trained("ben", "2026-01-20"), trained("cy", "2026-01-10"))
    assert (found["status"], found["due"]) == ("due", "2026-07-01")
    assert found["people"] == {"done": ["ben"], "due": ["cy", "dana"]}
    assert found["coverage"] == {"in_time": 3, "of": 3, "at_least": "60%"}


def test_who_is_late_is_named_though_the_coverage_suffices() -> None:
    found = entry(TRAINING, "2026-08-20", trained("ben", "2026-07-20"), trained("cy", "2026-07-01"))
    assert found["people"] == {"done": ["ben", "cy"], "never": ["dana"]}
    assert (found["status"], found["coverage"]) == ("done", {"in_time": 2, "of": 3, "at_least": "60%"})


def test_too_few_are_overdue_since_the_first_of_them() -> None:
    found = entry(TRAINING, "2026-08-20", trained("ben", "2026-07-20"), trained("cy", "2026-01-05"))
    assert found["people"] == {"done": ["ben"], "never": ["dana"], "overdue": ["cy"]}
    assert (found["status"], found["due"], found["overdue_by"]) == ("overdue", "2026-07-01", "50d")
    assert (found["last"], found["coverage"]["in_time"]) == ("2026-07-20", 1)


def test_nobody_was_ever_trained() -> None:
    assert people(TRAINING, "2026-08-20") == ("never", {"never": ["ben", "cy", "dana"]})


def test_a_new_training_is_still_to_come() -> None:
    assert people(TRAINING, "2026-02-20") == ("upcoming", {"upcoming": ["ben", "cy", "dana"]})


def test_the_share_is_exact() -> None:
    two_thirds = (trained("ben", "2026-07-20"), trained("cy", "2026-07-20"))
    assert entry(TRAINING.replace("60%", "66.6%"), "2026-08-20", *two_thirds)["status"] == "done"
    assert entry(TRAINING.replace("60%", "66.7%"), "2026-08-20", *two_thirds)["status"] == "overdue"


def test_without_a_coverage_everybody_counts() -> None:
    text = TRAINING.replace("coverage: {at_least: 60%}\n", "")
    assert entry(text, "2026-08-20", trained("ben", "2026-07-20"), trained("cy", "2026-07-20"))["status"] == "overdue"


def test_a_low_score_is_no_training() -> None:
    assert people(TRAINING, "2026-08-20", trained("ben", "2026-07-20", score="79%"))[1] == {
        "never": ["ben", "cy", "dana"]
    }


def test_person_records_are_people_too() -> None:
    guest = {"type": "person", "id": "guest", "team": "agency", "active": True}
    assert "guest" in people(TRAINING, "2026-08-20", guest)[1]["never"]


def test_what_the_directory_says_about_somebody_counts() -> None:
    claimed = {"type": "person", "id": "ben", "team": "marketing", "active": True}
    assert "ben" in people(TRAINING, "2026-08-20", claimed)[1]["never"]


def test_nobody_in_scope_is_not_proven() -> None:
    found = entry(TRAINING.replace("{is_not: marketing}", "nowhere"), "2026-08-20")
    assert (found["status"], found["missing"], found["people"]) == ("unproven", ["person"], {})


# Each place of a condition, with the deciding fact removed ----------------------------------------------------------


def undecided(found: Contribution) -> list[tuple[str, list[str]]]:
    return [(u["what"], u["missing"]) for u in found.undecided]


def test_somebody_of_whom_nobody_knows_the_team_is_in_scope() -> None:
    unknown = {"type": "person", "id": "guest", "active": True}
    assert "guest" in people(TRAINING, "2026-08-20", unknown)[1]["never"]


def test_a_training_without_a_score_does_not_count_and_is_reported() -> None:
    found = judged(TRAINING, "2026-08-20", trained("ben", "2026-07-20", score=None))
    assert "ben" in found.reviews[0]["people"]["never"]
    assert undecided(found) == [("review t-ben-2026-07-20", ["score"])]


def test_a_training_of_nobody_does_not_count_and_is_reported() -> None:
    found = judged(TRAINING, "2026-08-20", trained(None, "2026-07-20"))
    assert found.reviews[0]["people"] == {"never": ["ben", "cy", "dana"]}
    assert undecided(found) == [("review t-None-2026-07-20", ["person"])]


def test_a_change_on_an_unknown_platform_asks_for_a_review() -> None:
    found = entry(KPIS, "2026-05-10", held("2026-04-14"), change("2026-05-01", platform=None))
    assert (found["status"], found["because"]) == ("due", "platform_change pc-1")


def test_a_change_at_an_unknown_time_asks_for_a_review_and_is_reported() -> None:
    found = judged(KPIS, "2026-05-10", held("2026-04-14"), change(None))
    assert (found.reviews[0]["status"], found.reviews[0]["due"]) == ("due", "2026-05-10")
    assert undecided(found) == [("platform_change pc-1", ["changed_at"])]


def test_a_review_of_unknown_concern_does_not_count_and_is_reported() -> None:
    found = judged(KPIS, "2026-04-20", held("2026-04-14", concerns=None))
    assert found.reviews[0]["status"] == "due"
    assert undecided(found) == [("review r-2026-04-14", ["concerns"])]


def test_a_review_of_unknown_concern_that_is_older_is_of_no_matter() -> None:
    assert undecided(judged(KPIS, "2026-04-29", held("2026-04-02", concerns=None), held("2026-04-14"))) == []


def test_a_review_without_a_time_does_not_count_and_is_reported() -> None:
    found = judged(KPIS, "2026-04-20", held("2026-04-14", completed_at=None))
    assert found.reviews[0]["status"] == "due"
    assert undecided(found) == [("review r-2026-04-14", ["completed_at"])]


def test_many_that_lack_one_fact_are_one_entry() -> None:
    many = [held(f"2026-04-{day:02}", concerns=None) for day in range(1, 9)]
    ((what, missing),) = undecided(judged(KPIS, "2026-04-20", *many))
    assert what == ", ".join(f"review r-2026-04-0{n}" for n in range(1, 6)) + " and 3 more"
    assert missing == ["concerns"]


def test_a_condition_may_read_who_was_trained() -> None:
    text = TRAINING.replace("purpose: training,", "person.team: product,")
    found = people(text, "2026-08-20", trained("ben", "2026-07-20"), trained("dana", "2026-07-20"))
    assert found[1] == {"done": ["ben"], "never": ["cy", "dana"]}


# Validation ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [c for c in CODES if c.startswith("PE33")])
def test_every_code_is_provoked_by_its_example(code: str) -> None:
    bad, good = loaded(CODES[code].bad), loaded(CODES[code].good)
    assert [d.code for d in bad.diagnostics if d.code != "PE200"] == [code]
    assert [d.code for d in good.diagnostics if d.code != "PE200"] == []


def test_the_example_is_faultless() -> None:
    assert faults(DIRECTORY, EXAMPLE) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("every: quarter", "every: quarterly", "PE330 `quarterly` is not a cadence as written here"),
        ("second Tuesday of the first month", "second Tusday of the first month", "PE330"),
        ("record: platform_change", "record: platform_chnge", "PE213"),
        ("platform: instagram", "platfrm: instagram", "PE102"),
        ("[outcome, attendees]", "[outcme, attendees]", "PE102"),
        ("metrics.engagement_rate", "engagement_rate", "PE331"),
        ("uk_office", "uk_ofice", "PE209"),
        ("grace: 10 business days", "grace: 10bd", "PE122"),
        ("owner: analytics", "owner: analitics", "PE202"),
    ],
    ids=["cadence", "day", "record type", "field of a trigger", "evidence", "concern", "calendar", "grace", "owner"],
)
def test_a_wrong_name_is_refused(old: str, new: str, fault: str) -> None:
    assert old in KPIS
    (found,) = faults(DIRECTORY, KPIS.replace(old, new))
    assert found.split(" ", 1)[1].startswith(fault)


@pytest.mark.parametrize("key", ["applies_to", "on_policy_change"])
def test_what_is_not_understood_yet_is_refused(key: str) -> None:
    assert [f.split()[1] for f in faults(DIRECTORY, f"{KPIS}{key}: content\n")] == ["PE120"]


# Laws ---------------------------------------------------------------------------------------------------------------

DAYS = st.integers(0, 1200).map(lambda n: datetime.fromisoformat("2024-01-01T10:00:00+00:00") + timedelta(days=n))
WORDS = st.sampled_from(["week", "month", "quarter", "half-year", "year", "90d", "6 months", "10 weeks"])
GRACE = st.sampled_from([None, Duration(days=14), Duration(business_days=10), Duration(months=1)])


def plan(every: str, grace: Duration | None) -> Plan:
    cadence = parse_cadence(every, None, date(2024, 1, 1))
    assert not isinstance(cadence, Problem)
    return Plan(cadence, grace)


@given(WORDS, GRACE, st.lists(DAYS, max_size=6), DAYS, st.randoms())
def test_neither_order_nor_repetition_means_anything(
    every: str, grace: Duration | None, done: list[datetime], at: datetime, random: Any
) -> None:
    expected = standing(plan(every, grace), done, (), at)
    assert standing(plan(every, grace), random.sample(done, len(done)) + done, (), at) == expected


@given(WORDS, GRACE, st.lists(DAYS, max_size=6), DAYS)
def test_whoever_does_it_now_is_not_late(
    every: str, grace: Duration | None, done: list[datetime], at: datetime
) -> None:
    now = standing(plan(every, grace), [*done, at], (), at)
    assert now.status in {"done", "due"}
    assert now.last == at.date()


@given(WORDS, GRACE, st.lists(DAYS, max_size=6), DAYS, st.integers(1, 60))
def test_what_is_late_stays_late_and_grows(
    every: str, grace: Duration | None, done: list[datetime], at: datetime, days: int
) -> None:
    past = [when for when in done if when <= at]
    now, then = (standing(plan(every, grace), past, (), time) for time in (at, at + timedelta(days=days)))
    if now.overdue_by is not None:
        assert then.status == now.status
        assert then.overdue_by == now.overdue_by + days


@given(WORDS, GRACE, st.lists(DAYS, max_size=4), DAYS, st.lists(st.one_of(st.none(), DAYS), max_size=4))
def test_a_trigger_only_ever_asks_for_more(
    every: str, grace: Duration | None, done: list[datetime], at: datetime, changes: list[datetime | None]
) -> None:
    rank = ["done", "upcoming", "due", "overdue", "never"]
    triggers = [Trigger(f"change {n}", when, Duration(days=30)) for n, when in enumerate(changes)]
    without, with_them = standing(plan(every, grace), done, (), at), standing(plan(every, grace), done, triggers, at)
    assert rank.index(with_them.status) >= rank.index(without.status)


def test_the_set_answers_the_same_whatever_the_order_of_records() -> None:
    records = [held("2026-01-13"), held("2026-04-14", outcome=None), change("2026-03-01"), change("2026-02-01", "pc-0")]
    found: PolicySet = policies(DIRECTORY, KPIS, TRAINING)
    one = found.judge_set(at=at_noon("2026-05-01"), related=records)
    other = found.judge_set(at=at_noon("2026-05-01"), related=reversed(records))
    assert (one.reviews, one.undecided) == (other.reviews, other.undecided)
