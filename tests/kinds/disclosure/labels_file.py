"""Minimal pairs made mechanically from a file of labels (`disclosure_labels.json` of the domain facts).

Every label, every word that is not enough, every place and every special law gives posts that differ in one thing, with
what the file says of them. Nothing here knows how the policies are written.
"""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from tests.kinds.disclosure.made_up import change

OUTCOME = {"ok": "pass", "warn": "pass", "review": "hold", "block": "block"}
SOME = ("paid", "gifted", "loan", "affiliate", "ambassador", "employee", "family", "incentive", "event_trip")
AT = datetime(2026, 9, 1, 12, tzinfo=UTC)
LOREM = "Slow Sunday with a book and the softest blanket that I own, right by the window, while it rains"


class Pair(Struct, frozen=True):
    """A post, what is expected of it (`pass`, `hold`, `block`), the rules of which one decides, and when."""

    name: str
    record: dict[str, Any]
    expected: str
    rules: tuple[str, ...] = ()
    at: datetime = AT


def markets(path: Path) -> dict[str, dict[str, Any]]:
    """Return the packs of a file by market, with its defaults filled in: what a pack names replaces the default."""
    given = json.loads(path.read_text(encoding="utf-8"))
    defaults = given["defaults"]
    found = {}
    for market, pack in given["markets"].items():
        full = deepcopy(pack)
        for part in ("duty", "placement"):
            full[part] = {**defaults[part], **pack[part]}
        full["contradictions"] = defaults["contradictions"]
        full["video"] = {**defaults["placement"]["video"], **pack["placement"].get("video", {})}
        found[market] = full
    for special in [s for pack in given["markets"].values() for s in pack["special"]]:
        for market in special.get("inherited_by", ()):
            found[market]["special"] = [*found[market]["special"], special]
    return found


def post(market: str, text: str, language: str, **changes: Any) -> dict[str, Any]:
    """Return a paid picture; `changes` have dotted names with two underscores instead of dots, None takes away."""
    record: dict[str, Any] = {
        "type": "content",
        "id": "p1",
        "platform": "instagram",
        "format": "image",
        "status": "submitted",
        "markets": [market],
        "language": language,
        "text": text,
        "author": {"handle": "creator"},
        "media": [{"medium": "image"}],
        "sponsorship": {
            "connection": "paid",
            "brand": {"name": "Acme", "handle": "acme"},
            "platform_label": False,
        },
    }
    for name, value in changes.items():
        change(record, name.replace("__", "."), value)
    return record


def said(label: str) -> str:
    """Return a label with a brand and a thing in it."""
    inside_a_tag = label.startswith("#")
    return label.replace("{brand}", "acme" if inside_a_tag else "Acme").replace("{thing}", "mixer")


def best(pack: dict[str, Any]) -> tuple[str, str]:
    """Return the first label that is good for everything, and a language in which it is."""
    group = next(g for g in pack["labels"] if g["connections"] == ["*"] and g["verdict"] == "ok")
    return group["labels"][0], language_of(group, pack)


def language_of(group: dict[str, Any], pack: dict[str, Any]) -> str:
    """Return a language of a group of labels, if possible one of the market."""
    shared = [language for language in group["languages"] if language in pack["languages"]]
    return str((shared or group["languages"])[0])


def in_use(group: dict[str, Any], connection: str) -> bool:
    """Tell whether a group of labels is for a connection."""
    return group["connections"] == ["*"] or connection in group["connections"]
