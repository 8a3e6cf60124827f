"""What a case may expect, each key hit and missed; strictness; edits, steps, matrices; the suite's own directory."""

from __future__ import annotations

import textwrap

import pytest

from policyengine.verify.running import Result, run_all
from policyengine.verify.suite import read_suites
from tests.sets import loaded

POLICIES = """\
kind: directory
id: directory
owner: social
teams: [social, legal, community]
people:
  ana: {team: social, roles: [brand_manager]}
  ben: {team: legal, roles: [counsel]}
  cy: {team: community}
on_call: {community: {people: [cy], change: weekly, from: 2026-01-05}}
calendars: {office: {zone: Europe/London, hours: {monday to friday: "09:00 to 17:00"}}}
markets: {GB: {calendar: office}, US: {zone: America/New_York}}
---
kind: check
id: links.tagged
title: Links can be traced
owner: social
applies_to: content
rules:
  - id: source_told
    title: Links say where the visit comes from
    for_each: links
    require: {utm.source: {exists: true}}
    otherwise: hold
    message: "`{host}` is not tagged"
    released_by: {role: counsel}
  - {id: no_shortener, title: No short links, when: {links: {some: {shortened: true}}}, then: block}
---
kind: check
id: reach
title: Small and large authors
owner: social
applies_to: content
rules:
  - {id: large, title: Large authors are seen by a person, when: {author.followers: {above: 1000}}, then: hold}
  - {id: here, title: Not for Britain, when: {$market: GB, author.team: loud}, then: block}
  - id: later
    title: From summer on nobody is anonymous
    when: {author.handle: nobody}
    then: block
    do: [hide, {queue: community}]
  - id: takedown
    title: What is withdrawn goes
    when: {ugc.consent.withdrawn_at: {exists: true}}
    then: block
    due: 72h after $record.ugc.consent.withdrawn_at
  - {id: rude, title: No rude words, when: {text: {exists: true, mentions: $terms.rude}, format: image}, then: flag}
---
kind: check
id: coming
title: A rule that begins later
owner: social
applies_to: content
effective: {from: 2027-01-01}
rules:
  - {id: format, title: No audio, when: {format: audio}, then: flag}
---
kind: approval
id: approval.content
title: Two people look at it
owner: social
applies_to: content
stages:
  - {id: brand, needs: {role: brand_manager}, within: 4h, calendar: market}
  - {id: legal, after: brand, needs: {role: counsel}}
---
kind: escalation
id: escalation.crisis
title: Somebody is told in time
owner: community
applies_to: incident
routes:
  - {id: hate, when: {category: hate_raid}, severity: high, to: community}
  - {id: rest, severity: low, to: community}
paths:
  community:
    calendar: always
    acknowledge_within: {high: 1h, low: 4h}
    steps: [{notify: {on_call: community}, via: [chat]}, {after: 2h, notify: {team: community}}]
    deadlines: [{id: authority, title: Tell the authority, within: 72h}]
---
kind: review
id: review.kpis
title: KPIs are reviewed every quarter
owner: social
every: quarter
---
{kind: terms, id: terms.rude, owner: social, see_through: [leet], words: [idiot]}
"""

SUITE = """\
kind: test
policies: [links.tagged, reach, coming, approval.content, escalation.crisis, review.kpis]
at: 2026-03-02T09:00:00Z
records:
  post:
    type: content
    platform: instagram
    format: image
    markets: [GB]
    text: hello
    author: {id: zoe, handle: zoe, followers: 10, team: quiet}
    links: [{url: "https://acme.example/?utm_source=x"}]
    media: []
    ugc: {creator: someone}
  bare: {base: post, set: {links: [{url: "https://acme.example/a"}]}}
  large: {base: post, set: {author.followers: 5000}}
  raid: {type: incident, category: hate_raid, events: [{event: opened, at: 2026-03-02T08:30:00Z}]}
cases:
"""


def results(cases: str, suite: str = SUITE) -> tuple[Result, ...]:
    found = loaded(POLICIES, suite + textwrap.indent(textwrap.dedent(cases), "  "))
    assert found.assembly is not None, [f"{d.span} {d.message}" for d in found.diagnostics]
    read = read_suites(found.assembly)
    assert read.diagnostics == (), [f"{d.span} {d.message} ({d.help})" for d in read.diagnostics]
    return run_all(read.trials)


