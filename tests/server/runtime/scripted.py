"""A server whose replies a test writes: it counts with INCR, and declines what it is told to."""

import contextlib
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

Decline = Callable[[int], bytes | None]
"""An error reply to the INCR of this number (from 0), as on the wire; None where it is executed."""

OTHER = {
    b"PING": b"+PONG\r\n",
    b"HELLO": b"%1\r\n$5\r\nproto\r\n:3\r\n",
    b"INFO": b"$17\r\ncluster_enabled:1\r\n",
    # what a cluster's client asks: where INCR has its key
    b"COMMAND": b"*1\r\n*7\r\n$4\r\nincr\r\n:2\r\n*1\r\n+write\r\n:1\r\n:1\r\n:1\r\n*0\r\n",
}


class Scripted:
    """Executes INCR, one key only, alone, as a cluster or behind a sentinel of itself; to the rest of a handshake it says OK.

    Set `decline` once clients are connected; `asked` counts the INCRs that arrived, `executed` those that were done.
    """

    def __init__(self) -> None:
        self.decline: Decline = lambda number: None
        self.asked = 0
        self.executed = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.open: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self.listener.close()
        for end in list(self.open):
            end.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.open.add(client)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), client, client.makefile("rb") as lines:
            maps = False
            while command := _command(lines.readline, lines.read):
                maps = maps or command[0].upper() == b"HELLO"  # RESP3 has them
                client.sendall(self._answer(command, maps))

    def _answer(self, command: list[bytes], maps: bool) -> bytes:
        name = command[0].upper()
        if name == b"CLUSTER":
            return (
                b"*1\r\n*3\r\n:0\r\n:16383\r\n*3\r\n$9\r\n127.0.0.1\r\n:%d\r\n$2\r\nid\r\n"
                % self.port
            )
        if name == b"SENTINEL":
            told = {"name": "m", "ip": "127.0.0.1", "port": self.port, "flags": "master"}
            told["num-other-sentinels"] = 0
            words = [str(word) for pair in told.items() for word in pair]
            listed = "".join(f"${len(word)}\r\n{word}\r\n" for word in words)
            size = f"%{len(told)}" if maps else f"*{len(words)}"
            return f"*1\r\n{size}\r\n{listed}".encode()
        if name != b"INCR":
            return OTHER.get(name, b"+OK\r\n")
        number = self.asked
        self.asked += 1
        error = self.decline(number)
        if error is not None:
            return error
        self.executed += 1
        return b":%d\r\n" % self.executed


def _command(line: Callable[[], bytes], read: Callable[[int], bytes]) -> list[bytes]:
    """The next command as clients send it; nothing where the connection has ended."""
    head = line()
    if not head:
        return []
    found = []
    for _ in range(int(head[1:])):
        size = int(line()[1:])
        found.append(read(size + 2)[:-2])
    return found
