"""What an operator does to an instance: each audited with its reason, each refused when it makes no sense."""

from collections.abc import Callable
from typing import Any

import pytest

from engine.application import Application
from engine.deployment import File
from engine.instances import StepNotCurrent
from engine.instances.given import ReservedVariable
from engine.instances.operations import AlreadySuspended, InstanceOver, NotAnIncident, NotSuspended
from engine.variables import VariableInvalid
from tests.instances.drawing import FORM_FILE, drawn
from tests.instances.stopping import stopped

Operation = Callable[[Application, str], object]


def test_an_incident_says_where_what_and_which_variables_but_no_value(installation: Any) -> None:
    instance_id = stopped(installation)
    detail = installation.show(instance_id)
    incident = detail.incident
    assert (incident.element_id, incident.code, incident.message) == ("w", "failure", "It is broken.")
    assert incident.variables == ("broken", "password")
    assert [each.element_id for each in detail.places if each.failed] == ["w"]
    assert "hunter2" not in str((incident, detail.history, detail.record, installation.audited("instance_incident")))


def test_the_other_tokens_stand_as_they_were(installation: Any) -> None:
    installation.draw(
        "start s", "and f", "user a", "user b", "work w", "and j", "end e",
        *("s -> f", "f -> a", "f -> b", "a -> w", "w -> j", "b -> j", "j -> e"),
    )  # fmt: skip
    instance_id = installation.start(broken=True)
    before = installation.token(instance_id, "b")
    installation.submit(instance_id, installation.token(instance_id, "a"))
    assert installation.status(instance_id) == "INCIDENT"
    assert installation.token(instance_id, "b") == before
    with pytest.raises(StepNotCurrent):
        installation.submit(instance_id, before)
    installation.call(lambda app: app.operations.change(instance_id, {"broken": False}))
    installation.call(lambda app: app.operations.retry(instance_id))
    installation.submit(instance_id, before)
    assert installation.status(instance_id) == "COMPLETED"


def test_a_retry_tries_the_element_again(installation: Any) -> None:
    instance_id = stopped(installation)
    installation.call(lambda app: app.operations.retry(instance_id))
    assert installation.status(instance_id) == "INCIDENT"
    installation.call(lambda app: app.operations.change(instance_id, {"broken": False}, reason="mended"))
    assert installation.status(instance_id) == "INCIDENT"
    installation.call(lambda app: app.operations.retry(instance_id, reason="it should work now"))
    assert installation.at(instance_id) == "u"
    assert installation.path(instance_id) == ["s", "w"]
    assert installation.audited("instance_retried")[-1].detail == {"element": "w", "reason": "it should work now"}
    assert installation.audited("instance_changed")[-1].detail == {"names": "broken", "reason": "mended"}
    assert installation.show(instance_id).incident is None


def test_a_retry_does_not_pass_a_form_by(installation: Any) -> None:
    form = FORM_FILE.content.replace(b'"label": "Answer"', b'"label": "Answer", "validate": {"required": true}')
    files = [File("p.bpmn", drawn({"p": ("start s", "user u", "user v", "end e", "s -> u", "u -> v", "v -> e")}))]
    installation.call(lambda app: app.deploy([*files, File("f.form", form)]))
    instance_id = installation.start()
    for _ in range(3):
        installation.submit(instance_id)
    assert installation.show(instance_id).incident.code == "ExceededCustomDataFormRetake"
    installation.call(lambda app: app.operations.retry(instance_id))
    assert installation.at(instance_id) == "u"
    installation.submit(instance_id, answer="right")
    assert installation.at(instance_id) == "v"


