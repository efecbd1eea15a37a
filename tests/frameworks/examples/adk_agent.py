"""Google ADK: what one session tells is remembered, and a tool finds it in the next."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator
from typing import Any

from google.adk.agents import LlmAgent
from google.adk.memory.memory_entry import MemoryEntry
from google.adk.models import BaseLlm, LlmRequest, LlmResponse
from google.adk.runners import Runner
from google.adk.sessions import InMemorySessionService
from google.adk.tools import load_memory
from google.genai import types

from graphmem import AsyncMemoryClient
from graphmem.frameworks.adk import GraphMemoryService

APP, USER = "kitchen", "alex"
seen: list[str] = []


class Scripted(BaseLlm):
    """Looks into the memory when it is asked something, and answers with what it finds there."""

    async def generate_content_async(
        self, llm_request: LlmRequest, stream: bool = False
    ) -> AsyncGenerator[LlmResponse, None]:
        part = (llm_request.contents[-1].parts or [types.Part()])[0]
        if part.function_response is not None:
            seen.append(str(part.function_response.response))
            reply = types.Part(text="No nuts, then.")
        elif part.text and part.text.endswith("?"):
            reply = types.Part(function_call=types.FunctionCall(name="load_memory", args={"query": part.text}))
        else:
            reply = types.Part(text="I see.")
        yield LlmResponse(content=types.Content(role="model", parts=[reply]))


async def main(place: str) -> None:
    async with AsyncMemoryClient(place) as client:
        memory, sessions = GraphMemoryService(client, infer=False), InMemorySessionService()
        agent = LlmAgent(name="cook", model=Scripted(model="scripted"), instruction="Cook.", tools=[load_memory])
        runner = Runner(app_name=APP, agent=agent, session_service=sessions, memory_service=memory)

        async def say(text: str) -> str:
            session = await sessions.create_session(app_name=APP, user_id=USER)
            content = types.Content(role="user", parts=[types.Part(text=text)])
            last: Any = None
            async for event in runner.run_async(user_id=USER, session_id=session.id, new_message=content):
                last = event
            told = await sessions.get_session(app_name=APP, user_id=USER, session_id=session.id)
            assert told is not None
            # Adding it again adds nothing.
            for _ in range(2):
                await memory.add_session_to_memory(told)
            return str(last.content.parts[0].text)

        assert await say("I am allergic to nuts.") == "I see."
        assert await say("What should I not cook?") == "No nuts, then."
        assert "I am allergic to nuts." in seen[0], seen
        await others(client, memory)


async def others(client: AsyncMemoryClient, memory: GraphMemoryService) -> None:
    """What else the service does."""
    rows = await client.get_all(app_id=APP, user_id=USER)
    texts = [row["memory"] for row in rows]
    assert sorted(texts) == sorted(set(texts)), texts
    assert all(row["metadata"]["session_id"] for row in rows)
    content = types.Content(role="user", parts=[types.Part(text="Rides a red bicycle")])
    entry = MemoryEntry(content=content, timestamp="2026-03-01T10:00:00+00:00", custom_metadata={"source": "form"})
    await memory.add_memory(app_name=APP, user_id=USER, memories=[entry], custom_metadata={"checked": True})
    found = (await memory.search_memory(app_name=APP, user_id=USER, query="bicycle")).memories[0]
    assert found.content.parts is not None
    assert found.content.parts[0].text == "Rides a red bicycle"
    assert found.timestamp == "2026-03-01T10:00:00+00:00"
    assert found.custom_metadata["metadata"] == {"source": "form", "checked": True}
    # Others see nothing of it, and can't delete it.
    for app, user in ((APP, "bo"), ("garden", USER)):
        assert not (await memory.search_memory(app_name=app, user_id=user, query="bicycle")).memories
        await memory.delete_memory(app_name=app, user_id=user, memory_id=found.id)
    assert (await memory.search_memory(app_name=APP, user_id=USER, query="bicycle")).memories[0].id == found.id
    await memory.delete_memory(app_name=APP, user_id=USER, memory_id=found.id)
    await memory.delete_memory(app_name=APP, user_id=USER, memory_id=found.id)
    left = (await memory.search_memory(app_name=APP, user_id=USER, query="bicycle")).memories
    assert found.id not in [each.id for each in left]


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
    print("fine")
