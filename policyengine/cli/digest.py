"""`policyengine digest`: the digests of what an approver sees, for the `seen` of a vote or a ruling."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from msgspec import structs

from policyengine.cli.shared import Asked, Output, asks_output, finish
from policyengine.cli.workspace import Workspace, open_types, settled, submitted, unusable
from policyengine.core.digest import digest_of
from policyengine.evaluate.submission import Submission
from policyengine.report.escape import terminal
from policyengine.report.json import encode
from policyengine.shapes.material import material


@click.command(epilog="Example: policyengine digest submissions/post-17.md")
@click.argument("file", metavar="FILE")
@click.option("--records", multiple=True, metavar="PATH", help="Where facts stand that are not the author's to state.")
@click.option("--map", "map_", metavar="FILE", help="How the columns of CSV or foreign NDJSON become fields.")
@asks_output("text", "json")
def command(file: str, records: tuple[str, ...], map_: str | None, output: Output) -> None:
    """Print the digest of each material field of a record: what a vote saw.

    As text the lines are YAML that can be pasted below `seen:`; a comment introduces each record of the file. Facts
    that are not the author's to state (a risk tier, say) are taken from --records, as `lint` takes them.
    """
    workspace = open_types(Asked(map=map_, records=records))
    found = submitted(Path(file), workspace)
    faults = (*workspace.diagnostics, *found.diagnostics)
    output.diagnostics(faults, workspace.texts)
    digested = [_settled(one, workspace) for one in found.submissions] if found.sound else []
    output.data("".join(_json(one) if output.format == "json" else _text(one) for one in digested))
    finish(failed=unusable(faults) or not digested, found=False)


def _settled(submission: Submission, workspace: Workspace) -> Submission:
    """Return a submission as it is judged, so that a vote with these digests counts."""
    return structs.replace(submission, record=settled(submission, workspace)[0])


def _text(submission: Submission) -> str:
    seen = material(submission.kind, submission.record)
    name = terminal(f"{submission.kind.name} {submission.id}")
    return "".join([f"# {name}\n", *(f"{field}: {digest}\n" for field, digest in seen.items())])


def _json(submission: Submission) -> str:
    plain: dict[str, Any] = {
        "type": submission.kind.name,
        "id": submission.id,
        "digest": digest_of(submission.record),
        "seen": material(submission.kind, submission.record),
    }
    return encode(plain) + "\n"
