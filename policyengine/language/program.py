"""The typed tree → a program: closures that judge a condition in an environment, three-valued (True, False, None)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, pairwise
from typing import Any

from msgspec import structs

from policyengine.core.duration import subtract
from policyengine.core.facts import NONE, UNTOLD, OpenText
from policyengine.language.arithmetic import compile_expression
from policyengine.language.counting import QUANTIFIERS, Interval, within
from policyengine.language.environment import Env, EvaluationError, OpenList, Read, reader
from policyengine.language.operators import INSTANTS, OPERATORS, SINGLE, TEXTS, fold_text
from policyengine.language.seeking import Judge, matches, mentions
from policyengine.language.tree import (
    HERE,
    RECORD,
    All,
    Any_,
    Bound,
    Choice,
    Computed,
    Condition,
    Const,
    Formula,
    Many,
    Named,
    Not,
    Path,
    Test,
    Truth,
)
from policyengine.language.valuing import dimension, operand_reader, pick

Program = Callable[[Env, Any], Truth]


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
    operand = operand_reader(test.operand if test.operand is not None else Const(None, ""))

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
    at = dimension(choice)

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
            return mentions(test)
        case "matches":
            return matches(test)
    judge = OPERATORS[test.op].judge
    return judge if judge is not None else lambda _v, _o: None


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


def _many(many: Many) -> Program:
    read = reader(many.path)
    of = compile_condition(many.of)
    where = compile_condition(many.where) if many.where is not None else None
    bounds = _bounds(many.bounds)
    decide = QUANTIFIERS[many.quantifier]

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
