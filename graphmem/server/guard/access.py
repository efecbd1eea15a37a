"""Lets in who has a key. Without any key ever made, it lets in whoever is on this machine."""

from __future__ import annotations

from urllib.parse import urlsplit

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from graphmem.errors import GraphMemError
from graphmem.server import docs
from graphmem.server.callers import Caller, Callers
from graphmem.server.errors import problem, status_of
from graphmem.server.settings import is_loopback

# They tell nothing of what is stored.
OPEN = frozenset({"/health", "/ready", "/openapi.json", *docs.PATHS})
_THREADS = 8
# What proxies add: behind one, everybody seems to be on this machine.
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
_MISSING = (
    "this server needs a key: send it as 'Authorization: Token KEY', 'Authorization: Bearer KEY' or 'X-API-Key: KEY' "
    "(graphmem keys create makes one)"
)
_WRONG = "this key opens nothing here: it is mistyped, was revoked or has expired"
_STRANGER = (
    "this server has no keys yet, so it answers only requests that come from this machine, were made to its own name, and through no "
    "proxy: make a key (graphmem keys create)"
)


class Access:
    """Puts the caller into the request's state, as ``caller``, or answers 401."""

    def __init__(self, app: ASGIApp, callers: Callers) -> None:
        self.app = app
        self.callers = callers
        # Of its own: keys are looked at although many long requests are under way.
        self._threads = CapacityLimiter(_THREADS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in OPEN:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        # Most keys were asked for a moment ago: then nothing needs to be waited for.
        caller: Caller | JSONResponse | None = self.callers.at_hand(key_in(headers))
        if caller is None:
            try:
                caller = await run_sync(self._caller, headers, scope.get("client"), limiter=self._threads)
            except GraphMemError as error:
                caller = problem(status_of(error), str(error))
        if isinstance(caller, JSONResponse):
            await caller(scope, receive, send)
            return
        scope.setdefault("state", {})["caller"] = caller
        await self.app(scope, receive, send)

    def _caller(self, headers: Headers, peer: tuple[str, int] | None) -> Caller | JSONResponse:
        given = key_in(headers)
        if not self.callers.keyed:
            # Whoever runs the application by a server of their own may have it listen anywhere. A Unix socket has no peer.
            near = peer is None or is_loopback(peer[0])
            # A page in a browser may send requests here too: under another name (DNS rebinding), or from another origin.
            here = _is_here(headers.get("host", "")) and _is_here(_host_of(headers.get("origin")))
            if not near or not here or any(name in headers for name in _FORWARDED):
                return problem(403, _STRANGER)
            return self.callers.anyone()
        if not given:
            return problem(401, _MISSING, {"WWW-Authenticate": "Bearer"})
        found = self.callers.with_key(given)
        return found or problem(401, _WRONG, {"WWW-Authenticate": "Bearer"})


def key_in(headers: Headers) -> str:
    """The key that a request carries; empty if there is none."""
    kind, _, text = headers.get("authorization", "").partition(" ")
    if kind.lower() in ("token", "bearer") and text.strip():
        return text.strip()
    return headers.get("x-api-key", "").strip()


def _host_of(origin: str | None) -> str:
    """The host of an origin, and of a request without one: this machine."""
    return "localhost" if origin is None else urlsplit(origin).netloc


def _is_here(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    return is_loopback(name)
