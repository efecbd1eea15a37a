"""Keeps the progress of an import in a small file, so that the same command continues where it stopped."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from graphmem.model import times
from graphmem.model.memory import digest


@dataclass(frozen=True, slots=True)
class Progress:
    """What a journal holds.

    Attributes:
        started_at: ISO time of the first start. Messages without a time get it, so that a restart gives them the same one.
        done: how many messages are certainly in the store.
        finished_at: ISO time at which the last one was stored; None before that.
    """

    started_at: str
    done: int = 0
    finished_at: str | None = None


class Journal:
    """The progress of importing one file's content into one scope of one store."""

    def __init__(self, *key: str) -> None:
        import platformdirs

        folder = platformdirs.user_state_path("graphmem", appauthor=False) / "imports"
        self.path: Path = folder / f"{digest(*key)}.json"

    def read(self) -> Progress:
        """The progress that was written last; a new start if there is none or it can't be read."""
        try:
            fields = json.loads(self.path.read_text(encoding="utf-8"))
            return Progress(str(fields["started_at"]), int(fields["done"]), fields["finished_at"])
        except (OSError, ValueError, KeyError, TypeError):
            return Progress(times.now().isoformat())

    def write(self, progress: Progress) -> None:
        """Replace the file atomically, so that a kill leaves the old one.

        Without fsync: after a power cut the file may be out of date, but the store recognises messages that are imported again.
        """
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.path.with_suffix(f".{os.getpid()}.new")
        draft.write_text(json.dumps(asdict(progress)), encoding="utf-8")
        draft.replace(self.path)


def key(store_id: str, content: str, scope: str, options: Sequence[object]) -> tuple[str, ...]:
    """What identifies an import: two runs with the same key share a journal."""
    return (store_id, content, scope, *map(str, options))
