"""What people and programs do at once, on PostgreSQL, through the doors of two applications on one database."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

import bpmn
from engine import demo
from engine.accounts.records import LastAdministrator
from engine.application import Application
from engine.config import DatabaseSettings, Settings
from engine.deployment import File
from engine.instances import StepNotCurrent
from engine.store import DatabaseBusy
from engine.tokens import TokenSpent
from forms import FormJs
from service_tasks import ACTIVITIES
from tests.conftest import ManualClock
from tests.instances.drawing import FORM_FILE, drawn
from tests.store.at_once import at_once
from tests.store.made import Made

EITHER = ("start s", "user a", "on t a timer PT1M", "end e", "end late", "s -> a", "a -> e", "t -> late")
"""A form that a timer ends."""


@pytest.fixture
def nodes(server: Made, tmp_path: Path, clock: ManualClock) -> Iterator[list[Application]]:
    """Two processes' applications, which opened an empty database at once and share a key."""
    where = DatabaseSettings(server.databases.url(server.name("template0")))
    chosen = Settings(data=tmp_path, key="A" * 43 + "=", postgres=where)
    opened = at_once([lambda: Application.open(chosen, activities=ACTIVITIES, forms=FormJs(), clock=clock)] * 2)
    yield opened
    for node in opened:
        node.close()


def told(work: Callable[[], object]) -> str:
    """Return the code with which somebody is refused."""
    try:
        work()
    except (StepNotCurrent, TokenSpent, LastAdministrator, DatabaseBusy) as error:
        return error.code
    return "done"


def test_what_is_set_up_at_once_is_set_up_once(nodes: list[Application]) -> None:
    assert nodes[0].derive("x") == nodes[1].derive("x")
    issued = at_once([node.accounts.make_first for node in nodes * 2])
    assert [each is None for each in issued].count(False) == 1
    at_once([partial(demo.install, node, bpmn.journeys()) for node in nodes])
    assert len(nodes[0].token_office.search().rows) == 1
    (journey,) = [each for each in nodes[1].processes.choices() if each.key == demo.PROCESS]
    assert len(journey.versions) == 1


def test_of_two_administrators_who_end_each_other_one_stays(nodes: list[Application]) -> None:
    for name in ("one", "two"):
        nodes[0].administration.create(name, "administrator")
    ending = zip(nodes, ("one", "two"), strict=True)
    works: list[Callable[[], str]] = [
        partial(told, partial(node.administration.disable, name)) for node, name in ending
    ]
    answers = at_once(works)
    assert Counter(answers) == {"done": 1, "last-administrator": 1}


def test_a_token_for_one_use_begins_one_journey(nodes: list[Application]) -> None:
    demo.install(nodes[0], bpmn.journeys())
    issued = nodes[0].token_office.issue(name="once", definition_key=demo.PROCESS, parameters={"externalId": demo.USER})
    browsers = enumerate(nodes * 5)
    works = [
        partial(told, partial(node.journeys.begin, issued.link, bytes([number]) * 32)) for number, node in browsers
    ]
    assert Counter(at_once(works)) == {"done": 1, "token-spent": 9}
    assert len(nodes[1].views.newest()) == 1
    assert nodes[1].audit_office.verify().breaks == ()


def test_people_and_timers_at_once_end_each_journey_once(nodes: list[Application], clock: ManualClock) -> None:
    """Each form may be sent, or its timer may fire: whoever is first, nobody sees an error, and it ends once."""
    nodes[0].deploy([File("p.bpmn", drawn({"p": EITHER})), FORM_FILE])
    bindings = [bytes([number]) * 32 for number in range(12)]
    started = {binding: nodes[0].journeys.start("p", {}, binding) for binding in bindings}
    tasks = {}
    for binding, instance_id in started.items():
        task = nodes[0].journeys.step(instance_id, binding).task
        assert task is not None
        tasks[binding] = task.id
    clock.advance(timedelta(minutes=1))

    def send(node: Application, binding: bytes) -> str:
        return told(lambda: node.journeys.submit(started[binding], binding, tasks[binding], {}))

    def work(node: Application) -> str:
        node.work_due()
        return "worked"

    people = [partial(send, nodes[number % 2], binding) for number, binding in enumerate(bindings)]
    answers = Counter(at_once([*people, *(partial(work, node) for node in nodes * 2)]))
    assert answers["database-busy"] == 0
    clock.advance(timedelta(seconds=2))
    nodes[0].work_due()
    ends = Counter(nodes[0].views.show(each).record.element_id for each in started.values())
    assert ends["e"] == answers["done"]
    assert ends["late"] == answers["step-not-current"]
    assert ends.total() == len(bindings)
    ended = [
        event for each in started.values() for event in nodes[0].views.show(each).history if event.event == "ended"
    ]
    assert len(ended) == len(bindings)
    assert nodes[1].audit_office.verify().breaks == ()
