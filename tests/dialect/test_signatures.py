"""Calls that there are not, arguments that change nothing, and what help shows: all speak of the client that users import."""

from __future__ import annotations

import asyncio
import inspect
import pickle
import pydoc
import warnings
from collections.abc import Iterator
from typing import Any, Literal

import pytest

from graphmem import AsyncMemoryClient, MemoryClient, ValidationError
from graphmem.dialect.signatures import IGNORED

CLIENTS = (MemoryClient, AsyncMemoryClient)


@pytest.fixture
def client() -> Iterator[MemoryClient]:
    with MemoryClient(":memory:", llm="offline") as opened:
        yield opened


def test_an_unknown_argument_names_the_call_and_the_nearest_one(client: Any) -> None:
    with pytest.raises(TypeError) as caught:
        client.add("x", user="alex")
    assert str(caught.value).startswith(
        "MemoryClient.add() got an unexpected keyword argument 'user'. Did you mean 'user_id'? It takes messages, user_id, "
    )


@pytest.mark.parametrize(
    ("call", "given", "named", "says"),
    [
        ("search", (), {"qurey": "x"}, "search() got an unexpected keyword argument 'qurey'. Did you mean 'query'? "),
        ("search", ("x",), {"filter": {}}, "argument 'filter'. Did you mean 'filters'? It takes query, version, "),
        ("get_all", (), {"zzz": 1}, "get_all() got an unexpected keyword argument 'zzz'. It takes version, filters, "),
        # What was passed already is not what was meant.
        ("get", ("m",), {"memory": "m"}, "get() got an unexpected keyword argument 'memory'. It takes memory_id"),
        ("users", (), {"x": 1}, "users() got an unexpected keyword argument 'x'. It takes none"),
        ("get", ("m",), {"memory_id": "m"}, "get() got multiple values for argument 'memory_id'"),
        ("add", (), {}, "add() missing 1 required argument: 'messages'"),
        ("unite", (), {}, "unite() missing 2 required arguments: 'entity_id' and 'other_id'"),
        ("unite", ("a",), {}, "unite() missing 1 required argument: 'other_id'"),
        ("get", ("a", "b"), {}, "get() takes 1 positional argument (memory_id) but 2 were given"),
        ("close", (1,), {}, "close() takes no positional arguments but 1 was given"),
        (
            "add",
            ("x", "alex"),
            {},
            "add() takes 1 positional argument (messages) but 2 were given: pass the others by name, for example user_id=…",
        ),
        # Ignored on another call only.
        ("get_all", (), {"async_mode": True}, "get_all() got an unexpected keyword argument 'async_mode'"),
        ("users", (), {"api_key": "k"}, "users() got an unexpected keyword argument 'api_key'"),
    ],
)
def test_what_is_no_call(client: Any, call: str, given: tuple[Any, ...], named: dict[str, Any], says: str) -> None:
    with pytest.raises(TypeError) as caught:
        getattr(client, call)(*given, **named)
    assert str(caught.value).startswith(f"MemoryClient.{call}() ")
    assert says in str(caught.value)


def test_a_star_is_an_id_and_a_warning_tells_how_to_say_any(client: Any) -> None:
    client.add("x", user_id="alex", infer=False)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert client.delete_all(user_id="*", agent_id="*")["deleted"] == 0
        assert client.get_all(user_id="*") == []
    [once] = caught
    assert str(once.message).startswith('MemoryClient.delete_all(): user_id="*" means the id "*" and nothing else. ')
    assert once.filename == __file__
    # As the warning says.
    assert client.delete_all(filters={"user_id": "*"})["deleted"] == 1


@pytest.mark.parametrize("kind", CLIENTS)
def test_the_constructor_is_named_by_its_class(kind: Any) -> None:
    name = kind.__name__
    with pytest.raises(TypeError) as caught:
        kind(":memory:", embeder=None)
    assert str(caught.value).startswith(
        f"{name}() got an unexpected keyword argument 'embeder'. Did you mean 'embedder'? It takes store, llm, embedder, "
    )
    with pytest.raises(TypeError) as caught:
        kind("a", "b")
    assert str(caught.value) == (
        f"{name}() takes 1 positional argument (store) but 2 were given: pass the others by name, for example llm=…"
    )


def test_the_awaited_client_names_itself() -> None:
    async def wrong() -> None:
        client: Any = AsyncMemoryClient(":memory:", llm="offline")
        await client.add("x", user="alex")

    with pytest.raises(TypeError, match=r"^AsyncMemoryClient\.add\(\) got an unexpected .* Did you mean 'user_id'\? "):
        asyncio.run(wrong())


@pytest.mark.parametrize("call", ["search", "add", "get_all", "context"])
def test_null_is_what_was_not_given(client: Any, call: str) -> None:
    taken = inspect.signature(getattr(client, call)).parameters
    nulls = dict.fromkeys(name for name, each in taken.items() if each.default is not each.empty)
    first = ("I like tea",) if call != "get_all" else ()
    one = {"user_id": "alex"}
    client.add("I like tea", user_id="alex")
    assert str(getattr(client, call)(*first, **nulls | one))[:40] == str(getattr(client, call)(*first, **one))[:40]


