import pytest
from sqlalchemy import select, text

from engine.identity import Algorithm, Identity, SealBroken, UserStatus
from engine.identity.exchange import Exchange, uri_of
from engine.identity.key_uri import parse
from engine.identity.otp_key import ImportRefused, OtpKey
from engine.identity.otpauth import base32
from engine.store import Database
from engine.store.models import AuditEvent
from engine.variables import SecretReference
from tests.conftest import ManualClock
from tests.identity.codes import code_at
from tests.identity.conftest import People

SECRET = bytes(range(20))


@pytest.fixture
def exchange(identity: Identity, clock: ManualClock) -> Exchange:
    return Exchange(identity.vault, clock)


def key(external_id: str = "alice@example.com") -> OtpKey:
    return OtpKey(external_id, "Old Bank", "alice", SECRET, Algorithm.SHA256, 8, 60)


def audited(database: Database, event: str) -> int:
    with database.read() as session:
        return len(session.scalars(select(AuditEvent).where(AuditEvent.event == event)).all())


def test_a_registration_that_was_taken_over_works_with_its_own_parameters(
    database: Database, identity: Identity, exchange: Exchange, people: People, clock: ManualClock
) -> None:
    with database.write() as session:
        made = exchange.take_over(session, people.store, people.policy, [key()])
        code = code_at(SECRET, clock.now(), Algorithm.SHA256, 8, 60)
        done = identity.authenticate_totp(session, people.user, people.policy, code, "instance")
        assert [done.credential_id] == made
        assert identity.reveal(session, SecretReference("totp-secret", made[0], "instance")) == base32(SECRET)
    assert audited(database, "totp_imported") == 1


def test_what_is_handed_on_can_be_taken_over_elsewhere(
    database: Database, identity: Identity, exchange: Exchange, people: People
) -> None:
    with database.write() as session:
        registered = identity.register_totp(session, people.user, people.policy)
        bob = identity.create_user(session, people.store, external_id="bob")
        identity.register_totp(session, bob, people.policy)
        handed_on = exchange.export(session, people.store, people.policy)
        assert [each.external_id for each in handed_on] == ["alice@example.com", "bob"]
        assert exchange.export(session, people.store, people.policy, bob) == handed_on[1:]
        reference = SecretReference("totp-uri", registered.id, "instance")
        assert uri_of(handed_on[0]) == identity.reveal(session, reference)
        elsewhere = identity.create_store(session, "Elsewhere")
        for each in handed_on:
            identity.create_user(session, elsewhere, external_id=each.external_id)
        exchange.take_over(session, elsewhere, people.policy, [parse(uri_of(each)) for each in handed_on])
        assert exchange.export(session, elsewhere, people.policy) == handed_on
    assert audited(database, "totp_exported") == 5


@pytest.mark.parametrize("name", ["nobody", "carol"])
def test_somebody_who_is_not_there_takes_over_nothing(
    database: Database, identity: Identity, exchange: Exchange, people: People, name: str
) -> None:
    with database.write() as session:
        identity.create_user(session, people.store, external_id="carol", status=UserStatus.DISABLED)
    with pytest.raises(ImportRefused, match=name), database.write() as session:
        exchange.take_over(session, people.store, people.policy, [key(), key(name)])
    with database.read() as session:
        assert not identity.is_registered(session, people.user, people.policy)
    assert audited(database, "totp_imported") == 0


def test_a_registration_is_never_replaced(
    database: Database, identity: Identity, exchange: Exchange, people: People
) -> None:
    with database.write() as session:
        identity.register_totp(session, people.user, people.policy)
        with pytest.raises(ImportRefused, match="already"):
            exchange.take_over(session, people.store, people.policy, [key()])


def test_a_registration_that_was_altered_is_not_handed_on(
    database: Database, identity: Identity, exchange: Exchange, people: People, clock: ManualClock
) -> None:
    with database.write() as session:
        identity.register_totp(session, people.user, people.policy)
        session.execute(text("UPDATE totp_credentials SET digits = 8"))
    with pytest.raises(SealBroken), database.write() as session:
        exchange.export(session, people.store, people.policy)
    assert audited(database, "totp_exported") == 0
    with database.write() as session:
        assert identity.vault.audit_broken(session, clock) == 1


def test_no_secret_is_in_the_trail(database: Database, exchange: Exchange, people: People) -> None:
    with database.write() as session:
        exchange.take_over(session, people.store, people.policy, [key()])
        exchange.export(session, people.store, people.policy)
    with database.read() as session:
        found = session.execute(text("SELECT detail FROM audit_events")).all()
    assert base32(SECRET) not in str(found)
    assert SECRET.hex() not in str(found)
