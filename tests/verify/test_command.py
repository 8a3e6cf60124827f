"""`policyengine test`: what it prints, how it ends, its formats, which suites it runs; and the plugin of pytest."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from policyengine.cli.test import command
from policyengine.core.diagnostic import Span
from policyengine.shipped import shipped
from policyengine.verify.expecting import Difference
from policyengine.verify.junit import junit
from policyengine.verify.running import Result as CaseResult

ROOT = Path(__file__).resolve().parents[2]

CHECK = """\
kind: check
id: links.tagged
title: Every campaign link can be traced
owner: analytics
applies_to: content
rules:
  - id: source_told
    title: Links say where the visit comes from
    for_each: links
    require: {utm.source: {exists: true}}
    otherwise: hold
"""
SUITE = """\
kind: test
policies: [links.tagged]
at: 2026-03-02T09:00:00Z
records:
  launch: {type: content, links: [{url: "https://acme.example/?utm_source=x"}]}
  bare: {base: launch, set: {links: [{url: "https://acme.example/a"}]}}
cases:
  - {case: a link with a source, record: launch, expect: {outcome: allow}}
  - {case: a link without a source, record: bare, expect: {outcome: hold, fails: [links.tagged/source_told]}}
"""
FAILING = SUITE + "  - {case: nothing is held, record: bare, expect: {fails: []}}\n"
FAULTY = SUITE.replace("record: launch", "record: lunch")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "links.yaml").write_text(CHECK, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def suite(text: str = SUITE, name: str = "policies/links.test.yaml") -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments, catch_exceptions=False)


pytestmark = pytest.mark.usefixtures("folder")


def test_cases_that_pass_end_with_0() -> None:
    suite()
    done = run()
    assert done.exit_code == 0
    assert done.stdout == "pass  policies/links.test.yaml  2 cases\n2 passed, 0 failed\n"


def test_a_case_that_fails_ends_with_1_and_says_why_at_its_line() -> None:
    suite(FAILING)
    done = run()
    assert done.exit_code == 1
    assert done.stdout == (
        "fail  policies/links.test.yaml:10  nothing is held\n"
        "      fails\n"
        "        expected: none\n"
        "        seen:     links.tagged/source_told\n"
        "      because\n"
        "        links.tagged/source_told: Links say where the visit comes from (policies/links.yaml:7)\n"
        "          links[0]: fail\n"
        "            require: utm.source is told? no; seen: (none)\n"
        "\n"
        "2 passed, 1 failed\n"
    )


def test_no_case_ends_with_2() -> None:
    done = run()
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.startswith("there are no cases")


def test_a_faulty_case_ends_with_2_and_the_others_are_run() -> None:
    suite(FAULTY)
    done = run()
    assert done.exit_code == 2
    assert "error[PE602]: the suite has no record `lunch`\n --> policies/links.test.yaml:8:42" in done.stderr
    assert "= help: did you mean `launch`?" in done.stderr
    assert done.stdout.endswith("1 passed, 0 failed\n")


def test_a_faulty_case_outranks_one_that_fails() -> None:
    suite(FAILING.replace("record: launch", "record: lunch"))
    assert run().exit_code == 2


def test_policies_that_cannot_be_read_end_with_2() -> None:
    suite()
    Path("policies/links.yaml").write_text(CHECK.replace("links", "lniks"), encoding="utf-8")
    done = run()
    assert done.exit_code == 2
    assert "policies/links.yaml:9:15" in done.stderr


def test_a_path_that_does_not_exist_ends_with_2() -> None:
    suite()
    assert run("nowhere").exit_code == 2


@pytest.mark.parametrize(
    ("text", "passed"), [("WITHOUT", 1), ("links.test", 2), ("a link", 2)], ids=["any case", "the file", "the name"]
)
def test_a_filter_takes_the_cases_with_a_text(text: str, passed: int) -> None:
    suite()
    assert run("--filter", text).stdout.endswith(f"{passed} passed, 0 failed\n")


def test_a_filter_that_takes_nothing_ends_with_2() -> None:
    suite()
    done = run("--filter", "nothing like it")
    assert done.exit_code == 2
    assert "none of the 2 cases has `nothing like it`" in done.stderr


def test_quiet_says_only_what_fails() -> None:
    suite()
    assert run("--quiet").stdout == ""
    suite(FAILING)
    assert run("--quiet").stdout.startswith("fail  ")


def test_json_has_every_case() -> None:
    suite(FAILING)
    found = json.loads(run("--format", "json").stdout)
    assert (found["passed"], found["failed"]) == (2, 1)
    assert [case["passed"] for case in found["cases"]] == [True, True, False]
    assert found["cases"][2]["differences"] == [
        {
            "what": "fails",
            "expected": "none",
            "seen": "links.tagged/source_told",
            "rules": ["links.tagged/source_told"],
            "line": 10,
        }
    ]


def test_github_has_an_annotation_for_each_failure() -> None:
    suite(FAILING)
    first, last = run("--format", "github").stdout.splitlines()
    assert first.startswith(
        "::error file=policies/links.test.yaml,line=10,title=policy test%3A nothing is held::fails%0A  expected: none"
    )
    assert last == "2 passed, 1 failed"


def test_junit_is_written_beside_the_text() -> None:
    suite(FAILING)
    done = run("--junit", "out.xml")
    assert done.exit_code == 1
    assert done.stdout.startswith("fail  ")
    root = ET.fromstring(Path("out.xml").read_text(encoding="utf-8"))  # noqa: S314 - our own file
    assert (root.tag, root.get("tests"), root.get("failures")) == ("testsuites", "3", "1")
    cases = root.findall("./testsuite/testcase")
    assert [case.get("name") for case in cases] == [
        "a link with a source",
        "a link without a source",
        "nothing is held",
    ]
    assert [case.get("line") for case in cases] == ["8", "9", "10"]
    failures = root.findall(".//failure")
    assert [failure.get("message") for failure in failures] == ["fails: expected none, seen links.tagged/source_told"]
    assert "utm.source is told" in (failures[0].text or "")


def test_junit_that_cannot_be_written_ends_with_2() -> None:
    suite()
    done = run("--junit", "no/such/folder/out.xml")
    assert done.exit_code == 2
    assert "cannot be written" in done.stderr


def test_junit_stays_well_formed_whatever_a_record_says() -> None:
    hostile = "\x1b[31m\x00]]>&<script>\ud800\u202e\ufffe::error::\r\n\t\"'"
    span = Span("a<b>.yaml", 1, 1, 1, 2)
    difference = Difference(what="messages", expected=hostile, seen=hostile, span=span)
    written = junit([CaseResult(name=hostile, span=span, differences=(difference,), because=(hostile,))])
    root = ET.fromstring(written)  # noqa: S314 - our own
    assert root.findall(".//script") == []
    (failure,) = root.findall(".//failure")
    assert "\\u001b[31m\\u0000]]>&<script>\\ud800" in (failure.get("message") or "")


def test_what_records_say_does_not_act_on_the_terminal() -> None:
    name = '"\\e[2J::error::\\u202e x"'
    suite(FAILING.replace("case: nothing is held", f"case: {name}"))
    done = run()
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout
    assert "\\x1b[2J::error::\\u202e x" in done.stdout


def test_several_processes_say_the_same() -> None:
    many = "".join(f"  - {{case: case {n}, record: bare, expect: {{fails: []}}}}\n" for n in range(30))
    suite(SUITE + many)
    assert run("--jobs", "2").stdout == run().stdout


# Which suites, which policies -----------------------------------------------------------------------------------------


def test_suites_in_other_files_are_run_too() -> None:
    Path("policies/links.yaml").write_text(f"{CHECK}---\n{SUITE}", encoding="utf-8")
    assert run().stdout.endswith("2 passed, 0 failed\n")


def test_a_path_takes_only_the_suites_there() -> None:
    suite()
    suite(FAILING, "policies/more/other.test.yaml")
    assert run("policies/links.test.yaml").stdout.endswith("2 passed, 0 failed\n")
    assert run("policies/more").stdout.endswith("2 passed, 1 failed\n")
    assert run().stdout.endswith("4 passed, 1 failed\n")


def test_a_suite_elsewhere_is_about_the_configured_policies() -> None:
    suite(SUITE, "suites/links.test.yaml")
    assert run("suites").stdout.endswith("2 passed, 0 failed\n")


def test_policies_beside_a_suite_elsewhere_are_the_ones_it_is_about() -> None:
    suite(SUITE.replace("outcome: hold", "outcome: block"), "other/links.test.yaml")
    Path("other/links.yaml").write_text(CHECK.replace("otherwise: hold", "otherwise: block"), encoding="utf-8")
    assert run("other").stdout.endswith("2 passed, 0 failed\n")
    assert run("other/links.test.yaml").stdout.endswith("2 passed, 0 failed\n")


def test_policies_can_be_named() -> None:
    suite(SUITE.replace("outcome: hold", "outcome: block"), "suites/links.test.yaml")
    Path("strict.yaml").write_text(CHECK.replace("otherwise: hold", "otherwise: block"), encoding="utf-8")
    assert run("suites", "--policies", "strict.yaml").stdout.endswith("2 passed, 0 failed\n")


def test_the_configuration_says_where_policies_are() -> None:
    suite(SUITE, "policies/links.test.yaml")
    Path("policies").rename("rules")
    Path("policyengine.yaml").write_text("policies: [rules]\n", encoding="utf-8")
    assert run().stdout == "pass  rules/links.test.yaml  2 cases\n2 passed, 0 failed\n"


def test_the_suite_in_the_documentation_passes_on_the_shipped_library() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "suites.md").read_text(encoding="utf-8"), re.DOTALL)
    suite(example, "suites/example.test.yaml")
    done = run("suites", "--policies", str(shipped("policies")))
    assert done.stdout.endswith("3 passed, 0 failed\n"), done.output


# The plugin of pytest -------------------------------------------------------------------------------------------------


def pytested(*arguments: str) -> str:
    # Without the plugins of the environment: this one may be installed there, and nothing else is needed.
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(  # noqa: S603 - only pytest
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "policyengine.verify.pytest_plugin",
            "-p",
            "no:cacheprovider",
            *arguments,
        ],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    return done.stdout + done.stderr


def test_pytest_runs_each_case_and_shows_a_failure() -> None:
    suite(FAILING)
    shown = pytested("-v")
    assert "policies/links.test.yaml::a link with a source PASSED" in shown
    assert "policies/links.test.yaml::nothing is held FAILED" in shown
    assert "policies/links.test.yaml:10\nfails\n  expected: none\n  seen:     links.tagged/source_told" in shown
    assert "Traceback" not in shown
    assert "1 failed, 2 passed" in shown


def test_pytest_runs_suites_beside_a_library_and_elsewhere() -> None:
    suite()
    suite(SUITE, "policies/more/again.test.yaml")
    suite(SUITE, "tests/links.test.yaml")
    assert "6 passed" in pytested("-q")


def test_pytest_says_what_is_wrong_with_a_suite() -> None:
    suite(FAULTY)
    suite(SUITE, "policies/sound.test.yaml")
    shown = pytested("-q", "--continue-on-collection-errors")
    assert (
        "policies/links.test.yaml:8:42: error[PE602]: the suite has no record `lunch` (did you mean `launch`?)" in shown
    )
    assert "2 passed, 1 error" in shown


def test_pytest_leaves_other_files_alone_and_can_be_told_to() -> None:
    suite("steps: [deploy]\n", "policies/deploy.test.yaml")
    Path("policies/links.yaml").unlink()
    assert "no tests ran" in pytested("-q")
    suite()
    assert "no tests ran" in pytested("-q", "-o", "policyengine=false")


def test_pytest_takes_the_policies_that_its_configuration_names() -> None:
    suite(SUITE, "suites/links.test.yaml")
    Path("policies").rename("rules")
    Path("pytest.ini").write_text("[pytest]\npolicyengine_policies = rules\n", encoding="utf-8")
    assert "2 passed" in pytested("-q")


def test_pytest_starts_without_the_engine() -> None:
    program = (
        "import sys, policyengine.verify.pytest_plugin; "
        "print(sorted(m for m in sys.modules if m.startswith('policyengine.') and m.count('.') == 1))"
    )
    done = subprocess.run(  # noqa: S603 - only what is written here
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "['policyengine.verify']"
