"""Refusals of the language that the comparison with its schemas brought to light, each with its place."""

from __future__ import annotations

import pytest

from tests.sets import faults

HEAD = "kind: check\nid: p\ntitle: P\nowner: o\napplies_to: content\nrules:\n"


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("{links: {includes: 3}}", "9:20 PE103 the entries of `links` have fields of their own"),
        ("{text: {matches: []}}", "9:28 PE107 an empty list says nothing"),
        ("{text: {mentions: [$terms.x]}}", "9:30 PE104 `$terms.x` cannot stand inside a list"),
        ("{text: {mentions: [ad, {a: b}]}}", "9:34 PE104 `mentions` takes words"),
        ("{language: english}", "9:22 PE104 `language` takes a language such as `en` or `pt-BR`"),
        ("{x: [1]}", "9:15 PE106 `x` is free data: say how it is compared"),
        ("{type: contents}", "9:18 PE105 `contents` is not a value of `type`"),
        ("{author.age: {between: [18]}}", "9:34 PE104 `between` takes two values"),
    ],
)
def test_a_condition_is_refused_at_its_place(when: str, said: str) -> None:
    assert faults(f"{HEAD}  - id: r\n    then: hold\n    when: {when}\n") == [said]


@pytest.mark.parametrize("operator", ["contains", "starts_with", "ends_with"])
def test_a_part_of_a_language_need_not_be_one(operator: str) -> None:
    assert faults(f"{HEAD}  - {{id: r, then: hold, when: {{language: {{{operator}: '-'}}}}}}\n") == []


def test_a_mapping_behind_waivable_is_read() -> None:
    rule = "  - {id: r, when: {use: paid}, then: hold, waivable: {by: {role: legal}, at_mots: 3d}}\n"
    assert faults(HEAD + rule) == ["7:74 PE120 unknown key `at_mots`"]


def test_a_message_is_text() -> None:
    rule = "  - {id: r, when: {use: paid}, then: hold, message: [a, b]}\n"
    assert faults(HEAD + rule) == ["7:53 PE113 a message is text"]


def test_an_unknown_list_of_for_each_is_the_only_fault_of_its_rule() -> None:
    rule = "  - {id: r, for_each: lnks, when: {internal: true}, then: hold}\n"
    assert faults(HEAD + rule) == ["7:23 PE102 unknown field `lnks` of content"]


def test_a_circle_of_definitions_is_reported_wherever_it_begins() -> None:
    head = "kind: definitions\nid: is\nowner: o\napplies_to: content\n"
    found = faults(f"{head}define:\n  a: {{$is.b: true}}\n  b: {{$is.c: true}}\n  c: {{$is.a: true}}\n")
    assert {line.split(" ")[1] for line in found} == {"PE117"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("{is: [ad], bye: {}}", "4:19 PE120 unknown key `bye`"),
        ("{is: [ad, null]}", "4:18 PE104 `mentions` takes words"),
    ],
)
def test_word_lists_are_read_whole(words: str, said: str) -> None:
    assert faults(f"kind: terms\nid: terms.a\nowner: o\nwords: {words}\n") == [said]


def test_a_definitions_title_is_text() -> None:
    head = "kind: definitions\nid: is\nowner: o\napplies_to: content\n"
    assert faults(f"{head}define: {{a: {{title: [x], use: paid}}}}\n") == ["5:21 PE122 `title` takes text"]


@pytest.mark.parametrize(
    ("kind", "said"),
    [("null", "1:7 PE122 `kind` takes the name of a kind"), ("[a]", "1:7 PE122 `kind` takes the name of a kind")],
)
def test_a_kind_is_a_name(kind: str, said: str) -> None:
    assert faults(f"kind: {kind}\nid: a\n") == [said]
