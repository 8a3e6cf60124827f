"""Where the labels of a post stand, and what each market says of them: what an explanation shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

from msgspec import Struct

from policyengine.core.decision import Outcome, strictest
from policyengine.core.facts import Facts
from policyengine.kinds.disclosure.judge import Analysis, accepted, sources
from policyengine.kinds.disclosure.labels import Found
from policyengine.kinds.disclosure.pack import Candidate, Sight
from policyengine.kinds.disclosure.placement import STORIES, shortfalls
from policyengine.kinds.disclosure.post import Entry, Post, read_post
from policyengine.kinds.disclosure.remedy import Law
from policyengine.kinds.disclosure.words import fold_in_words, has_fold, place_in_run, seen_before_fold
from policyengine.text.derived import visible
from policyengine.text.platforms import fold

Status = Literal["accepted", "to be judged", "insufficient", "denies it", "not known"]


class Fold(Struct, frozen=True):
    """Where a caption is cut: what stands before `at` is always seen, up to `at_most` on some devices (offsets)."""

    says: str
    at: int
    at_most: int


class Said(Struct, frozen=True, kw_only=True):
    """What one market says of one label: whether its words do, and what its place lacks, in words."""

    market: str
    policy: str
    status: Status
    lacks: tuple[str, ...] = ()


class Label(Struct, frozen=True, kw_only=True):
    """A label at its place. `start` and `end` are offsets (characters) in the text there; the rest as far as told.

    `where` is `text` for the caption, else the place of the disclosure with the number `entry`; `fold` says whether it
    is seen before the fold, `tag` which tag of how many it is.
    """

    text: str
    where: str
    start: int
    end: int
    entry: int | None = None
    fold: str | None = None
    tag: tuple[int, int] | None = None
    frames: Any = None
    from_s: float | int | None = None
    until_s: float | int | None = None
    repeat_every_s: float | int | None = None
    says: tuple[Said, ...] = ()


class Ruling(Struct, frozen=True, kw_only=True):
    """What one document says of the post as a whole. `owed`: `yes`, `no`, or `unknown`; `lacks` by rule, in words."""

    market: str
    policy: str
    owed: str
    because: str
    outcome: Outcome
    lacks: dict[str, str] = {}


class Sighted(Struct, frozen=True, kw_only=True):
    """The caption with its fold, the labels of a post, and what each market says."""

    text: str | None
    fold: Fold | None
    labels: tuple[Label, ...]
    markets: tuple[Ruling, ...]


def sighted(laws: Sequence[Law], facts: Facts) -> Sighted:
    """Return where the labels of a post stand and what each document says of them."""
    post = read_post(facts)
    ordered = sorted(laws, key=lambda law: (law.market, law.policy))
    says: dict[tuple[int, int, int], list[Said]] = {}
    for law in ordered:
        for place, said in _said(law, post, facts):
            says.setdefault(place, []).append(said)
    texts = {-1 if entry is None else entry.index: (where, text, entry) for where, text, entry in sources(post)}
    return Sighted(
        text=post.text,
        fold=_fold(post),
        labels=tuple(_label(place, texts[place[0]], post, said) for place, said in sorted(says.items())),
        markets=tuple(_ruling(law, law.read(facts)) for law in ordered),
    )


def _fold(post: Post) -> Fold | None:
    cut = fold(post.platform) if post.platform is not None else None
    if cut is None or post.text is None or post.format in STORIES:
        return None
    ends = [len(visible(post.text, signs, cut.lines)) for signs in (cut.chars, cut.chars_max)]
    return Fold(fold_in_words(post.platform), ends[0], ends[1])


def _has_fold(post: Post) -> bool:
    return post.platform is not None and has_fold(post.platform) and post.format not in STORIES


def _label(
    place: tuple[int, int, int], source: tuple[str, str, Entry | None], post: Post, says: Iterable[Said]
) -> Label:
    (number, start, end), (where, text, entry) = place, source
    caption = entry is None
    return Label(
        text=text[start:end],
        where=where,
        start=start,
        end=end,
        entry=None if caption else number,
        fold=seen_before_fold(text, start, end, post.platform) if caption and _has_fold(post) else None,
        tag=place_in_run(text, start),
        frames=entry.frames if entry is not None else None,
        from_s=_plain(entry.from_s) if entry is not None else None,
        until_s=_plain(entry.until_s) if entry is not None else None,
        repeat_every_s=_plain(entry.repeat_s) if entry is not None else None,
        says=tuple(says),
    )


def _plain(value: Any) -> float | int | None:
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def _said(law: Law, post: Post, facts: Facts) -> Iterator[tuple[tuple[int, int, int], Said]]:
    """Yield what one document says of each label; a text of a disclosure that it does not know is one, too."""
    read = law.read(facts)
    off = law.pack.placement.never_alone
    for where, text, entry in sources(post):
        number = -1 if entry is None else entry.index
        found = law.pack.lexicon.find(text, post.brands)
        away = entry is not None and off is not None and where in off.places
        for item in found:
            yield (number, item.start, item.end), _of_found(law, read, item, (where, text, entry), away=away)
        if entry is not None and not found:
            yield (
                (number, 0, len(text)),
                Said(market=law.market, policy=law.policy, status="not known", lacks=_away(where) if away else ()),
            )


def _away(where: str) -> tuple[str, ...]:
    return (f"a label in the {where.replace('_', ' ')} alone does not count",)


def _of_found(law: Law, read: Analysis, found: Found, source: tuple[str, str, Entry | None], *, away: bool) -> Said:
    where, text, entry = source
    status: Status = "denies it" if "denial" in found.roles() else "insufficient"
    lacks: tuple[str, ...] = ()
    best = accepted(found, law.pack, read.owed, law.env)
    if best is not None:
        candidate = Candidate(where, text, found, best[0], best[1], entry)
        others = read.read.candidates if read.read is not None else ()
        sight = Sight(read_post(law.env.record), law.pack, others or (candidate,), read.owed.connection)
        lacking = shortfalls(candidate, sight)
        judged = any(lack.rule == "label_to_judge" for lack in lacking)
        status = "to be judged" if judged else "accepted"
        lacks = tuple(dict.fromkeys(lack.message for lack in lacking))
    elif "accept" in found.roles():
        lacks = ("a label for other connections, or for other days",)
    elif "beside" in found.roles():
        lacks = ("it may stand beside a label, not instead of one",)
    return Said(market=law.market, policy=law.policy, status=status, lacks=(*lacks, *(_away(where) if away else ())))


def _ruling(law: Law, read: Analysis) -> Ruling:
    owed = {True: "yes", False: "no", None: "unknown"}[read.owed.truth]
    return Ruling(
        market=law.market,
        policy=law.policy,
        owed=owed,
        because=read.owed.because,
        outcome=strictest(lack.outcome for lack in read.lacks.values()),
        lacks={rule: lack.message for rule, lack in sorted(read.lacks.items())},
    )
