"""Clocks as written → timers and promises; what could never run is reported here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from policyengine.core.duration import Duration
from policyengine.core.instant import start_of_day
from policyengine.core.record import RecordType
from policyengine.core.suggest import did_you_mean
from policyengine.kinds.escalation.clocking import CaseClocks, Pledge, SetClocks
from policyengine.kinds.escalation.document import Escalation, NewGoal, Path, Promise, SlaClock, Within
from policyengine.kinds.escalation.measuring import Clockwork
from policyengine.kinds.escalation.routing import Fork
from policyengine.kinds.escalation.threads import has_threads
from policyengine.kinds.escalation.timers import STOPPED_BY, Timer
from policyengine.language.environment import Read, reader
from policyengine.language.scope import Scope, resolve
from policyengine.shapes.contract import Compiled, Context, RecordJudge
from policyengine.shapes.hops import SEVERITIES
from policyengine.shapes.sla import ANY, Goal, Targets

CASES: Final = 10
"""Measured cases that a promise leans on at least, where it does not say: fewer have no nine tenths."""
_SAYS_WHEN: Final = frozenset(["events", "replies", "answered_at"])


def compile_clocks(body: Escalation, forks: tuple[Fork, ...], context: Context) -> Compiled:
    """Return the judges of a policy's clocks; faults are reported."""
    by_path = {
        name: tuple(_timers(path.clocks or {}, path, context)) for name, path in sorted((body.paths or {}).items())
    }
    work = Clockwork(
        policy=body.id,
        scope=context.gate(body, "only_for", says=f"{body.id} only_for"),
        forks=forks,
        timers=tuple(_timers(body.clocks or {}, None, context)),
        by_path=by_path,
    )
    pledges = tuple(_pledges(body, work, context))
    if not work:
        return Compiled()
    others: dict[str, tuple[RecordJudge, ...]] = {}
    for pledge in pledges:
        others[pledge.by] = (*others.get(pledge.by, ()), pledge)
    return Compiled(
        record_judges=(CaseClocks(work),), set_judges=(SetClocks(work, body.applies_to, pledges),), others=others
    )


def _timers(written: Mapping[str, SlaClock], path: Path | None, context: Context) -> Iterator[Timer]:
    for name, clock in sorted(written.items()):
        _check_runs(name, clock, context)
        pausing = clock if clock.pause_while is not None or path is None else path
        yield Timer(
            name=name,
            calendar=clock.calendar or (path.calendar if path is not None else None) or "always",
            goals=tuple(_goals(clock, context)),
            start=context.gate(clock, "start_when", says=f"clock {name} start_when"),
            pause=context.gate(pausing, "pause_while", says=f"clock {name} pause_while"),
            stop=context.gate(clock, "stop_when", says=f"clock {name} stop_when"),
        )


def _check_runs(name: str, clock: SlaClock, context: Context) -> None:
    """Report a clock that nothing stops: it has no condition, and does not know by itself."""
    if clock.stop_when is not None:
        return
    span = context.document.span(clock)
    kind = context.record
    if name not in STOPPED_BY:
        known = ", ".join(f"`{preset}`" for preset in sorted(STOPPED_BY))
        help_ = did_you_mean(name, STOPPED_BY) or f"say `stop_when`; {known} know by themselves"
        context.fault("PE705", f"nothing stops the clock `{name}`", span, help_)
    elif kind is not None and not (_SAYS_WHEN & kind.root.fields.keys() or has_threads(kind)):
        message = f"a {kind.name} does not tell when it was answered or resolved"
        context.fault("PE705", message, span, "say `stop_when`, with a field that has a time")


def _goals(clock: SlaClock, context: Context) -> Iterator[Goal]:
    yield Goal(None, _targets(clock.within, clock.by_market, clock, context))
    days = set()
    for goal in clock.goals or ():
        if goal.from_ in days:
            span = context.document.value_span(goal, "from")
            context.fault("PE703", "two goals begin on one day", span, "keep one of them")
        days.add(goal.from_)
        since = start_of_day(goal.from_, context.world.zone)
        yield Goal(since, _targets(goal.within, goal.by_market, goal, context))


def _targets(
    within: Within, by_market: Mapping[str, Within] | None, part: SlaClock | NewGoal, context: Context
) -> Targets:
    markets = context.names.markets
    for code in by_market or {}:
        if markets and code not in markets:
            span = context.document.node_of(part).span_at(("by_market", code), key=True)
            help_ = did_you_mean(code, markets) or f"there are {', '.join(markets)}"
            context.fault("PE706", f"unknown market `{code}`", span, help_)
    return Targets(_table(within), {code: _table(table) for code, table in sorted((by_market or {}).items())})


def _table(within: Within) -> dict[str, Duration]:
    found = {word: getattr(within, word) for word in (*SEVERITIES, ANY)}
    return {word: limit for word, limit in found.items() if limit is not None}


# Promises -------------------------------------------------------------------------------------------------------------


def _pledges(body: Escalation, work: Clockwork, context: Context) -> Iterator[Pledge]:
    paths = [(None, body.clocks or {}), *((name, path.clocks or {}) for name, path in (body.paths or {}).items())]
    for path, clocks in paths:
        for name, clock in clocks.items():
            if clock.promise is not None:
                pledge = _pledge(clock.promise, name, path, body, work, context)
                if pledge is not None:
                    yield pledge


def _pledge(
    promise: Promise, clock: str, path: str | None, body: Escalation, work: Clockwork, context: Context
) -> Pledge | None:
    by = context.world.types.get(promise.by)
    if by is None or context.record is None:
        return None
    _check_room(promise, context)
    says = _says(promise, by, context)
    same = tuple(_same(promise, by, context))
    if says is None:
        return None
    return Pledge(
        policy=body.id,
        clock=clock,
        path=path,
        work=work,
        record=context.record.name,
        by=by.name,
        field=promise.field,
        says=says,
        same=same,
        headroom=promise.headroom,
        cases=CASES if promise.cases is None else promise.cases,
        outcome=promise.otherwise,
        owner=body.owner,
        span=context.document.span(promise),
    )


def _check_room(promise: Promise, context: Context) -> None:
    if not 0 <= promise.headroom < 1:
        span = context.document.value_span(promise, "headroom")
        context.fault("PE707", "no promise leaves such a headroom", span, "write a share below 100%, such as `20%`")
    if promise.cases is not None and promise.cases < 1:
        span = context.document.value_span(promise, "cases")
        message = f"a promise cannot lean on {promise.cases} cases"
        context.fault("PE707", message, span, "write how many are measured at least, such as `10`")


def _says(promise: Promise, by: RecordType, context: Context) -> Read | None:
    span = context.document.value_span(promise, "field")
    path = resolve(promise.field, Scope.of(context.names, by), span, context.report)
    if path is None:
        return None
    if path.field.type != "duration":
        context.fault("PE704", f"`{promise.field}` is not a length of time", span, "name what is promised, in hours")
        return None
    return reader(path)


def _same(promise: Promise, by: RecordType, context: Context) -> Iterator[tuple[Read, Read]]:
    for index, name in enumerate(promise.same or ()):
        span = context.document.value_span(promise, "same", index)
        paths = [resolve(name, scope, span, context.report) for scope in (context.scope, Scope.of(context.names, by))]
        if paths[0] is not None and paths[1] is not None:
            yield reader(paths[0]), reader(paths[1])
