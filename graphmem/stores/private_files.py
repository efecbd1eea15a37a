"""Files that only their owner can read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


@contextmanager
def replacing(file: Path, draft: Path) -> Iterator[TextIO]:
    """A text file that takes the place of `file` once it is complete. Only its owner can read it, from the first byte on.

    Args:
        draft: where it is written until then, in the same folder. It is removed if anything goes wrong.

    Raises:
        OSError: the folder is missing, or can't be written.
    """
    # One that a killed process left behind may be readable for others.
    draft.unlink(missing_ok=True)
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w", encoding="utf-8", newline="\n") as opened:
            yield opened
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
