"""For each place where a condition can stand, one test with the deciding fact taken away.

The law (language.md, Truth): what tightens needs only a possible yes, what loosens a certain yes. The last tests
collect every field of a kind that holds a condition, and refuse one that has no test here.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec import Struct

from policyengine.core.decision import Decision
from policyengine.evaluate.engine import PolicySet
from policyengine.kinds import kind, kind_names
from policyengine.shapes.document import Spec, keys_of, spec_of
from policyengine.shapes.material import material
from policyengine.shapes.parts import Condition, Part
from policyengine.shapes.policy import Policy, Rule
from tests.kinds import freezing
from tests.sets import AT, policies, types

Test = Callable[[], None]
PLACES: dict[str, str] = {}
"""The places that are tested: `Struct.key` → the test."""


def place(*names: str) -> Callable[[Test], Test]:
    def mark(test: Test) -> Test:
        PLACES.update(dict.fromkeys(names, test.__name__))
        return test

    return mark


CHECK = "kind: check\nid: p\ntitle: a policy\nowner: team\napplies_to: content\n"


def checked(rule: str, record: dict[str, Any], head: str = "", *others: str, **options: Any) -> Decision:
    """Return the Decision of one rule `p/r` about a draft."""
    found = policies(f"{CHECK}{head}rules:\n  - {{id: r, title: a rule, {rule}}}\n", *others)
    return found.evaluate(
        {"type": "content", "id": "c", "status": "draft", **record}, at=options.pop("at", AT), **options
    )


def verdict(decision: Decision) -> tuple[str, str, tuple[str, ...]]:
    """Return what the rule says, what it weighs and what it misses."""
    found = [f for f in decision.findings if f.name == "p/r"]
    return (found[0].verdict, found[0].outcome, found[0].missing) if found else ("quiet", "allow", ())


UNPROVEN = "unproven", "hold"


# Rules ---------------------------------------------------------------------------------------------------------------


@place("Rule.when")
def test_when_is_unknown_without_its_fact() -> None:
    rule = "when: {platform: tiktok}, then: block"
    assert verdict(checked(rule, {"platform": "tiktok"}))[:2] == ("fail", "block")
    assert verdict(checked(rule, {})) == (*UNPROVEN, ("platform",))


@place("Rule.require")
def test_require_is_unknown_without_its_fact() -> None:
    rule = "require: {platform: tiktok}, otherwise: block"
    assert verdict(checked(rule, {"platform": "tiktok"}))[0] == "quiet"
    assert verdict(checked(rule, {})) == (*UNPROVEN, ("platform",))


def test_when_of_a_requirement_counts_as_in_without_its_fact() -> None:
    rule = "when: {platform: tiktok}, require: {use: organic}, otherwise: block"
    assert verdict(checked(rule, {"use": "paid"})) == (*UNPROVEN, ("platform",))
    assert verdict(checked(rule, {"use": "organic"}))[0] == "quiet"


@place("Rule.except")
def test_except_exempts_nothing_without_its_fact_and_says_so() -> None:
    rule = "when: {platform: tiktok}, then: block, except: {use: organic}"
    assert verdict(checked(rule, {"platform": "tiktok", "use": "organic"}))[0] == "quiet"
    found = checked(rule, {"platform": "tiktok"})
    assert verdict(found)[:2] == ("fail", "block")
    assert found.undecided == ({"policy": "p", "what": "r except", "missing": ["use"]},)


@place("Policy.only_for")
def test_a_scope_counts_as_in_without_its_fact() -> None:
    head, rule = "only_for: {platform: tiktok}\n", "when: {use: paid}, then: block"
    assert verdict(checked(rule, {"platform": "x", "use": "paid"}, head))[0] == "quiet"
    assert verdict(checked(rule, {"use": "paid"}, head)) == (*UNPROVEN, ("platform",))


def test_for_each_over_an_absent_list_is_unproven_and_over_an_empty_one_silent() -> None:
    rule = "for_each: media, when: {ai_generated: true}, then: block"
    assert verdict(checked(rule, {})) == (*UNPROVEN, ("media",))
    assert verdict(checked(rule, {"media": []}))[0] == "quiet"


def test_for_each_over_an_absent_list_is_silent_outside_the_scope() -> None:
    head, rule = "only_for: {use: paid}\n", "for_each: media, when: {ai_generated: true}, then: block"
    assert verdict(checked(rule, {"use": "organic"}, head))[0] == "quiet"
    assert verdict(checked(rule, {}, head)) == (*UNPROVEN, ("media",))


def test_an_entry_without_the_fact_is_unproven_for_itself() -> None:
    rule = "for_each: media, when: {ai_generated: true}, then: block"
    found = checked(rule, {"media": [{"medium": "image"}, {"medium": "image", "ai_generated": False}]})
    assert verdict(found) == (*UNPROVEN, ("media.ai_generated",))
    assert [f.field for f in found.findings] == ["media[0]"]


@pytest.mark.parametrize("quantifier", ["some", "every", "none"])
def test_a_quantifier_over_an_absent_list_is_unknown(quantifier: str) -> None:
    rule = f"when: {{media: {{{quantifier}: {{ai_generated: true}}}}}}, then: block"
    assert verdict(checked(rule, {})) == (*UNPROVEN, ("media",))


def test_where_looks_at_an_entry_without_its_fact_as_one_that_may_count() -> None:
    rule = "when: {media: {some: {ai_generated: true}, where: {medium: video}}}, then: block"
    assert verdict(checked(rule, {"media": [{"ai_generated": True}]})) == (*UNPROVEN, ("media.medium",))


def test_a_formula_is_unknown_without_its_numbers() -> None:
    rule = "when: {formula: metrics.likes > 10}, then: block"
    assert verdict(checked(rule, {})) == (*UNPROVEN, ("metrics.likes",))


def test_if_unknown_weighs_a_rule_whose_fact_is_not_told() -> None:
    rule = "when: {platform: tiktok}, then: flag, if_unknown: block"
    assert verdict(checked(rule, {})) == ("unproven", "block", ("platform",))


def test_due_gives_no_time_without_the_instant_from_which_it_runs() -> None:
    rule = "require: {use: organic}, otherwise: block, due: 72h after $record.submitted_at"
    assert verdict(checked(rule, {"use": "paid", "submitted_at": "2026-06-01T00:00:00Z"}))[0] == "due"
    assert verdict(checked(rule, {"use": "paid"}))[:2] == ("fail", "block")


def test_a_market_dependent_rule_is_unproven_without_a_market() -> None:
    rule = "when: {$market: GB}, then: block"
    assert verdict(checked(rule, {"markets": ["GB"]}))[:2] == ("fail", "block")
    assert verdict(checked(rule, {"markets": ["US"]}))[0] == "quiet"
    assert verdict(checked(rule, {})) == (*UNPROVEN, ("markets",))


# Other records, definitions, assumptions, rulings --------------------------------------------------------------------


@place("Related.where")
def test_a_related_record_that_may_be_meant_is_neither_found_nor_excluded() -> None:
    head = "with: {baseline: {one: baseline, where: {campaign: $record.campaign}}}\n"
    rule = "require: {$baseline.locked_at: {before: 2026-05-01}}, otherwise: block"
    related = [{"type": "baseline", "id": "b", "campaign": "spring", "locked_at": "2026-04-01T00:00:00Z"}]
    assert verdict(checked(rule, {"campaign": "spring"}, head, related=related))[0] == "quiet"
    assert verdict(checked(rule, {}, head, related=related))[:2] == UNPROVEN


def test_a_definition_is_unknown_without_its_fact() -> None:
    definitions = (
        "kind: definitions\nid: is\nowner: team\napplies_to: content\ndefine: {paid: {title: Paid, use: paid}}\n"
    )
    rule = "when: {$is.paid: true}, then: block"
    assert verdict(checked(rule, {"use": "paid"}, "", definitions))[:2] == ("fail", "block")
    assert verdict(checked(rule, {}, "", definitions)) == (*UNPROVEN, ("use",))


@place("Assumption.only_for")
def test_an_assumption_is_not_made_where_its_scope_is_not_certain() -> None:
    assumption = (
        "kind: assumption\nid: assumption.a\ntitle: t\nowner: team\napplies_to: content\nonly_for: {format: text}\n"
        "field: media\nis: []\nbecause: so\nreview: {every: 12 months}\n"
    )
    rule = "when: {media: {some: {ai_generated: true}}}, then: block"
    assert verdict(checked(rule, {"format": "text"}, "", assumption))[0] == "quiet"
    found = checked(rule, {}, "", assumption)
    assert verdict(found) == (*UNPROVEN, ("media",))
    assert found.undecided == ({"policy": "assumption.a", "what": "only_for", "missing": ["format"]},)


@pytest.mark.parametrize("left_out", [None, "ruling", "seen", "at", "by", "author"])
def test_a_ruling_releases_only_where_all_that_it_needs_is_told(left_out: str | None) -> None:
    record: dict[str, Any] = {"type": "content", "id": "c", "status": "draft", "platform": "tiktok"}
    if left_out != "author":
        record["author"] = {"id": "ana"}
    ruling = {
        "policy": "p", "rule": "r", "by": "ben", "at": "2026-05-01T00:00:00Z", "ruling": "release", "because": "fine",
        "seen": dict(material(types()["content"], record)),
    }  # fmt: skip
    ruling.pop(left_out or "", None)
    found = checked("when: {platform: tiktok}, then: hold", {**record, "rulings": [ruling]})
    assert verdict(found)[0] == ("released" if left_out is None else "fail")


# Approval ------------------------------------------------------------------------------------------------------------

APPROVAL = "kind: approval\nid: a\ntitle: approval\nowner: team\napplies_to: content\n"
STAGES = """
stages:
  - {id: brand, needs: {role: brand}}
  - {id: legal, when: {use: paid}, needs: {role: counsel}}