def differences(cases: str, suite: str = SUITE) -> list[str]:
    (result,) = results(cases, suite)
    return [f"{d.what}: {d.expected} ≠ {d.seen}" for d in result.differences]


def case(written: str) -> str:
    return "- case: it\n" + textwrap.indent(textwrap.dedent(written), "  ")


HIT: dict[str, str] = {
    "outcome": "record: bare\nexpect: {outcome: hold, fails: [links.tagged/source_told]}",
    "fails": "record: large\nexpect: {fails: [reach/large]}",
    "fails, one without brackets": "record: large\nexpect: {fails: reach/large}",
    "nothing fails": "record: post\nexpect: {}",
    "unproven": "record: {base: post, unset: [author.followers]}\nexpect: {unproven: [reach/large]}",
    "missing": "record: {base: post, unset: [author.followers]}\n"
    "expect: {unproven: [reach/large], missing: [author.followers]}",
    "by market": "record: {base: post, set: {markets: [GB, US], author.team: loud}}\n"
    "expect: {fails: [reach/here], by_market: {GB: block, US: hold}}",
    "passes": "record: post\nexpect: {passes: links.tagged/source_told}",
    "not applicable": "record: {base: post, set: {links: []}}\n"
    "expect: {not_applicable: [links.tagged/source_told, links.tagged/no_shortener]}",
    "message": "record: bare\nexpect: {fails: [links.tagged/source_told], "
    "messages: {links.tagged/source_told: '`acme.example` is not tagged'}}",
    "part of a message": "record: bare\nexpect: {fails: [links.tagged/source_told], "
    "messages: {links.tagged/source_told: {contains: not tagged}}}",
    "due and its obligation": "record: {base: post, set: {ugc.consent.withdrawn_at: 2026-03-01T09:00:00Z}}\n"
    "expect: {due: [reach/takedown], obligations: {reach/takedown: 2026-03-04T09:00:00Z}}",
    "an obligation's day": "record: {base: post, set: {ugc.consent.withdrawn_at: 2026-03-01T09:00:00Z}}\n"
    "expect: {obligations: {reach/takedown: 2026-03-04}}",
    "all obligations": "record: {base: post, set: {ugc.consent.withdrawn_at: 2026-03-01T09:00:00Z}}\n"
    "expect: {obligations: [reach/takedown]}",
    "no obligations": "record: post\nexpect: {obligations: []}",
    "actions": "record: {base: post, set: {author.handle: nobody}}\n"
    "expect: {fails: [reach/later], actions: [hide, {queue: community}]}",
    "actions, with do and to": "record: {base: post, set: {author.handle: nobody}}\n"
    "expect: {fails: [reach/later], actions: [{do: queue, to: community}, hide]}",
    "upcoming": "record: {base: post, set: {format: audio}}\nexpect: {upcoming: [coming/format]}",
    "upcoming with its day": "record: {base: post, set: {format: audio}}\n"
    "expect: {upcoming: {coming/format: 2027-01-01}}",
    "an approval's stages": "record: post\nexpect: {approvals: {approval.content: {status: pending, next: [brand]}}}",
    "where a stage stands, and that nobody is away": "record: post\n"
    "expect: {approvals: {approval.content: {stages: {brand: pending}, away: {brand: []}}}}",
    "who may vote": "record: post\nexpect: {approvals: {approval.content: {can_act: {brand: [ana]}}}}",
    "until when a stage has time": "record: {base: post, set: {submitted_at: 2026-03-02T09:00:00Z}}\n"
    "expect: {approvals: {approval.content: {due: {brand: 2026-03-02T13:00:00Z}}}}",
    "no fast track": "record: post\nexpect: {approvals: {approval.content: {fast_track: false}}}",
    "an escalation": "record: raid\nexpect: {escalations: {escalation.crisis: "
    "{route: hate, severity: high, path: community, step: 1, status: waiting, holder: [cy], "
    "next_at: 2026-03-02T10:30:00Z}}}",
    "a legal deadline": "record: raid\nexpect: {deadlines: {escalation.crisis: {authority: 2026-03-05T08:30:00Z}}}",
    "no escalation": "record: post\nexpect: {escalations: {}}",
    "nothing frozen": "record: post\nexpect: {frozen: []}",
    "no deadlines, nothing waived or released": "record: post\nexpect: {deadlines: {}, waived: [], released: []}",
    "a review": "at: 2026-08-15T12:00:00Z\n"
    "related: [{type: review, id: r1, concerns: [review.kpis], completed_at: 2026-01-14T10:00:00Z}]\n"
    "expect: {reviews: {review.kpis: overdue}}",
    "a review that took place": "at: 2026-05-01T12:00:00Z\n"
    "related: [{type: review, id: r1, concerns: [review.kpis], completed_at: 2026-04-14T10:00:00Z}]\n"
    "expect: {reviews: {review.kpis: {status: done, last: 2026-04-14}}}",
    "words that were found": "record: {base: post, set: {text: You idiot and 1d10t}}\n"
    "expect: {fails: [reach/rude], mentions: {reach/rude: [1d10t as idiot (leet), idiot]}}",
    "no words": "record: post\nexpect: {mentions: {}}",
    "time of the case": "at: 2027-02-01T09:00:00Z\nrecord: {base: post, set: {format: audio}}\n"
    "expect: {outcome: hold, fails: [coming/format]}",
}


