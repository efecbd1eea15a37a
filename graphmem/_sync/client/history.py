"""The calls about how memories came to be what they are, and the way back: history, restore, undo, diff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from graphmem._sync.client.base import Base, not_found
from graphmem._sync.retry import retried
from graphmem.dialect import answers, arguments, responses
from graphmem.dialect.arguments import When
from graphmem.dialect.options import Format
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
from graphmem.model.memory import Links, StoredMemory, StoredVersion
from graphmem.model.requests import VersionsRequest


class History(Base[Format]):
    """The calls about how memories came to be what they are, and the way back."""

    def history(self, memory_id: str) -> list[answers.Version]:
        """How a memory came to be what it is, deleted ones included: one row a version, oldest first.

        Raises:
            MemoryNotFoundError: there never was such a memory, or it is another scope's.
        """
        wanted = VersionsRequest((arguments.identifier("memory_id", memory_id),))
        versions = (self._parts.store()).versions(wanted)
        if not versions or not self._visible(versions[-1].memory):
            raise not_found(memory_id)
        return responses.history(versions)

    def restore(self, version_id: str) -> answers.Memory:
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

        def attempt() -> StoredMemory:
            chains = self._chains_of_call("version", version_id)
            chain = next((chain for chain in chains if any(version.id == version_id for version in chain)), None)
            if chain is None:
                raise _unknown("version", version_id)
            step = undo.restored(chain, version_id, times.now(), new_id)
            if step is None or step.memory is None:
                return chain[-1].memory
            self._go_back([step], chains)
            return step.memory

        return responses.memory(retried(attempt, StaleVersionError))

    def undo(self, event_id: str) -> answers.Undone:
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

        def attempt() -> tuple[str, Sequence[Step]]:
            chains = self._chains_of_call("call", event_id)
            call = next(
                version.change_set
                for chain in chains
                for version in chain
                if event_id in (version.change_set, version.id)
            )
            steps = undo.undone(chains, call, times.now(), new_id)
            return self._go_back(steps, chains), steps

        written, steps = retried(attempt, StaleVersionError)
        return {
            "message": f"{responses.counted(len(steps))} put back",
            "event_id": written,
            "results": [responses.step(step) for step in steps],
        }

    def diff(
        self,
        start: When,
        end: When | None = None,
        *,
        filters: Mapping[str, Any] | None = None,
        user_id: str | None = None,
        agent_id: str | None = None,
        app_id: str | None = None,
        run_id: str | None = None,
    ) -> answers.Diff:
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
        return responses.difference(diff(self._past(filter, first), self._past(filter, last)))

    def _chains_of_call(self, kind: str, id: str) -> Sequence[Sequence[StoredVersion]]:
        """The chains of the memories that the call of this id changed, or the call that wrote the version of this id.

        Raises:
            MemoryNotFoundError: there is no such call or version, or this client can't see all of its memories.
        """
        store = self._parts.store()
        versions = store.versions(VersionsRequest(call=id, links=True))
        chains = [list(chain) for _, chain in groupby(versions, lambda version: version.memory.id)]
        if not chains or not all(self._visible(chain[-1].memory) for chain in chains):
            raise _unknown(kind, id)
        return chains

    def _go_back(self, steps: Sequence[Step], chains: Sequence[Sequence[StoredVersion]]) -> str:
        """Write these steps, which lead to versions of these chains.

        Returns:
            The id of the call that they are.

        Raises:
            StaleVersionError: another writer was faster.
        """
        store = self._parts.store()
        written = [step for step in steps if step.like is not None and step.memory is not None]
        texts = [step.memory.text for step in written if step.memory is not None]
        embedded = self._parts.embed(texts, writing=True) if texts else ()
        vectors = {step.memory_id: vector for step, vector in zip(written, embedded, strict=True)}
        links = {version.id: version.links or Links() for chain in chains for version in chain}
        change = ChangeSet(new_id(), times.now(), undo.changes(steps, vectors, links))
        store.apply([change])
        return change.id


def _unknown(kind: str, id: str) -> MemoryNotFoundError:
    return MemoryNotFoundError(
        f"no {kind} {id!r}: it does not exist, was erased, or lies outside of this client's scope"
    )
