"""What a moderation policy says: what is protected, rules or bands of a score, who looks, who hears appeals."""

from __future__ import annotations

from typing import Annotated

from policyengine.shapes.appealing import Appeal
from policyengine.shapes.frequency import Window
from policyengine.shapes.parts import Condition, Doc, Id, OneOrMore, Part, Refers, Share, Tighter, Use
from policyengine.shapes.policy import FieldName, Policy
from policyengine.shapes.policy import Rule as AnyRule


class Protected(Part, frozen=True, kw_only=True):
    """What stays, whatever the rules say: criticism, counter-speech, quotation."""

    id: Annotated[Id, Doc("unique in the policy", "criticism")]
    title: Annotated[
        str, Tighter("any"), Doc("what is protected, in one line", "Criticism of a product or the company stays")
    ]
    when: Annotated[
        Condition, Use("loosens"), Doc("what it is; only a certain yes protects, and only a certain no does not")
    ]
    looks_like: Annotated[
        Condition | None,
        Use("loosens"),
        Doc("signs of it: where they may be there, and nobody has said that it is, a person looks"),
    ] = None


class ModerationRule(AnyRule, frozen=True, kw_only=True):
    """A rule like any other, or bands of a score: `score` with `hide_at`, `queue_at` and `languages`, no outcome."""

    score: Annotated[FieldName | None, Doc("a score that another system computed", "scores.toxicity")] = None
    hide_at: Annotated[
        Share | None, Tighter("down", unsaid="loosest"), Doc("from here on: block, and hide", "0.95")
    ] = None
    queue_at: Annotated[
        Share | None, Tighter("down", unsaid="loosest"), Doc("from here on: hold, and a person looks", "0.60")
    ] = None
    languages: Annotated[
        list[str] | None,
        OneOrMore(),
        Tighter("more"),
        Doc("where the score was validated; elsewhere a person looks", "[en, de]"),
    ] = None
    queue: Annotated[
        str | None, Refers("team"), Tighter("any"), Doc("who looks (default: the policy's `queue`)", "community")
    ] = None
    window: Annotated[Window | None, Doc("how often something may happen within a stretch of time")] = None


class Moderation(Policy, frozen=True, kw_only=True):
    """What happens to what people write: what is protected, and rules about the rest."""

    protected: Annotated[list[Protected] | None, Tighter("fewer"), Doc("what wins over every rule below")] = None
    queue: Annotated[
        str | None,
        Refers("team"),
        Tighter("any"),
        Doc("who looks where nothing is certain (default: the owner)", "community"),
    ] = None
    appeal: Annotated[Appeal | None, Tighter("any"), Doc("who hears appeals, and in what time")] = None
    # Never written to, so that a list of a narrower type is safe.
    rules: Annotated[list[ModerationRule], Tighter("more"), Doc("the rules; their order means nothing")]  # type: ignore[assignment]
