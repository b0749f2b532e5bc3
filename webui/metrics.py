"""What Prometheus asks for at `/metrics`: how much this process has done, and how much there is to do.

Every label has few values: routes by their names, never by their paths; statuses, codes and tasks that are in the
program. Nothing says who did what. Counters are those of this process and begin at zero with it; what is counted in
the database (`idflow_instances`, `idflow_jobs`) is the same for every process.

Only the machine itself may ask, or whoever has the token of the settings. Behind a reverse proxy every request may
come from the machine itself, so there the token is needed: without one, nobody may ask.
"""

from collections.abc import Iterable, Iterator, Mapping
from hmac import compare_digest
from ipaddress import ip_address
from time import perf_counter

import structlog
from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import NotFound, Unauthorized

from engine.application import Application
from engine.audit import AuditAction
from engine.config import Settings
from engine.errors import IdflowError
from engine.observer import Observer
from engine.store.models import InstanceStatus
from engine.tokens import TokenRefused, TokenUnknown

NO_ROUTE = "-"
"""The route of a request that has none."""

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""The upper limits by which durations are counted."""

EXTENSION = "metrics"

_ENDED = {
    AuditAction.INSTANCE_EXPIRED.value: InstanceStatus.EXPIRED.value,
    AuditAction.INSTANCE_CANCELLED.value: InstanceStatus.CANCELLED.value,
}


class Metrics(Observer):
    """Counts what happens in this process."""

    def __init__(self, application: Application) -> None:
        self.registry = CollectorRegistry()
        self._labels: dict[str, tuple[str, ...]] = {}
        self._requests = self._counter("http_requests", "Requests that were answered.", "route", "status")
        self._request_seconds = self._histogram("http_request_seconds", "How long requests took.", "route")
        self._started = self._counter("instances_started", "Process instances that began.")
        self._ended = self._counter("instances_ended", "Process instances that ended.", "status")
        self._incidents = self._counter("incidents", "Times that a process instance stopped with an incident.")
        self._refusals = self._counter("token_refusals", "Times that a link was refused.", "code")
        self._events = self._counter("audit_events", "Events of the audit trail.", "event")
        self._step_seconds = self._histogram("step_seconds", "How long steps took that a person waited for.", "kind")
        self._job_seconds = self._histogram("job_seconds", "How long attempts at jobs took.", "task", "outcome")
        ProcessCollector(registry=self.registry)
        self.registry.register(_Stored(application))

    def request(self, route: str, status: int, seconds: float) -> None:
        """Count an answer."""
        self._requests.labels(route, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def refused(self, error: IdflowError) -> None:
        """Count the refusal of a link."""
        if isinstance(error, TokenRefused | TokenUnknown):
            self._refusals.labels(error.code).inc()

    def audited(self, events: Mapping[int, tuple[str, str]]) -> None:
        """Count events, and the instances that they are about."""
        for event, status in events.values():
            self._events.labels(event).inc()
            match event:
                case AuditAction.INSTANCE_STARTED:
                    self._started.inc()
                case AuditAction.INSTANCE_INCIDENT:
                    self._incidents.inc()
                case AuditAction.INSTANCE_ENDED:
                    self._ended.labels(status).inc()
                case AuditAction.INSTANCE_EXPIRED | AuditAction.INSTANCE_CANCELLED:
                    self._ended.labels(_ENDED[event]).inc()

    def step(self, kind: str, seconds: float) -> None:
        """Measure a step."""
        self._step_seconds.labels(kind).observe(seconds)

    def job(self, task: str, seconds: float, *, failed: bool) -> None:
        """Measure an attempt at a job."""
        self._job_seconds.labels(task, "failed" if failed else "done").observe(seconds)

    def labels(self) -> Mapping[str, tuple[str, ...]]:
        """Return the labels of what this process counts, by the name of the figure."""
        return self._labels

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        self._labels[f"idflow_{name}"] = labels
        return Counter(f"idflow_{name}", text, labels, registry=self.registry)

    def _histogram(self, name: str, text: str, *labels: str) -> Histogram:
        self._labels[f"idflow_{name}"] = labels
        return Histogram(f"idflow_{name}", text, labels, buckets=SECONDS, registry=self.registry)


class _Stored(Collector):
    """What is counted in the database when it is asked for."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def collect(self) -> Iterator[Metric]:
        """Count; when the database does not answer, say only that."""
        up = GaugeMetricFamily("idflow_database_up", "Whether the database answers.")
        try:
            found = list(self._counted())
        except (SQLAlchemyError, IdflowError) as error:
            structlog.get_logger().warning("metrics_incomplete", exc_info=error)
            found = []
        up.add_metric([], 1 if found else 0)
        yield up
        yield from found

    def _counted(self) -> Iterable[Metric]:
        instances = GaugeMetricFamily("idflow_instances", "Process instances by status.", labels=["status"])
        for status, number in self._application.views.counts().items():
            instances.add_metric([status.value], number)
        jobs, stats = (
            GaugeMetricFamily("idflow_jobs", "Jobs by state.", labels=["state"]),
            self._application.background.stats(),
        )
        for state in ("due", "later", "working", "failed"):
            jobs.add_metric([state], getattr(stats, state))
        late = GaugeMetricFamily("idflow_jobs_due_seconds", "For how long the oldest due job has been due.")
        now = self._application.clock.now()
        late.add_metric([], (now - stats.due_since).total_seconds() if stats.due_since else 0)
        return instances, jobs, late

    def describe(self) -> Iterable[Metric]:
        """Say nothing beforehand: the database need not be asked when this is registered."""
        return ()


def install(app: Flask, application: Application) -> None:
    """Count what happens, and answer at `/metrics`."""
    metrics = Metrics(application)
    application.tell(metrics)
    app.extensions[EXTENSION] = metrics
    settings = application.settings

    @app.after_request
    def count(response: Response) -> Response:
        seconds = perf_counter() - g.get("began_at", perf_counter())
        metrics.request(request.endpoint or NO_ROUTE, response.status_code, seconds)
        return response

    def show() -> Response:
        _check(settings)
        return Response(generate_latest(metrics.registry), content_type=CONTENT_TYPE_LATEST)

    app.add_url_rule("/metrics", "metrics", show)


def note_refusal(app: Flask, error: IdflowError) -> None:
    """Count the refusal of a link, where `app` counts."""
    metrics = app.extensions.get(EXTENSION)
    if isinstance(metrics, Metrics):
        metrics.refused(error)


def _check(settings: Settings) -> None:
    """Do nothing for whoever may ask; a page that is not there for all others, unless a token is what they lack."""
    if settings.metrics_token is not None:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not compare_digest(given.encode(), settings.metrics_token.encode()):
            raise Unauthorized
    elif settings.is_behind_proxy or not _is_loopback(request.remote_addr or ""):
        raise NotFound


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
