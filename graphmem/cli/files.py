"""Files that commands write."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from graphmem.errors import ValidationError


@contextmanager
def replacing(file: Path) -> Iterator[TextIO]:
    """A text file that takes the place of this one once it is complete. Only its owner can read it, from the first byte on.

    It is written to a draft beside it, which is removed if anything goes wrong.

    Raises:
        ValidationError: there is no such folder.
    """
    if not file.absolute().parent.is_dir():
        raise ValidationError(f"there is no folder {file.absolute().parent} to write {file.name} to")
    draft = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        descriptor = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8", newline="\n") as opened:
            yield opened
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
