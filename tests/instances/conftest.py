import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import pytest

import bpmn
from engine import demo
from engine.activity import Activity, Context
from engine.application import Application
from engine.config import Settings
from engine.deployment import File
from engine.errors import Failure
from engine.instances import InstanceDetail, OpenTask, Step
from engine.jobs import QueuedJob
from engine.store.models import AuditEvent, Instance, Subscription
from forms import FormJs
from service_tasks import ACTIVITIES
from tests import stored
from tests.instances.drawing import FORM_FILE, drawn

T = TypeVar("T")
BINDING = b"b" * 32


class Work(Activity):
    """The activity of `work` elements: fails while the variable `broken` is true."""

    type: ClassVar[str] = "work"
    name: ClassVar[str] = "Work"
    category: ClassVar[str] = "Test"
    icon: ClassVar[str] = ""

    def run(self, context: Context) -> object:
        if context.variables.get("broken") is True:
            raise Failure("It is broken.")
        return "worked"


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def advance(self, **duration: float) -> None:
        self.time += timedelta(**duration)


class Installation:
    """An installation on disk that is closed and opened again before every call, as if each had its own process."""

    def __init__(self, folder: Path, clock: Clock, link: str = "") -> None:
        """Open the one in `folder`, whose demonstration has `link`; without one, make it."""
        self.settings = Settings(data=folder)
        self.clock = clock
        self.activities: dict[str, type[Activity]] = {**ACTIVITIES, "work": Work}
        self.started = 0
        self.bindings: dict[str, bytes] = {}
        self.link = link or self.call(lambda application: demo.install(application, bpmn.journeys()))

    def open(self) -> Application:
        return Application.open(self.settings, activities=self.activities, forms=FormJs(), clock=self.clock)

    def call(self, work: Callable[[Application], T]) -> T:
        application = self.open()
        try:
            return work(application)
        finally:
            application.close()

    def environment(self) -> dict[str, str]:
        """Return the environment of a program that opens the installation."""
        return self.call(lambda application: os.environ | stored.environment(application.database))

    def begin(self, **variables: object) -> str:
        return self.call(
            lambda application: application.journeys.start(
                demo.PROCESS, variables or {"externalId": demo.USER}, BINDING
            )
        )

    def deploy(self, process: str | None = None, form: str | None = None) -> None:
        """Deploy the shipped journey, changed."""
        files = [File("p.bpmn", process.encode())] if process else []
        files += [File("f.form", form.encode())] if form else []
        self.call(lambda application: application.deploy(files))

    def draw(self, *elements: str, name: str = "p", beside: str = "", **others: tuple[str, ...]) -> None:
        """Deploy a process in the short notation, others of the same file, and the form of their user tasks."""
        content = drawn({name: elements, **others}, beside)
        files = [File("p.bpmn", content), FORM_FILE]
        self.call(lambda application: application.deploy(files))

    def start(self, name: str = "p", **variables: Any) -> str:
        """Start an instance; each has an end user with a browser of their own."""
        self.started += 1
        binding = self.started.to_bytes(32)
        instance_id = self.call(lambda application: application.journeys.start(name, variables, binding))
        self.bindings[instance_id] = binding
        return instance_id

    def step(self, instance_id: str) -> Step:
        binding = self.bindings.get(instance_id, BINDING)
        return self.call(lambda application: application.journeys.step(instance_id, binding))

    def task(self, instance_id: str) -> OpenTask:
        task = self.step(instance_id).task
        assert task is not None, self.show(instance_id).record
        return task

    def at(self, instance_id: str) -> str | None:
        """Return the element whose form is open."""
        task = self.step(instance_id).task
        return None if task is None else task.element_id

    def submit(self, instance_id: str, task_id: str | None = None, **answers: str) -> None:
        task_id = task_id or self.task(instance_id).id
        posted = {key: [value] for key, value in answers.items()}
        binding = self.bindings.get(instance_id, BINDING)
        self.call(lambda application: application.journeys.submit(instance_id, binding, task_id, posted))

    def work(self) -> int:
        """Run the jobs that are due."""
        return self.call(lambda application: application.work_due())

    def audited(self, action: str) -> list[AuditEvent]:
        """Return what was audited under a name."""
        return [row for row in self.rows(AuditEvent) if row.event == action]

    def publish(self, name: str, key: str = "", **options: Any) -> str:
        return self.call(lambda application: application.events.publish(name, key=key, **options))

    def show(self, instance_id: str) -> InstanceDetail:
        return self.call(lambda application: application.views.show(instance_id))

    def token(self, instance_id: str, element_id: str) -> str:
        """Return the token that stands at an element."""
        return next(each.token_id for each in self.show(instance_id).places if each.element_id == element_id)

    def status(self, instance_id: str) -> str:
        return self.show(instance_id).record.status.value

    def path(self, instance_id: str) -> list[str | None]:
        """Return the elements that were left, in order."""
        return [entry.element_id for entry in self.show(instance_id).history if entry.event == "completed"]

    def instances(self) -> list[str]:
        """Return the ids of all instances, the oldest first."""
        records = self.call(lambda application: application.views.newest())
        return [record.id for record in sorted(records, key=lambda record: record.created_at)]

    def jobs(self) -> list[QueuedJob]:
        """Return the jobs that are stored."""

        def read(application: Application) -> list[QueuedJob]:
            with application.database.read() as session:
                return application.jobs.find(session)

        return self.call(read)

    def subscriptions(self) -> list[Subscription]:
        """Return who waits for which message or signal, as it is stored."""
        return self.rows(Subscription)

    def rows(self, table: type[T]) -> list[T]:
        def read(application: Application) -> list[T]:
            with application.database.read() as session:
                return session.query(table).all()

        return self.call(read)

    def revision(self, instance_id: str) -> int:
        """Return how often the instance was saved."""
        return next(row.revision for row in self.rows(Instance) if row.id == instance_id)


@pytest.fixture
def process() -> str:
    return (bpmn.FOLDER / "get_current_totp" / "get_current_totp.bpmn").read_text()


@pytest.fixture
def form() -> str:
    return (bpmn.FOLDER / "get_current_totp" / "ShowCurrentTOTP.form").read_text()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """An installation to copy: made once, because that takes longer than a test."""
    folder = tmp_path_factory.mktemp("fresh") / "var"
    return folder, Installation(folder, Clock()).link


@pytest.fixture
def installation(tmp_path: Path, clock: Clock, fresh: tuple[Path, str]) -> Installation:
    folder, link = fresh
    shutil.copytree(folder, tmp_path / "var")
    return Installation(tmp_path / "var", clock, link)
