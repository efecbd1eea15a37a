"""Upgrades a database to the newest schema when a store is opened, one of `statements.STEPS` at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from neo4j import WRITE_ACCESS

from graphmem._async.stores.neo4j_connection import Ask, AsyncNeo4jConnection
from graphmem._async.stores.neo4j_labels import AsyncNeo4jLabels
from graphmem.model.ids import new_id
from graphmem.model.requests import check_schema
from graphmem.stores.neo4j import statements
from graphmem.stores.neo4j.labels import worn
from graphmem.stores.neo4j.statements import (
    LABELLING,
    SCHEMA,
    DataStep,
    OwnLabels,
    Rewriting,
    Twins,
    plain,
    vector_index,
)
from graphmem.stores.neo4j.vectors import placed, store_record

INDEX_SECONDS = 60
# An index that has to read all nodes first takes some minutes for a million.
LONG_SECONDS = 3_600


async def upgrade(server: AsyncNeo4jConnection, labels: AsyncNeo4jLabels, where: str) -> Mapping[str, Any]:
    """Set up an empty database, or run the steps that are missing. If it is killed, the next client that opens the store continues.

    Args:
        where: name of the database in messages.

    Returns:
        The store's record.

    Raises:
        SchemaError: the database has a newer schema, or what another program made there is in the way.
    """
    newest = max(statements.STEPS)
    before = _version(await _record(server))
    if not before:
        await _set_up(server, labels)
    while (version := _version(store := await _record(server))) < newest:
        await _run(server, labels, version + 1, before or None)
    check_schema(version, newest, where)
    return store


async def _record(server: AsyncNeo4jConnection) -> Mapping[str, Any]:
    """The store's record; empty if graphmem has never used the database."""
    # Without retries: the caller of open() is waiting, so fail fast.
    recorded = await server.run(plain("schema/read_store"))
    return recorded[0] if recorded else {}


def _version(store: Mapping[str, Any]) -> int:
    version: int = store.get("schema_version") or 0
    return version


async def _set_up(server: AsyncNeo4jConnection, labels: AsyncNeo4jLabels) -> None:
    """Several clients may do so at once."""
    bare, former = await labels.to_leave_out(new=True)
    await make_schema(server, {})
    # An older client may have died while it set up the same database.
    await labels.drop(former)
    first = next(version for version, step in statements.STEPS.items() if isinstance(step, OwnLabels))
    await _done(server, first, None, sorted(bare))


async def _run(server: AsyncNeo4jConnection, labels: AsyncNeo4jLabels, version: int, before: int | None) -> None:
    """Run the step that leads to this version. Several clients may do so at once."""
    step = statements.STEPS[version]
    bare = None
    if isinstance(step, DataStep):
        await _change_data(server, step, version)
    elif isinstance(step, OwnLabels):
        bare = sorted(await _give_labels(server, labels))
    elif isinstance(step, Twins):
        await labels.leave_types()
        await server.run_with_retries(labels.worn(plain("upgrades/twins")), WRITE_ACCESS)
    elif isinstance(step, Rewriting):
        await _rewrite(server, step.queries)
    else:
        for name in step:
            await server.create(plain(name))
        await server.write(plain("schema/await", seconds=INDEX_SECONDS))
    await _done(server, version, before, bare)


async def _done(server: AsyncNeo4jConnection, version: int, before: int | None, bare: list[str] | None) -> None:
    last = version == max(statements.STEPS)
    values = {"id": new_id(), "schema_version": version, "from": before, "last": last, "bare_labels": bare}
    await server.write(plain("schema/write_store", **values))


async def _give_labels(server: AsyncNeo4jConnection, labels: AsyncNeo4jLabels) -> frozenset[str]:
    """Give nodes of an older store labels of graphmem's own. Returns the plain labels that they do without from now on."""
    bare, former = await labels.to_leave_out(new=False)
    await _rewrite(server, LABELLING)
    await make_schema(server, await _record(server))
    await labels.drop(former)
    if bare:
        await server.run_with_retries(plain("schema/take_labels", labels=sorted(bare)), WRITE_ACCESS)
    await server.run_with_retries(worn(plain("upgrades/part_from_others"), bare), WRITE_ACCESS)
    return bare


async def _rewrite(server: AsyncNeo4jConnection, queries: Iterable[str]) -> None:
    """Run queries that change data in batches of one transaction each."""
    for name in queries:
        await server.run_with_retries(plain(name), WRITE_ACCESS)


async def make_schema(server: AsyncNeo4jConnection, store: Mapping[str, Any]) -> None:
    """Make all indexes and constraints that are not there. `store`: the record of an older store, which may have vectors already."""
    for name in SCHEMA:
        await server.create(plain(name))
    found = store_record([store] if store else [])
    if found.embedder is not None:
        await server.create(placed(vector_index(found.embedder), found.vectors))
    await server.write(plain("schema/await", seconds=LONG_SECONDS if store else INDEX_SECONDS))


async def _change_data(server: AsyncNeo4jConnection, step: DataStep, version: int) -> None:
    async def batch(ask: Ask) -> bool:
        """Change the next rows; False when none are left."""
        # The lock keeps two clients from changing the same rows. The other one may already have finished this step, or later ones.
        [store] = await ask(plain("schema/lock_store"))
        rows = [] if store["schema_version"] >= version else await ask(plain(step.read))
        if rows:
            changed = plain(step.write, rows=[step.change(row) for row in rows])
            await ask(worn(changed, frozenset(store["bare_labels"] or ())))
        return bool(rows)

    while await server.transaction(batch):
        pass
