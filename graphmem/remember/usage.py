"""What a call cost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Usage:
    """Requests, tokens and time, counted while a call runs.

    Attributes:
        llm_calls: requests to a language model, those for a repaired answer included.
        prompt_tokens, completion_tokens: as the server reports them; 0 if it does not.
        embeddings: texts embedded.
        milliseconds: by stage: recollect, extract, embed, compare, decide, write; stages that run concurrently are added up.
    """

    llm_calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    embeddings: int = 0
    milliseconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the time that the block takes."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self._spend(name, 1_000 * (time.perf_counter() - start))

    def include(self, other: Usage) -> None:
        """Add another call's usage to this one."""
        self.llm_calls += other.llm_calls
        self.prompt_tokens += other.prompt_tokens
        self.completion_tokens += other.completion_tokens
        self.embeddings += other.embeddings
        for name, spent in other.milliseconds.items():
            self._spend(name, spent)

    def _spend(self, name: str, milliseconds: float) -> None:
        self.milliseconds[name] = round(self.milliseconds.get(name, 0.0) + milliseconds, 3)
