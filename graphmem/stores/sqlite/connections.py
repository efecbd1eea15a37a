"""Connections to one SQLite file: many readers and one writer, from any number of threads and processes."""

from __future__ import annotations

import os
import random
import sqlite3
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

from graphmem.errors import SchemaError, StoreError, StoreUnavailableError
from graphmem.model.folding import folded, spelled
from graphmem.model.forks import ForkLock, renew_in_children, settle_before_forks
from graphmem.model.served import FORGOTTEN_BY_RESET
from graphmem.stores.sqlite.errors import BUSY_SECONDS, translated
from graphmem.stores.sqlite.schema import APPLICATION_ID, TABLES
from graphmem.stores.sqlite.unchanged import Connection
from graphmem.stores.sqlite.upgrades import advance

MEMORY = ":memory:"
_POLL_SECONDS = 0.004
# How long a fork waits for a transaction of another thread.
_FORK_SECONDS = 10.0
_PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    # With WAL, NORMAL loses nothing when a process dies; FULL also outlives a power cut, at one fsync a commit.
    "PRAGMA synchronous = FULL",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA mmap_size = 268435456",
)
# Closing a file drops all locks that the process has on it, even those of other connections (POSIX). So a new file is made and
# closed before this process connects to it.
_CREATING = ForkLock()
_REPLACED = "{} was deleted or replaced while it was open: nothing was written. Make a new client for what is there now"
# What SQLite calls its log and the index of that: the file's name with this at the end.
_LOG, _INDEX = "-wal", "-shm"
# Device and number of a file.
_Identity: TypeAlias = tuple[int, int]
_TRACES_LEFT = (
    "everything in {} is deleted, but traces of it are left in the file ({}): reset it once more to remove them"
)


