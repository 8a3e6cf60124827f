"""How long adding 8 hours of opening time takes, beside `businesstimedelta`: `python -m benchmarks.business_time`.

Both have the same calendar (London, Monday to Friday, 09:00 to 17:30, the holidays of England) and the same instants,
a working day each over two years. They take turns, so that whatever else the machine does weighs on both alike; of the
rounds the fastest counts. `agree` says how many of the answers are the same. Absolute times belong to the machine, the
ratio to the software; the project promises 20 or more and asserts nothing here.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from policyengine.core.calendar import Calendar, parse_calendar
from policyengine.core.duration import Duration

Add = Callable[[datetime], datetime | None]

EIGHT_HOURS = Duration(seconds=8 * 3600)
FIRST = datetime(2026, 1, 1, 10, 7, tzinfo=UTC)
INSTANTS = tuple(FIRST + timedelta(hours=29 * i) for i in range(600))
ROW = "| {} | {:.1f} | {:.1f} | {} |"


class Peer(Struct, frozen=True):
    """Something that adds 8 hours of opening time to an instant."""

    name: str
    add: Add


def ours() -> Peer:
    """Return our own calendar."""
    office = parse_calendar(
        {"zone": "Europe/London", "hours": {"monday to friday": "09:00 to 17:30"}, "holidays": "GB-ENG"}
    )
    if not isinstance(office, Calendar):
        sys.exit(f"the calendar cannot be read: {office}")
    return Peer("policyengine", lambda instant: office.add(instant, EIGHT_HOURS))


def theirs() -> Peer:
    """Return the peer's calendar."""
    import businesstimedelta  # noqa: PLC0415  an extra
    import holidays  # noqa: PLC0415  with the peer only
    import pytz  # noqa: PLC0415  the peer's zones

    zone = pytz.timezone("Europe/London")
    work = businesstimedelta.WorkDayRule(
        start_time=datetime(2026, 1, 1, 9).time(),  # noqa: DTZ001  a time on the wall
        end_time=datetime(2026, 1, 1, 17, 30).time(),  # noqa: DTZ001
        working_days=[0, 1, 2, 3, 4],
        tz=zone,
    )
    closed = businesstimedelta.HolidayRule(holidays.country_holidays("GB", subdiv="ENG"), tz=zone)
    length = businesstimedelta.BusinessTimeDelta(businesstimedelta.Rules([work, closed]), hours=8)
    return Peer("businesstimedelta", lambda instant: (instant + length).astimezone(ZoneInfo("UTC")))


def round_of(peer: Peer) -> float:
    """Return the microseconds that one addition takes in one round over all instants."""
    began = time.perf_counter()
    for instant in INSTANTS:
        peer.add(instant)
    return (time.perf_counter() - began) / len(INSTANTS) * 1e6


def measured(peers: Sequence[Peer], rounds: int) -> dict[str, float]:
    """Return the microseconds of an addition, by peer: the best of the rounds, in which they take turns."""
    times: dict[str, list[float]] = {peer.name: [] for peer in peers}
    for _ in range(rounds + 1):  # the first fills caches
        for peer in peers:
            times[peer.name].append(round_of(peer))
    return {name: min(found[1:]) for name, found in times.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="rounds to count (default 5)")
    options = parser.parse_args()
    try:
        peers = [ours(), theirs()]
    except ImportError:
        sys.exit("businesstimedelta is not installed: pip install -e '.[bench]'")
    times = measured(peers, options.rounds)
    answers = [peers[0].add(instant) for instant in INSTANTS]
    print("| adding 8 h | µs | ratio | agree |", "|---|---:|---:|---:|", sep="\n")
    for peer in peers:
        same = sum(peer.add(instant) == answer for instant, answer in zip(INSTANTS, answers, strict=True))
        name = peer.name
        print(ROW.format(name, times[name], times[name] / times[peers[0].name], f"{same} of {len(INSTANTS)}"))


if __name__ == "__main__":
    main()
