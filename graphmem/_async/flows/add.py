"""The way of an add: messages → extraction → embedding → resolution → one transaction. The order is here, the rules are not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial

from graphmem._async.flows.ask import Asking
from graphmem._async.flows.extract import Extracting
from graphmem._async.parts import AsyncParts
from graphmem._async.protocols import AsyncLLM, AsyncStore
from graphmem._async.retry import retried
from graphmem._async.waiting import together
from graphmem.errors import ConflictError
from graphmem.model import times
from graphmem.model.changes import Applied, ChangeSet, Transcript
from graphmem.model.filter import NOTHING, of_scope
from graphmem.model.ids import new_id
from graphmem.model.memory import Entity, Scope
from graphmem.model.requests import Known, NearRequest, Probe
from graphmem.model.vectors import Vector
from graphmem.remember import batches, decisions, drafts
from graphmem.remember.batches import Prepared
from graphmem.remember.by_model import verdicts
from graphmem.remember.call import Added, Call
from graphmem.remember.decisions import Decision, Doubt
from graphmem.remember.drafts import Draft
from graphmem.remember.same_entity import key_prefixes
from graphmem.remember.usage import Usage

_Entities = Mapping[str, Sequence[Entity]]


async def add(parts: AsyncParts, call: Call, *, dry_run: bool) -> Added:
    """Remember what these messages say.

    Raises:
        ExtractionError, EmbeddingError, StoreError, ConfigurationError: nothing was written.
    """
    chunk = Chunk(parts, [call], dry_run=dry_run)
    await chunk.run()
    [added] = chunk.added
    added.usage.include(chunk.usage)
    return added


class Chunk:
    """Several adds that are read together, and written in one transaction where none speaks of what another one says.

    Attributes:
        added: what became of the calls that are done, the first ones, in their order.
        usage: what they cost together; what one of them cost is in its own.
    """

    def __init__(self, parts: AsyncParts, calls: Sequence[Call], *, workers: int = 1, dry_run: bool = False) -> None:
        self.parts, self.calls, self.workers, self.dry_run = parts, calls, workers, dry_run
        self.added: list[Added] = []
        self.usage = Usage()
        self._llm: AsyncLLM | None = None

    async def run(self, told: Callable[[int], None] = lambda _: None) -> None:
        """Do all of it; `told` gets how many calls are done after each transaction.

        Raises:
            GraphMemError: the calls in `added` are written, the others are not.
        """
        if any(call.infer for call in self.calls):
            self._llm = await self.parts.llm()
        tasks = [_Task(call, self._llm) for call in self.calls]
        store = await self.parts.store()
        found, failure = await together([partial(task.read, store) for task in tasks], self._at_once)
        await self._embed(tasks[: len(found)])
        pending = tasks[: len(found)]
        while pending:
            done = await self._write(pending[: batches.independent([task.prepared for task in pending])])
            pending = pending[done:]
            told(len(self.added))
        if failure is not None:
            raise failure

    @property
    def _at_once(self) -> int:
        # Without a model it is work for this processor alone.
        return 1 if self._llm is None else self.workers

    async def _embed(self, tasks: Sequence[_Task]) -> None:
        wanted = [task for task in tasks if task.call.infer or not self.dry_run]
        texts = [draft.memory.text for task in wanted for draft in task.drafts]
        if not texts:
            return
        with self.usage.stage("embed"):
            vectors = iter(await self.parts.embed(texts, writing=not self.dry_run))
        for task in wanted:
            task.vectors = [next(vectors) for _ in task.drafts]
            task.done.usage.embeddings += len(task.drafts)

    async def _write(self, tasks: Sequence[_Task]) -> int:
        """Decide about some tasks and write them, retried when another writer wins.

        Returns:
            How many of them, from the first on, are done.
        """
        most = len(tasks)

        async def attempt() -> int:
            nonlocal most
            try:
                return await self._write_once(tasks, most)
            except ConflictError:
                # Should they stand in each other's way, one alone will not.
                most = 1
                raise

        return await retried(attempt, ConflictError)

    async def _write_once(self, tasks: Sequence[_Task], most: int) -> int:
        near, entities = await self._compare([task for task in tasks if task.call.infer])
        judging = [partial(self._decide, task, near) for task in tasks]
        decided, failure = await together(judging, self._at_once)
        if failure is not None and not decided:
            raise failure
        ready = list(zip(tasks, decided[: min(most, batches.writable_together(decided))], strict=False))
        sets: list[ChangeSet] = []
        at = times.now()
        for task, events in ready:
            change = task.changes(events, entities, at)
            # What one task names, the next one recognises.
            entities = batches.with_entities(entities, change)
            sets.append(change)
        writing = [change for change in sets if change.changes and not self.dry_run]
        applied: dict[str, Applied] = {}
        if writing:
            store = await self.parts.store()
            with self.usage.stage("write"):
                results = await store.apply(writing)
            applied = {change.id: result for change, result in zip(writing, results, strict=True)}
        for (task, events), change in zip(ready, sets, strict=True):
            self.added.append(task.finish(events, change, applied.get(change.id)))
        return len(ready)

    async def _compare(self, tasks: Sequence[_Task]) -> tuple[Mapping[str, Sequence[Known]], _Entities]:
        """Id of each draft → what is known that is close to it; and the entities of each owner that are there."""
        near: dict[str, Sequence[Known]] = {}
        entities: dict[str, Sequence[Entity]] = {}
        probes: dict[Scope, list[tuple[Draft, Vector | None]]] = {}
        for task in tasks:
            for draft, vector in zip(task.drafts, task.vectors, strict=True):
                probes.setdefault(draft.memory.scope, []).append((draft, vector))
        with self.usage.stage("compare"):
            for scope, asked in probes.items():
                request = NearRequest(
                    of_scope(scope),
                    times.now(),
                    scope.owner,
                    tuple(drafts.probe(draft, vector) for draft, vector in asked),
                    key_prefixes(drafts.entities_of([draft for draft, _ in asked])),
                    floor=decisions.FLOOR,
                )
                found = await (await self.parts.store()).nearest(request)
                near.update((draft.memory.id, known) for (draft, _), known in zip(asked, found.known, strict=True))
                entities[scope.owner] = (*entities.get(scope.owner, ()), *found.entities)
        return near, entities

    async def _decide(self, task: _Task, near: Mapping[str, Sequence[Known]]) -> Sequence[Decision]:
        if task.call.infer:
            return await self._withdraw_duplicates(task, await task.decide(near))
        if not self.dry_run:
            # The store itself tells what it has.
            return [Decision("ADD")] * len(task.drafts)
        known = await self._known([draft.memory.identity for draft in task.drafts])
        return [
            Decision("NONE", drafts.with_id(draft, known[draft.memory.identity]))
            if draft.memory.identity in known
            else Decision("ADD")
            for draft in task.drafts
        ]

    async def _known(self, identities: Sequence[str]) -> Mapping[str, str]:
        """Identity → id of the current memory that has it, for those that there are."""
        # Nothing but identities is compared: no filter is needed, and the arm that would ask for vectors has none.
        request = NearRequest(NOTHING, times.now(), "", tuple(Probe(identity, None) for identity in identities))
        known = (await (await self.parts.store()).nearest(request)).known
        return {identity: same[0].memory.id for identity, same in zip(identities, known, strict=True) if same}

    async def _withdraw_duplicates(self, task: _Task, decided: Sequence[Decision]) -> Sequence[Decision]:
        identities = drafts.identities_after_update(task.drafts, decided)
        if not identities:
            return decided
        known = await self._known(list(identities.values()))
        return drafts.withdraw_duplicates(decided, identities, known)


class _Task:
    """One call on its way. Each step leaves in `done` what it found."""

    def __init__(self, call: Call, llm: AsyncLLM | None) -> None:
        self.call = call
        self.done = Added()
        self.asking = Asking(llm, self.done.usage) if call.infer and llm is not None else None
        self.drafts: Sequence[Draft] = ()
        self.vectors: Sequence[Vector | None] = ()
        self._judged: dict[str, Sequence[verdicts.Verdict]] = {}
        self._read_by: str | None = None

    @property
    def prepared(self) -> Prepared:
        return Prepared(self.drafts, self.vectors, self.call.infer, self.asking is not None)

    async def read(self, store: AsyncStore) -> None:
        extracting = Extracting(self.call, self.done, self.asking)
        self._read_by = extracting.read_by
        self.done.extraction = await extracting.facts(store)
        self.drafts = drafts.drafts(self.done.extraction, self.call.terms, new_id)
        self.vectors = [None] * len(self.drafts)

    async def decide(self, near: Mapping[str, Sequence[Known]]) -> Sequence[Decision]:
        """What becomes of each draft, by rules or by the model."""
        decided: dict[int, Decision] = {}
        doubts: list[Doubt] = []
        for index, draft in enumerate(self.drafts):
            known = near[draft.memory.id]
            same = decisions.repeats(draft.memory, known)
            close = decisions.close(draft.memory, known)
            if same is not None:
                decided[index] = Decision("NONE", same)
            elif self.asking is None:
                decided[index] = decisions.by_rule(draft.fact, draft.memory.updated_at, known)
            elif close:
                doubts.append(Doubt(index, draft.fact, close))
            else:
                decided[index] = Decision("ADD")
        if doubts and self.asking is not None:
            with self.done.usage.stage("decide"):
                decided.update(await self._judge(self.asking, doubts))
        return decisions.without_double_changes([decided[index] for index in range(len(self.drafts))])

    async def _judge(self, asking: Asking, doubts: Sequence[Doubt]) -> Mapping[int, Decision]:
        """The model's decisions. Asked anew only if what is known has changed."""
        asked = verdicts.prompt(doubts)
        key = str(asked.messages)
        if key not in self._judged:
            self._judged[key] = await asking.ask(asked, lambda text: verdicts.read_answer(text, doubts))
        return verdicts.decided(self._judged[key], doubts, self.call.terms.at)

    def changes(self, decided: Sequence[Decision], entities: _Entities, at: datetime) -> ChangeSet:
        terms, messages = self.call.terms, self.call.messages
        ids = tuple(new_id() for _ in messages)
        transcript = Transcript(terms.scope.key, ids, messages, terms.at, self._read_by)
        return drafts.changes(self.drafts, decided, self.vectors, transcript, entities, at, new_id)

    def finish(self, decided: Sequence[Decision], change: ChangeSet, applied: Applied | None) -> Added:
        """`applied` is None where nothing was written."""
        self.done.id = None if applied is None else change.id
        self.done.outcomes = drafts.outcomes(self.drafts, decided, applied or Applied())
        self.done.relations = drafts.relations_of(change, applied or Applied())
        return self.done
