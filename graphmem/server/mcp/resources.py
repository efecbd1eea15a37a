"""What a person can attach to a conversation: memories as resources, and a prompt that holds what is known."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError
from pydantic import Field

from graphmem.errors import GraphMemError, MemoryNotFoundError
from graphmem.server.mcp import answers
from graphmem.server.mcp.connection import Connection

_NEWEST = 100
_JSON = "application/json"


def add_to(server: MCPServer[Any], connection: Callable[[], Connection]) -> None:
    """Add the resources and the prompt to a server. `connection` gives the one that is being answered."""

    @server.resource(
        "graphmem://memories", title="Memories", description=f"The newest {_NEWEST} memories.", mime_type=_JSON
    )
    def memories() -> str:
        found = connection().client.get_all(limit=_NEWEST, output_format="v1.0")
        return _written([answers.known(each) for each in found])

    @server.resource(
        "graphmem://entities", title="Entities", description="People, places and things in memories.", mime_type=_JSON
    )
    def entities() -> str:
        return _written([answers.entity(row) for row in connection().client.entities()])

    @server.resource(
        answers.address("{memory_id}"),
        name="memory",
        title="One memory",
        description="A memory with all its versions and what was said.",
        mime_type=_JSON,
    )
    def one(memory_id: str) -> str:
        client = connection().client
        try:
            found = client.get(memory_id)
            versions = client.history(memory_id)
        except MemoryNotFoundError as error:
            raise ResourceNotFoundError(str(error)) from error
        except GraphMemError as error:
            raise ResourceError(str(error)) from error
        return _written({**answers.known(found), "history": [answers.version(row) for row in versions]})

    @server.prompt(title="Answer from memory", description="A question, with all that is known for answering it.")
    def answer_from_memory(
        question: Annotated[str, Field(description="What is to be answered.")],
    ) -> str:
        known = connection().client.context(question)
        if not known:
            return f"{question}\n\n(Nothing is remembered about this.)"
        return f"What is remembered:\n\n{known}\n\nAnswer from this, and say so if it does not tell:\n\n{question}"


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)