@pytest.mark.parametrize("written", HIT.values(), ids=HIT)
def test_what_is_as_expected_passes(written: str) -> None:
    assert differences(case(written)) == []


MISSED: dict[str, tuple[str, list[str]]] = {
    "outcome": (
        "record: bare\nexpect: {outcome: block, fails: [links.tagged/source_told]}",
        ["outcome: block ≠ hold (by approval.content, links.tagged/source_told)"],
    ),
    "a fail that is not expected": ("record: large\nexpect: {outcome: hold}", ["fails: none ≠ reach/large"]),
    "a fail that does not occur": ("record: post\nexpect: {fails: [reach/large]}", ["fails: reach/large ≠ none"]),
    "an unproven rule that is not expected": (
        "record: {base: post, unset: [author.followers]}\nexpect: {outcome: hold}",
        ["unproven: none ≠ reach/large"],
    ),
    "an unproven rule that does not occur": (
        "record: post\nexpect: {unproven: [reach/large]}",
        ["unproven: reach/large ≠ none"],
    ),
    "one of two": (
        "record: {base: bare, set: {author.followers: 5000}}\nexpect: {fails: [reach/large]}",
        ["fails: reach/large ≠ links.tagged/source_told, reach/large"],
    ),
    "errors": ("record: post\nexpect: {errors: [reach/large]}", ["errors: reach/large ≠ none"]),
    "due": ("record: post\nexpect: {due: [reach/takedown]}", ["due: reach/takedown ≠ none"]),
    "waived": ("record: large\nexpect: {fails: [reach/large], waived: [reach/large]}", ["waived: reach/large ≠ none"]),
    "released": (
        "record: large\nexpect: {fails: [reach/large], released: [reach/large]}",
        ["released: reach/large ≠ none"],
    ),
    "passes": (
        "record: large\nexpect: {fails: [reach/large], passes: [reach/large]}",
        ["passes: reach/large ≠ fail"],
    ),
    "not applicable": (
        "record: post\nexpect: {not_applicable: [links.tagged/source_told]}",
        ["not_applicable: links.tagged/source_told ≠ pass"],
    ),
    "a rule that is not judged yet": (
        "record: post\nexpect: {passes: [coming/format]}",
        ["passes: coming/format ≠ not_applicable"],
    ),
    "missing": (
        "record: {base: post, unset: [author.followers]}\nexpect: {unproven: [reach/large], missing: []}",
        ["missing: none ≠ author.followers"],
    ),
    "by market": (
        "record: post\nexpect: {by_market: {GB: allow, US: allow}}",
        ["by_market GB: allow ≠ hold", "by_market US: allow ≠ no such market on the record"],
    ),
    "words that were found": (
        (
            "record: {base: post, set: {text: You idiot and 1d10t}}\n"
            "expect: {fails: [reach/rude], mentions: {reach/rude: [idiot]}}"
        ),
        ["mentions reach/rude: idiot ≠ 1d10t as idiot (leet), idiot"],
    ),
    "words where none are expected": (
        "record: {base: post, set: {text: You idiot}}\nexpect: {fails: [reach/rude], mentions: {}}",
        ["mentions: none ≠ reach/rude"],
    ),
    "message": (
        "record: bare\nexpect: {fails: [links.tagged/source_told], messages: {links.tagged/source_told: no}}",
        ["messages links.tagged/source_told: `no` ≠ ``acme.example` is not tagged`"],
    ),
    "part of a message": (
        (
            "record: bare\nexpect: {fails: [links.tagged/source_told], "
            "messages: {links.tagged/source_told: {contains: traced}}}"
        ),
        ["messages links.tagged/source_told: a text with `traced` ≠ ``acme.example` is not tagged`"],
    ),
    "message of a rule that passes": (
        "record: post\nexpect: {messages: {reach/large: no}}",
        ["messages reach/large: `no` ≠ no finding"],
    ),
    "obligation": ("record: post\nexpect: {obligations: [reach/takedown]}", ["obligations: reach/takedown ≠ none"]),
    "obligation's time": (
        (
            "record: {base: post, set: {ugc.consent.withdrawn_at: 2026-03-01T09:00:00Z}}\n"
            "expect: {obligations: {reach/takedown: 2026-03-05}}"
        ),
        ["obligations reach/takedown: 2026-03-05 ≠ 2026-03-04T09:00:00Z"],
    ),
    "actions": (
        "record: {base: post, set: {author.handle: nobody}}\nexpect: {fails: [reach/later], actions: [hide]}",
        ["actions: hide ≠ hide, {queue: community}"],
    ),
    "upcoming": (
        "record: {base: post, set: {format: audio}}\nexpect: {upcoming: []}",
        ["upcoming: none ≠ coming/format"],
    ),
    "upcoming day": (
        "record: {base: post, set: {format: audio}}\nexpect: {upcoming: {coming/format: 2027-02-01}}",
        ["upcoming coming/format: 2027-02-01 ≠ 2027-01-01"],
    ),
    "approval": (
        (
            "record: post\nexpect: {approvals: {approval.content: "
            "{status: approved, next: [legal], can_act: {brand: []}, ignored: [ana], fast_track: true}}}"
        ),
        [
            "approvals approval.content status: approved ≠ pending",
            "approvals approval.content fast_track: true ≠ false",
            "approvals approval.content next: legal ≠ brand",
            "approvals approval.content ignored: ana ≠ none",
            "approvals approval.content can_act brand: none ≠ ana",
        ],
    ),
    "stage": (
        "record: post\nexpect: {approvals: {approval.content: {stages: {brand: skipped}, away: {brand: [ana]}}}}",
        [
            "approvals approval.content stages brand: skipped ≠ pending",
            "approvals approval.content away brand: ana ≠ none",
        ],
    ),
    "no approvals": ("record: post\nexpect: {approvals: {}}", ["approvals: none ≠ approval.content"]),
    "approval of another type": (
        "record: raid\nexpect: {approvals: {approval.content: {status: pending}}}",
        ["approvals approval.content: an approval ≠ none"],
    ),
    "stage's time": (
        (
            "record: {base: post, set: {submitted_at: 2026-03-02T09:00:00Z}}\n"
            "expect: {approvals: {approval.content: {due: {brand: 2026-03-02T14:00:00Z}}}}"
        ),
        ["approvals approval.content due brand: 2026-03-02T14:00:00Z ≠ 2026-03-02T13:00:00Z"],
    ),
    "escalation": (
        "record: raid\nexpect: {escalations: {escalation.crisis: {route: rest, step: 2, holder: [ana]}}}",
        [
            "escalations escalation.crisis route: rest ≠ hate",
            "escalations escalation.crisis step: 2 ≠ 1",
            "escalations escalation.crisis holder: ana ≠ cy",
        ],
    ),
    "no escalation": ("record: raid\nexpect: {escalations: {}}", ["escalations: none ≠ escalation.crisis"]),
    "an escalation that there is not": (
        "record: post\nexpect: {escalations: {escalation.crisis: {route: hate}}}",
        ["escalations escalation.crisis: an escalation ≠ none"],
    ),
    "legal deadline": (
        "record: raid\nexpect: {deadlines: {escalation.crisis: {authority: 2026-03-06}}}",
        ["deadlines escalation.crisis authority: 2026-03-06 ≠ 2026-03-05T08:30:00Z"],
    ),
    "review": (
        "at: 2026-08-15T12:00:00Z\nexpect: {reviews: {review.kpis: done}}",
        ["reviews review.kpis status: done ≠ never"],
    ),
    "no reviews": ("at: 2026-08-15T12:00:00Z\nexpect: {reviews: {}}", ["reviews: none ≠ review.kpis"]),
    "frozen": ("record: post\nexpect: {frozen: [freeze.crisis]}", ["frozen: freeze.crisis ≠ none"]),
}


