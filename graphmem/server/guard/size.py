"""Bounds the bodies of requests."""

from __future__ import annotations

from contextlib import suppress

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graphmem.server.errors import too_large


class _TooLargeError(Exception):
    pass


class BoundedBodies:
    """Answers 413 to a body that is too large, by its declared length or, without one, as soon as it has become too long."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app = app
        self.most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdigit() and int(declared) > self.most:
            await too_large(self.most)(scope, receive, send)
            return
        size, begun = 0, False

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self.most:
                raise _TooLargeError
            return message

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            # Whoever read the body may have made an answer of the error that stopped it.
            if size <= self.most:
                await send(message)

        with suppress(_TooLargeError):
            await self.app(scope, counted, watched)
        if size > self.most:
            await too_large(self.most)(scope, receive, send)
