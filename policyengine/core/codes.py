"""The one list of diagnostic codes. `policyengine show CODE` and the pages in docs/codes/ are made from it.

Ranges: PE0xx reading files, PE1xx documents and conditions, PE2xx a set of policies, PE3xx kinds, PE4xx records and
submissions, PE5xx configuration and command line, PE6xx suites.
"""

from __future__ import annotations

from msgspec import Struct


class Code(Struct, frozen=True):
    """A diagnostic code: what it is called, why it is a fault, an example of the fault and its mending."""

    code: str
    title: str
    why: str
    bad: str = ""
    good: str = ""


_ALL: tuple[Code, ...] = (
    # PE0xx: reading files -------------------------------------------------------------------------------------
    # PE1xx: documents and conditions --------------------------------------------------------------------------
    # PE2xx: a set of policies ---------------------------------------------------------------------------------
    # PE3xx: kinds ---------------------------------------------------------------------------------------------
    # PE4xx: records and submissions ---------------------------------------------------------------------------
    # PE5xx: configuration and command line --------------------------------------------------------------------
    # PE6xx: suites --------------------------------------------------------------------------------------------
)

CODES: dict[str, Code] = {entry.code: entry for entry in _ALL}
