"""Edits of texts and addresses: words to begin with, words to take out, a host, a campaign's parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from policyengine.core.facts import dotted
from policyengine.core.record import Field
from policyengine.evaluate.mending.edits import (
    MORE,
    MOST_WORDS,
    Asking,
    DataPath,
    Edit,
    seen_at,
    setting,
    typical_of,
    values_in,
)
from policyengine.language import tree
from policyengine.language.program import folded
from policyengine.language.tree import HERE
from policyengine.language.valuing import operand_reader

TEXT_OPERATORS: Final = frozenset(
    ["contains", "starts_with", "ends_with", "mentions", "length", "occurrences", "matches"]
)


def of_text(test: tree.Test, place: DataPath, value: Any, operand: Any, asking: Asking) -> Iterator[Edit]:
    """Yield edits of a text for a test on it."""
    text = value if isinstance(value, str) else ""
    words = _words(operand)
    if test.op == "length":
        yield from _shortened(test, place, text, asking)
    elif asking.want and test.op != "occurrences":
        for word in words[:MOST_WORDS]:
            yield from _with_word(test.op, place, text, word)
    elif test.op in {"mentions", "contains", "occurrences"} and text:
        rest = _without(test, text, operand)
        if rest != text:
            says = f"take {_shown_words(text, rest)} out of `{dotted(place)}`"
            yield Edit(how="set", path=place, value=rest, says=says)


def _words(operand: Any) -> tuple[str, ...]:
    if isinstance(operand, tree.Words):
        return operand.words
    return tuple(w for w in values_in(operand) if isinstance(w, str))


def _with_word(op: str, place: DataPath, text: str, word: str) -> Iterator[Edit]:
    if op in {"mentions", "contains", "starts_with"}:
        yield beginning(place, text, word, MORE)
    if op in {"ends_with", "contains"}:
        says = f"end `{dotted(place)}` with `{word}`"
        yield Edit(how="set", path=place, value=f"{text} {word}".strip(), says=says, rank=MORE)


def beginning(place: DataPath, text: str, word: str, rank: int) -> Edit:
    """Return the edit that makes a text begin with a word; the word is taken from where it stood by itself."""
    rest = re.sub(rf"(?<!\S){re.escape(word)}(?!\S)", "", text).strip()
    return Edit(
        how="set", path=place, value=f"{word} {rest}".strip(), says=f"begin `{dotted(place)}` with `{word}`", rank=rank
    )


def _without(test: tree.Test, text: str, operand: Any) -> str:
    """Return a text without what it must not have."""
    if test.op == "mentions":
        from policyengine.text.mentions import TermList, compile_terms  # noqa: PLC0415 - only where words are looked for

        words = operand if isinstance(operand, tree.Words) else tree.Words(_words(operand))
        matcher = compile_terms(TermList(words.words, words.exceptions, words.see_through))
        hits = matcher.find(text, within_first=test.within_first, same_case=test.same_case)
        for hit in sorted(hits, key=lambda h: -h.start):
            text = text[: hit.start] + text[hit.end :]
    else:
        for word in _words(folded(operand) if operand is not None else None):
            text = re.sub(re.escape(word), "", text, flags=re.IGNORECASE)
    return " ".join(text.split(" ")).replace("  ", " ").strip()


def _shown_words(text: str, rest: str) -> str:
    left = set(rest.split())
    gone = [word for word in dict.fromkeys(text.split()) if word not in left]
    return ", ".join(f"`{word}`" for word in gone[:MOST_WORDS]) or "what it must not have"


def _shortened(test: tree.Test, place: DataPath, text: str, asking: Asking) -> Iterator[Edit]:
    for bound in test.bounds:
        limit = operand_reader(bound.operand)(asking.env, asking.here)
        most = limit if bound.op == "at_most" else limit - 1 if bound.op == "below" and limit is not None else None
        if asking.want and isinstance(most, int | Decimal) and text:
            value = text[: int(most)].rstrip()
            yield Edit(how="set", path=place, value=value, says=f"shorten `{dotted(place)}` to {int(most)} characters")


def of_derived(test: tree.Test, derived: Field, asking: Asking) -> Iterator[Edit]:
    """Yield edits of the text or address from which a derived field is worked out."""
    assert derived.derived is not None  # noqa: S101 - callers look for one
    source = derived.derived.reads[0]
    inside = tuple(step.name for step in test.path.steps[:-1] if step.field.derived is None)
    base = (*(asking.base if test.path.root == HERE else ()), *inside)
    place = (*base, source)
    operand = operand_reader(test.operand)(asking.env, asking.here) if test.operand is not None else None
    text = seen_at(asking, place)
    if derived.derived.by == "url_utm" and isinstance(text, str):
        yield from _with_parameter(test, place, text, operand, asking)
    elif derived.derived.by == "url_host" and isinstance(text, str):
        yield from _with_host(test, place, text, operand, asking)
    elif derived.derived.by in {"visible_text", "all_text"} and test.op in TEXT_OPERATORS:
        yield from of_text(test, place, text, operand, asking)
    elif derived.derived.by in {"hashtags", "handles"} and asking.want:
        for word in _words(operand)[:MOST_WORDS]:
            mark = "#" if derived.derived.by == "hashtags" else "@"
            yield from _with_word("ends_with", place, text or "", mark + word.lstrip("#@"))
    elif text is None:
        yield from typical_of(asking.env.kind, place)


def _with_parameter(test: tree.Test, place: DataPath, url: str, operand: Any, asking: Asking) -> Iterator[Edit]:
    from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit  # noqa: PLC0415 - only for addresses

    name = f"utm_{test.path.steps[-1].name}"
    wants = asking.want is (test.op not in {"is_not", "not_in"}) if test.op != "exists" else operand is asking.want
    values = ("…",) if test.op == "exists" else _words(operand)
    parts = urlsplit(url)
    others = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k != name]
    for value in values[:MOST_WORDS] if wants else ():
        shown = "campaign" if value == "…" else value
        new = urlunsplit(parts._replace(query=urlencode([*others, (name, shown)])))
        says = f"set `{name}` in `{dotted(place)}` to {shown}"
        yield Edit(how="set", path=place, value=new, says=says, rank=MORE)


def _with_host(test: tree.Test, place: DataPath, url: str, operand: Any, asking: Asking) -> Iterator[Edit]:
    from urllib.parse import urlsplit, urlunsplit  # noqa: PLC0415 - only for addresses

    if asking.want is (test.op in {"is", "in"}):
        for host in _words(operand)[:MOST_WORDS]:
            yield setting(place, urlunsplit(urlsplit(url)._replace(netloc=host)), told=True)
