"""Asks each part of a client once whether it works: the store, the embedder, the language model."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal

from graphmem._sync.flows.ask import Asking
from graphmem._sync.parts import Parts
from graphmem._sync.waiting import Action
from graphmem.errors import GraphMemError
from graphmem.model import times
from graphmem.model.memory import Message
from graphmem.remember.by_model import facts_of_answer
from graphmem.remember.by_model.prompts import extraction_prompt
from graphmem.remember.instructions import Instructions
from graphmem.remember.usage import Usage

_SAID = (Message("user", "I am allergic to nuts and I live in Oslo."),)


@dataclass(frozen=True, slots=True)
class Pinged:
    """One part, how long it took to answer, and what was wrong with it; None if nothing was."""

    part: Literal["store", "embedder", "llm"]
    name: str
    milliseconds: float
    error: str | None


def ping(parts: Parts) -> list[Pinged]:
    """What works. Nothing is written, and what one part does not do keeps no other from being asked."""

    def store() -> None:
        (parts.store()).info()

    def embedder() -> None:
        # The store isn't asked whether it has vectors of this one: that is the store's part.
        parts.embedded([_SAID[0].content])

    def llm() -> None:
        model = parts.llm()
        if model is not None:
            # A real prompt: a server may answer "hello" and yet take no schema.
            instructions = Instructions(times.now())
            Asking(model, Usage()).ask(
                extraction_prompt(_SAID, instructions),
                lambda text: facts_of_answer.read_answer(text, _SAID, instructions),
            )

    return [
        _timed("store", parts, store),
        _timed("embedder", parts, embedder),
        _timed("llm", parts, llm),
    ]


def _timed(part: Literal["store", "embedder", "llm"], parts: Parts, action: Action[None]) -> Pinged:
    start, error = time.perf_counter(), None
    try:
        action()
    except GraphMemError as failure:
        error = str(failure)
    return Pinged(part, parts.choices[part].name, round(1_000 * (time.perf_counter() - start), 3), error)
