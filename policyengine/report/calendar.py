"""What falls due as a calendar: iCalendar (RFC 5545), one event a row with a date, each with a reminder.

Days are all-day events and times are in UTC, so that no time zone has to be described. An event is known again by what
falls due (kind, policy, record and part), whatever else about it changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Final

from policyengine.evaluate.due import Due, Row
from policyengine.report.due_words import facts, headline
from policyengine.report.escape import calendar_text

_WIDTH: Final = 75
"""Octets of a line, without its end (section 3.1)."""
_REMINDERS: Final = {"day": "-P1D", "time": "-PT1H"}
_NOTHING: Final = (
    "BEGIN:VTIMEZONE",
    "TZID:UTC",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000",
    "END:STANDARD",
    "END:VTIMEZONE",
)
"""A calendar has at least one component (section 3.6); one without events has this."""


def calendar(found: Due) -> bytes:
    """Return the rows that have a date as an iCalendar file; the same rows at the same time are the same bytes."""
    events = [line for row in found.rows for line in _event(row, found.at)]
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//policyengine//due//EN",
        *(events or _NOTHING),
        "END:VCALENDAR",
    )
    return b"".join(folded(line) for line in lines)


def folded(line: str) -> bytes:
    """Return a content line with its end, folded at 75 octets and never inside a character."""
    raw = line.encode("utf-8", "replace")
    parts: list[bytes] = []
    while len(raw) > _WIDTH - bool(parts):
        cut = _WIDTH - bool(parts)
        while raw[cut] & 0xC0 == 0x80:  # noqa: PLR2004 - a byte inside a character of UTF-8
            cut -= 1
        parts.append(raw[:cut])
        raw = raw[cut:]
    return b"\r\n ".join([*parts, raw]) + b"\r\n"


def _event(row: Row, at: datetime) -> Iterator[str]:
    if row.next is None:
        return
    summary = calendar_text(f"{row.what} ({row.record[0]} {row.record[1]})" if row.record is not None else row.what)
    yield "BEGIN:VEVENT"
    yield f"UID:{hashlib.sha256(row.identity.encode()).hexdigest()[:32]}@policyengine"
    yield f"DTSTAMP:{_time(at)}"
    yield f"DTSTART:{_time(row.next)}" if isinstance(row.next, datetime) else f"DTSTART;VALUE=DATE:{_day(row.next)}"
    yield f"SUMMARY:{summary}"
    yield f"DESCRIPTION:{calendar_text(chr(10).join([headline(row), *facts(row)]))}"
    yield f"CATEGORIES:{row.kind}"
    yield "TRANSP:TRANSPARENT"
    yield "BEGIN:VALARM"
    yield "ACTION:DISPLAY"
    yield f"DESCRIPTION:{summary}"
    yield f"TRIGGER:{_REMINDERS['time' if isinstance(row.next, datetime) else 'day']}"
    yield "END:VALARM"
    yield "END:VEVENT"


def _time(instant: datetime) -> str:
    moment = instant.astimezone(UTC)
    return f"{moment.year:04}{moment:%m%dT%H%M%SZ}"


def _day(day: date) -> str:
    return f"{day.year:04}{day:%m%d}"
