"""Generated files: written where they differ, or compared with what stands there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def stale(folder: Path, files: Mapping[str, str]) -> list[str]:
    """Return the names of the files that are missing from a folder or say something else, sorted."""
    return sorted(name for name, text in files.items() if _standing(folder / name) != text)


def write(folder: Path, files: Mapping[str, str]) -> list[str]:
    """Write the files of a folder that differ, and return their names, sorted."""
    changed = stale(folder, files)
    for name in changed:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[name], encoding="utf-8", newline="\n")
    return changed


def _standing(path: Path) -> str | None:
    return path.read_bytes().decode("utf-8", errors="replace") if path.is_file() else None
