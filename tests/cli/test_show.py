"""`policyengine show`: the reference in the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from policyengine.core.codes import CODES
from policyengine.kinds import kind_names
from policyengine.language.operators import OPERATORS
from tests.cli.running import run, write
from tests.sets import types


def shown(*arguments: str) -> str:
    done = run("show", *arguments)
    assert done.exit_code == 0, done.stderr
    return done.stdout


def test_a_field_tells_its_type_unit_range_and_operators() -> None:
    text = shown("content.author.followers")
    assert text.startswith("content.author.followers: Followers\n")
    for said in ("a whole number", "people", "at least 0", "the author", "between"):
        assert said in text


def test_a_field_without_its_type_is_shown_for_every_type_that_has_it() -> None:
    assert [line for line in shown("author.age").splitlines() if line.endswith(": Age")] == [
        "comment.author.age: Age",
        "content.author.age: Age",
    ]


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("content.risk_tier", "who decides, not the author"),
        ("content.sponsorship.contract_active", "another system, not the author"),
        ("content.links.host", "the engine"),
        ("content.links.host", "from url"),
        ("content.campaign", "a record of type campaign"),
        ("content.labels", "means an empty list"),
        ("content.claims", "status submitted on"),
        ("content.platform", "the directory may add platforms"),
        ("content.media.duration_s", "s\n"),
    ],
)
def test_a_field_tells_who_states_it_and_what_its_absence_means(field: str, said: str) -> None:
    assert said in shown(field)


def test_an_operator_tells_what_it_stands_behind_and_an_example() -> None:
    text = shown("mentions")
    assert text.startswith("mentions: one of these words or phrases stands in the text, as a reader sees it\n")
    assert "text: {mentions: $terms.ad_labels}" in text
    assert "`same_case`, `within_first`" in text


def test_a_code_tells_why_with_a_fault_and_its_mending() -> None:
    text = shown("pe102")
    assert text.startswith("PE102: an unknown field\n")
    assert "author.folowers" in text
    assert "author.followers" in text


def test_a_kind_tells_its_keys_and_an_example() -> None:
    text = shown("check")
    assert text.startswith("kind: check: rules about records of one type, or about groups of them\n")
    assert "Keys of `rules`:" in text
    assert "a condition; counts only when certain" in text
    assert "  kind: check\n" in text


def test_a_type_of_record_tells_its_fields() -> None:
    text = shown("campaign")
    assert "objective_split.share" in text
    assert "Fields:" in text


def test_a_name_of_a_kind_and_a_type_shows_both() -> None:
    text = shown("review")
    assert "kind: review:" in text
    assert "review: Review (a type of record)" in text


def test_a_policy_tells_its_owner_rules_and_place() -> None:
    text = shown("links.tagged")
    assert "links.tagged: Every campaign link can be traced" in text
    assert "analytics" in text
    assert "policies/all.yaml:1" in text
    assert "links.tagged/source_known" in text
    assert "Tagging guide" in text
    assert "https://example.org/tags" in text


def test_a_rule_is_told_in_words() -> None:
    text = shown("links.tagged/source_known")
    assert "entry of links" in text
    assert "utm.source is one of instagram, tiktok" in text
    assert "hold (severity medium; not provable: hold)" in text
    assert "policies/all.yaml:10" in text


def test_conditions_inside_conditions_are_indented(folder: Path) -> None:
    policy = """\
kind: check
id: a.b
title: T
owner: o
applies_to: content
rules:
  - id: r
    when:
      any_of: [{platform: tiktok}, {not: {use: paid, format: video}}]
      media: {count: {of: {retouched: true}, at_least: 2}, where: {medium: image}}
      none_of: [{language: en}]
    then: flag
    except: {labels: {includes: x}}
"""
    write(folder, {"policies/all.yaml": policy})
    lines = shown("a.b/r").splitlines()
    start = lines.index("When:")
    assert lines[start + 1 : start + 12] == [
        "  one of",
        "    platform is tiktok",
        "    not",
        "      all of",
        "        use is paid",
        "        format is video",
        "  the number of entries of media for which (at least 2)",
        "    retouched is true",
        "    looking only at those for which",
        "      medium is image",
        "  none of",
    ]
    assert "Except (only when certain):" in lines


def test_config_shows_what_holds_here(folder: Path) -> None:
    write(folder, {"policyengine.yaml": "zone: Europe/London\ntrust: strict\n"})
    text = shown("config")
    assert "policyengine.yaml" in text
    assert "Europe/London" in text
    assert "strict" in text


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("chek", "check"),
        ("at_lesat", "at_least"),
        ("author.folowers", "author.followers"),
        ("links.taged", "links.tagged"),
        ("links.tagged/source_konwn", "links.tagged/source_known"),
        ("PE10x", "PE101"),
        ("contnet", "content"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(name: str, meant: str) -> None:
    done = run("show", name)
    assert done.exit_code == 2
    assert f"nothing is called `{name}`; did you mean `{meant}`?" in " ".join(done.stderr.split())


def test_policies_with_faults_do_not_hide_the_reference(folder: Path) -> None:
    write(folder, {"policies/all.yaml": "kind: chek\n"})
    assert shown("check")
    done = run("show", "nonsense.rule")
    assert done.exit_code == 2
    assert "the policies have faults" in " ".join(done.stderr.split())


@pytest.mark.parametrize("name", [*sorted(CODES)[::15], *kind_names(), *OPERATORS, *types().names()])
def test_everything_in_the_tables_can_be_shown(name: str) -> None:
    assert len(shown(name).splitlines()) >= 3


def test_escapes_in_policies_do_not_reach_the_terminal(folder: Path) -> None:
    header = 'kind: check\nid: a.b\ntitle: "red \\e[31m"\nowner: o\napplies_to: content\n'
    policy = f"{header}rules: [{{id: r, when: {{use: paid}}, then: flag}}]\n"
    write(folder, {"policies/all.yaml": policy})
    assert "\x1b" not in shown("a.b")
