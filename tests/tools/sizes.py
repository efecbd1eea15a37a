"""How much a test does: less in a usual run, all in ``pytest -m thorough``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings

Test = TypeVar("Test", bound=Callable[..., Any])

# Whether this is a thorough run; conftest sets it before tests are imported.
thorough = False


def size(usual: int, full: int) -> int:
    """How many rounds, writers or rows a test uses that is marked with `in_both`."""
    return full if thorough else usual


def in_both(test: Test) -> Test:
    """Let a test take part in usual and in thorough runs."""
    return pytest.mark.thorough(test) if thorough else test


def examples(usual: int, full: int) -> Callable[[Test], Test]:
    """Let Hypothesis try `usual` examples in a usual run and `full` examples in a thorough one."""
    tried = settings(max_examples=size(usual, full), deadline=None, suppress_health_check=list(HealthCheck))
    return lambda test: in_both(tried(test))
