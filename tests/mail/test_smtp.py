import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event, Thread

import pytest

from engine.config import Security, SmtpSettings
from engine.errors import Failure
from engine.mail import MailDelayed, MailRefused, Smtp
from tests.certificate import Certificate
from tests.mail.conftest import LETTER, PASSWORD, USER, Serve, Server, check_password, settings

MESSAGE = LETTER.message("Example Bank <noreply@bank.example>", "<1@bank.example>", datetime(2026, 1, 15, tzinfo=UTC))
ALICE = "alice@example.com"


def refused(smtp: Smtp) -> Failure:
    with pytest.raises((MailDelayed, MailRefused)) as raised:
        smtp.send(MESSAGE, ALICE)
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None
    return raised.value


def test_a_mail_arrives_as_it_was_written(server: Server) -> None:
    Smtp(settings(server.port)).send(MESSAGE, ALICE)
    ((sender, recipient, content),) = server.mails
    assert (sender, recipient) == ("noreply@bank.example", ALICE)
    message = server.message()
    assert message["From"] == "Example Bank <noreply@bank.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert b"\nSubject: Welcome\r\n" in content
    text, html = message.iter_parts()
    assert (text.get_content().strip(), html.get_content().strip()) == ("Hello Alice", "<p>Hello Alice</p>")


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # the server does not see that it is inside of TLS
@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_with_tls_and_a_password(serve: Serve, certificate: Certificate, security: Security) -> None:
    auth = {"authenticator": check_password, "auth_required": True, "auth_require_tls": False}
    tls = {"ssl": certificate.server} if security is Security.TLS else {"tls_context": certificate.server}
    server = serve(**auth, **tls, require_starttls=security is Security.STARTTLS)
    given = settings(server.port, security=security, user=USER, password=PASSWORD)
    Smtp(given, certificate.client).send(MESSAGE, ALICE)
    assert [recipient for _, recipient, _ in server.mails] == [ALICE]

    wrong = refused(Smtp(replace(given, password="guessed"), certificate.client))
    assert isinstance(wrong, MailDelayed)
    assert wrong.message == "The mail server answered 535 5.7.8 to signing in."
    nobody = refused(Smtp(replace(given, user=None, password=None), certificate.client))
    assert "530" in nobody.message
    assert len(server.mails) == 1


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_certificate_that_nobody_vouches_for_is_refused(
    serve: Serve, certificate: Certificate, security: Security
) -> None:
    server = serve(**{"ssl" if security is Security.TLS else "tls_context": certificate.server})
    failure = refused(Smtp(settings(server.port, security=security)))
    assert isinstance(failure, MailDelayed)
    assert "certificate of the mail server is not valid: self-signed certificate" in failure.message
    assert server.mails == []


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_certificate_for_another_name_is_refused(serve: Serve, certificate: Certificate, security: Security) -> None:
    server = serve(**{"ssl" if security is Security.TLS else "tls_context": certificate.server})
    failure = refused(Smtp(settings(server.port, security=security, host="127.0.0.1"), certificate.client))
    assert "certificate of the mail server is not valid" in failure.message
    assert server.mails == []


def test_a_server_without_starttls_gets_nothing(server: Server) -> None:
    failure = refused(Smtp(settings(server.port, security=Security.STARTTLS)))
    assert "STARTTLS" in failure.message
    assert server.mails == []


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(("answer", "kind"), [("451 4.7.1", MailDelayed), ("550 5.7.1", MailRefused)])
def test_what_the_server_says_of_a_mail_decides_whether_it_is_tried_again(
    server: Server, command: str, answer: str, kind: type[Failure]
) -> None:
    server.answers[command] = [f"{answer} Not {ALICE}"]
    failure = refused(Smtp(settings(server.port)))
    assert type(failure) is kind
    assert answer in failure.message
    assert ALICE not in failure.message


def test_a_server_that_is_not_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        failure = refused(Smtp(settings(taken.getsockname()[1], host="127.0.0.1")))
    assert isinstance(failure, MailDelayed)
    assert failure.message == "The mail server cannot be reached: Connection refused."


@contextmanager
def talking(greeting: bytes, then: bytes = b"") -> Iterator[int]:
    """Run a server that greets and then sends the same bytes again and again, whatever it hears."""
    done = Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(greeting)
            while not done.wait(0.02):
                try:
                    connection.sendall(then)
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            done.set()
            thread.join(timeout=30)


@pytest.mark.parametrize("greeting", [b"", b"220 ready\r\n"])
def test_a_server_that_falls_silent_is_left(greeting: bytes) -> None:
    with talking(greeting) as port:
        failure = refused(Smtp(settings(port, host="127.0.0.1", timeout=0.2)))
    assert isinstance(failure, MailDelayed)
    assert failure.message == "The mail server cannot be used now: Connection unexpectedly closed: timed out."


def test_a_server_that_never_comes_to_an_end_is_left() -> None:
    with talking(b"220 ready\r\n", b"2") as port:
        failure = refused(Smtp(settings(port, host="127.0.0.1", timeout=20), deadline=0.3))
    assert failure.message.startswith("The mail server cannot be used now: ")


def test_a_server_that_speaks_something_else() -> None:
    with talking(b"HTTP/1.1 400 Bad Request\r\n") as port:
        assert isinstance(refused(Smtp(settings(port, host="127.0.0.1"))), MailDelayed)


def test_a_password_is_in_no_text() -> None:
    assert PASSWORD not in repr(Smtp(SmtpSettings("localhost", 25, "a@b.example", user=USER, password=PASSWORD)))
