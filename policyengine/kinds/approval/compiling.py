"""An approval policy as written → a flow that can be judged; what could never work is reported here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from graphlib import CycleError, TopologicalSorter

from msgspec import structs

from policyengine.core.diagnostic import Diagnostic
from policyengine.core.duration import Duration, needs_calendar, write_duration
from policyengine.core.source import Node
from policyengine.core.suggest import did_you_mean
from policyengine.kinds.approval import flow
from policyengine.kinds.approval.judging import judge_record
from policyengine.kinds.approval.lane import check_trust
from policyengine.kinds.approval.written import Approval, FastTrack, Stage
from policyengine.language.environment import reader
from policyengine.language.scope import resolve
from policyengine.shapes.contract import Compiled, Context
from policyengine.shapes.directory import Directory
from policyengine.shapes.gate import Gate
from policyengine.shapes.makers import maker_of
from policyengine.shapes.matching import filled
from policyengine.shapes.material import material_names
from policyengine.shapes.quorum import AskedFor, Need, Needs, read_need, too_few


def compile_approval(body: Approval, context: Context) -> Compiled:
    """Return the judge of an approval policy; faults are reported."""
    order = _order(body, context)
    stages = {stage.id: _stage(stage, context) for stage in body.stages}
    lane = _lane(body, context, frozenset(stages))
    built = flow.Flow(
        policy=body.id,
        bases=context.world.bases.get(body.id, ()),
        stages=tuple(stages[identity] for identity in order),
        scope=context.gate(body, "only_for"),
        different_people=body.different_people,
        makers=() if body.author_may_vote else tuple(_makers(body, context)),
        exempt=tuple(_exempt(body, context)),
        lifts=_lifts(body, context),
        lane=lane,
    )
    if context.world.directory.known:
        _check_possible(built, body, context)
    calls = {s.deadline.escalate for s in built.stages if s.deadline is not None and s.deadline.escalate is not None}
    judges = (partial(judge_record, built),)
    return Compiled(record_judges=judges, calls=tuple(sorted(calls)), gates=tuple(_gates(built)))


def _gates(built: flow.Flow) -> Iterator[Gate]:
    """Yield the conditions on which it depends who is asked."""
    for stage in built.stages:
        if stage.when is not None:
            yield stage.when
        for part in stage.need.walk():
            if part.when is not None:
                yield structs.replace(part.when, says=f"{stage.id}, {part} when")
    if built.lane is not None:
        yield built.lane.when


# Stages ---------------------------------------------------------------------------------------------------------------


def _order(body: Approval, context: Context) -> tuple[str, ...]:
    """Return the ids of the stages, each behind those that it waits for and otherwise by name; () after a circle."""
    seen: dict[str, Stage] = {}
    for stage in body.stages:
        if stage.id in seen:
            span = context.document.value_span(stage, "id")
            context.fault("PE322", f"two stages have the id `{stage.id}`", span, "give each its own id")
        seen[stage.id] = stage
    graph = {stage.id: tuple(_known(stage, "after", stage.after or (), seen, context)) for stage in body.stages}
    sorter = TopologicalSorter(graph)
    try:
        sorter.prepare()
    except CycleError as circle:
        # graphlib names the circle as a list that ends where it begins.
        names = list(reversed(circle.args[1]))
        span = context.document.span(seen[min(names)], "after")
        context.fault("PE321", "stages wait for each other: " + " → ".join(f"`{n}`" for n in names), span)
        return ()
    order: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        order.extend(ready)
        sorter.done(*ready)
    return tuple(order)


def _known(
    part: object, key: str, names: list[str] | tuple[str, ...], known: dict[str, Stage], context: Context
) -> Iterator[str]:
    for index, name in enumerate(names):
        if name in known:
            yield name
            continue
        help_ = did_you_mean(name, known) or f"there are {', '.join(sorted(known))}"
        span = context.document.value_span(part, key, index)  # type: ignore[arg-type]
        context.fault("PE320", f"the policy has no stage `{name}`", span, help_)


def _stage(written: Stage, context: Context) -> flow.Stage:
    return flow.Stage(
        id=written.id,
        need=read_need(written.needs, context),
        after=tuple(sorted(set(written.after or ()))),
        when=context.gate(written, "when", says=f"{written.id} when"),
        deadline=_deadline(written, context),
    )


def _lifts(body: Approval, context: Context) -> Need | None:
    """Return who may take back the rejections of others: one person, whoever is named."""
    written = body.vetoes_lifted_by
    if written is None:
        return None
    several = "all_of" if written.all_of is not None else "count" if written.count not in {None, 1} else None
    if several is not None:
        help_ = "name a role, a team or people, or several of them under `any_of`"
        span = context.document.span(written, several)
        context.fault("PE750", "a rejection is taken back by one person", span, help_)
    return read_need(written, context)


# Deadlines ------------------------------------------------------------------------------------------------------------


def _deadline(written: Stage, context: Context) -> flow.Deadline | None:
    span = context.document.span
    fault = partial(context.fault, "PE324")
    if written.within is None:
        for key in ("calendar", "warn_at", "on_timeout"):
            if getattr(written, key) is not None:
                fault(
                    f"`{key}` says something about a deadline that `{written.id}` does not have",
                    span(written, key),
                    "add `within: 4h`, or leave it out",
                )
        return None
    _check_within(written, context)
    if written.warn_at is not None and not 0 < written.warn_at < 1:
        fault(
            "`warn_at` is a share of the time, between 0 % and 100 %", span(written, "warn_at"), "write `warn_at: 75%`"
        )
    escalate, expires = _timeout(written, context)
    return flow.Deadline(written.within, written.calendar or "always", written.warn_at, escalate, expires)


def _check_within(written: Stage | FastTrack, context: Context) -> None:
    if written.within == Duration():
        span = context.document.value_span(written, "within")
        context.fault("PE324", "`within` leaves no time at all", span, "write hours or days, such as `4h`")
    if written.within is not None and written.calendar is None and needs_calendar(written.within):
        help_ = "add `calendar: market`, or a calendar of the directory"
        span = context.document.span(written, "within")
        context.fault("PE324", f"`{write_duration(written.within)}` needs a calendar", span, help_)


def _timeout(written: Stage, context: Context) -> tuple[str | None, bool]:
    """Return the policy to escalate to, or that the stage expires."""
    node = written.on_timeout.node if written.on_timeout is not None else None
    if node is None or node.value == "expire":
        return None, node is not None
    target: Node | None = node.value.get("escalate") if isinstance(node.value, dict) and len(node.value) == 1 else None
    if target is None or not isinstance(target.value, str):
        help_ = "write `on_timeout: expire` or `on_timeout: {escalate: …}`; time never says yes"
        context.fault("PE122", "`on_timeout` takes `expire`, or where to escalate", node.span, help_)
        return None, False
    policies = context.world.policies
    if policies.get(target.value) != "escalation":
        escalations = [p for p, kind in policies.items() if kind == "escalation"]
        help_ = did_you_mean(target.value, escalations) or "it names a policy of `kind: escalation`"
        context.fault("PE205", f"unknown escalation policy `{target.value}`", target.span, help_)
    return target.value, False


# The rest -------------------------------------------------------------------------------------------------------------


def _makers(body: Approval, context: Context) -> Iterator[flow.Maker]:
    record = context.record
    assert record is not None  # noqa: S101 - a policy without a known record type is not compiled
    usual = maker_of(record)
    names = body.made_by or ([usual] if usual is not None else [])
    for index, name in enumerate(names):
        span = context.document.value_span(body, "made_by", index) if body.made_by else context.document.span()
        path = resolve(name, context.scope, span, context.report, spread=True)
        if path is not None:
            yield flow.Maker(name, reader(path))


def _exempt(body: Approval, context: Context) -> Iterator[str]:
    written = body.edits_that_void
    record = context.record
    assert record is not None  # noqa: S101 - as above
    known = material_names(record)
    for index, name in enumerate(written.all_except if written is not None else ()):
        span = context.document.value_span(written, "all_except", index)
        if resolve(name, context.scope, span, context.report, spread=True) is None:
            continue
        if any(n == name or n.startswith(f"{name}.") for n in known):
            yield name
            continue
        field = record.field(name)
        sources = ", ".join(f"`{s}`" for s in field.derived.reads) if field is not None and field.derived else ""
        help_ = f"it is computed; name {sources}" if sources else "leave it out: an edit of it voids no vote anyway"
        context.fault("PE326", f"`{name}` is no part of what is voted on", span, help_)


def _lane(body: Approval, context: Context, known: frozenset[str]) -> flow.Lane | None:
    written = body.fast_track
    if written is None:
        return None
    stages = {stage.id: stage for stage in body.stages}
    remaining = frozenset(_known(written, "stages", written.stages, stages, context))
    gate = context.gate(written, "when", says="fast_track")
    if gate is None:
        return None
    check_trust(written, gate.condition, context)
    if remaining == known:
        span = context.document.span(written, "stages")
        context.fault("PE320", "the lane leaves no stage out", span, "name fewer stages, or drop `fast_track`")
    return flow.Lane(gate, remaining, _hurry(written, context))


def _hurry(written: FastTrack, context: Context) -> flow.Deadline | None:
    if written.within is not None:
        _check_within(written, context)
        return flow.Deadline(written.within, written.calendar or "always")
    if written.calendar is not None:
        message = "`calendar` says something about a deadline that the lane does not have"
        help_ = "add `within: 30 min`, or leave it out"
        context.fault("PE324", message, context.document.span(written, "calendar"), help_)
    return None


# What nobody can satisfy ----------------------------------------------------------------------------------------------


def _check_possible(built: flow.Flow, body: Approval, context: Context) -> None:
    """Report stages for which there are not enough people, alone or together with others."""
    written = {stage.id: stage for stage in body.stages}
    directory = context.world.directory
    possible = []
    for stage in built.stages:
        if not _known_names(stage.need, directory):
            continue  # reported as unknown where they stand
        needs = written[stage.id].needs
        few = too_few(stage.need, directory)
        if few is None:
            possible.append(stage)
            _check_alternatives(stage.need, needs, context)
            continue
        span = context.document.span(written[stage.id], "needs")
        help_ = "mend the directory, or ask somebody else"
        context.fault(
            "PE323", f"nobody can satisfy `{stage.id}`: it needs {few[0]}, and there is {_only(few[1])}", span, help_
        )
    known = built.lifts is not None and _known_names(built.lifts, directory)
    if known and built.lifts is not None and not built.lifts.ever(directory):
        span = context.document.span(body, "vetoes_lifted_by")
        context.fault("PE323", f"there is nobody who could take a rejection back: it needs {built.lifts}", span)
    if built.different_people:
        _check_different(possible, written, context)


def _only(people: int) -> str:
    return "nobody" if people == 0 else f"only {people}"


def _check_alternatives(need: Need, written: Needs | AskedFor, context: Context) -> None:
    """Warn of alternatives that nobody can take, in a need that can be met in another way."""
    nodes: Sequence[Needs | AskedFor] = written.any_of or written.all_of or ()
    for part, node in zip(need.parts, nodes, strict=False):
        few = too_few(part, context.world.directory)
        if few is None:
            _check_alternatives(part, node, context)
        elif need.kind == "any_of":
            message = f"nobody can take this way: it needs {few[0]}, and there is {_only(few[1])}"
            span = context.document.span(node)
            help_ = "mend the directory, or leave it out"
            context.report(Diagnostic("PE751", message, span, "warning", help_))


def _known_names(need: Need, directory: Directory) -> bool:
    known = {"role": directory.roles, "team": directory.teams, "people": directory.people.keys()}
    return all(group.names and set(group.names) <= known[group.kind] for group in need.groups())


def _check_different(possible: list[flow.Stage], written: dict[str, Stage], context: Context) -> None:
    """Report stages that lack different people: an error beside those that always apply, else a warning.

    Stages with a condition may exclude each other, so that all of them together is only a possibility.
    """
    directory = context.world.directory
    ways = {stage.id: stage.need.ways(lambda need: need.ever(directory)) for stage in possible}
    always: list[str] = []
    together: list[str] = []
    for stage in sorted(possible, key=lambda stage: stage.when is not None):
        impossible = filled([ways[identity] for identity in (*always, stage.id)]) is None
        if not impossible and filled([ways[identity] for identity in (*together, stage.id)]) is not None:
            together.append(stage.id)
            always += [stage.id] if stage.when is None else []
            continue
        others = always if impossible else together
        beside = f" beside {', '.join(f'`{other}`' for other in others)}" if others else ""
        message = f"there are not enough different people for `{stage.id}`{beside}"
        span = context.document.span(written[stage.id], "needs")
        help_ = "`different_people` asks for somebody else each time"
        context.report(Diagnostic("PE323", message, span, "error" if impossible else "warning", help_))
