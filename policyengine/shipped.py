"""Where the files that come with the package are: the policy library, the schemas and the examples.

In a wheel they lie inside the package; in a source checkout (and so in an editable install) they are the folders at the
repository's root. Nobody else needs to know which.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

_PACKAGE = Path(__file__).resolve().parent


def shipped(name: Literal["policies", "schemas", "examples"]) -> Path:
    """Return the folder of that name that came with this installation.

    Raises:
        FileNotFoundError: the installation is broken; no input of a user's leads here.
    """
    for folder in (_PACKAGE / "_shipped" / name, _PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    message = f"this installation of policyengine lacks its folder {name}; install it again"
    raise FileNotFoundError(message)
