"""A list of terms as an entry of the reference: its words, what they would hit, and which disguises they would miss."""

from __future__ import annotations

from policyengine.edit.reference import Entry, Rows
from policyengine.language.scope import TermList
from policyengine.lints.words import compiled
from policyengine.text.guessing import GUESSES
from policyengine.text.mentions import STEPS
from policyengine.text.trying import STEP_AGAINST, disguised, everyday_hits, missed


def of_terms(terms: TermList) -> Entry:
    """Return the entry of a list; every disguise is shown on its first term that can be disguised so."""
    listed = compiled(terms)
    span = terms.words.span
    rows = [
        ("words", ", ".join(listed.words)),
        ("except", ", ".join(listed.exceptions)),
        ("sees through", ", ".join(step for step in (*STEPS, *GUESSES) if step in listed.see_through)),
        ("stands in", f"{span.file}:{span.line}"),
    ]
    hits = tuple((term, ", ".join(texts)) for term, texts in everyday_hits(listed).items())
    tables = [Rows("", tuple((name, text) for name, text in rows if text))]
    tables += [Rows("Everyday words that it hits", hits)] if hits else []
    evaded = missed(listed)
    told = tuple((name, _told(name, listed.words, evaded.get(name, ()))) for name in STEP_AGAINST)
    tables.append(Rows("Disguises", told))
    return Entry(name=terms.id, title="A list of terms", tables=tuple(tables))


def _told(name: str, words: tuple[str, ...], evaded: tuple[str, ...]) -> str:
    step = f" (`see_through: {STEP_AGAINST[name]}`)" if STEP_AGAINST[name] else ""
    if evaded:
        return f"misses {len(evaded)} of {len(words)}, as in {disguised(evaded[0])[name]}{step}"
    example = next((made[name] for word in words if name in (made := disguised(word))), None)
    return f"seen through, as in {example}" if example is not None else "no word can be written so"
