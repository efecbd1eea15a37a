"""The command demo: adds, searches and changes memories under ids of its own, so that no others are touched."""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import typer

from graphmem.cli import output, wording
from graphmem.cli.demo.conversations import ALICE, BRUNO, CHANGE, CONVERSATIONS, SEARCHES, TUTOR
from graphmem.cli.find import close
from graphmem.cli.harmless import harmless
from graphmem.cli.options import AsJson, Store, connect
from graphmem.cli.status import local_browser
from graphmem.model import times
from graphmem.settings import Neo4jSettings

if TYPE_CHECKING:
    from graphmem import MemoryClient


_DEMO_IDS: tuple[dict[str, Any], ...] = ({"user_id": ALICE}, {"user_id": BRUNO}, {"agent_id": TUTOR})


def demo(
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Watch three conversations become memories.

    The demo stores their facts, searches them and changes one.

    It uses a temporary store, which is removed at the end. With --store it uses that one, under ids that begin with
    demo-, and leaves its memories there for you to look at. Memories of other ids are never touched.

    Examples:
      graphmem demo
      graphmem demo --store bolt://127.0.0.1:7687
    """
    with ExitStack() as stack:
        location = store
        if location is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="graphmem-demo-"))
            location = str(Path(folder) / "memories.db")
        client = stack.enter_context(connect(location, new=True))
        _Demo(client, temporary=store is None, silent=as_json).run()


class _Demo:
    """Prints progress, or with --json one document at the end."""

    def __init__(self, client: MemoryClient, *, temporary: bool, silent: bool) -> None:
        self._client = client
        self._temporary = temporary
        self._silent = silent
        self._location = client.choices["store"].name

    def run(self) -> None:
        # An earlier demo in the same store would change what is found.
        for ids in _DEMO_IDS:
            self._client.delete_all(**ids)
        models = {name: self._client.choices[name].name for name in ("llm", "embedder")}
        self._say(f"Store: {'a temporary one, removed at the end' if self._temporary else self._location}")
        self._say(f"Facts are found by: {models['llm']}. Meanings are compared by: {models['embedder']}.")
        conversations = [self._remember(number) for number in range(len(CONVERSATIONS))]
        searches = self._search()
        change = self._change()
        advice = self._next(change)
        if self._silent:
            output.document(
                {
                    "store": None if self._temporary else self._location,
                    **models,
                    "conversations": conversations,
                    "searches": searches,
                    "change": change,
                    "next": advice,
                }
            )

    def _remember(self, number: int) -> dict[str, Any]:
        conversation = CONVERSATIONS[number]
        self._title(f"{number + 1}. {conversation.title}")
        for message in conversation.messages:
            self._say(f"{message['role'] + ':':<11}{message['content']}")
        added = self._client.add(
            conversation.messages,
            **conversation.scope,
            timestamp=times.now() - timedelta(days=conversation.days_ago),
            output_format="v1.1",
        )
        ids = [row["id"] for row in added["results"]]
        by_id = {row["id"]: row for row in self._client.get_all(filters={"memory_id": {"in": ids}})}
        stored = [by_id[id] for id in ids if id in by_id]
        self._say("")
        self._say("Remembered:" if stored else "Nothing was remembered: the model found no facts.")
        self._table([("  " + ", ".join(wording.whose(row)), row["memory"]) for row in stored])
        return {"title": conversation.title, "scope": conversation.scope, "stored": stored}

    def _search(self) -> list[dict[str, Any]]:
        self._title("Three searches, each in the memories of one of the three")
        searches = []
        for query, ids in SEARCHES:
            hits = self._client.search(query, **ids, top_k=2)
            self._say(f'"{query}" for {", ".join(ids.values())}:')
            self._table([(f"  {', '.join(wording.whose(hit))}", hit["memory"]) for hit in close(hits)])
            searches.append({"query": query, **ids, "results": hits})
        self._say("A search in the memories of one never finds those of another.")
        return searches

    def _change(self) -> dict[str, Any] | None:
        query, ids, text = CHANGE
        hits = self._client.search(query, **ids, top_k=1)
        if not hits:
            return None
        self._title("The interview went well: a fact changes, and its past stays")
        self._client.update(hits[0]["id"], text)
        history = self._client.history(hits[0]["id"])
        self._table([(f"  {row['event']}", row["new_memory"] or "") for row in history])
        return {"id": hits[0]["id"], "history": history}

    def _next(self, change: Mapping[str, Any] | None) -> list[str]:
        self._title("What to try next")
        if self._temporary:
            commands = [
                'graphmem add "I\'m allergic to nuts. My sister Anna lives in Berlin." --user me',
                'graphmem search "family" --user me',
                'graphmem ask "how am I connected to Berlin?" --user me',
                "graphmem view --user me --open",
                "graphmem status",
                "graphmem neo4j up",
                "graphmem demo --store bolt://127.0.0.1:7687",
            ]
        else:
            location = f"--store {shlex.quote(self._location)}"
            commands = [
                f"graphmem {location} list --user {ALICE}",
                f'graphmem {location} search "family" --user {ALICE} --explain',
                *([f"graphmem {location} history {change['id']}"] if change else []),
                f"graphmem {location} view --user {ALICE} --open",
                *([f"graphmem {location} browser --user {ALICE} --open"] if self._neo4j() else []),
            ]
        self._lines(commands)
        return commands + self._browser(change)

    def _browser(self, change: Mapping[str, Any] | None) -> list[str]:
        use = self._neo4j()
        if use is None:
            return []
        host = urlsplit(use.uri).hostname or "localhost"
        address = local_browser(use) or f"http://{f'[{host}]' if ':' in host else host}:7474 (its usual address)"
        queries = [
            f"MATCH p = (:GraphmemUser {{id: '{ALICE}'}})-[:HAS_MEMORY]->(:GraphmemMemory)-[:MENTIONS]->(:GraphmemEntity) RETURN p",
            *(
                [
                    f"MATCH p = (:GraphmemMemory {{id: '{change['id']}'}})-[:CURRENT]->(:GraphmemVersion)"
                    "-[:PREVIOUS*0..]->(:GraphmemVersion)"
                    "-[:DERIVED_FROM*0..1]->() RETURN p"
                ]
                if change
                else []
            ),
        ]
        self._say("")
        self._say(f"Or paste into Neo4j Browser at {address} to see what Alice's memories mention, and what changed:")
        self._lines(queries)
        return queries

    def _neo4j(self) -> Neo4jSettings | None:
        use = self._client.choices["store"].use
        return use if isinstance(use, Neo4jSettings) else None

    def _title(self, text: str) -> None:
        self._say("")
        if not self._silent:
            typer.secho(text, bold=True)

    def _say(self, text: str) -> None:
        if not self._silent:
            typer.echo(harmless(text))

    def _lines(self, texts: Sequence[str]) -> None:
        for text in texts:
            self._say(f"  {text}")

    def _table(self, rows: Sequence[tuple[str, str]]) -> None:
        width = max((len(left) for left, _ in rows), default=0)
        for left, right in rows:
            self._say(f"{left:<{width}}  {right}")
