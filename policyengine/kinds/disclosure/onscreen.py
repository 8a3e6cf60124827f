"""Labels in pictures, films and sound: on which slides, from when, how long, how often, spoken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, Final

from policyengine.core.decision import Outcome, lightest
from policyengine.core.quantity import Duration
from policyengine.kinds.disclosure.pack import Candidate, Rule, Shortfall, Sight
from policyengine.kinds.disclosure.struct import Demand, Frames, Live, OnScreen, Video

_DAY: Final = 86_400
_END_S: Final = 60  # what counts as the end of a recording


def seconds(length: Duration) -> int:
    """Return a length of time in seconds."""
    return length.seconds + length.days * _DAY


def _lack(
    rule: Rule, outcome: Outcome, candidate: Candidate, said: tuple[str, str], missing: tuple[str, ...] = ()
) -> Shortfall:
    """Return a shortfall, `said` in a message and a fix; one that hangs on missing facts holds at most."""
    return Shortfall(
        rule=rule,
        outcome=lightest("hold", outcome) if missing else outcome,
        message=said[0],
        fix=said[1],
        certain=not missing,
        missing=missing,
        path=candidate.path,
    )


def _of(candidate: Candidate, name: str) -> str:
    return f"sponsorship.disclosures.{name}" if candidate.entry is not None else "text"


# Stories and carousels --------------------------------------------------------------------------------------------


def story(candidate: Candidate, sight: Sight) -> Iterator[Shortfall]:
    """Yield what a label on a story lacks: slides, and time on the screen."""
    demand = sight.pack.placement.story
    if demand is None:
        return
    yield from _frames(candidate, sight, demand)
    entry = candidate.entry
    if demand.at_least is None or entry is None or entry.from_s is None or entry.until_s is None:
        return
    if entry.until_s - entry.from_s < seconds(demand.at_least):
        least = seconds(demand.at_least)
        message = f"`{candidate.found.seen}` is seen for {entry.until_s - entry.from_s} s, less than {least} s"
        said = message, f"show it for at least {least} s"
        yield _lack("screen_time", sight.pack.demand(demand), candidate, said)


def carousel(candidate: Candidate, sight: Sight) -> Iterator[Shortfall]:
    """Yield what a label on the items of a carousel lacks; the caption stands beside all of them."""
    demand = sight.pack.placement.carousel
    if demand is not None and not candidate.in_caption:
        yield from _frames(candidate, sight, demand)


def _frames(candidate: Candidate, sight: Sight, demand: Frames) -> Iterator[Shortfall]:
    shown, is_open = _shown_on(candidate, sight)
    count = sight.post.frame_count
    if shown is None or (is_open and (count is None or count == 1)):
        return
    seen, outcome = candidate.found.seen, sight.pack.demand(demand)
    fix = f"put `{seen}` on {'every one of them' if demand.frames == 'all' else 'the first and the last of them'}"
    if count is None:
        message = f"whether `{seen}` stands on {demand.frames} depends on how many there are"
        yield _lack("frames", outcome, candidate, (message, fix), ("sponsorship.frame_count",))
        return
    needed = set(range(1, count + 1)) if demand.frames == "all" else {1, count}
    bare = sorted(needed - shown)
    if not bare:
        return
    where = ", ".join(str(number) for number in bare[:10])
    missing = (_of(candidate, "frames"),) if is_open else ()
    message = f"`{seen}` is {'perhaps ' if is_open else ''}not on {where} of {count}"
    yield _lack("frames", outcome, candidate, (message, fix), missing)


def _shown_on(candidate: Candidate, sight: Sight) -> tuple[frozenset[int] | None, bool]:
    """Return on which slides a label stands (None: on all), and whether there may be more.

    Several labels together may cover the slides.
    """
    shown: set[int] = set()
    is_open = False
    for other in sight.candidates:
        if not _helps(other, candidate):
            continue
        frames = other.entry.frames if other.entry is not None else None
        if frames == "all":
            return None, False
        is_open = is_open or frames is None
        shown |= set(frames or ())
    return frozenset(shown), is_open


def _helps(other: Candidate, candidate: Candidate) -> bool:
    """Tell whether another label may stand in for one: one that is worse by itself does not."""
    return all(not bad or was for bad, was in zip(_flaws(other), _flaws(candidate), strict=True))


def _flaws(candidate: Candidate) -> tuple[bool, bool, bool]:
    return _is_illegible(candidate), candidate.group.to_judge, candidate.unfit is not False


def _is_illegible(candidate: Candidate) -> bool:
    return candidate.entry is not None and candidate.entry.legible is False


# Videos -----------------------------------------------------------------------------------------------------------


def video(candidate: Candidate, sight: Sight) -> Iterator[Shortfall]:
    """Yield what a label in or beside a video lacks."""
    demand = sight.pack.placement.video
    if demand is None:
        return
    if candidate.in_caption:
        yield from _caption_only(candidate, sight, demand)
        return
    if demand.starts_within is not None:
        yield from _late(candidate, sight, demand, seconds(demand.starts_within))
    if demand.on_screen is not None:
        yield from _screen_time(candidate, sight, demand)


def _caption_only(candidate: Candidate, sight: Sight, demand: Video) -> Iterator[Shortfall]:
    only = demand.caption_only
    outcome = "allow" if only is None else only.video if sight.post.format == "video" else only.short_video
    if outcome != "allow":
        seen = candidate.found.seen
        message = f"`{seen}` stands beside the video, not in it"
        outcome = sight.pack.weight(outcome, demand.confidence)
        said = message, f"show or say `{seen}` in the video, from the beginning"
        yield _lack("not_in_video", outcome, candidate, said)


def _late(candidate: Candidate, sight: Sight, demand: Demand, limit: int) -> Iterator[Shortfall]:
    start = candidate.entry.from_s if candidate.entry is not None else None
    if start is not None and start <= limit:
        return
    seen = candidate.found.seen
    after = f"only after {start} s" if start is not None else "perhaps too late"
    missing = (_of(candidate, "from_s"),) if start is None else ()
    message = f"`{seen}` begins {after}; it has to begin within {limit} s"
    yield _lack("late", sight.pack.demand(demand), candidate, (message, f"begin with `{seen}`"), missing)


def _screen_time(candidate: Candidate, sight: Sight, demand: Video) -> Iterator[Shortfall]:
    seen, outcome = candidate.found.seen, sight.pack.demand(demand)
    if candidate.where == "audio":
        said = f"`{seen}` is said, but not on the screen", f"show `{seen}` on the screen"
        yield _lack("screen_time", outcome, candidate, said)
        return
    duration, (shown, is_open) = sight.post.duration_s, _shown_s(candidate, sight)
    least = least_s(demand.on_screen or [], duration)
    if least is None or (is_open and shown < least):
        missing = ["media.duration_s"] if duration is None else []
        missing += [_of(candidate, "until_s")] if is_open else []
        said = f"whether `{seen}` is on the screen long enough is not told", f"keep `{seen}` on the screen"
        yield _lack("screen_time", outcome, candidate, said, tuple(missing))
    elif shown < least:
        message = f"`{seen}` is on the screen for {shown} s of {duration} s; it takes {_rounded(least)} s"
        yield _lack("screen_time", outcome, candidate, (message, f"keep it there for {_rounded(least)} s"))


def _shown_s(candidate: Candidate, sight: Sight) -> tuple[Any, bool]:
    """Return how many seconds a label is on the screen, and whether it may be longer: a beginning or end is not told.

    Several labels may follow one another; where two are there at once, the time counts once.
    """
    spans, is_open = [], False
    for other in sight.candidates:
        entry = other.entry
        if entry is None or other.in_caption or other.where == "audio":
            continue
        if not _helps(other, candidate):
            continue
        if entry.from_s is None or entry.until_s is None:
            is_open = True
        else:
            spans.append((entry.from_s, entry.until_s))
    return covered(spans), is_open


def covered(spans: Iterable[tuple[Any, Any]]) -> Any:
    """Return how much of a line some spans cover together."""
    total, reached = 0, None
    for start, end in sorted(spans):
        begins = start if reached is None else max(start, reached)
        total += max(end - begins, 0)
        reached = end if reached is None else max(reached, end)
    return total


def least_s(steps: list[OnScreen], duration: Any) -> Any:
    """Return how many seconds a label has to be seen in a video of that length, None when that is not told."""
    if duration is None:
        return None
    for step in steps:
        if step.videos_up_to is None or duration <= seconds(step.videos_up_to):
            return seconds(step.at_least) if step.at_least is not None else Decimal(step.share or 0) * duration
    return 0


def _rounded(value: Any) -> str:
    return f"{Decimal(value).normalize():f}" if Decimal(value) == int(value) else f"{Decimal(value):.1f}"


# Live streams and sound -------------------------------------------------------------------------------------------


def live(candidate: Candidate, sight: Sight) -> Iterator[Shortfall]:
    """Yield what a label in or beside a live stream lacks."""
    demand = sight.pack.placement.live
    if demand is None:
        return
    seen = candidate.found.seen
    if candidate.in_caption:
        outcome = sight.pack.weight(demand.caption_only, demand.confidence)
        fix = f"show or say `{seen}` in the stream, again and again"
        yield _lack("not_repeated", outcome, candidate, (f"`{seen}` stands beside the stream, not in it", fix))
        return
    if demand.spoken and not any(other.where == "audio" for other in sight.candidates):
        said = f"`{seen}` is shown, but not said", f"say `{seen}`, too"
        yield _lack("not_spoken", sight.pack.demand(demand), candidate, said)
    stays = _stays(candidate, sight, demand)
    if stays is not True and demand.repeat_within is not None and _comes_often(sight, seconds(demand.repeat_within)):
        stays = True
    if stays is not True:
        wanted = f"again within {seconds(demand.repeat_within)} s" if demand.repeat_within is not None else "to the end"
        missing = (_of(candidate, "repeat_every_s"),) if stays is None else ()
        message = f"`{seen}` {'perhaps ' if missing else ''}does not come {wanted}, for those who join later"
        said = message, "repeat it, or leave it on the screen"
        yield _lack("not_repeated", sight.pack.demand(demand), candidate, said, missing)


def _stays(candidate: Candidate, sight: Sight, demand: Live) -> bool | None:
    """Tell whether a label in a stream stays, or comes again soon enough; None: not told."""
    entry, duration = candidate.entry, sight.post.duration_s
    if entry is None:
        return None
    gap = seconds(demand.repeat_within) if demand.repeat_within is not None else None
    if gap is not None and entry.repeat_s is not None:
        return bool(entry.repeat_s <= gap and (entry.from_s is None or entry.from_s <= gap))
    if gap is None and candidate.where == "audio":
        return False
    if gap is None and entry.until_s is None and entry.repeat_s:
        return False
    if entry.until_s is None or duration is None:
        return None
    in_time = gap is None or entry.from_s is None or entry.from_s <= gap
    return bool(in_time and duration - entry.until_s <= (gap or 0))


def _comes_often(sight: Sight, gap: int) -> bool:
    """Tell whether the labels of a stream together leave no stretch without one that is longer than a gap."""
    entries = [c.entry for c in sight.candidates if c.entry is not None and not c.in_caption and not _is_illegible(c)]
    spans = sorted((e.from_s, e.from_s if e.until_s is None else e.until_s) for e in entries if e.from_s is not None)
    if sight.post.duration_s is None or not spans:
        return False
    reached: Any = 0
    for start, end in [*spans, (sight.post.duration_s, sight.post.duration_s)]:
        if start - reached > gap:
            return False
        reached = max(reached, end)
    return True


def sound(candidate: Candidate, sight: Sight) -> Iterator[Shortfall]:
    """Yield what a label in sound alone lacks."""
    demand = sight.pack.placement.audio
    if demand is None:
        return
    seen, outcome = candidate.found.seen, sight.pack.demand(demand)
    if candidate.where != "audio":
        said = f"`{seen}` is written, but not said", f"say `{seen}` at the beginning"
        yield _lack("not_spoken", outcome, candidate, said)
        return
    if demand.starts_within is not None:
        yield from _late(candidate, sight, demand, seconds(demand.starts_within))
    if demand.also_at_end:
        ends = _comes_at_end(sight)
        if ends is not True:
            missing = ("media.duration_s",) if ends is None else ()
            said = f"`{seen}` is not said again at the end", "say it again at the end"
            yield _lack("not_repeated", outcome, candidate, said, missing)


def _comes_at_end(sight: Sight) -> bool | None:
    spoken = [c.entry for c in sight.candidates if c.where == "audio" and c.entry is not None]
    if any(entry.repeat_s is not None for entry in spoken):
        return True
    duration = sight.post.duration_s
    if duration is None:
        return None
    return any((entry.until_s or entry.from_s or 0) >= duration - _END_S for entry in spoken)
