"""Commands that find memories and their owners: search, why-not, list, users."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphmem.cli import output, wording
from graphmem.cli.ids import whole_id
from graphmem.cli.moments import day, moment
from graphmem.cli.options import (
    Agent,
    App,
    AsJson,
    AsOf,
    Categories,
    Filter,
    Run,
    Store,
    User,
    connect,
    json_object,
    scope,
)
from graphmem.search.ranking import NOTHING_CLOSE, WEAK

if TYPE_CHECKING:
    from graphmem import Arms, Hit, HitExplanation, SaidMessage

Threshold = Annotated[
    float | None,
    typer.Option(
        metavar="SCORE",
        help="Lowest score to show, 0 to 1: 0.3 leaves out most that is wrong, 0.7 keeps exact answers. "
        "Without it, what is close is shown; --json has all.",
    ),
]


def search(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="A question or some words.")],
    user: User = None,
    agent: Agent = None,
    app: App = None,
    run: Run = None,
    top_k: Annotated[int, typer.Option("--top-k", "-k", metavar="N", help="Find at most this many.")] = 10,
    threshold: Threshold = None,
    category: Categories = None,
    filter: Filter = None,
    as_of: AsOf = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show why each memory was found.")] = False,
    messages: Annotated[bool, typer.Option("--messages", help="Also find what was said, word for word.")] = False,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Find the memories that answer a question best.

    Without --user, --agent, --app or --run, the memories of everybody are searched. What is not close to the question is left out,
    unless --threshold says how low a score may be; what may well be wrong is marked as weak.

    Examples:
      graphmem search "what can't she eat?" --user alice
      graphmem search "family" --user alice --top-k 3 --explain
      graphmem search "what did she say of Oslo?" --user alice --messages
      graphmem search "travel" --filter '{"created_at": {"gte": "2026-01-01"}}'
    """
    with connect(store) as client:
        # A dict: the type of the answer depends on --messages, which is only known at run time. Only the form with room for messages
        # costs the relations, too.
        options: dict[str, Any] = {
            "filters": json_object("--filter", filter),
            **scope(user, agent, app, run),
            "categories": category,
            "top_k": top_k,
            "threshold": threshold,
            "as_of": moment(as_of, "--as-of"),
            "explain": explain,
            "messages": messages,
            "output_format": "v1.1" if messages else "v1.0",
        }
        found: Any = client.search(query, **options)
    if as_json:
        output.document(found)
        return
    memories: list[Hit] = found
    if messages:
        everything = [*found["results"], *map(_as_hit, found["messages"] or ())]
        memories = sorted(everything, key=lambda hit: -hit["score"])[:top_k]
    shown = close(memories) if threshold is None else memories
    if shown:
        show_hits(shown, explain=explain)
    elif memories:
        output.note("Nothing close was found; --threshold 0 shows what there is.")
    else:
        nothing = (
            "No memories found." if threshold is None else f"No memories with a score of {threshold} or more found."
        )
        output.note(f"{nothing}{_of_both(user, agent)}")


def _of_both(user: str | None, agent: str | None) -> str:
    """What to say where nothing was found of a user and an agent."""
    if user is None or agent is None:
        return ""
    return " With --user and --agent only what belongs to both is looked at, and each fact belongs to who said it: give one of them."


