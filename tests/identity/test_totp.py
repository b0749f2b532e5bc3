"""Registering for TOTP, and who gets the secret of a registration."""

import base64
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from threading import Barrier

import pyotp
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from engine.identity import (
    Algorithm,
    CredentialRecord,
    Identity,
    Redisplay,
    SecretGone,
    TotpAlreadyRegistered,
    TotpDisplayDenied,
    TotpNotRegistered,
    UserLocked,
    UserStatus,
)
from engine.identity.otpauth import base32
from engine.store import Database
from engine.store.models import TotpCredential
from engine.variables import SecretReference, masked
from tests.conftest import ManualClock
from tests.identity.codes import code_at
from tests.identity.conftest import People
from tests.identity.revealing import INSTANCE, reveal


def test_a_registration_copies_the_policy(registered: CredentialRecord, people: People, clock: ManualClock) -> None:
    assert (registered.issuer, registered.account_name) == ("Example Bank", "alice@example.com")
    assert (registered.algorithm, registered.digits, registered.period) == (Algorithm.SHA1, 6, 30)
    assert (registered.user_id, registered.policy_id) == (people.user.id, people.policy.id)
    assert registered.registered_at == clock.now()


def test_a_policy_that_changes_later_does_not_break_a_registration(
    registered: CredentialRecord, database: Database, identity: Identity
) -> None:
    before = reveal(database, identity, registered, "totp-uri")
    with database.write() as session:
        session.execute(
            text("UPDATE totp_policies SET issuer = 'Other', digits = 8, period = 60, algorithm = 'SHA512'")
        )
    assert reveal(database, identity, registered, "totp-uri") == before


def test_the_secret_and_the_uri_give_the_same_codes(
    registered: CredentialRecord, database: Database, identity: Identity, clock: ManualClock
) -> None:
    secret = reveal(database, identity, registered)
    app = pyotp.parse_uri(reveal(database, identity, registered, "totp-uri"))
    assert isinstance(app, pyotp.TOTP)
    assert (app.secret, app.issuer, app.name) == (secret, "Example Bank", "alice@example.com")
    stored = base64.b32decode(secret + "=" * (-len(secret) % 8))
    assert app.at(clock.now()) == code_at(stored, clock.now(), Algorithm.SHA1, 6, 30)


@pytest.mark.parametrize("algorithm", Algorithm)
def test_every_parameter_of_the_policy_reaches_the_app(
    database: Database, identity: Identity, people: People, algorithm: Algorithm
) -> None:
    with database.write() as session:
        policy = identity.create_policy(session, "P", issuer="I", algorithm=algorithm, digits=8, period=60)
        credential = identity.register_totp(session, people.user, policy)
    app = pyotp.parse_uri(reveal(database, identity, credential, "totp-uri"))
    assert isinstance(app, pyotp.TOTP)
    assert (app.digest().name.upper(), app.digits, app.interval) == (algorithm, 8, 60)
    assert len(app.byte_secret()) == algorithm.secret_bytes


def test_the_secret_is_what_the_random_source_gave(database: Database, identity: Identity, people: People) -> None:
    known = replace(identity, random=lambda length: bytes(range(length)))
    with database.write() as session:
        credential = known.register_totp(session, people.user, people.policy)
    assert reveal(database, identity, credential) == base32(bytes(range(20)))


def test_a_user_without_external_id_is_shown_by_the_id(database: Database, identity: Identity, people: People) -> None:
    with database.write() as session:
        unnamed = identity.create_user(session, people.store)
        colons = identity.create_user(session, people.store, external_id=":a:b")
        nothing = identity.create_user(session, people.store, external_id="::")
        names = [
            identity.register_totp(session, each, people.policy).account_name for each in (unnamed, colons, nothing)
        ]
    assert names == [unnamed.id, "ab", nothing.id]


@pytest.mark.usefixtures("registered")
def test_a_second_current_registration_is_refused(database: Database, identity: Identity, people: People) -> None:
    with database.write() as session, pytest.raises(TotpAlreadyRegistered, match=r"'alice@example\.com'.*'Default'"):
        identity.register_totp(session, people.user, people.policy)


