"""Conditions as written → the typed tree, with every fault reported at its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from policyengine.core.diagnostic import Diagnostic, Span
from policyengine.core.record import Field
from policyengine.core.source import Node
from policyengine.core.suggest import did_you_mean
from policyengine.language.formula import FormulaReader
from policyengine.language.operands import OperandReader
from policyengine.language.operators import (
    BOUNDS,
    INSTANTS,
    MODIFIERS,
    OPERATORS,
    ORDERED,
    SINGLE,
    Operator,
    operators_for,
)
from policyengine.language.scope import Report, Scope, resolve
from policyengine.language.tree import (
    ALWAYS,
    All,
    Any_,
    Bound,
    Condition,
    Formula,
    Many,
    Named,
    Not,
    Path,
    Test,
)

COMBINERS: Final = ("all_of", "any_of", "none_of", "not", "formula")
MOST_UNFOLDED: Final = 500
"""How many definitions one condition may use, those inside others counted each time: they are read in full."""
DEEPEST: Final = 48
"""How many levels of conditions a definition may stand below: a document alone cannot get there."""
NUMBER: Final = Field(name="number", path="", type="number")


class Extent:
    """How deep the reader of a condition is, and how many definitions it read: circles are not all that explodes."""

    __slots__ = ("depth", "unfolded")

    def __init__(self) -> None:
        """Begin at the top."""
        self.depth = 0
        self.unfolded = 0

    def exceeded(self, span: Span, report: Report) -> bool:
        """Count one more definition; tell whether that is too much, which is reported once."""
        if self.unfolded > MOST_UNFOLDED:
            return True
        self.unfolded += 1
        if self.unfolded <= MOST_UNFOLDED and self.depth <= DEEPEST:
            return False
        many = f"to more than {MOST_UNFOLDED}" if self.unfolded > MOST_UNFOLDED else f"over {DEEPEST} levels deep"
        message = f"definitions that use each other unfold {many}"
        report(Diagnostic("PE117", message, span, help="let each use fewer others"))
        self.unfolded = MOST_UNFOLDED + 1
        return True


class ConditionReader:
    """Reads conditions in a scope. A condition with a fault reads as one that always holds, after the report."""

    def __init__(
        self, scope: Scope, report: Report, *, defining: tuple[str, ...] = (), extent: Extent | None = None
    ) -> None:
        """Take the scope and where faults go.

        `defining` are the definitions being read (for circles), `extent` how much of the whole condition was read.
        """
        self._scope = scope
        self._report = report
        self._defining = defining
        self._extent = Extent() if extent is None else extent
        self._operands = OperandReader(scope, report)

    def read(self, node: Node) -> Condition:
        """Return the condition that a mapping means."""
        if not isinstance(node.value, dict):
            self._fault("PE101", "a condition is a mapping such as `platform: tiktok`", node.span)
            return ALWAYS
        if not node.value:
            self._fault("PE107", "an empty condition says nothing", node.span, "name a field, or leave the key out")
            return ALWAYS
        self._extent.depth += 1
        items = tuple(self._entry(key, value, node.keys.get(key, value.span)) for key, value in node.value.items())
        self._extent.depth -= 1
        return items[0] if len(items) == 1 else All(items, node.span)

    def _fault(self, code: str, message: str, span: Span, help_: str | None = None) -> None:
        self._report(Diagnostic(code, message, span, help=help_))

    def _entry(self, key: str, value: Node, span: Span) -> Condition:
        match key:
            case "all_of":
                return All(self._list(key, value), span)
            case "any_of":
                return Any_(self._list(key, value), span)
            case "none_of":
                return Not(Any_(self._list(key, value), span), span)
            case "not":
                return Not(self.read(value), span)
            case "formula":
                return self._formula(value, span)
            case _ if key.startswith("$is."):
                return self._named(key, value, span)
            case _ if key.startswith(("$values.", "$terms.", "$groups.")):
                self._fault("PE108", f"`{key}` cannot be tested", span, "it stands on the right: `field: {in: …}`")
                return ALWAYS
        path = resolve(key, self._scope, span, self._with_combiners(key))
        return ALWAYS if path is None else self._tests(path, value, span)

    def _with_combiners(self, key: str) -> Report:
        """Return a report that offers `any_of` for `anyof` before it offers fields."""

        def report(fault: Diagnostic) -> None:
            near = did_you_mean(key, COMBINERS)
            self._report(fault if near is None else Diagnostic(fault.code, fault.message, fault.span, help=near))

        return report

    def _list(self, key: str, value: Node) -> tuple[Condition, ...]:
        if not isinstance(value.value, list):
            self._fault("PE101", f"`{key}` takes a list of conditions", value.span, "put each behind a `-`")
            return (ALWAYS,)
        if not value.value:
            self._fault("PE107", f"`{key}` has an empty list", value.span, "name at least one condition")
            return (ALWAYS,)
        return tuple(self.read(item) for item in value.value)

    def _formula(self, value: Node, span: Span) -> Condition:
        formula = FormulaReader(self._scope, self._report, self._operands).truth(value)
        return ALWAYS if formula is None else Formula(formula[0], formula[1], span)

    def _named(self, key: str, value: Node, span: Span) -> Condition:
        name = key.removeprefix("$is.")
        definitions = self._scope.names.definitions
        definition = definitions.get(name)
        if definition is None:
            help_ = did_you_mean(key, [f"$is.{n}" for n in definitions]) or "`kind: definitions` names conditions"
            self._fault("PE108", f"unknown reference `{key}`", span, help_)
            return ALWAYS
        if not isinstance(value.value, bool):
            self._fault("PE104", f"`{key}` takes `true` or `false`", value.span)
            return ALWAYS
        if name in self._defining:
            chain = " → ".join([*self._defining[self._defining.index(name) :], name])
            self._fault("PE117", f"the definition `{name}` refers to itself: {chain}", span)
            return ALWAYS
        record = self._scope.record
        if definition.applies_to != record.name:
            self._fault("PE118", f"`{key}` is about {definition.applies_to}, not {record.name}", span)
            return ALWAYS
        if self._extent.exceeded(span, self._report):
            return ALWAYS
        inner = ConditionReader(
            Scope.of(self._scope.names, record),
            self._cycles_only,
            defining=(*self._defining, name),
            extent=self._extent,
        ).read(definition.node)
        condition = Named(name, definition.title, inner, span)
        return condition if value.value else Not(condition, span)

    def _cycles_only(self, fault: Diagnostic) -> None:
        """Report a circle of definitions; other faults of a definition are reported once, where it is defined."""
        if fault.code == "PE117":
            self._report(fault)

    # Tests on a field -------------------------------------------------------------------------------------------

    def _tests(self, path: Path, value: Node, span: Span) -> Condition:
        field = path.field
        match value.value:
            case dict() if not value.value:
                self._fault("PE107", f"`{path.text}` has an empty condition", value.span)
                return ALWAYS
            case dict():
                return self._operators(path, value, span)
            case list() if field.type in SINGLE:
                return self._simple(path, "in", value, span)
            case None:
                self._fault(
                    "PE116",
                    f"`{path.text}` has no value",
                    span,
                    "write the value, or `{exists: false}` for a field that is not told",
                )
                return ALWAYS
            case _ if field.type in SINGLE:
                return self._simple(path, "is", value, span)
        offered = ", ".join(operators_for(field.type))
        what = {"list": "a list", "object": "a group of fields"}.get(field.type, "free data")
        first = "some" if field.item is not None and field.item.type == "object" else "includes"
        help_ = (
            f"write `{path.text}: {{{first}: …}}`; it takes {offered}"
            if field.type == "list"
            else f"it takes {offered}"
        )
        self._fault("PE106", f"`{path.text}` is {what}: say how it is compared", value.span, help_)
        return ALWAYS

    def _operators(self, path: Path, value: Node, span: Span) -> Condition:
        entries: dict[str, Node] = value.value  # type: ignore[assignment]
        modifiers = {k: v for k, v in entries.items() if k in MODIFIERS}
        items = tuple(
            self._operator(path, key, operand, value.keys.get(key, span), modifiers)
            for key, operand in entries.items()
            if key not in MODIFIERS
        )
        for key, operand in modifiers.items():
            if not any(name in MODIFIERS[key] for name in entries):
                names = ", ".join(MODIFIERS[key])
                self._fault(
                    "PE115", f"`{key}` stands alone", value.keys.get(key, operand.span), f"it goes beside {names}"
                )
        return items[0] if len(items) == 1 else All(items, span)

    def _operator(self, path: Path, name: str, value: Node, span: Span, modifiers: dict[str, Node]) -> Condition:
        operator = OPERATORS.get(name)
        offered = operators_for(path.field.type)
        if operator is None:
            self._fault("PE103", f"unknown operator `{name}`", span, self._operator_help(name, path, offered))
            return ALWAYS
        if path.field.type not in operator.types:
            kind = {"list": "a list", "enum": "a word from a list", "id": "an id"}.get(path.field.type, path.field.type)
            message = f"`{name}` does not fit `{path.text}`, which is {kind}"
            self._fault("PE103", message, span, f"it takes {', '.join(offered)}")
            return ALWAYS
        if value.value is None:
            self._fault("PE116", f"`{name}` has no value", span)
            return ALWAYS
        if operator.takes in {"condition", "counted"}:
            return self._many(path, operator, value, span, modifiers.get("where"))
        return self._simple(path, name, value, span, modifiers)

    def _operator_help(self, name: str, path: Path, offered: tuple[str, ...]) -> str:
        below = path.field.fields.get(name) or (path.field.item.fields.get(name) if path.field.item else None)
        if path.field.type == "object" and below is not None:
            return f"paths are dotted: write `{path.text}.{name}: …`"
        if path.field.type == "list" and below is not None:
            return f"say which entries: `{path.text}: {{some: {{{name}: …}}}}`"
        return did_you_mean(name, offered) or f"it takes {', '.join(offered)}"

    def _many(self, path: Path, operator: Operator, value: Node, span: Span, where: Node | None) -> Condition:
        element = path.field.item
        if element is None or element.type != "object":
            offered = "includes, includes_any, includes_all, only, size"
            self._fault("PE103", f"the entries of `{path.text}` have no fields", span, f"it takes {offered}")
            return ALWAYS
        inside = ConditionReader(
            self._scope.inside(element), self._report, defining=self._defining, extent=self._extent
        )
        filtered = inside.read(where) if where is not None else None
        if operator.takes == "condition":
            return Many(path, operator.name, inside.read(value), filtered, (), span)  # type: ignore[arg-type]
        if not isinstance(value.value, dict) or "of" not in value.value:
            help_ = f"write `{operator.name}: {{of: {{…}}, at_least: 2}}`"
            self._fault("PE104", f"`{operator.name}` takes a mapping with `of`", value.span, help_)
            return ALWAYS
        number = Field(name=operator.name, path="", type="share" if operator.name == "share" else "integer")
        bounds = self._bounds(value, number, span, besides=("of",))
        condition = inside.read(value.value["of"])
        return Many(path, operator.name, condition, filtered, bounds, span)  # type: ignore[arg-type]

    def _bounds(self, value: Node, number: Field, span: Span, besides: tuple[str, ...] = ()) -> tuple[Bound, ...]:
        if not isinstance(value.value, dict):
            self._fault("PE104", "a comparison is needed here", value.span, "write for example `{at_most: 3}`")
            return ()
        bounds = []
        for key, node in value.value.items():
            if key in BOUNDS:
                read = self._operands.pair if key == "between" else self._operands.value
                operand = read(number, node)
                if operand is not None:
                    bounds.append(Bound(key, operand))
            elif key not in besides:
                place = value.keys.get(key, node.span)
                self._fault(
                    "PE103",
                    f"unknown operator `{key}`",
                    place,
                    did_you_mean(key, (*BOUNDS, *besides)) or f"it takes {', '.join(BOUNDS)}",
                )
        if set(value.value) <= set(besides):
            self._fault("PE104", "a comparison is missing here", span, "add for example `at_least: 1`")
        return tuple(bounds)

    def _simple(
        self, path: Path, name: str, value: Node, span: Span, modifiers: dict[str, Node] | None = None
    ) -> Condition:
        operator = OPERATORS[name]
        same_case = self._flag(modifiers, "same_case")
        within = self._whole(modifiers, "within_first")
        match operator.takes:
            case "bounds":
                return Test(path, name, None, span, bounds=self._bounds(value, NUMBER, span))
            case "occurrences":
                return self._occurrences(path, value, span, same_case=same_case)
            case "fields" | "field":
                return self._entry_fields(path, name, value, span)
            case "item" | "items" if path.field.item is None or path.field.item.type not in SINGLE:
                self._fault(
                    "PE103",
                    f"the entries of `{path.text}` have fields of their own",
                    span,
                    f"write `{path.text}: {{some: {{…}}}}` (or `every`, `none`, `count`, `share`)",
                )
                return ALWAYS
        operand = self._operands.read(operator, path.field, value, same_case=same_case)
        if operand is None:
            return ALWAYS
        return Test(path, name, operand, span, same_case=same_case, within_first=within)

    def _flag(self, modifiers: dict[str, Node] | None, name: str) -> bool:
        node = (modifiers or {}).get(name)
        if node is None or isinstance(node.value, bool):
            return bool(node is not None and node.value)
        self._fault("PE104", f"`{name}` takes `true` or `false`", node.span)
        return False

    def _whole(self, modifiers: dict[str, Node] | None, name: str) -> int | None:
        node = (modifiers or {}).get(name)
        if node is None:
            return None
        if isinstance(node.value, int) and not isinstance(node.value, bool) and node.value > 0:
            return node.value
        self._fault("PE104", f"`{name}` takes a number of characters", node.span)
        return None

    def _occurrences(self, path: Path, value: Node, span: Span, *, same_case: bool) -> Condition:
        of = value.value.get("of") if isinstance(value.value, dict) else None
        if of is None:
            self._fault(
                "PE104",
                "`occurrences` takes a mapping with `of`",
                value.span,
                'write `occurrences: {of: "!", at_most: 1}`',
            )
            return ALWAYS
        text = self._operands.read(OPERATORS["contains"], path.field, of)
        bounds = self._bounds(value, NUMBER, span, besides=("of",))
        return ALWAYS if text is None else Test(path, "occurrences", text, span, bounds=bounds, same_case=same_case)

    def _entry_fields(self, path: Path, name: str, value: Node, span: Span) -> Condition:
        element = path.field.item
        nodes = value.value if isinstance(value.value, list) else [value]
        if element is None or element.type != "object":
            self._fault("PE103", f"the entries of `{path.text}` have no fields", span)
            return ALWAYS
        if (name == "rising") == isinstance(value.value, list) or not nodes:
            form = "one field" if name == "rising" else "a list of fields"
            self._fault("PE104", f"`{name}` takes {form}", value.span)
            return ALWAYS
        inside = self._scope.inside(element)
        found = [resolve(str(node.value), inside, node.span, self._report) for node in nodes]
        for node, entry in zip(nodes, found, strict=True):
            if name == "rising" and entry is not None and entry.field.type not in ORDERED | INSTANTS:
                self._fault("PE104", f"`{entry.text}` has no order", node.span, "name a number, an amount or a time")
        return Test(path, name, None, span, entries=tuple(p for p in found if p is not None))


ReadCondition = Callable[[Node], Condition]
