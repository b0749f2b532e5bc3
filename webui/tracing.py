"""Spans of requests, steps, activities and jobs, sent by OTLP over HTTP.

What a span says is a name that is in the program and ids: of the request, the instance, the element, the job. Never a
path (it may be a link), a query, a variable, an answer, a text of an exception, an address or a device.

A request goes on with the trace of whoever asks (`traceparent`, W3C Trace Context), when that is a trusted proxy: see
`webui.proxies`. The instrumentations that there are for Flask put the path into their spans, and so are not used.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version

import structlog
from flask import Flask, Response, g, request
from opentelemetry import context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer, format_trace_id, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from engine.application import Application
from engine.observer import Observer, Observers, Work
from webui.logging import FREQUENT

_SERVICE = "idflow"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_ERROR = 500
_CARRIED = ("traceparent", "tracestate")


class Tracing(Observer):
    """Makes a span of everything that takes time."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer

    @contextmanager
    def during(self, work: Work, name: str, about: Mapping[str, str]) -> Iterator[None]:
        """Be a span."""
        kind = SpanKind.CONSUMER if work is Work.JOB else SpanKind.INTERNAL
        attributes = {f"idflow.{key}": value for key, value in about.items()}
        with (
            self._tracer.start_as_current_span(
                f"{work.value} {name}",
                kind=kind,
                attributes=attributes,
                # The text of an exception may hold anything.
                record_exception=False,
                set_status_on_exception=False,
            ) as span,
            structlog.contextvars.bound_contextvars(trace=_trace(span)),
        ):
            try:
                yield
            except BaseException as error:
                _failed(span, type(error).__name__)
                raise


def install(app: Flask, application: Application, endpoint: str) -> TracerProvider:
    """Send spans to `endpoint`; return what has them sent at once, and is told when it is over.

    Everything else is set as OpenTelemetry says: `OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_TRACES_SAMPLER` and so on.
    """
    provider = TracerProvider(resource=_resource())
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
    tracer = provider.get_tracer(_SERVICE, version(_SERVICE))
    application.tell(Observers(application.observer, Tracing(tracer)))
    propagator = TraceContextTextMapPropagator()

    @app.before_request
    def begin() -> None:
        if request.endpoint in FREQUENT:
            return
        route = request.url_rule.rule if request.url_rule else "-"
        method = request.method if request.method in _METHODS and request.url_rule else "_OTHER"
        parent = propagator.extract({name: request.headers.get(name, "") for name in _CARRIED})
        about = {"http.request.method": method, "http.route": route, "idflow.request": g.request_id}
        span = tracer.start_span(f"{method} {route}", parent, SpanKind.SERVER, about)
        g.span, g.span_scope = span, context.attach(set_span_in_context(span, parent))
        structlog.contextvars.bind_contextvars(trace=_trace(span))

    @app.after_request
    def note(response: Response) -> Response:
        span: Span | None = g.get("span")
        if span is not None:
            span.set_attribute("http.response.status_code", response.status_code)
            if instance := structlog.contextvars.get_contextvars().get("instance"):
                span.set_attribute("idflow.instance", instance)
            if response.status_code >= _ERROR:
                _failed(span, str(response.status_code))
        return response

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        if span := g.pop("span", None):
            context.detach(g.pop("span_scope"))
            span.end()

    return provider


def _resource() -> Resource:
    """Return what the traces are of; the environment may call it otherwise."""
    named = "OTEL_SERVICE_NAME" in os.environ or "service.name=" in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    return Resource.create({"service.version": version(_SERVICE)} | ({} if named else {"service.name": _SERVICE}))


def _failed(span: Span, kind: str) -> None:
    span.set_status(Status(StatusCode.ERROR))
    span.set_attribute("error.type", kind)


def _trace(span: Span) -> str:
    return format_trace_id(span.get_span_context().trace_id)
