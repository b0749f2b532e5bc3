"""One request and its answer, over httpx with connections of our own (`connecting`)."""

import logging
import ssl
from collections.abc import Iterator
from functools import cache
from ipaddress import ip_address

import httpcore
import httpx

from engine.egress.addresses import is_public
from engine.egress.allowed import AllowList, is_host
from engine.egress.client import MAXIMUM_URL, Answer, Call, Egress, Limits
from engine.egress.connecting import Deadline, GuardedBackend, resolve
from engine.egress.errors import AnswerUnreadable, CertificateInvalid, NoConnection, TargetRefused, TooSlow
from engine.errors import IdflowError

AGENT = "Idflow"

# They would write every address into the log, with its query.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)

_SCHEMES = frozenset({"https", "http"})
_PORTS = range(1, 65536)
_HEADERS = {"User-Agent": AGENT, "Accept-Encoding": "identity", "Connection": "close"}


def target(url: str, allowed: AllowList) -> httpx.URL:
    """Return an address that may be called, as far as the address alone says; raises `TargetRefused`."""
    if len(url) > MAXIMUM_URL:
        raise TargetRefused(f"An address has {MAXIMUM_URL} characters at most.")
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        raise TargetRefused("This is no URL, such as https://hooks.example.com/idflow.") from None
    if parsed.scheme not in _SCHEMES or not parsed.host:
        raise TargetRefused("Write a whole URL, such as https://hooks.example.com/idflow.")
    if parsed.userinfo:
        raise TargetRefused("An address with a user or a password is not taken: it would be shown and logged.")
    if parsed.fragment:
        raise TargetRefused("An address with a # is not taken: what follows it is never sent.")
    host = parsed.raw_host.decode("ascii")
    if not is_host(host) or (parsed.port is not None and parsed.port not in _PORTS):
        raise TargetRefused("The host or the port of the address cannot be right.")
    if parsed.scheme == "http" and not allowed.names(host):
        raise TargetRefused("Only https is taken; http for hosts and networks that IDFLOW_OUTGOING_ALLOW names.")
    try:
        address = ip_address(host)
    except ValueError:
        return parsed
    if not (is_public(address) or allowed.names(host)):
        raise TargetRefused(f"{host} is not a public address, and IDFLOW_OUTGOING_ALLOW does not name it.")
    return parsed


def exchange(egress: Egress, call: Call, limits: Limits) -> Answer:
    """Make a request; see `Egress.send`."""
    url = target(call.url, egress.allowed)
    deadline = Deadline(limits.total, egress.monotonic)
    backend = GuardedBackend(egress.allowed, egress.resolve or resolve, deadline)
    failure: IdflowError
    try:
        with (
            httpx.Client(
                transport=_Transport(backend, egress.tls or _machine_trust()),
                timeout=httpx.Timeout(limits.read, connect=limits.connect),
                headers=_HEADERS,
                follow_redirects=False,
                trust_env=False,
            ) as client,
            client.stream(call.method, url, headers=dict(call.headers), content=call.content) as response,
        ):
            return _answer(response, limits)
    except httpcore.TimeoutException:
        failure = TooSlow()
    except httpcore.NetworkError as error:
        failure = _verdict(error, url.host)
    except httpcore.ProtocolError:
        failure = AnswerUnreadable()
    # Outside of the handler: the address does not come along.
    raise failure


class _Transport(httpx.BaseTransport):
    """Hands what httpx has made of a request to connections of our own; each is for one request."""

    def __init__(self, backend: GuardedBackend, tls: ssl.SSLContext) -> None:
        self._pool = httpcore.ConnectionPool(ssl_context=tls, network_backend=backend, max_keepalive_connections=0)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Make the request."""
        url = request.url
        answer = self._pool.handle_request(
            httpcore.Request(
                request.method,
                httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    def close(self) -> None:
        """Hang up."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        return self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


def _answer(response: httpx.Response, limits: Limits) -> Answer:
    body, whole = bytearray(), True
    for piece in response.iter_raw():
        body += piece
        if len(body) > limits.answer:
            whole = False
            break
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status_code, headers, bytes(body[: limits.answer]), whole)


def _verdict(error: httpcore.NetworkError, host: str) -> IdflowError:
    why = error.__context__
    if isinstance(why, ssl.SSLCertVerificationError):
        return CertificateInvalid(f"The certificate of {host} is not valid: {why.verify_message}.")
    if isinstance(why, ssl.SSLError):
        return NoConnection(f"{host} does not agree on TLS.")
    return NoConnection(f"The connection to {host} broke off.")


@cache
def _machine_trust() -> ssl.SSLContext:
    return ssl.create_default_context()
