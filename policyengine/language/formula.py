"""Formulas: Python's expression syntax, read into our own tree and typed; nothing of Python is ever run.

`$` references and dotted fields are names; numbers are decimals; at most 500 characters and 32 levels. Everything
outside the listed constructs and functions is refused with its place.
"""

from __future__ import annotations

import ast
import re
import warnings
from typing import Final

from msgspec import Struct

from policyengine.core.diagnostic import Diagnostic, Span
from policyengine.core.quantity import Problem, parse_number
from policyengine.core.record import NUMERIC, Field
from policyengine.core.source import Node
from policyengine.core.suggest import did_you_mean
from policyengine.language.operands import OperandReader
from policyengine.language.operators import SINGLE
from policyengine.language.scope import Report, Scope, resolve
from policyengine.language.tree import (
    Binary,
    Call,
    Compare,
    Expression,
    FieldValue,
    IfElse,
    Logic,
    Now,
    Number,
    Operand,
    Unary,
    Value,
)

MAX_LENGTH: Final = 500
MAX_DEPTH: Final = 32
_MARK: Final = "ref_0_"
_BINARY: Final = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_COMPARE: Final = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}
_REFUSED: Final = {
    ast.Pow: "`**` is not part of formulas: multiply instead",
    ast.Mod: "`%` is not part of formulas",
    ast.FloorDiv: "`//` is not part of formulas: use `floor(a / b)`",
    ast.Lambda: "functions cannot be defined in a formula",
    ast.Subscript: "`[…]` is not part of formulas",
    ast.ListComp: "comprehensions are not part of formulas: use `sum`, `count`, `min`, `max`",
    ast.GeneratorExp: "comprehensions are not part of formulas: use `sum`, `count`, `min`, `max`",
    ast.SetComp: "comprehensions are not part of formulas: use `sum`, `count`, `min`, `max`",
    ast.DictComp: "comprehensions are not part of formulas: use `sum`, `count`, `min`, `max`",
    ast.NamedExpr: "`:=` is not part of formulas",
    ast.JoinedStr: "text is not part of formulas",
    ast.Starred: "`*` before a name is not part of formulas",
}


class Function(Struct, frozen=True):
    """A function: its parameters (`number`, `numbers`, `list`, `values`, `entries`, `span`), result, meaning."""

    name: str
    parameters: tuple[str, ...]
    result: str
    meaning: str
    at_least: int = 0


_TABLE: Final = (
    Function("sum", ("numbers",), "number", "all added up", 1),
    Function("min", ("numbers",), "number", "the smallest", 1),
    Function("max", ("numbers",), "number", "the largest", 1),
    Function("mean", ("numbers",), "number", "the arithmetic mean; unknown for none", 1),
    Function("median", ("numbers",), "number", "the middle one, or the mean of the two in the middle", 1),
    Function("count", ("entries",), "number", "how many entries a list has"),
    Function("ratio", ("number", "number"), "number", "the first divided by the second; unknown for a zero"),
    Function("round", ("number", "number?"), "number", "rounded half to even, to that many places"),
    Function("ceil", ("number",), "number", "the next whole number up"),
    Function("floor", ("number",), "number", "the next whole number down"),
    Function("abs", ("number",), "number", "without its sign"),
    Function("sqrt", ("number",), "number", "the square root; unknown below zero"),
    Function("log", ("number",), "number", "the natural logarithm; unknown for zero and below"),
    Function(
        "percentile",
        ("list", "number"),
        "number",
        "the value below which that share (0 to 1) of the entries lies, "
        "between entries linearly (type 7 of Hyndman and Fan 1996)",
    ),
    Function("days", ("span",), "number", "a length of time, or the time between two instants, in days"),
    Function("hours", ("span",), "number", "a length of time, or the time between two instants, in hours"),
    Function(
        "p_value",
        ("number", "number", "number", "number"),
        "number",
        "two-sided p of the pooled two-proportion z-test: successes and people of one variant, then of the other",
    ),
    Function(
        "sample_size",
        ("number", "number", "number", "number"),
        "number",
        "people needed per variant to see a change from the first rate to the second "
        "at that significance and power (normal approximation, unpooled)",
    ),
    Function("kappa", ("values", "values"), "number", "Cohen's kappa of two lists of labels (Cohen 1960)"),
)
FUNCTIONS: Final[dict[str, Function]] = {function.name: function for function in _TABLE}

Typed = tuple[Expression, str]


