"""`window`: rules about how often something happens within a stretch of time, as written, compiled and judged.

What the records of a window have in common is `by`; which of them count is `where`, judged as of each record's own
time (`newer_than: 30d` is about the account's age when it wrote, not about today).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Annotated, Any, Final, Literal

from msgspec import Struct, structs

from policyengine.core.duration import Duration
from policyengine.core.facts import NONE, UNTOLD
from policyengine.core.record import Field
from policyengine.language.environment import EvaluationError, Read, reader
from policyengine.language.program import Program
from policyengine.language.scope import resolve
from policyengine.language.trace import missing_facts
from policyengine.language.tree import Condition as Tree
from policyengine.language.tree import Truth
from policyengine.shapes.contract import Context
from policyengine.shapes.drifting import Adrift, Drift
from policyengine.shapes.gate import Gate
from policyengine.shapes.gauges import Event, Reporting, Threshold
from policyengine.shapes.gauges import Window as Sliding
from policyengine.shapes.grouping import (
    By,
    GroupAnswer,
    GroupCase,
    GroupJudgement,
    GroupRule,
    Key,
    Member,
    Uncounted,
    guarded,
    moment,
    order_of,
    read_by,
)
from policyengine.shapes.parts import Condition, Doc, OneOrMore, Part, Share, Use
from policyengine.shapes.policy import FieldName
from policyengine.shapes.predicate import Rule
from policyengine.shapes.sliding import Alert, alerts

MEASURED: Final = ("distinct", "share", "ratio", "spike", "in_a_row", "rising")
OPS: Final = ("at_least", "above", "at_most", "below")
DOWNWARDS: Final = frozenset(["at_most", "below"])
PROPORTIONS: Final = frozenset(["share", "ratio"])
_FIELDS: Final = ("distinct", "rising")
_COUNTED: Final = frozenset(["count", "distinct", "in_a_row", "rising"])
"""What is never more than there are records."""


class RatioOf(Part, frozen=True, kw_only=True):
    """How many times as many records fulfil one condition as another."""

    of: Annotated[Condition, Use("tightens"), Doc("what is counted", "{scores.toxicity: {at_least: 0.8}}")]
    to: Annotated[Condition, Use("tightens"), Doc("what it is compared with", "{scores.toxicity: {below: 0.2}}")]


class SpikeOver(Part, frozen=True, kw_only=True):
    """How many times as many records as usual."""

    over: Annotated[Duration, Doc("how far back `usual` is measured, empty times included", "7d")]
    count_at_least: Annotated[int, Doc("fewer records than these are no spike", "20")]


class Window(Part, frozen=True, kw_only=True):
    """How often something may happen within a stretch of time.

    Without `distinct`, `share`, `ratio`, `spike`, `in_a_row` or `rising` the records are counted.
    """

    one_of = (OPS,)

    where: Annotated[Condition | None, Use("tightens"), Doc("which records count (default: all)")] = None
    by: Annotated[list[FieldName] | None, OneOrMore(), Doc("what they have in common", "target.id")] = None
    same: Annotated[list[FieldName] | None, OneOrMore(), Doc("what else has to be equal", "fingerprint")] = None
    within: Annotated[Duration, Doc("how long the window is", "10 min")]
    distinct: Annotated[FieldName | None, Doc("count different values of a field", "author.id")] = None
    share: Annotated[Condition | None, Use("tightens"), Doc("the share of the records that fulfil this")] = None
    ratio: Annotated[RatioOf | None, Doc("how many times as many fulfil one condition as another")] = None
    spike: Annotated[SpikeOver | None, Doc("how many times as many as usual")] = None
    in_a_row: Annotated[Condition | None, Use("tightens"), Doc("how many, one after the other, fulfil this")] = None
    rising: Annotated[FieldName | None, Doc("how many, one after the other, have a higher value than before")] = None
    at_least: Annotated[Share | None, Doc("this many are too many", "20")] = None
    above: Annotated[Share | None, Doc("more than this many are too many")] = None
    at_most: Annotated[Share | None, Doc("this little is too little (a share or a ratio)")] = None
    below: Annotated[Share | None, Doc("less than this is too little (a share or a ratio)")] = None
    until_below: Annotated[Share | None, Doc("it goes on until the measure is below this", "10")] = None
    report: Annotated[Reporting | None, Doc("how often it is said (default: when it starts)", "once a window")] = None
    quiet_for: Annotated[Duration | None, Doc("after it was said, so long not again", "1h")] = None


class Compiled(Struct, frozen=True, eq=False, kw_only=True):
    """A window that can be judged."""

    by: By
    conditions: tuple[Tree, ...]
    counts: Program | None
    value: Read | None
    of: Program | None
    to: Program | None
    sliding: Sliding
    about: str


def compile_window(written: Window, rule: Rule, context: Context) -> GroupRule | None:
    """Return a rule with its window, or None after reporting what is wrong with it."""
    record = context.record
    assert record is not None  # noqa: S101 - a policy without a known type is not compiled
    if record.event_time is None:
        message = f"records of type {record.name} do not say when they took place"
        context.fault("PE721", message, context.document.span(written), "a window needs `x-event-time` in their schema")
        return None
    measure = _measure(written, context)
    by = _by(written, context)
    sliding = _sliding(written, measure, context)
    where = context.gate(written, "where")
    of, to = _compared(written, context)
    value = _value(written, measure, context)
    if by is None or sliding is None or (measure in _FIELDS and value is None):
        return None
    compiled = Compiled(
        by=by,
        conditions=tuple(gate.condition for gate in (where, of, to) if gate is not None),
        counts=where.program if where is not None else None,
        value=value,
        of=of.program if of is not None else None,
        to=to.program if to is not None else None,
        sliding=sliding,
        about=", ".join(path.text for path in by.paths),
    )
    return GroupRule(rule, partial(judge_window, compiled))


def _measure(written: Window, context: Context) -> str:
    given = [name for name in MEASURED if getattr(written, name) is not None]
    for name in given[1:]:
        help_ = "a window measures one thing; write a rule for each"
        context.fault("PE722", f"`{given[0]}` and `{name}` exclude each other", _span(written, name, context), help_)
    return given[0] if given else "count"


def _span(written: Window, key: str, context: Context) -> Any:
    return context.document.span(written, key)


def _by(written: Window, context: Context) -> By | None:
    by = read_by(written, "by", written.by or (), context)
    same = read_by(written, "same", written.same or (), context)
    if by is None or same is None:
        return None
    return By((*by.paths, *same.paths), (*by.reads, *same.reads))


def _sliding(written: Window, measure: str, context: Context) -> Sliding | None:
    within = _length(written, "within", written.within, context)
    quiet = _length(written, "quiet_for", written.quiet_for, context) if written.quiet_for is not None else timedelta(0)
    history = timedelta(0)
    if written.spike is not None:
        history = _length(written.spike, "over", written.spike.over, context) or history
        if within is not None and history < within:
            span = context.document.span(written.spike, "over")
            context.fault("PE723", "`over` is shorter than the window", span, "what is usual needs more time than that")
    threshold = _threshold(written, measure, context)
    if within is None or quiet is None or threshold is None:
        return None
    least = written.spike.count_at_least if written.spike is not None else 1
    return Sliding(within, measure, threshold, written.report or "when it starts", quiet, history, least)


def _length(part: Part, key: str, duration: Duration | None, context: Context) -> timedelta | None:
    """Return a length in elapsed time; months and business days have none."""
    if duration is None:
        return None
    if duration.months or duration.business_days or not (duration.days or duration.seconds):
        help_ = "write `10 min`, `4h` or `30d`"
        span = context.document.value_span(part, key)
        context.fault("PE723", f"`{key}` takes a fixed length of time", span, help_)
        return None
    return timedelta(days=duration.days, seconds=duration.seconds)


def _threshold(written: Window, measure: str, context: Context) -> Threshold | None:
    op: Literal["at_least", "above", "at_most", "below"] | None = next(
        (name for name in OPS if getattr(written, name) is not None), None
    )
    if op is None:
        return None  # reported by the builder
    wanted: Decimal = getattr(written, op)
    if op in DOWNWARDS and measure not in PROPORTIONS:
        help_ = "write `at_least`; what should have happened and did not is for `kind: review`"
        context.fault("PE724", f"`{op}` goes with `share` or `ratio`", _span(written, op, context), help_)
        return None
    if op not in DOWNWARDS and (wanted < 0 or (op == "at_least" and wanted == 0)):
        context.fault("PE724", "this always holds", _span(written, op, context), "write a number above 0")
        return None
    if measure == "share" and not 0 <= wanted <= 1:
        help_ = "a share is written `20%` or `0.2`"
        context.fault("PE724", "a share lies between 0 % and 100 %", _span(written, op, context), help_)
        return None
    lower = written.until_below
    if lower is not None and (op in DOWNWARDS or lower > wanted):
        help_ = f"it is the lower one: from {wanted} on it begins, below `until_below` it is over"
        context.fault("PE724", "`until_below` never lies below", _span(written, "until_below", context), help_)
        return None
    return Threshold(op, wanted, lower)


def _compared(written: Window, context: Context) -> tuple[Gate | None, Gate | None]:
    """Return the conditions that a measure looks at."""
    if written.ratio is not None:
        return context.gate(written.ratio, "of"), context.gate(written.ratio, "to")
    return context.gate(written, "share") or context.gate(written, "in_a_row"), None


def _value(written: Window, measure: str, context: Context) -> Read | None:
    if measure not in _FIELDS:
        return None
    name = getattr(written, measure)
    span = context.document.value_span(written, measure)
    path = resolve(name, context.scope, span, context.report)
    if path is None:
        return None
    if path.field.type in {"list", "object", "map", "any"} or (measure == "rising" and not _rises(path.field)):
        needs = "a number or a time" if measure == "rising" else "one value"
        context.fault("PE720", f"`{measure}` needs {needs}, which `{name}` is not", span, "name another field")
        return None
    return reader(path)


def _rises(field: Field) -> bool:
    return field.type in {"integer", "number", "share", "time", "date", "duration"}


# Judging --------------------------------------------------------------------------------------------------------------


def judge_window(window: Compiled, rule: Rule, case: GroupCase) -> GroupAnswer:
    """Return the alerts of a window rule as judgements, and the records that it could not count."""
    groups: dict[Key, list[Event]] = {}
    adrift = Adrift()
    uncounted: dict[str, list[str]] = {}
    by_id = {member.id: member for member in case.members if member.at is None or member.at <= case.at}
    for member in by_id.values():
        counts = _counts(window, rule, member)
        if counts is False:
            continue
        keys = tuple(window.by.keys(member.then))
        for missing in _untold(window, member, keys, case.when):
            uncounted.setdefault(missing, []).append(member.id)
        for key in keys:
            if member.at is None or None in key:
                event = _event(window, member, member.at or case.at, sure=False)
                adrift.add(key, event, timed=member.at is not None)
            else:
                groups.setdefault(key, []).append(_event(window, member, member.at, sure=counts is True))
    found = [
        _judgement(window, rule, case, key, alert, by_id)
        for key in sorted(_full(window, groups, adrift), key=order_of)
        for alert in _alerts(window, case, groups.get(key, ()), adrift.fitting(key))
    ]
    return GroupAnswer(tuple(found), tuple(Uncounted(m, tuple(sorted(ids))) for m, ids in sorted(uncounted.items())))


def _counts(window: Compiled, rule: Rule, member: Member) -> Truth:
    truth = guarded(rule, member.then)
    if truth is False or window.counts is None:
        return truth
    also = _asked(window.counts, member)
    return False if also is False else None if truth is None else also


def _asked(program: Program | None, member: Member) -> Truth:
    if program is None:
        return None
    try:
        return program(member.then, member.facts)
    except EvaluationError:
        return None


def _untold(window: Compiled, member: Member, keys: Sequence[Key], when: str) -> tuple[str, ...]:
    """Return the facts for want of which a record cannot be put into each of its groups, or into no window."""
    missing = [] if member.at is not None else [when]
    if any(None in key for key in keys):
        missing += [path.text for at, path in enumerate(window.by.paths) if any(key[at] is None for key in keys)]
    return tuple(missing)


def _full(window: Compiled, groups: Mapping[Key, Sequence[Event]], adrift: Adrift) -> Iterator[Key]:
    """Yield the groups in which there may be enough records; most have one or two, and are left out at once."""
    sliding = window.sliding
    least = sliding.threshold.wanted if sliding.measure in _COUNTED else 0
    for key in {*groups, *adrift.keys}:
        if len(groups.get(key, ())) + adrift.fitting(key).many >= least:
            yield key


def _event(window: Compiled, member: Member, at: datetime, *, sure: bool) -> Event:
    value = window.value(member.then, member.facts) if window.value is not None else None
    if isinstance(value, tuple):
        value = value[0]
    if value is NONE or value is UNTOLD or not isinstance(value, Hashable):
        value = None
    return Event(at, member.id, sure, value, _asked(window.of, member), _asked(window.to, member))


def _alerts(window: Compiled, case: GroupCase, events: Sequence[Event], drift: Drift) -> tuple[Alert, ...]:
    """Return the alerts of a group.

    What does not tell its group may belong to each that it fits, at its own time; what does not tell its time may
    belong to each window, and where nothing else comes of it, it may also have come all at once.
    """
    own = {event.id for event in events}
    near = [event for event in drift.near(events, window.sliding) if event.id not in own]
    floating = drift.floating
    found = alerts([*events, *near], window.sliding, case.at, floating=len(floating))
    if own and near:
        found = tuple(alert for alert in found if not own.isdisjoint(alert.ids))
    if not floating:
        return found
    ids = {event.id for event in floating}
    widened = (a if a.sure else structs.replace(a, ids=tuple(sorted(ids.union(a.ids)))) for a in found)
    return tuple(widened) or alerts([*events, *near, *floating], window.sliding, case.at)


def _judgement(
    window: Compiled, rule: Rule, case: GroupCase, key: Key, alert: Alert, by_id: dict[str, Member]
) -> GroupJudgement:
    newest = by_id[max(alert.ids, key=lambda identity: (by_id[identity].at or case.at, identity))]
    env = case.env(newest.facts, alert.first)
    return GroupJudgement(
        verdict="fail" if alert.sure else "unproven",
        outcome=rule.outcome if alert.sure else rule.unproven,
        by=window.by.shown(key),
        ids=alert.ids,
        message=rule.message.render(env, newest.facts),
        first=moment(alert.first),
        last=moment(alert.last),
        fix=rule.fix.render(env, newest.facts) if rule.fix is not None else None,
        missing=() if alert.sure else _missing(window, rule, case, alert, by_id),
        actions=rule.actions if alert.sure else rule.in_doubt,
    )


def _missing(window: Compiled, rule: Rule, case: GroupCase, alert: Alert, by_id: dict[str, Member]) -> tuple[str, ...]:
    """Return the facts that would settle an alert that is only possible."""
    found: set[str] = set()
    for identity in alert.ids:
        member = by_id[identity]
        found.update(_untold(window, member, tuple(window.by.keys(member.then)), case.when))
        found.update(missing_facts(rule.guard, member.then, member.facts))
        for condition in window.conditions:
            found.update(missing_facts(condition, member.then, member.facts))
    return tuple(sorted(found))
