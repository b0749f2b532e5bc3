"""`idflow doctor --mail`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.adjustments import MAIL, MailSettings
from tests.mail.conftest import Server
from webui import cli
from webui.cli.options import open_application, settings


def mail() -> tuple[str, str]:
    said = json.loads(CliRunner().invoke(cli.idflow, ["doctor", "--mail", "--json"]).stdout)
    (found,) = (each for each in said["findings"] if each["check"] == "mail")
    return found["level"], found["message"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDFLOW_DATA", str(tmp_path / "var"))
    monkeypatch.setenv("IDFLOW_PORT", "0")


def test_the_mail_server_of_the_environment_is_greeted_and_sent_nothing(
    monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    assert mail() == ("warning", "There is no mail server.")
    given = {"HOST": "127.0.0.1", "PORT": str(server.port), "SECURITY": "none", "FROM": "noreply@bank.example"}
    for name, value in given.items():
        monkeypatch.setenv(f"IDFLOW_SMTP_{name}", value)
    assert mail() == ("ok", f"127.0.0.1:{server.port} (none) answers.")
    assert not server.mails
    monkeypatch.setenv("IDFLOW_SMTP_SECURITY", "starttls")
    assert mail()[0] == "error"


def test_the_mail_server_that_was_set_in_the_browser_is_greeted(server: Server) -> None:
    application = open_application(settings())
    given = {"host": "127.0.0.1", "port": server.port, "security": "none", "sender": "noreply@bank.example"}
    application.adjustments.save(MAIL, MailSettings.read(given), seen=0, by="ada")
    application.close()
    assert mail() == ("ok", f"127.0.0.1:{server.port} (none) answers.")