"""
PEOPLE = """
kind: directory
id: directory
owner: team
teams: [team]
people:
  ana: {team: team, roles: [brand]}
  ben: {team: team, roles: [counsel]}
  cy: {team: team}
  kim: {team: team, roles: [brand, counsel]}
"""


def approval(body: str, **facts: Any) -> Decision:
    record = {"type": "content", "id": "c", "status": "submitted", "author": {"id": "cy"}, "platform": "x", **facts}
    return policies(APPROVAL + body, PEOPLE).evaluate(record, at=AT)


def stages(decision: Decision) -> dict[str, str]:
    return {s.stage: s.status for a in decision.approvals for s in a.stages}


@place("Stage.when")
def test_a_stage_is_asked_for_without_the_fact_of_its_condition() -> None:
    assert stages(approval(STAGES, use="organic"))["legal"] == "skipped"
    assert stages(approval(STAGES))["legal"] == "pending"


@place("FastTrack.when")
def test_a_fast_lane_stays_closed_without_the_fact_of_its_condition() -> None:
    lane = f"{STAGES}fast_track: {{title: Live, when: {{risk_tier: 3}}, stages: [brand]}}\n"
    assert approval(lane, use="paid", risk_tier=3).approvals[0].fast_track
    found = approval(lane, use="paid")
    assert not found.approvals[0].fast_track
    assert stages(found)["legal"] == "pending"
    assert found.undecided == ({"policy": "a", "what": "fast_track", "missing": ["risk_tier"]},)


@place("AskedFor.when")
def test_a_part_of_a_stage_is_asked_for_without_the_fact_of_its_condition_and_is_no_way_out() -> None:
    every = "stages: [{id: brand, needs: {all_of: [{person: ana}, {person: ben, when: {use: paid}}]}}]\n"
    assert approval(every, use="organic").approvals[0].stages[0].needs == "ana"
    assert approval(every).approvals[0].stages[0].needs == "ana and ben"
    either = every.replace("all_of", "any_of")
    assert approval(either, use="paid").approvals[0].stages[0].needs == "ana or ben"
    assert approval(either).approvals[0].stages[0].needs == "ana or (perhaps ben)"


# Escalation ----------------------------------------------------------------------------------------------------------

ESCALATION = """
kind: escalation
id: e
title: Every case reaches a person
owner: team
applies_to: incident
routes:
  - {id: raid, when: {category: hate_raid}, to: desk}
  - {id: rest, to: desk}
