"""What a record tells about a case: its events, and when it began."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from policyengine.core.facts import UNTOLD, Facts
from policyengine.core.record import RecordType
from policyengine.shapes.hops import ORDER, SEVERITIES, Event

STARTS: Final = ("reported_at", "detected_at")
_TOLD: Final = ("by", "to", "status", "severity")


def word(facts: Facts, name: str) -> str | None:
    """Return a text that a record tells, or None."""
    value = facts.get(name)
    return value if isinstance(value, str) else None


def severity_told(facts: Facts, events: Iterable[Event]) -> str | None:
    """Return how severe a case is: as the last event left it that says so, else as the record tells.

    A word that is none of the severities (types of one's own may have others) tells nothing.
    """
    said = [event.severity for event in events if event.severity in SEVERITIES]
    told = said[-1] if said else word(facts, "severity")
    return told if told in SEVERITIES else None


def start_fields(kind: RecordType) -> tuple[str, ...]:
    """Return the fields of a type that may say when a case began, the first that is told counts."""
    names = dict.fromkeys((*STARTS, *([kind.event_time] if kind.event_time is not None else []), "created_at"))
    return tuple(name for name in names if name in kind.root.fields)


def starts(facts: Facts, kind: RecordType) -> list[datetime]:
    """Return the times at which a case may have begun, as its fields tell them; the first counts."""
    return [value for name in start_fields(kind) if isinstance(value := facts.get(name), datetime)]


def events_told(facts: Facts, policy: str = "") -> tuple[list[Event], tuple[str, ...]]:
    """Return the events that can be placed in time, and the names of the fields that others lack.

    Their `version` is that of the policy that is asked about.
    """
    told = facts.get("events")
    if not isinstance(told, list):
        return [], ()
    found: list[Event] = []
    missing: set[str] = set()
    for entry in told:
        event, when = (entry.get("event"), entry.get("at")) if isinstance(entry, dict) else (None, None)
        if isinstance(event, str) and event in ORDER and isinstance(when, datetime):
            rest = {name: word(entry, name) or "" for name in _TOLD}
            found.append(Event.of(event, when, **rest, version=_version(entry, policy)))
        elif isinstance(entry, dict):
            known: dict[str, Any] = {"event": event, "at": when}
            missing |= {f"events[].{name}" for name, value in known.items() if value is None or value is UNTOLD}
        else:
            missing.add("events[]")
    return found, tuple(sorted(missing))


def _version(entry: Facts, policy: str) -> str:
    """Return under which version of a policy an event took place; empty where it names another policy, or none."""
    name, _, version = (word(entry, "policy_version") or "").partition("@")
    return version if name == policy else ""
