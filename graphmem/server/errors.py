"""What goes wrong, as a status and a text. ``{"detail": text, "error": text}`` is what every published client reads."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from graphmem.errors import (
    ConfigurationError,
    ConflictError,
    EmbeddingError,
    ExtractionError,
    GraphMemError,
    MemoryNotFoundError,
    StoreUnavailableError,
    ValidationError,
)

# The first row that fits counts.
STATUS: tuple[tuple[type[GraphMemError], int], ...] = (
    (ValidationError, 400),
    (MemoryNotFoundError, 404),
    (ConflictError, 409),
    (StoreUnavailableError, 503),
    (ExtractionError, 502),
    (EmbeddingError, 502),
    (ConfigurationError, 503),
    (GraphMemError, 500),
)
_log = logging.getLogger("graphmem.server")


def problem(status: int, text: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """An answer that says what is wrong."""
    # It may name what was given, and that may be no valid Unicode.
    text = text.encode(errors="backslashreplace").decode()
    return JSONResponse({"detail": text, "error": text}, status, dict(headers or {}))


def status_of(error: GraphMemError) -> int:
    return next(status for kind, status in STATUS if isinstance(error, kind))


def install(app: FastAPI) -> None:
    """Let the application answer errors with what `problem` makes."""
    app.add_exception_handler(GraphMemError, _ours)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unforeseen)


async def _ours(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, GraphMemError)
    return problem(status_of(error), str(error))


async def _malformed(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return problem(400, "; ".join(_in_words(each) for each in error.errors()) or "the request can't be understood")


async def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    text = f"the body is too large: {_TOO_LARGE}" if error.status_code == 413 else str(error.detail)
    return problem(error.status_code, text, error.headers)


async def _unforeseen(_: Request, error: Exception) -> JSONResponse:
    # The text of an unforeseen error may hold anything, so only its kind and place are told.
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = "" if place is None else f" ({place.tb_frame.f_code.co_filename}:{place.tb_lineno})"
    _log.error("unforeseen %s%s", type(error).__name__, where)
    return problem(500, "the server failed; its log says where")


_TOO_LARGE = "send less at a time, or let the server take more (graphmem serve --max-body)"


def too_large(most: int) -> JSONResponse:
    return problem(413, f"the body is larger than {most:,} bytes: {_TOO_LARGE}")


def _in_words(each: Mapping[str, Any]) -> str:
    """One thing that pydantic found, without what was given: that may be anything."""
    # The first part says whether it is of the body, the query or the path.
    place = ".".join(str(part) for part in each["loc"][1:])
    if each["type"] == "extra_forbidden":
        return f"{place} is unknown here: see /docs for what this request may have"
    if each["type"] == "missing":
        return f"{place or 'the body'} is missing"
    return f"{place or each['loc'][0]}: {each['msg']}"
