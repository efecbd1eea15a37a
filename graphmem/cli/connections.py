"""Commands that follow relations from one entity to others: neighbours, paths, ask."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphmem.cli import output, wording
from graphmem.cli.find import close, show_hits
from graphmem.cli.moments import moment
from graphmem.cli.options import Agent, App, AsJson, AsOf, Run, Store, User, ValidAt, connect, scope
from graphmem.graph.names import asks_about_himself, named_in
from graphmem.model.memory import entity_key
from graphmem.search.terms import query_names

if TYPE_CHECKING:
    from graphmem import MemoryClient, Neighbour, Relation, SupportedRelation

_MEMORIES = 3
# Whoever asks in words can't ask again for longer paths.
_FAR = 6
# How alike a name that is suggested must be (difflib's ratio): "Jonathon" is 0.88 like "Jonathan".
_ALIKE = 0.7


def neighbours(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A person, place or thing; me is the user.")],
    user: User = None,
    agent: Agent = None,
    app: App = None,
    run: Run = None,
    hops: Annotated[
        int, typer.Option("--hops", metavar="N", help="How many relations away a neighbour may be, 1 to 3.")
    ] = 1,
    limit: Annotated[int, typer.Option("--limit", metavar="N", help="How many neighbours at most.")] = 100,
    as_of: AsOf = None,
    valid_at: ValidAt = None,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Show who and what is related to a person, place or thing.

    Examples:
      graphmem neighbours Anna --user alice
      graphmem neighbours me --user alice --hops 2
    """
    with connect(store) as client:
        ids = scope(user, agent, app, run)
        found = client.neighbours(
            name, hops=hops, limit=limit, **ids, as_of=moment(as_of, "--as-of"), valid_at=moment(valid_at, "--valid-at")
        )
        unknown = "" if found else _unknown(client, [name], ids)
    if as_json:
        output.document(found)
    elif found:
        _show_neighbours(found)
    else:
        output.note(unknown or f"No relations of {name} found.")


def paths(
    a: Annotated[str, typer.Argument(metavar="NAME", help="A person, place or thing; me is the user.")],
    b: Annotated[str, typer.Argument(metavar="NAME", help="Another one.")],
    user: User = None,
    agent: Agent = None,
    app: App = None,
    run: Run = None,
    hops: Annotated[
        int, typer.Option("--max-hops", metavar="N", help="How many relations a path may have, 1 to 6.")
    ] = 3,
    limit: Annotated[int, typer.Option("--limit", metavar="N", help="How many paths at most.")] = 10,
    as_of: AsOf = None,
    valid_at: ValidAt = None,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Show how two people, places or things are connected.

    These are the shortest paths between them.

    Examples:
      graphmem paths Maria Google --user alice
      graphmem paths me Berlin --user alice --max-hops 4
    """
    with connect(store) as client:
        ids = scope(user, agent, app, run)
        found = client.paths(
            a,
            b,
            max_hops=hops,
            limit=limit,
            **ids,
            as_of=moment(as_of, "--as-of"),
            valid_at=moment(valid_at, "--valid-at"),
        )
        unknown = "" if found else _unknown(client, [a, b], ids)
    if as_json:
        output.document(found)
    elif found:
        output.note(_distance(a, b, found))
        _show_paths(found)
    else:
        output.note(
            unknown or f"No path of up to {hops} relations between {a} and {b} found; --max-hops allows longer ones."
        )


def ask(
    question: Annotated[
        str, typer.Argument(metavar="QUESTION", help="A question that names people, places or things.")
    ],
    user: User = None,
    agent: Agent = None,
    app: App = None,
    run: Run = None,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question from the graph and from the memories.

    Two names in it: how they are connected. One name: what is related to it. Below that, and for other questions, the
    memories that a search finds, if they are close.

    Examples:
      graphmem ask "how is Maria connected to Google?" --user alice
      graphmem ask "where does Anna live?" --user alice
    """
    with connect(store) as client:
        ids = scope(user, agent, app, run)
        names = _names(client, question, ids)
        connected = [(a, b, client.paths(a, b, max_hops=_FAR, **ids)) for a, b in pairwise(names)]
        near = client.neighbours(names[0], **ids) if len(names) == 1 else []
        hits = client.search(question, top_k=_MEMORIES, output_format="v1.0", **ids)
    if as_json:
        answer = {
            "question": question,
            "names": names,
            "paths": [{"a": a, "b": b, "paths": found} for a, b, found in connected],
            "neighbours": near,
            "memories": hits,
        }
        output.document(answer)
        return
    for a, b, found in connected:
        output.note(_distance(a, b, found) if found else f"No path between {a} and {b} found.")
        _show_paths(found)
    if near:
        output.note(f"Related to {names[0]}:")
        _show_neighbours(near)
    if shown := close(hits):
        output.note("Memories:")
        show_hits(shown)
    elif not connected and not near:
        output.note("Nothing close was found." if hits else "No memories found.")


def _names(client: MemoryClient, question: str, ids: dict[str, Any]) -> list[str]:
    """The names of known entities that a question has, in its order, as they are written in the graph."""
    known = {entity_key(row["name"]): row["name"] for row in client.entities(names=query_names(question), **ids)}
    names = [known[key] for key in named_in(question, known)]
    return ["user", *names] if len(names) == 1 and asks_about_himself(question) else names


def _unknown(client: MemoryClient, names: Sequence[str], ids: dict[str, Any]) -> str:
    """Which of these names no memory mentions, with names that are like it; empty if all are mentioned."""
    for name in names:
        if client.entities(names=[name], **ids):
            continue
        known = {entity_key(row["name"]): row["name"] for row in client.entities(**ids)}
        key = entity_key(name)
        like = [each for each in known if key in each.split()] + difflib.get_close_matches(key, known, 3, _ALIKE)
        hint = f" Known are: {', '.join(dict.fromkeys(known[each] for each in like))}." if like else ""
        return f"No memory mentions {name}.{hint}"
    return ""


def _distance(a: str, b: str, found: Sequence[Sequence[Relation]]) -> str:
    count = len(found[0])
    return f"{a} and {b} are {count} relation{'' if count == 1 else 's'} apart:"


def _show_paths(found: Sequence[Sequence[SupportedRelation]]) -> None:
    rows = [(str(n), wording.sentence(step), step["memory"]) for n, path in enumerate(found, 1) for step in path]
    if rows:
        output.table(("Path", "Relation", "Memory"), rows)


def _show_neighbours(found: Sequence[Neighbour]) -> None:
    output.table(
        ("Who or what", "Type", "Hops", "Relation"),
        [
            # Relations that several memories support are shown once.
            (
                row["name"],
                row["type"],
                str(row["hops"]),
                "; ".join(dict.fromkeys(map(wording.sentence, row["relations"]))),
            )
            for row in found
        ],
    )
