"""Python's collector of cycles pauses for a while, and goes on whatever happens."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest

from graphmem.model.collector import paused


@pytest.fixture(autouse=True)
def _enabled() -> Iterator[None]:
    assert gc.isenabled()
    yield
    gc.enable()


def test_a_pause_ends_with_its_block_also_by_an_error() -> None:
    enabled = []

    @paused()
    def fail() -> None:
        enabled.append(gc.isenabled())
        raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert enabled == [False]
    assert gc.isenabled()


def test_a_pause_within_another_ends_nothing_and_prolongs_nothing() -> None:
    first, second = paused(), paused()
    first.__enter__()
    second.__enter__()
    assert not gc.isenabled()
    first.__exit__(None, None, None)
    assert gc.isenabled()
    second.__exit__(None, None, None)
    assert gc.isenabled()


def test_what_others_have_turned_off_stays_off() -> None:
    gc.disable()
    with paused():
        assert not gc.isenabled()
    assert not gc.isenabled()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system knows no fork")
def test_a_child_that_is_forked_in_a_pause_collects() -> None:
    with paused():
        child = os.fork()
        if not child:
            os._exit(0 if gc.isenabled() else 1)
        assert not gc.isenabled()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