class FormulaReader:
    """Reads formulas in a scope."""

    def __init__(self, scope: Scope, report: Report, operands: OperandReader) -> None:
        """Take the scope of names, where faults go, and the reader of `$values`."""
        self._scope = scope
        self._report = report
        self._operands = operands
        self._span = Span("", 1, 1, 1, 1)

    def truth(self, node: Node) -> tuple[Expression, str] | None:
        """Return a formula that is yes or no, and its text."""
        typed = self._typed(node)
        if typed is None:
            return None
        if typed[1] != "truth":
            self._refuse("a formula here compares something", node.span, "for example `spend > 1000`")
            return None
        return typed[0], str(node.value).strip()

    def number(self, node: Node) -> tuple[Expression, str] | None:
        """Return a formula that gives a number, and its text."""
        typed = self._typed(node)
        if typed is None:
            return None
        if typed[1] != "number":
            self._refuse("a formula here gives a number", node.span)
            return None
        return typed[0], str(node.value).strip()

    def _refuse(self, message: str, span: Span, help_: str | None = None) -> None:
        self._report(Diagnostic("PE109", message, span, help=help_))

    def _typed(self, node: Node) -> Typed | None:
        text = node.value
        self._span = node.span
        if not isinstance(text, str) or not text.strip():
            self._refuse("a formula is text such as `spend > 1000`", node.span)
            return None
        if len(text) > MAX_LENGTH:
            self._refuse(
                f"the formula has {len(text)} characters, more than {MAX_LENGTH}",
                node.span,
                "name parts of it under `values`",
            )
            return None
        tree = self._parse(text)
        if tree is None:
            return None
        if _depth(tree) > MAX_DEPTH or _parentheses(text) > MAX_DEPTH:
            self._refuse(f"the formula is more than {MAX_DEPTH} levels deep", node.span)
            return None
        try:
            return self._expression(tree)
        except _Refused:
            return None

    def _parse(self, text: str) -> ast.expr | None:
        if _MARK in text or (not text.isascii() and not _only_names(text)):
            self._refuse("the formula has characters that formulas do not have", self._span)
            return None
        marked = re.sub(r"\$(?=[A-Za-z_])", _MARK, " ".join(text.split()))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse(marked, mode="eval").body
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            self._refuse(f"`{_short(text)}` cannot be read as a formula", self._span, _syntax_help(text))
            return None

    def _fail(self, message: str, help_: str | None = None) -> _Refused:
        self._refuse(message, self._span, help_)
        return _Refused()

    def _expression(self, tree: ast.expr) -> Typed:
        match tree:
            case ast.Constant(value=bool()):
                raise self._fail("`True` and `False` are not part of formulas")
            case ast.Constant(value=int() | float()):
                return self._number(tree)
            case ast.Constant():
                raise self._fail("text is not part of formulas", "compare text with `is`, outside the formula")
            case ast.Name() | ast.Attribute():
                return self._name(tree)
            case ast.UnaryOp(op=ast.USub(), operand=item):
                return Unary("-", self._of(item, "number")), "number"
            case ast.UnaryOp(op=ast.Not(), operand=item):
                return Unary("not", self._of(item, "truth")), "truth"
            case ast.BoolOp(op=op, values=values):
                name = "and" if isinstance(op, ast.And) else "or"
                return Logic(name, tuple(self._of(v, "truth") for v in values)), "truth"
            case ast.BinOp(op=op) if type(op) in _BINARY:
                return self._binary(tree, _BINARY[type(op)])
            case ast.Compare():
                return self._compare(tree)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                yes, kind = self._expression(body)
                return IfElse(self._of(test, "truth"), yes, self._of(orelse, kind)), kind
            case ast.Call():
                return self._call(tree)
        refused = _REFUSED.get(type(tree)) or _REFUSED.get(type(getattr(tree, "op", None)))
        raise self._fail(refused or f"`{_short(_unmarked(ast.unparse(tree)))}` is not part of formulas")

    def _of(self, tree: ast.expr, kind: str) -> Expression:
        expression, found = self._expression(tree)
        if found not in _FITS.get(kind, (kind,)):
            words = {
                "number": "a number",
                "truth": "yes or no",
                "time": "a time",
                "list": "a list of numbers",
                "values": "a list of plain values",
                "entries": "a list",
                "span": "a length of time",
            }
            shown = _short(_unmarked(ast.unparse(tree)))
            help_ = "use `days(…)` or `hours(…)`" if found == "span" else None
            raise self._fail(f"`{shown}` is {words.get(found, found)}, {words.get(kind, kind)} is needed", help_)
        return expression

    def _number(self, tree: ast.Constant) -> Typed:
        spelled = ast.unparse(tree)
        exact = parse_number(spelled)
        if isinstance(exact, Problem) or not exact.is_finite():
            raise self._fail(f"`{_short(spelled)}` is not a number of the language")
        return Number(exact), "number"

    def _name(self, tree: ast.Name | ast.Attribute) -> Typed:
        if not _is_dotted(tree):
            raise self._fail("only fields have names with dots", "no attributes of results")
        text = _unmarked(ast.unparse(tree))
        if "__" in text:
            raise self._fail(f"unknown field `{_short(text)}`")
        if text == "$now":
            return Value(Now()), "time"
        if text.startswith("$values."):
            field = Field(name=text, path="", type="share")  # a number, or a share such as `0.5%`
            operand = self._operands.named_value(text, self._span, lambda n: self._operands.value(field, n))
            return self._value(operand), "number"
        path = resolve(text, self._scope, self._span, self._report, spread=True)
        if path is None:
            raise _Refused
        kind = _list_kind(path.field) if path.spread or path.field.type == "list" else _KINDS.get(path.field.type)
        if kind is None:
            raise self._fail(f"`{text}` is not a number, a time or a list", "formulas are about numbers")
        return Value(FieldValue(path, text)), kind

    def _value(self, operand: Operand | None) -> Expression:
        if operand is None:
            raise _Refused
        return Value(operand)

    def _binary(self, tree: ast.BinOp, op: str) -> Typed:
        left, kind = self._expression(tree.left)
        if kind == "time" and op == "-":
            return Binary("-", left, self._of(tree.right, "time")), "span"
        if kind != "number":
            self._of(tree.left, "number")
        return Binary(op, left, self._of(tree.right, "number")), "number"

    def _compare(self, tree: ast.Compare) -> Typed:
        ops = []
        for op in tree.ops:
            if type(op) not in _COMPARE:
                raise self._fail(
                    "`in` and `is` are not part of formulas", "use the operators `in` and `is` outside the formula"
                )
            ops.append(_COMPARE[type(op)])
        first, kind = self._expression(tree.left)
        if kind not in {"number", "time", "span"}:
            self._of(tree.left, "number")
        return Compare((first, *(self._of(c, kind) for c in tree.comparators)), tuple(ops)), "truth"

    def _call(self, tree: ast.Call) -> Typed:
        name = tree.func.id if isinstance(tree.func, ast.Name) else None
        function = FUNCTIONS.get(name or "")
        if function is None:
            shown = _short(_unmarked(ast.unparse(tree.func)))
            raise self._fail(
                f"unknown function `{shown}`", did_you_mean(shown, FUNCTIONS) or f"there are {', '.join(FUNCTIONS)}"
            )
        if tree.keywords:
            raise self._fail(f"`{name}` takes no named arguments")
        return Call(function.name, self._arguments(function, tree.args)), function.result

    def _arguments(self, function: Function, arguments: list[ast.expr]) -> tuple[Expression, ...]:
        if function.parameters == ("numbers",):
            if not arguments:
                raise self._fail(f"`{function.name}` needs something to work on")
            return tuple(self._number_or_list(a) for a in arguments)
        least = sum(not p.endswith("?") for p in function.parameters)
        if not least <= len(arguments) <= len(function.parameters):
            raise self._fail(
                f"`{function.name}` takes {least} argument{'s' if least != 1 else ''}, not {len(arguments)}"
            )
        return tuple(self._of(a, p.rstrip("?")) for a, p in zip(arguments, function.parameters, strict=False))

    def _number_or_list(self, tree: ast.expr) -> Expression:
        expression, kind = self._expression(tree)
        return expression if kind in {"number", "list"} else self._of(tree, "list" if kind in _FITS else "number")


