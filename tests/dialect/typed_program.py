"""A program of somebody's that uses graphmem, for type checkers: an error is wanted in each line marked so, and in no other."""

from datetime import date, datetime
from typing import Any, Literal

from typing_extensions import assert_type

from graphmem import (
    Added,
    AddedRow,
    AsyncMemoryClient,
    Context,
    Deleted,
    Diff,
    EntityRow,
    Found,
    Hit,
    Memory,
    MemoryClient,
    MemoryGraph,
    Neighbour,
    Owners,
    Page,
    Relation,
    Results,
    SupportedRelation,
    Undone,
    Version,
)

Wanted = dict[str, Any]


def plain(client: MemoryClient) -> None:
    assert_type(client.add("I like tea", user_id="alex"), Added)
    assert_type(client.add("I like tea", user_id="alex", output_format="v1.0"), list[AddedRow])
    assert_type(client.search("tea", user_id="alex", top_k=3, rerank=True), list[Hit])
    assert_type(client.search("tea", output_format="v1.1"), Results[Hit])
    assert_type(client.search("tea", fields=["id", "memory"]), list[Wanted])
    assert_type(client.search("tea", fields=["id"], output_format="v1.1"), Results[Wanted])
    assert_type(client.search("tea", fields=None), list[Hit])
    assert_type(client.search("tea", output_format="v1.1", messages=True), Found[Hit])
    assert_type(client.search("tea", output_format="v1.1", messages=False), Results[Hit])
    assert_type(client.search("tea", output_format="v1.1", messages=True, fields=["id"]), Found[Wanted])
    assert_type(client.context("tea", user_id="alex", max_tokens=200), str)
    assert_type(client.context("tea", explain=True), Context)
    assert_type(client.get_all(user_id="alex"), list[Memory])
    assert_type(client.get_all(output_format="v1.1"), Results[Memory])
    assert_type(client.get_all(page=2), Page[Memory])
    assert_type(client.get_all(page_size=50, output_format="v1.1"), Page[Memory])
    assert_type(client.get_all(page=2, page_size=50, fields=["id"]), Page[Wanted])
    assert_type(client.get_all(page_size=50, fields=["id"]), Page[Wanted])
    assert_type(client.get_all(fields=["id"]), list[Wanted])
    assert_type(client.get("id"), Memory)
    assert_type(client.update("id", text="I like coffee"), Memory)
    assert_type(client.history("id"), list[Version])
    assert_type(client.delete("id"), Deleted)
    assert_type(client.undo("event"), Undone)
    assert_type(client.diff("2026-03-01"), Diff)
    assert_type(client.relations(entity="Anna"), list[Relation])
    assert_type(client.relations(subject="Anna", object="Berlin", limit=3), list[Relation])
    assert_type(client.neighbours("Anna", hops=2), list[Neighbour])
    assert_type(client.paths("Anna", "Berlin"), list[list[SupportedRelation]])
    assert_type(client.graph(user_id="alex", limit=10), MemoryGraph)
    assert_type(client.entities(), list[EntityRow])
    assert_type(client.users(), Owners)


class Said:
    """A message as chat packages have it."""

    def model_dump(self, *, mode: str = "python") -> dict[str, str]:
        return {"role": "user", "content": mode}


def objects(client: MemoryClient, said: Said, wanted: bool) -> None:
    client.add(said, user_id="alex", timestamp=date(2026, 3, 1), expiration_date=datetime(2027, 1, 1))
    client.add([said, {"role": "user", "content": "I like tea"}], user_id="alex")
    client.add([said, 5], user_id="alex")  # error
    client.search("tea", as_of=(2026, 3, 1))  # error
    assert_type(client.context("tea", explain=wanted), str | Context)
    found = client.search("tea", output_format="v1.1", messages=wanted)
    print(found if isinstance(found, list) else found["results"])


def keys(client: MemoryClient) -> None:
    row = client.add("I like tea", user_id="alex")["results"][0]
    print(row["memory"], row["event"], row.get("previous_memory"))
    print(row["memroy"])  # error
    hit = client.search("tea")[0]
    print(hit["score"] + 1, hit["created_at"], hit["metadata"]["anything"])
    print(hit["scor"])  # error
    print(hit["memory"] + 1)  # error
    print(client.get("id")["score"])  # error
    print(client.history("id")[0]["old_memory"])
    print(client.history("id")[0]["memory"])  # error
    print(client.paths("Anna", "Berlin")[0][0]["memory"], client.neighbours("Anna")[0]["relations"][0]["source"])
    print(client.relations()[0]["memory"])  # error
    print(client.neighbours("Anna")[0]["distance"])  # error
    print(client.get_all(page=1)["next"])
    print(client.get_all(page=1)["relations"])  # error
    print(client.get_all()["results"])  # error
    print(client.search("tea", fields=["id"])[0]["anything"])


def arguments(client: MemoryClient) -> None:
    client.add("I like tea", user="alex")  # error
    client.add("I like tea", user_id=5)  # error
    client.add(5, user_id="alex")  # error
    client.add("I like tea", output_format="v2")  # error
    client.search("tea", top_k="3")  # error
    client.search("tea", output_format="json")  # error
    client.get_all(page="1")  # error
    client.get_all(keyword="tea")  # error
    client.get_all(fields="id", page=1.5)  # error
    client.paths("Anna")  # error
    client.neighbours("Anna", hops="2")  # error
    MemoryClient(stor="memories.db")  # error
    MemoryClient(output_format="v2")  # error


def formats(one: Literal["v1.0", "v1.1"], page: int | None) -> None:
    newer = MemoryClient(output_format="v1.1")
    assert_type(newer, MemoryClient[Literal["v1.1"]])
    assert_type(newer.add("I like tea", user_id="alex"), Added)
    assert_type(newer.search("tea"), Results[Hit])
    assert_type(newer.search("tea", output_format="v1.0"), list[Hit])
    assert_type(newer.search("tea", fields=["id"]), Results[Wanted])
    assert_type(newer.get_all(), Results[Memory])
    assert_type(newer.get_all(page=1), Page[Memory])
    print(newer.search("tea")[0])  # error
    older = MemoryClient(output_format="v1.0")
    assert_type(older.add("I like tea", user_id="alex"), list[AddedRow])
    assert_type(older.get_all(), list[Memory])
    assert_type(MemoryClient(), MemoryClient[None])
    assert_type(older.search("tea", output_format=one), list[Hit] | Results[Hit])
    either = MemoryClient(output_format=one)
    assert_type(either.add("I like tea", user_id="alex"), Added | list[AddedRow])
    hits = either.search("tea")
    print(hits if isinstance(hits, list) else hits["results"])
    print(hits["results"])  # error
    listed = older.get_all(page=page)
    print(listed if isinstance(listed, list) else listed["results"])


async def awaited(client: AsyncMemoryClient) -> None:
    assert_type(await client.add("I like tea", user_id="alex"), Added)
    assert_type(await client.search("tea"), list[Hit])
    async with AsyncMemoryClient(output_format="v1.1") as newer:
        assert_type(await newer.search("tea"), Results[Hit])
        print((await newer.search("tea"))["result"])  # error
    print(client.search("tea")[0])  # error


def shown(memories: list[Memory]) -> None:
    for memory in memories:
        print(memory["memory"], memory["user_id"] or "nobody")


def passed_on(client: MemoryClient, options: dict[str, Any]) -> None:
    shown(client.get_all())
    client.search("tea", **options)
    client.get_all(**options)
