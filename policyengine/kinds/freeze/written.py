"""A freeze policy as it is written."""

from __future__ import annotations

from typing import Annotated, Literal

from policyengine.shapes.parts import Condition, Doc, Duration, Id, OneOrMore, Part, Refers, Tighter, Use
from policyengine.shapes.policy import Policy, Releaser
from policyengine.shapes.quorum import Needs

People = Annotated[list[Releaser], OneOrMore()]
Given = Literal["stand", "ask_again"]


class Allowed(Part, frozen=True, kw_only=True):
    """Something that may go out all the same, once somebody has approved it."""

    id: Annotated[Id, Doc("unique in the policy; votes name it as their stage", "crisis_statement")]
    title: Annotated[str | None, Tighter("any"), Doc("what it is, in one line")] = None
    when: Annotated[Condition, Use("loosens"), Doc("which records it is about (only if certain)")]
    approved_by: Annotated[
        Needs, Tighter("more"), Doc("who has to approve each of them", "{role: head_of_communications}")
    ]


class Lift(Part, frozen=True, kw_only=True):
    """Who ends a freeze before its time: different people, each for one entry of `of`."""

    count: Annotated[int | None, Doc("how many of the entries (default: all of them)", "2")] = None
    of: Annotated[list[Needs], OneOrMore(), Doc("who may lift it", "[{role: head_of_communications}]")]


class BreakGlass(Part, frozen=True, kw_only=True):
    """Who may let a single record through, with a reason and for a time."""

    by: Annotated[People, Doc("who may", "[{role: general_counsel}]")]
    at_most: Annotated[Duration, Tighter("down"), Doc("how long an exemption may last", "4h")]


class Freeze(Policy, frozen=True, kw_only=True):
    """When nothing goes out: who declares it, what it covers, how long it lasts, and who ends it."""

    started_by: Annotated[str, Refers("record_type"), Doc("the type of record that starts it", "freeze_order")]
    may_declare: Annotated[
        People, Tighter("more"), Doc("who may declare and renew it", "[{role: head_of_communications}]")
    ]
    lasts: Annotated[Duration, Tighter("up"), Doc("how long an order or a renewal holds at most", "24h")]
    covers: Annotated[
        Condition,
        Use("tightens"),
        Doc("what it stops; `$order` is the order (unknown: covered)", "{markets: {includes_any: $order.markets}}"),
    ]
    still_allowed: Annotated[list[Allowed] | None, Tighter("fewer"), Doc("what may go out all the same, approved")] = (
        None
    )
    lift: Annotated[Lift, Doc("who ends it before its time")]
    break_glass: Annotated[
        BreakGlass | None, Tighter("fewer"), Doc("who may exempt single records (without it: nobody)")
    ] = None
    approvals_given: Annotated[
        Given, Tighter("up"), Doc("whether approvals given before the freeze ended still count afterwards", "ask_again")
    ] = "stand"
