"""Suites that cannot be right: each fault at its place, in the suite's own words; one never hides another."""

from __future__ import annotations

import pytest

from policyengine.core.codes import CODES
from policyengine.verify.lorem import lorem
from policyengine.verify.running import run_all
from policyengine.verify.suite import Read, read_suites
from tests.sets import loaded

CHECK = """\
kind: directory
id: directory
owner: analytics
people: {ana: {team: analytics, roles: [brand_manager]}}
---
kind: check
id: links.tagged
title: Every campaign link can be traced
owner: analytics
applies_to: content
only_for: {campaign: {exists: true}}
rules:
  - id: source_told
    title: Links say where the visit comes from
    for_each: links
    require: {utm.source: {exists: true}}
    otherwise: hold
---
kind: approval
id: approval.content
title: Somebody looks at it
owner: analytics
applies_to: content
stages: [{id: brand, needs: {role: brand_manager}}]
"""
HEAD = """\
kind: test
policies: [links.tagged, approval.content]
at: 2026-03-02T09:00:00Z
records:
  launch: {type: content, id: p1, campaign: spring, text: x, links: []}
cases:
"""


def read(suite: str) -> tuple[list[str], Read | None]:
    """Return the faults of a suite as `line:column code message (help)`, and its cases."""
    found = loaded(CHECK, suite)
    faults = [d for d in found.diagnostics if d.severity == "error"]
    cases = read_suites(found.assembly) if found.assembly is not None else None
    faults.extend(cases.diagnostics if cases is not None else ())
    said = [f"{d.span.line}:{d.span.column} {d.code} {d.message} ({d.help})" for d in faults if d.span is not None]
    assert len(said) == len(faults), "a fault without a place"
    return said, cases


def faults(suite: str) -> list[str]:
    return read(suite)[0]


SUITES = {code: entry for code, entry in CODES.items() if code.startswith("PE6")}


@pytest.mark.parametrize("code", SUITES)
def test_the_bad_example_of_a_code_provokes_it_alone_and_the_good_one_nothing(code: str) -> None:
    entry = SUITES[code]
    assert {line.split()[1] for line in faults(f"kind: test\n{entry.bad}")} == {code}
    said, cases = read(f"kind: test\n{entry.good}")
    assert said == []
    assert cases is not None
    assert all(result.passed for result in run_all(cases.trials))


