"""Where leaving a fact out passes in silence: what `validate --holes` lists.

A fact that is not told makes a test unknown, and an unknown rule is unproven: it holds. The exceptions are few, and
each is listed for each rule: `exists` (never unknown), a default of a schema, an assumption, an entry that is taken out
of a list, a time that decides whether the policy is in force. A hole is no fault; somebody should have meant it.

The search follows the direction in which a test would have to turn to silence its rule. What breaks a rule is *guard
and not requirement*; a test whose turning would only tighten the rule is no hole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal, Protocol

from msgspec import Struct

from policyengine.core.diagnostic import Diagnostic, Span
from policyengine.core.record import Field, RecordType, RecordTypes
from policyengine.language import tree
from policyengine.language.tree import CHOICES, HERE, RECORD, Condition, Path
from policyengine.shapes.gate import Gate
from policyengine.shapes.predicate import Rule

Reason = Literal["exists", "default", "assumption", "element", "derived", "dates", "zone"]


class Binding(Protocol):
    """What is asked of a name given in `with`."""

    @property
    def name(self) -> str:
        """Return the name."""

    @property
    def condition(self) -> Condition | None:
        """Return which records are meant."""


class Assumed(Protocol):
    """What is asked of an assumption."""

    @property
    def policy(self) -> str:
        """Return its id."""

    @property
    def field(self) -> str:
        """Return the field that it fills."""

    @property
    def scope(self) -> Gate | None:
        """Return for which records."""


class Unit(Protocol):
    """What is asked of a compiled policy."""

    @property
    def id(self) -> str:
        """Return its id."""

    @property
    def record(self) -> RecordType | None:
        """Return the type of record that it judges."""

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Return its rules."""

    @property
    def bindings(self) -> tuple[Any, ...]:
        """Return the names given in `with`."""

    @property
    def record_judges(self) -> tuple[Any, ...]:
        """Return what else judges a record."""

    @property
    def scope(self) -> Gate | None:
        """Return its `only_for`."""

    @property
    def starts(self) -> Any:
        """Return the first day on which it is in force."""

    @property
    def ends(self) -> Any:
        """Return the first day on which it is not in force any more."""


class Policies(Protocol):
    """What is asked of a set."""

    @property
    def units(self) -> tuple[Any, ...]:
        """Return its policies."""

    @property
    def assumptions(self) -> dict[str, tuple[Any, ...]]:
        """Return its assumptions by type of record."""

    @property
    def types(self) -> RecordTypes:
        """Return the record types."""


class Hole(Struct, frozen=True, order=True):
    """A place where leaving a fact out passes in silence.

    `rule` is the rule's id, or what a condition of the kind's own is for (`route rest`). `field` is the dotted name of
    what is left out; of a list whose entries are taken out, `why` is `element`. `says` is the hole in words.
    """

    policy: str
    rule: str
    field: str
    why: Reason
    says: str
    span: Span | None = None

    @property
    def name(self) -> str:
        """Return the rule's name, `policy/rule`."""
        return f"{self.policy}/{self.rule}"

    def diagnostic(self) -> Diagnostic:
        """Return the hole as a note."""
        return Diagnostic("PE230", f"`{self.name}`: {self.says}", self.span, "note", help=_ADVICE[self.why])


_SAYS: Final[dict[str, str]] = {
    "exists": "without `{field}` it has nothing to say, because it asks whether {asked} is told",
    "default": "without `{field}` it has nothing to say, because that list counts as empty",
    "assumption": "without `{field}` it goes by `{asked}`, which says what counts then",
    "element": "an entry taken out of `{field}` is not missed",
    "derived": "without `{field}` it compares another value, because {asked} is worked out from what is told",
    "dates": "without `{field}` the policy may not be in force for the record",
    "zone": "without `{field}` days begin by the set's time zone",
}
_ADVICE: Final[dict[str, str]] = {
    "exists": "where the fact may be wanting for no good reason, require it in another rule",
    "default": "the schema says that absence is the value; nothing needs to be done where that is true",
    "assumption": "the Decision lists it under `assumed`",
    "element": "no policy can know of an entry that is not there",
    "derived": "compare the fields themselves",
    "dates": "the time of publication belongs to those who publish",
    "zone": "records that are submitted tell their markets",
}


