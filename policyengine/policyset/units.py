"""What a clean load gives: policies compiled and indexed, names, the directory, a digest. Nothing in it changes."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from policyengine.core.diagnostic import Diagnostic
from policyengine.core.record import RecordType, RecordTypes
from policyengine.language.environment import Read
from policyengine.language.program import Program
from policyengine.language.scope import Names
from policyengine.language.tree import Condition
from policyengine.shapes.contract import RecordJudge, SetJudge, VotesJudge
from policyengine.shapes.directory import Directory
from policyengine.shapes.document import Document
from policyengine.shapes.gate import Gate
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


class Unit(Struct, frozen=True, eq=False, kw_only=True):
    """One compiled policy document.

    `others` are how it judges records of further types: units of the same id. An overlay `extends` another one, and
    takes its place where `place` certainly holds (None: everywhere). `choices` are the choices of the register on which
    it relies, each with what of it does (`policy/rule`).
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
    set_judges: tuple[SetJudge, ...] = ()
    votes_judges: tuple[VotesJudge, ...] = ()
    others: tuple[Unit, ...] = ()
    scope: Gate | None = None
    starts: date | None = None
    ends: date | None = None
    extends: str | None = None
    place: Gate | None = None
    choices: dict[str, tuple[str, ...]] = {}


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
    warnings: tuple[Diagnostic, ...] = ()
    revision: str | None = None

    def for_type(self, record: str) -> tuple[Unit, ...]:
        """Return the policies that apply to a type of record."""
        views = (view for unit in self.units for view in (unit, *unit.others))
        return tuple(view for view in views if view.record is not None and view.record.name == record)
