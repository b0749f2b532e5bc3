"""What an operator sees of the mails of an instance: where each stands, never what it says."""

from engine.instances import pending
from engine.instances.pending import JobView
from tests.mail.conftest import LETTER, Post, Server


def seen(post: Post, instance_id: str = "i1") -> list[JobView]:
    with post.database.read() as session:
        return [*pending.of_instance(session, post.office.jobs, instance_id, post.clock.now())]


def test_a_mail_is_due_tried_again_and_sent(post: Post, server: Server) -> None:
    server.answers["RCPT"] = ["451 4.7.1 Greylisted"]
    post.post(instance_id="i1")
    (due,) = seen(post)
    assert (due.kind, due.state, due.due, due.attempts, due.error) == ("mail", "due", post.clock.now(), 0, None)
    post.worker.work_due()
    (again,) = seen(post)
    assert (again.state, again.attempts) == ("retrying", 1)
    assert again.due is not None
    assert again.due > post.clock.now()
    assert "451" in (again.error or "")
    post.work_to_the_end()
    (sent,) = seen(post)
    assert (sent.state, sent.due, sent.ended_at) == ("done", None, post.clock.now())
    shown = str((due, again, sent))
    assert not [text for text in (*LETTER.recipients, LETTER.subject, "Hello") if text in shown]


def test_a_mail_that_was_refused_is_given_up_and_others_do_not_see_it(post: Post, server: Server) -> None:
    server.answers["RCPT"] = ["550 5.1.1 No alice@example.com here"]
    post.post(instance_id="i1")
    post.worker.work_due()
    (failed,) = seen(post)
    assert (failed.state, failed.error) == ("failed", "The mail server answered 550 5.1.1 to the recipient.")
    assert seen(post, "i2") == []
