"""`kind: test`: a suite. Records, what is done with them, and what the policies must say; `policyengine test` runs it.

A list under `expect` names all there are, a mapping speaks only about what it names, and an empty one says that there
are none. Strict: a `fail`, `unproven` or `error` that is not expected fails the case.
"""

from __future__ import annotations

from typing import Annotated, Literal

from policyengine.shapes.contract import Kind
from policyengine.shapes.parts import Doc, Duration, Form, Instant, MayBeEmpty, OneOrMore, Part, Raw
from policyengine.shapes.staff import Contents

EXAMPLE = """\
kind: test
policies: [links.tagged]
at: 2026-03-02T09:00:00Z
records:
  launch: {type: content, id: p1, platform: instagram, campaign: spring, links: [{url: "https://acme.example/?utm_source=x"}]}
cases:
  - case: a link with a source passes
    record: launch
    expect: {outcome: allow}
  - case: a link without a source is held
    record: {base: launch, set: {links: [{url: "https://acme.example/"}]}}
    expect: {outcome: hold, fails: [links.tagged/source_told]}
"""

Names = Annotated[list[str] | None, OneOrMore(), MayBeEmpty()]
Names_ = Annotated[list[str], OneOrMore(), MayBeEmpty()]
When = Annotated[str, Form("suite_time")]


class ExpectedApproval(Part, frozen=True, kw_only=True):
    """Where an approval stands."""

    status: Annotated[str | None, Doc("where it stands as a whole", "pending")] = None
    next: Annotated[Names, Doc("the stages that are waiting for a vote", "[brand]")] = None
    can_act: Annotated[dict[str, Names_] | None, MayBeEmpty(), Doc("who may vote, by stage", "{legal: [ben]}")] = None
    stages: Annotated[dict[str, str] | None, MayBeEmpty(), Doc("where stages stand", "{legal: skipped}")] = None
    away: Annotated[dict[str, Names_] | None, MayBeEmpty(), Doc("who is asked and away, by stage")] = None
    ignored: Annotated[Names, Doc("whose votes do not count", "[ana]")] = None
    due: Annotated[dict[str, When] | None, MayBeEmpty(), Doc("until when a stage has time")] = None
    fast_track: Annotated[bool | None, Doc("whether it goes the short way")] = None


class ExpectedEscalation(Part, frozen=True, kw_only=True):
    """Where an escalation stands."""

    route: Annotated[str | None, Doc("the route that was taken", "x_misinformation")] = None
    severity: Annotated[str | None, Doc("how severe it is", "high")] = None
    path: Annotated[str | None, Doc("the path that it is on", "newsroom")] = None
    step: Annotated[int | None, Doc("the step that it has reached, from 1", "1")] = None
    status: Annotated[str | None, Doc("what it is waiting for", "waiting")] = None
    holder: Annotated[Names, Doc("who holds it", "[ana]")] = None
    next_at: Annotated[When | None, Doc("when it goes on by itself")] = None
    overdue_by: Annotated[str | None, Doc("how late it is", "30 min")] = None
    quiet_by: Annotated[Names, Doc("the mutes and inhibitions for which nobody is told", "[fire_drill]")] = None
    would_tell: Annotated[Names, Doc("who would have been told", "[ana]")] = None


class ExpectedClock(Part, frozen=True, kw_only=True):
    """Where a clock stands; or, without a record, what it took over all of them."""

    status: Annotated[str | None, Doc("whether it runs, stands still, was in time", "met")] = None
    cycle: Annotated[int | None, Doc("which run of it is meant (default: the one that fits best)", "1")] = None
    path: Annotated[str | None, Doc("the path that it belongs to", "newsroom")] = None
    severity: Annotated[str | None, Doc("the severity that decided its goal", "high")] = None
    goal: Annotated[Duration | None, Doc("in what time it was to stop", "4h")] = None
    elapsed: Annotated[Duration | None, Doc("how long it ran", "90 min")] = None
    over_by: Annotated[Duration | None, Doc("how late it is", "30 min")] = None
    due_at: Annotated[When | None, Doc("when its time is over")] = None
    stopped_at: Annotated[When | None, Doc("when it stopped")] = None
    stopped: Annotated[int | None, Doc("over all records: how many stopped", "41")] = None
    met: Annotated[int | None, Doc("over all records: how many stopped in time", "38")] = None
    open: Annotated[int | None, Doc("over all records: how many still run", "2")] = None
    p50: Annotated[Duration | None, Doc("over all records: more than half stopped within", "54 min")] = None
    p90: Annotated[Duration | None, Doc("over all records: more than nine tenths stopped within", "6h")] = None
    without: Annotated[int | None, Doc("over all records: how many have no such clock", "0")] = None


class ExpectedReview(Part, frozen=True, kw_only=True):
    """Where a review stands."""

    status: Annotated[str | None, Doc("whether it is due or overdue", "overdue")] = None
    last: Annotated[When | None, Doc("when it last took place")] = None
    due: Annotated[When | None, Doc("when it is due")] = None
    missing: Annotated[Names, Doc("what it lacks")] = None
    to_audit: Annotated[
        dict[str, Names_] | None,
        Doc("the records of a sample that nobody audited yet, by period", "{2026-05: [post-3, post-17]}"),
    ] = None


