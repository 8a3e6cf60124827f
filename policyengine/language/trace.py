"""Why a condition is what it is: every test with the value that it saw, what is not told, and which tests decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Final, Literal

from msgspec import Struct

from policyengine.core.diagnostic import PathPart, Span
from policyengine.core.facts import UNTOLD, dotted
from policyengine.language.environment import Env, EvaluationError, reader
from policyengine.language.message import show
from policyengine.language.program import Program, compile_condition
from policyengine.language.saying import bounds_text, text_of
from policyengine.language.seeking import Found, found_in, guessed_in
from policyengine.language.tree import (
    CHOICES,
    HERE,
    JUDGED_MARKET,
    RECORD,
    All,
    Any_,
    Computed,
    Condition,
    FieldValue,
    Formula,
    Many,
    Named,
    Not,
    Operand,
    Path,
    Test,
    Truth,
    Value,
    expressions,
    operands,
)
from policyengine.language.valuing import operand_reader

DataPath = tuple[PathPart, ...]
_MOST_GUESSES: Final = 3


class Trace(Struct, frozen=True, eq=False, kw_only=True):
    """One node of an explanation.

    `path` is where the tested value stands in the record, `None` when elsewhere; `within` the stretch of the text there
    that a test for words found first, `found` all of them.
    """

    truth: Truth
    form: Literal["all", "any", "not", "named", "test", "list", "formula", "computed"]
    text: str
    seen: str = ""
    field: str | None = None
    path: DataPath | None = None
    within: tuple[int, int] | None = None
    found: tuple[Found, ...] = ()
    missing: tuple[str, ...] = ()
    span: Span | None = None
    children: tuple[Trace, ...] = ()

    def leaves(self) -> Iterator[Trace]:
        """Yield the tests at the ends."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()


@lru_cache(maxsize=65_536)
def program_of(condition: Condition) -> Program:
    """Return the program of a condition, compiled once."""
    return compile_condition(condition)


def trace(condition: Condition, env: Env, here: Any, base: DataPath = ()) -> Trace:
    """Return the explanation of a condition; `base` is the path of `here` in the record."""
    truth = answered(program_of(condition), env, here)
    match condition:
        case All(items=items, span=span):
            children = tuple(trace(item, env, here, base) for item in items)
            return Trace(truth=truth, form="all", text="all of", span=span, children=children)
        case Any_(items=items, span=span):
            children = tuple(trace(item, env, here, base) for item in items)
            return Trace(truth=truth, form="any", text="any of", span=span, children=children)
        case Not(item=item, span=span):
            return Trace(truth=truth, form="not", text="not", span=span, children=(trace(item, env, here, base),))
        case Named(name=name, title=title, item=item, span=span):
            inner = trace(item, env, env.record, ())
            return Trace(
                truth=truth,
                form="named",
                text=f"$is.{name} ({title})" if title else f"$is.{name}",
                span=span,
                children=(inner,),
            )
        case Test():
            return _test(condition, truth, env, here, base)
        case Many():
            return _many(condition, truth, env, here, base)
        case Formula():
            return _formula(condition, truth, env, here, base)
        case Computed():
            return _computed(condition, truth, env)


def answered(read: Callable[[Env, Any], Any], env: Env, here: Any) -> Any:
    """Return what is read, None where it is an error: an explanation never fails."""
    try:
        return read(env, here)
    except EvaluationError:
        return None


def _test(test: Test, truth: Truth, env: Env, here: Any, base: DataPath) -> Trace:
    value = answered(reader(test.path), env, here)
    missing: list[str] = []
    if truth is None:
        if value is None:
            missing.append(name_of(test.path))
        if isinstance(value, list) and UNTOLD in value:
            missing.append(f"{name_of(test.path)}[]")
        compared = [o for o in (test.operand, *(b.operand for b in test.bounds)) if o is not None]
        for operand in compared:
            missing.extend(_untold(operand, env, here))
        missing.extend(_untold_entries(test, value))
        missing.extend(_guesses(test, env, here, value))
        if not missing:
            missing.append(name_of(test.path))
    found = _words_found(test, env, here, value) if truth else ()
    return Trace(
        truth=truth,
        form="test",
        text=text_of(test),
        seen=_seen(test, value, env),
        field=field_name(test.path, base),
        path=data_path(test.path, base),
        within=(found[0].start, found[0].end) if found else None,
        found=found,
        missing=tuple(dict.fromkeys(missing)),
        span=test.span,
    )


