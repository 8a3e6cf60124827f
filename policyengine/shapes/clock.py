"""Clocks: when a time is over that runs in opening hours and stands still in pauses."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from policyengine.core.calendar import Calendar
from policyengine.core.duration import Duration


class Pause(Struct, frozen=True):
    """A time in which clocks stand still; without an end it goes on."""

    start: datetime
    end: datetime | None = None


class Clock(Struct, frozen=True):
    """The opening hours in which times run (of several calendars the earliest result counts), and the pauses."""

    calendars: tuple[Calendar, ...]
    pauses: tuple[Pause, ...] = ()

    def due(self, start: datetime, duration: Duration) -> datetime | None:
        """Return when a time that begins at `start` is over; None while it stands still, or where nothing opens."""
        found = [self._due(calendar, start, duration) for calendar in self.calendars]
        return min((due for due in found if due is not None), default=None)

    def _due(self, calendar: Calendar, start: datetime, duration: Duration) -> datetime | None:
        due = calendar.add(start, duration)
        whole_days = bool(duration.days or duration.months)
        for pause in self.pauses:
            if due is None or pause.start >= due:
                return due
            if pause.end is None:
                return None
            begin, end = max(pause.start, start), max(pause.end, start)
            lost = (end - begin) // timedelta(seconds=1) if whole_days else calendar.between(begin, end)
            if lost:
                due = due + timedelta(seconds=lost) if whole_days else calendar.add(due, Duration(seconds=lost))
        return due

    def is_open(self, at: datetime) -> bool:
        """Tell whether time runs at an instant, pauses aside."""
        return any(calendar.is_open(at) for calendar in self.calendars)

    def elapsed(self, start: datetime, end: datetime) -> int:
        """Return the seconds that ran between two instants."""
        return max(self._elapsed(calendar, start, end) for calendar in self.calendars)

    def _elapsed(self, calendar: Calendar, start: datetime, end: datetime) -> int:
        total = calendar.between(start, end) or 0
        for pause in self.pauses:
            begin, stop = max(pause.start, start), min(pause.end or end, end)
            if begin < stop:
                total -= calendar.between(begin, stop) or 0
        return total
