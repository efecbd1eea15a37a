"""OpenAI Agents SDK: the memory by two tools of a few lines, and by MCP."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from agents import Agent, Model, ModelResponse, Runner, Usage, function_tool, set_tracing_disabled
from agents.mcp import MCPServerStdio
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseOutputText

from graphmem import AsyncMemoryClient


class Scripted(Model):
    """Calls these tools one after the other, and then says what the last one gave."""

    def __init__(self, *calls: tuple[str, str]) -> None:
        self.calls = list(calls)

    async def get_response(self, system_instructions: Any, input: Any, *_: Any, **__: Any) -> ModelResponse:
        if self.calls:
            name, arguments = self.calls.pop(0)
            call = ResponseFunctionToolCall(arguments=arguments, call_id=name, name=name, type="function_call")
            return ModelResponse(output=[call], usage=Usage(), response_id=None)
        text = ResponseOutputText(annotations=[], text=str(input[-1]["output"]), type="output_text")
        said = ResponseOutputMessage(id="m", content=[text], role="assistant", status="completed", type="message")
        return ModelResponse(output=[said], usage=Usage(), response_id=None)

    def stream_response(self, *_: Any, **__: Any) -> Any:
        raise NotImplementedError


async def by_tools(place: str) -> None:
    client = AsyncMemoryClient(place, scope={"user_id": "alex"})

    @function_tool
    async def remember(text: str) -> str:
        """Remember a fact about the user."""
        return str(await client.add(text, infer=False))

    @function_tool
    async def recall(question: str) -> str:
        """What is known about a question."""
        return await client.context(question)

    model = Scripted(("remember", '{"text": "I like green tea."}'), ("recall", '{"question": "Which tea do I like?"}'))
    agent = Agent(name="host", model=model, tools=[remember, recall])
    result = await Runner.run(agent, "What do I drink?")
    assert "I like green tea." in str(result.final_output), result.final_output
    await client.close()


async def by_mcp(place: str) -> None:
    arguments = {"command": sys.executable, "args": ["-m", "graphmem", "mcp", "--user", "alex", "--store", place]}
    async with MCPServerStdio(params=arguments, client_session_timeout_seconds=60) as server:
        agent = Agent(name="host", model=Scripted(("search_memories", '{"query": "tea"}')), mcp_servers=[server])
        result = await Runner.run(agent, "What do I drink?")
        assert "I like green tea." in str(result.final_output), result.final_output


async def main(place: str) -> None:
    set_tracing_disabled(True)
    await by_tools(place)
    await by_mcp(place)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
    print("fine")
