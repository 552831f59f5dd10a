"""A TCP proxy that spoils some of the commands that pass it."""

import contextlib
import socket
import struct
import threading
import time
from types import TracebackType
from typing import Literal, Self

Mode = Literal["pass", "lose", "reset", "delay", "late", "swallow"]


class Proxy:
    """Listens in front of a server; `spoil` says what happens to the next requests.

    A request is spoilt only when it holds `word`, so that handshakes and health checks pass.
    lose: it is executed, its reply is dropped and the connection closed. reset: the connection is reset before
    the request is passed on. delay: the reply comes late. late: the request does.
    swallow: nothing ever comes back.
    """

    def __init__(self, host: str, port: int) -> None:
        self.server = (host, port)
        self.mode: Mode = "pass"
        self.left = 0
        self.word = b""
        self.seconds = 0.0
        self.spoilt = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.open: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def spoil(self, mode: Mode, word: bytes, times: int = 1, seconds: float = 0.0) -> None:
        """Do this to the next `times` requests that hold `word`."""
        self.word, self.seconds, self.left, self.spoilt, self.mode = word, seconds, times, 0, mode

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.listener.shutdown(
            socket.SHUT_RDWR
        )  # wakes the thread that accepts; close alone would not
        self.listener.close()
        for end in list(self.open):
            end.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        server = socket.create_connection(self.server)
        self.open |= {client, server}
        state = {"drop": False, "delay": 0.0}
        threading.Thread(target=self._back, args=(server, client, state), daemon=True).start()
        try:
            while data := client.recv(65536):
                if self.left > 0 and self.word in data:
                    self.left -= 1
                    self.spoilt += 1
                    if self.mode == "reset":
                        client.setsockopt(
                            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
                        )
                        break
                    if self.mode == "swallow":
                        continue
                    if self.mode == "lose":
                        state["drop"] = True
                    if self.mode == "late":
                        time.sleep(self.seconds)
                    if self.mode == "delay":
                        state["delay"] = self.seconds
                server.sendall(data)
        except OSError:
            pass
        finally:
            client.close()
            server.close()

    def _back(self, server: socket.socket, client: socket.socket, state: dict[str, float]) -> None:
        try:
            while data := server.recv(65536):
                if state["drop"]:
                    break
                if state["delay"]:
                    time.sleep(state["delay"])
                    state["delay"] = 0.0
                client.sendall(data)
        except OSError:
            pass
        finally:
            # shutdown wakes the thread that reads; close alone would not
            for end in (client, server):
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
