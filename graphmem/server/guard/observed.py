"""Counts and logs requests: by the template of their route, never by path, for paths hold ids. No content, no keys."""

from __future__ import annotations

import json
import logging
import time
import uuid
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger("graphmem.server.requests")
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Meters:
    """What a server counts, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "graphmem_requests", "Requests by route and status.", ("method", "route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "graphmem_request_seconds",
            "How long requests took.",
            ("method", "route"),
            registry=self.registry,
            buckets=_BUCKETS,
        )
        self.events = Counter(
            "graphmem_events", "Events that ended, by kind and status.", ("kind", "status"), registry=self.registry
        )
        self.running = Gauge("graphmem_events_running", "Events that this process works on.", registry=self.registry)
        self.models = Counter(
            "graphmem_model_calls", "What adds by event asked of models.", ("what",), registry=self.registry
        )


class Observed:
    """Measures each request, gives it an id, and logs it as one line of JSON."""

    def __init__(self, app: ASGIApp, meters: Meters) -> None:
        self.app = app
        self.meters = meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # One for the middlewares further in, which put what they find there.
        scope.setdefault("state", {})
        id, start, status = uuid.uuid4().hex, time.perf_counter(), 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message.get("headers", ()), (b"x-request-id", id.encode())]}
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            self._tell(scope, id, status, time.perf_counter() - start)

    def _tell(self, scope: Scope, id: str, status: int, seconds: float) -> None:
        # The router leaves its route in the scope that it was given, which may be a copy of this one; the state is shared.
        route = scope["state"].get("route") or "none"
        method = scope["method"] if route != "none" else "any"
        self.meters.requests.labels(method, route, str(status)).inc()
        self.meters.seconds.labels(method, route).observe(seconds)
        caller = scope["state"].get("caller")
        line: dict[str, Any] = {
            "request": id,
            "method": scope["method"],
            "route": route,
            "status": status,
            "milliseconds": round(seconds * 1000, 2),
            "key": None if caller is None else caller.key,
        }
        _log.info("%s", json.dumps(line))
