"""Finding labels: whole words and tags, `{brand}` and `{thing}`, the longest match at a place wins.

A label without `#` is also found as a tag, one with `#` only as a tag; case and accents make no difference. `{brand}`
is the brand's name or handle (with or without `@` or `#`), in a tag its letters run together; `{thing}` is one to five
words of the same sentence. A listed word that is not enough therefore beats a shorter accepted one inside it. What
stands within an address (a link, `@ad.official`, `ad@oven.example`) or begins a compound (`ad-free`) is read as part of
it, and tells nobody anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, Literal

from msgspec import Struct

from policyengine.text.folding import Steps, fold
from policyengine.text.mentions import Matcher, TermList

Role = Literal["accept", "beside", "not_enough", "denial"]
BRAND: Final = "{brand}"
THING: Final = "{thing}"
PLACEHOLDERS: Final = (BRAND, THING)
_BRACES: Final = re.compile(r"\{[^{}]*\}")
_WORD: Final = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")  # noqa: RUF001 - the typographic apostrophe
_ADDRESS: Final = re.compile(
    r"(?<![\w.+\-])(?:"
    r"(?:[a-z][a-z0-9+.\-]*://|www\.)[^\s<>\"'()]+"  # a link
    r"|(?:[\w\-]+\.)+[a-z]{2,}/[^\s<>\"'()]+"  # one without a scheme
    r"|(?<![#＃])[\w.+\-]+[@＠][\w\-]+(?:\.[\w\-]+)+"  # noqa: RUF001 - mail
    r"|[@＠]\w+(?:\.\w+)*)",  # noqa: RUF001 - an account
    re.IGNORECASE,
)
_HYPHENS: Final = ("-", "\u2010", "\u2011")
_SENTENCE_END: Final = re.compile(r"[.!?\n]")
_MOST_WORDS: Final = 5
_SEEN_THROUGH: Final = frozenset(["accents"])
_FOLDED: Final = Steps(accents=True)


class Label(Struct, frozen=True):
    """A word or phrase of a document, as written: what it is there, and in which group of accepted ones."""

    written: str
    role: Role
    group: int = -1


class Found(Struct, frozen=True):
    """What stands at a place of a text: `text[start:end] == seen`, and every label that it is."""

    start: int
    end: int
    seen: str
    labels: tuple[Label, ...]

    def roles(self) -> frozenset[Role]:
        """Return what the labels found here are."""
        return frozenset(label.role for label in self.labels)


def unknown_placeholders(label: str) -> tuple[str, ...]:
    """Return what stands in braces and is no placeholder."""
    return tuple(name for name in _BRACES.findall(label) if name not in PLACEHOLDERS)


class Lexicon:
    """The labels of a document. Those with `{brand}` are compiled for each brand, and kept for a while."""

    def __init__(self, labels: Iterable[Label]) -> None:
        """Take the labels; nothing is compiled before the first search."""
        self._labels = tuple(labels)
        self._of_brand = lru_cache(maxsize=64)(self._compiled)

    def find(self, text: str, brands: tuple[str, ...]) -> tuple[Found, ...]:
        """Return what is found in a text, sorted by place; `brands` are the brand's name and handle, as far as told."""
        matcher, beginning_with = self._of_brand(brands)
        hits: dict[str, list[tuple[int, int]]] = {}
        for hit in matcher.find(text):
            hits.setdefault(hit.term, []).append((hit.start, hit.end))
        spans: dict[tuple[int, int], set[Label]] = {}
        for phrase in (phrase for part in hits for phrase in beginning_with.get(part, ())):
            for start, end in _places(phrase, hits, text):
                spans.setdefault((_with_sign(text, start), end), set()).add(phrase.label)
        addresses = [match.span() for match in _ADDRESS.finditer(text)] if spans else []
        return tuple(
            Found(start, end, text[start:end], tuple(sorted(labels, key=_by_name)))
            for (start, end), labels in sorted(_longest(spans).items())
            if not any(begin <= start and end <= over for begin, over in addresses)
            and not _begins_compound(text, start, end)
        )

    def _compiled(self, brands: tuple[str, ...]) -> tuple[Matcher, dict[str, tuple[_Phrase, ...]]]:
        """Return the matcher of all parts of the labels, and the labels by their first part."""
        phrases = [phrase for label in self._labels for phrase in _phrases(label, brands)]
        parts = tuple(sorted({part for phrase in phrases for part in phrase.parts}))
        beginning_with: dict[str, tuple[_Phrase, ...]] = {}
        for phrase in phrases:
            beginning_with[phrase.parts[0]] = (*beginning_with.get(phrase.parts[0], ()), phrase)
        return Matcher(TermList(parts, (), _SEEN_THROUGH)), beginning_with


class _Phrase(Struct, frozen=True):
    """One spelling of a label: its parts with one to five words between them, and after the last if `open`."""

    label: Label
    parts: tuple[str, ...]
    is_open: bool


def _by_name(label: Label) -> tuple[str, int, str]:
    return (label.role, label.group, label.written)


def _phrases(label: Label, brands: tuple[str, ...]) -> Iterator[_Phrase]:
    for spelling in _spellings(label.written, brands):
        parts = tuple(fold(part, _FOLDED) for part in spelling.split(THING))  # labels that read alike are one word
        if parts[0]:
            yield _Phrase(label, tuple(part for part in parts if part), is_open=not parts[-1])


def _spellings(written: str, brands: tuple[str, ...]) -> Iterable[str]:
    if BRAND not in written:
        return (written,)
    if re.search(r"#\S*\{brand\}", written):
        return sorted({written.replace(BRAND, run) for name in brands if (run := run_together(name))})
    names = {name for brand in brands for name in (brand, f"@{brand}", f"#{run_together(brand)}")}
    return sorted(written.replace(BRAND, name) for name in names)


def run_together(name: str) -> str:
    """Return a name as it stands in tags and addresses: its letters and digits only."""
    return "".join(char for char in name if char.isalnum() or char == "_")


def _begins_compound(text: str, start: int, end: int) -> bool:
    """Tell whether a word goes on behind a hyphen, as in `ad-free`; tags end there, and phrases stay what they are."""
    word = text[start:end]
    joined = text[end : end + 1] in _HYPHENS and text[end + 1 : end + 2].isalpha()
    return joined and word.isalpha()


def _with_sign(text: str, start: int) -> int:
    return start - 1 if start > 0 and text[start - 1] in "#＃" else start  # noqa: RUF001 - the full-width sign


def _places(phrase: _Phrase, hits: dict[str, list[tuple[int, int]]], text: str) -> Iterator[tuple[int, int]]:
    first, *others = phrase.parts
    spans = hits.get(first, [])
    for part in others:
        spans = [(a, d) for a, b in spans for c, d in hits.get(part, []) if c > b and _is_thing(text[b:c])]
    for start, end in spans:
        if not phrase.is_open:
            yield start, end
            continue
        following = _WORD.search(text, end)
        if following is not None and not _SENTENCE_END.search(text[end : following.start()]):
            yield start, following.end()


def _is_thing(between: str) -> bool:
    return not _SENTENCE_END.search(between) and 1 <= len(_WORD.findall(between)) <= _MOST_WORDS


def _longest(spans: dict[tuple[int, int], set[Label]]) -> dict[tuple[int, int], set[Label]]:
    """Return the spans that no longer one overlaps."""
    kept: dict[tuple[int, int], set[Label]] = {}
    for span in sorted(spans, key=lambda s: (s[0] - s[1], s)):
        if not any(span[0] < other[1] and other[0] < span[1] for other in kept):
            kept[span] = spans[span]
    return kept
