"""Changes → records of the in-memory store. One method a kind of change."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from graphmem.errors import ConflictError, StaleVersionError
from graphmem.model.changes import (
    Applied,
    Change,
    ChangeSet,
    Create,
    Kept,
    Purge,
    Relate,
    Retire,
    Revise,
    Revive,
    Separate,
    Source,
    Unite,
)
from graphmem.model.memory import MAX_ALIASES, SCOPE_FIELDS, Entity, StoredMemory, StoredRelation
from tests.contract.memory_graph import Graph, Record


class Writer:
    """Applies one ChangeSet to a graph that nobody else sees yet."""

    def __init__(self, graph: Graph, changes: ChangeSet) -> None:
        self.graph = graph
        self.set = changes
        self.now = changes.recorded_at
        self.known: dict[str, str] = {}
        self.missing: set[str] = set()
        self.purged: Counter[str] = Counter()
        self._first_position: int | None = None

    def apply(self) -> Applied:
        apply: dict[type[Change], Callable[[Any], None]] = {
            Create: self.create,
            Revise: self.revise,
            Retire: self.retire,
            Revive: self.revive,
            Relate: self.relate,
            Unite: self.unite,
            Separate: self.separate,
            Purge: self.purge,
        }
        for change in self.set.changes:
            apply[type(change)](change)
        return Applied(self.known, frozenset(self.missing), dict(self.purged))

    def create(self, change: Create) -> None:
        memory = change.memory
        if memory.identity in self.graph.identities:
            self.known[memory.id] = self.graph.identities[memory.identity]
            return
        self._append("ADD", _state(memory), change.sources, vector=change.vector, **self._place(change.sources))

    def revise(self, change: Revise) -> None:
        memory = change.memory
        old = self.graph.current(memory.id)
        if old is None or old["id"] != change.replaces:
            raise StaleVersionError(memory.id)
        self._refuse_twin(memory)
        row = {**old, **_state(memory), **self._place(change.sources)}
        if change.text_changed:
            row |= {"vector": change.vector, "entities": self._kept_entities(old, change.keeps)}
            self._retract(memory.id, None if change.keeps is None else change.keeps.ended)
        self._append("UPDATE", row, change.sources, kept=() if change.keeps is None else old["sources"])

    def retire(self, change: Retire) -> None:
        old = self.graph.current(change.memory_id)
        if old is None:
            self.missing.add(change.memory_id)
            return
        if change.replaces not in (None, old["id"]):
            raise StaleVersionError(change.memory_id)
        self._place(change.sources)
        self._retract(change.memory_id)
        withdrawn = {
            "id": change.version_id,
            "updated_at": max(self.now, old["recorded_from"]),
            "vector": None,
            "entities": [],
        }
        self._append("DELETE", {**old, **withdrawn}, change.sources)

    def revive(self, change: Revive) -> None:
        memory = change.memory
        old = self.graph.newest(memory.id)
        if old is None or (old["id"], old["event"]) != (change.replaces, "DELETE"):
            raise StaleVersionError(memory.id)
        self._refuse_twin(memory)
        self._append("ADD", {**old, **_state(memory), "vector": change.vector}, ())

    def relate(self, change: Relate) -> None:
        row = self.graph.current(change.memory_id)
        if row is None:
            return
        ids = {self._name(entity, change.owner) for entity in change.entities}
        *before, _ = self.graph.chains[change.memory_id]
        row = {**row, "entities": sorted(ids.union(row["entities"]))}
        self.graph.chains[change.memory_id] = (*before, row)
        self.graph.relations[change.memory_id] = (
            *self.graph.relations.get(change.memory_id, ()),
            *(
                _supported(relation, self.now)
                for relation in change.relations
                if {relation.source, relation.target} <= self.graph.entities.keys()
            ),
        )
        for same in change.same:
            self.unite(Unite(*same))

    def unite(self, change: Unite) -> None:
        """Those that were separated by hand stay apart, unless they are united by hand again."""
        row = self._pair(change.one, change.other, change.score)
        if row:
            by_hand = {"retracted_at": None} if change.score >= 1 else {}
            self.graph.same[row["one"], row["other"]] = {**row, **by_hand}

    def separate(self, change: Separate) -> None:
        row = self._pair(change.one, change.other, 0.0)
        if row:
            self.graph.same[row["one"], row["other"]] = {
                **row,
                "retracted_at": max(self.now, row["recorded_at"]),
            }

    def purge(self, change: Purge) -> None:
        graph = self.graph
        chain = graph.chains.pop(change.memory_id, ())
        relations = graph.relations.pop(change.memory_id, ())
        graph.identities = {identity: id for identity, id in graph.identities.items() if id != change.memory_id}
        named = {id for row in chain for id in row["entities"]}
        orphans = graph.orphans(named | {row[end] for row in relations for end in ("source", "target")})
        graph.drop_entities(orphans)
        self.purged.update(
            memories=bool(chain),
            versions=len(chain),
            messages=self._forget_messages(chain),
            entities=len(orphans),
            relations=len(relations),
        )

    def _forget_messages(self, gone: tuple[Record, ...]) -> int:
        """A message goes where only these versions derive from it, or where its call left no other version."""
        sources = {source[0] for row in gone for source in row["sources"]}
        calls = {row["change_set"] for row in gone} - {row["change_set"] for row in self.graph.versions()}
        needed = {source[0] for row in self.graph.versions() for source in row["sources"]}
        before = self.graph.messages
        self.graph.messages = {
            id: row for id, row in before.items() if id in needed or not (id in sources or row["change_set"] in calls)
        }
        return len(before) - len(self.graph.messages)

    def _append(
        self, event: str, row: Record, sources: tuple[Source, ...], kept: Sequence[Any] = (), **more: Any
    ) -> None:
        newest = self.graph.newest(row["memory_id"])
        transcript = self.set.transcript
        derived = [(transcript.ids[source.message_index], source.start, source.end) for source in sources if transcript]
        derived += [source for source in kept if source[0] not in {id for id, *_ in derived}]
        self.graph.append(
            {
                "conversation": None,
                "position": None,
                "entities": [],
                **row,
                **more,
                "number": newest["number"] + 1 if newest else 1,
                "event": event,
                "change_set": self.set.id,
                "recorded_from": self.now,
                "recorded_to": None,
                "sources": sorted(derived),
            }
        )

    def _place(self, sources: tuple[Source, ...]) -> Record:
        """Conversation and position of the first source; writes the transcript when the first change needs it."""
        transcript = self.set.transcript
        if transcript is None or not sources:
            return {}
        if self._first_position is None:
            rows = self.graph.messages.values()
            positions = (row["position"] for row in rows if row["conversation"] == transcript.conversation)
            self._first_position = max(positions, default=0) + 1
            said = zip(transcript.ids, transcript.messages, transcript.findable, strict=True)
            for position, (id, message, found) in enumerate(said, self._first_position):
                self.graph.messages[id] = {
                    "id": id, "change_set": self.set.id, "conversation": transcript.conversation, "position": position,
                    "role": message.role, "name": message.name, "content": message.content, "digest": message.digest,
                    "said_at": transcript.said_at, "read_by": transcript.read_by,
                    **{name: found and getattr(found.scope, name) for name in SCOPE_FIELDS}, "vector": found and found.vector,
                }  # fmt: skip
                if found is not None and found.vector is None:
                    self.graph.meaningless |= {id}
        return {"conversation": transcript.conversation, "position": self._first_position + sources[0].message_index}

    def _refuse_twin(self, memory: StoredMemory) -> None:
        twin = self.graph.identities.get(memory.identity, memory.id)
        if twin != memory.id:
            raise ConflictError(f"memory {twin} of the same scope already says this; nothing was changed")

    def _retract(self, memory_id: str, ended: Sequence[tuple[str, str, str]] | None = None) -> None:
        """Retract those of a memory's relations that ended; all of them, if that is None."""
        self.graph.relations[memory_id] = tuple(
            {**row, "retracted_at": max(self.now, row["recorded_at"])}
            if row["retracted_at"] is None and (ended is None or self._keys(row) in ended)
            else row
            for row in self.graph.relations.get(memory_id, ())
        )

    def _keys(self, relation: Record) -> tuple[str, str, str]:
        source, target = (self.graph.entities[relation[end]]["key"] for end in ("source", "target"))
        return source, relation["predicate"], target

    def _kept_entities(self, old: Record, keeps: Kept | None) -> list[str]:
        if keeps is None:
            return []
        return [id for id in old["entities"] if self.graph.entities[id]["key"] not in keeps.forgotten]

    def _name(self, entity: Entity, owner: str) -> str:
        """An entity that is there keeps its name, and this one becomes another spelling of it. Returns its id."""
        id = entity.id(owner)
        new = {"id": id, "owner": owner, "key": entity.key, "name": entity.name, "type": entity.type, "aliases": []}
        row = self.graph.entities.get(id, new)
        if entity.name not in (row["name"], *row["aliases"]) and len(row["aliases"]) < MAX_ALIASES:
            row = {**row, "aliases": [*row["aliases"], entity.name]}
        self.graph.entities[id] = row
        return id

    def _pair(self, one: str, other: str, score: float) -> Record | None:
        """What is known of two entities of one owner, or what is to be known; None if they are not."""
        one, other = sorted((one, other))
        entities = self.graph.entities
        if one not in entities or other not in entities or entities[one]["owner"] != entities[other]["owner"]:
            return None
        new = {"one": one, "other": other, "score": score, "recorded_at": self.now, "retracted_at": None}
        return self.graph.same.get((one, other), new)


def _state(memory: StoredMemory) -> Record:
    return {
        "id": memory.version_id,
        "memory_id": memory.id,
        "text": memory.text,
        **{name: getattr(memory.scope, name) for name in SCOPE_FIELDS},
        # The caller goes on to hold the object that it gave.
        "metadata": copy.deepcopy(memory.metadata),
        "categories": list(memory.categories),
        "immutable": memory.immutable,
        "expires_at": memory.expiration_date,
        "created_at": memory.created_at,
        "updated_at": memory.updated_at,
        "event_start": memory.event_start,
        "event_end": memory.event_end,
    }


def _supported(relation: StoredRelation, at: datetime) -> Record:
    return {
        "source": relation.source, "predicate": relation.predicate, "target": relation.target, "memory_id": relation.memory_id,
        "valid_from": relation.valid_from, "valid_to": relation.valid_to, "recorded_at": at, "retracted_at": None,
    }  # fmt: skip
