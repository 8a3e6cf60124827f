"""What every policy document has: the header, named values, related records, and rules."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import field

from policyengine.shapes.parts import (
    Condition,
    Day,
    Doc,
    Duration,
    Form,
    Id,
    Message,
    OneOrMore,
    Part,
    Raw,
    Refers,
    Tighter,
    Use,
)

BadOutcome = Literal["flag", "hold", "block"]
Severity = Literal["low", "medium", "high", "critical"]
FieldName = Annotated[str, Refers("field")]


class Effective(Part, frozen=True, kw_only=True):
    """When a policy is in force. `until` is exclusive; bare dates are days in the market's zone, else the set's."""

    from_: Annotated[Day | None, Doc("the first day", "2026-01-01")] = field(default=None, name="from")
    until: Annotated[Day | None, Doc("the first day on which it is not in force any more", "2027-01-01")] = None


class Citation(Part, frozen=True, kw_only=True):
    """Where a rule comes from."""

    title: Annotated[str, Doc("what the source is called")]
    url: Annotated[str | None, Doc("where it can be read")] = None
    checked: Annotated[Day | None, Doc("when somebody last looked", "2026-06-01")] = None


class Upkeep(Part, frozen=True, kw_only=True):
    """How often the policy itself is looked at again."""

    every: Annotated[str, Doc("how often", "6 months")]
    owner: Annotated[str | None, Refers("team")] = None
    last: Annotated[Day | None, Doc("when it was last reviewed")] = None


class NamedValue(Part, frozen=True, kw_only=True):
    """A named value; `by` replaces the default for a market, language, platform, brand or size band."""

    is_: Annotated[Raw | None, Form("value"), Doc("the value, or a list of values")] = field(default=None, name="is")
    by: Annotated[dict[str, dict[str, Annotated[Raw, Form("value")]]] | None, Doc("other values, by one dimension")] = (
        None
    )
    because: Annotated[str | None, Doc("why this value")] = None


class Related(Part, frozen=True, kw_only=True):
    """Other records that the rules need: one, the latest, or all that fulfil `where`."""

    one_of = (("one", "latest", "all"),)

    one: Annotated[str | None, Refers("record_type")] = None
    latest: Annotated[str | None, Refers("record_type")] = None
    all: Annotated[str | None, Refers("record_type")] = None
    by: Annotated[str | None, Doc("for `latest`: the field that says which is the latest", "completed_at")] = None
    where: Annotated[Condition | None, Use("tightens", about="related"), Doc("which of them are meant")] = None


class Releaser(Part, frozen=True, kw_only=True):
    """Who may release a hold."""

    one_of = (("role", "team", "person"),)

    role: Annotated[str | None, Refers("role")] = None
    team: Annotated[str | None, Refers("team")] = None
    person: Annotated[str | None, Refers("person")] = None


class Waivable(Part, frozen=True, kw_only=True):
    """Whether and by whom a rule may be waived; written `no`, or as a mapping."""

    by: Annotated[Releaser | None, Doc("who may approve a waiver")] = None
    at_most: Annotated[Duration | None, Doc("how long a waiver may last", "30d")] = None


class Rule(Part, frozen=True, kw_only=True):
    """A rule of one of two shapes: `when` + `then` (must not be), or `require` + `otherwise` (must be)."""

    id: Annotated[Id, Doc("unique in the policy; the rule is named `policy/rule`", "source_known")]
    title: Annotated[str | None, Tighter("any"), Doc("what the rule says, in one line")] = None
    for_each: Annotated[FieldName | None, Doc("a list: the rule is about each of its entries", "links")] = None
    when: Annotated[Condition | None, Use("tightens", "element"), Doc("when the rule speaks")] = None
    require: Annotated[
        Condition | None, Use("tightens", "element"), Tighter("narrower"), Doc("what must hold then")
    ] = None
    then: Annotated[BadOutcome | None, Tighter("up"), Doc("the outcome, where `when` is what must not be")] = None
    otherwise: Annotated[BadOutcome | None, Tighter("up"), Doc("the outcome, where `require` does not hold")] = None
    except_: Annotated[Condition | None, Use("loosens", "element"), Doc("what is exempt (only if certain)")] = field(
        default=None, name="except"
    )
    message: Annotated[Message | None, Tighter("any"), Doc("what the reader is told; fields stand in braces")] = None
    fix: Annotated[Message | None, Tighter("any"), Doc("how to mend it")] = None
    severity: Annotated[
        Severity | None, Tighter("up", unsaid="high"), Doc("default: flag low, hold medium, block high")
    ] = None
    waivable: Annotated[
        Raw | None, Form("waivable"), Tighter("down"), Doc("`no`, or who may waive it and for how long")
    ] = None
    released_by: Annotated[Releaser | None, Doc("who may release a hold (default: the owner; never the author)")] = None
    due: Annotated[
        Raw | None, Form("due"), Tighter("fewer"), Doc("until when it may be done", "72h after $record.withdrawn_at")
    ] = None
    if_unknown: Annotated[
        BadOutcome | None, Tighter("up", unsaid="hold"), Doc("what an unproven rule weighs (default: at most hold)")
    ] = None
    do: Annotated[
        list[Annotated[Raw, Form("action")]] | None,
        OneOrMore(),
        Tighter("more"),
        Doc("actions", "[hide, {queue: community}]"),
    ] = None


class Header(Part, frozen=True, kw_only=True):
    """The keys of every document of a policy set; kinds say which more there are, and which are compulsory."""

    kind: Annotated[str, Form("kind")]
    id: Annotated[Id, Tighter("any"), Doc("unique, dotted, stable", "links.tagged")]
    owner: Annotated[str | None, Refers("team"), Tighter("any"), Doc("the team that answers for it")] = None
    title: Annotated[str | None, Tighter("any"), Doc("what it is for, in one line")] = None
    description: Annotated[str | None, Tighter("any"), Doc("more about it, for readers")] = None
    tags: Annotated[list[str] | None, Tighter("any"), Doc("labels for finding it")] = None
    sources: Annotated[list[Citation] | None, Tighter("any"), Doc("where it comes from")] = None
    review: Annotated[Upkeep | None, Tighter("any"), Doc("when the policy itself is reviewed")] = None


class Layered(Header, frozen=True, kw_only=True):
    """A document over which an overlay may be laid, or that is one: what it says replaces what its base says.

    Where an overlay applies, its base is silent. So `only_for` and `effective` may say anything in an overlay: outside
    of them the base goes on speaking.
    """

    extends: Annotated[
        str | None,
        Tighter("any"),
        Doc("the policy that this one tightens; it says only what is different", "links.tagged"),
    ] = None
    may_loosen: Annotated[bool, Tighter("any"), Doc("whether an overlay may loosen its base", "true")] = False
    because: Annotated[str | None, Tighter("any"), Doc("why it may loosen its base")] = None


class Policy(Layered, frozen=True, kw_only=True):
    """A document with rules about records of one type."""

    title: Annotated[str, Tighter("any"), Doc("what it is for, in one line")]
    owner: Annotated[str, Refers("team"), Tighter("any"), Doc("the team that answers for it")]
    applies_to: Annotated[str, Refers("record_type"), Doc("the type of record that it judges", "content")]
    only_for: Annotated[
        Condition | None, Use("tightens"), Tighter("any"), Doc("outside this scope the policy is silent")
    ] = None
    effective: Annotated[Effective | None, Tighter("any"), Doc("when it is in force")] = None
    values: Annotated[dict[str, NamedValue] | None, Tighter("any"), Doc("named values, used as `$values.name`")] = None
    with_: Annotated[dict[str, Related] | None, Tighter("more"), Doc("other records, used as `$name`")] = field(
        default=None, name="with"
    )
    rules: Annotated[list[Rule] | None, Tighter("more"), Doc("the rules; their order means nothing")] = None
