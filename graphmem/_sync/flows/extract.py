"""The first half of an add: skips what was read before and extracts facts from the rest."""

from __future__ import annotations

from collections.abc import Sequence

from graphmem._sync.flows.ask import Asking
from graphmem._sync.protocols import Store
from graphmem.model import times
from graphmem.model.filter import NOTHING, changeable_from
from graphmem.model.loading import imported
from graphmem.model.memory import Entity, Message
from graphmem.model.requests import NearRequest, SeenRequest
from graphmem.remember import already_read, facts, pasted_memories
from graphmem.remember.by_model import facts_of_answer, known_names
from graphmem.remember.by_model.prompts import extraction_prompt
from graphmem.remember.by_model.windows import merge, windows
from graphmem.remember.call import Call, Remembered
from graphmem.remember.credentials.masking import without_secrets
from graphmem.remember.facts import Extraction


class Extracting:
    """The extraction of one call of add.

    Attributes:
        done: what the call has done so far; the extraction adds its results.
        asking: the language model; None if the built-in rules extract.
        settled: indices of the messages that were read before: context for the others, but not read again.
    """

    def __init__(self, call: Call, done: Remembered, asking: Asking | None) -> None:
        self.call, self.done, self.asking = call, done, asking
        self.settled: frozenset[int] = frozenset()
        # The messages to read. Memories that were pasted into them are blanked out.
        self._messages: Sequence[Message] = call.messages

    @property
    def read_by(self) -> str | None:
        """The name of the extractor, which is stored with the messages; None if they are stored word for word."""
        if not self.call.infer:
            return None
        return "offline" if self.asking is None else self.asking.llm.name

    def facts(self, store: Store) -> Extraction:
        """The facts in the messages. Messages of this conversation that the same extractor has read before are skipped.

        Raises:
            ExtractionError: the language model failed.
        """
        if not self.call.infer:
            return facts.verbatim(self.call.messages, self.call.instructions.said_at.date())
        with self.done.usage.stage("recollect"):
            self._recollect(store)
        # Nothing new was said, so nothing is spent on a model.
        if self.done.settled == len(self.call.messages):
            return Extraction(())
        with self.done.usage.stage("extract"):
            extraction = self._extract(store)
        if self.call.instructions.keep_secrets:
            return extraction
        return without_secrets(extraction, self.call.secrets)

    def _recollect(self, store: Store) -> None:
        """Find out which messages were read before, and blank out known memories that are quoted in the others."""
        messages, terms = self.call.messages, self.call.terms
        request = SeenRequest(
            terms.conversation,
            tuple({message.digest for message in messages}),
            self.read_by,
            already_read.identities(pasted_memories.candidates(messages), terms.scope, terms.bound),
        )
        seen, texts = store.seen(request)
        # Callers repeat calls that failed, and often send the whole conversation with every turn. Nothing may be stored twice.
        self.settled = already_read.settled(messages, seen, terms.at if terms.timed else None)
        self.done.settled = len(self.settled)
        if self.done.settled == len(messages):
            # The answer lists the memories that these messages led to, as events NONE.
            self.done.known = already_read.remembered(seen)
        else:
            self._messages, self.done.recalled = pasted_memories.blank_out(messages, texts)

    def _extract(self, store: Store) -> Extraction:
        instructions = self.call.instructions
        if self.asking is None:
            # Imported only when used: the rules are needed neither with a model nor to search.
            imported("graphmem.remember.by_rules.extractor")
            from graphmem.remember.by_rules.extractor import extract as extract_offline

            return extract_offline(self._messages, instructions, self.settled)
        parts = windows(self._messages, self.settled)
        known = self._known(store)
        extractions = []
        for window in parts:
            names = known_names.names(window.messages, known)
            question = extraction_prompt(window.messages, instructions, window.context, names)

            # Defaults bind the window of this turn of the loop.
            def read(
                text: str, messages: Sequence[Message] = window.messages, context: frozenset[int] = window.context
            ) -> Extraction:
                return facts_of_answer.read_answer(text, messages, instructions, context)

            extractions.append(self.asking.ask(question, read))
        return merge(extractions, parts)

    def _known(self, store: Store) -> Sequence[Entity]:
        """The entities that the messages may name, of those that memories tell which these messages may change."""
        terms, instructions = self.call.terms, self.call.instructions
        prefixes, endings = known_names.sought(self._messages)
        sides = ((False, instructions.for_user), (True, instructions.for_agent))
        scopes = {terms.scope.of_speaker(assistant=side, bound=terms.bound): None for side, wanted in sides if wanted}
        known: list[Entity] = []
        for scope in scopes:
            now = times.now()
            request = NearRequest(NOTHING, now, scope.owner, (), prefixes, endings)
            found = (store.nearest(request)).entities
            if likely := known_names.likely(self._messages, found):
                ids = [entity.id(scope.owner) for entity in likely]
                told = store.entities(changeable_from(scope), now, ids)
                known += (Entity(each.name, each.type) for each in told)
        return known
