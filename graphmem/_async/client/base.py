"""What all calls of a client share: its parts, its scope and how it is closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, Literal

from typing_extensions import Self

from graphmem import settings
from graphmem._async.flows import ping
from graphmem._async.flows.graph import Question
from graphmem._async.flows.search import Wanted
from graphmem._async.parts import AsyncParts
from graphmem._async.protocols import AsyncEmbedder, AsyncLLM, AsyncStore
from graphmem.dialect import answers, arguments
from graphmem.dialect.arguments import OutputFormat, When
from graphmem.dialect.conditions import narrowed
from graphmem.dialect.options import Format
from graphmem.errors import MemoryNotFoundError, ScopeError, shown
from graphmem.history.as_of import within
from graphmem.model.filter import Filter, beyond_scope, conjunction, of_scope, scope_part
from graphmem.model.memory import Scope, StoredMemory
from graphmem.model.requests import Past, StoreInfo
from graphmem.settings import OpenAISettings


class AsyncBase(Generic[Format]):
    """Holds the parts of a client and the scope it is bound to, and checks the ids of calls against that scope."""

    # A client warns only once about arguments that have no effect.
    _warned_of_ignored = False
    _warned_of_rules = False
    _warned_of_literal = False

    def __init__(
        self,
        store: str | Path | AsyncStore | None = None,
        *,
        llm: OpenAISettings | Mapping[str, Any] | str | AsyncLLM | None = None,
        embedder: OpenAISettings | Mapping[str, Any] | str | AsyncEmbedder | None = None,
        scope: Mapping[str, str] | None = None,
        find_messages: bool | None = None,
        secrets: Literal["drop", "keep"] | None = None,
        # mypy can't see that Format is None when this argument is left out.
        output_format: Format = None,  # type: ignore[assignment]
        username: str | None = None,
        password: str | None = None,
        database: str | None = None,
        api_key: str | None = None,  # noqa: ARG002
        org_id: str | None = None,  # noqa: ARG002
        project_id: str | None = None,  # noqa: ARG002
    ) -> None:
        self._bounds = arguments.bounds(scope)
        # Part of every filter, so a call can't reach beyond the scope of the client.
        self._bounds_filter: Filter = of_scope(self._bounds)
        self._output_format = arguments.output_format(output_format)
        self._keep_secrets = settings.choose_secrets(secrets)
        self._parts = AsyncParts(
            settings.choose_store(store, username=username, password=password, database=database),
            settings.choose_llm(llm),
            settings.choose_embedder(embedder),
            find_messages=settings.choose_find_messages(find_messages),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} store={self._parts.choices['store'].name!r}>"

    async def info(self) -> StoreInfo:
        """What the store is, and how much it holds.

        Raises:
            StoreError: the client was closed, or the store can't be used.
        """
        return await (await self._parts.store()).info()

    async def ping(self) -> list[answers.Pinged]:
        """Ask the store, the embedder and the language model once whether they work. Nothing is written.

        Returns:
            For each of the three ``{"part", "name", "milliseconds", "error"}``; `error` is what its call would raise, None if it works.
            The built-in rules and the local embedder are asked, too.
        """
        return [
            {"part": each.part, "name": each.name, "milliseconds": each.milliseconds, "error": each.error}
            for each in await ping.ping(self._parts)
        ]

    @property
    def choices(self) -> Mapping[str, settings.Choice]:
        """Which store, language model and embedder this client uses, and why, by the keys ``store``, ``llm`` and ``embedder``."""
        return dict(self._parts.choices)

    async def close(self) -> None:
        """Close all connections. May be called twice; any other call afterwards raises StoreError."""
        await self._parts.close()

    def _scope(self, needed_by: str | None = None, **ids: str | None) -> Scope:
        """The ids given to a call, together with those the client is bound to.

        Raises:
            ScopeError: an id is malformed or outside of the client's scope; or there is none, and `needed_by` (a call) needs one.
        """
        if not self._bounds.ids:
            return arguments.scope(ids, needed_by=needed_by)
        return arguments.scope({**self._requested_scope(**ids).ids, **self._bounds.ids}, needed_by=needed_by)

    def _requested_scope(self, needed_by: str | None = None, **ids: str | None) -> Scope:
        """Only the ids given to a call.

        Raises:
            ScopeError: as in `_scope`.
        """
        given = arguments.scope(ids, needed_by=needed_by)
        # A call may repeat an id of the client, but not replace it.
        for name, value in self._bounds.ids.items():
            if getattr(given, name) not in (None, value):
                raise ScopeError(f"{name}={getattr(given, name)!r} is outside of this client's scope, {name}={value!r}")
        return given

    def _filter(
        self,
        filters: Mapping[str, Any] | None,
        categories: Sequence[str] | None = None,
        metadata: Mapping[str, Any] | None = None,
        **ids: str | None,
    ) -> Filter:
        """All conditions of a call that reads, and the client's own scope."""
        return conjunction((self._bounds_filter, narrowed(filters, self._scope(**ids), categories, metadata)))

    def _wanted(
        self,
        query: str,
        *,
        version: str,
        filter: Filter,
        top_k: int,
        limit: int | None,
        threshold: float | None,
        keyword_search: bool,
        as_of: When | None,
        messages: bool = False,
    ) -> Wanted:
        """What a search is asked for, checked; arguments as in `search`."""
        arguments.one_of("version", version, ("v1", "v2"))
        # An error names the argument that the caller used.
        name, most = ("top_k", top_k) if limit is None else ("limit", limit)
        return Wanted(
            arguments.text("query", query),
            filter,
            arguments.whole_number(name, most, 1, arguments.MAX_TOP_K),
            0.0 if threshold is None else arguments.fraction("threshold", threshold),
            bool(keyword_search),
            arguments.moment("as_of", as_of),
            bool(messages),
        )

    def _question(
        self, filters: Mapping[str, Any] | None, as_of: When | None, valid_at: When | None = None, **ids: str | None
    ) -> Question:
        """What a call about the graph may tell: of which memories, and of which times."""
        filter = self._filter(filters, None, None, **ids)
        return Question(filter, arguments.moment("as_of", as_of), arguments.moment("valid_at", valid_at))

    def _visible(self, memory: StoredMemory) -> bool:
        """Whether a memory lies within the client's own scope. It need not be current."""
        return all(getattr(memory.scope, name) == value for name, value in self._bounds.ids.items())

    def _refuse_if_scoped(self, does: str, instead: str = "use a client without scope") -> None:
        """Stops a call that concerns the whole store if this client may see only part of it.

        Args:
            does: the call and its verb, such as ``reset empties``. instead: the advice that ends the message.
        """
        if self._bounds.ids:
            raise ScopeError(f"{does} the whole store, but this client is bound to a scope: {instead}")

    def _answer_format(self, given: OutputFormat | None, default: OutputFormat) -> OutputFormat:
        """The form of an answer: the call's if given, else the client's, else the default."""
        return arguments.output_format(given) or self._output_format or default

    async def _current_memory(self, memory_id: str) -> StoredMemory:
        return (await self._current_memories([arguments.identifier("memory_id", memory_id)]))[0]

    async def _current_memories(self, memory_ids: Sequence[str]) -> Sequence[StoredMemory]:
        """The current memories with these ids, in the order of the ids.

        Raises:
            MemoryNotFoundError: one of them does not exist, was deleted, or lies outside of the client's scope.
        """
        if not memory_ids:
            return ()
        store = await self._parts.store()
        # Without a time, expired memories are found too: they can still be changed and deleted.
        found = (await store.select(self._bounds_filter, None, ids=memory_ids)).memories
        known = {memory.id for memory in found}
        missing = [memory_id for memory_id in memory_ids if memory_id not in known]
        if missing:
            raise not_found(missing[0])
        return found

    async def _past(self, filter: Filter, at: datetime) -> list[Past]:
        """The memories that met the filter at that time, in the state they had then, newest first."""
        # Stores filter past states by scope ids only; all other conditions are evaluated here.
        return within(await (await self._parts.store()).past(scope_part(filter), at), beyond_scope(filter), at)


def not_found(memory_id: str, gone: str = "was deleted") -> MemoryNotFoundError:
    """The error for an id of no memory. `gone`: what may have become of it, as this call sees it."""
    return MemoryNotFoundError(
        f"no memory {shown(memory_id)}: it does not exist, {gone}, or lies outside of this client's scope"
    )
