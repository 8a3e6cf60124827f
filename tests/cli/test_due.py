"""`policyengine due`: rows, filters, formats, the calendar and the exit codes."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from icalendar import Calendar

from policyengine.report.calendar import folded
from tests.cli.running import AT, run, write

POLICIES = """\
kind: directory
id: directory
owner: analytics
teams: [analytics, legal, legal_uk, people_team]
part_of: {legal_uk: legal}
people:
  ana: {team: analytics, roles: [editor]}
  ben: {team: legal_uk, roles: [counsel]}
  cy: {team: analytics}
---
kind: review
id: review.kpis
title: KPIs are reviewed every quarter
owner: analytics
every: quarter
day: second Tuesday of the first month
grace: 10 business days
evidence: [outcome]
effective: {from: 2026-01-01}
---
kind: review
id: training.basics
title: Everybody knows the basics; nobody guesses, ever
owner: people_team
for_each: {person: {active: true}}
every: 6 months
grace: 30d
effective: {from: 2026-01-01}
---
kind: approval
id: approval.content
title: Content is approved
owner: analytics
applies_to: content
review: {every: 6 months, owner: legal_uk, last: 2026-05-04}
stages:
  - {id: brand, needs: {role: editor}, within: 24h}
---
kind: check
id: ugc.takedown
title: Consent that is withdrawn ends the use
owner: analytics
applies_to: content
rules:
  - id: gone
    title: The post is taken down
    when: {ugc.consent.withdrawn_at: {exists: true}}
    require: {withdrawn_at: {exists: true}}
    otherwise: hold
    due: 72h after $record.ugc.consent.withdrawn_at
