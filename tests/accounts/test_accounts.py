from datetime import timedelta

import pytest

from engine.accounts import Accounts, Administration, Desk, SignInRefused, TooManyAttempts, passwords, records
from engine.accounts.back_off import ADDRESS, NAME, BackOff
from engine.accounts.records import AccountNameInvalid, AccountNotFound
from engine.identity import Vault
from engine.store import Database
from engine.store.models import Account, AccountSession
from tests.conftest import ManualClock


@pytest.fixture
def desk(database: Database, clock: ManualClock) -> Desk:
    return Desk(database, Vault(b"k" * 32), clock)


@pytest.fixture
def accounts(desk: Desk) -> Accounts:
    return Accounts(desk)


def test_an_account_that_was_deleted_takes_its_sessions_along(accounts: Accounts, database: Database) -> None:
    issued = accounts.make_first()
    assert issued
    signed_in = accounts.sign_in("admin", issued.password, address="")
    assert accounts.signed_in(signed_in.session)
    with database.write() as session:
        session.delete(session.get_one(Account, issued.account.id))
    assert accounts.signed_in(signed_in.session) is None
    with database.read() as session:
        assert session.query(AccountSession).count() == 0


def test_a_password_that_was_reset_while_it_was_looked_at_signs_nobody_in(
    accounts: Accounts, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued = accounts.make_first()
    assert issued
    verify = passwords.verify

    def slow(password: str, kept: str) -> bool:
        found = verify(password, kept)
        monkeypatch.setattr(passwords, "verify", verify)
        Administration(desk).reset("admin")
        return found

    monkeypatch.setattr(passwords, "verify", slow)
    with pytest.raises(SignInRefused):
        accounts.sign_in("admin", issued.password, address="")


@pytest.mark.parametrize("given", ["", "x", "A" * 43, "A" * 44, "\x00" * 43, "Ä" * 43])
def test_what_is_no_session_signs_nobody_in(accounts: Accounts, given: str) -> None:
    assert accounts.signed_in(given) is None


def test_who_is_not_there_has_nothing_to_reset(desk: Desk) -> None:
    with pytest.raises(AccountNotFound, match="nobody"):
        Administration(desk).reset("nobody")


@pytest.mark.parametrize("name", ["", "Admin", "1a", "a b", "a" * 65, "ä"])
def test_a_name_is_plain(database: Database, clock: ManualClock, name: str) -> None:
    with database.write() as session, pytest.raises(AccountNameInvalid):
        records.create(session, name, "administrator", bytes, clock.now())


def test_secrets_are_in_no_representation(accounts: Accounts) -> None:
    issued = accounts.make_first()
    assert issued
    signed_in = accounts.sign_in("admin", issued.password, address="")
    assert issued.password not in repr(issued)
    assert signed_in.session not in repr(signed_in)


@pytest.mark.parametrize("limits", [NAME, ADDRESS])
def test_waits_double_up_to_a_limit(limits: BackOff) -> None:
    assert limits.wait(limits.free - 1) == timedelta(0)
    waits = [limits.wait(limits.free + number) for number in range(40)]
    assert waits[:4] == [timedelta(seconds=each) for each in (1, 2, 4, 8)]
    assert waits[-1] == limits.limit
    assert waits == sorted(waits)


def test_a_year_of_guesses_is_few(accounts: Accounts, clock: ManualClock) -> None:
    """Not proven by waiting a year: the limit of the waits says it."""
    assert timedelta(days=365) / NAME.limit < 36_000
    accounts.make_first()
    for _ in range(NAME.free):
        with pytest.raises(SignInRefused):
            accounts.sign_in("admin", "wrong", address="192.0.2.1")
    with pytest.raises(TooManyAttempts) as refused:
        accounts.sign_in("admin", "wrong", address="192.0.2.2")
    assert refused.value.wait == timedelta(seconds=1)