def holes(policies: Policies) -> tuple[Hole, ...]:
    """Return every hole of a set, by policy, rule and field, each once."""
    found: set[Hole] = set()
    for unit in policies.units:
        if unit.record is not None:
            search = _Search(unit, unit.record, policies.assumptions.get(unit.record.name, ()))
            for rule in unit.rules:
                found.update(search.of_rule(rule))
            for gate in gates(unit):
                found.update(search.of_gate(gate))
    return tuple(sorted(_once(found), key=_order))


def _order(hole: Hole) -> tuple[str, ...]:
    return (hole.policy, hole.rule, hole.field, hole.why)


def _once(found: Iterable[Hole]) -> Iterator[Hole]:
    """Yield one hole for each rule, field and reason: the one that stands first."""
    seen: set[tuple[str, ...]] = set()
    for hole in sorted(found, key=lambda h: (_order(h), h.span or Span("", 0, 0, 0, 0), h.says)):
        if _order(hole) not in seen:
            seen.add(_order(hole))
            yield hole


def gates(unit: Unit) -> tuple[Gate, ...]:
    """Return the conditions of a policy's own judges (stages, routes), and its scope where it has such judges."""
    found: list[Gate] = []
    _gates(unit.record_judges, found, set())
    if unit.record_judges and unit.scope is not None and all(unit.scope.condition is not g.condition for g in found):
        found.append(unit.scope)
    return tuple(found)


def _gates(value: Any, found: list[Gate], seen: set[int]) -> None:
    if id(value) in seen or isinstance(value, RecordType | Field):
        return
    seen.add(id(value))
    if isinstance(value, Gate):
        found.append(value)
    elif isinstance(value, tuple | list):
        for item in value:
            _gates(item, found, seen)
    elif isinstance(value, dict):
        for item in value.values():
            _gates(item, found, seen)
    elif isinstance(value, Struct):
        for name in value.__struct_fields__:
            _gates(getattr(value, name), found, seen)


_Found = tuple[str, Reason, str, Span | None]
"""The field that is left out, why that is silent, what is asked (for the words), and where."""


