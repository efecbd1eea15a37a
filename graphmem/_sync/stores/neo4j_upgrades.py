"""Upgrades a database to the newest schema when a store is opened, one of `statements.STEPS` at a time."""

from __future__ import annotations

from graphmem._sync.stores.neo4j_connection import Ask, Neo4jConnection
from graphmem.model.ids import new_id
from graphmem.model.requests import check_schema
from graphmem.stores.neo4j import statements
from graphmem.stores.neo4j.statements import DataStep, plain

INDEX_SECONDS = 60


def upgrade(server: Neo4jConnection, where: str) -> None:
    """Run the steps that are missing. If it is killed, the next client that opens the store continues.

    Args:
        where: name of the database in messages.

    Raises:
        SchemaError: the database has a newer schema.
    """
    newest = max(statements.STEPS)
    while (version := _version(server)) < newest:
        _run(server, version + 1)
    check_schema(version, newest, where)


def _version(server: Neo4jConnection) -> int:
    """The schema version of the database; 0 if graphmem has never used it."""
    # Without retries: the caller of open() is waiting, so fail fast.
    recorded = server.run(plain("schema/read_store"))
    version: int = recorded[0]["schema_version"] if recorded else 0
    return version


def _run(server: Neo4jConnection, version: int) -> None:
    """Run the step that leads to this version. Several clients may do so at once."""
    step = statements.STEPS[version]
    if isinstance(step, DataStep):
        _change_data(server, step, version)
    else:
        for name in step:
            server.create(plain(name))
        server.write(plain("schema/await", seconds=INDEX_SECONDS))
    server.write(plain("schema/write_store", id=new_id(), schema_version=version))


def _change_data(server: Neo4jConnection, step: DataStep, version: int) -> None:
    def batch(ask: Ask) -> bool:
        """Change the next rows; False when none are left."""
        # The lock keeps two clients from changing the same rows. The other one may already have finished this step, or later ones.
        [store] = ask(plain("schema/lock_store"))
        rows = [] if store["schema_version"] >= version else ask(plain(step.read))
        if rows:
            ask(plain(step.write, rows=[step.change(row) for row in rows]))
        return bool(rows)

    while server.transaction(batch):
        pass
