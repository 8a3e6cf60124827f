"""Policy as code for how an organisation behaves on social media."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from policyengine.core.decision import Decision
    from policyengine.core.diagnostic import Diagnostic
    from policyengine.evaluate.engine import InvalidPolicies, PolicySet, load

__all__ = ["Decision", "Diagnostic", "InvalidPolicies", "PolicySet", "__version__", "load"]
__version__ = "0.1.0"

# The public names and their homes: imported when they are asked for (PEP 562), so that the import stays light.
_HOMES = {
    "Decision": "policyengine.core.decision",
    "Diagnostic": "policyengine.core.diagnostic",
    "InvalidPolicies": "policyengine.evaluate.engine",
    "PolicySet": "policyengine.evaluate.engine",
    "load": "policyengine.evaluate.engine",
}


def __getattr__(name: str) -> Any:
    """Return a public name from its home."""
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