class ExpectedFreeze(Part, frozen=True, kw_only=True):
    """How a freeze stands to a record, or (where the record is an order) how the order stands."""

    status: Annotated[
        str | None,
        Doc(
            "`frozen`, `exempt`, `allowed` or `void`; of an order `stands`, `planned`, `ran_out`, `lifted`, `void`",
            "void",
        ),
    ] = None
    order: Annotated[str | None, Doc("the id of the order", "o1")] = None
    since: Annotated[When | None, Doc("since when")] = None
    until: Annotated[When | None, Doc("until when")] = None
    by: Annotated[str | None, Doc("who declared it", "kim")] = None
    through: Annotated[Names, Doc("who exempted or approved the record", "[kim]")] = None
    waits_for: Annotated[Names, Doc("what it may go out as, once approved", "[crisis_statement]")] = None
    ignored: Annotated[Names, Doc("whose exemptions and votes do not count", "[ana]")] = None
    missing: Annotated[Names, Doc("what is not told, and counts as in", "[markets]")] = None
    caught: Annotated[Names, Doc("the scheduled records that the order catches", "[p1]")] = None


class ExpectedStatement(Part, frozen=True, kw_only=True):
    """What somebody is told about what was taken from them."""

    actions: Annotated[Names, Doc("what was done, in words", "[hide]")] = None
    automatic: Annotated[bool | None, Doc("whether a machine decided")] = None
    words: Annotated[Names, Doc("the words that were found, as they stand in the text", "[5ubhuman]")] = None
    through: Annotated[Names, Doc("the steps that it took to read them", "[leet]")] = None
    tests: Annotated[Names, Doc("the tests that decided", "[scores.toxicity is at least 0.95]")] = None
    appeal_to: Annotated[str | None, Doc("the team that hears an appeal", "community")] = None
    appeal_until: Annotated[When | None, Doc("until when an appeal may be made")] = None


class ExpectedAppeals(Part, frozen=True, kw_only=True):
    """What became of what a rule did, over all records."""

    applied: Annotated[int | None, Doc("how often the rule was applied", "41")] = None
    appealed: Annotated[int | None, Doc("how often somebody appealed", "5")] = None
    open: Annotated[int | None, Doc("how many appeals wait for an answer", "1")] = None
    overturned: Annotated[int | None, Doc("how often a person overturned it", "3")] = None
    share: Annotated[str | None, Doc("the share that was overturned", "7.3%")] = None


class Expect(Part, frozen=True, kw_only=True):
    """What the policies must say."""

    outcome: Annotated[str | None, Form("outcome"), Doc("allow, flag, hold or block", "block")] = None
    by_market: Annotated[dict[str, str] | None, Doc("the outcome for single markets", "{GB: block}")] = None
    fails: Annotated[Names, Doc("the rules that fail, as `policy/rule`", "[disclosure.gb/behind_fold]")] = None
    unproven: Annotated[Names, Doc("the rules that lack a fact")] = None
    errors: Annotated[Names, Doc("the rules that could not be judged")] = None
    due: Annotated[Names, Doc("the rules for which there is still time")] = None
    waived: Annotated[Names, Doc("the rules that are waived")] = None
    released: Annotated[Names, Doc("the rules that somebody released")] = None
    passes: Annotated[Names, Doc("rules that pass (there may be more)")] = None
    not_applicable: Annotated[Names, Doc("rules that do not apply (there may be more)")] = None
    missing: Annotated[Names, Doc("the facts that rules wait for", "[claims]")] = None
    remedies: Annotated[
        Names, Doc("what mends its labels, in words, or the rules that stand against it", "[begin with `Ad`]")
    ] = None
    messages: Annotated[
        dict[str, Annotated[Raw, Form("expected_text")]] | None,
        Doc("what a finding says, by rule: the text, or `{contains: …}`"),
    ] = None
    mentions: Annotated[
        dict[str, Names_] | None,
        MayBeEmpty(),
        Doc("the words that a rule found, and how they were read", "{comments.words/slur: [1d10t as idiot (leet)]}"),
    ] = None
    approvals: Annotated[dict[str, ExpectedApproval] | None, MayBeEmpty(), Doc("approvals, by policy")] = None
    escalations: Annotated[dict[str, ExpectedEscalation] | None, MayBeEmpty(), Doc("escalations, by policy")] = None
    reviews: Annotated[
        dict[str, Annotated[Raw, Form("expected_review")]] | None,
        MayBeEmpty(),
        Doc("reviews, by policy: the status, or a mapping", "{review.kpis: overdue}"),
    ] = None
    clocks: Annotated[
        dict[str, dict[str, ExpectedClock]] | None,
        MayBeEmpty(),
        Doc("clocks, by policy and name", "{escalation.replies: {first_response: {status: met}}}"),
    ] = None
    deadlines: Annotated[
        dict[str, dict[str, When]] | None,
        MayBeEmpty(),
        Doc("legal deadlines, by policy", "{escalation.x: {authority: …}}"),
    ] = None
    actions: Annotated[
        list[Annotated[Raw, Form("expected_action")]] | None,
        OneOrMore(),
        MayBeEmpty(),
        Doc("what is to be done", "[hide]"),
    ] = None
    statements: Annotated[
        dict[str, ExpectedStatement] | None,
        MayBeEmpty(),
        Doc("statements of reasons, by rule", "{moderation.comments/slur: {words: [subhuman]}}"),
    ] = None
    appeals: Annotated[
        dict[str, ExpectedAppeals] | None,
        MayBeEmpty(),
        Doc("without a record: what became of what rules did, by rule", "{moderation.comments/slur: {overturned: 1}}"),
    ] = None
    obligations: Annotated[
        Raw | None, Form("names_or_times"), Doc("rules with an open obligation: a list, or each with its time")
    ] = None
    upcoming: Annotated[
        Raw | None, Form("names_or_times"), Doc("rules that begin later: a list, or each with its first day")
    ] = None
    frozen: Annotated[Raw | None, Form("names_or_times"), Doc("freezes that hold it: a list, or each with its end")] = (
        None
    )
    freezes: Annotated[
        dict[str, ExpectedFreeze] | None, MayBeEmpty(), Doc("freezes that cover it or let it through, by policy")
    ] = None


