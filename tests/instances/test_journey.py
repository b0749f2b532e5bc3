import base64
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

import bpmn
from engine import demo
from engine.errors import Gone
from engine.instances import Step
from engine.store.models import InstanceStatus, TotpCredential
from engine.variables import SecretReference
from tests import stored

BINDING = b"b" * 32


def shown(installation: Any, step: Step, name: str) -> str:
    reference = step.variables["_identityStore"]["currentTOTP"][name]
    assert isinstance(reference, SecretReference)
    return str(installation.call(lambda application: application.journeys.reveal(step, reference)))


def test_the_journey_reopened_between_every_step(installation: Any) -> None:
    instance_id = installation.begin()
    step = installation.step(instance_id)
    assert step.status is InstanceStatus.ACTIVE
    assert step.process == "Get Current TOTP Registration"
    assert step.task is not None
    assert (step.task.element_id, step.task.form.name) == (step.task.element_id, "ShowCurrentTOTP")
    assert step.task.form_data_key == "ShowCurrentTOTP"
    totp = step.variables["_identityStore"]["currentTOTP"]
    assert {key: totp[key] for key in ("issuer", "accountName", "digits", "period", "algorithm")} == {
        "issuer": "Idflow Demo",
        "accountName": "user1",
        "digits": 6,
        "period": 30,
        "algorithm": "SHA1",
    }
    assert installation.step(instance_id) == step

    answers = installation.call(lambda app: app.journeys.submit(instance_id, BINDING, step.task.id, {}))
    assert not answers.errors
    ended = installation.step(instance_id)
    assert (ended.status, ended.task) == (InstanceStatus.COMPLETED, None)
    assert ended.end is not None
    assert ended.end.name == "Finished"
    assert ended.end.documentation

    detail = installation.call(lambda app: app.views.show(instance_id))
    events = [(entry.event, entry.element_id) for entry in detail.history]
    names = [event for event, _ in events]
    assert names == ["started", *["completed"] * 3, "waiting", "submitted", *["completed"] * 2, "ended"]
    assert [entry.seq for entry in detail.history] == list(range(1, len(events) + 1))


def test_a_code_from_the_shown_uri_is_the_one_from_the_stored_secret(installation: Any) -> None:
    step = installation.step(installation.begin())
    uri, secret = shown(installation, step, "qrCodeString"), shown(installation, step, "secret")
    with installation.open().database.read() as session:
        credential = session.query(TotpCredential).one()
    assert base64.b32decode(secret) != credential.secret
    assert parse_qs(urlsplit(uri).query)["secret"] == [secret]
    scanned = pyotp.parse_uri(uri)
    assert isinstance(scanned, pyotp.TOTP)
    assert scanned.at(1_700_000_000) == pyotp.TOTP(secret).at(1_700_000_000)
    assert (scanned.issuer, scanned.name) == ("Idflow Demo", "user1")


@pytest.mark.parametrize("fork", ["ended", "other", "no task"])
def test_a_secret_is_revealed_only_to_the_instance_that_shows_it(installation: Any, fork: str) -> None:
    instance_id = installation.begin()
    step = installation.step(instance_id)
    reference = step.variables["_identityStore"]["currentTOTP"]["secret"]
    if fork == "other":
        other = installation.call(lambda app: app.journeys.begin(installation.link, b"o" * 32))
        step = installation.call(lambda app: app.journeys.step(other, b"o" * 32))
    else:
        installation.call(lambda app: app.journeys.submit(instance_id, BINDING, step.task.id, {}))
        step = installation.step(instance_id)
    with pytest.raises(Gone):
        installation.call(lambda app: app.journeys.reveal(step, reference))


def test_no_secret_is_in_the_files_of_the_installation(installation: Any) -> None:
    instance_id = installation.begin()
    step = installation.step(instance_id)
    secret, uri = shown(installation, step, "secret"), shown(installation, step, "qrCodeString")
    installation.call(lambda app: app.journeys.submit(instance_id, BINDING, step.task.id, {}))
    raw = base64.b32decode(secret + "=" * (-len(secret) % 8))
    forms = [secret, raw.hex(), base64.b64encode(raw).decode(), uri]
    files = [each.read_bytes() for each in installation.settings.data.rglob("*") if each.is_file()]
    for content in (*files, installation.call(lambda app: stored.content(app.database))):
        assert raw not in content
        assert not [form for form in forms if form.encode() in content or form.lower().encode() in content]
    shown_to_operators = str(installation.call(lambda app: app.views.show(instance_id)))
    assert secret not in shown_to_operators


def test_the_demo_user_is_registered_once_and_the_link_renewed(installation: Any) -> None:
    again = installation.call(lambda app: demo.install(app, bpmn.journeys()))
    assert again != installation.link
    with installation.open().database.read() as session:
        assert session.query(TotpCredential).count() == 1


def test_a_waiting_instance_keeps_the_process_and_the_form_that_it_began_with(
    installation: Any, process: str, form: str
) -> None:
    begun = installation.begin()
    installation.deploy(process.replace("Finished", "All done"), form.replace("Copy key", "Copy the key"))
    later = installation.call(lambda app: app.journeys.begin(installation.link, b"o" * 32))
    old, new = installation.step(begun), installation.call(lambda app: app.journeys.step(later, b"o" * 32))
    assert (old.task.form.version, new.task.form.version) == (1, 2)
    for instance_id, binding, step in ((begun, BINDING, old), (later, b"o" * 32, new)):
        installation.call(lambda app, i=instance_id, b=binding, s=step: app.journeys.submit(i, b, s.task.id, {}))
    ends = [installation.step(begun).end, installation.call(lambda app: app.journeys.step(later, b"o" * 32)).end]
    assert [end.name for end in ends] == ["Finished", "All done"]


def test_the_time_in_expressions_is_the_installations(installation: Any, process: str, clock: Any) -> None:
    begun = clock.now().isoformat()
    output = '<zeebe:output source="=string(now())" target="begunAt" />'
    installation.deploy(process.replace("</zeebe:ioMapping>", f"{output}</zeebe:ioMapping>", 1))
    step = installation.step(installation.begin())
    assert step.variables["begunAt"].removesuffix("Z") == begun.removesuffix("+00:00")
