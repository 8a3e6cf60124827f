"""Many terms, one pass: the keys of a list of terms and the automaton that finds them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

_FEW = 6  # below this, plain searches are faster than an automaton and need no import


class Candidate(Struct, frozen=True):
    """What a key stands for: the list's word (None for an exception only) and its folded form."""

    form: str
    word: str | None
    is_exception: bool


class Lexicon:
    """The keys of a list of terms. The order of the list has no influence on what comes out."""

    def __init__(
        self, words: Iterable[str], exceptions: Iterable[str], keys: Callable[[str], list[tuple[str, str]]]
    ) -> None:
        """Take the words, the exceptions, and the function from a word to its (key, folded form) pairs."""
        named: dict[tuple[str, str], str] = {}
        for word in sorted(words, reverse=True):
            named |= dict.fromkeys(keys(word), word)  # of words that fold alike, the first by name
        excepted = {pair for word in exceptions for pair in keys(word)}
        by_key: dict[str, list[Candidate]] = {}
        for key, form in sorted(named.keys() | excepted):
            if key:
                pair = (key, form)
                by_key.setdefault(key, []).append(Candidate(form, named.get(pair), pair in excepted))
        self._keys = tuple(by_key)
        self._candidates = tuple(tuple(same) for same in by_key.values())
        self._automaton: Callable[[str], Iterable[tuple[int, int, int]]] = (
            self._search if len(self._keys) <= _FEW else _automaton(self._keys)
        )

    def candidates(self, text: str) -> Iterator[tuple[Candidate, int, int]]:
        """Yield every candidate and where its key stands in the text, overlapping ones too."""
        for at, start, end in self._automaton(text):
            for candidate in self._candidates[at]:
                yield candidate, start, end

    def _search(self, text: str) -> Iterator[tuple[int, int, int]]:
        for at, key in enumerate(self._keys):
            start = text.find(key)
            while start >= 0:
                yield at, start, start + len(key)
                start = text.find(key, start + 1)


def _automaton(keys: tuple[str, ...]) -> Callable[[str], Iterable[tuple[int, int, int]]]:
    from ahocorasick_rs import AhoCorasick  # noqa: PLC0415 - only for long lists

    automaton = AhoCorasick(keys, store_patterns=False)
    return lambda text: automaton.find_matches_as_indexes(text, overlapping=True)
