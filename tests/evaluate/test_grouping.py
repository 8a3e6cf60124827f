"""Rules about several records: windows in moderation, groups in checks, and what they mean for each record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from policyengine.core.decision import Decision, Finding
from policyengine.evaluate.engine import PolicySet
from policyengine.report.explanation import Shown, render
from tests.sets import faults, policies

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
RAID = """
kind: moderation
id: moderation.comments
title: What happens to hostile comments
owner: community
applies_to: comment
protected:
  - {id: counter_speech, title: Counter-speech stays, when: {labels: {includes: counter_speech}}}
rules:
  - id: raid
    title: Many new accounts on one target at once
    window: {where: {author.account_created_at: {newer_than: 30d}}, by: target.id, within: 10 min, distinct: author.id,
             at_least: 20, report: when it starts, quiet_for: 1h}
    then: hold
    do: [{restrict: subscribers_only}, {queue: community}]
    message: "{target.id} is raided"
"""
FLOOD = """
kind: moderation
id: moderation.floods
title: Nobody writes everybody else off the page
owner: community
applies_to: comment
rules:
  - {id: flood, title: Four in ten minutes, window: {by: author.id, within: 10 min, at_least: 4}, then: hold}
"""
CAPACITY = """
kind: check
id: plan.capacity
title: Nobody is planned over capacity four weeks in a row
owner: operations
applies_to: plan
across: {by: owner, period: week, in_a_row: 4}
rules:
  - id: load
    title: Planned hours stay under 85 % of capacity
    when:
      formula: ratio(hours_planned, capacity_h) > 0.85
    then: hold
"""
MIX = """
kind: check
id: content.mix
title: Not everything is promotion
owner: marketing
applies_to: content
across: {by: [owner], period: month}
rules:
  - id: promotion
    title: At most 40 % of a month is promotion
    require: {$group: {share: {of: {content_type: promotion}, at_most: 40%}}}
    otherwise: hold
    message: "{owner} promotes too much"
