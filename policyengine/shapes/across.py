"""`across`: rules about groups of records in calendar periods, as written, compiled and judged.

The rules of a policy with `across` are about each group: `$group` is the list of its records. With `in_a_row` they are
about the records, and `when` holds where in each of so many periods, one after the other, some record fulfils it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo

from msgspec import Struct, structs

from policyengine.core.diagnostic import Diagnostic
from policyengine.core.facts import UNTOLD
from policyengine.core.record import Field
from policyengine.language.environment import OpenList
from policyengine.language.scope import Alias
from policyengine.language.trace import missing_facts
from policyengine.language.tree import ALWAYS, Path, Truth
from policyengine.shapes.contract import Context
from policyengine.shapes.gate import Gate
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
    order_of,
    read_by,
)
from policyengine.shapes.parts import Doc, OneOrMore, Part
from policyengine.shapes.policy import FieldName, Policy
from policyengine.shapes.policy import Rule as Written
from policyengine.shapes.predicate import Rule, judge_entry
from policyengine.shapes.rules import compile_rule

GROUP: Final = "group"
Period = Literal["day", "week", "month", "quarter"]
_QUARTER: Final = 3
_YEAR: Final = 12


class Across(Part, frozen=True, kw_only=True):
    """How records are grouped: by what they have in common, and by calendar period."""

    at_least_one = (("by", "period"),)

    by: Annotated[list[FieldName] | None, OneOrMore(), Doc("what the records have in common", "owner")] = None
    period: Annotated[Period | None, Doc("the calendar period that they fall into", "week")] = None
    in_a_row: Annotated[int | None, Doc("in so many periods, one after the other", "4")] = None


class Grouped(Struct, frozen=True, eq=False):
    """What the groups are."""

    by: By
    period: Period | None
    in_a_row: int


class Cell(Struct, frozen=True, eq=False):
    """The records of one group in one period: those that certainly belong to it, and those that possibly do.

    `adrift` counts the further records that may belong to the key, as they do not tell when they took place (None), or
    what they share, by their period.
    """

    key: Key
    period: date | None
    sure: tuple[Member, ...]
    unsure: tuple[Member, ...]
    adrift: Mapping[date | None, int]

    @property
    def is_open(self) -> bool:
        """Tell whether there may be more records in it."""
        return bool(self.unsure) or None in self.adrift or self.period in self.adrift

    @property
    def members(self) -> tuple[Member, ...]:
        """Return all of them, in the order of their ids."""
        return tuple(sorted((*self.sure, *self.unsure), key=lambda member: member.id))


def compile_across(across: Across, body: Policy, context: Context) -> tuple[GroupRule, ...]:
    """Return the rules of a policy that are about groups; faults are reported."""
    grouped = _grouped(across, context)
    scope = context.gate(body, "only_for", says="only_for")
    if body.with_ is not None:
        span = context.document.span(body, "with")
        message = "`with` finds the records that belong to one record, and the rules here are about groups"
        context.fault("PE726", message, span, "leave it out")
    if grouped is None:
        return ()
    runs = across.in_a_row is not None
    inside = context if runs else _about_groups(grouped, context)
    found: list[GroupRule] = []
    for written in body.rules or ():
        if not _fits(written, context, runs=runs):
            continue
        rule = compile_rule(written, body, inside, ALWAYS)
        if rule is not None:
            found.append(GroupRule(rule, partial(_judge_runs if runs else _judge_groups, grouped, scope)))
    return tuple(found)


def _grouped(across: Across, context: Context) -> Grouped | None:
    assert context.record is not None  # noqa: S101 - a policy without a known type is not compiled
    by = read_by(across, "by", across.by or (), context)
    span = context.document.span(across)
    if context.record.event_time is None and across.period is not None:
        message = f"records of type {context.record.name} do not say when they took place"
        context.fault("PE721", message, span, "a period needs `x-event-time` in their schema")
        return None
    if across.in_a_row is not None and (across.in_a_row < 2 or across.period is None):  # noqa: PLR2004 - a row
        help_ = "write `period: week` and `in_a_row: 4`"
        message = "`in_a_row` is about two periods or more, one after the other"
        context.fault("PE725", message, context.document.span(across, "in_a_row"), help_)
        return None
    return None if by is None else Grouped(by, across.period, across.in_a_row or 1)


def _fits(written: Written, context: Context, *, runs: bool) -> bool:
    """Tell whether a rule can be about groups; what it cannot say there is reported."""
    misplaced = [key for key in ("for_each", "due") if getattr(written, key) is not None]
    for key in misplaced:
        span = context.document.span(written, key)
        message = f"`{key}` is about one record, and the rules here are about groups"
        context.fault("PE726", message, span, "put the rule into a policy without `across`")
    if runs and written.require is not None:
        span = context.document.span(written, "require")
        context.fault("PE726", "with `in_a_row` a rule has `when` and `then`", span, "say what must not go on")
        return False
    return not misplaced


def _about_groups(grouped: Grouped, context: Context) -> Context:
    """Return the context in which `$group` is the list of records, and bare paths are what they have in common."""
    record = context.record
    assert record is not None  # noqa: S101 - as above
    aliases = {**context.names.aliases, GROUP: Alias(GROUP, record, many=True)}
    names = structs.replace(context.names, aliases=aliases)
    shared = structs.replace(record, root=_only(record.root, grouped.by.paths))

    def report(fault: Diagnostic) -> None:
        name = fault.message.split("`")[1] if fault.code == "PE102" else ""
        if name in record.root.fields:
            message = f"`{name}` belongs to one record, and the rules here are about groups"
            help_ = f"write `$group: {{some: {{{name}: …}}}}` (or `every`, `none`, `count`, `share`)"
            fault = Diagnostic("PE726", message, fault.span, help=help_)
        context.report(fault)

    return structs.replace(context, names=names, record=shared, report=report)


def _only(field: Field, kept: Sequence[Path]) -> Field:
    """Return an object with no fields but those on the paths."""
    names = [[step.name for step in path.steps] for path in kept]
    return _cut(field, [name for name in names if name])


def _cut(field: Field, names: list[list[str]]) -> Field:
    fields = {}
    for name in sorted({parts[0] for parts in names}):
        deeper = [parts[1:] for parts in names if parts[0] == name and parts[1:]]
        child = field.fields.get(name)
        if child is not None:
            fields[name] = _cut(child, deeper) if deeper and child.fields else child
    return structs.replace(field, fields=fields)


# Judging --------------------------------------------------------------------------------------------------------------


def _judge_groups(grouped: Grouped, scope: Gate | None, rule: Rule, case: GroupCase) -> GroupAnswer:
    """Return what a rule says about each group, and the records that could be put into none."""
    cells, uncounted = _cells(grouped, scope, rule, case, bare=True)
    found = [judgement for cell in cells if (judgement := _judged(grouped, rule, case, cell)) is not None]
    return GroupAnswer(tuple(found), uncounted)


def _judged(grouped: Grouped, rule: Rule, case: GroupCase, cell: Cell) -> GroupJudgement | None:
    first = cell.members[0]
    env = case.env(first.facts, case.at)
    certain = [member.facts for member in cell.sure]
    group = OpenList([*certain, UNTOLD]) if cell.is_open else certain
    env.aliases = {**env.aliases, GROUP: group}
    judgement = judge_entry(rule, env, first.facts, ())
    if judgement.verdict in {"pass", "not_applicable"}:
        return None
    return GroupJudgement(
        verdict=judgement.verdict,
        outcome=judgement.outcome,
        by=grouped.by.shown(cell.key),
        ids=tuple(member.id for member in cell.members),
        message=judgement.message,
        period=_said(cell.period, grouped.period),
        fix=judgement.fix,
        missing=judgement.missing,
        actions=judgement.actions,
    )


def _judge_runs(grouped: Grouped, scope: Gate | None, rule: Rule, case: GroupCase) -> GroupAnswer:
    """Return the rows of periods in each of which some record fulfils the rule's `when`."""
    cells, uncounted = _cells(grouped, scope, rule, case, bare=False)
    by_key: dict[Key, list[Cell]] = {}
    for cell in cells:
        by_key.setdefault(cell.key, []).append(cell)
    found: list[GroupJudgement] = []
    for key in sorted(by_key, key=order_of):
        rows = list(_rows(grouped, [cell for cell in by_key[key] if cell.sure]))
        covered = {cell.period for row in rows for cell in row}
        found.extend(_row(grouped, rule, case, row, sure=True) for row in rows)
        possible = _possible(grouped, by_key[key])
        if possible and not covered & {cell.period for cell in possible}:
            found.append(_row(grouped, rule, case, possible, sure=False))
    return GroupAnswer(tuple(found), uncounted)


