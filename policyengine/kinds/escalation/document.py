"""The document of `kind: escalation`, as it is written."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import field

from policyengine.core.duration import Duration
from policyengine.shapes.parts import (
    Condition,
    Day,
    Doc,
    Form,
    Id,
    MayBeEmpty,
    OneOrMore,
    Part,
    Raw,
    Refers,
    Share,
    Tighter,
    Use,
)
from policyengine.shapes.policy import BadOutcome, Policy, Severity

Via = Literal["chat", "page", "phone", "sms", "email", "ticket"]


class Who(Part, frozen=True, kw_only=True):
    """Somebody who is told."""

    one_of = (("team", "role", "person", "on_call"),)

    team: Annotated[str | None, Refers("team"), Doc("everybody of a team", "community")] = None
    role: Annotated[str | None, Refers("role"), Doc("whoever holds a role", "head_of_social")] = None
    person: Annotated[str | None, Refers("person"), Doc("one person", "ana")] = None
    on_call: Annotated[str | None, Refers("on_call"), Doc("whoever is on call in a rotation", "community")] = None


class Step(Part, frozen=True, kw_only=True):
    """A step: on until somebody acknowledges (with `all_acknowledge`: somebody of each), or the next one comes."""

    notify: Annotated[list[Who], OneOrMore(), Doc("who is told", "{team: community}")]
    via: Annotated[list[Via] | None, OneOrMore(), Doc("how", "[chat]")] = None
    after: Annotated[
        Duration | None,
        Doc("how long after the case was opened or handed over (default: once time ran out)", "30 min"),
    ] = None
    acknowledge_within: Annotated[Duration | None, Doc("in place of the path's times", "30 min")] = None
    all_acknowledge: Annotated[bool, Doc("each of those who are told acknowledges for themselves")] = False
    repeat: Annotated[Duration | None, Doc("tell them again until somebody acknowledges", "10 min")] = None


class AcknowledgeWithin(Part, frozen=True, kw_only=True):
    """In what time a step is acknowledged, by severity."""

    at_least_one = (("critical", "high", "medium", "low"),)

    critical: Annotated[Duration | None, Tighter("down", unsaid="loosest"), Doc("for a critical case", "15 min")] = None
    high: Annotated[Duration | None, Tighter("down", unsaid="loosest"), Doc("for a case of high severity", "1h")] = None
    medium: Annotated[
        Duration | None, Tighter("down", unsaid="loosest"), Doc("for a case of medium severity", "4h")
    ] = None
    low: Annotated[
        Duration | None, Tighter("down", unsaid="loosest"), Doc("for a case of low severity", "1 business day")
    ] = None


class Deadline(Part, frozen=True, kw_only=True):
    """A deadline that nothing stops: it runs through pauses, nights and weekends."""

    id: Annotated[Id, Doc("unique in the path", "authority")]
    title: Annotated[str | None, Tighter("any"), Doc("what is to be done until then")] = None
    within: Annotated[Duration, Tighter("down"), Doc("how long it takes at most", "72h")]
    from_: Annotated[
        str | None, Refers("field"), Doc("the time it runs from (default: the case's start)", "detected_at")
    ] = field(default=None, name="from")
    when: Annotated[Condition | None, Use("tightens"), Doc("for which cases", "{breach: true}")] = None
    met_when: Annotated[
        Condition | None, Use("loosens"), Tighter("narrower", unsaid="same"), Doc("when it is met (only if certain)")
    ] = None


class FirstAction(Part, frozen=True, kw_only=True):
    """Something that is done at once, whoever has the case: met when the record's `actions` tell it."""

    do: Annotated[Id, Doc("the action, as the record's `actions` name it", "preserve_evidence")]
    within: Annotated[Duration, Tighter("down"), Doc("in what time, in the path's opening hours", "30 min")]


class Within(Part, frozen=True, kw_only=True):
    """In what time a clock stops, by severity."""

    at_least_one = (("critical", "high", "medium", "low", "any"),)

    critical: Annotated[Duration | None, Tighter("down", unsaid="same"), Doc("for a critical case", "15 min")] = None
    high: Annotated[Duration | None, Tighter("down", unsaid="same"), Doc("for a case of high severity", "1h")] = None
    medium: Annotated[Duration | None, Tighter("down", unsaid="same"), Doc("for a case of medium severity", "4h")] = (
        None
    )
    low: Annotated[
        Duration | None, Tighter("down", unsaid="same"), Doc("for a case of low severity", "1 business day")
    ] = None
    any: Annotated[
        Duration | None, Tighter("down", unsaid="same"), Doc("for the severities that are not named", "4h")
    ] = None


