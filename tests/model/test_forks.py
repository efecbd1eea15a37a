"""The lock that a forked child finds free: Ctrl-C never leaves it taken."""

from __future__ import annotations

import random
import signal
import sys
import threading
from contextlib import suppress

import pytest

from graphmem.model.forks import ForkLock


@pytest.mark.skipif(sys.platform == "win32", reason="needs a timer of the system")
def test_ctrl_c_never_leaves_it_taken() -> None:
    chance = random.Random(1)
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        for _ in range(300):
            lock = ForkLock()
            _interrupted(lock, chance.uniform(1e-5, 2e-4))
            assert _is_free(lock)
    finally:
        signal.signal(signal.SIGALRM, before)


def _interrupted(lock: ForkLock, seconds: float) -> None:
    """Take and release it until an interrupt comes."""
    with suppress(KeyboardInterrupt):
        try:
            signal.setitimer(signal.ITIMER_REAL, seconds)
            while True:
                with lock:
                    pass
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)


def _is_free(lock: ForkLock) -> bool:
    def take() -> None:
        with lock:
            taken.append(True)

    taken: list[bool] = []
    other = threading.Thread(target=take, daemon=True)
    other.start()
    other.join(5)
    return bool(taken)
