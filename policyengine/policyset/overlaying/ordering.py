"""Whether an overlay is at least as strict as its base: key by key, as the kinds' own annotations say.

Only what can be shown to be tighter is accepted (`shapes.parts.Tighter`, and the `Use` of conditions). Everything else
may loosen, and is reported with what can be shown.
"""

from __future__ import annotations

import re
import typing
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, Final, Literal

from msgspec import Struct, structs

from policyengine.core.diagnostic import Diagnostic, Span
from policyengine.core.quantity import Duration, Money
from policyengine.core.record import Field, RecordType
from policyengine.core.source import Node, Plain
from policyengine.language.scope import resolve
from policyengine.language.tree import ALWAYS, NEVER
from policyengine.language.tree import Condition as Tree
from policyengine.policyset.overlaying.implying import implies
from policyengine.policyset.overlaying.laying import Laid
from policyengine.policyset.overlaying.merging import entry_of
from policyengine.policyset.overlaying.needing import needs_more
from policyengine.policyset.overlaying.tests_implied import at_most
from policyengine.shapes.contract import Context
from policyengine.shapes.document import Document, Key, Spec, keys_of
from policyengine.shapes.frequency import RatioOf, SpikeOver, Window
from policyengine.shapes.parts import Condition, Part, Raw, Tighter, Use
from policyengine.shapes.policy import Rule
from policyengine.shapes.predicate import unproven_weight
from policyengine.shapes.quorum import AskedFor, Needs

About = Field | RecordType | None
SAME: Final = Tighter("same")
_VALUE: Final = re.compile(r"\$values\.(\w+)")
_SIMPLE: Final = (str, int, Decimal, Duration, Money)
_CONDITIONS: Final = "what is shown: an alternative more or less, a threshold moved, a list of values grown or shrunk"


class Loosening(Struct, frozen=True):
    """Something that may loosen: in words, where the overlay says it, and where the base does."""

    says: str
    over: Span
    base: Span
    help: str = ""


def loosenings(base: Context, over: Context, laid: Laid) -> Iterator[Loosening]:
    """Yield everything in an overlay that cannot be shown to be at least as strict as its base."""
    return _Ordering(base, over, laid).document()


class _Side(Struct, frozen=True, eq=False):
    """One of the two documents."""

    context: Context

    @property
    def document(self) -> Document:
        return self.context.document

    def node(self, part: Part, key: str) -> Node | None:
        """Return what is written behind a key of a part, None where it is left out."""
        return self.document.node_of(part).at((key,))

    def tree(self, condition: Condition, about: About) -> Tree | None:
        """Return a typed condition, None where only its kind can type it (`$order` of a freeze, a group of records)."""
        faults: list[Diagnostic] = []
        tree = structs.replace(self.context, report=faults.append).tree(condition.node, about=about)
        return None if faults else tree


