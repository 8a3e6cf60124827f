"""The search for circles is put off for a block, and only for it."""

from __future__ import annotations

import gc

import pytest

from policyengine.evaluate.garbage import put_off


def test_it_is_put_off_until_the_block_ends() -> None:
    assert gc.isenabled()
    with put_off():
        assert not gc.isenabled()
        with put_off():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_fault_in_the_block_leaves_nothing_off() -> None:
    with pytest.raises(ValueError, match="a fault"), put_off():
        raise ValueError("a fault")
    assert gc.isenabled()
