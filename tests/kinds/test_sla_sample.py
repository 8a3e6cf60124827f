"""The clock of first responses on real conversations: `POLICYENGINE_REPLIES` names the file (see benchmarks/)."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest

from benchmarks.replies import measured, minutes, pairs, read_messages, threads

FILE = os.environ.get("POLICYENGINE_REPLIES")
needs_file = pytest.mark.skipif(FILE is None, reason="POLICYENGINE_REPLIES names no file")


def message(number: int, hour: str, answers: str, *, ours: bool) -> dict[str, str]:
    """Return a row of such a file, of Monday, 2 March 2026."""
    at = f"Mon Mar 02 {hour}:00 +0000 2026"
    who = "False" if ours else "True"
    return {"tweet_id": str(number), "inbound": who, "created_at": at, "in_response_to_tweet_id": answers}


ROWS = [
    message(1, "10:00", "", ours=False),
    message(2, "10:30", "1", ours=True),
    message(3, "11:00", "1", ours=True),
    message(4, "11:00", "3", ours=False),
    message(5, "11:00", "9", ours=True),
]


@needs_file
def test_half_of_the_answers_come_within_an_hour_and_nine_of_ten_within_six_and_a_half() -> None:
    summary, refused = measured(pairs(read_messages(Path(FILE or ""))), "15 min", "20%")
    found = summary["stopped"], minutes(summary["p50"]), minutes(summary["p90"])
    assert found == (42, Decimal("53.8"), Decimal("386.2"))
    assert refused == ("`15 min` is promised, and nine of ten take up to 386.2 min: 20 % have to stay free",)


def test_an_answer_to_a_message_in_the_file_is_a_pair() -> None:
    assert [pair["id"] for pair in pairs(ROWS)] == ["1-2", "1-3"]
    summary, refused = measured(pairs(ROWS), "1h", "20%")
    assert (summary["stopped"], minutes(summary["p50"])) == (2, Decimal("60.0"))
    assert refused == ("2 of the 10 cases that a promise leans on are measured",)


def test_in_a_thread_a_message_has_one_first_response() -> None:
    summary, _ = measured(threads(ROWS), "1h", "20%")
    assert (summary["stopped"], summary["open"], minutes(summary["p50"])) == (1, 1, Decimal("30.0"))
