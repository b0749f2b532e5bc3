"""Call HTTP: asks another system, after the step, and goes on with what it answers."""

from collections.abc import Mapping
from typing import Any

from engine.activity import Activity, Context
from engine.declare import ParameterInvalid, parameter
from engine.egress import TargetRefused
from engine.errand import Errand, Outside, Site
from engine.errors import BpmnError, Problem, Severity
from engine.model import Element, Source, Syntax
from service_tasks import _http_answer, _http_request
from service_tasks._http_request import Body, Statuses

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")

MAXIMUM_TIMEOUT = 40
"""In seconds: less than a worker has a job for itself."""

MAXIMUM_ANSWER = 96
"""In KiB: what is kept of it counts among the variables of the instance."""

_MAXIMUM_RETRIES = 10


class HttpError(BpmnError):
    """The other system answered with a status that is no success, such as 404."""


class CallHTTP(Activity):
    """Calls another system by HTTP. The process waits for the answer; boundary events can end the wait."""

    type = "call-http"
    name = "Call HTTP"
    category = "Integration"
    icon = "M4 12h13M12 6l6 6-6 6M20 4v16"
    only_reads = True
    errors = (HttpError,)
    returns = (
        "A context: `status`, a number; `headers`, those of Keep Headers by their names in lower case; `body`, a value "
        "where it is JSON, otherwise a text, null without one. An event that catches HttpError can keep it, too."
    )

    method: str = parameter("Method", default="GET", choices=METHODS, help="What is done there.")
    url: str = parameter(
        "URL",
        required=True,
        maximum=_http_request.MAXIMUM_URL,
        help="https://api.example.com/people, or = and an expression. Values that vary belong in Query or Body.",
    )
    query: dict[str, Any] | None = parameter("Query", help="Added to the URL, such as ={id: externalId}.")
    headers: dict[str, Any] | None = parameter("Headers", help='Such as ={"Accept-Language": "de"}; no secret.')
    body: Body | None = parameter("Body", help="A text is sent as it is, any other value as JSON.")
    authentication: str = parameter(
        "Authentication",
        default="none",
        choices=("none", "bearer", "basic", "header"),
        help="How the secret is sent: as a bearer token, as user:password, or in a header of its own.",
    )
    secret: str | None = parameter(
        "Secret", help="The name of a secret that the server holds (IDFLOW_SECRET_…). Never the secret itself."
    )
    secret_header: str | None = parameter("Secret Header", help="Where header is chosen: its name, such as X-Api-Key.")
    success: Statuses = parameter(
        "Success", default="200-299", help="The statuses that are a success, such as 200-299, 404."
    )
    keep_headers: str | None = parameter("Keep Headers", help="Those of the answer that are kept, with commas.")
    timeout: int = parameter(
        "Timeout", default=10, minimum=1, maximum=MAXIMUM_TIMEOUT, help="How long one attempt may take, in seconds."
    )
    retries: int = parameter(
        "Retries",
        default=5,
        minimum=0,
        maximum=_MAXIMUM_RETRIES,
        help="How often it is tried again when nobody answers, or with 408, 425, 429 or 5xx.",
    )
    maximum_answer: int = parameter(
        "Response Limit", default=64, minimum=1, maximum=MAXIMUM_ANSWER, help="How large the answer may be, in KiB."
    )
    redirects: str = parameter(
        "Redirects",
        default="none",
        choices=("none", "same-origin"),
        help="Whether a redirect is followed to the same scheme, host and port. To others it never is.",
    )

    @classmethod
    def check(cls, element: Element) -> list[Problem]:
        """Return what does not go together, as far as it is written as text."""
        drawn = {key for key, source in element.inputs.items() if source is not None and source.text}
        method, authentication = (_choice(element, each) for each in ("method", "authentication"))
        found = []
        if "body" in drawn and method in _http_request.WITHOUT_BODY:
            found.append(_problem(element, "body", f"A {method} request has no Body.", "Choose POST, or empty it."))
        if "secret" in drawn and authentication == "none":
            found.append(_problem(element, "secret", "The Secret would not be sent.", "Choose an Authentication."))
        if "secret" not in drawn and authentication not in {"none", None}:
            found.append(_problem(element, "secret", "Authentication needs a Secret.", "Name one, or choose none."))
        if authentication == "header" and "secretHeader" not in drawn:
            message = "Authentication by header needs a Secret Header."
            found.append(_problem(element, "secretHeader", message, "Write its name, such as X-Api-Key."))
        secret = _literal(element.inputs.get("secret"))
        if secret and not _http_request.SECRET_NAME.fullmatch(secret):
            message = "Secret is no name of a secret."
            found.append(_problem(element, "secret", message, "Write its name: letters, digits and _."))
        return found

    @classmethod
    def check_here(cls, element: Element, site: Site) -> list[Problem]:
        """Return what this installation does not call, and a secret that it does not have."""
        url, secret = (_literal(element.inputs.get(key)) for key in ("url", "secret"))
        found = []
        if url:
            try:
                _ = site.check_url(url)
            except TargetRefused as refused:
                found.append(_problem(element, "url", refused.message, "Change the URL."))
        if secret and not site.secrets.names(secret):
            message = f"This server holds no secret {secret!r}."
            remedy = "Set it (IDFLOW_SECRET_…) before the process runs, or correct the name."
            found.append(_problem(element, "secret", message, remedy, severity=Severity.WARNING))
        return found

    def run(self, context: Context) -> Errand:  # noqa: ARG002 - nothing but its parameters
        """Return what is to be called."""
        if self.body is not None and self.method in _http_request.WITHOUT_BODY:
            raise ParameterInvalid(f"A {self.method} request has no Body.")
        if (self.authentication == "none") is not (self.secret is None):
            raise ParameterInvalid("Authentication and Secret go together: set both, or none.")
        if self.authentication == "header" and not self.secret_header:
            raise ParameterInvalid("Authentication by header needs a Secret Header.")
        what = _http_request.Request(
            method=self.method,
            url=_http_request.with_query(self.url, self.query or {}),
            headers=_http_request.headers(self.headers or {}),
            body=None if self.body is None else self.body.text,
            media_type=None if self.body is None else self.body.media_type,
            authentication=self.authentication,
            secret=self.secret,
            secret_header=self.secret_header and _http_request.header_name(self.secret_header),
            success=self.success.ranges,
            keep=_http_request.kept(self.keep_headers or ""),
            timeout=self.timeout,
            limit=self.maximum_answer * 1024,
            follows=self.redirects == "same-origin",
        )
        return Errand(what.fields(), self.retries)

    @classmethod
    def go(cls, what: Mapping[str, Any], outside: Outside) -> Any:
        """Make one attempt at the call."""
        request = _http_request.Request.of(what)
        answer = _http_request.send(request, outside)
        return _http_answer.read(request, answer, outside)

    @classmethod
    def came(cls, answer: Any, context: Context) -> object:  # noqa: ARG003 - nothing but the answer
        """Return the answer; raise `HttpError` where it is no success."""
        kept = {name: answer[name] for name in ("status", "headers", "body")}
        if not answer["success"]:
            raise HttpError(f"The other system answered {answer['status']}.", result=kept)
        return kept


def _literal(source: Source | None) -> str | None:
    """Return what is written as text; None where an expression decides."""
    return source.text if source is not None and source.syntax is Syntax.LITERAL else None


def _choice(element: Element, key: str) -> str | None:
    """Return what is chosen, which is the default where nothing is; None where an expression decides."""
    source = element.inputs.get(key)
    return _DEFAULTS[key] if source is None or not source.text else _literal(source)


_CODES = {"secretHeader": "http.secret-header"}
_DEFAULTS = {each.key: each.default for each in CallHTTP.parameters}


def _problem(element: Element, key: str, message: str, remedy: str, severity: Severity = Severity.ERROR) -> Problem:
    source = element.inputs.get(key)
    line = source.line if source else element.line
    return Problem(_CODES.get(key, f"http.{key}"), message, remedy, element.id, line, field=key, severity=severity)
