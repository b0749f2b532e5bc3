"""Lets nothing call what is outside while a journey does something: no test may depend on another machine.

Whatever speaks HTTP, SMTP or anything else in this process opens a socket or looks a name up; so that is what is
guarded, and only while the kit is at work: what a test itself does is its own affair.
"""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from webui.testing.failures import OutsideCall

_LOCAL = frozenset({getattr(socket, "AF_UNIX", None)})
"""Sockets that lead nowhere else."""


class Outside:
    """Guards what is outside, except for hosts that a test allows."""

    def __init__(self, doing: Callable[[], str]) -> None:
        """Guard it; `doing` says what was being done, for the message."""
        self.allowed: set[str] = set()
        self._doing = doing

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Let a call to something outside raise `OutsideCall` within the block."""
        connect, connect_ex, sendto = socket.socket.connect, socket.socket.connect_ex, socket.socket.sendto
        look_up = socket.getaddrinfo

        def connecting(this: socket.socket, address: Any) -> None:
            self._check(this.family, address, "connect to")
            connect(this, address)

        def trying(this: socket.socket, address: Any) -> int:
            self._check(this.family, address, "connect to")
            return connect_ex(this, address)

        def sending(this: socket.socket, *arguments: Any) -> int:
            self._check(this.family, arguments[-1], "send to")
            return sendto(this, *arguments)

        def looking_up(host: Any, port: Any, *arguments: Any, **options: Any) -> Any:
            self._check(socket.AF_INET, (host, port), "look up")
            return look_up(host, port, *arguments, **options)

        patched: dict[str, Any] = {"connect": connecting, "connect_ex": trying, "sendto": sending}
        # Usually they are inherited from the class below, and nothing is to be put back.
        before = {name: vars(socket.socket)[name] for name in patched if name in vars(socket.socket)}
        for name, replaced in patched.items():
            setattr(socket.socket, name, replaced)
        socket.getaddrinfo = looking_up
        try:
            yield
        finally:
            for name in patched:
                if name in before:
                    setattr(socket.socket, name, before[name])
                else:
                    delattr(socket.socket, name)
            socket.getaddrinfo = look_up

    def _check(self, family: int, address: Any, verb: str) -> None:
        __tracebackhide__ = True
        host = address[0] if isinstance(address, tuple) and address else address
        if isinstance(host, bytes):
            host = host.decode(errors="replace")
        if family in _LOCAL or host in self.allowed:
            return
        place = ":".join(map(str, address[:2])) if isinstance(address, tuple) else str(address)
        raise OutsideCall(
            f"A test of a journey calls nothing outside, and something tried to {verb} {place}{self._doing()}."
        )
