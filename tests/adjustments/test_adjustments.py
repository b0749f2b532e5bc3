"""What was saved is in force in every process, unless the environment says otherwise; secrets are sealed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update

from engine.adjustments import BRANDING, MAIL, RETENTION, Adjustments, Branding, SettingsChanged
from engine.adjustments.adjustments import STAYS_KNOWN
from engine.adjustments.group import having, written
from engine.adjustments.links import Link
from engine.config import Security, Settings, SmtpSettings
from engine.declare import ParameterInvalid
from engine.identity import Vault
from engine.store import Database
from engine.store.models import AuditEvent, SettingRow
from tests import stored
from tests.conftest import ManualClock

PASSWORD = "open-sesame-of-the-relay"
SERVER = {"host": "mail.example", "user": "relay", "password": PASSWORD, "sender": "a@example.com"}

Opened = Callable[..., Adjustments]


@pytest.fixture
def opened(database: Database, clock: ManualClock) -> Opened:
    """Open the settings of one installation, as each of its processes does."""

    def open_(settings: Settings | None = None) -> Adjustments:
        with database.write() as session:
            vault = Vault.open(session, bytes(32), clock)
        return Adjustments(database, vault, clock, settings or Settings())

    return open_


def mail(**changed: Any) -> Any:
    values, errors = MAIL.read({**SERVER, **changed})
    assert values is not None, errors
    return values


def named(name: str) -> Branding:
    return having(Branding.read({}), {"name": name})


def test_a_change_is_in_force_at_once_here_and_soon_in_every_other_process(opened: Opened, clock: ManualClock) -> None:
    here, there = opened(), opened()
    assert here.current(BRANDING).name == there.current(BRANDING).name == "Idflow"
    here.save(BRANDING, named("Bank"), seen=0, by="ada")
    assert here.current(BRANDING).name == "Bank"
    assert there.current(BRANDING).name == "Idflow"
    assert there.current(BRANDING, fresh=True).name == "Bank"
    here.save(BRANDING, named("Other"), seen=1, by="ada")
    clock.advance(STAYS_KNOWN)
    assert there.current(BRANDING).name == "Other"
    # So that whoever derives something from it does so once.
    assert there.current(BRANDING) is there.current(BRANDING)


def test_it_is_read_once_in_a_while(opened: Opened, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    adjustments, read, times = opened(), database.read, []

    def counted() -> Any:
        times.append(1)
        return read()

    monkeypatch.setattr(database, "read", counted)
    for _ in range(50):
        adjustments.current(BRANDING)
        adjustments.current(MAIL)
        adjustments.current(RETENTION)
    assert len(times) == 1


def test_whoever_did_not_see_the_last_change_is_told(opened: Opened, clock: ManualClock) -> None:
    adjustments = opened()
    adjustments.save(BRANDING, named("Hers"), seen=0, by="ada")
    for seen in (0, 2):
        with pytest.raises(SettingsChanged) as raised:
            adjustments.save(BRANDING, named("His"), seen=seen, by="bob")
        assert (raised.value.state.saved.name, raised.value.state.changed_by) == ("Hers", "ada")
    assert adjustments.state(BRANDING).changed_at == clock.now()
    # A revision never comes twice, also not when everything is as at first again.
    adjustments.save(BRANDING, Branding.read({}), seen=1, by="bob")
    assert adjustments.state(BRANDING).revision == 2


def test_a_password_is_sealed_and_named_but_never_told(opened: Opened, database: Database) -> None:
    adjustments = opened()
    adjustments.save(MAIL, mail(), seen=0, by="ada")
    adjustments.save(MAIL, mail(password="another-password"), seen=1, by="ada")
    assert opened().current(MAIL).password == "another-password"
    files = stored.content(database)
    assert b"mail.example" in files
    assert PASSWORD.encode() not in files
    assert b"another-password" not in files
    with database.read() as session:
        trail = [
            row.detail for row in session.scalars(select(AuditEvent).where(AuditEvent.event == "settings_changed"))
        ]
    assert [each["settings"] for each in trail] == ["Server, User name, Password, Sender address", "Password"]


def test_a_seal_that_does_not_open_leaves_no_password(opened: Opened, database: Database) -> None:
    opened().save(MAIL, mail(), seen=0, by="ada")
    with database.write() as session:
        session.execute(update(SettingRow).values(secrets=bytes(60)))
    assert opened().current(MAIL).password is None
    assert opened().current(MAIL).host == "mail.example"


def test_what_another_version_has_written_is_as_if_nothing_was_saved(opened: Opened, database: Database) -> None:
    opened().save(BRANDING, named("Bank"), seen=0, by="ada")
    with database.write() as session:
        session.execute(text("UPDATE settings SET content = :content"), {"content": b'{"accent": "red;}"}'})
    assert opened().current(BRANDING) == Branding.read({})


def test_pages_have_what_was_known_when_the_database_cannot_be_read(
    opened: Opened, database: Database, clock: ManualClock
) -> None:
    adjustments, other = opened(), opened()
    adjustments.save(BRANDING, named("Bank"), seen=0, by="ada")
    assert adjustments.current(BRANDING).name == "Bank"
    with database.write() as session:
        session.execute(text("ALTER TABLE settings RENAME TO gone"))
    clock.advance(timedelta(hours=1))
    assert adjustments.current(BRANDING).name == "Bank"
    assert other.current(BRANDING).name == "Idflow"


def test_the_environment_wins_and_what_was_saved_is_kept_for_later(opened: Opened) -> None:
    opened().save(MAIL, mail(), seen=0, by="ada")
    given = Settings.from_environment({"IDFLOW_KEEP_MAILS": "7", "IDFLOW_KEEP_AUDIT": "400"})
    smtp = SmtpSettings("relay.example", 25, "Bank <b@bank.example>", Security.NONE)
    adjustments = opened(replace(given, smtp=smtp))
    state = adjustments.state(MAIL)
    assert state.values.smtp() == smtp
    assert (state.saved.host, state.values.host) == ("mail.example", "relay.example")
    # None of the one server is mixed with the other.
    assert state.values.password is None
    assert {each.variable for each in state.fixed.values()} >= {"IDFLOW_SMTP_HOST", "IDFLOW_SMTP_PASSWORD"}
    assert set(state.fixed) == {each.attribute for each in MAIL.declared.parameters}
    assert adjustments.save(MAIL, mail(host="third.example"), seen=1, by="ada").revision == 1
    kept = adjustments.state(RETENTION)
    # Also one that is set to what it is anyway.
    assert {name: each.variable for name, each in kept.fixed.items()} == {
        "audit": "IDFLOW_KEEP_AUDIT",
        "mails": "IDFLOW_KEEP_MAILS",
    }
    values, _ = RETENTION.read({"instances": 30, "mails": 90, "sandboxes": 5})
    assert values is not None
    adjustments.save(RETENTION, values, seen=0, by="ada")
    found = adjustments.current(RETENTION).retention()
    assert (found.instances, found.mails, found.audit) == (timedelta(30), timedelta(7), timedelta(400))


def test_what_is_written_is_read_again() -> None:
    values = Branding.read(
        {"name": "A", "texts": [{"language": "de", "contact": "Ruf an", "privacy": "https://a.example"}]}
    )
    assert Branding.read(written(values)) == values
    assert values.text("contact", "fr") == values.text("contact", "de")
    assert values.text("imprint", "de") is None


@pytest.mark.parametrize(
    "address", ["https://example.com", "https://a.example:8443/x?y=%20#z", "mailto:help@example.com", "https://[::1]/"]
)
def test_an_address_that_can_be_linked_to(address: str) -> None:
    assert Link.convert(f" {address} ") == address


@pytest.mark.parametrize(
    "address",
    [
        *("javascript:alert(1)", "JavaScript:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "vbscript:x"),
        *("http://example.com", "//example.com", "/path", "https:example.com", "https://", "https:///x", "example.com"),
        *(
            "https://bank.example@evil.example",
            'https://a.example/"onclick=x',
            "https://a.example/ x",
            "https://ü.example",
        ),
        *(
            "https://a.example\\@b",
            "https://a.example:99999",
            "mailto:",
            "mailto:a@b?cc=c@d",
            "https://a.example/" + "x" * 500,
        ),
    ],
)
def test_an_address_that_cannot_be_linked_to(address: str) -> None:
    with pytest.raises(ParameterInvalid):
        Link.convert(address)


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"sender": ""}, "sender"),
        ({"sender": "a@example.com\r\nBcc: b@example.com"}, "sender"),
        ({"sender_name": "A\r\nBcc: b@example.com"}, "sender_name"),
        ({"host": "mail.example:25"}, "host"),
        ({"host": "mail.example\r\nQUIT"}, "host"),
        ({"security": "none"}, "security"),
        ({"security": "ssl"}, "security"),
        ({"user": ""}, "user"),
        ({"password": ""}, "password"),
        ({"password": "öffne"}, "password"),
        ({"port": "0"}, "port"),
        ({"timeout": "21"}, "timeout"),
    ],
)
def test_a_mail_server_that_cannot_be_used_is_refused(changed: dict[str, str], wrong: str) -> None:
    values, errors = MAIL.read({**SERVER, **changed})
    assert values is None
    assert list(errors) == [wrong]


def test_the_name_of_the_sender_is_quoted() -> None:
    smtp = mail(sender_name='Bank, "Best" <x@evil.example>').smtp()
    assert smtp.sender_address == "a@example.com"
    assert mail().smtp("Example Bank").sender == "Example Bank <a@example.com>"