def _seen(test: Test, value: Any, env: Env) -> str:
    """Return the value that a test saw, and what was decided of each choice that it names."""
    compared = [operand.path for operand in operands(test) if isinstance(operand, FieldValue)]
    said = [_chosen(path, env) for path in compared if path.root.startswith(CHOICES)]
    own = _chosen(test.path, env) if test.path.root.startswith(CHOICES) else ""
    return "; ".join((own or show(value, share=test.path.field.type == "share"), *dict.fromkeys(said)))


def _chosen(path: Path, env: Env) -> str:
    return f"`{path.root}` {env.lookup.said_of(path.root)}" if env.lookup is not None else ""


def _words_found(test: Test, env: Env, here: Any, value: Any) -> tuple[Found, ...]:
    """Return what a test for words found in the record's own text, by place.

    Of the derived texts only the visible one has the offsets of the text that it is taken from: it is its beginning.
    """
    derived = test.path.field.derived
    if not isinstance(value, str) or not (derived is None or derived.by == "visible_text"):
        return ()
    words = answered(operand_reader(test.operand), env, here) if test.operand is not None else None
    # Where no language is told and the lists of all say yes, there is no one list to look for.
    return found_in(test, words, value) if words is not None else ()


def _guesses(test: Test, env: Env, here: Any, value: Any) -> Iterator[str]:
    """Yield what nobody but a person knows: whether a word that is nearly a term is meant as one."""
    if isinstance(value, str) and test.operand is not None:
        words = answered(operand_reader(test.operand), env, here)
        for found in guessed_in(test, words, value)[:_MOST_GUESSES]:
            yield f'whether "{found.seen}" is meant as "{found.term}"'


def _untold_entries(test: Test, value: Any) -> Iterator[str]:
    if test.op in {"same", "rising"} and isinstance(value, list):
        for name in test.names:
            yield f"{name_of(test.path)}.{name}"


def _untold(operand: Operand, env: Env, here: Any) -> Iterator[str]:
    """Yield the names of what an operand needs and is not told."""
    from policyengine.language.tree import Anchored, Choice, Market  # noqa: PLC0415

    match operand:
        case FieldValue(path=path):
            value = answered(reader(path), env, here)
            if value is None or value is UNTOLD or (isinstance(value, list) and UNTOLD in value):
                yield name_of(path)
        case Market():
            if env.market is None:
                yield env.kind.dimensions.get("market", "markets")
        case Anchored(base=inner):
            yield from _untold(inner, env, here)
        case Choice(dimension="market") if env.market is None:
            yield env.kind.dimensions.get("market", "markets")
        case Choice(at=at) if at is not None and answered(reader(at), env, here) is None:
            yield name_of(at)
        case Choice(default=None, text=text) if answered(operand_reader(operand), env, here) is None:
            yield text
        case _:
            return


def untold(operand: Operand, env: Env, here: Any) -> tuple[str, ...]:
    """Return the names of the facts that an operand needs and that are not told."""
    return tuple(_untold(operand, env, here))


def _many(many: Many, truth: Truth, env: Env, here: Any, base: DataPath) -> Trace:
    entries = answered(reader(many.path), env, here)
    text = f"{many.path.text}: {many.quantifier} {bounds_text(many.bounds)}".rstrip()
    path = data_path(many.path, base)
    if not isinstance(entries, list):
        missing = (name_of(many.path),) if truth is None else ()
        return Trace(
            truth=truth,
            form="list",
            text=text,
            seen=show(entries),
            field=field_name(many.path, base),
            path=path,
            missing=missing,
            span=many.span,
        )
    children = []
    for index, entry in enumerate(entries):
        place = (*(path or ()), index) if path is not None else ()
        if entry is UNTOLD:
            children.append(
                Trace(
                    truth=None,
                    form="test",
                    text=f"entry {index + 1}",
                    path=place or None,
                    missing=(f"{name_of(many.path)}[]",),
                )
            )
            continue
        parts = [trace(c, env, entry, place) for c in (many.where, many.of) if c is not None]
        truths = {p.truth for p in parts}
        of_entry: Truth = False if False in truths else None if None in truths else True
        children.append(
            Trace(truth=of_entry, form="all", text=f"entry {index + 1}", path=place or None, children=tuple(parts))
        )
    seen = f"{len(entries)} entr{'y' if len(entries) == 1 else 'ies'}"
    return Trace(
        truth=truth,
        form="list",
        text=text,
        seen=seen,
        field=field_name(many.path, base),
        path=path,
        span=many.span,
        children=tuple(children),
    )


