"""Made-up law (`packs.yaml`), and a paid post for each of its markets."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from policyengine.core.decision import Decision
from policyengine.evaluate.engine import PolicySet
from tests.sets import AT, policies

HERE = Path(__file__).parent
LANGUAGES = {"GB": "en", "FR": "fr", "IT": "it", "DE": "de", "NO": "no"}


@cache
def law() -> PolicySet:
    """Return the made-up policy set."""
    return policies((HERE / "packs.yaml").read_text(encoding="utf-8"))


def paid(market: str = "GB", text: str | None = None, **changes: Any) -> dict[str, Any]:
    """Return a paid post; `set` takes dotted names, `unset` one or several of them."""
    record: dict[str, Any] = {
        "type": "content",
        "id": "p1",
        "platform": "instagram",
        "format": "image",
        "markets": [market],
        "language": LANGUAGES[market],
        "sponsorship": {"connection": "paid", "brand": {"name": "Oven Co", "handle": "oven.co"}},
    }
    if text is not None:
        record["text"] = text
    names = changes.get("unset", ())
    for name in [names] if isinstance(names, str) else names:
        change(record, name, None)
    for name, value in changes.get("set", {}).items():
        change(record, name, value)
    return record


def change(record: dict[str, Any], name: str, value: Any) -> None:
    """Put a value at a dotted name; None takes the field out."""
    *parents, last = name.split(".")
    for parent in parents:
        record = record.setdefault(parent, {})
    if value is None:
        record.pop(last, None)
    else:
        record[last] = value


def judged(record: Mapping[str, Any], law_: PolicySet | None = None) -> Decision:
    """Return the Decision of the disclosure policies alone."""
    return (law_ or law()).evaluate(record, at=AT, only=("disclosure.*",), validate=True)


def found(record: Mapping[str, Any], law_: PolicySet | None = None) -> dict[str, str]:
    """Return the findings by rule: `fail block`, `unproven hold`."""
    return {f.rule: f"{f.verdict} {f.outcome}" for f in judged(record, law_).findings}
