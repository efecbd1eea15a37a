"""The page that describes all routes: Swagger UI, with files of a package that ships them. It loads nothing from elsewhere."""

from __future__ import annotations

from importlib.resources import files

import fastapi_offline
from fastapi import APIRouter
from starlette.responses import FileResponse, HTMLResponse, Response

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>graphmem</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="icon" href="data:,">
</head>
<body>
<div id="page"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
_START = """SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#page",
  deepLinking: true,
  docExpansion: "none",
  // Others are not asked whether the document is valid.
  validatorUrl: null,
});
"""
# Swagger UI sets styles of elements, and has its pictures in itself. Whatever it asks for, it asks this server.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_FILES = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}

router = APIRouter(include_in_schema=False)
# They are served without a key: they tell nothing of what is stored.
PATHS = ("/docs", "/docs/start.js", *(f"/docs/{name}" for name in _FILES))


@router.get("/docs")
async def page() -> HTMLResponse:
    return HTMLResponse(_PAGE, headers=_HEADERS)


@router.get("/docs/start.js")
async def start() -> Response:
    return Response(_START, media_type="text/javascript", headers=_HEADERS)


@router.get("/docs/swagger-ui-bundle.js")
async def script() -> FileResponse:
    return _shipped("swagger-ui-bundle.js")


@router.get("/docs/swagger-ui.css")
async def style() -> FileResponse:
    return _shipped("swagger-ui.css")


def _shipped(name: str) -> FileResponse:
    """A file of Swagger UI. Browsers ask again only when the package has another one."""
    path = files(fastapi_offline) / "static" / name
    return FileResponse(str(path), media_type=_FILES[name], headers={**_HEADERS, "Cache-Control": "no-cache"})
