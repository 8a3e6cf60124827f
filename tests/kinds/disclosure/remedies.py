"""What mends a post, tried the slow and obvious way: every label of the documents at every place, in every order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations, permutations
from pathlib import Path
from typing import Any

from policyengine.core.decision import Decision
from policyengine.core.facts import Facts
from policyengine.evaluate.deciding import Question, prepare
from policyengine.evaluate.engine import PolicySet
from policyengine.evaluate.remedying import laws_of
from policyengine.kinds.disclosure.labels import THING, run_together
from policyengine.kinds.disclosure.post import read_post
from policyengine.kinds.disclosure.remedy import Law
from policyengine.kinds.disclosure.remedy_edits import Edit, made
from policyengine.kinds.disclosure.remedy_marks import Mark, edits_for, places
from tests.sets import AT

ONLY = ("disclosure.*",)
POLICIES = Path(__file__).parents[3] / "policies"
FORMATS: dict[str, dict[str, Any]] = {
    "image": {"platform": "instagram", "media": [{"medium": "image"}]},
    "story_image": {"platform": "instagram", "media": [{"medium": "image"}]},
    "video": {"platform": "youtube", "media": [{"medium": "video", "duration_s": 60}]},
    "livestream": {"platform": "youtube", "media": [{"medium": "video", "duration_s": 5400}]},
    "audio": {"platform": "youtube", "media": [{"medium": "audio", "duration_s": 1800}]},
}
CONNECTIONS = ("paid", "gifted", "affiliate", "employee", "event_trip", "family")


@cache
def shipped() -> PolicySet:
    """Return the shipped set."""
    return PolicySet.load(POLICIES)


def post(markets: Sequence[str], form: str = "image", connection: str = "paid", **changes: Any) -> dict[str, Any]:
    """Return a post without any label."""
    sponsorship: dict[str, Any] = {"connection": connection, "brand": {"name": "Oven Co", "handle": "oven.co"}}
    sponsorship |= {"frame_count": 3} if form == "story_image" else {}
    record = {"type": "content", "id": "p1", "format": form, "language": "en", "markets": list(markets)}
    text = "Two loaves before breakfast, and a walk to give one of them away"
    return {**record, "text": text, "category": "food", "sponsorship": sponsorship, **FORMATS[form], **changes}


def judged(record: Mapping[str, Any], policies: PolicySet | None = None) -> Decision:
    """Return the Decision of the disclosure policies alone."""
    return (policies or shipped()).evaluate(record, at=AT, only=ONLY, validate=True)


def edits_of(remedy: Mapping[str, Any]) -> list[Edit]:
    """Return the edits of a remedy, read from its data alone."""
    return [
        Edit(how=c["edit"], path=_path(c["field"]), value=c.get("value"), at=c.get("at")) for c in remedy["changes"]
    ]


def _path(field: str) -> tuple[str | int, ...]:
    parts = field.replace("[", ".[").split(".")
    return tuple(int(part[1:-1]) if part.startswith("[") else part for part in parts)


def mended(record: Mapping[str, Any], remedy: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record with the changes of a remedy."""
    return made(record, edits_of(remedy))


def laws(record: Mapping[str, Any], policies: PolicySet | None = None) -> tuple[tuple[Law, ...], Facts]:
    """Return the documents that are asked about a record, and its facts."""
    ready = prepare((policies or shipped()).assembly, record, Question(at=AT, only=ONLY))
    return tuple(laws_of(ready)), ready.facts


def smaller(record: Mapping[str, Any], size: int, policies: PolicySet | None = None) -> tuple[Mark, ...] | None:
    """Return marks, fewer than `size`, with which no document lacks anything; None where there are none."""
    asked, facts = laws(record, policies)
    packs = tuple(law.pack for law in asked)
    known = read_post(facts)
    for count in range(size):
        for some in combinations(_every_mark(asked, facts), count):
            for order in _orders(some):
                edits = edits_for(order, known, packs, labelled=False)
                after = made(facts, edits) if edits is not None else None
                if after is not None and not any(law.lacks(after) for law in asked):
                    return order
    return None


def _orders(marks: Sequence[Mark]) -> Iterator[tuple[Mark, ...]]:
    front = [mark for mark in marks if mark.where == "caption"]
    others = [mark for mark in marks if mark.where != "caption"]
    return ((*some, *others) for some in permutations(front))


def _every_mark(asked: Sequence[Law], facts: Facts) -> list[Mark]:
    known = read_post(facts)
    written = {w for law in asked for group in law.pack.body.labels or () for w in group.accept if THING not in w}
    words = {
        spelt
        for w in written
        for brand in ("Oven Co", "oven.co")
        for spelt in (w.replace("{brand}", run_together(brand) if w.startswith("#") else brand),)
    }
    return [
        mark
        for where in places(known)
        for mark in ([Mark("platform")] if where == "platform" else [Mark(where, text) for text in sorted(words)])
    ]
