"""What goes to the provider and comes back: within a time and a size, and never by a redirect."""

from collections.abc import Callable, Mapping
from threading import Lock
from time import monotonic
from typing import Any, Protocol
from urllib.parse import urlencode

import httpx
import orjson

from engine.sign_on.reasons import ProviderUnavailable

SECONDS = 5.0
"""How long connecting, sending or one part of the answer may take."""

WHOLE_SECONDS = 10.0
"""How long an answer may take in all."""

MAXIMUM_BYTES = 512 * 1024
"""How large an answer may be."""

# Compressed, a small answer could become a large one.
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity"}


class SignsRequest(Protocol):
    """Says to the provider which client asks: Authlib's `ClientAuth` does."""

    def prepare(self, method: str, uri: str, headers: dict[str, str], body: str) -> tuple[str, dict[str, str], str]:
        """Return the request with it."""


class Wire:
    """Speaks HTTP with the provider."""

    def __init__(self, transport: httpx.BaseTransport | None = None, timer: Callable[[], float] = monotonic) -> None:
        """Send everything by `transport`; None is the network. `timer` counts seconds."""
        self._transport = transport
        self._timer = timer
        self._lock = Lock()
        self._client: httpx.Client | None = None

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Return the JSON object at a URL; raises `ProviderUnavailable`."""
        response = self._send("GET", url, dict(headers or {}), "")
        if response.status_code != httpx.codes.OK:
            raise ProviderUnavailable(f"{_named(url)} answers {response.status_code}")
        try:
            found = orjson.loads(response.content)
        except orjson.JSONDecodeError:
            found = None
        if not isinstance(found, dict):
            raise ProviderUnavailable(f"{_named(url)} answers without a JSON object")
        return found

    def post(self, url: str, data: Mapping[str, str], headers: Mapping[str, str], auth: SignsRequest) -> httpx.Response:
        """Return the answer to a form, whatever its status: what Authlib's client asks of a session."""
        url, signed, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        return self._send("POST", url, signed, body)

    def close(self) -> None:
        """Give back the connections."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _send(self, method: str, url: str, headers: dict[str, str], body: str) -> httpx.Response:
        until, content = self._timer() + WHOLE_SECONDS, bytearray()
        try:
            with self._open().stream(method, url, headers=headers | _HEADERS, content=body.encode()) as response:
                for part in response.iter_raw():
                    content += part
                    if len(content) > MAXIMUM_BYTES:
                        raise ProviderUnavailable(f"{_named(url)} answers with more than {MAXIMUM_BYTES} bytes")
                    if self._timer() > until:
                        raise ProviderUnavailable(f"{_named(url)} takes longer than {WHOLE_SECONDS:.0f} seconds")
                return httpx.Response(response.status_code, content=bytes(content), request=response.request)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ProviderUnavailable(f"{_named(url)} cannot be asked: {type(error).__name__}") from None

    def _open(self) -> httpx.Client:
        # Made when it is needed first: reading the certificates takes a while.
        with self._lock:
            if self._client is None:
                self._client = httpx.Client(transport=self._transport, timeout=SECONDS, follow_redirects=False)
            return self._client


def _named(url: str) -> str:
    """Return a URL for the log: without what stands behind the path."""
    return url.partition("?")[0]
