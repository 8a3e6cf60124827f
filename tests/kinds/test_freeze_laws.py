"""Laws of freezes, over random orders: what is worked out cleverly agrees with what is counted minute by minute."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from policyengine.core.decision import RANK
from tests.kinds.freezing import AGAIN, APPROVAL, decided, order, post, stands, vote

START: Final = datetime(2026, 3, 2, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
LASTS: Final = 24
PEOPLE: Final = ["hel", "gen", "duo", "cy", "old", "off", "dep", "eve", None]
MAY_DECLARE: Final = frozenset(["hel", "gen", "duo", "off", "dep", None])
MAY_LIFT: Final = {"hel": "h", "dep": "h", "gen": "c", "duo": "hc"}


def hour(number: int) -> str:
    return (START + number * HOUR).isoformat().replace("+00:00", "Z")


hours = st.integers(0, 60)
acts = st.lists(st.tuples(st.sampled_from(PEOPLE), hours), max_size=4)


@st.composite
def orders(draw: st.DrawFn) -> dict[str, Any]:
    """Return an order with a beginning, renewals and votes to lift it, all on the hour; `now` is when it is asked."""
    renewals = draw(st.lists(st.tuples(st.sampled_from(PEOPLE), hours, st.none() | hours), max_size=3))
    return {
        "by": draw(st.sampled_from(PEOPLE)),
        "begins": draw(hours),
        "until": draw(st.none() | hours),
        "renewals": renewals,
        "lifted": draw(acts),
        "now": draw(hours),
    }


def written(data: dict[str, Any], **fields: Any) -> dict[str, Any]:
    def entry(by: str | None, at: int, until: int | None = None) -> dict[str, Any]:
        told = {"by": by, "at": hour(at), "until": hour(until) if until is not None else None}
        return {name: value for name, value in told.items() if value is not None}

    return order(
        by=data["by"],
        from_=hour(data["begins"]),
        until=hour(data["until"]) if data["until"] is not None else None,
        renewals=[entry(*renewal) for renewal in data["renewals"]],
        lifted=[entry(*lifted) for lifted in data["lifted"]],
        **fields,
    )


# The obvious answer ---------------------------------------------------------------------------------------------------


def periods(data: dict[str, Any]) -> Iterator[tuple[int, int]]:
    """Yield from when to when the order and each renewal that counts hold, without regard to lifting."""
    for by, at, until in ((data["by"], data["begins"], data["until"]), *data["renewals"]):
        first = at == data["begins"] and until == data["until"] and by == data["by"]
        if by in MAY_DECLARE and (first or at <= data["now"]):
            yield at, min(at + LASTS, until if until is not None and until > at else at + LASTS)


def lifted_at(data: dict[str, Any]) -> int | None:
    """Return the first hour at which two different people stand for the two seats."""
    for now in range(data["now"] + 1):
        latest = {
            by: max(a for b, a in data["lifted"] if b == by and a <= now) for by, at in data["lifted"] if at <= now
        }
        willing = {by for by, at in latest.items() if by in MAY_LIFT and not took_back(data, by, at, now)}
        if any("h" in MAY_LIFT[a] and "c" in MAY_LIFT[b] for a, b in permutations(willing, 2)):
            return now
    return None


def took_back(data: dict[str, Any], by: str, since: int, now: int) -> bool:
    counting = [(b, at) for b, at, _ in data["renewals"] if b in MAY_DECLARE and at <= data["now"]]
    return any(b == by and since < at <= now for b, at in counting)


def frozen_at(data: dict[str, Any], slot: int) -> bool:
    end = lifted_at(data)
    return any(start <= slot < stop for start, stop in periods(data)) and (end is None or slot < end)


@settings(max_examples=400, deadline=None)
@given(orders(), hours)
def test_an_order_stands_when_counting_hours_says_so(data: dict[str, Any], ahead: int) -> None:
    slot = data["now"] + ahead
    found = stands(post(scheduled_at=hour(slot)), written(data), at=hour(data["now"]))
    declared = data["by"] in MAY_DECLARE
    expected = frozen_at({**data, "by": None}, slot)
    assert found == ({"o1": "frozen" if declared else "void"} if expected else {})


@settings(max_examples=150, deadline=None)
@given(orders(), hours, st.randoms())
def test_the_order_of_renewals_votes_and_orders_means_nothing(data: dict[str, Any], slot: int, random: Any) -> None:
    shuffled = {**data, "renewals": list(data["renewals"]), "lifted": list(data["lifted"])}
    random.shuffle(shuffled["renewals"])
    random.shuffle(shuffled["lifted"])
    other = order(id="o2", by="gen", from_=hour(5))
    record = post(scheduled_at=hour(slot))
    one = decided(record, written(data), other, at=hour(data["now"]))
    two = decided(record, other, written(shuffled), at=hour(data["now"]))
    assert (one.frozen, one.outcome) == (two.frozen, two.outcome)


TIGHTENING: Final = ("markets", "platform")


@settings(max_examples=150, deadline=None)
@given(orders(), st.sampled_from(TIGHTENING), st.sampled_from(["GB", "US"]), st.sampled_from(["instagram", "x"]))
def test_leaving_a_fact_out_never_thaws_anything(data: dict[str, Any], field: str, market: str, platform: str) -> None:
    record = post(markets=[market], platform=platform, scheduled_at=hour(data["now"]))
    started = written(data, platforms=["x"])
    told, untold = (
        decided({k: v for k, v in record.items() if k != left_out}, started, at=hour(data["now"])).outcome
        for left_out in ("", field)
    )
    assert RANK[untold] >= RANK[told]


@settings(max_examples=150, deadline=None)
@given(orders(), st.sampled_from(["by", "from"]))
def test_an_order_that_says_less_freezes_no_less(data: dict[str, Any], field: str) -> None:
    record = post(scheduled_at=hour(data["now"]))
    started = written({**data, "until": None})
    told, untold = (
        decided(record, {k: v for k, v in started.items() if k != left_out}, at=hour(data["now"])).outcome
        for left_out in ("", field)
    )
    assert RANK[untold] >= RANK[told]


@settings(max_examples=150, deadline=None)
@given(orders(), st.integers(0, 3))
def test_an_order_catches_exactly_the_posts_that_it_freezes(data: dict[str, Any], shift: int) -> None:
    now = hour(data["now"])
    posts = [post(id=f"p{n}", scheduled_at=hour(data["now"] + 9 * n + shift)) for n in range(6)]
    started = written(data)
    (found,) = decided(started, *posts, at=now).frozen
    frozen = [p["id"] for p in posts if stands(p, started, at=now) == {"o1": "frozen"}]
    assert [c["record"] for c in found["caught"]] == frozen


@settings(max_examples=150, deadline=None)
@given(orders(), hours)
def test_approvals_asked_again_are_those_given_before_the_last_end(data: dict[str, Any], given_at: int) -> None:
    now = data["now"]
    record = vote(post(scheduled_at=hour(99)), "bea", "brand", policy="approval.content", at=hour(given_at))
    (approval,) = decided(record, written(data), at=hour(now), texts=(AGAIN, APPROVAL)).approvals
    whole = {**data, "by": None}
    # An end: an hour that is frozen, and the next one is not.
    ends = [h for h in range(now + 1) if h > 0 and frozen_at(whole, h - 1) and not frozen_at(whole, h)]
    void = data["by"] in MAY_DECLARE and bool(ends) and given_at <= max(ends)
    assert approval.status == ("pending" if void or given_at > now else "approved")
