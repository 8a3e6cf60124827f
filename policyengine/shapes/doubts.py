"""What is doubtful about a directory, though it can be read: warnings of `validate`.

They are about the set's own directory. A suite's holds only what its cases need.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final

from policyengine.core.calendar import Calendar
from policyengine.core.diagnostic import Diagnostic, Span
from policyengine.core.gaps import Skipped, skipped
from policyengine.core.hours import parse_hours
from policyengine.core.instant import write_time
from policyengine.shapes.directory import Directory, Person, Role
from policyengine.shapes.document import Document
from policyengine.shapes.offices import Office
from policyengine.shapes.staff import Contents

Report = Callable[[Diagnostic], None]
_FOR_EVER: Final = None


def report_doubts(directory: Directory, document: Document, report: Report) -> None:
    """Report roles that nobody holds, teams that nobody is in, and opening hours that the clocks skip."""
    contents: Contents = document.body
    for name, office in sorted((contents.calendars or {}).items()):
        calendar = directory.calendars.get(name)
        if calendar is not None and office.hours is not None:
            _hours(calendar, office, document, report)
    _roles(contents, directory, document, report)
    _teams(contents, directory, document, report)


# Teams and roles ----------------------------------------------------------------------------------------------------


def _roles(contents: Contents, directory: Directory, document: Document, report: Report) -> None:
    held: dict[str, list[datetime | None]] = {}
    for person in directory.people.values():
        for holding in person.roles:
            held.setdefault(holding.role, []).append(_end(person, holding))
    for role, span in _named(contents, document, "roles"):
        if role not in held:
            help_ = "give it to somebody under `people`, or take it out"
            report(Diagnostic("PE316", f"nobody holds the role `{role}`", span, "warning", help=help_))
        elif (last := _last(held[role])) is not None:
            message = f"nobody holds the role `{role}` from {write_time(last)} on"
            report(Diagnostic("PE316", message, span, "warning", help="give it to somebody who stays"))


def _teams(contents: Contents, directory: Directory, document: Document, report: Report) -> None:
    for team, span in _named(contents, document, "teams"):
        ends = [p.left_at for p in directory.people.values() if directory.within(p.team, team)]
        if not ends:
            help_ = "write it beside somebody under `people`, or take it out"
            report(Diagnostic("PE317", f"nobody is in the team `{team}`", span, "warning", help=help_))
        elif (last := _last(ends)) is not None:
            message = f"nobody is in the team `{team}` from {write_time(last)} on"
            report(Diagnostic("PE317", message, span, "warning", help="name somebody who stays"))


def _named(contents: Contents, document: Document, key: str) -> Iterator[tuple[str, Span]]:
    """Yield the names that stand in a list of the directory; what is only used by people has people."""
    for index, name in enumerate(getattr(contents, key) or ()):
        yield name, document.value_span(contents, key, index)


def _end(person: Person, role: Role) -> datetime | None:
    """Return when a person does not hold a role any more, None for never."""
    return min((end for end in (role.held.end, person.left_at) if end is not None), default=_FOR_EVER)


def _last(ends: Iterable[datetime | None]) -> datetime | None:
    """Return the time at which the last of some stretches of time ends, None where one never does."""
    known = list(ends)
    return None if _FOR_EVER in known else max(end for end in known if end is not None)


# Opening hours ------------------------------------------------------------------------------------------------------


def _hours(calendar: Calendar, office: Office, document: Document, report: Report) -> None:
    for found in skipped(calendar.hours, calendar.zone):
        clock = f"{found.minute // 60:02}:{found.minute % 60:02}"
        jump = f"from {found.gap.start:%H:%M} to {found.gap.end:%H:%M}"
        message = f"the clocks skip `{clock}` on {found.day.isoformat()}: they go {jump}"
        report(Diagnostic("PE318", message, _place(found, office, document), "warning", help=_help(found)))


def _help(found: Skipped) -> str:
    if found.whole:
        return "these hours do not exist on that day"
    return f"these hours {'end' if found.last else 'begin'} on that day when the clocks change"


def _place(found: Skipped, office: Office, document: Document) -> Span:
    """Return the place of the entry of `hours` that gives the hours."""
    weekday = found.day.weekday()
    for key, written in (office.hours or {}).items():
        alone = parse_hours({key: written})
        if not isinstance(alone, list) and any(found.minute in window for window in alone[weekday]):
            return document.node_of(office).span_at(("hours", key))
    return document.value_span(office, "hours")
