"""The first half of an add: messages → what was heard before → the facts in the rest."""

from __future__ import annotations

from collections.abc import Sequence

from graphmem._sync.flows.ask import Asking
from graphmem._sync.protocols import Store
from graphmem.model.memory import Message
from graphmem.model.requests import SeenRequest
from graphmem.remember import already_read, facts, pasted_memories
from graphmem.remember.by_model import facts_of_answer
from graphmem.remember.by_model.prompts import extraction_prompt
from graphmem.remember.by_model.windows import merge, windows
from graphmem.remember.call import Added, Call
from graphmem.remember.facts import Extraction


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

    def facts(self, store: Store) -> Extraction:
        """What the messages say, but for those that this conversation holds and the same reader read before.

        Raises:
            ExtractionError: the language model failed.
        """
        if not self.call.infer:
            return facts.verbatim(self.call.messages)
        with self.done.usage.stage("recollect"):
            self._recollect(store)
        if self.done.settled == len(self.call.messages):
            return Extraction(())
        with self.done.usage.stage("extract"):
            return self._extract()

    def _recollect(self, store: Store) -> None:
        messages, terms = self.call.messages, self.call.terms
        request = SeenRequest(
            terms.scope.key,
            tuple({message.digest for message in messages}),
            self.read_by,
            already_read.identities(pasted_memories.candidates(messages), terms.scope),
        )
        seen, texts = store.seen(request)
        self._settled = already_read.settled(messages, seen, terms.at if terms.timed else None)
        self.done.settled = len(self._settled)
        if self.done.settled == len(messages):
            self.done.known = already_read.remembered(seen)
        else:
            self._messages, self.done.recalled = pasted_memories.blank_out(messages, texts)

    def _extract(self) -> Extraction:
        instructions = self.call.instructions
        if self.asking is None:
            # Not needed by those who have a model, nor to search.
            from graphmem.remember.by_rules.extractor import extract as extract_offline

            return extract_offline(self._messages, instructions, self._settled)
        parts = windows(self._messages, self._settled)
        found = []
        for each in parts:
            asked = extraction_prompt(each.messages, instructions, each.context)

            def read(
                text: str, window: Sequence[Message] = each.messages, context: frozenset[int] = each.context
            ) -> Extraction:
                return facts_of_answer.read_answer(text, window, instructions, context)

            found.append(self.asking.ask(asked, read))
        return merge(found, parts)
