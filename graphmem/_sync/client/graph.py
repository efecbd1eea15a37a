"""The calls about entities (people, places and things) and how they relate: entities, relations, unite, separate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from graphmem._sync.client.base import Base
from graphmem._sync.flows.graph import of_memories, related
from graphmem.dialect import answers, arguments, responses
from graphmem.dialect.arguments import When
from graphmem.dialect.options import Format
from graphmem.errors import MemoryNotFoundError, ValidationError, shown
from graphmem.graph.mentioned import mentioned
from graphmem.graph.names import keys_of
from graphmem.model import times
from graphmem.model.changes import Change, ChangeSet, Separate, Unite
from graphmem.model.ids import new_id
from graphmem.model.requests import Named
from graphmem.remember.predicates import spelled

MAX_RELATIONS = 10_000


class Graph(Base[Format]):
    """The calls about entities and how they relate."""

    def entities(
        self,
        *,
        names: Sequence[str] | None = None,
        filters: Mapping[str, Any] | None = None,
        user_id: str | None = None,
        agent_id: str | None = None,
        app_id: str | None = None,
        run_id: str | None = None,
        as_of: When | None = None,
    ) -> list[answers.EntityRow]:
        """List the people, places and things that are mentioned in the memories that meet the conditions, by name.

        Args:
            names: only entities with these names, up to 1,000 of them. Case and articles make no difference; "me" and "I" mean the
                user.
            filters: a filter object for the memories.
            user_id, agent_id, app_id, run_id: only memories that carry all of these ids.
            as_of: what the memories mentioned at that time, by the store's own clock. Names and aliases are those of today.

        Returns:
            ``[{"id", "name", "type", "aliases", "memories", "same_as": [{"id", "name", "score"}, …]}, …]``. ``aliases`` are
            other spellings of the name; ``memories`` is the number of memories that mention the entity; ``same_as`` lists the
            entities that count as the same one, with a score in [0, 1]. Of all these, only what such a memory says or mentions is told.

        Raises:
            ValidationError, FilterError, ScopeError: an argument can't be used.
        """
        question = self._question(filters, as_of, user_id=user_id, agent_id=agent_id, app_id=app_id, run_id=run_id)
        given = None if names is None else arguments.names("names", names)
        keys = None if given is None else [key for name in given for key in keys_of(name, user_id)]
        store = self._parts.store()
        if question.as_of is None:
            found: Sequence[Named] = store.entities(question.filter, times.now(), keys=keys)
        else:
            then = [row.memory for row in self._past(question.filter, question.as_of)]
            found = mentioned(of_memories(store, question, then), keys)
        return [responses.named(entity) for entity in found]

    def relations(
        self,
        *,
        subject: str | None = None,
        relationship: str | None = None,
        object: str | None = None,
        entity: str | None = None,
        limit: int | None = None,
        filters: Mapping[str, Any] | None = None,
        user_id: str | None = None,
        agent_id: str | None = None,
        app_id: str | None = None,
        run_id: str | None = None,
        as_of: When | None = None,
        valid_at: When | None = None,
    ) -> list[answers.Relation]:
        """List how people, places and things relate, according to the memories that meet the conditions.

        Case and articles make no difference in names; "me" and "I" mean the user. Of entities that count as the same one, the name of
        any stands for all. If an entity is named, only its relations are read.

        Args:
            subject: only relations from the entity with this name.
            relationship: only relations of this kind, for example ``lives_in`` or "lives in".
            object: only relations to the entity with this name.
            entity: only relations from or to the entity with this name.
            limit: the greatest number of relations, 1 to 10,000. By default there is no limit.
            filters: a filter object for the memories.
            user_id, agent_id, app_id, run_id: only memories that carry all of these ids.
            as_of: the relations that the store held at that time, by its own clock.
            valid_at: only relations that held in the world at that time.

        Returns:
            ``[{"source", "relationship", "target", "memory_id", "valid_from", "valid_to"}, …]``; source and target are names. Relations
            of the newest memories come first.

        Raises:
            ValidationError, FilterError, ScopeError: an argument can't be used.
        """
        question = self._question(
            filters, as_of, valid_at, user_id=user_id, agent_id=agent_id, app_id=app_id, run_id=run_id
        )
        named = {"subject": subject, "object": object, "entity": entity}
        keys = {role: keys_of(arguments.text(role, name), user_id) for role, name in named.items() if name is not None}
        request = replace(
            question.request(),
            # The relations wanted are among those of any one of these entities, so only that one's are read.
            near=keys.get("entity") or keys.get("subject") or keys.get("object"),
            source=keys.get("subject"),
            target=keys.get("object"),
            predicate=None if relationship is None else spelled(arguments.text("relationship", relationship)),
            limit=None if limit is None else arguments.whole_number("limit", limit, 1, MAX_RELATIONS),
        )
        found = related(self._parts.store(), question, request)
        names = {node.id: node.name for node in found.entities}
        return [responses.relation(relation, names) for relation in found.relations]

    def unite(self, entity_id: str, other_id: str) -> answers.Done:
        """Let two entities count as the same one. A search that names one of them then also finds memories about the other.

        Both must belong to one owner (the same user, agent and app). Both stay as they are, and `separate` undoes it.

        Raises:
            MemoryNotFoundError: one of them is not mentioned in any memory that this client can see.
            ValidationError: both ids are the same, or the two belong to different owners.
        """
        one, other = self._known_entities(entity_id, other_id)
        done = self._relate(Unite(one, other), "united")
        # A store links only entities of one owner.
        store = self._parts.store()
        [found] = store.entities(self._bounds_filter, times.now(), [one])
        if other not in (id for id, _, _ in found.same_as):
            raise ValidationError(
                f"{shown(one)} and {shown(other)} belong to different owners (user, agent and app): nothing was changed"
            )
        return done

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
                    f"no entity {shown(id)}: no memory within this client's scope mentions it; see entities()"
                )
        return wanted

    def _relate(self, change: Change, done: str) -> answers.Done:
        (self._parts.store()).apply([ChangeSet(new_id(), times.now(), (change,))])
        return {"message": f"Entities {done}"}