def why_not(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="The question or words that were searched for.")],
    memory_id: Annotated[str, typer.Argument(metavar="ID", help="Of the memory that should have been found.")],
    user: User = None,
    agent: Agent = None,
    app: App = None,
    run: Run = None,
    top_k: Annotated[int, typer.Option("--top-k", "-k", metavar="N", help="As in the search.")] = 10,
    threshold: Annotated[float | None, typer.Option(metavar="SCORE", help="As in the search.")] = None,
    category: Categories = None,
    filter: Filter = None,
    as_of: AsOf = None,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Tell why a search did not find a memory.

    It also tells in what place the memory came.

    Example:
      graphmem why-not "what can't she eat?" 3f2a8c1e-90b7-4d11-a5c2-7e64d0f1b9a8 --user alice
    """
    with connect(store) as client:
        why = client.why_not(
            query,
            whole_id(client, memory_id),
            version="v2",
            filters=json_object("--filter", filter),
            **scope(user, agent, app, run),
            categories=category,
            top_k=top_k,
            threshold=threshold,
            as_of=moment(as_of, "--as-of"),
        )
    if as_json:
        output.document(why)
        return
    output.pairs(
        [
            ("Found", "yes" if why["found"] else "no"),
            ("Why", why["because"]),
            ("Found by", ", ".join(_arms(why["arms"])) if why["place"] and why["reason"] != "not_a_candidate" else ""),
            *((f"Not by {arm}", reason) for arm, reason in why["missed"].items()),
            ("Score of", ", ".join(f"{name} {value:.2f}" for name, value in why["signals"].items())),
        ]
    )


def close(hits: Sequence[Hit]) -> list[Hit]:
    """Those that have to do with what was asked."""
    return [hit for hit in hits if hit["score"] >= NOTHING_CLOSE]


def _as_hit(said: SaidMessage) -> Hit:
    """A message in the form of a memory, with its speaker before what was said."""
    row: Any = {
        **said,
        "memory": f"{said['name'] or said['role']}: {said['content']}",
        "categories": [],
        "metadata": {},
    }
    hit: Hit = row
    return hit


def show_hits(hits: Sequence[Hit], *, explain: bool = False) -> None:
    """Write hits, those that may well be wrong as weak ones."""
    reasons = {hit["id"]: _reasons(hit["explain"]) for hit in hits} if explain else None
    output.memories(hits, reasons, {hit["id"] for hit in hits if hit["score"] < WEAK})


def list_memories(
    user: User = None,
    agent: Agent = None,
    app: App = None,
    run: Run = None,
    category: Categories = None,
    keywords: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Only memories that contain this text; case is ignored.")
    ] = None,
    filter: Filter = None,
    start: Annotated[str | None, typer.Option(metavar="DATE", help="Said on this day (UTC) or later.")] = None,
    end: Annotated[str | None, typer.Option(metavar="DATE", help="Said on this day (UTC) or earlier.")] = None,
    as_of: AsOf = None,
    page: Annotated[int | None, typer.Option(metavar="N", help="Show only this page, from 1.")] = None,
    page_size: Annotated[int | None, typer.Option(metavar="N", help="Memories on a page; 100 by default.")] = None,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """List memories, newest first.

    Examples:
      graphmem list --user alice
      graphmem list --user alice --keywords berlin --start 2026-03-01 --end 2026-03-31
      graphmem list --user alice --as-of 2026-03-01
      graphmem list --page 2 --page-size 50 --json
    """
    with connect(store) as client:
        # A dict: the type of the answer depends on page and page_size, which are only known at run time.
        conditions: dict[str, Any] = {
            "filters": json_object("--filter", filter),
            **scope(user, agent, app, run),
            "categories": category,
            "keywords": keywords,
            "start_date": day(start),
            "end_date": day(end),
            "as_of": moment(as_of, "--as-of"),
            "page": page,
            "page_size": page_size,
        }
        listed = client.get_all(**conditions)
    if as_json:
        output.document(listed)
        return
    rows = listed if isinstance(listed, list) else listed["results"]
    if rows:
        output.memories(rows)
    if not isinstance(listed, list):
        more = f"; --page {(page or 1) + 1} shows more" if listed["next"] else ""
        output.note(f"{len(rows)} of {listed['count']} memories{more}.")
    elif not rows:
        output.note(f"No memories found.{_of_both(user, agent)}")


def users(store: Store = None, as_json: AsJson = False) -> None:
    """List who has memories, and how many.

    Shows the ids of users, agents, apps and runs, to be given to --user, --agent, --app and --run.

    Example:
      graphmem users
    """
    with connect(store) as client:
        owners = client.users()
    if as_json:
        output.document(owners)
    elif owners["results"]:
        output.table(
            ("Kind", "Id", "Memories", "Latest"),
            [
                (row["type"], row["id"], str(row["total_memories"]), wording.local(row["updated_at"]))
                for row in owners["results"]
            ],
        )
    else:
        output.note("Nobody has memories yet.")


def _reasons(explain: HitExplanation) -> list[str]:
    """Why a memory was found: by which arms, with what ranks and scores, and the messages that it came from."""
    found_by = _arms(explain["arms"])
    if explain["neighbours"]:
        found_by.append(f"neighbours in the conversation ({len(explain['neighbours'])})")
    path = explain["arms"].get("graph", {}).get("path", ())
    by_way_of = [f"by way of: {'; '.join(map(wording.sentence, path))}"] if path else []
    return [f"found by {', '.join(found_by)}", *by_way_of, *wording.speech(explain["messages"])]


def _arms(arms: Arms) -> list[str]:
    """Rank and measure in each arm."""
    told: Mapping[str, Any] = arms
    return [
        f"{arm} #{match['rank']} ({str(match['hops']) + ' steps' if arm == 'graph' else format(match['score'], '.2f')})"
        for arm, match in told.items()
    ]
