"""The calls that remember: add, add_many."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, overload

from typing_extensions import Unpack

from graphmem._async.client.base import AsyncBase
from graphmem._async.flows.add import Chunk, add
from graphmem.dialect import answers, arguments, calls, responses
from graphmem.dialect.arguments import Messages, OutputFormat, When
from graphmem.dialect.options import V10, V11, AddOptions, Format
from graphmem.errors import (
    GraphMemError,
    ValidationError,
)
from graphmem.model import times
from graphmem.model.memory import SCOPE_FIELDS
from graphmem.remember import batches, call
from graphmem.remember.call import Call, Remembered
from graphmem.remember.usage import Usage


class AsyncRemember(AsyncBase[Format]):
    """The calls that remember."""

    @overload
    async def add(
        self, messages: Messages, *, output_format: V10, **options: Unpack[AddOptions]
    ) -> list[answers.AddedRow]: ...
    @overload
    async def add(self, messages: Messages, *, output_format: V11, **options: Unpack[AddOptions]) -> answers.Added: ...
    @overload
    async def add(
        self: AsyncRemember[V10], messages: Messages, *, output_format: None = None, **options: Unpack[AddOptions]
    ) -> list[answers.AddedRow]: ...
    @overload
    async def add(
        self: AsyncRemember[V11 | None],
        messages: Messages,
        *,
        output_format: None = None,
        **options: Unpack[AddOptions],
    ) -> answers.Added: ...
    @overload
    async def add(
        self, messages: Messages, *, output_format: None = None, **options: Unpack[AddOptions]
    ) -> answers.Added | list[answers.AddedRow]: ...

    async def add(
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
        output_format: OutputFormat | None = None,
        dry_run: bool = False,
        explain: bool = False,
    ) -> answers.Added | list[answers.AddedRow]:
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
            output_format: of the answer, v1.0 or v1.1; nothing means the client's, else v1.1.
            dry_run: what it would do; nothing is written. explain: what was left out and what it cost; a dry run says it too.

        Returns:
            v1.1 ``{"results": [{"id", "memory", "event", "previous_memory"?}, …], "relations": […]}``, v1.0 the bare
            list. `event` is ADD for what is new, UPDATE where it takes the place of `previous_memory`, DELETE for what no longer
            holds, and NONE for what was known already.
            ``explain`` in v1.1: ``event_id``, what `undo` takes (None if nothing was written); how many facts were
            ``unsupported`` by the messages, ``unwanted`` or ``dropped``, how many messages were ``settled`` (read before), how
            many pasted memories ``recalled``; ``usage``: LLM calls, tokens, embeddings, milliseconds by stage.

        Raises:
            ValidationError, ScopeError: what was given can't be used.
            ExtractionError, EmbeddingError: the model failed. In every case nothing was written.
        """
        call = self._call(
            messages,
            {"user_id": user_id, "agent_id": agent_id, "app_id": app_id, "run_id": run_id},
            {
                "metadata": metadata,
                "categories": categories,
                "infer": infer,
                "timestamp": timestamp,
                "expiration_date": expiration_date,
                "immutable": immutable,
                "includes": includes,
                "excludes": excludes,
                "custom_instructions": custom_instructions,
                "custom_categories": custom_categories,
            },
        )
        form = self._form(output_format, "v1.1")
        added = await add(self._parts, call, dry_run=dry_run)
        if form == "v1.0":
            return responses.added_rows(added)
        return responses.added(added, explain=explain or dry_run)

    async def add_many(
        self,
        conversations: Sequence[Messages | Mapping[str, Any]],
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
        chunk_size: int = 100,
        workers: int = 4,
        progress: Callable[[int], None] | None = None,
        explain: bool = False,
    ) -> answers.AddedMany:
        """Remember many conversations: what as many calls of `add` would, in fewer round trips.

        A chunk is read together, a language model being asked for several conversations at once; its facts are embedded in one
        batch and written in one transaction. A conversation that speaks of what one before it in its chunk says is decided
        after that one is written, in a transaction that follows.

        Args:
            conversations: each as `messages` of `add`, or ``{"messages": …}`` with ids and options of its own, such as
                ``user_id`` or ``timestamp``. All of them are checked before anything is written.
            user_id … custom_categories: as in `add`, for those that do not say otherwise.
            chunk_size: conversations in a transaction, 1 to 1,000. workers: requests to a language model at once, 1 to 64.
            progress: called with how many conversations are in, after each transaction.
            explain: what was left out and what it cost.

        Returns:
            ``{"results": [{"results", "relations", "explain"?}, …], "usage"?}``: what `add` answers for each, in their order.
            With `explain`, ``usage`` is the cost of all; what a chunk spends together (embed, compare, write) is there only.

        Raises:
            ValidationError, ScopeError: one of them can't be used. Nothing was written.
            ExtractionError, EmbeddingError, StoreError: the message tells how many conversations, the first ones, were written;
                the others were not. The same call again stores nothing twice.
        """
        ids = {"user_id": user_id, "agent_id": agent_id, "app_id": app_id, "run_id": run_id}
        options = {
            "metadata": metadata,
            "categories": categories,
            "infer": infer,
            "timestamp": timestamp,
            "expiration_date": expiration_date,
            "immutable": immutable,
            "includes": includes,
            "excludes": excludes,
            "custom_instructions": custom_instructions,
            "custom_categories": custom_categories,
        }
        arguments.whole("chunk_size", chunk_size, 1, call.MAX_CHUNK)
        arguments.whole("workers", workers, 1, call.MAX_WORKERS)
        if isinstance(conversations, str | bytes | Mapping) or not isinstance(conversations, Sequence):
            raise ValidationError(
                f"conversations is a list, not {type(conversations).__name__}: add takes a single one"
            )
        wanted = [self._one_of(each, f"conversations[{n}]", ids, options) for n, each in enumerate(conversations)]
        done: list[Remembered] = []
        usage = Usage()
        for part in batches.chunks(wanted, chunk_size):
            chunk = Chunk(self._parts, part, workers=workers)
            before = len(done)
            try:
                await chunk.run(_further(progress, before))
            except GraphMemError as error:
                stored = before + len(chunk.added)
                error.args = (f"{error} (of {len(wanted)} conversations the first {stored} were stored)",)
                raise
            done += chunk.added
            usage.include(chunk.usage)
        answer: answers.AddedMany = {"results": [responses.added(each, explain=explain) for each in done]}
        if explain:
            for each in done:
                usage.include(each.usage)
            answer["usage"] = responses.usage(usage)
        return answer

    def _one_of(self, given: Any, where: str, ids: Mapping[str, Any], options: Mapping[str, Any]) -> Call:
        """A conversation of many; an error names it."""
        try:
            messages, own = calls.conversation(given)
            own_ids = {name: own.pop(name) for name in SCOPE_FIELDS if name in own}
            return self._call(messages, {**ids, **own_ids}, {**options, **own})
        except ValidationError as error:
            error.args = (f"{where}: {error}",)
            raise

    def _call(self, messages: Messages, ids: Mapping[str, Any], options: Mapping[str, Any]) -> Call:
        return calls.read(messages, self._scope(needed_by="add", **ids), options, times.now())


def _further(progress: Callable[[int], None] | None, before: int) -> Callable[[int], None]:
    """Tells `progress` of what comes after those before."""
    return lambda done: None if progress is None else progress(before + done)