class Database:
    """A pool of connections. `location` is a path or ``:memory:``.

    A forked child opens connections of its own, because SQLite forbids the use of a connection across a fork.
    """

    def __init__(self, location: str) -> None:
        self.location = location
        self._idle: list[Connection] = []
        self._lock = ForkLock()
        self._writing = threading.RLock()
        self._pid = os.getpid()
        self._ready = False
        self._torn = False
        # What the file and its log were when they were last seen.
        self._file: _Identity | None = None
        self._log: _Identity | None = None
        renew_in_children(self)
        settle_before_forks(self)

    def open(self) -> None:
        """Create the file, or upgrade it to the newest schema.

        Raises:
            StoreUnavailableError: the file can't be opened, or stays locked by another process.
            SchemaError: it is not an SQLite database, belongs to another program, or has a newer schema.
            StoreError: it is read-only.
        """
        if self._ready:
            return
        with self._writing, translated(self.location):
            with _CREATING:
                self._check_file()
            with self._connection() as connection:
                _prepare(connection, self.location)
            # One transaction for each batch of a step, so that an upgrade that is interrupted goes on from there.
            upgraded = False
            while not upgraded:
                with self.write() as connection:
                    upgraded = advance(connection, self.location)
        self._file = _identity(self.location)
        self._ready = True

    def settle(self) -> bool:
        """Before a fork: SQLite would keep the lock of a write transaction in the child, where nobody could ever end it."""
        return self._writing.acquire(timeout=_FORK_SECONDS)

    def go_on(self) -> None:
        """After it, in the parent."""
        self._writing.release()

    def renew(self) -> None:
        """In a child: free what the parent's threads held. A store in memory that one of them was using is in an unknown state."""
        self._torn = self._torn or (self.location == MEMORY and not self._writing.acquire(blocking=False))
        self._writing = threading.RLock()

    def close(self) -> None:
        """Close the idle connections. The pool can be used again."""
        with self._lock:
            idle, self._idle = self._idle, []
            replaced, log = self._replaced(), self.location + _LOG
            ours = _identity(log) == self._log
            if replaced and not ours:
                # SQLite may delete a log by its name, and this one is of the other file.
                _LEFT_OPEN.append(idle)
                return
        for connection in idle:
            connection.close()
        if replaced and self._log is not None:
            # SQLite leaves the log of a file that is gone, and whoever opens the other file would read it as that one's.
            for name in (log, self.location + _INDEX):
                Path(name).unlink(missing_ok=True)

    def _replaced(self) -> bool:
        """Whether another file, or none, is where the store was."""
        return self._ready and self.location != MEMORY and _identity(self.location) != self._file

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A read transaction: one consistent view of the store."""
        with translated(self.location), self._connection() as connection:
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                connection.rollback()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A write transaction: committed when the block ends, rolled back if it raises. Waits for other writers."""
        with translated(self.location), self._writing, self._connection() as connection:
            try:
                _when_free(connection, "BEGIN IMMEDIATE")
                yield connection
                connection.commit()
            except BaseException:
                connection.rollback()
                raise

    def clear(self) -> None:
        """Delete everything but the store's id in one transaction, and leave no trace of it in the file.

        Row ids are never reused: other processes may still have vectors cached under them.

        Raises:
            StoreUnavailableError: everything is deleted, but another process kept the file from being rewritten.
        """
        with self.write() as connection:
            for table in TABLES:
                connection.execute(f"DELETE FROM {table}")
            for index in ("memory_text", "said_text"):
                connection.execute(f"INSERT INTO {index} ({index}) VALUES ('delete-all')")
            connection.execute("DELETE FROM event")
            kinds = ", ".join("?" * len(FORGOTTEN_BY_RESET))
            connection.execute(f"DELETE FROM record WHERE kind IN ({kinds})", FORGOTTEN_BY_RESET)
            # The id stays: it is still the same store.
            connection.execute("DELETE FROM meta WHERE key <> 'store_id'")
        self.compact()

    def compact(self) -> None:
        """Rewrite the file, so that nothing that was deleted is left in it.

        Raises:
            StoreUnavailableError: another process kept the file from being rewritten.
        """
        with self.write() as connection:
            # Deleted words stay in the index until its segments are merged.
            for index in ("memory_text", "said_text"):
                connection.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")
        with translated(self.location), self._writing, self._connection() as connection:
            try:
                connection.execute("VACUUM")
                # Moves everything into the file and truncates the write-ahead log, which holds old pages.
                busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
                reason = "another process reads it" if busy else ""
            except sqlite3.OperationalError as error:
                reason = str(error)
        if reason:
            raise StoreUnavailableError(_TRACES_LEFT.format(self.location, reason))

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        if self.location == MEMORY:
            # Every connection would be a database of its own, so all threads share one.
            with self._writing:
                if self._torn:
                    raise StoreError(_TORN)
                if not self._idle:
                    self._idle.append(self._connect())
                # Ctrl-C may have come between two lines of an earlier caller.
                if self._idle[0].in_transaction:
                    self._idle[0].rollback()
                yield self._idle[0]
            return
        if self._replaced():
            # At once, for whoever opens the other file next would take our log for its own.
            self.close()
            raise StoreUnavailableError(_REPLACED.format(self.location))
        with self._lock:
            # After a fork, the parent's connections belong to the parent: they are neither used nor closed here.
            if self._pid != os.getpid():
                # Kept, because they would be closed with the list.
                _LEFT_OPEN.append(self._idle)
                self._idle, self._pid = [], os.getpid()
            connection = self._idle.pop() if self._idle else None
        # As long as it is open, nobody puts another log in the place of its own.
        log_known = connection is not None and self._log is not None
        connection = connection or self._connect()
        try:
            yield connection
        except BaseException:
            # It may be in an unknown state; the next caller gets a new one.
            connection.close()
            raise
        with self._lock:
            self._idle.append(connection)
            if not (log_known or self._replaced()):
                self._log = _identity(self.location + _LOG)

    def _connect(self) -> Connection:
        connection = sqlite3.connect(
            self.location, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, factory=Connection
        )
        try:
            for pragma in _PRAGMAS:
                connection.execute(pragma)
            # SQLite's own lower() handles only ASCII.
            connection.create_function("fold", 1, _of_text(folded), deterministic=True)
            connection.create_function("spelled", 1, _of_text(spelled), deterministic=True)
        except BaseException:
            connection.close()
            raise
        return connection

    def _check_file(self) -> None:
        if self.location == MEMORY:
            return
        path = Path(self.location)
        if path.is_dir():
            raise StoreUnavailableError(f"{path} is a folder; give the path of a file, such as {path / 'memories.db'}")
        if not path.parent.is_dir():
            raise StoreUnavailableError(f"the folder {path.parent} does not exist; make it, or give another path")
        if path.exists():
            # os.access() is not enough: root may write any file, but the write bits were removed on purpose.
            if not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(path, os.W_OK):
                raise StoreError(f"{path} is read-only; make it writable (chmod u+w), or give another path")
        else:
            # Created here, because SQLite would make it readable for others.
            with suppress(FileExistsError):
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


_LEFT_OPEN: list[list[Connection]] = []
_TORN = (
    "this process was forked while another thread used the ':memory:' store, so its state is unknown here: "
    "fork before it is used, or use a file"
)


def _when_free(connection: sqlite3.Connection, statement: str) -> None:
    """Run a statement that needs an exclusive lock, as soon as other writers are done.

    The polling is done here and not by SQLite's busy timeout, for two reasons. SQLite polls less and less often, so one of
    several busy writers could wait for ever. And it gives up at once if it suspects a deadlock, as when two connections turn
    WAL on at the same time.
    """
    connection.execute("PRAGMA busy_timeout = 0")
    deadline = time.monotonic() + BUSY_SECONDS
    try:
        while True:
            try:
                connection.execute(statement)
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
            time.sleep(random.uniform(0, _POLL_SECONDS))
    finally:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")


def _identity(path: str) -> _Identity | None:
    """Which file is there; None if there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _prepare(connection: sqlite3.Connection, location: str) -> None:
    # Another process may be creating the file at this moment. The application id and the tables are written in one transaction, so
    # a file with tables but without the id is not ours. This is checked before anything is changed.
    filled = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if filled and connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise SchemaError(
            f"{location} is an SQLite database of another program; give another path. Nothing in it was changed"
        )
    _when_free(connection, "PRAGMA journal_mode = WAL")


def _of_text(change: Callable[[str], str]) -> Callable[[object], str | None]:
    return lambda text: change(text) if isinstance(text, str) else None
