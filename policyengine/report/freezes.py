"""Freezes as people read them: what holds a record still and until when, what lets it through, what orders catch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from policyengine.core.decision import Decision
from policyengine.evaluate.freezing import FROZEN
from policyengine.report.escape import terminal
from policyengine.report.ink import Ink, instant_of, shown_time
from policyengine.report.timeline import Row, draw

_WORDS: Final = {"exempt": "exempt", "allowed": "still allowed", "void": "not frozen"}
"""How the statuses of an order about a record are called, but for `frozen`; all others are those of an order itself."""
_ROLES: Final = {"void": "flag", "stands": "hold", "planned": "hold"}


def lines(decision: Decision, ink: Ink) -> Iterator[str]:
    """Yield each freeze that covers the record, or the order that the record is, with what there is to say about it."""
    for item in decision.frozen:
        yield from _Entry(item, decision, ink).lines()


def summary(item: dict[str, Any]) -> str:
    """Return in one line what an entry says, for annotations: times as the Decision tells them."""
    name = str(item.get("order") or item["policy"])
    status, until = item.get("status", FROZEN), item.get("until") or "it is lifted"
    if status == FROZEN:
        return f"frozen by {name}, until {until}"
    if "caught" in item:
        caught = len(item["caught"])
        catches = f", catches {caught} scheduled {'record' if caught == 1 else 'records'}" if caught else ""
        return f"{name} {_stands(item, str(until))}{catches}"
    return f"{_WORDS.get(status, 'freeze')}: {name}, {item.get('why', '')}".rstrip(", ")


class _Entry:
    def __init__(self, item: dict[str, Any], decision: Decision, ink: Ink) -> None:
        self._item = item
        self._decision = decision
        self._ink = ink
        self._name = f"{item['policy']} {item.get('order') or ''}".rstrip()

    def lines(self) -> Iterator[str]:
        yield self._head()
        yield from (f"  {terminal(line)}" for line in self._below())
        yield from self._caught()

    def _head(self) -> str:
        status = self._item.get("status", FROZEN)
        until = self._time("until") or "it is lifted"
        if "caught" in self._item:
            return f"{self._ink.paint(_ROLES.get(status, 'dim'), 'freeze')}: {terminal(self._of_order(until))}"
        if status == FROZEN:
            return f"{self._ink.paint('hold', 'frozen')}: {terminal(f'{self._name} until {until}')}"
        word = self._ink.paint(_ROLES.get(status, "dim"), _WORDS.get(status, "freeze"))
        return f"{word}: {terminal(self._name)}"

    def _of_order(self, until: str) -> str:
        begins = f" from {self._time('since')}" if self._item.get("status") == "planned" else ""
        return f"{self._name} {_stands(self._item, until, begins)}"

    def _below(self) -> Iterator[str]:
        item = self._item
        if item.get("why"):
            yield str(item["why"])
        if item.get("renewed_by"):
            yield f"renewed by {_people(item['renewed_by'])}"
        if item.get("missing"):
            yield f"not told, and counted as in: {', '.join(f'`{name}`' for name in item['missing'])}"
        yield from self._let_through()
        for note in item.get("ignored", ()):
            yield f"`{note['by']}`: {note['why']}" if note.get("by") else str(note.get("why", ""))

    def _let_through(self) -> Iterator[str]:
        exempt = self._item.get("exempt")
        if isinstance(exempt, dict):
            yield f"until {shown_time(exempt.get('until'), self._decision.at, self._ink)}"
        for entry in exempt if isinstance(exempt, list) else ():
            until = shown_time(entry.get("until"), self._decision.at, self._ink)
            yield f"exempt until {until}: {entry.get('record')}, by {entry.get('by')}"
        for wait in self._item.get("waits_for", ()):
            who = f": {', '.join(wait['can_act'])}" if wait.get("can_act") else ""
            no = f"; {_people(wait['rejected_by'])} said no" if wait.get("rejected_by") else ""
            yield f"goes out as {wait['entry']} once approved by {wait['needs']}{who}{no}"

    def _caught(self) -> Iterator[str]:
        caught, now = self._item.get("caught", ()), instant_of(self._decision.at)
        if not caught or now is None:
            return
        yield f"  catches {len(caught)} scheduled {'record' if len(caught) == 1 else 'records'}:"
        rows = [Row(at=instant_of(c.get("at")), mark="paused", words=str(c.get("record", ""))) for c in caught]
        yield from (f"    {line}" for line in draw(rows, self._ink, now))

    def _time(self, key: str) -> str:
        return shown_time(self._item.get(key), self._decision.at, self._ink)


def _stands(item: dict[str, Any], until: str, begins: str = "") -> str:
    """Return where an order stands, in words."""
    match item.get("status"):
        case "stands":
            return f"stands until {until}"
        case "planned":
            return f"is planned{begins}, until {until}"
        case "lifted":
            return f"was lifted at {until} by {_people(item.get('lifted_by', ()))}"
        case "ran_out":
            return f"ran out at {until}"
    return "freezes nothing"


def _people(names: Iterable[str]) -> str:
    told = list(names)
    return f"{', '.join(told[:-1])} and {told[-1]}" if len(told) > 1 else "".join(told)
