"""What an operator does to an instance: asked first, done once, audited with the account, refused with a reason."""

from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask

import bpmn
from engine import demo
from engine.accounts import Permission, permissions
from engine.application import Application
from engine.deployment import File
from engine.variables import MASK
from tests.webui.backoffice.conftest import Operator, People, audited
from webui.backoffice.instance_actions import ACTIONS

pytestmark = pytest.mark.usefixtures("journeys")

INSTANCES = "/backoffice/instances"
MENDED = '{"externalId": "user1"}'


def status(application: Application, instance_id: str) -> str:
    return application.views.show(instance_id).record.status.value


def do(operator: Operator, instance_id: str, name: str, **fields: str) -> Any:
    """Confirm, having seen the page that asks."""
    asked = operator.get(f"{INSTANCES}/{instance_id}/{name}")
    assert asked.status_code == 200, asked.text
    revision = asked.text.partition('name="revision" value="')[2].partition('"')[0]
    return operator.post(f"{INSTANCES}/{instance_id}/{name}", revision=revision, **fields)


def test_an_incident_is_mended_and_retried(operator: Operator, people: People, application: Application) -> None:
    instance_id = people.begin("nobody")
    assert do(operator, instance_id, "change", variables=MENDED, reason="typing error").status_code == 303
    done = do(operator, instance_id, "retry", reason="mended")
    assert done.location == f"{INSTANCES}/{instance_id}?done=instance-retry"
    assert "The step was tried again." in operator.get(done.location).text
    assert status(application, instance_id) == "ACTIVE"
    assert audited(application, "instance_changed", "instance_retried") == [
        ("instance_changed", {"reason": "typing error", "by": "admin", "names": "externalId"}),
        ("instance_retried", {"reason": "mended", "by": "admin", "element": "get_user"}),
    ]


def test_an_instance_stands_still_goes_on_and_ends(
    operator: Operator, people: People, application: Application
) -> None:
    instance_id = people.begin()
    for name, now in (("suspend", "SUSPENDED"), ("resume", "ACTIVE"), ("cancel", "CANCELLED")):
        assert do(operator, instance_id, name).status_code == 303
        assert status(application, instance_id) == now
    events = audited(application, "instance_suspended", "instance_resumed", "instance_cancelled")
    assert [detail["by"] for _, detail in events] == ["admin"] * 3
    page = operator.get(f"{INSTANCES}/{instance_id}").text
    assert not [each.label for each in ACTIONS if f'/{each.name}"' in page]


def test_nothing_happens_before_it_is_confirmed(operator: Operator, people: People, application: Application) -> None:
    instance_id = people.begin("nobody")
    before = application.views.show(instance_id)
    for each in ACTIONS:
        operator.get(f"{INSTANCES}/{instance_id}/{each.name}")
        path = f"{INSTANCES}/{instance_id}/{each.name}"
        forged = operator.client.post(
            path, data={"variables": MENDED, "csrf_token": "made-up"}, environ_base=operator.environment
        )
        assert forged.status_code == 400, each.name
    assert application.views.show(instance_id) == before


def test_an_identity_step_is_jumped_over_only_on_purpose(
    operator: Operator, people: People, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance_id = people.begin("nobody")
    refused = do(operator, instance_id, "skip", reason="known in person")
    assert refused.status_code == 422
    for said in ("This would jump over", "I mean to jump over it", "known in person"):
        assert said in refused.text
    with monkeypatch.context() as patched:
        others = frozenset(Permission) - {Permission.INSTANCES_SKIP_IDENTITY}
        patched.setattr(permissions, "ROLES", {"administrator": others})
        assert "Your account is not permitted to jump over such steps" in do(operator, instance_id, "skip").text
        assert do(operator, instance_id, "skip", identity="yes").status_code == 403
    assert status(application, instance_id) == "INCIDENT"
    assert do(operator, instance_id, "move", element="finished").status_code == 422
    assert do(operator, instance_id, "move", element="finished", identity="yes", reason="ok").status_code == 303
    assert status(application, instance_id) == "COMPLETED"
    (event,) = audited(application, "identity_step_skipped")
    assert event[1]["by"] == "admin"


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ("", "Write what to set as JSON"),
        ("{", "This is no JSON: line 1"),
        ("[1]", "Write a JSON object"),
        ('{"x": NaN}', "This is no JSON"),
        ('{"_identityStore": {}}', "own"),
        ('{"processvar": 1}', "own"),
        ('{"a b": 1}', "cannot name a variable"),
        (f'{{"secret": "{MASK}"}}', "A secret cannot be set"),
        ('{"secret": "\\u2022\\u2022\\u2022\\u2022\\u2022\\u2022"}', "A secret cannot be set"),
        ('{"deep": ' + "[" * 500 + "]" * 500 + "}", "inside each other"),
        ('{"large": "' + "x" * 300_000 + '"}', "are allowed"),
    ],
)
def test_variables_that_cannot_be_set_are_refused_and_nothing_written_is_lost(
    operator: Operator, people: People, application: Application, variables: str, said: str
) -> None:
    instance_id = people.begin()
    before = application.views.show(instance_id).variables
    refused = do(operator, instance_id, "change", variables=variables, reason="my reason")
    assert refused.status_code == 422
    assert said in refused.text
    assert "my reason" in refused.text
    assert application.views.show(instance_id).variables == before


