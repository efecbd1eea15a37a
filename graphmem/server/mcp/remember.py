"""What `add_memory` does with what an agent hands over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphmem._async.client.client import AsyncMemoryClient


def spoken_by(scope: Mapping[str, str]) -> str:
    """The role in which a text is remembered: an agent's memories come from what the assistant says, all others from the user."""
    return "assistant" if "agent_id" in scope and "user_id" not in scope else "user"


async def remember(client: AsyncMemoryClient, messages: Any, *, as_it_stands: bool = False, **options: Any) -> Any:
    """Add messages; what `add` returns in v1.1, with its explanation.

    Args:
        as_it_stands: keep the messages word for word where no fact is found in them. An agent that writes down one thing to
            remember has made a fact of it already, in words that the rules may not read ("User prefers dark mode").
        options: of `add`.
    """
    added = await client.add(messages, output_format="v1.1", explain=True, **options)
    if not as_it_stands or added["results"] or not options.get("infer", True) or _left_out(added["explain"]):
        return added
    return await client.add(messages, output_format="v1.1", explain=True, **{**options, "infer": False})


def _left_out(explanation: Mapping[str, Any]) -> bool:
    """Whether something was found and left out on purpose: it was known, is unwanted, holds a secret …"""
    return any(value for value in explanation.values() if isinstance(value, int))