paths:
  desk:
    calendar: always
    acknowledge_within: {high: 1h}
    pause_while: {status: waiting_for_platform}
    steps: [{notify: {team: team}}]
    deadlines: [{id: authority, within: 72h, when: {breach: true}, met_when: {source: authority}}]
"""


def incident(**facts: Any) -> Decision:
    opened = [{"event": "opened", "at": "2026-06-01T11:30:00Z"}]
    record = {
        "type": "incident", "id": "i", "severity": "high", "events": opened, "category": "hate_raid", "status": "open",
        "breach": True, "source": "press", **facts,
    }  # fmt: skip
    told = {name: value for name, value in record.items() if value is not None}
    return policies(ESCALATION, PEOPLE).evaluate(told, at=AT)


def undecided(decision: Decision) -> dict[str, list[str]]:
    return {item["what"]: item["missing"] for item in decision.undecided}


@place("Route.when")
def test_a_route_is_reported_and_not_taken_without_the_fact_of_its_condition() -> None:
    assert incident().escalations[0]["route"] == "raid"
    found = incident(category=None)
    assert found.escalations[0]["route"] == "rest"
    assert undecided(found)["route raid"] == ["category"]


@place("Path.pause_while")
def test_time_runs_without_the_fact_that_would_pause_it() -> None:
    assert incident(status="waiting_for_platform").escalations[0]["status"] == "paused"
    found = incident(status=None)
    assert found.escalations[0]["status"] != "paused"
    assert undecided(found)["path desk pause_while"] == ["status"]


@place("Deadline.when", "Deadline.met_when")
def test_a_legal_deadline_runs_without_the_facts_of_its_conditions() -> None:
    assert incident(breach=False).deadlines == ()
    assert incident(source="authority").deadlines == ()
    assert [d["id"] for d in incident(breach=None).deadlines] == ["authority"]
    assert [d["id"] for d in incident(source=None).deadlines] == ["authority"]


CLOCKS = """
kind: escalation
id: e
title: Every case is answered
owner: team
applies_to: incident
routes:
  - {id: rest, to: desk, mute: [{id: drill, because: a drill, when: {source: drill}}],
     inhibited_by: [{id: outage, when: {category: platform_change}}]}