"""
RECORDS = """\
{"type": "review", "id": "q1", "purpose": "kpi", "concerns": ["review.kpis"], "completed_at": "2026-01-13T10:00:00Z", "outcome": "keep"}
{"type": "review", "id": "q2", "purpose": "kpi", "concerns": ["review.kpis"], "completed_at": "2026-04-14T10:00:00Z"}
{"type": "review", "id": "t1", "purpose": "training", "concerns": ["training.basics"], "person": "ana", "completed_at": "2026-06-01T10:00:00Z"}
{"type": "content", "id": "p1", "author": {"id": "cy"}, "submitted_at": "2026-06-15T09:00:00Z", "ugc": {"consent": {"withdrawn_at": "2026-06-10T12:00:00Z"}}}
{"type": "content", "id": "p2", "author": {"id": "cy"}, "ugc": {"consent": {"withdrawn_at": "2026-06-14T12:00:00Z"}}}
"""  # noqa: E501 - one record a line

ROWS = [
    ("overdue", "review", "review.kpis", "2026-04-14", "62d"),
    ("overdue", "obligation", "ugc.takedown", "2026-06-13T12:00:00Z", "2d"),
    ("due", "approval", "approval.content", "2026-06-16T09:00:00Z", None),
    ("due", "obligation", "ugc.takedown", "2026-06-17T12:00:00Z", None),
    ("upcoming", "training", "training.basics", "2026-07-01", None),
    ("upcoming", "policy", "approval.content", "2026-11-04", None),
]


@pytest.fixture(autouse=True)
def _files(folder: Path) -> None:
    write(folder, {"policies/all.yaml": POLICIES, "records/all.ndjson": RECORDS})


def due(*arguments: str) -> dict[str, object]:
    result = run("due", "--records", "records", *AT, "--format", "json", *arguments)
    assert result.exit_code == 0, result.output
    found: dict[str, object] = json.loads(result.stdout)
    return found


def rows(*arguments: str) -> list[tuple[str, ...]]:
    found = due(*arguments)["rows"]
    assert isinstance(found, list)
    return [(r["status"], r["kind"], r["policy"], r["next"], r["overdue_by"]) for r in found]


def test_everything_that_falls_due_is_listed_by_date() -> None:
    assert rows() == ROWS


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--within", "1d"), [0, 1, 2]),
        (("--within", "30d"), [0, 1, 2, 3, 4]),
        (("--within", "10 business days"), [0, 1, 2, 3]),
        (("--within", "12 weeks"), [0, 1, 2, 3, 4]),
        (("--owner", "analytics"), [0, 1, 2, 3]),
        (("--owner", "people_team"), [4]),
        (("--owner", "legal_uk"), [5]),
        (("--owner", "legal"), [5]),
        (("--owner", "ana"), [2]),
        (("--owner", "ben"), []),
        (("--only", "review.*", "--only", "training.*"), [0, 4]),
        (("--only", "ugc.takedown"), [1, 3]),
        (("--quiet",), [0, 1]),
    ],
    ids=lambda value: " ".join(map(str, value)),
)
def test_rows_may_be_selected(arguments: tuple[str, ...], expected: list[int]) -> None:
    assert rows(*arguments) == [ROWS[index] for index in expected]


def test_a_row_says_whose_when_and_what_is_missing() -> None:
    found = due("--only", "review.kpis")["rows"]
    assert found == [
        {
            "kind": "review",
            "policy": "review.kpis",
            "what": "KPIs are reviewed every quarter",
            "owner": "analytics",
            "status": "overdue",
            "last": "2026-01-13",
            "next": "2026-04-14",
            "in_time_until": "2026-04-28",
            "overdue_by": "62d",
            "missing": ["outcome"],
            "who": [],
            "record": None,
            "part": "2026-04-14",
            "because": "",
            "source": {"file": "policies/all.yaml", "line": 11},
        }
    ]


def test_people_who_are_late_are_named() -> None:
    result = run("due", "--records", "records", "--at", "2026-09-01", "--only", "training.basics")
    assert result.stdout == (
        "overdue by 62d: Everybody knows the basics; nobody guesses, ever\n"
        "  training training.basics of people_team, due 2026-07-01, in time until 2026-07-31, last 2026-06-01"
        " (policies/all.yaml:21)\n"
        "  asked of ben, cy\n\n"
        "1 thing: 1 late\n"
    )


AUDIT = """\
---
kind: review
id: audit.posts
title: One post in two is looked at again
owner: legal
every: month
day: 15th
sample: {of: content, by: submitted_at, at_least: 2}
effective: {from: 2026-01-01}
"""


def test_each_period_has_a_row_while_audits_are_missing(folder: Path) -> None:
    posts = [f'{{"type": "content", "id": "m{n}", "submitted_at": "2026-0{n}-03T09:00:00Z"}}' for n in (3, 4, 5)]
    held = '{"type": "review", "id": "a", "concerns": ["audit.posts", "m4"], "completed_at": "2026-05-03T09:00:00Z"}'
    write(folder, {"policies/all.yaml": POLICIES + AUDIT, "more.ndjson": "\n".join([*posts, held])})
    result = run("due", "--records", "more.ndjson", "--at", "2026-06-10", "--only", "audit.*")
    assert result.stdout == (
        "overdue by 56d: One post in two is looked at again: 1 of 1 audits of 2026-03 are missing\n"
        "  audit audit.posts of legal, due 2026-04-15, last 2026-05-03 (policies/all.yaml:52)\n"
        "  not audited: m3\n\n"
        "due now: One post in two is looked at again: 1 of 1 audits of 2026-05 are missing\n"
        "  audit audit.posts of legal, due 2026-06-15, last 2026-05-03 (policies/all.yaml:52)\n"
        "  not audited: m5\n\n"
        "2 things: 1 late, 1 due now\n"
    )


def test_records_may_be_named_as_files() -> None:
    write(Path(), {"new/p3.json": '{"type": "content", "id": "p3", "submitted_at": "2026-06-15T10:00:00Z"}'})
    result = run("due", "new", *AT, "--format", "json", "--only", "approval.content")
    found = json.loads(result.stdout)["rows"]
    assert [row["record"]["id"] for row in found if row["record"]] == ["p3"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), 0),
        (("--fail-on", "overdue"), 1),
        (("--fail-on", "overdue", "--only", "training.*"), 0),
        (("--fail-on", "none"), 0),
        (("--owner", "analitics"), 2),
        (("--within", "30 dys"), 2),
        (("--policies", "nowhere"), 2),
    ],
    ids=lambda value: " ".join(value) or "no option" if isinstance(value, tuple) else f"exit {value}",
)
def test_exit_codes(arguments: tuple[str, ...], code: int) -> None:
    assert run("due", "--records", "records", *AT, *arguments).exit_code == code


def test_the_configuration_may_say_what_makes_it_fail(folder: Path) -> None:
    write(folder, {"policyengine.yaml": "fail_on: [error, overdue]\nrecords: {paths: [records]}\n"})
    assert run("due", *AT).exit_code == 1


def test_nobody_by_that_name_is_a_fault_with_the_nearest() -> None:
    result = run("due", *AT, "--owner", "analitics")
    assert "error[PE711]: there is no team or person `analitics`" in result.output
    assert "did you mean `analytics`?" in result.output


def test_a_review_of_the_policy_that_nobody_can_date_is_refused(folder: Path) -> None:
    write(folder, {"policies/all.yaml": POLICIES.replace("every: 6 months, owner", "every: halfyearly, owner")})
    result = run("due", *AT)
    assert result.exit_code == 2
    assert "PE710" in result.output
    assert "policies/all.yaml:35:17" in result.output


def test_nothing_due_is_said() -> None:
    assert run("due", "--records", "records", *AT, "--owner", "ben").stdout == "nothing falls due\n"


# Formats --------------------------------------------------------------------------------------------------------------


def in_format(name: str, *arguments: str) -> str:
    return run("due", "--records", "records", *AT, "--format", name, *arguments).stdout


def test_markdown_is_a_table() -> None:
    lines = in_format("markdown").splitlines()
    assert lines[0] == "| due | what | whose | last | stands | missing |"
    assert lines[2] == (
        "| 2026-04-14 | KPIs are reviewed every quarter \\(review review.kpis\\) | analytics | 2026-01-13 |"
        " overdue by 62d | outcome |"
    )
    assert len(lines) == 2 + len(ROWS) + 2
    assert lines[-1] == "6 things: 2 late, 2 due now, 2 to come"


def test_junit_has_one_case_a_row_which_fails_where_it_is_late() -> None:
    root = ET.fromstring(in_format("junit"))  # noqa: S314 - our own output
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("6", "2", "0")
    failed = [case.get("name") for case in root.iter("testcase") if case.find("failure") is not None]
    assert failed == ["review review.kpis 2026-04-14", "obligation ugc.takedown content p1 gone"]


def test_annotations_are_errors_only_where_they_make_the_run_fail() -> None:
    quiet = in_format("github").splitlines()
    loud = in_format("github", "--fail-on", "overdue").splitlines()
    assert [line.partition(" ")[0] for line in quiet] == ["::warning"] * 4 + ["::notice"] * 2
    assert [line.partition(" ")[0] for line in loud] == ["::error"] * 2 + ["::warning"] * 2 + ["::notice"] * 2
    assert loud[0].startswith("::error file=policies/all.yaml,line=11,")


def test_sarif_has_one_result_a_row_at_its_policy() -> None:
    (found,) = json.loads(in_format("sarif"))["runs"]
    assert len(found["results"]) == len(ROWS)
    assert found["results"][0]["ruleId"] == "review.kpis"
    assert found["tool"]["driver"]["rules"][1]["shortDescription"]["text"] == "KPIs are reviewed every quarter"


# The calendar ---------------------------------------------------------------------------------------------------------


def written(*arguments: str) -> Calendar:
    """Return the calendar as `icalendar` reads it."""
    result = run("due", "--records", "records", *AT, "--ics", "due.ics", *arguments)
    assert result.exit_code == 0, result.output
    found = Calendar.from_ical(Path("due.ics").read_bytes())
    assert isinstance(found, Calendar)
    return found


def test_the_calendar_shows_the_same_dates() -> None:
    events = written().walk("VEVENT")
    shown = [event.decoded("DTSTART") for event in events]
    expected: list[date | datetime] = [
        datetime.fromisoformat(row[3]) if "T" in row[3] else date.fromisoformat(row[3]) for row in ROWS
    ]
    assert shown == expected
    assert [str(event["SUMMARY"]) for event in events][4] == "Everybody knows the basics; nobody guesses, ever"
    assert {event.decoded("DTSTAMP") for event in events} == {datetime(2026, 6, 15, 12, tzinfo=UTC)}
    assert all(len(event.walk("VALARM")) == 1 for event in events)
    assert [event.errors for event in events] == [[]] * len(ROWS)


def test_the_file_keeps_to_the_standard() -> None:
    written()
    data = Path("due.ics").read_bytes()
    lines = data.split(b"\r\n")
    assert lines[-1] == b""
    assert all(b"\n" not in line and b"\r" not in line and len(line) <= 75 for line in lines)
    assert lines[:3] == [b"BEGIN:VCALENDAR", b"VERSION:2.0", b"PRODID:-//policyengine//due//EN"]


def test_an_event_keeps_its_identity_while_its_deadline_moves() -> None:
    before = {str(event["UID"]) for event in written("--only", "approval.content").walk("VEVENT")}
    write(Path(), {"records/all.ndjson": RECORDS.replace("2026-06-15T09:00:00Z", "2026-06-15T11:00:00Z")})
    after = written("--only", "approval.content").walk("VEVENT")
    assert {str(event["UID"]) for event in after} == before
    assert len(before) == 2


def test_the_same_rows_are_the_same_bytes() -> None:
    written()
    first = Path("due.ics").read_bytes()
    written()
    assert Path("due.ics").read_bytes() == first


def test_a_calendar_without_events_is_one_all_the_same() -> None:
    found = written("--owner", "ben")
    assert found.walk("VEVENT") == []
    assert len(found.walk("VTIMEZONE")) == 1


def test_what_cannot_be_written_ends_with_two() -> None:
    result = run("due", *AT, "--ics", "nowhere/due.ics")
    assert result.exit_code == 2
    assert "could not be written" in result.stderr


def test_lines_are_folded_between_characters() -> None:
    line = "SUMMARY:" + "ü日😀" * 40
    raw = folded(line)
    parts = raw.removesuffix(b"\r\n").split(b"\r\n ")
    assert b"".join(parts).decode() == line
    for part in parts:
        part.decode()
    assert max(len(part) for part in parts[:1]) <= 75
    assert max(len(part) for part in parts[1:]) <= 74


# What clocks took -----------------------------------------------------------------------------------------------------

REPLIES = """\
kind: escalation
id: escalation.replies
title: Whoever asks is answered
owner: legal_uk
applies_to: comment
clocks:
  first_response:
    within: {any: 1h}
    promise: {by: channel, field: published_sla.first_response, same: [platform], headroom: 20%}
