"""The calls that change a memory: update, batch_update."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from graphmem._sync.client.base import Base
from graphmem._sync.retry import retried
from graphmem.dialect import answers, arguments, responses
from graphmem.dialect.arguments import Missing, When
from graphmem.dialect.options import Format
from graphmem.errors import (
    ConflictError,
    StaleVersionError,
    ValidationError,
)
from graphmem.model import times
from graphmem.model.changes import ChangeSet, Revise
from graphmem.model.ids import new_id
from graphmem.model.memory import StoredMemory


class Change(Base[Format]):
    """The calls that change a memory."""

    def update(
        self,
        memory_id: str,
        text: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        categories: Sequence[str] | None = None,
        expiration_date: When | Missing | None = Missing.MISSING,
    ) -> answers.Memory:
        """Write a newer version of a memory; what is not given stays as it is.

        Args:
            metadata: replaces the whole object. categories: replaces the list.
            expiration_date: None takes the old one away.

        Returns:
            The memory as it is now.

        Raises:
            MemoryNotFoundError: no such memory.
            ConflictError: it is immutable, or another memory of its scope already says this.
            ValidationError: nothing to change was given, or it can't be used.
        """
        given: dict[str, Any] = {"text": text, "metadata": metadata, "categories": categories}
        if expiration_date is not Missing.MISSING:
            given["expiration_date"] = expiration_date
        changes = arguments.change(given)
        if not changes:
            raise ValidationError("update needs text, metadata, categories or expiration_date; none was given")
        [memory] = self._revise({arguments.identifier("memory_id", memory_id): changes})
        return responses.memory(memory)

    def batch_update(self, memories: Sequence[Mapping[str, Any]]) -> answers.Updated:
        """Update up to 1,000 memories in one transaction: all of them or none.

        Args:
            memories: objects with ``memory_id`` and what `update` takes: text, metadata, categories, expiration_date.

        Returns:
            ``{"message", "results": [memory, …]}``, the memories as they are now, in the order given.

        Raises:
            MemoryNotFoundError: one of them does not exist.
            ConflictError: one is immutable, or another memory of its scope already says this.
            ValidationError: more than 1,000, one of them twice, or nothing to change in one.
        """
        revised = self._revise(arguments.updates(memories))
        return {
            "message": f"{responses.counted(len(revised))} updated",
            "results": [responses.memory(memory) for memory in revised],
        }

    def _revise(self, wanted: Mapping[str, Mapping[str, Any]]) -> Sequence[StoredMemory]:
        """Change these memories in one transaction, retried when another writer wins.

        Args:
            wanted: memory id → what to change of it.

        Raises:
            MemoryNotFoundError: one of them is not there, or no longer.
            ConflictError: one of them is immutable.
        """
        # Read before anything is embedded: what is not there needs no vector.
        read = [self._currents(list(wanted))]
        written = [id for id, given in wanted.items() if "text" in given]
        embedded = self._parts.embed([wanted[id]["text"] for id in written], writing=True) if written else ()
        vectors = dict(zip(written, embedded, strict=True))
        store = self._parts.store()

        def attempt() -> Sequence[StoredMemory]:
            old = read.pop() if read else self._currents(list(wanted))
            fixed = [memory.id for memory in old if memory.immutable]
            if fixed:
                raise ConflictError(f"memory {fixed[0]} is immutable: delete it and add another instead")
            at = times.now()
            new = [_revised(memory, wanted[memory.id], at) for memory in old]
            changes = tuple(
                Revise(after, before.version_id, after.text != before.text, vectors.get(after.id))
                for before, after in zip(old, new, strict=True)
                if after is not before
            )
            if changes:
                store.apply([ChangeSet(new_id(), at, changes)])
            return new

        return retried(attempt, StaleVersionError)


def _revised(old: StoredMemory, given: Mapping[str, Any], at: datetime) -> StoredMemory:
    """The next version of a memory; the memory itself where nothing changes."""
    new = replace(old, **given)
    return old if new == old else replace(new, version_id=new_id(), updated_at=at)
