from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text, update

from engine.identity import KeyInvalid, SealBroken, Vault, VaultKeyWrong
from engine.identity.vault import bind
from engine.store import Database
from engine.store.models import DataKey
from tests.conftest import ManualClock

HERE = bind("row", "1")
PLAIN = b"a secret of some length"


def unbind(data: bytes) -> list[str]:
    parts = []
    while data:
        length = int.from_bytes(data[:4])
        parts.append(data[4 : 4 + length].decode())
        data = data[4 + length :]
    return parts


@given(st.lists(st.text()))
def test_associated_data_tells_every_list_of_parts_apart(parts: list[str]) -> None:
    assert unbind(bind(*parts)) == parts


def test_parts_of_associated_data_do_not_run_together() -> None:
    assert bind("ab", "c") != bind("a", "bc") != bind("abc")


@given(st.binary(max_size=200))
def test_what_is_sealed_opens_where_it_belongs(plain: bytes) -> None:
    vault = offline_vault()
    assert vault.unseal(vault.seal(plain, HERE), HERE) == plain


def offline_vault() -> Vault:
    """Return a vault with one data key and no database, for examples by the hundred."""
    return Vault(bytes(32), keys={1: bytes(range(32))})


def test_the_format_is_what_the_documentation_says(database: Database, clock: ManualClock) -> None:
    """Read a sealed value and its wrapped key with nothing but the standard algorithms."""
    kek = bytes(range(32))
    with database.write() as session:
        vault = Vault.open(session, kek, clock, random=lambda length: bytes(range(100, 100 + length)))
        row = session.scalars(select(DataKey)).one()
    sealed = vault.seal(PLAIN, HERE)
    assert sealed[:5] == b"\x01" + (1).to_bytes(4)
    assert sealed[5:17] == bytes(range(100, 112))
    wrapping = HKDF(SHA256(), 32, salt=None, info=b"idflow/wrap-data-keys").derive(kek)
    bound = (8).to_bytes(4) + b"data-key" + (1).to_bytes(4) + b"1"
    data_key = AESGCM(wrapping).decrypt(row.wrapped[:12], row.wrapped[12:], bound)
    assert data_key == bytes(range(100, 132))
    assert AESGCM(data_key).decrypt(sealed[5:17], sealed[17:], sealed[:5] + HERE) == PLAIN


def test_the_same_value_never_looks_the_same(vault: Vault) -> None:
    assert len({vault.seal(PLAIN, HERE) for _ in range(50)}) == 50


def test_a_value_that_was_moved_does_not_open(vault: Vault) -> None:
    with pytest.raises(SealBroken):
        vault.unseal(vault.seal(PLAIN, HERE), bind("row", "2"))


def test_a_value_that_was_altered_anywhere_does_not_open(vault: Vault) -> None:
    sealed = vault.seal(PLAIN, HERE)
    for place in range(len(sealed)):
        altered = bytearray(sealed)
        altered[place] ^= 1
        with pytest.raises(SealBroken):
            vault.unseal(bytes(altered), HERE)


def test_a_value_that_was_cut_short_does_not_open(vault: Vault) -> None:
    sealed = vault.seal(PLAIN, HERE)
    for length in range(len(sealed)):
        with pytest.raises(SealBroken):
            vault.unseal(sealed[:length], HERE)


@given(st.binary(max_size=80))
def test_garbage_does_not_open(garbage: bytes) -> None:
    with pytest.raises(SealBroken):
        offline_vault().unseal(garbage, HERE)


def test_another_process_opens_what_was_sealed(
    vault: Vault, database: Database, clock: ManualClock, kek: bytes
) -> None:
    sealed = vault.seal(PLAIN, HERE)
    with database.write() as session:
        other = Vault.open(session, kek, clock)
    assert other.unseal(sealed, HERE) == PLAIN
    with database.read() as session:
        assert len(session.scalars(select(DataKey)).all()) == 1


