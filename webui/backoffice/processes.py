"""The list of processes, the designer, export and discarding."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from typing import Any

from flask import make_response, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from engine.application import Application
from engine.process_library import ProcessLibrary
from engine.process_overview import ProcessEntry
from webui.backoffice.access import Access
from webui.backoffice.embedding import embedded
from webui.backoffice.listing import listed
from webui.backoffice.process_data import ProcessData
from webui.backoffice.templates import FILE, templates_file
from webui.headers import may_use_ours

SHOWN_VERSIONS = 10
"""How many versions of a process the list shows: the newest."""

BPMN = "application/bpmn+xml"
"""As browsers and editors call a file of BPMN; none is registered."""

_SORTS: Mapping[str, Callable[[ProcessEntry], Any]] = {
    "name": lambda each: (each.name.casefold(), each.key),
    "state": lambda each: (each.state, each.name.casefold(), each.key),
    "running": lambda each: (each.instances, each.key),
    "changed": lambda each: (each.changed_at, each.key),
}


@dataclass(frozen=True, slots=True)
class ProcessPages:
    """The pages of processes."""

    application: Application
    access: Access

    def list(self) -> str:
        """Show the processes that are looked for."""
        everything = self.library.list()
        tag = request.args.get("tag", "").strip()
        tagged = [each for each in everything if not tag or tag in each.tags]
        return render_template(
            "backoffice/processes/list.html",
            listing=listed(tagged, _SORTS, _matches),
            tag=tag,
            tags=sorted({each for process in everything for each in process.tags}, key=str.casefold),
            empty=not everything,
            shown_versions=SHOWN_VERSIONS,
        )

    def designer(self, key: str) -> Response:
        """Show the designer; everything that it needs to know is in the page."""
        process = self.library.open(key)
        data = embedded(ProcessData(self.application, self.access).of(key, process))
        page = render_template("backoffice/processes/designer.html", process=process, key=key, data=data)
        return may_use_ours(make_response(page), "font-src", "frame-src")

    def export(self, key: str) -> Response:
        """Return the draft, or a version, as a file."""
        version = request.args.get("version", type=int)
        content = self.library.open(key).content if version is None else self.library.version(key, version)[1]
        return _attached(content, BPMN, f"{key}.bpmn")

    def templates(self) -> Response:
        """Return the element templates for Camunda Modeler."""
        return _attached(templates_file(self.application.activities), "application/json", FILE)

    def ask_discard(self, key: str) -> str:
        """Say what would be thrown away."""
        return render_template("backoffice/processes/discard.html", process=self.library.open(key), key=key)

    def discard(self, key: str) -> Response:
        """Throw the draft away."""
        seen = request.form.get("revision", -1, type=int)
        left = self.library.discard(key, seen=seen, by=self.access.who)
        if left:
            return redirect(url_for("backoffice.process_versions", key=key, done="discarded"), HTTPStatus.SEE_OTHER)
        return redirect(url_for("backoffice.processes", done="discarded"), HTTPStatus.SEE_OTHER)

    @property
    def library(self) -> ProcessLibrary:
        """The processes."""
        return self.application.processes


def _matches(process: ProcessEntry, query: str) -> bool:
    return any(query in text.casefold() for text in (process.name, process.key, *process.tags))


def _attached(content: bytes, kind: str, name: str) -> Response:
    # A key can have letters that no header has: werkzeug says them as RFC 8187 asks.
    return send_file(BytesIO(content), mimetype=kind, as_attachment=True, download_name=name, etag=False)
