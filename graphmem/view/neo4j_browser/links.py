"""Addresses that open Neo4j Browser with the user filled in and a command in its editor."""

from __future__ import annotations

from urllib.parse import quote, urlencode, urlsplit

_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
DEFAULT_HTTP_PORT = 7474


def browser_of(store: str) -> str:
    """The usual address of Neo4j Browser on the server of a store: its HTTP port is 7474 unless it was set otherwise.

    Args:
        store: such as ``bolt://127.0.0.1:7687``.
    """
    host = urlsplit(store).hostname or "127.0.0.1"
    return f"http://{f'[{host}]' if ':' in host else host}:{DEFAULT_HTTP_PORT}/browser/"


def is_local(store: str) -> bool:
    """Whether the server of a store runs on this machine."""
    return (urlsplit(store).hostname or "") in _LOCAL


def link(
    browser: str, store: str, username: str, database: str | None = None, *, edit: str = "", play: str = ""
) -> str:
    """An address that opens Neo4j Browser.

    Whoever opens it is asked for the password only. Neo4j Browser 5 reads these parameters: ``dbms``, ``db``, ``cmd`` and ``arg``.

    Args:
        browser: address of Neo4j Browser, with a slash at its end.
        store: address of the store, as its clients use it.
        username: who logs in.
        database: the one to be used; None: the user's home database.
        edit: text for the editor, where it waits for the reader to run it.
        play: address of a guide to be opened instead.
    """
    parts = urlsplit(store)
    # Over Bolt alone, Neo4j Browser does not follow a cluster's routing; over neo4j:// it does, and a single server answers to both.
    scheme = parts.scheme.replace("bolt", "neo4j")
    asked = {"dbms": f"{scheme}://{quote(username, safe='')}@{parts.netloc.rpartition('@')[2]}"}
    if database:
        asked["db"] = database
    if edit or play:
        asked |= {"cmd": "play" if play else "edit", "arg": play or edit}
    return f"{browser}?{urlencode(asked, quote_via=quote)}"