@pytest.mark.parametrize(("written", "expected"), MISSED.values(), ids=MISSED)
def test_what_is_not_as_expected_is_told_with_both_sides(written: str, expected: list[str]) -> None:
    assert differences(case(written)) == expected


# Records --------------------------------------------------------------------------------------------------------------

EDITS: dict[str, tuple[str, str]] = {
    "a dotted key changes one field": ("{base: post, set: {author.followers: 5000}}", "fails: [reach/large]"),
    "a mapping replaces the whole field": (
        "{base: post, set: {author: {followers: 5}}}",
        "unproven: [reach/here, reach/later]",
    ),
    "an entry by its number": (
        "{base: post, set: {'links[0].url': 'https://acme.example/b'}}",
        "fails: [links.tagged/source_told]",
    ),
    "a further entry": (
        "{base: post, set: {'links[1]': {url: 'https://acme.example/b'}}}",
        "fails: [links.tagged/source_told]",
    ),
    "a field that is taken out": ("{base: large, unset: [author.followers]}", "unproven: [reach/large]"),
    "an entry that is taken out": ("{base: bare, unset: ['links[0]']}", "not_applicable: [links.tagged/source_told]"),
    "a null is not told": ("{base: large, set: {author.followers: null}}", "unproven: [reach/large]"),
    "a chain of bases": ("{base: large, set: {author.followers: 7}}", "not_applicable: [reach/large]"),
    "a field inside one that was not there": (
        "{base: post, set: {ugc.consent.withdrawn_at: 2026-03-01T09:00:00Z}}",
        "due: [reach/takedown]",
    ),
    "written out in the case": (
        "{type: content, markets: [US], author: {followers: 2000, handle: x}, links: [], ugc: {creator: x}}",
        "fails: [reach/large]",
    ),
}


