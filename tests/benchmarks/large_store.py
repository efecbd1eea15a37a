"""Search in a large store: 100,000 memories of 1,000 users, found by users who have 10, 100 and 10,000 of them.

    python -m tests.benchmarks.large_store                                   an embedded store in a temporary folder
    python -m tests.benchmarks.large_store --neo4j 2026.08.1                 a server of its own, 2 GB of heap and 1 GB of page cache
    python -m tests.benchmarks.large_store --neo4j 5.26.30 --home FOLDER     kept there, and not loaded again the next time

Recall is of the vector arm: how many of the 10 nearest memories of a user, worked out with numpy, it holds. `search` is a whole
client.search with all arms, `vector` one with keyword_search=False. Calls take turns, so that they meet the same noise; times are
medians, in ms, of the second half of the queries. The first half meets cold caches and queries that the server has not planned yet.

`bare` is what somebody pays who has only the driver, for the same number of the same kind of rows: one query of one round trip, over
a session that stays open, with the same driver, server and indexes. `bare nearest` stands beside `vector`: it works out the cosine of
each of the user's memories and returns the 10 nearest with all properties that a hit shows. `bare both` stands beside `search`: it
also returns the 10 best of the full-text index, so 10 to 20 rows, with the query of words that graphmem would send. What bare does not
do is what the ratio tells: embed the query (bare is given its vector), leave out what has expired, look at the neighbours of hits in
their conversation and at entities and relations, rank 100 candidates and more, and read the best again within the filter, in a second
round trip. Both ratios depend on the machine: much of either time is the driver's, in Python.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import neo4j
import numpy as np

from graphmem import MemoryClient
from graphmem._async.providers.wordllama import NAME, WordLlamaEmbedder
from graphmem.model import times
from graphmem.model.changes import ChangeSet, Create, Source, Transcript
from graphmem.model.filter import of_scope
from graphmem.model.memory import Message, Scope, StoredMemory
from graphmem.model.requests import EmbedderInfo, Findings, SearchRequest
from graphmem.model.vectors import Vector
from graphmem.search.terms import query_terms
from graphmem.stores.neo4j import local_server
from graphmem.stores.neo4j.statements import lucene
from tests.benchmarks.corpus import Person, people, questions
from tests.tools.servers import free_ports

_BATCH = 1_000
_ROW = """m {.id, .text, .user_id, .agent_id, .app_id, .run_id, .metadata, .categories, .immutable, .expires_at, .created_at,
         .updated_at}, score"""
_NEAREST = f"""
MATCH (m:GraphmemMemory {{user_id: $user}}) WHERE m.created_at IS NOT NULL AND m.embedding IS NOT NULL
WITH m, vector.similarity.cosine(m.embedding, $vector) AS score ORDER BY score DESC LIMIT 10
RETURN {_ROW}
"""
_BOTH = f"""
CALL () {{{_NEAREST.replace(_ROW, "m, score")} UNION ALL
  CALL db.index.fulltext.queryNodes('graphmem_own_memory_text', $match) YIELD node AS m, score WHERE m.user_id = $user
  RETURN m, score ORDER BY score DESC LIMIT 10
}}
WITH m, max(score) AS score
RETURN {_ROW}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--neo4j", metavar="VERSION", help="of the server to start")
    parser.add_argument("--home", type=Path, help="folder of the server or of the embedded store, kept afterwards")
    parser.add_argument("--memories", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=40, help="for each user")
    options = parser.parse_args()
    with ExitStack() as stack:
        home = options.home or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        home.mkdir(exist_ok=True, parents=True)
        settings = (
            stack.enter_context(server(options.neo4j, home)) if options.neo4j else {"store": str(home / "large.db")}
        )
        client = stack.enter_context(MemoryClient(**settings, llm="offline", embedder="local"))
        embedder = WordLlamaEmbedder()
        everyone = list(people(options.memories))
        before = client.info()
        print(f"{before.server}, graphmem's schema {before.schema_version}")
        if not before.counts["memories"]:
            started = time.perf_counter()
            _load(client, everyone, embedder)
            seconds = time.perf_counter() - started
            print(
                f"loaded {options.memories:,} memories in {seconds:.0f} s, {options.memories / seconds:,.0f} a second"
            )
        bare = stack.enter_context(_bare(settings)) if options.neo4j else None
        print("| user's memories | recall@10 | plan | search | bare both | ratio | vector | bare nearest | ratio |")
        print("|---" * 9 + "|")
        for size in (10, 100, options.memories // 10):
            print(_row(client, _users(everyone, size), embedder, bare, options.queries), flush=True)


def _users(everyone: Sequence[Person], size: int) -> Sequence[Person]:
    return [person for person in everyone if abs(len(person.statements) - size) <= size // 50]


def _row(
    client: MemoryClient,
    users: Sequence[Person],
    embedder: WordLlamaEmbedder,
    bare: Callable[..., Any] | None,
    queries: int,
) -> str:
    store = client._parts.store()
    recalls: list[float] = []
    plans: Counter[str] = Counter()
    spent: dict[str, list[float]] = {name: [] for name in ("search", "both", "vector", "nearest")}
    for turn, question in enumerate(questions(2 * queries)):
        user = users[turn % len(users)]
        [vector] = embedder.embed([question])
        for name, call in _calls(client, bare, user.user_id, question, vector).items():
            started = time.perf_counter()
            call()
            spent[name].append(1_000 * (time.perf_counter() - started))
        request = SearchRequest(of_scope(Scope(user_id=user.user_id)), times.now(), vector, limit=50)
        found = store.search(request)
        plans[found.plan] += 1
        recalls.append(
            _recall(
                user,
                vector,
                store.select(request.filter, None, ids=[each.id for each in found.candidates]).memories,
                found,
                embedder,
            )
        )
    # The first half meets cold caches, unplanned queries and code that Java has not compiled yet.
    medians = {name: statistics.median(values[queries:]) if values else None for name, values in spent.items()}
    shown = []
    for ours, theirs in (("search", "both"), ("vector", "nearest")):
        mine, bares = medians[ours], medians[theirs]
        shown += [f"{mine:.1f}", f"{bares:.1f}" if bares else "", f"{mine / bares:.2f}" if bares else ""]
    sizes = sorted({len(user.statements) for user in users})
    size = f"{sizes[0]}-{sizes[-1]}" if len(sizes) > 1 else f"{sizes[0]:,}"
    cells = [size, f"{statistics.mean(recalls):.3f}", ", ".join(plans), *shown]
    return f"| {' | '.join(cells)} |"


def _calls(
    client: MemoryClient, bare: Callable[..., Any] | None, user: str, question: str, vector: Vector | None
) -> dict[str, Callable[[], Any]]:
    ours: dict[str, Callable[[], Any]] = {
        "search": lambda: client.search(question, user_id=user),
        "vector": lambda: client.search(question, user_id=user, keyword_search=False),
    }
    if bare is None or vector is None:
        return ours
    match = lucene(SearchRequest(of_scope(Scope(user_id=user)), times.now(), terms=query_terms(question)))
    floats = vector.tolist()
    return ours | {
        "both": lambda: bare(_BOTH, user=user, vector=floats, match=match),
        "nearest": lambda: bare(_NEAREST, user=user, vector=floats),
    }


_vectors: dict[str, np.ndarray] = {}


def _recall(
    user: Person, query: Vector, memories: Sequence[StoredMemory], found: Findings, embedder: WordLlamaEmbedder
) -> float:
    if user.user_id not in _vectors:
        _vectors[user.user_id] = np.array(embedder.embed(user.statements))
    cosines = _vectors[user.user_id] @ query
    least = np.sort(cosines)[-10:][0]
    scores = {each.id: each.vector for each in found.candidates}
    cosine = dict(zip(user.statements, cosines.tolist(), strict=True))
    best = sorted(memories, key=lambda each: -(scores[each.id] or 0))[:10]
    # Texts with one cosine are as good as each other.
    return sum(cosine[each.text] >= least - 1e-5 for each in best) / min(10, len(cosines))


def _load(client: MemoryClient, everyone: Sequence[Person], embedder: WordLlamaEmbedder) -> None:
    """By the store's own batches: each ChangeSet is one transaction, in Neo4j one query that unwinds its rows."""
    store = client._parts.store()
    store.bind(EmbedderInfo(NAME, 256))
    for person in everyone:
        for start in range(0, len(person.statements), _BATCH):
            said = person.statements[start : start + _BATCH]
            store.apply([_changes(person, start, said, embedder.embed(said))])


def _changes(person: Person, start: int, said: Sequence[str], vectors: Sequence[Vector | None]) -> ChangeSet:
    scope = Scope(user_id=person.user_id)
    creates = tuple(
        Create(
            StoredMemory(
                _new_id(),
                text,
                scope,
                _new_id(),
                person.said_at(start + n),
                person.said_at(start + n),
                {"number": start + n},
            ),
            vector,
            (Source(n),),
        )
        for n, (text, vector) in enumerate(zip(said, vectors, strict=True))
    )
    messages = tuple(Message("user", text) for text in said)
    transcript = Transcript(scope.key, tuple(_new_id() for _ in said), messages, person.said_at(start))
    return ChangeSet(_new_id(), times.now(), creates, transcript)


def _new_id() -> str:
    return str(uuid.uuid4())


@contextmanager
def server(version: str, home: Path) -> Iterator[dict[str, Any]]:
    bolt, http = free_ports(2)
    server = local_server.up(home, version=version, bolt_port=bolt, http_port=http, heap="2g", page_cache="1g")
    try:
        yield {"store": server.bolt_uri, "username": server.username, "password": server.password}
    finally:
        local_server.down(home)


@contextmanager
def _bare(settings: dict[str, Any]) -> Iterator[Callable[..., Any]]:
    auth = settings["username"], settings["password"]
    with (
        neo4j.GraphDatabase.driver(settings["store"], auth=auth, notifications_min_severity="OFF") as driver,
        driver.session(default_access_mode=neo4j.READ_ACCESS) as session,
    ):
        yield lambda query, **parameters: list(session.run(query, parameters))


if __name__ == "__main__":
    main()
