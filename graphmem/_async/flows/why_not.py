"""The steps that tell why a search did not return a memory: can it be found at all? was it found? where would it stand?"""

from __future__ import annotations

from collections.abc import Callable

from graphmem._async.flows.search import Looked, Wanted, look, look_at
from graphmem._async.parts import AsyncParts
from graphmem.model import times
from graphmem.model.memory import StoredMemory
from graphmem.model.requests import VersionsRequest
from graphmem.search.ranking import rank
from graphmem.search.why_not import Why, of_ranking, of_state


async def why_not(
    parts: AsyncParts, wanted: Wanted, memory_id: str, visible: Callable[[StoredMemory], bool]
) -> tuple[Why, Looked | None]:
    """What became of a memory in this search, and the search, if it had to be made.

    Args:
        visible: whether the caller may know of a memory, whatever the filter says.

    Raises:
        EmbeddingError: the query could not be embedded.
    """
    store = await parts.store()
    chain = await store.versions(VersionsRequest((memory_id,), messages=False))
    # What the caller may not know of must look like what never was.
    chain = chain if chain and visible(chain[-1].memory) else ()
    why = of_state(chain, wanted.filter, wanted.as_of or times.now(), wanted.as_of)
    if why is not None:
        return why, None
    looked = await look(parts, wanted)
    ranked, found = looked.ranked, any(hit.candidate.id == memory_id for hit in looked.ranked)
    if not found and (alone := await look_at(parts, looked, memory_id, wanted.as_of)) is not None:
        ranked = rank((*looked.findings.candidates, alone), looked.question)
    return of_ranking(ranked, memory_id, looked.request, wanted.top_k, wanted.threshold, found=found), looked
