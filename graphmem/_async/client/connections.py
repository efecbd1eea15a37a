"""The calls that follow relations from one entity to others: neighbours, paths, graph."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from graphmem._async.client.base import AsyncBase
from graphmem._async.flows.graph import neighbours, of_memories, paths
from graphmem.dialect import answers, arguments, responses
from graphmem.dialect.arguments import When
from graphmem.dialect.options import Format
from graphmem.errors import ValidationError, shown
from graphmem.graph.names import keys_of
from graphmem.model import times
from graphmem.model.requests import Listing

if TYPE_CHECKING:
    from graphmem.graph.memory_graph import MemoryGraph

MAX_NEIGHBOUR_HOPS, MAX_NEIGHBOURS = 3, 1_000
MAX_PATH_HOPS, MAX_PATHS = 6, 100
MAX_GRAPH_MEMORIES = 1_000


class AsyncConnections(AsyncBase[Format]):
    """The calls that follow relations from one entity to others."""

    async def neighbours(
        self,
        entity: str,
        *,
        hops: int = 1,
        limit: int = 100,
        filters: Mapping[str, Any] | None = None,
        user_id: str | None = None,
        agent_id: str | None = None,
        app_id: str | None = None,
        run_id: str | None = None,
        as_of: When | None = None,
        valid_at: When | None = None,
    ) -> list[answers.Neighbour]:
        """List who and what is related to an entity, and how, according to the memories that meet the conditions.

        For each hop, at most 2,000 relations are read: those of the newest memories.

        Args:
            entity: its name. Case and articles make no difference; "me" and "I" mean the user. Entities that count as the same one are
                treated as one.
            hops: how many relations may lie between the entity and a neighbour, 1 to 3.
            limit: the greatest number of neighbours, 1 to 1,000.
            filters: a filter object for the memories.
            user_id, agent_id, app_id, run_id: only memories that carry all of these ids.
            as_of: the relations that the store held at that time, by its own clock.
            valid_at: only relations that held in the world at that time.

        Returns:
            ``[{"id", "name", "type", "hops", "relations": […]}, …]``, nearest first, then by the newest memory. ``relations`` are those
            that lead to the neighbour from entities one hop nearer: rows as in `relations`, with the text of the memory that supports
            each as ``memory``. The list is empty if no relation of an entity with this name is known.

        Raises:
            ValidationError, FilterError, ScopeError: an argument can't be used.
        """
        question = self._question(
            filters, as_of, valid_at, user_id=user_id, agent_id=agent_id, app_id=app_id, run_id=run_id
        )
        keys = keys_of(arguments.text("entity", entity), user_id)
        steps = arguments.whole_number("hops", hops, 1, MAX_NEIGHBOUR_HOPS)
        most = arguments.whole_number("limit", limit, 1, MAX_NEIGHBOURS)
        around = await neighbours(await self._parts.store(), question, keys, steps, most)
        return [responses.neighbour(each, around.known) for each in around.found]

    async def paths(
        self,
        a: str,
        b: str,
        *,
        max_hops: int = 3,
        limit: int = 10,
        filters: Mapping[str, Any] | None = None,
        user_id: str | None = None,
        agent_id: str | None = None,
        app_id: str | None = None,
        run_id: str | None = None,
        as_of: When | None = None,
        valid_at: When | None = None,
    ) -> list[list[answers.SupportedRelation]]:
        """Find how two entities are connected: the shortest paths between them along relations, in whatever direction these point.

        The search goes hop by hop from both entities. For each hop, at most 2,000 relations are read: those of the newest memories.

        Args:
            a, b: names of the two entities. Case and articles make no difference; "me" and "I" mean the user. Entities that count as the
                same one are treated as one.
            max_hops: how many relations a path may have, 1 to 6.
            limit: the greatest number of paths, 1 to 100.
            filters: a filter object for the memories.
            user_id, agent_id, app_id, run_id: only memories that carry all of these ids.
            as_of: the relations that the store held at that time, by its own clock.
            valid_at: only relations that held in the world at that time.

        Returns:
            The shortest paths, all of the same length. Each is a list of relations in order from a to b: rows as in `relations`, with
            the text of the memory that supports each as ``memory``. The list is empty if no path is known.

        Raises:
            ValidationError: both names mean the same entity, or an argument can't be used.
            FilterError, ScopeError: an argument can't be used.
        """
        question = self._question(
            filters, as_of, valid_at, user_id=user_id, agent_id=agent_id, app_id=app_id, run_id=run_id
        )
        one, other = (keys_of(arguments.text(argument, name), user_id) for argument, name in (("a", a), ("b", b)))
        if not set(one).isdisjoint(other):
            raise ValidationError(f"a and b are both {shown(a)}: give the names of two different entities")
        most = arguments.whole_number("limit", limit, 1, MAX_PATHS)
        hops = arguments.whole_number("max_hops", max_hops, 1, MAX_PATH_HOPS)
        search = await paths(await self._parts.store(), question, one, other, hops)
        return [[responses.supported(relation, search.known) for relation in path] for path in search.paths(most)]

    async def graph(
        self,
        *,
        limit: int = 100,
        filters: Mapping[str, Any] | None = None,
        user_id: str | None = None,
        agent_id: str | None = None,
        app_id: str | None = None,
        run_id: str | None = None,
        as_of: When | None = None,
        valid_at: When | None = None,
    ) -> MemoryGraph:
        """Make a graph of the newest memories that meet the conditions: their owners, what they mention, and how that relates.

        Args:
            limit: the greatest number of memories, 1 to 1,000.
            filters: a filter object for the memories.
            user_id, agent_id, app_id, run_id: only memories that carry all of these ids.
            as_of: the memories and relations that the store held at that time, by its own clock.
            valid_at: only relations that held in the world at that time.

        Returns:
            A `networkx.MultiDiGraph` that notebooks show as a picture; `MemoryGraph` describes its nodes and edges. Its
            ``graph["memories"]`` is the number of all memories that meet the conditions.

        Raises:
            ValidationError, FilterError, ScopeError: an argument can't be used.
        """
        # Imported late: most programs don't need networkx, and it takes a third of a second.
        from graphmem.graph.memory_graph import memory_graph

        question = self._question(
            filters, as_of, valid_at, user_id=user_id, agent_id=agent_id, app_id=app_id, run_id=run_id
        )
        most = arguments.whole_number("limit", limit, 1, MAX_GRAPH_MEMORIES)
        store = await self._parts.store()
        if question.as_of is None:
            listing = await store.select(question.filter, times.now(), 0, most)
        else:
            then = [row.memory for row in await self._past(question.filter, question.as_of)]
            listing = Listing(tuple(then[:most]), len(then))
        return memory_graph(listing.memories, listing.total, await of_memories(store, question, listing.memories))
