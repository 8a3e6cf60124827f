"""The smallest change that alters an outcome: which edits are found, that they work, and whose facts they are."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from policyengine.core.decision import RANK
from policyengine.evaluate.changing import MOST_EDITS, smallest_changes
from policyengine.evaluate.deciding import Question, decide
from policyengine.evaluate.mending.edits import Change, Edit, applied
from tests.generators import Generator
from tests.sets import AT, assembled, policies, types

CHECK = "kind: check\nid: p\ntitle: a policy\nowner: team\napplies_to: content\n"


def changes(rules: str, record: dict[str, Any], *others: str, head: str = "", **options: Any) -> tuple[Change, ...]:
    found = policies(f"{CHECK}{head}rules:\n{rules}", *others)
    whole = {"type": "content", "id": "c", "status": "draft", **record}
    return smallest_changes(found.assembly, whole, Question(at=AT), **options)


def best(rule: str, record: dict[str, Any], **options: Any) -> tuple[str, str, str]:
    found = changes(f"  - {{id: r, title: a rule, {rule}}}\n", record, **options)
    return (found[0].says, found[0].before, found[0].after) if found else ("", "", "")


@pytest.mark.parametrize(
    ("rule", "record", "says"),
    [
        ("require: {use: organic}, otherwise: block", {"use": "paid"}, "set `use` to organic"),
        ("require: {use: organic}, otherwise: block", {}, "add `use: organic`"),
        ("when: {author.age: {below: 18}}, then: block", {"author": {"age": 17}}, "set `author.age` to 18"),
        ("require: {author.age: {above: 18}}, otherwise: hold", {"author": {"age": 17}}, "set `author.age` to 19"),
        (
            "require: {author.age: {between: [18, 24]}}, otherwise: hold",
            {"author": {"age": 9}},
            "set `author.age` to 18",
        ),
        ("require: {author.registered: true}, otherwise: hold", {"author": {}}, "add `author.registered: true`"),
        ("require: {text: {mentions: [ad, advert]}}, otherwise: block", {"text": "Hi"}, "begin `text` with `ad`"),
        ("when: {text: {mentions: free}}, then: block", {"text": "a free loaf"}, "take `free` out of `text`"),
        ("require: {text: {starts_with: AD}}, otherwise: block", {"text": "Hi"}, "begin `text` with `AD`"),
        ("require: {text: {ends_with: over}}, otherwise: block", {"text": "Hi"}, "end `text` with `over`"),
        (
            "require: {text: {length: {at_most: 5}}}, otherwise: hold",
            {"text": "A loaf"},
            "shorten `text` to 5 characters",
        ),
        ("require: {labels: {includes: seen}}, otherwise: block", {}, "add seen to `labels`"),
        ("when: {labels: {includes: new}}, then: block", {"labels": ["a", "new"]}, "set `labels` to [a]"),
        ("require: {labels: {only: [a]}}, otherwise: block", {"labels": ["a", "b"]}, "set `labels` to [a]"),
        ("require: {claims: {none: {claim: health}}}, otherwise: hold", {}, "add `claims: []`"),
        (
            "when: {media: {some: {ai_generated: true}}}, then: block",
            {"media": [{}, {"ai_generated": True}]},
            "set `media[1].ai_generated` to false",
        ),
        (
            "for_each: media, when: {ai_generated: true}, then: block",
            {"media": [{"ai_generated": True}]},
            "set `media[0].ai_generated` to false",
        ),
        (
            "require: {scheduled_at: {before: 2026-07-01}}, otherwise: hold",
            {"scheduled_at": "2026-08-01T00:00:00Z"},
            "set `scheduled_at` to 2026-06-30T00:00:00Z",
        ),
        (
            "for_each: links, require: {utm.source: [tiktok]}, otherwise: hold",
            {"links": [{"url": "https://example.com/?a=1"}]},
            "set `utm_source` in `links[0].url` to tiktok",
        ),
        (
            "require: {formula: metrics.likes <= 2 * author.followers}, otherwise: hold",
            {"metrics": {"likes": 30}, "author": {"followers": 10}},
            "set `author.followers` to 15",
        ),
        ("when: {use: paid}, then: block, except: {labels: {includes: ok}}", {"use": "paid"}, "add ok to `labels`"),
    ],
)
def test_the_edit_that_turns_a_test_is_found(rule: str, record: dict[str, Any], says: str) -> None:
    found = best(rule, record)
    assert found[0] == says
    assert RANK[found[2]] < RANK[found[1]]


def test_a_new_entry_is_made_as_the_condition_wants_it() -> None:
    rule = "require: {sponsorship.disclosures: {some: {text: {mentions: ad}, where: overlay}}}, otherwise: block"
    assert best(rule, {})[0] == "add {text: ad, where: overlay} to `sponsorship.disclosures`"


def test_two_rules_need_two_edits() -> None:
    rules = "".join(
        f"  - {{id: {name}, require: {{{test}}}, otherwise: block}}\n"
        for name, test in (("a", "use: organic"), ("b", "platform: x"))
    )
    (found, *_) = changes(rules, {"use": "paid", "platform": "tiktok"})
    assert {edit.field for edit in found.edits} == {"use", "platform"}
    assert found.settles == ("p/a", "p/b")
    assert (found.before, found.after) == ("block", "allow")


def test_one_edit_that_settles_both_comes_before_two() -> None:
    rules = (
        "  - {id: a, when: {platform: tiktok}, require: {use: organic}, otherwise: block}\n"
        "  - {id: b, when: {platform: tiktok}, require: {format: image}, otherwise: block}\n"
    )
    found = changes(rules, {"use": "paid", "platform": "tiktok", "format": "video"})
    assert {edit.field for change in found for edit in change.edits} == {"platform"}
    assert all(len(change.edits) == 1 for change in found)


def test_four_rules_are_more_than_three_edits() -> None:
    fields = {"use": "organic", "platform": "x", "format": "image", "origin": "own"}
    rules = "".join(f"  - {{id: {k}, require: {{{k}: {v}}}, otherwise: block}}\n" for k, v in fields.items())
    assert changes(rules, {"use": "paid", "platform": "tiktok", "format": "video", "origin": "ugc"}) == ()


def test_a_missing_declaration_is_told() -> None:
    record = {
        "status": "submitted",
        "category": "food",
        "claims": [],
        "media": [],
        "sponsorship": {"connection": "none"},
    }
    (found, *_) = changes("  - {id: r, when: {use: paid}, then: flag}\n", {**record, "use": "paid"})
    assert (found.before, found.after) == ("hold", "flag")
    assert found.edits[0].field == "markets"


# Whose facts they are ------------------------------------------------------------------------------------------------


def test_facts_of_others_are_left_alone_while_something_else_helps() -> None:
    rule = "when: {any_of: [{risk_tier: 1}], use: paid}, then: block"
    found = changes(f"  - {{id: r, title: t, {rule}}}\n", {"risk_tier": 1, "use": "paid"})
    assert {edit.field for change in found for edit in change.edits} == {"use"}


def test_facts_of_others_are_named_as_such_where_nothing_else_helps() -> None:
    (found, *_) = changes("  - {id: r, title: t, when: {risk_tier: 1}, then: block}\n", {"risk_tier": 1})
    assert found.others == ("risk_tier",)
    assert found.edits[0].field == "risk_tier"


def test_votes_and_rulings_are_never_proposed() -> None:
    rule = "  - {id: r, title: t, require: {approvals: {some: {vote: approve}}}, otherwise: hold}\n"
    assert changes(rule, {}) == ()


def test_what_only_votes_can_settle_is_said() -> None:
    approval = (
        "kind: approval\nid: a\ntitle: t\nowner: team\napplies_to: content\nstages: [{id: s, needs: {team: team}}]\n"
    )
    record = {"use": "paid", "author": {"id": "cy"}}
    (found, *_) = changes("  - {id: r, title: t, require: {use: organic}, otherwise: hold}\n", record, approval)
    assert (found.says, found.waits) == ("set `use` to organic", ("a",))
    assert changes("  - {id: r, title: t, require: {use: paid}, otherwise: hold}\n", record, approval) == ()


# What would make it worse --------------------------------------------------------------------------------------------


def test_an_allowed_record_is_told_what_would_make_it_worse() -> None:
    rules = (
        "  - {id: a, title: t, when: {text: {mentions: free}}, then: hold}\n"
        "  - {id: b, title: t, require: {author.age: {at_least: 18}}, otherwise: block}\n"
    )
    found = changes(rules, {"text": "a loaf", "author": {"age": 18}})
    assert [(c.says, c.before, c.after) for c in found] == [
        ("begin `text` with `free`", "allow", "hold"),
        ("set `author.age` to 17", "allow", "block"),
    ]


def test_a_flag_is_told_what_would_make_it_worse() -> None:
    rules = (
        "  - {id: a, title: t, when: {use: paid}, then: flag}\n"
        "  - {id: b, title: t, when: {platform: x}, then: block}\n"
    )
    found = changes(rules, {"use": "paid", "platform": "tiktok"})
    assert [(c.says, c.before, c.after) for c in found] == [("set `platform` to x", "flag", "block")]


# Every answer holds --------------------------------------------------------------------------------------------------


def _made(record: dict[str, Any], edits: tuple[Edit, ...]) -> dict[str, Any]:
    for edit in edits:
        done = applied(record, edit)
        assert done is not None
        record = done
    return record


SETS = 10
"""Policy sets for each of the seeds."""


@pytest.mark.parametrize("seed", range(4))
def test_every_proposed_change_alters_the_outcome_as_it_says(seed: int) -> None:
    generator = Generator(types(), 7000 + seed)
    proposed = 0
    for number in range(SETS):
        assembly = assembled([*(generator.policy(n, rules=1) for n in range(2)), *generator.names()])
        record = generator.record(told=0.8)
        kept = copy.deepcopy(record)
        question = Question(at=AT)
        before = decide(assembly, record, question)
        found = smallest_changes(assembly, record, question, evaluations=300)
        assert record == kept, number
        for change in found:
            proposed += 1
            assert 1 <= len(change.edits) <= MOST_EDITS
            after = decide(assembly, _made(record, change.edits), question)
            assert (change.before, change.after) == (before.outcome, after.outcome), json.dumps(record)
            assert change.before != change.after
            assert len(after.problems) <= len(before.problems)
            assert smallest_changes(assembly, record, question, evaluations=300) == found
    assert proposed > SETS // 2


def test_an_edit_leaves_the_record_as_it_was() -> None:
    record = {"author": {"age": 1}, "media": [{"medium": "image"}]}
    assert applied(record, Edit(how="set", path=("media", 0, "medium"), value="video")) == {
        "author": {"age": 1},
        "media": [{"medium": "video"}],
    }
    assert applied(record, Edit(how="remove", path=("media", 0))) == {"author": {"age": 1}, "media": []}
    assert applied(record, Edit(how="set", path=("sponsorship", "brand", "name"), value="a")) == {
        **record,
        "sponsorship": {"brand": {"name": "a"}},
    }
    assert applied(record, Edit(how="set", path=("media", 3, "medium"), value="video")) is None
    assert applied(record, Edit(how="remove", path=("text",))) is None
    assert record == {"author": {"age": 1}, "media": [{"medium": "image"}]}
