"""What stands on the right of an operator → an operand: constants, values, word lists, other fields, times."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from policyengine.core.diagnostic import Diagnostic, Span
from policyengine.core.duration import needs_calendar
from policyengine.core.facts import Wrong
from policyengine.core.quantity import Duration, Problem, parse_duration
from policyengine.core.record import Field
from policyengine.core.source import Node
from policyengine.core.suggest import did_you_mean
from policyengine.language.constants import constant
from policyengine.language.operators import Operator
from policyengine.language.scope import Report, Scope, TermList, resolve
from policyengine.language.tree import CHOICES, Anchored, Choice, Const, FieldValue, Market, Now, Operand, Path, Words

DIMENSIONS: Final = ("market", "language", "platform", "brand", "size_band")
ANCHORED: Final = re.compile(r"(?P<length>.+?)\s+(?P<side>before|after)\s+(?P<base>\S+)")
DURATION: Final = Field(name="duration", path="", type="duration")

ReadOne = Callable[[Node], Operand | None]


class OperandReader:
    """Reads operands in a scope; returns None after reporting a fault."""

    def __init__(self, scope: Scope, report: Report) -> None:
        """Take the scope in which references are looked up and where faults go."""
        self._scope = scope
        self._report = report
        self._naming = ""

    def _fault(self, code: str, message: str, span: Span, help_: str | None = None) -> None:
        self._report(Diagnostic(code, message, span, help=help_))

    def _problem(self, problem: Problem | Wrong, span: Span) -> None:
        code = "PE105" if "is not a value of" in problem.message else "PE104"
        self._fault(code, problem.message, span, problem.help)

    def read(self, operator: Operator, field: Field, node: Node, *, same_case: bool = False) -> Operand | None:
        """Return the operand of an operator on a field."""
        match operator.takes:
            case "value" | "ordered":
                return self.value(field, node)
            case "values":
                return self.values(field, node)
            case "item":
                return self.value(field.item or field, node)
            case "items":
                return self.values(field.item or field, node)
            case "pair":
                return self.pair(field, node)
            case "instant":
                return self.instant(field, node)
            case "duration":
                length = self.value(DURATION, node)
                uncounted = isinstance(length, Const) and self._uncounted(length.value, node.span)
                return None if uncounted else length
            case "truth":
                return self._truth(node)
            case "texts":
                # A part of a language or digest need not have the form of the whole.
                part = Field(name=field.name, path=field.path, type="text")
                return self.values(part, node) if isinstance(node.value, list) else self.value(part, node)
            case "pattern":
                return self._pattern(node, same_case=same_case)
            case "terms":
                return self.terms(node)
        raise AssertionError(operator.takes)

    # References -------------------------------------------------------------------------------------------------

    def _reference(self, node: Node) -> str | None:
        text = node.value
        return text if isinstance(text, str) and text.startswith("$") and len(text) > 1 and text[1].isalpha() else None

    def value(self, field: Field, node: Node) -> Operand | None:
        """Return one value of a field's type: a constant or a reference."""
        reference = self._reference(node)
        if reference is not None:
            return self._referred(reference, field, node, self.value, many=False)
        return self._constant(field, node)

    def _constant(self, field: Field, node: Node) -> Operand | None:
        read = constant(field, node)
        if isinstance(read, Problem | Wrong):
            self._problem(read, node.span)
            return None
        return Const(read, spelled(node))

    def values(self, field: Field, node: Node) -> Operand | None:
        """Return several values of a field's type: a list of constants, or a reference to one."""
        reference = self._reference(node)
        if reference is not None:
            return self._referred(reference, field, node, self.values, many=True)
        nodes = node.value if isinstance(node.value, list) else [node]
        if not nodes:
            self._fault("PE107", "an empty list says nothing", node.span, "name at least one value")
            return None
        read = [self._constant_or_group(field, n) for n in nodes]
        if any(item is None for item in read):
            return None
        flat = tuple(value for item in read for value in (item or ()))
        return Const(flat, ", ".join(spelled(n) for n in nodes))

    def _constant_or_group(self, field: Field, node: Node) -> tuple[Any, ...] | None:
        reference = self._reference(node)
        if reference is not None and reference.startswith("$groups."):
            return self._group(reference, node.span)
        if reference is not None:
            self._fault("PE104", f"`{reference}` cannot stand inside a list", node.span, "name the values themselves")
            return None
        read = self._constant(field, node)
        return (read.value,) if isinstance(read, Const) else None

    def _referred(
        self, text: str, field: Field, node: Node, read: Callable[[Field, Node], Operand | None], *, many: bool
    ) -> Operand | None:
        head = text.split(".", maxsplit=1)[0]
        if head == "$values":
            return self.named_value(text, node.span, lambda n: read(field, n))
        if head == "$groups":
            group = self._group(text, node.span)
            if group is not None and not many:
                self._fault("PE104", f"`{text}` is a list of markets", node.span, "write `in: …` or `includes_any: …`")
                return None
            return None if group is None else Const(group, text)
        if head == "$terms" and many:
            return self._word_list_values(text, node.span)
        if text == "$now" and field.type in {"time", "date"}:
            return Now()
        market = text == "$market" and field.type == "market"
        if market and not many:
            return Market()
        if market or head == "$terms":
            self._fault("PE104", f"`{text}` does not fit here", node.span)
            return None
        operand = self._field(text, field, node.span, many=many)
        if many and isinstance(operand, FieldValue) and not (operand.path.spread or operand.path.field.type == "list"):
            self._fault("PE104", f"`{text}` is one value, a list is needed", node.span, "compare with `is`")
            return None
        return operand

    def _field(self, text: str, field: Field, span: Span, *, many: bool) -> Operand | None:
        head = text.split(".", maxsplit=1)[0]
        given = head.removeprefix("$") in self._scope.names.aliases
        if head in {"$metrics", "$order", "$group", "$is"} and not given:
            self._fault("PE108", f"unknown reference `{text}`", span, "nothing in this set defines it")
            return None
        path = resolve(text, self._scope, span, self._report, spread=many)
        if path is None:
            return None
        found = path.field.item if path.field.type == "list" and many and path.field.item else path.field
        if not comparable(field, found):
            message = f"`{text}` is {found.type}, `{field.path or field.name}` is {field.type}: they cannot be compared"
            self._fault("PE104", message, span)
            return None
        if path.root.startswith(CHOICES) and field.type == "enum":
            self._check_options(path, field, span)
        return FieldValue(path, text)

    def _check_options(self, choice: Path, field: Field, span: Span) -> None:
        """Report options that a field never says: once one of them is chosen, no record could agree with it."""
        for option in choice.field.values:
            if option not in field.values:
                message = f"`{option}`, which `{choice.text}` may be, is not a value of `{field.path or field.name}`"
                known = f"it takes {', '.join(field.values[:12])}"
                self._fault("PE105", message, span, did_you_mean(option, field.values) or known)

    def _group(self, text: str, span: Span) -> tuple[str, ...] | None:
        groups = self._scope.names.groups
        name = text.removeprefix("$groups.")
        if name not in groups:
            help_ = did_you_mean(text, [f"$groups.{g}" for g in groups]) or "market groups stand in the directory"
            self._fault("PE108", f"unknown reference `{text}`", span, help_)
            return None
        return groups[name]

    def named_value(self, text: str, span: Span, read: ReadOne) -> Operand | None:
        """Return what `$values.x` means where `read` reads its alternatives."""
        values = self._scope.names.values
        name = text.removeprefix("$values.")
        node = values.get(name)
        if node is None:
            help_ = did_you_mean(text, [f"$values.{v}" for v in values]) or "it is defined under `values` of the policy"
            self._fault("PE108", f"unknown reference `{text}`", span, help_)
            return None
        if self._naming:
            message = f"`{self._naming}` is given as `{text}`, another named value"
            self._fault("PE104", message, span, "write the value itself")
            return None
        self._naming = text
        try:
            return self.by_dimension(node, text, read)
        finally:
            self._naming = ""

    def by_dimension(self, node: Node, text: str, read: ReadOne) -> Operand | None:
        """Return the operand of a node with `is` and `by`: a constant, or a choice by one dimension."""
        if not isinstance(node.value, dict):
            return read(node)
        default_node, by = node.value.get("is"), node.value.get("by")
        default = read(default_node) if default_node is not None else None
        if by is None or not isinstance(by.value, dict) or not by.value:
            return default
        dimension, table_node = next(iter(by.value.items()))
        table = table_node.value if isinstance(table_node.value, dict) else {}
        choices = {key: read(value) for key, value in table.items()}
        if any(choice is None for choice in choices.values()) or (default_node is not None and default is None):
            return None
        at = self._dimension(dimension, text, by.keys.get(dimension, table_node.span))
        entries = {key: choice for key, choice in choices.items() if choice is not None}
        return Choice(dimension, at, default, entries, text)

    def _dimension(self, name: str, text: str, span: Span) -> Path | None:
        where = self._scope.record.dimensions.get(name)
        if name == "market":
            return None
        if where is None:
            self._fault("PE119", f"`{text}` depends on the {name}, which {self._scope.record.name} does not have", span)
            return None
        return resolve(f"$record.{where}", self._scope, span, self._report)

    # Other operands ---------------------------------------------------------------------------------------------

    def pair(self, field: Field, node: Node) -> Operand | None:
        """Return the two values of `between`, in order."""
        reference = self._reference(node)
        if reference is not None and reference.startswith("$values."):
            return self.named_value(reference, node.span, lambda n: self.pair(field, n))
        if not isinstance(node.value, list) or len(node.value) != 2:  # noqa: PLR2004 - a pair
            self._fault("PE104", "`between` takes two values", node.span, "write `between: [1, 5]`")
            for entry in node.value if isinstance(node.value, list) else ():
                self._constant(field, entry)
            return None
        low, high = (self._constant(field, n) for n in node.value)
        if not isinstance(low, Const) or not isinstance(high, Const):
            return None
        from policyengine.language.operators import OPERATORS  # noqa: PLC0415 - the table needs the tree first

        judge = OPERATORS["at_most"].judge
        ordered = judge(low.value, high.value) if judge is not None else True
        if ordered is None:
            self._fault("PE104", f"{low.text} and {high.text} have no common measure", node.span, "use one unit")
            return None
        if ordered is False:
            help_ = f"write `[{high.text}, {low.text}]`"
            self._fault("PE111", f"the bounds are reversed: {low.text} is more than {high.text}", node.span, help_)
            return None
        return Const((low.value, high.value), f"{low.text} and {high.text}")

    def instant(self, field: Field, node: Node) -> Operand | None:
        """Return an instant: a time, a reference, or one anchored to another (`7d before $record.launch_at`)."""
        match = ANCHORED.fullmatch(node.value) if isinstance(node.value, str) else None
        if match is None:
            return self.value(field, node)
        length = parse_duration(match["length"])
        if isinstance(length, Problem):
            self._problem(length, node.span)
            return None
        if self._uncounted(length, node.span):
            return None
        base_node = Node(match["base"], node.span, node.raw and match["base"])
        base = self.value(field, base_node)
        sign = -1 if match["side"] == "before" else 1
        return None if base is None else Anchored(length, sign, base, str(node.value))

    def _uncounted(self, length: Duration, span: Span) -> bool:
        """Report business days: no rule says by which calendar they count, so the answer would always be unknown."""
        if not needs_calendar(length):
            return False
        self._fault("PE104", "a rule has no calendar to count business days by", span, "write days of 24 hours: `3d`")
        return True

    def _truth(self, node: Node) -> Operand | None:
        if isinstance(node.value, bool):
            return Const(node.value, spelled(node))
        self._fault("PE104", "`exists` takes `true` or `false`", node.span)
        return None

    def _pattern(self, node: Node, *, same_case: bool) -> Operand | None:
        reference = self._reference(node)
        if reference is not None and reference.startswith("$values."):
            return self.named_value(reference, node.span, lambda n: self._pattern(n, same_case=same_case))
        if reference is not None:
            self._fault("PE104", f"`{reference}` is not a pattern", node.span, "write the pattern, or a named value")
            return None
        from policyengine.text.patterns import Problem as Bad  # noqa: PLC0415 - RE2 is loaded where patterns are
        from policyengine.text.patterns import compile_pattern  # noqa: PLC0415

        nodes = node.value if isinstance(node.value, list) else [node]
        if not nodes:
            self._fault("PE107", "an empty list says nothing", node.span, "name at least one pattern")
            return None
        for item in nodes:
            if not isinstance(item.value, str):
                self._fault("PE104", "`matches` takes a pattern in quotes", item.span)
                return None
            compiled = compile_pattern(item.value, same_case=same_case)
            if isinstance(compiled, Bad):
                self._fault("PE110", compiled.message, item.span, compiled.suggestion)
                return None
        return Const(tuple(str(n.value) for n in nodes), ", ".join(spelled(n) for n in nodes))

    def terms(self, node: Node) -> Operand | None:
        """Return the words of `mentions`: a word list, a list of words, or one word."""
        reference = self._reference(node)
        if reference is not None and reference.startswith("$terms."):
            found = self._term_list(reference, node.span)
            return None if found is None else self._word_list(found, reference)
        if reference is not None and reference.startswith("$values."):
            return self.named_value(reference, node.span, self.terms)
        if reference is not None:
            return self._field(reference, Field(name="mentions", path="", type="text"), node.span, many=True)
        return self._own_words(node, (), frozenset())

    def _own_words(self, node: Node, exceptions: tuple[str, ...], see_through: frozenset[str]) -> Operand | None:
        nodes = node.value if isinstance(node.value, list) else [node]
        words = [n.raw if n.raw is not None and n.value is not None else n.value for n in nodes]
        bad = [n for n, word in zip(nodes, words, strict=True) if not isinstance(word, str) or not word.strip()]
        for item in bad or ([] if nodes else [node]):
            self._fault("PE104", "`mentions` takes words", item.span, "name at least one word or phrase")
        for item in nodes if isinstance(node.value, list) else ():
            if self._reference(item) is not None:
                bad.append(item)
                self._fault(
                    "PE104", f"`{item.value}` cannot stand inside a list", item.span, "name the words themselves"
                )
        if bad or not nodes:
            return None
        return Const(Words(tuple(str(w) for w in words), exceptions, see_through), ", ".join(map(str, words)))

    def _word_list(self, terms: TermList, text: str) -> Operand | None:
        def read(node: Node) -> Operand | None:
            return self._own_words(node, terms.exceptions, terms.see_through)

        return self.by_dimension(terms.words, text, read)

    def _word_list_values(self, text: str, span: Span) -> Operand | None:
        found = self._term_list(text, span)
        if found is None:
            return None
        field = Field(name=text, path="", type="text")
        return self.by_dimension(found.words, text, lambda n: self.values(field, n))

    def _term_list(self, text: str, span: Span) -> TermList | None:
        terms = self._scope.names.terms
        name = text.removeprefix("$")
        if name not in terms:
            help_ = did_you_mean(text, [f"${t}" for t in terms]) or "word lists are documents of `kind: terms`"
            self._fault("PE108", f"unknown reference `{text}`", span, help_)
        return terms.get(name)


def comparable(field: Field, other: Field) -> bool:
    """Tell whether values of two fields can be compared."""
    families = ({"integer", "number", "share"}, {"time", "date"}, {"text", "id", "url", "language", "enum", "digest"})
    if field.type == other.type:
        return True
    return any(field.type in family and other.type in family for family in families)


def spelled(node: Node) -> str:
    """Return a constant as the policy writes it."""
    if isinstance(node.value, list):
        return ", ".join(spelled(n) for n in node.value)
    if node.raw is not None:
        return node.raw
    return str(node.value)
