"""What a clean load gives: policies compiled and indexed, names, the directory, a digest. Nothing in it changes."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from policyengine.core.diagnostic import Diagnostic, Span
from policyengine.core.record import RecordType, RecordTypes
from policyengine.language.environment import Read
from policyengine.language.program import Program
from policyengine.language.scope import Names
from policyengine.language.tree import Condition
from policyengine.shapes.appealing import Appeal
from policyengine.shapes.contract import RecordJudge, SetJudge, VotesJudge
from policyengine.shapes.directory import Directory
from policyengine.shapes.document import Document
from policyengine.shapes.gate import Gate
from policyengine.shapes.grouping import GroupRule
from policyengine.shapes.guarantee import Guarantee
from policyengine.shapes.predicate import Rule


class Binding(Struct, frozen=True, eq=False):
    """A name given in `with`: which records of a type are meant; `condition` is what `where` was compiled from."""

    name: str
    mode: str
    kind: str
    where: Program | None
    by: Read | None
    condition: Condition | None = None


class Assumed(Struct, frozen=True, eq=False):
    """An assumption: the value that a field counts as where the record does not tell it."""

    policy: str
    field: str
    value: Any
    scope: Gate | None
    because: str
    starts: date | None = None
    ends: date | None = None


class Waiver(Struct, frozen=True, eq=False, kw_only=True):
    """A waiver of one rule, from the day `starts` to the day `expires`, both included, in the market's zone.

    `entitled` is who may approve it (`{role: legal}`); empty: anybody but the rule's `owner` alone. `approved` is the
    day for which the approvers' roles count (None: the time of the evaluation), `span` where it stands, `scope` where
    its records are named, which they are not where it is not `narrow`.
    """

    id: str
    policy: str
    rule: str
    records: Gate
    narrow: bool
    markets: tuple[str, ...]
    because: str
    approvers: tuple[str, ...]
    entitled: dict[str, str]
    owner: str
    approved: date | None
    starts: date
    expires: date
    ticket: str | None
    span: Span
    scope: Span

    @property
    def waived(self) -> str:
        """Return the name of the rule that is waived, `policy/rule`."""
        return f"{self.policy}/{self.rule}"


class Unit(Struct, frozen=True, eq=False, kw_only=True):
    """One compiled policy document.

    `others` are how it judges records of further types: units of the same id. An overlay `extends` another one, and
    takes its place where `place` certainly holds (None: everywhere). `choices` are the choices of the register on which
    it relies, each with what of it does (`policy/rule`). `law` is what its kind looks at for several policies at once.
    """

    id: str
    kind: str
    title: str
    owner: str
    document: Document | None
    record: RecordType | None
    rules: tuple[Rule, ...] = ()
    bindings: tuple[Binding, ...] = ()
    record_judges: tuple[RecordJudge, ...] = ()
    calls: tuple[str, ...] = ()
    gates: tuple[Gate, ...] = ()
    set_judges: tuple[SetJudge, ...] = ()
    votes_judges: tuple[VotesJudge, ...] = ()
    others: tuple[Unit, ...] = ()
    group_rules: tuple[GroupRule, ...] = ()
    scope: Gate | None = None
    guarantee: Guarantee | None = None
    appeal: Appeal | None = None
    starts: date | None = None
    ends: date | None = None
    extends: str | None = None
    place: Gate | None = None
    choices: dict[str, tuple[str, ...]] = {}
    law: Any = None

    @property
    def every_rule(self) -> tuple[Rule, ...]:
        """Return the rules about single records and those about groups of them."""
        return (*self.rules, *(group.rule for group in self.group_rules))


class Assembly(Struct, frozen=True, eq=False, kw_only=True):
    """A whole set of policies, compiled; only a load without an error gives one."""

    units: tuple[Unit, ...]
    assumptions: dict[str, tuple[Assumed, ...]]
    names: Names
    types: RecordTypes
    directory: Directory
    digest: str
    zone: ZoneInfo
    documents: tuple[Document, ...]
    suites: tuple[Document, ...]
    waivers: tuple[Waiver, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()
    revision: str | None = None

    def for_type(self, record: str) -> tuple[Unit, ...]:
        """Return the policies that apply to a type of record."""
        views = (view for unit in self.units for view in (unit, *unit.others))
        return tuple(view for view in views if view.record is not None and view.record.name == record)
