"""What goes over the wire: one operation, as it is declared, from its models to its answer."""

import logging
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from http import HTTPStatus
from importlib.metadata import version
from secrets import SystemRandom, token_hex
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from webui.api import routes
from webui.api.idempotency import HEADER as IDEMPOTENCY_KEY
from webui.api.idempotency import REPLAYED
from webui.api.interface import operations
from webui.api.models.problem import Problem
from webui.api.operation import Content, Operation
from webui.api.reading import JSON
from webui.client.errors import (
    AnswerUnreadable,
    CallFailed,
    CertificateRefused,
    NotModified,
    ServerUnreachable,
    TooMany,
    kind_of,
)
from webui.client.patience import Patience
from webui.client.settings import UrlRefused, checked_url

AGENT = f"idflow-client/{version('idflow')}"

CONNECT_SECONDS = 10
"""How long a connection, TLS included, may take."""

READ_SECONDS = 60
"""How long the server may be silent: a deployment may be worked on that long."""

R = TypeVar("R")

# They would write every address into the log, with its query.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Answer(Generic[R]):
    """What came back."""

    value: R
    etag: str | None
    """For `Client.matching` and `Client.unless`."""
    replayed: bool
    """Whether it is the answer that an earlier request with the same idempotency key got."""
    headers: Mapping[str, str] = field(repr=False)
    """By their names in lower case."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a client works."""

    allow_http: bool = False
    """Whether the key may go without TLS to another machine."""
    timeout: float = READ_SECONDS
    """How long the server may be silent, in seconds."""
    patience: Patience = field(default_factory=Patience)
    tls: ssl.SSLContext | None = field(default=None, repr=False)
    """What is trusted; None is what the machine trusts (`SSL_CERT_FILE` adds to it)."""
    transport: httpx.BaseTransport | None = field(default=None, repr=False)
    """What carries requests; None is the network. No proxy and no `.netrc` of the environment counts."""
    sleep: Callable[[float], None] = time.sleep
    random: Callable[[], float] = SystemRandom().random
    """Returns a number from 0 to 1."""
    new_key: Callable[[], str] = token_hex
    """Makes idempotency keys."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A server, a key for it, and what to say with the next requests."""

    url: str
    options: Options
    http: httpx.Client = field(repr=False)
    """Has the key."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Sent besides."""

    @classmethod
    def to(cls, url: str, key: str, options: Options) -> "Connection":
        """Return a connection; nothing is sent yet.

        Raises:
            UrlRefused: see `checked_url`.
            ValueError: when the key cannot be one.

        """
        url = checked_url(url, allow_http=options.allow_http)
        try:
            httpx.URL(url)
        except httpx.InvalidURL:
            raise UrlRefused from None
        if not key or not all("!" <= character <= "~" for character in key):
            # Never the key itself.
            raise ValueError("An API key has visible ASCII characters only.")
        http = httpx.Client(
            headers={"Authorization": f"Bearer {key}", "User-Agent": AGENT, "Accept": "*/*"},
            timeout=httpx.Timeout(options.timeout, connect=CONNECT_SECONDS),
            verify=options.tls or _trust(url),
            transport=options.transport,
            follow_redirects=False,
            trust_env=False,
        )
        return cls(url, options, http)

    def saying(self, **headers: str) -> "Connection":
        """Return the same connection, which sends these headers, too."""
        return replace(self, headers={**self.headers, **{name.replace("_", "-"): headers[name] for name in headers}})

    def ask(
        self, run: Callable[..., Any], place: BaseModel, query: BaseModel, body: BaseModel | None = None
    ) -> Answer[Any]:
        """Have the server do the operation that `run` is, and return what it answers.

        What may be done twice is tried again when the server is not there or busy: a GET, and a POST with an
        idempotency key, which is made here unless there is one. A request that the server has refused for its number
        did nothing, and is always tried again.

        Raises:
            ProblemAnswered, ServerUnreachable, CertificateRefused, AnswerUnreadable, NotModified: see there.

        """
        operation = operation_of(run)
        headers = dict(self.headers)
        if operation.replayed:
            headers.setdefault(IDEMPOTENCY_KEY, f'"{self.options.new_key()}"')
        # What was not set is the server's to say, and means no change where something is changed.
        content = None if body is None else body.model_dump_json(by_alias=True, exclude_unset=True).encode()
        if content is not None:
            headers["Content-Type"] = JSON
        request = self.http.build_request(
            operation.method, self._address(operation, place, query), content=content, headers=headers
        )
        attempt = 0
        while True:
            attempt += 1
            answer = self._once(operation, request)
            if isinstance(answer, Answer):
                return answer
            wait = self.options.patience.wait(answer, attempt, self.options.random())
            if wait is None or not (_is_safe(operation) or isinstance(answer, TooMany)):
                raise answer
            self.options.sleep(wait)

    def _address(self, operation: Operation, place: BaseModel, query: BaseModel) -> httpx.URL:
        names = {name: quote(str(value), safe="") for name, value in place.model_dump(mode="json").items()}
        url = httpx.URL(f"{self.url}{routes.PREFIX}{operation.path.format_map(names)}")
        asked = query.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
        return url.copy_merge_params(asked) if asked else url

    def _once(self, operation: Operation, request: httpx.Request) -> Answer[Any] | CallFailed:
        """Send a request once.

        Errors are returned, so that nobody raises them while one of httpx is handled: that has the request, and the
        request has the key.
        """
        try:
            response = self.http.send(request)
        except httpx.TransportError as error:
            return self._trouble(error)
        except httpx.HTTPError as error:
            return AnswerUnreadable(f"{self.url} does not answer as HTTP says: {type(error).__name__}.")
        if response.status_code == HTTPStatus.NOT_MODIFIED:
            return NotModified()
        try:
            if response.is_success:
                if not _is_expected(operation, response):
                    return self._unreadable(response)
                return Answer(
                    _read(operation, response),
                    response.headers.get("ETag"),
                    response.headers.get(REPLAYED) == "true",
                    {name.lower(): value for name, value in response.headers.items()},
                )
            problem = Problem.model_validate_json(response.content)
        except ValidationError:
            return self._unreadable(response)
        return kind_of(problem.status)(problem, operation.needs, _seconds(response.headers.get("Retry-After")))

    def _trouble(self, error: httpx.TransportError) -> CallFailed:
        why: BaseException | None = error
        while why is not None and not isinstance(why, ssl.SSLError):
            why = why.__cause__ or why.__context__
        if isinstance(why, ssl.SSLCertVerificationError):
            return CertificateRefused(
                f"The certificate of {self.url} is not trusted: {why.verify_message}. Name a file with the certificate "
                "of who has signed it in SSL_CERT_FILE."
            )
        if isinstance(why, ssl.SSLError):
            return CertificateRefused(f"{self.url} does not agree on TLS. Is it https there?")
        if isinstance(error, httpx.TimeoutException):
            https = ", and whether it is https there" if self.url.startswith("https:") else ""
            return ServerUnreachable(f"{self.url} took too long to answer. Look whether the server runs{https}.")
        if isinstance(error, httpx.ProtocolError):
            return ServerUnreachable(f"{self.url} hung up in the middle of an answer.")
        return ServerUnreachable(f"{self.url} cannot be reached. Look at the address, and whether the server runs.")

    def _unreadable(self, response: httpx.Response) -> CallFailed:
        if response.is_redirect:
            return AnswerUnreadable(f"{self.url} leads elsewhere, which is not followed. Use the address behind it.")
        if response.status_code in {HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}:
            return ServerUnreachable(f"What is before the server at {self.url} does not reach it.")
        return AnswerUnreadable(
            f"What answers at {self.url} (status {response.status_code}) is no Idflow that this version understands."
        )


