"""What an editor of processes is told of activities and of what their parameters can refer to."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.activity import Activity
from engine.application import Application
from engine.config import Settings
from engine.deployment import File
from engine.designer_data import choices, describe
from forms import FormJs
from service_tasks import ACTIVITIES
from tests.instances.drawing import FORM, FORM_FILE, drawn

DESCRIBED = {each["template"]: each for each in describe(ACTIVITIES.values())}


def parameters(template: str) -> dict[str, dict[str, Any]]:
    return {each["key"]: each for each in DESCRIBED[template]["parameters"]}


def test_the_labels_are_those_of_the_guide() -> None:
    user = ["Store Name", "User External ID", "User ID", "User Key"]
    totp = ["Store Name", "TOTP Policy", "User External ID", "User ID", "User Key"]
    assert [each["label"] for each in DESCRIBED["idflow.get-user"]["parameters"]] == user
    assert [each["label"] for each in DESCRIBED["idflow.get-totp"]["parameters"]] == totp
    form = [each["label"] for each in DESCRIBED["idflow.custom-data-form"]["parameters"]]
    assert form[:3] == ["Data form name", "Data form version", "Form data Key"]


def test_parameters_say_what_they_refer_to() -> None:
    assert {key: each["names"] for key, each in parameters("idflow.get-totp").items()} == {
        "storeName": "identity-store",
        "totpPolicy": "totp-policy",
        "userExternalId": None,
        "userId": None,
        "userKey": None,
    }
    form = parameters("idflow.custom-data-form")
    assert (form["formId"]["names"], form["versionTag"]["names"]) == ("form", "form-version")
    assert [form[key]["kind"] for key in ("readonly", "maxAttempts")] == ["flag", "integer"]
    assert parameters("idflow.update-user")["status"]["kind"] == "choice"
    assert parameters("idflow.update-user")["userAttributes"]["kind"] == "context"


@pytest.mark.parametrize("activity", ACTIVITIES.values(), ids=ACTIVITIES.keys())
def test_everything_that_is_declared_is_told(activity: type[Activity]) -> None:
    told = DESCRIBED[f"idflow.{activity.type}"]
    assert list(parameters(told["template"])) == [each.key for each in activity.parameters]
    assert [each["code"] for each in told["errors"]] == [each.__name__ for each in activity.errors]
    assert all(each["description"] for each in told["errors"])
    for written, said in zip(activity.writes, told["writes"], strict=True):
        assert (said["path"], said["fields"]) == (written.path, list(written.fields))
        keys = {each.key for each in activity.parameters}
        assert all(f"{{{key}}}" in written.path for key in keys if key in written.path)
    assert all(each.help for each in activity.writes)


def test_choices_are_what_there_is(tmp_path: Path) -> None:
    decision = Path(__file__).parents[1] / "dmn" / "second_factor.dmn"
    process = drawn({"p": ("start s", "end e", "s -> e")})
    later = json.dumps({**FORM, "title": "About you", "versionTag": "beta"}).encode()
    application = Application.open(Settings(data=tmp_path), activities=ACTIVITIES, forms=FormJs())
    try:
        application.deploy([FORM_FILE, File.at(decision), File("p.bpmn", process)])
        application.deploy([File("f.form", later)])
        with application.database.write() as session:
            application.identity.create_store(session, "customers")
            application.identity.create_policy(session, "default", issuer="Example Bank")
            found = choices(session, application.definitions, lambda name: f"/forms/{name}")
    finally:
        application.close()
    assert found["identity-store"] == [{"value": "customers", "label": "customers"}]
    assert found["totp-policy"] == [{"value": "default", "label": "default"}]
    [form] = found["form"]
    assert (form["value"], form["label"], form["url"]) == ("Form", "About you", "/forms/Form")
    assert [each["value"] for each in form["versions"]] == ["beta", "1"]
    assert found["process"] == [{"value": "p", "label": "p"}]
    assert "secondFactor" in [each["value"] for each in found["decision"]]
