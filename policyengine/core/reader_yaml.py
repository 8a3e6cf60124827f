"""YAML 1.2 text → `Source`: data with the exact place of every key and value, and every fault that one run can find.

Built on the *events* of PyYAML's C parser, which cost a fifth of its loaders and carry places. Refused, each with its
place: duplicate keys, tags, merge keys, directives, alias bombs and cycles, keys that are no text, depth over 64,
files over 1 MB, numbers that others cannot hold; reported: the traps in which YAML silently drops or splits text.
"""

from __future__ import annotations

from policyengine.core import yaml_comments, yaml_syntax
from policyengine.core.decoding import decode, printable
from policyengine.core.diagnostic import Diagnostic, Span, collected
from policyengine.core.places import Places
from policyengine.core.source import Source
from policyengine.core.yaml_builder import Builder

MAX_BYTES = 1_000_000
MAX_REPAIRS = 20
"""How many faults that stop the parser are stepped over to find the next one."""
REPAIRED_CHARACTERS = 500_000
"""How many characters may be read again for that."""


def read_yaml(text: str | bytes, file: str) -> Source:
    """Read all documents of a YAML file; `file` is the name that spans carry."""
    decoded = decode(text, file, MAX_BYTES)
    if not decoded.readable:
        return Source(file, decoded.text, (), decoded.diagnostics)
    clean = printable(decoded.text, file)
    builder, found = _read_all(clean.text, file)
    faults = [*decoded.diagnostics, *clean.diagnostics, *found]
    if not builder.documents and not faults:
        faults.append(Diagnostic("PE004", "the file is empty", Span(file, 1, 1, 1, 1), help="remove it, or fill it"))
    return Source(file, decoded.text, tuple(builder.documents), collected(faults))


def _read_all(text: str, file: str) -> tuple[Builder, list[Diagnostic]]:
    """Read a text, and again with each fault that stops the parser mended, so that what follows is read, too.

    A `#` that hides a value is mended as well: the value is then what its writer meant, and nobody reports it twice.
    """
    builder = Builder(text, file, frozenset())
    builder.run()
    if not text or (builder.stop is None and "#" not in text):
        return builder, builder.faults
    places = Places(text, file)
    mended: frozenset[int] = frozenset()
    faults: dict[int, Diagnostic] = {}
    best = builder
    # A large file is a generated one: its repairs would cost more than a second run.
    for repairs_left in range(min(MAX_REPAIRS, REPAIRED_CHARACTERS // len(text)), -1, -1):
        traps = yaml_comments.swallowed(text, builder.covered, builder.readable_until())
        new = {trap.offset for trap in traps if trap.leaves_empty or builder.stop is not None}
        for trap in traps:
            faults.setdefault(trap.offset, yaml_comments.report(trap, text, builder.covered, places))
        if builder.stop is not None:
            explained = yaml_syntax.explain(builder.stop, text, places)
            if explained.mendable is not None:
                faults.setdefault(explained.mendable, explained.diagnostic)
                new.add(explained.mendable)
        if not repairs_left or not new - mended:
            break
        mended |= new
        builder = Builder(text, file, mended)
        builder.run()
        if builder.reached() <= best.reached() and builder.stop is not None:
            break
        best = builder
    result = [*best.faults, *faults.values()]
    if best.stop is not None:
        explained = yaml_syntax.explain(best.stop, text, places)
        if explained.mendable is None or explained.mendable not in faults:
            result.append(explained.diagnostic)
    return best, result
