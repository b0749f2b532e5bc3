"""The pages: Flask, one blueprint a part, made from an opened application."""

from flask import Flask
from flask_wtf import CSRFProtect

from engine.application import Application
from webui import assets, headers, journey, problems

MAXIMUM_BODY_BYTES = 1024 * 1024
"""How much a browser may post."""

MAXIMUM_FIELDS = 500
"""How many fields a posted form may have."""

MAXIMUM_FIELD_BYTES = 64 * 1024
"""How much one field of a multipart form may hold."""


def create_app(application: Application) -> Flask:
    """Return the web application of an installation."""
    secure = (application.settings.public_url or "").startswith("https://")
    app = Flask(__name__)
    app.extensions["idflow"] = application
    app.config.update(
        SECRET_KEY=application.derive("flask-session"),
        # With this prefix a browser takes the cookie only from this very host, over TLS.
        SESSION_COOKIE_NAME="__Host-idflow" if secure else "idflow",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=MAXIMUM_BODY_BYTES,
        MAX_FORM_PARTS=MAXIMUM_FIELDS,
        MAX_FORM_MEMORY_SIZE=MAXIMUM_FIELD_BYTES,
        # A CSRF token lasts as long as the session. The referrer cannot be checked: our pages send none.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    headers.install(app, secure=secure)
    CSRFProtect(app)
    assets.install(app)
    problems.install(app)
    app.register_blueprint(journey.blueprint)
    return app