@pytest.mark.usefixtures("vault")
def test_a_wrong_key_is_refused(database: Database, clock: ManualClock) -> None:
    with pytest.raises(VaultKeyWrong, match="data key 1"), database.write() as session:
        Vault.open(session, bytes(32), clock)


@pytest.mark.usefixtures("vault")
def test_an_altered_data_key_is_refused(database: Database, clock: ManualClock, kek: bytes) -> None:
    with database.write() as session:
        session.execute(update(DataKey).values(wrapped=b"\0"))
    with pytest.raises(VaultKeyWrong), database.write() as session:
        Vault.open(session, kek, clock)


@pytest.mark.usefixtures("vault")
def test_a_data_key_under_another_id_is_refused(database: Database, clock: ManualClock, kek: bytes) -> None:
    with database.write() as session:
        session.execute(text("UPDATE data_keys SET id = 2"))
    with pytest.raises(VaultKeyWrong), database.write() as session:
        Vault.open(session, kek, clock)


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_of_another_length_is_refused(database: Database, clock: ManualClock, length: int) -> None:
    with pytest.raises(KeyInvalid), database.write() as session:
        Vault.open(session, bytes(length), clock)


def test_the_newest_data_key_seals_and_older_ones_still_open(
    vault: Vault, database: Database, clock: ManualClock, kek: bytes
) -> None:
    old = vault.seal(PLAIN, HERE)
    wrapping = AESGCM(HKDF(SHA256(), 32, salt=None, info=b"idflow/wrap-data-keys").derive(kek))
    with database.write() as session:
        wrapped = bytes(12) + wrapping.encrypt(bytes(12), bytes(32), bind("data-key", "2"))
        session.add(DataKey(id=2, wrapped=wrapped, created_at=clock.now()))
    with pytest.raises(SealBroken):
        vault.unseal((b"\x01" + (2).to_bytes(4)) + old[5:], HERE)
    with database.write() as session:
        reopened = Vault.open(session, kek, clock)
    assert reopened.seal(PLAIN, HERE)[1:5] == (2).to_bytes(4)
    assert reopened.unseal(old, HERE) == PLAIN


def test_vaults_opened_at_once_share_one_data_key(database: Database, clock: ManualClock, kek: bytes) -> None:
    together = Barrier(4)

    def open_vault(_: int) -> Vault:
        together.wait()
        with database.write() as session:
            return Vault.open(session, kek, clock)

    with ThreadPoolExecutor(4) as threads:
        vaults = list(threads.map(open_vault, range(4)))
    sealed = vaults[0].seal(PLAIN, HERE)
    assert {each.unseal(sealed, HERE) for each in vaults} == {PLAIN}


def test_one_vault_serves_many_threads(vault: Vault) -> None:
    def work(number: int) -> bool:
        bound = bind("row", str(number))
        plain = str(number).encode() * 50
        return all(vault.unseal(vault.seal(plain, bound), bound) == plain for _ in range(50))

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(work, range(16)))


def test_derived_keys_depend_on_the_purpose_and_the_key_alone(
    vault: Vault, clock: ManualClock, kek: bytes, tmp_path: Path
) -> None:
    elsewhere = Database(f"sqlite:///{tmp_path / 'elsewhere.sqlite3'}")
    elsewhere.migrate()
    with elsewhere.write() as session:
        other_node = Vault.open(session, kek, clock)
    elsewhere.close()
    assert vault.derive("flask-session") == other_node.derive("flask-session")
    assert vault.derive("flask-session") != vault.derive("process-token")
    assert len(vault.derive("flask-session")) == 32
    assert vault.derive("flask-session") != Vault(bytes(32)).derive("flask-session")
    expected = HKDF(SHA256(), 32, salt=None, info=b"idflow/derive/flask-session").derive(kek)
    assert vault.derive("flask-session") == expected


def test_a_vault_shows_no_key(vault: Vault, kek: bytes) -> None:
    shown = repr(vault) + str(vault) + f"{vault}"
    assert repr(kek) not in shown
    assert kek.hex() not in shown
    assert not hasattr(vault, "__dict__")
