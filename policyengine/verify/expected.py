"""What a case expects, read from how it is written: times in one spelling, alternatives settled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from msgspec import Struct

from policyengine.core.decision import OUTCOMES
from policyengine.core.diagnostic import Diagnostic, Span
from policyengine.core.instant import write_time
from policyengine.core.quantity import Problem, parse_date, parse_time
from policyengine.core.source import Node
from policyengine.core.suggest import did_you_mean
from policyengine.kinds.test import Expect, ExpectedApproval, ExpectedEscalation, ExpectedReview
from policyengine.shapes.contract import Report
from policyengine.shapes.document import Builder, Document
from policyengine.shapes.parts import Raw

_NO_ACTION: Final = "write `hide`, or `{queue: community}`"
SET_KEYS: Final = frozenset(
    [
        "reviews",
        "fails",
        "unproven",
        "errors",
        "obligations",
        "actions",
        "deadlines",
        "messages",
        "due",
        "clocks",
        "appeals",
    ]
)
"""What can be expected where the set is judged, not a record."""


_TIMES: Final = ("due_at", "stopped_at")


class Items(Struct, frozen=True):
    """Names of which there are no others, or names with the time that each has (there may be others)."""

    names: tuple[str, ...] | None = None
    times: dict[str, str] = {}


class Text(Struct, frozen=True):
    """A text that a message is, or that it contains."""

    text: str
    contains: bool = False


class Action(Struct, frozen=True, order=True):
    """An action, what it is aimed at, and until when it lasts (empty: for good, or nobody asks)."""

    do: str
    to: str = ""
    until: str = ""

    def __str__(self) -> str:
        """Return the action as policies write it."""
        until = f", until: {self.until}" if self.until else ""
        return f"{{{self.do}: {self.to}{until}}}" if self.to else self.do


class Expected(Struct, frozen=True, eq=False, kw_only=True):
    """What a case expects; `node` is where it is written."""

    body: Expect
    node: Node
    approvals: dict[str, ExpectedApproval] | None = None
    escalations: dict[str, ExpectedEscalation] | None = None
    reviews: dict[str, ExpectedReview] | None = None
    deadlines: dict[str, dict[str, str]] | None = None
    messages: dict[str, Text] = {}
    actions: tuple[Action, ...] | None = None
    items: dict[str, Items] = {}

    def span_of(self, key: str) -> Span:
        """Return the place of a key."""
        return self.node.keys.get(key, self.node.span)


def read_expected(document: Document, body: Expect, report: Report) -> Expected:
    """Return what is expected; what cannot be understood is reported and left out."""
    return _Reader(document, body, report).read()


class _Reader:
    def __init__(self, document: Document, body: Expect, report: Report) -> None:
        self._document = document
        self._body = body
        self._report = report
        self._node = document.node_of(body)

    def read(self) -> Expected:
        body = self._body
        self._outcomes()
        self._times()
        return Expected(
            body=body,
            node=self._node,
            approvals=body.approvals,
            escalations=body.escalations,
            reviews=self._reviews(),
            deadlines=body.deadlines,
            messages=dict(self._messages()),
            actions=self._actions(),
            items={k: i for k in ("obligations", "upcoming", "frozen") if (i := self._items(k)) is not None},
        )

    def _fault(self, message: str, span: Span, help_: str | None) -> None:
        self._report(Diagnostic("PE610", message, span, help=help_))

    def _outcomes(self) -> None:
        written = [self._node.at(("outcome",))]
        by_market = self._node.at(("by_market",))
        if by_market is not None and isinstance(by_market.value, dict):
            written.extend(by_market.value.values())
        for node in written:
            if node is not None and node.value not in OUTCOMES:
                help_ = did_you_mean(str(node.value), OUTCOMES) or f"it is one of {', '.join(OUTCOMES)}"
                self._fault(f"`{node.value}` is no outcome", node.span, help_)

    def _times(self) -> None:
        """Check every time at its place; comparing reads them again, from the text."""
        places = [
            *(("approvals", policy, "due", None) for policy in self._body.approvals or ()),
            *(("escalations", policy, "next_at") for policy in self._body.escalations or ()),
            *(("deadlines", policy, None) for policy in self._body.deadlines or ()),
            *(("freezes", policy, key) for policy in self._body.freezes or () for key in ("since", "until")),
            *(("statements", rule, "appeal_until") for rule in self._body.statements or ()),
            *(("clocks", p, name, key) for p, c in (self._body.clocks or {}).items() for name in c for key in _TIMES),
        ]
        for place in places:
            path = tuple(part for part in place if part is not None)
            node = self._node.at(path)
            below = node.value.values() if node is not None and isinstance(node.value, dict) else [node]
            for time in below:
                if time is not None:
                    self._time(time)

    def _time(self, node: Node) -> str:
        text = node.raw if node.raw is not None else node.value
        found = canonical_time(text)
        if isinstance(found, Problem):
            self._fault(found.message, node.span, found.help or "a time is written as `2026-03-02T09:00:00Z`")
            return ""
        return found

    def _reviews(self) -> dict[str, ExpectedReview] | None:
        if self._body.reviews is None:
            return None
        found = {}
        for policy, raw in self._body.reviews.items():
            if isinstance(raw.node.value, str):
                found[policy] = ExpectedReview(status=raw.node.value)
                continue
            document = Builder(self._report).document("review", ExpectedReview, raw.node)
            if document is not None:
                found[policy] = document.body
                for key in ("last", "due"):
                    node = raw.node.at((key,))
                    if node is not None:
                        self._time(node)
        return found

    def _messages(self) -> Iterator[tuple[str, Text]]:
        for rule, raw in (self._body.messages or {}).items():
            node = (
                raw.node.at(("contains",))
                if isinstance(raw.node.value, dict) and len(raw.node.value) == 1
                else raw.node
            )
            if node is not None and isinstance(node.value, str):
                yield rule, Text(node.value, contains=node is not raw.node)
            else:
                self._fault(f"`{rule}` takes a text", raw.node.span, "write the message, or `{contains: …}`")

    def _actions(self) -> tuple[Action, ...] | None:
        if self._body.actions is None:
            return None
        return tuple(action for raw in self._body.actions if (action := self._action(raw)) is not None)

    def _action(self, raw: Raw) -> Action | None:
        value = raw.node.value
        if isinstance(value, str):
            return Action(value)
        texts = {key: node.value for key, node in value.items()} if isinstance(value, dict) else {}
        until = value["until"] if isinstance(value, dict) and "until" in texts else None
        texts.pop("until", None)
        if set(texts) == {"do", "to"}:
            texts = {str(texts["do"]): texts["to"]}
        if len(texts) == 1:
            ((do, to),) = texts.items()
            if isinstance(to, str):
                return Action(do, to, self._time(until) if until is not None else "")
        self._fault("this is no action", raw.node.span, _NO_ACTION)
        return None

    def _items(self, key: str) -> Items | None:
        raw: Raw | None = getattr(self._body, key)
        if raw is None:
            return None
        value: Any = raw.node.value
        if isinstance(value, dict):
            return Items(None if value else (), {name: self._time(node) for name, node in value.items()})
        entries = value if isinstance(value, list) else [raw.node]
        for entry in entries:
            if not isinstance(entry.value, str):
                self._fault(f"`{key}` takes names", entry.span, f"write `{key}: [policy/rule]`, or each with its time")
        return Items(tuple(entry.value for entry in entries if isinstance(entry.value, str)))


def canonical_time(written: object) -> str | Problem:
    """Return a time or a day in the one spelling that Decisions use."""
    if isinstance(written, str) and "T" not in written.upper():
        day = parse_date(written)
        return day if isinstance(day, Problem) else day.isoformat()
    time = parse_time(written)
    return time if isinstance(time, Problem) else write_time(time)


def same_time(expected: str, seen: object) -> bool:
    """Tell whether a time is the expected one; where a day is expected, any time of it (in UTC)."""
    if seen is None:
        return False
    wanted = canonical_time(expected)
    found = canonical_time(str(seen))
    return wanted == found or (isinstance(wanted, str) and "T" not in wanted and str(found)[:10] == wanted)
