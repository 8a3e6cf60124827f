"""The list of codes has each code once."""

from __future__ import annotations

from collections import Counter

from policyengine.core import codes


def test_no_code_means_two_things() -> None:
    listed = Counter(code.code for module in codes._RANGES for code in module.CODES)  # noqa: SLF001 - the list itself
    assert [code for code, count in listed.items() if count > 1] == []
    assert len(listed) == len(codes.CODES)
