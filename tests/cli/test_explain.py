"""`explain`: the tests that decided, who last changed a rule, the smallest change; and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import git

from tests.cli.running import AT, POST, run, write

BLOCKED = POST.replace("claims: []", "claims: [{claim: health}]")


def test_it_says_what_decided_and_what_would_change_it_and_ends_with_0(folder: Path) -> None:
    write(folder, {"a.md": BLOCKED})
    done = run("explain", "a.md", *AT)
    assert done.exit_code == 0
    assert "block: links.tagged/health: Health claims are not made (decides)" in done.stdout
    assert "claim is health; seen: health" in done.stdout
    assert "owned by analytics, not under version control" in done.stdout
    assert "source: Tagging guide, https://example.org/tags" in done.stdout
    assert "the smallest change that alters it:" in done.stdout


def test_it_names_who_last_changed_the_rule(folder: Path) -> None:
    write(folder, {"a.md": BLOCKED})
    with git.Repo.init(folder) as repository:
        repository.index.add(["policies/all.yaml"])
        author = git.Actor("Ana Okafor", "ana@example.org")
        repository.index.commit("Forbid health claims\n\nAs legal asked.", author=author, committer=author)
    done = run("explain", "a.md", "--rule", "links.tagged/health", *AT)
    assert "last changed by Ana Okafor on " in done.stdout
    assert ": Forbid health claims)" in done.stdout


def test_one_rule_is_explained_whatever_it_says(folder: Path) -> None:
    write(folder, {"a.md": BLOCKED})
    done = run("explain", "a.md", "--rule", "links.tagged/long", "--no-change", "--format", "json", *AT)
    (rule,) = json.loads(done.stdout)["rules"]
    assert (rule["name"], rule["verdicts"]) == ("links.tagged/long", ["not_applicable"])


def test_an_unknown_rule_is_named_with_the_nearest_and_ends_with_2(folder: Path) -> None:
    write(folder, {"a.md": BLOCKED})
    done = run("explain", "a.md", "--rule", "links.tagged/helth", *AT)
    assert done.exit_code == 2
    assert "error[PE507]: no rule is named `links.tagged/helth`" in done.stderr
    assert "did you mean `links.tagged/health`?" in done.stderr


def test_holes_are_notes_and_validate_ends_with_0() -> None:
    done = run("validate", "--holes")
    assert done.exit_code == 0
    assert "note[PE230]: `links.tagged/health`: an entry taken out of `claims` is not missed" in done.stdout
    assert "note[PE230]: `campaign.plan/split`: without `objective_split` it has nothing to say" in done.stdout
