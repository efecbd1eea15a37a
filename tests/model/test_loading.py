"""What is loaded once a process: whatever comes in between, the next call has it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from graphmem.model.loading import Loaded, imported, undisturbed

on_posix = pytest.mark.skipif(sys.platform == "win32", reason="needs signals and forks of POSIX")
# The first add of a process, interrupted after some seconds: that of the parser and the local embedder is mostly loading.
FIRST_ADD = """
import json, os, signal, sys
from graphmem import MemoryClient
signal.signal(signal.SIGALRM, signal.default_int_handler)
client = MemoryClient(":memory:", llm="offline", embedder="local")
try:
    signal.setitimer(signal.ITIMER_REAL, float(sys.argv[1]))
    client.add("My sister Anna lives in Rome.", user_id="u")
except KeyboardInterrupt:
    pass
finally:
    signal.setitimer(signal.ITIMER_REAL, 0)
client.add("My brother Bob lives in Oslo.", user_id="u")
found = {row["relationship"] for row in client.relations(entity="Bob", user_id="u")}
print(json.dumps([sorted(found), client.search("Oslo", user_id="u", top_k=1)[0]["memory"]]))
"""


class Slow:
    """Loads 1, 2, 3, … as soon as it may."""

    def __init__(self) -> None:
        self.begun, self.may_end, self.calls = threading.Event(), threading.Event(), 0

    def __call__(self) -> int:
        self.calls += 1
        self.begun.set()
        assert self.may_end.wait(30)
        return self.calls


@on_posix
def test_ctrl_c_ends_the_waiting_and_not_the_loading() -> None:
    slow = Slow()
    value = Loaded(slow)

    def interrupt() -> None:
        assert slow.begun.wait(30)
        signal.raise_signal(signal.SIGINT)

    other = threading.Thread(target=interrupt)
    other.start()
    with pytest.raises(KeyboardInterrupt):
        value()
    other.join()
    slow.may_end.set()
    assert (value(), value(), slow.calls) == (1, 1, 1)


def test_threads_that_ask_together_wait_for_one() -> None:
    slow = Slow()
    slow.may_end.set()
    value = Loaded(slow)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: value(), range(40))) == {1}
    assert slow.calls == 1


def test_what_fails_is_tried_again_and_none_is_a_value() -> None:
    outcomes = iter([OSError("no such file"), None])

    def load() -> None:
        error = next(outcomes)
        if error is not None:
            raise error

    value = Loaded(load)
    with pytest.raises(OSError, match="no such file"):
        value()
    assert (value(), value()) == (None, None)
    assert next(outcomes, "used up") == "used up"


@on_posix
def test_a_fork_waits_for_what_another_thread_loads() -> None:
    slow = Slow()
    value = Loaded(slow)
    loading = threading.Thread(target=value)
    loading.start()
    assert slow.begun.wait(30)
    threading.Timer(0.2, slow.may_end.set).start()
    pid = os.fork()
    if pid == 0:
        signal.alarm(10)
        os._exit(value())
    loading.join()
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == value() == slow.calls == 1


def test_other_threads_call_it_themselves() -> None:
    def where() -> int:
        return threading.get_ident()

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(undisturbed, where).result() == pool.submit(where).result()
    assert undisturbed(where) != where()


def test_without_threads_it_is_called_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    assert undisturbed(threading.get_ident) == threading.get_ident()


def test_a_module_that_is_not_there() -> None:
    assert imported("json") is json
    with pytest.raises(ModuleNotFoundError, match="graphmem_nothing"):
        imported("graphmem_nothing")


@on_posix
@pytest.mark.thorough
def test_an_interrupted_first_add_leaves_a_client_that_works() -> None:
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", FIRST_ADD, "1000"], check=True, capture_output=True)
    whole = time.monotonic() - began
    for part in range(1, 9):
        done = subprocess.run(
            [sys.executable, "-c", FIRST_ADD, str(whole * part / 10)],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert (done.stderr, json.loads(done.stdout)[0]) == ("", ["brother_of", "lives_in"])
