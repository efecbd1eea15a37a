"""Does the work of events: a few threads take them from the store, so that a server that dies loses none."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable
from datetime import timedelta

from graphmem.errors import GraphMemError, StoreUnavailableError
from graphmem.model import times
from graphmem.model.served import Event, Outcome
from graphmem.protocols import ServerStore
from graphmem.server.guard.observed import Meters

# A worker gives so many signs of life before others would take over what it had begun.
_SIGNS = 3
# So often it looks for events that other processes accepted, or that a dead one left.
_LOOK_SECONDS = 1.0
_PRUNE_EVERY = 3_600.0
# An event that killed so many workers is not begun again.
MOST_ATTEMPTS = 5
_log = logging.getLogger("graphmem.server.events")

Work = Callable[[Event], Outcome]


class Worker:
    """The threads of one process.

    Args:
        store: where the events are. kind: of those that it does. work: what is done for one.
        threads: how many events at a time. keep_days: how long events stay after their end.
        lease_seconds: after how long without a sign of life others take over what it had begun.
        followed: called when an event has ended that others follow, perhaps of another kind.
    """

    def __init__(
        self,
        store: Callable[[], ServerStore],
        kind: str,
        work: Work,
        meters: Meters,
        *,
        threads: int,
        keep_days: int,
        lease_seconds: float,
        followed: Callable[[], None],
    ) -> None:
        self._store = store
        self._kind, self._work = kind, work
        self._meters = meters
        self._name = uuid.uuid4().hex
        self._followed = followed
        self._lease = timedelta(seconds=lease_seconds)
        self._sign_seconds = lease_seconds / _SIGNS
        self._keep = timedelta(days=keep_days)
        self._woken = threading.Condition()
        # Ids of the events that its threads work on.
        self._held: set[str] = set()
        self._calls = 0
        self._look_at = 0.0
        self._stopping = False
        self._threads = [
            threading.Thread(target=self._run, name=f"graphmem-{kind}-{n}", daemon=True) for n in range(threads)
        ]
        self._keeper = threading.Thread(target=self._keep_alive, name=f"graphmem-{kind}", daemon=True)
        self._stopped = threading.Event()

    def start(self) -> None:
        for thread in (*self._threads, self._keeper):
            thread.start()

    def wake(self) -> None:
        """Tell that events were accepted."""
        with self._woken:
            self._calls += 1
            self._woken.notify()

    def stop(self, seconds: float) -> bool:
        """Begin nothing more, and wait for what is under way.

        Returns:
            Whether all of it was done in this time. What was not is done again by the next server: an add twice adds nothing.
        """
        with self._woken:
            self._stopping = True
            self._woken.notify_all()
        deadline = times.now() + timedelta(seconds=seconds)
        for thread in self._threads:
            thread.join(max(0.0, (deadline - times.now()).total_seconds()))
        self._stopped.set()
        self._keeper.join(self._sign_seconds)
        return not any(thread.is_alive() for thread in self._threads)

    def _run(self) -> None:
        event: Event | None = None
        while event is not None or not self._stopping:
            seen, event = self._step(event)
            if event is None and seen is not None:
                self._idle(seen)

    def _idle(self, seen: int) -> None:
        """Wait until there is something to do, or it is time to look. One thread looks for all. `seen`: the calls before it looked last."""
        with self._woken:
            while self._calls == seen and not self._stopping:
                wait = self._look_at - time.monotonic()
                if wait <= 0:
                    self._look_at = time.monotonic() + _LOOK_SECONDS
                    return
                self._woken.wait(wait)

    def _step(self, event: Event | None) -> tuple[int | None, Event | None]:
        """Do an event that was begun, if there is one, and begin the next.

        Returns:
            The calls before it looked for the next one, None if it did not look; and what it began.
        """
        seen = self._calls
        try:
            if event is None:
                now = times.now()
                return seen, next(iter(self._store().claim(self._kind, self._name, now, now + self._lease, 1)), None)
            return self._do(event)
        except GraphMemError as error:
            _log.warning("events wait: %s", type(error).__name__)
            return seen, None

    def _do(self, event: Event) -> tuple[int | None, Event | None]:
        """Do an event, and begin the next one in the transaction that ends it; what `_step` returns."""
        self._meters.running.inc()
        self._held.add(event.id)
        try:
            outcome = self._outcome(event)
            now, seen = times.now(), self._calls
            until = None if self._stopping else now + self._lease
            finished = self._store().finish(event.id, self._name, outcome, now, until)
        except StoreUnavailableError:
            # Not the event's fault: it is done when the store is there again.
            self._store().release(event.id, self._name)
            raise
        finally:
            # What could not be ended is not renewed either, so that it is taken over.
            self._held.discard(event.id)
            self._meters.running.dec()
        if not finished.done:
            return None, None
        self._meters.events.labels(event.kind, outcome.status).inc()
        if outcome.following:
            self._followed()
        return seen, finished.next

    def _outcome(self, event: Event) -> Outcome:
        if event.attempts > MOST_ATTEMPTS:
            return Outcome("FAILED", error=f"given up: the server ended {MOST_ATTEMPTS} times while it was done")
        try:
            return self._work(event)
        except StoreUnavailableError:
            raise
        except GraphMemError as error:
            return Outcome("FAILED", error=f"{type(error).__name__}: {error}")
        except Exception as error:
            _log.error("event of kind %s failed unforeseen: %s", event.kind, type(error).__name__)
            return Outcome("FAILED", error=f"the server failed: {type(error).__name__}")

    def _keep_alive(self) -> None:
        pruned = 0.0
        while not self._stopped.wait(self._sign_seconds):
            pruned -= self._sign_seconds
            try:
                if held := list(self._held):
                    self._store().renew(held, self._name, times.now() + self._lease)
                if pruned <= 0:
                    self._store().prune(times.now() - self._keep)
                    pruned = _PRUNE_EVERY
            except GraphMemError as error:
                _log.warning("no sign of life could be given: %s", type(error).__name__)
