"""After any sequence of changes, the store agrees with a plain Python model, now and in the past.

The changes: add, update, merge (an update whose text says more than the old one), delete, restore, undo and erase.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from graphmem import ConflictError, MemoryClient
from graphmem.model import times
from graphmem.model.changes import ChangeSet, Kept, Relate, Revise, Source, Transcript
from graphmem.model.ids import new_id
from graphmem.model.memory import Entity, Message, StoredRelation, entity_key
from graphmem.model.requests import VersionsRequest
from tests.conftest import StoreUnderTest, open_store, wipe
from tests.tools.servers import VERSIONS
from tests.tools.sizes import in_both, size

USERS = st.sampled_from(["alex", "bo"])
TEXTS = st.sampled_from(
    [
        "I live in Berlin.",
        "I moved to Lisbon.",
        "My sister Anna lives in Rome.",
        "I like tea.",
        "I don't like tea.",
        "I have a dog named Max.",
    ]
)
METADATA = st.sampled_from([{}, {"n": 1}, {"n": 2}])
State = tuple[str, str, int | None]
# (source, predicate, target)
Edges = frozenset[tuple[str, str, str]]


class Remembering(RuleBasedStateMachine):
    """`chains`: id → [(event, state, relations)], as the clients' answers say; what is current follows from it.

    Two clients take turns, so that nothing hangs on what one of them remembers.
    """

    clients: tuple[MemoryClient, MemoryClient]

    @property
    def client(self) -> MemoryClient:
        self.turns += 1
        return self.clients[self.turns % 2]

    @initialize()
    def begin(self) -> None:
        self.turns = 0
        self.chains: dict[str, list[tuple[str, State, Edges]]] = {}
        self.moments: list[tuple[datetime, dict[str, State], dict[str, Edges]]] = []

    def current(self) -> dict[str, State]:
        return {id: chain[-1][1] for id, chain in self.chains.items() if chain[-1][0] != "DELETE"}

    def supported(self) -> dict[str, Edges]:
        return {id: self.chains[id][-1][2] for id in self.current() if self.chains[id][-1][2]}

    def chosen(self, data: Any, *, withdrawn: bool = False) -> str | None:
        ids = list(self.chains if withdrawn else self.current())
        return ids[data.draw(st.integers(0, len(ids) - 1))] if ids else None

    @rule(user=USERS, text=TEXTS, metadata=METADATA, infer=st.booleans())
    def add(self, user: str, text: str, metadata: dict[str, int], infer: bool) -> None:
        known = dict(self.current())
        for row in self.client.add(text, user_id=user, metadata=metadata, infer=infer)["results"]:
            match row["event"]:
                case "ADD":
                    assert row["id"] not in self.chains
                    assert (user, row["memory"]) not in {(who, said) for who, said, _ in known.values()}
                    self.chains[row["id"]] = [("ADD", (user, row["memory"], metadata.get("n")), self.read(row["id"]))]
                case "UPDATE":
                    assert known[row["id"]][:2] == (user, row["previous_memory"])
                    n = metadata.get("n", known[row["id"]][2])
                    self.chains[row["id"]].append(("UPDATE", (user, row["memory"], n), self.read(row["id"])))
                case "NONE":
                    assert known[row["id"]][:2] == (user, row["memory"])
                case other:
                    raise AssertionError(other)

    @rule(data=st.data(), text=TEXTS | st.none(), metadata=METADATA)
    def update(self, data: Any, text: str | None, metadata: dict[str, int]) -> None:
        id = self.chosen(data)
        if id is None:
            return
        user, old, n = self.current()[id]
        new = (user, text or old, metadata.get("n"))
        twins = {other for other, state in self.current().items() if state[:2] == new[:2]} - {id}
        try:
            self.client.update(id, text=text, metadata=metadata)
        except ConflictError:
            assert twins
            return
        assert not twins
        if new != (user, old, n):
            self.chains[id].append(("UPDATE", new, self.chains[id][-1][2] if new[1] == old else frozenset()))

    @rule(data=st.data(), number=st.integers(1, 9))
    def merge(self, data: Any, number: int) -> None:
        """What an add with a model writes that gives a memory a text of more: some relations end, the others stay."""
        id = self.chosen(data)
        if id is None:
            return
        user, old, n = self.current()[id]
        before = self.chains[id][-1][2]
        ended = frozenset(edge for edge in sorted(before) if data.draw(st.booleans()))
        new = ("user", "likes", f"thing {number}")
        after = (before - ended) | {new}
        merge(self.client, id, f"{old} And thing {number}.", before, ended, new)
        self.chains[id].append(("UPDATE", (user, f"{old} And thing {number}.", n), after))

    def read(self, id: str) -> Edges:
        return edges(self.client.relations()).get(id, frozenset())

    @rule(data=st.data())
    def delete(self, data: Any) -> None:
        id = self.chosen(data)
        if id is not None:
            self.client.delete(id)
            self.chains[id].append(("DELETE", self.chains[id][-1][1], frozenset()))

    @rule(data=st.data())
    def restore(self, data: Any) -> None:
        id = self.chosen(data, withdrawn=True)
        if id is None:
            return
        chain = self.chains[id]
        place = data.draw(st.integers(0, len(chain) - 1))
        event, state, supported = chain[place]
        if event == "DELETE":
            return
        twins = {other for other, now in self.current().items() if now[:2] == state[:2]} - {id}
        try:
            self.client.restore(self.client.history(id)[place]["id"])
        except ConflictError:
            assert twins
            return
        assert not twins
        if id not in self.current():
            chain.append(("ADD", state, supported))
        elif self.current()[id] != state:
            same = self.current()[id][1] == state[1]
            chain.append(("UPDATE", state, chain[-1][2] if same else supported))

    @rule(data=st.data())
    def undo(self, data: Any) -> None:
        id = self.chosen(data, withdrawn=True)
        if id is None:
            return
        version = self.client.history(id)[-1]["id"]
        with suppress(ConflictError):
            for row in self.client.undo(version)["results"]:
                chain = self.chains[row["id"]]
                if row["event"] == "DELETE":
                    assert chain[-1][0] == "ADD"
                    chain.append(("DELETE", chain[-1][1], frozenset()))
                else:
                    _, state, supported = chain[-2]
                    assert state[1] == row["memory"]
                    chain.append((row["event"], state, supported))

    @rule(data=st.data())
    def erase(self, data: Any) -> None:
        id = self.chosen(data, withdrawn=True)
        if id is not None:
            counts = self.client.erase(id)
            assert (counts["memories"], counts["versions"], counts["left"]) == (1, len(self.chains.pop(id)), 0)
            # The past forgets it as well.
            for _, then, supported in self.moments:
                then.pop(id, None)
                supported.pop(id, None)

    @rule()
    def look_back_later(self) -> None:
        time.sleep(0.001)
        self.moments.append((datetime.now(timezone.utc), self.current(), self.supported()))
        time.sleep(0.001)

    @invariant()
    def is_what_it_should_be(self) -> None:
        if not hasattr(self, "chains"):
            return
        assert states(self.client.get_all()) == self.current()
        for id, chain in self.chains.items():
            rows = self.client.history(id)
            assert [row["event"] for row in rows] == [event for event, _, _ in chain]
            texts = [None if event == "DELETE" else state[1] for event, state, _ in chain]
            assert [row["new_memory"] for row in rows] == texts
        assert edges(self.client.relations()) == self.supported()
        for at, then, supported in self.moments[-2:]:
            assert states(self.client.get_all(as_of=at)) == then
            assert edges(self.client.relations(as_of=at)) == supported
        for at, then in [(None, self.current()), *(moment[:2] for moment in self.moments[-1:])]:
            theirs = {id: state for id, state in then.items() if state[0] == "alex"}
            found = self.client.search("Where do I and Anna live? tea, dog", user_id="alex", top_k=100, as_of=at)
            assert states(found) == theirs
        assert self.client.doctor() == {"problems": []}


def states(rows: list[dict[str, Any]]) -> dict[str, State]:
    return {row["id"]: (row["user_id"], row["memory"], row["metadata"].get("n")) for row in rows}


def edges(rows: list[dict[str, Any]]) -> dict[str, Edges]:
    found: dict[str, list[tuple[str, str, str]]] = {}
    for row in rows:
        found.setdefault(row["memory_id"], []).append((row["source"], row["relationship"], row["target"]))
    assert all(len(set(each)) == len(each) for each in found.values())
    return {id: frozenset(each) for id, each in found.items()}


def merge(client: MemoryClient, id: str, text: str, before: Edges, ended: Edges, new: tuple[str, str, str]) -> None:
    store = client._parts.store()
    [*_, newest] = store.versions(VersionsRequest((id,)))
    memory = replace(newest.memory, text=text, version_id=new_id())
    owner = memory.scope.owner
    source, target = Entity(new[0]), Entity(new[2])
    keys = {edge: (entity_key(edge[0]), edge[1], entity_key(edge[2])) for edge in {*before, new}}
    # As the rule for it does: what is supported already is not written again.
    relation = StoredRelation(source.id(owner), new[1], target.id(owner), id)
    written = () if keys[new] in {keys[edge] for edge in before - ended} else (relation,)
    transcript = Transcript(memory.scope.key, (new_id(),), (Message("user", text),), times.now(), "merging")
    [vector] = client._parts.embed([text], writing=True)
    kept = Kept(tuple(keys[edge] for edge in sorted(ended)))
    changes = (
        Revise(memory, newest.id, True, vector, (Source(0),), kept),
        Relate(id, owner, (source, target), written),
    )
    store.apply([ChangeSet(new_id(), times.now(), changes, transcript)])


def run(clients: tuple[MemoryClient, MemoryClient], before: Any, histories: int, steps: int) -> None:
    class Machine(Remembering):
        def __init__(self) -> None:
            before()
            super().__init__()
            self.clients = clients

    checked = settings(
        max_examples=histories, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Machine, settings=checked)


def both(store: str, **settings: Any) -> tuple[MemoryClient, MemoryClient]:
    return MemoryClient(store, llm="offline", **settings), MemoryClient(store, llm="offline", **settings)


@in_both
def test_the_embedded_store_agrees_with_the_model(tmp_path: Any) -> None:
    one, other = both(str(tmp_path / "memories.db"))
    with one, other:
        run((one, other), lambda: one.reset(confirm="everything"), size(15, 40), 30)


@pytest.fixture(params=VERSIONS)
def neo4j(request: pytest.FixtureRequest, tmp_path: Any) -> StoreUnderTest:
    return open_store(request.param, request, tmp_path)


@in_both
def test_neo4j_agrees_with_the_model(neo4j: StoreUnderTest) -> None:
    assert neo4j.server is not None
    one, other = both(**neo4j.settings)
    with one, other:
        run((one, other), lambda: wipe(neo4j.server), size(2, 5), 12)  # type: ignore[arg-type]
