"""Calendars as a directory writes them: opening hours, or those in which several calendars are open at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from msgspec import structs

from policyengine.core.calendar import BUILT_IN, Calendar, intersect, parse_calendar
from policyengine.core.diagnostic import Diagnostic, Span
from policyengine.core.gaps import FIRST_YEAR
from policyengine.core.instant import parse_zone
from policyengine.core.public_holidays import parse_holidays
from policyengine.core.suggest import did_you_mean
from policyengine.core.written import Problem
from policyengine.shapes.document import Document, Report
from policyengine.shapes.parts import Doc, Form, OneOrMore, Part

Names = Annotated[list[str], OneOrMore()]
# A year has every weekday at every distance between the clocks of two zones, but for changes on different days.
_LOOKED_AT: Final = timedelta(days=366)


class Office(Part, frozen=True, kw_only=True):
    """Opening hours: its own, or those in which several calendars are open at once."""

    one_of = (("hours", "all_of"),)

    zone: Annotated[
        str | None,
        Form("zone"),
        Doc("the time zone; beside `all_of`, in which its business days are days", "Europe/London"),
    ] = None
    hours: Annotated[dict[str, Names] | None, Doc("hours by weekday", '{monday to friday: "09:00 to 17:30"}')] = None
    all_of: Annotated[Names | None, Doc("calendars that have to be open, all of them", "[uk_office, us_office]")] = None
    holidays: Annotated[Names | None, Doc("public holidays (ISO 3166), and single days", "[GB-ENG, 2026-12-24]")] = None


def calendars_of(offices: dict[str, Office], document: Document, report: Report) -> dict[str, Calendar]:
    """Return the calendars that a directory writes; everything wrong with them is reported at its place."""
    return _Reader(offices, document, report).read()


class _Reader:
    def __init__(self, offices: dict[str, Office], document: Document, report: Report) -> None:
        self._offices = offices
        self._document = document
        self._report = report
        self._read: dict[str, Calendar | None] = {}

    def read(self) -> dict[str, Calendar]:
        found = {name: self._calendar(name, ()) for name in sorted(self._offices)}
        return {name: calendar for name, calendar in found.items() if calendar is not None}

    def _fault(self, code: str, message: str, span: Span, help_: str | None) -> None:
        self._report(Diagnostic(code, message, span, help=help_))

    def _calendar(self, name: str, above: tuple[str, ...]) -> Calendar | None:
        """Return a calendar by name, None after a fault; `above` are those of which it is a part."""
        if name in BUILT_IN and name not in self._offices:
            return BUILT_IN[name]
        if name not in self._read:
            office = self._offices[name]
            found = self._own(office) if office.all_of is None else self._common(name, office, above)
            self._read[name] = found
        return self._read[name]

    def _own(self, office: Office) -> Calendar | None:
        node = self._document.node_of(office)
        if office.zone is None:
            self._fault("PE121", "`zone` is missing", node.span, "the time zone, for example `zone: Europe/London`")
            return None
        found = parse_calendar({"zone": office.zone, "hours": office.hours, "holidays": office.holidays or ()})
        if isinstance(found, Calendar):
            return found
        for problem in found:
            self._problem(office, problem)
        return None

    def _problem(self, office: Office, problem: Problem) -> None:
        span = self._document.node_of(office).span_at(problem.path, key=problem.at_key)
        self._fault("PE312", problem.message, span, problem.help)

    def _common(self, name: str, office: Office, above: tuple[str, ...]) -> Calendar | None:
        parts = [self._part(office, index, (*above, name)) for index in range(len(office.all_of or ()))]
        zone = parse_zone(office.zone) if office.zone is not None else None
        holidays = parse_holidays(office.holidays or ())
        if isinstance(zone, Problem):
            self._problem(office, zone.below("zone"))
        if isinstance(holidays, list):
            for problem in holidays:
                self._problem(office, problem.below("holidays"))
        known = [part for part in parts if part is not None]
        if isinstance(zone, Problem) or isinstance(holidays, list) or len(known) < len(parts):
            return None
        found = intersect(known, zone=zone, holidays=holidays[0], closed=holidays[1])
        if not opens(found):
            span = self._document.value_span(office, "all_of")
            self._fault("PE740", f"`{name}` never opens", span, "its calendars have no hours in common")
        return found

    def _part(self, office: Office, index: int, above: tuple[str, ...]) -> Calendar | None:
        name = (office.all_of or [])[index]
        span = self._document.value_span(office, "all_of", index)
        if name in above:
            self._fault("PE319", f"the calendar `{name}` would be a part of itself", span, "name other calendars")
            return None
        known = {*self._offices, *BUILT_IN}
        if name not in known:
            help_ = did_you_mean(name, known) or f"there are {', '.join(sorted(known)[:12])}"
            self._fault("PE310", f"the directory has no calendar `{name}`", span, help_)
            return None
        return self._calendar(name, above)


def opens(calendar: Calendar) -> bool:
    """Tell whether a calendar opens at all, holidays left aside."""
    start = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
    first = without_holidays(calendar).next_open(start)
    return first is not None and first < start + _LOOKED_AT


def without_holidays(calendar: Calendar) -> Calendar:
    """Return a calendar that opens on holidays, too."""
    parts = frozenset(map(without_holidays, calendar.all_of))
    return structs.replace(calendar, holidays=(), closed=frozenset(), all_of=parts)
