"""Python's collector of cycles, paused where very many objects are made that stay: it would go over all of them again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from graphmem.model.forks import renew_in_children


class _Collector:
    def __init__(self) -> None:
        self.paused = False
        renew_in_children(self)

    def resume(self) -> None:
        if self.paused:
            self.paused = False
            gc.enable()

    def renew(self) -> None:
        """In a child: the thread that paused it is not there to end the pause."""
        self.resume()


_COLLECTOR = _Collector()


@contextmanager
def paused() -> Iterator[None]:
    """Collect no cycles in this block. It changes nothing where somebody else has turned the collector off, or has a pause already.

    The pause ends for all threads when whoever began it is done, so that the pauses of several can't join to a long one.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    _COLLECTOR.paused = True
    try:
        yield
    finally:
        _COLLECTOR.resume()
