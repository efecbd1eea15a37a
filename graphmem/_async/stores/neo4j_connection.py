"""The connection to a Neo4j server: sends queries, and sends them again after a transient error."""

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
# How long the driver repeats a transaction, and its first pause, which doubles each time. Writers who wait for each other are done in
# some milliseconds; after the second that the driver waits by itself, four attempts fill the time.
_RETRY_SECONDS = 10.0
_FIRST_PAUSE = 0.05
# Seconds before the second, third and fourth attempt at a query outside of a transaction.
_PAUSES = (0.1, 0.3, 1.0)
_MADE_MEANWHILE = "Neo.ClientError.Schema.EquivalentSchemaRuleAlreadyExists"

T = TypeVar("T")
Ask: TypeAlias = Function[Statement, list[Record]]


class AsyncNeo4jConnection:
    """Runs queries over a driver that is created when it is first needed.

    A read takes one round trip: an auto-commit query in read mode, retried after a transient error. A write takes two: a
    managed transaction, whose BEGIN is sent together with its only query. All calls share one bookmark manager, so that a
    client of a cluster reads its own writes.
    """

    def __init__(self, settings: Neo4jSettings) -> None:
        self._settings = settings
        self._where = f"Neo4j at {settings.shown}"
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
                initial_retry_delay=_FIRST_PAUSE,
                # So that they do not meet again.
                retry_delay_jitter_factor=0.5,
                keep_alive=True,
                telemetry_disabled=True,
                # In a new store, the server would warn of every label and property that no node has yet.
                notifications_min_severity="OFF",
                user_agent="graphmem",
            )
        return self._driver

    async def ask(self, statement: Statement) -> list[Record]:
        """Run a query that reads, with retries. The driver's errors are translated."""
        with translated(self._where):
            return await self.run_with_retries(statement)

    async def run_with_retries(self, statement: Statement, access: str = READ_ACCESS) -> list[Record]:
        """Like `run`, but up to four times while the error is a transient one."""
        for pause in _PAUSES:
            try:
                return await self.run(statement, access)
            except (Neo4jError, DriverError) as error:
                if not error.is_retryable():
                    raise
            await sleep(pause)
        return await self.run(statement, access)

    async def run(self, statement: Statement, access: str = READ_ACCESS) -> list[Record]:
        """Run a query outside of a managed transaction, as ``CALL … IN TRANSACTIONS`` needs it. The driver's errors are raised."""
        async with self._connect().session(
            database=self._settings.database,
            default_access_mode=access,
            bookmark_manager=self._bookmarks,
            # All records at once; the default of 1,000 would cost a round trip for each thousand.
            fetch_size=-1,
        ) as session:
            result = await session.run(_text(statement), dict(statement.parameters))
            return [record async for record in result]

    async def create(self, statement: Statement) -> None:
        """Make an index or a constraint unless it exists. The driver's errors are raised."""
        try:
            await self.write(statement)
        except Neo4jError as error:
            # IF NOT EXISTS does not help if another client makes it at the same moment.
            if error.code != _MADE_MEANWHILE:
                raise

    async def write(self, statement: Statement) -> list[Record]:
        """Run a query that writes, in a transaction of its own with retries. The driver's errors are raised."""
        result = await self._connect().execute_query(
            _text(statement),
            dict(statement.parameters),
            database_=self._settings.database,
            bookmark_manager_=self._bookmarks,
        )
        return result.records

    async def transaction(self, work: Function[Ask, T]) -> T:
        """Run several queries in one transaction, with retries. The driver's errors are raised.

        Args:
            work: called with a function that runs one query of the transaction; called again for each retry.

        Returns:
            What `work` returns.
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
        """Run a query that writes, and return what `check` makes of its result. The driver's errors are translated.

        `check` is called inside the transaction: an error that it raises rolls everything back.
        """
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
    # The driver's type asks for a literal string, to keep values out of queries. Ours are put together from query files and from
    # compiled filters, which keep values in parameters.
    return statement.text
