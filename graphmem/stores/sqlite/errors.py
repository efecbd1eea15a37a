"""SQLite's errors and those of the file system as graphmem's."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from graphmem.errors import GraphMemError, SchemaError, StoreError, StoreUnavailableError

# How long a writer waits for others.
BUSY_SECONDS = 30.0


@contextmanager
def translated(location: str) -> Iterator[None]:
    """Turn SQLite's errors inside the block into graphmem's."""
    try:
        yield
    except GraphMemError:
        raise
    except OSError as error:
        raise StoreUnavailableError(
            f"{location} can't be used ({error.strerror}); check the path and its permissions"
        ) from error
    except sqlite3.Error as error:
        message = str(error)
        if "not a database" in message or "malformed" in message:
            raise SchemaError(
                f"{location} is not an SQLite database, or is damaged ({message}); give another path"
            ) from error
        if "locked" in message:
            raise StoreUnavailableError(
                f"{location} stayed locked by another process for {BUSY_SECONDS:.0f} seconds; nothing was changed, try again"
            ) from error
        if "unable to open" in message or "disk I/O" in message:
            raise StoreUnavailableError(
                f"{location} can't be opened ({message}); check the path and its permissions"
            ) from error
        if "readonly" in message:
            raise StoreError(f"{location} is read-only; make it writable, or give another path") from error
        raise StoreError(f"{location}: {message}; nothing was changed") from error
