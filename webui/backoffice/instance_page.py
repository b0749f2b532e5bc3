"""The page of a process instance: its diagram, what is known of it in tabs, and that as it is at this moment."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson
from flask import Response, make_response, render_template, request
from markupsafe import Markup

from engine.application import Application
from engine.instances.inspection import Inspection
from engine.instances.pending import JobView
from webui.backoffice import instance_words
from webui.backoffice.access import Access
from webui.backoffice.embedding import embedded
from webui.backoffice.instance_actions import ACTIONS

TABS: Mapping[str, str] = {
    "timeline": "Timeline",
    "variables": "Variables",
    "forms": "Forms",
    "incidents": "Incidents",
    "jobs": "Jobs",
    "audit": "Audit",
}
"""What a page has, the first one to begin with."""

MAXIMUM_STEPS = 500
"""How many steps, forms or incidents a tab shows: the newest. The report and the export have them all."""

MAXIMUM_ELEMENT = 255
"""How many characters the id of an element may have."""


@dataclass(frozen=True, slots=True)
class InstancePage:
    """Shows one instance."""

    application: Application
    access: Access

    def show(self, instance_id: str) -> str:
        """Show everything about an instance that an operator may see."""
        return render_template("backoffice/instances/instance.html", **self._shown(instance_id))

    def live(self, instance_id: str) -> Response:
        """Return what of the page can have changed, unless it has not."""
        return unless_known(render_template("backoffice/instances/live.html", **self._shown(instance_id)))

    def report(self, instance_id: str) -> str:
        """Show all of it on one page, to be printed."""
        return render_template("backoffice/instances/report.html", **self._shown(instance_id, everything=True))

    def _shown(self, instance_id: str, *, everything: bool = False) -> dict[str, Any]:
        found = self.application.views.inspect(instance_id)
        tab = request.args.get("tab", "")
        element = "" if everything else request.args.get("element", "")[:MAXIMUM_ELEMENT]
        tab = tab if tab in TABS else next(iter(TABS))
        permitted = self.access.known().permissions
        record = found.detail.record
        shown = _filtered(found, element)
        left_out = {}
        for name in ("stages", "forms", "incidents"):
            left_out[name] = 0 if everything else max(0, len(shown[name]) - MAXIMUM_STEPS)
            shown[name] = shown[name][left_out[name] :]
        return {
            **shown,
            "left_out": left_out,
            "found": found,
            "detail": found.detail,
            "instance": record,
            "names": found.trail.names,
            "tabs": TABS,
            "tab": tab,
            "element": element,
            "actions": [each for each in ACTIONS if each.needs in permitted and record.status in each.possible],
            "permitted": permitted,
            "variables": to_json(found.detail.variables),
            "called": {
                each: to_json(found.detail.called[each.token_id])
                for each in found.detail.places
                if each.token_id in found.detail.called
            },
            "diagram": _diagram(found, element),
            "words": instance_words,
            "statuses": instance_words.STATUSES,
            "to_json": to_json,
            "now": self.application.clock.now(),
        }


def unless_known(text: str) -> Response:
    """Return a part of a page with its ETag; without its content for whoever has it (RFC 9110, 13.1.2)."""
    response = make_response(text)
    response.set_etag(sha256(text.encode()).hexdigest()[:32], weak=True)
    response.make_conditional(request)
    return response


def to_json(value: Any) -> str:
    """Return a value as people read it."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS).decode()


def _filtered(found: Inspection, element: str) -> dict[str, Any]:
    """Return what the tabs show, of one element or of all."""
    at = {each.token_id: each.element_id for each in found.detail.places}
    jobs = [(each, at.get(each.token_id or "")) for each in found.jobs]
    if not element:
        parts = {"stages": found.stages, "forms": found.forms, "incidents": found.incidents}
        return {**parts, "jobs": jobs, "audit": found.audit}
    return {
        "stages": [each for each in found.stages if each.element_id == element],
        "forms": [each for each in found.forms if each.stage.element_id == element],
        "incidents": [each for each in found.incidents if each.element_id == element],
        "jobs": [*_of_element(jobs, element)],
        "audit": [each for each in found.audit if element in _named(each.detail)],
    }


def _of_element(jobs: list[tuple[JobView, str | None]], element: str) -> Iterator[tuple[JobView, str | None]]:
    return (each for each in jobs if each[1] == element)


def _named(detail: Mapping[str, Any]) -> set[str]:
    """Return the elements that a record of the audit trail names."""
    texts = (str(detail.get(name) or "") for name in ("element", "to", "jumped", "elements"))
    return {each for text in texts for each in text.split(", ")}


def _diagram(found: Inspection, element: str) -> Markup:
    """Return what the diagram's script draws. What happens in a called process is not in this diagram."""
    incident = found.detail.incident
    data = {
        "mode": "instance",
        "content": found.trail.content.decode(errors="replace"),
        "passed": found.trail.passed,
        "flows": found.trail.flows,
        "tokens": [
            {"element": each.element_id, "waitsFor": each.waits_for} for each in found.detail.places if not each.called
        ],
        "incident": incident and {"element": incident.element_id, "message": incident.message},
        "selected": element or None,
    }
    return embedded(data)
