"""The documentation at `/docs`: files that MkDocs made of docs/ while Idflow was built.

    theme/   what MkDocs makes them with; not installed      site/   what it made; not in git

Everybody may read it: it says what Idflow does, which is public, and nothing of this installation; who needs it to sign
in for the first time has no account yet. Who wants it closed lets the reverse proxy refuse `/docs`.
"""

from pathlib import Path

from flask import Flask, Response, render_template, send_from_directory
from werkzeug.exceptions import NotFound

from webui.headers import is_asked_for_again

ROUTES = frozenset({"manual", "manual_file"})
SITE = Path(__file__).parent / "site"
FIRST = "index.html"


def install(app: Flask, folder: Path) -> None:
    """Serve the pages that lie in `folder`; without them, `/docs/` says that they were left out."""

    def manual() -> Response | tuple[str, int]:
        if not (folder / FIRST).is_file():
            return render_template("manual.html"), NotFound.code
        return manual_file(FIRST)

    def manual_file(name: str) -> Response:
        return is_asked_for_again(send_from_directory(folder, name))

    app.add_url_rule("/docs/", "manual", manual)
    app.add_url_rule("/docs/<path:name>", "manual_file", manual_file)