def _trust(url: str) -> ssl.SSLContext:
    """Return what says whose certificates are trusted: those of the machine's authorities; nobody's without TLS."""
    # To read theirs takes as long as many requests.
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if httpx.URL(url).scheme == "http" else ssl.create_default_context()


@cache
def _declared() -> Mapping[Callable[..., Any], Operation]:
    return {each.run: each for each in operations()}


def operation_of(run: Callable[..., Any]) -> Operation:
    """Return what is declared of an operation."""
    return _declared()[run]


def _is_safe(operation: Operation) -> bool:
    return operation.method == "GET" or operation.looks or operation.replayed


def _is_expected(operation: Operation, response: httpx.Response) -> bool:
    """Tell whether it is of the kind that the operation answers with: what is between may answer, too."""
    if response.status_code == HTTPStatus.NO_CONTENT:
        return operation.answer is None
    return str(response.headers.get("Content-Type", "")).startswith(operation.media)


def _read(operation: Operation, response: httpx.Response) -> Any:
    """Return the answer as its model; raises `ValidationError` when it is none."""
    if operation.answer is not None:
        return operation.answer.model_validate_json(response.content)
    if response.status_code == HTTPStatus.NO_CONTENT:
        return None
    return Content(response.content, response.headers.get("Content-Type", ""), {})


def _seconds(text: str | None) -> float | None:
    """Return what `Retry-After` says, where it says a number (RFC 9110, 10.2.3)."""
    return float(text) if text is not None and text.isascii() and text.isdigit() else None
