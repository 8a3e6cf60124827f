"""What can be shown about which records a condition fits, without a record: how narrow, and whether two meet.

Nothing here guesses: what cannot be shown is taken not to be so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policyengine.core.digest import canonical
from policyengine.language.saying import text_of
from policyengine.language.tree import (
    HERE,
    RECORD,
    All,
    Any_,
    Computed,
    Condition,
    Const,
    Formula,
    Many,
    Named,
    Not,
    Test,
    paths,
)

Ranges = dict[str, frozenset[bytes] | None]
"""What must hold at once: by field the values that it may have, or (None) some other test by its text."""
_LEAVES_OUT: Final = frozenset(["exists", "is_not", "not_in"])
"""Operators that say what a value is not, or only that there is one."""


def is_narrow(condition: Condition) -> bool:
    """Tell whether a condition names what it is about; one that only leaves something out, or asks nothing, does not.

    `exists`, `is_not`, `not_in`, `not`, `none_of` and every value that a field can have name nothing.
    """
    match condition:
        case All(items=items):
            return any(is_narrow(item) for item in items)
        case Any_(items=items):
            return bool(items) and all(is_narrow(item) for item in items)
        case Named(item=item):
            return is_narrow(item)
        case Not():
            return False
        case Many(quantifier=quantifier, of=of, where=where):
            return quantifier in {"some", "count"} and (is_narrow(of) or (where is not None and is_narrow(where)))
        case Test(op=op):
            return op not in _LEAVES_OUT and not _every_value(condition)
        case Formula() | Computed():
            return any(True for _ in paths(condition))


def _every_value(test: Test) -> bool:
    """Tell whether a test lists all values that its field can have."""
    values = _values(test)
    listed = {canonical(value) for value in test.path.field.values}
    return values is not None and bool(listed) and values >= listed


def ranges(condition: Condition) -> Ranges:
    """Return the tests that must all hold; values of one field that stand in several of them are cut to the common."""
    found: Ranges = {}
    for part in _conjuncts(condition):
        values = _values(part) if isinstance(part, Test) else None
        if not isinstance(part, Test) or values is None:
            found[_text(part)] = None
            continue
        before = found.get(part.path.text)
        found[part.path.text] = values if before is None else before & values
    return found


def _conjuncts(condition: Condition) -> Iterator[Condition]:
    match condition:
        case All(items=items):
            for item in items:
                yield from _conjuncts(item)
        case Named(item=item):
            yield from _conjuncts(item)
        case _:
            yield condition


def _values(test: Test) -> frozenset[bytes] | None:
    """Return the constants that a test asks a single value to be, or None for any other test."""
    plain = test.op in {"is", "in"} and test.path.root in {HERE, RECORD} and not (test.path.spread or test.same_case)
    if not plain or test.path.field.type == "list" or not isinstance(test.operand, Const):
        return None
    value = test.operand.value
    return frozenset(canonical(_plain(item)) for item in (value if test.op == "in" else (value,)))


def _plain(value: object) -> object:
    """Return a constant as plain data; `is` and `in` tell capitals from small letters."""
    return value if isinstance(value, bool | int | str) else str(value)


def _text(condition: Condition) -> str:
    """Return a condition in one form: two of the same form ask the same, in whatever order they are written."""
    match condition:
        case All(items=items) | Any_(items=items):
            inner = ", ".join(sorted(map(_text, items)))
            return f"{'all' if isinstance(condition, All) else 'any'}({inner})"
        case Not(item=item):
            return f"not({_text(item)})"
        case Named(item=item):
            return _text(item)
        case Many(path=path, quantifier=quantifier, of=of, where=where, bounds=bounds):
            said = ", ".join(f"{bound.op} {bound.operand.text}" for bound in bounds)
            among = f" where {_text(where)}" if where is not None else ""
            return f"{path.root} {path.text} {quantifier}({_text(of)}{among}) {said}"
        case Test():
            case_ = " in the same case" if condition.same_case else ""
            return f"{condition.path.root} {text_of(condition)}{case_}"
        case Formula(text=text):
            return f"formula({text})"
        case Computed(name=name):
            return f"computed({name})"


def overlapping(one: Ranges, other: Ranges) -> bool:
    """Tell whether it can be shown that some record fits both: one asks what the other asks, and possibly more."""
    return _inside(one, other) or _inside(other, one)


def _inside(wide: Ranges, tight: Ranges) -> bool:
    """Tell whether everything that `wide` asks stands in `tight`, with values in common.

    Where `tight` has tests besides its values, these may shut out some of the values: then all of them must fit.
    """
    if not wide.keys() <= tight.keys():
        return False
    only_values = all(values is not None for values in tight.values())
    for name, values in wide.items():
        mine = tight[name]
        if values is None or mine is None:
            if values is not mine:
                return False
        elif not (values & mine if only_values else values >= mine):
            return False
    return True
