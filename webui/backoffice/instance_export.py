"""An instance as a file: as JSON, whose shape is described in docs/operating.md, or as a report. Secrets are masked.

What was sensitive was never kept. Names are never taken away; new ones may be added while `format` is the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from flask import Response, current_app

from engine.application import Application
from engine.instances import HistoryEntry
from engine.instances.exports import FileKind
from engine.instances.inspection import Inspection
from engine.instances.timeline import Stage
from webui import assets
from webui.backoffice.access import Access
from webui.report.fonts import Fonts, ReportFontsMissing

FORMAT = "idflow-instance-1"
"""Which shape it is."""

_READABLE = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS


@dataclass(frozen=True, slots=True)
class InstanceExport:
    """Hands an instance on."""

    application: Application
    access: Access

    def download(self, instance_id: str) -> Response:
        """Return it as JSON; that is audited."""
        found = self._take(instance_id, FileKind.JSON)
        content = orjson.dumps(exported(found, self.application.clock.now()), option=_READABLE)
        return _attached(content, "application/json", f"{found.detail.record.id}.json")

    def report(self, instance_id: str) -> Response:
        """Return it as a PDF; that is audited.

        Raises:
            ReportFontsMissing: when this installation was made without the fonts; nothing was taken away then.

        """
        fonts = Fonts.of(assets.of(current_app))
        if fonts is None:
            raise ReportFontsMissing
        from webui.report.instance import report  # noqa: PLC0415 - a tenth of a start, and few make reports

        found = self._take(instance_id, FileKind.PDF)
        by, settings = self.access.who, self.application.settings
        content = report(found, fonts, self.application.clock.now(), settings.zone, by)
        return _attached(content, "application/pdf", f"{found.detail.record.id}.pdf")

    def _take(self, instance_id: str, kind: FileKind) -> Inspection:
        return self.application.exports.take(instance_id, kind, by=self.access.who)


def _attached(content: bytes, kind: str, name: str) -> Response:
    response = Response(content, mimetype=kind)
    # The id is the one of the row: nothing that somebody wrote gets into a header.
    response.headers["Content-Disposition"] = f'attachment; filename="instance-{name}"'
    return response


def exported(found: Inspection, now: datetime) -> dict[str, Any]:
    """Return what is known of an instance as plain JSON values."""
    detail, record = found.detail, found.detail.record
    incident = detail.incident
    return {
        "format": FORMAT,
        "exportedAt": now,
        "id": record.id,
        "process": {"id": record.definition_key, "name": record.process, "version": record.version},
        "status": record.status.value,
        "applicant": record.applicant,
        "createdAt": record.created_at,
        "endedAt": record.ended_at,
        "element": record.element_id,
        "tokens": [
            {
                "id": each.token_id,
                "element": each.element_id,
                "calledProcess": each.called,
                "waitsFor": each.waits_for or None,
                "event": each.event or None,
                "due": each.due,
                "failed": each.failed,
            }
            for each in detail.places
        ],
        "incident": incident
        and {
            "element": incident.element_id,
            "code": incident.code,
            "message": incident.message,
            "variables": incident.variables,
        },
        "steps": [_step(each) for each in found.stages],
        "forms": [
            {
                "element": each.stage.element_id,
                "form": each.form,
                "formDataKey": each.form_data_key,
                "refused": each.stage.refused,
                "outcome": each.stage.outcome,
                "answers": each.answers,
            }
            for each in found.forms
        ],
        "variables": detail.variables,
        "calledVariables": detail.called,
        "jobs": [
            {
                "kind": each.kind,
                "state": each.state,
                "token": each.token_id,
                "due": each.due,
                "attempts": each.attempts,
                "error": each.error,
                "createdAt": each.created_at,
                "endedAt": each.ended_at,
            }
            for each in found.jobs
        ],
        "files": [
            {"id": each.id, "name": each.name, "bytes": each.size, "createdAt": each.created_at} for each in found.files
        ],
        "audit": [
            {"id": each.id, "at": each.at, "event": each.event, "detail": each.detail} for each in reversed(found.audit)
        ],
    }


def _step(stage: Stage) -> Mapping[str, Any]:
    return {
        "element": stage.element_id,
        "begunAt": stage.begun_at,
        "endedAt": stage.ended_at,
        "outcome": stage.outcome,
        "events": [_event(each) for each in stage.entries],
    }


def _event(entry: HistoryEntry) -> Mapping[str, Any]:
    return {"at": entry.at, "event": entry.event, "detail": entry.detail}
