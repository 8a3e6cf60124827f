"""What names mean at a place in a policy: fields from the record schemas, and everything that `$` can refer to."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from msgspec import Struct

from policyengine.core.diagnostic import Diagnostic, Span
from policyengine.core.record import Field, RecordType, RecordTypes
from policyengine.core.source import Node
from policyengine.core.suggest import did_you_mean
from policyengine.language.tree import CHOICES, HERE, RECORD, Path, Step

Report = Callable[[Diagnostic], None]
MARKET: Final = "market"
ENTRY: Final = "entry"
"""In `for_each` and quantifiers: the entry at hand, where a value has to be a reference (elsewhere, the record)."""
MARKET_FIELD: Final = Field(name="$market", path="$market", type="market", title="the market that is being judged")


class Alias(Struct, frozen=True, eq=False):
    """A name given in `with`: one related record, or all of them."""

    name: str
    type: RecordType
    many: bool

    @property
    def field(self) -> Field:
        """Return the alias as a field: an object, or a list of objects."""
        root = self.type.root
        record = Field(name=self.name, path=f"${self.name}", type="object", fields=root.fields)
        if not self.many:
            return record
        return Field(name=self.name, path=f"${self.name}", type="list", item=record)


class Definition(Struct, frozen=True, eq=False):
    """A named condition of a `definitions` document, as written."""

    name: str
    title: str
    applies_to: str
    node: Node


class TermList(Struct, frozen=True, eq=False):
    """A `terms` document, as written: words (with `is` and `by`), exceptions, what it sees through."""

    id: str
    words: Node
    exceptions: tuple[str, ...] = ()
    see_through: frozenset[str] = frozenset()


class Choice(Struct, frozen=True, eq=False, kw_only=True):
    """A `choice` document: what is asked, what may be chosen, and what a decision about it must fulfil.

    `options` are ids with their titles, `weights` the criteria (shares of one), `deciders` pairs such as
    `("role", "counsel")` of whom one is enough, `evidence` the fields that a decision must tell, `every` how often
    it is looked at again, as written.
    """

    id: str
    question: str
    options: dict[str, str]
    weights: dict[str, Decimal] = {}
    deciders: tuple[tuple[str, str], ...] = ()
    evidence: tuple[str, ...] = ()
    every: str | None = None

    @property
    def field(self) -> Field:
        """Return what was chosen as a field: a word from the options."""
        return Field(name=self.id, path=f"${self.id}", type="enum", title=self.question, values=tuple(self.options))


class Names(Struct, frozen=True, eq=False, kw_only=True):
    """Everything that a policy of a set may refer to by name; `values` are the policy's own."""

    types: RecordTypes
    values: dict[str, Node] = {}
    definitions: dict[str, Definition] = {}
    terms: dict[str, TermList] = {}
    choices: dict[str, Choice] = {}
    groups: dict[str, tuple[str, ...]] = {}
    aliases: dict[str, Alias] = {}
    markets: tuple[str, ...] = ()


class Scope(Struct, frozen=True, eq=False):
    """Names, the type of the record at hand, and the object from which bare paths start (record or element)."""

    names: Names
    record: RecordType
    here: Field

    @staticmethod
    def of(names: Names, record: RecordType) -> Scope:
        """Return the scope in which bare paths start at the record."""
        return Scope(names, record, record.root)

    def inside(self, element: Field) -> Scope:
        """Return the scope in which bare paths start at a list's element."""
        return Scope(self.names, self.record, element)


def resolve(text: str, scope: Scope, span: Span, report: Report, *, spread: bool = False) -> Path | None:
    """Return the path that a policy writes, or None after reporting what is wrong with it.

    With `spread` the path may pass through lists and then stands for all values behind it.
    """
    start = _start(text, scope, span, report)
    if start is None:
        return None
    root, field, rest = start
    steps: list[Step] = []
    through = False
    record = scope.record
    for part in rest:
        owner = field
        if owner.type == "list" and spread and owner.item is not None:
            owner, through = owner.item, True
        follow = scope.names.types.get(owner.ref) if owner.ref else None
        if follow is not None:
            if steps:
                steps[-1] = Step(steps[-1].name, steps[-1].field, follow.name)
            owner, record = follow.root, follow
        child = owner.fields.get(part) or (owner.item if owner.type == "map" else None)
        if child is None:
            report(_unknown(text, part, owner, record, scope, span))
            return None
        steps.append(Step(part, child))
        field = child
    return Path(root, tuple(steps), field, text, through)


def _start(text: str, scope: Scope, span: Span, report: Report) -> tuple[str, Field, list[str]] | None:
    parts = text.split(".")
    head = parts[0]
    if not head.startswith("$"):
        return HERE, scope.here, parts
    name = head[1:]
    if name == RECORD:
        return RECORD, scope.record.root, parts[1:]
    if name == ENTRY:
        return HERE, scope.here, parts[1:]
    if name == MARKET and len(parts) == 1:
        return MARKET, MARKET_FIELD, []
    if text.startswith(f"${CHOICES}"):
        return _choice(text, scope, span, report)
    alias = scope.names.aliases.get(name)
    if alias is not None:
        return name, alias.field, parts[1:]
    known = ["$record", "$entry", "$market", "$now", *(f"${a}" for a in scope.names.aliases)]
    help_ = did_you_mean(head, known) or "a name of your own is given in `with`"
    report(Diagnostic("PE108", f"unknown reference `{text}`", span, help=help_))
    return None


def _choice(text: str, scope: Scope, span: Span, report: Report) -> tuple[str, Field, list[str]] | None:
    choices = scope.names.choices
    found = choices.get(text[1:])
    if found is not None:
        return found.id, found.field, []
    help_ = did_you_mean(text, [f"${name}" for name in choices]) or "the register of choices is made of `kind: choice`"
    report(Diagnostic("PE108", f"unknown reference `{text}`", span, help=help_))
    return None


def _unknown(text: str, part: str, owner: Field, record: RecordType, scope: Scope, span: Span) -> Diagnostic:
    if owner.type == "list":
        message = f"`{owner.path}` is a list: `{text}` cannot reach through it"
        inside = f"write `{owner.path}: {{some: {{{part}: …}}}}` (or `every`, `none`, `count`, `share`)"
        return Diagnostic("PE106", message, span, help=inside)
    where = owner.path or record.name
    if owner.path and owner is not record.root and not owner.path.startswith("$"):
        where = f"{record.name}.{owner.path}"
    prefix = text[: len(text) - len(text.partition(part)[2]) - len(part)]
    known = [f"{prefix}{name}" for name in owner.fields] or list(scope.here.fields)
    deeper = [f"{prefix}{a.name}.{b}" for a in owner.fields.values() for b in a.fields]
    help_ = did_you_mean(f"{prefix}{part}", known) or did_you_mean(text, deeper)
    if (
        help_ is None
        and scope.here is not scope.record.root
        and text.split(".", maxsplit=1)[0] in scope.record.root.fields
    ):
        help_ = f"here paths start at the element; the record's field is `$record.{text}`"
    if help_ is None and owner.fields:
        shown = sorted(owner.fields)[:12]
        help_ = f"it has {', '.join(shown)}{' …' if len(owner.fields) > len(shown) else ''}"
    return Diagnostic("PE102", f"unknown field `{part}` of {where}", span, help=help_)
