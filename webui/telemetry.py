"""Traces for whoever collects them (OpenTelemetry), when the settings say where they are sent.

Without that setting nothing of OpenTelemetry is loaded, and nothing is measured.
"""

from importlib.util import find_spec

from flask import Flask

from engine.application import Application
from engine.errors import Refused

EXTENSION = "telemetry"
"""Under which name an application has the provider of its traces."""


class TelemetryMissing(Refused):
    """Traces are to be sent, and what sends them is not installed: pip install 'idflow[telemetry]'."""

    code = "telemetry-missing"


def install(app: Flask, application: Application) -> None:
    """Send traces of what `app` and the jobs of this process do, when the settings name an address for them.

    Raises:
        TelemetryMissing: when the packages for it are not there.

    """
    if application.settings.telemetry is None:
        return
    if find_spec("opentelemetry") is None or find_spec("opentelemetry.exporter.otlp.proto.http") is None:
        raise TelemetryMissing
    from webui import tracing  # noqa: PLC0415 - it loads much

    app.extensions[EXTENSION] = tracing.install(app, application, application.settings.telemetry)
