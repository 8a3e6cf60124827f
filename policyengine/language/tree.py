"""The condition form: one typed, data-only tree that every reader of conditions shares.

The reference evaluator, the compiled program, explanation, `validate --holes` and (later) coverage, mutation and proofs
all read these nodes. Field access is resolved, constants are typed, definitions are inlined under their name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from msgspec import Struct

from policyengine.core.diagnostic import Span
from policyengine.core.quantity import Duration
from policyengine.core.record import Field

Truth = bool | None
"""Yes, no, or None for unknown."""

HERE = "here"
RECORD = "record"
JUDGED_MARKET = "market"
CHOICES = "choices."
"""How the roots of paths to the register of choices begin: `choices.attribution_model`."""


class Step(Struct, frozen=True, eq=False):
    """One name of a path; `follow` reads the record that the id found there refers to."""

    name: str
    field: Field
    follow: str | None = None


class Path(Struct, frozen=True, eq=False):
    """Where a value stands: from the element at hand (`here`), the record, a name given in `with`, or a choice.

    `field` is what is found there: that of the last step, or of the alias itself when there are no steps.
    `spread` is true when the path passes through a list and gives the list of all values behind it.
    """

    root: str
    steps: tuple[Step, ...]
    field: Field
    text: str
    spread: bool = False


class Const(Struct, frozen=True, eq=False):
    """A typed constant, or a tuple of typed constants; `text` is how the policy writes it."""

    value: Any
    text: str


class FieldValue(Struct, frozen=True, eq=False):
    """The value of another field."""

    path: Path
    text: str


class Now(Struct, frozen=True, eq=False):
    """The evaluation time."""

    text: str = "$now"


class Market(Struct, frozen=True, eq=False):
    """The market that is being judged."""

    text: str = "$market"


class Anchored(Struct, frozen=True, eq=False):
    """A length of time before (`sign` -1) or after (+1) an instant: `7d before $record.launch_at`."""

    duration: Duration
    sign: int
    base: Operand
    text: str


class Choice(Struct, frozen=True, eq=False):
    """A value that depends on the market, language, platform, brand or size band (`by`).

    `at` reads the dimension from the record (None for the market, which the evaluation fixes). `default` is what
    applies where the table has no entry; None: then the value is unknown.
    """

    dimension: str
    at: Path | None
    default: Operand | None
    table: dict[str, Operand]
    text: str


Operand = Const | FieldValue | Now | Market | Anchored | Choice


class Bound(Struct, frozen=True, eq=False):
    """A comparison of a number with an operand (`at_least: 2`)."""

    op: str
    operand: Operand


class Words(Struct, frozen=True):
    """A word list as `mentions` uses it."""

    words: tuple[str, ...]
    exceptions: tuple[str, ...] = ()
    see_through: frozenset[str] = frozenset()


class Test(Struct, frozen=True, eq=False):
    """One operator on one field."""

    path: Path
    op: str
    operand: Operand | None
    span: Span | None = None
    bounds: tuple[Bound, ...] = ()
    same_case: bool = False
    within_first: int | None = None
    entries: tuple[Path, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return the entries' fields that `same` and `rising` compare, as the policy writes them."""
        return tuple(path.text for path in self.entries)


class All(Struct, frozen=True, eq=False):
    """Holds when all items hold."""

    items: tuple[Condition, ...]
    span: Span | None = None


class Any_(Struct, frozen=True, eq=False):  # noqa: N801 - `Any` is Python's, `any` its builtin
    """Holds when one of the items holds."""

    items: tuple[Condition, ...]
    span: Span | None = None


class Not(Struct, frozen=True, eq=False):
    """Holds when the item does not."""

    item: Condition
    span: Span | None = None


class Named(Struct, frozen=True, eq=False):
    """A condition from the definitions, always about the record."""

    name: str
    title: str
    item: Condition
    span: Span | None = None


class Many(Struct, frozen=True, eq=False):
    """A quantifier over a list: some, every, none, count, share; `where` picks the elements that are looked at."""

    path: Path
    quantifier: Literal["some", "every", "none", "count", "share"]
    of: Condition
    where: Condition | None = None
    bounds: tuple[Bound, ...] = ()
    span: Span | None = None


class Formula(Struct, frozen=True, eq=False):
    """A formula that is yes or no."""

    expression: Expression
    text: str
    span: Span | None = None


class Computed(Struct, frozen=True, eq=False):
    """A test that a kind computes itself (opaque to proofs).

    `run(environment)` gives the truth, `missing(environment)` the untold fields behind an unknown one, `detail` words
    for the explanation, `where(environment)` the place in the record that decided, if it is not that of the first of
    `reads`, which are the record's fields that it looks at, `within(environment)` the stretch of the text there that
    did. `silent` are names of fields that count where they are told
    only, as under `exists`: nobody is told that they are missing (`validate --holes` lists them).
    """

    name: str
    run: Callable[[Any], Truth]
    reads: tuple[Path, ...] = ()
    missing: Callable[[Any], tuple[str, ...]] | None = None
    detail: Callable[[Any], str] | None = None
    where: Callable[[Any], tuple[str | int, ...] | None] | None = None
    within: Callable[[Any], tuple[int, int] | None] | None = None
    by_market: bool = False
    silent: tuple[str, ...] = ()
    span: Span | None = None


