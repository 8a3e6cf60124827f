"""`policyengine show`: the reference in the terminal, from the same tables as the engine itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from policyengine.cli.shared import Asked, Output, asks_output
from policyengine.report.escape import terminal

if TYPE_CHECKING:
    from policyengine.core.record import RecordTypes
    from policyengine.edit.reference import Entry
    from policyengine.policyset.assembling import Loaded

WIDTH: Final = 100
_POLICIES: Final = "Policies to look in (default: policyengine.yaml, else policies/, else the shipped library)."


@click.command(epilog="Example: policyengine show author.followers")
@click.argument("name", metavar="KIND|TYPE|FIELD|OPERATOR|CODE|POLICY|RULE|config")
@click.option("--policies", multiple=True, metavar="PATH", help=_POLICIES)
@asks_output()
def command(name: str, policies: tuple[str, ...], output: Output) -> None:
    """Explain what a name means: a kind of policy, a type of record, a field, an operator, a code, a policy, a rule.

    A rule is named POLICY/RULE. `config` shows the configuration in force.
    """
    from policyengine.core.record import SchemaReader  # noqa: PLC0415 - so that `--help` reads no schema
    from policyengine.evaluate.config import configuration  # noqa: PLC0415
    from policyengine.evaluate.engine import all_schemas  # noqa: PLC0415
    from policyengine.policyset.extending import read_extensions  # noqa: PLC0415

    found = configuration(Path.cwd())
    shipped = all_schemas()
    types = SchemaReader(shipped | read_extensions(found.config.schemas, shipped)[0]).read()
    entries = [*_static(name, types)]
    if not entries:
        from policyengine.cli.workspace import policies_of  # noqa: PLC0415 - policies are read only if nothing else fits

        loaded = policies_of(Asked(policies=policies), found.config)
        entries = list(_governing(name, loaded))
        if not entries:
            _unknown(name, types, loaded)
    output.data("\n".join(_text(entry) for entry in entries))


def _static(name: str, types: RecordTypes) -> Iterator[Entry]:
    """Yield what a name means in every set of policies; one name may be several things."""
    from policyengine.core.codes import CODES  # noqa: PLC0415
    from policyengine.edit import reference  # noqa: PLC0415
    from policyengine.kinds import kind, kind_names  # noqa: PLC0415
    from policyengine.language.operators import OPERATORS  # noqa: PLC0415

    if name == "config":
        yield _config()
    if name.upper() in CODES:
        yield reference.of_code(CODES[name.upper()])
    if name in kind_names():
        yield reference.of_kind(kind(name))
    record = types.get(name)
    if record is not None:
        yield reference.of_type(record)
    if name in OPERATORS:
        yield reference.of_operator(OPERATORS[name])
    for owner, field in reference.fields_named(types, name):
        yield reference.of_field(owner, field)


def _governing(name: str, loaded: Loaded) -> Iterator[Entry]:
    """Yield the policy, the rule or the list of terms of a name."""
    from policyengine.edit.terms import of_terms  # noqa: PLC0415
    from policyengine.edit.wording import of_policy, of_rule, of_waiver  # noqa: PLC0415

    assembly = loaded.assembly
    if assembly is None:
        return
    if name.removeprefix("$") in assembly.names.terms:
        yield of_terms(assembly.names.terms[name.removeprefix("$")])
    waivers = {waiver.id: waiver for waiver in assembly.waivers}
    for unit in assembly.units:
        if unit.id in waivers and unit.id == name:
            yield of_waiver(waivers[name])
        elif unit.id == name:
            yield of_policy(unit, [other.id for other in assembly.units if other.extends == name])
        yield from (of_rule(unit, rule) for rule in unit.every_rule if rule.name == name)


def _config() -> Entry:
    """Return the configuration: every key, what it means, and what holds in this folder."""
    import json  # noqa: PLC0415 - only here

    from policyengine.edit.reference import Entry, Rows  # noqa: PLC0415
    from policyengine.evaluate.config import configuration  # noqa: PLC0415
    from policyengine.shipped import shipped  # noqa: PLC0415

    schema = json.loads((shipped("schemas") / "config.schema.json").read_text(encoding="utf-8"))
    config = configuration(Path.cwd()).config
    held = {
        "policies": _paths(config.policies),
        "schemas": _paths(config.schemas),
        "records": _paths(config.records),
        "zone": config.zone.key,
        "trust": config.trust,
        "fail_on": ", ".join(config.fail_on or ()),
        "market": config.market or "",
    }
    rows = [
        (key, f"{part.get('title', '')}: {held.get(key) or '(none)'}") for key, part in schema["properties"].items()
    ]
    complete = ", ".join(sorted(config.complete))
    rows += [("records.complete", f"types of which all records are there: {complete or '(none)'}")]
    return Entry(
        name="config",
        title=f"the configuration in force, from {config.file or 'no policyengine.yaml'}",
        tables=(Rows("", tuple(rows)),),
    )


def _paths(paths: Iterable[Path]) -> str:
    return ", ".join(path.as_posix() for path in paths)


def _unknown(name: str, types: RecordTypes, loaded: Loaded) -> None:
    """End with what may have been meant."""
    from policyengine.core.codes import CODES  # noqa: PLC0415
    from policyengine.core.suggest import did_you_mean  # noqa: PLC0415
    from policyengine.edit.reference import field_names  # noqa: PLC0415
    from policyengine.kinds import kind_names  # noqa: PLC0415
    from policyengine.language.operators import OPERATORS  # noqa: PLC0415

    units = loaded.assembly.units if loaded.assembly is not None else ()
    lists = [*loaded.assembly.names.terms] if loaded.assembly is not None else []
    own = lists + [unit.id for unit in units] + [rule.name for unit in units for rule in unit.every_rule]
    known = [*kind_names(), *types.names(), *OPERATORS, *CODES, *own, "config", *field_names(types)]
    near = did_you_mean(name, known) or "kinds, types, fields, operators, codes, policies and rules have names"
    unread = "; the policies have faults, see `policyengine validate`" if loaded.assembly is None else ""
    message = f"nothing is called `{name}`; {near}{unread}"
    raise click.UsageError(message)


# Text -----------------------------------------------------------------------------------------------------------------


def _text(entry: Entry) -> str:
    lines = [f"{entry.name}: {entry.title}"]
    for paragraph in entry.paragraphs:
        lines += ["", *_wrapped(paragraph, "")]
    for table in entry.tables:
        lines += ["", f"{table.heading}:"] if table.heading else [""]
        lines += list(_rows(table.rows))
    for sample in entry.samples:
        lines += ["", f"{sample.heading}:", *(f"  {line}" for line in sample.text.splitlines())]
    return "".join(f"{terminal(line)}\n" for line in lines)


def _rows(rows: tuple[tuple[str, str], ...]) -> Iterator[str]:
    widest = min(max((len(name) for name, _ in rows), default=0), 36)
    for name, text in rows:
        if not name:
            yield f"  {text}"
            continue
        first, *others = _wrapped(text, " " * (widest + 4)) or [""]
        yield f"  {name:<{widest}}  {first.lstrip()}".rstrip()
        yield from others


def _wrapped(text: str, indent: str) -> list[str]:
    import textwrap  # noqa: PLC0415 - only where something is shown

    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)