class NewGoal(Part, frozen=True, kw_only=True):
    """Another goal from a day on; clocks that stopped before keep theirs."""

    from_: Annotated[Day, Doc("the day from which on it holds", "2026-07-01")] = field(name="from")
    within: Annotated[Within, Doc("in what time, by severity", "{any: 2h}")]
    by_market: Annotated[dict[str, Within] | None, Doc("where it differs, by market", "{US: {any: 1h}}")] = None


class Promise(Part, frozen=True, kw_only=True):
    """What is promised in public, in a field of other records; it must be kept with room to spare."""

    by: Annotated[str, Refers("record_type"), Doc("the type of record that makes the promise", "channel")]
    field: Annotated[str, Doc("the length of time that it promises", "published_sla.first_response")]
    same: Annotated[
        list[str] | None, OneOrMore(), Doc("fields in which a case and the promise tell the same", "[platform]")
    ] = None
    headroom: Annotated[Share, Doc("what share of the promise stays free above the p90", "20%")]
    cases: Annotated[int | None, Doc("how many cases must have been measured at least (default: 10)", "30")] = None
    otherwise: Annotated[BadOutcome, Doc("the outcome for a promise that is not kept", "hold")] = "hold"


class SlaClock(Part, frozen=True, kw_only=True):
    """A clock that runs for every case. `first_response`, `next_response` and `resolution` know when to run."""

    title: Annotated[str | None, Doc("what it measures, in one line")] = None
    within: Annotated[Within, Doc("in what time it stops, by severity", "{critical: 15 min, any: 4h}")]
    by_market: Annotated[dict[str, Within] | None, Doc("where it differs, by market", "{US: {any: 1h}}")] = None
    goals: Annotated[list[NewGoal] | None, Doc("other goals, each from a day on")] = None
    calendar: Annotated[
        str | None, Refers("calendar"), Doc("the opening hours in which it runs (default: the path's)", "uk_office")
    ] = None
    start_when: Annotated[Condition | None, Use("tightens"), Doc("when it starts, instead of by itself")] = None
    pause_while: Annotated[
        Condition | None, Use("loosens"), Doc("while it stands still (only if certain; default: the path's)")
    ] = None
    stop_when: Annotated[
        Condition | None, Use("loosens"), Doc("when it stops, instead of by itself (only if certain)")
    ] = None
    promise: Annotated[Promise | None, Doc("what is promised in public about it")] = None


class Path(Part, frozen=True, kw_only=True):
    """A way through people: steps, and the time that each of them has."""

    title: Annotated[str | None, Tighter("any"), Doc("what the path is for")] = None
    calendar: Annotated[str | None, Refers("calendar"), Doc("the opening hours in which time runs", "uk_office")] = None
    acknowledge_within: Annotated[AcknowledgeWithin | None, Doc("by severity", "{high: 15 min, medium: 1h}")] = None
    pause_while: Annotated[
        Condition | None, Use("loosens"), Doc("while it holds, time stands still (only if certain)")
    ] = None
    steps: Annotated[list[Step], Doc("in their order")]
    deadlines: Annotated[list[Deadline] | None, Tighter("more"), Doc("deadlines that nothing stops")] = None
    first_actions: Annotated[
        list[FirstAction] | None, Tighter("more"), Doc("what is done at once", "[{do: rate_limit, within: 30 min}]")
    ] = None
    clocks: Annotated[
        dict[str, SlaClock] | None,
        Tighter("more"),
        Doc("clocks of the cases on this path", "{first_response: {within: {any: 4h}}}"),
    ] = None


