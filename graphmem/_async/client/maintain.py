"""The calls that move a whole store: export_jsonl, import_jsonl."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import TextIOBase
from typing import Any, TextIO

from graphmem._async.client.base import AsyncBase
from graphmem.stores import portable

_PAGE = 1_000
Progress = Callable[[int], None]


class AsyncMaintain(AsyncBase):
    """Moves."""

    async def export_jsonl(self, file: TextIO, *, progress: Progress | None = None) -> dict[str, int]:
        """Write all of the store as lines of JSON: memories with all versions, messages, entities, relations, vectors.

        Two stores that hold the same give the same bytes. What is written while it runs may be there in part.

        Args:
            file: opened for text, such as ``open(path, "w", encoding="utf-8")``. progress: called with the lines so far.

        Returns:
            How many records of each kind (`graphmem.stores.portable.KINDS`).

        Raises:
            ScopeError: this client is bound to a scope.
        """
        self._whole("export_jsonl moves")
        store = await self._parts.store()
        file.write(portable.header(await store.embedder()) + "\n")
        counts = dict.fromkeys(portable.KINDS, 0)
        for kind in portable.KINDS:
            while rows := await store.dump(kind, counts[kind], _PAGE):
                file.writelines(portable.line(kind, row) + "\n" for row in rows)
                counts[kind] += len(rows)
                if progress is not None:
                    progress(sum(counts.values()))
        file.write(portable.end(sum(counts.values())) + "\n")
        return counts

    async def import_jsonl(self, lines: Iterable[str], *, progress: Progress | None = None) -> dict[str, int]:
        """Add what an export holds. What is there already, by id, stays as it is, so that an import can be run again.

        One transaction for each thousand records.

        Args:
            lines: an open file or any lines. A file or list is read twice: all of it is checked before anything is written.
            progress: called with the records so far.

        Returns:
            How many records of each kind were new.

        Raises:
            ValidationError: a line that is no record, or the end is missing. Nothing was written, unless `lines` can be read only
                once: then the parts before it were.
            SchemaError: the store holds vectors of another embedder. Nothing was written.
            ConflictError: a memory says what another one of its scope says here; its part was not written.
            ScopeError: this client is bound to a scope.
        """
        self._whole("import_jsonl moves")
        store = await self._parts.store()
        _check(lines)
        counts = dict.fromkeys(portable.KINDS, 0)
        done = 0
        part: list[Mapping[str, Any]] = []
        kind = portable.HEADER

        async def write(rows: Sequence[Mapping[str, Any]]) -> None:
            nonlocal done
            if not rows:
                return
            counts[kind] += await store.load(kind, rows)
            done += len(rows)
            if progress is not None:
                progress(done)

        for found, record in portable.read(lines):
            if found == portable.HEADER:
                if record["embedder"] is not None:
                    await store.bind(record["embedder"])
                continue
            if found != kind or len(part) >= _PAGE:
                await write(part)
                part, kind = [], found
            part.append(record)
        await write(part)
        return counts


def _check(lines: Iterable[str]) -> None:
    """Reads all of a list or file; of what can be read only once nothing.

    Raises:
        ValidationError: as `transfer.read`.
    """
    if isinstance(lines, Sequence):
        deque(portable.read(lines), maxlen=0)
    elif isinstance(lines, TextIOBase) and lines.seekable():
        start = lines.tell()
        # Not by iteration, which would forbid to tell the place.
        deque(portable.read(iter(lines.readline, "")), maxlen=0)
        lines.seek(start)