@pytest.mark.parametrize(("record", "expected"), EDITS.values(), ids=EDITS)
def test_records_are_edited(record: str, expected: str) -> None:
    assert differences(case(f"record: {record}\nexpect: {{{expected}}}")) == []


def test_a_base_stays_as_it_is() -> None:
    cases = """
        - case: edited
          record: {base: post, set: {author.followers: 5000}}
          expect: {fails: [reach/large]}
        - case: as it was
          record: post
          expect: {fails: []}
    """
    assert all(result.passed for result in results(cases))


# Steps ----------------------------------------------------------------------------------------------------------------

STEPS: dict[str, tuple[str, str]] = {
    "a vote moves it on": ("[{approve: brand, by: ana}]", "{next: [legal]}"),
    "two votes approve it": ("[{approve: brand, by: ana}, {approve: legal, by: ben}]", "{status: approved, next: []}"),
    "a rejection ends it": ("[{reject: brand, by: ana}]", "{status: disapproved}"),
    "a rejection that is taken back": ("[{reject: brand, by: ana}, {withdraw: brand, by: ana}]", "{status: pending}"),
    "an edit voids what was seen before": (
        "[{approve: brand, by: ana}, {set: {text: bye}}]",
        "{next: [brand], ignored: [ana]}",
    ),
    "and a new vote counts": (
        "[{approve: brand, by: ana}, {set: {text: bye}}, {approve: brand, by: ana}]",
        "{next: [legal]}",
    ),
    "an edit that is taken back voids nothing": (
        "[{approve: brand, by: ana}, {set: {text: bye}}, {set: {text: hello}}]",
        "{next: [legal], ignored: []}",
    ),
    "whoever has not the role does not count": ("[{approve: brand, by: ben}]", "{next: [brand], ignored: [ben]}"),
    "a policy by name": ("[{approve: brand, by: ana, policy: approval.content}]", "{next: [legal]}"),
    "an earlier vote": ("[{approve: brand, by: ana, at: 2026-03-01T09:00:00Z}]", "{next: [legal]}"),
    "time that passes": ("[{approve: brand, by: ana}, {at: 2026-03-05T09:00:00Z}]", "{next: [legal]}"),
    "a field that is taken out": ("[{approve: brand, by: ana}, {unset: [text]}]", "{next: [brand], ignored: [ana]}"),
}


