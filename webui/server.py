"""The WSGI server: waitress, in this process, until it is told to stop."""

import logging
import signal
import threading
from collections.abc import Callable
from types import FrameType

from waitress.server import create_server

from engine.application import Application
from webui import MAXIMUM_BODY_BYTES, create_app

THREADS = 8
"""How many requests are worked on at once."""


class Stopped(SystemExit):
    """The process was told to stop."""


def serve(application: Application, *, ready: Callable[[str], None]) -> None:
    """Serve the pages until SIGTERM or SIGINT; call `ready` with the base URL once connections are accepted."""
    settings = application.settings
    # A warning of the server may quote a request line, and with it the link of a token.
    logging.getLogger("waitress").setLevel(logging.ERROR)
    server = create_server(
        create_app(application),
        host=settings.host,
        port=settings.port,
        threads=THREADS,
        ident=None,
        max_request_body_size=2 * MAXIMUM_BODY_BYTES,
        max_request_header_size=32 * 1024,
        channel_timeout=30,
        url_scheme="https" if (settings.public_url or "").startswith("https://") else "http",
    )
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _stop)
    # A name such as localhost can stand for several addresses, and so for several sockets.
    (_, port), *_others = getattr(server, "effective_listen", None) or [(None, server.effective_port)]
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    ready(f"http://{host}:{port}")
    try:
        server.run()
    except Stopped:
        pass
    finally:
        server.close()


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise Stopped(0)
