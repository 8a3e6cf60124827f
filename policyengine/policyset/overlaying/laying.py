"""Which document lies over which: chains of overlays, resolved from the base up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct, structs

from policyengine.core.diagnostic import Diagnostic, Related, Span
from policyengine.core.source import Node
from policyengine.core.suggest import did_you_mean
from policyengine.policyset.overlaying.merging import Merger, Report
from policyengine.shapes.contract import Kind


class Laid(Struct, frozen=True, eq=False, kw_only=True):
    """An overlay: as written, its base as merged, the ids of what it lies over (the nearest first).

    `scope` is its own `only_for` (None: it takes the place of its base everywhere), `gone` where it says that a node of
    the base is left out, by the node's identity.
    """

    own: Node
    base: Node
    bases: tuple[str, ...]
    scope: Node | None
    gone: dict[int, Span]

    def says(self, span: Span) -> bool:
        """Tell whether a place lies in the overlay itself, and not in its base."""
        own = self.own.span
        start, end = (own.line, own.column), (own.end_line, own.end_column)
        within = start <= (span.line, span.column) and (span.end_line, span.end_column) <= end
        return span.file == own.file and within

    def told(self, fault: Diagnostic) -> Diagnostic:
        """Return a fault; one at a line of the base says which overlay makes it one."""
        if fault.span is None or self.says(fault.span):
            return fault
        place = Related(self.own.span_at(("extends",), key=True), f"as `{_text(self.own, 'id')}` has it")
        return structs.replace(fault, related=(*fault.related, place))


class Layers(Struct, frozen=True, eq=False):
    """All documents with overlays merged; `overlays` by the identity of the merged node."""

    nodes: tuple[Node, ...]
    overlays: dict[int, Laid]

    def of(self, node: Node) -> Laid | None:
        """Return what an overlay lies over, None for any other document."""
        return self.overlays.get(id(node))

    def bases(self) -> dict[str, tuple[str, ...]]:
        """Return what each overlay lies over, the nearest first."""
        return {_text(laid.own, "id"): laid.bases for laid in self.overlays.values()}


def lay(documents: Sequence[Node], kind_of: Callable[[Node], Kind | None], report: Report) -> Layers:
    """Return all documents, overlays merged over their bases; those without a base are reported and left out.

    `kind_of` names the kind of a document, None where it cannot be told (which others report).
    """
    return _Laying(documents, kind_of, report).run()


class _Laying:
    def __init__(self, documents: Sequence[Node], kind_of: Callable[[Node], Kind | None], report: Report) -> None:
        self._documents = documents
        self._kind_of = kind_of
        self._report = report
        self._by_id: dict[str, Node] = {}
        for node in sorted(documents, key=lambda n: n.span):
            if kind_of(node) is not None and _text(node, "id"):
                self._by_id.setdefault(_text(node, "id"), node)
        self._overlays: dict[int, Laid] = {}
        self._done: dict[int, Node | None] = {}

    def run(self) -> Layers:
        found = [self._merged(node, ()) if self._extends(node) else node for node in self._documents]
        return Layers(tuple(node for node in found if node is not None), self._overlays)

    def _extends(self, node: Node) -> bool:
        kind = self._kind_of(node)
        named = node.at(("extends",))
        return kind is not None and "extends" in kind.fields() and named is not None and named.value is not None

    def _merged(self, node: Node, above: tuple[str, ...]) -> Node | None:
        """Return a document merged over what it extends; None where there is a fault below it."""
        if not self._extends(node):
            return node
        if id(node) not in self._done:
            self._done[id(node)] = None  # a circle ends here, after it was reported
            self._done[id(node)] = self._laid(node, above)
        return self._done[id(node)]

    def _laid(self, node: Node, above: tuple[str, ...]) -> Node | None:
        written = self._base(node, (*above, _text(node, "id")))
        base = self._merged(written, (*above, _text(node, "id"))) if written is not None else None
        kind = self._kind_of(node)
        if base is None or kind is None:
            return None
        merger = Merger(self._report)
        merged = merger.document(base, node, kind.document)
        below = self._overlays.get(id(base))
        bases = (_text(node, "extends"), *(below.bases if below is not None else ()))
        scope = node.at(("only_for",))
        self._overlays[id(merged)] = Laid(own=node, base=base, bases=bases, scope=scope, gone=merger.gone)
        return merged

    def _base(self, node: Node, above: tuple[str, ...]) -> Node | None:
        """Return the document that another one extends, or None after reporting why there is none."""
        named = node.at(("extends",))
        assert named is not None  # noqa: S101 - asked before
        base = self._by_id.get(named.value) if isinstance(named.value, str) else None
        if base is None:
            help_ = did_you_mean(str(named.value), self._by_id) or "it names the id of another policy of the set"
            self._report(Diagnostic("PE220", f"unknown policy `{named.value}` to extend", named.span, help=help_))
            return None
        if _text(base, "id") in above:
            self._circle(above[above.index(_text(base, "id")) :])
            return None
        kind, other = self._kind_of(node), self._kind_of(base)
        if kind is not other and kind is not None and other is not None:
            message = f"`{_text(node, 'id')}` is of kind {kind.name}, and `{named.value}` of kind {other.name}"
            related = (Related(base.span_at(("kind",)), "the base says"),)
            help_ = "an overlay is of the same kind as its base"
            self._report(Diagnostic("PE222", message, node.span_at(("kind",)), help=help_, related=related))
            return None
        return base

    def _circle(self, names: tuple[str, ...]) -> None:
        start = names.index(min(names))
        ordered = (*names[start:], *names[:start])
        span = self._by_id[ordered[0]].span_at(("extends",))
        shown = " → ".join(f"`{name}`" for name in (*ordered, ordered[0]))
        help_ = "let one of them be the base, without `extends`"
        self._report(Diagnostic("PE221", f"overlays extend each other: {shown}", span, help=help_))


def check_manners(documents: Iterable[Node], report: Report) -> None:
    """Report overlays that may loosen and do not say why, and words about overlays in documents that are none."""
    for node in documents:
        entries: Mapping[str, Node] = node.value if isinstance(node.value, dict) else {}
        loosens = entries.get("may_loosen")
        if "extends" in entries and loosens is not None and loosens.value is True and "because" not in entries:
            span = node.keys.get("may_loosen", loosens.span)
            help_ = "add `because: …`, for whoever wonders later"
            report(Diagnostic("PE224", "`may_loosen` does not say why", span, help=help_))
        if "extends" not in entries and loosens is not None:
            span = node.keys.get("may_loosen", loosens.span)
            help_ = "name the base with `extends: …`, or leave it out"
            report(Diagnostic("PE226", "`may_loosen` in a policy that extends none", span, help=help_))


def _text(node: Node, key: str) -> str:
    found = node.at((key,))
    return found.value if found is not None and isinstance(found.value, str) else ""
