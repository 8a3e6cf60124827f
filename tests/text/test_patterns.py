"""Patterns: what is refused and in which words, and what a pattern means."""

from __future__ import annotations

import pytest

from policyengine.text.patterns import Pattern, Problem, compile_pattern

REFUSED = {
    r"\bad\b": ("`\\b`", 0),
    r"a\B": ("`\\B`", 1),
    "ad(?=d)": ("look-ahead", 2),
    "ad(?!d)": ("negative look-ahead", 2),
    "(?<=a)d": ("look-behind", 0),
    "(?<!a)d": ("negative look-behind", 0),
    r"(a)\1": ("backreference", 3),
    "(?P<x>a)(?P=x)": ("backreference", 8),
    r"(?P<x>a)\k<x>": ("backreference", 8),
    "(?>a)": ("atomic", 0),
    "(a)(?(1)b|c)": ("conditional", 3),
    "a" * 1001: ("more than 1,000", 1000),
    "(a": ("not closed", None),
    "a)": ("never opened", None),
    "[a": ("not closed", None),
    "*a": ("nothing to repeat", 0),
    "a**": ("two repetitions", 1),
    "a{1001}": ("too large", 1),
    "(a{1000}){1000}": ("too large", 2),
    "[z-a]": ("wrong way round", 1),
    "a\\": ("single backslash", None),
    r"\y": ("not known", None),
}


@pytest.mark.parametrize("pattern", REFUSED, ids=lambda p: p[:20])
def test_refused(pattern: str) -> None:
    expected, at = REFUSED[pattern]
    problem = compile_pattern(pattern)
    assert isinstance(problem, Problem)
    assert expected in problem.message
    assert problem.at == at
    assert problem.suggestion


@pytest.mark.parametrize("pattern", REFUSED, ids=lambda p: p[:20])
def test_messages_keep_the_law(pattern: str, capfd: pytest.CaptureFixture[str]) -> None:
    compile_pattern.cache_clear()
    problem = compile_pattern(pattern)
    assert isinstance(problem, Problem)
    for said in filter(None, (problem.message, problem.suggestion)):
        assert said[0] in "`0123456789" or said[0].islower()
        assert not said.endswith(".")
        assert "str" not in said.split()
    printed = capfd.readouterr()
    assert printed.out + printed.err == ""


@pytest.mark.parametrize(
    ("pattern", "text", "same_case", "matches"),
    [
        ("a+", "aaa", False, True),
        ("a+", "aaab", False, False),
        ("giveaway", "GIVEAWAY", False, True),
        ("giveaway", "GIVEAWAY", True, False),
        (".*giveaway.*", "big\ngiveaway\nnow", False, True),
        (r"c\+\++", "c+++", False, True),
        (r"\Q(?=\E", "(?=", False, True),
        ("[(?=]+", "?=(", False, True),
        (r"a\\b", "a\\b", False, True),
        (r"\pL+", "über", False, True),
        ("ß", "ẞ", False, True),
        ("", "", False, True),
        (".", "\ud800", False, True),
    ],
    ids=ascii,
)
def test_the_whole_text(pattern: str, text: str, same_case: bool, matches: bool) -> None:  # noqa: FBT001 - a case's parameter
    compiled = compile_pattern(pattern, same_case=same_case)
    assert isinstance(compiled, Pattern)
    assert compiled.matches(text) is matches


def test_ascii_classes_are_cautioned_about() -> None:
    compiled = compile_pattern(r"[\w]+\d")
    assert isinstance(compiled, Pattern)
    assert [(caution.message, caution.at) for caution in compiled.cautions] == [
        ("`\\w` knows only ASCII", 1),
        ("`\\d` knows only ASCII", 5),
    ]


def test_a_hostile_pattern_is_linear() -> None:
    compiled = compile_pattern("(a|a)*(a*)*b")
    assert isinstance(compiled, Pattern)
    assert not compiled.matches("a" * 100_000)