def _rows(grouped: Grouped, cells: Sequence[Cell]) -> Iterator[tuple[Cell, ...]]:
    """Yield the longest rows of periods, one after the other, that are long enough."""
    row: list[Cell] = []
    for cell in (*cells, None):
        if cell is not None and (not row or _ordinal(cell.period, grouped) == _ordinal(row[-1].period, grouped) + 1):
            row.append(cell)
            continue
        if len(row) >= grouped.in_a_row:
            yield tuple(row)
        row = [cell] if cell is not None else []


def _possible(grouped: Grouped, cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """Return the periods that may stand in a row long enough, with those that nobody can place in the gaps.

    A record that tells its period, but not what it shares, may fill that one alone.
    """
    adrift = cells[0].adrift if cells else {}
    filled = {_ordinal(period, grouped) for period in adrift if period is not None}
    by_number = {_ordinal(cell.period, grouped): cell for cell in cells}
    found: dict[int, Cell] = {}
    for start in {number - back for number in by_number for back in range(grouped.in_a_row)}:
        row = range(start, start + grouped.in_a_row)
        if sum(number in by_number or number in filled for number in row) + adrift.get(None, 0) >= grouped.in_a_row:
            found.update((number, by_number[number]) for number in row if number in by_number)
    return tuple(found[number] for number in sorted(found))


def _row(grouped: Grouped, rule: Rule, case: GroupCase, row: Sequence[Cell], *, sure: bool) -> GroupJudgement:
    members = [member for cell in row for member in (cell.sure if sure else cell.members)]
    last = members[-1]
    env = case.env(last.facts, case.at)
    missing = {name for m in members for name in missing_facts(rule.guard, m.env, m.facts)} if not sure else set()
    return GroupJudgement(
        verdict="fail" if sure else "unproven",
        outcome=rule.outcome if sure else rule.unproven,
        by=grouped.by.shown(row[0].key),
        ids=tuple(sorted(member.id for member in members)),
        message=rule.message.render(env, last.facts),
        period=f"{_said(row[0].period, grouped.period)} to {_said(row[-1].period, grouped.period)}",
        fix=rule.fix.render(env, last.facts) if rule.fix is not None else None,
        missing=tuple(sorted(missing)),
        actions=rule.actions if sure else rule.in_doubt,
    )


# Groups ---------------------------------------------------------------------------------------------------------------


def _cells(
    grouped: Grouped, scope: Gate | None, rule: Rule, case: GroupCase, *, bare: bool
) -> tuple[tuple[Cell, ...], tuple[Uncounted, ...]]:
    """Return the groups in the order of key and period, and the records that could be put into none.

    With `bare` every record in scope belongs to a group, else those that fulfil the rule's `when`.
    """
    sure: dict[tuple[Key, date | None], list[Member]] = {}
    unsure: dict[tuple[Key, date | None], list[Member]] = {}
    adrift: Counter[tuple[Key, date | None]] = Counter()
    uncounted: dict[str, list[str]] = {}
    for member in case.members:
        truth = _counted(scope, rule, member, bare=bare)
        if truth is False:
            continue
        period = _period(member.at, grouped.period, member.env.zone)
        for key in grouped.by.keys(member.env):
            untold = [case.when] if grouped.period is not None and period is None else []
            untold += [path.text for path, value in zip(grouped.by.paths, key, strict=True) if value is None]
            for name in untold:
                uncounted.setdefault(name, []).append(member.id)
            if untold:
                adrift[key, period] += 1
            else:
                (sure if truth else unsure).setdefault((key, period), []).append(member)
    drifts = {key: _drift(adrift, key) for key, _ in {*sure, *unsure}}
    cells = [
        Cell(key, period, tuple(sure.get((key, period), ())), tuple(unsure.get((key, period), ())), drifts[key])
        for key, period in sorted({*sure, *unsure}, key=lambda cell: (order_of(cell[0]), cell[1] or date.min))
    ]
    reports = (Uncounted(name, tuple(sorted(set(ids)))) for name, ids in sorted(uncounted.items()))
    return tuple(cells), tuple(reports)


def _drift(adrift: Counter[tuple[Key, date | None]], key: Key) -> Counter[date | None]:
    found: Counter[date | None] = Counter()
    for (other, period), many in adrift.items():
        if all(a is None or a == b for a, b in zip(other, key, strict=True)):
            found[period] += many
    return found


def _counted(scope: Gate | None, rule: Rule, member: Member, *, bare: bool) -> Truth:
    inside = scope.truth(member.env, member.facts) if scope is not None else True
    if bare or inside is False:
        return inside
    fulfils = guarded(rule, member.env)
    return False if fulfils is False else None if inside is None else fulfils


def _period(at: datetime | None, period: Period | None, zone: ZoneInfo) -> date | None:
    """Return the first day of the period that an instant falls into, on the wall of a zone."""
    if at is None or period is None:
        return None
    day = at.astimezone(zone).date()
    if period == "day":
        return day
    if period == "week":
        return day - timedelta(days=day.weekday())
    month = day.month if period == "month" else (day.month - 1) // _QUARTER * _QUARTER + 1
    return day.replace(month=month, day=1)


def _ordinal(day: date | None, grouped: Grouped) -> int:
    """Return the number of a period, so that those one after the other differ by one."""
    if day is None:
        return 0
    if grouped.period in {"day", "week"}:
        return day.toordinal() // (1 if grouped.period == "day" else 7)
    months = day.year * _YEAR + day.month - 1
    return months if grouped.period == "month" else months // _QUARTER


def _said(day: date | None, period: Period | None) -> str | None:
    """Return a period in words: `2026-03-02`, `the week of 2026-03-02`, `2026-03`, `2026-Q1`."""
    if day is None or period is None:
        return None
    if period == "quarter":
        return f"{day.year}-Q{(day.month - 1) // _QUARTER + 1}"
    return {"day": day.isoformat(), "week": f"the week of {day.isoformat()}", "month": f"{day:%Y-%m}"}[period]
