"""A test mail says what the server said, and what that means."""

from datetime import UTC, datetime
from typing import Any

import pytest

from engine.config import Security
from engine.mail import Smtp
from engine.mail.trial import Outcome, try_out
from tests.certificate import Certificate
from tests.mail.conftest import LETTER, PASSWORD, USER, Serve, Server, check_password, settings

MESSAGE = LETTER.message("noreply@bank.example", "<1@bank.example>", datetime(2026, 1, 15, tzinfo=UTC))


def tried(port: int, tls: Any = None, **changed: Any) -> Outcome:
    return try_out(Smtp(settings(port, **changed), tls), MESSAGE, "alice@example.com")


@pytest.mark.parametrize(
    ("command", "answer", "meaning"),
    [
        ("MAIL", "553 5.7.1 not from you", "the sender"),
        ("RCPT", "550 5.1.1 nobody of this name", "the recipient"),
        ("RCPT", "451 4.7.1 come back later", "Try again later"),
        ("DATA", "554 5.7.1 looks like spam", "the content"),
    ],
)
def test_an_answer_is_shown_as_it_was_given(server: Server, command: str, answer: str, meaning: str) -> None:
    server.answers[command] = [answer]
    outcome = tried(server.port)
    assert (outcome.taken, outcome.answer) == (False, answer)
    assert meaning in outcome.meaning
    assert server.mails == []


def test_a_mail_that_is_taken_has_come_in(server: Server) -> None:
    outcome = tried(server.port)
    assert (outcome.taken, outcome.answer) == (True, "250 OK")
    assert server.message()["Subject"] == "Welcome"


def test_what_is_wrong_with_signing_in_or_tls_is_said(serve: Serve, certificate: Certificate) -> None:
    options = {"authenticator": check_password, "auth_required": True, "tls_context": certificate.server}
    server = serve(**options, require_starttls=True)
    asked = {"security": Security.STARTTLS, "user": USER}
    assert tried(server.port, certificate.client, **asked, password=PASSWORD).taken
    wrong = tried(server.port, certificate.client, **asked, password="wrong")
    assert wrong.answer.startswith("535 5.7.8")
    assert "The user name or the password is wrong." in wrong.meaning
    assert tried(server.port, certificate.client, security=Security.STARTTLS).answer.startswith("530 5.7.0")
    assert "not valid for this name" in tried(server.port, security=Security.STARTTLS).meaning
    assert "another port" in tried(server.port, certificate.client, security=Security.TLS).meaning


def test_a_server_that_is_not_there_is_said(server: Server) -> None:
    assert "cannot do what the settings ask for" in tried(server.port, security=Security.STARTTLS).meaning
    server.answers["MAIL"] = ["421 4.3.2 closing"]
    assert tried(server.port).answer == "421 4.3.2 closing"
    assert tried(1).meaning == "Nothing listens at localhost, port 1."
    assert "no server of this name" in tried(25, host="nowhere.invalid").meaning
