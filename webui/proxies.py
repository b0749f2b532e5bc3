"""What is believed of a request, and whom: a WSGI layer around the application.

A reverse proxy that the settings name says who asks (`X-Forwarded-For`), what the request is called in the logs
(`X-Request-ID`) and which trace it belongs to (`traceparent`). From anybody else, these are removed, and so is
everything else that proxies say: the scheme and the host of links are those of the public URL alone.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from engine.config import Network

REQUEST_ID = "idflow.request_id"
"""Where the environment of a request holds the id that a trusted proxy gave it."""

MAXIMUM_FORWARDED = 20
"""How many addresses of `X-Forwarded-For` are looked at, from its end."""

_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_PREFIX = "HTTP_X_FORWARDED_"
_GIVEN_ID = "HTTP_X_REQUEST_ID"
_TRACE = ("HTTP_TRACEPARENT", "HTTP_TRACESTATE")
_OTHERS = ("HTTP_BAGGAGE", "HTTP_FORWARDED", "HTTP_X_REAL_IP", _GIVEN_ID)

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Proxies:
    """Passes requests on to `app` with what is to be believed of them."""

    app: Wsgi
    trusted: tuple[Network, ...]

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Pass one on."""
        environ.pop(REQUEST_ID, None)
        if self._trusts(environ.get("REMOTE_ADDR", "")):
            if _ID.fullmatch(environ.get(_GIVEN_ID, "")):
                environ[REQUEST_ID] = environ[_GIVEN_ID]
            environ["REMOTE_ADDR"] = self._client(environ["REMOTE_ADDR"], environ.get(f"{_PREFIX}FOR", ""))
        else:
            for name in _TRACE:
                environ.pop(name, None)
        for name in [each for each in environ if each.startswith(_PREFIX) or each in _OTHERS]:
            del environ[name]
        return self.app(environ, start_response)

    def _client(self, address: str, forwarded: str) -> str:
        """Return who asks: the last address that no trusted proxy has; anybody may have written what is before it."""
        for text in reversed(forwarded.split(",")[-MAXIMUM_FORWARDED:]):
            try:
                address = str(ip_address(text.strip()))
            except ValueError:
                return address
            if not self._trusts(address):
                return address
        return address

    def _trusts(self, address: str) -> bool:
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self.trusted)
