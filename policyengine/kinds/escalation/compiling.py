"""Escalations as written → what judges a case, with everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from policyengine.core.diagnostic import Diagnostic, Related, Span
from policyengine.core.duration import Duration, in_seconds
from policyengine.core.suggest import did_you_mean
from policyengine.kinds.escalation.document import Deadline, Escalation, Path, Route, Step
from policyengine.kinds.escalation.judging import Fork, Limit, Tree, Way
from policyengine.language.environment import Read, reader
from policyengine.language.scope import resolve
from policyengine.shapes.contract import Compiled, Context
from policyengine.shapes.hops import SEVERITIES, Plan
from policyengine.shapes.hops import Step as Hop
from policyengine.shapes.sides import Side

CATCH_ALL: Final = "the last route says no `when`, so that every case reaches somebody"


def compile_escalation(body: Escalation, context: Context) -> Compiled:
    """Return the judge of a policy; faults are reported."""
    _check_routes(body, context)
    _check_paths(body, context)
    forks = tuple(_fork(route, context) for route in body.routes)
    ways = {name: _way(name, path, context) for name, path in sorted(body.paths.items())}
    if any(fork.to not in ways for fork in forks):
        return Compiled()
    scope = context.gate(body, "only_for", says=f"{body.id} only_for")
    return Compiled(record_judges=(Tree(policy=body.id, scope=scope, forks=forks, ways=ways),))


def _fork(route: Route, context: Context) -> Fork:
    when = context.gate(route, "when", says=f"route {route.id}")
    return Fork(id=route.id, when=when, severity=route.severity, to=route.to, goes_on=route.continue_)


def _way(name: str, path: Path, context: Context) -> Way:
    within = path.acknowledge_within
    times = {word: getattr(within, word) for word in SEVERITIES if getattr(within, word, None) is not None}
    return Way(
        name=name,
        plan=Plan(tuple(_step(step, context) for step in path.steps), times),
        calendar=path.calendar or "always",
        pause=context.gate(path, "pause_while", says=f"path {name} pause_while"),
        limits=tuple(_limit(deadline, context) for deadline in path.deadlines or ()),
        first=tuple((action.do, action.within) for action in path.first_actions or ()),
    )


def _step(step: Step, context: Context) -> Hop:
    if step.repeat is not None and not in_seconds(step.repeat):
        span = context.document.value_span(step, "repeat")
        context.fault("PE367", "`repeat` needs a length that is always the same", span, "for example `10 min` or `4h`")
    return Hop(
        sides=tuple(side for who in step.notify if (side := _side(who)) is not None),
        via=tuple(step.via or ()),
        after=step.after,
        within=step.acknowledge_within,
        everyone=step.all_acknowledge,
        repeat=step.repeat if step.repeat is not None and in_seconds(step.repeat) else None,
    )


def _side(who: Any) -> Side | None:
    for sort in ("team", "role", "person", "on_call"):
        if (name := getattr(who, sort)) is not None:
            return Side(sort, name)
    return None


def _limit(deadline: Deadline, context: Context) -> Limit:
    return Limit(
        id=deadline.id,
        title=deadline.title,
        within=deadline.within,
        start=_start(deadline, context),
        when=context.gate(deadline, "when", says=f"deadline {deadline.id} when"),
        met=context.gate(deadline, "met_when", says=f"deadline {deadline.id} met_when"),
    )


def _start(deadline: Deadline, context: Context) -> Read | None:
    if deadline.from_ is None:
        return None
    span = context.document.value_span(deadline, "from")
    path = resolve(deadline.from_, context.scope, span, context.report)
    if path is not None and path.field.type not in {"time", "date"}:
        context.fault("PE368", f"`{deadline.from_}` is not a time", span, "name a field such as `detected_at`")
        return None
    return reader(path) if path is not None else None


# Checks ---------------------------------------------------------------------------------------------------------------


def _warn(context: Context, code: str, message: str, span: Span, help_: str) -> None:
    context.report(Diagnostic(code, message, span, "warning", help=help_))


def _check_routes(body: Escalation, context: Context) -> None:
    document, last = context.document, body.routes[-1]
    _unique(((route.id, document.value_span(route, "id")) for route in body.routes), "routes", context)
    if last.when is not None:
        span = document.span(last, "when")
        context.fault("PE361", f"no route catches the cases that `{last.id}` does not", span, CATCH_ALL)
    for before, after in zip(body.routes, body.routes[1:], strict=False):
        if before.when is None and not before.continue_:
            help_ = f"`{before.id}` takes every case; add a `when` to it, or `continue: true`"
            context.fault("PE362", f"no case ever reaches `{after.id}`", document.value_span(after, "id"), help_)
    for route in body.routes:
        if route.to not in body.paths:
            help_ = did_you_mean(route.to, body.paths) or f"there are {', '.join(sorted(body.paths))}"
            context.fault("PE360", f"unknown path `{route.to}`", document.value_span(route, "to"), help_)


def _check_paths(body: Escalation, context: Context) -> None:
    for name, path in sorted(body.paths.items()):
        routes = [route for route in body.routes if route.to == name]
        if not routes:
            message = f"no route leads to the path `{name}`"
            _warn(context, "PE364", message, context.document.span(path), "add a route, or remove the path")
        _check_severities(name, path, routes, context)
        _check_steps(path, context)
        deadlines = [(d.id, context.document.value_span(d, "id")) for d in path.deadlines or ()]
        actions = [(a.do, context.document.value_span(a, "do")) for a in path.first_actions or ()]
        _unique([*deadlines, *actions], "deadlines", context)


def _check_severities(name: str, path: Path, routes: list[Route], context: Context) -> None:
    if all(step.acknowledge_within is not None for step in path.steps):
        return
    within = path.acknowledge_within
    span = context.document.span(path, "acknowledge_within" if within is not None else "steps")
    if within is None:
        _warn(context, "PE365", f"nobody is ever late on the path `{name}`", span, "say `acknowledge_within`")
        return
    asked = {severity for route in routes for severity in ((route.severity,) if route.severity else SEVERITIES)}
    missing = [word for word in reversed(SEVERITIES) if word in asked and getattr(within, word) is None]
    if missing:
        message = f"no time to acknowledge for {', '.join(f'`{word}`' for word in missing)} on the path `{name}`"
        _warn(context, "PE365", message, span, "the next higher severity's time is taken; say what is meant")


def _check_steps(path: Path, context: Context) -> None:
    """Report the steps that never come, or not in their order."""
    latest: Duration | None = None
    for number, (before, step) in enumerate(zip([None, *path.steps], path.steps, strict=False)):
        span = context.document.span(step)
        if step.after is not None:
            if latest is not None and _shorter(step.after, latest):
                message = f"step {number + 1} comes before the one above it"
                context.fault("PE366", message, span, "`after` counts from when the case was opened or handed over")
            latest = step.after
        elif before is not None and before.acknowledge_within is None and path.acknowledge_within is None:
            help_ = "say `after`, or in what time the step above is acknowledged"
            context.fault("PE366", f"step {number + 1} never comes", span, help_)


def _shorter(one: Duration, other: Duration) -> bool:
    a, b = in_seconds(one), in_seconds(other)
    return a is not None and b is not None and a < b


def _unique(named: Iterable[tuple[str, Span]], what: str, context: Context) -> None:
    first: dict[str, Span] = {}
    for identity, span in sorted(named, key=lambda pair: pair[1]):
        other = first.setdefault(identity, span)
        if other is not span:
            message = f"two {what} are called `{identity}`"
            related = (Related(other, "the other one"),)
            context.report(Diagnostic("PE363", message, span, help="give each its own name", related=related))