class Mute(Part, frozen=True, kw_only=True):
    """While all of it holds nobody is told; the case, its steps and its deadlines go on, and the Decision says so."""

    at_least_one = (("when", "hours", "calendar", "outside", "days", "months", "from", "until"),)

    id: Annotated[Id, Doc("what it is called in Decisions", "fire_drill")]
    because: Annotated[str, Doc("why nobody is told", "the platform works on its own servers")]
    when: Annotated[Condition | None, Use("loosens"), Doc("which cases (only if certain)", "{source: drill}")] = None
    hours: Annotated[
        dict[str, Annotated[list[str], OneOrMore()]] | None,
        Doc("on which days of the week, at what time", '{saturday to sunday: "00:00 to 24:00"}'),
    ] = None
    calendar: Annotated[str | None, Refers("calendar"), Doc("while these hours are open", "uk_office")] = None
    outside: Annotated[str | None, Refers("calendar"), Doc("while these hours are closed", "uk_office")] = None
    days: Annotated[
        list[Annotated[Raw, Form("value")]] | None,
        OneOrMore(),
        Doc("on which days of the month, counted from its end where negative", "[1 to 3, -1]"),
    ] = None
    months: Annotated[list[str] | None, OneOrMore(), Doc("in which months", "[december to january]")] = None
    zone: Annotated[str | None, Form("zone"), Doc("the time zone of all this (default: the set's)", "Asia/Tokyo")] = (
        None
    )
    from_: Annotated[
        str | None, Form("suite_time"), Doc("the day or time from which on it holds", "2026-03-07T02:00:00Z")
    ] = field(default=None, name="from")
    until: Annotated[
        str | None, Form("suite_time"), Doc("the day or time from which on it does not hold any more", "2026-03-08")
    ] = None


class Inhibition(Part, frozen=True, kw_only=True):
    """Nobody is told of a case while another open one, which says more, is being looked at."""

    at_least_one = (("when", "route"),)

    id: Annotated[Id, Doc("what it is called in Decisions", "the_outage_itself")]
    because: Annotated[str | None, Doc("why the other case says it all")] = None
    when: Annotated[
        Condition | None, Use("loosens"), Doc("which other cases (only if certain)", "{category: platform_change}")
    ] = None
    route: Annotated[str | None, Doc("other cases that take this route of this policy", "outage")] = None
    same: Annotated[
        list[str] | None, OneOrMore(), Refers("field"), Doc("fields in which both cases tell the same", "[platform]")
    ] = None


class Route(Part, frozen=True, kw_only=True):
    """Where a case goes. The first route that matches is taken; the last one has no `when` and catches the rest.

    The routes below a route are looked at in the same way; if none of them matches, the route itself is taken. They
    have what it says, unless they say something else.
    """

    id: Annotated[Id, Doc("unique in the policy", "rest")]
    title: Annotated[str | None, Tighter("any"), Doc("what the route is for")] = None
    when: Annotated[Condition | None, Use("loosens"), Doc("for which cases; unknown: reported, and not taken")] = None
    severity: Annotated[Severity | None, Doc("the severity that it sets (default: the record's)", "high")] = None
    to: Annotated[str | None, Doc("a path of this policy (default: that of the route above)", "community")] = None
    continue_: Annotated[bool, Doc("the routes below are looked at, too")] = field(default=False, name="continue")
    mute: Annotated[
        list[Mute] | None, MayBeEmpty(), Doc("when nobody is told (default: as above; `[]`: people are told)")
    ] = None
    inhibited_by: Annotated[
        list[Inhibition] | None, MayBeEmpty(), Doc("other cases that say more (default: as above; `[]`: none)")
    ] = None
    routes: Annotated[list[Route] | None, Doc("finer routes, looked at in their order")] = None


class Escalation(Policy, frozen=True, kw_only=True):
    """Routes lead a case to a path, by what the record tells; a path's steps tell people one after the other.

    Clocks say in what time cases are answered and resolved, on any path or without one.
    """

    at_least_one = (("routes", "clocks"),)

    routes: Annotated[
        list[Route] | None, Tighter("same", new_first=True), Doc("in their order; the last one catches everything")
    ] = None
    paths: Annotated[dict[str, Path] | None, Tighter("more"), Doc("name → the steps to people")] = None
    clocks: Annotated[
        dict[str, SlaClock] | None, Tighter("more"), Doc("clocks of all cases", "{first_response: {within: {any: 4h}}}")
    ] = None
    mute: Annotated[
        list[Mute] | None,
        MayBeEmpty(),
        Tighter("fewer"),
        Doc("when nobody is told, on any route that says nothing else"),
    ] = None
    inhibited_by: Annotated[
        list[Inhibition] | None,
        MayBeEmpty(),
        Tighter("fewer"),
        Doc("other cases that say more, on any route that says nothing else"),
    ] = None
    on_policy_change: Annotated[
        Literal["keep", "reschedule"] | None,
        Doc("whether open cases keep what people said before this version, or begin anew with it (default: keep)"),
    ] = None
