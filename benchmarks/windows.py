"""How fast windows over a set are: a raid among 100,000 comments, with time and memory.

    python -m benchmarks.windows [--comments 100000]

Comments are spread evenly over thirty days, 1 % of them by new accounts on one target in one hour. Prints the CPU time
to read the records and to judge the rules, the peak memory of the process, and what was found; the floor beside it is
the time that the JSON decoder needs for the same lines.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from policyengine.core.reader_yaml import read_yaml
from policyengine.evaluate.engine import PolicySet, load_sources

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
POLICY = """
kind: moderation
id: moderation.comments
title: Raids, floods and bots
owner: community
applies_to: comment
rules:
  - id: raid
    title: Many new accounts on one target at once
    window: {where: {author.account_created_at: {newer_than: 30d}}, by: target.id, within: 10 min, distinct: author.id,
             at_least: 20, quiet_for: 1h}
    then: hold
  - id: flood
    title: One account writes without a pause
    window: {by: author.id, within: 5 min, at_least: 10, report: once a window}
    then: hold
  - id: copies
    title: The same text again and again
    window: {by: target.id, same: fingerprint, within: 1h, at_least: 15}
    then: flag
"""


def comments(many: int) -> Iterator[dict[str, Any]]:
    """Yield comments; the newest 1 % are a raid."""
    apart = timedelta(days=30) / many
    for number in range(many):
        raid = number >= many - many // 100
        at = AT - timedelta(hours=1) + timedelta(hours=1) * (number % 1000) / 1000 if raid else AT - apart * number
        age = timedelta(days=3 if raid else 900)
        yield {
            "type": "comment",
            "id": f"c{number}",
            "posted_at": at.isoformat(),
            "platform": "instagram",
            "language": "en",
            "market": "GB",
            "text": f"Shame on you, number {number}" if raid else f"I bought {number} of these and they are fine",
            "target": {"id": "ana" if raid else f"post-{number % 500}", "about": "person" if raid else "product"},
            "author": {"id": f"a{number % 20_000}", "account_created_at": (at - age).isoformat()},
        }


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--comments", type=int, default=100_000)
    many = parser.parse_args().comments
    loaded = load_sources([read_yaml(POLICY, "windows.yaml")])
    if loaded.assembly is None:
        print(*loaded.diagnostics, sep="\n", file=sys.stderr)
        return 2
    lines = [msgspec.json.encode(comment) for comment in comments(many)]
    start = time.process_time()
    records = [msgspec.json.decode(line) for line in lines]
    decoded = time.process_time() - start
    start = time.process_time()
    found = PolicySet(loaded.assembly).groups(records, at=AT).findings
    judged = time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{many:,} comments, 3 window rules")
    print(f"  decode JSON (the floor)   {decoded:6.2f} s")
    print(f"  read facts and judge      {judged:6.2f} s  ({judged / decoded:.0f} times the floor)")
    print(f"  peak memory               {memory:6.0f} MB")
    for finding in found[:5]:
        print(f"  {finding.name}: {len((finding.group or {})['records'])} records")
    return 0


if __name__ == "__main__":
    sys.exit(main())
