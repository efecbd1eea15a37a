"""The guide that Neo4j Browser plays: a page for each saved query, with the reader's own memories in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import NamedTuple

from graphmem.view.neo4j_browser.saved_queries import SavedQuery, Value, with_values


class Page(NamedTuple):
    """A page of the guide. `query`: the name of a saved query. `reading`: how to read what it draws."""

    title: str
    query: str
    reading: str


# The order in which a newcomer reads them.
PAGES = (
    Page(
        "What is remembered of a user",
        "memories",
        "The user is in the middle, around it are the memories. A memory points to the people, places and things that it mentions."
        " Click a memory to read it in full on the right; double-click it to see its versions.",
    ),
    Page(
        "The same, to read",
        "read",
        "A node's panel lists all that it has, also what only graphmem needs: its vector, of which you see some numbers, and ids."
        " Here is what is for you.",
    ),
    Page(
        "Everything about one entity",
        "entity",
        "An entity is a person, place or thing. RELATES_TO leads from one to another. Without a style, a second arrow tells how: LIVES_IN,"
        " ALLERGIC_TO and so on, or FORMERLY where that no longer holds. With the style, the words stand on RELATES_TO itself.",
    ),
    Page("How two entities are connected", "connection", "The shortest chains of relations that hold today."),
    Page(
        "The life of a memory",
        "life",
        "A memory points to its current version, and each version to the one before. Each knows the messages that it was written from.",
    ),
    Page("What changed this week", "this_week", "New versions, and what they replaced."),
    Page(
        "What contradicted what", "contradicted", "Both versions and the messages behind them: who said what, and when."
    ),
    Page(
        "Where a memory came from",
        "origin",
        "From the message to the version that was written from it, to the memory, and to what it mentions.",
    ),
    Page("A timeline", "timeline", "What happened or will happen, by its own dates rather than by when it was said."),
    Page("Categories", "categories", "Memories of one topic hang together."),
    Page("What two users share", "shared", "Nothing: an answer with rows would be a fault."),
    Page("What hangs in the air", "orphans", "Nothing, either. <code>graphmem doctor</code> mends what does."),
)


def guide(
    queries: Mapping[str, SavedQuery], values: Mapping[str, Value], style: str, told: str, pages: Iterable[Page] = PAGES
) -> str:
    """The guide as HTML, in the form that Neo4j Browser plays.

    Args:
        queries: the saved queries by name.
        values: the reader's own: of parameters that queries have. A page whose query needs one that is missing says so.
        style: address of the style.
        told: whose memories these are, as a sentence.
        pages: in their order.
    """
    slides = [_slide("Your memory as a graph", f"<p>{escape(told)}</p>{_WELCOME}{_command(f':style {style}')}")]
    slides += [_page(page, queries[page.query], values) for page in pages]
    return f'<article class="guide"><carousel class="deck container-fluid">{"".join(slides)}</carousel></article>'


_WELCOME = (
    "<p>Each of the next pages has a query: click it, and it goes into the editor, from where you run it.</p>"
    "<p>First the colours and captions. Click, then run:</p>"
)


def _page(page: Page, query: SavedQuery, values: Mapping[str, Value]) -> str:
    missing = [what for name, what in query.parameters.items() if name not in values]
    if missing:
        shown = f"<p>This page needs {escape(' and '.join(missing))}, which the store does not have yet.</p>"
    else:
        shown = _command(with_values(query, values))
    return _slide(page.title, f"<p>{escape(query.description)}</p>{shown}<p>{page.reading}</p>")


def _slide(title: str, body: str) -> str:
    return f'<slide class="row-fluid"><div class="col-sm-3"><h3>{escape(title)}</h3></div><div class="col-sm-9">{body}</div></slide>'


def _command(text: str) -> str:
    return f'<figure><pre class="pre-scrollable code runnable">{escape(text)}</pre></figure>'
