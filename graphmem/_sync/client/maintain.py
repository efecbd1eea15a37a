"""The calls about a whole store: reset, export_jsonl, import_jsonl, doctor."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import TextIOBase
from typing import Any, TextIO

from graphmem._sync.client.base import Base
from graphmem.dialect import answers, responses
from graphmem.dialect.options import Format
from graphmem.errors import (
    ValidationError,
)
from graphmem.model import times
from graphmem.stores import portable

_PAGE = 1_000
Progress = Callable[[int], None]


class Maintain(Base[Format]):
    """The calls about a whole store."""

    def reset(self, confirm: str | None = None) -> answers.Done:
        """Empty the store: memories, their history, messages, entities. There is no way back.

        The store may be used with another embedder afterwards. Its other clients go on with the one they had, unless another
        was used first: then they are refused, and are to be made anew. The embedded store is emptied in one transaction, and no
        text stays in its file. Neo4j is emptied in batches: stopped halfway, call it again; what is added meanwhile may stay. In
        Neo4j only nodes with graphmem's labels and keys go, and their relationships with them; other nodes, and users or
        categories that other programs added properties, labels or relationships to, stay.

        Args:
            confirm: the word ``"everything"``.

        Raises:
            ValidationError: it was not confirmed.
            ScopeError: this client is bound to a scope; it can use delete_all.
            StoreUnavailableError: all is deleted, but another process kept the file from being written anew; call it again.
        """
        self._whole("reset empties", "use delete_all, or a client without scope")
        if confirm != "everything":
            raise ValidationError(
                f'reset deletes all memories and their history: to confirm, call reset(confirm="everything"), not {confirm!r}'
            )
        self._parts.reset()
        return {"message": "Everything deleted"}

    def export_jsonl(self, file: TextIO, *, progress: Progress | None = None) -> answers.RecordCounts:
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
        store = self._parts.store()
        file.write(portable.header((store.info()).embedder) + "\n")
        counts = dict.fromkeys(portable.KINDS, 0)
        for kind in portable.KINDS:
            while rows := store.dump(kind, counts[kind], _PAGE):
                file.writelines(portable.line(kind, row) + "\n" for row in rows)
                counts[kind] += len(rows)
                if progress is not None:
                    progress(sum(counts.values()))
        file.write(portable.end(sum(counts.values())) + "\n")
        return responses.records(counts)

    def import_jsonl(self, lines: Iterable[str], *, progress: Progress | None = None) -> answers.RecordCounts:
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
        store = self._parts.store()
        _check(lines)
        counts = dict.fromkeys(portable.KINDS, 0)
        done = 0
        part: list[Mapping[str, Any]] = []
        kind = portable.HEADER

        def write(rows: Sequence[Mapping[str, Any]]) -> None:
            nonlocal done
            if not rows:
                return
            counts[kind] += store.load(kind, rows)
            done += len(rows)
            if progress is not None:
                progress(done)

        for found, record in portable.read(lines):
            if found == portable.HEADER:
                if record["embedder"] is not None:
                    store.bind(record["embedder"])
                continue
            if found != kind or len(part) >= _PAGE:
                write(part)
                part, kind = [], found
            part.append(record)
        write(part)
        return responses.records(counts)

    def doctor(self, *, fix: bool = False) -> answers.Diagnosis:
        """Look for what must not be in a store: broken chains, orphans, edges between owners. Reads all of it.

        Args:
            fix: repair what can be repaired without a loss.

        Returns:
            ``{"problems": [{"check", "id", "says", "fixed"}, …]}``; none means that all is well.

        Raises:
            ScopeError: this client is bound to a scope, and the whole store is looked at.
        """
        self._whole("doctor looks at")
        store = self._parts.store()
        found = store.check(times.now() if fix else None)
        return {"problems": [responses.problem(check, id, fix=fix) for check, id in found]}


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
