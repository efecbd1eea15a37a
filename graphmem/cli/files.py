"""Files that commands write."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from graphmem.errors import ValidationError
from graphmem.stores import private_files


@contextmanager
def replacing(file: Path) -> Iterator[TextIO]:
    """A text file that takes the place of this one once it is complete. Only its owner can read it, from the first byte on.

    It is written to a draft beside it, which is removed if anything goes wrong.

    Raises:
        ValidationError: there is no such folder.
    """
    if not file.absolute().parent.is_dir():
        raise ValidationError(f"there is no folder {file.absolute().parent} to write {file.name} to")
    with private_files.replacing(file, file.with_name(f".{file.name}.{os.getpid()}.new")) as opened:
        yield opened
