"""The report of a process instance: what its page says, on paper. Secrets are masked there and here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from engine.instances import HistoryEntry, Place
from engine.instances.inspection import Inspection, SubmittedForm
from engine.instances.timeline import Outcome, Stage
from webui.backoffice import instance_words as words
from webui.backoffice.shown import action, counted, duration
from webui.report.drawing import Way, draw, drawable, is_wide
from webui.report.fonts import Fonts
from webui.report.paper import Paper

MAXIMUM_STEPS = 2000
"""How many steps, and forms, are printed: the newest. The JSON export has them all."""

_INDENT = 4.0
_NOTHING = "\N{EN DASH}"


def report(found: Inspection, fonts: Fonts, now: datetime, zone: ZoneInfo, by: str) -> bytes:
    """Return the report as a PDF, made at `now` by an account, with times in a zone."""
    record = found.detail.record
    made = now.astimezone(zone)
    foot = f"Instance {record.id} · made at {made:%Y-%m-%d %H:%M:%S} by {by}"
    paper = Paper(
        fonts, title=f"Process instance: {record.process}, {record.applicant or record.id}", foot=foot, at=now
    )
    _Report(paper, found, now, zone, by).write()
    return paper.finish()


@dataclass(frozen=True, slots=True)
class _Report:
    paper: Paper
    found: Inspection
    now: datetime
    zone: ZoneInfo
    by: str

    def write(self) -> None:
        self._head()
        self._places()
        self._diagram()
        self._timeline()
        self._variables()
        self._forms()
        self._incidents()
        self._jobs()
        self._audit()

    def _head(self) -> None:
        record, paper = self.found.detail.record, self.paper
        paper.title(f"Process instance: {record.process}")
        offset = f"{self.now.astimezone(self.zone):%z}"
        ended = self._at(record.ended_at) if record.ended_at else "not yet"
        for label, text in (
            ("Status", words.STATUSES[record.status][0]),
            ("Applicant", record.applicant or _NOTHING),
            ("Process", f"{record.definition_key}, version {record.version}"),
            ("Created", self._at(record.created_at)),
            ("Ended", ended),
            ("Duration", duration((record.ended_at or self.now) - record.created_at)),
            ("Instance", record.id),
            ("Made", f"at {self._at(self.now)} by {self.by}"),
            ("Times are in", f"{self.zone.key} (now UTC{offset[:3]}:{offset[3:]})"),
        ):
            paper.pair(label, text, style="B" if label in {"Status", "Applicant"} else "")
        paper.text("Secrets are masked. What is sensitive was never kept.", muted=True)

    def _places(self) -> None:
        detail, paper = self.found.detail, self.paper
        paper.heading("Where it stands")
        if detail.places:
            for each in detail.places:
                paper.text(self._place(each))
        elif detail.record.ended_at:
            at = detail.record.element_id
            paper.text(f"It has ended at {self._name(at)}." if at else "It has ended.")
        else:
            paper.text("Nothing is known: this version of its process can no longer be read.")

    def _place(self, place: Place) -> str:
        text = place.name + (f" in the called process {place.called}" if place.called else "")
        if place.failed:
            return f"{text}: failed"
        if place.waits_for:
            text += f": waits for {words.WAITS.get(place.waits_for, place.waits_for)}"
            text += f" “{place.event}”" if place.event else ""
            text += f" ({self._at(place.due)})" if place.due else ""
        return text

    def _diagram(self) -> None:
        drawing = drawable(self.found.trail.content)
        lies = drawing is not None and is_wide(drawing)
        if lies:
            self.paper.turn("landscape")
        self.paper.heading("Diagram")
        if drawing is None:
            self.paper.text(
                "This file has no diagram that can be drawn here: see the page of the instance.", muted=True
            )
            return
        detail, trail = self.found.detail, self.found.trail
        failed = detail.incident.element_id if detail.incident else None
        here = [each.element_id for each in detail.places if not each.called]
        draw(self.paper, drawing, Way(trail.passed, trail.flows, here, failed))
        self.paper.text(
            "Thick and green: passed. A dot: a token is here. An exclamation mark: an incident.", muted=True
        )
        if lies:
            self.paper.turn("portrait")

    def _timeline(self) -> None:
        paper = self.paper
        paper.heading("Timeline")
        for stage in self._newest(self.found.stages):
            if stage.outcome is Outcome.NOTED:
                for entry in stage.entries:
                    where = f": {self._name(entry.element_id)}" if entry.element_id else ""
                    paper.pair(self._at(entry.at), self._said(entry) + where)
                continue
            name, outcome = self._name(stage.element_id), words.OUTCOMES[stage.outcome][0]
            paper.pair(self._at(stage.begun_at), f"{name}: {outcome}, {self._lasted(stage)}", style="B")
            for entry in stage.entries:
                paper.pair(self._at(entry.at), self._said(entry), muted=True, indent=_INDENT)
            if stage.entries and stage.ended_at and stage.ended_at != stage.begun_at:
                paper.pair(self._at(stage.ended_at), outcome, muted=True, indent=_INDENT)

    def _variables(self) -> None:
        detail, paper = self.found.detail, self.paper
        paper.heading("Variables")
        paper.code(_json(detail.variables))
        for place in detail.places:
            if place.token_id in detail.called:
                paper.heading(f"Of what {place.name} calls", 1)
                paper.code(_json(detail.called[place.token_id]))

    def _forms(self) -> None:
        self.paper.heading("Forms")
        if not self.found.forms:
            self.paper.text("No form was shown.")
        for each in self._newest(self.found.forms):
            self._form(each)
        if self.found.files:
            self.paper.heading("Files that were sent", 1)
            for file in self.found.files:
                self.paper.pair(self._at(file.created_at), f"{file.name}, {counted(file.size, 'byte')}")

    def _form(self, each: SubmittedForm) -> None:
        paper, stage = self.paper, each.stage
        paper.heading(self._name(stage.element_id), 1)
        tries = stage.refused + (stage.outcome is Outcome.DONE)
        paper.pair("Form", f"{each.form or _NOTHING}: {words.OUTCOMES[stage.outcome][0]}")
        paper.pair("Shown", f"{self._at(stage.begun_at)}, {self._lasted(stage)}")
        paper.pair("Tries", f"{tries}, {stage.refused} refused" if stage.refused else str(tries))
        for name, value in (each.answers or {}).items():
            text = value if isinstance(value, str) else "empty, or not kept" if value is None else _json(value)
            paper.pair(name, text, indent=_INDENT)

    def _incidents(self) -> None:
        detail, paper = self.found.detail, self.paper
        paper.heading("Incidents")
        if not self.found.incidents and detail.incident is None:
            paper.text("Nothing has gone wrong.")
        for entry in self.found.incidents:
            paper.pair(self._at(entry.at), f"{self._name(entry.element_id)}: {entry.detail or ''}")
        if detail.incident is not None:
            paper.pair("Open", f"{detail.incident.message} ({detail.incident.code})", style="B")
            paper.pair("It could see", ", ".join(detail.incident.variables) or "no variables")
            paper.pair("What to do", words.remedy(detail.incident.code))

    def _jobs(self) -> None:
        if not self.found.jobs:
            return
        self.paper.heading("Timers and mails")
        for each in self.found.jobs:
            text = f"{words.JOB_STATES[each.state][0]}, {counted(each.attempts, 'try', 'tries')}"
            text += f", due {self._at(each.due)}" if each.due else ""
            text += f": {each.error}" if each.error else ""
            self.paper.pair(words.JOB_KINDS[each.kind], text)

    def _audit(self) -> None:
        self.paper.heading("Audit")
        if not self.found.audit:
            self.paper.text("The audit trail says nothing of it.")
        for each in reversed(self.found.audit):
            detail = "; ".join(f"{name}: {value}" for name, value in each.detail.items())
            self.paper.pair(self._at(each.at), f"{action(each.event)} ({each.id}) {detail}".rstrip())

    def _newest(self, rows: Any) -> Any:
        left_out = max(0, len(rows) - MAXIMUM_STEPS)
        if left_out:
            self.paper.text(f"{left_out} earlier ones are left out here; the JSON export has them.", muted=True)
        return rows[left_out:]

    def _said(self, entry: HistoryEntry) -> str:
        text = words.EVENTS.get(entry.event, entry.event)
        if not entry.detail or entry.event == "completed":
            return text
        said = next((word for status, (word, _) in words.STATUSES.items() if status == entry.detail), entry.detail)
        return f"{text}: {said if entry.event == 'ended' else entry.detail}"

    def _lasted(self, stage: Stage) -> str:
        if stage.ended_at == stage.begun_at:
            return "at once"
        span = duration((stage.ended_at or self.now) - stage.begun_at)
        return span if stage.ended_at else f"{span} so far"

    def _name(self, element_id: str | None) -> str:
        return self.found.trail.names.get(element_id or "", element_id or _NOTHING)

    def _at(self, at: datetime) -> str:
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M:%S}"


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS).decode()
