"""The document of `kind: escalation`, as it is written."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import field

from policyengine.core.duration import Duration
from policyengine.shapes.parts import Condition, Doc, Id, OneOrMore, Part, Refers, Use
from policyengine.shapes.policy import Policy, Severity

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

    critical: Annotated[Duration | None, Doc("for a critical case", "15 min")] = None
    high: Annotated[Duration | None, Doc("for a case of high severity", "1h")] = None
    medium: Annotated[Duration | None, Doc("for a case of medium severity", "4h")] = None
    low: Annotated[Duration | None, Doc("for a case of low severity", "1 business day")] = None


class Deadline(Part, frozen=True, kw_only=True):
    """A deadline that nothing stops: it runs through pauses, nights and weekends."""

    id: Annotated[Id, Doc("unique in the path", "authority")]
    title: Annotated[str | None, Doc("what is to be done until then")] = None
    within: Annotated[Duration, Doc("how long it takes at most", "72h")]
    from_: Annotated[
        str | None, Refers("field"), Doc("the time it runs from (default: the case's start)", "detected_at")
    ] = field(default=None, name="from")
    when: Annotated[Condition | None, Use("tightens"), Doc("for which cases", "{breach: true}")] = None
    met_when: Annotated[Condition | None, Use("loosens"), Doc("when it is met (only if certain)")] = None


class FirstAction(Part, frozen=True, kw_only=True):
    """Something that is done at once, whoever has the case: met when the record's `actions` tell it."""

    do: Annotated[Id, Doc("the action, as the record's `actions` name it", "preserve_evidence")]
    within: Annotated[Duration, Doc("in what time, in the path's opening hours", "30 min")]


class Path(Part, frozen=True, kw_only=True):
    """A way through people: steps, and the time that each of them has."""

    title: Annotated[str | None, Doc("what the path is for")] = None
    calendar: Annotated[str | None, Refers("calendar"), Doc("the opening hours in which time runs", "uk_office")] = None
    acknowledge_within: Annotated[AcknowledgeWithin | None, Doc("by severity", "{high: 15 min, medium: 1h}")] = None
    pause_while: Annotated[
        Condition | None, Use("loosens"), Doc("while it holds, time stands still (only if certain)")
    ] = None
    steps: Annotated[list[Step], Doc("in their order")]
    deadlines: Annotated[list[Deadline] | None, Doc("deadlines that nothing stops")] = None
    first_actions: Annotated[
        list[FirstAction] | None, Doc("what is done at once", "[{do: rate_limit, within: 30 min}]")
    ] = None


class Route(Part, frozen=True, kw_only=True):
    """Where a case goes. The first route that matches is taken; the last one has no `when` and catches the rest."""

    id: Annotated[Id, Doc("unique in the policy", "rest")]
    title: Annotated[str | None, Doc("what the route is for")] = None
    when: Annotated[Condition | None, Use("loosens"), Doc("for which cases; unknown: reported, and not taken")] = None
    severity: Annotated[Severity | None, Doc("the severity that it sets (default: the record's)", "high")] = None
    to: Annotated[str, Doc("a path of this policy", "community")]
    continue_: Annotated[bool, Doc("the routes below are looked at, too")] = field(default=False, name="continue")


class Escalation(Policy, frozen=True, kw_only=True):
    """Routes lead a case to a path, by what the record tells; a path's steps tell people one after the other."""

    routes: Annotated[list[Route], Doc("in their order; the last one catches everything")]
    paths: Annotated[dict[str, Path], Doc("name → the steps to people")]
