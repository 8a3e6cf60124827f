"""What hostile input costs: `python -m benchmarks.hostile` prints the time and the peak memory of each diagnostic.

The bar: each at most 100 ms and 50 MB (time: the best of five; memory: what Python allocates, by tracemalloc).
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable

from policyengine.core.reader_json import read_json
from policyengine.core.reader_yaml import read_yaml
from policyengine.evaluate.engine import all_schemas
from policyengine.policyset.assembling import assemble

SCHEMAS = all_schemas()
HEAD = "kind: check\nid: a.b\ntitle: A\nowner: team\napplies_to: content\nrules:\n  - id: r\n"


def formula(text: str) -> Callable[[], int]:
    """Return a run that reads a policy with a formula."""
    quoted = text.replace("'", "''")
    return policy(f"    when: {{formula: '{quoted}'}}\n    then: block\n")


def message(text: str) -> Callable[[], int]:
    """Return a run that reads a policy with a message."""
    return policy(f'    when: {{platform: x}}\n    then: block\n    message: "{text}"\n')


def policy(rest: str) -> Callable[[], int]:
    """Return a run that reads a policy and counts its errors."""

    def run() -> int:
        found = assemble([read_yaml(HEAD + rest, "a.yaml")], SCHEMAS).diagnostics
        return sum(d.severity == "error" for d in found)

    return run


def json(text: str) -> Callable[[], int]:
    """Return a run that reads a record and counts its faults."""
    return lambda: len(read_json(text, "r.json").diagnostics)


def yaml(text: str) -> Callable[[], int]:
    """Return a run that reads a YAML file and counts its faults."""
    return lambda: len(read_yaml(text, "a.yaml").diagnostics)


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(12)
)
CASES: dict[str, Callable[[], int]] = {
    "formula: attribute access": formula("author.__class__.__mro__ > 0"),
    "formula: another call": formula("__import__(1) > 0"),
    "formula: lambda": formula("(lambda: 1)() > 0"),
    "formula: comprehension": formula("sum([x for x in media]) > 0"),
    "formula: 10 ** 10 ** 10": formula("10 ** 10 ** 10 > 0"),
    'formula: "a" * 10**9': formula('"a" * 10**9 > 0'),
    "formula: 10,000 parentheses": formula("(" * 10_000 + "1" + ")" * 10_000 + " > 0"),
    "message: {x.__class__}": message("{x.__class__}"),
    "message: {x!r}": message("{x!r}"),
    "message: {x:>999999999}": message("{x:>999999999}"),
    "JSON: 1,000 levels deep": json("[" * 1000 + "]" * 1000),
    "JSON: a key twice": json('{"type": "content", "id": "a", "id": "b"}'),
    "JSON: NaN": json('{"id": NaN}'),
    "JSON: 1e999999": json('{"id": 1e999999}'),
    "JSON: a lone surrogate": json('{"id": "\\ud800"}'),
    "JSON: over 5 MB": json('{"text": "' + "x" * 5_300_000 + '"}'),
    "JSON: an integer of 5,000 digits": json('{"id": ' + "9" * 5000 + "}"),
    "YAML: a 2 MB file": yaml("text: x\n" * 250_000),
    "YAML: an alias bomb": yaml(BOMB),
    "YAML: an integer of 5,000 digits": yaml("a: " + "9" * 5000),
    "YAML: 1,000 levels deep": yaml("[" * 1000 + "]" * 1000),
}


def measured(run: Callable[[], int]) -> tuple[float, float, int]:
    """Return the milliseconds (best of five), the peak in megabytes, and how many faults were told."""
    faults = run()
    times = []
    for _ in range(5):
        began = time.perf_counter()
        run()
        times.append(time.perf_counter() - began)
    tracemalloc.start()
    run()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return min(times) * 1000, peak / 1e6, faults


def main() -> None:
    """Print the table."""
    print(f"{'input':36} {'ms':>8} {'MB':>7} {'faults':>7}")
    for name, run in CASES.items():
        spent, peak, faults = measured(run)
        over = "  over the bar" if spent > 100 or peak > 50 else ""  # noqa: PLR2004 - the bar
        print(f"{name:36} {spent:8.1f} {peak:7.2f} {faults:7}{over}")


if __name__ == "__main__":
    main()