Condition = Test | All | Any_ | Not | Named | Many | Formula | Computed

ALWAYS = All(())
NEVER = Any_(())


# Formulas ---------------------------------------------------------------------------------------------------------


class Number(Struct, frozen=True, eq=False):
    """A number, or a length of time in seconds."""

    value: int | Decimal


class Value(Struct, frozen=True, eq=False):
    """A field or a reference in a formula."""

    operand: Operand


class Unary(Struct, frozen=True, eq=False):
    """`-x` or `not x`."""

    op: str
    item: Expression


class Binary(Struct, frozen=True, eq=False):
    """`+ - * /`."""

    op: str
    left: Expression
    right: Expression


class Compare(Struct, frozen=True, eq=False):
    """A chain of comparisons: `0 < a <= b`."""

    items: tuple[Expression, ...]
    ops: tuple[str, ...]


class Logic(Struct, frozen=True, eq=False):
    """`and` or `or`."""

    op: str
    items: tuple[Expression, ...]


class IfElse(Struct, frozen=True, eq=False):
    """`a if test else b`."""

    test: Expression
    yes: Expression
    no: Expression


class Call(Struct, frozen=True, eq=False):
    """One of the functions of the language."""

    name: str
    arguments: tuple[Expression, ...]


Expression = Number | Value | Unary | Binary | Compare | Logic | IfElse | Call


# Walking ----------------------------------------------------------------------------------------------------------


def children(condition: Condition) -> tuple[Condition, ...]:
    """Return the conditions directly inside one."""
    match condition:
        case All(items=items) | Any_(items=items):
            return items
        case Not(item=item) | Named(item=item):
            return (item,)
        case Many(of=of, where=where):
            return (of,) if where is None else (where, of)
        case _:
            return ()


def walk(condition: Condition) -> Iterator[Condition]:
    """Yield a condition and all conditions inside it."""
    yield condition
    for child in children(condition):
        yield from walk(child)


def operands(condition: Condition) -> Iterator[Operand]:
    """Yield every operand in a condition, those inside other operands and formulas included."""
    for node in walk(condition):
        if isinstance(node, Test | Many):
            for bound in node.bounds:
                yield from _inside(bound.operand)
        if isinstance(node, Test) and node.operand is not None:
            yield from _inside(node.operand)
        if isinstance(node, Formula):
            for expression in expressions(node.expression):
                if isinstance(expression, Value):
                    yield from _inside(expression.operand)


def _inside(operand: Operand) -> Iterator[Operand]:
    yield operand
    if isinstance(operand, Anchored):
        yield from _inside(operand.base)
    if isinstance(operand, Choice):
        for inner in (operand.default, *operand.table.values()):
            if inner is not None:
                yield from _inside(inner)


def expressions(expression: Expression) -> Iterator[Expression]:
    """Yield an expression and all expressions inside it."""
    yield expression
    match expression:
        case Unary(item=item):
            inner: tuple[Expression, ...] = (item,)
        case Binary(left=left, right=right):
            inner = (left, right)
        case Compare(items=items) | Logic(items=items) | Call(arguments=items):
            inner = items
        case IfElse(test=test, yes=yes, no=no):
            inner = (test, yes, no)
        case _:
            inner = ()
    for item in inner:
        yield from expressions(item)


def paths(condition: Condition) -> Iterator[Path]:
    """Yield every path that a condition reads."""
    for node in walk(condition):
        if isinstance(node, Test | Many):
            yield node.path
        if isinstance(node, Computed):
            yield from node.reads
    for operand in operands(condition):
        if isinstance(operand, FieldValue):
            yield operand.path
        if isinstance(operand, Choice) and operand.at is not None:
            yield operand.at


def depends_on_market(condition: Condition) -> bool:
    """Tell whether a condition may differ between the markets of one record."""
    if any(isinstance(node, Computed) and node.by_market for node in walk(condition)):
        return True
    if any(path.root == JUDGED_MARKET for path in paths(condition)):  # `$market: GB`
        return True
    return any(
        isinstance(o, Market) or (isinstance(o, Choice) and o.dimension == "market") for o in operands(condition)
    )


def depends_on_zone(condition: Condition) -> bool:
    """Tell whether a condition is about whole days, or months of them, which begin with midnight in a market's zone."""
    if any(path.field.type == "date" for path in paths(condition)):
        return True
    return any(_has_days(operand) for operand in operands(condition))


def _has_days(operand: Operand) -> bool:
    if isinstance(operand, Anchored):
        return operand.duration.months != 0
    values = operand.value if isinstance(operand, Const) and isinstance(operand.value, tuple) else ()
    for value in values or ((operand.value,) if isinstance(operand, Const) else ()):
        if isinstance(value, Duration) and value.months:
            return True
        if isinstance(value, date) and not isinstance(value, datetime):
            return True
    return False
