"""An approval policy as it is written."""

from __future__ import annotations

from typing import Annotated

from policyengine.shapes.parts import (
    Condition,
    Doc,
    Duration,
    Form,
    Id,
    OneOrMore,
    Part,
    Raw,
    Refers,
    Share,
    Tighter,
    Use,
)
from policyengine.shapes.policy import FieldName, Policy
from policyengine.shapes.quorum import AskedFor, Needs

Names = Annotated[list[str], OneOrMore()]
Fields = Annotated[list[FieldName], OneOrMore()]


class Stage(Part, frozen=True, kw_only=True):
    """One step of the approval."""

    id: Annotated[Id, Doc("unique in the policy; votes name it", "legal")]
    title: Annotated[str | None, Tighter("any"), Doc("what is looked at here, in one line")] = None
    after: Annotated[Names | None, Doc("the stages that come first; without it, it is open from the start")] = None
    when: Annotated[Condition | None, Use("tightens"), Doc("when the stage is needed (unknown: it is)")] = None
    needs: Annotated[AskedFor, Tighter("more"), Doc("who has to say yes", "{role: counsel}")]
    within: Annotated[
        Duration | None, Tighter("down", unsaid="loosest"), Doc("how long they have, from when the stage opens", "4h")
    ] = None
    calendar: Annotated[
        str | None, Refers("calendar"), Tighter("same", about="within"), Doc("whose hours count", "market")
    ] = None
    warn_at: Annotated[Share | None, Tighter("any"), Doc("the share of the time after which to warn", "75%")] = None
    on_timeout: Annotated[
        Raw | None, Form("timeout"), Tighter("more"), Doc("`expire`, or where to escalate; never a yes", "expire")
    ] = None


class Voiding(Part, frozen=True, kw_only=True):
    """Which edits void the votes that were given before them."""

    all_except: Annotated[
        Fields, Tighter("fewer"), Doc("fields that may change without a new vote", "[labels, links.utm]")
    ]


class FastTrack(Part, frozen=True, kw_only=True):
    """A lane with fewer stages. It opens only where its condition certainly holds."""

    title: Annotated[str, Tighter("any"), Doc("what it is for, in one line")]
    when: Annotated[Condition, Use("loosens"), Doc("what may take it (only if certain)")]
    trusts: Annotated[
        Fields | None, Tighter("any"), Doc("fields that the author sets and that may open it", "[labels]")
    ] = None
    stages: Annotated[Names, Tighter("more"), Doc("the stages that remain", "[brand]")]
    within: Annotated[Duration | None, Doc("how long each of them has (default: as without the lane)", "30 min")] = None
    calendar: Annotated[str | None, Refers("calendar"), Doc("whose hours count", "always")] = None


class Approval(Policy, frozen=True, kw_only=True):
    """Who has to say yes before a record may go out."""

    stages: Annotated[list[Stage], Tighter("more"), Doc("the stages; `after` gives their order")]
    different_people: Annotated[bool, Tighter("up"), Doc("whether nobody counts for two stages", "true")] = False
    made_by: Annotated[
        Fields | None,
        Tighter("more", unsaid="same"),
        Doc("fields that name who made the record; they never count", "author.id"),
    ] = None
    author_may_vote: Annotated[bool, Tighter("down"), Doc("whether the author counts after all", "false")] = False
    edits_that_void: Annotated[
        Voiding | None, Tighter("fewer"), Doc("which edits void votes (default: all of the material)")
    ] = None
    vetoes_lifted_by: Annotated[Needs | None, Tighter("fewer"), Doc("who may take back the rejections of others")] = (
        None
    )
    fast_track: Annotated[FastTrack | None, Tighter("fewer"), Doc("a lane with fewer stages, for what cannot wait")] = (
        None
    )
