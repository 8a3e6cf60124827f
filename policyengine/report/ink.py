"""How lines are drawn for a terminal: colours or none, signs or ASCII, times on the clocks of which zone."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Final

from msgspec import Struct

from policyengine.core.instant import MONTH_NAMES, parse_time

_RESET: Final = "\x1b[0m"
COLOURS: Final = {
    "allow": "\x1b[1;32m",
    "flag": "\x1b[1;36m",
    "hold": "\x1b[1;33m",
    "block": "\x1b[1;31m",
    "unread": "\x1b[1;31m",
    "bold": "\x1b[1m",
    "dim": "\x1b[2m",
}
"""The roles of colours: the outcomes, a submission that was not judged, what leads and what stands back."""
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Ink(Struct, frozen=True):
    """How lines are drawn. Without `signs` every mark is ASCII; times are shown as the clocks of `zone` show them."""

    colour: bool = False
    signs: bool = True
    zone: tzinfo = UTC

    def paint(self, role: str, text: str) -> str:
        """Return a text in the colour of a role of `COLOURS`; as it is where there is none."""
        paint = COLOURS.get(role)
        return f"{paint}{text}{_RESET}" if self.colour and paint and text else text

    def dim(self, text: str) -> str:
        """Return a text that stands back."""
        return self.paint("dim", text)

    def date(self, instant: datetime) -> str:
        """Return a time with its day and its year: `Mon 2 Mar 2026 14:02`."""
        wall = instant.astimezone(self.zone)
        return f"{_day(wall, None)} {wall:%H:%M}"

    def time(self, instant: datetime, now: datetime) -> str:
        """Return when something is: `14:02` on the day of `now`, else `Mon 2 Mar 14:02`; with the year in another."""
        wall, today = instant.astimezone(self.zone), now.astimezone(self.zone)
        clock = f"{wall:%H:%M}"
        return clock if wall.date() == today.date() else f"{_day(wall, today)} {clock}"

    def day(self, instant: datetime, now: datetime) -> str:
        """Return a day without the time where it begins with the instant (`Mon 2 Mar`), else the whole time."""
        wall, today = instant.astimezone(self.zone), now.astimezone(self.zone)
        return _day(wall, today) if (wall.hour, wall.minute) == (0, 0) else self.time(instant, now)


def _day(wall: datetime, today: datetime | None) -> str:
    year = "" if today is not None and wall.year == today.year else f" {wall.year}"
    return f"{_DAYS[wall.weekday()]} {wall.day} {MONTH_NAMES[wall.month - 1][:3].capitalize()}{year}"


def instant_of(told: object) -> datetime | None:
    """Return the instant that a Decision tells as text; None where it tells none."""
    found = parse_time(told) if isinstance(told, str) else None
    return found if isinstance(found, datetime) else None


def shown_date(told: str, ink: Ink) -> str:
    """Return a time that a Decision tells with its day and year; what is no time stays as it is."""
    instant = instant_of(told)
    return ink.date(instant) if instant is not None else told


def shown_time(told: object, now: str, ink: Ink) -> str:
    """Return a time that a Decision of the time `now` tells, as it is shown; what is no time stays as it is."""
    instant, today = instant_of(told), instant_of(now)
    if instant is None or today is None:
        return str(told) if told else ""
    return ink.time(instant, today)