# The entry of `cases` that is at fault → the fault. Lines count from the head's seven.
FAULTS: dict[str, tuple[str, list[str]]] = {
    "an unknown field of a record": (
        "{case: a, record: {base: launch, set: {authr: {id: x}}}, expect: {}}",
        ["7:44 PE401 unknown field `authr` (did you mean `author`?)"],
    ),
    "an unknown field behind a dot": (
        "{case: a, record: {base: launch, set: {author.folowers: 3}}, expect: {}}",
        ["7:44 PE401 unknown field `folowers` of author (did you mean `followers`?)"],
    ),
    "an ill-typed value": (
        "{case: a, record: {base: launch, set: {author.followers: many}}, expect: {}}",
        ["7:62 PE402 `followers` takes a whole number (None)"],
    ),
    "an unknown type of record": (
        "{case: a, record: {type: contnt}, expect: {}}",
        ["7:30 PE409 unknown type of record `contnt` (did you mean `content`?)"],
    ),
    "a record without a type": (
        "{case: a, record: {campaign: spring}, expect: {}}",
        ["7:23 PE403 `type` is missing (say what it is: `type: content` or `type: baseline` or `type: budget`)"],
    ),
    "a record that is a number": (
        "{case: a, record: 7, expect: {}}",
        ["7:23 PE602 a record is a mapping of fields (its name, or `{base: NAME, set: …}`)"],
    ),
    "an edit without a base": (
        "{case: a, record: {set: {text: y}}, expect: {}}",
        ["7:23 PE121 `base` is missing (the name of the record that it is like, for example `base: paid`)"],
    ),
    "an edit of the wrong form": (
        "{case: a, record: {base: launch, set: [text]}, expect: {}}",
        ["7:43 PE605 `set` takes the fields that change (write `set: {text: …}`)"],
    ),
    "a field inside a text": (
        "{case: a, record: {base: launch, set: {text.body: y}}, expect: {}}",
        [
            (
                "7:44 PE605 `text` has no fields (fields by name (`text`), with dots inside (`author.followers`), "
                "entries by number (`links[0].url`))"
            )
        ],
    ),
    "an entry that is not there": (
        "{case: a, record: {base: launch, set: {'links[3].url': y}}, expect: {}}",
        ["7:44 PE605 there is no entry `links[3]` (entries are numbered from 0)"],
    ),
    "an unknown key of what is expected": (
        "{case: a, record: launch, expect: {fail: []}}",
        ["7:40 PE120 unknown key `fail` (did you mean `fails`?)"],
    ),
    "an expectation of the wrong type": (
        "{case: a, record: launch, expect: {fails: {links.tagged/source_told: yes}}}",
        ["7:47 PE122 `fails` takes text (None)"],
    ),
    "an outcome of the wrong type": (
        "{case: a, record: launch, expect: {outcome: [hold]}}",
        ["7:49 PE122 `outcome` takes text (None)"],
    ),
    "a misspelt outcome for a market": (
        "{case: a, record: launch, expect: {by_market: {GB: hodl}}}",
        ["7:56 PE610 `hodl` is no outcome (did you mean `hold`?)"],
    ),
    "a rule without its policy": (
        "{case: a, record: launch, expect: {fails: [source_told]}}",
        ["7:48 PE601 the tested policies have no rule `source_told` (did you mean `links.tagged/source_told`?)"],
    ),
    "a rule in a message": (
        "{case: a, record: launch, expect: {messages: {links.tagged/sorce_told: x}}}",
        [
            (
                "7:51 PE601 the tested policies have no rule `links.tagged/sorce_told` "
                "(did you mean `links.tagged/source_told`?)"
            )
        ],
    ),
    "a message that is a list": (
        "{case: a, record: launch, expect: {messages: {links.tagged/source_told: [x]}}}",
        ["7:77 PE610 `links.tagged/source_told` takes a text (write the message, or `{contains: …}`)"],
    ),
    "a time that is none": (
        "{case: a, record: launch, expect: {approvals: {approval.content: {due: {brand: tomorrow}}}}}",
        ["7:84 PE610 `tomorrow` is not a time as written here (a time is written as `2026-03-02T09:00:00Z`)"],
    ),
    "an unknown approval": (
        "{case: a, record: launch, expect: {approvals: {aproval.content: {status: pending}}}}",
        ["7:52 PE600 no tested approval is called `aproval.content` (did you mean `approval.content`?)"],
    ),
    "an unknown stage": (
        "{case: a, record: launch, expect: {approvals: {approval.content: {next: [brnd]}}}}",
        ["7:71 PE608 `approval.content` has no stage `brnd` (did you mean `brand`?)"],
    ),
    "an unknown person whose vote is ignored": (
        "{case: a, record: launch, expect: {approvals: {approval.content: {ignored: [anna]}}}}",
        ["7:71 PE208 unknown person `anna` (did you mean `ana`?)"],
    ),
    "an unknown person in a step": (
        "{case: a, record: launch, steps: [{approve: brand, by: anna}], expect: {}}",
        ["7:60 PE208 unknown person `anna` (did you mean `ana`?)"],
    ),
    "an unknown stage in a step": (
        "{case: a, record: launch, steps: [{approve: brnd, by: ana}], expect: {}}",
        ["7:49 PE608 no tested approval has a stage `brnd` (did you mean `brand`?)"],
    ),
    "a step that does two things": (
        "{case: a, record: launch, steps: [{approve: brand, by: ana, set: {text: y}}], expect: {}}",
        ["7:65 PE607 a step does one thing (one step after the other: put each into its own entry)"],
    ),
    "a step that does nothing": (
        "{case: a, record: launch, steps: [{by: ana}], expect: {}}",
        [
            (
                "7:39 PE124 at least one of `approve`, `reject`, `withdraw`, `release`, `uphold`, `set`, `unset`, `at` "
                "is needed (None)"
            )
        ],
    ),
    "a reason of a vote": (
        "{case: a, record: launch, steps: [{approve: brand, by: ana, because: yes}], expect: {}}",
        ["7:65 PE607 `because` goes with release, uphold (None)"],
    ),
    "a vote in the future": (
        "{case: a, record: launch, steps: [{approve: brand, by: ana, at: 2026-04-01T00:00:00Z}], expect: {}}",
        [
            (
                "7:49 PE609 this is later than the time of the case "
                "(the policies are asked at 2026-03-02T09:00:00Z; add the step `{at: …}`)"
            )
        ],
    ),
    "a step without a record": (
        "{case: a, steps: [{set: {text: y}}], expect: {}}",
        ["7:15 PE607 steps are taken with a record (give the case a `record`)"],
    ),
    "reviews of a record": (
        "{case: a, record: launch, expect: {reviews: {}}}",
        ["7:40 PE613 a record has no reviews (leave `record` out: reviews are judged for the set at a time)"],
    ),
    "approvals of the set": (
        "{case: a, expect: {approvals: {}}}",
        ["7:24 PE613 `approvals` is said about a record, and the case has none (give the case a `record`)"],
    ),
    "a value that the matrix does not have": (
        "{case: a, matrix: {market: [GB]}, record: {base: launch, set: {text: $matrix.markt}}, expect: {}}",
        ["7:74 PE612 `$matrix.markt` is not in the matrix (did you mean `$matrix.market`?)"],
    ),
    "a value of a matrix inside a text": (
        '{case: a, matrix: {x: [y]}, record: {base: launch, set: {text: "a $matrix.x"}}, expect: {}}',
        [
            (
                "7:68 PE612 `$matrix.` inside a longer text "
                "(a value of the matrix stands alone; put the whole text into the matrix)"
            )
        ],
    ),
    "a value without a matrix": (
        "{case: a, record: {base: launch, set: {text: $matrix.x}}, expect: {}}",
        ["7:50 PE612 `$matrix.x` is not in the matrix (the case's `matrix` names the values)"],
    ),
    "a matrix that explodes": (
        f"{{case: a, matrix: {{a: {list(range(20))}, b: {list(range(20))}}}, record: launch, expect: {{}}}}",
        ["7:23 PE612 the matrix gives 400 cases (at most 200; name the rows that matter)"],
    ),
    "filler without end": (
        '{case: a, record: {base: launch, set: {text: "{lorem:99999}"}}, expect: {}}',
        [
            (
                "7:50 PE606 `{lorem:99999}` is no filler "
                "(`{lorem:160}` gives 160 characters of filler; 1 to 20000 are possible)"
            )
        ],
    ),
    "an action of the wrong form": (
        "{case: a, record: launch, expect: {actions: [{queue: [community]}]}}",
        ["7:50 PE610 this is no action (write `hide`, or `{queue: community}`)"],
    ),
    "obligations of the wrong form": (
        "{case: a, record: launch, expect: {obligations: [[links.tagged/source_told]]}}",
        ["7:54 PE610 `obligations` takes names (write `obligations: [policy/rule]`, or each with its time)"],
    ),
    "a case without an expectation": (
        "{case: a, record: launch}",
        ["7:5 PE121 `expect` is missing (what the policies must say)"],
    ),
    "two related records of one id": (
        "{case: a, record: launch, related: [launch, {base: launch, set: {text: y}}], expect: {}}",
        ["7:49 PE408 two related records of type content have the id `p1` (give each its own id)"],
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_faulty_case_is_reported_at_its_place(name: str) -> None:
    written, expected = FAULTS[name]
    said = faults(f"{HEAD}  - {written}\n")
    assert said == expected


# The keys of the suite itself → the faults.
HOSTILE: dict[str, tuple[str, list[str]]] = {
    "cases that are a text": (
        "kind: test\nat: 2026-03-02T09:00:00Z\ncases: hello\n",
        ["3:8 PE122 `cases` takes a list (write `cases: [hello]`)"],
    ),
    "no cases": (
        "kind: test\nat: 2026-03-02T09:00:00Z\ncases: []\n",
        ["3:8 PE107 `cases` is an empty list (name at least one entry, or leave the key out)"],
    ),
    "a time without a zone": (
        "kind: test\nat: 2026-03-02T09:00:00\ncases: [{case: a, expect: {}}]\n",
        ["2:5 PE122 `2026-03-02T09:00:00` does not say its offset from UTC (write `2026-03-02T09:00:00Z`)"],
    ),
    "policies by number, records as a list, an unknown key": (
        "kind: test\npolicies: 7\nat: 2026-03-02T09:00:00Z\nrecords: [a]\ncase: []\ncases: [{case: a, expect: {}}]\n",
        [
            '2:11 PE122 `policies` takes text (write "7" in quotes)',
            "4:10 PE122 `records` takes a mapping (None)",
            "5:1 PE120 unknown key `case` (did you mean `cases`?)",
        ],
    ),
    "a directory with a deputy whom nobody knows": (
        (
            "kind: test\nat: 2026-03-02T09:00:00Z\ndirectory: {people: {eva: {absent: "
            "{from: 2026-03-01, until: 2026-03-09, deputy: eve}}}}\ncases: [{case: a, expect: {}}]\n"
        ),
        ["3:82 PE310 the directory has no person `eve` (did you mean `eva`?)"],
    ),
    "a type that nobody knows": (
        "kind: test\nat: 2026-03-02T09:00:00Z\ncomplete: [contrct]\ncases: [{case: a, expect: {}}]\n",
        ["3:12 PE213 unknown type of record `contrct` (did you mean `contract`?)"],
    ),
    "a rule of a policy that is not tested": (
        (
            "kind: test\npolicies: [approval.content]\nat: 2026-03-02T09:00:00Z\n"
            "cases: [{case: a, record: {type: content}, expect: {fails: [links.tagged/source_told]}}]\n"
        ),
        [
            (
                "4:61 PE601 the tested policies have no rule `links.tagged/source_told` "
                "(add `links.tagged` to the suite's `policies`)"
            )
        ],
    ),
    "an unused record": (
        "kind: test\nat: 2026-03-02T09:00:00Z\nrecords: {a: {type: content, txt: y}}\ncases: [{case: a, expect: {}}]\n",
        ["3:30 PE401 unknown field `txt` (did you mean `text`?)"],
    ),
    "a label that YAML drops": (
        (
            "kind: test\nat: 2026-03-02T09:00:00Z\nrecords: {a: {type: content, labels: [x, #ad\n  ]}}\n"
            "cases: [{case: a, expect: {}}]\n"
        ),
        [
            (
                "3:42 PE019 everything from `#ad` on is dropped, because `#` begins a comment "
                '(if it is text, put it in quotes: `"#ad"`; if it is a comment, put a blank after `#`)'
            )
        ],
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_suite_gets_diagnostics_with_places(name: str) -> None:
    written, expected = HOSTILE[name]
    assert faults(written) == expected


def test_all_faults_come_in_one_run_and_sound_cases_remain() -> None:
    said, cases = read(
        f"{HEAD}  - {{case: one, record: lunch, expect: {{fails: [links.tagged/x]}}}}\n"
        "  - {case: two, record: launch, expect: {}}\n"
        "  - {case: three, record: launch, expect: {outcome: alow}}\n"
    )
    assert [line.split()[:2] for line in said] == [["7:25", "PE602"], ["7:49", "PE601"], ["9:53", "PE610"]]
    assert cases is not None
    assert [trial.name for trial in cases.trials] == ["two"]


@pytest.mark.parametrize("length", [1, 2, 5, 6, 11, 12, 68, 69, 160, 2200])
def test_filler_has_its_length_and_no_blank_at_its_ends(length: int) -> None:
    text = lorem(length)
    assert len(text) == length
    assert text == text.strip()
    assert text.isascii()


def test_filler_says_nothing_that_labels_say() -> None:
    beginnings = {word[:n] for word in lorem(70).split() for n in range(1, len(word) + 1)}
    assert not beginnings & {"ad", "an", "pr", "pub", "sp", "spon", "gift", "adv", "anzeige", "werbung", "annonce"}
