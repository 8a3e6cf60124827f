"""The figures of `benchmarks.agreement`, on cases of our own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.agreement import main

RECORD = {
    "type": "content",
    "id": "c1",
    "platform": "instagram",
    "format": "image",
    "language": "en",
    "text": "Rye, salt, water and a warm kitchen",
    "sponsorship": {"connection": "paid", "platform_label": True},
}


def case(identity: str, market: str, expected: str, why: str, **changes: Any) -> str:
    record = RECORD | {"markets": market.split("+")} | changes
    content = {"id": identity, "market": market, "at": "2026-06-15T12:00:00Z", "record": record}
    return json.dumps(content | {"expected": expected, "why": why})


CASES = [
    case("A-1", "GB", "needs_review", "platform_label_only"),
    case("A-2", "US", "compliant", "ok", text="Ad: rye"),
    case("A-P1", "US+GB", "needs_review", "no_label|platform_label_only"),
    case("A-P2", "GB", "needs_review", "no_label"),
    case("A-P3", "DE", "compliant", "ok"),
]


def test_agreement_counts_rulings_and_derived_pairs_apart_and_lists_the_misses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text("\n".join(CASES) + "\n", encoding="utf-8")
    assert main([str(file)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["all", "3", "of", "5", "(", "60.0", "%)", "4", "of", "5", "(", "80.0", "%)"]
    assert lines[2].startswith("rulings           2 of   2 (100.0 %)")
    assert lines[3].startswith("derived pairs     1 of   3 ( 33.3 %)")
    assert [line.split()[:4] for line in lines[4:7]] == [
        ["market", "DE", "0", "of"],
        ["market", "GB", "2", "of"],
        ["market", "US", "2", "of"],
    ]
    assert lines[7:] == [
        "A-P2: expected needs_review (no_label), got hold (disclosure.gb/platform_label_only)",
        "A-P3: expected compliant (ok), got hold (disclosure.de/platform_label_only)",
    ]


def test_markets_may_be_chosen_and_a_file_without_misses_ends_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text("\n".join(CASES), encoding="utf-8")
    assert main([str(file), "--market", "US", "--quiet"]) == 0
    assert "all               1 of   1 (100.0 %)" in capsys.readouterr().out


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none.jsonl")]) == 2
    assert "cannot read" in capsys.readouterr().err
