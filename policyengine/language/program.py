"""The typed tree → a program: closures that judge a condition in an environment, three-valued (True, False, None)."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from itertools import combinations, pairwise
from typing import Any

from msgspec import structs

from policyengine.core.duration import add, subtract
from policyengine.core.facts import NONE, UNTOLD, OpenText
from policyengine.core.quantity import Duration
from policyengine.language.arithmetic import CONTEXT, compile_expression
from policyengine.language.bands import band_of
from policyengine.language.environment import Env, EvaluationError, OpenList, Read, reader
from policyengine.language.operators import INSTANTS, OPERATORS, SINGLE, TEXTS, fold_text
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
    Truth,
    Words,
)

Program = Callable[[Env, Any], Truth]
Judge = Callable[[Any, Any], Truth]


def compile_condition(condition: Condition) -> Program:
    """Return the program of a condition: called with an environment and the element (or record) at hand."""
    match condition:
        case All(items=items):
            return _all(tuple(map(compile_condition, items)))
        case Any_(items=items):
            return _any(tuple(map(compile_condition, items)))
        case Not(item=item):
            return negate(compile_condition(item))
        case Named(item=item):
            about_record = compile_condition(item)
            return lambda env, _: about_record(env, env.record)
        case Test():
            return _test(condition)
        case Many():
            return _many(condition)
        case Formula(expression=expression):
            return compile_expression(expression, operand_reader)
        case Computed(run=run):
            return lambda env, _: run(env)


def negate(program: Program) -> Program:
    """Return the program that holds when another does not."""

    def run(env: Env, here: Any) -> Truth:
        truth = program(env, here)
        return None if truth is None else not truth

    return run


def _all(programs: tuple[Program, ...]) -> Program:
    def run(env: Env, here: Any) -> Truth:
        result: Truth = True
        fault: EvaluationError | None = None
        for program in programs:
            try:
                truth = program(env, here)
            except EvaluationError as raised:  # what else holds may decide: the order of entries means nothing
                fault = raised
                continue
            if truth is False:
                return False
            if truth is None:
                result = None
        if fault is not None:
            raise fault
        return result

    return run


def _any(programs: tuple[Program, ...]) -> Program:
    def run(env: Env, here: Any) -> Truth:
        result: Truth = False
        fault: EvaluationError | None = None
        for program in programs:
            try:
                truth = program(env, here)
            except EvaluationError as raised:
                fault = raised
                continue
            if truth is True:
                return True
            if truth is None:
                result = None
        if fault is not None:
            raise fault
        return result

    return run


# Operands -----------------------------------------------------------------------------------------------------------


def operand_reader(operand: Operand) -> Read:
    """Return the function that reads an operand; None while it is unknown."""
    match operand:
        case Const(value=value):
            return _constant(value)
        case FieldValue(path=path):
            return reader(path)
        case Now():
            return lambda env, _: env.at
        case Market():
            return lambda env, _: env.market
        case Anchored(duration=duration, sign=sign, base=base):
            return _anchored(duration, sign, operand_reader(base))
        case Choice():
            return _choice(operand)


def _constant(value: Any) -> Read:
    items = value if isinstance(value, tuple) else (value,)
    if any(hasattr(item, "isoformat") for item in items):
        if isinstance(value, tuple):
            return lambda env, _: tuple(env.day(v) for v in value)
        return lambda env, _: env.day(value)
    return lambda _env, _here: value


def _anchored(duration: Duration, sign: int, base: Read) -> Read:
    move = add if sign > 0 else subtract

    def run(env: Env, here: Any) -> Any:
        start = base(env, here)
        if start is None or start is NONE:
            return start
        if isinstance(start, tuple):
            moved = tuple(move(instant, duration, zone=env.zone) for instant in start)
            return None if None in moved else moved
        return move(start, duration, zone=env.zone)

    return run


def pick(choice: Choice, at: Any) -> Operand | None:
    """Return the alternative of a choice for a told dimension: its entry, else the default, else None."""
    table = choice.table
    if choice.dimension == "size_band":
        band = band_of(at, table)
        return table[band] if band is not None else choice.default
    if at in table:
        return table[at]
    if choice.dimension == "language":
        while "-" in at:
            at = at.rpartition("-")[0]
            if at in table:
                return table[at]
    return choice.default


def _choice(choice: Choice) -> Read:
    alternatives = {id(o): operand_reader(o) for o in [choice.default, *choice.table.values()] if o is not None}
    at = _dimension(choice)

    def run(env: Env, here: Any) -> Any:
        where = at(env, here)
        if where is None or where is NONE:
            return None
        operand = pick(choice, where)
        return None if operand is None else alternatives[id(operand)](env, here)

    return run


def _dimension(choice: Choice) -> Read:
    return reader(choice.at) if choice.at is not None else lambda env, _: env.market


# Tests --------------------------------------------------------------------------------------------------------------


def _test(test: Test) -> Program:
    read = reader(test.path)
    if test.op == "exists":
        return _exists(read, test)
    if test.op in {"same", "rising"}:
        return _entries(read, test)
    if isinstance(test.operand, Choice):
        return _by_choice(test, test.operand)
    value_text = test.path.field.type in TEXTS
    judge = _judge(test)
    operand = operand_reader(test.operand) if test.operand is not None else None
    bounds = _bounds(test.bounds)
    folds = value_text and not test.same_case and test.op in {"contains", "starts_with", "ends_with"}

    def run(env: Env, here: Any) -> Truth:
        value = read(env, here)
        if value is None:
            return None
        if value is NONE:
            return False
        other = operand(env, here) if operand is not None else None
        if operand is not None and (other is None or other is UNTOLD):
            return None
        if other is NONE:
            return False
        if test.bounds:
            return bounds(env, here, measure(test, value, other))
        if isinstance(value, OpenText):
            return _open(test, judge, value, other)
        if folds:
            value, other = fold_text(value), folded(other)
        return judge(value, other)

    if test.op in {"older_than", "newer_than"}:
        return _age(test, read)
    return run


def _open(test: Test, judge: Judge, value: OpenText, other: Any) -> Truth:
    """Judge a text of which parts are not told: what is found is found, everything else is unknown."""
    if test.op == "contains" and not test.same_case:
        return judge(fold_text(value), folded(other)) or None
    return (judge(value, other) or None) if test.op in {"contains", "mentions"} and test.within_first is None else None


def folded(operand: Any) -> Any:
    """Return one text, or several, with case folded."""
    return tuple(map(fold_text, operand)) if isinstance(operand, tuple) else fold_text(operand)


def _exists(read: Read, test: Test) -> Program:
    wanted = isinstance(test.operand, Const) and test.operand.value is True
    related = test.path.root not in {HERE, RECORD} and not test.path.steps

    def run(env: Env, here: Any) -> Truth:
        value = read(env, here)
        if related and isinstance(value, list):
            return any(entry is not UNTOLD for entry in value) is wanted
        return tells(value) is wanted

    return run


def tells(value: Any) -> bool:
    """Tell whether a value is told: a group of fields is when one of them is, an empty list is told to be none."""
    if isinstance(value, dict):
        return any(map(tells, value.values()))
    return value is not None and value is not NONE and value is not UNTOLD


def _age(test: Test, read: Read) -> Program:
    judge = OPERATORS[test.op].judge
    operand = operand_reader(test.operand) if test.operand is not None else _constant(None)

    def run(env: Env, here: Any) -> Truth:
        value, length = read(env, here), operand(env, here)
        if value is None or length is None:
            return None
        if value is NONE or length is NONE:
            return False
        moment = subtract(env.at, length, zone=env.zone)
        return judge(value, moment) if judge is not None and moment is not None else None

    return run


def _by_choice(test: Test, choice: Choice) -> Program:
    """Compile a test once for each alternative; while the dimension is not told, it is what all alternatives say."""
    programs = {
        id(o): _test(structs.replace(test, operand=o))
        for o in [choice.default, *choice.table.values()]
        if o is not None
    }
    at = _dimension(choice)

    def run(env: Env, here: Any) -> Truth:
        where = at(env, here)
        if where is not None and where is not NONE:
            operand = pick(choice, where)
            return None if operand is None else programs[id(operand)](env, here)
        if choice.default is None or choice.dimension == "market":
            return None
        answers = {program(env, here) for program in programs.values()}
        return answers.pop() if len(answers) == 1 else None

    return run


def _judge(test: Test) -> Judge:
    match test.op:
        case "mentions":
            return _mentions(test)
        case "matches":
            return _matches(test)
    judge = OPERATORS[test.op].judge
    return judge if judge is not None else lambda _v, _o: None


def _mentions(test: Test) -> Judge:
    def judge(text: str, operand: Any) -> Truth:
        from policyengine.text.mentions import TermList, compile_terms  # noqa: PLC0415 - only where words are looked for

        if isinstance(operand, list):
            told = tuple(w for w in operand if isinstance(w, str))
            found = _found(TermList(told, (), frozenset()), text) if told else False
            return found or (None if UNTOLD in operand else False)
        words = operand if isinstance(operand, Words) else Words((operand,))
        matcher = compile_terms(TermList(words.words, words.exceptions, words.see_through))
        return matcher.any(text, within_first=test.within_first, same_case=test.same_case)

    def _found(terms: Any, text: str) -> bool:
        from policyengine.text.mentions import compile_terms  # noqa: PLC0415

        return compile_terms(terms).any(text, within_first=test.within_first, same_case=test.same_case)

    return judge


def found_at(test: Test, operand: Any, text: str) -> tuple[int, int] | None:
    """Return where a test for words first finds one: offsets into the text; None for other tests."""
    if test.op == "contains":
        words = [
            word for word in (operand if isinstance(operand, tuple | list) else [operand]) if isinstance(word, str)
        ]
        flags = 0 if test.same_case else re.IGNORECASE
        spans = sorted(hit.span() for word in words if (hit := re.search(re.escape(word), text, flags)) is not None)
        return spans[0] if spans else None
    if test.op != "mentions":
        return None
    from policyengine.text.mentions import TermList, compile_terms  # noqa: PLC0415 - only where words are looked for

    if isinstance(operand, list):
        terms = TermList(tuple(w for w in operand if isinstance(w, str)), (), frozenset())
    else:
        given = operand if isinstance(operand, Words) else Words((operand,))
        terms = TermList(given.words, given.exceptions, given.see_through)
    hits = compile_terms(terms).find(text, within_first=test.within_first, same_case=test.same_case)
    return (hits[0].start, hits[0].end) if hits else None


def _matches(test: Test) -> Judge:
    def judge(text: str, patterns: Any) -> Truth:
        from policyengine.text.patterns import Pattern, compile_pattern  # noqa: PLC0415 - RE2 is loaded on first use

        compiled = [compile_pattern(p, same_case=test.same_case) for p in patterns]
        return any(isinstance(p, Pattern) and p.matches(text) for p in compiled)

    return judge


def measure(test: Test, value: Any, other: Any) -> tuple[int, int | None]:
    """Return the least and greatest number that `length`, `size` or `occurrences` may be (None: no limit)."""
    if test.op == "size":
        return (len(value) - 1, None) if isinstance(value, OpenList) else (len(value), len(value))
    if test.op == "length":
        return len(value), None if isinstance(value, OpenText) else len(value)
    from policyengine.text.mentions import occurrences  # noqa: PLC0415

    texts = other if isinstance(other, tuple) else (other,)
    count = sum(occurrences(value, text, same_case=test.same_case) for text in texts)
    return count, None if isinstance(value, OpenText) else count


def _entries(read: Read, test: Test) -> Program:
    """Compile `same` and `rising`: what the fields of each entry are, compared by pairs."""
    columns = [(reader(path), pairs(test.op, path)) for path in test.entries]

    def run(env: Env, here: Any) -> Truth:
        entries = read(env, here)
        if entries is None:
            return None
        if entries is NONE:
            return False
        result: Truth = None if isinstance(entries, OpenList) else True
        for of, judge in columns:
            values = [None if entry is UNTOLD else of(env, entry) for entry in entries]
            beside = pairwise(values) if test.op == "rising" else combinations(values, 2)
            for one, other in beside:
                truth = None if one is None or other is None else judge(one, other)
                if truth is False:
                    return False
                result = None if truth is None else result
        return result

    return run


def pairs(op: str, path: Path) -> Judge:
    """Return how two entries' values of a field are compared: alike (also both none), or the first below the second."""
    alike = OPERATORS["is"].judge if path.field.type in SINGLE else None
    below = OPERATORS["before" if path.field.type in INSTANTS else "below"].judge

    def judge(one: Any, other: Any) -> Truth:
        if one is NONE or other is NONE:
            return one is other if op == "same" else False
        if op == "rising":
            return below(one, other) if below is not None else None
        return bool(one == other) if alike is None else alike(one, other)

    return judge


