from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.adjustments import MAIL, MailSettings
from engine.errors import IdflowError
from engine.mail import EmailAddressInvalid, MailNotConfigured, MailNotFound, MailRefused
from tests.mail.conftest import LETTER, Server
from tests.mail.drawing import GIVEN, diagram
from webui import cli
from webui.cli.options import open_application, settings

Idflow = Callable[..., Result]


@pytest.fixture
def idflow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> Idflow:
    for name, value in {
        "DATA": tmp_path / "var",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": server.port,
        "SMTP_SECURITY": "none",
        "SMTP_FROM": "noreply@bank.example",
    }.items():
        monkeypatch.setenv(f"IDFLOW_{name}", str(value))
    return lambda *arguments: CliRunner().invoke(cli.idflow, ["mail", *arguments])


def failure(result: Result, kind: type[IdflowError]) -> IdflowError:
    assert isinstance(result.exception, kind), result.output
    return result.exception


def test_a_test_mail_is_sent_at_once_without_an_installation(idflow: Idflow, server: Server, tmp_path: Path) -> None:
    result = idflow("test", "alice@example.com")
    assert result.output == f"127.0.0.1:{server.port} (none) has taken a mail for alice@example.com.\n"
    assert server.message()["Subject"] == "A test mail from Idflow"
    assert not (tmp_path / "var").exists()


def test_it_says_why_it_could_not_be_sent(idflow: Idflow, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.answers["MAIL"] = ["550 5.7.1 Relaying denied"]
    assert "550 5.7.1" in failure(idflow("test", "alice@example.com"), MailRefused).message
    failure(idflow("test", "alice"), EmailAddressInvalid)
    monkeypatch.delenv("IDFLOW_SMTP_HOST")
    assert "IDFLOW_SMTP_HOST" in failure(idflow("test", "alice@example.com"), MailNotConfigured).message


def test_a_mail_that_was_refused_is_listed_and_sent_again(idflow: Idflow, server: Server) -> None:
    application = open_application(settings())
    try:
        server.answers["MAIL"] = ["550 5.7.1 Relaying denied"]
        with application.write() as session:
            application.mail.post(session, LETTER)
        application.work_due()
        (failed,) = application.background.failed_mails()
        assert f"{failed.id}  " in (listed := idflow("list").output)
        assert "550 5.7.1 to the sender" in listed
        assert "alice" not in listed
        assert idflow("retry", failed.id).exit_code == 0
        assert idflow("list").output == ""
        application.work_due()
    finally:
        application.close()
    assert len(server.mails) == 1
    failure(idflow("retry", failed.id), MailNotFound)


@pytest.mark.usefixtures("idflow")
def test_a_played_journey_shows_its_mails(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "p.bpmn"
    file.write_text(diagram(GIVEN | {"to": "a@example.com, b@example.com"}))
    result = CliRunner().invoke(cli.idflow, ["play", str(file), "--set", "name=Alice"])
    assert result.exit_code == 0, result.output
    for recipient in ("a@example.com", "b@example.com"):
        assert f"--- Mail to {recipient}: Hello Alice\nDear **Alice**\n" in result.output
    assert server.mails == []


def test_a_test_mail_goes_to_the_server_that_was_saved_in_the_browser(
    idflow: Idflow, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("IDFLOW_SMTP_HOST")
    application = open_application(settings())
    given = {"host": "127.0.0.1", "port": server.port, "security": "none", "sender": "other@bank.example"}
    application.adjustments.save(MAIL, MailSettings.read(given), seen=0, by="ada")
    application.close()
    assert "has taken a mail for alice@example.com" in idflow("test", "alice@example.com").output
    assert server.message()["From"] == "other@bank.example"