@pytest.mark.parametrize(
    ("call", "given", "named"),
    [
        ("add", ("x",), {"user_id": "u", "dry_run": "false"}),
        ("add", ("x",), {"user_id": "u", "immutable": "no"}),
        ("add_many", (["x"],), {"user_id": "u", "infer": []}),
        ("search", ("x",), {"keyword_search": "false"}),
        ("context", ("x",), {"explain": "no"}),
        ("doctor", (), {"fix": "false"}),
    ],
)
def test_a_word_is_no_switch(client: Any, call: str, given: tuple[Any, ...], named: dict[str, Any]) -> None:
    name = list(named)[-1]
    with pytest.raises(ValidationError, match=f"^{name} must be true or false, not "):
        getattr(client, call)(*given, **named)
    with pytest.raises(ValidationError, match=r"^conversations\[0\]: infer must be true or false, not 'false'"):
        client.add_many([{"messages": "x", "user_id": "u", "infer": "false"}])


def test_a_client_takes_ids_as_its_scope() -> None:
    wrong: Any = MemoryClient
    with pytest.raises(TypeError, match=r"unexpected keyword argument 'user_id'\. Did you mean 'scope'\?"):
        wrong(":memory:", user_id="alex")


def test_a_wrong_call_does_nothing(client: Any) -> None:
    with pytest.raises(TypeError):
        client.add("x", user_id="alex", infer=False, colour="red")
    assert client.get_all() == []


def line() -> int:
    """Of the caller."""
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    return frame.f_back.f_lineno


def test_what_the_hosted_dialect_passes_is_ignored_with_one_warning_a_client() -> None:
    for _ in range(2):
        with MemoryClient(":memory:", llm="offline") as client, warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            given: dict[str, Any] = dict.fromkeys(IGNORED["add"], True)
            added, here = client.add("I like tea", user_id="alex", infer=False, **given), line()
            client.search("tea", rerank=True)
            client.get_all(**dict.fromkeys(IGNORED["get_all"], True))
            client.delete_all(user_id="alex", **dict.fromkeys(IGNORED["delete_all"], "mine"))
            assert added["results"][0]["event"] == "ADD"
        [warning] = caught
        assert (warning.category, warning.filename, warning.lineno) == (UserWarning, __file__, here)
        assert str(warning.message).startswith(f"MemoryClient.add(): {', '.join(IGNORED['add'])} are ignored: ")
        assert "mine" not in str(warning.message)


def test_the_awaited_client_warns_of_the_line_that_awaits() -> None:
    async def told() -> int:
        async with AsyncMemoryClient(":memory:", llm="offline") as client:
            here = line() + 1
            await client.search("tea", rerank=True)
            await client.search("tea", rerank=True)
        return here

    with pytest.warns(UserWarning, match=r"^AsyncMemoryClient\.search\(\): rerank is ignored: ") as caught:
        here = asyncio.run(told())
    assert [(warning.filename, warning.lineno) for warning in caught] == [(__file__, here)]


@pytest.mark.parametrize("kind", CLIENTS)
def test_the_constructor_warns_of_the_line_that_calls_it(kind: Any) -> None:
    with pytest.warns(UserWarning, match="api_key, org_id are ignored") as caught:
        kind(":memory:", api_key="secret", org_id="o", project_id=None)
    assert [warning.filename for warning in caught] == [__file__]
    assert "secret" not in str(caught[0].message)


def test_what_is_passed_and_means_nothing_is_no_news(client: Any) -> None:
    """Warnings are errors here."""
    assert client.search("tea", rerank=False, enable_graph=None, api_key=None) == []


def test_every_ignored_argument_is_of_a_call() -> None:
    assert all(hasattr(MemoryClient, name) for name in IGNORED)


@pytest.mark.parametrize("kind", CLIENTS)
def test_a_client_is_one_class(kind: Any) -> None:
    assert kind.__mro__ == (kind, object)
    assert (kind.__module__, kind.__qualname__) == ("graphmem", kind.__name__)
    assert pickle.loads(pickle.dumps(kind)) is kind
    for name, member in inspect.getmembers(kind, inspect.isfunction):
        assert (member.__module__, member.__qualname__) == ("graphmem", f"{kind.__name__}.{name}")
    shown = pydoc.render_doc(kind, renderer=pydoc.plaintext)
    assert f"class {kind.__name__}(builtins.object)" in shown
    assert "inherited" not in shown
    assert "Method resolution order" not in shown


@pytest.mark.parametrize("kind", CLIENTS)
def test_signatures_are_told_in_full(kind: Any) -> None:
    arguments = inspect.signature(kind.add).parameters
    assert list(arguments)[:3] == ["self", "messages", "user_id"]
    assert not any(argument.kind is argument.VAR_KEYWORD for argument in arguments.values())
    assert list(inspect.signature(kind).parameters)[:2] == ["store", "llm"]


def test_a_client_may_be_subclassed_and_subscripted() -> None:
    class Mine(MemoryClient[Literal["v1.1"]]):
        def get(self, memory_id: str) -> Any:
            return super().get(memory_id.strip())

    with Mine(":memory:", llm="offline", output_format="v1.1") as client:
        id = client.add("tea", user_id="alex", infer=False)["results"][0]["id"]
        assert client.get(f" {id} ")["memory"] == "tea"
        assert repr(client).startswith("<Mine ")
    assert isinstance(MemoryClient[Literal["v1.1"]](":memory:", output_format="v1.1"), MemoryClient)
