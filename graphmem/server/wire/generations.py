"""What differs between the generations of the wire, a row each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Generation:
    """How one generation asks and is answered.

    Attributes:
        output_format: of a search, where the request names none.
        search_object: whether a search is always answered by an object.
        always_paged: whether a listing is always answered by a page.
        threshold: the lowest score of a search, where the request names none. 0.1 is what the hosted service publishes for its
            newest one; what scores less here is as good as nothing (see `MemoryClient.search`).
        always_later: whether an add is always answered before it is done.
    """

    output_format: str
    search_object: bool
    always_paged: bool
    threshold: float | None
    always_later: bool


GENERATIONS: Mapping[str, Generation] = {
    "v1": Generation("v1.0", search_object=False, always_paged=False, threshold=None, always_later=False),
    "v2": Generation("v1.0", search_object=False, always_paged=False, threshold=None, always_later=False),
    "v3": Generation("v1.0", search_object=True, always_paged=True, threshold=0.1, always_later=True),
}


def search_answer(generation: Generation, found: Any) -> Any:
    """What a search found, in the form that this generation expects."""
    return {"results": found} if generation.search_object and isinstance(found, list) else found
