"""Three web nodes, three workers and one PostgreSQL, while nodes are killed and paused and connections are cut."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from random import Random
from threading import Event
from time import monotonic

import psycopg
import pytest

from engine.application import Application
from engine.config import Settings
from engine.database_settings import DatabaseSettings
from forms import FormJs
from service_tasks import ACTIVITIES
from tests import postgres
from tests.cluster import journey
from tests.cluster.nodes import PATIENCE_SECONDS, Node, sending_to
from tests.cluster.outcome import arrived, invited
from tests.mail.conftest import Server

SEED = 20
"""Decides what happens to whom: the same again for the same seed."""

PEOPLE = 300
AT_ONCE = 8
"""How many people are on their way at any time."""

PAUSE_SECONDS = 30.0
"""How long a node stands still at most: longer than its heart may be silent."""

KEY = "Y2x1c3RlciBjbHVzdGVyIGNsdXN0ZXIgY2x1c3RlciE="

pytestmark = pytest.mark.usefixtures("postgres_databases")


class Cluster:
    """The nodes, and what happens to them."""

    def __init__(self, folder: Path, url: str, name: str, server: str, smtp_port: int) -> None:
        self.folder, self._name, self._server = folder, name, server
        self._environment = {
            "IDFLOW_DATABASE_URL": url,
            "IDFLOW_KEY": KEY,
            "IDFLOW_DATABASE_POOL": "5",
            **sending_to(smtp_port),
        }
        self.web = [self._node(f"web-{number}", "serve") for number in range(3)]
        self.workers = [self._node(f"worker-{number}", "worker", "--threads", "2") for number in range(3)]
        for node in self.nodes:
            node.ready()

    def _node(self, name: str, *command: str) -> Node:
        return Node(self.folder, name, command, self._environment)

    @property
    def nodes(self) -> list[Node]:
        return [*self.web, *self.workers]

    def addresses(self) -> list[str]:
        return [each.address for each in self.web if each.address]

    def kill(self, node: Node) -> None:
        node.ready().kill()
        node.begin()

    def stop(self, node: Node) -> None:
        """Stop it as systemd does; it gives back what it has."""
        assert node.ready().stop() == 0, node.log()
        node.begin()

    def pause(self, node: Node, others: Callable[[int], None]) -> None:
        """Let it stand still until others have gone on, or longer than its heart may be silent."""
        node.ready().pause()
        others(20)
        node.go_on()

    def kill_workers_while_a_mail_is_under_way(self, mails: Server) -> None:
        """Kill all of them when the mail server has a mail, and the one that sent it does not know."""
        taken = Event()

        def kill() -> None:
            if not taken.is_set():
                for each in self.workers:
                    each.process.kill()
                taken.set()

        for each in self.workers:
            each.ready()
        mails.before_taking = kill
        assert taken.wait(PATIENCE_SECONDS)
        for each in self.workers:
            each.kill()
            each.begin()

    def cut(self) -> None:
        """End every connection to the database, in the middle of whatever it does."""
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
                [self._name],
            )

    def close(self) -> None:
        for node in self.nodes:
            node.close()


@pytest.fixture
def database(postgres_databases: postgres.Databases) -> Iterator[str]:
    name = postgres_databases.make()
    yield name
    postgres_databases.drop(name)


@pytest.fixture
def application(postgres_databases: postgres.Databases, database: str, tmp_path: Path) -> Iterator[Application]:
    """The installation, opened by whoever looks at it from outside."""
    settings = Settings(data=tmp_path / "looking", key=KEY, postgres=DatabaseSettings(postgres_databases.url(database)))
    opened = Application.open(settings, activities=ACTIVITIES, forms=FormJs())
    yield opened
    opened.close()


@pytest.fixture
def cluster(
    postgres_databases: postgres.Databases, database: str, application: Application, tmp_path: Path, mails: Server
) -> Iterator[Cluster]:
    application.deploy(journey.files())
    url, server = postgres_databases.url(database), postgres_databases.url("postgres")
    made = Cluster(tmp_path, url, database, server, mails.port)
    yield made
    made.close()


def test_nothing_is_lost_and_nothing_happens_twice(cluster: Cluster, application: Application, mails: Server) -> None:
    people = [invited(application, cluster.addresses, number, SEED) for number in range(PEOPLE)]
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        on_their_way = [crowd.submit(person.go) for person in people]
        disturb(cluster, mails, on_their_way)
        for each in on_their_way:
            each.result(timeout=PATIENCE_SECONDS * 2)
    arrived(application, people, mails, cluster.nodes)
    # Those that were under way when their workers were killed were sent again.
    assert len(mails.mails) > PEOPLE


def disturb(cluster: Cluster, mails: Server, on_their_way: "list[Future[None]]") -> None:
    """Do something to the nodes whenever some more people have arrived; at the end every node works."""
    random = Random(SEED)  # noqa: S311 - repeatable

    def others(arrived: int) -> None:
        aim = min(sum(each.done() for each in on_their_way) + arrived, PEOPLE)
        end = monotonic() + PAUSE_SECONDS
        while sum(each.done() for each in on_their_way) < aim and monotonic() < end:
            wait([each for each in on_their_way if not each.done()], timeout=0.5, return_when="FIRST_COMPLETED")

    happenings: list[Callable[[], None]] = [
        lambda: cluster.kill(random.choice(cluster.web)),
        lambda: cluster.kill(random.choice(cluster.workers)),
        lambda: cluster.pause(random.choice(cluster.web), others),
        cluster.cut,
        lambda: cluster.pause(random.choice(cluster.workers), others),
        lambda: cluster.stop(random.choice(cluster.web)),
        lambda: cluster.stop(random.choice(cluster.workers)),
        cluster.cut,
        lambda: cluster.kill(random.choice(cluster.workers)),
        lambda: cluster.kill(random.choice(cluster.web)),
    ]
    random.shuffle(happenings)
    # First, since it takes the longest until it is noticed.
    for happen in (lambda: cluster.kill_workers_while_a_mail_is_under_way(mails), *happenings):
        others(PEOPLE // len(happenings) // 2)
        happen()
    for node in cluster.nodes:
        node.ready()
