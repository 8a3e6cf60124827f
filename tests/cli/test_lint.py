"""`lint`: what it finds, where it says that it is, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import AT, POST, run, write

CAMPAIGN = """\
type: campaign
id: spring
objective_split:
  - {objective: sales, share: 60%}
  - {objective: awareness, share: 30%}
goals:
  - {family: engagement, metric: metrics.clicks}
"""


def found(name: str, *options: str) -> dict[str, Any]:
    done = run("lint", name, *AT, "--format", "json", *options)
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def places(name: str) -> dict[str, str]:
    """Where each finding of the only submission stands, by rule."""
    (submission,) = found(name)["submissions"]
    return {
        f"{f['policy']}/{f['rule']}": f"{f['outcome']} {f['place']['line']}:{f['place']['column']}"
        for f in submission["decision"]["findings"]
    }


def test_a_sound_post_is_allowed(folder: Path) -> None:
    write(folder, {"post.md": POST})
    done = run("lint", "post.md", *AT)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == "post.md:2  allow  content p1\n\n1 submission: 1 allowed\n"


def test_a_blocked_post_is_named_at_its_claim(folder: Path) -> None:
    write(folder, {"post.md": POST.replace("claims: []", "claims:\n  - {text: heals, claim: health}")})
    assert places("post.md") == {"links.tagged/health": "block 9:26"}
    assert run("lint", "post.md", *AT).exit_code == 1


def test_a_held_post_is_named_at_its_link(folder: Path) -> None:
    write(folder, {"post.md": POST.replace("utm_source=instagram", "utm_source=myspace")})
    assert places("post.md") == {"links.tagged/source_known": "hold 12:10"}
    assert run("lint", "post.md", *AT).exit_code == 0
    assert run("lint", "post.md", *AT, "--fail-on", "hold").exit_code == 1


WORDS = """\
kind: check
id: words
title: Words that we do not use
owner: analytics
applies_to: content
rules:
  - {id: cheap, title: Nothing is cheap, when: {text: {mentions: [cheap, bargain]}}, then: flag}
  - {id: best, title: Nothing is the best, when: {visible_text: {contains: best}}, then: flag}
  - {id: free, title: Nothing is free, require: {not: {text: {contains: "free"}}}, otherwise: flag}
