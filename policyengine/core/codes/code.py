"""What a diagnostic code is."""

from __future__ import annotations

from msgspec import Struct


class Code(Struct, frozen=True):
    """A diagnostic code: what it is called, why it is a fault, an example of the fault and its mending."""

    code: str
    title: str
    why: str
    bad: str = ""
    good: str = ""
