"""The calls that take away: delete, batch_delete, delete_all, delete_users, reset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphmem._sync.client.base import Base, not_found
from graphmem.dialect import arguments, responses
from graphmem.dialect.conditions import narrowed
from graphmem.errors import ValidationError
from graphmem.model import times
from graphmem.model.changes import ChangeSet, Retire
from graphmem.model.filter import Compare, Filter, Or, Path, conjunction
from graphmem.model.ids import new_id
from graphmem.model.memory import Memory


class Delete(Base):
    """Forgets."""

    def delete(self, memory_id: str) -> dict[str, Any]:
        """Take a memory out of every search and listing. Its history stays.

        Raises:
            MemoryNotFoundError: no such memory.
        """
        memory = self._current(memory_id)
        if not self._retire([memory]):
            raise not_found(memory_id)
        return {"message": "Memory deleted", "deleted": 1}

    def batch_delete(self, memories: Sequence[Mapping[str, Any] | str]) -> dict[str, Any]:
        """Delete up to 1,000 memories in one transaction: all of them or none. Their history stays.

        Args:
            memories: ids, or objects with ``memory_id``.

        Returns:
            ``{"message", "deleted"}``, the latter being how many.

        Raises:
            MemoryNotFoundError: one of them does not exist.
            ValidationError: more than 1,000, or one of them twice.
        """
        return _deleted(self._retire(self._currents(arguments.deletions(memories))))

    def delete_all(
        self,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        app_id: str | None = None,
        run_id: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Delete the memories that carry all of these ids and this metadata, expired ones too. Their history stays.

        In Neo4j, more than 2,500 are deleted in several transactions, newest first: stopped halfway, call it again.

        Returns:
            ``{"message", "deleted"}``, the latter being how many.

        Raises:
            ScopeError: no id was given.
        """
        scope = self._scope(needed_by="delete_all", user_id=user_id, agent_id=agent_id, app_id=app_id, run_id=run_id)
        return self._delete_within(narrowed(None, scope, None, metadata))

    def delete_users(
        self,
        user_id: str | None = None,
        agent_id: str | None = None,
        app_id: str | None = None,
        run_id: str | None = None,
    ) -> dict[str, Any]:
        """Delete each of these users, agents, apps and runs: all memories that carry any of the ids, expired ones too.

        Given several ids, each is deleted, where delete_all takes only the memories that carry them all; a client with a scope
        deletes within it. Their history stays; `users` no longer lists them. In Neo4j, more than 2,500 memories are deleted in
        several transactions, newest first: stopped halfway, call it again.

        Returns:
            ``{"message", "deleted"}``, the latter being how many memories.

        Raises:
            ScopeError: no id was given, or one lies outside of this client's scope.
        """
        named = self._given(needed_by="delete_users", user_id=user_id, agent_id=agent_id, app_id=app_id, run_id=run_id)
        return self._delete_within(Or(tuple(Compare(Path(name), "eq", id) for name, id in named.ids.items())))

    def reset(self, confirm: str | None = None) -> dict[str, Any]:
        """Empty the store: memories, their history, messages, entities. There is no way back.

        The store may be used with another embedder afterwards. Its other clients go on with the one they had, unless another
        was used first: then they are refused, and are to be made anew. The embedded store is emptied in one transaction, and no
        text stays in its file. Neo4j is emptied in batches: stopped halfway, call it again; what is added meanwhile may stay. In
        Neo4j only nodes with graphmem's labels and keys go, and their relationships with them; other nodes, and users or
        categories that other programs added properties, labels or relationships to, stay.

        Args:
            confirm: the word ``"everything"``.

        Raises:
            ValidationError: it was not confirmed.
            ScopeError: this client is bound to a scope; it can use delete_all.
            StoreUnavailableError: all is deleted, but another process kept the file from being written anew; call it again.
        """
        self._whole("reset empties", "use delete_all, or a client without scope")
        if confirm != "everything":
            raise ValidationError(
                f'reset deletes all memories and their history: to confirm, call reset(confirm="everything"), not {confirm!r}'
            )
        self._parts.reset()
        return {"message": "Everything deleted"}

    def _delete_within(self, filter: Filter) -> dict[str, Any]:
        """All that meet the filter, expired ones too."""
        listing = (self._parts.store()).select(conjunction((self._within, filter)), None)
        return _deleted(self._retire(listing.memories))

    def _retire(self, memories: Sequence[Memory]) -> int:
        if not memories:
            return 0
        changes = tuple(Retire(memory.id, new_id()) for memory in memories)
        applied = (self._parts.store()).apply(ChangeSet(new_id(), times.now(), changes))
        return len(changes) - len(applied.missing)


def _deleted(count: int) -> dict[str, Any]:
    return {"message": f"{responses.counted(count)} deleted", "deleted": count}
