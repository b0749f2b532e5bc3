from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.mail import EmailAddressInvalid, Letter, MailInvalid
from engine.mail.letter import MAXIMUM_BODY, MAXIMUM_SUBJECT
from tests.mail.conftest import LETTER

SENDER = "Example Bank <noreply@bank.example>"
AT = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
FULL = replace(LETTER, cc=("bob@example.com",), reply_to="help@bank.example")


def written(letter: Letter) -> bytes:
    return letter.message(SENDER, "<1@bank.example>", AT).as_bytes()


def test_its_headers() -> None:
    message = message_from_bytes(written(FULL), policy=SMTP)
    assert dict(message.items()) | {"Content-Type": "", "MIME-Version": ""} == {
        "From": SENDER,
        "To": "alice@example.com",
        "Cc": "bob@example.com",
        "Reply-To": "help@bank.example",
        "Subject": "Welcome",
        "Date": "Thu, 15 Jan 2026 09:30:00 +0000",
        "Message-ID": "<1@bank.example>",
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "",
        "Content-Type": "",
    }
    assert message.get_content_type() == "multipart/alternative"


@pytest.mark.parametrize("subject", ["", "a\nb", "a\r\nBcc: eve@example.com", "a\rb", "a\x00b", "a\u2028b", "a\x85b"])
def test_a_subject_that_is_not_one_line_is_refused(subject: str) -> None:
    with pytest.raises(MailInvalid, match="one line"):
        replace(LETTER, subject=subject)


@pytest.mark.parametrize("field", ["to", "cc", "reply_to"])
def test_an_address_that_would_begin_a_header_is_refused(field: str) -> None:
    address = "alice@example.com\r\nBcc: eve@example.com"
    given = {field: address if field == "reply_to" else (address,)}
    with pytest.raises(EmailAddressInvalid):
        replace(LETTER, **given)  # type: ignore[arg-type]


def test_what_is_too_long_is_refused() -> None:
    replace(LETTER, subject="s" * MAXIMUM_SUBJECT, text="t" * MAXIMUM_BODY)
    for longer in ({"subject": "s" * (MAXIMUM_SUBJECT + 1)}, {"text": "t" * (MAXIMUM_BODY + 1)}):
        with pytest.raises(MailInvalid):
            replace(LETTER, **longer)  # type: ignore[arg-type]


@given(st.text(min_size=1, max_size=MAXIMUM_SUBJECT), st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_nothing_that_it_says_becomes_a_header_or_a_part(subject: str, text: str) -> None:
    try:
        data = written(replace(LETTER, subject=subject, text=text, html=text))
    except MailInvalid:
        return
    message = message_from_bytes(data, policy=SMTP)
    assert [name.lower() for name in message] == [
        "from", "to", "subject", "date", "message-id", "auto-submitted", "mime-version", "content-type"
    ]  # fmt: skip
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert max(map(len, data.splitlines())) < 999


def test_letters_of_any_script_arrive() -> None:
    letter = replace(LETTER, subject="Grüße 你好 🔑", text="Grüße\n.\nFrom here\n" + "lang " * 500)
    message = message_from_bytes(written(letter), policy=SMTP)
    assert message["Subject"] == letter.subject
    text, _ = message.iter_parts()
    assert text.get_content().replace("\r\n", "\n").strip() == letter.text.strip()


def test_it_is_the_same_after_it_was_stored() -> None:
    assert Letter.of(FULL.fields()) == FULL


def test_its_representation_says_nothing_of_it() -> None:
    assert repr(FULL) == "Letter(2 recipients)"