class _Ordering:
    def __init__(self, base: Context, over: Context, laid: Laid) -> None:
        self._base = _Side(base)
        self._over = _Side(over)
        self._laid = laid
        self._changed = frozenset(_changed_values(base.document.node, over.document.node))

    def document(self) -> Iterator[Loosening]:
        base, over = self._base.document.body, self._over.document.body
        yield from self._part(base, over, "")

    # Keys -------------------------------------------------------------------------------------------------------

    def _part(self, base: Part, over: Part, where: str) -> Iterator[Loosening]:
        if self._same(self._base.document.node_of(base), self._over.document.node_of(over)):
            return
        for key in keys_of(type(over)):
            yield from self._key(key, base, over, where)
        if isinstance(base, Rule) and isinstance(over, Rule):
            yield from self._unknown(base, over, where)

    def _key(self, key: Key, base: Part, over: Part, where: str) -> Iterator[Loosening]:
        one, other = getattr(base, key.attribute, None), getattr(over, key.attribute)
        tighter = key.spec.tighter or (_BY_USE[key.spec.use.effect] if key.spec.use is not None else SAME)
        if tighter.direction == "any" or self._alike(key.name, base, over) or _equal(one, other):
            return
        if tighter.about and self._base.document.node_of(base).at((tighter.about,)) is None:
            return
        if key.spec.base is Condition:
            yield from self._condition(key, tighter, base, over, where)
        elif isinstance(one, list) and isinstance(other, list):
            yield from self._list(key, tighter, base, over, where)
        elif isinstance(one, dict) and isinstance(other, dict):
            yield from self._mapping(key, tighter, base, over, where)
        elif isinstance(one, Needs | AskedFor) and isinstance(other, Needs | AskedFor):
            if tighter.direction != "more" or not needs_more(other, one):
                yield self._found(base, over, key.name, f"{_of(f'`{key.name}`', where)} may ask for less, or others")
        elif isinstance(one, Part) and isinstance(other, Part):
            yield from self._part(one, other, _of(f"`{key.name}`", where))
        elif not _value_tighter(key.spec, tighter, one, other):
            moved = _moved(*(side.node(part, key.name) for side, part in ((self._base, base), (self._over, over))))
            yield self._found(base, over, key.name, f"{_of(f'`{key.name}`', where)} {moved}")

    def _alike(self, name: str, base: Part, over: Part) -> bool:
        one = self._base.document.node_of(base).at((name,))
        other = self._over.document.node_of(over).at((name,))
        if one is None or other is None:
            return one is other
        return self._same(one, other)

    def _same(self, one: Node, other: Node) -> bool:
        """Tell whether two nodes say the same, and the named values that they use do."""
        if one is not other and one.plain() != other.plain():
            return False
        return not self._changed or self._changed.isdisjoint(_values_in(one.plain()))

    # Conditions -------------------------------------------------------------------------------------------------

    def _condition(self, key: Key, tighter: Tighter, base: Part, over: Part, where: str) -> Iterator[Loosening]:
        one, other = getattr(base, key.attribute, None), getattr(over, key.attribute)
        use = key.spec.use
        wider = tighter.direction == "wider"
        unsaid = _UNSAID.get(tighter.unsaid, ALWAYS if wider else NEVER)
        shown = False
        ordered = tighter.direction in {"wider", "narrower"} and not self._counts(over)
        if ordered and use is not None and _can_tell(tighter, one, other):
            first = self._tree(self._base, one, use, base, unsaid)
            second = self._tree(self._over, other, use, over, unsaid)
            element = use.about == "element" and getattr(over, "for_each", None) is not None
            a, b = (first, second) if wider else (second, first)
            shown = a is not None and b is not None and implies(a, b, element=element)
        if not shown:
            yield self._said_of(key, tighter, base, over, where)

    def _counts(self, over: Part) -> bool:
        """Tell whether records are counted here: more of them may be a smaller share, and a lower spike."""
        across = getattr(self._over.document.body, "across", None)
        return (
            across is not None
            or isinstance(over, Window | RatioOf | SpikeOver)
            or getattr(over, "window", None) is not None
        )

    def _said_of(self, key: Key, tighter: Tighter, base: Part, over: Part, where: str) -> Loosening:
        """Return what is said of a condition. Where its text is the base's, the named value that differs is named."""
        one, other = (side.document.node_of(p).at((key.name,)) for side, p in ((self._base, base), (self._over, over)))
        said = "may " + _TENDING.get(tighter.direction, "say otherwise")
        found = self._found(base, over, key.name, f"{_of(f'`{key.name}`', where)} {said}", _CONDITIONS)
        if one is None or other is None or one.plain() != other.plain():
            return found
        name = min(self._changed.intersection(_values_in(one.plain())), default="")
        says = f"{found.says}, by the value `{name}`"
        first, second = (side.document.node.span_at(("values", name), key=True) for side in (self._base, self._over))
        return structs.replace(found, says=says, base=first, over=second)

    def _tree(self, side: _Side, written: Condition | None, use: Use, part: Part, unsaid: Tree) -> Tree | None:
        if written is None:
            return unsaid
        about = self._about(side, use.about, part)
        return None if about is False else side.tree(written, about)

    def _about(self, side: _Side, about: str, part: Part) -> About | Literal[False]:
        """Return what a condition is about; False where it is not known."""
        if about == "record":
            return None
        if about == "element":
            name = getattr(part, "for_each", None)
            if name is None:
                return None
            span = side.document.span(part)
            path = resolve(name, side.context.scope, span, _ignored)
            return path.field.item if path is not None and path.field.item is not None else False
        named = getattr(part, "record", None) if about == "related" else about
        return side.context.world.types.get(named) or False

    # Lists and mappings -----------------------------------------------------------------------------------------

    def _list(self, key: Key, tighter: Tighter, base: Part, over: Part, where: str) -> Iterator[Loosening]:
        ones, others = getattr(base, key.attribute), getattr(over, key.attribute)
        if entry_of(key.spec) is not None:
            first, second = {one.id: one for one in ones}, {other.id: other for other in others}
            yield from self._entries(key, tighter, base, over, (first, second), where)
            return
        nodes = self._nodes(self._base, base, key), self._nodes(self._over, over, key)
        pairs = list(zip(ones, nodes[0], strict=True)), list(zip(others, nodes[1], strict=True))
        if tighter.direction == "more":
            missing = [pair for pair in pairs[0] if not any(self._covers(pair, other) for other in pairs[1])]
            for _, node in missing[:1]:
                yield self._found(base, over, key.name, f"{_of(f'`{_short(node)}`', where)} is gone from `{key.name}`")
        elif tighter.direction == "fewer":
            new = [pair for pair in pairs[1] if not any(self._covers(one, pair) for one in pairs[0])]
            for _, node in new[:1]:
                says = f"`{_short(node)}` in {_of(f'`{key.name}`', where)} is not in the base, or more than there"
                yield structs.replace(self._found(base, over, key.name, says), over=node.span)
        else:
            yield self._found(base, over, key.name, f"{_of(f'`{key.name}`', where)} is not that of the base")

    def _nodes(self, side: _Side, part: Part, key: Key) -> list[Node]:
        """Return the entries of a list, also of one that is written as its only entry."""
        node = side.document.node_of(part).at((key.name,))
        if node is None:
            return []
        return node.value if isinstance(node.value, list) else [node]

    def _covers(self, one: tuple[Any, Node], other: tuple[Any, Node]) -> bool:
        """Tell whether an entry of the overlay is an entry of the base, or tighter."""
        (first, node), (second, over) = one, other
        if not isinstance(first, Part) or not isinstance(second, Part):
            return self._same(node, over) or (isinstance(first, str) and first == second)
        return next(self._part(first, second, ""), None) is None

    def _mapping(self, key: Key, tighter: Tighter, base: Part, over: Part, where: str) -> Iterator[Loosening]:
        first, second = getattr(base, key.attribute), getattr(over, key.attribute)
        yield from self._entries(key, tighter, base, over, (first, second), where)

    def _entries(
        self,
        key: Key,
        tighter: Tighter,
        base: Part,
        over: Part,
        entries: tuple[dict[str, Any], dict[str, Any]],
        where: str,
    ) -> Iterator[Loosening]:
        first, second = entries
        if tighter.direction == "same":
            yield self._found(base, over, key.name, f"{_of(f'`{key.name}`', where)} is not that of the base")
            return
        for name in sorted(first.keys() & second.keys()):
            if isinstance(first[name], Part):
                yield from self._part(first[name], second[name], _of(f"`{name}`", where))
            elif first[name] != second[name]:
                yield self._found(base, over, key.name, f"{_of(f'`{name}`', where)} differs")
        if tighter.direction != "fewer":
            for name in sorted(first.keys() - second.keys()):
                says = f"{_of(f'`{name}`', where)} is gone from `{key.name}`"
                yield self._gone(self._found(base, over, key.name, says), first[name])
        if tighter.direction != "more":
            for name in sorted(second.keys() - first.keys()):
                says = f"{_of(f'`{name}`', where)} is new in `{key.name}`"
                found = self._found(base, over, key.name, says)
                part = second[name]
                yield structs.replace(found, over=self._over.document.span(part)) if isinstance(part, Part) else found

    def _gone(self, found: Loosening, part: Any) -> Loosening:
        if not isinstance(part, Part):
            return found
        node = self._base.document.node_of(part)
        return structs.replace(found, base=node.span, over=self._laid.gone.get(id(node), found.over))

    # Rules ------------------------------------------------------------------------------------------------------

    def _unknown(self, base: Rule, over: Rule, where: str) -> Iterator[Loosening]:
        """Yield that a rule weighs more unproven than failed: to apply more surely would then weigh less."""
        outcome, before = over.then or over.otherwise, base.then or base.otherwise
        if outcome is None or before is None or all(self._alike(n, base, over) for n in ("when", "require", "except")):
            return
        order = ("flag", "hold", "block")
        if order.index(outcome) < order.index(unproven_weight(before, base.if_unknown)):
            says = f"{_of('a certain failure', where)} weighs less than an unproven one in the base"
            yield self._found(base, over, "if_unknown", says)

    # Places -----------------------------------------------------------------------------------------------------

    def _found(self, base: Part, over: Part, key: str | None, says: str, help_: str = "") -> Loosening:
        one, other = self._base.document.node_of(base), self._over.document.node_of(over)
        there = one.keys.get(key or "", one.span)
        here = other.keys.get(key or "", other.span)
        left_out = one.at((key,)) if key is not None and key not in other.keys else None
        if left_out is not None:
            here = self._laid.gone.get(id(left_out), here)
        return Loosening(says, self._own(here, other), there, help_)

    def _own(self, here: Span, part: Node) -> Span:
        """Return a place in the overlay itself: where a key is inherited, that of the mapping, else of `extends`."""
        own = self._laid.own
        places = (here, part.span, own.keys.get("extends", own.span))
        return next((span for span in places if self._laid.says(span)), own.span)