paths: {desk: {acknowledge_within: {high: 1h}, steps: [{notify: {team: team}}]}}
clocks:
  resolution:
    within: {any: 1h}
    start_when: {breach: true}
    pause_while: {platform: x}
    stop_when: {outlet: nobody}
"""


def case_of(record: dict[str, Any], **other: Any) -> Decision:
    opened = [{"event": "opened", "at": "2026-06-01T11:30:00Z"}]
    told = {"type": "incident", "id": "i", "severity": "high", "events": opened}
    return policies(CLOCKS).evaluate(told | record, at=AT, related=[told | {"id": "o"} | other])


@place("Mute.when")
def test_a_mute_tells_people_without_the_fact_of_its_condition() -> None:
    assert case_of({"source": "drill"}).escalations[0]["status"] == "muted"
    found = case_of({})
    assert found.escalations[0]["status"] == "waiting"
    assert undecided(found)["mute drill"] == ["source"]


@place("Inhibition.when")
def test_another_case_inhibits_only_with_the_fact_of_its_condition() -> None:
    assert case_of({"category": "pr"}, category="platform_change").escalations[0]["status"] == "inhibited"
    assert case_of({"category": "pr"}).escalations[0]["status"] == "waiting"


@place("SlaClock.start_when", "SlaClock.pause_while", "SlaClock.stop_when")
def test_a_clock_runs_without_the_facts_of_its_conditions() -> None:
    told = {"breach": True, "platform": "tiktok", "outlet": "press"}
    statuses = {
        "all told": ("running", told),
        "may have started": ("running", {**told, "breach": None}),
        "paused": ("paused", {**told, "platform": "x"}),
        "perhaps paused": ("running", {**told, "platform": None}),
        "perhaps stopped": ("running", {**told, "outlet": None}),
        "not started": ("not_started", {**told, "breach": False}),
    }
    found = {name: case_of(record).clocks[0]["status"] for name, (_, record) in statuses.items()}
    assert found == {name: status for name, (status, _) in statuses.items()}


# Disclosure ----------------------------------------------------------------------------------------------------------

DISCLOSURE = """
kind: disclosure
id: disclosure.gb
title: Ads are recognisable as ads
owner: team
jurisdiction: GB
authority: ASA
confidence: high
languages: [en]
labels:
  - {for: all connections, accept: [ad]}
  - {for: all connections, accept: [spon], not_for: {category: gambling}}
