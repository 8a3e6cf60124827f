"""The reference evaluator: slow, obvious, and written apart from the program, to be compared with it.

It reads the same typed tree, walks it anew for every question, answers `yes`, `no` or `unknown` in words, and decides
counts and shares by trying every way in which the unknown entries may turn out. Nothing but tests uses it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from policyengine.core.duration import add, in_seconds, subtract
from policyengine.core.facts import NONE, UNTOLD, OpenText
from policyengine.core.instant import end_of_day, start_of_day
from policyengine.core.quantity import Duration, Money
from policyengine.language.bands import limits
from policyengine.language.derive import derive
from policyengine.language.environment import Env, OpenList
from policyengine.language.tree import (
    HERE,
    RECORD,
    All,
    Anchored,
    Any_,
    Bound,
    Choice,
    Computed,
    Condition,
    Const,
    FieldValue,
    Formula,
    Many,
    Market,
    Named,
    Not,
    Now,
    Operand,
    Path,
    Test,
    Words,
)

Answer = Literal["yes", "no", "unknown"]
MOST_TRIED = 10


def answer(condition: Condition, env: Env, here: Any) -> Answer:
    """Return what a condition says about the element (or record) at hand."""
    match condition:
        case All(items=items):
            return conjunction(answer(item, env, here) for item in items)
        case Any_(items=items):
            return opposite(conjunction(opposite(answer(item, env, here)) for item in items))
        case Not(item=item):
            return opposite(answer(item, env, here))
        case Named(item=item):
            return answer(item, env, env.record)
        case Test():
            return _test(condition, env, here)
        case Many():
            return _many(condition, env, here)
        case Formula():
            from policyengine.language.arithmetic import compile_expression  # noqa: PLC0415
            from policyengine.language.valuing import operand_reader  # noqa: PLC0415

            return _word(compile_expression(condition.expression, operand_reader)(env, here))
        case Computed(run=run):
            return _word(run(env))


def _word(truth: bool | None) -> Answer:  # noqa: FBT001 - a truth is what it is about
    return "unknown" if truth is None else "yes" if truth else "no"


def conjunction(answers: Iterable[Answer]) -> Answer:
    """Return Kleene's conjunction: no if one is no, else unknown if one is unknown, else yes."""
    found = list(answers)
    return "no" if "no" in found else "unknown" if "unknown" in found else "yes"


def opposite(given: Answer) -> Answer:
    """Return Kleene's negation."""
    return {"yes": "no", "no": "yes", "unknown": "unknown"}[given]  # type: ignore[return-value]


# Reading ------------------------------------------------------------------------------------------------------------


def look(path: Path, env: Env, here: Any) -> Any:
    """Return the value at a path: None for not told, `NONE` for told to be none."""
    value: Any = {HERE: here, RECORD: env.record, "market": env.market}.get(path.root, env.aliases.get(path.root))
    if path.root.startswith("choices."):
        return None if env.lookup is None else env.lookup.chosen(path.root)
    if path.spread:
        return _collect(value, path, env)
    for step in path.steps:
        value = _next(value, step, env)
    last = path.steps[-1].field if path.steps else path.field
    if value is None and last.has_default:
        return []
    return None if value is UNTOLD else _as_day(value, env)


def _next(value: Any, step: Any, env: Env) -> Any:
    if value is None or value is UNTOLD or value is NONE:
        return value
    found = value.get(step.name)
    if found is None and step.field.derived is not None:
        found = derive(step.field, value)
    if step.follow is None or found is None or found is UNTOLD or found is NONE:
        return found
    return env.lookup.by_id(step.follow, found) if env.lookup is not None else None


def _collect(value: Any, path: Path, env: Env) -> Any:
    level, lists, more = [value], 0, isinstance(value, OpenList)
    for step in path.steps:
        opened: list[Any] = []
        for item in level:
            lists += isinstance(item, list)
            opened.extend(item if isinstance(item, list) else [item])
        level = [_next(item, step, env) for item in opened]
        level = [[] if item is None and step.field.has_default else item for item in level]
        if lists == 0 and (level[0] is None or level[0] is UNTOLD):
            return None
        more = more or (step.field.type == "list" and any(item is None or item is UNTOLD for item in level))
    flat = [inner for item in level for inner in (item if isinstance(item, list) else [item])]
    found = [UNTOLD if item is None else _as_day(item, env) for item in flat if item is not NONE]
    return OpenList([*found, UNTOLD]) if more else found


