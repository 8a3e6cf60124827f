"""The tables hold what they promise: kinds, conditions, operators, codes with their pages, examples and messages."""

from __future__ import annotations

import json
import re
import typing
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from policyengine.core.codes import CODES, Code
from policyengine.core.diagnostic import Diagnostic, has_errors
from policyengine.core.facts import read_facts
from policyengine.core.reader_json import read_json
from policyengine.core.reader_markdown import read_markdown
from policyengine.core.reader_yaml import read_yaml
from policyengine.core.source import Source
from policyengine.kinds import kind, kind_names
from policyengine.language.operators import OPERATORS
from policyengine.lints import lint
from policyengine.policyset.assembling import assemble
from policyengine.shapes.document import Spec, keys_of, spec_of
from policyengine.shapes.parts import Condition, Part
from policyengine.shapes.policy import Policy, Rule
from policyengine.verify.suite import read_suites
from tests.schemas.faulty import changed
from tests.sets import schemas, types

ROOT = Path(__file__).resolve().parents[1]
SOURCE = {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / "policyengine").rglob("*.py"))}
TESTS = "\n".join(
    path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "tests").rglob("*"))
    if path.suffix in {".py", ".yaml", ".yml", ".json", ".txt"} and path != Path(__file__).resolve()
)


# Kinds ----------------------------------------------------------------------------------------------------------------


def structs(struct: type[Part], seen: set[type[Part]] | None = None) -> Iterator[type[Part]]:
    """Yield a struct and every struct inside it."""
    seen = set() if seen is None else seen
    if struct in seen:
        return
    seen.add(struct)
    yield struct
    for key in keys_of(struct):
        for inner in parts(key.spec):
            yield from structs(inner, seen)


def parts(spec: Spec) -> Iterator[type[Part]]:
    if typing.get_origin(spec.base) in {list, dict}:
        yield from parts(spec_of(typing.get_args(spec.base)[-1]))
    elif isinstance(spec.base, type) and issubclass(spec.base, Part):
        yield spec.base


def bare(spec: Spec) -> Spec:
    """Return what is inside lists and mappings by name, with the marks of the outermost."""
    if typing.get_origin(spec.base) in {list, dict}:
        inner = bare(spec_of(typing.get_args(spec.base)[-1]))
        return inner if inner.use is not None else Spec(inner.base, use=spec.use)
    return spec


@pytest.mark.parametrize("name", kind_names())
def test_every_condition_of_a_kind_says_whether_it_tightens_or_loosens(name: str) -> None:
    conditions = {
        f"{struct.__name__}.{key.name}": bare(key.spec).use
        for struct in structs(kind(name).document)
        for key in keys_of(struct)
        if bare(key.spec).base is Condition
    }
    assert [path for path, use in conditions.items() if use is None] == []


@pytest.mark.parametrize("name", kind_names())
def test_every_key_of_a_kind_means_something(name: str) -> None:
    own = [key for key in keys_of(kind(name).document) if key.name not in {"kind", "id"}]
    assert [key.name for key in own if key.spec.doc is None] == []


@pytest.mark.parametrize("name", kind_names())
def test_the_example_of_a_kind_is_faultless(name: str) -> None:
    errors = [f"{d.code} {d.message}" for d in judged(kind(name).example) if d.severity == "error"]
    assert errors == []


# Operators ------------------------------------------------------------------------------------------------------------

HEAD = "kind: check\nid: example\ntitle: Example\nowner: social\napplies_to: content\n"
WORDS = "---\nkind: terms\nid: terms.ad_labels\nowner: social\nwords: [ad]\n"
GROUPS = """\
---
kind: directory
id: d
owner: social
people: {ana: {team: social}}
markets: {DE: {}, AT: {}, CH: {}}
groups: {dach: [DE, AT, CH]}
"""


@pytest.mark.parametrize("name", OPERATORS)
def test_the_example_of_an_operator_is_faultless_for_some_type_of_record(name: str) -> None:
    rule = f"rules:\n  - id: r\n    when:\n      {OPERATORS[name].example}\n    then: flag\n"
    # `any` stops at the first type that has the fields: most examples are about content.
    assert any(
        not has_errors(judged(HEAD.replace("content", record) + rule + WORDS + GROUPS))
        for record in ("content", *types().names())
    )


# Codes ----------------------------------------------------------------------------------------------------------------


def used_codes() -> set[str]:
    named = {path: text for path, text in SOURCE.items() if "core/codes" not in path.as_posix()}
    return {code for text in named.values() for code in re.findall(r"\bPE\d{3}\b", text)}


def test_every_code_in_the_source_has_its_entry() -> None:
    assert used_codes() - set(CODES) == set()


def test_every_entry_is_used() -> None:
    assert set(CODES) - used_codes() == set()


