"""Lists of terms: which everyday words they would hit, and which disguises they would miss (see `text.trying`).

A note for a list, and only where it matters: where a rule hides, removes or restricts what holds one of its terms.
`validate --words` asks for every list, and tells all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Protocol

from policyengine.core.diagnostic import Diagnostic
from policyengine.core.source import Node
from policyengine.language import tree
from policyengine.language.scope import TermList
from policyengine.language.tree import Condition, Operand, Words
from policyengine.shapes.predicate import Rule
from policyengine.text import mentions
from policyengine.text.trying import STEP_AGAINST, everyday_hits, missed

TAKING: Final = frozenset(["hide", "remove", "restrict"])
"""Actions that take something from somebody: with these a false hit does harm, and evading pays."""
_MOST_SHOWN: Final = 4


class Names(Protocol):
    """What is asked of the names of a set."""

    @property
    def terms(self) -> dict[str, TermList]:
        """Return its lists of terms."""


class Policies(Protocol):
    """What is asked of a set."""

    @property
    def units(self) -> tuple[Any, ...]:
        """Return its policies."""

    @property
    def names(self) -> Names:
        """Return its names."""


def check(policies: Policies) -> Iterator[Diagnostic]:
    """Yield at most two notes for each list on whose hits a rule takes something from somebody."""
    taking = {sought for unit in policies.units for rule in unit.rules for sought in _sought(rule)}
    for _, terms in sorted(policies.names.terms.items()):
        if any(_is_of(sought, compiled(terms)) for sought in taking):
            yield from _notes(terms, _MOST_SHOWN)


def words(policies: Policies) -> Iterator[Diagnostic]:
    """Yield what is to be said of every list, in full."""
    for _, terms in sorted(policies.names.terms.items()):
        yield from _notes(terms, None)


def compiled(terms: TermList) -> mentions.TermList:
    """Return all the words of a list, of every language and market, as they are looked for."""
    return mentions.TermList(tuple(dict.fromkeys(_written(terms.words))), terms.exceptions, terms.see_through)


# Notes ----------------------------------------------------------------------------------------------------------------


def _notes(terms: TermList, most: int | None) -> Iterator[Diagnostic]:
    listed = compiled(terms)
    hits = [f"`{text}`" for text in dict.fromkeys(text for found in everyday_hits(listed).values() for text in found)]
    if hits:
        message = f"`{terms.id}` hits what people write every day: {_some(hits, most)}"
        help_ = f"put what is meant well under `except`; `policyengine show {terms.id}` tells which term hits what"
        yield Diagnostic("PE730", message, terms.words.span, "note", help=help_)
    evaded = missed(listed)
    if evaded:
        names = ", ".join(evaded)
        message = f"`{terms.id}` misses its terms in {len(evaded)} of {len(STEP_AGAINST)} disguises: {names}"
        steps = [step for step in mentions.STEPS if step in {STEP_AGAINST[name] for name in evaded}]
        guesses = sorted(terms.see_through - set(mentions.STEPS))
        asked = [step for step in mentions.STEPS if step in {*steps, *terms.see_through}]
        help_ = f"write `see_through: [{', '.join([*asked, *guesses])}]`"
        yield Diagnostic("PE731", message, terms.words.span, "note", help=help_)


def _some(texts: list[str], most: int | None) -> str:
    more = len(texts) - most if most is not None else 0
    return ", ".join(texts[:most]) + (f" and {more} more" if more > 0 else "")


def _written(node: Node) -> Iterator[str]:
    """Yield the words of a list as written: `[…]`, `is: […]`, and each of `by: {language: {en: […]}}`."""
    if isinstance(node.value, dict):
        for inner in node.value.values():
            yield from _written(inner)
    elif isinstance(node.value, list):
        for inner in node.value:
            yield from _written(inner)
    elif node.value is not None:
        yield node.raw if node.raw is not None else str(node.value)


# Uses -----------------------------------------------------------------------------------------------------------------


def _sought(rule: Rule) -> Iterator[Words]:
    """Yield the words that make a rule take something from somebody."""
    if any(action.do in TAKING for action in rule.actions):
        yield from _words_in(rule.guard)
    if rule.below is not None:
        yield from _sought(rule.below)


def _words_in(condition: Condition) -> Iterator[Words]:
    match condition:
        case tree.Test(op="mentions", operand=operand) if operand is not None:
            yield from _words_of(operand)
        case tree.All(items=items) | tree.Any_(items=items):
            for item in items:
                yield from _words_in(item)
        case tree.Not(item=item) | tree.Named(item=item):
            yield from _words_in(item)
        case tree.Many(of=of):
            yield from _words_in(of)


def _words_of(operand: Operand) -> Iterator[Words]:
    match operand:
        case tree.Const(value=Words() as words):
            yield words
        case tree.Choice(default=default, table=table):
            for entry in (default, *table.values()):
                if entry is not None:
                    yield from _words_of(entry)


def _is_of(sought: Words, terms: mentions.TermList) -> bool:
    """Tell whether words come from a list: all of them, or those of one language or market."""
    same = sought.exceptions == terms.exceptions and sought.see_through == terms.see_through
    return same and bool(sought.words) and set(sought.words) <= set(terms.words)
