"""The fast ladder finds what the slow and obvious one does, in texts made of terms, disguises and other scripts."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from policyengine.text.folding import Steps, _fold_apart, _fold_together
from policyengine.text.glance import glance
from policyengine.text.mentions import STEPS, TermList, compile_terms
from tests.text.slow_ladder import slowly_found
from tests.text.test_mentions import CASES, Case

ASCII_WORDS = [
    "ad", "idiot", "human vermin", "a", "ill", "cat", "!x", "$cam", "c++", "#ad", "@me", "boss", "soccer", "ass", "x",
    "good lad", "u", "i am", "ad-hoc", "don't", "7up", "ouuid", "as-is", "lool",
]  # fmt: skip
OTHER_WORDS = ["тест", "сор", "naïve", "été", "σοφ", "広告", "가", "🇬🇧", "м'ята", "straße", "كتاب"]
EXCEPTIONS = ["ad hoc", "idiot proof", "a cat", "boss x"]
SIGNS = [
    *"aiodtlesc0134$!|@.-_'+#? \n\t", "а", "о", "с", "ѕ", "і", "ӏ", "ο", "é", "ï", "ø", "ß", "ﬁ", "ｆ", "𝐚", "ⓘ", "ſ",
    "ℐ", "æ", "ł", "İ", "ı", "Å", "\u0301", "\u0308", "\u200b", "\u200d", "\ufe0f", "👍", "🏽", "🇬", "🇧", "🇦", "🇩",
    "€", "£", "¡", "¢", "’", "·", "•", "\u00a0", "広", "告", "ᄀ", "ᅡ", "กา", "क्", "ʼ", "\xad", "Ａｄ", "ᴀ", "ʟ", "٣",
    "ª", "Ⅳ", "ﾞ", "\u2028", "\x85", "\x1f",
]  # fmt: skip
LEET = {"a": "4@", "e": "3", "i": "1!|", "o": "0", "s": "5$", "l": "1|", "t": "7+", "g": "69", "b": "8", "c": "(¢"}
LIKE = {"a": "а", "o": "оο", "c": "с", "s": "ѕ", "i": "іι", "e": "е", "x": "х", "d": "ԁ", "l": "ӏ"}
BETWEEN = [" ", ".", "-", " . ", "'", "  ", "*"]


def _disguised(word: str, source: Random) -> str:
    """Return a word as it is, or in one of the disguises, or in several of them."""
    choose = source.choice
    way = source.randrange(9)
    if way < 2:
        return choose((word, word.upper(), word.title()))
    if way == 2:
        return choose(BETWEEN).join(word)
    if way == 3:
        return choose(BETWEEN).join((word[: len(word) // 2], word[len(word) // 2 :]))
    changes: tuple[Callable[[str], str], ...] = (
        lambda char: choose(LEET.get(char, char)),
        lambda char: choose(LIKE.get(char, char)),
        lambda char: char * choose((1, 1, 2, 3, 4)),
        lambda char: char + choose(("", "\u0301", "\u0308")),
    )
    used = changes if way == 8 else (changes[way - 4],)
    return "".join(choose(used)(char) if source.random() < 0.6 else char for char in word)


def _text(source: Random, words: tuple[str, ...]) -> str:
    """Return a text of the listed words, of others, and of signs, most of them disguised."""

    def part() -> str:
        word = source.choice(words if source.random() < 0.7 else (*ASCII_WORDS, *OTHER_WORDS))
        return source.choice((_disguised(word, source), _disguised(word, source), source.choice(SIGNS), " "))

    return "".join(part() for _ in range(source.randint(1, 7)))


def _terms(source: Random, *, ascii_only: bool) -> TermList:
    words = ASCII_WORDS if ascii_only else ASCII_WORDS + OTHER_WORDS
    asked = STEPS if source.random() < 0.5 else source.sample(STEPS, source.randint(0, 4))
    exceptions = source.sample(EXCEPTIONS, source.choice((0, 0, 1, 2)))
    return TermList(tuple(source.sample(words, source.randint(1, 9))), tuple(exceptions), frozenset(asked))


@pytest.mark.parametrize("ascii_only", [True, False], ids=["terms in ASCII", "terms in any script"])
@pytest.mark.parametrize("seed", range(4))
def test_the_fast_ladder_finds_what_the_slow_one_does(seed: int, ascii_only: bool) -> None:  # noqa: FBT001 - a case
    source = Random(seed)
    found = 0
    for _ in range(500):
        terms, same_case = _terms(source, ascii_only=ascii_only), source.random() < 0.1
        for text in (_text(source, terms.words) for _ in range(2)):
            hits = compile_terms(terms).find(text, same_case=same_case)
            assert hits == slowly_found(terms, text, same_case=same_case), (terms, text)
            found += len(hits)
    assert found > 200  # else nothing was compared


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['script']}: {case['name']}")
def test_the_slow_ladder_passes_the_golden_cases(case: Case) -> None:
    terms = TermList(tuple(case["words"]), tuple(case.get("except", ())), frozenset(case.get("see_through", ())))
    hits = slowly_found(terms, case["text"], same_case=case.get("same_case", False))
    within = case.get("within_first") or len(case["text"])
    assert [hit.seen for hit in hits if hit.end <= within] == case["hits"]


def test_characters_fold_alone_as_they_do_between_others() -> None:
    """Every character of Unicode, but for the long blocks of Han, private and unassigned ones."""
    chars = [chr(code) for code in (*range(0x80, 0x3500), *range(0xA000, 0xAD00), *range(0xF900, 0x10000))]
    chars += [chr(code) for code in (*range(0x10000, 0x13500), *range(0x1B000, 0x20000), *range(0xE0000, 0xE0200))]
    for steps in (Steps(), Steps(same_case=True), Steps(accents=True), Steps(accents=True, lookalikes="latin")):
        told = [(char, _fold_apart(f"a{char}b", steps)) for char in chars]
        assert [char for char, apart in told if apart not in (None, _fold_together(f"a{char}b", steps))] == []
        assert sum(apart is not None for _, apart in told) > len(told) // 2


@pytest.mark.parametrize("text", ["я и а", "я и а o"], ids=["alone", "beside a letter of another script"])
def test_a_word_of_one_script_is_no_disguise_of_a_term_of_another(text: str) -> None:
    terms = TermList(("a", "тест"), (), frozenset(STEPS))
    assert compile_terms(terms).find(text) == ()


@pytest.mark.parametrize(
    ("text", "may_stand"),
    [
        ("the bread was late", (False, False)),
        ("the bréad wаs 1ate", (False, False)),
        ("an idiot", (True, False)),
        ("an іdiоt", (True, False)),
        ("an 1diot", (True, False)),
        ("an i.d.i.o.t", (False, True)),
        ("idiotic and idiots", (False, False)),
        ("soooo late", (True, False)),
        ("a\u0301 late", (True, True)),
    ],
    ids=["nothing", "disguises of nothing", "plain", "lookalikes", "digits", "spelled", "longer words", "stretched",
         "marks"],
)  # fmt: skip
def test_a_glance_sends_only_suspicious_texts_up_the_ladder(text: str, may_stand: tuple[bool, bool]) -> None:
    matcher = compile_terms(TermList(("idiot",), (), frozenset(STEPS)))
    seen = glance(text, matcher._keyed, frozenset(STEPS), same_case=False)  # noqa: SLF001 - what is not seen otherwise
    assert (seen.words, seen.spelled) == may_stand
