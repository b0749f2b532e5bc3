"""Logs: one line an event, `key=value` or JSON, on standard error. Every line of a request has its id.

What is never logged: the path of a request (a token's link is a secret), what a person entered, and the text of an
exception that is not ours (it may hold anything). Where an error happened is logged instead, frame by frame.
"""

import logging
import re
import sys
from collections.abc import Callable, Iterator
from time import perf_counter
from traceback import StackSummary, walk_tb
from typing import Any, TextIO

import orjson
import structlog
from flask import Flask, Response, g, request
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor, WrappedLogger

from engine.config import LogFormat
from engine.errors import IdflowError
from webui.proxies import REQUEST_ID

_LINK = re.compile(r"(/t/|/backoffice/reset/)[A-Za-z0-9_-]+")
_MASKED_LINK = r"\1…"
_FIRST = ("timestamp", "level", "event")
REQUEST_ID_BYTES = 8
"""How long the id of a request is that no trusted proxy has given one."""

_INSTANCE = re.compile(r"[0-9a-f]{24}")
FREQUENT = frozenset({"healthz", "readyz", "metrics", "static"})
"""Routes that say nothing about what people do."""


def configure(level: int = logging.INFO, stream: TextIO | None = None, form: LogFormat = LogFormat.LOGFMT) -> None:
    """Log to `stream` (standard error), our own events and those of libraries alike."""
    stream = stream or sys.stderr
    common: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        errors_without_texts,
        links_masked,
    ]
    line: Processor = structlog.processors.LogfmtRenderer(key_order=_FIRST)
    if form is LogFormat.JSON:
        line = structlog.processors.JSONRenderer(serializer=_json)
    structlog.configure(
        processors=[*common, line],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # A line and its end in one write: threads, and the logging of libraries, share the stream.
        logger_factory=structlog.WriteLoggerFactory(stream),
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        ProcessorFormatter(processors=[ProcessorFormatter.remove_processors_meta, line], foreign_pre_chain=common)
    )
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)
    # It warns of every request that has to wait for a thread: a busy hour would be thousands of lines.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)


def log_requests(app: Flask, random: Callable[[int], bytes]) -> None:
    """Log every request of `app` by the name of its route, with its status and the time that it took.

    Every line that is logged meanwhile has the id of the request, which is also in its answer, and of its instance.
    """

    @app.before_request
    def begin() -> None:
        g.began_at = perf_counter()
        g.request_id = request.environ.get(REQUEST_ID) or random(REQUEST_ID_BYTES).hex()
        # Threads serve one request after the other.
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=g.request_id)
        about((request.view_args or {}).get("instance_id", ""))

    @app.after_request
    def log_request(response: Response) -> Response:
        milliseconds = round((perf_counter() - g.get("began_at", perf_counter())) * 1000, 1)
        # A method that HTTP does not have is the client's text: such a request has no route either.
        method = request.method if request.endpoint else "-"
        log = structlog.get_logger()
        (log.debug if request.endpoint in FREQUENT else log.info)(
            "request", route=request.endpoint or "-", method=method, status=response.status_code, ms=milliseconds
        )
        response.headers["X-Request-ID"] = g.get("request_id", "-")
        return response


def about(instance_id: str) -> None:
    """Let what is logged from now on in this request say which instance it is about."""
    if _INSTANCE.fullmatch(instance_id):
        structlog.contextvars.bind_contextvars(instance=instance_id)


def log_error(error: BaseException | None, reference: str = "-") -> None:
    """Log an error that nobody expected, under the reference that its page shows."""
    structlog.get_logger().error(
        "unexpected_error", reference=reference, route=request.endpoint or "-", error=described(error)
    )


def described(error: BaseException | None) -> str:
    """Return the types of an error and its causes and where they happened; the messages of our own errors only."""
    return "; caused by ".join(map(_described, _chain(error)))


def errors_without_texts(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace the exception of an event by its description."""
    given = event.pop("exc_info", None)
    if given:
        error = (
            given if isinstance(given, BaseException) else (given if isinstance(given, tuple) else sys.exc_info())[1]
        )
        event["error"] = described(error)
    return event


def links_masked(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Mask every link of a process token: libraries know nothing of secrets in paths."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = _LINK.sub(_MASKED_LINK, value)
    return event


def _json(event: EventDict, **_options: Any) -> str:
    first = {name: event.pop(name) for name in _FIRST if name in event}
    return orjson.dumps({**first, **event}, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _described(error: BaseException) -> str:
    what = type(error).__name__ + (f" ({error.message})" if isinstance(error, IdflowError) else "")
    frames = StackSummary.extract(walk_tb(error.__traceback__), lookup_lines=False)
    where = " > ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
    return f"{what} at {where}" if where else what
