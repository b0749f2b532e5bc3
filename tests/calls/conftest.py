from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest
from sqlalchemy import select

from engine.application import Application
from engine.deployment import File
from engine.instances import InstanceDetail
from engine.jobs import QueuedJob
from engine.store.models import AuditEvent
from tests.conftest import ManualClock
from tests.instances.drawing import FORM_FILE, drawn
from tests.outside import Open, opening
from tests.receiver import Receiver, Reply


def call(name: str = "c", **inputs: str) -> str:
    """Return a Call HTTP that keeps its result as `r`."""
    drawn_inputs = "".join(f'<zeebe:input source={quoteattr(each)} target="{key}"/>' for key, each in inputs.items())
    return (
        f'<bpmn:serviceTask id="{name}"><bpmn:extensionElements><zeebe:taskDefinition type="call-http"/>'
        f'<zeebe:ioMapping>{drawn_inputs}<zeebe:output source="=result" target="r"/></zeebe:ioMapping>'
        "</bpmn:extensionElements></bpmn:serviceTask>"
    )


def plain(**inputs: str) -> tuple[str, ...]:
    """Return a process that calls, then shows a form; an HttpError that it catches ends it at `bad`."""
    caught = (
        '<bpmn:boundaryEvent id="b" attachedToRef="c"><bpmn:extensionElements><zeebe:ioMapping>'
        '<zeebe:output source="=result" target="r"/></zeebe:ioMapping></bpmn:extensionElements>'
        '<bpmn:errorEventDefinition errorRef="HttpError"/></bpmn:boundaryEvent>'
    )
    return ("start s", call(**inputs), "user u", "end e", "end bad", caught, "s -> c", "c -> u", "u -> e", "b -> bad")


@dataclass
class Calls:
    """An installation at a standing clock, and a receiver that its processes call."""

    application: Application
    clock: ManualClock
    receiver: Receiver
    started: int = 0

    def draw(self, *elements: str) -> None:
        self.application.deploy([File("p.bpmn", drawn({"p": elements})), FORM_FILE])

    def start(self, *elements: str, work: bool = True, **variables: Any) -> str:
        """Start an instance of a process, which is deployed if it is given; then run what is due."""
        if elements:
            self.draw(*elements)
        self.started += 1
        instance = self.application.journeys.start(
            "p", {"url": self.receiver.url, **variables}, self.started.to_bytes(32)
        )
        if work:
            self.application.work_due()
        return instance

    def work(self, **wait: float) -> int:
        """Let time pass, and run what is due; return how many requests that made."""
        before = len(self.receiver.requests)
        self.clock.advance(timedelta(**wait))
        self.application.work_due()
        return len(self.receiver.requests) - before

    def answer(self, *replies: Reply | int) -> None:
        self.receiver.replies = [each if isinstance(each, Reply) else Reply(each) for each in replies]

    def show(self, instance: str) -> InstanceDetail:
        return self.application.views.show(instance)

    def result(self, instance: str) -> Any:
        return self.show(instance).variables.get("r")

    def stands(self, instance: str) -> tuple[str, list[str]]:
        """Return the status, and where its tokens stand; boundary events do not count."""
        detail = self.show(instance)
        return detail.record.status.value.lower(), [
            each.element_id for each in detail.places if each.kind != "boundaryEvent"
        ]

    def incident(self, instance: str) -> str:
        found = self.show(instance).incident
        assert found is not None
        return f"{found.code}: {found.message}"

    def keys(self) -> list[str]:
        return [each.headers["idempotency-key"] for each in self.receiver.requests]

    def jobs(self) -> list[QueuedJob]:
        with self.application.database.read() as session:
            return self.application.jobs.find(session, prefix="errand:")

    def audited(self) -> list[dict[str, Any]]:
        with self.application.database.read() as session:
            rows = session.scalars(select(AuditEvent).where(AuditEvent.event == "outside_called"))
            return [row.detail for row in rows]


@pytest.fixture
def open_application(tmp_path: Path, clock: ManualClock) -> Iterator[Open]:
    """Opens the installation, as often as it takes."""
    with opening(tmp_path / "var", clock) as opened:
        yield opened


@pytest.fixture
def calls(open_application: Open, clock: ManualClock, receiver: Receiver) -> Calls:
    receiver.replies = [Reply(200, {"Content-Type": "application/json"}, b'{"name": "Ada", "tags": [1, 2.5, null]}')]
    return Calls(open_application(), clock, receiver)
