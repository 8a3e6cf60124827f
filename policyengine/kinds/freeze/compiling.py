"""A freeze policy as written → a plan that can be judged; what could never work is reported here."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import combinations

from msgspec import structs

from policyengine.core.decision import Place
from policyengine.core.diagnostic import Diagnostic, Span
from policyengine.core.duration import Duration, needs_calendar, write_duration
from policyengine.core.record import RecordType
from policyengine.kinds.freeze.judging import judge_record
from policyengine.kinds.freeze.orders import judge_order
from policyengine.kinds.freeze.plan import ORDER, Entry, Glass, Plan
from policyengine.kinds.freeze.voiding import votes_void_until
from policyengine.kinds.freeze.written import Allowed, BreakGlass, Freeze, Lift
from policyengine.language.environment import Read, reader
from policyengine.language.scope import Alias, resolve
from policyengine.language.tree import paths
from policyengine.shapes.contract import Compiled, Context
from policyengine.shapes.gate import OPEN
from policyengine.shapes.makers import maker_of
from policyengine.shapes.matching import filled
from policyengine.shapes.parts import Part
from policyengine.shapes.policy import Releaser
from policyengine.shapes.quorum import NOBODY, WAYS_AT_MOST, Need, read_need, too_few

COMPULSORY = ("by", "from", "until", "renewals", "lifted", "exempt")
"""What a type of record needs in order to start a freeze."""


def compile_freeze(body: Freeze, context: Context) -> Compiled:
    """Return the judges of a freeze policy: of the records that it stops, and of its orders. Faults are reported."""
    order = context.world.types.get(body.started_by)
    if order is None or context.record is None:
        return Compiled()  # an unknown type is reported where it is named
    if not _can_start(order, body, context):
        return Compiled()
    plan = _plan(body, order, context, _with_order(context, order))
    return Compiled(
        record_judges=(partial(judge_record, plan),),
        others={order.name: (partial(judge_order, plan),)},
        votes_judges=(partial(votes_void_until, plan),) if plan.asks_again else (),
    )


def _plan(body: Freeze, order: RecordType, context: Context, inside: Context) -> Plan:
    gate = inside.gate(body, "covers")
    covers = gate or OPEN
    read = sorted({path.steps[0].name for path in paths(covers.condition) if path.root == ORDER and path.steps})
    if gate is not None and not any(path.root == ORDER for path in paths(covers.condition)):
        message = "`covers` never asks for `$order`: every order stops the same"
        help_ = "for example `markets: {includes_any: $order.markets}`"
        context.report(Diagnostic("PE370", message, context.document.span(body, "covers"), "warning", help_))
    return Plan(
        policy=body.id,
        applies_to=body.applies_to,
        started_by=order.name,
        declarers=_people(body, "may_declare", body.may_declare, context),
        lasts=_length(body, "lasts", body.lasts, context),
        covers=covers,
        lift=_lift(body.lift, context),
        scope=context.gate(body, "only_for"),
        allowed=tuple(_allowed(body, inside)),
        glass=_glass(body.break_glass, context) if body.break_glass is not None else None,
        asks_again=body.approvals_given == "ask_again",
        makers=tuple(_makers(context)),
        fields=tuple(read),
        bases=context.world.bases.get(body.id, ()),
        source=Place(context.document.span().file, context.document.span().line),
    )


def _can_start(order: RecordType, body: Freeze, context: Context) -> bool:
    missing = [name for name in COMPULSORY if name not in order.root.fields]
    if missing:
        names = ", ".join(f"`{name}`" for name in missing)
        help_ = "name a type of record such as `freeze_order`"
        span = context.document.value_span(body, "started_by")
        context.fault("PE371", f"a {order.name} cannot start a freeze: it has no {names}", span, help_)
    return not missing


def _with_order(context: Context, order: RecordType) -> Context:
    """Return the context in which `$order` is the record that started the freeze."""
    aliases = {**context.names.aliases, ORDER: Alias(ORDER, order, many=False)}
    return structs.replace(context, names=structs.replace(context.names, aliases=aliases))


# People ---------------------------------------------------------------------------------------------------------------


def _people(part: Part, key: str, written: list[Releaser], context: Context) -> Need:
    """Return any one of the people named; that there is nobody is reported."""
    parts = tuple(_one(who) for who in written)
    need = parts[0] if len(parts) == 1 else Need("any_of", parts=parts)
    _check_possible(need, context.document.span(part, key), f"`{key}`", context)
    return need


def _one(who: Releaser) -> Need:
    if who.role is not None:
        return Need("role", (who.role,))
    return Need("team", (who.team,)) if who.team is not None else Need("people", (who.person or "",))


def _lift(written: Lift, context: Context) -> Need:
    """Return who lifts a freeze: every choice of `count` entries, by different people."""
    parts = tuple(read_need(part, context) for part in written.of)
    count = len(parts) if written.count is None else written.count
    span = context.document.span(written, "count" if written.count is not None else "of")
    if not 1 <= count <= len(parts):
        named = f"{len(parts)} {'entry' if len(parts) == 1 else 'entries'}"
        help_ = "two people of one role are `{role: counsel, count: 2}`"
        context.fault("PE373", f"`lift` asks for {count} of {named}", span, help_)
        return NOBODY
    ways = tuple(Need("all_of", parts=chosen) for chosen in combinations(parts, count))
    need = ways[0] if len(ways) == 1 else Need("any_of", parts=ways)
    if need.number_of_ways() > WAYS_AT_MOST:
        context.fault("PE327", "there are too many combinations of who is needed", span, "name fewer alternatives")
        return NOBODY
    _check_possible(need, span, "`lift`", context)
    return need


def _check_possible(need: Need, span: Span, what: str, context: Context) -> None:
    """Report that there are not enough people, or not enough different ones."""
    directory = context.world.directory
    if not directory.known or not _known_names(need, context):
        return  # unknown names are reported where they stand
    few = too_few(need, directory)
    if few is not None:
        there_are = "nobody" if few[1] == 0 else f"only {few[1]}"
        message = f"nobody can satisfy {what}: it needs {few[0]}, and there is {there_are}"
        context.fault("PE372", message, span, "mend the directory, or ask somebody else")
    elif filled([need.ways(lambda quorum: quorum.ever(directory))]) is None:
        message = f"nobody can satisfy {what}: there are not enough different people"
        context.fault("PE372", message, span, "everybody counts once only; mend the directory, or ask somebody else")


def _known_names(need: Need, context: Context) -> bool:
    directory = context.world.directory
    known = {"role": directory.roles, "team": directory.teams, "people": directory.people.keys()}
    return all(leaf.names and set(leaf.names) <= known[leaf.kind] for leaf in need.leaves())


# The rest -------------------------------------------------------------------------------------------------------------


def _length(part: Part, key: str, length: Duration, context: Context) -> Duration:
    if needs_calendar(length) or length == Duration():
        shown = write_duration(length)
        message = f"`{key}` is {shown}: a freeze runs by the clock, through nights and weekends"
        context.fault("PE374", message, context.document.value_span(part, key), "write hours or days, such as `24h`")
    return length


def _glass(written: BreakGlass, context: Context) -> Glass:
    need = _people(written, "by", written.by, context)
    return Glass(need, _length(written, "at_most", written.at_most, context))


def _allowed(body: Freeze, context: Context) -> Iterator[Entry]:
    seen: set[str] = set()
    for written in body.still_allowed or ():
        if written.id in seen:
            span = context.document.value_span(written, "id")
            context.fault("PE375", f"two entries have the id `{written.id}`", span, "give each its own id")
        seen.add(written.id)
        yield _entry(written, context)


def _entry(written: Allowed, context: Context) -> Entry:
    need = read_need(written.approved_by, context)
    _check_possible(need, context.document.span(written, "approved_by"), f"`{written.id}`", context)
    gate = context.gate(written, "when", says=f"still_allowed {written.id}")
    assert gate is not None  # noqa: S101 - `when` is compulsory
    return Entry(written.id, gate, need)


def _makers(context: Context) -> Iterator[Read]:
    record = context.record
    assert record is not None  # noqa: S101 - a policy without a known record type is not compiled
    name = maker_of(record)  # who made a record lets nothing through themselves
    path = resolve(name, context.scope, context.document.span(), context.report, spread=True) if name else None
    if path is not None:
        yield reader(path)
