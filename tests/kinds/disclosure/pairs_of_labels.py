"""Pairs about the words of labels, and whether one is owed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tests.kinds.disclosure.labels_file import OUTCOME, SOME, Pair, best, in_use, language_of, post, said


def of_labels(market: str, pack: dict[str, Any]) -> Iterator[Pair]:
    """Yield the pairs of a market."""
    for part in (_labels, _words, _duties, _signs):
        yield from part(market, pack)


# Labels -----------------------------------------------------------------------------------------------------------


def _labels(market: str, pack: dict[str, Any]) -> Iterator[Pair]:
    for group in pack["labels"]:
        for label in group["labels"]:
            for connection in SOME:
                for language in group["languages"]:
                    yield _label(market, pack, label, language, connection)
            if "from" in group:
                early = post(market, f"{said(label)} | ein Morgen", language_of(group, pack))
                before = datetime.combine(date.fromisoformat(group["from"]) - timedelta(1), time(12), UTC)
                yield Pair(f"{market}: `{label}` the day before", early, "block", ("unclear_label",), before)


def _label(market: str, pack: dict[str, Any], label: str, language: str, connection: str) -> Pair:
    words = said(label)
    record = post(market, f"{words} | ein Morgen, a morning", language, sponsorship__connection=connection)
    good = [g["verdict"] for g in pack["labels"] if label in g["labels"] and in_use(g, connection)]
    name = f"{market}: `{words}` in front, {connection}, {language}"
    if "ok" in good:
        return Pair(name, record, "pass")
    duty = _duty(pack, connection)
    if good:
        return Pair(name, record, "hold", ("label_to_judge",))
    return Pair(name, record, duty, ("unclear_label", "secondary_only", "no_label"))


def _duty(pack: dict[str, Any], connection: str) -> str:
    duty = pack["duty"]
    return OUTCOME[duty.get(connection, duty["*"])]


def _words(market: str, pack: dict[str, Any]) -> Iterator[Pair]:
    label, language = best(pack)
    accepted = {w.lstrip("#").casefold() for g in pack["labels"] if in_use(g, "paid") for w in g["labels"]}
    for word in {*pack["insufficient"], *pack["secondary"]}:
        words = said(word)
        name = f"{market}: `{words}`"
        record = post(market, f"{words} | ein Morgen, a morning", language)
        if word.lstrip("#").casefold() not in accepted:
            rule = "secondary_only" if word in pack["secondary"] else "unclear_label"
            yield Pair(f"{name} alone", record, "block", (rule, "unclear_label"))
        beside = post(market, f"{said(label)} {words} | ein Morgen, a morning", language)
        yield Pair(f"{name} beside a label", beside, "pass")
    for words in (w for part in pack["contradictions"].values() if isinstance(part, list) for w in part):
        name = f"{market}: `{words}` beside a label"
        record = post(market, f"{said(label)} | {words}", language)
        yield Pair(name, record, "block", ("contradicted",))
        organic = post(market, f"Ein Morgen, {words}", language, sponsorship__connection="none")
        yield Pair(f"{name}, without a connection", organic, "pass")


# Duties -----------------------------------------------------------------------------------------------------------


def _duties(market: str, pack: dict[str, Any]) -> Iterator[Pair]:
    _, language = best(pack)
    for connection in SOME:
        bare = post(market, "Mein Morgen", language, sponsorship__connection=connection)
        yield Pair(f"{market}: nothing said, {connection}", bare, _duty(pack, connection), ("no_label",))
    past: dict[str, Any] = {"sponsorship__connection": "past_relationship"}
    yield Pair(f"{market}: past", post(market, "Mein Morgen", language, **past), "hold", ("no_label",))
    none: dict[str, Any] = {"sponsorship__connection": "none"}
    yield Pair(f"{market}: none", post(market, "Mein Morgen", language, **none), "pass")
    own: dict[str, Any] = {"sponsorship__connection": "own_brand", "sponsorship__brand_owned_account": True}
    yield Pair(f"{market}: own account", post(market, "Neu: unser Ofen", language, **own), "pass")
    own["sponsorship__brand_owned_account"] = False
    yield Pair(f"{market}: another account", post(market, "Neu: unser Ofen", language, **own), "block", ("no_label",))
    steered: dict[str, Any] = {"sponsorship__connection": "gifted", "sponsorship__brand_control": True}
    yield Pair(f"{market}: steered gift", post(market, "Mein Morgen", language, **steered), "block", ("no_label",))
    contract = {**none, "sponsorship__contract_active": True}
    weight = OUTCOME[pack["duty"]["contract_active"]["verdict"]]
    named = post(market, "Mein Morgen mit @acme", language, **contract)
    yield Pair(f"{market}: under contract", named, weight, ("contract_active",))
    if pack["duty"]["contract_active"].get("needs_brand_sign"):
        yield Pair(f"{market}: under contract, no brand", post(market, "Mein Morgen", language, **contract), "pass")
    alone = post(market, "Mein Morgen", language, sponsorship__platform_label=True)
    verdict = OUTCOME[pack["platform_label_alone"]["verdict"]]
    yield Pair(f"{market}: the platform's label", alone, verdict, ("platform_label_only",))


def _signs(market: str, pack: dict[str, Any]) -> Iterator[Pair]:
    label, language = best(pack)
    told: dict[str, dict[str, Any]] = {
        "brand_tagged": {"sponsorship__brand_tagged": True},
        "discount_code": {"sponsorship__discount_code": True},
        "affiliate_link": {"links": [{"url": "https://shop.example/?ref=1", "affiliate": True, "internal": False}]},
        "brand_link": {"links": [{"url": "https://www.acme.example/", "internal": False}]},
    }
    for sign, facts in told.items():
        none = post(market, "Mein Morgen", language, sponsorship__connection="none", **facts)
        weight = OUTCOME.get(pack["duty"]["none_with_signs"].get(sign, ""), "pass")
        yield Pair(f"{market}: none, but {sign}", none, weight, ("presumed",))
        labelled = {**none, "text": f"{said(label)} | Mein Morgen"}
        yield Pair(f"{market}: none, but {sign}, with a label", labelled, "pass")
        if sign != "brand_link":
            untold = post(market, "Mein Morgen", language, sponsorship__connection=None, **facts)
            yield Pair(f"{market}: untold, but {sign}", untold, "hold", ("no_label", "presumed"))
    quiet = post(market, "Mein Morgen", language, sponsorship=None)
    yield Pair(f"{market}: untold, no sign", quiet, "pass")
    for group in pack["labels"]:
        words = said(group["labels"][0])
        if words.startswith("#"):
            unknown = post(market, f"Mein Morgen {words}", language, sponsorship__connection="unknown")
            yield Pair(f"{market}: unknown, but `{words}`", unknown, "hold")
