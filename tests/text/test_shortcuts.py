"""Every shortcut of the matcher gives what the slow and obvious way does."""

# ruff: noqa: SLF001 - the shortcuts are private, and so is what they stand for
from __future__ import annotations

import os
import re
from collections import Counter
from csv import DictReader
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policyengine.text import accents, lookalikes, readings, separators
from policyengine.text.boundaries import ends_word, starts_word
from policyengine.text.derived import fingerprint
from policyengine.text.folding import Steps, fold
from policyengine.text.mentions import STEPS, TermList, compile_terms
from tests.text.test_mentions import CASES, TEXTS, WORDS

SIGNS = [*"aabiilst .·-_'!$1?@/\n\u00a0€"]
PIECES = st.sampled_from([*SIGNS, "\u0430\u0430", "é", "ß", "👋", "\u200c", "e\u0301", "𝐚", "각", "ᄀ", "i d i", "a.b"])
ANY = st.one_of(st.lists(PIECES, max_size=16).map("".join), TEXTS, st.text(max_size=12))


@settings(max_examples=400, deadline=None)
@given(text=ANY)
def test_stretches(text: str) -> None:
    tables = (dict[int, str](), *readings._SINGLE)
    for leet in (False, True):
        texts = [text.translate(table) for table in (tables[1:] if leet else tables[:1])]
        expected = any(re.search(r"([^\W\d_])\1\1", single) for single in texts)
        assert readings.has_stretch(text, leet=leet) == expected
    assert readings.key_of(text, leet=True) == text.translate(readings._KEYS)
    runs = [len(list(run)) for _, run in groupby(text)]
    assert readings.squeezed(text) == "".join(char for char, _ in groupby(text))
    assert readings.runs_of(text) == [sum(runs[:at]) for at in range(len(runs) + 1)]


@settings(max_examples=400, deadline=None)
@given(text=ANY)
def test_spelled_and_broken_words(text: str) -> None:
    codes = separators._ascii(text)
    assert [m.span() for m in separators._broken(text, codes)] == [m.span() for m in separators._BROKEN.finditer(text)]
    assert separators._may_spell(codes) or separators._SPELLED.search(text) is None


@settings(max_examples=400, deadline=None)
@given(text=ANY)
def test_accents_and_lookalikes(text: str) -> None:
    folded = fold(text, Steps())
    assert accents.without_accents(folded) == accents._without(folded)
    tables: tuple[Literal["cyrillic", "greek"], ...] = ("cyrillic", "greek")
    for script in tables:
        assert lookalikes.read_as(text, script) == text.translate(lookalikes._tables()[script])
    scripts: tuple[Literal["latin", "cyrillic", "greek"], ...] = ("latin", "cyrillic", "greek")
    for alphabet in scripts:
        flags = re.search("[\U0001f1e6-\U0001f1ff]", text) is not None
        assert lookalikes.has_lookalikes(text, alphabet) or lookalikes.read_as(text, alphabet) == text or flags


@settings(max_examples=300, deadline=None)
@given(words=WORDS, text=TEXTS)
def test_plain_words_are_found_where_every_place_is_tried(words: list[str], text: str) -> None:
    """One character for one, so that places in the folded text are places in the text."""
    text = "".join(char for char in text if char.isascii() and char.isprintable()).strip()
    text = re.sub(" +", " ", text)
    forms = {fold(word, Steps()) for word in words} - {""}
    places = {
        (start, end)
        for start in range(len(text))
        for end in range(start + 1, len(text) + 1)
        if fold(text, Steps())[start:end] in forms
        and starts_word(fold(text, Steps()), start)
        and ends_word(fold(text, Steps()), start, end)
    }
    assert {(hit.start, hit.end) for hit in compile_terms(TermList(tuple(words))).find(text)} == places


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['script']}: {case['name']}")
def test_other_terms_change_nothing(case: dict[str, Any]) -> None:
    """A hundred other terms of every script put the list on other paths: automata, all scripts, all rungs."""
    words: tuple[str, ...] = tuple(case["words"])
    asked = frozenset(case.get("see_through", ()))
    fillers = tuple(f"qqx{at}qqx" for at in range(100))
    both = TermList((*words, *fillers), tuple(case.get("except", ())), asked)
    alone = TermList(words, both.exceptions, asked)
    assert compile_terms(both).find(str(case["text"])) == compile_terms(alone).find(str(case["text"]))


def test_more_steps_never_lose_a_case() -> None:
    lost = []
    for case in CASES:
        terms = TermList(tuple(case["words"]), tuple(case.get("except", ())), frozenset(STEPS))
        if case["hits"] and not case.get("same_case") and not compile_terms(terms).any(case["text"]):
            lost.append(case["name"])
    assert lost == []


# Near-duplicates of a collection --------------------------------------------------------------------------------------

COMMENTS = os.environ.get("POLICYENGINE_YOUTUBE_SPAM", "")


@pytest.mark.skipif(not COMMENTS, reason="POLICYENGINE_YOUTUBE_SPAM names no folder with the five files")
def test_the_largest_group_of_near_duplicates_is_found_without_being_told() -> None:
    rows = []
    for file in sorted(Path(COMMENTS).glob("*.csv")):
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows += [row["CONTENT"] for row in DictReader(lines)]
    groups = Counter(map(fingerprint, rows))
    mark, size = groups.most_common(1)[0]
    assert (len(rows), size) == (1956, 101)
    same = {text.strip("\ufeff\n ").casefold()[:35] for text in rows if fingerprint(text) == mark}
    assert all("check out this video on youtube" in text for text in same)
