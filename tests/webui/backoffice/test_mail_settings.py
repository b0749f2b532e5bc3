"""The page of the mail server: what is saved is used for the next mail, and the password never leaves."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from engine.adjustments import MAIL
from engine.application import Application
from engine.config import Security, Settings, SmtpSettings
from forms import FormJs
from service_tasks import ACTIVITIES
from tests.conftest import ManualClock
from tests.mail.conftest import LETTER, Server
from tests.webui.backoffice.conftest import PASSWORD as OWN
from tests.webui.backoffice.conftest import Operator, audited
from webui import create_app

PAGE = "/backoffice/settings/mail"
PASSWORD = "open-sesame-of-the-relay"


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()


def given(port: int | str = "", **changed: str) -> dict[str, str]:
    usual = {"host": "localhost", "security": "none", "port": str(port), "sender": "noreply@bank.example"}
    return {"revision": "0", "user": "", "sender_name": "", "timeout": "5", "password": "", **usual, **changed}


def signing_in(**changed: str) -> dict[str, str]:
    return given(security="starttls", user="relay", password=PASSWORD, **changed)


def send(application: Application) -> None:
    with application.write() as session:
        application.mail.post(session, LETTER)
    application.work_due()


def test_the_next_mail_goes_to_the_server_that_was_saved(
    operator: Operator, application: Application, server: Server
) -> None:
    assert "No mail is sent" in operator.get(PAGE).text
    saved = operator.post(PAGE, **given(server.port))
    assert saved.status_code == 303, saved.text
    send(application)
    assert [each[:2] for each in server.mails] == [("noreply@bank.example", "alice@example.com")]
    second = Server()
    try:
        operator.get("/backoffice/settings/branding")
        name = {
            "name": "Example Bank",
            "accent": "#3f4fd6",
            "dark_accent": "#a3adff",
            "corners": "slight",
            "revision": "0",
        }
        operator.post("/backoffice/settings/branding", **name)
        operator.post(PAGE, **given(second.port, revision="1"))
        send(application)
        assert second.message()["From"] == "Example Bank <noreply@bank.example>"
        assert len(server.mails) == 1
    finally:
        second.stop()


def test_a_test_mail_says_what_the_server_said(operator: Operator, application: Application, server: Server) -> None:
    operator.get(PAGE)
    assert "no mail server yet" in operator.post(f"{PAGE}/test", address="ada@example.com").text
    operator.post(PAGE, **given(server.port))
    taken = operator.post(f"{PAGE}/test", address="ada@example.com")
    assert "The mail was taken." in taken.text
    assert "<code>250 OK</code>" in taken.text
    assert server.message()["Subject"] == "A test mail from Idflow"
    server.answers["RCPT"] = ["550 5.1.1 <ada@example.com>: no such <b>user</b>"]
    refused = operator.post(f"{PAGE}/test", address="ada@example.com")
    assert "did not agree to the recipient" in refused.text
    assert "<code>550 5.1.1 &lt;ada@example.com&gt;: no such &lt;b&gt;user&lt;/b&gt;</code>" in refused.text
    assert operator.post(f"{PAGE}/test", address="nobody").status_code == 422
    assert [detail for _, detail in audited(application, "mail_tested")] == [
        {"by": "admin", "taken": True},
        {"by": "admin", "taken": False},
    ]
    operator.post(PAGE, **given(1, revision="1"))
    assert "Nothing listens at localhost, port 1." in operator.post(f"{PAGE}/test", address="ada@example.com").text


def test_a_password_is_never_sent_back_and_kept_until_it_is_changed(
    operator: Operator, application: Application, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    operator.get(PAGE)
    pages = [operator.post(PAGE, **signing_in())]
    pages += [operator.get(PAGE), operator.post(PAGE, **signing_in(revision="1", host="no host"))]
    assert application.adjustments.state(MAIL).values.password == PASSWORD
    pages.append(operator.post(PAGE, **signing_in(revision="1", timeout="7") | {"password": ""}))
    assert application.adjustments.state(MAIL).values.password == PASSWORD
    assert application.adjustments.state(MAIL).values.timeout == 7
    pages.append(operator.post(PAGE, **signing_in(revision="1", timeout="8")))
    assert pages[-1].status_code == 409
    operator.get("/backoffice/audit")
    assert not any(PASSWORD in page.text for page in pages)
    assert PASSWORD not in capsys.readouterr().out
    assert not any(PASSWORD.encode() in file.read_bytes() for file in settings.data.rglob("*") if file.is_file())
    operator.post(PAGE, **signing_in(revision="2") | {"password": "", "user": ""})
    assert application.adjustments.state(MAIL).values.password is None


@pytest.mark.parametrize("changed", [{"host": "elsewhere.example"}, {"port": "2525"}, {"security": "tls"}])
def test_a_password_is_not_given_to_another_server(
    operator: Operator, application: Application, changed: dict[str, str]
) -> None:
    operator.get(PAGE)
    operator.post(PAGE, **signing_in())
    refused = operator.post(PAGE, **signing_in(revision="1") | {"password": "", **changed})
    assert refused.status_code == 422
    assert "Type the password again" in refused.text
    assert application.adjustments.state(MAIL).revision == 1
    assert operator.post(PAGE, **signing_in(revision="1") | changed).status_code == 303


def test_a_mail_that_was_given_up_is_listed_and_sent_again(
    operator: Operator, application: Application, server: Server
) -> None:
    operator.get(PAGE)
    operator.post(PAGE, **given(server.port))
    server.answers["RCPT"] = ["550 5.1.1 no such user"]
    send(application)
    page = operator.get(PAGE)
    assert "The mail server answered 550 5.1.1 to the recipient." in page.text
    assert "alice" not in page.text
    (retry,) = re.findall(r'action="([^"]+/retry)"', page.text)
    assert operator.post(retry).status_code == 303
    application.work_due()
    assert [each[1] for each in server.mails] == ["alice@example.com"]
    assert "/retry" not in operator.get(PAGE).text
    assert operator.post(retry).status_code == 404


@pytest.fixture
def fixed(settings: Settings, clock: ManualClock, one_time: str) -> Iterator[Any]:
    """The same installation with a mail server in its environment."""
    smtp = SmtpSettings("relay.example", 2525, "noreply@bank.example", Security.TLS, "relay", PASSWORD)
    given = replace(settings, smtp=smtp)
    application = Application.open(given, activities=ACTIVITIES, forms=FormJs(), clock=clock)
    yield application
    application.close()


def test_what_the_environment_sets_is_shown_with_its_name_and_cannot_be_changed(
    operator: Operator, fixed: Application
) -> None:
    person = Operator(create_app(fixed))
    person.sign_in(OWN)
    page = person.get(PAGE)
    assert "Set by <code>IDFLOW_SMTP_HOST</code>" in page.text
    assert 'id="host" value="relay.example" readonly' in page.text
    assert 'id="password" value="Set" readonly' in page.text
    assert PASSWORD not in page.text
    assert ">Save<" not in page.text
    person.post(PAGE, **given("25", host="evil.example"))
    assert fixed.adjustments.state(MAIL).values.host == "relay.example"
    assert fixed.adjustments.state(MAIL).saved.host is None
