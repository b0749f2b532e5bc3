"""One process on SQLite that is killed in the middle of writes, again and again."""

from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from engine.application import Application
from engine.config import Settings
from forms import FormJs
from service_tasks import ACTIVITIES
from tests.cluster import journey
from tests.cluster.nodes import PATIENCE_SECONDS, Node, sending_to
from tests.cluster.outcome import arrived, invited
from tests.mail.conftest import Server

SEED = 21
PEOPLE = 60
AT_ONCE = 4
KILLS = 3

SHORT_LEASE = "from datetime import timedelta; from engine.jobs import lease; lease.LEASE = timedelta(seconds=5)"
"""Else a job that a killed process had begun would wait for a minute."""

pytestmark = pytest.mark.sqlite("the process that is killed has a file")


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    opened = Application.open(Settings(data=tmp_path / "var"), activities=ACTIVITIES, forms=FormJs())
    opened.deploy(journey.files())
    yield opened
    opened.close()


@pytest.fixture
def node(tmp_path: Path, application: Application, mails: Server) -> Iterator[Node]:
    environment = {"IDFLOW_DATA": str(application.settings.data), **sending_to(mails.port)}
    made = Node(tmp_path, "node", ("run", "--no-demo"), environment, before=SHORT_LEASE)
    yield made.ready()
    made.close()


def test_nothing_that_was_acknowledged_is_lost(node: Node, application: Application, mails: Server) -> None:
    people = [
        invited(application, lambda: [node.address] if node.address else [], number, SEED) for number in range(PEOPLE)
    ]
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        left = {crowd.submit(person.go) for person in people}
        for kills in range(1, KILLS + 1):
            while len(left) > PEOPLE - kills * PEOPLE // (KILLS + 1):
                done, left = wait(left, timeout=PATIENCE_SECONDS, return_when=FIRST_COMPLETED)
                assert done
                for each in done:
                    each.result()
            # Somebody has just arrived, and others are on their way.
            node.kill()
            node.begin()
            node.ready()
        for each in left:
            each.result(timeout=PATIENCE_SECONDS)
    arrived(application, people, mails, [node])
