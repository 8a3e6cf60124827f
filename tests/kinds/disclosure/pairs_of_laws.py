"""Pairs about special laws: categories, registers, mentions, creators above a size."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tests.kinds.disclosure.labels_file import AT, OUTCOME, Pair, best, post, said
from tests.kinds.disclosure.made_up import change


def of_laws(market: str, pack: dict[str, Any]) -> Iterator[Pair]:
    """Yield the pairs of a market."""
    for part in (_specials, _sizes):
        yield from part(market, pack)


# Special laws -----------------------------------------------------------------------------------------------------


def _specials(market: str, pack: dict[str, Any]) -> Iterator[Pair]:
    for special in pack["special"]:
        for category in special["when"].get("category", [None]):
            yield from _special(market, pack, special, category)


def _special(market: str, pack: dict[str, Any], special: dict[str, Any], category: str | None) -> Iterator[Pair]:
    label, language = best(pack)
    base = post(market, f"{said(label)} | Mein Morgen", language, platform="x")
    hit = deepcopy(base)
    if category is not None:
        hit["category"] = category
    for name, value in special["when"].items():
        if name.startswith("media."):
            hit["media"][0][name.removeprefix("media.")] = value
        elif name not in {"category", "connection_not"}:
            change(hit, name.removesuffix("_min"), value)
    name, weight = f"{market}: {special['id']} {category or ''}".rstrip(), OUTCOME[special["verdict"]]
    rules = (special["code"],)
    yield Pair(f"{name}, as it is not", base, "pass")
    failing, passing = _answers(hit, special.get("require", {}))
    yield Pair(f"{name}, hit", failing, weight, rules)
    for index, good in enumerate(passing):
        yield Pair(f"{name}, repaired {index}", good, "pass")
    if "unknown_require" in special:
        yield Pair(f"{name}, not told", hit, OUTCOME[special["unknown_require"]], rules)
    yield from _silent(name, failing, special)
    for connection in special["when"].get("connection_not", ()):
        free = deepcopy(failing)
        free["sponsorship"].update({"connection": connection, "brand_owned_account": True})
        yield Pair(f"{name}, connection {connection}", free, "pass")
    yield from _thresholds(name, failing, special, (weight, rules))


def _answers(hit: dict[str, Any], asked: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a post with every answer that does not do, and one post for each answer that repairs it."""
    failing, passing = deepcopy(hit), []
    for need, value in asked.items():
        if need in {"text_any", "disclosure_any"}:
            passing += [{**hit, "text": f"{hit['text']}, {words}"} for words in value]
            continue
        good, field = deepcopy(hit), need.removesuffix("_min").removeprefix("media.")
        places = (failing["media"][0], good["media"][0]) if need.startswith("media.") else (failing, good)
        change(places[0], field, value - 1 if need.endswith("_min") else not value)
        change(places[1], field, value)
        passing.append(good)
    return failing, passing


def _silent(name: str, failing: dict[str, Any], special: dict[str, Any]) -> Iterator[Pair]:
    """Yield a post whose connection is not told, and one of the day before the law begins."""
    if "connection_not" in special["when"]:
        untold = deepcopy(failing)
        del untold["sponsorship"]["connection"]
        untold["text"] = "Mein Morgen"
        yield Pair(f"{name}, connection not told", untold, "pass")
    if "from" in special:
        before = datetime.combine(date.fromisoformat(special["from"]) - timedelta(1), time(12), UTC)
        yield Pair(f"{name}, the day before", failing, "pass", (), before)


def _thresholds(
    name: str, failing: dict[str, Any], special: dict[str, Any], found: tuple[str, tuple[str, ...]]
) -> Iterator[Pair]:
    for field in (field for field in special["when"] if field.endswith("_min")):
        below, untold = deepcopy(failing), deepcopy(failing)
        change(below, field.removesuffix("_min"), special["when"][field] - 1)
        change(untold, field.removesuffix("_min"), None)
        yield Pair(f"{name}, below {field}", below, "pass")
        unknown = OUTCOME[special.get("unknown_when", "ok")]
        yield Pair(f"{name}, {field} not told", untold, unknown, found[1] if unknown != "pass" else ())
    for field, value in special.get("or", {}).items():
        other = deepcopy(failing)
        for least in (f for f in special["when"] if f.endswith("_min")):
            change(other, least.removesuffix("_min"), None)
        change(other, field.removesuffix("_min"), value)
        yield Pair(f"{name}, or {field}", other, *found)


def _sizes(market: str, pack: dict[str, Any]) -> Iterator[Pair]:
    """Yield creators above and below a size from which some labels do not suffice, at each of its dates."""
    for threshold in pack["thresholds"]:
        groups = [g for g in pack["labels"] if g.get("unless") == threshold["id"]]
        label, other = groups[0]["labels"][0], next(g["labels"][0] for g in pack["labels"] if g not in groups)
        steps = threshold["when"]["author.followers_min"]
        for step, following in zip(steps, [*steps[1:], None], strict=True):
            start = datetime.combine(date.fromisoformat(step["from"]), time(12), UTC)
            end = AT if following is None else datetime.combine(date.fromisoformat(following["from"]), time(1), UTC)
            for at in (start, end - timedelta(1)):
                yield from _size(market, (said(label), said(other)), (step["value"], threshold), at)


def _size(market: str, labels: tuple[str, str], limit: tuple[int, dict[str, Any]], at: datetime) -> Iterator[Pair]:
    least, threshold = limit
    large: dict[str, Any] = {"author__followers": least, "author__registered": True, "format": "short_video"}
    for field, value in threshold["when"].items():
        if field not in {"author.followers_min", "format"}:
            large[field.removesuffix("_min").replace(".", "__")] = value

    def pair(name: str, label: str, expected: str, **changes: Any) -> Pair:
        record = post(market, f"{label} | mijn ochtend", "nl", **{**large, **changes})
        return Pair(f"{market}: `{label}`, {name} on {at:%Y-%m-%d}", record, expected, ("creator_threshold",), at)

    yield pair("large", labels[0], "block")
    yield pair("large", labels[1], "pass")
    yield pair("not registered", labels[1], "hold", author__registered=False)
    yield pair("register not told", labels[1], "hold", author__registered=None)
    yield pair("a picture", labels[0], "pass", format="image")
    for field in (field for field in large if field.startswith("author__") and field != "author__registered"):
        yield pair(f"{field} not told", labels[0], "pass", **{field: None})
        value = large[field]
        yield pair(f"{field} below", labels[0], "pass", **{field: False if value is True else value - 1})
