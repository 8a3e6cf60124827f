"""Formulas at work: exact decimals, three-valued, bounded.

Every function gives None (unknown) for what it is not told and for what has no answer (a zero denominator, a root of a
negative number). Numbers are decimals of 28 digits, rounded half to even.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal, DecimalException
from statistics import NormalDist
from typing import Any, Final

from policyengine.core.duration import in_seconds
from policyengine.core.facts import NONE, UNTOLD
from policyengine.core.quantity import Duration
from policyengine.language.environment import Env, EvaluationError, OpenList
from policyengine.language.tree import (
    Binary,
    Call,
    Compare,
    Expression,
    IfElse,
    Logic,
    Number,
    Operand,
    Truth,
    Unary,
    Value,
)

CONTEXT: Final = Context(prec=28, rounding=ROUND_HALF_EVEN)
Run = Callable[[Env, Any], Any]
_DAY: Final = 86_400
_HOUR: Final = 3_600


class LimitExceededError(EvaluationError):
    """A number left the range of the language; the verdict is `error`."""


def compile_expression(expression: Expression, operand: Callable[[Operand], Run]) -> Run:
    """Return the function that computes an expression; `operand` compiles fields and references."""

    def sub(part: Expression) -> Run:
        return compile_expression(part, operand)

    match expression:
        case Number(value=value):
            return lambda _env, _here: value
        case Value(operand=inner):
            return _value(operand(inner))
        case Unary(op="-", item=item):
            return _lift(CONTEXT.minus, sub(item))
        case Unary(item=item):
            return _negated(sub(item))
        case Binary(op=op, left=left, right=right):
            return _lift(_BINARY[op], sub(left), sub(right))
        case Compare(items=items, ops=ops):
            return _compare(tuple(map(sub, items)), ops)
        case Logic(op=op, items=items):
            return _logic(tuple(map(sub, items)), stop=op == "or")
        case IfElse(test=test, yes=yes, no=no):
            return _choose(sub(test), sub(yes), sub(no))
        case Call(name=name, arguments=arguments):
            return _call(name, tuple(map(sub, arguments)))


def _value(read: Run) -> Run:
    def run(env: Env, here: Any) -> Any:
        value = read(env, here)
        if value is NONE or value is UNTOLD:
            return None
        if isinstance(value, Duration):
            return in_seconds(value)
        return value[0] if isinstance(value, tuple) else value

    return run


def exact(value: Any) -> Decimal:
    """Return a number of the language as a decimal."""
    return Decimal(value)


def _lift(function: Callable[..., Any], *reads: Run) -> Run:
    def run(env: Env, here: Any) -> Any:
        values = [read(env, here) for read in reads]
        if any(v is None for v in values):
            return None
        return _bounded(function, *values)

    return run


def _bounded(function: Callable[..., Any], *values: Any) -> Any:
    try:
        return function(*values)
    except (DecimalException, OverflowError) as fault:
        raise LimitExceededError(str(fault)) from fault


def _minus(a: Any, b: Any) -> Any:
    if isinstance(a, datetime) and isinstance(b, datetime):
        gap = a - b
        return CONTEXT.add(exact(gap.days * _DAY + gap.seconds), CONTEXT.divide(exact(gap.microseconds), exact(10**6)))
    return CONTEXT.subtract(exact(a), exact(b))


def _divide(a: Any, b: Any) -> Any:
    return None if b == 0 else CONTEXT.divide(exact(a), exact(b))


_BINARY: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": lambda a, b: CONTEXT.add(exact(a), exact(b)),
    "-": _minus,
    "*": lambda a, b: CONTEXT.multiply(exact(a), exact(b)),
    "/": _divide,
}

COMPARISONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def _compare(reads: tuple[Run, ...], ops: tuple[str, ...]) -> Run:
    def run(env: Env, here: Any) -> Truth:
        values = [read(env, here) for read in reads]
        unknown = False
        for op, left, right in zip(ops, values, values[1:], strict=False):
            if left is None or right is None:
                unknown = True
            elif not COMPARISONS[op](left, right):
                return False
        return None if unknown else True

    return run


def _negated(read: Run) -> Run:
    def run(env: Env, here: Any) -> Truth:
        value = read(env, here)
        return None if value is None else not value

    return run


def _logic(reads: tuple[Run, ...], *, stop: bool) -> Run:
    def run(env: Env, here: Any) -> Truth:
        unknown = False
        fault: EvaluationError | None = None
        for read in reads:
            try:
                value: Truth = read(env, here)
            except EvaluationError as raised:  # the other side may decide: the order of the two means nothing
                fault = raised
                continue
            if value is stop:
                return stop
            unknown = unknown or value is None
        if fault is not None:
            raise fault
        return None if unknown else not stop

    return run


def _choose(test: Run, yes: Run, no: Run) -> Run:
    def run(env: Env, here: Any) -> Any:
        truth = test(env, here)
        if truth is not None:
            return (yes if truth else no)(env, here)
        left, right = yes(env, here), no(env, here)
        return left if left is not None and left == right else None

    return run


def _call(name: str, reads: tuple[Run, ...]) -> Run:
    function = FUNCTIONS[name]

    def run(env: Env, here: Any) -> Any:
        values = [read(env, here) for read in reads]
        if any(v is None for v in values):
            return None
        lists = [v for v in values if isinstance(v, list)]
        if any(isinstance(v, OpenList) if name == "count" else UNTOLD in v for v in lists):
            return None
        return _bounded(function, *values)

    return run


def _flat(values: tuple[Any, ...]) -> list[Decimal]:
    numbers: list[Decimal] = []
    for value in values:
        numbers.extend(map(exact, value) if isinstance(value, list) else [exact(value)])
    return numbers


def total(*values: Any) -> Decimal:
    """Return the sum; of an empty list 0."""
    result = Decimal(0)
    for number in _flat(values):
        result = CONTEXT.add(result, number)
    return result


def mean(*values: Any) -> Decimal | None:
    """Return the arithmetic mean, None of nothing."""
    numbers = _flat(values)
    return CONTEXT.divide(total(numbers), exact(len(numbers))) if numbers else None


def median(*values: Any) -> Decimal | None:
    """Return the middle number, or the mean of the two in the middle; None of nothing."""
    numbers = sorted(_flat(values))
    return percentile(numbers, Decimal("0.5")) if numbers else None


def percentile(values: list[Any], share: Any) -> Decimal | None:
    """Return the quantile of type 7 (Hyndman and Fan 1996); None of nothing or for a share outside 0 to 1."""
    numbers = sorted(map(exact, values))
    if not numbers or not 0 <= share <= 1:
        return None
    place = CONTEXT.multiply(exact(share), exact(len(numbers) - 1))
    low = int(place)
    high = min(low + 1, len(numbers) - 1)
    step = CONTEXT.multiply(CONTEXT.subtract(place, exact(low)), CONTEXT.subtract(numbers[high], numbers[low]))
    return CONTEXT.add(numbers[low], step)


def _rounded(value: Any, places: Any = 0) -> Decimal | None:
    if places != int(places) or not 0 <= places <= 12:  # noqa: PLR2004 - more digits than money or rates have
        return None
    return exact(value).quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_EVEN, CONTEXT)


def p_value(hits_a: Any, people_a: Any, hits_b: Any, people_b: Any) -> Decimal | None:
    """Return the two-sided p of the pooled two-proportion z-test; None when a variant has nobody or all are alike."""
    a, b = float(people_a), float(people_b)
    if a <= 0 or b <= 0 or not 0 <= hits_a <= people_a or not 0 <= hits_b <= people_b:
        return None
    pooled = (float(hits_a) + float(hits_b)) / (a + b)
    spread = pooled * (1 - pooled) * (1 / a + 1 / b)
    if spread <= 0:
        return None
    z = (float(hits_a) / a - float(hits_b) / b) / math.sqrt(spread)
    return _approximate(math.erfc(abs(z) / math.sqrt(2)))


def _approximate(value: float) -> Decimal:
    """Return a float's value to 12 significant digits, all that such formulas promise."""
    return Context(prec=12).create_decimal(repr(value))


