import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP as Protocol  # noqa: N811 - beside the policy of that name
from aiosmtpd.smtp import AuthResult

from engine.config import Security, SmtpSettings
from engine.identity import Identity, UserRecord, Vault
from engine.jobs import Worker, jobs_of, worker_of
from engine.mail import Letter, PostOffice, Smtp, Transport
from engine.store import Database
from engine.store.models import AuditEvent, Mail
from tests.conftest import ManualClock

KEK = bytes(32)
KEPT = timedelta(days=7)
USER, PASSWORD = "relay", "open-sesame"

LETTER = Letter(("alice@example.com",), "Welcome", "Hello Alice", "<p>Hello Alice</p>")


class Server:
    """A real SMTP server in a thread. It takes every mail unless it has been told what to answer."""

    def __init__(self, **options: Any) -> None:
        self.options = options
        self.answers: dict[str, list[str]] = {}
        """What it answers next to a command, in turn."""
        self.mails: list[tuple[str, str, bytes]] = []
        """Sender, recipient and content of what it has taken."""
        self.before_taking: Callable[[], object] = lambda: None
        """Called when a mail has come in whole, before its client hears of it."""
        self.loop = asyncio.new_event_loop()
        self.security = options.pop("ssl", None)
        # In a thread from the beginning: the one of the tests may have a loop of its own, that of the browser.
        self.thread = Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        started = self.loop.create_server(self._protocol, "127.0.0.1", 0, ssl=self.security)
        self.server = asyncio.run_coroutine_threadsafe(started, self.loop).result(timeout=30)
        self.port = self.server.sockets[0].getsockname()[1]

    def _protocol(self) -> Protocol:
        return Protocol(self, loop=self.loop, hostname="mail.test", **self.options)

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self.loop).result(timeout=30)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(timeout=30)
        self.loop.close()

    async def _close(self) -> None:
        self.server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0)

    def message(self, number: int = -1) -> EmailMessage:
        message = message_from_bytes(self.mails[number][2], policy=SMTP)
        assert isinstance(message, EmailMessage)
        return message

    def _answer(self, command: str) -> str | None:
        waiting = self.answers.get(command)
        return waiting.pop(0) if waiting else None

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        envelope.mail_from = address
        return self._answer("MAIL") or "250 OK"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if (answer := self._answer("RCPT")) is not None:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if (answer := self._answer("DATA")) is not None:
            return answer
        (recipient,) = envelope.rcpt_tos
        self.mails.append((envelope.mail_from, recipient, envelope.content))
        self.before_taking()
        return "250 OK"


def check_password(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
    return AuthResult(success=(given.login, given.password) == (USER.encode(), PASSWORD.encode()), handled=False)


Serve = Callable[..., Server]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts servers."""
    servers: list[Server] = []

    def start(**options: Any) -> Server:
        servers.append(Server(**options))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def server(serve: Serve) -> Server:
    return serve()


def settings(port: int, **changed: Any) -> SmtpSettings:
    sender = "Example Bank <noreply@bank.example>"
    return replace(SmtpSettings("localhost", port, sender, Security.NONE, timeout=60), **changed)


@dataclass
class Post:
    """A post office with its worker, on a database of its own, at a standing clock."""

    database: Database
    clock: ManualClock
    vault: Vault
    transport: Transport | None
    office: PostOffice = field(init=False)
    worker: Worker = field(init=False)

    def __post_init__(self) -> None:
        self.use(self.transport)

    def use(self, transport: Transport | None) -> None:
        """Begin anew, as after a restart with other settings."""
        self.office = PostOffice(
            jobs_of(self.database, self.clock), self.vault, self.clock, lambda _: transport, lambda _: KEPT
        )
        self.worker = worker_of(self.database, self.clock, self.office.tasks, random=lambda: 0.99)

    def post(self, letter: Letter = LETTER, **options: Any) -> str:
        with self.database.write() as session:
            return self.office.post(session, letter, **options)

    def wait_and_work(self, **duration: float) -> int:
        self.clock.advance(timedelta(**duration))
        return self.worker.work_due()

    def work_to_the_end(self) -> int:
        """Run what is due, wait for what is due next, until no mail waits; return the attempts."""
        attempts = self.worker.work_due()
        while any(mail.content and not mail.failed_at for mail in self.mails()):
            attempts += self.wait_and_work(hours=1)
        return attempts

    def mails(self) -> list[Mail]:
        with self.database.read() as session:
            return session.query(Mail).order_by(Mail.created_at, Mail.id).all()

    def events(self) -> list[tuple[str, dict[str, Any]]]:
        with self.database.read() as session:
            rows = session.query(AuditEvent).filter(AuditEvent.event.regexp_match("mail_|notice_")).all()
            return [(row.event, row.detail) for row in rows]


@pytest.fixture
def post(database: Database, clock: ManualClock, server: Server) -> Post:
    with database.write() as session:
        vault = Vault.open(session, KEK, clock)
    return Post(database, clock, vault, Smtp(settings(server.port)))


@pytest.fixture
def user(post: Post) -> UserRecord:
    identity = Identity(post.vault, post.clock)
    with post.database.write() as session:
        store = identity.create_store(session, "Customers", locale="de-AT", time_zone="Europe/Vienna")
        return identity.create_user(session, store, external_id="alice", attributes={"email": "alice@example.com"})
