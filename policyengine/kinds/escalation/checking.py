"""What can be wrong with the routes and paths of an escalation, beside how they are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

from policyengine.core.diagnostic import Diagnostic, Related, Span
from policyengine.core.duration import Duration, in_seconds
from policyengine.core.suggest import did_you_mean
from policyengine.kinds.escalation.document import Escalation, Path, Route
from policyengine.shapes.contract import Context
from policyengine.shapes.hops import SEVERITIES

CATCH_ALL: Final = "the last route says no `when`, so that every case reaches somebody"


def _warn(context: Context, code: str, message: str, span: Span, help_: str) -> None:
    context.report(Diagnostic(code, message, span, "warning", help=help_))


def _walk(routes: Iterable[Route]) -> Iterator[Route]:
    for route in routes:
        yield route
        yield from _walk(route.routes or ())


def leads(routes: Iterable[Route], above: str | None = None) -> Iterator[tuple[Route, str | None]]:
    """Yield every route that a case may end on, with the path that it leads to."""
    for route in routes:
        to = route.to or above
        if not route.routes or route.routes[-1].when is not None:
            yield route, to
        yield from leads(route.routes or (), to)


def check_routes(body: Escalation, context: Context) -> None:
    """Report routes that lead nowhere, that are never reached, that have one name, or that leave cases out."""
    if not body.routes:
        return
    document, last, paths = context.document, body.routes[-1], body.paths or {}
    _unique(((route.id, document.value_span(route, "id")) for route in _walk(body.routes)), "routes", context)
    if last.when is not None:
        span = document.span(last, "when")
        context.fault("PE361", f"no route catches the cases that `{last.id}` does not", span, CATCH_ALL)
    _check_reached(body.routes, context)
    for route in _walk(body.routes):
        if route.to is not None and route.to not in paths:
            help_ = did_you_mean(route.to, paths) or f"there are {', '.join(sorted(paths)) or 'none; write `paths`'}"
            context.fault("PE360", f"unknown path `{route.to}`", document.value_span(route, "to"), help_)
    for route, to in leads(body.routes):
        if to is None:
            help_ = "say `to`, here or on a route above it"
            context.fault("PE369", f"the route `{route.id}` leads nowhere", document.value_span(route, "id"), help_)


def _check_reached(routes: list[Route], context: Context) -> None:
    for before, after in pairwise(routes):
        if before.when is None and not before.continue_:
            help_ = f"`{before.id}` takes every case; add a `when` to it, or `continue: true`"
            span = context.document.value_span(after, "id")
            context.fault("PE362", f"no case ever reaches `{after.id}`", span, help_)
    for route in routes:
        _check_reached(route.routes or [], context)


def check_paths(body: Escalation, context: Context) -> None:
    """Report paths that nothing leads to, times that are missing, and steps that never come."""
    for name, path in sorted((body.paths or {}).items()):
        severities = [severity for to, severity in _severities(body.routes or ()) if to == name]
        if not severities:
            message = f"no route leads to the path `{name}`"
            _warn(context, "PE364", message, context.document.span(path), "add a route, or remove the path")
        _check_severities(name, path, severities, context)
        _check_steps(path, context)
        deadlines = [(d.id, context.document.value_span(d, "id")) for d in path.deadlines or ()]
        actions = [(a.do, context.document.value_span(a, "do")) for a in path.first_actions or ()]
        _unique([*deadlines, *actions], "deadlines", context)


def _severities(
    routes: Iterable[Route], above: str | None = None, severity: str | None = None
) -> Iterator[tuple[str | None, str | None]]:
    """Yield the path and the severity of every route that a case may end on."""
    for route in routes:
        to, weight = route.to or above, route.severity or severity
        if not route.routes or route.routes[-1].when is not None:
            yield to, weight
        yield from _severities(route.routes or (), to, weight)


def _check_severities(name: str, path: Path, severities: list[str | None], context: Context) -> None:
    if all(step.acknowledge_within is not None for step in path.steps):
        return
    within = path.acknowledge_within
    span = context.document.span(path, "acknowledge_within" if within is not None else "steps")
    if within is None:
        _warn(context, "PE365", f"nobody is ever late on the path `{name}`", span, "say `acknowledge_within`")
        return
    asked = {word for severity in severities for word in ((severity,) if severity else SEVERITIES)}
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
