"""Places in a file as paths in its data."""

from __future__ import annotations

import pytest

from policyengine.core.diagnostic import Diagnostic, Span
from policyengine.core.paths import located, path_of
from policyengine.core.reader_yaml import read_yaml

TEXT = """\
kind: check
rules:
  - id: one
    when: {author.age: {above: 18}, platform: [x, y]}
---
kind: terms
words: [ad]
"""
FIRST, SECOND = read_yaml(TEXT, "a.yaml").documents


@pytest.mark.parametrize(
    "path",
    [
        (),
        ("kind",),
        ("rules",),
        ("rules", 0),
        ("rules", 0, "when", "author.age", "above"),
        ("rules", 0, "when", "platform", 1),
    ],
)
def test_the_place_of_a_value_is_its_path(path: tuple[str | int, ...]) -> None:
    node = FIRST.at(path)
    assert node is not None
    assert path_of(FIRST, node.span) == path


def test_the_place_of_a_key_is_the_mapping_around_it() -> None:
    when = FIRST.at(("rules", 0, "when"))
    assert when is not None
    assert path_of(FIRST, when.keys["author.age"]) == ("rules", 0, "when")
    assert path_of(FIRST, when.keys["author.age"], behind=True) == ("rules", 0, "when", "author.age")


def test_a_place_inside_a_text_is_the_path_of_the_text() -> None:
    assert path_of(FIRST, Span("a.yaml", 3, 10, 3, 11)) == ("rules", 0, "id")


def test_a_diagnostic_finds_the_document_that_it_stands_in() -> None:
    words = SECOND.span_at(("words", 0))
    found = located([Diagnostic("PE104", "m", words), Diagnostic("PE200", "n", None)], [FIRST, SECOND])
    assert [d.path for d in found] == [("words", 0), ()]


def test_a_key_without_a_value_means_the_value() -> None:
    (node,) = read_yaml("a: {b: }\n", "b.yaml").documents
    inner = node.at(("a",))
    assert inner is not None
    (found,) = located([Diagnostic("PE116", "m", inner.keys["b"])], [node])
    assert found.path == ("a", "b")