class _Search:
    """Looks for the holes of one policy."""

    def __init__(self, unit: Unit, kind: RecordType, assumptions: tuple[Assumed, ...]) -> None:
        self._unit = unit
        self._kind = kind
        self._assumptions = assumptions
        self._bindings: dict[str, Condition | None] = {b.name: b.condition for b in unit.bindings}

    def of_rule(self, rule: Rule) -> Iterator[Hole]:
        """Yield the holes of a rule."""
        parts: list[tuple[Condition, bool]] = [(rule.guard, False)]
        if rule.requirement is not None:
            parts.append((rule.requirement, True))
        parts += [(gate.condition, True) for gate in (rule.exempt, rule.protected) if gate is not None]
        found = list(self._of_parts(parts))
        if rule.each is not None:
            found += self._emptied(rule.each, rule.span, "")
        if rule.by_market or rule.jurisdictions:
            found += self._by_market([c for c, _ in parts], rule.span)
        if any((self._unit.starts, self._unit.ends, rule.starts, rule.ends)):
            times = dict.fromkeys([*self._kind.planned, *filter(None, [self._kind.settled])])
            found += [(name, "dates", "", rule.span) for name in times]
        for field, why, asked, span in found:
            yield self._hole(rule.id, field, why, asked, span or rule.span)
        if rule.below is not None:
            yield from self.of_rule(rule.below)

    def of_gate(self, gate: Gate) -> Iterator[Hole]:
        """Yield the holes of a kind's own condition: what tightens is silenced by a no, what loosens by a yes."""
        for field, why, asked, span in self._of_parts([(gate.condition, gate.effect == "loosens")]):
            yield self._hole(gate.says, field, why, asked, span or gate.condition.span)

    def _hole(self, rule: str, field: str, why: Reason, asked: str, span: Span | None) -> Hole:
        says = _SAYS[why].format(field=field, asked=f"`{asked}`" if asked and why != "assumption" else asked or "it")
        return Hole(self._unit.id, rule, field, why, says, span)

    def _of_parts(self, parts: list[tuple[Condition, bool]]) -> Iterator[_Found]:
        read: set[str] = set()
        for condition, to in parts:
            yield from self._flips(condition, to, "")
            read |= {name for path in tree.paths(condition) for name in self._sources(path, "")}
            for alias in {p.root for p in tree.paths(condition)} & set(self._bindings):
                yield from self._through(alias)
        if any(tree.depends_on_market(condition) for condition, _ in parts):
            read.add("markets")
        yield from self._assumed(read)

    def _by_market(self, conditions: list[Condition], span: Span | None) -> Iterator[_Found]:
        yield ("markets", "element", "", span)
        if any(path.field.type in {"time", "date"} for c in conditions for path in tree.paths(c)):
            yield ("markets", "zone", "", span)

    # Assumptions and related records ------------------------------------------------------------------------------

    def _assumed(self, read: set[str]) -> Iterator[_Found]:
        by_field: dict[str, list[Assumed]] = {}
        for assumed in self._assumptions:
            if any(_within(name, assumed.field) or _within(assumed.field, name) for name in read):
                by_field.setdefault(assumed.field, []).append(assumed)
        for field, group in by_field.items():
            for assumed in group:
                scope = assumed.scope.condition if assumed.scope is not None else None
                yield (field, "assumption", assumed.policy, None)
                if scope is not None:
                    yield from self._flips(scope, to=True, prefix="")
                if scope is not None and len(group) > 1:  # without a fact of the scope another one may apply
                    for path in tree.paths(scope):
                        yield from ((name, "assumption", assumed.policy, None) for name in self._sources(path, ""))

    def _through(self, alias: str) -> Iterator[_Found]:
        """Yield the holes by which other related records may be meant."""
        condition = self._bindings[alias]
        if condition is not None:
            for to in (True, False):
                yield from self._flips(condition, to, f"${alias}.")

    # Conditions -----------------------------------------------------------------------------------------------------

    def _flips(self, condition: Condition, to: bool, prefix: str) -> Iterator[_Found]:  # noqa: FBT001 - one match
        """Yield what, left out, may turn a condition to `to`. `prefix` names the related record that paths start at."""
        match condition:
            case tree.Not(item=item):
                yield from self._flips(item, not to, prefix)
            case tree.Named(item=item):
                yield from self._flips(item, to, "")
            case tree.All(items=items) | tree.Any_(items=items):
                for item in items:
                    yield from self._flips(item, to, prefix)
            case tree.Many():
                yield from self._many(condition, to, prefix)
            case tree.Test():
                yield from self._test(condition, to, prefix)
            case tree.Computed(reads=reads, silent=silent, span=span):
                for path in reads:
                    yield from self._emptied(path, span, prefix)
                yield from ((name, "exists", name, span) for name in silent)
            case tree.Formula():
                pass
        if not isinstance(condition, tree.All | tree.Any_ | tree.Not | tree.Named | tree.Many):
            yield from self._operands(condition, prefix)

    def _test(self, test: tree.Test, to: bool, prefix: str) -> Iterator[_Found]:  # noqa: FBT001 - as `_flips`
        if test.op == "exists":
            wanted = getattr(test.operand, "value", True)
            if to is not wanted:
                yield from ((name, "exists", test.path.text, test.span) for name in self._left_out(test.path, prefix))
        elif test.path.field.type == "list" or test.path.spread:
            turns = _LIST_TURNS.get(test.op) or _bound_turns(test.bounds)
            yield from self._emptied(test.path, test.span, prefix) if to in turns else ()
        yield from self._derived(test.path, test.span, prefix)

    def _many(self, many: tree.Many, to: bool, prefix: str) -> Iterator[_Found]:  # noqa: FBT001 - as `_flips`
        turns = _LIST_TURNS.get(many.quantifier) or (_BOTH if many.quantifier == "share" else _bound_turns(many.bounds))
        if to in turns:
            yield from self._emptied(many.path, many.span, prefix)
        inside = self._inside(many.path, prefix)
        for condition, same in _entries(many):
            for direction in (to,) if same is True else (not to,) if same is False else (True, False):
                yield from self._flips(condition, direction, inside)
        for bound in many.bounds:
            yield from self._operand(bound.operand, many.span, prefix)

    def _inside(self, path: Path, prefix: str) -> str:
        """Return the prefix of names inside a list: that of the related record to which it belongs."""
        if path.root in self._bindings or any(step.follow for step in path.steps):
            return f"{path.text}."
        return prefix if path.root == HERE else ""

    def _operands(self, condition: Condition, prefix: str) -> Iterator[_Found]:
        for operand in tree.operands(condition):
            yield from self._operand(operand, condition.span, prefix)

    def _operand(self, operand: tree.Operand, span: Span | None, prefix: str) -> Iterator[_Found]:
        if isinstance(operand, tree.FieldValue):
            yield from self._emptied(operand.path, span, prefix)
            yield from self._derived(operand.path, span, prefix)

    # Fields ---------------------------------------------------------------------------------------------------------

    def _sources(self, path: Path, prefix: str) -> tuple[str, ...]:
        """Return the names of the record's fields without which a path gives nothing."""
        if path.root in self._bindings:
            condition = self._bindings[path.root]
            read = [] if condition is None else [p for p in tree.paths(condition) if p.root == RECORD]
            return tuple(dict.fromkeys(name for p in read for name in self._sources(p, "")))
        if path.root not in {HERE, RECORD} or (prefix and path.root == HERE):
            return ()
        for step in path.steps:
            if step.field.derived is not None:
                return tuple(name for name in self._reads(step.field))
            if step.follow is not None:
                return (step.field.path,)
        return (path.field.path,) if path.field.path else ()

    def _left_out(self, path: Path, prefix: str) -> Iterator[str]:
        """Yield what may be left out so that a path gives nothing, in related records as well."""
        yield from self._sources(path, prefix)
        if prefix and path.root == HERE:
            yield f"{prefix}{path.field.path}"
        elif path.root in self._bindings or any(step.follow for step in path.steps):
            yield path.text
        elif path.root.startswith(CHOICES):
            yield path.root

    def _reads(self, field: Field) -> Iterator[str]:
        """Yield the full names of the fields that a derived one reads: beside it, else of the record."""
        assert field.derived is not None  # noqa: S101 - callers ask for derived fields only
        owner = field.path.rpartition(".")[0]
        for name in field.derived.reads:
            beside = f"{owner}.{name}" if owner else name
            for full in dict.fromkeys([beside, name]):
                if self._kind.field(full) is not None:
                    yield full

    def _emptied(self, path: Path, span: Span | None, prefix: str) -> Iterator[_Found]:
        """Yield the lists on a path, for their entries, and those of them whose absence means that there is none."""
        if prefix and path.root == HERE:
            return
        if path.root not in {HERE, RECORD}:
            return
        for step in path.steps:
            if step.field.derived is not None:
                yield from self._derived(path, span, prefix)
                return
            if step.field.type == "list":
                yield (step.field.path, "element", "", span)
            if step.field.has_default:
                yield (step.field.path, "default", "", span)
            if step.follow is not None:
                return

    def _derived(self, path: Path, span: Span | None, prefix: str) -> Iterator[_Found]:
        """Yield what changes the value of a derived field without making it unknown."""
        if path.root not in {HERE, RECORD} or (prefix and path.root == HERE):
            return
        derived = next((step.field for step in path.steps if step.field.derived is not None), None)
        if derived is None or derived.derived is None:
            return
        names = tuple(self._reads(derived))
        for name in names:
            parts = name.split(".")
            for end in range(1, len(parts) + 1):
                field = self._kind.field(".".join(parts[:end]))
                if field is not None and field.type == "list":
                    yield (field.path, "element", "", span)
                if field is not None and field.has_default:
                    yield (field.path, "default", "", span)
        if derived.derived.by == "digest_of" and len(names) > 1:
            yield from ((name, "derived", derived.path, span) for name in names)


