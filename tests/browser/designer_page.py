"""A page with the Process Designer on what the installation declares, before any server keeps its drafts."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

from flask import Flask, abort
from werkzeug.serving import make_server

import webui
from engine.designer_data import describe
from engine.element_templates import element_templates
from service_tasks import ACTIVITIES
from webui import assets, headers

Json = dict[str, Any]

CHOICES: Json = {
    "identity-store": [{"value": "demo", "label": "demo"}, {"value": "partners", "label": "partners"}],
    "totp-policy": [{"value": "demo", "label": "demo"}, {"value": "strong", "label": "strong"}],
    "form": [
        {
            "value": "ShowCurrentTOTP",
            "label": "ShowCurrentTOTP",
            "url": "/backoffice/forms/ShowCurrentTOTP",
            "versions": [{"value": "1.0", "label": "1.0"}, {"value": "1.1", "label": "1.1"}],
        },
        {"value": "Login", "label": "Login", "url": "/backoffice/forms/Login", "versions": []},
    ],
    "process": [{"value": "get_current_totp", "label": "Get Current TOTP Registration"}],
    "decision": [],
}
_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Designer</title>
<meta name="color-scheme" content="light dark">
<link rel="icon" href="{{ url_for('static', filename='icon.svg') }}" type="image/svg+xml">
<link rel="stylesheet" href="{{ url_for('static', filename='idflow.css') }}">
<link rel="stylesheet" href="{{ url_for('static', filename='backoffice.css') }}">
<link rel="stylesheet" href="{{ bundle('designer.css') }}">
<script type="module" src="{{ bundle('designer.js') }}"></script>
</head>
<body class="backoffice full">
<header class="side"></header>
<main id="main">
<h1 class="visually-hidden">{{ data.name }}</h1>
<script type="application/json" id="designer-data">{{ data | tojson }}</script>
<div id="designer"></div>
</main>
</body>
</html>
"""


def blank(key: str = "journey", name: str = "Journey") -> str:
    """Return a process that has nothing in it yet."""
    return f"""\
<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" \
xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:modeler="http://camunda.org/schema/modeler/1.0" \
id="Definitions_{key}" targetNamespace="http://bpmn.io/schema/bpmn" \
modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.6.0">
  <bpmn:process id="{key}" name="{name}" isExecutable="true" />
  <bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement="{key}" /></bpmndi:BPMNDiagram>
</bpmn:definitions>
"""


def data_of(content: str, **other: Any) -> Json:
    """Return what the page brings for a file."""
    return {
        "key": "journey",
        "name": "Journey",
        "content": content,
        "revision": 1,
        "savedAt": None,
        "deployed": None,
        "problems": [],
        "variables": {},
        "templates": element_templates(ACTIVITIES.values()),
        "activities": describe(ACTIVITIES.values()),
        "choices": CHOICES,
        "urls": {"newForm": "/backoffice/new-form"},
        "may": {"deploy": True, "createToken": True, "sandbox": True},
        "csrf": "none",
        "test": True,
        **other,
    }


class DesignerPage:
    """Serves one page for each file that it is given."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._pages: list[Json] = []

    def add(self, content: str, **other: Any) -> str:
        """Return the address of a page with this file."""
        self._pages.append(data_of(content, **other))
        return f"{self.base_url}/{len(self._pages) - 1}"

    def _find(self, number: int) -> Json:
        return self._pages[number] if number < len(self._pages) else abort(404)


@contextmanager
def designer_page(dist: Path | None = None) -> Iterator[DesignerPage]:
    """Serve the designer with the policy of the real pages."""
    app = Flask(__name__, static_folder=dist or Path(webui.__file__).parent / "static")
    headers.install(app, assets.install(app), https=False)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    pages = DesignerPage(f"http://127.0.0.1:{server.port}")
    template = app.jinja_env.from_string(_PAGE)
    app.add_url_rule("/<int:number>", "page", lambda number: template.render(data=pages._find(number)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield pages
    finally:
        server.shutdown()
        thread.join()
