"""Resolves the name of a host, looks at each address, and connects to exactly the one that was looked at."""

import socket
import ssl
from collections.abc import Callable, Iterable, Sequence
from ipaddress import ip_address
from queue import Empty, Queue
from threading import Thread
from typing import Any

import httpcore

from engine.egress.addresses import Address
from engine.egress.allowed import AllowList
from engine.egress.client import Resolve
from engine.egress.errors import HostUnknown, NoConnection, TargetRefused, TooSlow

MAXIMUM_ADDRESSES = 8
"""How many addresses of a host are tried."""

_PIECE = 64 * 1024
"""How many bytes are written before the deadline is looked at again."""


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host as the machine knows them; also of `127.1` and other ways to write one."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class Deadline:
    """When everything must be over."""

    def __init__(self, seconds: float, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._end = monotonic() + seconds

    def left(self, at_most: float | None = None) -> float:
        """Return how many seconds the next thing may take; raises `TooSlow` when there are none."""
        left = self._end - self._monotonic()
        if left <= 0:
            raise TooSlow
        return left if at_most is None else min(left, at_most)


class GuardedBackend(httpcore.NetworkBackend):
    """What httpcore opens its connections with."""

    def __init__(self, allowed: AllowList, resolve: Resolve, deadline: Deadline) -> None:
        self._allowed, self._resolve, self._deadline = allowed, resolve, deadline
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,  # noqa: ARG002 - httpcore's signature
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of the host that answers, of those that may be called."""
        for address in self._addresses(host, port):
            try:
                stream = self._plain.connect_tcp(
                    str(address), port, self._deadline.left(timeout), socket_options=socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
            return TimedStream(stream, self._deadline)
        raise NoConnection(f"{host} does not take a connection.")

    def _addresses(self, host: str, port: int) -> list[Address]:
        found = self._resolved(host, port)
        addresses = list(dict.fromkeys(ip_address(each) for each in found))[:MAXIMUM_ADDRESSES]
        taken = [each for each in addresses if self._allowed.takes(host, each)]
        if not taken:
            raise TargetRefused(
                f"{host} is not a public address. IDFLOW_OUTGOING_ALLOW names the hosts and networks that may be "
                "called all the same."
            )
        return taken

    def _resolved(self, host: str, port: int) -> Sequence[str]:
        """Ask in a thread: the name server has no other timeout than its own."""
        answers: Queue[Sequence[str] | BaseException] = Queue()

        def ask() -> None:
            try:
                answers.put(self._resolve(host, port))
            except (OSError, UnicodeError):
                answers.put(())
            except BaseException as error:  # noqa: BLE001 - raised where it is waited for
                answers.put(error)

        Thread(target=ask, name="resolve", daemon=True).start()
        try:
            found = answers.get(timeout=self._deadline.left())
        except Empty:
            raise TooSlow from None
        if isinstance(found, BaseException):
            raise found
        if not found:
            raise HostUnknown(f"Nobody knows a host {host}.")
        return found


class TimedStream(httpcore.NetworkStream):
    """A connection on which everything ends with the deadline, however little the other side sends at a time."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what is there."""
        return self._stream.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write everything."""
        for start in range(0, len(buffer), _PIECE):
            self._stream.write(buffer[start : start + _PIECE], self._deadline.left(timeout))

    def close(self) -> None:
        """Hang up."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Go on with TLS; the certificate must be the host's by its name, not by its address."""
        return TimedStream(
            self._stream.start_tls(ssl_context, server_hostname, self._deadline.left(timeout)), self._deadline
        )

    def get_extra_info(self, info: str) -> Any:
        """Return what httpcore asks for."""
        return self._stream.get_extra_info(info)
