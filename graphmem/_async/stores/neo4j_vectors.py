"""Whose vectors a Neo4j store holds: agreeing on an embedder, reading vectors, and changing all of them to another embedder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from neo4j import WRITE_ACCESS, Record

from graphmem._async.retry import retried
from graphmem._async.stores.neo4j_connection import Ask, AsyncNeo4jConnection
from graphmem._async.stores.neo4j_upgrades import INDEX_SECONDS, LONG_SECONDS
from graphmem.errors import StoreError
from graphmem.model.requests import EmbedderInfo, Reembedding
from graphmem.model.vectors import Vector
from graphmem.stores.neo4j.errors import MovedError, TransientError, UnboundError, translated
from graphmem.stores.neo4j.statements import Statement, floats, plain, vector_index
from graphmem.stores.neo4j.vectors import FIRST, StoreRecord, other_than, placed, store_record, with_store
from graphmem.stores.reembedding import check_embedder, next_step

_ATTEMPTS = 3


class AsyncNeo4jVectors:
    """The vectors of one database.

    Attributes:
        bound: the embedder that this client writes with, once it was agreed on.
        kept_in: the property that held the vectors when this client looked last.
    """

    def __init__(self, server: AsyncNeo4jConnection, where: str) -> None:
        self._server = server
        self._where = where
        self._compared: EmbedderInfo | None = None
        self.bound: EmbedderInfo | None = None
        self.kept_in = FIRST

    async def record(self) -> StoreRecord:
        """The store's record, as it is now."""
        found = store_record(await self._server.ask(plain("schema/read_store")))
        self.kept_in = found.vectors
        return found

    async def bind(self, embedder: EmbedderInfo, *, write: bool = True) -> bool:
        """See `graphmem.protocols.Store.bind`; `write` is its `record`."""
        found = await self.record()
        if found.embedder not in (None, embedder):
            check_embedder(found.embedder, embedder, self._where, await self.progress(found))
        if write:
            await self._bind(found, embedder)
            self.bound = embedder
        self._compared = embedder
        return write or found.embedder is not None

    async def _bind(self, found: StoreRecord, embedder: EmbedderInfo) -> None:
        with translated(self._where):
            if found.embedder is None:
                values = {"embedder": embedder.name, "dimensions": embedder.dimensions}
                found = store_record(await self._server.write(plain("schema/bind_embedder", **values)))
                self.kept_in = found.vectors
                check_embedder(found.embedder or embedder, embedder, self._where)
            # Even if it was recorded before: the client that did so may have died before it made the index.
            await self._server.create(placed(vector_index(embedder), found.vectors))
            await self._server.write(plain("schema/await", seconds=INDEX_SECONDS))

    async def read(self, statement: Statement, *, compare: bool = True) -> list[Record]:
        """The rows of a query that reads vectors.

        Args:
            compare: whether they must be of the embedder that this client was compared with last.
        """
        for _ in range(_ATTEMPTS):
            try:
                rows = await self._server.ask(with_store(placed(statement, self.kept_in)))
            except StoreError:
                # Another client may have changed to another embedder, and dropped the index that was asked.
                before = self.kept_in
                self._check(await self.record(), compare=compare)
                if self.kept_in == before:
                    raise
                continue
            if not rows or self._check(store_record(rows[0]["store"]), compare=compare):
                break
        return rows

    def check_written(self, row: Record) -> None:
        """Makes sure, within the transaction, that vectors were written to a store that holds those of the same embedder.

        Raises:
            UnboundError, MovedError: it must be tried again. SchemaError: they are of another embedder.
        """
        if self.bound is None:
            return
        found = store_record(row["store"])
        if found.embedder is None:
            raise UnboundError(self._where, self.bound)
        check_embedder(found.embedder, self.bound, self._where)
        if found.vectors != self.kept_in:
            self.kept_in = found.vectors
            raise MovedError(self._where)

    def _check(self, found: StoreRecord, *, compare: bool) -> bool:
        """Whether the vectors are where this client looked for them."""
        if compare and found.embedder is not None and self._compared is not None:
            check_embedder(found.embedder, self._compared, self._where)
        before, self.kept_in = self.kept_in, found.vectors
        return before == found.vectors

    async def free(self) -> None:
        """Drop the indexes and forget the embedder, after everything was deleted.

        In this order: until a reset is done, even by a second call, no vectors of another size come in.
        """
        for vectors in (self.kept_in, other_than(self.kept_in)):
            await self._server.write(placed(plain("schema/drop_memory_embedding"), vectors))
        # If others wrote meanwhile, it stays, and needs its index.
        kept = store_record(await self._server.write(plain("schema/free_embedder")))
        self.kept_in = kept.vectors
        if kept.embedder is not None:
            await self._server.create(placed(vector_index(kept.embedder), kept.vectors))

    async def progress(self, found: StoreRecord) -> Reembedding | None:
        """How far the change to another embedder is; None if none goes on. Reads all versions."""
        if found.coming is None:
            return None
        [row] = await self._server.ask(placed(plain("reembed/progress"), found.vectors))
        return Reembedding(found.coming, row["done"], row["total"])

    async def unembedded(self, after: str, limit: int) -> Sequence[tuple[str, str]]:
        """See `graphmem.protocols.Store.unembedded`. After the change: what still has an old vector only, then messages with none."""
        found = await self.record()
        rows = await self._server.ask(_unembedded(found, after, limit))
        if not rows and found.coming is None:
            rows = await self._server.ask(_messages_without(found, after, limit))
        return [(row["id"], row["text"]) for row in rows]

    async def reembed(self, embedder: EmbedderInfo, vectors: Mapping[str, Vector | None], *, restart: bool) -> bool:
        """See `graphmem.protocols.Store.reembed`."""

        async def attempt() -> bool:
            with translated(self._where):
                return await self._go_on(embedder, vectors, restart)

        return await retried(attempt, TransientError)

    async def _go_on(self, embedder: EmbedderInfo, vectors: Mapping[str, Vector | None], restart: bool) -> bool:
        found = await self.record()
        step = next_step(found.embedder, found.coming, embedder, self._where, restart=restart)
        if step == "bind":
            return await self.bind(embedder)
        if step == "give up":
            await self._server.write(plain("reembed/end"))
            await self._clean(found)
            return True
        if step == "begin":
            await self._clean(found)
            await self._begin(embedder, restart)
        if vectors:
            await self._keep(embedder, vectors, found)
        if step != "done":
            if vectors:
                return False
            # It is made while nothing is in it, and filled by the vectors that are kept.
            await self._server.create(placed(vector_index(embedder), found.other))
            await self._server.write(plain("schema/await", seconds=LONG_SECONDS))
            if not await self._change(embedder):
                return False
            found = await self.record()
        if found.uncleaned:
            # A writer that began before the change began knew nothing of it, and may have written an old vector only.
            if await self._server.ask(_unembedded(found, "", 1)):
                return False
            await self._clean(found)
        return not await self._server.ask(_messages_without(found, "", 1))

    async def _begin(self, embedder: EmbedderInfo, restart: bool) -> None:
        async def work(ask: Ask) -> None:
            found = store_record(await ask(plain("schema/lock_store")))
            # Another client may have begun one.
            next_step(found.embedder, found.coming, embedder, self._where, restart=restart)
            await ask(plain("reembed/begin", embedder=embedder.name, dimensions=embedder.dimensions))

        await self._server.transaction(work)

    async def _keep(self, embedder: EmbedderInfo, vectors: Mapping[str, Vector | None], found: StoreRecord) -> None:
        rows = [{"id": id, "vector": floats(vector)} for id, vector in vectors.items()]
        finished = found.embedder == embedder

        async def work(ask: Ask) -> None:
            for name in ("reembed/keep", "reembed/keep_messages"):
                await ask(placed(plain(name, rows=rows), found.other if finished else found.vectors))
            # Locked after the memories, as writers do.
            now = store_record(await ask(plain("schema/lock_store")))
            if now.vectors != found.vectors or embedder != (now.embedder if finished else now.coming):
                raise MovedError(self._where)

        await self._server.transaction(work)

    async def _change(self, embedder: EmbedderInfo) -> bool:
        """Make the change; False if a version has no new vector."""

        async def work(ask: Ask) -> bool:
            now = store_record(await ask(plain("schema/lock_store")))
            if now.coming != embedder:
                raise MovedError(self._where)
            if await ask(_unembedded(now, "", 1)):
                return False
            await ask(placed(plain("reembed/change"), now.vectors))
            return True

        return await self._server.transaction(work)

    async def _clean(self, found: StoreRecord) -> None:
        """Take away what is in the property that is not in use, and its index."""
        await self._server.write(placed(plain("schema/drop_memory_embedding"), found.other))
        for name in ("reembed/clean_memories", "reembed/clean_versions", "reembed/clean_messages"):
            await self._server.run_with_retries(placed(plain(name), found.vectors), WRITE_ACCESS)
        await self._server.write(plain("reembed/cleaned"))


def _unembedded(found: StoreRecord, after: str, limit: int) -> Statement:
    finished = found.coming is None
    asked = plain("reembed/unembedded", after=after, limit=limit, left=finished)
    return placed(asked, found.other if finished else found.vectors)


def _messages_without(found: StoreRecord, after: str, limit: int) -> Statement:
    """Messages of an older store, which never had a vector."""
    return placed(plain("reembed/unembedded_messages", after=after, limit=limit), found.vectors)
