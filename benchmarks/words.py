"""What finding words costs: `python -m benchmarks.words` prints two tables.

The first: 50,000 terms, seen through every disguise, in texts of 400 characters; the bar is 100 µs after the first
text (which builds the automata). Beside it the automaton alone on the same text: what is above it is the price of
reading as people do. The second: hostile texts and patterns, each with twice the length of the one before; where the
time is linear, it doubles.

    python -m benchmarks.words [--terms 50000] [--runs 300]
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from statistics import median

from policyengine.text.mentions import STEPS, TermList, compile_terms
from policyengine.text.patterns import Pattern, compile_pattern

BAR = 100  # microseconds
LENGTH = 400  # characters
TEXT = (
    "The delivery came on Monday at 10:30 and the box was fine, but the lid of the tin did not close. I paid 24.90 for "
    "it and I think that is a lot. My neighbour bought the same one last year and hers is great! Could you tell me "
    "whether I can send it back, or get a new lid? Thanks a lot for your help, I really like your bread and I would "
    "love to keep baking with it at home every week-end. See you soon, Anna"
)[:LENGTH]
TEXTS = {
    "plain English": TEXT,
    "a curly apostrophe, an emoji": TEXT.replace("soon,", "soon 👋", 1).replace("bread", "brot\u2019s", 1),
    "accents": TEXT.replace("a", "á", 5),
    "lookalikes": TEXT.replace("o", "о", 7),  # noqa: RUF001 - a Cyrillic letter is the subject
    "digits for letters": TEXT.replace("e", "3", 4),
    "spelled": TEXT[:-12] + "w o r d s ok",
    "stretched": TEXT.replace("soon", "sooooon")[:LENGTH],
    "one hit": TEXT[:-13] + "tinned quirks",
    "a hit in disguise": TEXT[:-13] + "tinned qu1rks",
}
HOSTILE: dict[str, Callable[[int], str]] = {
    "one letter": lambda size: "a" * size,
    "hits": lambda size: "ad " * (size // 3),
    "marks": lambda size: "a" + "\u0301" * size,
    "spelled": lambda size: "a b " * (size // 4),
    "broken": lambda size: "i.l.1." * (size // 6),
    "signs": lambda size: "1!" * (size // 2),
    "lookalikes": lambda size: "аd " * (size // 3),  # noqa: RUF001 - as above
    "flags": lambda size: "🇬🇧" * (size // 2),
}
PATTERNS = {"(a+)+b": "a", "(a|a)*b": "a", ".*.*.*b": "a", "(.*a){20}b": "a"}
SIZES = (10_000, 20_000, 40_000)


def words(count: int) -> tuple[str, ...]:
    """Return so many made-up words of five to eleven letters, the same in each run, and `quirks`."""
    source = random.Random(7)  # noqa: S311 - nothing secret
    found = {"quirks"}
    while len(found) < count:
        found.add("".join(source.choices("etaoinshrdlcumwfgypbvk", k=source.randint(5, 11))))
    return tuple(sorted(found))


def spent(run: Callable[[], object], runs: int) -> list[float]:
    """Return the CPU times of so many runs, in microseconds."""
    times = []
    for _ in range(runs):
        began = time.process_time()
        run()
        times.append((time.process_time() - began) * 1e6)
    return times


def scans(count: int, runs: int) -> Iterator[str]:
    """Yield the first table."""
    from ahocorasick_rs import AhoCorasick  # noqa: PLC0415 - the peer

    listed = words(count)
    automaton = AhoCorasick(listed, store_patterns=False)
    matcher = compile_terms(TermList(listed, (), frozenset(STEPS)))
    yield f"| {count:,} terms, 400 characters | µs (median) | µs (best) | the automaton alone | ratio | hits |"
    yield "|---|---|---|---|---|---|"
    for name, text in TEXTS.items():
        hits = len(matcher.find(text))
        times = spent(partial(matcher.find, text), runs)
        alone = min(spent(partial(automaton.find_matches_as_indexes, text, overlapping=True), runs))
        over = "" if median(times) <= BAR else " (over the bar)"
        ratio = min(times) / alone
        yield f"| {name} | {median(times):.0f}{over} | {min(times):.0f} | {alone:.1f} | {ratio:.0f} | {hits} |"


def growth() -> Iterator[str]:
    """Yield the second table."""
    matcher = compile_terms(TermList(("ad", "a", "aa", "ill", "hello", "🇬🇧", "idiot"), ("ad hoc",), frozenset(STEPS)))
    yield f"| hostile | {' | '.join(f'{size:,} (ms)' for size in SIZES)} | growth |"
    yield "|---|---|---|---|---|"
    for name, made in HOSTILE.items():
        texts = [made(size) for size in SIZES]
        yield _row(name, [min(spent(partial(matcher.find, text), 3)) for text in texts])
    for source, letter in PATTERNS.items():
        pattern = compile_pattern(source)
        assert isinstance(pattern, Pattern)  # noqa: S101 - the table's own patterns
        yield _row(
            f"pattern `{source.replace('|', chr(92) + '|')}`",
            [min(spent(partial(pattern.matches, letter * size), 3)) for size in SIZES],
        )


def _row(name: str, times: list[float]) -> str:
    ratios = " and ".join(f"x{after / before:.1f}" for before, after in pairwise(times))
    return f"| {name} | {' | '.join(f'{spent / 1000:.2f}' for spent in times)} | {ratios} |"


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.words", description=__doc__)
    parser.add_argument("--terms", type=int, default=50_000)
    parser.add_argument("--runs", type=int, default=300)
    options = parser.parse_args()
    for line in (*scans(options.terms, options.runs), "", *growth()):
        print(line)


if __name__ == "__main__":
    main()
