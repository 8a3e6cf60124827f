"""The directory: people at a time, deputies, rotations, calendars, and what is wrong with one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from policyengine.core.calendar import ALWAYS
from policyengine.core.codes import CODES
from policyengine.kinds.directory import EXAMPLE
from policyengine.shapes.directory import Absence, Directory, Period, Person, Role, Rotation
from tests.sets import faults, loaded, policies

HEAD = "kind: directory\nid: directory\nowner: ops\n"
BODY = """\
zone: Europe/London
teams: [ops, legal, legal_uk, social]
part_of: {legal_uk: legal}
people:
  ana: {name: Ana Okafor, team: ops, market: US, roles: [brand, {role: editor, from: 2026-03-01, until: 2026-04-01}]}
  ben: {team: legal_uk, roles: [counsel], absent: [{from: 2026-08-01, until: 2026-08-15, deputy: cal}]}
  cal: {team: legal, absent: [{from: 2026-08-10, until: 2026-08-12, deputy: dee}]}
  dee: {team: legal}
  eve: {team: social, absent: [{from: 2026-08-01, until: 2026-08-15}]}
  fay: {team: social, roles: [brand], left_at: 2026-06-01}
on_call:
  desk: {people: [ana, ben, cal], change: weekly, from: 2026-01-05}
  daily: {people: [ana, ben], change: daily, from: 2026-03-28}
calendars:
  uk: {zone: Europe/London, hours: {monday to friday: "09:00 to 17:30"}, holidays: [GB-ENG, 2026-12-24]}
