"""The project keeps the promises that it makes about itself: dependencies, layers, exceptions, what a wheel holds."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any, Literal
from zipfile import ZipFile

import pytest

import policyengine
from policyengine.shipped import shipped

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "policyengine"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - only commands written in this file
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def canonical(name: str) -> str:
    """Two spellings of one distribution are one (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared() -> set[str]:
    names = (re.match(r"[A-Za-z0-9._-]+", line) for line in project()["project"]["dependencies"])
    return {canonical(name[0]) for name in names if name}


def imported_packages(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found - sys.stdlib_module_names - {"policyengine"}


def readme_blocks() -> list[str]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(r"^```sh\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def test_every_dependency_has_its_row_in_the_docs() -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in text.splitlines() if line.startswith("| ")][1:]
    assert {canonical(row[1].strip()) for row in rows} == declared()
    assert all(cell.strip() for row in rows for cell in row[1:-1])


def test_the_package_imports_only_what_it_declares() -> None:
    homes = packages_distributions()
    # The plugin runs inside pytest only: who has it installed has pytest.
    plugin = {PACKAGE / "verify" / "pytest_plugin.py": {"pytest", "_pytest"}}
    undeclared = {
        f"{file.relative_to(ROOT)}: {name}"
        for file in sorted(PACKAGE.rglob("*.py"))
        for name in imported_packages(file) - plugin.get(file, set())
        if not {canonical(home) for home in homes.get(name, [])} & declared()
    }
    assert undeclared == set()


def test_every_exception_to_a_lint_rule_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    ruff = text[text.index("[tool.ruff.lint]") : text.index("[tool.ruff.lint.pydocstyle]")]
    exceptions = [line for line in ruff.splitlines() if re.match(r'\s+"[A-Z]+\d*"', line)]
    assert exceptions
    assert [line for line in exceptions if not re.search(r"# \w+", line)] == []


def test_layers_hold() -> None:
    done = run("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache")
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 broken" in done.stdout


def test_no_module_is_a_drawer_for_leftovers() -> None:
    names = {"utils.py", "util.py", "helpers.py", "common.py", "misc.py"}
    assert [file for file in PACKAGE.rglob("*.py") if file.name in names] == []


def test_import_leaves_heavy_packages_alone() -> None:
    heavy = "('click', 'jsonschema', 'ruamel', 'git', 'holidays', 'dateutil', 'confusable_homoglyphs', 'numpy')"
    done = run("-c", f"import sys, policyengine; print(sorted(set({heavy}) & set(sys.modules)))")
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.parametrize("name", ["policies", "schemas", "examples"])
def test_shipped_folders_are_found_in_a_checkout(name: Literal["policies", "schemas", "examples"]) -> None:
    assert shipped(name) == ROOT / name


def test_the_wheel_holds_what_is_shipped(tmp_path: Path) -> None:
    done = run("-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    assert wheel.name.startswith(f"social_policy_engine-{policyengine.__version__}-")
    with ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if name.startswith("policyengine/")}
        archive.extractall(tmp_path / "installed")
    expected = {
        f"policyengine/_shipped/{file.relative_to(ROOT)}"
        for folder in ("policies", "schemas", "examples")
        for file in (ROOT / folder).rglob("*")
        if file.is_file()
    }
    assert expected
    assert expected <= held
    assert {str(file.relative_to(ROOT)) for file in PACKAGE.rglob("*.py")} <= held
    # Isolated (-I), so that the checkout is not found first.
    use = "from policyengine.shipped import shipped; print(shipped('policies'))"
    find = f"import sys; sys.path.insert(0, sys.argv[1]); {use}"
    seen = run("-I", "-c", find, str(tmp_path / "installed"))
    assert seen.stdout.strip() == str(tmp_path / "installed" / "policyengine" / "_shipped" / "policies"), seen.stderr


def test_the_plugin_of_pytest_is_registered_if_it_exists() -> None:
    registered = project()["project"].get("entry-points", {}).get("pytest11", {})
    exists = (PACKAGE / "verify" / "pytest_plugin.py").is_file()
    assert registered == ({"policyengine": "policyengine.verify.pytest_plugin"} if exists else {})


def test_ci_runs_the_two_commands_of_the_readme() -> None:
    main_job, tests = readme_blocks()[:2]
    assert "policyengine" in main_job
    assert "pytest" in tests
    for number, block in enumerate((main_job, tests), 1):
        assert run(".ci/readme_block.py", str(number)).stdout == block


def test_a_promise_that_the_readme_does_not_keep_is_named() -> None:
    done = run(".ci/readme_block.py", "1000")
    assert done.returncode == 1
    assert "block 1000 is one of its promises" in done.stderr
