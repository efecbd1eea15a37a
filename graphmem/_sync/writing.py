"""The calls that write: add, update, batch_update."""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from graphmem import arguments, clock, dialect
from graphmem._sync.add import add
from graphmem._sync.base import Base
from graphmem.arguments import Missing
from graphmem.changes import ChangeSet, Revise
from graphmem.concurrency import sync_sleep
from graphmem.errors import ConflictError, StaleVersionError, ValidationError
from graphmem.model import Memory
from graphmem.prompts import Instructions
from graphmem.resolution import Terms

Messages = str | Mapping[str, Any] | Sequence[Mapping[str, Any]]
When = str | int | float | datetime

_TRIES = 100
_MAX_PAUSE_SECONDS = 0.05


class Writing(Base):
    """Remembers, and changes what it remembers."""

    def add(
        self,
        messages: Messages,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        app_id: str | None = None,
        run_id: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        categories: Sequence[str] | None = None,
        infer: bool = True,
        timestamp: When | None = None,
        expiration_date: When | None = None,
        immutable: bool = False,
        includes: str | None = None,
        excludes: str | None = None,
        custom_instructions: str | None = None,
        custom_categories: Any = None,
        output_format: str = "v1.1",
        dry_run: bool = False,
        explain: bool = False,
    ) -> Any:
        """Remember what a conversation says.

        Args:
            messages: a string, a message ``{"role", "content", "name"?}`` or a list of them.
            user_id, agent_id, app_id, run_id: whose memories these become; at least one.
            metadata: a JSON object for everything this call stores. categories: likewise; they replace those found.
            infer: False stores every message that is not the system's as it stands, without a model.
            timestamp: when the conversation took place; nothing means now.
            expiration_date: after it the memories are hidden; a bare date counts to its end.
            immutable: whether updates are refused.
            includes, excludes, custom_instructions: for the model, in words.
            custom_categories: names, or name → description, instead of the default ones.
            dry_run: what it would do; nothing is written. explain: what was left out and what it cost; a dry run says it too.

        Returns:
            v1.1 ``{"results": [{"id", "memory", "event", "previous_memory"?}, …], "relations": […]}``, v1.0 the bare
            list. `event` is ADD for what is new, UPDATE where it takes the place of `previous_memory`, DELETE where it only says
            that this no longer holds, and NONE for what was known already.
            ``explain`` in v1.1: ``event_id``, what `undo` takes (None if nothing was written); how many facts were
            ``unsupported`` by the messages, ``unwanted`` or ``dropped``, how many messages were ``settled`` (read before), how
            many pasted memories ``recalled``; ``usage``: LLM calls, tokens, embeddings, milliseconds by stage.

        Raises:
            ValidationError, ScopeError: what was given can't be used.
            ExtractionError, EmbeddingError: the model failed. In every case nothing was written.
        """
        scope = self._scope(needed_by="add", user_id=user_id, agent_id=agent_id, app_id=app_id, run_id=run_id)
        said = arguments.messages(messages)
        at = arguments.moment("timestamp", timestamp) or clock.now()
        terms = Terms(
            scope=scope,
            at=at,
            timed=timestamp is not None,
            metadata=arguments.metadata(metadata),
            categories=arguments.categories(categories),
            immutable=bool(immutable),
            expiration_date=arguments.moment("expiration_date", expiration_date, day_end=True),
        )
        instructions = Instructions(
            said_at=at,
            for_user=scope.agent_id is None or scope.user_id is not None,
            for_agent=scope.agent_id is not None,
            includes=includes,
            excludes=excludes,
            custom=custom_instructions,
            categories=arguments.custom_categories(custom_categories),
        )
        arguments.one_of("output_format", output_format, arguments.OUTPUT_FORMATS)
        added = add(self._parts, said, terms, instructions, infer=infer, dry_run=dry_run)
        rows = dialect.outcomes(added.outcomes, added.known)
        if output_format == "v1.0":
            return rows
        answer = dialect.results(rows, added.relations, output_format)
        if explain or dry_run:
            answer["explain"] = dialect.explained(
                added.id, added.extraction, added.settled, added.recalled, added.usage
            )
        return answer

    def update(
        self,
        memory_id: str,
        text: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        categories: Sequence[str] | None = None,
        expiration_date: When | Missing | None = Missing.MISSING,
    ) -> dict[str, Any]:
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
        return dialect.memory(memory)

    def batch_update(self, memories: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
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
            "message": f"{dialect.counted(len(revised))} updated",
            "results": [dialect.memory(memory) for memory in revised],
        }

    def _revise(self, wanted: Mapping[str, Mapping[str, Any]]) -> list[Memory]:
        """Memory id → what to change of it, for all in one transaction; tried anew when somebody else was faster."""
        old = self._currents(list(wanted))
        written = [id for id, given in wanted.items() if "text" in given]
        embedded = self._parts.embed([wanted[id]["text"] for id in written], writing=True) if written else ()
        vectors = dict(zip(written, embedded, strict=True))
        store = self._parts.store()
        for _ in range(_TRIES):
            fixed = [memory.id for memory in old if memory.immutable]
            if fixed:
                raise ConflictError(f"memory {fixed[0]} is immutable: delete it and add another instead")
            at = clock.now()
            new = [_revised(memory, wanted[memory.id], at) for memory in old]
            changes = tuple(
                Revise(after, before.version_id, after.text != before.text, vectors.get(after.id))
                for before, after in zip(old, new, strict=True)
                if after is not before
            )
            if not changes:
                return new
            try:
                store.apply(ChangeSet(str(uuid.uuid4()), at, changes))
            except StaleVersionError:
                sync_sleep(random.uniform(0, _MAX_PAUSE_SECONDS))
                old = self._currents(list(wanted))
            else:
                return new
        raise StaleVersionError(old[0].id)


def _revised(old: Memory, given: Mapping[str, Any], at: datetime) -> Memory:
    """The next version of a memory; the memory itself where nothing changes."""
    new = replace(old, **given)
    return old if new == old else replace(new, version_id=str(uuid.uuid4()), updated_at=at)
