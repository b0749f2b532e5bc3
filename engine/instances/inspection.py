"""Everything about one instance, as of one moment: for its page, its export and its report. Secrets are masked."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from engine.audit import events
from engine.audit.events import AuditEntry
from engine.dialect import CustomDataForm
from engine.errors import Failure
from engine.instances import attachments, pending, timeline
from engine.instances.attachments import AttachmentRecord
from engine.instances.overview import Overview
from engine.instances.pending import JobView
from engine.instances.records import HistoryEntry, InstanceDetail
from engine.instances.steps import ANSWERS
from engine.instances.timeline import Stage
from engine.instances.trail import Trail, trail
from engine.model import Element, Process
from engine.store.models import Definition

MAXIMUM_AUDIT = 500
"""How many records of the audit trail are shown of one instance: the newest."""


@dataclass(frozen=True, slots=True)
class SubmittedForm:
    """One visit of a form: what came of it, and what is known of the answers."""

    stage: Stage
    form: str | None
    """The data form name."""
    form_data_key: str
    answers: Mapping[str, Any] | None
    """What was answered last under its form data key; None: nothing yet. What is sensitive was never kept."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What there is to know."""

    detail: InstanceDetail
    trail: Trail
    elements: Mapping[str, Element]
    """Those of its process; empty when this version can no longer be read."""
    stages: tuple[Stage, ...]
    forms: tuple[SubmittedForm, ...]
    incidents: tuple[HistoryEntry, ...]
    jobs: tuple[JobView, ...]
    audit: tuple[AuditEntry, ...]
    """The newest first."""
    files: tuple[AttachmentRecord, ...]


@dataclass(frozen=True, slots=True)
class Inspector:
    """Looks at instances; changes nothing."""

    overview: Overview

    def inspect(self, session: Session, instance_id: str) -> Inspection:
        """Return what there is to know of an instance; raises `InstanceNotFound`."""
        instances = self.overview.instances
        detail = self.overview.show(session, instance_id)
        definition_id = detail.record.definition_id
        process: Process | None = None
        # A release can become too strict for it: what was written down can still be read.
        with suppress(Failure):
            process = instances.tools.engine.definitions.get(session, definition_id).process
        elements = process.elements if process else {}
        steps = timeline.stages(detail.history, detail.places, process)
        return Inspection(
            detail=detail,
            trail=trail(session.get_one(Definition, definition_id).content, process, detail),
            elements=elements,
            stages=steps,
            forms=tuple(_form(each, elements[each.element_id or ""], detail) for each in _of_forms(steps, elements)),
            incidents=tuple(each for each in detail.history if each.event == "incident"),
            jobs=pending.of_instance(session, instances.tools.outbox.jobs, detail.record.id, instances.clock.now()),
            audit=tuple(events.of_instance(session, detail.record.id, MAXIMUM_AUDIT)),
            files=tuple(attachments.of_instance(session, detail.record.id)),
        )


def _of_forms(steps: tuple[Stage, ...], elements: Mapping[str, Element]) -> list[Stage]:
    found = ((each, elements.get(each.element_id or "")) for each in steps)
    return [stage for stage, element in found if element is not None and element.form is not None]


def _form(stage: Stage, element: Element, detail: InstanceDetail) -> SubmittedForm:
    key = CustomDataForm.read(element.properties).form_data_key
    table: Any = detail.variables.get(ANSWERS)
    for part in key.split("."):
        table = table.get(part) if isinstance(table, dict) else None
    answers = table if isinstance(table, dict) else None
    return SubmittedForm(stage, element.form.name if element.form else None, key, answers)
