"""The calls about people, places and things: entities, unite, separate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphmem._sync.client.base import Base
from graphmem.dialect import arguments, responses
from graphmem.errors import MemoryNotFoundError, ValidationError
from graphmem.model import times
from graphmem.model.changes import Change, ChangeSet, Separate, Unite
from graphmem.model.ids import new_id


class Graph(Base):
    """Knows who is who."""

    def entities(
        self,
        *,
        filters: Mapping[str, Any] | None = None,
        user_id: str | None = None,
        agent_id: str | None = None,
        app_id: str | None = None,
        run_id: str | None = None,
    ) -> list[dict[str, Any]]:
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
        return [responses.named(each) for each in (self._parts.store()).entities(filter, times.now())]

    def unite(self, entity_id: str, other_id: str) -> dict[str, Any]:
        """Count two entities of one owner as the same: who asks for one by name also finds what mentions the other.

        Both stay as they are; `separate` takes it back.

        Raises:
            MemoryNotFoundError: no memory of this client mentions one of them.
            ValidationError: they are one already.
        """
        one, other = self._two(entity_id, other_id)
        return self._relate(Unite(one, other), "united")

    def separate(self, entity_id: str, other_id: str) -> dict[str, Any]:
        """Count two entities as different ones, also if they were taken for the same because of their names; for good.

        Raises:
            MemoryNotFoundError: no memory of this client mentions one of them.
            ValidationError: they are one.
        """
        one, other = self._two(entity_id, other_id)
        return self._relate(Separate(one, other), "separated")

    def _two(self, *ids: str) -> Sequence[str]:
        wanted = [arguments.identifier("entity_id", id) for id in ids]
        if len(set(wanted)) < len(wanted):
            raise ValidationError(f"entity_id and other_id are both {wanted[0]}: give two different entities")
        store = self._parts.store()
        found = {each.id for each in store.entities(self._within, times.now(), wanted)}
        for id in wanted:
            if id not in found:
                raise MemoryNotFoundError(
                    f"no entity {id!r}: no memory within this client's scope mentions it; see entities()"
                )
        return wanted

    def _relate(self, change: Change, done: str) -> dict[str, Any]:
        (self._parts.store()).apply(ChangeSet(new_id(), times.now(), (change,)))
        return {"message": f"Entities {done}"}