@pytest.mark.parametrize(("steps", "expected"), STEPS.values(), ids=STEPS)
def test_steps_are_taken_in_order(steps: str, expected: str) -> None:
    written = f"record: post\nsteps: {steps}\nexpect: {{approvals: {{approval.content: {expected}}}}}"
    assert differences(case(written)) == []


def test_a_ruling_releases_until_the_material_changes() -> None:
    cases = """
        - case: released
          record: bare
          steps: [{release: links.tagged/source_told, by: ben, because: known partner}]
          expect: {released: [links.tagged/source_told]}
        - case: edited afterwards
          record: bare
          steps: [{release: links.tagged/source_told, by: ben}, {set: {text: bye}}]
          expect: {fails: [links.tagged/source_told], released: []}
        - case: by somebody who may not
          record: bare
          steps: [{release: links.tagged/source_told, by: ana}]
          expect: {fails: [links.tagged/source_told], released: []}
        - case: no longer
          record: bare
          steps: [{release: links.tagged/source_told, by: ben, until: 2026-03-03T00:00:00Z}, {at: 2026-03-04T00:00:00Z}]
          expect: {fails: [links.tagged/source_told]}
    """
    assert [result.differences for result in results(cases)] == [()] * 4


# Matrix ---------------------------------------------------------------------------------------------------------------


def test_a_matrix_tries_every_combination() -> None:
    cases = """
        - case: large authors
          matrix: {market: [GB, US], followers: [2000, 3000]}
          record: {base: post, set: {markets: [$matrix.market], author.followers: $matrix.followers}}
          expect: {fails: [reach/large]}
    """
    found = results(cases)
    assert [result.name for result in found] == [
        "large authors [market: GB, followers: 2000]",
        "large authors [market: GB, followers: 3000]",
        "large authors [market: US, followers: 2000]",
        "large authors [market: US, followers: 3000]",
    ]
    assert all(result.passed for result in found)


def test_a_matrix_of_rows_gives_each_its_own_expectation() -> None:
    cases = """
        - case: authors
          matrix:
            - {team: loud, market: GB, outcome: block, fails: [reach/here]}
            - {team: loud, market: US, outcome: hold, fails: []}
            - {team: quiet, market: GB, outcome: hold, fails: []}
          record: {base: post, set: {markets: [$matrix.market], author.team: $matrix.team}}
          expect: {outcome: $matrix.outcome, fails: $matrix.fails, by_market: {$matrix.market: $matrix.outcome}}
    """
    assert [result.differences for result in results(cases)] == [()] * 3


def test_a_row_that_fails_is_told_apart() -> None:
    cases = """
        - case: authors
          matrix: {followers: [10, 5000]}
          record: {base: post, set: {author.followers: $matrix.followers}}
          expect: {fails: []}
    """
    assert [(result.name, result.passed) for result in results(cases)] == [
        ("authors [followers: 10]", True),
        ("authors [followers: 5000]", False),
    ]


# Directory, related records, selection ------------------------------------------------------------------------------

OWN = SUITE.replace(
    "records:\n", "directory: {people: {eva: {team: social, roles: [brand_manager]}, ben: {team: legal}}}\nrecords:\n"
)


def test_the_suites_people_take_the_place_of_the_sets() -> None:
    expected = "{approvals: {approval.content: {next: [legal], can_act: {legal: []}}}}"
    written = f"record: post\nsteps: [{{approve: brand, by: eva}}]\nexpect: {expected}"
    assert differences(case(written), OWN) == []


def test_what_the_suites_directory_does_not_give_stays_the_sets() -> None:
    written = """
        record: {base: post, set: {submitted_at: 2026-03-02T16:00:00Z}}
        expect: {approvals: {approval.content: {due: {brand: 2026-03-03T12:00:00Z}}}}
    """
    assert differences(case(written), OWN) == []


