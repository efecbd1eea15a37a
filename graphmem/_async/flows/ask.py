"""A call's questions to a language model: asked once more where the answer can't be used, and counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from graphmem._async.protocols import AsyncLLM
from graphmem.model.requests import Prompt
from graphmem.remember.by_model import facts_of_answer
from graphmem.remember.by_model.lenient_json import InvalidAnswerError
from graphmem.remember.by_model.prompts import repair_prompt
from graphmem.remember.usage import Usage

_Answer = TypeVar("_Answer")


class Asking:
    """A language model, and the usage that its answers are counted in."""

    def __init__(self, llm: AsyncLLM, usage: Usage) -> None:
        self.llm, self.usage = llm, usage

    async def ask(self, asked: Prompt, read: Callable[[str], _Answer]) -> _Answer:
        """What `read` makes of the answer.

        Raises:
            ExtractionError: the model failed, or `read` refused (InvalidAnswerError) both answers.
        """
        answer = await self.complete(asked)
        try:
            return read(answer)
        except InvalidAnswerError as error:
            again = await self.complete(repair_prompt(asked, answer, str(error)))
        try:
            return read(again)
        except InvalidAnswerError as error:
            raise facts_of_answer.failed(str(error)) from error

    async def complete(self, asked: Prompt) -> str:
        answer = await self.llm.complete(asked)
        self.usage.llm_calls += 1
        self.usage.prompt_tokens += answer.prompt_tokens
        self.usage.completion_tokens += answer.completion_tokens
        return answer.text
