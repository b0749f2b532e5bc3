from dataclasses import replace

import pytest

from engine.identity import UserRecord
from engine.mail import Capture, NoMail, Notice
from engine.mail.notices import TEMPLATES, write
from tests.mail.conftest import Post, Server

EVERY = pytest.mark.parametrize("notice", Notice)


def tell(post: Post, user: UserRecord) -> bool:
    with post.database.write() as session:
        return post.office.notify(session, user, Notice.TOTP_DISPLAYED, instance_id="i1")


def test_a_user_is_told_in_their_language_and_time_zone(post: Post, server: Server, user: UserRecord) -> None:
    assert tell(post, user)
    post.worker.work_due()
    message = server.message()
    assert (message["To"], message["Subject"]) == (
        "alice@example.com",
        "Ihr Authenticator-Schlüssel wurde erneut angezeigt",
    )
    text, html = (part.get_content() for part in message.iter_parts())
    for part in (text, html):
        assert "Guten Tag alice" in part
        assert "2026-01-15 10:30 (Europe/Vienna)" in part
    assert '<html lang="de">' in html


@pytest.mark.parametrize(
    ("locale", "word"), [("en-GB", "Hello"), ("fr", "Hello"), ("de", "Guten"), ("de-AT-x-y", "Guten")]
)
def test_the_best_language_is_taken(user: UserRecord, post: Post, locale: str, word: str) -> None:
    letter = write(Notice.TOTP_DISPLAYED, replace(user, locale=locale), "a@example.com", post.clock.now())
    assert word in letter.text


@EVERY
def test_every_notice_is_written_in_every_language_without_a_placeholder_left(
    notice: Notice, user: UserRecord, post: Post
) -> None:
    languages = {file.name.split(".")[1] for file in TEMPLATES.glob("*.md")}
    assert languages == {"en", "de"}
    for language in languages:
        assert (TEMPLATES / f"{notice}.{language}.md").is_file()
        letter = write(notice, replace(user, locale=language), "a@example.com", post.clock.now())
        assert "{{" not in letter.subject + letter.text + letter.html
        assert user.label in letter.text


def test_a_name_is_only_ever_text(user: UserRecord, post: Post) -> None:
    letter = write(Notice.TOTP_DISPLAYED, replace(user, external_id="<b>{{time}}"), "a@example.com", post.clock.now())
    assert "Guten Tag &lt;b&gt;{{time}}," in letter.html


@pytest.mark.parametrize("attributes", [{}, {"email": None}, {"email": 7}, {"email": "a@b\r\nBcc: c@d.example"}])
def test_that_nobody_could_be_told_is_in_the_audit_trail(
    post: Post, user: UserRecord, attributes: dict[str, object]
) -> None:
    assert not tell(post, replace(user, attributes=attributes))
    assert post.mails() == []
    assert post.events() == [
        ("notice_not_sent", {"notice": "totp_displayed", "reason": "EmailAddressInvalid"}),
    ]


def test_without_a_mail_server_nothing_is_said(post: Post, user: UserRecord) -> None:
    post.use(None)
    assert not tell(post, user)
    with post.database.write() as session:
        assert not NoMail().notify(session, user, Notice.TOTP_DISPLAYED)
    assert (post.mails(), post.events()) == ([], [])


def test_mails_can_be_kept_instead_of_sent(post: Post, user: UserRecord) -> None:
    capture = Capture()
    post.use(capture)
    assert tell(post, user)
    post.worker.work_due()
    ((message, recipient),) = capture.mails
    assert (recipient, message["From"]) == ("alice@example.com", capture.sender)


def test_a_notice_says_whose_it_is_as_text_and_not_as_markdown(user: UserRecord, post: Post) -> None:
    letter = write(Notice.TOTP_DISPLAYED, user, "a@example.com", post.clock.now(), "Bank <b> [x](https://evil.example)")
    assert letter.text.rstrip().endswith("Bank <b> [x](https://evil.example)")
    assert "<p>Bank &lt;b&gt; [x](https://evil.example)</p>" in letter.html
