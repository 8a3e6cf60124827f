"""Pairs about the places of labels: in captions, on slides, in films, streams and sound."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.kinds.disclosure.labels_file import LOREM, OUTCOME, Pair, best, post, said


def of_places(market: str, pack: dict[str, Any]) -> Iterator[Pair]:
    """Yield the pairs of a market."""
    for part in (_captions, _frames, _films, _streams, _sounds):
        yield from part(market, pack)


# Places -----------------------------------------------------------------------------------------------------------


def _captions(market: str, pack: dict[str, Any]) -> Iterator[Pair]:
    label, language = best(pack)
    place, tag = pack["placement"], f"#{said(label).replace(' ', '')}"
    word, rule = said(label), place["position"]["rule"]
    first = rule in {"start", "first_hashtags"}
    behind = post(market, f"{LOREM}, and rains, and nobody calls all day: {word}", language)
    yield Pair(f"{market}: behind the fold", behind, "block", ("behind_fold",))
    late = post(market, f"Mein Morgen am See mit Brot: {word} mit Acme und Brot", language)
    yield Pair(f"{market}: in the middle", late, "block" if first else "pass", ("position",) if first else ())
    early = post(market, f"@acme Mein Morgen: {word} | ein Brot", language)
    yield Pair(f"{market}: after two words", early, "pass")
    end = post(market, f"Mein Morgen am See mit Brot. {word}", language)
    yield Pair(f"{market}: at the end", end, "pass" if rule == "anywhere" else "block", ("position",) * bool(first))
    if " " not in label:
        run = place["hashtag_run"]
        for length in (run["min_run"], run["min_run"] + 3):
            for index in range(1, length + 1):
                yield _in_run(market, pack, (tag, language), (index, length))
    if place["label_language"]["mismatch"] != "ok":
        foreign = post(market, f"{word} | ein Morgen", "sv")
        weight = "hold" if place["label_language"].get("confidence") == "low" else None
        weight = weight or OUTCOME[place["label_language"]["mismatch"]]
        yield Pair(f"{market}: in another language", foreign, weight, ("language",))
    else:
        yield Pair(f"{market}: in another language", post(market, f"{word} | ein Morgen", "sv"), "pass")
    for where in place["never_alone"]:
        entry = {"where": where, "text": word}
        away = post(market, "Mein Morgen", language, sponsorship__disclosures=[entry])
        yield Pair(f"{market}: only in {where}", away, "block", ("wrong_place",))


def _in_run(market: str, pack: dict[str, Any], tag: tuple[str, str], at: tuple[int, int]) -> Pair:
    run, rule = pack["placement"]["hashtag_run"], pack["placement"]["position"]["rule"]
    index, length = at
    tags = [f"#uno{n}" for n in range(1, length)]
    tags.insert(index - 1, tag[0])
    record = post(market, f"Brot und Salz am See {' '.join(tags)}", tag[1])
    good = length < run["min_run"] or index <= run["max_index"] or (run["or_last"] and index == length)
    good = good and (rule != "first_hashtags" or index <= run["max_index"])
    good = good and rule not in {"start", "not_end"}  # a run that closes a text is its end
    name = f"{market}: tag {index} of {length}"
    return Pair(name, record, "pass") if good else Pair(name, record, "block", ("hashtag_run", "position"))


def _overlay(pack: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"where": "overlay", "text": said(best(pack)[0]), "position": "top", **more}


def _frames(market: str, pack: dict[str, Any]) -> Iterator[Pair]:
    language = best(pack)[1]
    for kind, wanted in (("story_image", pack["placement"]["story"]), ("carousel", pack["placement"]["carousel"])):
        weight = OUTCOME[wanted["violation"]]
        ends = "pass" if wanted["frames"] == "first_and_last" else weight
        for frames, expected in (
            ("all", "pass"),
            ([1, 2, 3, 4], "pass"),
            ([1, 4], ends),
            ([1], weight),
            ([2, 3], weight),
            (None, "hold"),
        ):
            entry = _overlay(pack) if frames is None else _overlay(pack, frames=frames)
            told = {"sponsorship__frame_count": 4, "sponsorship__disclosures": [entry]}
            record = post(market, "Mein Morgen", language, format=kind, **told)
            yield Pair(f"{market}: {kind} on {frames} of 4", record, expected, ("frames",))
        short = _overlay(pack, frames="all", from_s=0, until_s=1)
        record = post(market, "Mein Morgen", language, format=kind, sponsorship__disclosures=[short])
        brief = "min_s" in wanted
        yield Pair(f"{market}: {kind} for a second", record, weight if brief else "pass", ("screen_time",) * brief)
    faint = post(market, "", language, format="story_image")
    faint["sponsorship"]["disclosures"] = [_overlay(pack, frames="all", legible=False)]
    yield Pair(f"{market}: illegible", faint, "block", ("illegible",))


def _film(market: str, pack: dict[str, Any], kind: str, length: int, *entries: dict[str, Any]) -> dict[str, Any]:
    language, media = best(pack)[1], [{"medium": "video", "duration_s": length}]
    platform = "twitch" if kind == "livestream" else "tiktok"
    record = post(market, "Mein Morgen", language, platform=platform, format=kind, media=media)
    record["sponsorship"]["disclosures"] = list(entries)
    return record


def _films(market: str, pack: dict[str, Any]) -> Iterator[Pair]:
    video = pack["video"]
    for kind in ("video", "short_video"):
        beside = {**_film(market, pack, kind, 30), "text": f"{said(best(pack)[0])} | a"}
        weight = OUTCOME[video["caption_only"][kind]]
        yield Pair(f"{market}: beside a {kind}", beside, weight, ("not_in_video",))
        whole = _film(market, pack, kind, 30, _overlay(pack, from_s=0, until_s=30))
        yield Pair(f"{market}: all along a {kind}", whole, "pass")
        limit = video.get("start_within_s")
        if limit is not None:
            for start, expected in ((limit, "pass"), (limit + 1, OUTCOME[video["late"]])):
                late = _film(market, pack, kind, 30, _overlay(pack, from_s=start, until_s=30))
                yield Pair(f"{market}: a {kind} from {start} s", late, expected, ("late",))
        for length in (10, 15, 16, 60, 120, 121):
            yield from _shown(market, pack, kind, length)


def _shown(market: str, pack: dict[str, Any], kind: str, length: int) -> Iterator[Pair]:
    """Yield films of a length whose label is shown just long enough, in one piece or in two, and a bit less."""
    needed = _needed(pack["video"], length)
    if needed is None:
        return
    half = needed / 2
    one = [_overlay(pack, from_s=0, until_s=needed)]
    two = [_overlay(pack, from_s=0, until_s=half), _overlay(pack, from_s=half, until_s=needed)]
    less = [_overlay(pack, from_s=0, until_s=needed - 0.5)]
    same = [_overlay(pack, from_s=0, until_s=half), _overlay(pack, from_s=0, until_s=half)]
    weight = OUTCOME[pack["video"]["violation"]]
    for name, entries, expected in (
        ("just", one, "pass"),
        ("in two pieces", two, "pass"),
        ("nearly", less, weight),
        ("half, twice at once", same, weight),
    ):
        record = _film(market, pack, kind, length, *entries)
        yield Pair(f"{market}: {kind} of {length} s, {name}", record, expected, ("screen_time",))


def _needed(video: dict[str, Any], length: int) -> float | None:
    if video.get("on_screen") == "whole":
        return float(length)
    for most, least in video.get("share", ()):
        if most is None or length <= most:
            return float(least["seconds"]) if "seconds" in least else round(least["fraction"] * length, 3)
    return None


def _streams(market: str, pack: dict[str, Any]) -> Iterator[Pair]:
    live = pack["placement"]["live"]
    weight = OUTCOME[live["violation"]]
    spoken = {**_overlay(pack, from_s=0, repeat_every_s=600), "where": "audio"}
    voice = [spoken] if live.get("spoken") else []
    again = live["mode"] == "repeat"
    beside = {**_film(market, pack, "livestream", 7200), "text": f"{said(best(pack)[0])} | a"}
    yield Pair(f"{market}: beside a stream", beside, OUTCOME[live["caption_only"]], ("not_repeated",))
    for name, entry, expected in (
        ("all along", _overlay(pack, from_s=0, until_s=7200), "pass"),
        ("half of", _overlay(pack, from_s=0, until_s=3600), weight),
        ("every 30 min of", _overlay(pack, from_s=0, repeat_every_s=1800), "pass" if again else None),
        ("every 31 min of", _overlay(pack, from_s=0, repeat_every_s=1860), weight),
    ):
        record = _film(market, pack, "livestream", 7200, entry, *voice)
        if expected is not None and not (voice and expected != "pass"):
            yield Pair(f"{market}: {name} a stream", record, expected, ("not_repeated",))
    if voice:
        mute = _film(market, pack, "livestream", 7200, _overlay(pack, from_s=0, until_s=7200))
        yield Pair(f"{market}: a stream, not said", mute, weight, ("not_spoken",))


def _sounds(market: str, pack: dict[str, Any]) -> Iterator[Pair]:
    audio = pack["placement"]["audio"]
    weight = OUTCOME[audio["violation"]]
    written = _film(market, pack, "audio", 600)
    written["text"] = f"{said(best(pack)[0])} | a"
    yield Pair(f"{market}: written beside sound", written, weight, ("not_spoken",))
    for start, expected in ((audio["start_within_s"], "pass"), (audio["start_within_s"] + 1, weight)):
        entries = [{"where": "audio", "text": said(best(pack)[0]), "from_s": start}]
        if audio.get("end"):
            entries.append({"where": "audio", "text": said(best(pack)[0]), "from_s": 590, "until_s": 600})
        yield Pair(f"{market}: said at {start} s", _film(market, pack, "audio", 600, *entries), expected, ("late",))
    if audio.get("end"):
        once = _film(market, pack, "audio", 600, {"where": "audio", "text": said(best(pack)[0]), "from_s": 0})
        yield Pair(f"{market}: not said at the end", once, weight, ("not_repeated",))
