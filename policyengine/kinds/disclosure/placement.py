"""Where a label must stand: each test gives what a label at its place lacks, or may lack."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import structs

from policyengine.core.decision import Outcome, lightest
from policyengine.kinds.disclosure.onscreen import carousel, live, sound, story, video
from policyengine.kinds.disclosure.pack import Candidate, Shortfall, Sight
from policyengine.kinds.disclosure.struct import TagRun
from policyengine.kinds.disclosure.words import (
    at_end,
    at_start,
    fold_in_words,
    has_fold,
    place_in_run,
    seen_before_fold,
    words_before,
)

STORIES = frozenset(["story_image", "story_video"])
_FIRST_TAGS = 3


def shortfalls(candidate: Candidate, sight: Sight) -> tuple[Shortfall, ...]:
    """Return everything that a label lacks; of one in the caption, with the stretch of the text that it is."""
    tests = (_standing, _legible, _language, _fold, _first_lines, _position, _tags, _by_format)
    lacking = tuple(found for test in tests for found in test(candidate, sight))
    if candidate.entry is not None:
        return lacking
    within = (candidate.found.start, candidate.found.end)
    return tuple(structs.replace(found, within=within) if found.path == candidate.path else found for found in lacking)


def _standing(candidate: Candidate, sight: Sight) -> Iterator[Shortfall]:
    """Yield what is the matter with the label itself, wherever it stands."""
    seen, group, pack = candidate.found.seen, candidate.group, sight.pack
    others = [other for other in pack.groups if other.unfit is None and not other.to_judge and not other.whose]
    if candidate.unfit is not False:
        yield Shortfall(
            rule="creator_threshold",
            outcome=pack.weight("block" if candidate.unfit else "hold", group.confidence),
            message=f"`{seen}` does not suffice for creators of this size",
            fix="use another label" + (f", for example `{others[0].first}`" if others else ""),
            certain=candidate.unfit is True,
            missing=() if candidate.unfit else ("author",),
            path=candidate.path,
        )
    if sight.connection is None and group.whose:
        yield Shortfall(
            rule="unclear_label",
            outcome="hold",
            message=f"`{seen}` is a label for some connections only, and the connection is not told",
            fix="say what the connection is, or use a label for all of them",
            certain=False,
            missing=("sponsorship.connection",),
            path=candidate.path,
        )
    if group.to_judge or (group.everyday and _in_sentence(candidate, sight)):
        yield Shortfall(
            rule="label_to_judge",
            outcome="hold",
            message=f"a person judges whether `{seen}` is clear enough in {pack.market}",
            fix=_clearer(sight),
            path=candidate.path,
        )


def _in_sentence(candidate: Candidate, sight: Sight) -> bool:
    """Tell whether words of the same sentence stand before a label of the caption that is no tag."""
    found = candidate.found
    if candidate.where != "text" or found.seen[0] in "#＃":  # noqa: RUF001 - the full-width sign
        return False
    return words_before(candidate.source, found.start, sight.post.brands) > 0


def _clearer(sight: Sight) -> str:
    label = sight.pack.first_label(sight.post.connection or "paid", sight.post.language)
    return f"`{label}` needs no judgement" if label else "a person of the owning team releases it"


def _legible(candidate: Candidate, sight: Sight) -> Iterator[Shortfall]:
    demand = sight.pack.placement.legible
    if demand is not None and candidate.entry is not None and candidate.entry.legible is False:
        yield Shortfall(
            rule="illegible",
            outcome=sight.pack.demand(demand),
            message=f"`{candidate.found.seen}` cannot be read: contrast and size do not suffice",
            fix="make the label larger, on a ground that it stands out from",
            path=(*candidate.path, "legible"),
        )


def _language(candidate: Candidate, sight: Sight) -> Iterator[Shortfall]:
    """Yield a label in another language than the post's or the market's; a post that does not tell its own passes."""
    demand, pack = sight.pack.placement.language, sight.pack
    if demand is None:
        return
    wanted = {(sight.post.language or "").partition("-")[0]} - {""}
    if demand.of == "the market":
        wanted = set(pack.body.languages or ())
    if wanted and candidate.group.languages and not wanted & candidate.group.languages:
        label = pack.first_label(sight.post.connection or "paid", next(iter(sorted(wanted))))
        yield Shortfall(
            rule="language",
            outcome=pack.demand(demand),
            message=f"`{candidate.found.seen}` is not in the language of {demand.of} ({', '.join(sorted(wanted))})",
            fix=f"use a label in that language, for example `{label}`" if label else "use a label in that language",
            path=candidate.path,
        )


def _fold(candidate: Candidate, sight: Sight) -> Iterator[Shortfall]:
    demand, post, found = sight.pack.placement.before_fold, sight.post, candidate.found
    if demand is None or post.format in STORIES or candidate.where not in {"text", "caption", "description"}:
        return
    if candidate.where == "text":
        seen = seen_before_fold(candidate.source, found.start, found.end, post.platform)
    else:  # where in the caption these words stand is not told
        seen = None if post.platform is None or has_fold(post.platform) else "yes"
    if seen == "yes":
        return
    outcome: Outcome = sight.pack.demand(demand)
    doubt = {None: ", as far as is told", "no": "", "on some devices": " on some devices"}[seen]
    yield Shortfall(
        rule="behind_fold",
        outcome=outcome if seen == "no" else lightest("hold", outcome),
        message=f"`{found.seen}` stands behind the fold{doubt}: {fold_in_words(post.platform)}",
        fix=f"move `{found.seen}` to the beginning of the caption",
        certain=seen is not None,
        missing=() if seen is not None else ("platform",) if post.platform is None else ("text",),
        path=candidate.path,
    )


def _first_lines(candidate: Candidate, sight: Sight) -> Iterator[Shortfall]:
    """Yield a label that stands further down in the caption than the law reads; lines are those that are written."""
    demand, found = sight.pack.placement.first_lines, candidate.found
    if demand is None or candidate.where != "text" or sight.post.format in STORIES:
        return
    line = candidate.source.count("\n", 0, found.end) + 1
    if line > demand.lines:
        yield Shortfall(
            rule="behind_fold",
            outcome=sight.pack.demand(demand),
            message=f"`{found.seen}` stands in line {line}, and {sight.pack.market} looks at the first {demand.lines}",
            fix=f"move `{found.seen}` to the beginning of the caption",
            path=candidate.path,
        )


def _position(candidate: Candidate, sight: Sight) -> Iterator[Shortfall]:
    demand, brands = sight.pack.placement.position, sight.post.brands
    if demand is None or candidate.where == "audio":
        return
    text, found = candidate.source, candidate.found
    if demand.must_be == "not at the end":
        good = not at_end(text, found.start, found.end, brands)
    else:
        good = at_start(text, found.start, brands)
        if demand.must_be == "at the start or among the first tags":
            good = good or _among_first(candidate, sight)
        good = good and (candidate.entry is None or candidate.entry.position != "bottom")
    if not good:
        yield Shortfall(
            rule="position",
            outcome=sight.pack.demand(demand),
            message=f"`{found.seen}` does not stand where {sight.pack.market} asks for it: {demand.must_be}",
            fix=f"put `{found.seen}` first",
            path=candidate.path,
        )


def _among_first(candidate: Candidate, sight: Sight) -> bool:
    place = place_in_run(candidate.source, candidate.found.start)
    run = sight.pack.placement.hashtag_run
    return place is not None and place[0] <= (run.among_first if run is not None else _FIRST_TAGS)


def _tags(candidate: Candidate, sight: Sight) -> Iterator[Shortfall]:
    demand = sight.pack.placement.hashtag_run
    if demand is None or not candidate.in_caption:
        return
    place = place_in_run(candidate.source, candidate.found.start)
    if candidate.where == "hashtag_cluster" and (place is None or place[1] < demand.tags):
        said = "in a group of tags"
    elif place is None or place[1] < demand.tags or _is_prominent(place, demand):
        return
    else:
        said = f"as tag {place[0]} of {place[1]}"
    yield Shortfall(
        rule="hashtag_run",
        outcome=sight.pack.demand(demand),
        message=f"`{candidate.found.seen}` stands {said}, where nobody looks for it",
        fix=f"put `{candidate.found.seen}` before the other tags, best at the beginning of the caption",
        path=candidate.path,
    )


def _is_prominent(place: tuple[int, int], demand: TagRun) -> bool:
    return place[0] <= demand.among_first or (demand.or_last and place[0] == place[1])


def _by_format(candidate: Candidate, sight: Sight) -> Iterator[Shortfall]:
    kind = sight.post.format
    if kind in STORIES:
        yield from story(candidate, sight)
    elif kind == "carousel":
        yield from carousel(candidate, sight)
    elif kind in {"video", "short_video"}:
        yield from video(candidate, sight)
    elif kind == "livestream":
        yield from live(candidate, sight)
    elif kind == "audio":
        yield from sound(candidate, sight)
    elif kind is None and _asks_by_format(candidate, sight):
        yield Shortfall(
            rule="not_in_video" if candidate.in_caption else "frames",
            outcome="hold",
            message=f"whether `{candidate.found.seen}` is seen there depends on the format",
            certain=False,
            missing=("format",),
            path=candidate.path,
        )


def _asks_by_format(candidate: Candidate, sight: Sight) -> bool:
    placement = sight.pack.placement
    return placement.video is not None if candidate.in_caption else bool(placement.story or placement.carousel)
