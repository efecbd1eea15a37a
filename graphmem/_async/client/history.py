"""The calls that go back and forget, and the one that looks whether all is well: restore, undo, erase, doctor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphmem._async.client.base import AsyncBase, not_found
from graphmem.dialect import arguments, responses
from graphmem.errors import MemoryNotFoundError, ScopeError, StaleVersionError
from graphmem.history import undo
from graphmem.history.undo import Step
from graphmem.model import times
from graphmem.model.changes import ChangeSet, Purge
from graphmem.model.ids import new_id
from graphmem.model.memory import Version
from graphmem.stores.checks import CHECKS

_TRIES = 20


class AsyncHistory(AsyncBase):
    """Takes back."""

    async def restore(self, version_id: str) -> dict[str, Any]:
        """Make a memory what it was in one of its versions, also one that was deleted since. Writes a new version.

        Args:
            version_id: the ``id`` of a row of `history`.

        Returns:
            The memory as it is now.

        Raises:
            MemoryNotFoundError: no such version.
            ValidationError: it is a deletion.
            ConflictError: the memory is immutable, or another one of its scope says this meanwhile.
        """
        version_id = arguments.identifier("version_id", version_id)
        for _ in range(_TRIES):
            _, chains = await self._touched("version", version_id)
            named = [each for each in chains if any(version.id == version_id for version in each)]
            if not named:
                raise _unknown("version", version_id)
            chain = named[0]
            step = undo.restored(chain, version_id, times.now(), new_id)
            if step is None:
                return responses.memory(chain[-1].memory)
            if await self._go_back([step]) and step.memory is not None:
                return responses.memory(step.memory)
        raise StaleVersionError(chain[-1].memory.id)

    async def undo(self, event_id: str) -> dict[str, Any]:
        """Take back all that one call wrote: what it added is deleted, what it changed or deleted is what it was before.

        Writes new versions, so an undo can be undone.

        Args:
            event_id: the ``event_id`` that `add` tells with ``explain=True``, or the ``id`` of a row of `history`: then it is the
                whole call that wrote this version.

        Returns:
            ``{"message", "event_id", "results": [{"id", "memory", "event"}, …]}``; the event_id names the undo itself.

        Raises:
            MemoryNotFoundError: no such call.
            ConflictError: one of its memories was changed since, or is immutable. Nothing was changed.
        """
        event_id = arguments.identifier("event_id", event_id)
        for _ in range(_TRIES):
            change_set, chains = await self._touched("call", event_id)
            steps = undo.undone(chains, change_set, times.now(), new_id)
            written = await self._go_back(steps)
            if written is not None:
                return {
                    "message": f"{responses.counted(len(steps))} put back",
                    "event_id": written,
                    "results": [responses.step(each) for each in steps],
                }
        raise StaleVersionError(chains[0][-1].memory.id)

    async def erase(
        self,
        memory_id: str | None = None,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        app_id: str | None = None,
        run_id: str | None = None,
    ) -> dict[str, Any]:
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
                return await store.chains(scope)
            versions = await store.history(arguments.identifier("memory_id", memory_id))
            return [memory_id] if versions and self._visible(versions[-1].memory) else []

        ids = await found()
        if memory_id is not None and not ids:
            raise not_found(memory_id)
        counts = dict.fromkeys(("memories", "versions", "messages", "entities", "relations"), 0)
        if ids:
            purges = tuple(Purge(id) for id in ids)
            counts |= (await store.apply(ChangeSet(new_id(), times.now(), purges))).purged
        return {"message": f"{responses.counted(counts['memories'])} erased", **counts, "left": len(await found())}

    async def doctor(self, *, fix: bool = False) -> dict[str, Any]:
        """Look for what must not be in a store: broken chains, orphans, edges between owners. Reads all of it.

        Args:
            fix: repair what can be repaired without a loss.

        Returns:
            ``{"problems": [{"check", "id", "says", "fixed"}, …]}``; none means that all is well.

        Raises:
            ScopeError: this client is bound to a scope, and the whole store is looked at.
        """
        self._whole("doctor looks at")
        store = await self._parts.store()
        found = await store.audit()
        fixed: set[str] = set()
        if fix:
            fixed = {check for check, _ in found if CHECKS[check].fix is not None}
            await store.repair(sorted(fixed), times.now())
        return {
            "problems": [
                {"check": check, "id": id, "says": f"{id} {CHECKS[check].says}", "fixed": check in fixed}
                for check, id in found
            ]
        }

    async def _touched(self, kind: str, id: str) -> tuple[str, Sequence[Sequence[Version]]]:
        """The call of this id and the chains of the memories that it changed, all of them visible to this client."""
        store = await self._parts.store()
        found = await store.touched(id)
        if found is None:
            raise _unknown(kind, id)
        chains = [await store.history(memory_id) for memory_id in found[1]]
        if not all(chain and self._visible(chain[-1].memory) for chain in chains):
            raise _unknown(kind, id)
        return found[0], chains

    async def _go_back(self, steps: Sequence[Step]) -> str | None:
        """The id of the call that these steps are; None if another writer was faster."""
        store = await self._parts.store()
        written = [step for step in steps if step.like is not None and step.memory is not None]
        texts = [step.memory.text for step in written if step.memory is not None]
        embedded = await self._parts.embed(texts, writing=True) if texts else ()
        vectors = {step.memory_id: vector for step, vector in zip(written, embedded, strict=True)}
        links = await store.links([step.like for step in written if step.like is not None]) if written else {}
        change = ChangeSet(new_id(), times.now(), undo.changes(steps, vectors, links))
        try:
            await store.apply(change)
        except StaleVersionError:
            return None
        return change.id


def _unknown(kind: str, id: str) -> MemoryNotFoundError:
    return MemoryNotFoundError(
        f"no {kind} {id!r}: it does not exist, was erased, or lies outside of this client's scope"
    )
