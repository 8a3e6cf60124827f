"""`validate`, and policies as of a revision."""

from __future__ import annotations

import json
from pathlib import Path

import git
import pytest

from policyengine import InvalidPolicies, PolicySet
from tests.cli.running import AT, POLICIES, POST, run, write


def test_faultless_policies_say_so_on_standard_error() -> None:
    done = run("validate")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "no faults\n")


def test_a_misspelt_field_is_shown_with_its_line_and_what_was_meant(folder: Path) -> None:
    write(
        folder,
        {"policies/all.yaml": POLICIES.replace("{text: {length", "{author.folowers: {at_least: 3}, text: {length")},
    )
    done = run("validate")
    assert done.exit_code == 1
    assert "--> policies/all.yaml:23:12" in done.stdout
    assert "  |            ^^^^^^^^^^^^^^^\n" in done.stdout
    assert "help: did you mean `author.followers`?" in done.stdout
    assert done.stdout.endswith("\n1 fault\n")


def test_all_faults_of_all_files_are_found_in_one_run(folder: Path) -> None:
    write(folder, {"policies/b.yaml": "kind: chek\n", "policies/c.yaml": "a: [\n", "policyengine.yaml": "zone: UTC\n"})
    done = run("validate", "--format", "json")
    report = json.loads(done.stdout)
    assert done.exit_code == 1
    assert {d["file"] for d in report["diagnostics"]} == {"policies/b.yaml", "policies/c.yaml"}
    assert (report["failed"], report["found"]) == (True, ["error"])
    assert run("validate", "--fail-on", "none").exit_code == 0


def test_a_faulty_configuration_is_reported_too(folder: Path) -> None:
    write(folder, {"policyengine.yaml": "polices: x\n"})
    done = run("validate")
    assert done.exit_code == 1
    assert "did you mean `policies`?" in done.stdout


def test_a_folder_without_policies_ends_with_2(folder: Path) -> None:
    (folder / "empty").mkdir()
    done = run("validate", "empty")
    assert done.exit_code == 2
    assert "error[PE506]: there are no policies in `empty`" in done.stdout
    assert run("validate", "nowhere").exit_code == 2


@pytest.mark.parametrize("name", ["json", "sarif", "github"])
def test_each_format_tells_the_fault(folder: Path, name: str) -> None:
    write(folder, {"policies/b.yaml": "kind: chek\n"})
    done = run("validate", "--format", name)
    assert done.exit_code == 1
    assert "unknown kind `chek`" in done.stdout


def test_holes_are_notes(folder: Path) -> None:
    write(folder, {"policies/b.yaml": POLICIES.partition("---\n")[0].replace("links.tagged", "b").replace(
        "{text: {length: {above: 200}}}", "{claims: {exists: true}}")})  # fmt: skip
    done = run("validate", "--holes")
    assert done.exit_code == 0
    assert "note[" in done.stdout


# Revisions ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def repository(folder: Path) -> str:
    """A repository whose first revision blocks, and whose working copy only flags; returns the first revision."""
    write(folder, {"a.md": POST.replace("claims: []", "claims: [{claim: health}]")})
    with git.Repo.init(folder) as repo:
        repo.config_writer().set_value("user", "name", "Ana").set_value("user", "email", "ana@example.org").release()
        repo.index.add(["policies/all.yaml"])
        first = repo.index.commit("Begin").hexsha
        write(folder, {"policies/all.yaml": POLICIES.replace("then: block", "then: flag")})
        repo.index.add(["policies/all.yaml"])
        repo.index.commit("Loosen")
    return first


def test_policies_are_taken_from_a_revision(repository: str) -> None:
    now = json.loads(run("evaluate", "a.md", *AT).stdout)
    before = json.loads(run("evaluate", "a.md", "--rev", "HEAD~1").stdout)
    assert (now["outcome"], now["policies"]["revision"]) == ("flag", None)
    assert (before["outcome"], before["policies"]["revision"], before["mode"]) == ("block", repository, "simulated")
    assert before["findings"][0]["source"]["file"] == "policies/all.yaml"


def test_a_revision_validates_and_lints(repository: str, folder: Path) -> None:
    write(folder, {"policies/all.yaml": "kind: chek\n"})
    assert run("validate").exit_code == 1
    assert run("validate", "--rev", repository).exit_code == 0
    assert run("lint", "a.md", "--rev", repository[:12], *AT).exit_code == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--rev", "nowhere"], "there is no revision `nowhere`"),
        (["--rev", "HEAD", "--policies", "other"], "the revision has no policies in `other`"),
        (["--rev", "HEAD", "--policies", "/usr"], "`/usr` is not in the repository"),
    ],
    ids=["unknown revision", "unknown folder", "outside"],
)
def test_a_revision_that_cannot_be_read_ends_with_2(repository: str, options: list[str], said: str) -> None:
    assert repository
    done = run("lint", "a.md", *options)
    assert done.exit_code == 2
    assert f"error[PE503]: {said}" in done.stdout


def test_outside_a_repository_there_are_no_revisions(folder: Path) -> None:
    write(folder, {"a.md": POST})
    done = run("validate", "--rev", "HEAD")
    assert done.exit_code == 2
    assert "is not in a git repository" in done.stdout


def test_python_loads_a_revision_too(repository: str, folder: Path) -> None:
    policies = PolicySet.at_revision("HEAD~1", repo=folder)
    assert policies.assembly.revision == repository
    with pytest.raises(InvalidPolicies) as raised:
        PolicySet.at_revision("nowhere", repo=folder)
    assert [d.code for d in raised.value.diagnostics] == ["PE503"]
