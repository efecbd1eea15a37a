"""The way of an add: messages → extraction → embedding → resolution → one transaction. The order is here, the rules are not."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from graphmem import clock, decisions, extraction, recalled, recollection, resolution
from graphmem._async.protocols import AsyncLLM
from graphmem._async.wiring import AsyncParts
from graphmem.changes import Applied, Transcript, Vector
from graphmem.concurrency import async_sleep
from graphmem.decisions import Decision, Doubt
from graphmem.errors import ConflictError
from graphmem.extraction import Extraction, InvalidAnswerError
from graphmem.filters.ast import of_scope
from graphmem.identity import beginnings
from graphmem.model import Entity, Known, Message, Relation
from graphmem.prompts import Instructions, extraction_prompt, repair_prompt
from graphmem.reading import NearRequest, Prompt, SeenRequest
from graphmem.resolution import Draft, Outcome, Terms
from graphmem.usage import Usage
from graphmem.windows import merge, windows

_TRIES = 50
_MAX_PAUSE_SECONDS = 0.05
_Answer = TypeVar("_Answer")


@dataclass(slots=True)
class Added:
    """What one add did, or with dry_run would do.

    Attributes:
        id: names the call; None if it wrote nothing.
        known: id → text of memories from messages that were read before; filled where nothing else was to be read.
        settled: how many messages were read before. recalled: how many pasted memories were passed over.
    """

    usage: Usage = field(default_factory=Usage)
    id: str | None = None
    outcomes: Sequence[Outcome] = ()
    relations: Sequence[Relation] = ()
    known: Mapping[str, str] = field(default_factory=dict)
    extraction: Extraction = field(default_factory=lambda: Extraction(()))
    settled: int = 0
    recalled: int = 0


async def add(
    parts: AsyncParts,
    messages: Sequence[Message],
    terms: Terms,
    instructions: Instructions,
    *,
    infer: bool,
    dry_run: bool,
) -> Added:
    """Remember what these messages say.

    Raises:
        ExtractionError, EmbeddingError, StoreError, ConfigurationError: nothing was written.
    """
    return await _Add(parts, messages, terms, infer, dry_run).run(instructions)


class _Add:
    """One call. Each step leaves in `done` what it found."""

    def __init__(
        self, parts: AsyncParts, messages: Sequence[Message], terms: Terms, infer: bool, dry_run: bool
    ) -> None:
        self.parts, self.messages, self.terms, self.infer, self.dry_run = parts, messages, terms, infer, dry_run
        self.done = Added()
        self.usage = self.done.usage
        self.read_by: str | None = None
        self.judged: dict[str, Sequence[decisions.Verdict]] = {}

    async def run(self, instructions: Instructions) -> Added:
        llm = await self.parts.llm() if self.infer else None
        if self.infer:
            self.read_by = "offline" if llm is None else llm.name
            self.done.extraction = await self.extract(llm, instructions)
        else:
            self.done.extraction = extraction.verbatim(self.messages)
        drafts = resolution.drafts(self.done.extraction, self.terms, _new_id)
        if not drafts:
            return self.done
        vectors: Sequence[Vector | None] = [None] * len(drafts)
        if self.infer or not self.dry_run:
            with self.usage.stage("embed"):
                texts = [draft.memory.text for draft in drafts]
                vectors = await self.parts.embed(texts, writing=not self.dry_run)
            self.usage.embeddings += len(texts)
        await self.store(drafts, vectors, llm)
        return self.done

    async def extract(self, llm: AsyncLLM | None, instructions: Instructions) -> Extraction:
        """The facts in what was not read before."""
        store = await self.parts.store()
        pasted = recalled.candidates(self.messages)
        request = SeenRequest(
            self.terms.scope.key,
            tuple({message.digest for message in self.messages}),
            self.read_by,
            recollection.identities(pasted, self.terms.scope),
        )
        with self.usage.stage("recollect"):
            seen, texts = await store.seen(request)
        settled = recollection.settled(self.messages, seen, self.terms.at if self.terms.timed else None)
        self.done.settled = len(settled)
        if len(settled) == len(self.messages):
            self.done.known = recollection.remembered(seen)
            return Extraction(())
        messages, self.done.recalled = recalled.without(self.messages, texts)
        with self.usage.stage("extract"):
            if llm is None:
                # Not needed by those who have a model, nor to search.
                from graphmem.offline.extractor import extract as extract_offline

                return extract_offline(messages, instructions, settled)
            parts = windows(messages, settled)
            found = []
            for each in parts:
                asked = extraction_prompt(each.messages, instructions, each.context)

                def read(
                    text: str, window: Sequence[Message] = each.messages, context: frozenset[int] = each.context
                ) -> Extraction:
                    return extraction.read_answer(text, window, instructions, context)

                found.append(await self.ask(llm, asked, read))
            return merge(found, parts)

    async def store(self, drafts: Sequence[Draft], vectors: Sequence[Vector | None], llm: AsyncLLM | None) -> None:
        """Decide and write, once more where another writer was faster."""
        transcript = Transcript(
            self.terms.scope.key,
            tuple(_new_id() for _ in self.messages),
            tuple(self.messages),
            self.terms.at,
            self.read_by,
        )
        store = await self.parts.store()
        for attempt in range(_TRIES):
            decided, entities = await self.decide(drafts, vectors, llm)
            change = resolution.changes(drafts, decided, vectors, transcript, entities, clock.now(), _new_id)
            applied = Applied()
            if change.changes and not self.dry_run:
                try:
                    with self.usage.stage("write"):
                        applied = await store.apply(change)
                except ConflictError:
                    if attempt == _TRIES - 1:
                        raise
                    await async_sleep(random.uniform(0, _MAX_PAUSE_SECONDS))
                    continue
                self.done.id = change.id
            self.done.outcomes = resolution.outcomes(drafts, decided, applied)
            self.done.relations = resolution.relations_of(change, applied)
            return

    async def decide(
        self, drafts: Sequence[Draft], vectors: Sequence[Vector | None], llm: AsyncLLM | None
    ) -> tuple[list[Decision], dict[str, Sequence[Entity]]]:
        """What becomes of each draft, and the entities of each owner that are there."""
        if not self.infer:
            return await self.identical(drafts), {}
        near: dict[int, Sequence[Known]] = {}
        entities: dict[str, Sequence[Entity]] = {}
        with self.usage.stage("compare"):
            for scope in dict.fromkeys(draft.memory.scope for draft in drafts):
                places = [place for place, draft in enumerate(drafts) if draft.memory.scope == scope]
                request = NearRequest(
                    of_scope(scope),
                    clock.now(),
                    scope.owner,
                    tuple(resolution.probe(drafts[place], vectors[place]) for place in places),
                    beginnings(resolution.named([drafts[place] for place in places])),
                    floor=decisions.FLOOR,
                )
                found = await (await self.parts.store()).nearest(request)
                near.update(zip(places, found.known, strict=True))
                entities[scope.owner] = (*entities.get(scope.owner, ()), *found.entities)
        decided: dict[int, Decision] = {}
        doubts: list[Doubt] = []
        for place, draft in enumerate(drafts):
            same = decisions.repeats(draft.memory, near[place])
            close = decisions.close(draft.memory, near[place])
            if same is not None:
                decided[place] = Decision("NONE", same)
            elif llm is None:
                decided[place] = decisions.by_rule(draft.fact, draft.memory.updated_at, near[place])
            elif close:
                doubts.append(Doubt(place, draft.fact, close))
            else:
                decided[place] = Decision("ADD")
        if doubts and llm is not None:
            with self.usage.stage("decide"):
                decided.update(await self.judge(llm, doubts))
        return decisions.once_each([decided[place] for place in range(len(drafts))]), entities

    async def identical(self, drafts: Sequence[Draft]) -> list[Decision]:
        """For messages as they stand: the store itself tells which it has; only a dry run has to ask."""
        if not self.dry_run:
            return [Decision("ADD")] * len(drafts)
        known = await (await self.parts.store()).known([draft.memory.identity for draft in drafts])
        return [
            Decision("NONE", resolution.known_as(draft, known[draft.memory.identity]))
            if draft.memory.identity in known
            else Decision("ADD")
            for draft in drafts
        ]

    async def judge(self, llm: AsyncLLM, doubts: Sequence[Doubt]) -> Mapping[int, Decision]:
        """The model's decisions. Asked anew only if what is known has changed."""
        asked = decisions.prompt(doubts)
        key = str(asked.messages)
        if key not in self.judged:
            self.judged[key] = await self.ask(llm, asked, lambda text: decisions.read_answer(text, doubts))
        return decisions.decided(self.judged[key], doubts, self.terms.at)

    async def ask(self, llm: AsyncLLM, asked: Prompt, read: Callable[[str], _Answer]) -> _Answer:
        """The model's answer, asked once more if it can't be used."""
        answer = await self.complete(llm, asked)
        try:
            return read(answer)
        except InvalidAnswerError as error:
            again = await self.complete(llm, repair_prompt(asked, answer, str(error)))
        try:
            return read(again)
        except InvalidAnswerError as error:
            raise extraction.failed(str(error)) from error

    async def complete(self, llm: AsyncLLM, asked: Prompt) -> str:
        answer = await llm.complete(asked)
        self.usage.llm_calls += 1
        self.usage.prompt_tokens += answer.prompt_tokens
        self.usage.completion_tokens += answer.completion_tokens
        return answer.text


def _new_id() -> str:
    return str(uuid.uuid4())
