"""The first half of an add: messages → what was heard before → the facts in the rest."""

from __future__ import annotations

from collections.abc import Sequence

from graphmem import extraction, recalled, recollection
from graphmem._async.asking import Asking
from graphmem._async.protocols import AsyncStore
from graphmem.calls import Added, Call
from graphmem.extraction import Extraction
from graphmem.model import Message
from graphmem.prompts import extraction_prompt
from graphmem.reading import SeenRequest
from graphmem.windows import merge, windows


class Extracting:
    """One call. `done` gets what was found; `asking` is None where no language model reads."""

    def __init__(self, call: Call, done: Added, asking: Asking | None) -> None:
        self.call, self.done, self.asking = call, done, asking
        self._settled: frozenset[int] = frozenset()
        self._messages: Sequence[Message] = call.messages

    @property
    def read_by(self) -> str | None:
        """Who looks for facts; None where messages are stored as they stand."""
        if not self.call.infer:
            return None
        return "offline" if self.asking is None else self.asking.llm.name

    async def facts(self, store: AsyncStore) -> Extraction:
        """What the messages say, but for those that this conversation holds and the same reader read before.

        Raises:
            ExtractionError: the language model failed.
        """
        if not self.call.infer:
            return extraction.verbatim(self.call.messages)
        with self.done.usage.stage("recollect"):
            await self._recollect(store)
        if self.done.settled == len(self.call.messages):
            return Extraction(())
        with self.done.usage.stage("extract"):
            return await self._extract()

    async def _recollect(self, store: AsyncStore) -> None:
        messages, terms = self.call.messages, self.call.terms
        request = SeenRequest(
            terms.scope.key,
            tuple({message.digest for message in messages}),
            self.read_by,
            recollection.identities(recalled.candidates(messages), terms.scope),
        )
        seen, texts = await store.seen(request)
        self._settled = recollection.settled(messages, seen, terms.at if terms.timed else None)
        self.done.settled = len(self._settled)
        if self.done.settled == len(messages):
            self.done.known = recollection.remembered(seen)
        else:
            self._messages, self.done.recalled = recalled.without(messages, texts)

    async def _extract(self) -> Extraction:
        instructions = self.call.instructions
        if self.asking is None:
            # Not needed by those who have a model, nor to search.
            from graphmem.offline.extractor import extract as extract_offline

            return extract_offline(self._messages, instructions, self._settled)
        parts = windows(self._messages, self._settled)
        found = []
        for each in parts:
            asked = extraction_prompt(each.messages, instructions, each.context)

            def read(
                text: str, window: Sequence[Message] = each.messages, context: frozenset[int] = each.context
            ) -> Extraction:
                return extraction.read_answer(text, window, instructions, context)

            found.append(await self.asking.ask(asked, read))
        return merge(found, parts)