_KINDS: Final = {
    **dict.fromkeys(NUMERIC, "number"),
    "boolean": "truth",
    "time": "time",
    "duration": "span",
}
_FITS: Final = {"values": ("values", "list"), "entries": ("entries", "values", "list")}


def _list_kind(field: Field) -> str:
    """Return what a list holds: numbers (`list`), other plain values, or entries that can only be counted."""
    item = field.item if field.type == "list" and field.item is not None else field
    return "list" if item.type in NUMERIC else "values" if item.type in SINGLE else "entries"


class _Refused(Exception):  # noqa: N818 - a way out of the tree, caught in this module; nothing went wrong
    """A formula was refused, and the reason reported."""


def _is_dotted(tree: ast.expr) -> bool:
    while isinstance(tree, ast.Attribute):
        tree = tree.value
    return isinstance(tree, ast.Name)


def _depth(tree: ast.AST) -> int:
    """Return the depth of a tree without recursion (a chain of names with dots is one level)."""
    deepest, waiting = 0, [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        deepest = max(deepest, depth)
        step = 0 if isinstance(node, ast.Attribute) else 1
        waiting.extend((child, depth + step) for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr))
    return deepest


def _parentheses(text: str) -> int:
    """Return how deep parentheses are nested: the tree does not keep needless ones."""
    depth = deepest = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        deepest = max(deepest, depth)
    return deepest


def _unmarked(text: str) -> str:
    return text.replace(_MARK, "$")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:57]}…"  # noqa: PLR2004 - what fits a message


def _only_names(text: str) -> bool:
    return all(c.isascii() for c in text)


def _syntax_help(text: str) -> str | None:
    if "=" in text and not re.search(r"[<>!=]=|[<>]", text):
        return "compare with `==`"
    if re.search(r"\d%", text):
        return "in a formula `20%` is written `0.2`"
    return None