class Step(Part, frozen=True, kw_only=True):
    """Something that is done with the record: a vote, a ruling, an edit (`set`, `unset`), or time that passes."""

    at_least_one = (("approve", "reject", "withdraw", "release", "uphold", "set", "unset", "at"),)

    approve: Annotated[str | None, Doc("the stage for which somebody votes yes", "legal")] = None
    reject: Annotated[str | None, Doc("the stage for which somebody votes no", "legal")] = None
    withdraw: Annotated[str | None, Doc("the stage for which somebody takes their vote back", "legal")] = None
    release: Annotated[str | None, Doc("the rule whose hold somebody releases", "links.tagged/source_told")] = None
    uphold: Annotated[str | None, Doc("the rule whose hold somebody confirms")] = None
    by: Annotated[str | None, Doc("who does it", "ben")] = None
    policy: Annotated[str | None, Doc("of which policy the stage is, where several have one of that name")] = None
    because: Annotated[str | None, Doc("the reason of a ruling")] = None
    until: Annotated[When | None, Doc("until when a ruling holds")] = None
    set: Annotated[Raw | None, Form("edit"), Doc("fields that change: `{text: …}`, `{author.followers: 10}`")] = None
    unset: Annotated[list[str] | None, OneOrMore(), Doc("fields that are taken out", "[claims]")] = None
    at: Annotated[When | None, Doc("when it is done; alone: the time that has come")] = None


class Case(Part, frozen=True, kw_only=True):
    """One record (or, without one, the set at a time), and what is expected of the policies."""

    case: Annotated[str, Doc("what it shows, in one line", "refuses the label behind the fold")]
    record: Annotated[Raw | None, Form("fixture"), Doc("a record by name, or `{base: NAME, set: …, unset: […]}`")] = (
        None
    )
    at: Annotated[When | None, Doc("another time than the suite's")] = None
    related: Annotated[
        list[Annotated[Raw, Form("fixture")]] | None, OneOrMore(), Doc("further records that the policies may look up")
    ] = None
    matrix: Annotated[
        Raw | None,
        Form("matrix"),
        Doc("the case once for each value: used as `$matrix.market`", "{market: [GB, US]}"),
    ] = None
    steps: Annotated[list[Step] | None, Doc("what is done before the policies are asked")] = None
    expect: Annotated[Expect, Doc("what the policies must say")]


class Suite(Part, frozen=True, kw_only=True):
    """Cases for some policies."""

    kind: Annotated[Literal["test"], Form("kind")]
    description: Annotated[str | None, Doc("what it covers, for readers")] = None
    policies: Annotated[list[str] | None, OneOrMore(), Doc("the policies that are tested, by id or pattern")] = None
    at: Annotated[Instant | None, Doc("the time at which they are asked", "2026-03-02T09:00:00Z")] = None
    directory: Annotated[Contents | None, Doc("people, calendars, markets in place of the set's, key by key")] = None
    records: Annotated[
        dict[str, Annotated[Raw, Form("fixture")]] | None, Doc("records by name; one may be the `base` of another")
    ] = None
    related: Annotated[
        list[Annotated[Raw, Form("fixture")]] | None,
        OneOrMore(),
        Doc("records that the policies may look up in every case"),
    ] = None
    complete: Annotated[
        list[str] | None, OneOrMore(), Doc("types of which the related records are all there are", "[declaration]")
    ] = None
    cases: Annotated[list[Case], Doc("the cases")]


KIND = Kind(
    name="test",
    document=Suite,
    meaning="a suite: what the policies must say about example records",
    example=EXAMPLE,
    stage="suite",
)
