from collections.abc import Iterator
from pathlib import Path

import pytest

import bpmn
from engine import demo
from engine.application import Application
from engine.config import Settings
from engine.deployment import File
from engine.errors import InvalidDeployment
from engine.instances import InstanceRecord
from engine.mail import Capture, SecretInMail
from engine.variables import SecretReference
from forms import FormJs
from service_tasks import ACTIVITIES
from tests.conftest import ManualClock
from tests.mail.drawing import GIVEN, diagram
from tests.service_tasks.conftest import Bench

BINDING = b"b" * 32


class Desk:
    """An installation that keeps its mails, or has no mail server."""

    def __init__(self, folder: Path, capture: Capture | None) -> None:
        self.capture = capture or Capture()
        self.application = Application.open(
            Settings(data=folder), activities=ACTIVITIES, forms=FormJs(), clock=ManualClock(), transport=capture
        )
        self.started = 0

    def deploy(self, **changed: str) -> None:
        self.application.deploy([File("p.bpmn", diagram(GIVEN | changed).encode())])

    def run(self, **variables: object) -> InstanceRecord:
        self.started += 1
        instance_id = self.application.journeys.start("p", variables, self.started.to_bytes(32))
        self.application.work_due()
        return self.application.views.show(instance_id).record

    @property
    def recipients(self) -> list[str]:
        return [recipient for _, recipient in self.capture.mails]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path, Capture())
    yield desk
    desk.application.close()


def problems(desk: Desk, **changed: str) -> list[str]:
    with pytest.raises(InvalidDeployment) as raised:
        desk.deploy(**changed)
    return [problem.code for problem in raised.value.problems]


def test_its_parameters() -> None:
    parameters = ACTIVITIES["send-email"].parameters
    assert [each.label for each in parameters] == ["To", "Subject", "Body", "Cc", "Reply-To"]
    assert [each.key for each in parameters if not each.required] == ["cc", "replyTo"]


def test_the_process_goes_on_and_the_mail_follows(desk: Desk) -> None:
    desk.deploy(cc="b@example.com, c@example.com", replyTo="help@example.com")
    record = desk.run(email="alice@example.com", name="Alice")
    assert (record.status, record.element_id) == ("COMPLETED", "sent")
    assert sorted(desk.recipients) == ["alice@example.com", "b@example.com", "c@example.com"]
    message, _ = desk.capture.mails[0]
    assert (message["Subject"], message["Cc"], message["Reply-To"]) == (
        "Hello Alice",
        "b@example.com, c@example.com",
        "help@example.com",
    )
    text, html = (part.get_content() for part in message.iter_parts())
    assert text.strip() == "Dear **Alice**"
    assert "<p>Dear <strong>Alice</strong></p>" in html


@pytest.mark.parametrize("email", ["", None, "alice", "alice@example.com\r\nBcc: eve@example.com", "ålice@example.com"])
def test_an_address_that_is_none_is_an_outcome(desk: Desk, email: str | None) -> None:
    desk.deploy()
    record = desk.run(email=email, name="Alice")
    assert (record.status, record.element_id) == ("COMPLETED", "unsent")
    assert desk.recipients == []


def test_what_a_person_entered_is_only_ever_text(desk: Desk) -> None:
    desk.deploy(subject="Hello", body="Dear {{name}}")
    desk.run(email="a@example.com", name="[x](https://evil.example) <b>{{email}}")
    _, html = desk.capture.mails[0][0].iter_parts()
    assert "Dear [x](https://evil.example) &lt;b&gt;{{email}}" in html.get_content()


def test_a_line_break_in_a_subject_sends_nothing(desk: Desk) -> None:
    desk.deploy()
    record = desk.run(email="a@example.com", name="Alice\r\nBcc: eve@example.com")
    assert (record.status, record.element_id) == ("INCIDENT", "send")
    assert "The subject of a mail is one line" in (record.message or "")
    assert "eve" not in (record.message or "")
    assert desk.recipients == []


def test_without_a_mail_server_it_is_an_incident_that_says_what_to_set(tmp_path: Path) -> None:
    desk = Desk(tmp_path, None)
    try:
        desk.deploy()
        record = desk.run(email="a@example.com", name="Alice")
    finally:
        desk.application.close()
    assert (record.status, record.element_id) == ("INCIDENT", "send")
    assert "IDFLOW_SMTP_HOST" in (record.message or "")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"to": "alice"}, "mail.address"),
        ({"cc": "a@example.com;b@example.com"}, "mail.address"),
        ({"replyTo": "a@example.com,b@example.com"}, "mail.address"),
        ({"subject": "=name"}, "mail.expression"),
        ({"body": '="Dear " + name'}, "mail.expression"),
        ({"subject": "{{"}, "mail.text"),
        ({"body": "{{processvar._identityStore.currentTOTP.secret}}"}, "mail.text"),
        ({"body": "![a](https://example.com/a.png)"}, "mail.text"),
    ],
)
def test_what_cannot_be_sent_cannot_be_deployed(desk: Desk, changed: dict[str, str], code: str) -> None:
    assert problems(desk, **changed) == [code]


def test_a_secret_never_gets_into_a_mail(bench: Bench) -> None:
    bench.variables["key"] = SecretReference("totp-secret", bench.credential.id, "i")
    for texts in ({"subject": "s", "body": "{{ key }}"}, {"subject": "{{ key }}", "body": "b"}):
        with pytest.raises(SecretInMail, match="key is or holds a secret"):
            bench.run("send-email", to="a@example.com", **texts)


def test_get_totp_tells_the_user(tmp_path: Path) -> None:
    capture = Capture()
    application = Application.open(
        Settings(data=tmp_path), activities=ACTIVITIES, forms=FormJs(), clock=ManualClock(), transport=capture
    )
    try:
        demo.install(application, bpmn.journeys())
        with application.database.write() as session:
            store = application.identity.store(session, demo.STORE)
            user = application.identity.create_user(
                session, store, external_id="mailed", attributes={"email": "mailed@example.com"}
            )
            application.identity.register_totp(session, user, application.identity.policy(session, demo.POLICY))
        application.journeys.start(demo.PROCESS, {"externalId": "mailed"}, BINDING)
        application.work_due()
    finally:
        application.close()
    ((message, recipient),) = capture.mails
    assert recipient == "mailed@example.com"
    assert message["Subject"] == "Your authenticator key was shown again"