def test_every_code_stands_once_and_in_the_module_of_its_range() -> None:
    ranges = {
        "reading": "0",
        "conditions": "1",
        "sets": "2",
        "kinds": "3",
        "records": "4",
        "command": "5",
        "suites": "6",
        "due": "7",
        "reviews": "3",
        "people": "7",
        "freezes": "3",
    }
    found: list[str] = []
    for module, digit in ranges.items():
        text = (ROOT / "policyengine" / "core" / "codes" / f"{module}.py").read_text(encoding="utf-8")
        here = re.findall(r'Code\(\s*"(PE\d{3})"', text)
        assert all(code[2] == digit for code in here), module
        found += here
    assert len(found) == len(set(found))


def test_no_page_is_left_of_what_is_gone() -> None:
    for folder, names in (("codes", CODES), ("kinds", kind_names()), ("records", types().names())):
        pages = {path.stem for path in (ROOT / "docs" / folder).glob("*.md")}
        assert pages == {*names, "README"}


@pytest.mark.parametrize("code", CODES)
def test_a_code_has_a_page_and_a_test_that_provokes_it(code: str) -> None:
    assert (ROOT / "docs" / "codes" / f"{code}.md").is_file()
    provoked_by_a_test = code in TESTS or CODES[code] in EXAMPLES
    assert provoked_by_a_test


@pytest.mark.parametrize("code", CODES.values(), ids=lambda code: code.code)
def test_the_words_of_a_code_keep_to_the_law(code: Code) -> None:
    assert re.match(r"[a-z`]", code.title)
    assert not code.title.endswith(".")
    assert re.match(r"[A-Z`]", code.why)
    assert code.why.endswith((".", ".»"))


def completed(text: str) -> str:
    """Return an example as a whole document: keys of a rule stand in a rule, keys of a check in a check."""
    if text.startswith(("kind:", "%", "---")):
        return text
    top = {match[1] for match in re.finditer(r"^([a-z_]+):", text, flags=re.MULTILINE)}
    if top <= {key.name for key in keys_of(Rule)} - {"id", "title"} | {"severty"}:
        inner = "".join(f"    {line}\n" for line in text.splitlines())
        return f"{HEAD}rules:\n  - id: example\n{inner}"
    others = [line for line in HEAD.splitlines() if line.partition(":")[0] not in top]
    rules = "" if "rules" in top else "rules: [{id: example, when: {platform: tiktok}, then: hold}]\n"
    return "\n".join([*others, text]) + rules


def judged(text: str) -> tuple[Diagnostic, ...]:
    return assemble([read_yaml(text, "example.yaml")], schemas()).diagnostics


def validated(text: str) -> tuple[Diagnostic, ...]:
    """Return what `validate` says of a file: its own faults, and those of the whole set."""
    found = assemble([read_yaml(text, "example.yaml")], schemas())
    return (*found.diagnostics, *(lint(found.assembly) if found.assembly is not None else ()))


POLICY_CODES = [c for c in CODES.values() if c.bad and c.code[2] in "12"]
POLICY_CODES += [c for c in CODES.values() if c.code[2] in "37" and c.bad.startswith("kind:")]


@pytest.mark.parametrize("code", POLICY_CODES, ids=lambda code: code.code)
def test_the_example_of_a_policy_code_shows_the_fault_and_its_mending(code: Code) -> None:
    assert code.code in {d.code for d in validated(completed(code.bad))}
    mended = validated(completed(code.good))
    assert [f"{d.code} {d.message}" for d in mended if d.severity == "error" or d.code == code.code] == []


RECORD_CODES = [c for c in CODES.values() if c.code in {"PE401", "PE402", "PE403"}]


@pytest.mark.parametrize("code", RECORD_CODES, ids=lambda code: code.code)
def test_the_example_of_a_record_code_shows_the_fault_and_its_mending(code: Code) -> None:
    bad, good = (read_yaml(text, "record.yaml").documents[0].plain() for text in (code.bad, code.good))
    assert [fault.code for fault in read_facts(types()["content"], typing.cast("dict[str, Any]", bad))[1]] == [
        code.code
    ]
    assert read_facts(types()["content"], typing.cast("dict[str, Any]", good))[1] == []


def read_example(text: str) -> Source:
    """Return an example of a fault of reading, read as what it looks like."""
    if text.startswith(("---", "Our")):
        return read_markdown(text.encode(), "example.md")
    if text.startswith(('{"', '[{"')):
        return read_json(text, "example.json")
    return read_yaml(text, "example.yaml")


EXAMPLES = [c for c in CODES.values() if c.bad and (c.code[2] in "012" or c.bad.startswith(("kind:", "policies:")))]
READING_CODES = [c for c in CODES.values() if c.code[2] == "0" and c.bad]


