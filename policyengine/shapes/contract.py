"""The contract of a kind: what a kind gives, what it is given, and what it adds to a Decision."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Literal, Protocol, TypeVar
from zoneinfo import ZoneInfo

from msgspec import Struct

from policyengine.core.decision import ApprovalState, Finding
from policyengine.core.diagnostic import Diagnostic, Span
from policyengine.core.facts import Facts
from policyengine.core.record import Field, RecordType, RecordTypes
from policyengine.core.source import Node
from policyengine.language.environment import Env, Lookup
from policyengine.language.message import Template, read_template
from policyengine.language.read import ConditionReader
from policyengine.language.scope import Names, Scope
from policyengine.language.tree import Condition as Tree
from policyengine.shapes.appealing import Appeal
from policyengine.shapes.directory import Directory
from policyengine.shapes.document import Document, keys_of
from policyengine.shapes.gate import Gate
from policyengine.shapes.guarantee import Guarantee
from policyengine.shapes.naming import Naming
from policyengine.shapes.parts import Part, Raw
from policyengine.shapes.predicate import Rule

Report = Callable[[Diagnostic], None]
T = TypeVar("T")


class World(Struct, frozen=True, eq=False, kw_only=True):
    """What a set has as a whole. `names` has no values or aliases of a policy.

    `policies` maps each id to its kind, `bases` each overlay to what it lies over, the nearest first.
    """

    types: RecordTypes
    directory: Directory
    names: Names
    policies: dict[str, str]
    zone: ZoneInfo
    bases: dict[str, tuple[str, ...]] = {}


class Context(Struct, frozen=True, eq=False):
    """What a kind compiles a document with. Faults go to `report`; compilation goes on after them.

    `beneath` are the documents that an overlay lies over, the nearest first.
    """

    world: World
    document: Document
    names: Names
    record: RecordType | None
    report: Report
    beneath: tuple[Document, ...] = ()

    @property
    def scope(self) -> Scope:
        """Return the scope in which bare paths start at the record."""
        assert self.record is not None  # noqa: S101 - only kinds with `applies_to` ask
        return Scope.of(self.names, self.record)

    def fault(self, code: str, message: str, span: Span, help_: str | None = None) -> None:
        """Report a fault."""
        self.report(Diagnostic(code, message, span, help=help_))

    def tree(self, node: Node, *, about: Field | RecordType | None = None) -> Tree:
        """Return the typed condition of a node, about the record, an element of it, or another type of record."""
        scope = self.about(about)
        return ConditionReader(scope, self.report).read(node)

    def about(self, about: Field | RecordType | None) -> Scope:
        """Return the scope whose bare paths start at an element, another type of record, or (None) the record."""
        if isinstance(about, RecordType):
            return Scope.of(self.names, about)
        return self.scope if about is None else self.scope.inside(about)

    def gate(
        self, part: Part, attribute: str, *, about: Field | RecordType | None = None, says: str = ""
    ) -> Gate | None:
        """Return the gate of a condition field of a part, or None where it is not given.

        Whether it tightens or loosens is what the field's `Use` says.
        """
        condition = getattr(part, attribute)
        if condition is None:
            return None
        use = next(k.spec.use for k in keys_of(type(part)) if k.attribute == attribute)
        assert use is not None  # noqa: S101 - a test refuses condition fields without `Use`
        return Gate.of(self.tree(condition.node, about=about), use.effect, says or attribute.rstrip("_"))

    def template(self, raw: Raw, *, about: Field | None = None) -> Template:
        """Return the template of a message."""
        return read_template(raw.node, self.about(about), self.report)


class AskedAgain(Struct, frozen=True):
    """Votes up to and including `ended` count no longer: the freeze caught the record, and asks again."""

    freeze: str
    ended: datetime


def _no_others(_: str) -> Iterable[Case]:
    return ()


class Once(Protocol):
    """Works something out the first time that it is asked for by its name."""

    def __call__(self, name: str, make: Callable[[], T], /) -> T:
        """Return what was made under a name, or make it."""


def _each_time(_: str, make: Callable[[], T], /) -> T:
    return make()


class Case(Struct, frozen=True, eq=False, kw_only=True):
    """One record to be judged by one policy.

    `envs` has one environment a market (or one without, where none is told). `raw` is the record's plain JSON (for
    digests), `facts` its typed values, `related` finds facts of other records of a type, `others` gives the cases of
    the same policy about each supplied record of a type. `asked_again` says which votes a freeze made void. `called_at`
    is when another policy called for this one: what it starts begins then. `taken_by` are the overlays that speak in
    the policy's place; for the environments that are left, it still speaks. `once` works out by name what is the same
    for every record of a question.
    """

    policy: str
    env: Env
    envs: tuple[Env, ...]
    raw: dict[str, Any]
    facts: Facts
    kind: RecordType
    at: datetime
    governing: datetime
    markets: tuple[str, ...]
    directory: Directory
    zone: ZoneInfo
    related: Callable[[str], list[Facts]]
    others: Callable[[str], Iterable[Case]] = _no_others
    asked_again: AskedAgain | None = None
    called_at: datetime | None = None
    taken_by: tuple[str, ...] = ()
    once: Once = _each_time


class SetCase(Struct, frozen=True, eq=False, kw_only=True):
    """The set at a time: for reviews and whatever else falls due without a record.

    `related` finds all records of a type, `naming` those that name a word, or may.
    """

    at: datetime
    directory: Directory
    zone: ZoneInfo
    related: Callable[[str], list[Facts]]
    naming: Callable[[str, Naming], list[Facts]]
    complete: frozenset[str]
    types: RecordTypes
    lookup: Lookup | None = None


class Contribution(Struct, frozen=True, eq=False, kw_only=True):
    """What a judge adds to a Decision; everything is united and sorted afterwards.

    `calls` starts other policies at a time, by their ids.
    """

    findings: tuple[Finding, ...] = ()
    approvals: tuple[ApprovalState, ...] = ()
    obligations: tuple[dict[str, Any], ...] = ()
    actions: tuple[dict[str, Any], ...] = ()
    deadlines: tuple[dict[str, Any], ...] = ()
    escalations: tuple[dict[str, Any], ...] = ()
    reviews: tuple[dict[str, Any], ...] = ()
    clocks: tuple[dict[str, Any], ...] = ()
    frozen: tuple[dict[str, Any], ...] = ()
    undecided: tuple[dict[str, Any], ...] = ()
    self_asserted: tuple[str, ...] = ()
    statements: tuple[dict[str, Any], ...] = ()
    appeals: tuple[dict[str, Any], ...] = ()
    calls: tuple[tuple[str, datetime], ...] = ()


class RecordJudge(Protocol):
    """Judges one record: an approval's stages, an escalation's routes."""

    def __call__(self, case: Case) -> Contribution:
        """Return what to add to the record's Decision."""


