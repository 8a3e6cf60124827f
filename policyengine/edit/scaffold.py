"""`policyengine new`: the files of another kind, policy or check, filled in so far that they work at once.

Nothing that exists is ever overwritten.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from msgspec import Struct

from policyengine.core.codes import CODES
from policyengine.edit import templates
from policyengine.kinds import kind, kind_names
from policyengine.shapes.document import keys_of

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_ID: Final = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")
_SET_CODES: Final = "policyengine/core/codes/sets.py"


class Plan(Struct, frozen=True):
    """The files to write, by path; `changed` are those that stand there already and get something added."""

    files: dict[Path, str]
    changed: dict[Path, str] = {}
    next_steps: tuple[str, ...] = ()


class CannotScaffold(ValueError):  # noqa: N818 - it says what it means
    """What is asked for cannot be written; the message says why, in words for the command line."""


def new_kind(name: str, checkout: Path) -> Plan:
    """Return the files of a kind: its module with an example, and its tests."""
    _named(name, "kind", kind_names())
    _in_checkout(checkout)
    files = {
        checkout / f"policyengine/kinds/{name}.py": _filled(templates.KIND, name),
        checkout / f"tests/kinds/test_{name}.py": _filled(templates.KIND_TEST, name),
    }
    run = ("policyengine schema write", f"pytest tests/kinds/test_{name}.py")
    return Plan(files, next_steps=run)


def new_lint(name: str, checkout: Path) -> Plan:
    """Return the files of a check across policies: its module, its tests, and the entry of its code."""
    _named(name, "check", (path.stem for path in (checkout / "policyengine/lints").glob("*.py")))
    _in_checkout(checkout)
    codes = checkout / _SET_CODES
    code = _free_code()
    text = codes.read_text(encoding="utf-8")
    head, tail = text[: text.rindex(")")], text[text.rindex(")") :]
    files = {
        checkout / f"policyengine/lints/{name}.py": _filled(templates.LINT, name).replace("CODE", code),
        checkout / f"tests/lints/test_{name}.py": _filled(templates.LINT_TEST, name).replace("CODE", code),
    }
    added = head + templates.CODE.replace("CODE", code) + tail
    run = (f"say in {_SET_CODES} what {code} means", f"pytest tests/lints/test_{name}.py")
    return Plan(files, {codes: added}, run)


def new_policy(kind_name: str, identity: str, folder: Path, schemas: Path | None) -> Plan:
    """Return a starter policy: the kind's example under another id, each key explained.

    It stands in the folder under its id (`links.tagged` in `links/tagged.yaml`). `schemas` is where the schemas lie,
    for the line by which editors find them. Of an example of several documents only the first is taken.
    """
    if _ID.fullmatch(identity) is None:
        message = f"`{identity}` is not an id: small letters, digits, `_`, and dots between them"
        raise CannotScaffold(message)
    found = kind(kind_name)
    path = folder.joinpath(*identity.split(".")).with_suffix(".yaml")
    header = ""
    if schemas is not None:
        schema = os.path.relpath(schemas / f"{kind_name}.schema.json", path.parent)
        header = f"# yaml-language-server: $schema={Path(schema).as_posix()}\n"
    meanings = {key.name: key.spec.doc.meaning for key in keys_of(found.document) if key.spec.doc is not None}
    example = found.example.partition("\n---\n")[0]
    return Plan({path: f"{header}{_explained(example, identity, meanings)}"})


def write(plan: Plan) -> list[Path]:
    """Write the files of a plan, all or none, and return their paths."""
    standing = [path for path in plan.files if path.exists()]
    if standing:
        message = f"`{standing[0].as_posix()}` exists already; nothing was written"
        raise CannotScaffold(message)
    for path, text in (plan.files | plan.changed).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return [*plan.files, *plan.changed]


def _named(name: str, what: str, taken: object) -> None:
    if _NAME.fullmatch(name) is None:
        message = f"`{name}` is not a name of a {what}: small letters, digits and `_`"
        raise CannotScaffold(message)
    if name in set(taken):  # type: ignore[call-overload]
        message = f"there is a {what} `{name}` already"
        raise CannotScaffold(message)


def _in_checkout(folder: Path) -> None:
    if not (folder / "policyengine" / "kinds").is_dir():
        message = f"`{folder.as_posix()}` is no checkout of policyengine: kinds and checks are part of its source"
        raise CannotScaffold(message)


def _free_code() -> str:
    taken = [int(code[2:]) for code in CODES if code.startswith("PE2")]
    return f"PE{max(taken) + 1}"


def _filled(template: str, name: str) -> str:
    title = "".join(part.capitalize() for part in name.split("_"))
    return template.replace("NAME", name).replace("TITLE", title)


def _explained(example: str, identity: str, meanings: dict[str, str]) -> str:
    """Return an example with another id, and above each key of the document what it means."""
    lines: list[str] = []
    for line in example.splitlines():
        match = re.match(r"([a-z_]+):", line)
        if match is not None and match[1] in meanings:
            lines.append(f"# {meanings[match[1]]}")
        lines.append(f"id: {identity}" if match is not None and match[1] == "id" else line)
    return "\n".join(lines) + "\n"
