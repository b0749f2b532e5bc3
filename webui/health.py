"""Whether this process lives (`/healthz`), and whether it can do its work (`/readyz`). Open to everybody."""

from dataclasses import asdict

import orjson
from flask import Flask, Response

from engine.application import Application
from engine.store.migrate import Fit

_FITS = {Fit.CURRENT: "ok", Fit.NEWER: "newer"}


def install(app: Flask, application: Application) -> None:
    """Add both to `app`."""

    def readyz() -> Response:
        """Name every part, and only whether it works: why it doesn't is in the log and for operators."""
        health = application.health()
        parts = {name: "ok" if works else "failed" for name, works in asdict(health).items()}
        parts["migrations"] = _FITS.get(health.migrations, "failed")
        body = {"status": "ready" if health.ready else "not ready", "parts": parts}
        return Response(orjson.dumps(body), 200 if health.ready else 503, mimetype="application/json")

    app.add_url_rule("/healthz", "healthz", _healthz)
    app.add_url_rule("/readyz", "readyz", readyz)


def _healthz() -> Response:
    """Answer while the process lives."""
    return Response("ok", mimetype="text/plain")
