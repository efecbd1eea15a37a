"""The calls that find and list: search, get, get_all, users."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, overload

from typing_extensions import Unpack

from graphmem._sync.client.base import Base, not_found
from graphmem._sync.flows.search import SearchResult, search
from graphmem.dialect import answers, arguments, explanations, responses
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
    FoundFieldsOptions,
    FoundOptions,
    HitFieldsOptions,
    HitOptions,
    ListFieldsOptions,
    ListOptions,
)
from graphmem.errors import ValidationError
from graphmem.graph.spellings import called
from graphmem.model import times
from graphmem.model.filter import conjunction
from graphmem.model.requests import Listing


class Find(Base[Format]):
    """The calls that find and list."""

    # The type of the answer depends on output_format and fields. If a call gives no output_format, the client's own
    # decides, which is part of the type of `self`.
    @overload
    def search(self, query: str, *, output_format: V10, **options: Unpack[HitOptions]) -> list[answers.Hit]: ...
    @overload
    def search(
        self, query: str, *, output_format: V11, **options: Unpack[HitOptions]
    ) -> answers.Results[answers.Hit]: ...
    @overload
    def search(
        self: Find[V10 | None], query: str, *, output_format: None = None, **options: Unpack[HitOptions]
    ) -> list[answers.Hit]: ...
    @overload
    def search(
        self: Find[V11], query: str, *, output_format: None = None, **options: Unpack[HitOptions]
    ) -> answers.Results[answers.Hit]: ...
    @overload
    def search(
        self, query: str, *, output_format: V10, **options: Unpack[HitFieldsOptions]
    ) -> list[dict[str, Any]]: ...
    @overload
    def search(
        self, query: str, *, output_format: V11, **options: Unpack[HitFieldsOptions]
    ) -> answers.Results[dict[str, Any]]: ...
    @overload
    def search(
        self: Find[V10 | None], query: str, *, output_format: None = None, **options: Unpack[HitFieldsOptions]
    ) -> list[dict[str, Any]]: ...
    @overload
    def search(
        self: Find[V11], query: str, *, output_format: None = None, **options: Unpack[HitFieldsOptions]
    ) -> answers.Results[dict[str, Any]]: ...
    @overload
    def search(
        self, query: str, *, output_format: V11, **options: Unpack[FoundOptions]
    ) -> answers.Found[answers.Hit]: ...
    @overload
    def search(
        self: Find[V11], query: str, *, output_format: None = None, **options: Unpack[FoundOptions]
    ) -> answers.Found[answers.Hit]: ...
    @overload
    def search(
        self, query: str, *, output_format: V11, **options: Unpack[FoundFieldsOptions]
    ) -> answers.Found[dict[str, Any]]: ...
    @overload
    def search(
        self: Find[V11], query: str, *, output_format: None = None, **options: Unpack[FoundFieldsOptions]
    ) -> answers.Found[dict[str, Any]]: ...
    @overload
    def search(self, query: str, *, output_format: V11, **options: Unpack[AnyHitOptions]) -> answers.AnyFound: ...
    @overload
    def search(
        self, query: str, *, output_format: None = None, **options: Unpack[AnyHitOptions]
    ) -> answers.AnyFound: ...

    def search(
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
        messages: bool = False,
        output_format: OutputFormat | None = None,
    ) -> answers.AnyFound:
        """Find the memories that answer a query best. Expired ones are left out.

        The score of a hit says how much of what was asked stands in it, by words, by meaning and in the graph; it does not depend on the
        other hits, so it means the same in every search. `graphmem/search/ranking.py` has the formula. By the questions of
        ``python -m tests.benchmarks.finding``, with the embedder ``local``:

        - 0.7: most of the words of the query that mean something stand there, or a relation that answers all of it. Of 100 first hits
          with 0.7 or more 94 are right, of the ten first 77.
        - 0.5: of the first 90, of the ten first 71. 0.3: of the first 89, of the ten first 56. Nothing scores so high where nothing that is
          stored has to do with the query.
        - 0.1: of the first 72, of the ten first 24. What scores less is as good as nothing.

        A `threshold` of 0.1 keeps 98 of 100 right hits, and of 150 queries about nothing that is stored 22 still find something; 0.3
        keeps 85 and leaves these queries empty, 0.5 keeps 79, 0.7 keeps 70. Messages that were stored as they stand answer a question
        only in part more often: 1 of 5 right ones has less than 0.1, and 3 of 5 have less than 0.3.

        Args:
            query: words or a question; must not be blank.
            filters: a filter object.
            user_id, agent_id, app_id, run_id: only memories that carry all of these ids.
            categories: only memories with at least one of these. metadata: only memories with all of these values.
            top_k: the most memories to return, 1 to 1,000. limit: another name for it, which wins if both are given.
            threshold: the lowest score to return, 0 to 1. Default: 0. It cuts alike in every search.
            keyword_search: whether to search by words too, not only by meaning and by relations.
            rerank: without effect, because every search ranks the results of all arms together.
            fields: return only these fields.
            as_of: a time that is not in the future. The answer is what the store would have given then, by the store's clock.
            explain: add to each hit why it was found: rank and score in each arm, the path in the graph that led to it, what its score is
                made of, helpful neighbours, source messages. `why_not` tells it of a memory that is not among the hits.
            messages: also find what was said, in v1.1: the messages of `add` (with ``infer=False`` they are memories, and found as such).
                Conditions on ids, times (when it was said) and text hold for them as well; a message has no categories, metadata,
                expiration or memory_id, so it fails every condition on these except ``ne`` and ``nin``. A message is not found once
                a memory that was drawn from it was deleted or has expired, or once that is so of all memories of its call.
            output_format: v1.0 or v1.1. Default: the client's, else v1.0.

        Returns:
            In v1.0 a list of memories with ``score`` in [0, 1], best first; in v1.1 ``{"results": [memory, …], "relations": […]}``.
            With `messages` also ``"messages"``: at most `top_k`, best first, by the same score; empty if the client was made with
            ``find_messages=False``.

        Raises:
            ValidationError, FilterError, ScopeError: an argument can't be used, or messages are asked for in v1.0.
            EmbeddingError: the query could not be embedded.
        """
        form = self._answer_format(output_format, "v1.0")
        wanted = self._wanted(
            query,
            version=version,
            filter=self._filter(
                filters, categories, metadata, user_id=user_id, agent_id=agent_id, app_id=app_id, run_id=run_id
            ),
            top_k=top_k,
            limit=limit,
            threshold=threshold,
            keyword_search=keyword_search,
            as_of=as_of,
            messages=messages,
        )
        if messages and form == "v1.0":
            raise ValidationError('messages=True needs the form that has room for them: add output_format="v1.1"')
        # Only to check the names of the fields, before the search costs anything.
        responses.narrow((), fields, search=True)
        found = search(self._parts, wanted, relations=form == "v1.1", explain=bool(explain))
        rows = _hits(found, explain=explain)
        answer = responses.results(responses.narrow(rows, fields, search=True), found.relations, form)
        if not messages or isinstance(answer, list):
            return answer
        return responses.with_messages(answer, _said(found, explain=explain))

    def get(self, memory_id: str) -> answers.Memory:
        """Get one memory by its id.

        Raises:
            MemoryNotFoundError: there is no such memory, it was deleted or has expired, or it lies outside of the client's scope.
        """
        memory = self._current_memory(memory_id)
        # Expired memories can still be updated and deleted by id, but not read.
        if memory.expiration_date is not None and memory.expiration_date <= times.now():
            raise not_found(memory_id, "was deleted or has expired")
        return responses.memory(memory)

    # Pages come first, because they have the same form in every output format.
    @overload
    def get_all(self, *, fields: None = None, **options: Unpack[ByPageOptions]) -> answers.Page: ...
    @overload
    def get_all(self, *, fields: None = None, **options: Unpack[ByPageSizeOptions]) -> answers.Page: ...
    @overload
    def get_all(self, *, fields: Sequence[str], **options: Unpack[ByPageOptions]) -> answers.Page[dict[str, Any]]: ...
    @overload
    def get_all(
        self, *, fields: Sequence[str], **options: Unpack[ByPageSizeOptions]
    ) -> answers.Page[dict[str, Any]]: ...
    @overload
    def get_all(self, *, output_format: V10, **options: Unpack[ListOptions]) -> list[answers.Memory]: ...
    @overload
    def get_all(self, *, output_format: V11, **options: Unpack[ListOptions]) -> answers.Results: ...
    @overload
    def get_all(
        self: Find[V10 | None], *, output_format: None = None, **options: Unpack[ListOptions]
    ) -> list[answers.Memory]: ...
    @overload
    def get_all(self: Find[V11], *, output_format: None = None, **options: Unpack[ListOptions]) -> answers.Results: ...
    @overload
    def get_all(self, *, output_format: V10, **options: Unpack[ListFieldsOptions]) -> list[dict[str, Any]]: ...
    @overload
    def get_all(
        self, *, output_format: V11, **options: Unpack[ListFieldsOptions]
    ) -> answers.Results[dict[str, Any]]: ...
    @overload
    def get_all(
        self: Find[V10 | None], *, output_format: None = None, **options: Unpack[ListFieldsOptions]
    ) -> list[dict[str, Any]]: ...
    @overload
    def get_all(
        self: Find[V11], *, output_format: None = None, **options: Unpack[ListFieldsOptions]
    ) -> answers.Results[dict[str, Any]]: ...
    @overload
    def get_all(
        self, *, output_format: None = None, **options: Unpack[AnyListOptions]
    ) -> (
        answers.Page[answers.Memory]
        | answers.Page[dict[str, Any]]
        | answers.Rows[answers.Memory]
        | answers.Rows[dict[str, Any]]
    ): ...

    def get_all(
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
        limit: int | None = None,
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
        """List all memories that meet the conditions, newest first. Expired ones are left out.

        Args:
            filters: a filter object.
            user_id, agent_id, app_id, run_id: only memories that carry all of these ids.
            categories: only memories with at least one of these. metadata: only memories with all of these values.
            keywords: only memories whose text contains this, whatever its case.
            page: the number of the page, from 1. page_size: 1 to 1,000; 100 if only `page` is given. Without either, all
                memories are returned at once.
            limit: the most memories to return, the newest; not together with pages.
            start_date, end_date: bounds of ``created_at``, both included. A bare end date includes that whole day.
            fields: return only these fields.
            as_of: a time that is not in the future. The answer is what the store held then, by the store's clock.
            output_format: v1.0 or v1.1, for an answer without pages. Default: the client's, else v1.0.

        Returns:
            With `page` or `page_size`, ``{"count", "next", "previous", "results"}``, where ``count`` is the total of all pages;
            otherwise in v1.0 a list of memories, in v1.1 ``{"results": [memory, …], "relations": […]}``.

        Raises:
            ValidationError, FilterError, ScopeError: an argument can't be used.
        """
        arguments.one_of("version", version, ("v1", "v2"))
        form = self._answer_format(output_format, "v1.0")
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
        # Only to check the names of the fields, before anything is read.
        responses.narrow((), fields)
        paged = page is not None or page_size is not None
        number = arguments.whole_number("page", 1 if page is None else page, 1, 2**31)
        size = arguments.whole_number(
            "page_size", arguments.DEFAULT_PAGE_SIZE if page_size is None else page_size, 1, arguments.MAX_PAGE_SIZE
        )
        if limit is not None and paged:
            raise ValidationError("limit is for an answer without pages: leave out page and page_size, or limit")
        most = size if paged else None if limit is None else arguments.whole_number("limit", limit, 1, 2**31)
        store = self._parts.store()
        at, first = arguments.moment("as_of", as_of), (number - 1) * size if paged else 0
        if at is None:
            listing = store.select(filter, times.now(), first, most)
        else:
            # Past states are filtered here and not in the store, so all of them are read to cut out one page.
            found = [row.memory for row in self._past(filter, at)]
            listing = Listing(tuple(found if most is None else found[first : first + most]), len(found))
        # Narrowed last, because a page and its relations need whole memories.
        rows = responses.narrow(map(responses.memory, listing.memories), fields)
        if paged:
            return responses.page(rows, listing, number, size)
        ids = [memory.id for memory in listing.memories]
        relations = called(store.relations(ids, at), listing.memories) if form == "v1.1" else []
        return responses.results(rows, relations, form)

    def users(self) -> answers.Owners:
        """List the users, agents, apps and runs that have memories.

        Returns:
            ``{"results": [{"type", "id", "name", "total_memories", "created_at", "updated_at"}, …]}``.
        """
        store = self._parts.store()
        return {"results": [responses.owner(owner) for owner in store.owners(self._bounds_filter)]}


def _hits(found: SearchResult, *, explain: bool) -> list[answers.Hit]:
    """The memories as rows of an answer; with `explain`, each with why it was found."""
    looked = found.looked
    return [
        responses.hit(
            memory,
            hit.score,
            explanations.explanation(
                hit,
                looked.ranked,
                looked.findings.plan,
                found.sources.get(memory.id, ()),
                found.leads.get(memory.id),
            )
            if explain
            else None,
        )
        for memory, hit in found.memories
    ]


def _said(found: SearchResult, *, explain: bool) -> list[answers.SaidMessage]:
    """The messages likewise."""
    return [
        responses.said(
            message,
            hit.score,
            explanations.explanation(hit, found.looked.beside, "exact", ()) if explain else None,
        )
        for message, hit in found.messages
    ]
