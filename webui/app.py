"""Puts the pages of an installation together."""

from collections.abc import Callable
from secrets import token_bytes
from typing import Any

from flask import Flask, render_template
from flask.templating import Environment as FlaskEnvironment

from engine.application import Application
from engine.cookie_keys import PURPOSE
from forms import jinja
from webui import (
    assets,
    backoffice,
    bodies,
    brand,
    headers,
    health,
    hosts,
    journey,
    language,
    logging,
    manual,
    metrics,
    problems,
    telemetry,
)
from webui.api import interface
from webui.bearer import Csrf
from webui.cookies import SignedSessions
from webui.error_handlers import Random

BRAND = "Idflow"
"""What the pages for designers and operators are called."""

_JOURNEY = {"journey.landing", "journey.begin", "journey.opened", "journey.show", "journey.submit"}

PUBLIC = frozenset({"static", "home", "healthz", "readyz", "metrics"} | _JOURNEY | brand.ROUTES | manual.ROUTES)
"""The routes that need no permission; those of the backoffice say for themselves what they need."""


def create_app(application: Application, *, random: Random = token_bytes) -> Flask:
    """Return the web application of an installation; it is behind HTTPS when `settings.public_url` says so."""
    https = (application.settings.public_url or "").startswith("https://")
    app = _Pages("webui")
    app.config.update(
        # Nothing is signed with it but the tokens of forms, which mean nothing without the session that they are of.
        SECRET_KEY=application.derive(PURPOSE),
        # A cookie of this name is only taken over HTTPS and for this very host (RFC 6265bis, 4.1.3.2).
        SESSION_COOKIE_NAME="__Host-idflow" if https else "idflow",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=https,
        # The pages send no referrer, and a form may stay open as long as its journey may take.
        WTF_CSRF_SSL_STRICT=False,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.session_interface = SignedSessions(application.cookie_keys)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.globals["brand"] = BRAND
    metrics.install(app, application)
    logging.log_requests(app, random)
    telemetry.install(app, application)
    hosts.install(app, application.settings.hosts)
    headers.install(app, assets.install(app), https=https)
    bodies.install(app)
    language.install(app)
    brand.install(app, application.adjustments)
    Csrf(app)
    problems.install(app, random)
    app.register_blueprint(journey.blueprint(application, random, https=https))
    bodies.allow_files(app, "journey.submit")
    backoffice.install(app, application, random, https=https)
    interface.install(app, application, random)
    app.add_url_rule("/", "home", _home)
    manual.install(app, manual.SITE)
    health.install(app, application)
    return app


def create_watched(application: Application, *, random: Random = token_bytes) -> Flask:
    """Return what watches a process that serves no pages: `/healthz`, `/readyz`, `/metrics`, and its traces."""
    app = _Pages("webui")
    metrics.install(app, application)
    logging.log_requests(app, random)
    telemetry.install(app, application)
    hosts.install(app, ())
    health.install(app, application)
    return app


class _Templates(jinja.Environment, FlaskEnvironment):
    """Flask's, as ours."""


class _Pages(Flask):
    jinja_environment = _Templates

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return what is called as it is: nothing here is a coroutine, so that it need not be asked each time."""
        return func

    def log_exception(self, exc_info: object) -> None:
        """Log an exception that no handler took without its text and without the path, which may be a token's link."""
        logging.log_error(exc_info[1] if isinstance(exc_info, tuple) else None)


def _home() -> str:
    return render_template("home.html")
