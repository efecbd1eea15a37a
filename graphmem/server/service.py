"""What all routes share: the client, who calls, projects, webhooks, and the work that is done later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from starlette.exceptions import HTTPException

from graphmem._sync.client.client import MemoryClient
from graphmem.model.memory import Scope
from graphmem.model.served import Event, Outcome
from graphmem.protocols import ServerStore
from graphmem.server.callers import Caller, Callers
from graphmem.server.events import adds
from graphmem.server.events.worker import Worker
from graphmem.server.guard.observed import Meters
from graphmem.server.projects import Projects
from graphmem.server.settings import ServerSettings
from graphmem.server.webhooks import delivery, telling
from graphmem.server.webhooks.telling import Telling

_WEBHOOK_THREADS = 2
_FULL = "too many adds wait to be done: try again in some seconds"
_RETRY_SECONDS = 5

Row = TypeVar("Row", bound=Mapping[str, Any])


class Service:
    """One process of a server."""

    def __init__(self, client: MemoryClient[Any], settings: ServerSettings) -> None:
        self.client = client
        self.settings = settings
        self.callers = Callers(client)
        self.projects = Projects()
        self.telling = Telling(client)
        self.meters = Meters()
        self._adds = self._worker(adds.KIND, self._add, settings.event_workers)
        self._deliveries = self._worker(telling.KIND, self._deliver, _WEBHOOK_THREADS)

    @property
    def store(self) -> ServerStore:
        """Where records and events are kept."""
        return self.callers.store

    def start(self) -> None:
        """Begin with the work of events, also of those that an earlier process left."""
        self._adds.start()
        self._deliveries.start()

    def stop(self) -> None:
        """Finish what is under way, within the grace time."""
        self._deliveries.stop(0.0)
        self._adds.stop(self.settings.grace_seconds)
        self._deliveries.stop(1.0)

    def accept(
        self,
        scope: Scope,
        messages: Any,
        options: Mapping[str, Any],
        now: datetime,
        bound: Scope,
        *,
        as_it_stands: bool = False,
    ) -> Event:
        """Accept an add that is done later; arguments as of `adds.accepted`.

        Raises:
            HTTPException: 503, there is no room for it.
        """
        event = adds.accepted(scope, messages, options, now, bound, as_it_stands=as_it_stands)
        if not self.store.enqueue([event], self.settings.max_events):
            raise HTTPException(503, _FULL, {"Retry-After": str(_RETRY_SECONDS)})
        self._adds.wake()
        return event

    def remembered(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Tell webhooks of what an add did. `rows`: ``{"id", "memory", "event"}``."""
        told = self.telling.deliveries(self.store, rows)
        if told:
            self.store.enqueue(told, self.settings.max_events)
            self._deliveries.wake()

    def going(self, caller: Caller, **conditions: Any) -> Sequence[Mapping[str, Any]]:
        """What a deletion of many is about to take, if a webhook is told of such; arguments as of `get_all`."""
        if not self.telling.wanted(self.store, "DELETE"):
            return ()
        found: Any = caller.client.get_all(output_format="v1.0", **conditions)
        return [{"id": row["id"]} for row in found]

    def changed(self, rows: Sequence[Row], event: str) -> None:
        """Tell webhooks that these memories were changed (UPDATE) or deleted (DELETE)."""
        self.remembered([{"id": row["id"], "memory": row.get("memory"), "event": event} for row in rows])

    def _add(self, event: Event) -> Outcome:
        done = adds.done(self.client, event)
        usage = done["explain"]["usage"]
        for what in ("llm_calls", "prompt_tokens", "completion_tokens"):
            self.meters.models.labels(what).inc(usage.get(what) or 0)  # type: ignore[arg-type]
        following = self.telling.deliveries(self.store, done["results"])
        return Outcome("SUCCEEDED", adds.results(done), following=following)

    def _deliver(self, event: Event) -> Outcome:
        return delivery.deliver(self.store, event, private=self.settings.private_webhooks)

    def _worker(self, kind: str, work: Any, threads: int) -> Worker:
        return Worker(
            lambda: self.store,
            kind,
            work,
            self.meters,
            threads=threads,
            keep_days=self.settings.keep_days,
            lease_seconds=self.settings.lease_seconds,
            followed=lambda: self._deliveries.wake(),
        )
