"""`kind: assumption`: what counts as told where a record does not say; always listed in the Decision as `assumed`."""

from __future__ import annotations

from typing import Annotated

import msgspec

from policyengine.shapes.contract import Kind
from policyengine.shapes.parts import Condition, Doc, Form, Raw, Refers, Use
from policyengine.shapes.policy import Effective, Header, Upkeep

EXAMPLE = """\
kind: assumption
id: assumption.text_has_no_media
title: A text post carries no pictures
owner: marketing_ops
applies_to: content
only_for: {format: text}
field: media
is: []
because: the scheduler leaves the list out
review: {every: 12 months}
"""


class Assumption(Header, frozen=True, kw_only=True):
    """A presumption about a field: a policy like any other, with an owner, a reason and a review date."""

    title: Annotated[str, Doc("what is assumed, in one line")]
    owner: Annotated[str, Refers("team"), Doc("the team that answers for it")]
    applies_to: Annotated[str, Refers("record_type"), Doc("the type of record", "content")]
    only_for: Annotated[Condition | None, Use("loosens"), Doc("for which records (only if certain)")] = None
    field: Annotated[str, Refers("field"), Doc("the field that counts as told", "media")]
    is_: Annotated[Raw, Form("value"), Doc("the value that it counts as", "[]")] = msgspec.field(name="is")
    because: Annotated[str, Doc("why this may be assumed")]
    review: Annotated[Upkeep, Doc("when the assumption is reviewed", "{every: 12 months}")]
    effective: Annotated[Effective | None, Doc("when it is in force")] = None


KIND = Kind(
    name="assumption",
    document=Assumption,
    meaning="what counts as told where a record does not say",
    example=EXAMPLE,
    stage="names",
)
