"""Saved queries run before a person waits for them: a server that has just started takes seconds to plan its first ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from threading import Event, Thread
from types import TracebackType

from graphmem._sync.stores.neo4j_connection import Neo4jConnection
from graphmem.errors import GraphMemError
from graphmem.settings import Neo4jSettings
from graphmem.stores.neo4j.statements import Statement
from graphmem.view.neo4j_browser.saved_queries import SavedQuery, Value


class Warming:
    """Runs queries in a thread while this is open, one after the other, and forgets their answers."""

    def __init__(self, settings: Neo4jSettings, queries: Iterable[SavedQuery], values: Mapping[str, Value]) -> None:
        """Make it; it begins when it is entered.

        Args:
            settings: of the store.
            queries: in the order in which they will be wanted.
            values: of their parameters. A query that needs one that is missing is passed over.
        """
        self._settings = settings
        self._queries, self._values = [*queries], values
        self._left = Event()
        # A program that ends does not wait for it.
        self._thread = Thread(target=self._run, name="graphmem-warming", daemon=True)

    def __enter__(self) -> Warming:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left.set()

    def wait(self) -> None:
        """Until all were run."""
        self._thread.join()

    def _run(self) -> None:
        server = Neo4jConnection(self._settings)
        try:
            for query in self._queries:
                if self._left.is_set():
                    return
                if query.parameters.keys() <= self._values.keys():
                    server.ask(Statement(query.text, {name: self._values[name] for name in query.parameters}))
        except GraphMemError:
            # Who runs the query in Neo4j Browser reads there what is wrong.
            return
        finally:
            server.close()