markets: {GB: {calendar: uk, languages: [en]}, US: {zone: America/New_York}, DE: {calendar: uk, zone: Europe/Berlin}}
groups: {dach: [DE], all: [GB, US, DE]}
platforms: [naver]
"""
CHECK = """\
kind: check
id: c
title: C
owner: ops
applies_to: content
rules: [{id: r, when: {platform: naver}, then: flag}]
"""


ANA = "people: {ana: {team: ops, roles: [brand]}}\n"


def directory(body: str = BODY) -> Directory:
    return policies(HEAD + body, CHECK).assembly.directory


def at(day: str, hour: int = 12) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour:02}:00:00+00:00")


# People at a time -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "role", "when", "expected"),
    [
        ("ana", "brand", at("2020-01-01"), True),
        ("ana", "editor", datetime(2026, 3, 1, 4, 59, 59, tzinfo=UTC), False),  # the day begins in her market, New York
        ("ana", "editor", datetime(2026, 3, 1, 5, tzinfo=UTC), True),
        ("ana", "editor", datetime(2026, 4, 1, 3, 59, 59, tzinfo=UTC), True),
        ("ana", "editor", datetime(2026, 4, 1, 4, tzinfo=UTC), False),  # summer time has begun there
        ("ana", "counsel", at("2026-03-10"), False),
        ("nobody", "brand", at("2026-03-10"), False),
        ("fay", "brand", at("2026-05-31"), True),
        ("fay", "brand", at("2026-06-01"), False),
    ],
)
def test_a_role_is_held_for_a_time(person: str, role: str, when: datetime, expected: object) -> None:
    assert directory().holds(person, role, when) is expected


def test_bare_dates_are_days_in_the_directorys_zone() -> None:
    assert directory().people["fay"].left_at == datetime(2026, 5, 31, 23, tzinfo=UTC)
    assert directory(BODY.replace("zone: Europe/London\nteams", "teams")).people["fay"].left_at == datetime(
        2026, 6, 1, tzinfo=UTC
    )


def test_a_team_has_the_members_of_its_parts() -> None:
    assert directory().members("legal", at("2026-03-01")) == ("ben", "cal", "dee")
    assert directory().members("legal_uk", at("2026-03-01")) == ("ben",)
    assert directory().members("social", at("2026-07-01")) == ("eve",)


@pytest.mark.parametrize(
    ("person", "day", "expected"),
    [
        ("ben", "2026-07-31", "ben"),
        ("ben", "2026-08-01", "cal"),
        ("ben", "2026-08-11", "dee"),
        ("ben", "2026-08-15", "ben"),
        ("eve", "2026-08-02", None),
        ("fay", "2026-08-02", None),
        ("nobody", "2026-08-02", None),
    ],
)
def test_somebody_acts_for_whoever_is_away(person: str, day: str, expected: str | None) -> None:
    assert directory().acting(person, at(day)) == expected


def test_who_somebody_stands_in_for() -> None:
    assert directory().stands_in_for("cal", at("2026-08-02")) == ("ben",)
    assert directory().stands_in_for("dee", at("2026-08-11")) == ("ben", "cal")
    assert directory().stands_in_for("cal", at("2026-07-02")) == ()


def test_deputies_in_a_circle_act_for_nobody() -> None:
    away = (Absence(Period(), "b"),), (Absence(Period(), "a"),)
    people = {"a": Person("a", absences=away[0]), "b": Person("b", absences=away[1])}
    assert Directory(known=True, people=people).acting("a", at("2026-01-01")) is None


def test_people_are_records_of_type_person() -> None:
    people = directory().people_at(at("2026-03-10"))
    assert people["ana"] == {
        "type": "person",
        "id": "ana",
        "title": "Ana Okafor",
        "team": "ops",
        "active": True,
        "roles": ["brand", "editor"],
    }
    later = directory().people_at(at("2026-07-01"))
    assert (later["fay"]["active"], later["fay"]["roles"], later["ana"]["roles"]) == (False, [], ["brand"])
    assert (len(people), sorted(people)) == (6, ["ana", "ben", "cal", "dee", "eve", "fay"])


def test_conditions_may_ask_about_people() -> None:
    policy = CHECK.replace(
        "rules: [{id: r, when: {platform: naver}, then: flag}]",
        "with: {writer: {one: person, where: {id: $record.author.id}}}\n"
        "rules: [{id: r, when: {$writer.roles: {includes: brand}, $writer.active: true}, then: flag}]",
    )
    found = policies(HEAD + BODY, policy)
    post = {"type": "content", "id": "p", "author": {"id": "fay"}, "platform": "x"}
    related = [{"type": "person", "id": "fay", "active": True, "roles": ["brand"]}]
    assert found.evaluate(post, at=at("2026-05-01"), related=related, only=["c"]).outcome == "flag"


# Rotations ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rotation", "when", "expected"),
    [
        ("desk", at("2025-01-01"), "ana"),
        ("desk", at("2026-01-05", 0), "ana"),
        ("desk", at("2026-01-11", 23), "ana"),
        ("desk", at("2026-01-12", 0), "ben"),
        ("desk", at("2026-01-19", 0), "cal"),
        ("desk", at("2026-01-26", 0), "ana"),
        ("daily", at("2026-03-28", 23), "ana"),
        ("daily", datetime(2026, 3, 29, 22, 59, tzinfo=UTC), "ben"),
        ("daily", datetime(2026, 3, 29, 23, tzinfo=UTC), "ana"),  # midnight in London, after the clocks went forward
        ("nothing", at("2026-01-01"), None),
    ],
)
def test_who_is_on_call(rotation: str, when: datetime, expected: str | None) -> None:
    assert directory().on_call(rotation, when) == expected


def test_a_rotation_of_one_is_always_the_same() -> None:
    one = Rotation("r", ("ana",), at("2026-01-05"), 3, ZoneInfo("UTC"))
    assert {one.turn(at(day)) for day in ("2026-01-01", "2026-01-08", "2027-01-01")} == {"ana"}


# Calendars, markets, groups, platforms --------------------------------------------------------------------------------


def test_a_calendar_knows_holidays_and_single_days() -> None:
    found = directory().calendars["uk"]
    assert not found.is_open(at("2026-12-25"))
    assert not found.is_open(at("2026-12-24"))
    assert found.is_open(at("2026-12-23"))


def test_a_market_has_a_calendar_and_a_zone() -> None:
    found = directory()
    assert found.calendar_of("DE") == found.calendars["uk"]
    zones = [found.zone_of(market, ZoneInfo("UTC")).key for market in ("GB", "US", "DE", "FR")]
    assert zones == ["Europe/London", "America/New_York", "Europe/Berlin", "UTC"]


def test_groups_and_platforms_are_known_to_conditions() -> None:
    policy = CHECK.replace("{platform: naver}", "{platform: naver, markets: {includes_any: $groups.dach}}")
    found = policies(HEAD + BODY, policy)
    record = {"type": "content", "id": "p", "platform": "naver", "markets": ["DE"]}
    assert found.evaluate(record, at=at("2026-03-01"), only=["c"]).outcome == "flag"


# Faults ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["PE310", "PE311", "PE312", "PE313", "PE314", "PE319", "PE740"])
def test_each_code_is_provoked_by_its_bad_example_alone(code: str) -> None:
    assert {fault.split()[1] for fault in faults(CODES[code].bad)} == {code}
    assert faults(CODES[code].good) == []


def warnings(text: str) -> list[str]:
    return [
        f"{d.span.line}:{d.span.column} {d.code} {d.message}"
        for d in loaded(text).diagnostics
        if d.severity == "warning" and d.span is not None
    ]


@pytest.mark.parametrize("code", ["PE316", "PE317", "PE318"])
def test_each_doubt_is_provoked_by_its_bad_example_alone(code: str) -> None:
    assert {warning.split()[1] for warning in warnings(CODES[code].bad)} == {code}
    assert faults(CODES[code].bad) == []
    assert warnings(CODES[code].good) == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("roles: [brand, counsel]\npeople: {ana: {team: ops, roles: [brand]}}\n",
         ["4:16 PE316 nobody holds the role `counsel`"]),
        ("roles: [brand]\npeople: {ana: {team: ops, roles: [{role: brand, until: 2026-07-01}]}}\n",
         ["4:9 PE316 nobody holds the role `brand` from 2026-07-01T00:00:00Z on"]),
        (("roles: [brand]\npeople: {ana: {team: ops, roles: [brand], left_at: 2026-07-01}, "
         "ben: {team: ops, roles: [{role: brand, until: 2026-06-01}]}, cal: {team: ops}}\n"),
         ["4:9 PE316 nobody holds the role `brand` from 2026-07-01T00:00:00Z on"]),
        (("roles: [brand]\npeople: {ana: {team: ops, roles: [{role: brand, until: 2026-07-01}]}, "
         "ben: {team: ops, roles: [brand]}}\n"), []),
        ("teams: [ops, legal]\npeople: {ana: {team: ops}}\n", ["4:14 PE317 nobody is in the team `legal`"]),
        (("teams: [ops, legal, legal_uk]\npart_of: {legal_uk: legal}\n"
         "people: {ana: {team: ops}, ben: {team: legal_uk}}\n"), []),
        ("teams: [ops, legal]\npeople: {ana: {team: ops}, ben: {team: legal, left_at: 2026-07-01}}\n",
         ["4:14 PE317 nobody is in the team `legal` from 2026-07-01T00:00:00Z on"]),
    ],
    ids=["a role without people", "a role until a day", "everybody with the role leaves", "one of two stays",
         "an empty team", "a team with a part", "everybody in the team leaves"],
)  # fmt: skip
def test_what_nobody_does_any_more_is_doubtful(body: str, expected: list[str]) -> None:
    assert warnings(HEAD + body) == expected


@pytest.mark.parametrize(
    ("office", "expected"),
    [
        ('{zone: Europe/London, hours: {sunday: "01:30 to 09:00"}}',
         ["5:57 PE318 the clocks skip `01:30` on 2026-03-29: they go from 01:00 to 02:00"]),
        ('{zone: Europe/London, hours: {saturday: "22:00 to 01:30"}}',
         ["5:59 PE318 the clocks skip `01:30` on 2026-03-29: they go from 01:00 to 02:00"]),
        ('{zone: Europe/London, hours: {sunday: "01:10 to 01:40"}}',
         ["5:57 PE318 the clocks skip `01:10` on 2026-03-29: they go from 01:00 to 02:00"]),
        ('{zone: Australia/Lord_Howe, hours: {sunday: "02:15 to 09:00"}}',
         ["5:63 PE318 the clocks skip `02:15` on 2026-10-04: they go from 02:00 to 02:30"]),
        ('{zone: America/Havana, hours: {sunday: "00:00 to 09:00"}}',
         ["5:58 PE318 the clocks skip `00:00` on 2026-03-08: they go from 00:00 to 01:00"]),
        ('{zone: America/Havana, hours: {every day: "00:00 to 24:00"}}', []),
        ('{zone: America/Havana, hours: {saturday: "00:00 to 24:00", sunday: "00:00 to 24:00"}}',
         []),
        ('{zone: Europe/London, hours: {sunday: "00:00 to 01:00"}}', []),
        ('{zone: Europe/London, hours: {sunday: "00:30 to 02:00"}}', []),
        ('{zone: Europe/London, hours: {monday to saturday: "01:30 to 09:00"}}', []),
        ('{zone: Asia/Kolkata, hours: {every day: "01:30 to 09:00"}}', []),
    ],
    ids=["begins in the gap", "a night shift ends in the gap", "lies in the gap", "a gap of half an hour",
         "begins with a gap at midnight", "runs through a gap at midnight", "two days, one stretch",
         "ends where the gap begins", "ends where the gap ends", "not on that weekday", "a zone that never changes"],
)  # fmt: skip
def test_hours_that_the_clocks_skip_are_doubtful(office: str, expected: list[str]) -> None:
    assert warnings(HEAD + ANA + f"calendars: {{desk: {office}}}\n") == expected


OFFICES = (
    'calendars:\n  uk: {zone: Europe/London, hours: {monday to friday: "09:00 to 17:30"}, holidays: GB-ENG}\n'
    '  us: {zone: America/New_York, hours: {monday to friday: "09:00 to 17:30"}}\n'
    '  au: {zone: Australia/Sydney, hours: {monday to friday: "09:00 to 17:30"}}\n'
)


def test_calendars_may_have_to_be_open_together() -> None:
    both = "  both: {all_of: [uk, us]}\n  early: {all_of: [both], zone: Europe/London, holidays: 2026-03-03}\n"
    found = directory(ANA + "platforms: [naver]\n" + OFFICES + both).calendars
    assert found["both"] == found["uk"] & found["us"] == found["us"] & found["uk"]
    assert found["both"].next_open(at("2026-03-02", 12)) == at("2026-03-02", 14)
    assert found["both"].next_open(at("2026-03-10", 12)) == at("2026-03-10", 13)  # New York has summer time already
    assert found["both"].next_open(at("2026-04-03", 12)) == at("2026-04-07", 13)  # Easter in England
    assert found["early"].next_open(at("2026-03-03", 12)) == at("2026-03-04", 14)
    assert (found["both"].zone.key, found["early"].zone.key) == ("UTC", "Europe/London")


@pytest.mark.parametrize(
    ("written", "expected", "help_"),
    [
        ("{all_of: [uk, sa]}", "9:23 PE310 the directory has no calendar `sa`", None),
        ("{all_of: [uk, au]}", "9:18 PE740 `both` never opens", "its calendars have no hours in common"),
        ("{all_of: [uk, both]}", "9:23 PE319 the calendar `both` would be a part of itself", "name other calendars"),
        ("{all_of: [more]}\n  more: {all_of: [both, uk]}",
         "10:19 PE319 the calendar `both` would be a part of itself", None),
        ("{all_of: []}", "9:18 PE107 `all_of` is an empty list", None),
        ("{all_of: [uk], zone: Lodnon}", "9:30 PE312 `Lodnon` is not a time zone", None),
        ("{all_of: [uk], holidays: [GB-EN]}", "9:35 PE312 `GB-EN` has no known public holidays", None),
        ("{all_of: [uk], zone: Europe/London, hours: {monday: '09:00 to 10:00'}}",
         "9:10 PE124 `all_of` cannot stand beside `hours`", None),
        ("{hours: {monday: '09:00 to 10:00'}}", "9:9 PE121 `zone` is missing", None),
    ],
    ids=["an unknown one", "never open together", "a part of itself", "a circle of two", "of none", "no such zone",
         "no such holidays", "hours of its own", "no zone"],
)  # fmt: skip
def test_calendars_that_cannot_be_open_together(written: str, expected: str, help_: str | None) -> None:
    found = [d for d in loaded(HEAD + ANA + OFFICES + f"  both: {written}\n").diagnostics if d.severity == "error"]
    assert [f"{d.span.line}:{d.span.column} {d.code} {d.message}" for d in found if d.span] == [expected]
    if help_ is not None:
        assert found[0].help == help_


@pytest.mark.parametrize(
    ("body", "expected", "help_"),
    [
        (
            (
                "people: {ana: {team: ops, absent: [{from: 2026-08-01, until: 2026-08-02, deputy: kym}]}, "
                "kim: {team: ops}}\n"
            ),
            "4:82 PE310 the directory has no person `kym`",
            "did you mean `kim`?",
        ),
        (
            "people: {ana: {team: ops, absent: [{from: 2026-08-01, until: 2026-08-02, deputy: ana}]}}\n",
            "4:82 PE310 `ana` cannot be their own deputy",
            "name somebody else",
        ),
        (
            "people: {ana: {team: ops, absent: [{from: 2026-08-01, until: 2026-08-01}]}}\n",
            "4:62 PE311 this ends before it begins",
            "`until` is the first day after it",
        ),
        (
            "people: {ana: {team: ops, roles: [{role: brand, from: 2026-08-01, until: 2026-07-01}]}}\n",
            "4:74 PE311 this ends before it begins",
            "turn the two dates round",
        ),
        (
            "teams: [ops]\npeople: {ana: {team: opps}}\n",
            "5:22 PE310 the directory has no team `opps`",
            "did you mean `ops`?",
        ),
        (
            "roles: [brand]\npeople: {ana: {team: ops, roles: [brnad]}}\n",
            "5:35 PE310 the directory has no role `brnad`",
            "did you mean `brand`?",
        ),
        ("people: {ana: {team: ops, roles: [{rol: brand}]}}\n", "4:36 PE120 unknown key `rol`", "did you mean `role`?"),
        (
            "people: {ana: {team: ops, roles: [{role: brand, from: 2026-13-01}]}}\n",
            "4:55 PE122 `2026-13-01` does not exist: there is no month 13",
            None,
        ),
        (
            ANA + "on_call: {desk: {people: [ana, kim], change: weekly, from: 2026-01-05}}\n",
            "5:32 PE310 the directory has no person `kim`",
            "there are ana",
        ),
        (
            ANA + "on_call: {desk: {people: [ana], change: weekly, from: 2026-01-05}}\n".replace("weekly", "weakly"),
            "5:41 PE314 `weakly` is no turn of a rotation",
            "did you mean `weekly`?",
        ),
        (ANA + "markets: {GB: {calendar: uk}}\n", "5:26 PE310 the directory has no calendar `uk`", "there are always"),
        (
            ANA + "markets: {UKK: {languages: [en]}}\n",
            "5:11 PE211 `UKK` is not a market",
            "a market is a code such as `GB`",
        ),
        (
            ANA + "markets: {GB: {zone: Europe/Lodnon}}\n",
            "5:22 PE312 `Europe/Lodnon` is not a time zone",
            "write `Europe/London`",
        ),
        (
            ANA + "markets: {GB: {languages: [en]}}\ngroups: {isles: [GB, IE]}\n",
            "6:22 PE310 the directory has no market `IE`",
            "there are GB",
        ),
        (ANA + "zone: GMT+1\n", "5:7 PE312 `GMT+1` is not a time zone", None),
        (
            ANA + "calendars: {uk: {zone: Europe/London, hours: {}}}\n",
            "5:46 PE107 `hours` is empty",
            "leave the key out",
        ),
        (ANA + "calendars: {uk: {zone: Europe/London}}\n", "5:17 PE124 one of `hours`, `all_of` is needed", None),
        (
            ANA + 'calendars: {uk: {zone: Europe/London, hours: {monday: "09:00 to 17:00"}, holidays: GB-EN}}\n',
            "5:84 PE312 `GB-EN` has no known public holidays",
            None,
        ),
        (
            ANA + 'calendars: {uk: {zone: London, hours: {monday: "09:00 to 17:00"}}}\n',
            "5:24 PE312 `London` is not a time zone",
            "write `Europe/London`",
        ),
        ("part_of: {ops: opps}\n" + ANA, "4:16 PE310 the directory has no team `opps`", "did you mean `ops`?"),
    ],
)
def test_a_fault_has_its_place_and_its_help(body: str, expected: str, help_: str | None) -> None:
    found = [d for d in loaded(HEAD + body, CHECK.replace("naver", "x")).diagnostics if d.severity == "error"]
    assert [f"{d.span.line}:{d.span.column} {d.code} {d.message}" for d in found if d.span] == [expected]
    if help_ is not None:
        assert found[0].help == help_


def test_all_faults_are_found_in_one_run() -> None:
    body = (
        "people: {ana: {team: ops, absent: [{from: 2026-08-02, until: 2026-08-01, deputy: kim}]}}\n"
        "markets: {GB: {calendar: uk}}\ngroups: {dach: [DE]}\n"
    )
    assert [fault.split()[1] for fault in faults(HEAD + body)] == ["PE311", "PE310", "PE310", "PE310"]


def test_the_example_loads() -> None:
    assert faults(EXAMPLE) == []


def test_a_directory_needs_people() -> None:
    assert faults(HEAD) == ["1:1 PE121 `people` is missing"]


# What is gathered once ------------------------------------------------------------------------------------------------


NAMES = st.sampled_from(["ana", "ben", "cal", "dee", "eve"])
MOMENTS = st.none() | st.integers(0, 9).map(lambda day: datetime(2026, 1, 1 + day, tzinfo=UTC))
PERIODS = st.builds(Period, MOMENTS, MOMENTS)
TEAMS = st.sampled_from(["ops", "legal", "legal_uk"])


@st.composite
def directories(draw: st.DrawFn) -> Directory:
    people = {
        name: Person(
            name,
            draw(st.none() | TEAMS),
            tuple(draw(st.lists(st.builds(Role, st.sampled_from(["brand", "counsel"]), PERIODS), max_size=2))),
            tuple(draw(st.lists(st.builds(Absence, PERIODS, st.none() | NAMES), max_size=2))),
            draw(MOMENTS),
        )
        for name in draw(st.sets(NAMES))
    }
    return Directory(known=True, people=people, part_of=draw(st.dictionaries(TEAMS, TEAMS, max_size=2)))


@given(directories(), st.integers(-1, 11))
def test_the_answers_are_those_of_asking_everybody(found: Directory, day: int) -> None:
    when = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day)
    people = sorted(found.people)
    for name in ("ana", "ben", "cal", "dee", "eve", "nobody"):
        stood_in_for = tuple(p for p in people if p != name and found.acting(p, when) == name)
        assert found.stands_in_for(name, when) == stood_in_for
    for team in ("ops", "legal", "legal_uk", "none"):
        assert found.members(team, when) == tuple(p for p in people if found.belongs(p, team, when))
    for role in ("brand", "counsel", "none"):
        assert found.holders(role, when) == tuple(p for p in people if found.holds(p, role, when))


def test_another_directory_made_of_one_gathers_anew() -> None:
    away = Absence(Period(), "ben")
    first = Directory(known=True, people={"ana": Person("ana", absences=(away,)), "ben": Person("ben")})
    assert first.stands_in_for("ben", at("2026-01-01")) == ("ana",)
    second = structs.replace(first, people={"ben": Person("ben")})
    assert second.stands_in_for("ben", at("2026-01-01")) == ()


def test_a_market_may_have_the_calendar_that_never_closes() -> None:
    found = directory(ANA + "platforms: [naver]\nmarkets: {GB: {calendar: always, zone: Europe/London}}\n")
    assert found.calendar_of("GB") == ALWAYS
