"""By which names the server may be asked: those of the settings and this machine's own."""

from flask import Flask, request
from werkzeug.exceptions import BadRequest
from werkzeug.sansio.utils import host_is_trusted

ALWAYS = ("localhost", "127.0.0.1", "[::1]")
"""Nobody is sent a link there who could not open it before."""

PROBES = frozenset({"healthz", "readyz", "metrics"})
"""Routes that may be asked by any name: whoever watches a container knows only its address."""


class HostUnknown(BadRequest):
    """This server is not called that."""


def install(app: Flask, hosts: tuple[str, ...]) -> None:
    """Refuse every request by another name than `hosts`; none is any: without a public URL, links use the name."""
    if not hosts:
        return
    known = (*hosts, *ALWAYS)

    @app.before_request
    def refuse_other_hosts() -> None:
        if request.endpoint not in PROBES and not host_is_trusted(request.headers.get("Host", ""), known):
            raise HostUnknown
