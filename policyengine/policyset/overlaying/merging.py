"""An overlay laid over its base: one complete document, each key at the line on which it really stands.

Mappings are merged key by key at any depth, lists whose entries have an `id` entry by entry. Everything else is
replaced whole: conditions, texts, other lists, and mappings that are one of several alternatives (`needs`).
`without: [fast_track]` leaves keys of the base out, `{id: …, removed: true}` an entry of a list.
"""

from __future__ import annotations

import typing
from collections.abc import Callable
from typing import Any, Final

from policyengine.core.diagnostic import Diagnostic, Span
from policyengine.core.source import Node
from policyengine.core.suggest import did_you_mean
from policyengine.shapes.document import Key, Spec, keys_of, spec_of
from policyengine.shapes.parts import Part

Report = Callable[[Diagnostic], None]
REMOVED: Final = "removed"
WITHOUT: Final = "without"
OWN: Final = ("extends", "may_loosen", "because")
"""Keys that an overlay says about itself: an overlay over it does not take them on."""


class Merger:
    """Lays one document over another. `gone` is where the overlay says that a node of the base is left out."""

    def __init__(self, report: Report) -> None:
        """Take where faults go."""
        self._report = report
        self.gone: dict[int, Span] = {}

    def document(self, base: Node, over: Node, struct: type[Part]) -> Node:
        """Return the merged document; the scopes of both hold together."""
        assert isinstance(base.value, dict)  # noqa: S101 - documents are mappings
        own = {name: child for name, child in base.value.items() if name not in OWN}
        merged = self._part(Node(own, base.span, keys=base.keys), over, struct)
        return _with_scope(merged, base, over)

    def _part(self, base: Node, over: Node, struct: type[Part]) -> Node:
        keys = {key.name: key for key in keys_of(struct)}
        return self._mapping(base, over, lambda name: _spec(keys.get(name)))

    def _mapping(self, base: Node, over: Node, spec_for: Callable[[str], Spec | None]) -> Node:
        assert isinstance(base.value, dict)  # noqa: S101 - asked by the callers
        assert isinstance(over.value, dict)  # noqa: S101 - as above
        own = {name: child for name, child in over.value.items() if name != WITHOUT or spec_for(name) is not None}
        left = self._without(base.value, over) if WITHOUT in over.value.keys() - own.keys() else base.value
        value = {**left, **{name: self._value(left.get(name), child, spec_for(name)) for name, child in own.items()}}
        places = {name: (over if name in own else base).keys.get(name) for name in value}
        return Node(value, over.span, keys={name: span for name, span in places.items() if span is not None})

    def _without(self, base: dict[str, Node], over: Node) -> dict[str, Node]:
        """Return the base's entries but for those that the overlay leaves out."""
        assert isinstance(over.value, dict)  # noqa: S101 - asked by the caller
        listed = over.value[WITHOUT]
        for entry in listed.value if isinstance(listed.value, list) else [listed]:
            name = entry.value if isinstance(entry.value, str) else ""
            if name not in base or name in over.value:
                help_ = did_you_mean(name, base) or f"there are {', '.join(sorted(base))}"
                self._fault(f"the base has no `{entry.raw or name}` here that could be left out", entry.span, help_)
                continue
            self.gone[id(base[name])] = entry.span
            base = {key: child for key, child in base.items() if key != name}
        return base

    def _value(self, base: Node | None, over: Node, spec: Spec | None) -> Node:
        if base is None or spec is None:
            return over
        origin = typing.get_origin(spec.base)
        if origin is list:
            return self._list(base, over, spec)
        if not (isinstance(base.value, dict) and isinstance(over.value, dict)):
            return over
        if origin is dict:
            inner = spec_of(typing.get_args(spec.base)[1])
            return self._mapping(base, over, lambda _: inner)
        if isinstance(spec.base, type) and issubclass(spec.base, Part) and not spec.base.one_of:
            return self._part(base, over, spec.base)
        return over

    # Lists ------------------------------------------------------------------------------------------------------

    def _list(self, base: Node, over: Node, spec: Spec) -> Node:
        entry = entry_of(spec)
        if entry is None or not isinstance(base.value, list) or not isinstance(over.value, list):
            return over
        known = {name_of(node): node for node in base.value}
        placed: dict[Any, Node | None] = dict(known)
        new: list[Node] = []
        for node in over.value:
            name, first = name_of(node), known.get(name_of(node))
            if _removes(node):
                self._remove(name, first, node, known)
                placed[name] = None
            elif first is None or name is None:
                new.append(node)
            elif placed[name] is first:
                placed[name] = self._part(first, node, entry)
            else:
                new.append(node)  # the second entry of that id, which the kind reports
        kept = [node for node in placed.values() if node is not None]
        ahead = spec.tighter is not None and spec.tighter.new_first
        return Node([*new, *kept] if ahead else [*kept, *new], over.span)

    def _remove(self, name: Any, first: Node | None, node: Node, known: dict[Any, Node]) -> None:
        assert isinstance(node.value, dict)  # noqa: S101 - it says `removed`
        removed = node.value[REMOVED]
        if first is None:
            names = sorted(str(n) for n in known if n is not None)
            help_ = did_you_mean(str(name), names) or f"there are {', '.join(names)}"
            self._fault(f"the base has no `{name}` that could be removed", node.span, help_)
        elif removed.value is not True or len(node.value) > 2:  # noqa: PLR2004 - `id` and `removed`
            self._fault(f"`{name}` is removed, and changed", removed.span, f"write `{{id: {name}, removed: true}}`")
        else:
            self.gone[id(first)] = node.span

    def _fault(self, message: str, span: Span, help_: str) -> None:
        self._report(Diagnostic("PE225", message, span, help=help_))


def _spec(key: Key | None) -> Spec | None:
    return None if key is None else key.spec


def entry_of(spec: Spec) -> type[Part] | None:
    """Return the struct of a list's entries where they have ids, else None."""
    arguments = typing.get_args(spec.base)
    inner = spec_of(arguments[0]).base if typing.get_origin(spec.base) is list else None
    if not (isinstance(inner, type) and issubclass(inner, Part)):
        return None
    return inner if any(key.name == "id" and key.required for key in keys_of(inner)) else None


def name_of(node: Node) -> Any:
    """Return the id of an entry, None where it has none."""
    found = node.value.get("id") if isinstance(node.value, dict) else None
    return found.value if found is not None and isinstance(found.value, str) else None


def _removes(node: Node) -> bool:
    return isinstance(node.value, dict) and REMOVED in node.value


def _with_scope(merged: Node, base: Node, over: Node) -> Node:
    """Return the document with both scopes: outside the base's, the overlay has nothing to tighten."""
    outer, inner = base.at(("only_for",)), over.at(("only_for",))
    if outer is None or inner is None or not isinstance(merged.value, dict):
        return merged
    key = over.keys.get("only_for", inner.span)
    both = Node({"all_of": Node([outer, inner], inner.span)}, inner.span, keys={"all_of": key})
    return Node({**merged.value, "only_for": both}, merged.span, merged.raw, merged.keys)