def _formula(formula: Formula, truth: Truth, env: Env, here: Any, base: DataPath) -> Trace:
    seen: list[str] = []
    missing: list[str] = []
    read: list[Path] = []
    for expression in expressions(formula.expression):
        if isinstance(expression, Value):
            value = answered(operand_reader(expression.operand), env, here)
            if isinstance(expression.operand, FieldValue):
                read.append(expression.operand.path)
            seen.append(f"{expression.operand.text} = {show(value)}")
            if truth is None:
                missing.extend(_untold(expression.operand, env, here))
    if truth is None and not missing:
        missing.append("a zero denominator or an undefined value in the formula")
    return Trace(
        truth=truth,
        form="formula",
        text=formula.text,
        seen=", ".join(dict.fromkeys(seen)),
        field=field_name(read[0], base) if read else None,
        path=data_path(read[0], base) if read else None,
        missing=tuple(dict.fromkeys(missing)),
        span=formula.span,
    )


def _computed(test: Computed, truth: Truth, env: Env) -> Trace:
    missing = test.missing(env) if truth is None and test.missing is not None else ()
    if truth is None and not missing:
        missing = tuple(name_of(p) for p in test.reads if reader(p)(env, env.record) is None)
    place = test.where(env) if test.where is not None else None
    if place is None and test.reads:
        place = data_path(test.reads[0], ())
    return Trace(
        truth=truth,
        form="computed",
        text=test.name,
        seen=test.detail(env) if test.detail is not None else "",
        field=dotted(place) if place else None,
        path=place,
        within=test.within(env) if test.within is not None else None,
        missing=missing,
        span=test.span,
    )


def name_of(path: Path) -> str:
    """Return the name under which an untold field is listed: its dotted path from the record, without indices."""
    if path.root == JUDGED_MARKET:
        return "markets"
    if path.root.startswith(CHOICES):
        return path.root
    if path.root in {HERE, RECORD} and not any(step.follow for step in path.steps):
        return path.field.path or path.text
    return path.text.removeprefix("$record.").removeprefix("$entry.")


def data_path(path: Path, base: DataPath) -> DataPath | None:
    """Return where a path's value stands in the record: for a derived field, where the field that it reads stands."""
    if path.root not in {HERE, RECORD}:
        return None
    parts: list[PathPart] = list(base) if path.root == HERE else []
    for step in path.steps:
        if step.field.derived is not None:
            parts.append(step.field.derived.reads[0].partition(".")[0])
            break
        parts.append(step.name)
        if step.follow is not None:
            break
    return tuple(parts)


def field_name(path: Path, base: DataPath) -> str | None:
    """Return a path's name as people write it, with indices: `links[2].utm.source`."""
    if path.root not in {HERE, RECORD}:
        return path.text
    return dotted((*(base if path.root == HERE else ()), *(step.name for step in path.steps)))


def missing_facts(condition: Condition, env: Env, here: Any) -> tuple[str, ...]:
    """Return the names of the untold facts that make a condition unknown, sorted."""
    return tuple(sorted(set(_unknown(condition, env, here))))


def _unknown(condition: Condition, env: Env, here: Any) -> Iterator[str]:
    """Yield the untold facts; only the tests that are unknown are explained, which is most of the work."""
    if answered(program_of(condition), env, here) is not None:
        return
    match condition:
        case All(items=items) | Any_(items=items):
            for item in items:
                yield from _unknown(item, env, here)
        case Not(item=item):
            yield from _unknown(item, env, here)
        case Named(item=item):
            yield from _unknown(item, env, env.record)
        case _:
            yield from _missing(trace(condition, env, here))


def _missing(node: Trace) -> Iterator[str]:
    if node.truth is not None:
        return
    yield from node.missing
    for child in node.children:
        yield from _missing(child)


def decisive(node: Trace) -> Iterator[Trace]:
    """Yield the tests that decided: turning any other one would not have changed the answer."""
    if node.form == "not":
        for child in node.children:
            yield from decisive(child)
        return
    if not node.children:
        yield node
        return
    same = [c for c in node.children if c.truth is node.truth]
    for child in same or node.children:
        yield from decisive(child)