def _as_day(value: Any, env: Env) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return start_of_day(value, env.zone), end_of_day(value, env.zone) - datetime.resolution
    return value


def worth(operand: Operand | None, env: Env, here: Any) -> Any:
    """Return an operand's value: None for not told."""
    match operand:
        case None:
            return None
        case Const(value=tuple() as values):
            return tuple(_as_day(v, env) for v in values)
        case Const(value=value):
            return _as_day(value, env)
        case FieldValue(path=path):
            return look(path, env, here)
        case Now():
            return env.at
        case Market():
            return env.market
        case Anchored(duration=duration, sign=sign, base=base):
            start = worth(base, env, here)
            if start is None or start is NONE:
                return start
            move = add if sign > 0 else subtract
            if isinstance(start, tuple):
                first, last = (move(s, duration, zone=env.zone) for s in start)
                return None if first is None or last is None else (first, last)
            return move(start, duration, zone=env.zone)
        case Choice():
            chosen = _chosen(operand, env, here)
            return None if chosen is None or chosen == "several" else worth(chosen, env, here)


def _chosen(choice: Choice, env: Env, here: Any) -> Any:
    """Return the alternative that applies, None for none, «several» while the dimension is not told."""
    where: Any = env.market if choice.at is None else look(choice.at, env, here)
    if where is None or where is NONE:
        return "several"
    for key, alternative in choice.table.items():
        if choice.dimension == "size_band":
            band = limits(key)
            if band is not None and band[0] <= where and (band[1] is None or where < band[1]):
                return alternative
        elif key == where:
            return alternative
    if choice.dimension == "language":
        parts = where.split("-")
        for end in range(len(parts) - 1, 0, -1):
            if "-".join(parts[:end]) in choice.table:
                return choice.table["-".join(parts[:end])]
    return choice.default


# Tests --------------------------------------------------------------------------------------------------------------


def _test(test: Test, env: Env, here: Any) -> Answer:
    value = look(test.path, env, here)
    if test.op == "exists":
        if isinstance(value, list) and test.path.root not in {HERE, RECORD} and not test.path.steps:
            value = next((entry for entry in value if entry is not UNTOLD), None)
        told = _tells(value)
        return "yes" if told == worth(test.operand, env, here) else "no"
    if isinstance(test.operand, Choice):
        return _test_choice(test, test.operand, env, here)
    if value is None:
        return "unknown"
    if value is NONE:
        return "no"
    return _told_test(test, value, env, here)


def _tells(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_tells(inner) for inner in value.values())
    return not any(value is nothing for nothing in (None, NONE, UNTOLD))


def _test_choice(test: Test, choice: Choice, env: Env, here: Any) -> Answer:
    chosen = _chosen(choice, env, here)
    variants = [chosen]
    if chosen == "several":
        variants = [choice.default, *choice.table.values()]
        if choice.default is None or choice.dimension == "market":
            return "unknown"
    if None in variants:
        return "unknown"
    replaced = [
        Test(test.path, test.op, v, test.span, test.bounds, test.same_case, test.within_first, test.entries)
        for v in variants
    ]
    answers = {_test(t, env, here) for t in replaced}
    return answers.pop() if len(answers) == 1 else "unknown"


def _told_test(test: Test, value: Any, env: Env, here: Any) -> Answer:
    op = test.op
    if op in {"same", "rising"}:
        return _pairs(test, value, env)
    if test.bounds:
        return _numbers(test, value, env, here)
    other = worth(test.operand, env, here)
    if other is None or other is UNTOLD:
        return "unknown"
    if other is NONE:
        return "no"
    if op in {"older_than", "newer_than"}:
        edge = subtract(env.at, other, zone=env.zone)
        last = value[1] if isinstance(value, tuple) else value
        return _word(last < edge if op == "older_than" else last > edge)
    if op in {"contains", "starts_with", "ends_with", "mentions", "matches"}:
        found = _text(test, value, other)
        sure = found == "yes" and op in {"contains", "mentions"} and test.within_first is None
        return found if sure or not isinstance(value, OpenText) else "unknown"
    if isinstance(value, OpenText):
        return "unknown"
    return _compare(op, value, other)


