"""The calls that write: add, update, delete, delete_all, delete_users, reset."""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from graphmem import arguments, clock, dialect
from graphmem._sync.add import add
from graphmem._sync.base import Base, not_found
from graphmem.arguments import Missing
from graphmem.changes import ChangeSet, Retire, Revise
from graphmem.concurrency import sync_sleep
from graphmem.errors import ConflictError, ScopeError, StaleVersionError, ValidationError
from graphmem.filters import Or, conjunction
from graphmem.filters.ast import of_scope
from graphmem.listing import narrowed
from graphmem.model import Memory, Scope
from graphmem.prompts import Instructions
from graphmem.resolution import Terms

Messages = str | Mapping[str, Any] | Sequence[Mapping[str, Any]]
When = str | int | float | datetime

_TRIES = 100
_MAX_PAUSE_SECONDS = 0.05


class Writing(Base):
    """Remembers and forgets."""

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
            dry_run: what it would do; nothing is written.

        Returns:
            v1.1 ``{"results": [{"id", "memory", "event"}, …], "relations": […]}``, v1.0 the bare list.
            `event` is ADD for what is new and NONE for what was known already.

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
        rows = [{"id": each.memory.id, "memory": each.memory.text, "event": each.event} for each in added.outcomes]
        return dialect.results(rows, added.relations, output_format)

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
        given: dict[str, Any] = {}
        if text is not None:
            given["text"] = arguments.text("text", text)
        if metadata is not None:
            given["metadata"] = arguments.metadata(metadata)
        if categories is not None:
            given["categories"] = arguments.categories(categories)
        if expiration_date is not Missing.MISSING:
            given["expiration_date"] = arguments.moment("expiration_date", expiration_date, day_end=True)
        if not given:
            raise ValidationError("update needs text, metadata, categories or expiration_date; none was given")
        old = self._current(memory_id)
        vector = (self._parts.embed([given["text"]], writing=True))[0] if "text" in given else None
        store = self._parts.store()
        for _ in range(_TRIES):
            if old.immutable:
                raise ConflictError(f"memory {old.id} is immutable: delete it and add another instead")
            new = replace(old, **given)
            if new == old:
                return dialect.memory(old)
            at = clock.now()
            new = replace(new, version_id=str(uuid.uuid4()), updated_at=at)
            change = Revise(new, old.version_id, text_changed=new.text != old.text, vector=vector)
            try:
                store.apply(ChangeSet(str(uuid.uuid4()), at, (change,)))
            except StaleVersionError:
                sync_sleep(random.uniform(0, _MAX_PAUSE_SECONDS))
                old = self._current(memory_id)
            else:
                return dialect.memory(new)
        raise StaleVersionError(old.id)

    def delete(self, memory_id: str) -> dict[str, Any]:
        """Take a memory out of every search and listing. Its history stays.

        Raises:
            MemoryNotFoundError: no such memory.
        """
        memory = self._current(memory_id)
        if not self._retire([memory]):
            raise not_found(memory_id)
        return {"message": "Memory deleted", "deleted": 1}

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
        store = self._parts.store()
        listing = store.select(conjunction((self._within, narrowed(None, scope, None, metadata))), None)
        count = self._retire(listing.memories)
        return {"message": f"{count} {'memory' if count == 1 else 'memories'} deleted", "deleted": count}

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
        given = {"user_id": user_id, "agent_id": agent_id, "app_id": app_id, "run_id": run_id}
        self._scope(**given)
        named = arguments.scope(given)
        if not named.ids:
            raise ScopeError(
                f"delete_users needs at least one of {', '.join(given)}; none was given. "
                'To delete everybody\'s memories, name each, or empty the store: reset(confirm="everything")'
            )
        anyone = Or(tuple(of_scope(Scope(**{name: value})) for name, value in named.ids.items()))
        listing = (self._parts.store()).select(conjunction((self._within, anyone)), None)
        count = self._retire(listing.memories)
        return {"message": f"{count} {'memory' if count == 1 else 'memories'} deleted", "deleted": count}

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
        if self._bounds.ids:
            raise ScopeError(
                "reset empties the whole store, and this client is bound to a scope: use delete_all, or a client without scope"
            )
        if confirm != "everything":
            raise ValidationError(
                f'reset deletes all memories and their history: to confirm, call reset(confirm="everything"), not {confirm!r}'
            )
        self._parts.reset()
        return {"message": "Everything deleted"}

    def _retire(self, memories: Sequence[Memory]) -> int:
        if not memories:
            return 0
        changes = tuple(Retire(memory.id, str(uuid.uuid4())) for memory in memories)
        applied = (self._parts.store()).apply(ChangeSet(str(uuid.uuid4()), clock.now(), changes))
        return len(changes) - len(applied.missing)
