"""The calls that show how memories changed, and that undo changes: history, restore, undo, diff."""

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
    shown,
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
    """The calls that show how memories changed, and that undo changes."""

    def history(self, memory_id: str) -> list[answers.Version]:
        """List all versions of a memory, oldest first. Works for deleted memories too.

        Raises:
            MemoryNotFoundError: there never was such a memory, it was erased, or it lies outside of the client's scope.
        """
        wanted = VersionsRequest((arguments.identifier("memory_id", memory_id),))
        versions = (self._parts.store()).versions(wanted)
        if not versions or not self._visible(versions[-1].memory):
            raise not_found(memory_id, "was erased")
        return responses.history(versions)

    def restore(self, version_id: str) -> answers.Memory:
        """Bring a memory back to one of its versions, even if it has been deleted since. Writes a new version.

        Args:
            version_id: the ``id`` of a row of `history`.

        Returns:
            The memory as it is now.

        Raises:
            MemoryNotFoundError: there is no such version.
            ValidationError: the version is a deletion.
            ConflictError: the memory is immutable and not deleted, or another memory of its scope has this text by now.
        """
        version_id = arguments.identifier("version_id", version_id)

        def attempt() -> StoredMemory:
            chains = self._chains_of_call("version", version_id)
            chain = next((chain for chain in chains if any(version.id == version_id for version in chain)), None)
            if chain is None:
                raise _not_found("version", version_id)
            step = undo.restored(chain, version_id, times.now(), new_id)
            # The memory is like this version already: there is nothing to write.
            if step is None or step.memory is None:
                return chain[-1].memory
            self._write_steps([step], chains)
            return step.memory

        return responses.memory(retried(attempt, StaleVersionError))

    def undo(self, event_id: str) -> answers.Undone:
        """Undo everything that one call wrote. Memories it added are deleted; those it changed or deleted become what they were.

        Writes new versions, so an undo can be undone.

        Args:
            event_id: the ``event_id`` that `add` returns with ``explain=True``; or the ``id`` of a row of `history`, which stands
                for the whole call that wrote this version.

        Returns:
            ``{"message", "event_id", "results": [{"id", "memory", "event"}, …]}``; this ``event_id`` names the undo itself.

        Raises:
            MemoryNotFoundError: there is no such call, or the client can't see all memories that it changed.
            ConflictError: one of its memories was changed later, or is immutable. Nothing was changed.
        """
        event_id = arguments.identifier("event_id", event_id)

        def attempt() -> tuple[str, Sequence[Step]]:
            chains = self._chains_of_call("call", event_id)
            # `event_id` may name a version: look up the call that wrote it.
            call = next(
                version.change_set
                for chain in chains
                for version in chain
                if event_id in (version.change_set, version.id)
            )
            steps = undo.undone(chains, call, times.now(), new_id)
            return self._write_steps(steps, chains), steps

        undo_id, steps = retried(attempt, StaleVersionError)
        return {
            "message": f"{responses.counted(len(steps))} put back",
            "event_id": undo_id,
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
        """Show what changed between two times, by the store's own clock.

        Memories that expired in between count as removed.

        Args:
            start: the earlier time. end: the later one. Default: now.
            filters: a filter object, applied to the states at both times.
            user_id, agent_id, app_id, run_id: only memories that carry all of these ids.

        Returns:
            ``{"added": [memory, …], "changed": [{"before": memory, "after": memory}, …], "removed": [memory, …]}``, each list
            newest first.

        Raises:
            ValidationError, FilterError, ScopeError: an argument can't be used.
        """
        filter = self._filter(filters, user_id=user_id, agent_id=agent_id, app_id=app_id, run_id=run_id)
        first, last = arguments.moment("start", start), arguments.moment("end", end) or times.now()
        if first is None:
            raise ValidationError("diff needs start: the time since when changes are wanted")
        return responses.difference(diff(self._past(filter, first), self._past(filter, last)))

    def _chains_of_call(self, kind: str, id: str) -> Sequence[Sequence[StoredVersion]]:
        """All versions of the memories that one call changed: a chain for each memory, oldest version first.

        Args:
            kind: ``call`` or ``version``, for the error message. id: of the call, or of a version that it wrote.

        Raises:
            MemoryNotFoundError: there is no such call or version, or this client can't see all memories that the call changed.
        """
        store = self._parts.store()
        versions = store.versions(VersionsRequest(call=id, links=True))
        # A store returns whole chains one after the other, so neighbours with one id are a chain.
        chains = [list(chain) for _, chain in groupby(versions, lambda version: version.memory.id)]
        if not chains or not all(self._visible(chain[-1].memory) for chain in chains):
            raise _not_found(kind, id)
        return chains

    def _write_steps(self, steps: Sequence[Step], chains: Sequence[Sequence[StoredVersion]]) -> str:
        """Write these steps in one transaction. Each brings a memory back to a version in one of the chains.

        Returns:
            The id of the call that writes them.

        Raises:
            StaleVersionError: another writer changed one of the memories since the chains were read.
        """
        store = self._parts.store()
        # Old vectors are not read from the store: texts that come back are embedded again.
        with_text = [step for step in steps if step.like is not None and step.memory is not None]
        texts = [step.memory.text for step in with_text if step.memory is not None]
        embedded = self._parts.embed(texts, writing=True) if texts else ()
        vectors = {step.memory_id: vector for step, vector in zip(with_text, embedded, strict=True)}
        links = {version.id: version.links or Links() for chain in chains for version in chain}
        change = ChangeSet(new_id(), times.now(), undo.changes(steps, vectors, links))
        store.apply([change])
        return change.id


def _not_found(kind: str, id: str) -> MemoryNotFoundError:
    return MemoryNotFoundError(
        f"no {kind} {shown(id)}: it does not exist, was erased, or lies outside of this client's scope"
    )
