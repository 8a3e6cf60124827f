"""What became of what the rules did: how often it was done, appealed, and overturned by a person.

A rule that is overturned often is a rule to look at. What counts is told by the records: comments (`moderation.rule`)
and the log of actions (`rule`); an action on a comment that tells the same counts once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final

from msgspec import Struct

from policyengine.core.facts import Facts
from policyengine.shapes.contract import Contribution, SetCase

SOURCES: Final = ("comment", "action")
"""Types of record that tell what was done with something, and by which rule."""
_TENTH: Final = Decimal("0.1")


class Done(Struct, frozen=True, kw_only=True):
    """Something that a rule did: to which record, and whether it was appealed, answered, overturned."""

    rule: str
    record: str
    appealed: bool = False
    answered: bool = False
    overturned: bool = False


class Measured(Struct, frozen=True):
    """Counts, for one policy, over all records that are given."""

    policy: str

    def __call__(self, case: SetCase) -> Contribution:
        """Return how often each rule was applied, appealed and overturned by the time of the case."""
        done = (item for kind in SOURCES for facts in case.related(kind) for item in done_to(kind, facts, case.at))
        rows = became(item for item in done if item.rule.partition("/")[0] == self.policy)
        return Contribution(appeals=rows)


def done_to(kind: str, facts: Facts, at: Any) -> Iterator[Done]:
    """Yield what a rule did, as a record tells it; nothing where it names no rule, or tells of something to come."""
    told = facts.get("moderation") if kind == "comment" else facts
    if not isinstance(told, dict) or not isinstance(told.get("rule"), str) or _later(told.get("at"), at):
        return
    appeal = told.get("appeal")
    made = appeal if isinstance(appeal, dict) and not _later(appeal.get("at"), at) else {}
    about = facts.get("comment") if kind == "action" else None
    yield Done(
        rule=told["rule"],
        record=str(about if isinstance(about, str) else facts.get("id")),
        appealed=made.get("at") is not None,
        answered=made.get("decided_at") is not None and not _later(made["decided_at"], at),
        overturned=told.get("overturned") is True,
    )


def _later(when: Any, at: Any) -> bool:
    return when is not None and when > at


def became(done: Iterable[Done]) -> tuple[dict[str, Any], ...]:
    """Return one row a rule, sorted: applied, appealed, open, overturned, and the share that was overturned.

    What two records tell of one rule and one record counts once, with everything that either of them tells.
    """
    merged: dict[tuple[str, str], Done] = {}
    for item in done:
        other = merged.get((item.rule, item.record), item)
        merged[item.rule, item.record] = Done(
            rule=item.rule,
            record=item.record,
            appealed=item.appealed or other.appealed,
            answered=item.answered or other.answered,
            overturned=item.overturned or other.overturned,
        )
    by_rule: dict[str, list[Done]] = {}
    for item in merged.values():
        by_rule.setdefault(item.rule, []).append(item)
    return tuple(_row(rule, items) for rule, items in sorted(by_rule.items()))


def _row(name: str, items: list[Done]) -> dict[str, Any]:
    policy, _, rule = name.partition("/")
    overturned = sum(item.overturned for item in items)
    return {
        "policy": policy,
        "rule": rule,
        "applied": len(items),
        "appealed": sum(item.appealed for item in items),
        "open": sum(item.appealed and not item.answered and not item.overturned for item in items),
        "overturned": overturned,
        "share": percent(overturned, len(items)),
    }


def percent(part: int, whole: int) -> str:
    """Return a share as policies write it, to a tenth: `7.3%`."""
    share = (Decimal(100 * part) / whole).quantize(_TENTH, rounding=ROUND_HALF_EVEN)
    return f"{share.normalize():f}%"
