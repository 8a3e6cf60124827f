"""What the clock of first responses measures on support conversations that somebody else collected.

    python -m benchmarks.replies FILE [--promise '15 min'] [--headroom 20%] [--threads]

FILE is a CSV file in the columns of «Customer Support on Twitter»: `tweet_id`, `inbound`, `created_at` and
`in_response_to_tweet_id`. Each answer of the company to a customer's message in the file is a case: it starts with the
message and stops with the answer, around the clock. With `--threads` the messages are records that answer each other,
as they are in production: then a message has one first response, and one without an answer is open.
Ends with 1 when the promise is refused, with 2 when the file cannot be read.
"""

from __future__ import annotations

import argparse
import csv
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from policyengine.core.duration import Duration, in_seconds, parse_duration
from policyengine.core.reader_yaml import read_yaml
from policyengine.evaluate.engine import PolicySet, all_schemas
from policyengine.policyset.assembling import assemble

POLICY = """\
kind: escalation
id: escalation.replies
title: Whoever asks us something is answered
owner: customer_care
applies_to: comment
clocks:
  first_response:
    within: {{any: {promise}}}
    promise: {{by: channel, field: published_sla.first_response, headroom: {headroom}}}
"""
_WRITTEN = "%a %b %d %H:%M:%S %z %Y"


def read_messages(path: Path) -> list[dict[str, str]]:
    """Return the rows of a file; raises OSError, or ValueError for a file without the columns."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or not {"tweet_id", "inbound", "created_at", "in_response_to_tweet_id"} <= rows[0].keys():
        message = "the columns tweet_id, inbound, created_at and in_response_to_tweet_id are needed"
        raise ValueError(message)
    return rows


def pairs(rows: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Return a comment for each answer to a message in the file, with the time of both."""
    inbound = {row["tweet_id"]: row for row in rows if row["inbound"] == "True"}
    answers = [row for row in rows if row["inbound"] == "False" and row["in_response_to_tweet_id"] in inbound]
    return [
        {
            "type": "comment",
            "id": f"{row['in_response_to_tweet_id']}-{row['tweet_id']}",
            "posted_at": _time(inbound[row["in_response_to_tweet_id"]]),
            "answered_at": _time(row),
        }
        for row in answers
    ]


def threads(rows: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Return every message as a comment that says which one it answers."""
    found = []
    for row in rows:
        record = {"type": "comment", "id": row["tweet_id"], "ours": row["inbound"] == "False", "posted_at": _time(row)}
        answered = row["in_response_to_tweet_id"]
        found.append(record | ({"in_reply_to": answered} if answered else {}))
    return found


def _time(row: dict[str, str]) -> str:
    return datetime.strptime(row["created_at"], _WRITTEN).astimezone(UTC).isoformat()


def measured(records: list[dict[str, Any]], promise: str, headroom: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the summary of the clock over the records, and what is said against the promise."""
    source = read_yaml(POLICY.format(promise=promise, headroom=headroom), "replies.yaml")
    assembly = assemble([source], all_schemas()).assembly
    if assembly is None:
        message = f"`{promise}` with `{headroom}` is no promise"
        raise ValueError(message)
    policies = PolicySet(assembly)
    # A day after the last message, so that every answer has come.
    at = max(datetime.fromisoformat(record["posted_at"]) for record in records) + timedelta(days=1)
    channel = {"type": "channel", "id": "support", "published_sla": {"first_response": promise}}
    (summary,) = policies.judge_set(at=at, related=records).clocks
    decision = policies.evaluate(channel, at=at, related=records)
    return summary, tuple(finding.message for finding in decision.findings)


def minutes(told: object) -> Decimal:
    """Return a length of time that a summary tells in minutes, to one place."""
    found = parse_duration(told)
    seconds = in_seconds(found) if isinstance(found, Duration) else None
    return (Decimal(seconds or 0) / 60).quantize(Decimal("0.1"))


def main() -> int:
    """Print what was measured and whether the promise holds."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.replies", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--promise", default="15 min")
    parser.add_argument("--headroom", default="20%")
    parser.add_argument("--threads", action="store_true")
    options = parser.parse_args()
    try:
        rows = read_messages(options.file)
        records = threads(rows) if options.threads else pairs(rows)
        summary, refused = measured(records, options.promise, options.headroom)
    except (OSError, ValueError) as fault:
        sys.stderr.write(f"{fault}\n")
        return 2
    counts = f"{summary['stopped']} | {summary['met']} | {summary['open']}"
    lines = [
        "| answers | in time | open | median | p90 |",
        "|---|---|---|---|---|",
        f"| {counts} | {minutes(summary['p50'])} min | {minutes(summary['p90'])} min |",
        "",
        *(refused or (f"`{options.promise}` can be promised",)),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
