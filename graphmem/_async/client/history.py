"""The calls about how memories came to be what they are, and the way back: history, restore, undo, diff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphmem._async.client.base import AsyncBase, not_found
from graphmem.dialect import arguments, responses
from graphmem.dialect.arguments import When
from graphmem.errors import (
    MemoryNotFoundError,
    StaleVersionError,
    ValidationError,
)
from graphmem.history import undo
from graphmem.history.differences import diff
from graphmem.history.undo import Step
from graphmem.model import times
from graphmem.model.changes import ChangeSet
from graphmem.model.ids import new_id
from graphmem.model.memory import Version

_TRIES = 20


class AsyncHistory(AsyncBase):
    """The calls about how memories came to be what they are, and the way back."""

    async def history(self, memory_id: str) -> list[dict[str, Any]]:
        """How a memory came to be what it is, deleted ones included: one row a version, oldest first.

        Raises:
            MemoryNotFoundError: there never was such a memory, or it is another scope's.
        """
        versions = await (await self._parts.store()).history(arguments.identifier("memory_id", memory_id))
        if not versions or not self._visible(versions[-1].memory):
            raise not_found(memory_id)
        return responses.history(versions)

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

    async def diff(
        self,
        start: When,
        end: When | None = None,
        *,
        filters: Mapping[str, Any] | None = None,
        user_id: str | None = None,
        agent_id: str | None = None,
        app_id: str | None = None,
        run_id: str | None = None,
    ) -> dict[str, Any]:
        """What changed between two times, by the store's own clock.

        Args:
            start, end: nothing for the end means now. filters: a filter object; user_id to run_id: narrow it further.

        Returns:
            ``{"added": [memory, …], "changed": [{"before": memory, "after": memory}, …], "removed": [memory, …]}``.

        Raises:
            ValidationError, FilterError, ScopeError: what was given can't be used.
        """
        filter = self._filter(filters, user_id=user_id, agent_id=agent_id, app_id=app_id, run_id=run_id)
        first, last = arguments.moment("start", start), arguments.moment("end", end) or times.now()
        if first is None:
            raise ValidationError("diff needs a start: the time from which on changes are wanted")
        found = diff(await self._past(filter, first), await self._past(filter, last))
        return {
            "added": [responses.memory(memory) for memory in found.added],
            "changed": [
                {"before": responses.memory(old), "after": responses.memory(new)} for old, new in found.changed
            ],
            "removed": [responses.memory(memory) for memory in found.removed],
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
