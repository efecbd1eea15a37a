"""The calls that concern a whole store: reset, export_jsonl, import_jsonl, reembed, doctor."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import TextIOBase
from tempfile import TemporaryFile
from typing import Any, TextIO

from graphmem._sync.client.base import Base
from graphmem._sync.flows.records import records
from graphmem._sync.protocols import Store
from graphmem.dialect import answers, files, responses
from graphmem.dialect.options import Format
from graphmem.errors import EmbeddingError, StoreError, ValidationError, shown
from graphmem.model import times
from graphmem.model.requests import EmbedderInfo
from graphmem.model.vectors import Vector
from graphmem.stores import portable

# Records read or written at a time: bounds memory, and the length of a transaction.
_PAGE = 1_000
# Texts that `reembed` embeds and writes together: a kill costs no more than that.
_TEXTS = 128
Progress = Callable[[int], None]
ProgressOf = Callable[[int, int], None]


class Maintain(Base[Format]):
    """The calls that concern a whole store."""

    def reset(self, confirm: str | None = None) -> answers.Done:
        """Empty the store: memories, their history, messages and entities. This can't be undone.

        Afterwards the store may be used with another embedder: whichever is used first. Clients that were open before and use a
        different one then get SchemaError; make new ones.

        The embedded store is emptied in one transaction, and no text stays in its file. Neo4j is emptied in batches. If that is
        interrupted, call it again; what is added meanwhile may stay. In Neo4j, only nodes with graphmem's labels and keys and
        their relationships are deleted. Other nodes stay; so do users and categories to which other programs added
        properties, labels or relationships.

        Args:
            confirm: the word ``"everything"``.

        Raises:
            ValidationError: `confirm` is anything else.
            ScopeError: this client is bound to a scope; use delete_all instead.
            StoreUnavailableError: everything is deleted, but another process kept the file from being rewritten; call it again.
        """
        self._refuse_if_scoped("reset empties", "use delete_all, or a client without scope")
        if not isinstance(confirm, str) or confirm != "everything":
            raise ValidationError(
                f'reset deletes all memories and their history: to confirm, call reset(confirm="everything"), not {shown(confirm)}'
            )
        self._parts.reset()
        return {"message": "Everything deleted"}

    def export_jsonl(self, file: TextIO, *, progress: Progress | None = None) -> answers.RecordCounts:
        """Write the whole store as lines of JSON: memories with all versions, messages, entities, relations and vectors.

        Stores with the same content give the same bytes. A change made during the export may be exported in part.

        Args:
            file: a file opened for text, for example ``open(path, "w", encoding="utf-8")``.
            progress: called with the number of records written so far.

        Returns:
            The number of records of each kind: ``{"message", "entity", "same", "version", "relation"}``.

        Raises:
            ValidationError: `file` is not open for text.
            StoreError: the store changed to another embedder meanwhile; the file has no end and can't be imported.
            ScopeError: this client is bound to a scope.
        """
        self._refuse_if_scoped("export_jsonl exports")
        files.to_write(file)
        store = self._parts.store()
        # The header names the embedder: another store can use the vectors only with the same one.
        embedder = (store.info()).embedder
        file.write(portable.header(embedder) + "\n")
        counts = dict.fromkeys(portable.KINDS, 0)
        for kind, rows in records(store):
            file.writelines(portable.line(kind, row) + "\n" for row in rows)
            counts[kind] += len(rows)
            if progress is not None:
                progress(sum(counts.values()))
        if (store.info()).embedder != embedder:
            raise StoreError(
                "the vectors of the store were changed to another embedder while it was exported: export it again"
            )
        file.write(portable.end(sum(counts.values())) + "\n")
        return responses.records(counts)

    def import_jsonl(self, lines: Iterable[str], *, progress: Progress | None = None) -> answers.RecordCounts:
        """Add the records of an export. Records that the store holds already stay as they are, so an import can be repeated.

        Each thousand records are written in one transaction.

        Args:
            lines: an open file, or any lines. All are checked before anything is written; what can be read only once is kept in a
                temporary file meanwhile.
            progress: called with the number of records processed so far.

        Returns:
            The number of new records of each kind: ``{"message", "entity", "same", "version", "relation"}``.

        Raises:
            ValidationError: a line is not a record or can't stand beside those before it, or the end is missing. Nothing was
                written.
            SchemaError: the store holds vectors of another embedder. Nothing was written.
            ConflictError: a memory of the store already has the scope and text of one of these. Its thousand records were
                not written; those before them were.
            ScopeError: this client is bound to a scope.
        """
        self._refuse_if_scoped("import_jsonl imports into")
        files.to_read(lines)
        store = self._parts.store()
        with _checked(lines) as checked:
            counts = self._load(store, checked, progress)
        return responses.records(counts)

    def _load(self, store: Store, lines: Iterable[str], progress: Progress | None) -> dict[str, int]:
        """Write the records of checked lines, and count those that are new."""
        counts = dict.fromkeys(portable.KINDS, 0)
        done = 0
        # Records of one kind, collected until there are enough of them or another kind begins.
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

        for record_kind, record in portable.read(lines):
            if record_kind == portable.HEADER:
                # A store with vectors of another embedder refuses here, before anything is written.
                if record["embedder"] is not None:
                    store.bind(record["embedder"])
                continue
            if record_kind != kind or len(part) >= _PAGE:
                write(part)
                part, kind = [], record_kind
            part.append(record)
        write(part)
        return counts

    def reembed(self, *, restart: bool = False, progress: ProgressOf | None = None) -> answers.Reembedded:
        """Give all texts of the store, past versions and messages included, vectors of this client's embedder.

        The new vectors are made beside the old ones. Until all are there, clients with the old embedder find and add as before, and
        what they add is embedded anew as well; then the new vectors take the place of the old ones, at once. From then on, clients
        with the old embedder are refused. Stopped at any moment, even by a kill, the same call goes on where it was.

        With the embedder that the store has, it gives vectors to messages that have none: those of a store that an older graphmem
        wrote. Until then they are found by their words only.

        Args:
            restart: throw away what was made for a third embedder and not finished. With the embedder that the store has, this gives
                up a change that goes on.
            progress: called with how many texts have a new vector, and of how many.

        Returns:
            The embedder that the store now has, and how many texts this call embedded: 0 if there was nothing to do.

        Raises:
            SchemaError: a change to a third embedder is not finished.
            ConfigurationError: there is nothing to embed with. EmbeddingError: the embedder failed; what was embedded stays.
            ScopeError: this client is bound to a scope.
        """
        self._refuse_if_scoped("reembed changes")
        store = self._parts.store()
        # Any text will do to learn the size.
        info, _ = self._parts.embedded(["memory"])
        if info is None:
            raise EmbeddingError('the embedder gives no vector for "memory": nothing was changed')
        embedded = 0
        done = store.reembed(info, {}, restart=restart)
        while not done:
            change = (store.info()).reembedding
            before, total = (change.done, change.total) if change else (0, 0)
            given = 0
            after = ""
            while not done and (rows := store.unembedded(after, _TEXTS)):
                after = rows[-1][0]
                done = store.reembed(info, self._new_vectors(info, rows))
                given += len(rows)
                # How many messages lack a vector is not counted where no change goes on.
                total = max(total, before + given)
                if progress is not None:
                    progress(min(before + given, total), total)
            embedded += given
            # What others added meanwhile may have been passed already: then there is another round.
            done = done or store.reembed(info, {})
        return {"embedder": info.name, "dimensions": info.dimensions, "embedded": embedded}

    def _new_vectors(self, info: EmbedderInfo, rows: Sequence[tuple[str, str]]) -> Mapping[str, Vector | None]:
        """Id → vector of the text; equal texts are embedded once."""
        texts = list(dict.fromkeys(text for _, text in rows))
        found, vectors = self._parts.embedded(texts)
        if found not in (None, info):
            raise EmbeddingError(
                f"{info.name} gives vectors of {info.dimensions} floats and now of another size: the change waits"
            )
        by_text = dict(zip(texts, vectors, strict=True))
        return {id: by_text[text] for id, text in rows}

    def doctor(self, *, fix: bool = False) -> answers.Diagnosis:
        """Check the store for damage, such as broken chains of versions, orphans and links between owners. Reads all of it.

        Args:
            fix: repair the problems that can be repaired without losing data.

        Returns:
            ``{"problems": [{"check", "id", "says", "fixed"}, …]}``; an empty list means that all is well.

        Raises:
            ScopeError: this client is bound to a scope.
        """
        self._refuse_if_scoped("doctor checks")
        store = self._parts.store()
        found = store.check(times.now() if fix else None)
        return {"problems": [responses.problem(check, id, fix=fix) for check, id in found]}


@contextmanager
def _checked(lines: Iterable[str]) -> Iterator[Iterable[str]]:
    """The lines, all of which were checked.

    Raises:
        ValidationError: as in `portable.read`.
    """
    if isinstance(lines, Sequence):
        deque(portable.read(files.texts(lines)), maxlen=0)
        yield lines
    elif isinstance(lines, TextIOBase) and lines.seekable():
        start = lines.tell()
        # Read with readline: iterating over a text file disables tell and seek.
        deque(portable.read(iter(lines.readline, "")), maxlen=0)
        lines.seek(start)
        yield lines
    else:
        with TemporaryFile("w+", encoding="utf-8", errors="surrogatepass", newline="\n") as kept:
            kept.writelines(line if line.endswith("\n") else f"{line}\n" for line in files.texts(lines))
            kept.seek(0)
            with _checked(kept) as checked:
                yield checked
