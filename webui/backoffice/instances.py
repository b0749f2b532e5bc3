"""The list of process instances, and everything about one of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from flask import render_template, request
from markupsafe import Markup

from engine.application import Application
from engine.instances import InstanceDetail, Place, Trail
from engine.store.models import InstanceStatus
from engine.store.paging import After
from webui.backoffice.embedding import embedded

PAGE = 50
"""How many instances one page of the list has."""

STATUSES: Mapping[InstanceStatus, tuple[str, str]] = {
    InstanceStatus.ACTIVE: ("Active", "neutral"),
    InstanceStatus.COMPLETED: ("Completed", "success"),
    InstanceStatus.DECLINED: ("Declined", "warning"),
    InstanceStatus.INCIDENT: ("Incident", "danger"),
    InstanceStatus.SUSPENDED: ("Suspended", "warning"),
    InstanceStatus.CANCELLED: ("Cancelled", "neutral"),
    InstanceStatus.EXPIRED: ("Expired", "warning"),
}
"""Each status as a word, with its colour."""

EVENTS: Mapping[str, str] = {
    "started": "Started",
    "completed": "Completed",
    "waiting": "Waits for the form",
    "submitted": "Form submitted",
    "refused": "Answers refused",
    "incident": "Incident",
    "retried": "Tried again",
    "received": "Received",
    "thrown": "Sent",
    "skipped": "Skipped",
    "moved": "Moved",
    "suspended": "Suspended",
    "resumed": "Resumed",
    "cancelled": "Cancelled",
    "changed": "Variables set",
    "migrated": "Moved to another version",
    "expired": "Expired",
    "ended": "Ended",
}
"""What can happen to an instance, in words."""

WAITS: Mapping[str, str] = {
    "form": "a form",
    "timer": "a time",
    "message": "the message",
    "signal": "the signal",
    "condition": "a condition",
}
"""What a token can wait for, in words."""

_MAXIMUM_VERSION = 2**31 - 1


@dataclass(frozen=True, slots=True)
class InstancePages:
    """The pages of process instances."""

    application: Application

    def list(self) -> str:
        """Show the instances that are looked for, the newest first."""
        definition, status = request.args.get("definition", ""), request.args.get("status", "")
        version = request.args.get("version", type=int)
        if version is not None and not 0 < version <= _MAXIMUM_VERSION:
            version = None
        after = After.read(request.args.get("after", ""))
        page = self.application.search_instances(
            definition_key=definition or None,
            version=version,
            status=InstanceStatus(status) if status in STATUSES else None,
            after=after,
            limit=PAGE,
        )
        return render_template(
            "backoffice/instances/list.html",
            instances=page.rows,
            next=page.next and str(page.next),
            first=after is None,
            wanted={"definition": definition or None, "version": version, "status": status or None},
            processes=self.application.process_choices(),
            statuses=STATUSES,
            now=self.application.clock.now(),
        )

    def show(self, instance_id: str) -> str:
        """Show everything about an instance that an operator may see."""
        detail = self.application.show_instance(instance_id)
        trail = self.application.trail(detail)
        return render_template(
            "backoffice/instances/instance.html",
            detail=detail,
            instance=detail.record,
            names=trail.names,
            variables=_json(detail.variables),
            called={place: _json(detail.called[place.token_id]) for place in detail.places if _calls(place, detail)},
            diagram=_diagram(detail, trail),
            statuses=STATUSES,
            events=EVENTS,
            waits=WAITS,
            now=self.application.clock.now(),
        )


def _calls(place: Place, detail: InstanceDetail) -> bool:
    return place.token_id in detail.called


def _diagram(detail: InstanceDetail, trail: Trail) -> Markup:
    """Return what the diagram's script draws. What happens in a called process is not in this diagram."""
    incident = detail.incident
    data = {
        "mode": "instance",
        "content": trail.content.decode(errors="replace"),
        "passed": trail.passed,
        "flows": trail.flows,
        "tokens": [
            {"element": each.element_id, "waitsFor": each.waits_for} for each in detail.places if not each.called
        ],
        "incident": incident and {"element": incident.element_id, "message": incident.message},
    }
    return embedded(data)


def _json(variables: Mapping[str, Any]) -> str:
    return orjson.dumps(variables, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS).decode()
