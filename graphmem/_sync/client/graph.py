"""The calls about entities (people, places and things) and how they relate: entities, relations, unite, separate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphmem._sync.client.base import Base
from graphmem.dialect import answers, arguments, responses
from graphmem.dialect.arguments import When
from graphmem.dialect.options import Format
from graphmem.errors import (
    MemoryNotFoundError,
    ValidationError,
)
from graphmem.model import times
from graphmem.model.changes import Change, ChangeSet, Separate, Unite
from graphmem.model.ids import new_id
from graphmem.model.memory import StoredMemory, entity_key


class Graph(Base[Format]):
    """The calls about entities and how they relate."""

    def entities(
        self,
        *,
        filters: Mapping[str, Any] | None = None,
        user_id: str | None = None,
        agent_id: str | None = None,
        app_id: str | None = None,
        run_id: str | None = None,
    ) -> list[answers.EntityRow]:
        """List the people, places and things that are mentioned in the memories that meet the conditions, by name.

        Args:
            filters: a filter object for the memories.
            user_id, agent_id, app_id, run_id: only memories that carry all of these ids.

        Returns:
            ``[{"id", "name", "type", "aliases", "memories", "same_as": [{"id", "name", "score"}, …]}, …]``. ``aliases`` are
            other spellings of the name; ``memories`` is the number of memories that mention the entity; ``same_as`` lists the
            entities that count as the same one, with a score in [0, 1].

        Raises:
            FilterError, ScopeError: an argument can't be used.
        """
        filter = self._filter(filters, user_id=user_id, agent_id=agent_id, app_id=app_id, run_id=run_id)
        store = self._parts.store()
        return [responses.named(entity) for entity in store.entities(filter, times.now())]

    def relations(
        self,
        *,
        entity: str | None = None,
        relationship: str | None = None,
        filters: Mapping[str, Any] | None = None,
        user_id: str | None = None,
        agent_id: str | None = None,
        app_id: str | None = None,
        run_id: str | None = None,
        as_of: When | None = None,
        valid_at: When | None = None,
    ) -> list[answers.Relation]:
        """List how people, places and things relate, according to the memories that meet the conditions.

        Args:
            entity: only relations from or to the entity with this name, whatever its case.
            relationship: only relations of this kind, for example ``lives_in``.
            filters: a filter object for the memories.
            user_id, agent_id, app_id, run_id: only memories that carry all of these ids.
            as_of: the relations that the store held at that time, by its own clock.
            valid_at: only relations that held in the world at that time.

        Returns:
            ``[{"source", "relationship", "target", "memory_id", "valid_from", "valid_to"}, …]``; source and target are names.

        Raises:
            ValidationError, FilterError, ScopeError: an argument can't be used.
        """
        filter = self._filter(filters, user_id=user_id, agent_id=agent_id, app_id=app_id, run_id=run_id)
        # Compared as keys, like names everywhere: case, articles and possessives make no difference.
        name = None if entity is None else entity_key(arguments.text("entity", entity))
        at, valid = arguments.moment("as_of", as_of), arguments.moment("valid_at", valid_at)
        store = self._parts.store()
        # Stores find relations by the memories that support them, so the filter is applied to the memories first.
        if at is None:
            memories: Sequence[StoredMemory] = (store.select(filter, times.now())).memories
        else:
            memories = [row.memory for row in self._past(filter, at)]
        found = store.relations([memory.id for memory in memories], at, valid)
        return [
            responses.relation(relation)
            for relation in found
            if (name is None or name in (entity_key(relation.source), entity_key(relation.target)))
            and relationship in (None, relation.predicate)
        ]

    def unite(self, entity_id: str, other_id: str) -> answers.Done:
        """Let two entities count as the same one. A search that names one of them then also finds memories about the other.

        Both must belong to one owner (the same user, agent and app). Both stay as they are, and `separate` undoes it.

        Raises:
            MemoryNotFoundError: one of them is not mentioned in any memory that this client can see.
            ValidationError: both ids are the same.
        """
        one, other = self._known_entities(entity_id, other_id)
        return self._relate(Unite(one, other), "united")

    def separate(self, entity_id: str, other_id: str) -> answers.Done:
        """Let two entities count as different, even if similar names made them count as the same.

        They are not matched by their names again; only `unite` makes them the same.

        Raises:
            MemoryNotFoundError: one of them is not mentioned in any memory that this client can see.
            ValidationError: both ids are the same.
        """
        one, other = self._known_entities(entity_id, other_id)
        return self._relate(Separate(one, other), "separated")

    def _known_entities(self, *ids: str) -> Sequence[str]:
        """These ids, checked: all different, and each mentioned in a memory that this client can see.

        Raises:
            MemoryNotFoundError, ValidationError: they are not.
        """
        wanted = [arguments.identifier("entity_id", id) for id in ids]
        if len(set(wanted)) < len(wanted):
            raise ValidationError(f"entity_id and other_id are both {wanted[0]}: give two different entities")
        store = self._parts.store()
        # Looked up within the client's scope: an entity of others must look like one that does not exist.
        found = {entity.id for entity in store.entities(self._bounds_filter, times.now(), wanted)}
        for id in wanted:
            if id not in found:
                raise MemoryNotFoundError(
                    f"no entity {id!r}: no memory within this client's scope mentions it; see entities()"
                )
        return wanted

    def _relate(self, change: Change, done: str) -> answers.Done:
        (self._parts.store()).apply([ChangeSet(new_id(), times.now(), (change,))])
        return {"message": f"Entities {done}"}
