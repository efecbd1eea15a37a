"""The calls about people, places and things and how they relate: entities, relations, unite, separate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphmem._async.client.base import AsyncBase
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


class AsyncGraph(AsyncBase[Format]):
    """The calls about people, places and things and how they relate."""

    async def entities(
        self,
        *,
        filters: Mapping[str, Any] | None = None,
        user_id: str | None = None,
        agent_id: str | None = None,
        app_id: str | None = None,
        run_id: str | None = None,
    ) -> list[answers.EntityRow]:
        """The people, places and things that the memories within the conditions mention, by name.

        Args:
            filters: a filter object on the memories. user_id to run_id: narrow it further.

        Returns:
            ``[{"id", "name", "type", "aliases", "memories", "same_as": [{"id", "name", "score"}, …]}, …]``: aliases are other
            spellings, memories is how many mention it, same_as are those that count as the same one, with a score in [0, 1].

        Raises:
            FilterError, ScopeError: what was given can't be used.
        """
        filter = self._filter(filters, user_id=user_id, agent_id=agent_id, app_id=app_id, run_id=run_id)
        return [responses.named(each) for each in await (await self._parts.store()).entities(filter, times.now())]

    async def relations(
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
        """How people, places and things relate, as the memories within the conditions say.

        Args:
            entity: only relations from or to the entity of this name, case ignored. relationship: such as ``lives_in``.
            filters: a filter object on the memories. user_id to run_id: narrow it further.
            as_of: what the store knew at that time (its own clock). valid_at: only what held in the world then.

        Returns:
            ``[{"source", "relationship", "target", "memory_id", "valid_from", "valid_to"}, …]``.

        Raises:
            ValidationError, FilterError, ScopeError: what was given can't be used.
        """
        filter = self._filter(filters, user_id=user_id, agent_id=agent_id, app_id=app_id, run_id=run_id)
        name = None if entity is None else entity_key(arguments.text("entity", entity))
        at, valid = arguments.moment("as_of", as_of), arguments.moment("valid_at", valid_at)
        store = await self._parts.store()
        if at is None:
            memories: Sequence[StoredMemory] = (await store.select(filter, times.now())).memories
        else:
            memories = [row.memory for row in await self._past(filter, at)]
        found = await store.relations([memory.id for memory in memories], at, valid)
        return [
            responses.relation(each)
            for each in found
            if (name is None or name in (entity_key(each.source), entity_key(each.target)))
            and relationship in (None, each.predicate)
        ]

    async def unite(self, entity_id: str, other_id: str) -> answers.Done:
        """Count two entities of one owner as the same: who asks for one by name also finds what mentions the other.

        Both stay as they are; `separate` takes it back.

        Raises:
            MemoryNotFoundError: no memory of this client mentions one of them.
            ValidationError: they are one already.
        """
        one, other = await self._two(entity_id, other_id)
        return await self._relate(Unite(one, other), "united")

    async def separate(self, entity_id: str, other_id: str) -> answers.Done:
        """Count two entities as different ones, also if they were taken for the same because of their names; for good.

        Raises:
            MemoryNotFoundError: no memory of this client mentions one of them.
            ValidationError: they are one.
        """
        one, other = await self._two(entity_id, other_id)
        return await self._relate(Separate(one, other), "separated")

    async def _two(self, *ids: str) -> Sequence[str]:
        wanted = [arguments.identifier("entity_id", id) for id in ids]
        if len(set(wanted)) < len(wanted):
            raise ValidationError(f"entity_id and other_id are both {wanted[0]}: give two different entities")
        store = await self._parts.store()
        found = {each.id for each in await store.entities(self._within, times.now(), wanted)}
        for id in wanted:
            if id not in found:
                raise MemoryNotFoundError(
                    f"no entity {id!r}: no memory within this client's scope mentions it; see entities()"
                )
        return wanted

    async def _relate(self, change: Change, done: str) -> answers.Done:
        await (await self._parts.store()).apply([ChangeSet(new_id(), times.now(), (change,))])
        return {"message": f"Entities {done}"}
