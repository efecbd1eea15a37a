"""The calls that find and list: search, get, get_all, users."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, overload

from typing_extensions import Unpack

from graphmem._async.client.base import AsyncBase, not_found
from graphmem._async.flows.search import search
from graphmem.dialect import answers, arguments, responses
from graphmem.dialect.arguments import OutputFormat, When
from graphmem.dialect.conditions import listing_filter
from graphmem.dialect.options import (
    V10,
    V11,
    AnyHitOptions,
    AnyListOptions,
    ByPageOptions,
    ByPageSizeOptions,
    Format,
    HitFieldsOptions,
    HitOptions,
    ListFieldsOptions,
    ListOptions,
)
from graphmem.model import times
from graphmem.model.filter import conjunction
from graphmem.model.requests import Listing


class AsyncFind(AsyncBase[Format]):
    """The calls that find and list."""

    @overload
    async def search(self, query: str, *, output_format: V10, **options: Unpack[HitOptions]) -> list[answers.Hit]: ...
    @overload
    async def search(
        self, query: str, *, output_format: V11, **options: Unpack[HitOptions]
    ) -> answers.Results[answers.Hit]: ...
    @overload
    async def search(
        self: AsyncFind[V10 | None], query: str, *, output_format: None = None, **options: Unpack[HitOptions]
    ) -> list[answers.Hit]: ...
    @overload
    async def search(
        self: AsyncFind[V11], query: str, *, output_format: None = None, **options: Unpack[HitOptions]
    ) -> answers.Results[answers.Hit]: ...
    @overload
    async def search(
        self, query: str, *, output_format: V10, **options: Unpack[HitFieldsOptions]
    ) -> list[dict[str, Any]]: ...
    @overload
    async def search(
        self, query: str, *, output_format: V11, **options: Unpack[HitFieldsOptions]
    ) -> answers.Results[dict[str, Any]]: ...
    @overload
    async def search(
        self: AsyncFind[V10 | None], query: str, *, output_format: None = None, **options: Unpack[HitFieldsOptions]
    ) -> list[dict[str, Any]]: ...
    @overload
    async def search(
        self: AsyncFind[V11], query: str, *, output_format: None = None, **options: Unpack[HitFieldsOptions]
    ) -> answers.Results[dict[str, Any]]: ...
    @overload
    async def search(
        self, query: str, *, output_format: None = None, **options: Unpack[AnyHitOptions]
    ) -> answers.Rows[answers.Hit] | answers.Rows[dict[str, Any]]: ...

    async def search(
        self,
        query: str,
        *,
        version: str = "v1",
        filters: Mapping[str, Any] | None = None,
        user_id: str | None = None,
        agent_id: str | None = None,
        app_id: str | None = None,
        run_id: str | None = None,
        categories: Sequence[str] | None = None,
        metadata: Mapping[str, Any] | None = None,
        top_k: int = 10,
        limit: int | None = None,
        threshold: float | None = None,
        rerank: bool = False,  # noqa: ARG002
        keyword_search: bool = True,
        fields: Sequence[str] | None = None,
        as_of: When | None = None,
        explain: bool = False,
        output_format: OutputFormat | None = None,
    ) -> answers.Rows[answers.Hit] | answers.Rows[dict[str, Any]]:
        """Find the memories that answer a query best.

        Args:
            query: words or a question, at least one character that is not white space.
            filters: a filter object. user_id to metadata: narrow it further; categories means any of them, metadata all of it.
            top_k: how many at most, 1 to 1,000; limit is another name for it.
            threshold: the least score, from 0 to 1.
            keyword_search: whether words count beside meaning. rerank: has no effect; every search ranks all its arms.
            fields: the only fields to return.
            as_of: a time up to now: the answer as the store would have given it then (by the store's own clock).
            explain: adds to each hit its rank and score in each arm, the neighbours that helped and the source messages.
            output_format: of the answer, v1.0 or v1.1; nothing means the client's, else v1.0.

        Returns:
            v1.0 a list of memories with `score` in [0, 1], best first; v1.1 ``{"results": […], "relations": […]}``.

        Raises:
            ValidationError, FilterError, ScopeError: what was given can't be used.
            EmbeddingError: the query could not be embedded.
        """
        arguments.one_of("version", version, ("v1", "v2"))
        form = self._form(output_format, "v1.0")
        filter = self._filter(
            filters, categories, metadata, user_id=user_id, agent_id=agent_id, app_id=app_id, run_id=run_id
        )
        responses.narrow((), fields, search=True)
        found = await search(
            self._parts,
            arguments.text("query", query),
            filter,
            top_k=arguments.whole(
                "top_k" if limit is None else "limit", top_k if limit is None else limit, 1, arguments.MAX_TOP_K
            ),
            threshold=0.0 if threshold is None else arguments.share("threshold", threshold),
            words=bool(keyword_search),
            relations=form == "v1.1",
            sources=bool(explain),
            as_of=arguments.moment("as_of", as_of),
        )
        rows = [
            responses.hit(
                memory,
                hit.score,
                responses.explanation(hit, found.ranked, found.plan, found.sources.get(memory.id, ()))
                if explain
                else None,
            )
            for memory, hit in found.memories
        ]
        return responses.results(responses.narrow(rows, fields, search=True), found.relations, form)

    async def get(self, memory_id: str) -> answers.Memory:
        """One memory.

        Raises:
            MemoryNotFoundError: there is none with this id, or it was deleted, has expired or is another scope's.
        """
        memory = await self._current(memory_id)
        if memory.expiration_date is not None and memory.expiration_date <= times.now():
            raise not_found(memory_id)
        return responses.memory(memory)

    @overload
    async def get_all(self, *, fields: None = None, **options: Unpack[ByPageOptions]) -> answers.Page: ...
    @overload
    async def get_all(self, *, fields: None = None, **options: Unpack[ByPageSizeOptions]) -> answers.Page: ...
    @overload
    async def get_all(
        self, *, fields: Sequence[str], **options: Unpack[ByPageOptions]
    ) -> answers.Page[dict[str, Any]]: ...
    @overload
    async def get_all(
        self, *, fields: Sequence[str], **options: Unpack[ByPageSizeOptions]
    ) -> answers.Page[dict[str, Any]]: ...
    @overload
    async def get_all(self, *, output_format: V10, **options: Unpack[ListOptions]) -> list[answers.Memory]: ...
    @overload
    async def get_all(self, *, output_format: V11, **options: Unpack[ListOptions]) -> answers.Results: ...
    @overload
    async def get_all(
        self: AsyncFind[V10 | None], *, output_format: None = None, **options: Unpack[ListOptions]
    ) -> list[answers.Memory]: ...
    @overload
    async def get_all(
        self: AsyncFind[V11], *, output_format: None = None, **options: Unpack[ListOptions]
    ) -> answers.Results: ...
    @overload
    async def get_all(self, *, output_format: V10, **options: Unpack[ListFieldsOptions]) -> list[dict[str, Any]]: ...
    @overload
    async def get_all(
        self, *, output_format: V11, **options: Unpack[ListFieldsOptions]
    ) -> answers.Results[dict[str, Any]]: ...
    @overload
    async def get_all(
        self: AsyncFind[V10 | None], *, output_format: None = None, **options: Unpack[ListFieldsOptions]
    ) -> list[dict[str, Any]]: ...
    @overload
    async def get_all(
        self: AsyncFind[V11], *, output_format: None = None, **options: Unpack[ListFieldsOptions]
    ) -> answers.Results[dict[str, Any]]: ...
    @overload
    async def get_all(
        self, *, output_format: None = None, **options: Unpack[AnyListOptions]
    ) -> (
        answers.Page[answers.Memory]
        | answers.Page[dict[str, Any]]
        | answers.Rows[answers.Memory]
        | answers.Rows[dict[str, Any]]
    ): ...

    async def get_all(
        self,
        *,
        version: str = "v1",
        filters: Mapping[str, Any] | None = None,
        user_id: str | None = None,
        agent_id: str | None = None,
        app_id: str | None = None,
        run_id: str | None = None,
        categories: Sequence[str] | None = None,
        keywords: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        page: int | None = None,
        page_size: int | None = None,
        start_date: When | None = None,
        end_date: When | None = None,
        fields: Sequence[str] | None = None,
        as_of: When | None = None,
        output_format: OutputFormat | None = None,
    ) -> (
        answers.Page[answers.Memory]
        | answers.Page[dict[str, Any]]
        | answers.Rows[answers.Memory]
        | answers.Rows[dict[str, Any]]
    ):
        """All memories that meet the conditions, newest first.

        Args:
            filters: a filter object. user_id to metadata: narrow it further; categories means any of them, metadata all of it.
            keywords: the text contains it, case ignored.
            page: from 1. page_size: 1 to 1,000, 100 if only a page is given. Without either, everything is returned.
            start_date, end_date: bounds of created_at, both included; a bare end date counts to its end.
            fields: the only fields to return.
            as_of: a time up to now: what the store held then (by the store's own clock).
            output_format: of an answer without pages, v1.0 or v1.1; nothing means the client's, else v1.0.

        Returns:
            With a page or page size ``{"count", "next", "previous", "results"}``, where count is of all pages;
            else v1.0 a list, v1.1 ``{"results": […], "relations": […]}``.

        Raises:
            ValidationError, FilterError, ScopeError: what was given can't be used.
        """
        arguments.one_of("version", version, ("v1", "v2"))
        form = self._form(output_format, "v1.0")
        filter = conjunction(
            (
                self._filter(
                    filters, categories, metadata, user_id=user_id, agent_id=agent_id, app_id=app_id, run_id=run_id
                ),
                listing_filter(
                    keywords,
                    arguments.moment("start_date", start_date),
                    arguments.moment("end_date", end_date, day_end=True),
                ),
            )
        )
        responses.narrow((), fields)
        paged = page is not None or page_size is not None
        number = arguments.whole("page", 1 if page is None else page, 1, 2**31)
        size = arguments.whole(
            "page_size", arguments.DEFAULT_PAGE_SIZE if page_size is None else page_size, 1, arguments.MAX_PAGE_SIZE
        )
        store = await self._parts.store()
        at, first = arguments.moment("as_of", as_of), (number - 1) * size if paged else 0
        if at is None:
            listing = await store.select(filter, times.now(), first, size if paged else None)
        else:
            found = [row.memory for row in await self._past(filter, at)]
            listing = Listing(tuple(found[first : first + size] if paged else found), len(found))
        rows = responses.narrow(map(responses.memory, listing.memories), fields)
        if paged:
            return responses.page(rows, listing, number, size)
        ids = [memory.id for memory in listing.memories]
        relations = await store.relations(ids, at) if form == "v1.1" else []
        return responses.results(rows, relations, form)

    async def users(self) -> answers.Owners:
        """Users, agents, apps and runs that have memories: ``{"results": [{"type", "id", "total_memories", …}]}``."""
        store = await self._parts.store()
        return {"results": [responses.owner(each) for each in await store.owners(self._within)]}
