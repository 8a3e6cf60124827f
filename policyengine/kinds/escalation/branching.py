"""Routes as written → the tree of forks, where each has what the routes above it say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from policyengine.core.hours import parse_hours
from policyengine.core.instant import parse_zone
from policyengine.core.suggest import did_you_mean
from policyengine.core.written import Problem
from policyengine.kinds.escalation.document import Escalation, Inhibition, Mute, Route
from policyengine.kinds.escalation.muting import Inhibitor, Silence
from policyengine.kinds.escalation.routing import Fork
from policyengine.language.environment import Read, reader
from policyengine.language.scope import resolve
from policyengine.shapes.contract import Context
from policyengine.shapes.windows import Window, parse_days, parse_moment, parse_months


class Above(Struct, frozen=True, eq=False, kw_only=True):
    """What a route has from those above it."""

    severity: str | None = None
    to: str | None = None
    mutes: tuple[Silence, ...] = ()
    inhibitors: tuple[Inhibitor, ...] = ()


class Branches:
    """Compiles the routes of one policy; faults are reported."""

    def __init__(self, body: Escalation, context: Context) -> None:
        """Take the policy as written, and what it is compiled with."""
        self._body = body
        self._context = context
        self._names = {route.id for route in _walk(body.routes or ())}

    def forks(self) -> tuple[Fork, ...]:
        """Return the routes with everything that they have from the policy."""
        mutes = self._mutes(self._body.mute or ())
        inhibitors = self._inhibitors(self._body.inhibited_by or (), None)
        return self._below(self._body.routes or (), Above(mutes=mutes, inhibitors=inhibitors))

    def _below(self, routes: Iterable[Route], above: Above) -> tuple[Fork, ...]:
        return tuple(self._fork(route, above) for route in routes)

    def _fork(self, route: Route, above: Above) -> Fork:
        inhibited_by = route.inhibited_by
        own = Above(
            severity=route.severity or above.severity,
            to=route.to or above.to,
            mutes=above.mutes if route.mute is None else self._mutes(route.mute),
            inhibitors=above.inhibitors if inhibited_by is None else self._inhibitors(inhibited_by, route),
        )
        return Fork(
            id=route.id,
            when=self._context.gate(route, "when", says=f"route {route.id}"),
            severity=own.severity,
            to=own.to,
            goes_on=route.continue_,
            mutes=own.mutes,
            inhibitors=own.inhibitors,
            children=self._below(route.routes or (), own),
        )

    # Inhibition -------------------------------------------------------------------------------------------------

    def _inhibitors(self, written: Iterable[Inhibition], route: Route | None) -> tuple[Inhibitor, ...]:
        return tuple(self._inhibitor(inhibition, route) for inhibition in written)

    def _inhibitor(self, written: Inhibition, route: Route | None) -> Inhibitor:
        span = self._context.document.value_span(written, "route") if written.route is not None else None
        if span is not None and written.route not in self._names:
            help_ = did_you_mean(str(written.route), self._names) or f"there are {', '.join(sorted(self._names))}"
            self._context.fault("PE702", f"unknown route `{written.route}`", span, help_)
        elif span is not None and route is not None and written.route in {r.id for r in _walk([route])}:
            message = f"cases of the route `{route.id}` cannot silence each other"
            self._context.fault("PE702", message, span, "name another route, whose cases say more")
        return Inhibitor(
            id=written.id,
            because=written.because,
            when=self._context.gate(written, "when", says=f"inhibited_by {written.id}"),
            route=written.route,
            same=tuple(self._same(written)),
        )

    def _same(self, written: Inhibition) -> Iterator[tuple[str, Read]]:
        for index, name in enumerate(written.same or ()):
            span = self._context.document.value_span(written, "same", index)
            path = resolve(name, self._context.scope, span, self._context.report)
            if path is not None:
                yield name, reader(path)

    # Mutes ------------------------------------------------------------------------------------------------------

    def _mutes(self, written: Iterable[Mute]) -> tuple[Silence, ...]:
        return tuple(self._mute(mute) for mute in written)

    def _mute(self, mute: Mute) -> Silence:
        when = self._context.gate(mute, "when", says=f"mute {mute.id}")
        return Silence(id=mute.id, because=mute.because, when=when, window=self._window(mute))

    def _window(self, mute: Mute) -> Window:
        zone = self._zone(mute)
        start, end = self._bound(mute, "from", mute.from_, zone), self._bound(mute, "until", mute.until, zone)
        if start is not None and end is not None and end <= start:
            self._wrong(mute, "until", Problem("this ends before it begins"))
        days = [self._read(mute, "days", i, parse_days(raw.node.value)) for i, raw in enumerate(mute.days or ())]
        months = [self._read(mute, "months", i, parse_months(text)) for i, text in enumerate(mute.months or ())]
        return Window(
            zone=zone,
            hours=self._hours(mute),
            inside=mute.calendar,
            outside=mute.outside,
            days=tuple(day for day in days if day is not None),
            months=frozenset(number for found in months if found is not None for number in found),
            start=start,
            end=end,
        )

    def _zone(self, mute: Mute) -> ZoneInfo:
        zone = parse_zone(mute.zone) if mute.zone is not None else self._context.world.zone
        if isinstance(zone, Problem):
            self._wrong(mute, "zone", zone)
            return self._context.world.zone
        return zone

    def _bound(self, mute: Mute, key: str, written: str | None, zone: ZoneInfo) -> Any:
        if written is None:
            return None
        return self._read(mute, key, None, parse_moment(written, zone))

    def _hours(self, mute: Mute) -> Any:
        if mute.hours is None:
            return None
        found = parse_hours(mute.hours)
        if isinstance(found, tuple):
            return found
        node = self._context.document.node_of(mute).at(("hours",)) or self._context.document.node_of(mute)
        for problem in found:
            span = node.span_at(problem.path, key=problem.at_key)
            self._context.fault("PE700", problem.message, span, problem.help)
        return None

    def _read(self, mute: Mute, key: str, index: int | None, found: Any) -> Any:
        if isinstance(found, Problem):
            self._wrong(mute, key, found, index)
            return None
        return found

    def _wrong(self, mute: Mute, key: str, problem: Problem, index: int | None = None) -> None:
        node = self._context.document.node_of(mute).at((key,))
        listed = index is not None and node is not None and isinstance(node.value, list)
        span = self._context.document.value_span(mute, key, index if listed else None)
        self._context.fault("PE700", problem.message, span, problem.help)


def _walk(routes: Iterable[Route]) -> Iterator[Route]:
    for route in routes:
        yield route
        yield from _walk(route.routes or ())
