"""PE5xx: configuration and command line."""

from __future__ import annotations

from policyengine.core.codes.code import Code

CODES: tuple[Code, ...] = (
    Code(
        "PE501",
        "two configurations in one file",
        "The configuration is one document: of two, one would not count.",
        bad="trust: strict\n---\ntrust: listed\n",
        good="trust: strict\n",
    ),
    Code(
        "PE502",
        "a path in the configuration that does not exist",
        "Paths are relative to the folder of policyengine.yaml. A folder that is not there would silently be empty.",
        bad="policies: [polices]\n",
        good="trust: strict\n",
    ),
    Code(
        "PE503",
        "a revision that cannot be read",
        "`--rev` takes the policies from git: a branch, a tag or a commit of the repository that they lie in.",
    ),
    Code(
        "PE504",
        "a schema that loosens a shipped one",
        "A repository's schemas may add fields, add words to open lists, and tighten. A default, another type, wider "
        "bounds, or another answer to whose statement a field is would let through what the shipped schema stops.",
    ),
    Code(
        "PE505",
        "a record schema that is not understood",
        "Record schemas use the vocabulary of schemas/records/README.md: what the engine does not read would only seem "
        "to hold.",
    ),
    Code(
        "PE506",
        "no policies",
        "Without policies everything would be allowed, which nobody who runs a check means.",
    ),
    Code(
        "PE507",
        "a selection that selects nothing",
        "`--only` takes ids of policies, with `*` for anything. A pattern without a match would judge nothing.",
    ),
    Code(
        "PE508",
        "no submission",
        "A folder without a file that can be judged is most often the wrong folder.",
    ),
)
