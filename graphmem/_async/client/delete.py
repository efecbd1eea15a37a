"""The calls that take memories away: delete, batch_delete, delete_all, delete_users, erase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphmem._async.client.base import AsyncBase, not_found
from graphmem.dialect import answers, arguments, responses
from graphmem.dialect.conditions import narrowed
from graphmem.dialect.options import Format
from graphmem.errors import (
    ScopeError,
)
from graphmem.model import times
from graphmem.model.changes import ChangeSet, Purge, Retire
from graphmem.model.filter import Compare, Filter, Or, Path, conjunction
from graphmem.model.ids import new_id
from graphmem.model.memory import StoredMemory
from graphmem.model.requests import VersionsRequest


class AsyncDelete(AsyncBase[Format]):
    """The calls that take memories away."""

    async def delete(self, memory_id: str) -> answers.Deleted:
        """Take a memory out of every search and listing. Its history stays.

        Raises:
            MemoryNotFoundError: no such memory.
        """
        memory = await self._current(memory_id)
        if not await self._retire([memory]):
            raise not_found(memory_id)
        return {"message": "Memory deleted", "deleted": 1}

    async def batch_delete(self, memories: Sequence[Mapping[str, Any] | str]) -> answers.Deleted:
        """Delete up to 1,000 memories in one transaction: all of them or none. Their history stays.

        Args:
            memories: ids, or objects with ``memory_id``.

        Returns:
            ``{"message", "deleted"}``, the latter being how many.

        Raises:
            MemoryNotFoundError: one of them does not exist.
            ValidationError: more than 1,000, or one of them twice.
        """
        return responses.deleted(await self._retire(await self._currents(arguments.deletions(memories))))

    async def delete_all(
        self,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        app_id: str | None = None,
        run_id: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> answers.Deleted:
        """Delete the memories that carry all of these ids and this metadata, expired ones too. Their history stays.

        In Neo4j, more than 2,500 are deleted in several transactions, newest first: stopped halfway, call it again.

        Returns:
            ``{"message", "deleted"}``, the latter being how many.

        Raises:
            ScopeError: no id was given.
        """
        scope = self._scope(needed_by="delete_all", user_id=user_id, agent_id=agent_id, app_id=app_id, run_id=run_id)
        return await self._delete_within(narrowed(None, scope, None, metadata))

    async def delete_users(
        self,
        user_id: str | None = None,
        agent_id: str | None = None,
        app_id: str | None = None,
        run_id: str | None = None,
    ) -> answers.Deleted:
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
        return await self._delete_within(Or(tuple(Compare(Path(name), "eq", id) for name, id in named.ids.items())))

    async def erase(
        self,
        memory_id: str | None = None,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        app_id: str | None = None,
        run_id: str | None = None,
    ) -> answers.Erased:
        """Forget for good: memories, deleted ones too, with all versions, relations, and the messages and entities nothing else needs.

        There is no way back. The embedded store's file is written anew, so that no byte of it stays.

        Args:
            memory_id: one memory. user_id, agent_id, app_id, run_id: or all that carry all of these.

        Returns:
            ``{"message", "memories", "versions", "messages", "entities", "relations", "left"}``: how many of each were removed,
            and how many memories are left when the store is asked again, which is 0 unless somebody added some meanwhile.

        Raises:
            ScopeError: neither a memory nor an id was given, or both were.
            MemoryNotFoundError: there never was such a memory.
        """
        scope = self._scope(user_id=user_id, agent_id=agent_id, app_id=app_id, run_id=run_id)
        given = any(each is not None for each in (user_id, agent_id, app_id, run_id))
        if given == (memory_id is not None):
            raise ScopeError("erase takes either memory_id, or at least one of user_id, agent_id, app_id, run_id")
        store = await self._parts.store()

        async def found() -> Sequence[str]:
            if memory_id is None:
                versions = await store.versions(VersionsRequest(scope=scope, messages=False))
                return list(dict.fromkeys(version.memory.id for version in versions))
            wanted = arguments.identifier("memory_id", memory_id)
            versions = await store.versions(VersionsRequest((wanted,), messages=False))
            return [memory_id] if versions and self._visible(versions[-1].memory) else []

        ids = await found()
        if memory_id is not None and not ids:
            raise not_found(memory_id)
        removed: Mapping[str, int] = {}
        if ids:
            purges = tuple(Purge(id) for id in ids)
            [applied] = await store.apply([ChangeSet(new_id(), times.now(), purges)])
            removed = applied.purged
        return responses.erased(removed, len(await found()))

    async def _delete_within(self, filter: Filter) -> answers.Deleted:
        """All that meet the filter, expired ones too."""
        listing = await (await self._parts.store()).select(conjunction((self._within, filter)), None)
        return responses.deleted(await self._retire(listing.memories))

    async def _retire(self, memories: Sequence[StoredMemory]) -> int:
        if not memories:
            return 0
        changes = tuple(Retire(memory.id, new_id()) for memory in memories)
        [applied] = await (await self._parts.store()).apply([ChangeSet(new_id(), times.now(), changes)])
        return len(changes) - len(applied.missing)
