"""Static files: named by their content, so that a browser keeps them for ever."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, request, url_for

FOLDER = Path(__file__).parent / "static"


def install(app: Flask) -> None:
    """Give templates `asset(name)` and let browsers keep what it names."""
    app.jinja_env.globals["asset"] = asset

    @app.after_request
    def keep(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code == 200:  # noqa: PLR2004 - OK
            name = (request.view_args or {}).get("filename", "")
            current = request.args.get("v") == _version(name)
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if current else "no-cache"
        return response


def asset(name: str) -> str:
    """Return the URL of a static file, with the hash of its content."""
    return url_for("static", filename=name, v=_version(name))


@cache
def _version(name: str) -> str:
    return sha256((FOLDER / name).read_bytes()).hexdigest()[:16]