def test_the_database_itself_keeps_one_current_registration(registered: CredentialRecord, database: Database) -> None:
    copy = (
        "INSERT INTO totp_credentials (id, user_id, policy_id, status, secret, issuer, account_name, algorithm, "
        "digits, period, registered_at) SELECT 'copy', user_id, policy_id, :status, secret, issuer, account_name, "
        "algorithm, digits, period, registered_at FROM totp_credentials WHERE id = :id"
    )
    with database.write() as session:
        session.execute(text(copy), {"id": registered.id, "status": "REVOKED"})
        with pytest.raises(IntegrityError):
            session.execute(text(copy.replace("'copy'", "'again'")), {"id": registered.id, "status": "ACTIVE"})


def test_of_registrations_at_once_one_wins(database: Database, identity: Identity, people: People) -> None:
    together = Barrier(4)

    def register(_: int) -> bool:
        together.wait()
        try:
            with database.write() as session:
                identity.register_totp(session, people.user, people.policy)
        except TotpAlreadyRegistered:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(register, range(4))) == [False, False, False, True]
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(TotpCredential)) == 1


def test_is_registered_tells_so(database: Database, identity: Identity, people: People) -> None:
    with database.write() as session:
        assert not identity.is_registered(session, people.user, people.policy)
        identity.register_totp(session, people.user, people.policy)
        assert identity.is_registered(session, people.user, people.policy)


def test_what_a_process_gets_holds_no_secret(
    registered: CredentialRecord, database: Database, identity: Identity, people: People
) -> None:
    with database.write() as session:
        current = identity.current_totp(session, people.user, people.policy, INSTANCE)
    assert current.credential == registered
    assert current.secret == SecretReference("totp-secret", registered.id, INSTANCE)
    assert current.uri == SecretReference("totp-uri", registered.id, INSTANCE)
    secret = reveal(database, identity, registered)
    assert secret not in repr(current) + repr(masked([current.uri, current.secret]))
    assert "secret" not in {field.name for field in fields(registered)}


def test_a_user_who_is_not_registered_is_named_with_the_policy(
    database: Database, identity: Identity, people: People
) -> None:
    with (
        database.read() as session,
        pytest.raises(TotpNotRegistered, match=r"'alice@example\.com'.*'Default'") as refused,
    ):
        identity.current_totp(session, people.user, people.policy, INSTANCE)
    assert refused.value.error_code == "TotpNotRegistered"


@pytest.mark.usefixtures("registered")
def test_a_registration_under_another_policy_is_not_found(
    database: Database, identity: Identity, people: People
) -> None:
    with database.write() as session:
        other = identity.create_policy(session, "Other", issuer="Example Bank")
        with pytest.raises(TotpNotRegistered):
            identity.current_totp(session, people.user, other, INSTANCE)


@pytest.mark.parametrize(
    ("redisplay", "message"),
    [(Redisplay.NEVER, "never shows"), (Redisplay.AFTER_AUTHENTICATION, "authentication step is needed first")],
)
def test_the_policy_decides_whether_a_secret_is_shown_again(
    database: Database, identity: Identity, people: People, redisplay: Redisplay, message: str
) -> None:
    with database.write() as session:
        strict = identity.create_policy(session, "Strict", issuer="I", redisplay=redisplay)
        identity.register_totp(session, people.user, strict)
        with pytest.raises(TotpDisplayDenied, match=message):
            identity.current_totp(session, people.user, strict, INSTANCE)


@pytest.mark.parametrize("status", [UserStatus.LOCKED, UserStatus.TEMP_LOCKED, UserStatus.DISABLED])
def test_a_user_who_is_shut_out_neither_registers_nor_sees_a_secret(
    registered: CredentialRecord, database: Database, identity: Identity, people: People, status: UserStatus
) -> None:
    with database.write() as session:
        session.execute(text("UPDATE users SET status = :status"), {"status": status.value})
        locked = identity.user_by_id(session, people.store, people.user.id)
        with pytest.raises(UserLocked, match=rf"'alice@example\.com' is {status.value}\."):
            identity.current_totp(session, locked, people.policy, INSTANCE)
        with pytest.raises(UserLocked):
            identity.register_totp(session, locked, people.policy)
    with pytest.raises(SecretGone):
        reveal(database, identity, registered)
