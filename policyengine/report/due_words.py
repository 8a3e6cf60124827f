"""What is said about something that falls due, in plain words; each format escapes them for where it prints them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from policyengine.core.duration import Duration, in_seconds, parse_duration, spoken
from policyengine.evaluate.due import Due, Row
from policyengine.evaluate.due.row import written

MOST_NAMES: Final = 6
"""People and records that are named before they are only counted."""
_WAITS: Final = frozenset(["approval", "escalation"])


def standing(row: Row) -> str:
    """Return where a row stands: `overdue by 15d`, `never done`, `due now`, `to come`, `not known`."""
    if row.status == "never":
        return "never done" if row.overdue_by is None else f"never done, overdue by {row.overdue_by}"
    if row.status == "overdue":
        return f"overdue by {row.overdue_by}"
    return {"due": "due now", "upcoming": "to come", "unproven": "not known"}[row.status]


def headline(row: Row) -> str:
    """Return where a row stands, and what it is."""
    return f"{standing(row)}: {row.what}"


def subject(row: Row) -> str:
    """Return the record that a row is about, `content post-17`, or nothing."""
    return f"{row.record[0]} {row.record[1]}" if row.record is not None else ""


def facts(row: Row) -> Iterator[str]:
    """Yield what is known about a row, each in one line: whose and when, what asks for it, what is missing, who."""
    about = f" for {subject(row)}" if row.record is not None else ""
    owner = f" of {row.owner}" if row.owner else ""
    yield ", ".join([f"{row.kind} {row.policy}{owner}{about}", *_dates(row)])
    if row.because:
        yield f"because {row.because}" if row.status == "unproven" else f"asked for by {row.because}"
    if row.missing and row.kind == "audit" and row.status != "unproven":
        yield f"not audited: {names(row.missing)}"
    elif row.missing:
        yield f"missing: {', '.join(f'`{name}`' for name in row.missing)}"
    if row.who:
        yield f"{'waits for' if row.kind in _WAITS else 'asked of'} {names(row.who)}"


def _dates(row: Row) -> Iterator[str]:
    if row.next is not None:
        yield f"{'ends' if row.kind == 'waiver' else 'due'} {written(row.next)}"
    if row.in_time_until is not None and row.in_time_until != row.next:
        yield f"in time until {written(row.in_time_until)}"
    if row.last is not None:
        yield f"last {written(row.last)}"


def names(those: tuple[str, ...]) -> str:
    """Return the first few names, and how many more there are."""
    more = len(those) - MOST_NAMES
    return ", ".join(those[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def summary(found: Due) -> str:
    """Return what there is in one line: `9 things: 3 late, 2 due now, 4 to come`."""
    late = sum(row.late for row in found.rows)
    counts = found.counts
    words = {"due": "due now", "upcoming": "to come", "unproven": "not known"}
    told = [f"{late} late"] if late else []
    told += [f"{counts[status]} {word}" for status, word in words.items() if status in counts]
    if not told:
        return "nothing falls due"
    return f"{len(found.rows)} {'thing' if len(found.rows) == 1 else 'things'}: {', '.join(told)}"


def unsure(entry: dict[str, object]) -> str:
    """Return what nobody can tell, of an entry of `undecided`."""
    missing = entry.get("missing")
    told = ", ".join(f"`{name}`" for name in missing) if isinstance(missing, list) else ""
    if not told:
        return f"{entry.get('what')} ({entry.get('policy')})"
    return f"what {entry.get('what')} is for {entry.get('policy')} is uncertain while {told} is not told"


def measured(entry: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a clock took over all cases, and whether each promise about it holds, a line each."""
    path = f" on the path {entry['path']}" if entry.get("path") else ""
    took = f"half within {_length(entry['p50'])}, nine of ten within {_length(entry['p90'])}" if "p50" in entry else ""
    kept = f"{entry['met']} of {entry['stopped']} in time" if entry["stopped"] else "nothing measured yet"
    counts = [took, kept, *_running(entry)]
    yield f"clock {entry['policy']} {str(entry['clock']).replace('_', ' ')}{path}: {'; '.join(filter(None, counts))}"
    for promise in entry.get("promises", ()):
        holds = {True: "holds", False: "leaves too little room", None: "cannot be told from these"}[promise["holds"]]
        yield f"  `{promise['promise']}`, as {promise['record']} promises, {holds}"


def _running(entry: Mapping[str, Any]) -> Iterator[str]:
    if entry.get("open"):
        yield f"{entry['open']} not stopped" + (f", {entry['late']} of them late" if entry.get("late") else "")
    if entry.get("without"):
        such = [str(name) for name in entry.get("such_as", ())]
        more = entry["without"] - len(such[:MOST_NAMES])
        yield f"not known for {', '.join(such[:MOST_NAMES])}{f' and {more} more' if more > 0 else ''}"


def _length(written_: str) -> str:
    found = parse_duration(written_)
    seconds = in_seconds(found) if isinstance(found, Duration) else None
    return written_ if seconds is None else spoken(seconds)
