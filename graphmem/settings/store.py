"""Chooses the store: the embedded one in a file, or a Neo4j."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import platformdirs

from graphmem.errors import ConfigurationError, kind_of
from graphmem.settings.choices import MEMORY, Choice, EmbeddedSettings, Given, Neo4jSettings

NEO4J_SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")

_URI = re.compile(r"([a-z][a-z0-9+.-]+)://", re.IGNORECASE)
# What somebody meant as an address: a scheme without its slashes, or a host and a port.
_NO_PATH = re.compile(
    r"(?:neo4j|bolt)(?:\+s|\+ssc)?(?::|//|/.*@)|[\w.-]+:\d+/?$|[^/]+:[^/]*@[\w.-]+(?::\d+)?/?$", re.IGNORECASE
)
_ADDRESS = (
    "write it like bolt://127.0.0.1:7687, and pass the password as password= or in NEO4J_PASSWORD, "
    "or with its special characters escaped (urllib.parse.quote)"
)


def choose_store(
    store: Any = None,
    *,
    username: str | None = None,
    password: str | None = None,
    database: str | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Choice:
    """The store: the argument, else GRAPHMEM_STORE, else a file in the user's data folder.

    Raises:
        ConfigurationError: `store` is empty, a malformed address, an address with an unknown scheme, or not a store.
    """
    if store is not None and not isinstance(store, str | Path):
        if hasattr(store, "apply"):
            return Choice(Given(store), type(store).__name__, "given as store=")
        if isinstance(store, os.PathLike) and isinstance(path := os.fspath(store), str):
            return choose_store(path, username=username, password=password, database=database, environ=environ)
        raise ConfigurationError(f"store={kind_of(store)} is neither a path, a Neo4j address nor a store object")
    address, reason = (
        (str(store), "given as store=")
        if store is not None
        else (environ.get("GRAPHMEM_STORE", ""), "set by GRAPHMEM_STORE")
    )
    if not address.strip():
        if store is not None:
            raise ConfigurationError("store='' names nothing: give a file path, ':memory:' or a Neo4j address")
        path = default_folder() / "memories.db"
        return Choice(
            EmbeddedSettings(str(path)), str(path), "the default: no store was given and GRAPHMEM_STORE is not set"
        )
    scheme = _URI.match(address.strip())
    if scheme is None:
        # A file of such a name is never meant, and would be made all the same.
        if _NO_PATH.match(address.strip()):
            raise ConfigurationError(f"the store looks like an address without its beginning; {_ADDRESS}")
        if "\0" in address:
            raise ConfigurationError(f"the store is no path: no file system takes the NUL in {address!r}")
        location = MEMORY if address.strip().lower() == MEMORY else str(Path(address).expanduser())
        return Choice(EmbeddedSettings(location), location, reason)
    if scheme[1].lower() not in NEO4J_SCHEMES:
        raise ConfigurationError(
            f"a store address starts with one of {', '.join(f'{name}://' for name in NEO4J_SCHEMES)}, not {scheme[0]}"
        )
    settings = _neo4j(address.strip(), username, password, database, environ)
    return Choice(settings, settings.shown, reason)


def default_folder() -> Path:
    """The folder in the user's data where graphmem keeps its files. It may not exist yet."""
    return platformdirs.user_data_path("graphmem", appauthor=False)


def _neo4j(
    uri: str, username: str | None, password: str | None, database: str | None, environ: Mapping[str, str]
) -> Neo4jSettings:
    try:
        parts = urlsplit(uri)
        # Reading the port raises ValueError if it is not a number.
        host, _ = parts.hostname, parts.port
    except ValueError:
        # The error's message contains the address, which may contain a password.
        raise ConfigurationError(f"the store address is malformed; {_ADDRESS}") from None
    # A / ? or # in a password ends the host too early, and the rest of the password would be shown as part of the address.
    if "@" in parts.path + parts.query + parts.fragment:
        raise ConfigurationError(
            f"the store address has an @ after its host: does a password hold / ? or #? {_ADDRESS}"
        )
    if parts.fragment or (parts.query and not parts.scheme.startswith("neo4j")):
        # Not shown: it may hold a password.
        raise ConfigurationError(
            f"the store address has something after its host that does not belong there; {_ADDRESS}"
        )
    if not host:
        raise ConfigurationError(f"the store address has no host; {_ADDRESS}")
    # Credentials in the address are used, but not kept in it, because the address is shown to people.
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return Neo4jSettings(
        uri=bare,
        username=username
        or (unquote(parts.username) if parts.username else None)
        or environ.get("NEO4J_USERNAME")
        or "neo4j",
        password=password
        or (unquote(parts.password) if parts.password else None)
        or environ.get("NEO4J_PASSWORD")
        or _local_password(bare),
        database=database or environ.get("NEO4J_DATABASE") or None,
    )


def _local_password(uri: str) -> str | None:
    """The password that `graphmem neo4j up` made, if this is the address of that server."""
    from graphmem.stores.neo4j.local_server import status

    try:
        server = status()
    except ConfigurationError:
        # This system can't run local servers.
        return None
    return server.password if server.running and server.bolt_uri == uri else None
