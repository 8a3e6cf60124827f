"""What a case expects against what the policies say: every difference, not only the first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from policyengine.core.decision import ApprovalState, Decision, Mention, Verdict
from policyengine.core.diagnostic import Span
from policyengine.core.duration import Duration, in_seconds, parse_duration, write_duration
from policyengine.evaluate.freezing import holding
from policyengine.kinds.test import (
    ExpectedApproval,
    ExpectedClock,
    ExpectedEscalation,
    ExpectedFreeze,
    ExpectedReview,
    ExpectedStatement,
)
from policyengine.verify.expected import Action, Expected, Items, Text, same_time

NONE: Final = "none"
_STRICT: Final[dict[str, Verdict]] = {"fails": "fail", "unproven": "unproven", "errors": "error"}
_LISTED: Final[dict[str, Verdict]] = {"due": "due", "waived": "waived", "released": "released"}
_CLOCK_FIELDS: Final = ("status", "cycle", "path", "severity", "stopped", "met", "open", "without")
_CLOCK_LENGTHS: Final = ("goal", "elapsed", "over_by", "p50", "p90")
_AT_LEAST: Final = {"passes": "pass", "not_applicable": "not_applicable"}


class Difference(Struct, frozen=True, kw_only=True):
    """One thing that is not as expected: what, both sides in words, the rules that it is about, where it is written."""

    what: str
    expected: str
    seen: str
    rules: tuple[str, ...] = ()
    span: Span


def compare(
    expected: Expected, decision: Decision, quiet: Mapping[str, str], *, of_record: bool
) -> tuple[Difference, ...]:
    """Return all differences. `quiet` has the rules without a finding: `policy/rule` → `pass` or `not_applicable`."""
    return tuple(_Comparison(expected, decision, quiet).differences(of_record=of_record))


class _Comparison:
    def __init__(self, expected: Expected, decision: Decision, quiet: Mapping[str, str]) -> None:
        self._expected = expected
        self._decision = decision
        self._quiet = quiet

    def differences(self, *, of_record: bool) -> Iterator[Difference]:
        if of_record:
            yield from self._outcome()
        yield from self._verdicts()
        yield from self._missing()
        yield from self._lists("remedies", self._expected.body.remedies, map(_remedy, self._decision.remedies))
        yield from self._messages()
        yield from self._mentions()
        yield from self._approvals()
        yield from self._escalations()
        yield from self._reviews()
        yield from self._clocks()
        yield from self._deadlines()
        yield from self._freezes()
        yield from self._actions()
        yield from self._statements()
        yield from self._appeals()
        yield from self._items()

    def _different(
        self, key: str, expected: object, seen: object, *, below: str = "", rules: Iterable[str] = ()
    ) -> Difference:
        what = f"{key} {below}" if below else key
        span = self._expected.span_of(key)
        return Difference(what=what, expected=str(expected), seen=str(seen), rules=tuple(sorted(rules)), span=span)

    def _lists(
        self, key: str, expected: Iterable[str] | None, seen: Iterable[str], *, below: str = "", rules: bool = False
    ) -> Iterator[Difference]:
        """Yield the difference of a list that names all there are; nothing where none is expected or refused."""
        wanted, found = set(expected) if expected is not None else None, set(seen)
        if wanted is None or wanted == found:
            return
        yield self._different(key, _names(wanted), _names(found), below=below, rules=wanted ^ found if rules else ())

    # Outcome and verdicts ---------------------------------------------------------------------------------------

    def _outcome(self) -> Iterator[Difference]:
        decision, body = self._decision, self._expected.body
        if body.outcome is not None and body.outcome != decision.outcome:
            seen = (
                f"{decision.outcome} (by {', '.join(decision.decided_by)})" if decision.decided_by else decision.outcome
            )
            rules = {name for name in decision.decided_by if "/" in name}
            yield self._different("outcome", body.outcome, seen, rules=rules)
        for market, outcome in sorted((body.by_market or {}).items()):
            seen = decision.by_market.get(market, "no such market on the record")
            if seen != outcome:
                yield self._different("by_market", outcome, seen, below=market)

    def _verdicts(self) -> Iterator[Difference]:
        body, decision = self._expected.body, self._decision
        for key, verdict in _STRICT.items():
            yield from self._lists(key, getattr(body, key) or (), decision.rules(verdict), rules=True)
        for key, verdict in _LISTED.items():
            yield from self._lists(key, getattr(body, key), decision.rules(verdict), rules=True)
        for key, wanted in _AT_LEAST.items():
            for rule in getattr(body, key) or ():
                seen = self._verdict_of(rule)
                if seen != wanted:
                    yield self._different(key, rule, seen, rules=[rule])

    def _verdict_of(self, rule: str) -> str:
        found = sorted({f.verdict for f in self._decision.findings if f.name == rule})
        return ", ".join(found) if found else self._quiet.get(rule, "not judged")

    def _missing(self) -> Iterator[Difference]:
        yield from self._lists(
            "missing", self._expected.body.missing, [str(m["field"]) for m in self._decision.missing]
        )

    def _messages(self) -> Iterator[Difference]:
        for rule, text in sorted(self._expected.messages.items()):
            seen = [f.message for f in self._decision.findings if f.name == rule]
            if not any(_says(message, text) for message in seen):
                wanted = f"a text with `{text.text}`" if text.contains else f"`{text.text}`"
                shown = ", ".join(f"`{message}`" for message in seen) or "no finding"
                yield self._different("messages", wanted, shown, below=rule, rules=() if seen else [rule])

    def _mentions(self) -> Iterator[Difference]:
        seen: dict[str, list[str]] = {}
        for finding in self._decision.findings:
            for mention in finding.mentions:
                seen.setdefault(finding.name, []).append(_mention(mention))
        expected = self._expected.body.mentions
        yield from self._none_at_all("mentions", expected, seen)
        for rule, wanted in sorted((expected or {}).items()):
            yield from self._lists("mentions", wanted, seen.get(rule, ()), below=rule)

    # Approvals --------------------------------------------------------------------------------------------------

    def _approvals(self) -> Iterator[Difference]:
        states = {state.policy: state for state in self._decision.approvals}
        yield from self._none_at_all("approvals", self._expected.approvals, states)
        for policy, wanted in sorted((self._expected.approvals or {}).items()):
            state = states.get(policy)
            if state is None:
                yield self._different("approvals", "an approval", NONE, below=policy)
            else:
                yield from self._approval(wanted, state)

    def _approval(self, wanted: ExpectedApproval, state: ApprovalState) -> Iterator[Difference]:
        policy = state.policy
        yield from self._fields("approvals", policy, wanted, {"status": state.status, "fast_track": state.fast_track})
        yield from self._lists("approvals", wanted.next, state.next, below=f"{policy} next")
        ignored = {str(vote.get("by")) for stage in state.stages for vote in stage.ignored}
        yield from self._lists("approvals", wanted.ignored, ignored, below=f"{policy} ignored")
        stages = {stage.stage: stage for stage in state.stages}
        for name, status in sorted((wanted.stages or {}).items()):
            if name not in stages or stages[name].status != status:
                shown = stages[name].status if name in stages else NONE
                yield self._different("approvals", status, shown, below=f"{policy} stages {name}")
        for name, people in sorted((wanted.can_act or {}).items()):
            seen = stages[name].can_act if name in stages else ()
            yield from self._lists("approvals", people, seen, below=f"{policy} can_act {name}")
        for name, people in sorted((wanted.away or {}).items()):
            away = {str(entry["who"]) for entry in stages[name].away} if name in stages else set()
            yield from self._lists("approvals", people, away, below=f"{policy} away {name}")
        for name, time in sorted((wanted.due or {}).items()):
            due = stages[name].due_at if name in stages else None
            yield from self._time("approvals", time, due, below=f"{policy} due {name}")

    # Escalations, reviews, deadlines ----------------------------------------------------------------------------

    def _escalations(self) -> Iterator[Difference]:
        seen = self._decision.escalations
        yield from self._none_at_all("escalations", self._expected.escalations, [str(e["policy"]) for e in seen])
        for policy, wanted in sorted((self._expected.escalations or {}).items()):
            of_policy = [e for e in seen if e["policy"] == policy]
            if not of_policy:
                yield self._different("escalations", "an escalation", NONE, below=policy)
                continue
            tries = [list(self._escalation(policy, wanted, item)) for item in of_policy]
            yield from min(tries, key=len)

    def _escalation(self, policy: str, wanted: ExpectedEscalation, seen: Mapping[str, Any]) -> Iterator[Difference]:
        names = ("route", "severity", "path", "step", "status", "overdue_by")
        yield from self._fields("escalations", policy, wanted, seen, names)
        quiet = [str(entry.get("mute") or entry.get("inhibited_by")) for entry in seen.get("quiet_by") or ()]
        yield from self._lists("escalations", wanted.quiet_by, quiet, below=f"{policy} quiet_by")
        for key, people in {"holder": wanted.holder, "would_tell": wanted.would_tell}.items():
            yield from self._lists("escalations", people, _people(seen.get(key)), below=f"{policy} {key}")
        yield from self._time("escalations", wanted.next_at, seen.get("next_at"), below=f"{policy} next_at")

    def _reviews(self) -> Iterator[Difference]:
        seen = self._decision.reviews
        yield from self._none_at_all("reviews", self._expected.reviews, [str(r["policy"]) for r in seen])
        for policy, wanted in sorted((self._expected.reviews or {}).items()):
            of_policy = [r for r in seen if r["policy"] == policy]
            if not of_policy:
                yield self._different("reviews", "a review", NONE, below=policy)
                continue
            yield from min((list(self._review(policy, wanted, item)) for item in of_policy), key=len)

    def _review(self, policy: str, wanted: ExpectedReview, seen: Mapping[str, Any]) -> Iterator[Difference]:
        yield from self._fields("reviews", policy, wanted, seen, ("status",))
        yield from self._time("reviews", wanted.last, seen.get("last"), below=f"{policy} last")
        yield from self._time("reviews", wanted.due, seen.get("due"), below=f"{policy} due")
        yield from self._lists("reviews", wanted.missing, seen.get("missing") or (), below=f"{policy} missing")
        periods = {period["period"]: period["missing"] for period in seen.get("sample", ())}
        for name, ids in sorted((wanted.to_audit or {}).items()):
            yield from self._lists("reviews", ids, periods.get(name, ()), below=f"{policy} to_audit {name}")

    def _clocks(self) -> Iterator[Difference]:
        seen = self._decision.clocks
        yield from self._none_at_all(
            "clocks", self._expected.body.clocks, [f"{c['policy']} {c['clock']}" for c in seen]
        )
        for policy, clocks in sorted((self._expected.body.clocks or {}).items()):
            for name, wanted in sorted(clocks.items()):
                found = [c for c in seen if (c["policy"], c["clock"]) == (policy, name)]
                tries = [list(self._clock(f"{policy} {name}", wanted, item)) for item in found]
                yield from min(tries, key=len) if tries else [self._different("clocks", "a clock", NONE, below=name)]

    def _clock(self, below: str, wanted: ExpectedClock, seen: Mapping[str, Any]) -> Iterator[Difference]:
        counted = {"without": 0} | dict(seen)
        yield from self._fields("clocks", below, wanted, counted, _CLOCK_FIELDS)
        for key in _CLOCK_LENGTHS:
            length, told = getattr(wanted, key), seen.get(key)
            if length is not None and not _same_length(told, length):
                shown = NONE if told is None else told
                yield self._different("clocks", write_duration(length), shown, below=f"{below} {key}")
        for key in ("due_at", "stopped_at"):
            yield from self._time("clocks", getattr(wanted, key), seen.get(key), below=f"{below} {key}")

    def _deadlines(self) -> Iterator[Difference]:
        seen = {(str(d["policy"]), str(d["id"])): d.get("due_at") for d in self._decision.deadlines}
        yield from self._none_at_all("deadlines", self._expected.deadlines, [policy for policy, _ in seen])
        for policy, wanted in sorted((self._expected.deadlines or {}).items()):
            for name, time in sorted(wanted.items()):
                yield from self._time("deadlines", time, seen.get((policy, name)), below=f"{policy} {name}")

    # Freezes ----------------------------------------------------------------------------------------------------

    def _freezes(self) -> Iterator[Difference]:
        seen = self._decision.frozen
        expected = self._expected.body.freezes
        yield from self._none_at_all("freezes", expected, [str(f["policy"]) for f in seen])
        for policy, wanted in sorted((expected or {}).items()):
            of_policy = [f for f in seen if f["policy"] == policy]
            if not of_policy:
                yield self._different("freezes", "a freeze", NONE, below=policy)
                continue
            yield from min((list(self._freeze(policy, wanted, item)) for item in of_policy), key=len)

    def _freeze(self, policy: str, wanted: ExpectedFreeze, seen: Mapping[str, Any]) -> Iterator[Difference]:
        yield from self._fields("freezes", policy, wanted, seen, ("status", "order", "by"))
        yield from self._time("freezes", wanted.since, seen.get("since"), below=f"{policy} since")
        yield from self._time("freezes", wanted.until, seen.get("until"), below=f"{policy} until")
        exempt, allowed = seen.get("exempt"), seen.get("allowed")
        lists = {
            "through": [exempt["by"]] if isinstance(exempt, dict) else (allowed or {}).get("by", ()),
            "waits_for": [wait["entry"] for wait in seen.get("waits_for", ())],
            "ignored": [note["by"] for note in seen.get("ignored", ())],
            "missing": seen.get("missing", ()),
            "caught": [item["record"] for item in seen.get("caught", ())],
        }
        for name, found in lists.items():
            yield from self._lists("freezes", getattr(wanted, name), found, below=f"{policy} {name}")

    # Actions and dated names ------------------------------------------------------------------------------------

    def _actions(self) -> Iterator[Difference]:
        wanted = self._expected.actions
        asked = {(a.do, a.to) for a in wanted or () if a.until}
        seen = {_action(a, ends=(a["do"], a.get("to") or "") in asked) for a in self._decision.actions}
        if wanted is not None and set(wanted) != seen:
            yield self._different("actions", _names(map(str, wanted)), _names(map(str, seen)))

    def _statements(self) -> Iterator[Difference]:
        expected, seen = self._expected.body.statements, self._decision.statements
        yield from self._none_at_all("statements", expected, map(_rule, seen))
        for rule, wanted in sorted((expected or {}).items()):
            tries = [list(self._statement(rule, wanted, item)) for item in seen if _rule(item) == rule]
            yield from min(tries, key=len) if tries else [self._different("statements", rule, NONE, rules=[rule])]

    def _statement(self, rule: str, wanted: ExpectedStatement, seen: Mapping[str, Any]) -> Iterator[Difference]:
        appeal = seen.get("appeal", {})
        told = {"automatic": seen.get("automatic"), "appeal_to": appeal.get("to")}
        yield from self._fields("statements", rule, wanted, told)
        lists = {
            "actions": [f"{a['do']} {a.get('to', '')}".strip() for a in seen["actions"]],
            "words": [e["text"] for e in seen["evidence"]],
            "through": [step for e in seen["evidence"] for step in e.get("through", ())],
            "tests": [f["test"] for f in seen["facts"]],
        }
        for name, found in lists.items():
            yield from self._lists("statements", getattr(wanted, name), found, below=f"{rule} {name}")
        yield from self._time("statements", wanted.appeal_until, appeal.get("until"), below=f"{rule} appeal_until")

    def _appeals(self) -> Iterator[Difference]:
        expected, seen = self._expected.body.appeals, {_rule(row): row for row in self._decision.appeals}
        yield from self._none_at_all("appeals", expected, seen)
        names = ("applied", "appealed", "open", "overturned", "share")
        for rule, wanted in sorted((expected or {}).items()):
            yield from self._fields("appeals", rule, wanted, seen.get(rule, {}), names)

    def _items(self) -> Iterator[Difference]:
        decision = self._decision
        dated = {
            "obligations": {_rule(o): o.get("due_at") for o in decision.obligations},
            "upcoming": {_rule(u): u.get("from") for u in decision.upcoming},
            "frozen": {str(f["policy"]): f.get("until") for f in _by_end(holding(decision.frozen))},
        }
        for key, items in self._expected.items.items():
            yield from self._dated(key, items, dated[key])

    def _dated(self, key: str, items: Items, seen: Mapping[str, Any]) -> Iterator[Difference]:
        yield from self._lists(key, items.names, seen, rules=key != "frozen")
        for name, time in sorted(items.times.items()):
            yield from self._time(key, time, seen.get(name), below=name)

    # Parts ------------------------------------------------------------------------------------------------------

    def _none_at_all(self, key: str, expected: Mapping[str, Any] | None, seen: Iterable[str]) -> Iterator[Difference]:
        if expected is not None and not expected:
            yield from self._lists(key, (), seen)

    def _fields(
        self, key: str, policy: str, wanted: Struct, seen: Mapping[str, Any], names: Iterable[str] | None = None
    ) -> Iterator[Difference]:
        for name in names if names is not None else seen:
            value = getattr(wanted, name)
            if value is not None and value != seen.get(name):
                shown = NONE if seen.get(name) is None else _word(seen[name])
                yield self._different(key, _word(value), shown, below=f"{policy} {name}")

    def _time(self, key: str, wanted: str | None, seen: object, *, below: str) -> Iterator[Difference]:
        if wanted is not None and not same_time(wanted, seen):
            yield self._different(key, wanted, NONE if seen is None else seen, below=below)


def _action(action: Mapping[str, Any], *, ends: bool) -> Action:
    """Return an action as it is compared: with its end only where a case asks for it."""
    return Action(str(action["do"]), str(action.get("to") or ""), str(action.get("until") or "") if ends else "")


def _mention(mention: Mention) -> str:
    """Return a word that was found as a suite writes it: `idiot`, or `1d10t as idiot (leet)`."""
    return f"{mention.seen} as {mention.term} ({mention.step})" if mention.step else mention.seen


def _names(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or NONE


def _remedy(remedy: Mapping[str, Any]) -> str:
    """Return what mends labels in words, or the rules that stand against it: `a/x against b/y`."""
    against = remedy.get("contradiction", remedy.get("unsettled", ()))
    return str(remedy.get("says", " against ".join(f"{rule['policy']}/{rule['rule']}" for rule in against)))


def _by_end(frozen: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return what is frozen, what ends last behind the rest: of several orders of a policy its end is meant."""
    return sorted(frozen, key=lambda item: (item.get("until") is None, str(item.get("until"))))


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _same_length(told: object, length: Duration) -> bool:
    found = parse_duration(told)
    if not isinstance(found, Duration):
        return False
    return found == length if in_seconds(length) is None else in_seconds(found) == in_seconds(length)


def _rule(item: Mapping[str, Any]) -> str:
    return f"{item['policy']}/{item['rule']}" if item.get("rule") else str(item["policy"])


def _people(holder: object) -> list[str]:
    if holder is None:
        return []
    return [str(person) for person in holder] if isinstance(holder, list | tuple) else [str(holder)]


def _says(message: str, text: Text) -> bool:
    return text.text in message if text.contains else message == text.text
