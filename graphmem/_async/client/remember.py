"""The calls that store what conversations say: add, add_many."""

from __future__ import annotations

import warnings
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
from graphmem.remember import batches
from graphmem.remember import call as limits
from graphmem.remember.call import Call, Remembered
from graphmem.remember.usage import Usage
from graphmem.settings import Offline


class AsyncRemember(AsyncBase[Format]):
    """The calls that store what conversations say."""

    # The type of the answer depends on output_format. If a call does not give it, the client's own format decides, which
    # is part of the type of `self`.
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
        """Extract facts from a conversation and remember them.

        Args:
            messages: a string, a message ``{"role", "content", "name"?}``, or a list of messages.
            user_id, agent_id, app_id, run_id: whom the memories belong to. At least one is needed.
            metadata: a JSON object that every memory of this call gets.
            categories: categories that every memory of this call gets, instead of those found for it.
            infer: False stores each message word for word, except system messages, and uses no model.
            timestamp: when the conversation took place. Default: now.
            expiration_date: when the memories will be hidden; a bare date means the end of that day. Default: never.
            immutable: whether the memories refuse updates.
            includes, excludes, custom_instructions: instructions in plain words about what to remember.
            custom_categories: a list of names, or a mapping name → description; they replace the default categories.
            output_format: v1.0 or v1.1. Default: the client's, else v1.1.
            dry_run: return what the call would do, with `explain`, but write nothing.
            explain: also return what was left out and what the call cost (v1.1 only).

        Returns:
            In v1.1 ``{"results": [{"id", "memory", "event", "previous_memory"?}, …], "relations": […], "explain"?}``; in v1.0
            the list of results alone. ``event`` is ADD for a new memory, UPDATE for one that replaces ``previous_memory``,
            DELETE for one that no longer holds, and NONE for one that was known already.

            ``explain`` holds ``event_id``, which `undo` takes (None if nothing was written); the numbers of facts that were
            ``unsupported`` by the messages, ``unwanted`` or ``dropped``, of a model's dates that can't be read (``undated``), of
            messages that were ``settled`` (read before), of pasted memories that were ``recalled``, of messages and parts without
            text (``passed_over``) and of credentials that were left out (``secrets``); and ``usage``: model calls, tokens,
            embeddings, milliseconds by stage.

            Passwords, keys, tokens and card numbers are not remembered, unless the client was made with ``secrets="keep"``: they
            are masked in the messages ("[credential left out]") before a model, an index or the store gets them, so that searches
            and histories show that something stood there; and no fact that holds one is stored. With ``infer=False`` and in
            `update` a text is stored as it is given.

        Raises:
            ValidationError, ScopeError: an argument can't be used.
            ExtractionError: the language model failed. EmbeddingError: the embedder failed. Either way nothing was written.
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
        form = self._answer_format(output_format, "v1.1")
        added = await add(self._parts, call, dry_run=dry_run)
        if form == "v1.0":
            return responses.added_rows(added)
        # The explanation is what a dry run is made for.
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
        """Remember many conversations. The result is the same as with one `add` for each, but in fewer round trips.

        Conversations are processed in chunks. Those of a chunk are read side by side, their facts are embedded in one batch and
        written in one transaction. If a conversation is about the same things as an earlier one of its chunk, it is decided
        after the earlier one is written, in a transaction of its own.

        Args:
            conversations: a list. Each item is what `add` takes as `messages`, or ``{"messages": …}`` with ids and options of
                its own, for example ``user_id`` or ``timestamp``. All items are checked before anything is written.
            user_id … custom_categories: as in `add`, for conversations that don't set their own.
            chunk_size: the most conversations in a chunk, 1 to 1,000.
            workers: the most simultaneous requests to a language model, 1 to 64.
            progress: called after each transaction with the number of conversations stored so far.
            explain: also return what was left out and what the call cost.

        Returns:
            ``{"results": [{"results", "relations", "explain"?}, …], "usage"?}``: for each conversation, in order, what `add`
            returns in v1.1. With `explain`, ``usage`` is the cost of the whole call. It includes what the conversations of a
            chunk spend together (embed, compare, write), which their own ``explain`` does not.

        Raises:
            ValidationError, ScopeError: a conversation or an argument can't be used. Nothing was written.
            ExtractionError, EmbeddingError, StoreError: the message says how many conversations, counted from the first, were
                stored; the others were not. It is safe to repeat the call: nothing is stored twice.
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
        arguments.whole_number("chunk_size", chunk_size, 1, limits.MAX_CHUNK)
        arguments.whole_number("workers", workers, 1, limits.MAX_WORKERS)
        if isinstance(conversations, str | bytes | Mapping) or not isinstance(conversations, Sequence):
            raise ValidationError(
                f"conversations must be a list, not {type(conversations).__name__}; for a single one call add"
            )
        # All are checked before the first is written.
        checked = [
            self._conversation(conversation, f"conversations[{n}]", ids, options)
            for n, conversation in enumerate(conversations)
        ]
        done: list[Remembered] = []
        usage = Usage()
        for part in batches.chunks(checked, chunk_size):
            chunk = Chunk(self._parts, part, workers=workers)
            await _run(chunk, len(done), len(checked), progress)
            done += chunk.added
            usage.include(chunk.usage)
        answer: answers.AddedMany = {"results": [responses.added(added, explain=explain) for added in done]}
        # What chunks spent together was added above; this is what each conversation spent alone.
        if explain:
            for added in done:
                usage.include(added.usage)
            answer["usage"] = responses.usage(usage)
        return answer

    def _conversation(self, given: Any, where: str, ids: Mapping[str, Any], options: Mapping[str, Any]) -> Call:
        """One conversation of add_many, checked. Its own ids and options win over those of the call.

        Raises:
            ValidationError: something can't be used. The message begins with `where`.
        """
        try:
            messages, own = calls.conversation(given)
            # Replaced one by one: a call may set user_id for all conversations, and each conversation its own run_id.
            own_ids = {name: own.pop(name) for name in SCOPE_FIELDS if name in own}
            return self._call(messages, {**ids, **own_ids}, {**options, **own})
        except ValidationError as error:
            error.args = (f"{where}: {error}",)
            raise

    def _call(self, messages: Messages, ids: Mapping[str, Any], options: Mapping[str, Any]) -> Call:
        scope = self._scope(needed_by="add", **ids)
        call = calls.read(messages, scope, options, times.now(), keep_secrets=self._keep_secrets, bound=self._bounds)
        self._warn_of_rules(options)
        return call

    def _warn_of_rules(self, options: Mapping[str, Any]) -> None:
        """Says once what the built-in rules can't do, where it is asked for."""
        asked = [name for name in ("custom_instructions", "custom_categories") if options.get(name)]
        if asked and not self._warned_of_rules and isinstance(self._parts.choices["llm"].use, Offline):
            self._warned_of_rules = True
            warnings.warn(
                f"{' and '.join(asked)} changed nothing: without a language model the built-in rules decide, which read includes and "
                "excludes only; set OPENAI_API_KEY or OPENAI_BASE_URL, or pass llm=",
                UserWarning,
                stacklevel=5,
            )


async def _run(chunk: Chunk, before: int, of: int, progress: Callable[[int], None] | None) -> None:
    """Run a chunk of add_many. An error keeps its type and says how far the call came: the caller needs to know where to go on.

    Args:
        before: how many conversations earlier chunks stored. of: how many there are.
        progress: gets the number of all that are stored.
    """
    try:
        await chunk.run(lambda done: None if progress is None else progress(before + done))
    except GraphMemError as error:
        stored = before + len(chunk.added)
        error.args = (f"{error} (of {of} conversations the first {stored} were stored)",)
        raise