without_label: {all connections: block}
no_label_needed: {sponsorship.brand_owned_account: true}
"""


def post(**facts: Any) -> Decision:
    sponsorship = {"connection": "paid", **facts.pop("sponsorship", {})}
    record = {
        "type": "content", "id": "c", "status": "draft", "platform": "instagram", "format": "image", "language": "en",
        "markets": ["GB"], "text": "A morning by the sea", "sponsorship": sponsorship, **facts,
    }  # fmt: skip
    return policies(DISCLOSURE).evaluate(record, at=AT)


@place("Disclosure.no_label_needed")
def test_a_label_is_needed_without_the_fact_that_would_spare_it() -> None:
    spared = post(sponsorship={"brand_owned_account": True})
    assert "disclosure.gb/no_label" not in spared.rules("fail")
    found = post()
    assert "disclosure.gb/no_label" in found.rules("fail")
    assert {"policy": "disclosure.gb", "what": "no_label except", "missing": ["sponsorship.brand_owned_account"]} in (
        found.undecided
    )


@place("LabelGroup.not_for")
def test_a_label_does_not_suffice_without_the_fact_that_might_forbid_it() -> None:
    text = "spon: a morning by the sea"
    outcomes = [post(text=text, **facts).outcome for facts in ({"category": "food"}, {}, {"category": "gambling"})]
    assert outcomes[0] == "allow"
    assert outcomes[1] != "allow"
    assert outcomes[2] == "block"


# Moderation ----------------------------------------------------------------------------------------------------------

MODERATION = """
kind: moderation
id: m
title: What happens to hostile comments
owner: team
applies_to: comment
only_for: {platform: x}
protected:
  - {id: criticism, title: Criticism stays, when: {target.about: [product, company]}}
rules:
  - id: shouting
    title: Shouting is hidden
    when: {text: {contains: "!!!!"}}
    then: block
    except: {author.role: moderator}
    do: [hide]
  - {id: spoken, title: The language is told, require: {language: en}, otherwise: flag}
