"""LlamaIndex: the tools of a server's /mcp, with a key that is bound to a user. Nothing of graphmem is installed beside it."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.llms import ChatMessage, MessageRole
from llama_index.core.llms.mock import MockFunctionCallingLLM, ToolCallBlock
from llama_index.tools.mcp import BasicMCPClient, McpToolSpec

CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("add_memory", {"text": "I like green tea.", "infer": False}),
    ("search_memories", {"query": "tea"}),
)


def scripted(messages: list[ChatMessage], **more: Any) -> ChatMessage:
    """Calls the tools one after the other, and then says what the last one gave."""
    assert {name for name, _ in CALLS} <= {tool.metadata.name for tool in more["tools"]}
    given = [message for message in messages if message.role == MessageRole.TOOL]
    if len(given) == len(CALLS):
        return ChatMessage(role=MessageRole.ASSISTANT, content=str(given[-1].content))
    name, arguments = CALLS[len(given)]
    call = ToolCallBlock(tool_call_id=name, tool_name=name, tool_kwargs=arguments)
    return ChatMessage(role=MessageRole.ASSISTANT, blocks=[call])


async def main(address: str, key: str) -> None:
    client = BasicMCPClient(f"{address}/mcp", headers={"Authorization": f"Bearer {key}"})
    tools = await McpToolSpec(client, allowed_tools=[name for name, _ in CALLS]).to_tool_list_async()
    model = MockFunctionCallingLLM(response_generator=scripted)
    said = await FunctionAgent(tools=tools, llm=model, streaming=False).run("What do I drink?")
    assert "I like green tea." in str(said), said


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
    print("fine")
