"""Pydantic AI: the memory by MCP. CrewAI, LlamaIndex and others with an MCP client do the same."""

from __future__ import annotations

import asyncio
import sys

from fastmcp.client.transports import StdioTransport
from pydantic_ai import Agent
from pydantic_ai.mcp import MCPToolset
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart, ToolReturnPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

CALLS = [
    ToolCallPart("add_memory", {"text": "I like green tea.", "infer": False}),
    ToolCallPart("search_memories", {"query": "tea"}),
]


def scripted(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    """Calls the tools one after the other, and then says what the last one gave."""
    assert {"add_memory", "search_memories"} <= {tool.name for tool in info.function_tools}
    given = [part for message in messages for part in message.parts if isinstance(part, ToolReturnPart)]
    if len(given) < len(CALLS):
        return ModelResponse(parts=[CALLS[len(given)]])
    return ModelResponse(parts=[TextPart(str(given[-1].content))])


async def main(place: str) -> None:
    memory = MCPToolset(
        StdioTransport(sys.executable, ["-m", "graphmem", "mcp", "--user", "alex", "--store", place]), init_timeout=60
    )
    result = await Agent(FunctionModel(scripted), toolsets=[memory]).run("What do I drink?")
    assert "I like green tea." in result.output, result.output


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
    print("fine")
