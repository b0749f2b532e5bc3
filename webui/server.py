"""The server: waitress, on one socket, stopped cleanly by SIGTERM and SIGINT."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, time
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import create_server

from engine.application import Application
from engine.errors import Refused
from webui import create_app
from webui.bodies import LARGEST_BODY, MAXIMUM_BODY
from webui.proxies import Proxies
from webui.stopping import stopped_by_signals

MAXIMUM_HEADERS = 32 * 1024
"""How large the headers of a request may be, in bytes."""

MAXIMUM_CONNECTIONS = 500

IDLE_SECONDS = 60
"""How long a connection may stay open without a request."""

STOP_SECONDS = 5
"""How long requests that are being worked on may take when the server is told to stop."""

KEPT_SECONDS = 1
"""How long a connection that nobody sends anything on is kept then: a proxy may have sent a request on its way."""

_BACKLOG = 1024
_LOOK_SECONDS = 0.25


class AddressTaken(Refused):
    """The server cannot listen on this address."""

    code = "address-taken"


def serve(
    application: Application,
    *,
    ready: Callable[[str], None],
    stop: threading.Event | None = None,
    app: Flask | None = None,
) -> None:
    """Serve until told to stop: by `stop`, or by SIGTERM or SIGINT when this is the main thread.

    What is served are all pages, unless `app` has others. `ready` is called with the base URL once the server listens;
    port 0 in the settings takes any free one.

    Raises:
        AddressTaken: when the address cannot be listened on.

    """
    settings = application.settings
    stop = stop or threading.Event()
    public = urlsplit(settings.public_url or "")
    sockets: dict[int, Any] = {}
    with _listening(settings.host, settings.port) as listener, stopped_by_signals(stop):
        server = create_server(
            Proxies(app or create_app(application), settings.proxies),
            map=sockets,
            sockets=[listener],
            threads=settings.threads,
            url_scheme=public.scheme or "http",
            url_prefix=public.path.rstrip("/"),
            ident=None,
            # Above what the pages take, so that they can say it in their own words.
            max_request_body_size=LARGEST_BODY + MAXIMUM_BODY,
            max_request_header_size=MAXIMUM_HEADERS,
            connection_limit=MAXIMUM_CONNECTIONS,
            channel_timeout=IDLE_SECONDS,
            log_socket_errors=False,
            expose_tracebacks=False,
            # Who is believed is decided by `Proxies`.
            clear_untrusted_proxy_headers=False,
        )
        server.channel_class = _Connection
        server.stops = stop
        try:
            ready(_url(listener))
            while not stop.is_set():
                _look(sockets)
            _finish(server, sockets, listener)
        finally:
            server.task_dispatcher.shutdown(timeout=STOP_SECONDS)
            wasyncore.close_all(sockets, ignore_all=True)


class _Connection(HTTPChannel):  # type: ignore[misc] # waitress has no types
    """One that ends with its next answer when the server is told to stop, and says so."""

    def service(self) -> None:
        if self.server.stops.is_set():
            self.requests[0].headers["CONNECTION"] = "close"
        super().service()


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except OSError as error:
        raise AddressTaken(
            f"The server cannot listen on {host}, port {port}: {_why(error)}. Choose others by --host and --port."
        ) from error
    with listener:
        yield listener


def _why(error: OSError) -> str:
    # What the standard library adds in brackets has been said already.
    return (error.strerror or str(error)).partition(" (")[0]


def _look(sockets: dict[int, Any]) -> None:
    wasyncore.loop(timeout=_LOOK_SECONDS, map=sockets, use_poll=True, count=1)


def _finish(server: Any, sockets: dict[int, Any], listener: socket.socket) -> None:
    """Refuse new connections, so that a proxy asks another process, and let the requests that are here be answered.

    And those that come on connections that are open: a proxy does not send again what it has sent on one of them.
    """
    server.del_channel()
    listener.close()
    began, until = time(), monotonic() + STOP_SECONDS
    while monotonic() < until and any(_is_awaited(each, began) for each in list(server.active_channels.values())):
        _look(sockets)


def _is_awaited(connection: Any, began: float) -> bool:
    quiet_since = max(connection.last_activity, began)
    return bool(connection.requests or connection.total_outbufs_len or time() < quiet_since + KEPT_SECONDS)


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
