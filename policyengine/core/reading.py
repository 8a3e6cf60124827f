"""One door for all files: the ending of a name says how it is read."""

from __future__ import annotations

from collections.abc import Callable

from policyengine.core.diagnostic import Diagnostic, Span
from policyengine.core.reader_json import read_json, read_ndjson
from policyengine.core.source import Source

YAML = (".yaml", ".yml")
JSON = (".json",)
NDJSON = (".ndjson", ".jsonl")
MARKDOWN = (".md", ".markdown")
SUFFIXES: tuple[str, ...] = (*YAML, *JSON, *NDJSON, *MARKDOWN)
"""What a file's name may end with to be read."""


def suffix(file_name: str) -> str:
    """Return the ending of a file's name in small letters, with its dot; empty without one."""
    name = file_name.replace("\\", "/").rpartition("/")[2]
    stem, dot, ending = name.rpartition(".")
    return f".{ending.lower()}" if dot and stem else ""


def read(file_name: str, data: bytes) -> Source:
    """Read the bytes of a file by the ending of its name; `file_name` is also the name that spans carry."""
    ending = suffix(file_name)
    reader = _reader(ending)
    if reader is not None:
        return reader(data, file_name)
    message = f"files that end with `{ending}` are not read" if ending else "the file's name has no ending"
    known = ", ".join(f"`{name}`" for name in SUFFIXES)
    fault = Diagnostic("PE005", message, Span(file_name, 1, 1, 1, 1), help=f"files that are read end with {known}")
    return Source(file_name, "", (), (fault,))


def _reader(ending: str) -> Callable[[bytes, str], Source] | None:
    if ending in JSON:
        return read_json
    if ending in NDJSON:
        return read_ndjson
    # PyYAML takes as long to import as all of the core: whoever evaluates JSON records does without it.
    if ending in YAML:
        from policyengine.core.reader_yaml import read_yaml  # noqa: PLC0415

        return read_yaml
    if ending in MARKDOWN:
        from policyengine.core.reader_markdown import read_markdown  # noqa: PLC0415

        return read_markdown
    return None
