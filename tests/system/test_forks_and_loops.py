"""A client that is used after a fork, or on a second event loop: each process and loop gets its own answers, and none hangs."""

from __future__ import annotations

import asyncio
import gc
import json
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from graphmem import AsyncMemoryClient, OpenAISettings
from tests.conftest import StoreUnderTest
from tests.tools.scripted_llm import ScriptedLLM, as_said, said

on_posix = pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
CHILDREN, ROUNDS = 4, 6
# Uses a client, forks, and lets each child use it: what it adds, lists and finds must be its own. A child that hangs is killed by
# its alarm. `busy`: forks while a thread of the parent writes.
FORKING = """
import asyncio, json, os, signal, sys, threading
from graphmem import AsyncMemoryClient, MemoryClient, OpenAISettings

settings, url, embedder, awaited, busy, children, rounds = json.loads(sys.argv[1])
model = OpenAISettings("scripted", url, max_retries=0)
options = {**settings, "llm": model, "embedder": embedder or model}

def use(client, who, count):
    for n in range(count):
        text = f"I own book {n} of {who}."
        [row] = client.add(text, user_id=who)["results"]
        assert row["memory"] == text, (who, row)
        [hit] = client.search(text, user_id=who, top_k=1, keyword_search=False, explain=True)
        # Its vector is that of its own text. (The local embedder is no server, and gets a query without names.)
        assert hit["memory"] == text or embedder, (who, hit)
        assert hit["explain"]["arms"]["vector"]["score"] > (0.5 if embedder else 0.999), (who, hit)
        assert {row["user_id"] for row in client.get_all(user_id=who)} == {who}

class Awaited:
    # Each call on an event loop of its own, as asyncio.run makes it.
    def __init__(self, client):
        self.client = client
    def __getattr__(self, name):
        return lambda *args, **more: asyncio.run(getattr(self.client, name)(*args, **more))

client = Awaited(AsyncMemoryClient(**options)) if awaited else MemoryClient(**options)
use(client, "parent", 2)
stop = threading.Event()
def write():
    n = 0
    while not stop.is_set():
        client.add(f"Line {n}", user_id="busy", infer=False)
        n += 1
writer = threading.Thread(target=write)
if busy:
    writer.start()
pids = []
for n in range(children):
    pid = os.fork()
    if pid == 0:
        signal.alarm(50)
        try:
            use(client, f"child-{n}", rounds)
        except BaseException:
            import traceback
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    pids.append(pid)
codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
stop.set()
if busy:
    writer.join()
use(client, "parent-again", 2)
print(json.dumps(codes))
os._exit(0)
"""


@pytest.fixture(autouse=True)
def sockets_left_behind() -> Iterator[None]:
    """A loop that ends before its connections are closed leaves sockets behind, and Python says so when warnings are on."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield
        gc.collect()


@pytest.fixture
def server() -> Iterator[ScriptedLLM]:
    with ScriptedLLM() as found:
        yield found.rule(lambda body: said(json.dumps(as_said(body))))


def local(store: StoreUnderTest) -> str | None:
    """The embedder where it isn't one over the wire: a Neo4j that many tests share holds the vectors of one embedder."""
    return "local" if store.server is not None else None


def model(server: ScriptedLLM) -> OpenAISettings:
    return OpenAISettings("scripted", server.base_url, max_retries=0)


@on_posix
@pytest.mark.parametrize(
    ("awaited", "busy"),
    [
        pytest.param(False, False, id="sync"),
        pytest.param(True, True, id="async-busy", marks=pytest.mark.thorough),
    ],
)
def test_a_forked_child_gets_its_own_answers(
    store: StoreUnderTest, server: ScriptedLLM, awaited: bool, busy: bool
) -> None:
    settings = {name: str(value) for name, value in store.settings.items()}
    arguments = json.dumps([settings, server.base_url, local(store), awaited, busy, CHILDREN, ROUNDS])
    done = subprocess.run(
        [sys.executable, "-c", FORKING, arguments], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.stdout.strip(), done.stderr[-3_000:]) == (json.dumps([0] * CHILDREN), "")


@pytest.mark.parametrize("llm", ["wire", "offline"])
def test_one_client_on_one_loop_after_the_other(store: StoreUnderTest, server: ScriptedLLM, llm: str) -> None:
    over_wire = model(server)
    options: dict[str, Any] = {"embedder": local(store) or over_wire, "llm": over_wire if llm == "wire" else llm}
    client = AsyncMemoryClient(**store.awaited_settings, **options)
    for n in range(3):
        assert asyncio.run(several(client, f"loop {n}")) == 3 * (n + 1)
    asyncio.run(client.close())


def test_one_client_on_the_loops_of_several_threads(store: StoreUnderTest, server: ScriptedLLM) -> None:
    over_wire = model(server)
    client = AsyncMemoryClient(**store.awaited_settings, llm=over_wire, embedder=local(store) or over_wire)
    asyncio.run(client.get_all())
    raised: list[BaseException] = []

    def run(who: str) -> None:
        try:
            for n in range(2):
                asyncio.run(several(client, f"{who} {n}", who))
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(f"thread {n}",), daemon=True) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (raised, [thread.is_alive() for thread in threads]) == ([], [False] * 4)
    assert len(asyncio.run(client.get_all())) == 4 * 2 * 3
    asyncio.run(client.close())


def test_a_store_in_memory_serves_every_loop(server: ScriptedLLM) -> None:
    client = AsyncMemoryClient(":memory:", llm=model(server), embedder=model(server))
    for n in range(3):
        assert asyncio.run(several(client, f"loop {n}")) == 3 * (n + 1)


def test_a_model_of_ones_own_is_not_closed_with_a_loop() -> None:
    class Embedder:
        name = "mine"
        closed = 0

        async def embed(self, texts: list[str]) -> list[Any]:
            import numpy as np

            return [np.ones(4, dtype=np.float32) / 2 for _ in texts]

        async def close(self) -> None:
            self.closed += 1

    embedder = Embedder()
    client = AsyncMemoryClient(":memory:", llm="offline", embedder=embedder)
    for n in range(3):
        asyncio.run(client.add(f"Text {n}", user_id="u", infer=False))
    assert embedder.closed == 0
    asyncio.run(client.close())
    assert embedder.closed == 1


async def several(client: AsyncMemoryClient[Any], what: str, user: str = "u") -> int:
    """Adds side by side on this loop, and how many memories there are now."""
    await asyncio.gather(*(client.add(f"I own book {n} of {what}.", user_id=user) for n in range(3)))
    return len(await client.get_all(user_id=user))
