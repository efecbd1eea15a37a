"""Names that count as one entity: people known by a role until they have a name, and alike names, on every store."""

from __future__ import annotations

from typing import Any

from graphmem import MemoryClient
from tests.remember.test_conversations import client as client
from tests.remember.test_conversations import server as server
from tests.tools.scripted_llm import ScriptedLLM


def fact(text: str, *edges: tuple[str, str, str], **types: str) -> dict[str, Any]:
    """A fact that a message of these words tells. `types`: of entities, with _ for spaces and ' for __."""
    entities = [{"name": name.replace("__", "'").replace("_", " "), "type": type} for name, type in types.items()]
    relations = [{"source": s, "relationship": p, "target": t, "since": "", "until": ""} for s, p, t in edges]
    return {
        "messages": [1], "quote": text, "about": "user", "text": text, "when": "", "categories": [], "entities": entities,
        "relations": relations,
    }  # fmt: skip


def tell(client: MemoryClient, server: ScriptedLLM, *facts: dict[str, Any], name: str | None = None) -> Any:
    server.rule(
        lambda body: {"facts": list(facts)} if "conversation" in body["messages"][-1]["content"] else _new(body)
    )
    message = {"role": "user", "content": ". ".join(each["text"] for each in facts), **({"name": name} if name else {})}
    return client.add([message], user_id="alex")


def _new(body: dict[str, Any]) -> dict[str, Any]:
    count = body["messages"][-1]["content"].count("[compare with")
    return {"decisions": [{"new": n, "event": "ADD", "known": 0, "text": ""} for n in range(1, count + 1)]}


def united(client: MemoryClient) -> set[tuple[str, str]]:
    rows = client.entities(user_id="alex")
    assert all(0.5 < each["score"] < 1 for row in rows for each in row["same_as"])
    return {(row["name"], each["name"]) for row in rows for each in row["same_as"] if row["name"] < each["name"]}


ROME = fact("Anna's sister lives in Rome", ("Anna's sister", "lives_in", "Rome"), Anna__s_sister="person", Rome="place")
MARIA = fact("Anna's sister is called Maria", ("Maria", "sister_of", "Anna"), Maria="person", Anna="person")


def test_who_gets_a_name_is_found_by_it(client: MemoryClient, server: ScriptedLLM) -> None:
    tell(client, server, ROME)
    tell(client, server, MARIA)
    assert united(client) == {("Anna's sister", "Maria")}
    told = client.relations(user_id="alex", subject="Maria")
    assert {(row["source"], row["relationship"], row["target"]) for row in told} == {
        ("Anna's sister", "lives_in", "Rome"),
        ("Maria", "sister_of", "Anna"),
    }
    [hit, *_] = client.search("Where does Maria live?", user_id="alex", explain=True)
    assert hit["memory"] == ROME["text"]
    assert "graph" in hit["explain"]["arms"]
    # A second sister is not the first one.
    tell(client, server, fact("Julia is a sister of Anna", ("Julia", "sister_of", "Anna"), Julia="person"))
    assert united(client) == {("Anna's sister", "Maria")}
    # It was a guess, and can be taken back for good.
    one, other = (row["id"] for row in client.entities(user_id="alex", names=["Maria", "Anna's sister"]))
    client.separate(one, other)
    tell(client, server, fact("Maria, Anna's sister, sings", ("Maria", "sister_of", "Anna"), Anna__s_sister="person"))
    assert united(client) == set()
    assert client.doctor() == {"problems": []}


def test_all_of_it_may_be_told_in_one_call(client: MemoryClient, server: ScriptedLLM) -> None:
    named = fact("The neighbor's name is Tom", ("neighbor", "is_named", "Tom"), neighbor="person", Tom="person")
    tell(client, server, ROME, MARIA, named)
    assert united(client) == {("Anna's sister", "Maria"), ("Tom", "neighbor")}


def test_alike_names_are_looked_up_by_their_first_letters_and_last_word(
    client: MemoryClient, server: ScriptedLLM
) -> None:
    tell(client, server, fact("Helps at the town book fair", town_book_fair="event"))
    tell(
        client,
        server,
        fact("Dr. Lee said to sleep more", Dr__Lee="person") | {"entities": [{"name": "Dr. Lee", "type": "person"}]},
    )
    tell(client, server, fact("Max is a dog", Max="animal"))
    tell(client, server, fact("The book fair is in May", book_fair="event"))
    tell(client, server, fact("Lee moved offices", Lee="person"))
    tell(client, server, fact("The dog Max barks", dog_Max="animal"))
    tell(client, server, fact("The science fair was dull", science_fair="event"))
    tell(client, server, fact("Room 101 is cold, Room 102 is warm", Room_101="place", Room_102="place"))
    assert united(client) == {("book fair", "town book fair"), ("Dr. Lee", "Lee"), ("Max", "dog Max")}
    # What may be two is neither.
    tell(client, server, fact("The cat Max sleeps", cat_Max="animal"))
    assert len(united(client)) == 3


def test_who_speaks_is_one(client: MemoryClient, server: ScriptedLLM) -> None:
    tell(
        client, server, fact("Likes tea a lot", ("user", "likes", "tea"), user="person", tea="drink"), name="Alex Weber"
    )
    assert {row["name"] for row in client.entities(user_id="alex")} == {"Alex Weber", "tea"}
    tell(client, server, fact("My name is Bo and I swim", ("user", "is_named", "Bo"), Bo="person"))
    assert united(client) == {("Bo", "user")}


def names_in_use(server: ScriptedLLM) -> str:
    """What the last question for facts says of known names."""
    asked = [body for request in server.requests if "conversation" in (body := request.body["messages"][-1]["content"])]
    return asked[-1].partition("The conversation:")[0]


def test_a_model_is_shown_the_names_in_use(client: MemoryClient, server: ScriptedLLM) -> None:
    told = tell(client, server, fact("Went on the choir tour", choir_tour="event"))
    assert names_in_use(server) == ""
    tell(client, server, fact("The tour with the choir was great", choir_tour="event"))
    assert "choir tour" in names_in_use(server)
    assert [row["name"] for row in client.entities(user_id="alex")] == ["choir tour"]
    # Only what a memory tells, and one that these messages may change.
    client.add([{"role": "user", "content": "The choir is on tour"}], user_id="somebody else")
    assert names_in_use(server) == ""
    client.delete(told["results"][0]["id"])
    client.delete_all(user_id="alex")
    tell(client, server, fact("The choir was on tour again", choir="band"))
    assert names_in_use(server) == ""
