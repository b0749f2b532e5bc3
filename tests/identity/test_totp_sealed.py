"""What stays closed of a registration, and where its secret is not written."""

import base64
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text

from engine.identity import CredentialRecord, Identity, SealBroken, SecretGone
from engine.store import Database
from engine.store.models import AuditEvent
from tests import stored
from tests.identity.conftest import People
from tests.identity.revealing import reveal


@pytest.mark.parametrize("kind", ["totp-secret", "totp-uri"])
def test_a_revoked_registration_stays_closed(
    registered: CredentialRecord, database: Database, identity: Identity, kind: str
) -> None:
    with database.write() as session:
        session.execute(text("UPDATE totp_credentials SET status = 'REVOKED'"))
    with pytest.raises(SecretGone):
        reveal(database, identity, registered, kind)


def test_a_reference_to_nothing_stays_closed(
    registered: CredentialRecord, database: Database, identity: Identity
) -> None:
    with pytest.raises(SecretGone):
        reveal(database, identity, replace(registered, id="nothing"))
    with pytest.raises(SecretGone):
        reveal(database, identity, registered, "another-kind")


@pytest.mark.parametrize(
    "change",
    ["issuer = 'Evil'", "account_name = 'eve'", "algorithm = 'SHA256'", "digits = 8", "period = 60", "user_id = :eve"],
)
def test_a_row_that_was_altered_stays_closed(
    registered: CredentialRecord, database: Database, identity: Identity, people: People, change: str
) -> None:
    with database.write() as session:
        eve = identity.create_user(session, people.store, external_id="eve").id
        values = {"eve": eve} if ":eve" in change else {}
        session.execute(text(f"UPDATE totp_credentials SET {change}"), values)  # noqa: S608 - the list above
    with pytest.raises(SealBroken):
        reveal(database, identity, registered)


def test_a_secret_that_was_moved_to_another_row_stays_closed(
    registered: CredentialRecord, database: Database, identity: Identity, people: People
) -> None:
    with database.write() as session:
        eve = identity.create_user(session, people.store, external_id="eve")
        of_eve = identity.register_totp(session, eve, people.policy)
        session.execute(
            text("UPDATE totp_credentials SET secret = (SELECT secret FROM totp_credentials WHERE id = :alice)"),
            {"alice": registered.id},
        )
    with pytest.raises(SealBroken):
        reveal(database, identity, of_eve)
    assert len(reveal(database, identity, registered)) == 32


def test_a_user_who_was_moved_to_another_store_stays_closed(
    registered: CredentialRecord, database: Database, identity: Identity
) -> None:
    with database.write() as session:
        other = identity.create_store(session, "Staff")
        session.execute(text("UPDATE users SET store_id = :id"), {"id": other.id})
    with pytest.raises(SealBroken):
        reveal(database, identity, registered)


def test_registering_is_audited_without_the_secret(
    registered: CredentialRecord, database: Database, identity: Identity, people: People
) -> None:
    secret = reveal(database, identity, registered)
    with database.read() as session:
        event = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()[-1]
    assert (event.event, event.user_id) == ("totp_registered", people.user.id)
    assert event.detail == {"credential": registered.id, "policy": "Default"}
    assert secret not in str(event.detail)


def test_the_files_of_the_database_hold_the_secret_in_no_form(
    registered: CredentialRecord, database: Database, identity: Identity, tmp_path: Path, kek: bytes
) -> None:
    text32 = reveal(database, identity, registered)
    raw = base64.b32decode(text32 + "=" * (-len(text32) % 8))
    uri = reveal(database, identity, registered, "totp-uri")

    def in_files(*needles: bytes) -> bool:
        content = stored.content(database)
        return any(needle.lower() in content.lower() for needle in needles)

    forms = [raw, text32.encode(), raw.hex().encode(), base64.b64encode(raw).rstrip(b"="), uri.encode()]
    forms += [base64.urlsafe_b64encode(raw).rstrip(b"="), kek, kek.hex().encode(), base64.b64encode(kek)]
    assert not in_files(*forms)
    with database.write() as session:
        session.execute(text("UPDATE users SET attributes = :leak"), {"leak": b'{"leak":"' + text32.encode() + b'"}'})
    assert in_files(*forms)
    assert in_files(b"alice@example.com")
