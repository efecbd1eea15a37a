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
from graphmem.model.when import event


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
        """Write a new version of a memory. Fields that are not given stay as they are.

        Args:
            text: the new text. It is embedded, and the relations that the old text supported end.
            metadata: replaces the whole object. categories: replaces the whole list.
            expiration_date: when the memory will be hidden; a bare date means the end of that day. None removes the old date.

        Returns:
            The memory as it is now.

        Raises:
            MemoryNotFoundError: there is no such memory.
            ConflictError: it is immutable, or another memory of its scope already has this text.
            ValidationError: nothing to change was given, or a value can't be used.
            EmbeddingError: the new text could not be embedded. Nothing was changed.
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
        """Update up to 1,000 memories in one transaction: either all of them or none.

        Args:
            memories: objects with ``memory_id`` and what `update` takes: ``text``, ``metadata``, ``categories``, ``expiration_date``.

        Returns:
            ``{"message", "results": [memory, …]}``: the memories as they are now, in the order given.

        Raises:
            MemoryNotFoundError: one of them does not exist.
            ConflictError: one of them is immutable, or another memory of its scope already has the new text.
            ValidationError: there are more than 1,000, one is listed twice, or one has nothing to change.
            EmbeddingError: a text could not be embedded. Nothing was changed.
        """
        revised = self._revise(arguments.updates(memories))
        return {
            "message": f"{responses.counted(len(revised))} updated",
            "results": [responses.memory(memory) for memory in revised],
        }

    def _revise(self, wanted: Mapping[str, Mapping[str, Any]]) -> Sequence[StoredMemory]:
        """Change these memories in one transaction. Retries if another writer changes one of them meanwhile.

        Args:
            wanted: memory id → the fields to change, with their new values.

        Raises:
            MemoryNotFoundError: one of them does not exist, or no longer.
            ConflictError: one of them is immutable.
        """
        # Read before embedding, which may cost money: a missing memory is an error anyway. The first attempt uses this
        # reading; later ones read again, because the memories have changed.
        first_reading = [self._current_memories(list(wanted))]
        with_text = [id for id, given in wanted.items() if "text" in given]
        embedded = self._parts.embed([wanted[id]["text"] for id in with_text], writing=True) if with_text else ()
        vectors = dict(zip(with_text, embedded, strict=True))
        store = self._parts.store()

        def attempt() -> Sequence[StoredMemory]:
            old = first_reading.pop() if first_reading else self._current_memories(list(wanted))
            immutable = [memory.id for memory in old if memory.immutable]
            if immutable:
                raise ConflictError(f"memory {immutable[0]} is immutable: delete it and add another instead")
            at = times.now()
            new = [_revised(memory, wanted[memory.id], at) for memory in old]
            changes = tuple(
                Revise(after, before.version_id, after.text != before.text, vectors.get(after.id))
                for before, after in zip(old, new, strict=True)
                # An update that changes nothing leaves no version behind.
                if after is not before
            )
            if changes:
                store.apply([ChangeSet(new_id(), at, changes)])
            return new

        return retried(attempt, StaleVersionError)


def _revised(old: StoredMemory, given: Mapping[str, Any], at: datetime) -> StoredMemory:
    """The next state of a memory; the same object if nothing changes."""
    new = replace(old, **given)
    # A new text that names days tells of these; else it tells of what the old one did.
    if new.text != old.text and (days := event(new.text, at.date())) is not None:
        new = replace(new, event_start=days.first, event_end=days.last)
    return old if new == old else replace(new, version_id=new_id(), updated_at=max(old.updated_at, at))
