"""What goes wrong, and what the designer, the operator and the end user then see."""

import subprocess
import sys
import threading
from typing import Any, ClassVar

import pytest
from sqlalchemy import text

import bpmn
from engine import demo
from engine.activity import Activity, Context
from engine.errors import Conflict, InvalidDeployment, NotFound
from engine.instances import InstanceBusy, InstanceExpired, OtherBrowser, StepNotCurrent
from engine.store import DatabaseBusy, holds_rows
from engine.store.models import (
    CredentialStatus,
    HistoryRow,
    Instance,
    InstanceStatus,
    Redisplay,
    TotpCredential,
    TotpPolicy,
    User,
    UserStatus,
)

BINDING = b"b" * 32


def stopped(installation: Any, **variables: object) -> tuple[str, str, str]:
    """Start an instance and return the element at which it stopped, the message, and the id."""
    instance_id = installation.begin(**variables)
    step = installation.step(instance_id)
    assert (step.status, step.task) == (InstanceStatus.INCIDENT, None)
    record = installation.call(lambda app: app.views.show(instance_id)).record
    return record.element_id, record.message, instance_id


def test_an_unknown_user_stops_the_instance_at_get_user(installation: Any) -> None:
    element, message, _ = stopped(installation, externalId="nobody")
    assert element == "get_user"
    assert "nobody" in message


def test_an_unknown_store_stops_the_instance_at_get_user(installation: Any, process: str) -> None:
    installation.deploy(process.replace('source="demo" target="storeName"', 'source="elsewhere" target="storeName"'))
    element, message, _ = stopped(installation)
    assert element == "get_user"
    assert "elsewhere" in message


def test_an_unknown_policy_stops_the_instance_at_get_totp(installation: Any, process: str) -> None:
    installation.deploy(process.replace('source="demo" target="totpPolicy"', 'source="strict" target="totpPolicy"'))
    element, message, _ = stopped(installation)
    assert element == "get_totp"
    assert "strict" in message


def test_a_parameter_that_is_null_at_run_time_stops_the_instance(installation: Any, process: str) -> None:
    installation.deploy(process.replace('source="demo" target="totpPolicy"', 'source="=policy" target="totpPolicy"'))
    element, message, _ = stopped(installation)
    assert (element, message) == ("get_totp", "TOTP Policy is required and has no value.")


def test_a_user_without_registration_stops_the_instance_and_a_retry_goes_on_when_it_is_mended(
    installation: Any,
) -> None:
    def add(app: Any) -> None:
        with app.database.write() as session:
            app.identity.create_user(session, app.identity.store(session, "demo"), external_id="new")

    def register(app: Any) -> None:
        with app.database.write() as session:
            user = app.identity.user_by_external_id(session, app.identity.store(session, "demo"), "new")
            app.identity.register_totp(session, user, app.identity.policy(session, "demo"))

    installation.call(add)
    element, message, instance_id = stopped(installation, externalId="new")
    assert element == "get_totp"
    assert "new" in message or "regist" in message
    installation.call(register)
    installation.call(lambda app: app.operations.retry(instance_id))
    step = installation.step(instance_id)
    assert step.status is InstanceStatus.ACTIVE
    assert step.task is not None
    with pytest.raises(Exception, match="incident"):
        installation.call(lambda app: app.operations.retry(instance_id))


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (User, {"status": UserStatus.LOCKED.value}),
        (TotpPolicy, {"redisplay": Redisplay.NEVER.value}),
        (TotpCredential, {"status": CredentialStatus.REVOKED.value}),
    ],
)
def test_what_may_not_be_shown_is_not(installation: Any, table: type, values: dict[str, str]) -> None:
    def change(app: Any) -> None:
        with app.database.write() as session:
            session.query(table).update(values)

    installation.call(change)
    element, _, instance_id = stopped(installation)
    assert element == "get_totp"
    detail = installation.call(lambda app: app.views.show(instance_id))
    assert "currentTOTP" not in str(detail.variables)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (('type="get-totp"', 'type="get-top"'), "bpmn.unknown-activity"),
        (('<zeebe:input source="demo" target="totpPolicy" />', ""), "bpmn.missing-parameter"),
        (('formId="ShowCurrentTOTP"', 'formId="Other"'), "bpmn.unknown-form"),
        (("<bpmn:definitions", "<!DOCTYPE x><bpmn:definitions"), "bpmn.doctype"),
        (("</bpmn:process>", ""), "bpmn.not-xml"),
    ],
)
def test_a_process_that_cannot_run_is_refused_and_nothing_is_stored(
    installation: Any, process: str, form: str, change: tuple[str, str], code: str
) -> None:
    broken = process.replace(*change)
    assert broken != process
    with pytest.raises(InvalidDeployment) as refusal:
        installation.deploy(broken, form.replace("Copy key", "Copy the key"))
    problem = next(problem for problem in refusal.value.problems if problem.code == code)
    assert problem.file == "p.bpmn"
    assert problem.remedy
    if code not in {"bpmn.doctype", "bpmn.not-xml"}:
        assert problem.element
        assert problem.line
    with installation.open().database.read() as session:
        assert installation.open().definitions.find(session, demo.PROCESS).version == 1


