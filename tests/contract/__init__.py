"""What every store must do, asked through the clients. Each test runs on every store, with the sync and the async client.

To try a store of your own:

1. Write a class with the methods of `graphmem.protocols.Store`, whose docstrings say what each must do. One that awaits meets
   `AsyncStore` and can be given to an AsyncMemoryClient only; for one that blocks, `graphmem._async.waiting.threaded(store)` gives
   the awaitable twin. memory_store.py is the smallest store that passes.
2. Register it in conftest.py of this folder: a subclass of StoreUnderTest whose `settings` and `awaited_settings` are the arguments
   of a MemoryClient and of an AsyncMemoryClient. A test makes several clients of one store: each must get a store object of its
   own, all on the same data. Each test begins with an empty store. Add a line for the class to OTHERS, under the store's name.
3. Say in `capabilities` what a test can do to the store besides through the protocol. A test that needs more is marked with
   ``@pytest.mark.needs(...)`` and skipped. There are two, named in tests/conftest.py:

   FILE: all of the store is an SQLite file, which a test may open, read and keep locked. `file` is its path.
   CYPHER: it is a Neo4j server, which a test may send queries. `server` is how.

   Most stores have neither.
4. Run ``pytest tests/contract -k NAME`` with the store's name.

test_protocol.py compares the methods by name and parameters. `client.doctor()` and the exports that many tests compare find what a
store got wrong without a visible effect.
"""