"""


def comment(**facts: Any) -> Decision:
    record: dict[str, Any] = {
        "type": "comment", "id": "c", "platform": "x", "language": "en", "text": "go away!!!!",
        "target": {"about": "person"}, "author": {"id": "u", "role": "customer"}, **facts,
    }  # fmt: skip
    told = {name: value for name, value in record.items() if value is not None}
    return policies(MODERATION).evaluate(told, at=AT)


def hides(decision: Decision) -> bool:
    return any(action["do"] == "hide" for action in decision.actions)


@place("Protected.when")
def test_nothing_is_hidden_without_the_fact_that_might_protect_it() -> None:
    assert hides(comment())
    assert not comment(target={"about": "product"}).findings
    found = comment(target={})
    assert not hides(found)
    assert found.rules("unproven") == ("m/shouting",)
    assert found.outcome == "hold"


@place("Protected.looks_like")
def test_nothing_is_hidden_without_the_fact_that_might_be_a_sign_of_protection() -> None:
    said = "when: {labels: {includes: quotation}}, looks_like: {author.role: victim}"
    signs = f"- {{id: quotation, title: Quotations stay, {said}}}"
    given = policies(
        MODERATION.replace("protected:", f"protected:\n  {signs}").replace("    except: {author.role: moderator}\n", "")
    )
    record: dict[str, Any] = {"type": "comment", "id": "c", "platform": "x", "language": "en", "text": "go away!!!!"}
    record |= {"target": {"about": "person"}}
    assert hides(given.evaluate({**record, "author": {"role": "customer"}}, at=AT))
    for author in ({"role": "victim"}, {}):
        found = given.evaluate({**record, "author": author}, at=AT)
        assert (hides(found), found.rules("unproven"), found.outcome) == (False, ("m/shouting",), "hold")
    assert not given.evaluate({**record, "author": {}, "labels": ["quotation"]}, at=AT).findings


def test_nothing_is_hidden_without_the_fact_that_a_rule_looks_at() -> None:
    found = comment(text=None)
    assert (found.rules("unproven"), hides(found), found.outcome) == (("m/shouting",), False, "hold")


def test_a_requirement_of_moderation_is_unproven_without_its_fact() -> None:
    found = comment(text="fine", language=None)
    assert (found.rules("unproven"), found.outcome) == (("m/spoken",), "flag")


def test_an_exemption_of_moderation_exempts_nothing_without_its_fact() -> None:
    assert not comment(author={"id": "u", "role": "moderator"}).findings
    found = comment(author={"id": "u"})
    assert found.rules("fail") == ("m/shouting",)
    assert not hides(found)  # it may be exempt, so people look
    assert undecided(found) == {"shouting except": ["author.role"]}


# Review --------------------------------------------------------------------------------------------------------------

REVIEW = """
kind: review
id: training
title: Everybody is trained
owner: team
for_each: {person: {active: true}}
every: 6 months
grace: 30d
counts_when: {purpose: training, score: {at_least: 80%}}
effective: {from: 2026-01-01}
"""
KPIS = """
kind: review
id: kpis
title: KPIs are reviewed
owner: team
every: quarter
concerns: [metrics.reach]
effective: {from: 2026-01-01}
also_when: [{record: platform_change, within: 10d, when: {platform: instagram}}]
"""


def reviewed(policy: str, at: str, *related: dict[str, Any]) -> dict[str, Any]:
    (found,) = policies(policy, PEOPLE).reviews(at=datetime.fromisoformat(at).replace(tzinfo=UTC), related=related)
    return found


def trained(**facts: Any) -> dict[str, Any]:
    return {
        "type": "review", "id": "r", "person": "ana", "purpose": "training", "score": "90%",
        "completed_at": "2026-06-15T12:00:00Z", **facts,
    }  # fmt: skip


@place("ForEach.person")
def test_a_person_is_trained_without_the_fact_of_whether_they_must_be() -> None:
    due = reviewed(REVIEW.replace("{active: true}", "{certificates: {some: {certificate: coach}}}"), "2026-09-01")
    people = {name for names in due["people"].values() if isinstance(names, list) for name in names}
    assert people >= {"ana", "ben", "cy", "kim"}


@place("Review.counts_when")
def test_a_training_does_not_count_without_the_fact_of_its_condition() -> None:
    def never(score: str | None) -> list[str]:
        record = trained(score=score)
        if score is None:
            del record["score"]
        return list(reviewed(REVIEW, "2026-09-01", record)["people"]["never"])

    assert "ana" not in never("90%")
    assert "ana" in never("20%")
    assert "ana" in never(None)


@place("AlsoWhen.when")
def test_a_change_makes_a_review_due_without_the_fact_of_its_condition() -> None:
    def due(**facts: Any) -> Any:
        done = {
            "type": "review", "id": "r", "concerns": ["kpis"], "completed_at": "2026-05-02T12:00:00Z",
        }  # fmt: skip
        change = {"type": "platform_change", "id": "c", "changed_at": "2026-05-10T00:00:00Z", **facts}
        return reviewed(KPIS, "2026-05-15", done, change)["due"]

    assert due() == due(platform="instagram") != due(platform="x")


WAIVED = """
kind: waiver
id: w
policy: p
rule: r
records: {campaign: spring}
because: a trial
approved_by: {person: kim}
expires: 2026-06-30
"""


@place("WaiverDocument.records")
def test_a_waiver_is_for_nobody_without_the_fact_of_its_records() -> None:
    rule = "when: {platform: tiktok}, then: block"
    record = {"platform": "tiktok", "author": {"id": "ana"}}
    assert verdict(checked(rule, {**record, "campaign": "spring"}, "", WAIVED))[:2] == ("waived", "allow")
    assert verdict(checked(rule, {**record, "campaign": "autumn"}, "", WAIVED))[:2] == ("fail", "block")
    unknown = checked(rule, record, "", WAIVED)
    assert verdict(unknown)[:2] == ("fail", "block")
    assert unknown.undecided == ({"policy": "w", "what": "records", "missing": ["campaign"]},)


GUARANTEE = """
kind: guarantee
id: g
title: never
owner: team
applies_to: content
when: {platform: tiktok}
never: {outcome: [allow, flag]}
except: {campaign: spring}
"""


@place("GuaranteePolicy.when", "GuaranteePolicy.except")
def test_a_guarantee_holds_without_the_facts_of_its_conditions() -> None:
    def kept(**facts: Any) -> Decision:
        return checked("when: {format: story_image}, then: flag", {"format": "text", **facts}, "", GUARANTEE)

    assert kept(platform="x", campaign="autumn").outcome == "allow"
    assert kept(platform="tiktok", campaign="autumn").outcome == "hold"
    assert kept(platform="tiktok", campaign="spring").outcome == "allow"
    unknown = kept(campaign="autumn")
    assert [(f.name, f.verdict, f.outcome) for f in unknown.findings] == [("g/broken", "unproven", "hold")]
    unexempt = kept(platform="tiktok")
    assert unexempt.outcome == "hold"
    assert unexempt.undecided == ({"policy": "g", "what": "except", "missing": ["campaign"]},)


# Several records at once ---------------------------------------------------------------------------------------------

HOUR = [f"2026-06-01T11:{minute:02}:00Z" for minute in (10, 20, 30)]


def windowed(window: str, *told: dict[str, Any]) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return what a window of an hour says about comments, each ten minutes after the one before."""
    rule = f"{{id: r, title: a rule, window: {{within: 1h, {window}}}, then: block}}"
    found = policies(f"{MODERATION[: MODERATION.index('only_for')]}rules: [{rule}]\n")
    records = [
        {"type": "comment", "id": f"c{i}", "posted_at": HOUR[i], **{k: v for k, v in facts.items() if v is not None}}
        for i, facts in enumerate(told)
    ]
    return [(f.verdict, f.outcome, f.missing) for f in found.groups(records, at=AT).findings]


