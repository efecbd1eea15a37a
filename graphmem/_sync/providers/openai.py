"""Language models and embedders of OpenAI-compatible servers, reached by the openai package."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from openai import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    OpenAI,
    RateLimitError,
)

from graphmem.errors import EmbeddingError, ExtractionError
from graphmem.model.requests import Completion, Prompt
from graphmem.model.vectors import Vector, unit_vectors
from graphmem.settings import OpenAISettings

# Texts in one request for embeddings; servers limit them.
_BATCH = 256


class OpenAILLM:
    """Chat completions with structured output.

    A server that rejects ``json_schema`` is asked for ``json_object`` from then on, with the schema in the prompt.
    The openai package retries 429, 5xx and time-outs with backoff, up to `max_retries` times.
    """

    def __init__(self, settings: OpenAISettings) -> None:
        self._settings = settings
        self._client = _client(settings)
        self._structured = True

    @property
    def name(self) -> str:
        return self._settings.model

    def complete(self, prompt: Prompt) -> Completion:
        try:
            return self._complete(prompt)
        except APIError as error:
            raise ExtractionError(f"{_reason(error, self._settings)}. Nothing was stored") from error

    def close(self) -> None:
        self._client.close()

    def _complete(self, prompt: Prompt) -> Completion:
        if self._structured:
            try:
                return self._request(prompt.messages, _json_schema(prompt))
            except APIStatusError as error:
                if not _is_about_format(error):
                    raise
                self._structured = False
        # "json_object" promises JSON of any shape, so the prompt must tell the model which.
        hint = {"role": "system", "content": f"The JSON schema of the answer:\n{json.dumps(prompt.schema)}"}
        return self._request((*prompt.messages, hint), {"type": "json_object"})

    def _request(self, messages: Sequence[Any], response_format: dict[str, Any]) -> Completion:
        settings = self._settings
        # OpenAI renamed this option. Other servers may only know its old name, max_tokens.
        options: dict[str, Any] = {"max_tokens" if settings.base_url else "max_completion_tokens": settings.max_tokens}
        if settings.temperature is not None:
            options["temperature"] = settings.temperature
        # Any, because the package's types describe only OpenAI's own answers, and other servers leave parts out.
        create: Any = self._client.chat.completions.create
        answer = create(
            model=self._settings.model,
            messages=list(messages),
            response_format=response_format,
            **options,
        )
        choices = getattr(answer, "choices", None)
        if not choices:
            raise ExtractionError(f"{self.name} answered without a message. Nothing was stored")
        message = choices[0].message
        if getattr(message, "refusal", None):
            raise ExtractionError(f"{self.name} refused: {str(message.refusal)[:200]}. Nothing was stored")
        usage = answer.usage
        return Completion(
            message.content or "",
            usage.prompt_tokens if usage else 0,
            usage.completion_tokens if usage else 0,
        )


class OpenAIEmbedder:
    """Embeddings as vectors of 32-bit floats, scaled to unit length; None for a text whose vector is all zeros."""

    def __init__(self, settings: OpenAISettings) -> None:
        self._settings = settings
        self._client = _client(settings)

    @property
    def name(self) -> str:
        return self._settings.model

    def embed(self, texts: Sequence[str]) -> Sequence[Vector | None]:
        vectors: list[Vector | None] = []
        try:
            for start in range(0, len(texts), _BATCH):
                # OpenAI rejects the whole request if one text is empty.
                batch = [text or " " for text in texts[start : start + _BATCH]]
                answer = self._client.embeddings.create(model=self._settings.model, input=batch)
                rows = np.array(
                    [item.embedding for item in sorted(answer.data, key=lambda item: item.index)], dtype=np.float32
                )
                if rows.ndim != 2 or len(rows) != len(batch):
                    raise EmbeddingError(
                        f"{self.name} gave {len(rows)} vectors for {len(batch)} texts. Nothing was stored"
                    )
                vectors += unit_vectors(rows)
        except (APIError, ValueError) as error:
            raise EmbeddingError(f"{_reason(error, self._settings)}. Nothing was stored") from error
        return vectors

    def close(self) -> None:
        self._client.close()


def _client(settings: OpenAISettings) -> OpenAI:
    return OpenAI(
        # The package insists on a key, even for local servers that need none.
        api_key=settings.api_key or "none",
        base_url=settings.base_url,
        timeout=settings.timeout_seconds,
        max_retries=settings.max_retries,
    )


def _json_schema(prompt: Prompt) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": prompt.name, "strict": True, "schema": dict(prompt.schema)}}


def _is_about_format(error: APIStatusError) -> bool:
    # Most servers answer 400; some that do not know the option answer 500.
    text = str(error).lower()
    return error.status_code in (400, 422, 500) and ("response_format" in text or "schema" in text)


def _reason(error: Exception, settings: OpenAISettings) -> str:
    where = f"{settings.model} at {settings.base_url or 'the OpenAI API'}"
    match error:
        case RateLimitError():
            return (
                f"{where} is over its rate limit (429) after {settings.max_retries} retries; wait, or raise the limit"
            )
        case APITimeoutError():
            return f"{where} did not answer within {settings.timeout_seconds:.0f} seconds, {settings.max_retries + 1} times"
        case APIConnectionError():
            return f"{where} can't be reached; check base_url and the network"
        case APIStatusError(status_code=401 | 403):
            return f"{where} refuses the key; set OPENAI_API_KEY or pass api_key="
        case APIStatusError():
            return f"{where} answered with status {error.status_code}"
    return f"{where} gave an answer that can't be read ({type(error).__name__})"
