"""Language models and embedders that callers made: what these give is checked, and what they raise becomes an error of ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphmem._sync.waiting import waited
from graphmem.errors import EmbeddingError, ExtractionError, GraphMemError
from graphmem.model.requests import Completion, completion_of
from graphmem.model.vectors import Vector, directions


class _Given:
    def __init__(self, given: Any) -> None:
        self._given = given

    @property
    def name(self) -> str:
        return _name(self._given)

    def close(self) -> None:
        close(self._given)

    def _failed(self, what: str, error: Exception) -> str:
        """What to say of an exception. Not its words: they may hold anything."""
        return f"{what} {self.name} raised {type(error).__name__}, the cause of this error. Nothing was stored"


def close(given: Any) -> None:
    """Close what a caller made, if it can be closed."""
    if hasattr(given, "close"):
        waited(given.close(), f"close() of {_name(given)}")


def _name(given: Any) -> str:
    return str(getattr(given, "name", type(given).__name__))


class GivenLLM(_Given):
    """A language model that a caller made."""

    def complete(self, prompt: Any) -> Completion:
        """Its answer. A text is one, too.

        Raises:
            ExtractionError: it raised something, or gave no answer. ConfigurationError: it is awaited and should not be, or the reverse.
        """
        try:
            answer = waited(self._given.complete(prompt), f"complete() of {self.name}")
        except GraphMemError:
            raise
        except Exception as error:
            raise ExtractionError(self._failed("the language model", error)) from error
        found = completion_of(answer)
        if found is None:
            raise ExtractionError(
                f"complete() of {self.name} gave {type(answer).__name__}: it must be graphmem.protocols.Completion or its text. "
                "Nothing was stored"
            )
        return found


class GivenEmbedder(_Given):
    """An embedder that a caller made. Its vectors may be of any numbers and length: they are scaled."""

    def embed(self, texts: Sequence[str]) -> Sequence[Vector | None]:
        """One vector a text.

        Raises:
            EmbeddingError: it raised something, or gave anything else. ConfigurationError: it is awaited and should not be, or the reverse.
        """
        return self._embedded("embed", texts)

    def embed_queries(self, texts: Sequence[str]) -> Sequence[Vector | None]:
        """As `embed`, for what is searched for, if it embeds that in its own way."""
        return self._embedded("embed_queries" if hasattr(self._given, "embed_queries") else "embed", texts)

    def _embedded(self, call: str, texts: Sequence[str]) -> Sequence[Vector | None]:
        try:
            answer = waited(getattr(self._given, call)(texts), f"{call}() of {self.name}")
        except GraphMemError:
            raise
        except Exception as error:
            raise EmbeddingError(self._failed("the embedder", error)) from error
        try:
            return directions(answer)
        except ValueError as error:
            raise EmbeddingError(f"{call}() of {self.name} gave {error}. Nothing was stored") from None