def _compare(op: str, value: Any, other: Any) -> Answer:
    match op:
        case "is":
            return equal(value, other)
        case "is_not":
            return opposite(equal(value, other))
        case "in":
            return opposite(conjunction(opposite(equal(value, o)) for o in other))
        case "not_in":
            return conjunction(opposite(equal(value, o)) for o in other)
        case "includes":
            return opposite(conjunction(opposite(equal(v, other)) for v in value))
        case "includes_any":
            return opposite(conjunction(opposite(equal(v, o)) for v in value for o in other))
        case "includes_all":
            return conjunction(_compare("includes", value, o) if o is not UNTOLD else "unknown" for o in other)
        case "only":
            return conjunction(_compare("in", v, other) if v is not UNTOLD else "unknown" for v in value)
        case "between":
            return conjunction([_order("at_least", value, other[0]), _order("at_most", value, other[1])])
    return _order(op, value, other)


def equal(value: Any, other: Any) -> Answer:
    """Tell whether two values are the same; amounts in different currencies are unknown."""
    if value is UNTOLD or other is UNTOLD:
        return "unknown"
    if isinstance(value, Money | Duration):
        return _order("is", value, other)
    if isinstance(value, tuple) or isinstance(other, tuple) or isinstance(value, datetime):
        first, last = value if isinstance(value, tuple) else (value, value)
        low, high = other if isinstance(other, tuple) else (other, other)
        return _word(low <= first and last <= high)
    return _word(
        type(value) is bool and type(other) is bool and value == other
        if isinstance(value, bool) or isinstance(other, bool)
        else value == other
    )


def _order(op: str, value: Any, other: Any) -> Answer:
    if isinstance(value, Money):
        if value.currency != other.currency:
            return "unknown"
        value, other = value.amount, other.amount
    if isinstance(value, Duration):
        value, other = in_seconds(value), in_seconds(other)
        if value is None or other is None:
            return "unknown"
    first, last = value if isinstance(value, tuple) else (value, value)
    low, high = other if isinstance(other, tuple) else (other, other)
    results = {
        "is": first == low, "above": first > low, "at_least": first >= low,
        "below": first < low, "at_most": first <= low,
        "before": first < low, "after": last > high, "by": first <= high, "from": last >= low,
    }  # fmt: skip
    return _word(results[op])


def _text(test: Test, value: str, other: Any) -> Answer:
    from policyengine.language.seeking import guessed_in  # noqa: PLC0415
    from policyengine.text.mentions import TermList, compile_terms  # noqa: PLC0415
    from policyengine.text.patterns import Pattern, compile_pattern  # noqa: PLC0415

    if test.op == "mentions":
        if isinstance(other, list):
            terms, open_end = TermList(tuple(w for w in other if isinstance(w, str)), (), frozenset()), UNTOLD in other
        else:
            words = other if isinstance(other, Words) else Words((other,))
            terms, open_end = TermList(words.words, words.exceptions, words.see_through), False
        hit = bool(terms.words) and bool(
            compile_terms(terms).find(value, within_first=test.within_first, same_case=test.same_case)
        )
        return "yes" if hit else "unknown" if open_end or guessed_in(test, other, value) else "no"
    if test.op == "matches":
        patterns = [compile_pattern(p, same_case=test.same_case) for p in other]
        return _word(any(isinstance(p, Pattern) and p.matches(value) for p in patterns))
    texts = other if isinstance(other, tuple) else (other,)
    return _word(any(_piece(test.op, _folded(value, test), _folded(t, test)) for t in texts))


def _folded(text: str, test: Test) -> str:
    from policyengine.language.operators import fold_text  # noqa: PLC0415

    return text if test.same_case else fold_text(text)


def _piece(op: str, text: str, piece: str) -> bool:
    if op == "contains":
        return text.find(piece) >= 0
    return text[: len(piece)] == piece if op == "starts_with" else len(piece) == 0 or text[-len(piece) :] == piece


def _pairs(test: Test, entries: list[Any], env: Env) -> Answer:
    answers: list[Answer] = ["unknown"] if isinstance(entries, OpenList) else []
    for path in test.entries:
        values = [None if e is UNTOLD else look(path, env, e) for e in entries]
        pairs = itertools.pairwise(values) if test.op == "rising" else itertools.combinations(values, 2)
        answers.extend(_pair(test.op, path.field.type, a, b) for a, b in pairs)
    return conjunction(answers)


