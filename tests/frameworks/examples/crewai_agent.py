"""CrewAI: two tools of a few lines over HTTP, with a key that is bound to a user. Nothing of graphmem is installed beside it.

On Python 3.11, CrewAI 1.15's own client of MCP (`mcps=`) ends every call with an error of its own.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import httpx
from crewai import Agent, Crew, Task
from crewai.llms.base_llm import BaseLLM
from crewai.tools import tool

address, key = sys.argv[1:]
memory = httpx.Client(base_url=address, headers={"Authorization": f"Bearer {key}"}, timeout=60)
to_call: list[tuple[str, dict[str, Any]]] = [
    ("remember", {"text": "I like green tea."}),
    ("recall", {"question": "Which tea do I like?"}),
]


@tool("remember")
def remember(text: str) -> str:
    """Remember something about the user."""
    return memory.post("/v1/memories/", json={"messages": text, "infer": False}).raise_for_status().text


@tool("recall")
def recall(question: str) -> str:
    """What is known about a question."""
    return str(memory.post("/graphmem/context/", json={"query": question}).raise_for_status().json()["context"])


class Scripted(BaseLLM):
    """Calls the tools one after the other, and then says what the last one gave."""

    def call(self, messages: Any, *_: Any, **__: Any) -> str:
        if to_call:
            name, arguments = to_call.pop(0)
            return f"Thought: I look.\nAction: {name}\nAction Input: {json.dumps(arguments)}"
        told = [str(message["content"]) for message in messages if "Action: recall" in str(message["content"])]
        return f"Thought: I know it.\nFinal Answer: {told[-1].rpartition('Observation:')[2]}"

    def supports_function_calling(self) -> bool:
        return False


def main() -> None:
    tools = [remember, recall]
    agent = Agent(
        role="host", goal="Serve drinks", backstory="You remember.", llm=Scripted(model="scripted"), tools=tools
    )
    task = Task(description="What do I drink?", expected_output="A drink", agent=agent)
    said = str(Crew(agents=[agent], tasks=[task]).kickoff())
    assert "I like green tea." in said, said


if __name__ == "__main__":
    main()
    print("fine")
