"""The command browser: opens a Neo4j store in Neo4j Browser with the right query, and serves it the style and the guide."""

from __future__ import annotations

import webbrowser
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphmem.cli import output
from graphmem.cli.ids import whole_id
from graphmem.cli.options import AsJson, Store, connect
from graphmem.cli.owners import note_unknown, users_of
from graphmem.errors import ConfigurationError, ValidationError

if TYPE_CHECKING:
    from graphmem import MemoryClient
    from graphmem.dialect.answers import OwnerRow
    from graphmem.settings import Neo4jSettings
    from graphmem.stores.neo4j.local_server import LocalServer
    from graphmem.view.neo4j_browser.saved_queries import SavedQuery, Value
    from graphmem.view.neo4j_browser.serving import Server
    from graphmem.view.neo4j_browser.warming import Warming

_STYLE = "graphmem.grass"
# How many hits of a search are drawn, and of how many memories it is looked up which have a past.
_HITS, _LOOKED_AT = 10, 100


def browser(
    query: Annotated[str | None, typer.Argument(metavar="QUERY", help="A saved query; --list shows them.")] = None,
    user: Annotated[str | None, typer.Option("--user", "-u", metavar="ID", help="Draw this user's memories.")] = None,
    memory: Annotated[str | None, typer.Option("--memory", metavar="ID", help="Draw where a memory came from.")] = None,
    entity: Annotated[str | None, typer.Option("--entity", metavar="NAME", help="Draw what is known of it.")] = None,
    other: Annotated[
        str | None, typer.Option("--other", metavar="NAME", help="Draw how the entity is connected to it.")
    ] = None,
    other_user: Annotated[str | None, typer.Option("--other-user", metavar="ID", help="For the query shared.")] = None,
    search: Annotated[
        str | None, typer.Option("--query", "-q", metavar="TEXT", help="Draw the hits of a search.")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the saved queries.")] = False,
    style: Annotated[bool, typer.Option("--style", help="Print the style, to be dropped on Neo4j Browser.")] = False,
    serve: Annotated[
        bool, typer.Option("--serve", help="Serve Neo4j Browser the style and the guide on this machine until Ctrl-C.")
    ] = False,
    opened: Annotated[bool, typer.Option("--open", help="Open it in your web browser; this serves, too.")] = False,
    port: Annotated[int, typer.Option("--port", metavar="PORT", help="To serve on; 0 for any free one.")] = 0,
    url: Annotated[
        str | None,
        typer.Option("--url", metavar="URL", help="Address of Neo4j Browser; by default that of the server."),
    ] = None,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Look at a Neo4j store in Neo4j Browser.

    There are saved queries, a style and a guide for it.

    Prints an address that opens Neo4j Browser with the user filled in and the query in its editor.

    Examples:
      graphmem browser --user alice
      graphmem browser --user alice --entity Anna --other Berlin
      graphmem browser life --memory 4ff0a27c-64ad-4ba5-9ad4-b4b4cc1a3d2c
      graphmem browser --user alice --query "what should I cook?" --open
    """
    queries = saved()
    if listed:
        _list(queries, as_json)
        return
    if style:
        typer.echo(_read(_STYLE), nl=False)
        return
    settings = _neo4j(store)
    given = {"user": user, "memory": memory, "entity": entity, "other": other, "other_user": other_user}
    values: dict[str, Value] = {name: value for name, value in given.items() if value is not None}
    with connect(store) as client:
        guiding = serve or opened
        users = users_of(client)
        note_unknown(user, users)
        if memory is not None:
            values["memory"] = whole_id(client, memory)
        if user is None and users:
            values["user"] = max(users, key=lambda row: row["total_memories"])["id"]
        if search is not None:
            values["memories"] = _hits(client, search, user)
        name = query or _fitting(values, asked={name for name, value in given.items() if value is not None})
        if name not in queries:
            raise ValidationError(f"there is no saved query {name!r}; there are {', '.join(sorted(queries))}")
        text = _text(queries[name], values) if queries[name].parameters.keys() <= values.keys() or query else ""
        guided = _examples(client, users, values) if guiding else {}
    if not guiding:
        _show(_address(settings, url, text), text, as_json, _password_file(settings))
        return
    server = _server(queries, guided, settings, url, port)
    # Who asks for nothing in particular is shown around.
    nothing_asked = not (query or search or any(given.values()))
    with server, _warming(settings, queries, name, guided):
        address = _address(settings, url, "" if nothing_asked else text, server)
        _show(address, "" if nothing_asked else text, as_json, _password_file(settings), server)
        if opened:
            webbrowser.open(address)
        server.serve_forever()


def saved() -> Mapping[str, SavedQuery]:
    """The saved queries by name."""
    from graphmem.stores.neo4j import query_files
    from graphmem.view.neo4j_browser.saved_queries import read

    names = [name.removeprefix("browser/") for name in query_files.names() if name.startswith("browser/")]
    return {name: read(name, query_files.source(f"browser/{name}")) for name in names}


def _read(file: str) -> str:
    from graphmem.stores.neo4j import query_files

    return (query_files.FOLDER / "browser" / file).read_text(encoding="utf-8")


def _neo4j(store: str | None) -> Neo4jSettings:
    from graphmem.settings import Neo4jSettings, choose_store

    settings = choose_store(store).use
    if not isinstance(settings, Neo4jSettings):
        raise ConfigurationError(
            "Neo4j Browser shows stores in Neo4j, and this one is a file; give --store bolt://…, start a server with"
            " graphmem neo4j up, or look at the file with graphmem view"
        )
    return settings


def _fitting(values: Mapping[str, Value], asked: Iterable[str]) -> str:
    """The saved query that draws what was asked for."""
    if "memories" in values:
        return "drawn"
    by_option = {"memory": "origin", "other_user": "shared", "other": "connection", "entity": "entity"}
    return next((query for option, query in by_option.items() if option in asked), "memories")


def _text(query: SavedQuery, values: Mapping[str, Value]) -> str:
    from graphmem.view.neo4j_browser.saved_queries import with_values

    return with_values(query, values)


def _hits(client: MemoryClient, text: str, user: str | None) -> list[str]:
    hits = client.search(text, top_k=_HITS, user_id=user, output_format="v1.0")
    if not hits:
        raise ValidationError(f"nothing was found for {text!r}, so there is nothing to draw")
    return [hit["id"] for hit in hits]


def _examples(client: MemoryClient, users: Iterable[OwnerRow], values: Mapping[str, Value]) -> dict[str, Value]:
    """Values for the queries of the guide, out of the reader's own memories."""
    found: dict[str, Any] = {}
    if "user" in values:
        user = str(values["user"])
        entities = sorted(client.entities(user_id=user), key=lambda entity: -entity["memories"])
        named = [entity["name"] for entity in entities if entity["name"] != "user"]
        relations = client.relations(user_id=user)
        ends = [(row["source"], row["target"]) for row in relations if "user" not in (row["source"], row["target"])]
        found |= {"entity": named[0]} if named else {}
        found |= dict(zip(("entity", "other"), ends[0], strict=True)) if ends else {}
        memories = client.get_all(user_id=user, limit=_LOOKED_AT, output_format="v1.0")
        changed = [memory for memory in memories if memory["updated_at"] != memory["created_at"]]
        found |= {"memory": (changed or memories)[0]["id"]} if memories else {}
        others = [row["id"] for row in users if row["id"] != values["user"]]
        found |= {"other_user": others[0]} if others else {}
    return {**found, **values}


def _server(
    queries: Mapping[str, SavedQuery], values: Mapping[str, Value], settings: Neo4jSettings, url: str | None, port: int
) -> Server:
    from graphmem.stores.neo4j.local_server import browser_jar
    from graphmem.view.neo4j_browser import links, serving
    from graphmem.view.neo4j_browser.guide import guide

    own = url is None and links.is_local(settings.uri)
    origin = (url or _browser_of(settings)).partition("/browser")[0].rstrip("/")
    style = _read(_STYLE)
    # The address is known only once the server listens, and the guide tells it.
    server = serving.Server(
        serving.Content("", style, settings.uri, frozenset({origin}), browser_jar() if own else None), port
    )
    told = (
        f"These are the memories of {values['user']}."
        if "user" in values
        else "The store has no memories of a user yet."
    )
    page = guide(queries, values, server.address + serving.STYLE, told)
    server.content = server.content._replace(guide=page)
    return server


def _warming(
    settings: Neo4jSettings, queries: Mapping[str, SavedQuery], first: str, values: Mapping[str, Value]
) -> Warming:
    from graphmem.view.neo4j_browser.guide import PAGES
    from graphmem.view.neo4j_browser.warming import Warming

    names = dict.fromkeys((first, *(page.query for page in PAGES)))
    return Warming(settings, [queries[name] for name in names], values)


def _local(settings: Neo4jSettings) -> LocalServer | None:
    """The server of `graphmem neo4j up`, if the store is in it."""
    from graphmem.stores.neo4j import local_server

    try:
        local = local_server.status()
    except ConfigurationError:
        # This system can't run local servers.
        return None
    return local if local.running and local.bolt_uri == settings.uri else None


def _browser_of(settings: Neo4jSettings) -> str:
    """Where the server of this store has its Neo4j Browser."""
    from graphmem.view.neo4j_browser import links

    local = _local(settings)
    return local.browser_url if local else links.browser_of(settings.uri)


def _password_file(settings: Neo4jSettings) -> str | None:
    """Where the password stands that Neo4j Browser asks for, if graphmem made it."""
    local = _local(settings)
    return str(local.home / "password") if local else None


def _address(settings: Neo4jSettings, url: str | None, text: str, server: Server | None = None) -> str:
    from graphmem.view.neo4j_browser import links, serving

    own = server.address + serving.BROWSER if server and server.files else None
    browser = url or own or _browser_of(settings)
    play = "" if text or server is None else server.address + serving.GUIDE
    return links.link(browser, settings.uri, settings.username, settings.database, edit=text, play=play)


def _show(address: str, text: str, as_json: bool, password_file: str | None, server: Server | None = None) -> None:
    from graphmem.view.neo4j_browser import serving

    guide = server.address + serving.GUIDE if server else None
    style = server.address + serving.STYLE if server else None
    if as_json:
        output.document(
            {"url": address, "query": text or None, "guide": guide, "style": style, "password_file": password_file}
        )
        return
    output.pairs([("Open", address), ("Password", f"in {password_file}" if password_file else "")])
    if text:
        typer.echo(f"\n{text}\n")
    if server:
        output.pairs([("Guide, in its editor", f":play {guide}"), ("Style, in its editor", f":style {style}")])
        output.note("Serving this on this machine only. Ctrl-C ends it.")
    else:
        output.note("With --serve it gets colours, captions and a guide too.")


def _list(queries: Mapping[str, SavedQuery], as_json: bool) -> None:
    if as_json:
        output.document([query._asdict() for query in queries.values()])
        return
    output.pairs([(query.name, query.description) for query in queries.values()])