def _pair(op: str, kind: str, a: Any, b: Any) -> Answer:
    if a is None or b is None:
        return "unknown"
    if a is NONE or b is NONE:
        return _word(op == "same" and a is b)
    if op == "same":
        return equal(a, b)
    return _order("before" if kind in {"time", "date"} else "below", a, b)


# Counting -----------------------------------------------------------------------------------------------------------


def _numbers(test: Test, value: Any, env: Env, here: Any) -> Answer:
    if test.op == "size":
        counted: list[Any] = (
            [len(value)] if not isinstance(value, OpenList) else [*range(len(value) - 1, len(value) + 200)]
        )
    elif test.op == "length":
        counted = [len(value), *([len(value) + 10**6] if isinstance(value, OpenText) else [])]
    else:
        other = worth(test.operand, env, here)
        if other is None:
            return "unknown"
        from policyengine.text.mentions import occurrences  # noqa: PLC0415

        texts = other if isinstance(other, tuple) else (other,)
        counted = [sum(occurrences(value, t, same_case=test.same_case) for t in texts)]
        counted += [counted[0] + 10**6] if isinstance(value, OpenText) else []
    return _agree(_meets(number, test.bounds, env, here) for number in counted)


def _agree(answers: Iterable[Answer]) -> Answer:
    found = set(answers)
    return found.pop() if len(found) == 1 else "unknown"


def _meets(number: Any, bounds: tuple[Bound, ...], env: Env, here: Any) -> Answer:
    answers: list[Answer] = []
    for bound in bounds:
        wanted = worth(bound.operand, env, here)
        if wanted is None:
            answers.append("unknown")
        elif bound.op == "between":
            answers.append(_word(exact(wanted[0]) <= number <= exact(wanted[1])))
        else:
            answers.append(_order(bound.op, number, exact(wanted)))
    return conjunction(answers)


def exact(number: Any) -> Fraction:
    """Return a number as a fraction."""
    return Fraction(number if not isinstance(number, Decimal) else str(number))


def _many(many: Many, env: Env, here: Any) -> Answer:
    entries = look(many.path, env, here)
    if entries is None:
        return "unknown"
    if entries is NONE:
        return "no"
    judged = [_entry(many, entry, env) for entry in entries]
    if many.quantifier in {"count", "share"}:
        return _counted(many, judged, isinstance(entries, OpenList), env, here)
    some = opposite(conjunction(opposite(conjunction(pair)) for pair in judged))
    broken = opposite(conjunction(opposite(conjunction([w, opposite(o)])) for w, o in judged))
    return {"some": some, "none": opposite(some), "every": opposite(broken)}[many.quantifier]


def _entry(many: Many, entry: Any, env: Env) -> tuple[Answer, Answer]:
    if entry is UNTOLD:
        return "unknown", "unknown"
    return ("yes" if many.where is None else answer(many.where, env, entry)), answer(many.of, env, entry)


def _counted(many: Many, judged: list[tuple[Answer, Answer]], more: bool, env: Env, here: Any) -> Answer:  # noqa: FBT001 - an answer is what it is about
    """Try every way in which the unknown entries may turn out; the answer stands if all agree."""
    if more and many.quantifier == "share":
        return _agree(_meets(Fraction(n, 10), many.bounds, env, here) for n in range(11))
    open_ends = sum((w == "unknown") + (o == "unknown") for w, o in judged)
    if open_ends > MOST_TRIED:
        message = "too many unknown entries for the reference evaluator"
        raise ValueError(message)
    numbers = {_number(many.quantifier, world) for world in _worlds(judged)}
    if more:
        numbers |= {n + extra for n in list(numbers) for extra in range(200)}
    return _agree(_meets(number, many.bounds, env, here) for number in numbers)


def _worlds(judged: list[tuple[Answer, Answer]]) -> Iterator[list[tuple[Answer, Answer]]]:
    options = [
        [
            (w2, o2)
            for w2 in (["yes", "no"] if w == "unknown" else [w])
            for o2 in (["yes", "no"] if o == "unknown" else [o])
        ]
        for w, o in judged
    ]
    yield from (list(world) for world in itertools.product(*options))  # type: ignore[misc]


def _number(quantifier: str, world: list[tuple[Answer, Answer]]) -> Fraction:
    looked = [o for w, o in world if w == "yes"]
    if quantifier == "count":
        return Fraction(looked.count("yes"))
    return Fraction(looked.count("yes"), len(looked)) if looked else Fraction(0)
