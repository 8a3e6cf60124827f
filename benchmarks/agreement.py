"""How often the shipped disclosure policies agree with cases that somebody else decided.

    python -m benchmarks.agreement FILE [--market GB,US,DE] [--quiet]

FILE has one case a line: `id market at record expected why` (`expected`: `compliant`, `needs_review`, `non_compliant`;
`why`: the id of the rule that must be among those that decide, `a|b` for either, `ok` for none). Only the policies
`disclosure.*` judge. A case agrees when the outcome is the expected one (block, hold, or neither) and, unless it is
compliant, a rule of that id decides. Rulings and derived pairs (ids with `-P`) are counted apart; every miss is listed.
Ends with 1 when any case is missed, with 2 when the file cannot be read.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from policyengine.core.decision import Decision
from policyengine.evaluate.engine import PolicySet
from policyengine.shipped import shipped

ONLY = ("disclosure.*",)
OUTCOME_OF = {"compliant": ("allow", "flag"), "needs_review": ("hold",), "non_compliant": ("block",)}


class Answer(Struct, frozen=True):
    """What the policies say about a case, and whether that is what was expected."""

    case: str
    markets: tuple[str, ...]
    expected: str
    why: str
    outcome: str
    decided_by: tuple[str, ...]

    @property
    def is_derived(self) -> bool:
        """Tell whether the case is a derived pair, not a ruling."""
        return "-P" in self.case

    @property
    def same_outcome(self) -> bool:
        """Tell whether the outcome is the expected one."""
        return self.outcome in OUTCOME_OF[self.expected]

    @property
    def agrees(self) -> bool:
        """Tell whether outcome and reason are the expected ones."""
        rules = {name.partition("/")[2] for name in self.decided_by}
        return self.same_outcome and (self.expected == "compliant" or bool(rules & set(self.why.split("|"))))


def read_cases(path: Path) -> list[dict[str, Any]]:
    """Return the cases of a file; raises OSError or ValueError for one that cannot be read."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def answer(case: dict[str, Any], policies: PolicySet) -> Answer:
    """Return what the disclosure policies say about a case."""
    at = datetime.fromisoformat(case["at"])
    decision: Decision = policies.evaluate(case["record"], at=at, only=ONLY, remedies=False)
    return Answer(
        case=case["id"],
        markets=tuple(case["market"].split("+")),
        expected=case["expected"],
        why=case["why"],
        outcome=decision.outcome,
        decided_by=decision.decided_by,
    )


def share(answers: Iterable[Answer], *, outcome_only: bool = False) -> str:
    """Return how many of the answers agree: `58 of 59 (98.3 %)`."""
    found = list(answers)
    good = sum(a.same_outcome if outcome_only else a.agrees for a in found)
    return f"{good:3d} of {len(found):3d} ({100 * good / len(found):5.1f} %)" if found else "  0 of   0"


def print_table(answers: list[Answer]) -> None:
    """Print the figures: all, rulings, derived pairs, by market; outcome and reason, and the outcome alone."""
    rows = [
        ("all", answers),
        ("rulings", [a for a in answers if not a.is_derived]),
        ("derived pairs", [a for a in answers if a.is_derived]),
        *(
            (f"market {m}", [a for a in answers if m in a.markets])
            for m in sorted({m for a in answers for m in a.markets})
        ),
    ]
    print(f"{'':15} {'outcome and reason':24} {'outcome alone':24}")
    for name, group in rows:
        print(f"{name:15} {share(group):24} {share(group, outcome_only=True):24}")


def main(arguments: list[str] | None = None) -> int:
    """Judge the cases of a file and print how far the policies agree."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.agreement", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--market", default="", help="only cases for these markets alone, for example GB,US,DE")
    parser.add_argument("--quiet", action="store_true", help="do not list the misses")
    given = parser.parse_args(arguments)
    try:
        cases = read_cases(given.file)
    except (OSError, ValueError) as fault:
        print(f"cannot read {given.file}: {fault}", file=sys.stderr)
        return 2
    wanted = set(filter(None, given.market.split(",")))
    policies = PolicySet.load(shipped("policies"))
    answers = [answer(c, policies) for c in cases if not wanted or set(c["market"].split("+")) <= wanted]
    print_table(answers)
    misses = [a for a in answers if not a.agrees]
    for miss in () if given.quiet else misses:
        got = f"{miss.outcome} ({', '.join(miss.decided_by) or 'nothing'})"
        print(f"{miss.case}: expected {miss.expected} ({miss.why}), got {got}")
    return 1 if misses else 0


if __name__ == "__main__":
    sys.exit(main())
