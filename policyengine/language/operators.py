"""The one table of operators: what each takes, what it means, an example.

Schemas, documentation, `policyengine show OPERATOR`, typing and the program are made from it. The functions here judge
values that are told; what is not told never reaches them. `None` as an answer is unknown (another currency, lengths of
time that have no common measure).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from unicodedata import normalize

from msgspec import Struct

from policyengine.core.duration import in_seconds
from policyengine.core.facts import UNTOLD
from policyengine.core.quantity import Duration, Money
from policyengine.core.record import NUMERIC, TEXTUAL
from policyengine.language.tree import Truth

ORDERED: Final = NUMERIC | {"money", "duration"}
INSTANTS: Final = frozenset(["time", "date"])
TEXTS: Final = TEXTUAL
SINGLE: Final = ORDERED | INSTANTS | TEXTS | {"enum", "boolean", "market"}
LISTS: Final = frozenset(["list"])
UNCOMPARED: Final = frozenset(["object", "map", "frames", "any"])
EVERYTHING: Final = SINGLE | LISTS | UNCOMPARED


class Operator(Struct, frozen=True, eq=False):
    """An operator.

    `takes` says what stands behind it: value, values, item, items, ordered, pair, instant, duration, texts, pattern,
    terms, bounds, occurrences, fields, field, condition, counted, truth.
    """

    name: str
    types: frozenset[str]
    takes: str
    meaning: str
    example: str
    judge: Callable[[Any, Any], Truth] | None = None


def _ordered(value: Any, other: Any) -> tuple[Any, Any] | None:
    """Return two comparable numbers, or None when the quantities have no common measure."""
    if isinstance(value, Money):
        if not isinstance(other, Money) or value.currency != other.currency:
            return None
        return value.amount, other.amount
    if isinstance(value, Duration):
        left, right = in_seconds(value), in_seconds(other) if isinstance(other, Duration) else None
        if left is None or right is None:
            return None
        return left, right
    return value, other


def _is(value: Any, other: Any) -> Truth:
    if isinstance(value, Money | Duration):
        pair = _ordered(value, other)
        return None if pair is None else pair[0] == pair[1]
    if isinstance(value, datetime | tuple):
        (start, end), (first, last) = moments(value), moments(other)
        return first <= start and end <= last
    if isinstance(value, bool) != isinstance(other, bool):
        return False
    return bool(value == other)


def _flip(truth: Truth) -> Truth:
    return None if truth is None else not truth


def _any(truths: list[Truth]) -> Truth:
    if True in truths:
        return True
    return None if None in truths else False


def _in(value: Any, others: Any) -> Truth:
    return _any([None if other is UNTOLD else _is(value, other) for other in others])


def _compare(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], Truth]:
    def judge(value: Any, other: Any) -> Truth:
        pair = _ordered(value, other)
        return None if pair is None else test(*pair)

    return judge


def _between(value: Any, pair: Any) -> Truth:
    low, high = OPERATORS["at_least"].judge, OPERATORS["at_most"].judge
    assert low is not None  # noqa: S101 - both stand in the table below
    assert high is not None  # noqa: S101 - for the type checker
    above, below = low(value, pair[0]), high(value, pair[1])
    if above is False or below is False:
        return False
    return None if above is None or below is None else True


def moments(value: Any) -> tuple[datetime, datetime]:
    """Return the first and last instant of a value: an instant is both, a day (already a pair) its start and end.

    A bare date is made a pair of instants in the market's zone before it comes here (`language.md`, Time).
    """
    if isinstance(value, tuple):
        return value
    return value, value


def _before(value: Any, other: Any) -> Truth:
    return moments(value)[0] < moments(other)[0]


def _after(value: Any, other: Any) -> Truth:
    return moments(value)[1] > moments(other)[1]


def _by(value: Any, other: Any) -> Truth:
    return moments(value)[0] <= moments(other)[1]


def _from(value: Any, other: Any) -> Truth:
    return moments(value)[1] >= moments(other)[0]


def fold_text(text: str) -> str:
    """Return a text as comparisons that ignore case see it: canonical composition, case folded."""
    return normalize("NFC", text.casefold())


def _as_texts(operand: Any) -> tuple[str, ...]:
    return operand if isinstance(operand, tuple) else (operand,)


def _contains(value: str, operand: Any) -> Truth:
    return any(text in value for text in _as_texts(operand))


def _starts(value: str, operand: Any) -> Truth:
    return value.startswith(_as_texts(operand))


def _ends(value: str, operand: Any) -> Truth:
    return value.endswith(_as_texts(operand))


def _includes(values: list[Any], item: Any) -> Truth:
    return _any([None if v is UNTOLD else _is(v, item) for v in values])


def _includes_any(values: list[Any], items: Any) -> Truth:
    return _any([None if v is UNTOLD else _in(v, items) for v in values])


def _includes_all(values: list[Any], items: Any) -> Truth:
    return _flip(_any([_flip(None if i is UNTOLD else _includes(values, i)) for i in items]))


def _only(values: list[Any], items: Any) -> Truth:
    return _flip(_any([_flip(None if v is UNTOLD else _in(v, items)) for v in values]))


_TABLE: Final = (
    Operator("is", SINGLE, "value", "the field has this value", "platform: {is: tiktok}", _is),
    Operator(
        "is_not",
        SINGLE,
        "value",
        "the field has another value",
        "use: {is_not: organic}",
        lambda v, o: _flip(_is(v, o)),
    ),
    Operator("in", SINGLE, "values", "the field has one of these values", "platform: {in: [tiktok, youtube]}", _in),
    Operator(
        "not_in",
        SINGLE,
        "values",
        "the field has none of these values",
        "category: {not_in: [alcohol]}",
        lambda v, o: _flip(_in(v, o)),
    ),
    Operator("exists", EVERYTHING, "truth", "something is told (or not); never unknown", "campaign: {exists: true}"),
    Operator(
        "above", ORDERED, "ordered", "more than", "author.followers: {above: 10000}", _compare(lambda a, b: a > b)
    ),
    Operator(
        "at_least", ORDERED, "ordered", "this or more", "author.age: {at_least: 18}", _compare(lambda a, b: a >= b)
    ),
    Operator("below", ORDERED, "ordered", "less than", "author.age: {below: 25}", _compare(lambda a, b: a < b)),
    Operator(
        "at_most",
        ORDERED,
        "ordered",
        "this or less",
        "sponsorship.consideration: {at_most: 1000 EUR}",
        _compare(lambda a, b: a <= b),
    ),
    Operator(
        "between",
        ORDERED,
        "pair",
        "from the first to the second, both included",
        "author.age: {between: [18, 24]}",
        _between,
    ),
    Operator("before", INSTANTS, "instant", "earlier than", "scheduled_at: {before: 2026-12-24}", _before),
    Operator("after", INSTANTS, "instant", "later than", "scheduled_at: {after: $record.campaign.launch_at}", _after),
    Operator(
        "by",
        INSTANTS,
        "instant",
        "at that time or earlier",
        "scheduled_at: {by: 7d before $record.campaign.launch_at}",
        _by,
    ),
    Operator("from", INSTANTS, "instant", "at that time or later", "published_at: {from: 2026-07-01}", _from),
    Operator(
        "older_than",
        INSTANTS,
        "duration",
        "longer ago than",
        "screening.at: {older_than: 90d}",
        lambda v, o: moments(v)[1] < o,
    ),
    Operator(
        "newer_than",
        INSTANTS,
        "duration",
        "less long ago than, or still to come",
        "author.account_created_at: {newer_than: 30d}",
        lambda v, o: moments(v)[1] > o,
    ),
    Operator(
        "contains",
        TEXTS,
        "texts",
        "these letters stand somewhere in the text (one of them, for a list)",
        'text: {contains: "http"}',
        _contains,
    ),
    Operator(
        "starts_with", TEXTS, "texts", "the text begins with these letters", 'text: {starts_with: "AD:"}', _starts
    ),
    Operator("ends_with", TEXTS, "texts", "the text ends with these letters", 'text: {ends_with: "#ad"}', _ends),
    Operator("matches", TEXTS, "pattern", "the whole text fits the pattern (RE2)", 'id: {matches: "[a-z]+-[0-9]+"}'),
    Operator(
        "mentions",
        TEXTS,
        "terms",
        "one of these words or phrases stands in the text, as a reader sees it",
        "text: {mentions: $terms.ad_labels}",
    ),
    Operator(
        "length",
        TEXTS,
        "bounds",
        "the number of characters (code points, as platforms count)",
        "text: {length: {at_most: 280}}",
    ),
    Operator(
        "occurrences",
        TEXTS,
        "occurrences",
        "how often these letters stand in the text",
        'text: {occurrences: {of: "!", at_most: 1}}',
    ),
    Operator("includes", LISTS, "item", "the list has this entry", "labels: {includes: live_event}", _includes),
    Operator(
        "includes_any",
        LISTS,
        "items",
        "the list has one of these entries",
        "markets: {includes_any: [DE, AT]}",
        _includes_any,
    ),
    Operator(
        "includes_all",
        LISTS,
        "items",
        "the list has all of these entries",
        "labels: {includes_all: [a, b]}",
        _includes_all,
    ),
    Operator("only", LISTS, "items", "the list has nothing but these entries", "markets: {only: $groups.dach}", _only),
    Operator("size", LISTS, "bounds", "the number of entries", "media: {size: {at_most: 10}}"),
    Operator(
        "same",
        LISTS,
        "fields",
        "these fields have the same value in all entries",
        "competitors: {same: [engagement_basis]}",
    ),
    Operator("rising", LISTS, "field", "the field grows from each entry to the next", "looks: {rising: at}"),
    Operator("some", LISTS, "condition", "one entry or more fulfils this", "claims: {some: {claim: health}}"),
    Operator("every", LISTS, "condition", "all entries fulfil this", "links: {every: {utm.source: {exists: true}}}"),
    Operator("none", LISTS, "condition", "no entry fulfils this", "media: {none: {retouched: true}}"),
    Operator(
        "count",
        LISTS,
        "counted",
        "the number of entries that fulfil this",
        "links: {count: {of: {affiliate: true}, at_most: 2}}",
    ),
    Operator(
        "share",
        LISTS,
        "counted",
        "the share of entries that fulfil this",
        "links: {share: {of: {affiliate: true}, at_most: 20%}}",
    ),
)

OPERATORS: Final[dict[str, Operator]] = {operator.name: operator for operator in _TABLE}
BOUNDS: Final = ("is", "above", "at_least", "below", "at_most", "between")
MODIFIERS: Final = {
    "same_case": ("contains", "starts_with", "ends_with", "matches", "mentions", "occurrences"),
    "within_first": ("mentions",),
    "where": ("some", "every", "none", "count", "share"),
}


def operators_for(field_type: str) -> tuple[str, ...]:
    """Return the names of the operators that a type of field takes, in the table's order."""
    return tuple(name for name, operator in OPERATORS.items() if field_type in operator.types)


def is_number(value: object) -> bool:
    """Tell whether a value is a number of the language (whole or decimal, never true or false)."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)
