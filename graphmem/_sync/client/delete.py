"""The calls that remove memories: delete, batch_delete, delete_all, delete_users, erase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphmem._sync.client.base import Base, not_found
from graphmem.dialect import answers, arguments, responses
from graphmem.dialect.conditions import narrowed
from graphmem.dialect.options import Format
from graphmem.errors import (
    ScopeError,
)
from graphmem.filters.parse import parse
from graphmem.model import times
from graphmem.model.changes import ChangeSet, Purge, Retire
from graphmem.model.filter import Compare, Filter, Or, Path, conjunction, leaves
from graphmem.model.ids import new_id
from graphmem.model.requests import VersionsRequest


class Delete(Base[Format]):
    """The calls that remove memories."""

    def delete(self, memory_id: str) -> answers.Deleted:
        """Remove a memory from every search and listing. Its history stays, so it can be restored.

        Returns:
            ``{"message", "deleted": 1}``.

        Raises:
            MemoryNotFoundError: there is no such memory.
        """
        memory = self._current_memory(memory_id)
        # Zero if somebody else deleted it since it was read.
        if not self._retire([memory.id]):
            raise not_found(memory_id)
        return {"message": "Memory deleted", "deleted": 1}

    def batch_delete(self, memories: Sequence[Mapping[str, Any] | str]) -> answers.Deleted:
        """Delete up to 1,000 memories in one transaction: either all of them or none. Their history stays.

        Args:
            memories: ids, or objects with ``memory_id``.

        Returns:
            ``{"message", "deleted"}``, where ``deleted`` is the number of memories.

        Raises:
            MemoryNotFoundError: one of them does not exist.
            ValidationError: there are more than 1,000, or one is listed twice.
        """
        found = self._current_memories(arguments.deletions(memories))
        return responses.deleted(self._retire([memory.id for memory in found]))

    def delete_all(
        self,
        *,
        filters: Mapping[str, Any] | None = None,
        user_id: str | None = None,
        agent_id: str | None = None,
        app_id: str | None = None,
        run_id: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> answers.Deleted:
        """Delete the memories that carry all of these ids and this metadata, including expired ones. Their history stays.

        `filters` may stand in the place of ids, or narrow them; without ids it must hold a condition.

        In Neo4j, more than 2,500 are deleted in several transactions, newest first. If that is interrupted, call it again.

        Returns:
            ``{"message", "deleted"}``, where ``deleted`` is the number of memories.

        Raises:
            ScopeError: no id and no filter was given, and the client is bound to none. FilterError: the filter can't be read.
        """
        # A filter without a condition, such as {"AND": []}, would take everything.
        needed_by = None if any(leaves(parse(filters))) else "delete_all"
        scope = self._scope(needed_by=needed_by, user_id=user_id, agent_id=agent_id, app_id=app_id, run_id=run_id)
        return self._delete_within(narrowed(filters, scope, None, metadata))

    def delete_users(
        self,
        user_id: str | None = None,
        agent_id: str | None = None,
        app_id: str | None = None,
        run_id: str | None = None,
    ) -> answers.Deleted:
        """Delete users, agents, apps and runs: all memories that carry any of these ids, including expired ones.

        This differs from `delete_all`, which deletes only memories that carry all of the ids. A client with a scope deletes
        within its scope. History stays, but `users` no longer lists these ids. In Neo4j, more than 2,500 memories are deleted
        in several transactions, newest first. If that is interrupted, call it again.

        Returns:
            ``{"message", "deleted"}``, where ``deleted`` is the number of memories.

        Raises:
            ScopeError: no id was given, or one lies outside of this client's scope.
        """
        named = self._requested_scope(
            needed_by="delete_users", user_id=user_id, agent_id=agent_id, app_id=app_id, run_id=run_id
        )
        return self._delete_within(Or(tuple(Compare(Path(name), "eq", id) for name, id in named.ids.items())))

    def erase(
        self,
        memory_id: str | None = None,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        app_id: str | None = None,
        run_id: str | None = None,
    ) -> answers.Erased:
        """Remove memories for good, deleted ones included, with all their versions and relations.

        Messages and entities that nothing else needs go too. This can't be undone. The embedded store's file is rewritten, so
        that no trace of the text stays in it.

        Args:
            memory_id: one memory.
            user_id, agent_id, app_id, run_id: instead of memory_id, all memories that carry all of these ids.

        Returns:
            ``{"message", "memories", "versions", "messages", "entities", "relations", "left"}``: how many of each were removed.
            ``left`` counts the matching memories found afterwards; it is 0 unless somebody added some meanwhile.

        Raises:
            ScopeError: memory_id was given together with other ids, or nothing was given.
            MemoryNotFoundError: there never was such a memory, or it was erased before.
        """
        scope = self._scope(user_id=user_id, agent_id=agent_id, app_id=app_id, run_id=run_id)
        by_scope = any(id is not None for id in (user_id, agent_id, app_id, run_id))
        if by_scope == (memory_id is not None):
            raise ScopeError("erase takes either memory_id, or at least one of user_id, agent_id, app_id, run_id")
        store = self._parts.store()

        def matching() -> Sequence[str]:
            # Looked up by versions, not by current memories: deleted memories are erased as well.
            if memory_id is None:
                versions = store.versions(VersionsRequest(scope=scope, messages=False))
                return list(dict.fromkeys(version.memory.id for version in versions))
            wanted = arguments.identifier("memory_id", memory_id)
            versions = store.versions(VersionsRequest((wanted,), messages=False))
            # Deleted memories have no current state: their newest version says whose they are.
            return [memory_id] if versions and self._visible(versions[-1].memory) else []

        ids = matching()
        if memory_id is not None and not ids:
            raise not_found(memory_id, "was erased")
        removed: Mapping[str, int] = {}
        if ids:
            purges = tuple(Purge(id) for id in ids)
            [applied] = store.apply([ChangeSet(new_id(), times.now(), purges)])
            removed = applied.purged
        return responses.erased(removed, len(matching()))

    def _delete_within(self, filter: Filter) -> answers.Deleted:
        """Delete all memories that meet the filter, including expired ones."""
        ids = (self._parts.store()).ids(conjunction((self._bounds_filter, filter)))
        return responses.deleted(self._retire(ids))

    def _retire(self, ids: Sequence[str]) -> int:
        """Delete these memories; returns how many were still there."""
        if not ids:
            return 0
        # No version is given that must be the newest: a deletion wins over a change made meanwhile.
        changes = tuple(Retire(id, new_id()) for id in ids)
        [applied] = (self._parts.store()).apply([ChangeSet(new_id(), times.now(), changes)])
        return len(changes) - len(applied.missing)
