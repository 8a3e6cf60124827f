"""`kind: definitions`: conditions with a name, used as `$is.name` by every policy about the same type of record."""

from __future__ import annotations

from typing import Annotated

from msgspec import Struct

from policyengine.core.diagnostic import Diagnostic
from policyengine.core.source import Node
from policyengine.language.scope import Definition
from policyengine.shapes.contract import Kind, Report
from policyengine.shapes.document import Document
from policyengine.shapes.parts import Doc, Form, Raw, Refers
from policyengine.shapes.policy import Header

EXAMPLE = """\
kind: definitions
id: is
owner: marketing_ops
applies_to: content
define:
  tier_1:
    title: Health, finance or price claims, or declared as tier 1
    any_of: [{risk_tier: 1}, {claims: {some: {claim: [health, finance, price]}}}]
"""


class Definitions(Header, frozen=True, kw_only=True):
    """Named conditions, typed against the record type they are about."""

    owner: Annotated[str, Refers("team"), Doc("the team that answers for it")]
    applies_to: Annotated[str, Refers("record_type"), Doc("the type of record that they are about", "content")]
    define: Annotated[dict[str, Annotated[Raw, Form("definition")]], Doc("name → condition, with a `title`")]


class Provided(Struct, frozen=True, eq=False):
    """The definitions of a document."""

    definitions: tuple[Definition, ...]


def provide(document: Document, report: Report) -> Provided:
    """Return the definitions, each with its title taken out of the condition."""
    body: Definitions = document.body
    found = []
    for name, raw in body.define.items():
        node = raw.node
        if not isinstance(node.value, dict):
            report(
                Diagnostic("PE101", f"`{name}` takes a condition", node.span, help="a mapping such as `{risk_tier: 1}`")
            )
            continue
        title = node.value.get("title")
        entries = {key: child for key, child in node.value.items() if key != "title"}
        keys = {key: span for key, span in node.keys.items() if key != "title"}
        if title is not None and (title.value is None or isinstance(title.value, dict | list)):
            report(Diagnostic("PE122", "`title` takes text", title.span))
        text = str(title.value) if title is not None else ""
        found.append(Definition(name, text, body.applies_to, Node(entries, node.span, None, keys)))
    return Provided(tuple(found))


KIND = Kind(
    name="definitions",
    document=Definitions,
    meaning="conditions with a name, for all policies",
    example=EXAMPLE,
    stage="names",
    provides=provide,
)