"""


def comment(number: int, **more: Any) -> dict[str, Any]:
    """Return a comment of a new account about Ana; every two seconds one."""
    told = {
        "type": "comment",
        "id": f"c{number:02}",
        "posted_at": (AT - timedelta(hours=1) + timedelta(seconds=2 * number)).isoformat(),
        "market": "GB",
        "text": "Shame on you",
        "target": {"id": "ana", "about": "person"},
        "author": {"id": f"a{number}", "account_created_at": (AT - timedelta(days=3)).isoformat()},
    }
    return {key: value for key, value in {**told, **more}.items() if value is not None}


def plan(week: int, owner: str | None = "kim", hours: float = 39, **more: Any) -> dict[str, Any]:
    """Return the plan of a week before the evaluation time."""
    told = {"week": (AT - timedelta(weeks=week)).date().isoformat(), "hours_planned": hours, "capacity_h": 40}
    record = {"type": "plan", "id": f"{owner}-{week}", "owner": owner, **told, **more}
    return {key: value for key, value in record.items() if value is not None}


def found(of: PolicySet, records: list[dict[str, Any]]) -> tuple[Finding, ...]:
    """Return what the rules about groups find in records."""
    return of.groups(records, at=AT).findings


def decided(of: PolicySet, records: list[dict[str, Any]]) -> list[Decision]:
    """Return the Decisions about records that are given together."""
    return list(of.evaluate_many(records, at=AT))


@pytest.fixture(scope="module")
def raids() -> PolicySet:
    """Return a set with a window."""
    return policies(RAID)


# Windows --------------------------------------------------------------------------------------------------------------


def test_a_raid_is_one_finding_that_names_its_records_and_holds_each_of_them(raids: PolicySet) -> None:
    records = [comment(i) for i in range(25)]
    (finding,) = found(raids, records)
    assert finding.group == {
        "by": {"target.id": "ana"},
        "records": [f"c{i:02}" for i in range(25)],
        "from": "2026-06-01T11:00:38Z",
        "until": "2026-06-01T11:00:48Z",
    }
    assert finding.message == "ana is raided"
    decisions = decided(raids, records)
    assert {d.outcome for d in decisions} == {"hold"}
    assert decisions[3].actions == ({"do": "queue", "to": "community"}, {"do": "restrict", "to": "subscribers_only"})


def test_19_accounts_are_no_raid(raids: PolicySet) -> None:
    assert {d.outcome for d in decided(raids, [comment(i) for i in range(19)])} == {"allow"}


def test_one_record_is_judged_among_the_related_ones(raids: PolicySet) -> None:
    records = [comment(i) for i in range(20)]
    assert raids.evaluate(records[0], at=AT, related=records[1:]).outcome == "hold"
    assert raids.evaluate(records[0], at=AT, related=records[1:-1]).outcome == "allow"


def test_a_record_that_is_given_twice_counts_once(raids: PolicySet) -> None:
    assert found(raids, [comment(i) for i in range(19)] * 2) == ()


def test_of_two_records_with_one_id_the_same_one_counts_in_any_order(raids: PolicySet) -> None:
    records = [comment(i) for i in range(20)]
    other = comment(0, author={"id": "a1", "account_created_at": (AT - timedelta(days=3)).isoformat()})
    assert found(raids, [*records, other]) == found(raids, [other, *records])


def test_old_accounts_do_not_count_and_their_age_is_that_at_their_own_time(raids: PolicySet) -> None:
    old = {"account_created_at": (AT - timedelta(days=31, hours=2)).isoformat()}
    assert found(raids, [comment(i, author={"id": f"a{i}", **old}) for i in range(25)]) == ()
    then_new = {"account_created_at": (AT - timedelta(days=300)).isoformat()}
    past = [
        comment(i, author={"id": f"a{i}", **then_new}, posted_at=(AT - timedelta(days=290, seconds=i)).isoformat())
        for i in range(25)
    ]
    assert len(found(raids, past)) == 1


def test_protected_speech_does_not_count_and_is_left_alone(raids: PolicySet) -> None:
    records = [comment(i, labels=["counter_speech"] if i < 6 else []) for i in range(25)]
    assert found(raids, records) == ()
    decisions = decided(raids, [*records, comment(25)])
    assert [d.outcome for d in decisions].count("hold") == 20
    assert {d.outcome for d in decisions[:6]} == {"allow"}


def test_what_a_person_decided_counts_and_stays_decided(raids: PolicySet) -> None:
    kept = {"action": "keep", "by": "zoe", "automatic": False}
    records = [comment(i, moderation=kept if i < 6 else None) for i in range(20)]
    decisions = decided(raids, records)
    assert [d.outcome for d in decisions] == ["allow"] * 6 + ["hold"] * 14


def test_a_record_without_a_time_is_reported_and_may_make_a_raid_possible(raids: PolicySet) -> None:
    records = [comment(i, posted_at=None if i < 2 else comment(i)["posted_at"]) for i in range(20)]
    (finding,) = found(raids, records)
    assert (finding.verdict, finding.outcome, finding.missing) == ("unproven", "hold", ("posted_at",))
    few = raids.evaluate(records[0], at=AT)
    assert few.outcome == "allow"
    assert few.undecided == ({"policy": "moderation.comments", "what": "raid counts", "missing": ["posted_at"]},)


def test_a_raid_of_which_nobody_knows_when_it_was_is_possible(raids: PolicySet) -> None:
    (finding,) = found(raids, [comment(i, posted_at=None) for i in range(20)])
    assert (finding.verdict, finding.missing) == ("unproven", ("posted_at",))


def test_an_account_whose_age_is_not_told_may_be_new(raids: PolicySet) -> None:
    records = [comment(i, author={"id": f"a{i}"}) if i < 4 else comment(i) for i in range(20)]
    (finding,) = found(raids, records)
    assert (finding.verdict, finding.missing) == ("unproven", ("author.account_created_at",))


def test_the_order_of_the_records_means_nothing(raids: PolicySet) -> None:
    records = [comment(i) for i in range(30)]
    shuffled = Random(3).sample(records, 30)
    assert found(raids, records) == found(raids, shuffled)


def test_a_set_says_it_once_and_names_what_it_could_not_count(raids: PolicySet) -> None:
    said = raids.judge_set(at=AT, related=[*(comment(i) for i in range(20)), comment(70, posted_at=None)])
    assert [f.name for f in said.findings] == ["moderation.comments/raid"]
    assert said.undecided == (
        {"policy": "moderation.comments", "what": "raid counts", "missing": ["posted_at"], "records": ["c70"]},
    )


def test_a_comment_of_which_the_target_is_not_told_counts_at_its_own_time(raids: PolicySet) -> None:
    records = [comment(i) for i in range(19)]
    (finding,) = found(raids, [*records, comment(20, target={"about": "person"})])
    assert (finding.verdict, finding.missing) == ("unproven", ("target.id",))
    far = {"target": {"about": "person"}, "posted_at": (AT - timedelta(days=2)).isoformat()}
    assert found(raids, [*records, comment(20, **far)]) == ()


def test_many_unknown_authors_make_nobody_a_flood() -> None:
    flood = policies(FLOOD)
    apart = [comment(i, posted_at=(AT - timedelta(seconds=200 * i)).isoformat()) for i in range(60)]
    assert found(flood, [c | {"author": {}} if i % 3 else c for i, c in enumerate(apart)]) == ()


def test_the_first_day_of_all_is_a_time_as_any_other() -> None:
    first = [comment(i, posted_at=f"0001-01-01T00:00:0{i}Z", author={"id": "kim"} if i else {}) for i in range(4)]
    assert [f.verdict for f in found(policies(FLOOD), first)] == ["unproven"]


def test_the_last_minute_of_all_is_a_time_as_any_other() -> None:
    end = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    last = [comment(i, posted_at="9999-12-31T23:58:00Z", author={"id": "kim"} if i else {}) for i in range(5)]
    assert [f.verdict for f in policies(FLOOD).groups(last, at=end).findings] == ["fail"]


def test_what_may_not_count_does_not_say_again_what_is_certain() -> None:
    every = FLOOD.replace("at_least: 4", "at_least: 2, report: every time")
    labelled = policies(every.replace("window: {", "window: {where: {labels: {includes: bad}}, "))
    sure = [comment(i, author={"id": "kim"}, labels=["bad"]) for i in range(2)]
    unsure = comment(2, author={"id": "kim"}, labels="not a list")
    assert found(labelled, [*sure, unsure]) == found(labelled, sure)


def test_a_record_of_several_groups_counts_in_those_that_it_tells() -> None:
    by_labels = policies(FLOOD.replace("author.id", "labels"))
    records = [comment(i, labels=["bread", None]) for i in range(4)]
    verdicts = {(f.group or {})["by"]["labels"]: f.verdict for f in found(by_labels, records)}
    assert verdicts["bread"] == "fail"
    assert found(by_labels, records[:3]) == ()


def test_who_may_have_written_too_much_is_what_trying_every_author_finds() -> None:
    flood, random = policies(FLOOD), Random(7)
    for _ in range(300):
        told = [(random.randrange(40), random.choice(["kim", "ana", None])) for _ in range(random.randrange(12))]
        records = [
            comment(i, posted_at=(AT - timedelta(minutes=at)).isoformat(), author={} if who is None else {"id": who})
            for i, (at, who) in enumerate(told)
        ]
        expected = {who for who in ("kim", "ana") if _may_flood(told, who)}
        assert {(f.group or {})["by"]["author.id"] for f in found(flood, records)} & {"kim", "ana"} == expected, told


def _may_flood(told: list[tuple[int, str | None]], who: str) -> bool:
    """Tell whether four comments in ten minutes may be of an author, one of them certainly."""
    for end in range(-10, 40):
        inside = [name for at, name in told if end <= at < end + 10 and name in {who, None}]
        if len(inside) >= 4 and who in inside:
            return True
    return False


def test_an_explanation_names_the_group(raids: PolicySet) -> None:
    records = [comment(i) for i in range(25)]
    explained = raids.explain(records[0], at=AT, related=records[1:])
    lines = render(explained, Shown(place="c.json:1", subject="comment c00")).splitlines()
    (told,) = [line for line in lines if "25 records" in line]
    assert told.startswith("  25 records, target.id ana, 2026-06-01T11:00:38Z to 2026-06-01T11:00:48Z: c00, c01")


# Groups in periods ----------------------------------------------------------------------------------------------------


def test_four_weeks_over_capacity_in_a_row_are_found() -> None:
    (finding,) = found(policies(CAPACITY), [plan(week) for week in range(1, 5)])
    assert finding.group is not None
    assert finding.group["records"] == ["kim-1", "kim-2", "kim-3", "kim-4"]
    assert finding.group["period"] == "the week of 2026-05-04 to the week of 2026-05-25"


def test_weeks_to_come_are_planned_over_capacity_before_they_begin() -> None:
    (finding,) = found(policies(CAPACITY), [plan(-week) for week in range(1, 5)])
    assert finding.group is not None
    assert finding.group["period"] == "the week of 2026-06-08 to the week of 2026-06-29"


def test_scheduled_posts_count_before_they_go_out() -> None:
    posts = [post(day, "promotion") | {"scheduled_at": f"2026-08-{day:02}T10:00:00Z"} for day in range(1, 4)]
    (finding,) = found(policies(MIX), posts)
    assert finding.group == {"by": {"owner": "kim"}, "records": ["p01", "p02", "p03"], "period": "2026-08"}


@pytest.mark.parametrize(
    "records",
    [
        [plan(week) for week in (1, 2, 3)],
        [plan(week) for week in (1, 2, 4, 5)],  # a period without a record breaks the row
        [plan(week, hours=20 if week == 3 else 39) for week in range(1, 6)],
        [plan(week, owner="kim" if week % 2 else "ana") for week in range(1, 7)],
    ],
    ids=["three weeks", "a gap", "a quiet week", "two people"],
)
def test_these_are_no_four_weeks_in_a_row(records: list[dict[str, Any]]) -> None:
    assert found(policies(CAPACITY), records) == ()


def test_a_week_of_which_the_load_is_not_told_may_be_the_fourth() -> None:
    records = [plan(1), plan(2), {k: v for k, v in plan(3).items() if k != "hours_planned"}, plan(4)]
    (finding,) = found(policies(CAPACITY), records)
    assert (finding.verdict, finding.missing) == ("unproven", ("hours_planned",))


def test_a_plan_without_a_week_may_fill_a_gap() -> None:
    records = [plan(1), plan(2), {k: v for k, v in plan(9).items() if k != "week"}, plan(4)]
    assert [f.verdict for f in found(policies(CAPACITY), records)] == ["unproven"]


def post(day: int, kind: str | None, owner: str | None = "kim") -> dict[str, Any]:
    """Return a post in May."""
    record = {
        "type": "content", "id": f"p{day:02}", "owner": owner, "content_type": kind,
        "scheduled_at": f"2026-05-{day:02}T10:00:00Z",
    }  # fmt: skip
    return {key: value for key, value in record.items() if value is not None}


def test_a_group_is_judged_as_a_whole() -> None:
    mix = policies(MIX)
    good = [post(day, "promotion" if day <= 4 else "value") for day in range(1, 11)]
    assert found(mix, good) == ()
    (finding,) = found(mix, [*good, post(11, "promotion")])
    assert (finding.message, finding.group) == (
        "kim promotes too much",
        {"by": {"owner": "kim"}, "records": [f"p{day:02}" for day in range(1, 12)], "period": "2026-05"},
    )


def test_a_record_that_may_belong_to_a_group_leaves_it_unproven() -> None:
    good = [post(day, "promotion" if day <= 4 else "value") for day in range(1, 11)]
    (finding,) = found(policies(MIX), [*good, post(11, "promotion", owner=None)])
    assert finding.verdict == "unproven"


def test_a_record_without_an_owner_may_belong_to_its_own_month_alone() -> None:
    good = [post(day, "promotion" if day <= 4 else "value") for day in range(1, 11)]
    elsewhere = {**post(11, "promotion", owner=None), "scheduled_at": "2026-08-11T10:00:00Z"}
    assert found(policies(MIX), [*good, elsewhere]) == ()


def test_a_plan_without_an_owner_may_fill_its_own_week_alone() -> None:
    capacity, three = policies(CAPACITY), [plan(1), plan(2), plan(4)]
    assert [f.verdict for f in found(capacity, [*three, plan(3, owner=None)])] == ["unproven"]
    assert found(capacity, [*three, plan(9, owner=None)]) == ()


def test_months_begin_when_they_begin_in_the_market() -> None:
    monthly = MIX.replace("{by: [owner], period: month}", "{by: [owner], period: day}")
    directory = (
        "kind: directory\nid: directory\nowner: marketing\npeople: {kim: {team: marketing}}\n"
        "markets: {JP: {zone: Asia/Tokyo}, US: {zone: America/New_York}}\n"
    )
    late = {**post(4, "promotion"), "scheduled_at": "2026-05-04T20:00:00Z"}
    both = policies(monthly, directory)
    periods = [
        f.group["period"] for m in ("JP", "US") for f in found(both, [{**late, "markets": [m]}]) if f.group is not None
    ]
    assert periods == ["2026-05-05", "2026-05-04"]


# Faults ---------------------------------------------------------------------------------------------------------------

WINDOW = "window: {by: target.id, within: 10 min, at_least: 20}, then: hold"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("window: {by: target, within: 10 min, at_least: 20}, then: hold", "PE720"),
        ("window: {by: target.idd, within: 10 min, at_least: 20}, then: hold", "PE102"),
        ("window: {by: target.id, within: 10 min}, then: hold", "PE124"),
        ("window: {within: 10 min, at_least: 20, above: 3}, then: hold", "PE124"),
        ("window: {within: 1 month, at_least: 20}, then: hold", "PE723"),
        ("window: {within: 10 min, at_most: 2}, then: hold", "PE724"),
        ("window: {within: 10 min, at_least: 0}, then: hold", "PE724"),
        ("window: {within: 10 min, at_least: 5, until_below: 6}, then: hold", "PE724"),
        ("window: {within: 7d, spike: {over: 1d, count_at_least: 5}, at_least: 3}, then: hold", "PE723"),
        ("window: {within: 10 min, rising: text, at_least: 3}, then: hold", "PE720"),
        ("window: {within: 10 min, distinct: author.id, share: {ours: true}, at_least: 3}, then: hold", "PE722"),
        ("window: {within: 10 min, at_least: 20, report: now}, then: hold", "PE123"),
        ("window: {within: 10 min, at_least: 20}", "PE112"),
        (f"when: {{ours: false}}, {WINDOW}", "PE353"),
        ("group_by: target.id, window: {within: 10 min, at_least: 20}, then: hold", "PE120"),
    ],
)
def test_a_window_that_means_nothing_is_one_fault(written: str, code: str) -> None:
    head = RAID[: RAID.index("protected:")]
    reported = faults(f"{head}rules:\n  - {{id: x, title: X, {written}}}\n")
    assert [fault.split()[1] for fault in reported] == [code]


@pytest.mark.parametrize(
    ("across", "rule", "code"),
    [
        ("{by: ownr}", "when: {$group: {size: {above: 2}}}, then: flag", "PE102"),
        ("{by: owner}", "when: {hours_planned: {above: 2}}, then: flag", "PE726"),
        ("{by: owner, period: fortnight}", "when: {$group: {size: {above: 2}}}, then: flag", "PE123"),
        ("{by: owner, in_a_row: 3}", "when: {owner: kim}, then: flag", "PE725"),
        ("{by: owner, period: week, in_a_row: 3}", "require: {owner: kim}, otherwise: flag", "PE726"),
        ("{by: owner}", "for_each: mix, when: {$group: {size: {above: 2}}}, then: flag", "PE726"),
    ],
)
def test_an_across_that_means_nothing_is_one_fault(across: str, rule: str, code: str) -> None:
    head = CAPACITY[: CAPACITY.index("across:")]
    reported = faults(f"{head}across: {across}\nrules:\n  - {{id: x, title: X, {rule}}}\n")
    assert [fault.split()[1] for fault in reported] == [code]
