"""LangGraph: an agent that keeps what it learns in a store, and finds it again in another thread."""

from __future__ import annotations

import sys
from typing import Any

from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, SystemMessage
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.runtime import Runtime

from graphmem import MemoryClient
from graphmem.frameworks.langgraph import GraphMemoryStore

model = GenericFakeChatModel(
    messages=iter([AIMessage("Noted: nuts."), AIMessage("Rice, for there are no nuts in it.")])
)
prompts: list[str] = []


async def answer(state: MessagesState, runtime: Runtime[None]) -> dict[str, Any]:
    assert runtime.store is not None
    question = str(state["messages"][-1].content)
    known = await runtime.store.asearch(("memories", "alex"), query=question, limit=3)
    prompts.append("\n".join(item.value["text"] for item in known))
    said = await model.ainvoke([SystemMessage(f"Known:\n{prompts[-1]}"), *state["messages"]])
    if "allergic" in question:
        await runtime.store.aput(("memories", "alex"), "food", {"text": question})
    return {"messages": [said]}


async def main(place: str) -> None:
    with MemoryClient(place) as client:
        builder = StateGraph(MessagesState)
        builder.add_node(answer)
        builder.add_edge(START, "answer")
        graph = builder.compile(store=GraphMemoryStore(client))
        for text in ("I am allergic to nuts.", "What should I cook?"):
            state = await graph.ainvoke({"messages": [{"role": "user", "content": text}]})
        assert state["messages"][-1].content == "Rice, for there are no nuts in it."
    assert prompts == ["", "I am allergic to nuts."], prompts


if __name__ == "__main__":
    import asyncio

    asyncio.run(main(sys.argv[1]))
    print("fine")