def test_another_browser_cannot_go_on(installation: Any) -> None:
    instance_id = installation.begin()
    task = installation.step(instance_id).task
    for other in (b"", b"x" * 32):
        with pytest.raises(OtherBrowser):
            installation.call(lambda app, other=other: app.journeys.step(instance_id, other))
        with pytest.raises(OtherBrowser):
            installation.call(lambda app, other=other: app.journeys.submit(instance_id, other, task.id, {}))
    with pytest.raises(NotFound):
        installation.call(lambda app: app.journeys.step("0" * 24, BINDING))


def test_a_form_is_submitted_once_even_by_eight_at_once(installation: Any) -> None:
    instance_id = installation.begin()
    task = installation.step(instance_id).task
    application = installation.open()
    won: list[int] = []
    lost: list[Exception] = []

    def submit(number: int) -> None:
        try:
            application.journeys.submit(instance_id, BINDING, task.id, {})
            won.append(number)
        except (StepNotCurrent, InstanceBusy, Conflict) as error:
            lost.append(error)

    threads = [threading.Thread(target=submit, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    application.close()
    assert (len(won), len(lost)) == (1, 7)
    detail = installation.call(lambda app: app.views.show(instance_id))
    assert [entry.event for entry in detail.history].count("submitted") == 1


def test_the_same_binding_begins_once_even_by_eight_at_once(installation: Any) -> None:
    application = installation.open()
    begun: list[str] = []
    threads = [
        threading.Thread(target=lambda: begun.append(application.journeys.begin(installation.link, BINDING)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    application.close()
    assert len(begun) == 8
    assert len(set(begun)) == 1


def test_an_instance_expires(installation: Any, clock: Any) -> None:
    instance_id = installation.call(lambda app: app.journeys.begin(installation.link, BINDING))
    task = installation.step(instance_id).task
    clock.advance(hours=47, minutes=59)
    assert installation.step(instance_id).task == task
    clock.advance(minutes=1)
    with pytest.raises(InstanceExpired):
        installation.step(instance_id)
    with pytest.raises(InstanceExpired):
        installation.call(lambda app: app.journeys.submit(instance_id, BINDING, task.id, {}))
    assert installation.call(lambda app: app.expire_due()) == 1
    assert installation.call(lambda app: app.expire_due()) == 0
    detail = installation.call(lambda app: app.views.show(instance_id))
    assert detail.record.status is InstanceStatus.EXPIRED
    assert detail.history[-1].event == "expired"


class Fails(Activity):
    """Writes and sets a variable, then fails."""

    type: ClassVar[str] = "get-totp"
    name: ClassVar[str] = "Get TOTP"
    category: ClassVar[str] = "Test"
    icon: ClassVar[str] = ""

    def run(self, context: Context) -> object:
        context.session.query(TotpCredential).delete()
        context.assign("left.behind", 1)
        raise ZeroDivisionError("a text that may hold anything")


def test_a_failed_activity_leaves_nothing_behind(installation: Any, process: str) -> None:
    for parameter in (
        '<zeebe:input source="demo" target="storeName" />',
        '<zeebe:input source="demo" target="totpPolicy" />',
    ):
        head, _, tail = process.rpartition(parameter)
        process = head + tail
    process = process.replace('<zeebe:input source="user1" target="userKey" />', "")
    installation.activities["get-totp"] = Fails
    installation.deploy(process)
    element, message, instance_id = stopped(installation)
    assert (element, message) == ("get_totp", "Unexpected ZeroDivisionError.")
    detail = installation.call(lambda app: app.views.show(instance_id))
    assert "left" not in detail.variables
    assert "user1" in detail.variables["_identityStore"]["users"]
    with installation.open().database.read() as session:
        assert session.query(TotpCredential).count() == 1


class Lost(Fails):
    """Loses the database on the way."""

    def run(self, context: Context) -> object:
        if not holds_rows(context.session):
            raise DatabaseBusy
        return context.session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


def test_a_step_in_which_the_database_is_lost_has_not_happened_and_is_no_incident(installation: Any) -> None:
    installation.activities["work"] = Lost
    drawn = "start s", "user u", "work x", "end e", "s -> u", "u -> x", "x -> e"
    installation.draw(*drawn)
    instance_id = installation.start()
    task = installation.task(instance_id)
    with pytest.raises(DatabaseBusy):
        installation.submit(instance_id, task.id)
    assert (installation.status(instance_id), installation.task(instance_id)) == ("ACTIVE", task)


KILLED = """
import sys
from pathlib import Path
from engine.application import Application
from engine.config import Settings
from engine.store.models import Instance
from forms import FormJs
from service_tasks import ACTIVITIES
import os
folder, link, where = sys.argv[1:]
settings = Settings.from_environment({**os.environ, "IDFLOW_DATA": folder})
app = Application.open(settings, activities=ACTIVITIES, forms=FormJs())
from engine.instances import work
if where == "begin":
    work.Work._end = work.Work.save = lambda self: os._exit(9)
    app.journeys.begin(link, b"k" * 32)
instance_id = app.journeys.begin(link, b"k" * 32)
task = app.journeys.step(instance_id, b"k" * 32).task
work.Work.save = lambda self: (self.session.flush(), os._exit(9))
app.journeys.submit(instance_id, b"k" * 32, task.id, {})
"""


@pytest.mark.parametrize("where", ["begin", "submit"])
def test_a_process_killed_in_the_middle_of_a_step_loses_nothing_and_skips_nothing(
    installation: Any, where: str
) -> None:
    arguments = [sys.executable, "-c", KILLED, str(installation.settings.data), installation.link, where]
    killed = subprocess.run(
        arguments,
        cwd=bpmn.FOLDER.parent,
        capture_output=True,
        text=True,
        check=False,
        env=installation.environment(),
    )
    assert killed.returncode == 9, killed.stderr
    with installation.open().database.read() as session:
        assert session.query(Instance).count() == (0 if where == "begin" else 1)
        assert session.query(HistoryRow).filter_by(event="submitted").count() == 0
    instance_id = installation.call(lambda app: app.journeys.begin(installation.link, b"k" * 32))
    task = installation.call(lambda app: app.journeys.step(instance_id, b"k" * 32)).task
    installation.call(lambda app: app.journeys.submit(instance_id, b"k" * 32, task.id, {}))
    assert installation.call(lambda app: app.journeys.step(instance_id, b"k" * 32)).status is InstanceStatus.COMPLETED
