"""Files of a local server that processes share: locks, and writes that leave no half of a file."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, TypeAlias

from graphmem.errors import StoreUnavailableError
from graphmem.stores.private_files import replacing

# Called with a line of text for people.
Progress: TypeAlias = Callable[[str], None]


def write(path: Path, text: str) -> None:
    """Replace the file atomically, with a line break at its end; its folders are made. Only its owner can read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path, path.with_name(path.name + ".new")) as file:
        file.write(text + "\n")


def locked(path: Path, say: Progress, seconds: float = math.inf) -> IO[str]:
    """The file, locked until it is closed or this process ends, even by a kill.

    Raises:
        StoreUnavailableError: another process has kept it locked for this many seconds.
    """
    file = path.open("w")
    deadline, told = time.monotonic() + seconds, False
    while not _lock(file):
        if not told:
            say(f"Waiting for another process, which has locked {path}")
            told = True
        if time.monotonic() > deadline:
            file.close()
            raise StoreUnavailableError(
                f"another process has kept {path} locked for {seconds:g} s; end it, or delete this file if it is none of graphmem's"
            )
        time.sleep(0.05)
    return file


def _lock(file: IO[str]) -> bool:
    import fcntl  # not on Windows

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
