"""What is shown of two conditions is so: on random records the first is never greater than the second."""

# ruff: noqa: E501 - a case a line

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from policyengine.core.diagnostic import Diagnostic
from policyengine.core.facts import read_facts
from policyengine.core.reader_json import read_json
from policyengine.core.reader_yaml import read_yaml
from policyengine.language.environment import Env
from policyengine.language.read import ConditionReader
from policyengine.language.reference import answer
from policyengine.language.scope import Definition, Names, Scope, TermList
from policyengine.language.tree import ALWAYS, NEVER, Condition
from policyengine.policyset.overlaying.implying import implies
from tests.generators import MARKETS, Generator
from tests.policyset.turning import turned
from tests.sets import AT, types

RANK = {"no": 0, "unknown": 1, "yes": 2}
VALUES = """\
words: {is: [ad, advert, gifted, sale], by: {language: {de: [Werbung]}}}
few: {is: [ad, advert], by: {language: {de: [Werbung]}}}
local: {is: [ad], by: {market: {DE: [Werbung, Anzeige], JP: [広告]}}}
local_less: {is: [ad], by: {market: {DE: [Werbung], JP: [広告]}}}
"""
TERMS = "is: ['ad', '#ad']\nby: {language: {de: [Werbung]}}\n"
KNOWN = "any_of: [{platform: tiktok}, {text: {mentions: ad}}]\n"


def names() -> Names:
    values = read_yaml(VALUES, "values.yaml").documents[0].value
    assert isinstance(values, dict)
    known = read_yaml(KNOWN, "known.yaml").documents[0]
    terms = read_yaml(TERMS, "terms.yaml").documents[0]
    return Names(
        types=types(),
        values=values,
        definitions={"known": Definition("known", "known", "content", known)},
        terms={"terms.labels": TermList("terms.labels", terms)},
        groups={"dach": ("DE", "AT", "CH")},
    )


def compiled(plain: Any) -> Condition | None:
    """Return a condition about content, None where it is ill-typed."""
    faults: list[Diagnostic] = []
    node = read_json(json.dumps(plain), "condition.json").documents[0]
    tree = ConditionReader(Scope.of(names(), types()["content"]), faults.append).read(node)
    return None if faults else tree


def written(text: str) -> Condition:
    tree = compiled(read_yaml(text, "condition.yaml").documents[0].plain())
    assert tree is not None, text
    return tree


@pytest.mark.parametrize("seed", range(4))
def test_what_is_shown_holds_on_random_records(seed: int) -> None:
    generator = Generator(types(), seed)
    kind = types()["content"]
    records = [generator.record(told=t) for t in (0.3, 0.6, 0.9) for _ in range(8)]
    envs = [
        Env(read_facts(kind, record)[0], kind, AT, market=market)
        for record in records
        for market in (None, generator.rng.choice(MARKETS))
    ]
    shown: Counter[bool] = Counter()
    for _ in range(200):
        plain = generator.condition(kind.root)
        other = turned(generator, plain, kind.root)
        if generator.rng.random() < 0.3:
            other = turned(generator, other, kind.root)
        one, two = compiled(plain), compiled(other)
        if one is None or two is None:
            continue
        for a, b in ((one, two), (two, one)):
            found = implies(a, b)
            shown[found] += 1
            if found:
                for env in envs:
                    first, second = answer(a, env, env.record), answer(b, env, env.record)
                    assert RANK[first] <= RANK[second], (plain, other, first, second)
    assert shown[True] > 100, shown
    assert shown[False] > 50, shown


SHOWN = {
    "an alternative more": ("platform: x", "any_of: [{platform: x}, {platform: tiktok}]"),
    "a condition less": ("{platform: x, use: paid}", "platform: x"),
    "a list of values that grew": ("platform: x", "platform: [x, tiktok]"),
    "a list of exceptions that shrank": ("platform: {not_in: [x, tiktok]}", "platform: {is_not: x}"),
    "a lower threshold": ("author.followers: {above: 100}", "author.followers: {at_least: 100}"),
    "a stretch inside another": ("author.age: {between: [18, 24]}", "author.age: {at_least: 16}"),
    "an amount in one currency": (
        "sponsorship.consideration: {above: 1000 EUR}",
        "sponsorship.consideration: {above: 100 EUR}",
    ),
    "longer ago": ("published_at: {older_than: 90d}", "published_at: {older_than: 30d}"),
    "an earlier day": ("published_at: {before: 2026-01-01}", "published_at: {before: 2026-02-01}"),
    "one entry of several": ("markets: {includes: DE}", "markets: {includes_any: [DE, AT]}"),
    "all entries": ("markets: {includes_all: [DE, AT]}", "markets: {includes: AT}"),
    "fewer exceptions": ("none_of: [{platform: x}, {use: paid}]", "not: {platform: x}"),
    "an entry more widely": ("links: {some: {internal: false, shortened: true}}", "links: {some: {shortened: true}}"),
    "every entry more strictly": ("links: {every: {internal: false, shortened: true}}", "links: {every: {internal: false}}"),
    "no entry of more": ("links: {none: {internal: false}}", "links: {none: {internal: false, shortened: true}}"),
    "a smaller count": (
        "links: {count: {of: {internal: false, shortened: true}, at_least: 3}}",
        "links: {count: {of: {internal: false}, at_least: 2}}",
    ),
    "a name and what it says": ("$is.known: true", "any_of: [{platform: [tiktok, x]}, {text: {mentions: ad}}]"),
    "a longer text": ("text: {length: {at_least: 20}}", "text: {length: {at_least: 10}}"),
    "words within less": ("text: {mentions: [ad], within_first: 20}", "text: {mentions: [ad, sale]}"),
    "values by language": ("text: {in: $values.few}", "text: {in: $values.words}"),
    "values by market": ("text: {in: $values.local_less}", "text: {in: $values.local}"),
}  # fmt: skip
NOT_SHOWN = {
    "the other way round": ("any_of: [{platform: x}, {platform: tiktok}]", "platform: x"),
    "what is told is not what is said": ("platform: x", "platform: {exists: true}"),
    "another currency": ("sponsorship.consideration: {above: 1000 EUR}", "sponsorship.consideration: {above: 100 USD}"),
    "another field": ("author.age: {above: 18}", "author.followers: {above: 18}"),
    "hours and days": ("published_at: {older_than: 48h}", "published_at: {older_than: 1d}"),
    "a share of other entries": (
        "links: {share: {of: {internal: false, shortened: true}, at_least: 50%}}",
        "links: {share: {of: {internal: false}, at_least: 40%}}",
    ),
    "case that counts": ("text: {contains: ad, same_case: true}", "text: {contains: ad}"),
    "a value for a market against one for all": ("text: {in: $values.local_less}", "text: {in: [ad, Werbung, 広告]}"),
    "words of a language against those of another": ("text: {in: $values.words}", "text: {in: $values.few}"),
}


@pytest.mark.parametrize("case", SHOWN)
def test_it_is_shown_that(case: str) -> None:
    a, b = SHOWN[case]
    assert implies(written(a), written(b))
    assert not implies(written(b), written(a))


@pytest.mark.parametrize("case", NOT_SHOWN)
def test_it_is_not_shown_that(case: str) -> None:
    a, b = NOT_SHOWN[case]
    assert not implies(written(a), written(b))


def test_everything_lies_between_never_and_always() -> None:
    condition = written("platform: x")
    assert implies(NEVER, condition)
    assert implies(condition, ALWAYS)
    assert not implies(ALWAYS, condition)
    assert not implies(condition, NEVER)
