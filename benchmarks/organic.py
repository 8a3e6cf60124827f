"""Whether the disclosure policies leave ordinary posts alone, and catch the same texts once they are paid for.

    python -m benchmarks.organic FOLDER [--markets GB,US]

FOLDER holds CSV files with the columns CONTENT, DATE and CLASS (0: no spam), such as the YouTube comments of the UCI
repository. Each text of class 0 is read as a post in each market, judged by the policies `disclosure.*` alone:

- as an organic post that tells nothing of a sponsorship: nothing may be blocked, and held only where the text shows a
  sign of a connection (listed by market);
- with `connection: paid`: everything is blocked or held, but for texts that begin with an accepted label (listed);
- with the market's first accepted label in front: nothing fails.

Ends with 1 when one of these does not hold, with 2 when there is nothing to read.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from policyengine.core.decision import Decision
from policyengine.evaluate.engine import PolicySet
from policyengine.kinds.disclosure.struct import Disclosure
from policyengine.shipped import shipped

AT = datetime(2026, 6, 15, 12, tzinfo=UTC)
ONLY = ("disclosure.*",)
MOST_HELD = 0.01
"""The share of ordinary posts that may be held in a market that presumes nothing."""


class Pack(Struct, frozen=True):
    """What a market's document says: the label that it names first, and whether it presumes a connection."""

    market: str
    label: str
    language: str
    presumes: bool


class Found(Struct, frozen=True):
    """What came out in one market, as numbers and as the texts to look at."""

    organic_blocked: tuple[str, ...]
    organic_held: tuple[str, ...]
    paid_allowed: tuple[str, ...]
    labelled_failed: tuple[str, ...]


def texts(folder: Path) -> list[str]:
    """Return the texts of class 0 of all CSV files of a folder; raises OSError or KeyError where there are none."""
    found: list[str] = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            found.extend(row["CONTENT"] for row in csv.DictReader(file) if row["CLASS"] == "0")
    return found


def packs(policies: PolicySet) -> Iterator[Pack]:
    """Yield the markets that have a document with labels, without the Union."""
    for document in policies.assembly.documents:
        body = document.body
        if isinstance(body, Disclosure) and body.labels and body.extends is None:
            presumes = body.connection_not_told is not None and body.connection_not_told.treat_as is not None
            first = body.labels[0]
            languages = first.languages or body.languages or ["en"]
            yield Pack(body.jurisdiction, first.accept[0], languages[0], presumes)


def post(text: str, market: str, **more: Any) -> dict[str, Any]:
    """Return a text as a post."""
    base = {"type": "content", "id": "p", "platform": "youtube", "format": "text", "markets": [market]}
    return {**base, "status": "published", "published_at": "2026-06-01T12:00:00Z", "text": text, **more}


def judge(policies: PolicySet, record: dict[str, Any]) -> Decision:
    """Return what the disclosure policies say."""
    return policies.evaluate(record, at=AT, only=ONLY, remedies=False)


def measure(policies: PolicySet, pack: Pack, found: list[str]) -> Found:
    """Return what comes out for all texts in one market."""
    paid: dict[str, Any] = {"sponsorship": {"connection": "paid", "brand": {"name": "Acme", "handle": "acme"}}}
    organic = [(text, judge(policies, post(text, pack.market)).outcome) for text in found]
    labelled = [
        (text, judge(policies, post(f"{pack.label}: {text}", pack.market, language=pack.language, **paid)))
        for text in found
    ]
    return Found(
        tuple(text for text, outcome in organic if outcome == "block"),
        tuple(text for text, outcome in organic if outcome == "hold"),
        tuple(text for text in found if judge(policies, post(text, pack.market, **paid)).outcome in {"allow", "flag"}),
        tuple(f"{','.join(d.decided_by)}: {text}" for text, d in labelled if d.outcome in {"hold", "block"}),
    )


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--markets", default="")
    asked = parser.parse_args()
    found = texts(asked.folder)
    if not found:
        print(f"no texts in {asked.folder}", file=sys.stderr)
        return 2
    policies = PolicySet.load(shipped("policies"))
    wanted = [pack for pack in packs(policies) if not asked.markets or pack.market in asked.markets.split(",")]
    print(f"{len(found)} texts of class 0 in {len(wanted)} markets")
    print("market  blocked  held  paid and allowed  labelled and failed")
    bad = False
    looked: list[str] = []
    for pack in wanted:
        out = measure(policies, pack, found)
        bad |= bool(out.organic_blocked or out.labelled_failed)
        bad |= not pack.presumes and len(out.organic_held) > MOST_HELD * len(found)
        numbers = (len(out.organic_blocked), len(out.organic_held), len(out.paid_allowed), len(out.labelled_failed))
        presumes = "  (presumes a connection)" if pack.presumes else ""
        print("{:6}  {:7}  {:4}  {:16}  {:19}".format(pack.market, *numbers) + presumes)
        looked += [f"{pack.market} blocked: {text[:90]!r}" for text in out.organic_blocked]
        looked += [f"{pack.market} held: {text[:90]!r}" for text in out.organic_held]
        looked += [f"{pack.market} paid, and allowed: {text[:90]!r}" for text in out.paid_allowed]
        looked += [f"{pack.market} labelled, and failed: {text[:120]!r}" for text in out.labelled_failed[:3]]
    print(*looked, sep="\n")
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
