"""What `validate` says of lists of terms: where a false hit does harm, and nowhere else unless it is asked for."""

from __future__ import annotations

import pytest

from policyengine.evaluate.engine import load
from policyengine.lints.words import check, words
from tests.cli.running import run
from tests.sets import policies

ALL = "see_through: [accents, lookalikes, leet, repeats, separators]\n"
EVADED = (
    "PE731 `terms.rude` misses its terms in 8 of 12 disguises: diacritics, Cyrillic, Greek, regional, leet, repeats, "
    "spaced, dotted"
)
EVERYDAY = "PE730 `terms.rude` hits what people write every day: `a cracker with cheese`"


def _terms(written: str, more: str = ALL) -> str:
    return f"kind: terms\nid: terms.rude\nowner: community\n{more}words: {written}\n"


def _rule(do: str = "do: [hide]", when: str = "text: {mentions: $terms.rude}") -> str:
    return (
        "kind: moderation\nid: m\ntitle: M\nowner: community\napplies_to: comment\n"
        f"rules:\n  - {{id: r, title: R, when: {{{when}}}, then: block, {do}}}\n"
    )


def _said(*texts: str) -> list[str]:
    return [f"{note.code} {note.message}" for note in check(policies(*texts).assembly)]


@pytest.mark.parametrize(
    ("terms", "rule", "said"),
    [
        (_terms("[clownface]"), _rule(), []),
        (_terms("[cracker]"), _rule(), [EVERYDAY]),
        (_terms("[cracker]"), _rule("do: [remove]", "not: {none_of: [{text: {mentions: $terms.rude}}]}"), [EVERYDAY]),
        (_terms("[clownface]", ""), _rule(), [EVADED]),
        (_terms("{by: {language: {en: [clownface], de: [clownfratze]}}}", ""), _rule(), [EVADED]),
        (_terms("[cracker]", ""), _rule("do: [{queue: community}]"), []),
        (_terms("[cracker]", ""), _rule(when="text: {mentions: clownface}"), []),
        (_terms("[cracker]", ALL + "except: [cracker with cheese]\n"), _rule(), []),
    ],
    ids=["nothing", "an everyday word", "inside a condition", "a plain list", "lists by language",
         "a rule that takes nothing", "a rule with words of its own", "an exception"],
)  # fmt: skip
def test_a_note_where_a_rule_takes_something(terms: str, rule: str, said: list[str]) -> None:
    assert _said(terms, rule) == said


def test_many_everyday_words_are_counted_and_told_in_full_when_asked_for() -> None:
    assembly = policies(_terms("[a]"), _rule()).assembly
    (note,) = check(assembly)
    (whole,) = words(assembly)
    assert "more" in note.message
    assert len(whole.message) > 3 * len(note.message)


def test_what_helps_is_said() -> None:
    (note,) = check(policies(_terms("[clownface]", "see_through: [leet]\n"), _rule()).assembly)
    assert note.help == f"write `{ALL.strip()}`"


def test_the_library_has_no_such_note() -> None:
    loaded = load(["policies"])
    assert loaded.assembly is not None
    assert list(check(loaded.assembly)) == []


def test_the_command_tells_every_list_when_asked_for() -> None:
    done = run("validate", "--words")
    assert done.exit_code == 0
    assert "note[PE731]: `terms.ad_labels` misses" in done.stdout


def test_show_tells_which_disguises_are_seen_through() -> None:
    shown = run("show", "terms.slurs").stdout
    assert "seen through, as in s u b h u m a n" in shown
    assert "misses" not in shown
    assert "misses" in run("show", "$terms.ad_labels").stdout
