"""How far an import came: one small file an import, so that the same command continues where it was stopped."""

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
        started_at: ISO time of the first start; it dates messages that have no time, the same way after a restart.
        done: messages that are in the store for certain.
        finished_at: ISO time, once all of them are.
    """

    started_at: str
    done: int = 0
    finished_at: str | None = None


class Journal:
    """The progress of one import: of one file's content into one scope of one store."""

    def __init__(self, *key: str) -> None:
        import platformdirs

        folder = platformdirs.user_state_path("graphmem", appauthor=False) / "imports"
        self.path: Path = folder / f"{digest(*key)}.json"

    def read(self) -> Progress:
        """What was written last; a new start where nothing was, or where it can't be read."""
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
            return Progress(str(found["started_at"]), int(found["done"]), found["finished_at"])
        except (OSError, ValueError, KeyError, TypeError):
            return Progress(times.now().isoformat())

    def write(self, progress: Progress) -> None:
        """All of it or nothing, so that a kill leaves what was there before.

        It is not forced to the disk: after a power cut it may be old, and the store knows the messages that it lost.
        """
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.path.with_suffix(f".{os.getpid()}.new")
        draft.write_text(json.dumps(asdict(progress)), encoding="utf-8")
        draft.replace(self.path)


def key(store_id: str, content: str, scope: str, options: Sequence[object]) -> tuple[str, ...]:
    """What makes two imports the same one."""
    return (store_id, content, scope, *map(str, options))
