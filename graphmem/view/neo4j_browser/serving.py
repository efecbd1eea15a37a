"""A small server on loopback for what Neo4j Browser fetches: the guide, the style and, if its files are here, Neo4j Browser itself."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from graphmem.errors import ConfigurationError
from graphmem.view.page.embedded import embedded

GUIDE, STYLE, BROWSER = "/guide.html", "/graphmem.grass", "/browser/"

# Neo4j Browser's page loads fonts, statistics and a feedback tool from the web. Served from here it can't: only this machine is allowed.
_ONLY_HERE = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; connect-src 'self' data: blob: http://127.0.0.1:* ws://127.0.0.1:*"
    " http://localhost:* ws://localhost:*; frame-ancestors 'none'; form-action 'none'; base-uri 'self'"
)


# It would ask for them none the less, and tell of each refusal in its console. So it finds its statistics and its feedback tool loaded, its
# own setting for reports of crashes off, and no way to other machines. It asks the port for Bolt over HTTP where to connect: this server
# knows.
_QUIET = """<script>{
window.analytics = {};
window.Canny = () => {};
const settings = JSON.parse(localStorage.getItem("neo4j.settings") || "{}");
localStorage.setItem("neo4j.settings", JSON.stringify({ ...settings, allowCrashReports: false, allowUserStats: false }));
const ask = window.fetch;
window.fetch = (asked, ...more) => {
  const { hostname, href } = new URL(asked.url || asked, location.href);
  if (href === STORE) return ask("/", ...more);
  return ["127.0.0.1", "localhost"].includes(hostname) ? ask(asked, ...more) : Promise.reject(new TypeError("only this machine is asked"));
};
}</script>"""
_IMPORT = re.compile(rb"@import url\(https://[^)]*\);")


class Content(NamedTuple):
    """What is served. `store`: address of the server that Neo4j Browser connects to. `origins`: of pages that may read all this."""

    guide: str
    style: str
    store: str
    origins: frozenset[str]
    browser: Path | None = None


class Server(ThreadingHTTPServer):
    """Listens on 127.0.0.1 only, and answers only requests that name this machine as their host."""

    daemon_threads = True

    def __init__(self, content: Content, port: int = 0) -> None:
        """
        Args:
            content: what is served.
            port: 0 for any free one.

        Raises:
            ConfigurationError: the port can't be used.
        """
        try:
            super().__init__(("127.0.0.1", port), _Handler)
        except OSError as error:
            raise ConfigurationError(
                f"port {port} can't be used ({error.strerror}); choose another one, or 0 for any"
            ) from error
        self.content = content
        self.files = _browser_files(content)

    @property
    def address(self) -> str:
        """Such as ``http://localhost:43210``, without a slash at its end."""
        # By this name: Neo4j Browser fetches guides and styles from few hosts, and localhost is one unless a server's settings say
        # otherwise.
        return f"http://localhost:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Server
    # An idle connection doesn't hold a thread for ever.
    timeout = 30

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        content = self.server.content
        texts: Mapping[str, tuple[str, str]] = {
            GUIDE: (content.guide, "text/html; charset=utf-8"),
            STYLE: (content.style, "text/plain; charset=utf-8"),
            # Neo4j Browser asks the server that it came from where to connect.
            "/": (json.dumps({"bolt_direct": content.store}), "application/json"),
        }
        if not self._from_here():
            self._answer(HTTPStatus.FORBIDDEN, b"", "text/plain")
        elif path in texts:
            text, kind = texts[path]
            self._answer(HTTPStatus.OK, text.encode(), kind)
        elif path in self.server.files:
            kind = guess_type("index.html" if path == BROWSER else path)[0] or "application/octet-stream"
            self._answer(HTTPStatus.OK, self.server.files[path], kind)
        else:
            self._answer(HTTPStatus.NOT_FOUND, b"", "text/plain")

    def do_OPTIONS(self) -> None:
        """What browsers ask before they fetch from another origin: Neo4j Browser sends a header of its own along."""
        self._answer(HTTPStatus.NO_CONTENT if self._from_here() else HTTPStatus.FORBIDDEN, b"", "text/plain")

    def _from_here(self) -> bool:
        # A page elsewhere whose name was made to lead to this machine (DNS rebinding) names its own host.
        host = self.headers.get("Host", "")
        return host in {f"{name}:{self.server.server_address[1]}" for name in ("127.0.0.1", "localhost")}

    def _answer(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        self.send_response(status)
        origin = self.headers.get("Origin", "")
        if origin in self.server.content.origins | {self.server.address}:
            self.send_header("Access-Control-Allow-Origin", origin)
            self.send_header("Access-Control-Allow-Headers", "*")
            self.send_header("Access-Control-Allow-Private-Network", "true")
        self.send_header("Content-Security-Policy", _ONLY_HERE)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(ConnectionError):
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: addresses may hold what somebody searched."""


def _browser_files(content: Content) -> Mapping[str, bytes]:
    """The files of Neo4j Browser by the path that they are served under."""
    if content.browser is None:
        return {}
    with zipfile.ZipFile(content.browser) as archive:
        names = [name for name in archive.namelist() if name.startswith("browser/") and not name.endswith("/")]
        files = {f"/{name}": archive.read(name) for name in names}
    # Styles within scripts would load fonts.
    files = {name: _IMPORT.sub(b"", file) if name.endswith(".js") else file for name, file in files.items()}
    page = files.get("/browser/index.html")
    if page is None:
        return files
    store = urlsplit(content.store)
    quiet = _QUIET.replace("STORE", embedded(f"http://{store.hostname}:{store.port or 7687}/"))
    return files | {BROWSER: page.replace(b"<head>", b"<head>" + quiet.encode(), 1)}