@place("Window.where", "Window.share", "Window.in_a_row", "RatioOf.of", "RatioOf.to")
def test_a_window_counts_what_may_count_without_its_fact() -> None:
    told: dict[str, Any] = {"platform": "x"}
    for window in ("where: {platform: x}, at_least: 3", "in_a_row: {platform: x}, at_least: 3"):
        assert windowed(window, told, told, told)[0][:2] == ("fail", "block"), window
        assert windowed(window, told, {}, told) == [(*UNPROVEN, ("platform",))], window
        assert windowed(window, told, told, {"platform": "tiktok"}) == [], window
    for window in (
        "share: {platform: x}, at_least: 100%",
        "ratio: {of: {platform: x}, to: {platform: tiktok}}, at_least: 3",
    ):
        assert windowed(window, told, told, told)[0][:2] == ("fail", "block"), window
        assert windowed(window, {}, {}, {}) == [(*UNPROVEN, ("platform",))], window


@place("Freeze.covers")
def test_a_freeze_covers_what_may_be_covered() -> None:
    orders = [freezing.order(platforms=["instagram"])]
    assert freezing.stands(freezing.post(), *orders) == {"o1": "frozen"}
    assert freezing.stands(freezing.post(platform="x"), *orders) == {}
    assert freezing.stands(freezing.post(platform=None), *orders) == {"o1": "frozen"}


