"""Tests about words and patterns: what they answer, and where in a text they find what they look for."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from policyengine.core.decision import Mention
from policyengine.core.facts import UNTOLD
from policyengine.language.tree import Test, Truth, Words

_GUESSES: Final = frozenset(["squeezed", "fuzzy"])  # as `text.guessing` has them, which few load
Judge = Callable[[Any, Any], Truth]


def mentions(test: Test) -> Judge:
    """Return the judge of `mentions`: a text, and words, a word list or the texts of another field."""

    def judge(text: str, operand: Any) -> Truth:
        from policyengine.text.mentions import TermList, compile_terms  # noqa: PLC0415 - only where words are looked for

        if isinstance(operand, list):
            told = tuple(w for w in operand if isinstance(w, str))
            found = _found(TermList(told, (), frozenset()), text) if told else False
            return found or (None if UNTOLD in operand else False)
        words = operand if isinstance(operand, Words) else Words((operand,))
        matcher = compile_terms(TermList(words.words, words.exceptions, words.see_through))
        found = matcher.any(text, within_first=test.within_first, same_case=test.same_case)
        return found or (None if guessed_in(test, words, text) else False)

    def _found(terms: Any, text: str) -> bool:
        from policyengine.text.mentions import compile_terms  # noqa: PLC0415

        return compile_terms(terms).any(text, within_first=test.within_first, same_case=test.same_case)

    return judge


class Found(Struct, frozen=True):
    """A stretch of a text that a test for words found: `[start, end)` in characters, the term, how it was seen through.

    `through` joins the steps of folding that it took by `+`; '' where it stands there as the list has it. `seen` is
    the stretch itself.
    """

    start: int
    end: int
    term: str
    through: str = ""
    seen: str = ""

    def mention(self) -> Mention:
        """Return it as findings name it."""
        return Mention(self.start, self.end, self.term, self.seen, self.through)


def found_in(test: Test, operand: Any, text: str) -> tuple[Found, ...]:
    """Return what a test for words finds in a text, by place; nothing for other tests."""
    if test.op == "contains":
        words = [
            word for word in (operand if isinstance(operand, tuple | list) else [operand]) if isinstance(word, str)
        ]
        flags = 0 if test.same_case else re.IGNORECASE
        hits = ((hit, word) for word in words if (hit := re.search(re.escape(word), text, flags)) is not None)
        return tuple(
            sorted(
                (Found(*hit.span(), word, seen=hit[0]) for hit, word in hits), key=lambda f: (f.start, f.end, f.term)
            )
        )
    if test.op != "mentions":
        return ()
    from policyengine.text.mentions import TermList, compile_terms  # noqa: PLC0415 - only where words are looked for

    if isinstance(operand, list):
        terms = TermList(tuple(w for w in operand if isinstance(w, str)), (), frozenset())
    else:
        given = operand if isinstance(operand, Words) else Words((operand,))
        terms = TermList(given.words, given.exceptions, given.see_through)
    mentioned = compile_terms(terms).find(text, within_first=test.within_first, same_case=test.same_case)
    return tuple(Found(hit.start, hit.end, hit.term, hit.step, hit.seen) for hit in mentioned)


def guessed_in(test: Test, operand: Any, text: str) -> tuple[Found, ...]:
    """Return what may be a term of a list that asks for guesses; the test is unknown where that is all there is."""
    if test.op != "mentions" or not isinstance(operand, Words) or operand.see_through.isdisjoint(_GUESSES):
        return ()
    from policyengine.text.guessing import guesser  # noqa: PLC0415 - few lists ask for it
    from policyengine.text.mentions import TermList  # noqa: PLC0415

    terms = TermList(operand.words, operand.exceptions, operand.see_through)
    hits = guesser(terms).find(text, within_first=test.within_first)
    return tuple(Found(hit.start, hit.end, hit.term, hit.step, hit.seen) for hit in hits)


def matches(test: Test) -> Judge:
    """Return the judge of `matches`: a text, and patterns of which one must fit all of it."""

    def judge(text: str, patterns: Any) -> Truth:
        from policyengine.text.patterns import Pattern, compile_pattern  # noqa: PLC0415 - RE2 is loaded on first use

        compiled = [compile_pattern(p, same_case=test.same_case) for p in patterns]
        return any(isinstance(p, Pattern) and p.matches(text) for p in compiled)

    return judge
