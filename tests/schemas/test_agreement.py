"""Schemas and engine judge alike: valid or not, and at the same places, on good documents and on faulty ones.

What no schema can say is left out here and listed in `docs/schemas.md`.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from policyengine.core.diagnostic import Diagnostic
from policyengine.core.facts import read_facts
from policyengine.core.reader_json import read_json
from policyengine.core.reader_yaml import read_yaml
from policyengine.core.reading import read
from policyengine.kinds import kind, kind_names
from policyengine.policyset.assembling import assemble
from tests.schemas.faulty import changed
from tests.schemas.stock import ROOT, Place, places, plain
from tests.sets import schemas, types

HERE = Path(__file__).parent
# Names that nobody defines, formulas, patterns of RE2, the order of bounds, circles; sets; what a kind checks itself.
BEYOND_SCHEMAS = ("PE108", "PE109", "PE110", "PE111", "PE117", "PE118", "PE119", "PE130", "PE2", "PE3", "PE710")
# Found while a document is built; what its conditions say is then not looked at, while a schema sees all at once.
BUILDING = ("PE107", "PE116", "PE120", "PE121", "PE122", "PE123", "PE124", "PE125", "PE126")
# Values whose type follows from elsewhere in the document: from where `$values` is used, from a name in `with`, from
# the field that is assumed, from names in a formula, from a kind whose rules have further shapes.
TYPED_ELSEWHERE: dict[str, set[Place]] = {
    "check": {("values",), ("rules", 2, "when"), ("rules", 4, "when"), ("rules", 5, "when", "formula")},
    "assumption": {("is",), ("field",)},
    "moderation": {("rules",)},
    "review": {("evidence",)},
}
STEP = 15
"""Every fifteenth of the faulty documents is judged, for speed; all of them were while this was written."""


def judged(document: Any) -> list[Diagnostic]:
    """Return the errors that the engine finds in a document."""
    found = assemble([read_json(json.dumps(document), "policy.json")], schemas()).diagnostics
    return [d for d in found if d.severity == "error"]


def disagreement(document: Any, errors: list[Diagnostic]) -> str | None:
    """Return how engine and schema differ about a document, or None where they agree."""
    looked_at = [d for d in errors if not d.code.startswith(BEYOND_SCHEMAS)]
    if errors and not looked_at:
        return None
    engine = {d.path for d in looked_at}
    stock = places("policy.schema.json", document) if isinstance(document, dict) else {()}
    apart = {p for p in engine ^ stock if not elsewhere(document, p)}
    staged = engine and engine <= stock and all(d.code in BUILDING for d in looked_at)
    return f"engine {sorted(map(str, engine))}, schema {sorted(map(str, stock))}" if apart and not staged else None


def elsewhere(document: Any, place: Place) -> bool:
    """Tell whether the type of what stands at a place is told elsewhere in the document."""
    kind_name = document.get("kind") if isinstance(document, dict) else None
    return any(place[: len(start)] == start for start in TYPED_ELSEWHERE.get(str(kind_name), ()))


def good_documents() -> list[Any]:
    texts = [kind(name).example for name in kind_names()]
    texts += [path.read_text(encoding="utf-8") for path in sorted((HERE / "policies").glob("*.yaml"))]
    return [plain(node) for text in texts for node in read_yaml(text, "good.yaml").documents]


def name_of(document: Any) -> str:
    return str(document.get("id", document["kind"]))


@cache
def faulty_policies() -> list[tuple[str, Any, list[Diagnostic]]]:
    """Return faulty policies, each with the errors that the engine finds in it."""
    cases = [(name_of(good), *case) for good in good_documents() for case in changed(good)][::STEP]
    return [(f"{good}: {name}", document, judged(document)) for good, name, document in cases]


def test_there_are_enough_faulty_policies() -> None:
    assert len([name for name, _, errors in faulty_policies() if errors]) >= 500


def test_schema_and_engine_agree_on_faulty_policies() -> None:
    apart = {name: found for name, doc, errors in faulty_policies() if (found := disagreement(doc, errors)) is not None}
    assert apart == {}


@pytest.mark.parametrize("document", good_documents(), ids=name_of)
def test_schema_and_engine_agree_on_good_policies(document: Any) -> None:
    assert disagreement(document, judged(document)) is None


# Records --------------------------------------------------------------------------------------------------------------


def record_places(record: dict[str, Any]) -> frozenset[Place]:
    """Return the places at which the engine refuses a record."""
    return frozenset(fault.place for fault in read_facts(types()[record["type"]], record)[1])


def good_records() -> list[dict[str, Any]]:
    paths = sorted((HERE / "records" / "valid").iterdir())
    documents = [node for p in paths for node in read_yaml(p.read_bytes(), p.name).documents if p.suffix == ".yaml"]
    return [plain(node) for node in documents]


def says_not_told(name: str) -> bool:
    """Tell whether a change leaves a fact untold in a way that only the engine understands: null, in a list as well."""
    return name.startswith(("None as", "[None] as"))


FAULTY_RECORDS = [
    (name, record)
    for good in good_records()
    for name, record in changed(good)
    if not says_not_told(name) and record.get("type") == good["type"]
][::STEP]


def test_there_are_enough_faulty_records() -> None:
    assert len([name for name, record in FAULTY_RECORDS if record_places(record)]) >= 500


def test_schema_and_engine_agree_on_faulty_records() -> None:
    apart = {
        f"{record['type']}: {name}": (sorted(map(str, record_places(record))), sorted(map(str, stock)))
        for name, record in FAULTY_RECORDS
        if record_places(record) != (stock := places(f"records/{record['type']}.schema.json", record))
    }
    assert apart == {}


def test_schema_and_engine_agree_on_good_records() -> None:
    apart = {str(r["id"]): places(f"records/{r['type']}.schema.json", r) ^ record_places(r) for r in good_records()}
    assert {name: found for name, found in apart.items() if found} == {}


SHIPPED = [
    path for path in sorted((ROOT / "examples").rglob("*")) if path.suffix in {".md", ".yaml", ".json", ".ndjson"}
]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_schema_and_engine_agree_on_shipped_records(path: Path) -> None:
    for node in read(path.name, path.read_bytes()).documents:
        for one in node.value if isinstance(node.value, list) else [node]:
            record = plain(one)
            if isinstance(record, dict) and types().get(record.get("type")) is not None:
                assert record_places(record) == places(f"records/{record['type']}.schema.json", record)


# An empty id is not told for the engine, and refused by a stock validator (`schemas/records/README.md`).
BAD = [path for path in sorted((HERE / "records" / "invalid").iterdir()) if path.stem != "freeze_order.by-nobody"]


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_schema_and_engine_agree_on_bad_examples(path: Path) -> None:
    record = plain(read_yaml(path.read_bytes(), path.name).documents[0])
    name = path.name.partition(".")[0]
    found = frozenset(fault.place for fault in read_facts(types()[name], record)[1])
    assert found == places(f"records/{name}.schema.json", record)
