"""The operator's commands: events, jobs, and what can be done to an instance."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from secrets import token_bytes

import pytest
from click.testing import Result

from engine.application import Application
from engine.errors import IdflowError
from engine.store.models import AuditEvent
from tests.instances.drawing import FORM_FILE, drawn
from tests.spiff.notation import element, inside

Idflow = Callable[..., Result]
Opened = Callable[[], AbstractContextManager[Application]]

BROKEN = inside("w", "start a", 'script x result = if broken then matches("a", pattern) else "done"', "end z",
                "a -> x", "x -> z")  # fmt: skip
STOPS = ("start s", "wait t timer =pause", "user u", "end e", "s -> t", "t -> u", "u -> e")


@pytest.fixture
def deploy(idflow: Idflow, tmp_path: Path) -> Callable[..., None]:
    def run(*elements: str, **others: tuple[str, ...]) -> None:
        process, form = tmp_path / "p.bpmn", tmp_path / "f.form"
        process.write_bytes(drawn({"p": elements, **others}))
        form.write_bytes(FORM_FILE.content)
        result = idflow("deploy", process, form)
        assert result.exit_code == 0, result.exception

    return run


def begin(application: Opened, **variables: object) -> str:
    with application() as opened:
        return opened.journeys.start("p", variables, token_bytes(32))


def work(application: Opened) -> None:
    with application() as opened:
        opened.work_due()


def reasons(application: Opened, action: str) -> list[object]:
    with application() as opened, opened.database.read() as session:
        return [row.detail.get("reason") for row in session.query(AuditEvent) if row.event == action]


def test_a_message_is_published_with_its_key_and_variables(
    idflow: Idflow, application: Opened, deploy: Callable[..., None]
) -> None:
    deploy("start s", "wait m message M", "user u", "end e", "s -> m", "m -> u", "u -> e")
    instance_id = begin(application, key="7")
    shown = idflow("instance", "show", instance_id).output
    assert "m (intermediateCatchEvent): waits for message M with the key '7'" in shown
    sets = ("--set", "paid=true", "--set", 'goods={"pens": 2}', "--set", "note=two words", "--set", "code=0042")
    assert idflow("event", "message", "M", "--key", "7", *sets).output == "Published: message M\n"
    work(application)
    with application() as opened:
        variables = opened.views.show(instance_id).variables
    assert variables == {"key": "7", "paid": True, "goods": {"pens": 2}, "note": "two words", "code": "0042"}


def test_a_message_waits_as_long_as_it_is_told_to(
    idflow: Idflow, application: Opened, deploy: Callable[..., None]
) -> None:
    deploy("start s", "wait m message M", "user u", "end e", "s -> m", "m -> u", "u -> e")
    wrong = idflow("event", "message", "M", "--ttl", "an hour")
    assert (wrong.exit_code, "--ttl" in wrong.output) == (2, True)
    idflow("event", "message", "M", "--key", "7", "--ttl", "PT1H")
    work(application)
    instance_id = begin(application, key="7")
    work(application)
    assert "waits for form" in idflow("instance", "show", instance_id).output


def test_a_signal_and_a_condition_start_processes(
    idflow: Idflow, application: Opened, deploy: Callable[..., None]
) -> None:
    deploy("start s signal S", "start c condition =load > 90", "user u", "end e", "s -> u", "c -> u", "u -> e")
    assert idflow("event", "signal", "S", "--set", "n=1").output == "Sent: signal S\n"
    work(application)
    assert idflow("event", "condition", "--set", "load=90").output == "No condition holds.\n"
    started = idflow("event", "condition", "--set", "load=91").output.strip()
    assert "s -> u" not in started
    listed = idflow("instance", "list").output.splitlines()
    assert len(listed) == 2
    assert started in "".join(listed)


def test_what_is_idflows_own_cannot_be_sent(idflow: Idflow, deploy: Callable[..., None]) -> None:
    deploy("start s", "end e", "s -> e")
    result = idflow("event", "message", "M", "--set", "_customFormData=1")
    assert isinstance(result.exception, IdflowError)
    assert result.exception.code == "reserved-variable"


def test_an_instance_that_stopped_says_where_and_is_set_and_retried(
    idflow: Idflow, application: Opened, deploy: Callable[..., None]
) -> None:
    deploy(*STOPS)
    instance_id = begin(application, pause="soon")
    shown = idflow("instance", "show", instance_id).output
    assert re.search(r"Stopped at t: .*soon.* \[timer-invalid\]", shown)
    assert "It could see: pause" in shown
    assert re.search(r"^  \w{32}  t \(intermediateCatchEvent\): failed$", shown, re.MULTILINE)
    assert idflow("instance", "set", instance_id).exit_code == 2
    changed = idflow("instance", "set", instance_id, "--set", "pause=PT1H", "--reason", "a typo")
    assert changed.output.splitlines()[0] == "INCIDENT at t"
    assert idflow("instance", "retry", instance_id, "--reason", "mended").output == "ACTIVE at t\n"
    assert reasons(application, "instance_changed") == ["a typo"]
    assert reasons(application, "instance_retried") == ["mended"]
    assert re.search(r"waits for timer at \d{4}-", idflow("instance", "show", instance_id).output)


def test_an_instance_is_skipped_moved_suspended_resumed_and_cancelled(
    idflow: Idflow, application: Opened, deploy: Callable[..., None]
) -> None:
    deploy(*STOPS)
    instance_id = begin(application, pause="soon")
    assert idflow("instance", "skip", instance_id, "--set", "waited=false").output == "ACTIVE at u\n"
    assert '"waited": false' in idflow("instance", "show", instance_id).output
    assert idflow("instance", "suspend", instance_id, "--reason", "look").output == "SUSPENDED at u\n"
    assert idflow("instance", "resume", instance_id).output == "ACTIVE at u\n"
    assert idflow("instance", "move", instance_id, "e", "--reason", "done").output == "COMPLETED at e\n"
    assert (reasons(application, "instance_suspended"), reasons(application, "step_moved")) == (["look"], ["done"])
    over = idflow("instance", "cancel", instance_id)
    assert isinstance(over.exception, IdflowError)
    another = begin(application, pause="PT1H")
    assert idflow("instance", "cancel", another, "--reason", "withdrawn").output == "CANCELLED at t\n"


def test_an_identity_step_is_jumped_over_only_when_it_is_said(
    idflow: Idflow, application: Opened, deploy: Callable[..., None]
) -> None:
    identify = element("work g").replace('"work"', '"get-user"').replace(
        "</bpmn:extensionElements>",
        '<zeebe:ioMapping><zeebe:input source="x" target="storeName"/><zeebe:input source="x" target="userExternalId"/>'
        "</zeebe:ioMapping></bpmn:extensionElements>",
    )  # fmt: skip
    deploy("start s", "user v", identify, "user u", "end e", "s -> v", "v -> g", "g -> u", "u -> e")
    instance_id = begin(application)
    refused = idflow("instance", "move", instance_id, "u")
    assert isinstance(refused.exception, IdflowError)
    assert refused.exception.code == "identity-step-skipped"
    token = re.findall(r"  (\w{32})  v ", idflow("instance", "show", instance_id).output)[0]
    moved = idflow("instance", "move", instance_id, "u", "--token", token, "--allow-identity-step", "--reason", "seen")
    assert moved.output == "ACTIVE at u\n"
    assert reasons(application, "identity_step_skipped") == ["seen"]


def test_a_migration_is_planned_and_done(idflow: Idflow, application: Opened, deploy: Callable[..., None]) -> None:
    deploy("start s", "user u", "end e", "s -> u", "u -> e")
    instance_id = begin(application)
    deploy("start s", "user ask", "end e", "s -> ask", "ask -> e")
    planned = idflow("instance", "migrate", instance_id, "--dry-run")
    assert planned.exit_code == 1
    assert "Problem: " in planned.output
    assert "'u'" in planned.output
    refused = idflow("instance", "migrate", instance_id)
    assert isinstance(refused.exception, IdflowError)
    planned = idflow("instance", "migrate", instance_id, "--map", "u=ask", "--dry-run")
    assert (planned.exit_code, planned.output) == (0, "u -> ask\nThe instance can be moved.\n")
    assert "version 1" in idflow("instance", "show", instance_id).output
    done = idflow("instance", "migrate", instance_id, "--to", 2, "--map", "u=ask", "--reason", "new rules")
    assert done.output == "ACTIVE at ask\n"
    assert "version 2" in idflow("instance", "show", instance_id).output
    assert reasons(application, "instance_migrated") == ["new rules"]
    wrong = idflow("instance", "migrate", instance_id, "--map", "u")
    assert (wrong.exit_code, "--map" in wrong.output) == (2, True)


def test_the_variables_of_a_called_process_are_shown_apart(
    idflow: Idflow, application: Opened, deploy: Callable[..., None]
) -> None:
    deploy(
        "start s", "call c child", "end e", "s -> c", "c -> e",
        child=("start a", "script x mine = 1", "user v", "end z", "a -> x", "x -> v", "v -> z"),
    )  # fmt: skip
    shown = idflow("instance", "show", begin(application, topic="pens")).output
    assert "v (userTask) in child: waits for form" in shown
    head, _, called = shown.partition("Variables of what c calls")
    assert ("mine" in head, '"mine": 1' in called) == (False, True)


def test_jobs_are_counted_listed_and_retried(idflow: Idflow, application: Opened, deploy: Callable[..., None]) -> None:
    deploy("start s", "wait t timer PT1H", "end e", "s -> t", "t -> e")
    begin(application)
    assert idflow("job", "list").output == "Due: 0\nLater: 1\nRunning: 0\nFailed: 0\n"
    assert idflow("job", "list", "--failed").output == "No job has failed.\n"
    with application() as opened, opened.write() as session:
        opened.jobs.enqueue(session, "unheard-of", {"what": 1})
        opened.jobs.enqueue(session, "later", {}, run_at=opened.clock.now() + timedelta(days=1))
    work(application)
    listed = idflow("job", "list", "--failed").output
    assert re.search(r"unheard-of  what=1  after 1 attempts: UnknownTask: ", listed)
    assert idflow("job", "list").output.startswith("Due: 0\nLater: 2\nRunning: 0\nFailed: 1\n")
    job_id = listed.split()[0]
    assert idflow("job", "retry", job_id).output == f"Job {job_id} is due now.\n"
    assert "Due: 1 (the oldest since " in idflow("job", "list").output
    assert isinstance(idflow("job", "retry", 4711).exception, IdflowError)


def test_a_process_with_timers_and_messages_to_itself_is_played(idflow: Idflow, tmp_path: Path) -> None:
    process = tmp_path / "p.bpmn"
    (tmp_path / "f.form").write_bytes(FORM_FILE.content)
    parts = ("start s", "throw t message M", "wait m message M", "wait w timer PT1S", "user u", "end e")
    flows = ("s -> t", "t -> m", "m -> w", "w -> u", "u -> e")
    process.write_bytes(drawn({"p": (*parts, *flows)}))
    result = idflow("play", process, "--set", "key=k", typed="hello\n\n")
    assert result.exit_code == 0, result.output
    assert "... waits at w" in result.output
    assert "COMPLETED" in result.output


@pytest.mark.sqlite("looks at a file of SQLite")
def test_a_look_at_the_tables_makes_nothing(idflow: Idflow, tmp_path: Path) -> None:
    data = tmp_path / "var"
    nothing = idflow("migrate", "--check")
    assert (nothing.exit_code, "run idflow migrate" in nothing.output, data.exists()) == (1, True, False)
    data.mkdir()
    (data / "idflow.sqlite3").touch()
    assert idflow("migrate", "--check").exit_code == 1
    assert [(each.name, each.stat().st_size) for each in data.iterdir()] == [("idflow.sqlite3", 0)]
    assert idflow("migrate").exit_code == 0
    assert idflow("migrate", "--check").exit_code == 0
