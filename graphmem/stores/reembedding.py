"""Whose vectors a store holds: it refuses others, and comes to those of another embedder in steps, as all stores do it."""

from __future__ import annotations

from typing import Literal, TypeAlias

from graphmem.errors import SchemaError
from graphmem.model.requests import EmbedderInfo, Reembedding

# bind: there are no vectors yet, the embedder is only recorded. begin: throw away what was made for another one. keep: it has begun.
# give up: throw away what was made, the old vectors stay. done: the store has this embedder's vectors.
Step: TypeAlias = Literal["bind", "begin", "keep", "give up", "done"]


def check_embedder(
    recorded: EmbedderInfo, given: EmbedderInfo, location: str, change: Reembedding | None = None
) -> None:
    """Refuse an embedder whose vectors can't be compared with those in the store.

    Args:
        change: to another embedder, where one goes on.

    Raises:
        SchemaError: the model or the size is another one.
    """
    if recorded == given:
        return
    holds = f"{location} holds vectors of {recorded.name} ({recorded.dimensions} floats)"
    if change is not None and change.embedder == given:
        raise SchemaError(
            f"{holds}, and is being given those of {given.name} ({given.dimensions} floats): {change.done} of {change.total} texts "
            f"have one. Until all have, use {recorded.name}; `graphmem reembed` (client.reembed()) goes on with it. Nothing was written"
        )
    raise SchemaError(
        f"{holds}, and this client embeds with {given.name} ({given.dimensions} floats): use {recorded.name}, or another store, or give "
        f"all of it vectors of {given.name} by `graphmem reembed` (client.reembed()). Nothing was written"
    )


def next_step(
    recorded: EmbedderInfo | None, coming: EmbedderInfo | None, given: EmbedderInfo, location: str, *, restart: bool
) -> Step:
    """What `reembed` with this embedder is to do.

    Args:
        recorded: whose vectors the store answers with.
        coming: the embedder of a change that goes on.
        given: the one that is asked for.
        restart: whether what was made for yet another one is to be thrown away.

    Raises:
        SchemaError: a change to yet another embedder goes on, and `restart` was not asked for.
    """
    if coming is not None and coming != given and not restart:
        raise SchemaError(
            f"{location} is being given vectors of {coming.name} ({coming.dimensions} floats), and this client embeds with {given.name} "
            f"({given.dimensions} floats): go on with {coming.name}, or throw those vectors away by `graphmem reembed --restart` "
            "(client.reembed(restart=True)). Nothing was written"
        )
    if recorded is None:
        return "bind"
    if recorded == given:
        return "done" if coming is None else "give up"
    return "keep" if coming == given else "begin"
