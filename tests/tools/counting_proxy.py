"""A TCP proxy on loopback that counts round trips: how often the client speaks after the server has spoken."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from types import TracebackType


class CountingProxy:
    """Forwards connections to (host, port). `round_trips`: how often a client has spoken after its server, over all connections."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.round_trips = 0
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    def __enter__(self) -> CountingProxy:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # A shutdown wakes the threads that wait in accept() and recv(); close() alone would not.
        for opened in (self._listener, *self._sockets):
            with suppress(OSError):
                opened.shutdown(socket.SHUT_RDWR)
            opened.close()
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._target)
                # Shared by both directions: whether the server spoke last. The client's first words count as a round trip.
                turn = {"server": True}
                for source, sink, is_client in ((client, server, True), (server, client, False)):
                    self._sockets.append(source)
                    thread = threading.Thread(target=self._forward, args=(source, sink, is_client, turn), daemon=True)
                    self._threads.append(thread)
                    thread.start()

    def _forward(self, source: socket.socket, sink: socket.socket, is_client: bool, turn: dict[str, bool]) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                with self._lock:
                    if is_client and turn["server"]:
                        self.round_trips += 1
                    turn["server"] = not is_client
                sink.sendall(data)
