"""What else a Decision says, as people read it: what is due, what comes, what was assumed or left undecided."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from policyengine.core.decision import Decision
from policyengine.report import escalations
from policyengine.report.escape import terminal
from policyengine.report.ink import Ink, shown_time

_DATED: Final = ("obligations", "deadlines", "actions", "escalations", "clocks", "reviews", "upcoming")

When = Callable[[dict[str, Any], str], str]
"""Gives the time under a key of an entry as it is shown."""


def lines(decision: Decision, ink: Ink) -> Iterator[str]:
    """Yield a line for each: what is due first, then what comes, what was assumed, what the author stated."""

    def when(item: dict[str, Any], key: str) -> str:
        return shown_time(item.get(key), decision.at, ink)

    for name in ("obligation", "deadline", "action"):
        yield from _listed(name, decision, ink, when)
    yield from escalations.lines(decision, ink)
    for name in ("review", "upcoming", "assumed", "undecided"):
        yield from _listed(name, decision, ink, when)
    for name in decision.self_asserted:
        told = f"`{terminal(name)}` is stated by the author, and is not the author's to state"
        yield f"{ink.dim('own word')}: {told}"


def dated(decision: Decision) -> bool:
    """Tell whether any of the lines shows a time."""
    return any(getattr(decision, name) for name in _DATED)


def _listed(name: str, decision: Decision, ink: Ink, when: When) -> Iterator[str]:
    key, said = _SAID[name]
    return (f"{ink.dim(name)}: {terminal(said(item, when))}" for item in getattr(decision, key))


def _obligation(item: dict[str, Any], when: When) -> str:
    return f"{item.get('what', '')}, by {when(item, 'due_at')} ({item.get('policy', '')}/{item.get('rule', '')})"


def _deadline(item: dict[str, Any], when: When) -> str:
    return f"{item.get('policy', '')} {item.get('id', '')}, by {when(item, 'due_at')}"


def _action(item: dict[str, Any], when: When) -> str:
    to = f" to {item['to']}" if item.get("to") else ""
    due = f", by {when(item, 'due_at')}" if item.get("due_at") else ""
    until = f", until {when(item, 'until')}" if item.get("until") else ""
    return f"{item.get('do', '')}{to}{due}{until}"


def _review(item: dict[str, Any], when: When) -> str:
    return f"{item.get('policy', '')} is {item.get('status', '')}, due {when(item, 'due')}"


def _upcoming(item: dict[str, Any], when: When) -> str:
    return (
        f"from {when(item, 'from')} on this is {item.get('outcome', '')}: {item.get('message', '')}"
        f" ({item.get('policy', '')}/{item.get('rule', '')})"
    )


def _assumed(item: dict[str, Any], _: When) -> str:
    return f"`{item.get('field', '')}`, because {item.get('because', '')} ({item.get('policy', '')})"


def _undecided(item: dict[str, Any], _: When) -> str:
    missing = ", ".join(f"`{name}`" for name in item.get("missing", ()))
    if not missing:
        return f"{item.get('what', '')} ({item.get('policy', '')})"
    return f"`{item.get('what', '')}` of {item.get('policy', '')} does not apply while {missing} is not told"


_SAID: Final[dict[str, tuple[str, Callable[[dict[str, Any], When], str]]]] = {
    "obligation": ("obligations", _obligation),
    "deadline": ("deadlines", _deadline),
    "action": ("actions", _action),
    "review": ("reviews", _review),
    "upcoming": ("upcoming", _upcoming),
    "assumed": ("assumed", _assumed),
    "undecided": ("undecided", _undecided),
}
