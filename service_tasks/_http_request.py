"""The request of Call HTTP: what is kept of it while the element waits, and how it goes out."""

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, Self
from urllib.parse import urlencode, urljoin, urlsplit

import orjson

from engine.declare import ParameterInvalid
from engine.egress import Answer, Call, HostUnknown, Limits, NoConnection, TargetRefused, TooSlow
from engine.egress.client import MAXIMUM_URL
from engine.errand import Outside, TryAgain
from engine.variables import SensitiveText

__all__ = ["MAXIMUM_URL", "Body", "Request", "Statuses", "send"]

WITHOUT_BODY = frozenset({"GET", "HEAD"})

SECRET_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")

MAXIMUM_REDIRECTS = 3

MAXIMUM_HEADERS = 30

MAXIMUM_HEADER = 2000
"""Of the value of one header, in characters."""

_CONNECT = 5
"""How long connecting to one address may take, in seconds."""

_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_RANGE = re.compile(r"\s*([1-5][0-9]{2})(?:\s*-\s*([1-5][0-9]{2}))?\s*")
_OURS = frozenset(
    {"authorization", "proxy-authorization", "cookie", "cookie2", "host", "content-length", "transfer-encoding"}
    | {"connection", "keep-alive", "upgrade", "te", "trailer", "expect", "accept-encoding", "idempotency-key"}
)
"""What no diagram sets: who we are, whom we call, and how messages are framed (RFC 9110, 7 and 10.1)."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_AS_IT_WAS = frozenset({307, 308})
"""Those that ask for the same request again, whatever its method (RFC 9110, 15.4)."""


@dataclass(frozen=True, slots=True)
class Body:
    """What is sent."""

    called: ClassVar[str] = "any value"

    text: str
    media_type: str

    @classmethod
    def convert(cls, value: object) -> Self:
        """Return a text as it is, and any other value as JSON."""
        if isinstance(value, cls):
            return value
        if isinstance(value, SensitiveText):
            raise ParameterInvalid("a text that is never stored cannot be sent")
        if isinstance(value, str):
            return cls(value, "text/plain; charset=utf-8")
        try:
            return cls(orjson.dumps(value).decode(), "application/json")
        except TypeError as error:
            raise ParameterInvalid(f"it cannot be written as JSON: {error}") from error


@dataclass(frozen=True, slots=True)
class Statuses:
    """Which statuses are a success."""

    called: ClassVar[str] = "a text"

    ranges: tuple[tuple[int, int], ...]

    @classmethod
    def convert(cls, value: object) -> Self:
        """Read statuses and ranges of them, with commas between: `200-299, 404`."""
        if isinstance(value, cls):
            return value
        found = [_RANGE.fullmatch(each) for each in str(value).split(",")]
        ranges = tuple((int(each[1]), int(each[2] or each[1])) for each in found if each)
        if None in found or isinstance(value, bool) or any(first > last for first, last in ranges):
            raise ParameterInvalid("write statuses such as 200-299, 404")
        return cls(ranges)


@dataclass(frozen=True, slots=True)
class Request:
    """Everything that the call needs but the secret."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: str | None
    media_type: str | None
    authentication: str
    secret: str | None
    """Its name."""
    secret_header: str | None
    success: tuple[tuple[int, int], ...]
    keep: tuple[str, ...]
    timeout: int
    """In seconds."""
    limit: int
    """Of the answer, in bytes."""
    follows: bool

    def fields(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)

    @classmethod
    def of(cls, what: Mapping[str, Any]) -> Self:
        """Return the request of what `fields` gave; what a later release has added is passed over."""
        return cls(**{each.name: what[each.name] for each in fields(cls)})

    @property
    def host(self) -> str:
        """The only part of the URL that is told to anybody."""
        return urlsplit(self.url).hostname or "The host"

    def is_success(self, status: int) -> bool:
        """Tell whether the answer is what was hoped for."""
        return any(first <= status <= last for first, last in self.success)


def with_query(url: str, query: Mapping[str, Any]) -> str:
    """Return a URL with more in its query; null is left out, a list is said several times.

    Raises:
        ParameterInvalid: when a value is a context, or the whole is too long.

    """
    pairs = [(name, _plain(f"Query {name}", each)) for name, value in query.items() for each in _listed(value)]
    if not pairs:
        return url
    before, hash_, fragment = url.partition("#")
    joint = "" if before.endswith(("?", "&")) else "&" if "?" in before else "?"
    whole = f"{before}{joint}{urlencode(pairs)}{hash_}{fragment}"
    if len(whole) > MAXIMUM_URL:
        raise ParameterInvalid(f"URL and Query have {len(whole)} characters together; {MAXIMUM_URL} are allowed.")
    return whole