def test_variables_are_changed_and_conditions_look_at_them(installation: Any) -> None:
    installation.draw("start s", "wait c condition =ready", "user u", "end e", "s -> c", "c -> u", "u -> e")
    instance_id = installation.start(ready=False)
    assert [each.waits_for for each in installation.show(instance_id).places] == ["condition"]
    installation.call(lambda app: app.operations.change(instance_id, {"other": 1}))
    assert installation.at(instance_id) is None
    installation.call(lambda app: app.operations.change(instance_id, {"ready": True}))
    assert installation.at(instance_id) == "u"


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("_customFormData", ReservedVariable),
        ("_identityStore.users.user1.id", ReservedVariable),
        ("processvar", ReservedVariable),
        ("two words", VariableInvalid),
        ("a..b", VariableInvalid),
    ],
)
def test_what_is_idflows_own_cannot_be_set(installation: Any, name: str, error: type[Exception]) -> None:
    instance_id = stopped(installation)
    operations: list[Operation] = [
        lambda app, instance_id: app.operations.change(instance_id, {name: 1}),
        lambda app, instance_id: app.operations.skip(instance_id, {name: 1}),
    ]
    for operation in operations:
        with pytest.raises(error):
            installation.call(lambda app, operation=operation: operation(app, instance_id))
    assert installation.status(instance_id) == "INCIDENT"


def test_a_suspended_instance_stands_still_until_it_is_resumed(installation: Any) -> None:
    installation.draw("start s", "user u", "end e", "s -> u", "u -> e")
    instance_id = installation.start()
    task_id = installation.task(instance_id).id
    installation.call(lambda app: app.operations.suspend(instance_id, reason="under review"))
    assert (installation.step(instance_id).task, installation.status(instance_id)) == (None, "SUSPENDED")
    with pytest.raises(StepNotCurrent):
        installation.submit(instance_id, task_id)
    with pytest.raises(AlreadySuspended):
        installation.call(lambda app: app.operations.suspend(instance_id))
    installation.call(lambda app: app.operations.resume(instance_id, reason="all is well"))
    installation.submit(instance_id, task_id)
    assert installation.status(instance_id) == "COMPLETED"
    assert installation.audited("instance_suspended")[0].detail == {"reason": "under review"}
    assert installation.audited("instance_resumed")[0].detail["reason"] == "all is well"


def test_a_cancelled_instance_has_ended_but_not_at_an_end_event(installation: Any) -> None:
    installation.draw("start s", "user u", "end e", "s -> u", "u -> e")
    instance_id = installation.start()
    installation.call(lambda app: app.operations.cancel(instance_id, reason="withdrawn"))
    step = installation.step(instance_id)
    assert (step.status, step.task, step.end) == ("CANCELLED", None, None)
    assert installation.audited("instance_cancelled")[0].detail == {"reason": "withdrawn"}
    assert installation.show(instance_id).places == ()


ANY: dict[str, Operation] = {
    "retry": lambda app, instance_id: app.operations.retry(instance_id),
    "skip": lambda app, instance_id: app.operations.skip(instance_id),
    "move": lambda app, instance_id: app.operations.move(instance_id, "u"),
    "change": lambda app, instance_id: app.operations.change(instance_id, {"a": 1}),
    "suspend": lambda app, instance_id: app.operations.suspend(instance_id),
    "resume": lambda app, instance_id: app.operations.resume(instance_id),
    "cancel": lambda app, instance_id: app.operations.cancel(instance_id),
    "plan_migration": lambda app, instance_id: app.operations.plan_migration(instance_id),
    "migrate": lambda app, instance_id: app.operations.migrate(instance_id),
}


@pytest.mark.parametrize("name", ANY)
def test_nothing_is_done_to_an_instance_that_is_over(installation: Any, name: str) -> None:
    installation.draw("start s", "user u", "end e", "s -> u", "u -> e")
    instance_id = installation.start()
    installation.submit(instance_id)
    revision = installation.revision(instance_id)
    with pytest.raises((InstanceOver, NotAnIncident, NotSuspended)):
        installation.call(lambda app: ANY[name](app, instance_id))
    assert installation.revision(instance_id) == revision


@pytest.mark.parametrize("name", ["retry", "skip", "resume"])
def test_only_what_stopped_goes_on(installation: Any, name: str) -> None:
    installation.draw("start s", "user u", "end e", "s -> u", "u -> e")
    instance_id = installation.start()
    with pytest.raises((NotAnIncident, NotSuspended)):
        installation.call(lambda app: ANY[name](app, instance_id))
