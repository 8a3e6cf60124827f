"""Policies and rules as entries of the reference: what they say in words, who answers for them, where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from policyengine.core.diagnostic import Span
from policyengine.core.duration import of_seconds, write_duration
from policyengine.edit.reference import Entry, Rows
from policyengine.language.saying import text_of
from policyengine.language.tree import All, Any_, Computed, Condition, Formula, Many, Named, Not, Test
from policyengine.policyset.units import Unit, Waiver
from policyengine.policyset.waiving import MOST
from policyengine.shapes.predicate import Action, Rule

_QUANTIFIERS: Final = {
    "some": "an entry of {path}, or more, for which",
    "every": "for every entry of {path}",
    "none": "no entry of {path} for which",
    "count": "the number of entries of {path} for which",
    "share": "the share of entries of {path} for which",
}


def of_policy(unit: Unit, overlays: Iterable[str] = ()) -> Entry:
    """Return the entry of a policy: its header, its rules by title, the overlays that take its place."""
    body: Any = unit.document.body if unit.document is not None else None
    rows = [
        ("kind", unit.kind),
        ("owner", unit.owner),
        ("applies to", unit.record.name if unit.record is not None else ""),
        ("in force", _dates(unit)),
        ("extends", _extended(unit)),
        ("overlays", ", ".join(overlays)),
        ("tags", ", ".join(getattr(body, "tags", None) or ())),
        ("stands in", _place(unit.document.span() if unit.document is not None else None)),
    ]
    tables = [Rows("", tuple((name, text) for name, text in rows if text))]
    tables += list(_guaranteed(unit))
    scope = tuple(words(unit.scope.condition)) if unit.scope is not None and unit.guarantee is None else ()
    tables += [Rows("Only for", _numbered(scope))] if scope else []
    tables += [Rows("Rules", tuple((rule.name, rule.title) for rule in unit.every_rule))] if unit.every_rule else []
    tables += [sources] if (sources := _sources(body)).rows else []
    said = getattr(body, "description", None)
    return Entry(name=unit.id, title=unit.title, paragraphs=(said,) if said else (), tables=tuple(tables))


def _guaranteed(unit: Unit) -> Iterator[Rows]:
    """Yield what a guarantee says: for which records, never lighter than what, and what is exempt."""
    found = unit.guarantee
    if found is None:
        return
    where = f" in {', '.join(found.markets)}" if found.markets else ""
    yield Rows("Guaranteed", _numbered((f"the outcome{where} is {found.floor}, or heavier",)))
    when = tuple(line for gate in found.gates for line in words(gate.condition))
    yield from [Rows("When", _numbered(when))] if when else []
    if found.exempt is not None:
        yield Rows("Except (only when certain)", _numbered(tuple(words(found.exempt.condition))))


def _action(action: Action) -> str:
    lasts = f" for {write_duration(of_seconds(action.lasts))}" if action.lasts else ""
    return f"{action.do} {action.to}".strip() + lasts


def of_rule(unit: Unit, rule: Rule) -> Entry:
    """Return the entry of a rule: when it speaks, what it requires, and what follows."""
    body: Any = unit.document.body if unit.document is not None else None
    rows = [
        ("policy", f"{unit.id}: {unit.title}"),
        ("extends", _extended(unit)),
        ("owner", unit.owner),
        ("in force", _dates(unit)),
        ("for each", f"entry of {rule.each.text}" if rule.each is not None else ""),
        ("outcome", f"{rule.outcome} (severity {rule.severity}; not provable: {rule.unproven})"),
        ("released by", rule.released_by),
        ("waived by", _waived_by(unit, rule)),
        ("actions", ", ".join(_action(action) for action in rule.actions)),
        ("stands in", _place(rule.span)),
    ]
    tables = [Rows("", tuple((name, text) for name, text in rows if text))]
    tables += [Rows("When", _numbered(tuple(words(rule.guard))))] if list(words(rule.guard)) else []
    if rule.requirement is not None:
        tables.append(Rows("Required", _numbered(tuple(words(rule.requirement)))))
    if rule.exempt is not None:
        tables.append(Rows("Except (only when certain)", _numbered(tuple(words(rule.exempt.condition)))))
    tables += [sources] if (sources := _sources(body)).rows else []
    return Entry(name=rule.name, title=rule.title, tables=tuple(tables))


def of_waiver(waiver: Waiver) -> Entry:
    """Return the entry of a waiver: which rule, for which records, why, who approved it, until when."""
    rows = [
        ("waives", waiver.waived),
        ("because", waiver.because),
        ("markets", ", ".join(waiver.markets)),
        ("approved by", " and ".join(waiver.approvers)),
        ("counts", f"from {waiver.starts} to {waiver.expires} (included)"),
        ("ticket", waiver.ticket or ""),
        ("stands in", _place(waiver.span)),
    ]
    told = Rows("", tuple((name, text) for name, text in rows if text))
    records = Rows("Records (only when certain)", _numbered(tuple(words(waiver.records.condition))))
    return Entry(name=waiver.id, title=f"A waiver of {waiver.waived}", tables=(told, records))


def _waived_by(unit: Unit, rule: Rule) -> str:
    """Return who may waive a rule, and for how long."""
    waivable = rule.waivable
    if not waivable.allowed:
        return "nobody"
    who = " ".join(next(iter(waivable.by.items()))) if waivable.by else f"somebody outside {unit.owner}"
    return f"{who}, for at most {write_duration(waivable.at_most or MOST[rule.severity])}"


def words(condition: Condition, depth: int = 0) -> Iterator[str]:
    """Yield a condition in words, a line each, parts indented below what joins them."""
    indent = "  " * depth
    match condition:
        case Test():
            yield f"{indent}{text_of(condition)}"
        case All(items=items):
            # A mapping of one entry, and the policy's scope beside a rule's own condition, need no line of their own.
            yield from _joined("all of", items, depth) if depth else _each(items, 0)
        case Any_(items=items):
            yield from _joined("one of", items, depth)
        case Not(item=Any_(items=items)):
            yield from _joined("none of", items, depth)
        case Not(item=item):
            yield from _joined("not", (item,), depth)
        case Named(name=name, title=title, item=item):
            yield from _named(name, title, item, depth)
        case Many():
            yield f"{indent}{_QUANTIFIERS[condition.quantifier].format(path=condition.path.text)}{_bounds(condition)}"
            yield from words(condition.of, depth + 1)
            if condition.where is not None:
                yield f"{indent}  looking only at those for which"
                yield from words(condition.where, depth + 2)
        case Formula(text=text):
            yield f"{indent}{text}"
        case Computed(name=name):
            yield f"{indent}{name.replace('_', ' ')}"


def _named(name: str, title: str, item: Condition, depth: int) -> Iterator[str]:
    if name == "only_for":
        yield from words(item, depth)
    else:
        yield f"{'  ' * depth}{title} ($is.{name})" if title else f"{'  ' * depth}$is.{name}"


def _joined(join: str, items: tuple[Condition, ...], depth: int) -> Iterator[str]:
    yield f"{'  ' * depth}{join}"
    yield from _each(items, depth + 1)


def _each(items: tuple[Condition, ...], depth: int) -> Iterator[str]:
    for item in items:
        yield from words(item, depth)


def _bounds(many: Many) -> str:
    said = " and ".join(f"{bound.op.replace('_', ' ')} {bound.operand.text}" for bound in many.bounds)
    return f" ({said})" if said else ""


def _numbered(lines: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple(("", line) for line in lines)


def _dates(unit: Unit) -> str:
    start = f"from {unit.starts.isoformat()}" if unit.starts is not None else ""
    end = f"until {unit.ends.isoformat()} (exclusive)" if unit.ends is not None else ""
    return " ".join(part for part in (start, end) if part)


def _extended(unit: Unit) -> str:
    """Return what a policy is an overlay of, and that it takes its place."""
    if unit.extends is None:
        return ""
    where = "" if unit.place is None else ", where `only_for` certainly holds"
    loosens = "; may loosen it" if unit.document is not None and unit.document.body.may_loosen else ""
    return f"{unit.extends}, and takes its place{where}{loosens}"


def _place(span: Span | None) -> str:
    return f"{span.file}:{span.line}" if span is not None else ""


def _sources(body: Any) -> Rows:
    cited = getattr(body, "sources", None) or ()
    return Rows("Sources", tuple((one.title, _source(one)) for one in cited))


def _source(one: Any) -> str:
    checked = f"(checked {one.checked.isoformat()})" if one.checked is not None else ""
    return " ".join(part for part in (one.url or "", checked) if part)
