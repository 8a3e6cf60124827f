"""Sources → an `Assembly`: every document built, typed and compiled; every fault of the set in one run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from msgspec import Struct, structs

from policyengine.core.diagnostic import Diagnostic, Related, Span, collected, has_errors
from policyengine.core.digest import canonical, digest_of
from policyengine.core.paths import located
from policyengine.core.record import JsonSchema, RecordTypes, SchemaReader
from policyengine.core.source import Node, Plain, Source
from policyengine.core.suggest import did_you_mean
from policyengine.kinds import kind, kind_names
from policyengine.language.scope import Alias, Choice, Definition, Names, TermList
from policyengine.policyset.assuming import compile_assumption
from policyengine.policyset.checking import (
    check_definitions,
    check_effective,
    check_references,
    check_terms,
    check_upkeep,
    check_values,
)
from policyengine.policyset.choices import choices_used
from policyengine.policyset.overlaying.checking import check_order
from policyengine.policyset.overlaying.laying import Laid, Layers, check_manners, lay
from policyengine.policyset.relating import compile_bindings
from policyengine.policyset.units import Assembly, Assumed, Binding, Unit, Waiver
from policyengine.policyset.waiving import check_overlaps, compile_waiver
from policyengine.shapes.contract import Compiled, Context, Kind, Report, World
from policyengine.shapes.directory import Directory
from policyengine.shapes.document import Builder, Document
from policyengine.shapes.gate import Gate
from policyengine.shapes.predicate import Rule
from policyengine.shapes.rules import compile_rules

_UTC: Final = ZoneInfo("UTC")


class Built(Struct, frozen=True, eq=False):
    """A document and its kind."""

    kind: Kind
    document: Document


class Loaded(Struct, frozen=True, eq=False):
    """What assembling gives: the set, or None when anything is an error, and all diagnostics either way."""

    assembly: Assembly | None
    diagnostics: tuple[Diagnostic, ...]


def assemble(
    sources: Iterable[Source],
    schemas: Mapping[str, JsonSchema],
    *,
    zone: ZoneInfo = _UTC,
    revision: str | None = None,
) -> Loaded:
    """Return the compiled set of all documents in the sources, and everything that is wrong with them.

    `schemas` are the record schemas by file name. `zone` is the set's zone for bare dates.
    """
    return _Assembler(schemas, zone, revision).run(tuple(sources))


class _Assembler:
    def __init__(self, schemas: Mapping[str, JsonSchema], zone: ZoneInfo, revision: str | None) -> None:
        self._schemas = schemas
        self._zone = zone
        self._revision = revision
        self._faults: list[Diagnostic] = []
        self._report: Report = self._faults.append
        self._layers = Layers((), {})
        self._inherited: list[Diagnostic] = []
        self._by_id: dict[str, Document] = {}

    def run(self, sources: tuple[Source, ...]) -> Loaded:
        for source in sources:
            self._faults.extend(source.diagnostics)
        documents = [node for source in sources for node in source.documents]
        check_manners(documents, self._report)
        self._layers = lay(documents, _known_kind, self._report)
        built = [b for node in self._layers.nodes if (b := self._build(node)) is not None]
        built = self._unique(built)
        directory = self._directory(built)
        types = SchemaReader(self._schemas, {"platforms": directory.platforms}).read()
        names = self._names(built, types, directory)
        policies = tuple(sorted((b.document for b in built if b.kind.stage != "suite"), key=_id))
        self._by_id = {document.body.id: document for document in policies}
        world = World(
            types=types,
            directory=directory,
            names=names,
            policies={d.body.id: d.kind for d in policies},
            zone=self._zone,
            bases=self._layers.bases(),
        )
        units = self._units(built, world)
        assumptions = self._assumptions(built, world)
        self._check_overlays(built, world)
        waivers = self._waivers(built, world, units)
        check_definitions(names, types, self._report)
        check_terms(names, self._report)
        check_references(tuple(b.document for b in built), world, self._report)
        check_effective(policies, self._report)
        check_upkeep(policies, self._zone, self._report)
        said = {(fault.code, fault.span, fault.message) for fault in self._faults}
        self._faults.extend(f for f in self._inherited if (f.code, f.span, f.message) not in said)
        diagnostics = collected(located(self._faults, documents))
        if has_errors(diagnostics):
            return Loaded(None, diagnostics)
        assembly = Assembly(
            units=units,
            assumptions=assumptions,
            names=names,
            types=types,
            directory=directory,
            digest=self._digest(policies),
            zone=self._zone,
            documents=policies,
            suites=tuple(b.document for b in built if b.kind.stage == "suite"),
            waivers=waivers,
            warnings=diagnostics,
            revision=self._revision,
        )
        return Loaded(assembly, diagnostics)

    # Documents --------------------------------------------------------------------------------------------------

    def _build(self, node: Node) -> Built | None:
        found = self._kind_of(node)
        if found is None:
            return None
        document = Builder(self._report).document(found.name, found.document, node)
        return None if document is None else Built(found, document)

    def _kind_of(self, node: Node) -> Kind | None:
        def fault(code: str, message: str, span: Span, help_: str) -> None:
            self._report(Diagnostic(code, message, span, help=help_))

        if not isinstance(node.value, dict):
            fault("PE122", "a policy is a mapping that begins with `kind:`", node.span, "for example `kind: check`")
            return None
        named = node.value.get("kind")
        if named is None:
            fault("PE121", "`kind` is missing", node.span, f"there are {', '.join(kind_names())}")
            return None
        if not isinstance(named.value, str):
            fault("PE122", "`kind` takes the name of a kind", named.span, f"there are {', '.join(kind_names())}")
            return None
        if named.value not in kind_names():
            help_ = did_you_mean(named.value, kind_names()) or f"there are {', '.join(kind_names())}"
            fault("PE125", f"unknown kind `{named.value}`", named.span, help_)
            return None
        return kind(named.value)

    def _unique(self, built: list[Built]) -> list[Built]:
        seen: dict[str, Built] = {}
        for item in built:
            if item.kind.stage == "suite":
                continue
            identity = item.document.body.id
            first = seen.setdefault(identity, item)
            if first is not item:
                self._duplicate(identity, first.document, item.document)
        return [b for b in built if b.kind.stage == "suite" or seen[b.document.body.id] is b]

    def _duplicate(self, identity: str, first: Document, second: Document) -> None:
        places = sorted([first.value_span(None, "id"), second.value_span(None, "id")])
        related = (Related(places[0], "the other one"),)
        message = f"two policies have the id `{identity}`"
        self._report(Diagnostic("PE201", message, places[1], help="give each its own id", related=related))

    def _provided(self, built: list[Built]) -> Iterable[Any]:
        for item in built:
            if item.kind.provides is not None:
                yield item, item.kind.provides(item.document, self._report)

    def _directory(self, built: list[Built]) -> Directory:
        found = [(b, d) for b, d in self._provided([b for b in built if b.kind.name == "directory"])]
        for item, _ in found[1:]:
            span = item.document.span()
            self._report(Diagnostic("PE203", "there are two directories", span, help="a set has one directory"))
        return found[0][1] if found else Directory()

    def _names(self, built: list[Built], types: RecordTypes, directory: Directory) -> Names:
        definitions: dict[str, Definition] = {}
        terms: dict[str, TermList] = {}
        choices: dict[str, Choice] = {}
        for _, provided in self._provided([b for b in built if b.kind.name in {"definitions", "terms", "choice"}]):
            if isinstance(provided, TermList):
                terms[provided.id] = provided
                continue
            if isinstance(provided, Choice):
                choices[provided.id] = provided
                continue
            for definition in provided.definitions:
                first = definitions.setdefault(definition.name, definition)
                if first is not definition:
                    places = sorted([first.node.span, definition.node.span])
                    message = f"`{definition.name}` is defined twice"
                    related = (Related(places[0], "the other one"),)
                    self._report(Diagnostic("PE204", message, places[1], related=related))
        return Names(
            types=types,
            definitions=definitions,
            terms=terms,
            choices=choices,
            groups=directory.groups,
            markets=tuple(sorted(directory.markets)),
        )

    # Policies ---------------------------------------------------------------------------------------------------

    def _units(self, built: list[Built], world: World) -> tuple[Unit, ...]:
        policies = [b for b in built if b.kind.stage == "policy"]
        units = [self._unit(item, world) for item in policies]
        units += [
            unit for name in sorted({b.kind.name for b in policies}) for unit in self._whole(name, policies, world)
        ]
        return tuple(sorted(units, key=lambda unit: unit.id))

    def _context(self, document: Document, world: World) -> Context:
        body = document.body
        record = world.types.get(getattr(body, "applies_to", None))
        values = {name: document.node_of(value) for name, value in (getattr(body, "values", None) or {}).items()}
        aliases = self._aliases(body, world)
        names = Names(
            types=world.types,
            values=values,
            definitions=world.names.definitions,
            terms=world.names.terms,
            choices=world.names.choices,
            groups=world.names.groups,
            aliases=aliases,
            markets=world.names.markets,
        )
        beneath = tuple(self._by_id[name] for name in world.bases.get(body.id, ()) if name in self._by_id)
        return Context(world, document, names, record, self._report_of(document), beneath)

    def _report_of(self, document: Document) -> Report:
        """Return where the faults of a document go; those of an overlay at lines of its base wait for the base's."""
        laid = self._layers.of(document.node)
        if laid is None:
            return self._report

        def report(fault: Diagnostic) -> None:
            (self._report if fault.span is None or laid.says(fault.span) else self._inherited.append)(laid.told(fault))

        return report

    def _aliases(self, body: Any, world: World) -> dict[str, Alias]:
        aliases = {}
        for name, related in (getattr(body, "with_", None) or {}).items():
            found = world.types.get(related.one or related.latest or related.all)
            if found is not None:
                aliases[name] = Alias(name, found, many=related.all is not None)
        return aliases

    def _unit(self, item: Built, world: World) -> Unit:
        document, body = item.document, item.document.body
        context = self._context(document, world)
        compiled = Compiled()
        rules: tuple[Rule, ...] = ()
        bindings: tuple[Binding, ...] = ()
        scope = None
        if context.record is not None or not hasattr(body, "applies_to"):
            check_values(context)
            compiled = item.kind.compile(body, context) if item.kind.compile is not None else compiled
            if context.record is not None:
                rules = () if item.kind.own_rules else compile_rules(body, context)
                bindings = compile_bindings(body.with_ or {}, context)
                scope = context.gate(body, "only_for", says="only_for")
        self._unique_rules((*rules, *compiled.rules, *(group.rule for group in compiled.group_rules)), document)
        effective = getattr(body, "effective", None)
        laid = self._layers.of(document.node)
        bare = Unit(
            id=body.id,
            kind=item.kind.name,
            title=body.title or getattr(body, "question", None) or body.id,
            owner=body.owner or "",
            document=document,
            record=None,
            starts=effective.from_ if effective is not None else None,
            ends=effective.until if effective is not None else None,
            choices=choices_used(document, world.names),
        )
        return structs.replace(
            bare,
            record=context.record or compiled.record,
            rules=(*rules, *compiled.rules),
            bindings=bindings,
            record_judges=compiled.record_judges,
            calls=compiled.calls,
            gates=compiled.gates,
            set_judges=compiled.set_judges,
            votes_judges=compiled.votes_judges,
            others=tuple(
                structs.replace(bare, record=world.types[name], record_judges=judges)
                for name, judges in sorted(compiled.others.items())
            ),
            guarantee=compiled.guarantee,
            group_rules=compiled.group_rules,
            appeal=compiled.appeal,
            law=compiled.law,
            scope=scope,
            extends=laid.bases[0] if laid is not None else None,
            place=_place(laid, context),
        )

    def _check_overlays(self, built: list[Built], world: World) -> None:
        """Compare each overlay with its base. Where one of them has faults there is nothing to compare yet."""
        known = {id(b.document.node): b.document for b in built}
        faulty = {fault.span.file for fault in self._faults if fault.severity == "error" and fault.span is not None}
        for over in (b.document for b in built):
            laid = self._layers.of(over.node)
            base = known.get(id(laid.base)) if laid is not None else None
            if laid is not None and base is not None and faulty.isdisjoint([over.file, base.file]):
                check_order(self._context(base, world), self._context(over, world), laid, self._report)

    def _unique_rules(self, rules: tuple[Any, ...], document: Document) -> None:
        seen: dict[str, Any] = {}
        for rule in rules:
            if rule.id in seen:
                span = rule.span or document.span()
                self._report(
                    Diagnostic("PE206", f"two rules have the id `{rule.id}`", span, help="give each its own id")
                )
            seen[rule.id] = rule

    def _whole(self, name: str, policies: list[Built], world: World) -> Iterable[Unit]:
        found = kind(name)
        if found.whole is None:
            return
        documents = tuple(sorted((b.document for b in policies if b.kind.name == name), key=_id))
        context = self._context(documents[0], world)
        if context.record is None:
            return
        identity, compiled = found.whole(documents, context)
        yield Unit(
            id=identity,
            kind=name,
            title=identity,
            owner=documents[0].body.owner or "",
            document=None,
            record=context.record,
            rules=compiled.rules,
            record_judges=compiled.record_judges,
            set_judges=compiled.set_judges,
        )

    def _assumptions(self, built: list[Built], world: World) -> dict[str, tuple[Assumed, ...]]:
        found: dict[str, list[Assumed]] = {}
        for item in sorted((b for b in built if b.kind.name == "assumption"), key=lambda b: _id(b.document)):
            context = self._context(item.document, world)
            if context.record is not None:
                assumed = compile_assumption(item.document.body, context)
                if assumed is not None:
                    found.setdefault(context.record.name, []).append(assumed)
        return {name: tuple(assumed) for name, assumed in found.items()}

    def _waivers(self, built: list[Built], world: World, units: tuple[Unit, ...]) -> tuple[Waiver, ...]:
        """Return the waivers, sorted by id; one of a policy that nobody knows is reported with the other names."""
        policies = {unit.id: unit for unit in units}
        found: list[Waiver] = []
        for document in sorted((b.document for b in built if b.kind.name == "waiver"), key=_id):
            unit = policies.get(document.body.policy)
            if unit is not None:
                context = structs.replace(self._context(document, world), record=unit.record)
                waiver = compile_waiver(document.body, context, unit)
                found.extend([waiver] if waiver is not None else [])
        check_overlaps(found, self._report)
        return tuple(found)

    def _digest(self, documents: tuple[Document, ...]) -> str:
        """Return the digest of everything that can change a Decision: documents in the order of their ids, schemas."""
        plain = [_ordered(d.node.plain()) for d in documents]
        return digest_of({"documents": plain, "schemas": dict(self._schemas), "zone": self._zone.key})


def _known_kind(node: Node) -> Kind | None:
    """Return the kind of a document, None where it cannot be told: `_kind_of` says why."""
    named = node.value.get("kind") if isinstance(node.value, dict) else None
    text = named.value if named is not None else None
    return kind(text) if isinstance(text, str) and text in kind_names() else None


def _place(laid: Laid | None, context: Context) -> Gate | None:
    """Return where an overlay takes the place of its base: its own scope, typed like the merged one."""
    if laid is None or laid.scope is None or context.record is None:
        return None
    return Gate.of(context.tree(laid.scope), "loosens", "only_for")


def _ordered(plain: Plain) -> Plain:
    """Return a document with its rules in the order of their canonical form: the order in the file means nothing."""
    rules = plain.get("rules") if isinstance(plain, dict) else None
    if not isinstance(plain, dict) or not isinstance(rules, list):
        return plain
    ordered: dict[str, Plain] = dict(plain)
    ordered["rules"] = sorted(rules, key=canonical)
    return ordered


def _id(document: Document) -> str:
    return str(document.body.id)
