"""`policyengine new`: what it writes works at once, and it overwrites nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from policyengine.evaluate.engine import load
from policyengine.kinds import kind_names
from tests.cli.running import run

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a copy of what a kind or a check is written into."""
    copy = tmp_path / "checkout"
    for name in ("policyengine", "schemas"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("tests/sets.py", "pyproject.toml"):
        (copy / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, copy / name)
    return copy


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - only commands written in this file
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


def holds(folder: Path, *written: str) -> None:
    """Check that written modules keep to the project's rules and types, and that their tests pass."""
    rules = python(folder, "-m", "ruff", "check", "--no-cache", *written)
    assert rules.returncode == 0, rules.stdout
    form = python(folder, "-m", "ruff", "format", "--no-cache", "--check", *written)
    assert form.returncode == 0, form.stdout
    types = python(folder, "-m", "mypy", "--follow-imports=silent", *written)
    assert types.returncode == 0, types.stdout
    tests = [name for name in written if name.startswith("tests/")]
    done = python(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_new_kind_works_at_once(checkout: Path) -> None:
    done = run("new", "kind", "sweepstake", "--checkout", str(checkout))
    assert done.exit_code == 0, done.stderr
    holds(checkout, "policyengine/kinds/sweepstake.py", "tests/kinds/test_sweepstake.py")
    loads = "from policyengine.edit.generated import kind_schemas as k; print('kind: sweepstake' in str(k()))"
    assert python(checkout, "-c", loads).stdout == "True\n"


def test_a_new_check_works_at_once(checkout: Path) -> None:
    done = run("new", "lint", "silent_policy", "--checkout", str(checkout))
    assert done.exit_code == 0, done.stderr
    holds(checkout, "policyengine/lints/silent_policy.py", "tests/lints/test_silent_policy.py")
    runs = "from policyengine.lints import lint_names; print(lint_names())"
    assert "silent_policy" in python(checkout, "-c", runs).stdout
    entry = "from policyengine.core.codes import CODES; print(max(c for c in CODES if c < 'PE3'))"
    code = python(checkout, "-c", entry).stdout.strip()
    assert f'"{code}"' in (checkout / "policyengine/lints/silent_policy.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", [name for name in kind_names() if name not in {"test", "directory", "waiver"}])
def test_a_new_policy_is_a_good_one(kind: str, tmp_path: Path) -> None:
    prefixes = {"terms": "terms.mine", "disclosure": "disclosure.mine", "choice": "choices.mine"}
    identity = prefixes.get(kind, "mine.first")
    done = run("new", "policy", kind, identity, "--policies", str(tmp_path / "new"))
    assert done.exit_code == 0, done.stderr
    text = (tmp_path / "new" / f"{identity.replace('.', '/')}.yaml").read_text(encoding="utf-8")
    assert f"id: {identity}\n" in text
    assert [d.message for d in load([tmp_path / "new"]).diagnostics if d.severity == "error"] == []


def test_a_new_waiver_lacks_only_the_policy_that_it_is_about(tmp_path: Path) -> None:
    done = run("new", "policy", "waiver", "mine.first", "--policies", str(tmp_path / "new"))
    assert done.exit_code == 0, done.stderr
    assert [d.code for d in load([tmp_path / "new"]).diagnostics if d.severity == "error"] == ["PE205"]


def test_a_new_policy_tells_editors_its_schema(folder: Path) -> None:
    (folder / "schemas").mkdir()
    run("new", "policy", "check", "links.mine")
    first = (folder / "policies/links/mine.yaml").read_text(encoding="utf-8").partition("\n")[0]
    assert first == "# yaml-language-server: $schema=../../schemas/check.schema.json"


def test_nothing_is_overwritten(folder: Path) -> None:
    (folder / "policies/links").mkdir()
    (folder / "policies/links/mine.yaml").write_text("mine", encoding="utf-8")
    done = run("new", "policy", "check", "links.mine")
    assert done.exit_code == 2
    assert "`policies/links/mine.yaml` exists already; nothing was written" in done.stderr
    assert (folder / "policies/links/mine.yaml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("policy", "chek", "a.b"), "there is no kind `chek`; did you mean `check`?"),
        (("policy", "check", "../etc/passwd"), "`../etc/passwd` is not an id"),
        (("policy", "check", "Links.Mine"), "`Links.Mine` is not an id"),
        (("kind", "sweepstake"), "is no checkout of policyengine"),
        (("kind", "check"), "there is a kind `check` already"),
        (("kind", "two-words"), "`two-words` is not a name of a kind"),
        (("lint", "x; y"), "`x; y` is not a name of a check"),
    ],
)
def test_what_cannot_be_written_is_said(arguments: tuple[str, ...], said: str) -> None:
    done = run("new", *arguments)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())
