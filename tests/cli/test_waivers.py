"""Waivers and rulings at the command line: one text for each fault, what is settled in every format, whole folders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from policyengine.core.reader_yaml import read_yaml
from policyengine.shapes.material import material
from tests.cli.running import run, write
from tests.kinds.waiving import LINKS, PEOPLE, WAIVER, waiver
from tests.sets import types

POST = """\
type: content
id: {id}
status: draft
platform: {platform}
campaign: spring_26
text: hello
author: {{id: ana}}
markets: [GB]
"""
NOW = ("--at", "2026-06-15T12:00:00Z")
LATE = ("--at", "2026-08-15T12:00:00Z")


@pytest.fixture(autouse=True)
def waived(folder: Path) -> Path:
    (folder / "policies/all.yaml").unlink()
    files = {"policies/directory.yaml": PEOPLE, "policies/links.yaml": LINKS, "policies/waiver.yaml": WAIVER}
    write(folder, {**files, "post.yaml": post()})
    return folder


def post(identity: str = "p1", platform: str = "line") -> str:
    return POST.format(id=identity, platform=platform)


def found(*arguments: str) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(run(*arguments, "--format", "json").stdout)
    return report


def validated(*arguments: str) -> list[str]:
    return [f"{d['code']} {d['severity']} {d['message']}" for d in found("validate", *arguments)["diagnostics"]]


def linted(*names: str, at: tuple[str, str] = NOW) -> list[str]:
    """Return what `lint` says of waivers: its findings, and its diagnostics."""
    report = found("lint", *names, *at)
    findings = [f for s in report["submissions"] for f in s["decision"]["findings"]]
    told = [f"{f['rule']} {f['message']}" for f in findings if f["policy"].startswith("waiver.")]
    return [*told, *(f"{d['code']} {d['message']}" for d in report["diagnostics"])]


def evaluated(at: tuple[str, str]) -> list[str]:
    decision = json.loads(run("evaluate", "post.yaml", *at).stdout)
    return [f"{f['rule']} {f['message']}" for f in decision["findings"] if f["policy"].startswith("waiver.")]


@pytest.mark.parametrize(
    ("text", "at", "code", "rule", "message"),
    [
        pytest.param(
            WAIVER,
            LATE,
            "PE387",
            "expired",
            "`waiver.line_trial` expired on 2026-07-31: `links.tagged/tagged` binds again",
            id="expired",
        ),
        pytest.param(
            waiver(("person: kim", "person: mei")),
            NOW,
            "PE388",
            "not_entitled",
            "`waiver.line_trial` does not count: mei is of analytics, which owns the rule",
            id="not entitled",
        ),
        pytest.param(
            waiver(("{campaign: spring_26, platform: line}", "{campaign: {exists: true}}")),
            NOW,
            "PE386",
            "over_broad",
            "`waiver.line_trial` names no records, only what they are not: "
            "it waives `links.tagged/tagged` nearly everywhere",
            id="over broad",
        ),
    ],
)
def test_validate_lint_and_evaluate_say_the_same(
    folder: Path, text: str, at: tuple[str, str], code: str, rule: str, message: str
) -> None:
    write(folder, {"policies/waiver.yaml": text})
    assert validated("policies", *at) == [f"{code} warning {message}"]
    assert linted("post.yaml", at=at) == [f"{rule} {message}"]
    assert evaluated(at) == [f"{rule} {message}"]


def test_a_good_waiver_is_no_fault() -> None:
    done = run("validate", "policies", *NOW)
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "no faults\n")


def test_an_expired_waiver_is_shown_where_it_stands() -> None:
    done = run("validate", "policies", *LATE)
    assert done.exit_code == 0
    assert "warning[PE387]" in done.stdout
    assert "policies/waiver.yaml:1:1" in done.stdout


# Whether it is needed -------------------------------------------------------------------------------------------------

IDLE = "`waiver.line_trial` is not needed here: it changes nothing about `links.tagged/tagged`"


def test_one_record_that_passes_needs_no_waiver(folder: Path) -> None:
    write(folder, {"policies/links.yaml": LINKS.replace("[line, x]", "x")})
    assert linted("post.yaml") == [f"unneeded {IDLE}"]
    assert evaluated(NOW) == [f"unneeded {IDLE}"]


def test_over_a_set_one_record_that_needs_it_is_enough(folder: Path) -> None:
    links = LINKS.replace("when: {platform: [line, x]}", "when: {platform: line, labels: {includes: new}}")
    labelled = post("p2") + "labels: [new]\n"
    write(folder, {"policies/links.yaml": links, "posts/a.yaml": post(), "posts/b.yaml": labelled})
    assert linted("posts") == []
    assert linted("posts/a.yaml") == [f"unneeded {IDLE}"]


@pytest.mark.parametrize("platform", ["x", "tiktok"])
def test_over_a_set_a_waiver_that_changed_nothing_is_told_once(folder: Path, platform: str) -> None:
    write(folder, {"posts/a.yaml": post("a", platform), "posts/b.yaml": post("b", platform)})
    assert linted("posts") == [f"PE389 {IDLE}"]
    assert run("lint", "posts", *NOW).exit_code == 0


def test_over_a_set_waivers_of_other_types_and_other_times_are_silent(folder: Path) -> None:
    head = "kind: check\nid: c\ntitle: C\nowner: social\napplies_to: comment\n"
    comments = f"{head}rules: [{{id: r, when: {{ours: true}}, then: flag}}]\n"
    write(folder, {"policies/c.yaml": comments})
    write(folder, {f"posts/{n}.yaml": f"type: comment\nid: {n}\nours: false\n" for n in "ab"})
    assert linted("posts") == []
    write(folder, {f"posts/{n}.yaml": post(n, "x") for n in "ab"})
    assert linted("posts", at=LATE) == []
    assert linted("posts", "--only", "links.tagged") == []


# What is settled ------------------------------------------------------------------------------------------------------

WORDS = "waived with waiver.line_trial, approved by kim, until 2026-07-31 (SOC-412): LINE is on trial until the summer"


def test_a_waived_finding_stands_in_every_format() -> None:
    text = run("lint", "post.yaml", *NOW)
    assert text.exit_code == 0
    assert "allow  content p1" in text.stdout
    assert "waived: New platforms are tagged" in text.stdout
    assert WORDS in text.stdout
    (submission,) = found("lint", "post.yaml", *NOW)["submissions"]
    (finding,) = submission["decision"]["findings"]
    assert (finding["verdict"], finding["settled"]["waiver"]) == ("waived", "waiver.line_trial")
    (run_,) = json.loads(run("lint", "post.yaml", *NOW, "--format", "sarif").stdout)["runs"]
    (result,) = run_["results"]
    assert result["suppressions"] == [{"kind": "external", "status": "accepted", "justification": WORDS}]
    assert "approved by kim" in run("lint", "post.yaml", *NOW, "--format", "github").stdout
    assert WORDS in run("explain", "post.yaml", *NOW).stdout


def test_code_scanning_is_told_what_the_waiver_is(folder: Path) -> None:
    write(folder, {"policies/links.yaml": LINKS.replace("[line, x]", "x")})
    (run_,) = json.loads(run("lint", "post.yaml", *NOW, "--format", "sarif").stdout)["runs"]
    (rule,) = run_["tool"]["driver"]["rules"]
    assert rule["id"] == "waiver.line_trial/unneeded"
    title = "A waiver of links.tagged/tagged: LINE is on trial until the summer"
    assert rule["shortDescription"]["text"] == title
    assert "Owner: analytics" in rule["help"]["text"]


def test_a_released_finding_stands_in_every_format(folder: Path) -> None:
    record = post("p2", "x")
    plain: Any = read_yaml(record, "p.yaml").documents[0].plain()
    ruling = {
        "policy": "links.tagged",
        "rule": "tagged",
        "by": "mei",
        "at": "2026-06-14T09:00:00Z",
        "ruling": "release",
        "because": "X is tagged by hand",
        "seen": material(types()["content"], plain),
        "until": "2026-06-30",
    }
    write(folder, {"post.yaml": f"{record}rulings: {json.dumps([ruling])}\n"})
    words = "released by mei on 2026-06-14, until 2026-06-30: X is tagged by hand"
    assert words in run("lint", "post.yaml", *NOW).stdout
    assert words in run("explain", "post.yaml", *NOW).stdout
    (run_,) = json.loads(run("lint", "post.yaml", *NOW, "--format", "sarif").stdout)["runs"]
    assert [r["suppressions"][0]["justification"] for r in run_["results"]] == [words]


def test_the_smallest_change_leaves_what_is_waived_alone(folder: Path) -> None:
    links = LINKS + "  - {id: tagless, title: Labels are there, when: {labels: {includes: old}}, then: hold}\n"
    write(folder, {"policies/links.yaml": links, "post.yaml": post() + "labels: [old]\n"})
    told = run("explain", "post.yaml", *NOW).stdout
    assert "the smallest change that alters it:" in told
    assert "labels" in told.partition("the smallest change that alters it:")[2].splitlines()[1]


def test_show_says_what_a_waiver_is_for() -> None:
    told = run("show", "waiver.line_trial").stdout
    assert told.startswith("waiver.line_trial: A waiver of links.tagged/tagged\n")
    for line in (
        "because      LINE is on trial until the summer",
        "approved by  kim",
        "counts       from 2026-05-02 to 2026-07-31 (included)",
        "campaign is spring_26",
    ):
        assert line in told
    assert "waived by    somebody outside analytics, for at most 90d" in run("show", "links.tagged/tagged").stdout


def test_show_says_what_a_guarantee_promises(folder: Path) -> None:
    text = "kind: guarantee\nid: guarantee.g\ntitle: G\nowner: legal\napplies_to: content\nmarkets: [GB]\n"
    write(folder, {"policies/g.yaml": f"{text}when: {{use: paid}}\nnever: {{outcome: allow}}\n"})
    told = run("show", "guarantee.g").stdout
    assert "the outcome in GB is flag, or heavier" in told
    assert "use is paid" in told


# Suites ---------------------------------------------------------------------------------------------------------------

SUITE = """\
kind: test
policies: [links.tagged, waiver.line_trial]
at: 2026-06-15T12:00:00Z
records: {trial: {type: content, status: draft, platform: line, campaign: spring_26, text: hello, author: {id: ana}}}
cases:
  - {case: is waived, record: trial, expect: {outcome: allow, waived: [links.tagged/tagged]}}
  - case: binds again
    at: 2026-08-15T12:00:00Z
    record: trial
    expect:
      fails: [links.tagged/tagged, waiver.line_trial/expired]
      messages: {waiver.line_trial/expired: {contains: expired on 2026-07-31}}
"""


def test_a_suite_expects_what_waivers_do(folder: Path) -> None:
    write(folder, {"policies/links.test.yaml": SUITE})
    done = run("test", "policies")
    assert done.exit_code == 0, done.stdout
    write(folder, {"policies/links.test.yaml": SUITE.replace("line_trial/expired]", "line_trial/expird]")})
    assert "line_trial/expired" in run("test", "policies").stdout + run("test", "policies").stderr