def test_nobody_forges_a_secret(operator: Operator, people: People, application: Application) -> None:
    instance_id = people.begin()
    totp = application.views.show(instance_id).variables["_identityStore"]
    forged = '{"mine": {"kind": "totp-secret", "id": "x", "instance_id": "%s"}, "list": [["mine"], "totp-secret"]}'
    assert do(operator, instance_id, "change", variables=forged % instance_id).status_code == 303
    kept = application.views.show(instance_id).variables
    assert (kept["mine"]["kind"], kept["_identityStore"]) == ("totp-secret", totp)


def test_an_instance_gets_to_another_version_by_a_plan(
    operator: Operator, people: People, application: Application
) -> None:
    process = (bpmn.FOLDER / demo.PROCESS / f"{demo.PROCESS}.bpmn").read_text()
    instance_id = people.begin()
    assert "There is no other version" in operator.get(f"{INSTANCES}/{instance_id}/migrate").text
    application.deploy([File("p.bpmn", process.replace("show_current_totp", "show_it").encode())])
    application.deploy([File("p.bpmn", process.replace('name="Get User"', 'name="Find User"').encode())])
    page = operator.get(f"{INSTANCES}/{instance_id}/migrate").text
    assert "Nothing is against it." in page
    page = operator.get(f"{INSTANCES}/{instance_id}/migrate?version=2").text
    assert "The instance cannot get to version 2 like this" in page
    assert 'type="hidden" name="version"' not in page
    page = operator.get(f"{INSTANCES}/{instance_id}/migrate?version=2&map.show_current_totp=show_it").text
    assert 'name="map.show_current_totp" value="show_it"' in page
    refused = do(operator, instance_id, "migrate", version="2")
    assert refused.status_code == 422
    assert "The instance cannot be moved" in refused.text
    fields = {"version": "2", "map.show_current_totp": "show_it", "reason": "renamed"}
    assert do(operator, instance_id, "migrate", **fields).status_code == 303
    assert application.views.show(instance_id).record.version == 2
    assert application.journeys.step(instance_id, people.bindings[instance_id]).task is not None


def test_whoever_has_seen_an_older_state_is_told_and_loses_nothing(
    operator: Operator, people: People, application: Application
) -> None:
    instance_id = people.begin()
    page = operator.get(f"{INSTANCES}/{instance_id}/change").text
    seen = page.partition('name="revision" value="')[2].partition('"')[0]
    application.operations.change(instance_id, {"other": 1}, by="ada")
    late = operator.post(f"{INSTANCES}/{instance_id}/change", revision=seen, variables='{"mine": 2}', reason="mine")
    assert late.status_code == 409
    for said in ("somebody else did something to it", "{&#34;mine&#34;: 2}", 'value="mine"'):
        assert said in late.text
    assert "mine" not in application.views.show(instance_id).variables
    now = late.text.partition('name="revision" value="')[2].partition('"')[0]
    again = operator.post(f"{INSTANCES}/{instance_id}/change", revision=now, variables='{"mine": 2}')
    assert again.status_code == 303
    people.finish(instance_id)
    over = operator.post(f"{INSTANCES}/{instance_id}/cancel", revision=now)
    assert over.status_code == 409
    assert "This cannot be done: the instance is completed." in over.text


def test_of_two_operators_at_once_one_is_told_that_the_other_was_first(
    app: Flask, operator: Operator, people: People, application: Application
) -> None:
    instance_id = people.begin()
    page = operator.get(f"{INSTANCES}/{instance_id}/cancel").text
    revision = page.partition('name="revision" value="')[2].partition('"')[0]
    other = Operator(app)
    other.sign_in()
    other.get(f"{INSTANCES}/{instance_id}/cancel")
    together, answers = Barrier(2), []

    def cancel(who: Operator) -> None:
        together.wait()
        answers.append(who.post(f"{INSTANCES}/{instance_id}/cancel", revision=revision).status_code)

    threads = [Thread(target=cancel, args=(who,)) for who in (operator, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 409]
    assert len(audited(application, "instance_cancelled")) == 1


def test_no_action_is_open_to_an_account_without_its_permission(
    operator: Operator, people: People, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance_id = people.begin("nobody")
    operator.get(f"{INSTANCES}/{instance_id}/cancel")
    monkeypatch.setattr(permissions, "ROLES", {"administrator": frozenset({Permission.INSTANCES_VIEW})})
    page = operator.get(f"{INSTANCES}/{instance_id}").text
    listed = operator.get(INSTANCES).text
    for each in ACTIONS:
        assert operator.post(f"{INSTANCES}/{instance_id}/{each.name}").status_code == 403, each.name
        assert f'/{each.name}"' not in page + listed
    assert operator.post(f"{INSTANCES}/{instance_id}/export").status_code == 403
    assert status(application, instance_id) == "INCIDENT"


def test_an_instance_that_is_not_there_has_no_pages(operator: Operator, people: People) -> None:
    people.begin()
    operator.get(INSTANCES)
    for path in ("report", "export", *(each.name for each in ACTIONS)):
        assert operator.get(f"{INSTANCES}/{'0' * 24}/{path}").status_code == 404, path
    for each in ACTIONS:
        fields = {"variables": MENDED, "element": "finished", "version": "1"}
        assert operator.post(f"{INSTANCES}/{'0' * 24}/{each.name}", **fields).status_code == 404, each.name
    assert operator.get(f"/backoffice/api/live/instances/{'0' * 24}").status_code == 404
