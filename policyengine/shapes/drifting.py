"""Records of which the time, or the group, is not told: which groups and windows they may belong to."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from operator import attrgetter

from msgspec import Struct

from policyengine.shapes.gauges import Event, Window
from policyengine.shapes.grouping import Key
from policyengine.shapes.sliding import later

_AT = attrgetter("at")


class Drift(Struct, frozen=True, eq=False):
    """What may belong to a group, in several lists: events that tell when they took place, and those that do not.

    The lists belong to all groups: they are not copied, and those with times are in their order.
    """

    timed: tuple[Sequence[Event], ...]
    untimed: tuple[Sequence[Event], ...]

    def near(self, events: Sequence[Event], window: Window) -> list[Event]:
        """Return the events with a time that may share a window, or its history, with one of the group's own.

        For a group without any of its own these are all. Each comes once.
        """
        if not events:
            return _once(self.timed)
        own = sorted(event.at for event in events) if self.timed else []
        behind = window.within + window.history
        found: list[Sequence[Event]] = []
        for listed in self.timed:
            reached = 0
            for at in own:
                first = bisect_right(listed, at, lo=reached, key=lambda event: later(event.at, behind))
                reached = bisect_left(listed, later(at, window.within), lo=first, key=_AT)
                found.append(listed[first:reached])
        return _once(found)

    @property
    def many(self) -> int:
        """Return how many these are at most."""
        return sum(len(listed) for listed in (*self.timed, *self.untimed))

    @property
    def floating(self) -> Sequence[Event]:
        """Return the events without a time, each once."""
        return self.untimed[0] if len(self.untimed) == 1 else _once(self.untimed)


def _once(lists: Iterable[Sequence[Event]]) -> list[Event]:
    return list({event.id: event for listed in lists for event in listed}.values())


class Adrift:
    """Events that no group could count, found by the part of their group that they tell."""

    def __init__(self) -> None:
        """Begin without any."""
        self.keys: set[Key] = set()
        self._timed: dict[tuple[bool, ...], dict[Key, list[Event]]] = {}
        self._untimed: dict[tuple[bool, ...], dict[Key, list[Event]]] = {}

    def add(self, key: Key, event: Event, *, timed: bool) -> None:
        """Take an event; None in its key stands for what it does not tell."""
        told = tuple(value is not None for value in key)
        kept = self._timed if timed else self._untimed
        insort(kept.setdefault(told, {}).setdefault(_part(key, told), []), event, key=_AT)
        self.keys.add(key)

    def fitting(self, key: Key) -> Drift:
        """Return what may belong to a group: nothing that it tells speaks against it."""
        return Drift(_fitting(self._timed, key), _fitting(self._untimed, key))


def _part(key: Key, told: tuple[bool, ...]) -> Key:
    return tuple(value for value, is_told in zip(key, told, strict=True) if is_told)


def _fitting(kept: dict[tuple[bool, ...], dict[Key, list[Event]]], key: Key) -> tuple[Sequence[Event], ...]:
    found = (by_part.get(_part(key, told)) for told, by_part in kept.items())
    return tuple(listed for listed in found if listed)
