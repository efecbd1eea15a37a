"""A connection to a Neo4j server: how queries are sent, and sent again."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeVar

from neo4j import (
    READ_ACCESS,
    Driver,
    GraphDatabase,
    ManagedTransaction,
    Record,
    Result,
    RoutingControl,
)
from neo4j.exceptions import DriverError, Neo4jError

from graphmem._sync.waiting import Function, sleep
from graphmem.settings import Neo4jSettings
from graphmem.stores.neo4j.errors import translated
from graphmem.stores.neo4j.statements import Statement

_CONNECT_SECONDS = 5.0
_RETRY_SECONDS = 10.0
_PAUSES = (0.1, 0.3, 1.0)
_TWIN = "Neo.ClientError.Schema.EquivalentSchemaRuleAlreadyExists"

T = TypeVar("T")
Ask: TypeAlias = Function[Statement, list[Record]]


class Neo4jConnection:
    """A driver that is made when first needed.

    A read is one round trip: an auto-commit query in read mode, tried again when the error is a passing one. A write is two:
    a managed transaction whose begin travels with its one query. One bookmark manager serves all calls, so that a client
    reads its own writes on a cluster.
    """

    def __init__(self, settings: Neo4jSettings) -> None:
        self._settings = settings
        self._where = f"Neo4j at {settings.uri}"
        self._driver: Driver | None = None
        self._bookmarks = GraphDatabase.bookmark_manager()

    def close(self) -> None:
        driver, self._driver = self._driver, None
        if driver is not None:
            driver.close()

    def _connect(self) -> Driver:
        if self._driver is None:
            settings = self._settings
            self._driver = GraphDatabase.driver(
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

    def ask(self, statement: Statement) -> list[Record]:
        """Read."""
        with translated(self._where):
            return self.patiently(statement)

    def patiently(self, statement: Statement, access: str = READ_ACCESS) -> list[Record]:
        """One query that is a transaction of its own, or several, tried again when the error is a passing one."""
        for pause in _PAUSES:
            try:
                return self.run(statement, access)
            except (Neo4jError, DriverError) as error:
                if not error.is_retryable():
                    raise
            sleep(pause)
        return self.run(statement, access)

    def run(self, statement: Statement, access: str = READ_ACCESS) -> list[Record]:
        """One query that is a transaction of its own."""
        with self._connect().session(
            database=self._settings.database,
            default_access_mode=access,
            bookmark_manager=self._bookmarks,
            fetch_size=-1,
        ) as session:
            result = session.run(_text(statement), dict(statement.parameters))
            return [record for record in result]

    def create(self, statement: Statement) -> None:
        """An index or a constraint, if it is not there."""
        try:
            self.write(statement)
        except Neo4jError as error:
            # Another client made it at the same moment.
            if error.code != _TWIN:
                raise

    def write(self, statement: Statement) -> list[Record]:
        """Write. Errors come as the driver has them."""
        result = self._connect().execute_query(
            _text(statement),
            dict(statement.parameters),
            database_=self._settings.database,
            bookmark_manager_=self._bookmarks,
        )
        return result.records

    def transaction(self, work: Function[Ask, T]) -> T:
        """Several queries in one transaction; all of it is tried again when the error is a passing one. Errors as the driver has them.

        Args:
            work: is given a function that runs one query of the transaction.
        """

        def run(transaction: ManagedTransaction) -> T:
            def ask(statement: Statement) -> list[Record]:
                result = transaction.run(_text(statement), dict(statement.parameters))
                return [record for record in result]

            return work(ask)

        with self._connect().session(
            database=self._settings.database, bookmark_manager=self._bookmarks, fetch_size=-1
        ) as session:
            return session.execute_write(run)

    def write_checked(self, statement: Statement, check: Function[Result, Record]) -> Record:
        """What `check` makes of the answer, within the transaction: what it raises rolls everything back."""
        with translated(self._where):
            record: Record = self._connect().execute_query(
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
