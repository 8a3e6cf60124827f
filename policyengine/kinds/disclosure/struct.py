"""A disclosure document as it is written: one jurisdiction's labels, where they must stand, and what goes without."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import field

from policyengine.shapes.parts import Condition, Day, Doc, Duration, OneOrMore, Part, Refers, Share, Tighter, Use
from policyengine.shapes.policy import BadOutcome, Policy

Weight = Literal["allow", "flag", "hold", "block"]
Confidence = Literal["high", "medium", "low"]
Connection = Literal[
    "paid",
    "gifted",
    "gifted_with_control",
    "loan",
    "affiliate",
    "discount_code",
    "ambassador",
    "own_brand",
    "employee",
    "officer",
    "family",
    "equity",
    "event_trip",
    "incentive",
    "past_relationship",
]
Whose = Literal["all connections", Connection]
Place = Literal["profile", "link_page", "first_comment", "footer"]


class LabelGroup(Part, frozen=True, kw_only=True):
    """Words that are accepted as a label, and for which connections."""

    for_: Annotated[list[Whose], OneOrMore(), Tighter("fewer"), Doc("whose label it is", "all connections")] = field(
        name="for"
    )
    accept: Annotated[
        list[str],
        OneOrMore(),
        Tighter("fewer"),
        Doc("the words; `{brand}` and `{thing}` stand for any", '["ad", "#ad"]'),
    ]
    languages: Annotated[list[str] | None, OneOrMore(), Doc("the languages they are in (default: the document's)")] = (
        None
    )
    then: Annotated[
        Literal["hold"] | None, Tighter("more"), Doc("`hold`: a person judges whether they are clear enough")
    ] = None
    inside_a_sentence: Annotated[
        Literal["hold"] | None,
        Tighter("more"),
        Doc("`hold`: everyday words, so a person judges them where other words come before in the sentence"),
    ] = None
    not_for: Annotated[
        Condition | None,
        Use("tightens"),
        Tighter("wider", unsaid="never"),
        Doc("the posts for which they do not suffice"),
    ] = None
    from_: Annotated[Day | None, Doc("the first day; before it they do not suffice", "2024-11-08")] = field(
        default=None, name="from"
    )
    until: Annotated[Day | None, Doc("the first day on which they do not suffice any more", "2025-07-01")] = None
    confidence: Annotated[
        Confidence | None, Tighter("down"), Doc("how sure we are of the law (default: the document's)")
    ] = None


class Duty(Part, frozen=True, kw_only=True):
    """What a post without a label weighs, by connection; `allow` means that it needs none."""

    all_connections: Annotated[Weight, Tighter("up"), Doc("unless named below", "block")] = field(
        name="all connections"
    )
    paid: Annotated[Weight | None, Tighter("up", unsaid="block")] = None
    gifted: Annotated[Weight | None, Tighter("up", unsaid="block")] = None
    loan: Annotated[Weight | None, Tighter("up", unsaid="block")] = None
    affiliate: Annotated[Weight | None, Tighter("up", unsaid="block")] = None
    discount_code: Annotated[Weight | None, Tighter("up", unsaid="block")] = None
    ambassador: Annotated[Weight | None, Tighter("up", unsaid="block")] = None
    own_brand: Annotated[Weight | None, Tighter("up", unsaid="block")] = None
    employee: Annotated[Weight | None, Tighter("up", unsaid="block")] = None
    officer: Annotated[Weight | None, Tighter("up", unsaid="block")] = None
    family: Annotated[Weight | None, Tighter("up", unsaid="block")] = None
    equity: Annotated[Weight | None, Tighter("up", unsaid="block")] = None
    event_trip: Annotated[Weight | None, Tighter("up", unsaid="block")] = None
    incentive: Annotated[Weight | None, Tighter("up", unsaid="block")] = None
    past_relationship: Annotated[Weight | None, Tighter("up", unsaid="block")] = None


class NotTold(Part, frozen=True, kw_only=True):
    """What a post without a label weighs while its connection is not told (at most `hold`)."""

    one_of = (("treat_as", "with_signs"),)

    treat_as: Annotated[Connection | None, Doc("the connection that the law presumes", "paid")] = None
    where: Annotated[
        Literal["a company is shown", "always"],
        Doc("for `treat_as`: a brand told, an account named, a link, a code; else it weighs nothing"),
    ] = "a company is shown"
    with_signs: Annotated[Literal["allow", "flag", "hold"] | None, Doc("with a tag, code, affiliate link or label")] = (
        None
    )


class ToldNone(Part, frozen=True, kw_only=True):
    """What weighs against a post that says it has no connection."""

    brand_tagged: Annotated[BadOutcome | None, Tighter("up", unsaid="loosest"), Doc("the brand is tagged")] = None
    brand_link: Annotated[BadOutcome | None, Tighter("up", unsaid="loosest"), Doc("a link leads to the brand")] = None
    affiliate_link: Annotated[BadOutcome | None, Tighter("up", unsaid="loosest"), Doc("an affiliate link")] = None
    discount_code: Annotated[BadOutcome | None, Tighter("up", unsaid="loosest"), Doc("a discount code")] = None
    excessively_promotional: Annotated[
        BadOutcome | None, Tighter("up", unsaid="loosest"), Doc("a person judged it to be")
    ] = None


class UnderContract(Part, frozen=True, kw_only=True):
    """A post of a creator under contract, whose own connection is none or past."""

    treat_as: Annotated[Connection, Doc("the connection that it is read as", "paid")]
    where: Annotated[Literal["the brand is named", "always"], Doc("named, tagged, linked, or its code given")]
    otherwise: Annotated[BadOutcome, Tighter("up"), Doc("the outcome without a label")]


class Demand(Part, frozen=True, kw_only=True):
    """Something that a label must fulfil."""

    otherwise: Annotated[BadOutcome, Tighter("up"), Doc("the outcome where it does not")]
    confidence: Annotated[
        Confidence | None, Tighter("down"), Doc("how sure we are of the law (default: the document's)")
    ] = None


class BeforeFold(Demand, frozen=True, kw_only=True):
    """The whole label stands before the fold of the platform."""


class FirstLines(Demand, frozen=True, kw_only=True):
    """The whole label stands in the first lines of the caption, whatever the platform shows of it."""

    lines: Annotated[int, Doc("how many lines", "2")]


class Position(Demand, frozen=True, kw_only=True):
    """Where in the text or on the screen it stands."""

    must_be: Annotated[
        Literal["at the start", "not at the end", "at the start or among the first tags"],
        Doc("at the start: nothing but names, tags and two words before it"),
    ]


class TagRun(Demand, frozen=True, kw_only=True):
    """Where it stands in a run of hashtags."""

    tags: Annotated[int, Doc("a run has at least so many", "4")]
    among_first: Annotated[int, Doc("the label is among the first so many", "3")]
    or_last: Annotated[bool, Doc("it may be the last, too")] = False


class Frames(Demand, frozen=True, kw_only=True):
    """On which slides of a story, or items of a carousel."""

    frames: Annotated[Literal["all", "first and last"], Doc("which")]
    at_least: Annotated[Duration | None, Doc("how long it is seen", "2s")] = None


class CaptionOnly(Part, frozen=True, kw_only=True):
    """What a video weighs whose label stands only in the caption, title or description."""

    video: Weight
    short_video: Weight


class OnScreen(Part, frozen=True, kw_only=True):
    """How long a label is on the screen."""

    one_of = (("at_least", "share"),)

    videos_up_to: Annotated[Duration | None, Doc("for videos no longer than this (default: all others)", "15s")] = None
    at_least: Annotated[Duration | None, Doc("so long", "3s")] = None
    share: Annotated[Share | None, Doc("so much of the video", "100%")] = None


class Video(Demand, frozen=True, kw_only=True):
    """In videos."""

    caption_only: Annotated[CaptionOnly | None, Doc("a label in the caption alone")] = None
    starts_within: Annotated[Duration | None, Doc("it begins within", "10s")] = None
    on_screen: Annotated[list[OnScreen] | None, OneOrMore(), Doc("how long it is on the screen")] = None


class Live(Demand, frozen=True, kw_only=True):
    """In live streams."""

    one_of = (("repeat_within", "throughout"),)

    repeat_within: Annotated[Duration | None, Doc("it comes again within", "30 min")] = None
    throughout: Annotated[bool | None, Doc("it stays on the screen to the end")] = None
    spoken: Annotated[bool, Doc("it is spoken, too")] = False
    caption_only: Annotated[BadOutcome, Doc("the outcome where it stands in the caption alone")]


class Audio(Demand, frozen=True, kw_only=True):
    """In sound alone: the label is spoken."""

    starts_within: Annotated[Duration | None, Doc("it begins within", "60s")] = None
    also_at_end: Annotated[bool, Doc("it comes again at the end")] = False


class Legible(Demand, frozen=True, kw_only=True):
    """Contrast and size suffice."""


class Language(Demand, frozen=True, kw_only=True):
    """In which language, where the post tells its own."""

    of: Annotated[Literal["the post", "the market"], Doc("whose language")]


class NeverAlone(Demand, frozen=True, kw_only=True):
    """Places where a label does not suffice."""

    places: Annotated[list[Place], OneOrMore(), Tighter("more"), Doc("which", "[profile, first_comment]")]


class Placement(Part, frozen=True, kw_only=True):
    """Where a label must stand."""

    before_fold: Annotated[BeforeFold | None, Tighter("more")] = None
    first_lines: Annotated[FirstLines | None, Tighter("more")] = None
    position: Annotated[Position | None, Tighter("more")] = None
    hashtag_run: Annotated[TagRun | None, Tighter("more")] = None
    story: Annotated[Frames | None, Tighter("more")] = None
    carousel: Annotated[Frames | None, Tighter("more")] = None
    video: Annotated[Video | None, Tighter("more")] = None
    live: Annotated[Live | None, Tighter("more")] = None
    audio: Annotated[Audio | None, Tighter("more")] = None
    legible: Annotated[Legible | None, Tighter("more")] = None
    language: Annotated[Language | None, Tighter("more")] = None
    never_alone: Annotated[NeverAlone | None, Tighter("more")] = None


class Disclosure(Policy, frozen=True, kw_only=True):
    """What one jurisdiction asks of posts with a connection to a brand."""

    applies_to: Annotated[str, Refers("record_type"), Doc("the type of record that it judges", "content")] = "content"
    jurisdiction: Annotated[str, Refers("market"), Doc("the market whose law it is; `EU` for the Union's own", "GB")]
    authority: Annotated[str, Tighter("any"), Doc("who watches over it, and by which rules")]
    confidence: Annotated[Confidence, Tighter("down"), Doc("how sure we are of the law; low never blocks")]
    languages: Annotated[list[str] | None, OneOrMore(), Doc("the languages of the market", "[en]")] = None
    labels: Annotated[
        list[LabelGroup] | None,
        Tighter("fewer", unsaid="loosest"),
        Doc("what is accepted; without it the document has rules only"),
    ] = None
    beside_a_label: Annotated[list[str] | None, OneOrMore(), Doc("may stand beside a label, never instead of one")] = (
        None
    )
    not_enough: Annotated[list[str] | None, OneOrMore(), Tighter("more"), Doc("known not to be clear enough")] = None
    denied_by: Annotated[str | None, Refers("terms"), Doc("words that deny the connection", "terms.ad_denials")] = None
    without_label: Annotated[Duty | None, Doc("what a post without a label weighs")] = None
    no_label_needed: Annotated[
        Condition | None, Use("loosens"), Doc("posts whose purpose is plain (only if certain)")
    ] = None
    connection_not_told: Annotated[NotTold | None, Doc("while nobody has said what the connection is")] = None
    connection_none: Annotated[ToldNone | None, Doc("signs that weigh against «no connection»")] = None
    under_contract: Annotated[UnderContract | None, Doc("posts of creators under contract")] = None
    platform_label_alone: Annotated[
        Weight | None, Tighter("up"), Doc("the platform's own label without another one")
    ] = None
    text_not_told: Annotated[
        Literal["hold", "block"],
        Tighter("up"),
        Doc("what pictures, films and sounds weigh whose caption is not told and that show no label"),
    ] = "hold"
    placement: Annotated[Placement | None, Tighter("more"), Doc("where the label must stand")] = None
