"""The steps of an add: messages → extraction → embedding → decisions → one transaction.

This file knows the order of the steps; the rules for each of them are in `graphmem.remember`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from graphmem._async.flows.one_add import Entities, OneAdd
from graphmem._async.parts import AsyncParts
from graphmem._async.protocols import AsyncLLM
from graphmem._async.retry import retried
from graphmem._async.waiting import together
from graphmem.errors import ConflictError
from graphmem.model import times
from graphmem.model.changes import Applied, ChangeSet
from graphmem.model.filter import NOTHING, changeable_from
from graphmem.model.memory import Entity, Scope
from graphmem.model.requests import Known, NearRequest, Probe
from graphmem.model.vectors import Vector
from graphmem.remember import batches, decisions, drafts
from graphmem.remember.batches import Prepared
from graphmem.remember.call import Call, Remembered
from graphmem.remember.decisions import Decision
from graphmem.remember.drafts import Draft
from graphmem.remember.usage import Usage


async def add(parts: AsyncParts, call: Call, *, dry_run: bool) -> Remembered:
    """Remember what the messages of one call say. A dry run reads and decides, but writes nothing.

    Raises:
        ExtractionError, EmbeddingError, StoreError, ConfigurationError: nothing was written.
    """
    chunk = Chunk(parts, [call], dry_run=dry_run)
    await chunk.run()
    [added] = chunk.added
    added.usage.include(chunk.usage)
    return added


class Chunk:
    """Several calls of add that are read side by side. Neighbours are written in one transaction if they are independent.

    Two calls depend on each other if one could change what is decided about the other. From the same facts, the result is always the
    same as if the calls had been made one by one; a model that extracts them is shown the names that were known before all of them.

    Attributes:
        added: the results of the calls that are done so far, in order.
        usage: what the calls spent together. What a call spent alone is in its own result.
    """

    def __init__(self, parts: AsyncParts, calls: Sequence[Call], *, workers: int = 1, dry_run: bool = False) -> None:
        self.parts, self.calls, self.workers, self.dry_run = parts, calls, workers, dry_run
        self.added: list[Remembered] = []
        self.usage = Usage()
        self._llm: AsyncLLM | None = None
        self._tasks: Sequence[OneAdd] = ()

    async def run(self, on_progress: Callable[[int], None] = lambda _: None) -> None:
        """Run all calls. `on_progress` gets the number of finished calls after each transaction.

        Raises:
            GraphMemError: a call failed. The calls in `added` are written, the others are not.
        """
        if any(call.infer for call in self.calls):
            self._llm = await self.parts.llm()
        self._tasks = tasks = [OneAdd(call, self._llm) for call in self.calls]
        store = await self.parts.store()
        read, failure = await together([partial(task.read, store) for task in tasks], self._concurrency)
        # The calls before the first that failed are still carried out, as if they had been made one by one.
        pending = tasks[: len(read)]
        await self._embed(pending)
        ahead = len(pending)
        while pending:
            window = pending[:ahead]
            done = await self._write(window)
            pending = pending[done:]
            # Those that have to wait were compared for nothing. So next time only as many are looked at as were done
            # now, and twice as many once none has to wait.
            if self._llm is not None:
                ahead = done if done < len(window) else 2 * done
            on_progress(len(self.added))
        if failure is not None:
            raise failure

    @property
    def _concurrency(self) -> int:
        # Without a model, threads have no answers to wait for: they would only compete for the processor.
        return 1 if self._llm is None else self.workers

    async def _embed(self, tasks: Sequence[OneAdd]) -> None:
        # A dry run that stores messages word for word needs no vectors: it only looks up identities.
        embedded = [task for task in tasks if task.call.infer or not self.dry_run]
        if not any(task.drafts for task in embedded):
            return
        # What was said is embedded in the same call, if it is written and found at all.
        find = self.parts.find_messages and not self.dry_run
        texts = {id(task): task.texts(messages=find) for task in embedded}
        wanted = list(dict.fromkeys(text for task in embedded for text in texts[id(task)]))
        with self.usage.stage("embed"):
            vectors = dict(zip(wanted, await self.parts.embed(wanted, writing=not self.dry_run), strict=True))
        for task in embedded:
            task.take(vectors, messages=find)

    async def _write(self, tasks: Sequence[OneAdd]) -> int:
        """Decide about these tasks and write them in one transaction. Retries on conflict.

        Returns:
            How many tasks were written, counted from the first; at least 1.
        """
        limit = len(tasks)

        async def attempt() -> int:
            nonlocal limit
            try:
                return await self._write_once(tasks, limit)
            except ConflictError:
                # The conflict may be between these tasks, and then it would come back on every attempt. A single task can
                # only conflict with another writer.
                limit = 1
                raise

        return await retried(attempt, ConflictError)

    async def _write_once(self, tasks: Sequence[OneAdd], limit: int) -> int:
        # Compared and decided again on every attempt: a conflict means that the known memories have changed.
        for task in tasks:
            # What an earlier attempt decided no longer counts.
            task.reword({}, {})
        prepared = [task.prepared for task in tasks]
        if self._llm is None:
            # Calls decided together see only what the store holds now, so a call that depends on an earlier one must wait
            # until that one is written.
            tasks = tasks[: batches.independent(prepared)]
        near, entities = await self._compare([task for task in tasks if task.call.infer])
        expected = near if self._llm is None else batches.expected(prepared, near)
        decided = await self._decided(tasks, prepared, expected)
        # A task that was decided without knowing what an earlier one changes must wait until that one is written.
        outcomes = [
            batches.Decided(add, decision, task.drafts, task.vectors)
            for add, decision, task in zip(prepared, decided, tasks, strict=False)
        ]
        count = min(limit, batches.writable_together(outcomes, near, expected))
        ready = list(zip(tasks, decided[:count], strict=False))
        sets: list[ChangeSet] = []
        at = times.now()
        for task, task_decisions in ready:
            changes = task.changes(task_decisions, entities, at)
            # The next task may mention the entities of this one, although they are not written yet.
            entities = batches.with_entities(entities, changes)
            sets.append(changes)
        applied = await self._apply(sets)
        for (task, task_decisions), changes in zip(ready, sets, strict=True):
            self.added.append(task.finish(task_decisions, changes, applied.get(changes.id)))
        return len(ready)

    async def _decided(
        self, tasks: Sequence[OneAdd], prepared: Sequence[Prepared], near: Mapping[str, Sequence[Known]]
    ) -> Sequence[Sequence[Decision]]:
        """The decisions about the first of these tasks, at least one; all of them unless one failed, or has to wait for its turn.

        Args:
            prepared: of all tasks, and perhaps of later ones. near: as for `_decide`.
        """
        leading, beyond = len(tasks), list[int]()
        if self._llm is not None:
            leading, beyond = batches.askable(
                batches.open_questions(prepared, near), len(self.added), [task.asked for task in self._tasks]
            )
        deciding = [partial(self._decide, task, near) for task in tasks[:leading]]
        # What is decided about those that don't come next is kept until their turn.
        deciding += [partial(tasks[index].decide, near) for index in beyond]
        decided, failure = await together(deciding, self._concurrency)
        decided = decided[:leading]
        # If a later task failed, the ones before it are written first; it fails again on its next turn.
        if failure is not None and not decided:
            raise failure
        return decided

    async def _apply(self, sets: Sequence[ChangeSet]) -> Mapping[str, Applied]:
        """Write these in one transaction; what the store answered, by their ids."""
        # A call without facts writes nothing, not even its transcript.
        writing = [changes for changes in sets if changes.changes and not self.dry_run]
        if not writing:
            return {}
        store = await self.parts.store()
        with self.usage.stage("write"):
            results = await store.apply(writing)
        return {changes.id: result for changes, result in zip(writing, results, strict=True)}

    async def _compare(self, tasks: Sequence[OneAdd]) -> tuple[Mapping[str, Sequence[Known]], Entities]:
        """Read what is known: draft id → the known memories close to it; and owner → its known entities."""
        near: dict[str, Sequence[Known]] = {}
        entities: dict[str, Sequence[Entity]] = {}
        # Grouped by scope: one request to the store for each scope instead of one for each draft.
        probes: dict[Scope, list[tuple[Draft, Vector | None]]] = {}
        for task in tasks:
            for draft, vector in zip(task.drafts, task.vectors, strict=True):
                probes.setdefault(draft.memory.scope, []).append((draft, vector))
        with self.usage.stage("compare"):
            for scope, probed in probes.items():
                prefixes, endings = drafts.sought([draft for draft, _ in probed])
                request = NearRequest(
                    changeable_from(scope),
                    times.now(),
                    scope.owner,
                    tuple(drafts.probe(draft, vector) for draft, vector in probed),
                    prefixes,
                    endings,
                    limit=batches.NEAREST,
                    floor=decisions.FLOOR,
                )
                nearby = await (await self.parts.store()).nearest(request)
                near.update(
                    (draft.memory.id, [each for each in known if decisions.may_change(draft.memory, each.memory)])
                    for (draft, _), known in zip(probed, nearby.known, strict=True)
                )
                entities[scope.owner] = (*entities.get(scope.owner, ()), *nearby.entities)
        return near, entities

    async def _decide(self, task: OneAdd, near: Mapping[str, Sequence[Known]]) -> Sequence[Decision]:
        """One decision for each draft of a task, in their order. `near`: draft id → the known memories close to it."""
        if task.call.infer:
            decided = await task.decide(near)
            await self._reword(task, decided)
            return await self._withdraw_duplicates(task, decided)
        if not self.dry_run:
            # Word for word: the store itself turns a Create of a known text into NONE.
            return [Decision("ADD")] * len(task.drafts)
        # A dry run writes nothing, so the store can't tell. Known texts are looked up instead.
        known = await self._known_ids([draft.memory.identity for draft in task.drafts])
        return [
            Decision("NONE", drafts.with_id(draft, known[draft.memory.identity]))
            if draft.memory.identity in known
            else Decision("ADD")
            for draft in task.drafts
        ]

    async def _reword(self, task: OneAdd, decided: Sequence[Decision]) -> None:
        """Give the drafts of a task the texts that were decided for updated memories, and vectors of these."""
        texts = {index: decision.text for index, decision in enumerate(decided) if decision.text is not None}
        vectors: Sequence[Vector | None] = [None] * len(texts)
        task.supported = ()
        if texts and not self.dry_run:
            with self.usage.stage("embed"):
                vectors = await self.parts.embed(list(texts.values()), writing=True)
            with self.usage.stage("compare"):
                targets = [target.id for index in texts if (target := decided[index].target) is not None]
                task.supported = await (await self.parts.store()).relations(targets)
        task.reword(texts, dict(zip(texts, vectors, strict=True)))

    async def _known_ids(self, identities: Sequence[str]) -> Mapping[str, str]:
        """Identity → id of the current memory with this identity. Identities without a memory are left out."""
        # Identities are looked up without the filter, so it may match nothing: that skips all other comparisons.
        request = NearRequest(NOTHING, times.now(), "", tuple(Probe(identity, None) for identity in identities))
        known = (await (await self.parts.store()).nearest(request)).known
        return {
            identity: memories[0].memory.id for identity, memories in zip(identities, known, strict=True) if memories
        }

    async def _withdraw_duplicates(self, task: OneAdd, decided: Sequence[Decision]) -> Sequence[Decision]:
        """An UPDATE may give a memory a text that another memory has already. Then the updated memory is withdrawn instead."""
        identities = drafts.identities_after_update(task.drafts, decided)
        if not identities:
            return decided
        known = await self._known_ids(list(identities.values()))
        return drafts.withdraw_duplicates(decided, identities, known)