"""
ASKED = "type: comment, platform: x, posted_at: 2026-06-01T10:00:00Z"
QUESTIONS = "".join(
    f"{{{ASKED}, id: q{n:02}, answered_at: 2026-06-01T{at}Z}}\n---\n"
    for n, at in enumerate(["10:05:30", "10:20:00", *["10:50:00"] * 7, "12:00:00"])
)
OTHERS = """\
{type: comment, id: late, platform: x, posted_at: 2026-06-01T10:00:00Z}
---
{type: comment, id: untold, platform: x}
---
{type: channel, id: desk, platform: x, published_sla: {first_response: 15 min}}
---
{type: channel, id: slow, platform: x, published_sla: {first_response: 2000h}}
---
{type: channel, id: elsewhere, platform: tiktok, published_sla: {first_response: 1h}}
"""
TOOK = """\
clock escalation.replies first response: half within 50 min, nine of ten within 120 min; 9 of 10 in time; \
1 not stopped, 1 of them late; not known for untold
  `15 min`, as desk promises, leaves too little room
  `1h`, as elsewhere promises, cannot be told from these
  `2000h`, as slow promises, holds
"""


def test_what_clocks_took_over_all_cases_is_shown(folder: Path) -> None:
    write(folder, {"policies/replies.yaml": REPLIES, "records/all.ndjson": "", "records/all.yaml": QUESTIONS + OTHERS})
    told = ("due", "--records", "records", "--only", "escalation.replies", *AT)
    assert TOOK in run(*told, "--owner", "legal").stdout
    assert "clock escalation.replies" not in run(*told, "--owner", "people_team").stdout
    (found,) = json.loads(run(*told, "--format", "json").stdout)["clocks"]
    assert (found["stopped"], found["met"], found["p50"], found["p90"]) == (10, 9, "50 min", "2h")
