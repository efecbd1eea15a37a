"""Makes the server of a connection: which tools it has, and how they answer."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import pydantic
from mcp.server import MCPServer
from mcp.server.context import ServerMiddleware
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.types import CallToolResult, TextContent, ToolAnnotations

import graphmem
from graphmem.errors import GraphMemError
from graphmem.server.mcp import refusals, resources
from graphmem.server.mcp.connection import Connection, Rights
from graphmem.server.mcp.tools import Tools

INSTRUCTIONS = (
    "A memory that lasts beyond this conversation. Before you answer what earlier conversations may tell, call context or "
    "search_memories. When the user tells something worth knowing later (facts, preferences, plans, people, decisions), call "
    "add_memory in the user's own words. When something changed, add it as well: what no longer holds is replaced."
)

_READ = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
# The same text given twice is stored once.
_ADD = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
_CHANGE = ToolAnnotations(read_only_hint=False, destructive_hint=True, idempotent_hint=True, open_world_hint=False)


class _Row(NamedTuple):
    name: str
    title: str
    annotations: ToolAnnotations


_TOOLS = (
    _Row("add_memory", "Remember", _ADD),
    _Row("search_memories", "Search memories", _READ),
    _Row("context", "What is known about a question", _READ),
    _Row("get_memory", "Show a memory", _READ),
    _Row("get_memories", "List memories", _READ),
    _Row("update_memory", "Change a memory", _CHANGE),
    _Row("delete_memory", "Delete a memory", _CHANGE),
    _Row("memory_history", "History of a memory", _READ),
    _Row("list_entities", "People, places and things", _READ),
    _Row("relations", "Relations", _READ),
    _Row("paths", "How two are connected", _READ),
    _Row("search", "Search", _READ),
    _Row("fetch", "Fetch", _READ),
    _Row("get_event_status", "How far an add is", _READ),
    _Row("delete_all_memories", "Delete all memories", _CHANGE),
)
# Only there with rights for them.
_WRITES = frozenset({"add_memory", "update_memory", "delete_memory", "get_event_status", "delete_all_memories"})
_DELETES_ALL = "delete_all_memories"


def build(
    connection: Callable[[], Connection],
    rights: Rights,
    *,
    middleware: Sequence[ServerMiddleware[Any]] = (),
) -> MCPServer[Any]:
    """A server with the tools that these rights allow.

    Args:
        connection: gives the one that is being answered.
        middleware: of the official package's server.
    """
    tools = Tools(connection)
    server = _Server(
        "graphmem",
        title="graphmem",
        description="Memory for agents: facts, people, relations and their history",
        instructions=INSTRUCTIONS if rights.write else INSTRUCTIONS.partition(" When")[0],
        version=graphmem.__version__,
        tools=[_tool(getattr(tools, row.name), row) for row in _TOOLS if _allowed(row.name, rights)],
        middleware=middleware,
        log_level="WARNING",
    )
    resources.add_to(server, connection)
    return server


def _allowed(name: str, rights: Rights) -> bool:
    if name == _DELETES_ALL:
        return rights.write and rights.delete_all
    return rights.write or name not in _WRITES


def _tool(function: Callable[..., Mapping[str, Any]], row: _Row) -> Tool:
    tool = Tool.from_function(
        _answering(function),
        name=row.name,
        title=row.title,
        description=" ".join((function.__doc__ or "").split()),
        annotations=row.annotations,
        structured_output=True,
    )
    _trim(tool.parameters)
    _trim(tool.output_schema or {})
    # Others are refused below; a client that checks the schema refuses them itself.
    tool.parameters["additionalProperties"] = False
    return tool


def _answering(function: Callable[..., Mapping[str, Any]]) -> Callable[..., CallToolResult]:
    """The function as a tool: errors of ours are told to the model, and answers are sent as JSON without blanks."""

    @functools.wraps(function)
    def answer(**arguments: Any) -> CallToolResult:
        try:
            found = function(**arguments)
        except GraphMemError as error:
            raise ToolError(str(error)) from error
        # A text to put into a prompt is that text.
        text = found.get("context") if len(found) == 1 else None
        written = text if isinstance(text, str) else json.dumps(found, ensure_ascii=False, separators=(",", ":"))
        return CallToolResult(content=[TextContent(type="text", text=written)], structured_content=dict(found))

    return answer


def _trim(schema: Any) -> None:
    """Takes the titles out of a schema, which repeat the names and which a model would have to read."""
    if isinstance(schema, dict):
        if isinstance(schema.get("title"), str):
            del schema["title"]
        for value in schema.values():
            _trim(value)
    elif isinstance(schema, list):
        for value in schema:
            _trim(value)


class _Server(MCPServer[Any]):
    """Refuses what is unknown or malformed in words of our own."""

    async def call_tool(self, name: str, arguments: dict[str, Any], context: Any = None) -> Any:
        known = {tool.name: tool for tool in await self.list_tools()}
        if name not in known:
            raise ToolError(refusals.unknown_tool(name, known))
        problem = refusals.unknown_arguments(name, arguments, known[name].input_schema.get("properties", {}))
        if problem:
            raise ToolError(problem)
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            if isinstance(error.__cause__, pydantic.ValidationError):
                raise ToolError(refusals.wrong_values(error.__cause__)) from None
            # One that a tool raised is told as it is; the package puts "Error executing tool" before it.
            if isinstance(error.__cause__, ToolError):
                raise error.__cause__ from None
            raise