"""


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("One\nThe BEST bargain, free\n", {"cheap": "15:10", "best": "15:5", "free": "15:19"}),
        ("größte bargain of the best, gluten-free\n", {"cheap": "14:8", "best": "14:23", "free": "14:36"}),
        ("cheaper\n", {}),
    ],
    ids=["second line", "behind umlauts", "inside other words"],
)
def test_a_word_is_named_at_its_place_in_the_text(folder: Path, text: str, seen: dict[str, str]) -> None:
    write(folder, {"policies/words.yaml": WORDS, "post.md": POST.replace("Our new shoes\n", text)})
    assert places("post.md") == {f"words/{rule}": f"flag {place}" for rule, place in seen.items()}


def test_a_campaign_is_blocked_and_held_at_its_lines(folder: Path) -> None:
    write(folder, {"spring.yaml": CAMPAIGN})
    found_at = places("spring.yaml")
    assert found_at["campaign.plan/split"] == "block 3:1"
    assert found_at["campaign.plan/goal_reviewed"] == "hold 7:6"


def test_a_misspelt_field_is_told_what_was_meant(folder: Path) -> None:
    write(folder, {"post.md": POST.replace("sponsorship:", "sponsership:")})
    done = run("lint", "post.md", *AT)
    assert done.exit_code == 1
    assert "error[PE401]: unknown field `sponsership`\n    --> post.md:10:1\n" in done.stdout
    assert "= help: did you mean `sponsorship`?" in done.stdout


def test_an_ill_typed_value_is_named_at_its_place(folder: Path) -> None:
    write(folder, {"post.md": POST.replace("markets: [GB]", "markets: [GB, gb]")})
    (submission,) = found("post.md")["submissions"]
    (fault,) = submission["faults"]
    assert (fault["code"], fault["line"], fault["column"]) == ("PE402", 6, 15)
    assert submission["decision"]["outcome"] == "hold"


def test_rules_that_wait_for_a_declaration_are_folded_into_it(folder: Path) -> None:
    write(folder, {"post.md": POST.replace("claims: []\n", "")})
    done = run("lint", "post.md", *AT)
    assert done.exit_code == 1
    assert done.stdout.splitlines()[:6] == [
        "post.md:2  hold  content p1",
        "  hold: `claims` is not told; 1 rule waits for it",
        "    --> post.md:2:1  record.complete/claims",
        "    waiting: links.tagged/health",
        "    fix: say it: `claims` (an empty list says that there are none)",
        "",
    ]


@pytest.mark.parametrize(
    ("text", "code", "help_"),
    [
        ("id: p1\nplatform: instagram\n", "PE403", "say what it is: `type: content`"),
        ("typ: content\nid: p1\n", "PE403", "did you mean `type` instead of `typ`?"),
        ("type: contnt\nid: p1\n", "PE409", "did you mean `content`?"),
        ("- just\n- words\n", "PE404", "for example `type: content`"),
    ],
    ids=["no type", "misspelt key", "misspelt type", "no mapping"],
)
def test_what_is_no_record_cannot_be_judged(folder: Path, text: str, code: str, help_: str) -> None:
    write(folder, {"post.yaml": text})
    done = run("lint", "post.yaml", *AT)
    assert done.exit_code == 2
    assert f"error[{code}]" in done.stdout
    assert help_ in done.stdout


def test_a_record_without_an_id_is_a_fault_of_the_submission(folder: Path) -> None:
    write(folder, {"post.md": POST.replace("id: p1\n", "")})
    done = run("lint", "post.md", *AT)
    assert done.exit_code == 1
    assert "error[PE403]: `id` is missing" in done.stdout


def test_a_type_that_no_policy_applies_to_ends_with_2(folder: Path) -> None:
    write(folder, {"c.yaml": "type: comment\nid: c1\n"})
    done = run("lint", "c.yaml", *AT)
    assert done.exit_code == 2
    assert "no policy applies to records of type comment" in done.stdout


def test_an_unreadable_file_hides_no_other_and_ends_with_2(folder: Path) -> None:
    write(folder, {"posts/a.md": POST.replace("claims: []", "claims: [{claim: health}]"), "posts/b.yaml": "a: [\n"})
    done = run("lint", "posts", *AT)
    assert done.exit_code == 2
    assert "posts/b.yaml:" in done.stdout
    assert "block: Health claims are not made" in done.stdout


def test_a_file_with_faults_of_its_own_is_looked_at_but_not_judged(folder: Path) -> None:
    write(folder, {"post.yaml": "type: content\nid: p1\nlabel: #ad\nplatfrom: x\n"})
    done = run("lint", "post.yaml", *AT)
    assert done.exit_code == 2
    assert "PE019" in done.stdout
    assert "did you mean `platform`?" in done.stdout
    assert "not judged" in done.stdout


def test_a_bad_line_of_ndjson_leaves_the_others_judged(folder: Path) -> None:
    write(folder, {"posts.ndjson": '{"type": "content", "id": "a"}\n{"type": }\n{"type": "content", "id": "b"}\n'})
    report = found("posts.ndjson")
    assert [(s["id"], s["line"]) for s in report["submissions"]] == [("a", 1), ("b", 3)]
    assert all(s["decision"] for s in report["submissions"])
    assert [d["line"] for d in report["diagnostics"]] == [2]


def test_all_documents_of_a_file_are_judged(folder: Path) -> None:
    write(
        folder,
        {
            "both.yaml": "type: content\nid: a\n---\ntype: campaign\nid: b\n",
            "list.json": '[{"type": "content", "id": "c"}]',
        },
    )
    report = found("both.yaml")
    assert [(s["type"], s["id"], s["line"]) for s in report["submissions"]] == [
        ("content", "a", 1),
        ("campaign", "b", 4),
    ]
    assert [s["id"] for s in found("list.json")["submissions"]] == ["c"]


def test_a_folder_is_linted_without_its_readme_and_schemas(folder: Path) -> None:
    write(
        folder,
        {"s/README.md": "# Posts\n", "s/a.md": POST, "s/x.schema.json": "{}", "s/.hidden/b.md": "x", "s/pic.png": "x"},
    )
    done = run("lint", "s", *AT)
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "1 submission: 1 allowed")


def test_a_folder_without_submissions_ends_with_2(folder: Path) -> None:
    (folder / "empty").mkdir()
    done = run("lint", "empty", *AT)
    assert done.exit_code == 2
    assert "error[PE508]" in done.stdout


def test_a_file_that_is_not_there_ends_with_2(folder: Path) -> None:
    write(folder, {"a.md": POST})
    done = run("lint", "a.md", "nowhere.md", *AT)
    assert done.exit_code == 2
    assert "`nowhere.md` cannot be opened: no such file or directory" in done.stdout
    assert "1 submission: 1 fault, 1 allowed" in done.stdout


def test_without_policies_nothing_is_allowed(folder: Path) -> None:
    write(folder, {"none/readme.txt": "", "a.md": POST})
    done = run("lint", "a.md", "--policies", "none", *AT)
    assert done.exit_code == 2
    assert "there are no policies in `none`" in done.stdout
    assert run("lint", "a.md", "--policies", "nowhere", *AT).exit_code == 2


def test_broken_policies_leave_the_faults_of_submissions(folder: Path) -> None:
    write(folder, {"policies/b.yaml": "kind: chek\n", "a.md": POST.replace("platform:", "platfrom:")})
    done = run("lint", "a.md", *AT)
    assert done.exit_code == 2
    assert "unknown kind `chek`" in done.stdout
    assert "did you mean `platform`?" in done.stdout
    assert "not judged" in done.stdout


def test_two_submissions_with_one_id_name_both_places(folder: Path) -> None:
    write(folder, {"s/a.md": POST, "s/b.md": POST})
    done = run("lint", "s", *AT)
    assert done.exit_code == 2
    assert "error[PE408]: two records of type content have the id `p1`" in done.stdout
    assert "--> s/a.md:2:1" in done.stdout
    assert "--> s/b.md:2:1" in done.stdout


FAIL_ON = {
    "error": POST.replace("platform:", "platfrom:"),
    "block": POST.replace("claims: []", "claims: [{claim: health}]"),
    "hold": POST.replace("utm_source=instagram", "utm_source=myspace"),
    "flag": POST + "x" * 300,
    "unproven": POST.replace("claims: []\n", ""),
}


@pytest.mark.parametrize("named", FAIL_ON)
@pytest.mark.parametrize("present", FAIL_ON)
def test_each_word_of_fail_on_stands_for_itself(folder: Path, present: str, named: str) -> None:
    write(folder, {"post.md": FAIL_ON[present]})
    assert run("lint", "post.md", *AT, "--fail-on", named).exit_code == (1 if named == present else 0)


@pytest.mark.parametrize(("present", "code"), [("error", 1), ("block", 1), ("hold", 0), ("flag", 0), ("unproven", 1)])
def test_by_default_faults_blocks_and_open_questions_fail(folder: Path, present: str, code: int) -> None:
    write(folder, {"post.md": FAIL_ON[present]})
    assert run("lint", "post.md", *AT).exit_code == code
    assert run("lint", "post.md", *AT, "--fail-on", "none").exit_code == 0


def test_only_judges_by_the_policies_that_are_named(folder: Path) -> None:
    write(folder, {"post.md": FAIL_ON["block"]})
    assert run("lint", "post.md", *AT, "--only", "links.*").exit_code == 1
    done = run("lint", "post.md", *AT, "--only", "campaign.*")
    assert (done.exit_code, "warning[PE507]" in done.stdout) == (0, True)
    done = run("lint", "post.md", *AT, "--only", "link.tagged")
    assert (done.exit_code, "did you mean `links.tagged`?" in done.stdout) == (2, True)


def test_quiet_says_only_what_fails(folder: Path) -> None:
    write(folder, {"a.md": POST, "b.md": FAIL_ON["block"].replace("id: p1", "id: p2") + "x" * 300})
    done = run("lint", "a.md", "b.md", *AT, "--quiet")
    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        "b.md:2  block  content p2",
        "  block: Health claims are not made",
        "    --> b.md:8:18  links.tagged/health (policies/all.yaml:17)",
    ]


def test_the_mode_says_whether_the_time_was_chosen(folder: Path) -> None:
    write(folder, {"a.md": POST})
    (chosen,) = found("a.md")["submissions"]
    assert (chosen["decision"]["mode"], chosen["decision"]["at"]) == ("simulated", "2026-06-15T12:00:00Z")
    (now,) = json.loads(run("lint", "a.md", "--format", "json").stdout)["submissions"]
    assert now["decision"]["mode"] == "binding"


def test_a_day_is_its_beginning_in_the_configured_zone(folder: Path) -> None:
    write(folder, {"a.md": POST, "policyengine.yaml": "zone: Europe/Berlin\n"})
    done = run("lint", "a.md", "--at", "2026-06-15", "--format", "json")
    assert json.loads(done.stdout)["submissions"][0]["decision"]["at"] == "2026-06-14T22:00:00Z"


def test_csv_comes_in_through_a_mapping(folder: Path) -> None:
    mapping = (
        "type: content\nfields:\n  id: {column: Post}\n  links.url: {column: URL}\n  author.followers: {column: Fans}\n"
    )
    table = "Post,URL,Fans,Extra\np1,https://acme.example/?utm_source=myspace,10 000,x\n"
    write(folder, {"posts.csv": table, "m.yaml": mapping})
    done = run("lint", "posts.csv", "--map", "m.yaml", *AT, "--fail-on", "error")
    assert done.exit_code == 1
    assert "error[PE405]: `10 000` is not a number\n --> posts.csv:2:45\n" in done.stdout
    assert "note[PE407]: 1 column is not mapped: `Extra`" in done.stdout
    assert "--> posts.csv:2:4  links.tagged/source_known" in done.stdout


def test_csv_without_a_mapping_is_told_so(folder: Path) -> None:
    write(folder, {"posts.csv": "a,b\n1,2\n"})
    done = run("lint", "posts.csv", *AT)
    assert done.exit_code == 2
    assert "error[PE410]" in done.stdout


def test_a_pending_approval_is_a_notice(folder: Path) -> None:
    write(
        folder,
        {
            "policies/approval.yaml": "kind: approval\nid: approval.content\ntitle: Somebody else looks\n"
            "owner: analytics\napplies_to: content\nstages:\n  - {id: desk, needs: {role: analyst}}\n",
            "a.md": POST.replace("id: p1\n", "id: p1\nauthor: {id: kim}\n"),
        },
    )
    done = run("lint", "a.md", *AT, "--fail-on", "error,block,hold,flag,unproven,overdue")
    assert done.exit_code == 0
    assert "approval: approval.content is pending\n    ● desk  waiting for 1 of role analyst: ana\n" in done.stdout
    assert "::notice " in run("lint", "a.md", *AT, "--format", "github").stdout