def _within(name: str, field: str) -> bool:
    return name == field or name.startswith(f"{field}.")


_BOTH: Final = frozenset([True, False])
_YES: Final = frozenset([True])
_NO: Final = frozenset([False])
_LIST_TURNS: Final[dict[str, frozenset[bool]]] = {
    "some": _NO, "every": _YES, "none": _YES,
    "includes": _NO, "includes_any": _NO, "includes_all": _NO, "only": _YES,
    # Taking an entry that is not told out of `rising` leaves two neighbours that may not rise.
    "same": _YES, "rising": _BOTH,
}  # fmt: skip
"""To what a test on a list may turn when an entry is taken out, or the list counts as empty."""


def _bound_turns(bounds: tuple[tree.Bound, ...]) -> frozenset[bool]:
    """Return to what a comparison of a number of entries may turn when there are fewer."""
    if all(bound.op in {"at_least", "above"} for bound in bounds):
        return _NO
    return _YES if all(bound.op in {"at_most", "below"} for bound in bounds) else _BOTH


def _entries(many: tree.Many) -> Iterator[tuple[Condition, bool | None]]:
    """Yield the conditions on entries: whether one that turns, turns the whole alike (None: either way)."""
    turns = _bound_turns(many.bounds)
    like = {"some": True, "every": True, "none": False, "share": None}.get(
        many.quantifier, True if turns == _NO else False if turns == _YES else None
    )
    yield many.of, like
    if many.where is not None:
        yield many.where, not like if many.quantifier == "every" else like