def sample_size(rate: Any, target: Any, significance: Any, power: Any) -> Decimal | None:
    """Return the people needed per variant (unpooled normal approximation); None for rates that do not differ."""
    p, q = float(rate), float(target)
    if not (0 < p < 1 and 0 < q < 1 and p != q and 0 < significance < 1 and 0 < power < 1):
        return None
    normal = NormalDist()
    z = normal.inv_cdf(1 - float(significance) / 2) + normal.inv_cdf(float(power))
    return exact(math.ceil(z * z * (p * (1 - p) + q * (1 - q)) / (p - q) ** 2))


def kappa(first: list[Any], second: list[Any]) -> Decimal | None:
    """Return Cohen's kappa (Cohen 1960) of two lists of labels; None for lists of different or no length."""
    n = len(first)
    if n == 0 or n != len(second):
        return None
    agreed = CONTEXT.divide(exact(sum(a == b for a, b in zip(first, second, strict=True))), exact(n))
    by_chance = sum(second.count(label) for label in first)
    chance = CONTEXT.divide(exact(by_chance), exact(n * n))
    return None if chance == 1 else CONTEXT.divide(CONTEXT.subtract(agreed, chance), CONTEXT.subtract(exact(1), chance))


FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "sum": total,
    "min": lambda *v: min(_flat(v), default=None),
    "max": lambda *v: max(_flat(v), default=None),
    "mean": mean,
    "median": median,
    "count": len,
    "ratio": _divide,
    "round": _rounded,
    "ceil": lambda v: exact(v).to_integral_value(ROUND_CEILING),
    "floor": lambda v: exact(v).to_integral_value(ROUND_FLOOR),
    "abs": lambda v: CONTEXT.abs(exact(v)),
    "sqrt": lambda v: None if v < 0 else CONTEXT.sqrt(exact(v)),
    "log": lambda v: None if v <= 0 else CONTEXT.ln(exact(v)),
    "percentile": percentile,
    "days": lambda v: CONTEXT.divide(exact(v), exact(_DAY)),
    "hours": lambda v: CONTEXT.divide(exact(v), exact(_HOUR)),
    "p_value": p_value,
    "sample_size": sample_size,
    "kappa": kappa,
}
