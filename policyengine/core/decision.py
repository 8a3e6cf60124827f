"""What an evaluation gives: outcomes, verdicts, findings and the Decision.

The JSON form is that of `records.md`; lists are sorted by the keys that `Decision.to_dict` documents, so that the same
policies, record and time give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import msgspec
from msgspec import Struct

from policyengine.core.diagnostic import PathPart, Span

Outcome = Literal["allow", "flag", "hold", "block"]
Severity = Literal["low", "medium", "high", "critical"]
Verdict = Literal["pass", "fail", "unproven", "due", "not_applicable", "waived", "released", "error"]

OUTCOMES: tuple[Outcome, ...] = ("allow", "flag", "hold", "block")
RANK: dict[str, int] = {name: rank for rank, name in enumerate(OUTCOMES)}
FOUND: frozenset[str] = frozenset(["fail", "unproven", "due", "waived", "released", "error"])
SEVERITY_OF: dict[str, Severity] = {"allow": "low", "flag": "low", "hold": "medium", "block": "high"}


def strictest(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the highest of the outcomes; `allow` for none."""
    return max(outcomes, key=RANK.__getitem__, default="allow")


def lightest(a: Outcome, b: Outcome) -> Outcome:
    """Return the lower of two outcomes."""
    return a if RANK[a] <= RANK[b] else b


class Place(Struct, frozen=True, order=True):
    """A place in a submission or a policy file; the column is left out where only the line matters."""

    file: str
    line: int
    column: int | None = None

    @staticmethod
    def of(span: Span) -> Place:
        """Return the start of a span."""
        return Place(span.file, span.line, span.column)


class Settled(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a finding weighs nothing: who waived or released it, since when, until when, and why.

    `at` is a time, or the day on which a waiver was approved; a day as `until` is included. `outcome` is what the
    finding would weigh otherwise.
    """

    by: tuple[str, ...]
    outcome: Outcome
    at: str | None = None
    until: str | None = None
    because: str = ""
    waiver: str | None = None
    ticket: str | None = None


class Mention(Struct, frozen=True, order=True, omit_defaults=True):
    """A term of a list as it stands in the text at the finding's field: `text[start:end] == seen`, in characters.

    `step` joins by `+` the disguises that were seen through (`leet+repeats`); it is empty for the plain word.
    """

    start: int
    end: int
    term: str
    seen: str
    step: str = ""


class Finding(Struct, frozen=True, kw_only=True):
    """One rule's verdict that somebody should see.

    `mentions` are the terms that decided, where words were looked for: at most the first fifty of them.
    `group` is given where the rule is about several records: what they have in common, their ids, when it was.
    `path` is the place in the record and `within` the stretch of the text there (offsets in characters, the end
    exclusive), for front ends, `actions` what is to be done unless it is settled; they are not exported.
    """

    policy: str
    rule: str
    verdict: Verdict
    outcome: Outcome
    severity: Severity
    markets: tuple[str, ...] = ()
    message: str = ""
    fix: str | None = None
    field: str | None = None
    source: Place | None = None
    place: Place | None = None
    released_by: str | None = None
    due_at: str | None = None
    missing: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    confidence: str | None = None
    settled: Settled | None = None
    group: dict[str, Any] | None = None
    mentions: tuple[Mention, ...] = ()
    path: tuple[PathPart, ...] = ()
    within: tuple[int, int] | None = None
    actions: tuple[dict[str, Any], ...] = ()

    @property
    def name(self) -> str:
        """Return the name by which a rule goes everywhere: `policy/rule`."""
        return f"{self.policy}/{self.rule}"

    @property
    def sort_key(self) -> tuple[object, ...]:
        """Return the documented order: strictest first, then policy, rule, place, verdict, markets."""
        path = tuple(f"{p:06d}" if isinstance(p, int) else p for p in self.path)
        return (-RANK[self.outcome], self.policy, self.rule, path, self.verdict, self.markets, self.message)


class StageState(Struct, frozen=True, kw_only=True):
    """Where a stage of an approval stands.

    `can_act` could say yes now, `by` did (or said no, where it is disapproved), `away` are asked and absent. `missing`
    is not told where nobody knows whether the stage is needed. `votes` says when each of `by` voted, `after` names the
    stages for which it still waits, `opened_at` is when it opened, as far as the record tells, `why` says what cannot
    be settled by waiting.
    """

    stage: str
    status: str
    needs: str
    can_act: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    ignored: tuple[dict[str, Any], ...] = ()
    due_at: str | None = None
    warn_at: str | None = None
    away: tuple[dict[str, Any], ...] = ()
    missing: tuple[str, ...] = ()
    votes: tuple[dict[str, Any], ...] = ()
    after: tuple[str, ...] = ()
    opened_at: str | None = None
    why: str | None = None


class ApprovalState(Struct, frozen=True, kw_only=True):
    """Where an approval policy stands for the record. `ignored` are votes for no stage of it."""

    policy: str
    status: str
    outcome: Outcome
    stages: tuple[StageState, ...] = ()
    next: tuple[str, ...] = ()
    fast_track: bool = False
    ignored: tuple[dict[str, Any], ...] = ()


class Decision(Struct, frozen=True, kw_only=True):
    """The answer of an evaluation. Every field that other tools read is described in `records.md`."""

    record: dict[str, Any]
    at: str
    governing_time: str
    mode: Literal["binding", "simulated"]
    outcome: Outcome
    decided_by: tuple[str, ...] = ()
    by_market: dict[str, Outcome] = {}
    counts: dict[str, int] = {}
    missing: tuple[dict[str, Any], ...] = ()
    assumed: tuple[dict[str, Any], ...] = ()
    self_asserted: tuple[str, ...] = ()
    problems: tuple[dict[str, Any], ...] = ()
    upcoming: tuple[dict[str, Any], ...] = ()
    policies: dict[str, Any] = {}
    findings: tuple[Finding, ...] = ()
    remedies: tuple[dict[str, Any], ...] = ()
    approvals: tuple[ApprovalState, ...] = ()
    obligations: tuple[dict[str, Any], ...] = ()
    actions: tuple[dict[str, Any], ...] = ()
    deadlines: tuple[dict[str, Any], ...] = ()
    escalations: tuple[dict[str, Any], ...] = ()
    reviews: tuple[dict[str, Any], ...] = ()
    clocks: tuple[dict[str, Any], ...] = ()
    frozen: tuple[dict[str, Any], ...] = ()
    waived: tuple[dict[str, Any], ...] = ()
    undecided: tuple[dict[str, Any], ...] = ()
    statements: tuple[dict[str, Any], ...] = ()
    appeals: tuple[dict[str, Any], ...] = ()
    used: tuple[dict[str, Any], ...] = ()

    def rules(self, verdict: Verdict | None = None) -> tuple[str, ...]:
        """Return the names (`policy/rule`) of the findings with a verdict, or of all; sorted, each once."""
        return tuple(sorted({f.name for f in self.findings if verdict is None or f.verdict == verdict}))

    def to_dict(self) -> dict[str, Any]:
        """Return the Decision as plain JSON data, with the keys of `records.md`."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        for finding in plain["findings"]:
            del finding["path"], finding["within"], finding["actions"]
            for key in ("due_at", "missing", "rules", "confidence", "settled", "group", "mentions"):
                if not finding[key]:
                    del finding[key]
        return plain

    def to_json(self) -> bytes:
        """Return the Decision as JSON bytes."""
        return msgspec.json.encode(self.to_dict())
