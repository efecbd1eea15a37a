"""How embedding servers want to be asked, and how their answers are read. Pure."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from graphmem.model.server_refusals import Refusal, UnusableAnswerError

# Texts in one request; servers limit them.
MOST_INPUTS = 256
# No window is shorter than this, in characters: a text that is no longer is refused for another reason.
_SHORTEST = 256
_ENCODING = re.compile(r"encoding.?format|base64|\bfloat", re.IGNORECASE)
_SIZE = re.compile(
    r"batch|token|length|long|large|limit|size|too many|exceed|maximum|at most|larger|greater|context|payload|inputs?\b",
    re.IGNORECASE,
)
_TEXT = re.compile(r"\bstr(?:ing)?\b", re.IGNORECASE)
_AT_FAULT = frozenset({400, 404, 413, 422})
# Inner errors and time-outs without a word may come of too much work: they are believed if a request of this size fails, too.
_SILENT = frozenset({500, 504})
_LITTLE = 16
# The largest number of a vector lies between these.
_SMALLEST, _LARGEST = 1e-6, 1e6
# Under which names answers hold vectors, and under which one of them its numbers.
_HOLDERS = ("data", "embeddings", "embedding", "predictions", "vectors", "output", "results", "result", "float")
_NUMBERS = ("embedding", "embeddings", "values", "vector", "float", "dense")
_NO_VECTORS = "gave something else than vectors"


@dataclass(frozen=True, slots=True)
class EmbeddingForm:
    """What a server is sent.

    Attributes:
        encodings: of the numbers, those still to be tried; the first is asked for, None asks for none.
        inputs: texts in one request. length: characters of a text; what is longer is cut. None: no text is.
        listed: whether a text is sent in a list, too, where it is the only one.
    """

    encodings: tuple[str | None, ...] = ("base64", "float", None)
    inputs: int = MOST_INPUTS
    length: int | None = None
    listed: bool = True

    def batch(self, texts: Sequence[str], start: int) -> list[str]:
        """The texts of the next request, of those from `start` on."""
        # OpenAI rejects the whole request if one text is empty.
        return [text[: self.length] or " " for text in texts[start : start + self.inputs]]

    def body(self, batch: Sequence[str], model: str) -> dict[str, Any]:
        """The request for these texts."""
        encoding = self.encodings[0]
        texts = list(batch) if self.listed else batch[0]
        return {"model": model, "input": texts, **({} if encoding is None else {"encoding_format": encoding})}


def first_form(*, openai: bool) -> EmbeddingForm:
    """What is sent before anything is learnt. `openai`: whether the server is OpenAI's own; of others few know base64."""
    return EmbeddingForm() if openai else EmbeddingForm(("float", None, "base64"))


def changed(form: EmbeddingForm, before: EmbeddingForm, batch: Sequence[str], refused: Refusal) -> EmbeddingForm | None:
    """Another form that a server may take which refused this batch; None if there is none.

    Args:
        before: what it took before this call. If a text alone is refused, its length was to blame, not how many there were.
    """
    if refused.hopeless:
        return None
    if _ENCODING.search(refused.words) and (other := other_encoding(form)) is not None:
        return other
    if refused.status in _SILENT and not _SIZE.search(refused.words):
        return replace(form, inputs=_LITTLE) if len(batch) > _LITTLE else None
    told = refused.status >= 500 and _SIZE.search(refused.words)
    if not (refused.status in _AT_FAULT or told or refused.too_large):
        return None
    # An address without embeddings is not found, whatever is sent.
    if refused.status == 404 and not _SIZE.search(refused.text):
        return None
    if len(batch) > 1:
        return replace(form, inputs=(len(batch) + 1) // 2)
    if form.listed and _TEXT.search(refused.words):
        return replace(form, inputs=1, listed=False)
    if len(batch[0]) > _SHORTEST:
        return replace(form, inputs=before.inputs, length=max(_SHORTEST, len(batch[0]) // 2))
    return None


def other_encoding(form: EmbeddingForm) -> EmbeddingForm | None:
    """The same with the next encoding; None if there is no other."""
    return replace(form, encodings=form.encodings[1:]) if len(form.encodings) > 1 else None


def vectors(answer: Any, count: int) -> npt.NDArray[np.float32]:
    """Read an answer: shape (count, dimensions), in the order of the texts.

    Where an answer numbers its vectors, the number tells which text each belongs to; where it doesn't, its place does.

    Raises:
        UnusableAnswerError: there are more or fewer vectors, they differ in length, or hold what is no finite number.
    """
    found = rows(answer)
    if len(found) != count:
        raise UnusableAnswerError(f"gave {len(found)} vectors for {count} texts")
    numbers = [_numbers(row) for row in found]
    places = [_place(row) for row in found]
    # Some count from 1.
    if sorted(places) in (list(range(count)), list(range(1, count + 1))):
        numbers = [numbers[place] for place in np.argsort(places)]
    if len({len(row) for row in numbers}) != 1 or not len(numbers[0]):
        raise UnusableAnswerError("gave vectors of different lengths, or empty ones")
    stacked = np.stack(numbers)
    if not np.isfinite(stacked).all():
        raise UnusableAnswerError("gave a vector with numbers that are not finite")
    return stacked


def rows(answer: Any) -> Sequence[Any]:
    """The vectors of an answer, each as the server writes it."""
    if isinstance(answer, Mapping):
        found = next((answer[name] for name in _HOLDERS if name in answer), None)
        if isinstance(found, Mapping):
            return rows(found) or [found]
        return [found] if _is_vector(found) else found if isinstance(found, list) else []
    return [answer] if _is_vector(answer) else answer if isinstance(answer, list) else []


def _place(row: Any) -> int:
    """The number of a vector; -1 if it has none."""
    # A server that leaves out what is 0 leaves out the first number.
    place = (row.get("index", row.get("text_index")) or 0) if isinstance(row, Mapping) else -1
    try:
        return int(place)
    except (TypeError, ValueError, OverflowError):
        return -1


def _is_vector(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, int | float) for each in value)


def _numbers(row: Any) -> npt.NDArray[np.float32]:
    """The numbers of one vector."""
    while isinstance(row, Mapping):
        if "indices" in row:
            raise UnusableAnswerError("gave sparse vectors; a model with dense ones is needed")
        row = next((row[name] for name in _NUMBERS if name in row), None)
    # Some wrap each vector once more.
    while isinstance(row, list) and len(row) == 1 and isinstance(row[0], list):
        row = row[0]
    if not isinstance(row, str | list):
        raise UnusableAnswerError(_NO_VECTORS)
    if isinstance(row, list) and any(number is None or isinstance(number, bool | str) for number in row):
        raise UnusableAnswerError("gave a vector with something in it that is no number")
    try:
        if isinstance(row, str):
            found = np.frombuffer(base64.b64decode(row, validate=True), dtype="<f4").astype(np.float32)
        else:
            with np.errstate(over="ignore"):
                found = np.array(row, dtype=np.float32)
    except (TypeError, ValueError, OverflowError):
        raise UnusableAnswerError(_NO_VECTORS) from None
    if isinstance(row, str) and not _likely(found):
        raise UnusableAnswerError("gave base64 of something else than 32-bit floats, lowest byte first")
    if found.ndim != 1:
        raise UnusableAnswerError("gave more than one vector for a text; one for the whole text is needed")
    return found


def _likely(numbers: npt.NDArray[np.float32]) -> bool:
    """Whether an embedder may give these. Halves, doubles and the other order of bytes look like numbers that none does."""
    return not numbers.any() or _SMALLEST < float(np.abs(numbers).max()) < _LARGEST
