"""Makes graphmem/_sync from graphmem/_async:  python -m tests.generate_sync [--check]"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import unasync

PACKAGE = Path(__file__).parent.parent / "graphmem"

REPLACEMENTS = {
    "in_thread": "inline",
    "async_sleep": "sync_sleep",
    "AsyncFunction": "SyncFunction",
    "async_together": "sync_together",
    "AsyncLock": "SyncLock",
    "_async": "_sync",
    "AsyncGraphDatabase": "GraphDatabase",
    "AsyncDriver": "Driver",
    "AsyncResult": "Result",
    "AsyncManagedTransaction": "ManagedTransaction",
    "AsyncOpenAI": "OpenAI",
    # Ours: the awaitable twin has the prefix, the other one has none.
    "AsyncMemoryClient": "MemoryClient",
    "AsyncEmbedder": "Embedder",
    "AsyncLLM": "LLM",
    "AsyncStore": "Store",
    "AsyncBase": "Base",
    "AsyncAdding": "Adding",
    "AsyncWriting": "Writing",
    "AsyncForgetting": "Forgetting",
    "AsyncRecall": "Recall",
    "AsyncEntities": "Entities",
    "AsyncMoving": "Moving",
    "AsyncReverting": "Reverting",
    "AsyncParts": "Parts",
    "AsyncEmbeddedStore": "EmbeddedStore",
    "AsyncNeo4jStore": "Neo4jStore",
    "AsyncNeo4jConnection": "Neo4jConnection",
    "AsyncOpenAILLM": "OpenAILLM",
    "AsyncOpenAIEmbedder": "OpenAIEmbedder",
    "AsyncLocalEmbedder": "LocalEmbedder",
}


def generate(into: Path) -> None:
    """Write the generated tree to this folder."""
    sources = sorted(str(path) for path in (PACKAGE / "_async").glob("*.py"))
    rule = unasync.Rule(f"{PACKAGE / '_async'}/", f"{into}/", additional_replacements=REPLACEMENTS)
    unasync.unasync_files(sources, [rule])
    (into / "__init__.py").write_text(
        '"""Generated from graphmem/_async by `python -m tests.generate_sync`: change that, not this."""\n'
    )
    config = str(PACKAGE.parent / "pyproject.toml")
    ruff = [sys.executable, "-m", "ruff"]
    subprocess.run([*ruff, "check", "--quiet", "--fix", "--select", "I", "--config", config, str(into)], check=True)
    subprocess.run([*ruff, "format", "--quiet", "--config", config, str(into)], check=True)


def stale() -> list[str]:
    """Names of files in graphmem/_sync that are not what would be generated now."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "_sync"
        generate(fresh)
        committed = PACKAGE / "_sync"
        names = {path.name for path in (*fresh.glob("*.py"), *committed.glob("*.py"))}
        return sorted(name for name in names if _read(fresh / name) != _read(committed / name))


def _read(path: Path) -> str | None:
    return path.read_text() if path.exists() else None


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(f"run python -m tests.generate_sync: stale are {stale()}" if stale() else 0)
    generate(PACKAGE / "_sync")
