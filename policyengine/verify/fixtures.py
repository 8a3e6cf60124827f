"""The records of a suite: by name, as an edit of another (`base`, `set`, `unset`), or written out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from policyengine.core.diagnostic import Diagnostic
from policyengine.core.record import RecordTypes
from policyengine.core.source import Node
from policyengine.core.suggest import did_you_mean
from policyengine.evaluate.submission import Submission, submission_of
from policyengine.shapes.contract import Report
from policyengine.shapes.document import Builder
from policyengine.shapes.parts import Doc, Form, OneOrMore, Part, Raw
from policyengine.verify.editing import with_set, with_unset
from policyengine.verify.lorem import filled


class Edit(Part, frozen=True, kw_only=True):
    """A record that is like another one, but for some fields."""

    base: Annotated[str, Doc("the name of the record that it is like", "paid")]
    set: Annotated[Raw | None, Form("edit"), Doc("fields that change")] = None
    unset: Annotated[list[str] | None, OneOrMore(), Doc("fields that are taken out", "[claims]")] = None


class Fixtures:
    """The records of one suite; faults go to `report`, at the place where they were written."""

    def __init__(self, records: Mapping[str, Node], types: RecordTypes, report: Report) -> None:
        """Take the named records and the record types."""
        self._records = records
        self._types = types
        self._report = report

    def check(self) -> None:
        """Report what is wrong with the named records themselves, so that an unused one is no hiding place."""
        for name, node in self._records.items():
            found = self._resolve(node, (name,), name)
            if found is not None:
                self.submission(found)

    def find(self, node: Node) -> Node | None:
        """Return the record that a name, an edit or a mapping means, or None after a fault."""
        return self._resolve(node, (), None)

    def submission(self, node: Node) -> Submission | None:
        """Return a record with its type and its data; None after a fault that leaves it without one."""
        found = submission_of(node, "", self._types)
        if isinstance(found, Diagnostic):
            self._report(found)
            return None
        for fault in found.faults():
            self._report(fault)
        return found

    def _resolve(self, node: Node, seen: tuple[str, ...], name: str | None) -> Node | None:
        if isinstance(node.value, str) and name is None:
            return self._named(node.value, node, seen)
        if not isinstance(node.value, dict):
            help_ = "a record, or `{base: NAME, set: …}`" if name is not None else "its name, or `{base: NAME, set: …}`"
            self._report(Diagnostic("PE602", "a record is a mapping of fields", node.span, help=help_))
            return None
        if "base" in node.value or not set(node.value) - {"set", "unset"}:
            return self._edited(node, seen, name)
        return _identified(filled(node, self._report), name)

    def _named(self, name: str, node: Node, seen: tuple[str, ...]) -> Node | None:
        found = self._records.get(name)
        if found is None:
            known = ", ".join(sorted(self._records)[:12])
            help_ = did_you_mean(name, self._records) or (f"there are {known}" if known else "name it under `records:`")
            self._report(Diagnostic("PE602", f"the suite has no record `{name}`", node.span, help=help_))
            return None
        if name in seen:
            help_ = " → ".join((*seen[seen.index(name) :], name))
            self._report(Diagnostic("PE604", f"the record `{name}` is based on itself", node.span, help=help_))
            return None
        return self._resolve(found, (*seen, name), name)

    def _edited(self, node: Node, seen: tuple[str, ...], name: str | None) -> Node | None:
        document = Builder(self._report).document("record", Edit, node)
        if document is None:
            return None
        edit: Edit = document.body
        base = self._named(edit.base, node.value["base"] if isinstance(node.value, dict) else node, seen)
        if base is None:
            return None
        if edit.set is not None:
            base = with_set(base, filled(edit.set.node, self._report), self._report)
        if edit.unset is not None:
            names = [(field, document.value_span(None, "unset", i)) for i, field in enumerate(edit.unset)]
            base = with_unset(base, names, self._report)
        return _identified(base, name)


def _identified(node: Node, name: str | None) -> Node:
    """Return a record with an id: without one of its own it is called by its name in the suite."""
    if not isinstance(node.value, dict) or "id" in node.value:
        return node
    identity = Node(name or "record", node.span)
    return Node({**node.value, "id": identity}, node.span, None, node.keys)
