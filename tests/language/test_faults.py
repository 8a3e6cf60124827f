"""Golden cases of faulty conditions and hostile formulas: each one diagnostic, at its place, with a way out."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from policyengine.core.reader_yaml import read_yaml
from tests.sets import loaded

FILE = Path(__file__).parent / "cases" / "faults.yaml"
DEFINITIONS = """\
kind: definitions
id: is
owner: team
applies_to: content
define:
  tier_1: {title: Tier 1, risk_tier: 1}
"""


def policy(when: str) -> str:
    """Return a policy with one rule about a condition, which begins at line 8, column 11."""
    header = "kind: check\nid: a.b\ntitle: A\nowner: team\napplies_to: content\n"
    return f"{header}rules:\n  - id: r\n    when: {when}\n    then: block\n"


def _cases() -> list[Any]:
    source = read_yaml(FILE.read_bytes(), FILE.name)
    assert not source.diagnostics, [str(d.span) + d.message for d in source.diagnostics]
    plain = source.documents[0].plain()
    assert isinstance(plain, list)
    return [pytest.param(case, id=str(case["name"])) for case in plain if isinstance(case, dict)]


@pytest.mark.parametrize("case", _cases())
def test_a_faulty_condition(case: dict[str, Any]) -> None:
    found = [d for d in loaded(policy(case["when"]), DEFINITIONS).diagnostics if d.severity == "error"]
    assert [d.code for d in found] == [case["code"]], [(d.code, d.message) for d in found]
    fault = found[0]
    assert case["says"] in fault.message
    assert case["help"] in (fault.help or "")
    assert fault.span is not None
    assert fault.span.line == 8
    assert fault.span.column >= 11
    assert fault.message[0].islower() or fault.message[0] in "`0123456789"
    assert not fault.message.endswith(".")


def test_every_fault_of_a_file_comes_in_one_run() -> None:
    text = policy("{author.folowers: {at_least: 1}, platform: tiktk, markets: GB, text: {above: 3}}")
    codes = [d.code for d in loaded(text).diagnostics if d.severity == "error"]
    assert codes == ["PE102", "PE105", "PE106", "PE103"]


def test_a_broken_file_does_not_hide_the_faults_of_another() -> None:
    diagnostics = loaded("kind: check\nid: [", policy("{author.folowers: 1}")).diagnostics
    assert {d.span.file for d in diagnostics if d.span is not None and d.severity == "error"} == {"0.yaml", "1.yaml"}


HOSTILE = {
    "ten thousand parentheses": "(" * 10_000 + "1" + ")" * 10_000 + " > 0",
    "two hundred parentheses": "(" * 200 + "1" + ")" * 200 + " > 0",
    "a chain of not": "not " * 120 + "author.age > 1",
    "a tower of powers": "10 ** 10 ** 10 > 0",
    "a huge text": '"a" * 10**9 > 0',
    "a huge number": "9" * 400 + " > 0",
    "a walrus": "(x := 1) > 0",
    "a format string": "f'{author}' > 0",
    "a dunder": "author.__class__.__mro__ > 0",
    "an import": "__import__('os').system('true') > 0",
    "a lambda": "(lambda x: x)(1) > 0",
    "a comprehension": "sum(x for x in media) > 0",
    "a marker of ours": "ref_0_values.x > 0",
    "letters from elsewhere": "аuthor.age > 0",
    "a null character": "author.age > 0\\0",
    "a deep unary": "-" * 400 + "1 > 0",
    "a deep attribute": "a" + ".b" * 200 + " > 0",
    "await": "await author > 0",
    "a star": "max(*media) > 0",
    "a named argument": "round(author.age, ndigits=2) > 0",
}


@pytest.mark.parametrize("formula", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_formula_gets_its_diagnostic_quickly(formula: str) -> None:
    text = policy("{formula: '" + formula.replace("'", "''") + "'}")
    loaded(policy("{platform: x}"))
    tracemalloc.start()
    began = time.process_time()
    diagnostics = [d for d in loaded(text).diagnostics if d.severity == "error"]
    spent = time.process_time() - began
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert diagnostics
    assert all(d.span is not None and d.span.line == 8 for d in diagnostics)
    assert peak < 50_000_000
    # A limit on catastrophe, not a measurement: the work is milliseconds, tracing included.
    assert spent < 5


@pytest.mark.parametrize(
    "message",
    ["{x.__class__}", "{author.handle!r}", "{author.handle:>999999999}", "{0}", "{}", "{author.handle[0]}", "{a b}"],
)
def test_a_message_fills_in_names_only(message: str) -> None:
    text = policy("{platform: x}") + f'    message: "{message}"\n'
    (fault,) = [d for d in loaded(text).diagnostics if d.severity == "error"]
    assert fault.code == "PE113"
    assert fault.span is not None
    assert (fault.span.line, fault.span.column) == (10, 14)
