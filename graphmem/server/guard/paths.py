"""Puts paths right: some clients send a slash too many, some people one too few."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

# Paths of the hosted service end with a slash; redirects are followed by no client.
_WITH_SLASH = ("/v1/", "/v2/", "/v3/", "/api/", "/graphmem/")


class RightPaths:
    """Collapses slashes at the start, and adds the one at the end that the hosted service's paths have."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path = "/" + scope["path"].lstrip("/")
            if path.startswith(_WITH_SLASH) and not path.endswith("/"):
                path += "/"
            if path != scope["path"]:
                scope = {**scope, "path": path, "raw_path": None}
        await self.app(scope, receive, send)