_BY_USE: Final = {"tightens": Tighter("wider"), "loosens": Tighter("narrower")}
_TENDING: Final = {"wider": "hold for less", "narrower": "hold for more"}
_UNSAID: Final[dict[str, Tree]] = {"never": NEVER, "always": ALWAYS}


def _ignored(_: object) -> None:
    """Take a fault that was reported when the document was compiled."""


def _can_tell(tighter: Tighter, one: Condition | None, other: Condition | None) -> bool:
    return tighter.unsaid != "same" or (one is not None and other is not None)


def _changed_values(base: Node, over: Node) -> Iterator[str]:
    """Yield the names of the values that mean something else in the overlay."""
    first, second = base.at(("values",)), over.at(("values",))
    before = first.value if first is not None and isinstance(first.value, dict) else {}
    after = second.value if second is not None and isinstance(second.value, dict) else {}
    for name in before.keys() | after.keys():
        if name not in before or name not in after or before[name].plain() != after[name].plain():
            yield name


def _values_in(plain: Plain) -> Iterable[str]:
    if isinstance(plain, str):
        return _VALUE.findall(plain)
    if isinstance(plain, dict):
        parts: list[Plain] = [*plain.keys(), *plain.values()]
        return [name for part in parts for name in _values_in(part)]
    return [name for part in plain for name in _values_in(part)] if isinstance(plain, list) else ()


