"""The call that makes the text an agent pastes into its prompt: context."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, overload

from typing_extensions import Unpack

from graphmem._async.client.base import AsyncBase
from graphmem._async.flows.context import candidates_for, context
from graphmem.dialect import answers, arguments, responses
from graphmem.dialect.arguments import When
from graphmem.dialect.options import AnyContextOptions, ContextOptions, ExplainedContextOptions, Format

MAX_CONTEXT_TOKENS = 1_000_000


class AsyncContext(AsyncBase[Format]):
    """The call that makes the text an agent pastes into its prompt."""

    @overload
    async def context(self, query: str, **options: Unpack[ContextOptions]) -> str: ...
    @overload
    async def context(self, query: str, **options: Unpack[ExplainedContextOptions]) -> answers.Context: ...
    @overload
    async def context(self, query: str, **options: Unpack[AnyContextOptions]) -> str | answers.Context: ...

    async def context(
        self,
        query: str,
        *,
        max_tokens: int = 1_000,
        filters: Mapping[str, Any] | None = None,
        user_id: str | None = None,
        agent_id: str | None = None,
        app_id: str | None = None,
        run_id: str | None = None,
        as_of: When | None = None,
        explain: bool = False,
    ) -> str | answers.Context:
        """Make the text that an agent pastes into its prompt to answer a query: what is known, within a budget.

        The text has up to four parts, each with its best lines first: memories with the dates of when they were said, and of what they tell
        where the text does not name its year; where the query asks for what was so
        before ("used to", "before", "previous"), states that hold no more; what was said, with speakers and dates (as in `search`
        with ``messages=True``; of a long message the part that answers); and relations that the query asks for. Nothing is told
        twice: of two lines that say the same in the same words, the one that holds more is kept. The last line says how many
        memories and messages were left out, if any were.

        Args:
            query: words or a question; must not be blank.
            max_tokens: the most tokens that the text may have, 1 to 1,000,000. They are estimated, since each model counts in its own
                way: the bytes of the text in UTF-8 by 4, which is a little too high for English.
            filters: a filter object.
            user_id, agent_id, app_id, run_id: only memories and messages that carry all of these ids.
            as_of: a time that is not in the future. The answer is what the store would have given then, by the store's clock.
            explain: also return what the text holds and what was left out.

        Returns:
            The text; empty if nothing was found or there is no room for it. With `explain` ``{"context", "memories", "messages", "sources",
            "tokens", "characters", "left_out"}``: ids, and sizes.

        Raises:
            ValidationError, FilterError, ScopeError: an argument can't be used.
            EmbeddingError: the query could not be embedded.
        """
        most = arguments.whole_number("max_tokens", max_tokens, 1, MAX_CONTEXT_TOKENS)
        wanted = self._wanted(
            query,
            version="v2",
            filter=self._filter(filters, user_id=user_id, agent_id=agent_id, app_id=app_id, run_id=run_id),
            top_k=candidates_for(most),
            limit=None,
            threshold=None,
            keyword_search=True,
            as_of=as_of,
            messages=True,
        )
        found = await context(self._parts, wanted, most)
        return responses.context(found) if explain else found.text