# Bounds and quantifiers ---------------------------------------------------------------------------------------------

Interval = tuple[Any, Any]


def _bounds(bounds: tuple[Bound, ...]) -> Callable[[Env, Any, Interval], Truth]:
    compiled = [(bound.op, operand_reader(bound.operand)) for bound in bounds]

    def run(env: Env, here: Any, interval: Interval) -> Truth:
        result: Truth = True
        for op, read in compiled:
            wanted = read(env, here)
            truth = None if wanted is None else within(op, interval, wanted)
            if truth is False:
                return False
            if truth is None:
                result = None
        return result

    return run


def within(op: str, interval: Interval, wanted: Any) -> Truth:
    """Compare an interval (upper end None: open) with a number: unknown only if the answer differs inside it."""
    low, high = interval
    if op == "between":
        left, right = within("at_least", interval, wanted[0]), within("at_most", interval, wanted[1])
        return False if left is False or right is False else None if None in {left, right} else True
    if op == "is":
        if high is not None and low == high:
            return bool(low == wanted)
        return None if low <= wanted and (high is None or wanted <= high) else False
    if op in {"above", "at_least"}:
        reached = low > wanted if op == "above" else low >= wanted
        possible = high is None or (high > wanted if op == "above" else high >= wanted)
    else:
        reached = high is not None and (high < wanted if op == "below" else high <= wanted)
        possible = low < wanted if op == "below" else low <= wanted
    return True if reached else None if possible else False


