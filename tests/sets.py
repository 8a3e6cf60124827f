"""Policy sets from plain data, for tests."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from policyengine.core.reader_json import read_json
from policyengine.core.reader_yaml import read_yaml
from policyengine.core.record import JsonSchema, RecordTypes, SchemaReader
from policyengine.evaluate.engine import PolicySet, all_schemas
from policyengine.policyset.assembling import Loaded, assemble
from policyengine.policyset.units import Assembly

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)


@cache
def schemas() -> dict[str, JsonSchema]:
    """Return the shipped record schemas."""
    return all_schemas()


@cache
def types() -> RecordTypes:
    """Return the shipped record types."""
    return SchemaReader(schemas()).read()


def loaded(*texts: str) -> Loaded:
    """Return what loading YAML texts gives (files `0.yaml`, `1.yaml`, …)."""
    return assemble([read_yaml(text, f"{i}.yaml") for i, text in enumerate(texts)], schemas())


def policies(*texts: str) -> PolicySet:
    """Return the policy set of YAML texts, which must be faultless."""
    found = loaded(*texts)
    assert found.assembly is not None, [f"{d.span} {d.code} {d.message} ({d.help})" for d in found.diagnostics]
    return PolicySet(found.assembly)


def faults(*texts: str) -> list[str]:
    """Return the errors of YAML texts, each as `line:column code message`."""
    return [
        f"{d.span.line}:{d.span.column} {d.code} {d.message}" if d.span is not None else f"{d.code} {d.message}"
        for d in loaded(*texts).diagnostics
        if d.severity == "error"
    ]


def assembled(documents: Iterable[dict[str, Any]]) -> Assembly:
    """Return the compiled set of documents given as plain data."""
    sources = [read_json(json.dumps(d), f"{d['id']}.json") for d in documents]
    found = assemble(sources, schemas())
    assert found.assembly is not None, [f"{d.code} {d.message}" for d in found.diagnostics if d.severity == "error"][:5]
    return found.assembly