def headers(given: Mapping[str, Any]) -> dict[str, str]:
    """Return headers as they are sent, null left out; raises `ParameterInvalid` for one that cannot be."""
    found = {header_name(name): _plain(f"Header {name}", value) for name, value in given.items() if value is not None}
    if len(found) > MAXIMUM_HEADERS:
        raise ParameterInvalid(f"There can be {MAXIMUM_HEADERS} headers, not {len(found)}.")
    for name, value in found.items():
        if len(value) > MAXIMUM_HEADER or not (value.isascii() and (value.isprintable() or not value)):
            raise ParameterInvalid(f"Header {name} must be up to {MAXIMUM_HEADER} ASCII characters on one line.")
    return found


def header_name(name: str) -> str:
    """Return the name of a header that a diagram may set; raises `ParameterInvalid`."""
    if not _HEADER.fullmatch(name):
        raise ParameterInvalid(f"{name!r} cannot name a header.")
    if name.lower() in _OURS or name.lower().startswith(("proxy-", "sec-")):
        raise ParameterInvalid(f"The header {name} is not set by a process. A secret is sent by Authentication.")
    return name


def kept(text: str) -> tuple[str, ...]:
    """Return the headers of an answer that are to be kept, in lower case; cookies are not among them."""
    names = [each.strip().lower() for each in text.split(",") if each.strip()]
    for name in names:
        if not _HEADER.fullmatch(name):
            raise ParameterInvalid(f"Keep Headers: {name!r} cannot name a header.")
    return tuple(dict.fromkeys(each for each in names if not each.startswith("set-cookie")))


def send(request: Request, outside: Outside) -> Answer:
    """Make the request, and follow redirects where it says so.

    Raises:
        TryAgain: when nobody answers in time.
        TargetRefused, SecretUnknown, SecretNotForHost, CertificateInvalid, AnswerUnreadable: when it cannot be made.

    """
    sent = {**request.headers, **_authenticated(request, outside), "Idempotency-Key": outside.key}
    if request.media_type is not None and "content-type" not in {each.lower() for each in sent}:
        sent["Content-Type"] = request.media_type
    outside.said.update(host=request.host, method=request.method)
    end = outside.clock.now().timestamp() + request.timeout
    url, left = request.url, float(request.timeout)
    for _ in range(MAXIMUM_REDIRECTS + 1):
        limits = Limits(min(_CONNECT, left), left, left, request.limit)
        try:
            answer = outside.http.send(Call(request.method, url, sent, (request.body or "").encode()), limits)
        except (HostUnknown, NoConnection) as error:
            raise TryAgain(error.message) from None
        except TooSlow:
            raise TryAgain(f"{request.host} did not answer within {request.timeout} seconds.") from None
        following = _following(request, url, answer)
        left = end - outside.clock.now().timestamp()
        if following is None or left <= 0:
            break
        url = following
    return answer


def _following(request: Request, url: str, answer: Answer) -> str | None:
    """Return where a redirect leads that is followed: only with the same method, and to the same origin."""
    if not (request.follows and answer.status in _REDIRECTS and answer.headers.get("location")):
        return None
    if answer.status not in _AS_IT_WAS and request.method not in WITHOUT_BODY:
        return None
    try:
        target = urljoin(url, answer.headers["location"])
        return target if _origin(target) == _origin(url) else None
    except ValueError:
        return None


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    if parts.username is not None or parts.password is not None:
        raise ValueError
    return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)


def _authenticated(request: Request, outside: Outside) -> dict[str, str]:
    if request.secret is None:
        return {}
    host = urlsplit(request.url).hostname
    if host is None:
        raise TargetRefused("Write a whole URL, such as https://api.example.com/people.")
    secret = outside.secrets.show(request.secret, host)
    match request.authentication:
        case "basic":
            return {"Authorization": f"Basic {b64encode(secret.encode()).decode()}"}
        case "header":
            return {request.secret_header or "": secret}
    return {"Authorization": f"Bearer {secret}"}


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _plain(what: str, value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    raise ParameterInvalid(f"{what} must be a text, a number, true or false.")
