"""What one condition says of another: wherever `a` is a possible yes, so is `b`; wherever `a` is a yes, so is `b`.

With no < unknown < yes: `a` is never greater than `b`. The rules are sound and few: what they cannot show counts as not
shown. Errors (limits that are exceeded) are left aside; they weigh like unknown.
"""

from __future__ import annotations

from policyengine.language.tree import ALWAYS, All, Any_, Bound, Condition, Many, Named, Not, Test
from policyengine.policyset.overlaying.alike import alike
from policyengine.policyset.overlaying.tests_implied import bound_implies, test_implies


def implies(a: Condition, b: Condition, *, element: bool = False) -> bool:
    """Tell whether it can be shown that `a` is never greater than `b` (no < unknown < yes).

    `element`: both are about an entry of a list, where conditions by name go on being about the record.
    """
    return _Implication().shown(_plain(a), _plain(b), element=element)


class _Implication:
    """One question and the smaller ones inside it, each asked once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int, bool], bool] = {}
        self._kept: list[Condition] = []  # so that no identity is used twice

    def shown(self, a: Condition, b: Condition, *, element: bool) -> bool:
        key = (id(a), id(b), element)
        if key not in self._known:
            self._kept += [a, b]
            self._known[key] = alike(a, b) or self._derived(a, b, element=element)
        return self._known[key]

    def _derived(self, a: Condition, b: Condition, *, element: bool) -> bool:
        if isinstance(b, All):
            return all(self.shown(a, item, element=element) for item in b.items)
        if isinstance(a, Any_):
            return all(self.shown(item, b, element=element) for item in a.items)
        if isinstance(a, All) and any(self.shown(item, b, element=element) for item in a.items):
            return True
        if isinstance(b, Any_) and any(self.shown(a, item, element=element) for item in b.items):
            return True
        return self._single(a, b, element=element)

    def _single(self, a: Condition, b: Condition, *, element: bool) -> bool:
        match a, b:
            case Named(), Named() if element:
                return self.shown(_plain(a.item), _plain(b.item), element=False)
            case Named(), _ if not element:
                return self.shown(_plain(a.item), b, element=False)
            case _, Named() if not element:
                return self.shown(a, _plain(b.item), element=False)
            case Not(), Not():
                return self.shown(b.item, a.item, element=element)
            case Test(), Test() if alike(a.path, b.path):
                return test_implies(a, b)
            case Many(), Many() if alike(a.path, b.path) and a.quantifier == b.quantifier:
                return self._many(a, b)
        return False

    def _many(self, a: Many, b: Many) -> bool:
        of_a, of_b = _plain(a.of), _plain(b.of)
        where_a, where_b = _plain(a.where or ALWAYS), _plain(b.where or ALWAYS)
        grows = self.shown(of_a, of_b, element=True)
        shrinks = self.shown(of_b, of_a, element=True)
        more = self.shown(where_a, where_b, element=True)
        fewer = self.shown(where_b, where_a, element=True)
        match a.quantifier:
            case "some":
                return grows and more
            case "every":
                return grows and fewer
            case "none":
                return shrinks and fewer
        return _bounds(a.bounds, b.bounds) and _counts(a, b, up=grows and more, down=shrinks and fewer)


def _counts(a: Many, b: Many, *, up: bool, down: bool) -> bool:
    """Tell whether what is counted moves towards the bounds; a share only where it stays the same."""
    if up and down:
        return True
    if a.quantifier == "share":
        return False
    ops = {bound.op for bound in b.bounds}
    return (up and ops <= {"above", "at_least"}) or (down and ops <= {"below", "at_most"})


def _bounds(a: tuple[Bound, ...], b: tuple[Bound, ...]) -> bool:
    return all(any(bound_implies(one, other) for one in a) for other in b)


def _plain(condition: Condition) -> Condition:
    """Return a condition with `not` moved inwards as far as connectives go."""
    match condition:
        case Not(item=Not(item=item)):
            return _plain(item)
        case Not(item=All(items=items)):
            return Any_(tuple(_plain(Not(item)) for item in items))
        case Not(item=Any_(items=items)):
            return All(tuple(_plain(Not(item)) for item in items))
        case All(items=items):
            return All(tuple(map(_plain, items)))
        case Any_(items=items):
            return Any_(tuple(map(_plain, items)))
    return condition
