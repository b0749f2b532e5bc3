import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import text

from engine.identity import SealBroken
from engine.jobs.lease import LEASE
from engine.mail import Capture, MailNotConfigured, MailNotFound, Smtp
from engine.mail.office import ATTEMPTS, BACKOFF
from tests import stored
from tests.mail.conftest import KEPT, LETTER, Post, Server, settings

BOTH = replace(LETTER, to=("alice@example.com", "bob@example.com"), cc=("carol@example.com", "bob@example.com"))


def test_a_letter_goes_out_after_its_transaction(post: Post, server: Server) -> None:
    message_id = post.post(instance_id="i1")
    assert server.mails == []
    post.worker.work_due()
    assert server.message()["Message-ID"] == message_id
    (mail,) = post.mails()
    assert (mail.sent_at, mail.content, mail.instance_id) == (post.clock.now(), None, "i1")
    assert post.events() == [("mail_sent", {"mail": mail.id})]


def test_a_transaction_that_is_rolled_back_sends_nothing(post: Post, server: Server) -> None:
    def post_and_fail() -> None:
        with post.database.write() as session:
            post.office.post(session, LETTER)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        post_and_fail()
    assert post.wait_and_work(hours=1) == 0
    assert (server.mails, post.mails()) == ([], [])


def test_everyone_gets_one_with_the_same_headers(post: Post, server: Server) -> None:
    message_id = post.post(BOTH)
    post.work_to_the_end()
    assert sorted(to for _, to, _ in server.mails) == ["alice@example.com", "bob@example.com", "carol@example.com"]
    assert {server.message(number)["Message-ID"] for number in range(3)} == {message_id}
    assert server.message()["To"] == "alice@example.com, bob@example.com"
    assert server.message()["Cc"] == "carol@example.com, bob@example.com"


def test_a_server_that_asks_for_patience_is_asked_again(post: Post, server: Server) -> None:
    server.answers["RCPT"] = ["451 4.7.1 Greylisted"] * 2
    message_id = post.post()
    assert post.worker.work_due() == 1
    assert post.wait_and_work(seconds=29) == 0
    assert post.wait_and_work(seconds=1) == 1
    assert post.wait_and_work(seconds=60) == 1
    assert [(event, detail["mail"]) for event, detail in post.events()] == [("mail_sent", post.mails()[0].id)]
    assert [server.message()["Message-ID"]] == [message_id]


def test_a_refusal_of_one_recipient_delays_nobody_and_is_not_asked_again(post: Post, server: Server) -> None:
    server.answers["RCPT"] = ["550 5.1.1 No alice@example.com here"]
    post.post(BOTH)
    assert post.work_to_the_end() == 3
    assert len(server.mails) == 2
    (failed,) = (mail for mail in post.mails() if mail.failed_at)
    why = "The mail server answered 550 5.1.1 to the recipient."
    assert ("mail_failed", {"mail": failed.id, "why": why}) in post.events()
    with post.database.read() as session:
        assert [(each.id, each.error) for each in post.office.failed(session)] == [(failed.id, why)]


def test_an_unreachable_server_is_given_up_and_an_operator_can_have_it_sent(post: Post, server: Server) -> None:
    good, post.transport = post.transport, Smtp(settings(1, host="127.0.0.1"))
    post.use(post.transport)
    message_id = post.post(instance_id="i1")
    assert post.work_to_the_end() == ATTEMPTS
    (event,) = post.events()
    assert event == (
        "mail_failed",
        {"mail": post.mails()[0].id, "why": "MailDelayed: The mail server cannot be reached: Connection refused."},
    )
    post.use(good)
    assert post.wait_and_work(hours=1) == 0
    with post.database.write() as session:
        post.office.retry(session, post.mails()[0].id)
    assert post.work_to_the_end() == 1
    assert server.message()["Message-ID"] == message_id
    with post.database.read() as session:
        assert post.office.jobs.failed(session) == []
    (mail,) = post.mails()
    assert (mail.failed_at, mail.error, mail.content) == (None, None, None)
    with pytest.raises(MailNotFound), post.database.write() as session:
        post.office.retry(session, mail.id)


