"""The examples of docs/words.md work, and its table says what is true."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from policyengine.text.mentions import TermList, compile_terms
from tests.sets import loaded

PAGE = (Path(__file__).parents[2] / "docs" / "words.md").read_text(encoding="utf-8")


def test_the_list_is_faultless() -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert [d.message for d in loaded(text).diagnostics if d.severity == "error"] == []
    assert yaml.safe_load(text)["kind"] == "terms"


def test_the_python_runs() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(code, "words.md", "exec"), {})  # noqa: S102 - our own page


def test_each_disguise_of_the_table_takes_its_step() -> None:
    rows = re.findall(r"^\| [^|]+ \| (`[^|]+`) \| `?(\w+)`? \|$", PAGE, re.MULTILINE)
    told = {step: re.findall(r"`([^`]+)`", examples) for examples, step in rows}
    for step in ("always", "accents", "lookalikes", "leet", "repeats", "separators"):
        asked = frozenset([step]) - {"always"}
        for example in told[step]:
            assert compile_terms(TermList(("idiot",), (), asked)).any(example), example
            assert compile_terms(TermList(("idiot",))).any(example) == (step == "always")
