import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

import bpmn
from engine import demo
from engine.errors import IdflowError
from engine.variables import MASK
from service_tasks import ACTIVITIES
from webui.cli.options import open_application, settings

FOLDER = bpmn.FOLDER / "get_current_totp"
PROCESS, FORM = FOLDER / "get_current_totp.bpmn", FOLDER / "ShowCurrentTOTP.form"

Idflow = Callable[..., Result]


@pytest.mark.parametrize(
    "command",
    [
        "",
        "run",
        "deploy",
        "check",
        "token",
        "token new",
        "instance",
        "instance list",
        "instance show",
        "instance retry",
        "instance skip",
        "instance move",
        "instance set",
        "instance suspend",
        "instance resume",
        "instance cancel",
        "instance migrate",
        "event",
        "event message",
        "event signal",
        "event condition",
        "job",
        "job list",
        "job retry",
        "play",
        "templates",
    ],
)
def test_every_command_has_help(idflow: Idflow, command: str) -> None:
    result = idflow(*command.split(), "--help")
    assert result.exit_code == 0
    assert result.output.startswith("Usage: ")


def test_a_journey_is_deployed_and_its_second_deployment_changes_nothing(idflow: Idflow) -> None:
    first = idflow("deploy", PROCESS, FORM)
    assert first.output.splitlines() == [
        "form ShowCurrentTOTP version 1: deployed",
        "process get_current_totp version 1: deployed",
    ]
    assert "version 1: unchanged" in idflow("deploy", PROCESS, FORM).output


def test_check_finds_nothing_wrong_with_what_ships_and_stores_nothing(idflow: Idflow, tmp_path: Path) -> None:
    result = idflow("check", PROCESS, FORM)
    assert (result.exit_code, result.output) == (0, "2 files, 0 errors, 0 warnings\n")
    assert not (tmp_path / "var").exists()


def test_check_lists_every_problem_with_file_line_and_remedy(idflow: Idflow, tmp_path: Path) -> None:
    process, form = tmp_path / "p.bpmn", tmp_path / "f.form"
    process.write_text(
        PROCESS.read_text().replace('type="get-user"', 'type="get-users"').replace('"ShowCurrentTOTP"', '"Other"', 1)
    )
    form.write_text(re.sub(r'"content": "[^"]*"', '"content": ""', FORM.read_text()))
    result = idflow("check", process, form, tmp_path / "p.bpmn")
    assert result.exit_code == 1
    for code in ("bpmn.unknown-activity", "form.missing-property"):
        line = next(line for line in result.output.splitlines() if code in line)
        assert re.match(rf"{re.escape(str(tmp_path))}/[pf]\.(bpmn|form):\d+: \w+: ", line), line
    assert "Properties Missing" in result.output
    assert re.search(r"3 files, [1-9]\d* errors", result.output)


def test_a_deployment_with_an_error_stores_nothing(idflow: Idflow, tmp_path: Path) -> None:
    broken = tmp_path / "broken.bpmn"
    broken.write_text("<html/>")
    result = idflow("deploy", broken, FORM)
    assert isinstance(result.exception, IdflowError)
    assert "version 1: deployed" in idflow("deploy", FORM).output


def test_a_token_is_made_for_a_definition_that_exists(idflow: Idflow) -> None:
    missing = idflow("token", "new", "--definition", "get_current_totp")
    assert isinstance(missing.exception, IdflowError)
    assert "get_current_totp" in str(missing.exception)
    idflow("deploy", PROCESS, FORM)
    made = idflow(
        "token", "new", "--definition", "get_current_totp", "--external-id", "user1", "--set", "campaign=spring"
    )
    assert re.search(r"^Link: http://127\.0\.0\.1:8000/t/[A-Za-z0-9_-]{43}$", made.output, re.MULTILINE)
    wrong = idflow("token", "new", "--definition", "get_current_totp", "--set", "campaign")
    assert wrong.exit_code == 2
    assert "KEY=VALUE" in wrong.output


@pytest.mark.parametrize(
    "arguments", [("--set", "processvar=1"), ("--name", "x" * 51), ("--limit", "0"), ("--type", "time")]
)
def test_a_token_that_makes_no_sense_is_refused(idflow: Idflow, arguments: tuple[str, str]) -> None:
    idflow("deploy", PROCESS, FORM)
    result = idflow("token", "new", "--definition", "get_current_totp", *arguments)
    assert isinstance(result.exception, IdflowError)
    assert "Link" not in result.output


def test_a_journey_is_played_in_the_terminal(idflow: Idflow, tmp_path: Path) -> None:
    result = idflow("play", PROCESS, "--set", "externalId=user1", typed="\n")
    assert result.exit_code == 0, result.output
    assert re.search(
        r"Open in your authenticator app: otpauth://totp/Idflow%20Demo:user1\?secret=[A-Z2-7]{32}&", result.output
    )
    assert "COMPLETED: Finished" in result.output
    assert not (tmp_path / "var").exists()


def test_a_played_journey_that_stops_says_where_and_why(idflow: Idflow) -> None:
    result = idflow("play", PROCESS, "--set", "externalId=nobody")
    assert result.exit_code == 1
    assert "Stopped at get_user" in result.output
    assert "nobody" in result.output


def test_instances_are_listed_and_shown_without_secrets(idflow: Idflow) -> None:
    missing = idflow("instance", "list")
    assert isinstance(missing.exception, IdflowError)
    assert "idflow run" in str(missing.exception)
    idflow("deploy", PROCESS, FORM)
    assert "No instances yet" in idflow("instance", "list").output
    application = open_application(settings())
    link = demo.install(application, bpmn.journeys())
    instance_id = application.journeys.begin(link, b"b" * 32)
    step = application.journeys.step(instance_id, b"b" * 32)
    secret = application.journeys.reveal(step, step.variables["_identityStore"]["currentTOTP"]["secret"])
    application.close()

    listed = idflow("instance", "list").output
    assert re.search(rf"^{instance_id} .* ACTIVE .* user1 .* Get Current TOTP Registration", listed, re.MULTILINE)
    assert "No instances" in idflow("instance", "list", "--status", "completed").output
    shown = idflow("instance", "show", instance_id).output
    assert re.search(r"waiting +show_current_totp", shown)
    assert MASK in shown
    assert secret not in shown
    assert isinstance(idflow("instance", "show", "nothing").exception, IdflowError)
    assert isinstance(idflow("instance", "retry", instance_id).exception, IdflowError)


def test_there_is_a_template_for_every_activity_and_for_the_form(idflow: Idflow, tmp_path: Path) -> None:
    output = tmp_path / "idflow.json"
    assert idflow("templates", "--output", output).exit_code == 0
    templates = {template["id"]: template for template in json.loads(output.read_text())}
    assert templates.keys() == {f"idflow.{each}" for each in (*ACTIVITIES, "custom-data-form")}
    get_user = {entry["id"]: entry for entry in templates["idflow.get-user"]["properties"] if "label" in entry}
    assert list(get_user) == ["storeName", "userExternalId", "userId", "userKey"]
    assert get_user["storeName"]["constraints"] == {"notEmpty": True}
    assert get_user["userKey"]["value"] == "user1"
    assert get_user["userId"]["optional"] is True


def test_decisions_are_deployed_and_named(idflow: Idflow) -> None:
    file = bpmn.FOLDER.parent / "tests" / "dmn" / "second_factor.dmn"
    assert "decision secondFactor version 1: deployed" in idflow("deploy", file).output.splitlines()
    assert "decision secondFactor version 1: unchanged" in idflow("deploy", file).output.splitlines()
