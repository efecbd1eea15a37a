"""A connection to a Neo4j server: how queries are sent, and sent again."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeVar

from neo4j import (
    READ_ACCESS,
    AsyncDriver,
    AsyncGraphDatabase,
    AsyncManagedTransaction,
    AsyncResult,
    Record,
    RoutingControl,
)
from neo4j.exceptions import DriverError, Neo4jError

from graphmem._async.waiting import Function, sleep
from graphmem.settings import Neo4jSettings
from graphmem.stores.neo4j.errors import translated
from graphmem.stores.neo4j.statements import Statement

_CONNECT_SECONDS = 5.0
_RETRY_SECONDS = 10.0
_PAUSES = (0.1, 0.3, 1.0)
_TWIN = "Neo.ClientError.Schema.EquivalentSchemaRuleAlreadyExists"

T = TypeVar("T")
Ask: TypeAlias = Function[Statement, list[Record]]


class AsyncNeo4jConnection:
    """A driver that is made when first needed.

    A read is one round trip: an auto-commit query in read mode, tried again when the error is a passing one. A write is two:
    a managed transaction whose begin travels with its one query. One bookmark manager serves all calls, so that a client
    reads its own writes on a cluster.
    """

    def __init__(self, settings: Neo4jSettings) -> None:
        self._settings = settings
        self._where = f"Neo4j at {settings.uri}"
        self._driver: AsyncDriver | None = None
        self._bookmarks = AsyncGraphDatabase.bookmark_manager()

    async def close(self) -> None:
        driver, self._driver = self._driver, None
        if driver is not None:
            await driver.close()

    def _connect(self) -> AsyncDriver:
        if self._driver is None:
            settings = self._settings
            self._driver = AsyncGraphDatabase.driver(
                settings.uri,
                auth=(settings.username, settings.password) if settings.password is not None else None,
                connection_timeout=_CONNECT_SECONDS,
                max_transaction_retry_time=_RETRY_SECONDS,
                keep_alive=True,
                telemetry_disabled=True,
                notifications_min_severity="OFF",
                user_agent="graphmem",
            )
        return self._driver

    async def ask(self, statement: Statement) -> list[Record]:
        """Read."""
        with translated(self._where):
            return await self.patiently(statement)

    async def patiently(self, statement: Statement, access: str = READ_ACCESS) -> list[Record]:
        """One query that is a transaction of its own, or several, tried again when the error is a passing one."""
        for pause in _PAUSES:
            try:
                return await self.run(statement, access)
            except (Neo4jError, DriverError) as error:
                if not error.is_retryable():
                    raise
            await sleep(pause)
        return await self.run(statement, access)

    async def run(self, statement: Statement, access: str = READ_ACCESS) -> list[Record]:
        """One query that is a transaction of its own."""
        async with self._connect().session(
            database=self._settings.database,
            default_access_mode=access,
            bookmark_manager=self._bookmarks,
            fetch_size=-1,
        ) as session:
            result = await session.run(_text(statement), dict(statement.parameters))
            return [record async for record in result]

    async def create(self, statement: Statement) -> None:
        """An index or a constraint, if it is not there."""
        try:
            await self.write(statement)
        except Neo4jError as error:
            # Another client made it at the same moment.
            if error.code != _TWIN:
                raise

    async def write(self, statement: Statement) -> list[Record]:
        """Write. Errors come as the driver has them."""
        result = await self._connect().execute_query(
            _text(statement),
            dict(statement.parameters),
            database_=self._settings.database,
            bookmark_manager_=self._bookmarks,
        )
        return result.records

    async def transaction(self, work: Function[Ask, T]) -> T:
        """Several queries in one transaction; all of it is tried again when the error is a passing one. Errors as the driver has them.

        Args:
            work: is given a function that runs one query of the transaction.
        """

        async def run(transaction: AsyncManagedTransaction) -> T:
            async def ask(statement: Statement) -> list[Record]:
                result = await transaction.run(_text(statement), dict(statement.parameters))
                return [record async for record in result]

            return await work(ask)

        async with self._connect().session(
            database=self._settings.database, bookmark_manager=self._bookmarks, fetch_size=-1
        ) as session:
            return await session.execute_write(run)

    async def write_checked(self, statement: Statement, check: Function[AsyncResult, Record]) -> Record:
        """What `check` makes of the answer, within the transaction: what it raises rolls everything back."""
        with translated(self._where):
            record: Record = await self._connect().execute_query(
                _text(statement),
                dict(statement.parameters),
                routing_=RoutingControl.WRITE,
                database_=self._settings.database,
                bookmark_manager_=self._bookmarks,
                result_transformer_=check,
            )
            return record


def _text(statement: Statement) -> Any:
    # The driver's type asks for a literal, to keep values out of queries; ours come from files and table rows only.
    return statement.text
