"""What goes wrong, and what the designer, the operator and the end user then see."""

from typing import Any

import pytest

from engine import demo
from engine.errors import InvalidDeployment
from engine.store.models import (
    CredentialStatus,
    InstanceStatus,
    Redisplay,
    TotpCredential,
    TotpPolicy,
    User,
    UserStatus,
)
from tests.instances.stopping import stopped_at


def test_an_unknown_user_stops_the_instance_at_get_user(installation: Any) -> None:
    element, message, _ = stopped_at(installation, externalId="nobody")
    assert element == "get_user"
    assert "nobody" in message


def test_an_unknown_store_stops_the_instance_at_get_user(installation: Any, process: str) -> None:
    installation.deploy(process.replace('source="demo" target="storeName"', 'source="elsewhere" target="storeName"'))
    element, message, _ = stopped_at(installation)
    assert element == "get_user"
    assert "elsewhere" in message


def test_an_unknown_policy_stops_the_instance_at_get_totp(installation: Any, process: str) -> None:
    installation.deploy(process.replace('source="demo" target="totpPolicy"', 'source="strict" target="totpPolicy"'))
    element, message, _ = stopped_at(installation)
    assert element == "get_totp"
    assert "strict" in message


def test_a_parameter_that_is_null_at_run_time_stops_the_instance(installation: Any, process: str) -> None:
    installation.deploy(process.replace('source="demo" target="totpPolicy"', 'source="=policy" target="totpPolicy"'))
    element, message, _ = stopped_at(installation)
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
    element, message, instance_id = stopped_at(installation, externalId="new")
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
    element, _, instance_id = stopped_at(installation)
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