@pytest.mark.parametrize("code", READING_CODES, ids=lambda code: code.code)
def test_the_example_of_a_reading_code_shows_the_fault_and_its_mending(code: Code) -> None:
    assert code.code in {d.code for d in read_example(code.bad).diagnostics}
    assert not has_errors(read_example(code.good).diagnostics)


SUITE_CODES = [c for c in CODES.values() if c.code[2] == "6" and c.bad.startswith("policies:")]


def suite_codes(text: str) -> set[str]:
    """Return the codes of the errors in a suite about the example of a check."""
    found = assemble([read_yaml(f"{kind('check').example}---\nkind: test\n{text}", "x.yaml")], schemas())
    faults = [*found.diagnostics, *(read_suites(found.assembly).diagnostics if found.assembly is not None else ())]
    return {d.code for d in faults if d.severity == "error"}


@pytest.mark.parametrize("code", SUITE_CODES, ids=lambda code: code.code)
def test_the_example_of_a_suite_code_shows_the_fault_and_its_mending(code: Code) -> None:
    assert code.code in suite_codes(code.bad)
    assert suite_codes(code.good) == set()


# Messages -------------------------------------------------------------------------------------------------------------

PYTHON = re.compile(r"\b(NoneType|dict|str|int|bool|float|tuple|Decimal|Node|Struct|None|True|False|datetime)\b")
QUOTED = re.compile(r"`[^`]*`")


@cache
def provoked() -> tuple[Diagnostic, ...]:
    """Return the diagnostics of a few hundred faulty documents of all kinds."""
    good = [node for name in kind_names() for node in read_yaml(kind(name).example, "x.yaml").documents]
    cases = [document for node in good for _, document in changed(json.loads(_json(node.plain())))][::17]
    return tuple(
        d for document in cases for d in assemble([read_json(json.dumps(document), "x.json")], schemas()).diagnostics
    )


def _json(data: Any) -> str:
    return json.dumps(data, default=float)


def test_messages_keep_to_the_law() -> None:
    found = sorted({d.message for d in provoked()})
    assert len(found) > 100
    assert [m for m in found if not re.match(r"[a-z0-9`]", m)] == [], "they begin with a small letter"
    assert [m for m in found if m.endswith(".")] == [], "they have no full stop"
    assert [m for m in found if PYTHON.search(QUOTED.sub("", m))] == [], "they name no type of Python"
    assert [m for m in found if re.search(r"`(None|True|False)`", m)] == [], "they show values as files do"


def test_help_keeps_to_the_law() -> None:
    found = sorted({d.help for d in provoked() if d.help is not None})
    assert [h for h in found if not re.match(r"[a-z0-9`\"]", h)] == []
    assert [h for h in found if h.endswith(".")] == []
    assert [h for h in found if PYTHON.search(QUOTED.sub("", h))] == []


def test_every_fault_inside_a_file_has_its_place() -> None:
    assert [f"{d.code} {d.message}" for d in provoked() if d.span is None] == []


# Documents ------------------------------------------------------------------------------------------------------------

GENERATED = {"codes", "kinds", "records", "operators.md"}


def blocks() -> list[Any]:
    """Return every block of YAML that people wrote into the README and the docs."""
    files = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    own = [f for f in files if f.is_file() and not GENERATED & set(f.relative_to(ROOT).parts)]
    found = []
    for file in own:
        for match in re.finditer(r"^```ya?ml\n(.*?)^```$", file.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
            line = file.read_text(encoding="utf-8")[: match.start()].count("\n") + 1
            found.append(pytest.param(match[1], id=f"{file.relative_to(ROOT)}:{line}"))
    return found


@pytest.mark.parametrize("text", blocks())
def test_yaml_in_the_docs_is_good(text: str) -> None:
    source = read_yaml(text, "block.yaml")
    comment = all(not line.strip() or line.startswith("#") for line in text.splitlines())
    assert comment or not has_errors(source.diagnostics), source.diagnostics
    policies = [node for node in source.documents if isinstance(node.value, dict) and "kind" in node.value]
    if policies:
        # Names of a set that a piece of docs does not show (PE2xx, PE108) are the set's matter.
        errors = [d for d in judged(text) if d.severity == "error" and not d.code.startswith(("PE2", "PE108"))]
        assert [f"{d.span} {d.code} {d.message}" for d in errors] == []
    for node in source.documents:
        record = node.value.get("type") if isinstance(node.value, dict) else None
        known = types().get(record.value) if record is not None else None
        if known is not None and not policies:
            assert read_facts(known, typing.cast("dict[str, Any]", node.plain()))[1] == []


def test_a_policy_has_the_keys_that_the_language_names() -> None:
    assert {"kind", "id", "title", "owner", "applies_to"} == {key.name for key in keys_of(Policy) if key.required}
