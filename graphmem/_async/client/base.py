"""What all calls of a client share: its parts, its bounds, and how it ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Generic

from typing_extensions import Self

from graphmem import settings
from graphmem._async.parts import AsyncParts
from graphmem._async.protocols import AsyncEmbedder, AsyncLLM, AsyncStore
from graphmem.dialect import arguments
from graphmem.dialect.arguments import OutputFormat
from graphmem.dialect.conditions import narrowed
from graphmem.dialect.options import Format
from graphmem.errors import MemoryNotFoundError, ScopeError
from graphmem.history.as_of import within
from graphmem.model.filter import Filter, conjunction, of_scope, scope_part
from graphmem.model.memory import SCOPE_FIELDS, Scope, StoredMemory
from graphmem.model.requests import Past, StoreInfo
from graphmem.settings import OpenAISettings


class AsyncBase(Generic[Format]):
    """Holds the parts and the bounds of a client, and checks scopes against them."""

    # Whether a call has warned of arguments that change nothing here.
    _told_of_ignored = False

    def __init__(
        self,
        store: str | Path | AsyncStore | None = None,
        *,
        llm: OpenAISettings | Mapping[str, Any] | str | AsyncLLM | None = None,
        embedder: OpenAISettings | Mapping[str, Any] | str | AsyncEmbedder | None = None,
        scope: Mapping[str, str] | None = None,
        # Nothing but None is given where nothing is said, and then it is what Format is.
        output_format: Format = None,  # type: ignore[assignment]
        username: str | None = None,
        password: str | None = None,
        database: str | None = None,
        api_key: str | None = None,  # noqa: ARG002
        org_id: str | None = None,  # noqa: ARG002
        project_id: str | None = None,  # noqa: ARG002
    ) -> None:
        unknown = [name for name in scope or {} if name not in SCOPE_FIELDS]
        if unknown:
            raise ScopeError(f"scope takes {', '.join(SCOPE_FIELDS)}, not {', '.join(map(str, unknown))}")
        self._bounds = arguments.scope(scope or {})
        self._within: Filter = of_scope(self._bounds)
        self._output_format = arguments.output_format(output_format)
        self._parts = AsyncParts(
            settings.choose_store(store, username=username, password=password, database=database),
            settings.choose_llm(llm),
            settings.choose_embedder(embedder),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} store={self._parts.choices['store'].name!r}>"

    async def info(self) -> StoreInfo:
        """What the store is and holds."""
        return await (await self._parts.store()).info()

    @property
    def choices(self) -> Mapping[str, settings.Choice]:
        """Which store, llm and embedder this client uses, and why."""
        return dict(self._parts.choices)

    async def close(self) -> None:
        """Give back connections. May be called twice; other calls afterwards are errors."""
        await self._parts.close()

    def _scope(self, needed_by: str | None = None, **ids: str | None) -> Scope:
        """The ids of a call, completed by the client's own."""
        return arguments.scope({**self._given(**ids).ids, **self._bounds.ids}, needed_by=needed_by)

    def _given(self, needed_by: str | None = None, **ids: str | None) -> Scope:
        """The ids of a call; an id of the client's own can't be given another value."""
        given = arguments.scope(ids, needed_by=needed_by)
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
        """The conditions of a call that reads, within the client's own scope."""
        return conjunction((self._within, narrowed(filters, self._scope(**ids), categories, metadata)))

    def _visible(self, memory: StoredMemory) -> bool:
        """Whether a memory, current or not, lies within the client's own scope."""
        return all(getattr(memory.scope, name) == value for name, value in self._bounds.ids.items())

    def _whole(self, does: str, instead: str = "use one without") -> None:
        """Refuses what is about the whole store to a client that is bound to a scope."""
        if self._bounds.ids:
            raise ScopeError(f"{does} the whole store, and this client is bound to a scope: {instead}")

    def _form(self, given: OutputFormat | None, default: OutputFormat) -> OutputFormat:
        """The form of an answer: the call's, else the client's, else the default."""
        return arguments.output_format(given) or self._output_format or default

    async def _current(self, memory_id: str) -> StoredMemory:
        return (await self._currents([arguments.identifier("memory_id", memory_id)]))[0]

    async def _currents(self, memory_ids: Sequence[str]) -> Sequence[StoredMemory]:
        """The current memories with these ids, all of them, in this order."""
        if not memory_ids:
            return ()
        store = await self._parts.store()
        found = (await store.select(self._within, None, ids=memory_ids)).memories
        known = {memory.id for memory in found}
        missing = [memory_id for memory_id in memory_ids if memory_id not in known]
        if missing:
            raise not_found(missing[0])
        return found

    async def _past(self, filter: Filter, at: datetime) -> list[Past]:
        """The memories that met the filter at that time, as they were, newest first."""
        return within(await (await self._parts.store()).past(scope_part(filter), at), filter, at)


def not_found(memory_id: str) -> MemoryNotFoundError:
    return MemoryNotFoundError(
        f"no memory {memory_id!r}: it does not exist, was deleted or has expired, or lies outside of this client's scope"
    )
