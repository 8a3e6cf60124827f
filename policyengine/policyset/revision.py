"""Policies as of a git revision: the blobs of its tree, without touching the working copy."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from policyengine.core.diagnostic import Diagnostic
from policyengine.core.reading import read
from policyengine.core.source import Source
from policyengine.policyset.loading import SUFFIXES

if TYPE_CHECKING:
    import git


class Revised(Struct, frozen=True, eq=False):
    """The policy files of a revision, named by their paths in the repository, and its full name."""

    sha: str
    sources: tuple[Source, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


def sources_at(revision: str, paths: Iterable[Path], repo: Path) -> Revised:
    """Return the policy files at some paths as they were at a revision (a branch, a tag, `HEAD~3`, a commit).

    `repo` is any folder inside the repository; paths are relative to the working directory, or absolute.
    """
    import git  # noqa: PLC0415 - a tenth of a second, and only this needs it

    try:
        repository = git.Repo(repo, search_parent_directories=True)
    except (git.InvalidGitRepositoryError, git.NoSuchPathError):
        return _refused(f"`{repo.as_posix()}` is not in a git repository", "`--rev` reads policies from git")
    with repository:
        try:
            commit = repository.commit(revision)
        except (git.BadName, git.GitCommandError, ValueError, IndexError):
            return _refused(f"there is no revision `{revision}`", "name a branch, a tag or a commit")
        root = Path(repository.working_tree_dir or repository.git_dir).resolve()
        return _collected(commit, paths, root)


def _collected(commit: git.Commit, paths: Iterable[Path], root: Path) -> Revised:
    sources: dict[str, Source] = {}
    faults: list[Diagnostic] = []
    for path in paths:
        inside = _inside(path, root)
        if inside is None:
            faults.append(_fault(f"`{path.as_posix()}` is not in the repository", "`--rev` reads policies from git"))
            continue
        found = dict(_blobs(commit, inside))
        if not found:
            faults.append(_fault(f"the revision has no policies in `{inside}`", "see what it has with `git show`"))
        sources |= {name: read(name, data) for name, data in found.items()}
    return Revised(commit.hexsha, tuple(sources[name] for name in sorted(sources)), tuple(faults))


def _inside(path: Path, root: Path) -> str | None:
    whole = path.resolve()
    return whole.relative_to(root).as_posix() if whole.is_relative_to(root) else None


def _blobs(commit: git.Commit, inside: str) -> Iterable[tuple[str, bytes]]:
    """Yield the policy files at or below a path of a commit's tree; hidden folders and links are left out."""
    try:
        top: Any = commit.tree if inside == "." else commit.tree / inside
    except KeyError:
        return
    for blob in [top] if top.type == "blob" else top.traverse():
        name = str(blob.path)
        below = PurePosixPath(name).relative_to("." if inside == "." or top.type == "blob" else inside).parts
        hidden = any(part.startswith(".") for part in below)
        if blob.type == "blob" and blob.mode != _LINK and name.endswith(SUFFIXES) and not hidden:
            yield name, blob.data_stream.read()


_LINK = 0o120000


def _refused(message: str, help_: str) -> Revised:
    return Revised("", (), (_fault(message, help_),))


def _fault(message: str, help_: str) -> Diagnostic:
    return Diagnostic("PE503", message, help=help_)
