"""Language models and embedders of servers that speak OpenAI's API, reached by the openai package.

Its models of answers are not used: they describe OpenAI's own, and other servers leave parts out or add some.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from openai import APIConnectionError, APIError, APIStatusError, APITimeoutError, OpenAI

from graphmem._sync.waiting import sleep
from graphmem.errors import ConfigurationError, EmbeddingError, ExtractionError
from graphmem.model import chat_forms, embedding_forms, server_answers
from graphmem.model.requests import Completion, Prompt
from graphmem.model.server_refusals import (
    Refusal,
    UnusableAnswerError,
    bare_address,
    refusal,
    refused_with_success,
    without_secrets,
)
from graphmem.model.vectors import Vector, unit_vectors
from graphmem.settings import OpenAISettings

# Forms of one request that are tried before its first refusal is believed.
_MOST_FORMS = 12
_LONGEST_PAUSE = 8.0
# What the connection's package calls an answer that begins and can't be read to its end → what to say.
_BROKEN = {
    "RemoteProtocolError": "broke off, or doesn't speak HTTP; look at its log, and whether a proxy stands between",
    "DecodingError": "gave an answer that isn't packed as it says (content-encoding); look at what proxies stand between",
    "TooManyRedirects": "sends requests on and on; check the address (OPENAI_BASE_URL, or base_url in the settings)",
}


class OpenAILLM:
    """Chat completions with structured output.

    A server that refuses a request is asked in another form, such as without a temperature or a schema (`chat_forms`). The form that it
    took is kept, so that the next request is one request. The openai package retries 429, 5xx and time-outs with backoff, up to
    `max_retries` times.
    """

    def __init__(self, settings: OpenAISettings) -> None:
        self._server = _Server(settings, "language model")
        self._form = chat_forms.first_form(openai=settings.base_url is None)

    @property
    def name(self) -> str:
        return self._server.settings.model

    def complete(self, prompt: Prompt) -> Completion:
        """Ask once, in as many forms as it takes.

        Raises:
            ExtractionError: the server can't be reached, refuses every form, or answers without a text.
        """
        settings, form, first = self._server.settings, self._form, None
        try:
            for _ in range(_MOST_FORMS):
                body = chat_forms.body(form, prompt, settings.model, settings.temperature, settings.max_tokens)
                answer = self._server.post("/chat/completions", body)
                if not isinstance(answer, Refusal):
                    # Kept only now: what didn't help teaches nothing.
                    self._form = form
                    return chat_forms.completion(answer)
                first = first or answer
                other = chat_forms.changed(form, answer)
                if other is None:
                    break
                form = other
        except (APIError, UnusableAnswerError) as error:
            raise ExtractionError(f"{self._server.failed(error)}. Nothing was stored") from error
        # The first: what came later may be about a form that nobody wanted.
        raise ExtractionError(f"{self._server.refused(first)}. Nothing was stored")

    def close(self) -> None:
        self._server.close()


class OpenAIEmbedder:
    """Embeddings as vectors of 32-bit floats, scaled to unit length; None for a text whose vector is all zeros.

    How many texts a request may have is found out by halving, and kept. A text that is longer than the model's window is cut: its vector
    is that of its beginning.
    """

    def __init__(self, settings: OpenAISettings) -> None:
        self._server = _Server(settings, "embedder")
        self._form = embedding_forms.first_form(openai=settings.base_url is None)

    @property
    def name(self) -> str:
        return self._server.settings.model

    def embed(self, texts: Sequence[str]) -> Sequence[Vector | None]:
        """One vector a text, in their order.

        Raises:
            EmbeddingError: the server can't be reached, refuses every form, or answers with anything but a finite vector a text.
        """
        found: list[Vector | None] = []
        try:
            while len(found) < len(texts):
                found += self._batch(texts, len(found))
        except (APIError, UnusableAnswerError) as error:
            raise EmbeddingError(f"{self._server.failed(error)}. Nothing was stored") from error
        return found

    def _batch(self, texts: Sequence[str], start: int) -> Sequence[Vector | None]:
        """The vectors of as many texts, from `start` on, as the server takes in one request."""
        before = form = self._form
        first: Refusal | None = None
        # Halving 256 texts and then the last one of them takes more forms than a chat has.
        for _ in range(3 * _MOST_FORMS):
            batch = form.batch(texts, start)
            answer = self._server.post("/embeddings", form.body(batch, self.name))
            if isinstance(answer, Refusal):
                first = first or answer
                other = embedding_forms.changed(form, before, batch, answer)
            elif embedding_forms.rows(answer) or embedding_forms.other_encoding(form) is None:
                rows = embedding_forms.vectors(answer, len(batch))
                self._form = form
                return unit_vectors(rows)
            else:
                # Some answer with nothing where they don't know how to write the numbers.
                other = embedding_forms.other_encoding(form)
            if other is None:
                break
            form = other
        raise EmbeddingError(f"{self._server.refused(first)}. Nothing was stored")

    def close(self) -> None:
        self._server.close()


class _Server:
    """A server, and what to say when it fails."""

    def __init__(self, settings: OpenAISettings, what: Literal["language model", "embedder"]) -> None:
        self.settings, self.what = settings, what
        try:
            self._client = OpenAI(
                # The package insists on a key, even for local servers that need none.
                api_key=settings.api_key or "none",
                base_url=settings.base_url,
                timeout=settings.timeout_seconds,
                max_retries=settings.max_retries,
                default_headers=dict(settings.extra_headers),
                default_query=dict(settings.extra_query),
            )
        # What the connection's package says of proxies in the environment has classes of its own, and may hold a password.
        except Exception as error:
            missing = f": {error}" if isinstance(error, ImportError) else ""
            raise ConfigurationError(
                f"the way to the {what} can't be used ({type(error).__name__}{missing}): "
                "check HTTP_PROXY, HTTPS_PROXY and ALL_PROXY, or take this host out by NO_PROXY"
            ) from None

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """The JSON of the answer, or the Refusal.

        Raises:
            APIError: there is no answer.
            UnusableAnswerError: it can't be read.
        """
        for attempt in range(self.settings.max_retries + 1):
            try:
                # As bytes: the package would read JSON only where the answer's type says so, and fail where it is none.
                content = self._client.post(path, cast_to=bytes, body={**body, **self.settings.extra_body})
            except APIStatusError as error:
                return refusal(error.status_code, error.body)
            answer: Any = server_answers.read(content)
            refused = refused_with_success(answer)
            if refused is None:
                return answer
            # The package retries by the status, which says success here.
            if not refused.transient or attempt == self.settings.max_retries:
                break
            sleep(min(0.5 * 2**attempt, _LONGEST_PAUSE))
        return refused

    def close(self) -> None:
        self._client.close()

    def refused(self, refused: Refusal | None) -> str:
        """What to say of a refusal: the server's words, and what to do."""
        if refused is None:
            return f"{self._where} gave no answer that can be used"
        retries = self.settings.max_retries
        match refused.status:
            case 429 if not refused.hopeless:
                told = f"is over its rate limit (429) after at most {retries} retries; wait, or raise the limit"
            case 401 | 403:
                told = "refuses the key; set OPENAI_API_KEY or pass api_key="
            case 404 if self.what == "embedder" and not refused.advice:
                told = (
                    "has no embeddings (status 404); set GRAPHMEM_EMBEDDER=local, or pass embedder= for another server"
                )
            case status:
                told = f"answered with status {status}{f'; {refused.advice}' if refused.advice else ''}"
        words = without_secrets(refused.text, self.settings.api_key)
        return f"{self._where} {told}{f'. It says: {words!r}' if words else ''}"

    def failed(self, error: Exception) -> str:
        """What to say where there is no answer, or none that can be used."""
        match error:
            case UnusableAnswerError():
                return f"{self.settings.model} {without_secrets(str(error), self.settings.api_key)}"
            case APITimeoutError():
                tries = self.settings.max_retries + 1
                return f"{self._where} did not answer within {self.settings.timeout_seconds:.0f} seconds, {tries} times"
            case APIConnectionError() if (broken := type(error.__cause__).__name__) in _BROKEN:
                return f"{self._where} {_BROKEN[broken]}"
            case APIConnectionError():
                without = "GRAPHMEM_EMBEDDER=local" if self.what == "embedder" else "GRAPHMEM_LLM=offline"
                return (
                    f"{self._where} can't be reached; check the network and the address (OPENAI_BASE_URL, or base_url in the settings), "
                    f"or do without it: {without}"
                )
        return f"{self._where} gave an answer that can't be read ({type(error).__name__})"

    @property
    def _where(self) -> str:
        url = self.settings.base_url
        return f"{self.settings.model} at {bare_address(url) if url else 'the OpenAI API'}"
