"""What is said where a framework is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from graphmem.errors import ConfigurationError


@contextmanager
def required(module: str, package: str, extra: str) -> Iterator[None]:
    """Within it, `module` is imported.

    Raises:
        ConfigurationError: it is not there, or is too old; the message says what to install.
    """
    try:
        yield
    except ImportError as error:
        raise ConfigurationError(
            f"{module} needs the package {package} ({error}): pip install 'graphmem[{extra}]'"
        ) from error