class SetJudge(Protocol):
    """Judges the set at a time: reviews."""

    def __call__(self, case: SetCase) -> Contribution:
        """Return what to add."""


class VotesJudge(Protocol):
    """Says until when votes about a record are void: a freeze that asks again."""

    def __call__(self, case: Case) -> datetime | None:
        """Return the instant up to which votes do not count any more, or None."""


class Compiled(Struct, frozen=True, eq=False, kw_only=True):
    """What a document compiles to, beside the header and the rules that every policy may carry.

    `record` is the type of record that `rules` are about where the document has no `applies_to`. `own_rules` replaces
    the compilation of the document's `rules` (a kind whose rules have more keys); None: the general one. `rules` are
    further rules that the kind makes itself, `group_rules` those about several records at once
    (`shapes.grouping.GroupRule`), `guarantee` holds whatever all others say. `definitions`, `terms`, `directory` and
    `assumption` come from the supporting kinds' own hooks. `others` are judges of records of another type than the one
    that the policy applies to, by that type (a freeze judges its orders, too). `gates` are conditions that an
    explanation shows. `appeal` says who hears appeals against what the rules do. `calls` names the policies that its
    judges may call: for a record of the same type, these speak only once they are called. `law` is
    what the kind reads where it looks at several documents at once.
    """

    rules: tuple[Rule, ...] = ()
    record: RecordType | None = None
    record_judges: tuple[RecordJudge, ...] = ()
    calls: tuple[str, ...] = ()
    gates: tuple[Gate, ...] = ()
    others: dict[str, tuple[RecordJudge, ...]] = {}
    votes_judges: tuple[VotesJudge, ...] = ()
    set_judges: tuple[SetJudge, ...] = ()
    guarantee: Guarantee | None = None
    group_rules: tuple[Any, ...] = ()
    appeal: Appeal | None = None
    law: Any = None


class Kind(Struct, frozen=True, eq=False, kw_only=True):
    """A kind of policy document: its struct, its meaning, its compilation.

    `stage` says when the set reads it: `names` (definitions, terms, directory: others refer to it), `policy`, or
    `suite`. `compile` reports the kind's own faults on the way. `provides` gives the names stage's contribution.
    `own_rules` says that `compile` reads the document's `rules` itself. `whole` is called once with all documents of
    the kind and gives what the kind says about the set as a whole (a policy id and what it compiles to).
    """

    name: str
    document: type[Part]
    meaning: str
    example: str
    stage: Literal["names", "policy", "suite"] = "policy"
    compile: Callable[[Any, Context], Compiled] | None = None
    provides: Callable[[Document, Report], Any] | None = None
    own_rules: bool = False
    whole: Callable[[tuple[Document, ...], Context], tuple[str, Compiled]] | None = None

    def fields(self) -> tuple[str, ...]:
        """Return the keys of the kind's documents."""
        return tuple(k.name for k in keys_of(self.document))


def empty() -> Compiled:
    """Return what a document without anything of its own compiles to."""
    return Compiled()
