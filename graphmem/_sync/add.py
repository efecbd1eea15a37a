"""The way of an add: messages → extraction → embedding → resolution → one transaction. The order is here, the rules are not."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from graphmem import clock, extraction, resolution
from graphmem._sync.wiring import Parts
from graphmem.changes import Applied
from graphmem.extraction import Extraction, InvalidAnswerError
from graphmem.model import Message, Relation
from graphmem.prompts import Instructions, extraction_prompt, repair_prompt
from graphmem.resolution import Outcome, Terms


@dataclass(frozen=True, slots=True)
class Added:
    """What one add did, or with dry_run would do."""

    outcomes: Sequence[Outcome]
    relations: Sequence[Relation]


def add(
    parts: Parts,
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
    store = parts.store()
    found = _extract(parts, messages, instructions) if infer else extraction.verbatim(messages)
    drafts = resolution.drafts(found, terms, _new_id)
    if not drafts:
        return Added((), ())
    if dry_run:
        known = store.known([draft.memory.identity for draft in drafts])
        applied = Applied(
            {draft.memory.id: known[draft.memory.identity] for draft in drafts if draft.memory.identity in known}
        )
        changes = resolution.changes(drafts, [None] * len(drafts), messages, terms, clock.now(), _new_id)
    else:
        vectors = parts.embed([draft.memory.text for draft in drafts], writing=True)
        changes = resolution.changes(drafts, vectors, messages, terms, clock.now(), _new_id)
        applied = store.apply(changes)
    return Added(resolution.outcomes(drafts, applied), resolution.relations_of(changes, applied))


def _extract(parts: Parts, messages: Sequence[Message], instructions: Instructions) -> Extraction:
    """Facts by the language model, asked once more if its answer can't be used; else by the offline rules."""
    llm = parts.llm()
    if llm is None:
        # Not needed by those who have a model, nor to search.
        from graphmem.offline.extractor import extract as extract_offline

        return extract_offline(messages, instructions)
    prompt = extraction_prompt(messages, instructions)
    answer = llm.complete(prompt)
    try:
        return extraction.read_answer(answer.text, messages, instructions)
    except InvalidAnswerError as error:
        again = llm.complete(repair_prompt(prompt, answer.text, str(error)))
    try:
        return extraction.read_answer(again.text, messages, instructions)
    except InvalidAnswerError as error:
        raise extraction.failed(str(error)) from error


def _new_id() -> str:
    return str(uuid.uuid4())
