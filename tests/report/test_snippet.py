"""Diagnostics as people read them, on terminals that obey escapes and show wide characters."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from policyengine.core.diagnostic import Diagnostic, Related, Span
from policyengine.report.escape import terminal
from policyengine.report.snippet import MAX_WIDTH, render, width


def of(text: str) -> Callable[[str], str | None]:
    """Return a source of the text for every file."""
    return lambda _: text


def fault(
    line: int, column: int, end_column: int, *, end_line: int | None = None, message: str = "wrong"
) -> Diagnostic:
    return Diagnostic("PE102", message, Span("a.yaml", line, column, end_line or line, end_column))


def marked(text: str, diagnostic: Diagnostic) -> tuple[str, str]:
    """Return the source line and the line with the marks, without the gutter."""
    lines = render(diagnostic, of(text), colour=False).split("\n")
    return lines[3].partition("| ")[2], lines[4].partition("| ")[2]


def test_the_form_is_that_of_the_house() -> None:
    diagnostic = Diagnostic(
        "PE102",
        "unknown field `folowers` of content.author",
        Span("policies/influencers/screening.yaml", 14, 9, 14, 24),
        help="did you mean `author.followers`?",
    )
    text = "\n" * 13 + "        author.folowers: {at_least: 10000}\n"
    assert render(diagnostic, of(text), colour=False) == (
        "error[PE102]: unknown field `folowers` of content.author\n"
        "  --> policies/influencers/screening.yaml:14:9\n"
        "   |\n"
        "14 |         author.folowers: {at_least: 10000}\n"
        "   |         ^^^^^^^^^^^^^^^\n"
        "   = help: did you mean `author.followers`?"
    )


def test_related_places_follow_in_the_same_gutter() -> None:
    diagnostic = Diagnostic(
        "PE012",
        "the key `id` stands twice in one mapping",
        Span("b.yaml", 10, 1, 10, 3),
        "warning",
        related=(Related(Span("a.yaml", 1, 1, 1, 3), "it stands here first"),),
    )
    text = "id: x\n" + "\n" * 8 + "id: y\n"
    assert render(diagnostic, of(text), colour=False) == (
        "warning[PE012]: the key `id` stands twice in one mapping\n"
        "  --> b.yaml:10:1\n"
        "   |\n"
        "10 | id: y\n"
        "   | ^^\n"
        "note: it stands here first\n"
        "  --> a.yaml:1:1\n"
        "   |\n"
        " 1 | id: x\n"
        "   | --"
    )


LINES: dict[str, tuple[str, Diagnostic, str, str]] = {
    "wide characters": ("標題: 你好", fault(1, 5, 7), "標題: 你好", "      ^^^^"),
    "combining marks": ("e\u0301: ก็x", fault(1, 5, 7), "e\u0301: ก็x", "   ^"),
    "emoji": ("😀: x", fault(1, 4, 5), "😀: x", "    ^"),
    "a tab before": ("\ta: b", fault(1, 2, 3), "    a: b", "    ^"),
    "a tab inside": ("a\tb", fault(1, 2, 3), "a    b", " ^^^^"),
    "no extent": ("a:", fault(1, 3, 3), "a:", "  ^"),
    "an empty line": ("", fault(1, 1, 1), "", "^"),
    "beyond the end": ("ab", fault(1, 9, 12), "ab", "  ^"),
    "several lines": ("ab: c  \n  d", fault(1, 5, 4, end_line=2), "ab: c  ", "    ^"),
    "a terminal escape": ("a\x1b[31m: b", fault(1, 9, 10), "a\\x1b[31m: b", "           ^"),
    "an override of direction": ("\u202ea: b", fault(1, 5, 6), "\\u202ea: b", "         ^"),
    "CR LF": ("a: b\r\n", fault(1, 4, 5), "a: b", "   ^"),
    "a byte order mark": ("\ufeffa: b", fault(1, 1, 2), "a: b", "^"),
}


@pytest.mark.parametrize(("text", "diagnostic", "line", "marks"), LINES.values(), ids=LINES)
def test_marks_stand_under_the_fault(text: str, diagnostic: Diagnostic, line: str, marks: str) -> None:
    shown, under = marked(text, diagnostic)
    assert (shown, under) == (line.rstrip(), marks)


def test_lines_are_counted_as_editors_count_them() -> None:
    assert marked("a\u2028b\x0cc\nd: e", fault(2, 1, 2)) == ("d: e", "^")


@pytest.mark.parametrize("column", [1, 50, 301, 599])
@pytest.mark.parametrize("letter", ["x", "語", "\x1b"])
def test_a_long_line_is_cut_around_the_fault(column: int, letter: str) -> None:
    line = letter * (column - 1) + "#ad" + letter * (600 - column)
    shown, under = marked(line, fault(1, column, column + 3))
    assert width(shown) <= MAX_WIDTH + 2
    assert under.strip() == "^^^"
    at = next(position for position in range(len(shown)) if width(shown[:position]) == len(under) - 3)
    assert shown[at : at + 3] == "#ad"
    assert shown.startswith("…") == (width(terminal(letter)) * (column - 1) > MAX_WIDTH // 2)


def test_a_fault_longer_than_the_line_that_is_shown() -> None:
    shown, under = marked("x" * 600, fault(1, 1, 601))
    assert shown == "x" * MAX_WIDTH + "…"
    assert under == "^" * MAX_WIDTH


@pytest.mark.parametrize("source", [of("a: b"), lambda _: None], ids=["shorter than the place", "not at hand"])
def test_without_the_line_the_place_remains(source: Callable[[str], str | None]) -> None:
    assert render(fault(9, 1, 2), source, colour=False) == "error[PE102]: wrong\n --> a.yaml:9:1"


def test_without_a_place_the_message_remains() -> None:
    assert (
        render(Diagnostic("PE500", "wrong", help="do it"), of(""), colour=False)
        == "error[PE500]: wrong\n  = help: do it"
    )


HOSTILE = "\x1b]0;title\x07\r\n::error::\u202e\u2066\u200f\x9b31m\x00\u2028\ud800"


def test_nothing_of_a_users_text_acts_on_the_terminal() -> None:
    span = Span(HOSTILE, 1, 1, 1, 2)
    diagnostic = Diagnostic("PE102", HOSTILE, span, help=HOSTILE, related=(Related(span, HOSTILE),))
    shown = render(diagnostic, of(HOSTILE), colour=False)
    assert re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", shown) is None
    assert not any(line.startswith("::") for line in shown.split("\n"))
    shown.encode()


def test_colours_are_added_and_change_nothing_else() -> None:
    diagnostic = Diagnostic("PE102", "wrong", Span("a.yaml", 1, 1, 1, 2), help="mend it")
    plain, coloured = (render(diagnostic, of("a: b"), colour=colour) for colour in (False, True))
    assert coloured.startswith("\x1b[1;31merror[PE102]\x1b[0m: ")
    assert re.sub("\x1b\\[[0-9;]*m", "", coloured) == plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain é 語 😀", "plain é 語 😀"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\x1b[0m\x7f\x9b", "\\x1b[0m\\x7f\\x9b"),
        ("\u200e\u200f\u202a\u202e\u2066\u2069\u061c", "\\u200e\\u200f\\u202a\\u202e\\u2066\\u2069\\u061c"),
        ("\U000e0041\ud800", "\\U000e0041\\ud800"),
        ("👩\u200d💻", "👩\u200d💻"),
    ],
)
def test_terminal_text_is_harmless_and_visible(text: str, expected: str) -> None:
    assert terminal(text) == expected
