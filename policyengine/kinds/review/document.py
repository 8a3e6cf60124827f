"""The document of `kind: review`, as it is written."""

from __future__ import annotations

from typing import Annotated, Literal

from policyengine.core.duration import Duration
from policyengine.shapes.parts import Condition, Doc, OneOrMore, Part, Refers, Share, Tighter, Use
from policyengine.shapes.policy import Effective, Layered, Rule


class ForEach(Part, frozen=True, kw_only=True):
    """For whom it is due, one by one."""

    person: Annotated[
        Condition,
        Use("tightens", about="person"),
        Doc("the people (those of the directory, and person records)", "{team: {is_not: marketing}}"),
    ]


class AlsoWhen(Part, frozen=True, kw_only=True):
    """What makes an extra review due."""

    record: Annotated[str, Refers("record_type"), Doc("the type of record that tells of it", "platform_change")]
    within: Annotated[Duration, Tighter("down"), Doc("how long after it the review takes place at the latest", "30d")]
    when: Annotated[Condition | None, Use("tightens", about="related"), Doc("which of these records")] = None


class Coverage(Part, frozen=True, kw_only=True):
    """What share of the people suffices."""

    at_least: Annotated[Share, Tighter("up"), Doc("the share of people for whom it is not overdue", "95%")]


class Sample(Part, frozen=True, kw_only=True):
    """Which records of each period are audited, picked by their ids alone."""

    at_least_one = (("share", "at_least", "always"),)

    of: Annotated[str, Refers("record_type"), Doc("the type of record that is audited", "content")]
    share: Annotated[
        Share | None, Tighter("up", unsaid="loosest"), Doc("what share of the records, on average", "10%")
    ] = None
    at_least: Annotated[
        int | None, Tighter("up", unsaid="loosest"), Doc("how many at least, or all where there are fewer", "30")
    ] = None
    per: Annotated[
        Literal["week", "month", "quarter", "half-year", "year"], Doc("the period of the calendar (default: month)")
    ] = "month"
    by: Annotated[str | None, Doc("the time that says in which period a record is", "published_at")] = None
    where: Annotated[
        Condition | None, Use("tightens", about="related"), Doc("which records there are to pick from")
    ] = None
    always: Annotated[Condition | None, Use("tightens", about="related"), Doc("which are audited in any case")] = None


class Review(Layered, frozen=True, kw_only=True):
    """Something that takes place again and again; `review` records say when it did."""

    title: Annotated[str, Tighter("any"), Doc("what it is for, in one line")]
    owner: Annotated[str, Refers("team"), Tighter("any"), Doc("the team that answers for it")]
    every: Annotated[str, Doc("how often: a period of the calendar, or a length of time since the last one", "quarter")]
    day: Annotated[str | None, Doc("on which day of the period", "second Tuesday of the first month")] = None
    calendar: Annotated[
        str | None, Refers("calendar"), Doc("what a business day is; due days fall on one", "uk_office")
    ] = None
    grace: Annotated[
        Duration | None,
        Tighter("down", unsaid="tightest"),
        Doc("how long after the due day it is still in time", "10 business days"),
    ] = None
    for_each: Annotated[ForEach | None, Doc("due for each person by themselves", "{person: {active: true}}")] = None
    counts_when: Annotated[
        Condition | None,
        Use("loosens", about="review"),
        Tighter("narrower", unsaid="same"),
        Doc(
            "which reviews count (only if certain; default: those whose `concerns` name this policy, or one of its own)"
        ),
    ] = None
    evidence: Annotated[
        list[str] | None, OneOrMore(), Tighter("more"), Doc("fields that a review must tell to count", "[outcome]")
    ] = None
    concerns: Annotated[
        list[str] | None,
        OneOrMore(),
        Doc("policies, metrics and choices that it looks at", "[metrics.engagement_rate]"),
    ] = None
    also_when: Annotated[list[AlsoWhen] | None, OneOrMore(), Tighter("more"), Doc("what makes an extra review due")] = (
        None
    )
    coverage: Annotated[Coverage | None, Tighter("fewer"), Doc("what share of the people suffices (default: all)")] = (
        None
    )
    sample: Annotated[
        Sample | None, Doc("which records are audited: a review counts for those that its `concerns` names")
    ] = None
    rules: Annotated[
        list[Rule] | None,
        OneOrMore(),
        Tighter("more"),
        Doc("rules about the review record; one that holds or blocks keeps it from counting"),
    ] = None
    effective: Annotated[Effective | None, Doc("when it is in force; its first day is also where counting begins")] = (
        None
    )
