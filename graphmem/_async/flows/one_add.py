"""One call of add in progress: what is read of its messages, decided about its facts, and written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from graphmem._async.flows.ask import Asking
from graphmem._async.flows.extract import Extracting
from graphmem._async.protocols import AsyncLLM, AsyncStore
from graphmem.model import times
from graphmem.model.changes import Applied, ChangeSet, Transcript
from graphmem.model.ids import new_id
from graphmem.model.memory import Entity, StoredRelation
from graphmem.model.requests import Known
from graphmem.model.vectors import Vector
from graphmem.remember import decisions, drafts
from graphmem.remember.batches import Prepared
from graphmem.remember.by_model import verdicts
from graphmem.remember.call import Call, Remembered
from graphmem.remember.credentials.masking import without_merged_secrets
from graphmem.remember.decisions import Decision, Doubt
from graphmem.remember.drafts import Draft
from graphmem.remember.findable import by_what_found, findable

# Owner (key of a scope without its run) → the entities that are known of it.
Entities: TypeAlias = Mapping[str, Sequence[Entity]]


class OneAdd:
    """One call of add in progress. Its steps add their results to `done`.

    Attributes:
        asking: the language model; None if rules decide.
        drafts: the memories that the facts would become. vectors: those of their texts, in the same order.
        findable: the indices of the messages that searches may find. said: vectors of those that they will find.
        supported: the relations in force of the memories that decisions give a merged text.
    """

    def __init__(self, call: Call, llm: AsyncLLM | None) -> None:
        self.call = call
        self.done = Remembered(passed_over=call.passed_over, secrets=call.secrets)
        self.asking = Asking(llm, self.done.usage) if call.infer and llm is not None else None
        self.drafts: Sequence[Draft] = ()
        self.vectors: Sequence[Vector | None] = ()
        # The same before a decision changed texts.
        self._extracted: Sequence[Draft] = ()
        self._embedded: Sequence[Vector | None] = ()
        self.findable: Sequence[int] = ()
        self.said: Mapping[int, Vector | None] = {}
        self.supported: Sequence[StoredRelation] = ()
        # Prompt → the model's verdicts, so that a retry does not pay for the same question twice.
        self._judged: dict[str, Sequence[verdicts.Verdict]] = {}
        self._read_by: str | None = None

    @property
    def prepared(self) -> Prepared:
        """What is known of the call before it is decided, to tell on which other calls it depends."""
        return Prepared(self.drafts, self.vectors, self.call.infer, self.asking is not None)

    @property
    def asked(self) -> int:
        """How many questions a model was asked about what to do with its facts."""
        return len(self._judged)

    async def read(self, store: AsyncStore) -> None:
        """Extract the facts of the messages and draft memories of them.

        Raises:
            ExtractionError: the language model failed.
        """
        extracting = Extracting(self.call, self.done, self.asking)
        self._read_by = extracting.read_by
        self.done.extraction = await extracting.facts(store)
        self.done.secrets |= self.done.extraction.secrets
        self.drafts = self._extracted = drafts.drafts(self.done.extraction, self.call.terms, new_id)
        self.vectors = self._embedded = [None] * len(self.drafts)
        self.findable = findable(self.call.messages, extracting.settled) if self.call.infer else ()

    def texts(self, *, messages: bool) -> list[str]:
        """What is to be embedded. `messages`: also what was said. Without a fact nothing is written, and nothing embedded."""
        said = [self.call.messages[index].content for index in self.findable] if messages and self.drafts else []
        return [*(draft.memory.text for draft in self.drafts), *said]

    def take(self, vectors: Mapping[str, Vector | None], *, messages: bool) -> None:
        """The vectors of the texts that `texts` named, by text."""
        self.vectors = self._embedded = [vectors[draft.memory.text] for draft in self.drafts]
        if messages and self.drafts:
            self.said = {index: vectors[self.call.messages[index].content] for index in self.findable}
        self.done.usage.embeddings += len(set(self.texts(messages=messages)))

    def reword(self, texts: Mapping[int, str], vectors: Mapping[int, Vector | None]) -> None:
        """Begin anew with the facts as they were extracted, except for these texts of drafts and their vectors, by index."""
        facts = enumerate(zip(self._extracted, self._embedded, strict=True))
        changed = [
            (drafts.reworded(draft, texts[index]), vectors[index]) if index in texts else (draft, vector)
            for index, (draft, vector) in facts
        ]
        self.drafts, self.vectors = [draft for draft, _ in changed], [vector for _, vector in changed]
        self.done.usage.embeddings += len(texts)

    async def decide(self, near: Mapping[str, Sequence[Known]]) -> Sequence[Decision]:
        """One decision for each draft, in their order. `near`: draft id → the known memories close to it."""
        decided: dict[int, Decision] = {}
        doubts: list[Doubt] = []
        memories = [draft.memory for draft in self.drafts]
        beside = {} if self.asking is None else decisions.beside(memories, self.vectors)
        for index, draft in enumerate(self.drafts):
            known = near[draft.memory.id]
            # The cheapest sure answer first: a repetition needs no judgement, and a model costs a request.
            same = decisions.repeats(draft.memory, known)
            close = decisions.close(draft.memory, known)
            if same is not None:
                renewed = decisions.renews(draft.memory, draft.at, same, times.now())
                decided[index] = Decision("UPDATE" if renewed else "NONE", same)
            elif self.asking is None:
                decided[index] = decisions.by_rule(draft.fact, draft.at, known)
            elif close or index in beside:
                doubts.append(Doubt(index, draft.fact, close, beside.get(index, ())))
            else:
                decided[index] = Decision("ADD")
        if doubts and self.asking is not None:
            with self.done.usage.stage("decide"):
                decided.update(await self._judge(self.asking, doubts))
        return decisions.without_double_changes([decided[index] for index in range(len(self.drafts))])

    async def _judge(self, asking: Asking, doubts: Sequence[Doubt]) -> Mapping[int, Decision]:
        """The model's decisions, by the indices of their drafts. A retry asks again only if the known memories have changed."""
        question = verdicts.prompt(doubts)
        key = str(question.messages)
        if key not in self._judged:
            self._judged[key] = await asking.ask(question, lambda text: verdicts.read_answer(text, doubts))
        decided = verdicts.decided(self._judged[key], doubts, self.drafts[doubts[0].index].at)
        if self.call.instructions.keep_secrets:
            return decided
        decided, secrets = without_merged_secrets(decided)
        self.done.secrets |= secrets
        return decided

    def changes(self, decided: Sequence[Decision], entities: Entities, at: datetime) -> ChangeSet:
        """What to write for these decisions. `at`: the time of the transaction."""
        terms, messages = self.call.terms, self.call.messages
        # All messages, even those without facts: a search finds neighbours by their positions in the conversation.
        ids = tuple(new_id() for _ in messages)
        found = by_what_found(messages, terms.scope, self.said, terms.bound)
        transcript = Transcript(terms.conversation, ids, messages, terms.at, self._read_by, found)
        return drafts.changes(self.drafts, decided, self.vectors, transcript, entities, at, new_id, self.supported)

    def finish(self, decided: Sequence[Decision], changes: ChangeSet, applied: Applied | None) -> Remembered:
        """The result of the call. `applied`: what the store answered; None if nothing was written."""
        self.done.id = None if applied is None else changes.id
        self.done.outcomes = drafts.outcomes(self.drafts, decided, applied or Applied())
        self.done.relations = drafts.relations_of(changes, applied or Applied())
        return self.done
