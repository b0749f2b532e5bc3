"""The least of an HTTP/1.1 client: one kept connection, and answers that say how long they are.

Clients, servers and database share the cores of one machine. What clients take is not measured, but missing for the
rest, and with that of the standard library it is twice as much.
"""

import socket
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer."""

    status: int
    headers: list[tuple[str, str]]
    """By names in small letters."""
    text: str

    def header(self, name: str) -> str:
        """Return a header that must be there."""
        return next(value for each, value in self.headers if each == name)


class Connection:
    """A connection to one server, made with its first request."""

    def __init__(self, url: str) -> None:
        self._netloc = urlsplit(url).netloc
        self._socket: socket.socket | None = None

    def ask(self, method: str, path: str, headers: dict[str, str], body: str = "") -> Answer:
        """Send a request and wait for its answer; raises `OSError` when the connection is lost."""
        if self._socket is None:
            host, _, port = self._netloc.rpartition(":")
            self._socket = socket.create_connection((host, int(port)))
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._received = self._socket.makefile("rb")
        given = {"Host": self._netloc, **headers} | ({"Content-Length": str(len(body))} if method == "POST" else {})
        head = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        self._socket.sendall(f"{method} {path} HTTP/1.1\r\n{head}\r\n{body}".encode("ascii"))
        return self._answer()

    def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            self._received.close()
            self._socket.close()

    def _answer(self) -> Answer:
        first = self._received.readline()
        if not first:
            raise ConnectionError("the server has hung up")
        headers = []
        while line := self._received.readline().strip():
            name, _, value = line.decode("latin-1").partition(":")
            headers.append((name.lower(), value.strip()))
        text = self._received.read(int(dict(headers)["content-length"])).decode()
        return Answer(int(first.split()[1]), headers, text)