# Values ---------------------------------------------------------------------------------------------------------------


def _equal(one: Any, other: Any) -> bool:
    """Tell whether two simple values are equal, one of them perhaps left out because it is the default."""
    return isinstance(one, _SIMPLE) and isinstance(other, _SIMPLE) and one == other


def _value_tighter(spec: Spec, tighter: Tighter, one: Any, other: Any) -> bool:
    """Tell whether a value that is not alike is tighter; None is one that is left out."""
    match tighter.direction:
        case "more":
            return one is None and tighter.unsaid != "same"
        case "fewer":
            return one is None if tighter.unsaid == "loosest" else other is None
        case "up" | "down":
            if spec.base is Raw:
                return tighter.direction == "down" and _refuses(other)
            return _moved_well(spec, tighter, one, other)
    return False


def _moved_well(spec: Spec, tighter: Tighter, one: Any, other: Any) -> bool:
    if one is None or other is None:
        absent = {"loosest": one is None, "tightest": other is None}.get(tighter.unsaid)
        if absent is not None or not tighter.unsaid:
            return bool(absent)
        return one is None and _least(spec, tighter, tighter.unsaid, other)
    return _least(spec, tighter, one, other)


def _refuses(value: Any) -> bool:
    return isinstance(value, Raw) and value.node.value in ("no", False)


def _least(spec: Spec, tighter: Tighter, one: Any, other: Any) -> bool:
    """Tell whether the second of two values lies in the direction that tightens, or is the first."""
    if typing.get_origin(spec.base) is Literal:
        words = typing.get_args(spec.base)
        if one not in words:
            return False
        one, other = words.index(one), words.index(other)
    elif isinstance(one, bool):
        one, other = int(one), int(other)
    low, high = (one, other) if tighter.direction == "up" else (other, one)
    return at_most(low, high) is True


# Words ----------------------------------------------------------------------------------------------------------------


def _of(what: str, where: str) -> str:
    return f"{what} of {where}" if where else what


def _moved(one: Node | None, other: Node | None) -> str:
    if other is None:
        return "is left out"
    if one is None:
        return "is not in the base"
    if isinstance(one.value, dict | list) or isinstance(other.value, dict | list):
        return "is not that of the base"
    return f"is `{_short(other)}`, and `{_short(one)}` in the base"


def _short(node: Node) -> str:
    if isinstance(node.value, dict):
        inner = next(iter(node.value.values()), node)
        return f"{next(iter(node.value), '')}: {_short(inner)}"[:60]
    if isinstance(node.value, list):
        return ", ".join(_short(entry) for entry in node.value)[:60]
    return (node.raw or str(node.value))[:60]
