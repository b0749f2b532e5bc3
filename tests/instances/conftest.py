from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

import bpmn
from engine import demo
from engine.activity import Activity
from engine.application import Application
from engine.config import Settings
from engine.definitions import File
from engine.instances import Step
from forms import FormJs
from service_tasks import ACTIVITIES

T = TypeVar("T")
BINDING = b"b" * 32


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def advance(self, **duration: float) -> None:
        self.time += timedelta(**duration)


class Installation:
    """An installation on disk that is closed and opened again before every call, as if each had its own process."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.settings = Settings(data=folder)
        self.clock = clock
        self.activities: dict[str, type[Activity]] = dict(ACTIVITIES)
        self.link = self.call(lambda application: demo.install(application, bpmn.journeys()))

    def open(self) -> Application:
        return Application.open(self.settings, activities=self.activities, forms=FormJs(), clock=self.clock)

    def call(self, work: Callable[[Application], T]) -> T:
        application = self.open()
        try:
            return work(application)
        finally:
            application.close()

    def begin(self, **variables: object) -> str:
        return self.call(
            lambda application: application.start(demo.PROCESS, variables or {"externalId": demo.USER}, BINDING)
        )

    def deploy(self, process: str | None = None, form: str | None = None) -> None:
        """Deploy the shipped journey, changed."""
        files = [File("p.bpmn", process.encode())] if process else []
        files += [File("f.form", form.encode())] if form else []
        self.call(lambda application: application.deploy(files))

    def step(self, instance_id: str) -> Step:
        return self.call(lambda application: application.step(instance_id, BINDING))


@pytest.fixture
def process() -> str:
    return (bpmn.FOLDER / "get_current_totp" / "get_current_totp.bpmn").read_text()


@pytest.fixture
def form() -> str:
    return (bpmn.FOLDER / "get_current_totp" / "ShowCurrentTOTP.form").read_text()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def installation(tmp_path: Path, clock: Clock) -> Installation:
    return Installation(tmp_path / "var", clock)
