"""Asks a language model, once more if its answer can't be used, and counts what that costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from graphmem._sync.protocols import LLM
from graphmem.model.requests import Completion, Prompt
from graphmem.remember.by_model import facts_of_answer
from graphmem.remember.by_model.lenient_json import InvalidAnswerError
from graphmem.remember.by_model.prompts import repair_prompt
from graphmem.remember.usage import Usage

_Answer = TypeVar("_Answer")


class Asking:
    """A language model, and the usage to which the cost of its answers is added."""

    def __init__(self, llm: LLM, usage: Usage) -> None:
        self.llm, self.usage = llm, usage

    def ask(self, question: Prompt, read: Callable[[str], _Answer]) -> _Answer:
        """Ask a question; if the answer is invalid, ask once more and say what was wrong with it.

        Args:
            read: turns the text of an answer into a value, or raises InvalidAnswerError.

        Returns:
            What `read` made of the answer.

        Raises:
            ExtractionError: the model failed, or both answers were invalid.
        """
        answer = self.complete(question)
        try:
            return read(answer.text)
        except InvalidAnswerError as error:
            again = self.complete(repair_prompt(question, answer.text, str(error)))
        try:
            return read(again.text)
        except InvalidAnswerError as error:
            raise facts_of_answer.failed(str(error), cut_off=again.cut_off) from error

    def complete(self, question: Prompt) -> Completion:
        """One answer. Its cost is added to `usage`."""
        answer = self.llm.complete(question)
        self.usage.llm_calls += 1
        self.usage.prompt_tokens += answer.prompt_tokens
        self.usage.completion_tokens += answer.completion_tokens
        return answer