def test_who_is_on_call_goes_with_the_people() -> None:
    written = "record: raid\nexpect: {escalations: {escalation.crisis: {route: hate, holder: []}}}"
    assert differences(case(written), OWN) == []


RELATED = """\
kind: check
id: contracts
title: A contract is there
owner: social
applies_to: content
with: {contract: {one: contract, where: {parties: {includes: $record.author.id}}}}
rules:
  - {id: signed, title: There is a contract, require: {$contract.parties: {includes: cy}}, otherwise: hold}
"""


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ("", "{unproven: [contracts/signed]}"),
        ("complete: [contract]\n", "{fails: [contracts/signed]}"),
        ("related: [deal]\n", "{passes: [contracts/signed]}"),
        ("complete: [contract]\nrelated: [{base: deal, set: {parties: [other]}}]\n", "{fails: [contracts/signed]}"),
    ],
    ids=["not supplied", "all there are", "by name", "an edit"],
)
def test_related_records_stand_in_the_suite(extra: str, expected: str) -> None:
    suite = (
        f"kind: test\npolicies: [contracts]\nat: 2026-03-02T09:00:00Z\n{extra}records:\n"
        "  deal: {type: contract, id: C-7, parties: [cy]}\n  post: {type: content, author: {id: cy}}\n"
        f"cases:\n  - {{case: it, record: post, expect: {expected}}}\n"
    )
    found = loaded(RELATED, suite)
    assert found.assembly is not None, found.diagnostics
    read = read_suites(found.assembly)
    assert read.diagnostics == ()
    assert [result.differences for result in run_all(read.trials)] == [()]


def test_only_the_named_policies_are_asked() -> None:
    suite = SUITE.replace(
        "policies: [links.tagged, reach, coming, approval.content, escalation.crisis, review.kpis]",
        "policies: ['links.*']",
    )
    assert differences(case("record: large\nexpect: {outcome: allow}"), suite) == []


def test_what_records_must_tell_is_left_out_unless_it_is_named() -> None:
    written = case("record: {base: post, unset: [media]}\nexpect: {}")
    assert differences(written) == []
    (line,) = differences(
        written, SUITE.replace("policies: [links.tagged,", "policies: [record.complete, links.tagged,")
    )
    assert line.startswith("unproven: none ≠ record.complete/")
    assert "record.complete/media" in line


# Explanation, order ---------------------------------------------------------------------------------------------------


def test_a_failure_says_why_the_rule_said_what_it_said() -> None:
    (result,) = results(case("record: large\nexpect: {fails: []}"))
    assert result.because == (
        "reach/large: Large authors are seen by a person (0.yaml:34)",
        "  fail",
        "    when: author.followers is above 1000? yes; seen: 5000",
    )


def test_a_missing_failure_says_why_the_rule_passed() -> None:
    (result,) = results(case("record: post\nexpect: {fails: [reach/large]}"))
    assert result.because[1:] == (
        "  not applicable",
        "    when: author.followers is above 1000? no; seen: 10",
    )


def test_a_wrong_approval_shows_its_stages() -> None:
    (result,) = results(
        case(
            "record: post\nsteps: [{approve: brand, by: ben}]\n"
            "expect: {approvals: {approval.content: {status: approved}}}"
        )
    )
    assert any(line.strip().startswith("ignored: ben: ") for line in result.because)


def test_a_case_stands_at_its_own_line() -> None:
    (result,) = results(case("record: post\nexpect: {outcome: block}"))
    line = len(SUITE.splitlines()) + 1
    assert (result.span.file, result.span.line) == ("1.yaml", line)
    assert result.differences[0].span.line == line + 2


def test_results_have_the_order_of_the_cases_however_many_processes_there_are() -> None:
    cases = """
        - case: authors
          matrix: {followers: [1, 5000, 2, 6000, 3, 7000, 4, 8000], market: [GB, US, DE]}
          record: {base: post, set: {author.followers: $matrix.followers, markets: [$matrix.market]}}
          expect: {fails: []}
    """
    found = loaded(POLICIES, SUITE + textwrap.indent(textwrap.dedent(cases), "  "))
    assert found.assembly is not None
    trials = read_suites(found.assembly).trials
    assert len(trials) == 24
    assert run_all(trials, jobs=2) == run_all(trials)
