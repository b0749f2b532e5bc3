"""Whether this process lives (`/healthz`), and whether it can do its work (`/readyz`). Open to everybody."""

from dataclasses import asdict

import orjson
from flask import Flask, Response

from engine.application import Application


def install(app: Flask, application: Application) -> None:
    """Add both to `app`."""

    def readyz() -> Response:
        """Name every part, and only whether it works: why it doesn't is in the log and for operators."""
        parts = asdict(application.health())
        ready = all(parts.values())
        body = {
            "status": "ready" if ready else "not ready",
            "parts": {name: "ok" if works else "failed" for name, works in parts.items()},
        }
        return Response(orjson.dumps(body), 200 if ready else 503, mimetype="application/json")

    app.add_url_rule("/healthz", "healthz", _healthz)
    app.add_url_rule("/readyz", "readyz", readyz)


def _healthz() -> Response:
    """Answer while the process lives."""
    return Response("ok", mimetype="text/plain")
