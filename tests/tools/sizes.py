"""How much a test does: a part of it in every run, all of it in ``pytest -m thorough``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings

Test = TypeVar("Test", bound=Callable[..., Any])

# Set before tests are imported.
thorough = False


def size(usual: int, full: int) -> int:
    """A number of rounds, writers or rows for a test marked with `in_both`."""
    return full if thorough else usual


def in_both(test: Test) -> Test:
    """The test is part of every run and of the thorough one."""
    return pytest.mark.thorough(test) if thorough else test


def examples(usual: int, full: int) -> Callable[[Test], Test]:
    """Hypothesis tries so many examples in every run, and so many in the thorough one."""
    tried = settings(max_examples=size(usual, full), deadline=None, suppress_health_check=list(HealthCheck))
    return lambda test: in_both(tried(test))
