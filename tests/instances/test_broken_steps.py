"""Steps that break off leave nothing half done."""

import subprocess
import sys
from typing import Any, ClassVar

import pytest
from sqlalchemy import text

import bpmn
from engine.activity import Activity, Context
from engine.store import DatabaseBusy, holds_rows
from engine.store.models import (
    HistoryRow,
    Instance,
    InstanceStatus,
    TotpCredential,
)
from tests.instances.stopping import stopped_at


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
    element, message, instance_id = stopped_at(installation)
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
import gc; gc.disable()  # what is imported is no garbage
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
