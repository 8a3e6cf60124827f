"""Who last changed a line of a policy: asked of git, which may not be there; then nobody is named."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC
from pathlib import Path
from typing import Any

from policyengine.core.decision import Place
from policyengine.evaluate.explaining import Edited

_UNCOMMITTED = "0" * 40


def last_edits(places: Iterable[Place], revision: str | None = None) -> dict[Place, Edited]:
    """Return who last changed each place, as of a revision (default: the working copy); silent where git cannot say."""
    found: dict[Place, Edited] = {}
    by_file: dict[str, list[Place]] = {}
    for place in places:
        by_file.setdefault(place.file, []).append(place)
    for file, wanted in by_file.items():
        lines = _lines(file, revision)
        found |= {place: lines[place.line - 1] for place in wanted if 0 < place.line <= len(lines)}
    return found


def _lines(file: str, revision: str | None) -> list[Edited]:
    """Return who last changed each line of a file; nothing outside version control."""
    try:
        import git  # noqa: PLC0415 - a tenth of a second, and only an explanation needs it

        start = Path(file).resolve().parent if revision is None else Path.cwd()
        with git.Repo(start, search_parent_directories=True) as repository:
            name = str(Path(file).resolve()) if revision is None else file
            blamed: Any = repository.blame(revision, name) or ()
            return [edited for commit, lines in blamed for edited in [_edited(commit)] * len(lines)]
    except Exception:  # noqa: BLE001 - no git, no repository, a file that it does not know: the answer is that nobody knows
        return []


def _edited(commit: Any) -> Edited:
    if commit.hexsha == _UNCOMMITTED:
        return Edited(by="", on="", revision="")
    day = commit.committed_datetime.astimezone(UTC).date().isoformat()
    subject = str(commit.message).strip().split("\n", 1)[0]
    return Edited(by=str(commit.author.name), on=day, revision=commit.hexsha, subject=subject)