def _many(many: Many) -> Program:
    read = reader(many.path)
    of = compile_condition(many.of)
    where = compile_condition(many.where) if many.where is not None else None
    bounds = _bounds(many.bounds)
    decide = _QUANTIFIERS[many.quantifier]

    def run(env: Env, here: Any) -> Truth:
        entries = read(env, here)
        if entries is None:
            return None
        if entries is NONE:
            return False
        judged = [
            (None, None) if e is UNTOLD else (True if where is None else where(env, e), of(env, e)) for e in entries
        ]
        answer = decide(judged, isinstance(entries, OpenList))
        return bounds(env, here, answer) if isinstance(answer, tuple) else answer

    return run


Judged = list[tuple[Truth, Truth]]


def _some(judged: Judged) -> Truth:
    both = [_and(w, o) for w, o in judged]
    return True if True in both else None if None in both else False


def _and(a: Truth, b: Truth) -> Truth:
    if a is False or b is False:
        return False
    return None if a is None or b is None else True


def _every(judged: Judged) -> Truth:
    broken = _some([(w, None if o is None else not o) for w, o in judged])
    return None if broken is None else not broken


def _none(judged: Judged) -> Truth:
    found = _some(judged)
    return None if found is None else not found


def count_interval(judged: Judged, *, more: bool) -> Interval:
    """Return the least and greatest count of entries that are looked at and fulfil the condition."""
    sure = sum(w is True and o is True for w, o in judged)
    return sure, None if more else sum(w is not False and o is not False for w, o in judged)


def share_interval(judged: Judged, *, more: bool) -> Interval:
    """Return the least and greatest share (0 of no entries), over all that unknown entries may turn out to be."""
    if more:
        return Decimal(0), Decimal(1)
    looked = [o for w, o in judged if w is True]
    maybe = [o for w, o in judged if w is None]
    yes, no, open_ = looked.count(True), looked.count(False), looked.count(None)
    low_of = yes + no + open_ + sum(o is not True for o in maybe)
    high_yes = yes + open_ + sum(o is not False for o in maybe)
    low = CONTEXT.divide(Decimal(yes), Decimal(low_of)) if low_of else Decimal(0)
    high = CONTEXT.divide(Decimal(high_yes), Decimal(high_yes + no)) if high_yes + no else Decimal(0)
    return low, high


_QUANTIFIERS: dict[str, Callable[[Judged, bool], Truth | Interval]] = {
    "some": lambda judged, _: _some(judged),
    "every": lambda judged, _: _every(judged),
    "none": lambda judged, _: _none(judged),
    "count": lambda judged, more: count_interval(judged, more=more),
    "share": lambda judged, more: share_interval(judged, more=more),
}
