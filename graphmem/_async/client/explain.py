"""The call that tells why a search did not return a memory: why_not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphmem._async.client.base import AsyncBase
from graphmem._async.flows.why_not import why_not
from graphmem.dialect import answers, arguments, explanations
from graphmem.dialect.arguments import When
from graphmem.dialect.options import Format


class AsyncExplain(AsyncBase[Format]):
    """The call that tells why a search did not return a memory."""

    async def why_not(
        self,
        query: str,
        memory_id: str,
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
        as_of: When | None = None,
    ) -> answers.WhyNot:
        """Tell what became of one memory in a search: in what place it came, and which arm, condition or threshold kept it out.

        The search is made again, with the arguments that `search` takes. A memory outside of the client's scope looks like one that
        does not exist.

        Args:
            query: of the search. memory_id: of the memory that it should have returned.
            filters: a filter object.
            user_id, agent_id, app_id, run_id: only memories that carry all of these ids.
            categories: only memories with at least one of these. metadata: only memories with all of these values.
            top_k: the most memories that the search returns, 1 to 1,000. limit: another name for it, which wins if both are given.
            threshold: the lowest score that it returns, 0 to 1. Default: 0.
            keyword_search: whether it searches by words too.
            rerank: without effect.
            as_of: a time that is not in the future, for a search of what the store held then.

        Returns:
            ``{"memory_id", "found", "reason", "because", "place", "score", "condition", "arms", "missed", "signals"}``.
            ``because`` is a sentence for people; `WhyNot` tells what the others mean.

        Raises:
            ValidationError, FilterError, ScopeError: an argument can't be used.
            EmbeddingError: the query could not be embedded.
        """
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
        )
        id = arguments.identifier("memory_id", memory_id)
        why, looked = await why_not(self._parts, wanted, id, self._visible)
        hits, plan = (looked.ranked, looked.findings.plan) if looked else ((), "none")
        return explanations.why_not(id, why, hits, plan)