def test_its_attempts_take_as_long_as_the_documentation_says() -> None:
    longest = sum((BACKOFF.delay(number, lambda: 1.0) for number in range(1, ATTEMPTS)), timedelta())
    assert timedelta(hours=4) < longest < timedelta(hours=6) < KEPT


def test_a_process_that_is_killed_sends_the_same_message_again(post: Post, server: Server) -> None:
    taken, killed = Event(), Event()

    def die() -> None:
        taken.set()
        assert killed.wait(60)

    server.before_taking = die
    message_id = post.post()
    program = Path(__file__).with_name("worker_process.py")
    command = [sys.executable, "-W", "error", str(program), stored.url(post.database)]
    process = subprocess.Popen([*command, post.clock.now().isoformat(), str(server.port)], cwd=program.parents[2])
    try:
        assert taken.wait(60)
    finally:
        process.kill()
        process.wait(60)
        killed.set()
    server.before_taking = lambda: None
    assert post.worker.work_due() == 0
    assert post.wait_and_work(seconds=LEASE.total_seconds()) == 1
    assert [server.message(number)["Message-ID"] for number in range(2)] == [message_id] * 2
    assert [server.message(number)["Date"] for number in range(2)] == ["Thu, 15 Jan 2026 09:30:00 +0000"] * 2
    assert [event for event, _ in post.events()] == ["mail_sent"]


def test_what_a_mail_says_is_never_readable_in_the_database_and_gone_after_it_was_sent(post: Post) -> None:
    def kept() -> bytes:
        return stored.content(post.database)

    post.post(replace(LETTER, text="CANARY-TEXT", html="CANARY-HTML", subject="CANARY-SUBJECT"))
    sealed = post.mails()[0].content
    assert sealed is not None
    before = kept()
    assert sealed in before
    post.worker.work_due()
    if post.database.is_sqlite:
        with post.database.engine.connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    after = kept()
    assert sealed not in after
    for word in (b"CANARY", b"alice@example.com", b"alice"):
        assert word not in before + after


def test_mails_are_forgotten_after_a_week_by_one_job(post: Post) -> None:
    post.post()
    post.wait_and_work(days=1)
    post.post(BOTH)
    post.work_to_the_end()
    post.wait_and_work(seconds=(KEPT - timedelta(days=1)).total_seconds())
    assert len(post.mails()) == 3
    post.wait_and_work(days=1)
    assert post.mails() == []
    with post.database.read() as session:
        stats = post.office.jobs.stats(session)
    assert (stats.due, stats.later, stats.failed) == (0, 0, 0)


def test_a_job_of_a_forgotten_mail_is_harmless(post: Post, server: Server) -> None:
    post.post()
    with post.database.write() as session:
        session.execute(text("DELETE FROM mails"))
    assert post.worker.work_due() == 1
    assert (server.mails, post.events()) == ([], [])


def test_without_a_mail_server_nothing_is_posted(post: Post) -> None:
    post.use(None)
    with pytest.raises(MailNotConfigured, match="IDFLOW_SMTP_HOST"):
        post.post()


def test_a_mail_that_waits_when_the_mail_server_is_taken_from_the_settings_waits_on(post: Post) -> None:
    post.post()
    post.use(None)
    assert post.worker.work_due() == 1
    capture = Capture()
    post.use(capture)
    post.work_to_the_end()
    assert [recipient for _, recipient in capture.mails] == ["alice@example.com"]


def test_a_content_that_was_moved_to_another_mail_is_not_sent(post: Post, server: Server) -> None:
    post.post()
    post.post(replace(LETTER, to=("eve@example.com",)))
    with post.database.write() as session:
        one, other = (mail.id for mail in post.mails())
        session.execute(
            text("UPDATE mails SET content = (SELECT content FROM mails WHERE id = :one) WHERE id = :other"),
            {"one": one, "other": other},
        )
    post.work_to_the_end()
    assert len(server.mails) == 1
    (failed,) = (detail for event, detail in post.events() if event == "mail_failed")
    assert failed == {"mail": other, "why": f"SealBroken: {SealBroken().message}"}