@place("Allowed.when")
def test_a_freeze_lets_nothing_through_that_is_only_perhaps_allowed() -> None:
    text = freezing.POLICY.replace("{labels: {includes: statement}}", "{use: organic}")

    def standing(**facts: Any) -> str:
        record = freezing.vote(freezing.post(**facts), "hel")
        found = freezing.decided(record, freezing.order(), texts=(text,))
        return str(found.frozen[0]["status"])

    assert standing(use="organic") == "allowed"
    assert standing() == "frozen"


@place("Sample.where", "Sample.always")
def test_a_sample_picks_what_may_have_to_be_picked() -> None:
    head = "kind: review\nid: audit\ntitle: an audit\nowner: team\nevery: month\neffective: {from: 2026-01-01}\n"
    directory = "kind: directory\nid: directory\nowner: team\npeople: {ana: {team: team}}\n"

    def picked(sample: str, **facts: Any) -> bool:
        text = f"{head}sample: {{of: content, by: published_at, {sample}}}\n"
        post = {"type": "content", "id": "p", "published_at": "2026-05-05T10:00:00Z", **facts}
        said = policies(directory, text).judge_set(at=AT, related=[post])
        return "'p'" in str(said.reviews)

    for sample in ("share: 100%, where: {platform: x}", "always: {platform: x}"):
        assert picked(sample, platform="x"), sample
        assert not picked(sample, platform="tiktok"), sample
        assert picked(sample), sample


# The list of places --------------------------------------------------------------------------------------------------


def _fields(struct: type[Struct], seen: set[type[Struct]]) -> Iterator[str]:
    """Yield `Struct.key` for every field of a struct, and of those in it, that holds a condition."""
    if struct in seen:
        return
    seen.add(struct)
    for key in keys_of(struct):
        for spec in _specs(key.spec):
            if spec.base is Condition:
                yield f"{_home(struct, key.attribute).__name__}.{key.name}"
            elif isinstance(spec.base, type) and issubclass(spec.base, Part):
                yield from _fields(spec.base, seen)


def _specs(spec: Spec) -> Iterator[Spec]:
    origin = typing.get_origin(spec.base)
    if origin in {list, dict}:
        yield from _specs(spec_of(typing.get_args(spec.base)[-1]))
    else:
        yield spec


def _home(struct: type, attribute: str) -> type:
    """Return the struct that declares a field, for a kind that inherits it."""
    return next(base for base in struct.__mro__ if attribute in inspect.get_annotations(base))


def _all_places() -> set[str]:
    return {name for kind_name in kind_names() for name in _fields(kind(kind_name).document, set())}


def test_every_place_of_a_condition_has_a_test_with_the_deciding_fact_taken_away() -> None:
    untested = sorted(_all_places() - set(PLACES))
    assert not untested, "add a test to this file, and name the place in `@place`"


def test_no_test_names_a_place_that_there_is_not() -> None:
    assert not set(PLACES) - _all_places()


def test_every_place_says_whether_it_tightens_or_loosens() -> None:
    for kind_name in kind_names():
        for struct in _structs(kind(kind_name).document, set()):
            for key in keys_of(struct):
                for spec in _specs(key.spec):
                    use = spec.use or key.spec.use
                    assert spec.base is not Condition or use is not None, f"{struct.__name__}.{key.name} needs a `Use`"


def _structs(struct: type[Struct], seen: set[type[Struct]]) -> set[type[Struct]]:
    if struct not in seen:
        seen.add(struct)
        for key in keys_of(struct):
            for spec in _specs(key.spec):
                if isinstance(spec.base, type) and issubclass(spec.base, Part):
                    _structs(spec.base, seen)
    return seen


def test_the_collector_sees_inherited_and_nested_places() -> None:
    assert {"Policy.only_for", "Rule.except", "Related.where", "Stage.when", "Deadline.met_when"} <= _all_places()
    assert issubclass(kind("approval").document, Policy)
    assert Rule in _structs(kind("check").document, set())
    assert isinstance(policies(f"{CHECK}rules: [{{id: r, when: {{use: paid}}, then: flag}}]\n"), PolicySet)
