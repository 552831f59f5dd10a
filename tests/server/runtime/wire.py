"""A proxy that counts the round trips of what passes it."""

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Self

from tests.server.servers import Server

SILENT = 0.03
"""Seconds after which a client waits for its answer."""


class Wire:
    """A proxy that passes on what the client has sent once it is silent, and counts how often: its round trips."""

    def __init__(self, server: Server) -> None:
        self.server = (server.host, server.port)
        self.turns = 0
        self.sent = b""
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"redis://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.create_connection(self.server) as server:

            def back() -> None:
                # Either side may be closed while the other still speaks.
                with suppress(OSError):
                    while data := server.recv(65536):
                        client.sendall(data)

            threading.Thread(target=back, daemon=True).start()
            while data := client.recv(1 << 20):
                while select.select([client], [], [], SILENT)[0]:
                    more = client.recv(1 << 20)
                    if not more:
                        return
                    data += more
                self.turns += 1
                self.sent += data
                server.sendall(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    @contextmanager
    def counting(self) -> Iterator[None]:
        self.turns, self.sent = 0, b""
        yield

    def count(self, word: bytes) -> int:
        return self.sent.count(word)
