"""A new key encryption key."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine import demo
from engine.application import Application
from engine.config import Settings
from engine.identity import KeyInvalid, Vault, VaultKeyWrong, key_encryption_key
from engine.identity import kek as kek_module
from engine.identity.kek import KeyFiles, KeyNotInFile
from engine.identity.rotation import rotate_kek
from engine.identity.vault import KEYS_STAY_KNOWN
from tests.conftest import ManualClock
from tests.identity.rotation.installation import events, everything, opened, rotation_of


def test_a_new_kek_opens_everything_and_links_and_journeys_outlive_it(
    application: Application, settings: Settings, clock: ManualClock
) -> None:
    before, old = everything(application), key_encryption_key(settings)
    link = application.token_office.issue(name="kept", definition_key=demo.PROCESS).link
    session_key = application.derive("flask-session")
    assert rotate_kek(application.database, settings, clock)
    assert key_encryption_key(settings) != old
    assert sorted(each.name for each in (settings.data / "keys").iterdir()) == ["kek"]
    # The process that runs goes on, and one that starts has the same derived keys.
    assert everything(application) == before
    clock.advance(KEYS_STAY_KNOWN + timedelta(seconds=1))
    assert application.outbox.vault.seal(b"x", b"")[:5] == b"\x01" + (1).to_bytes(4)
    again = opened(settings, clock)
    assert everything(again) == before
    assert again.derive("flask-session") == session_key
    assert again.journeys.landing(link).process
    assert events(again, "key_rotated") == [{"kind": "kek"}]
    with again.database.write() as session, pytest.raises(VaultKeyWrong):
        Vault.open(session, old, clock)
    assert rotate_kek(again.database, settings, clock)
    again.close()
    third = opened(settings, clock)
    assert third.derive("flask-session") == session_key
    assert everything(third) == before
    third.close()


def test_a_process_from_before_the_new_kek_refuses_newer_data_keys(
    application: Application, settings: Settings, clock: ManualClock
) -> None:
    rotate_kek(application.database, settings, clock)
    other = opened(settings, clock)
    rotation_of(other).rotate()
    with pytest.raises(VaultKeyWrong, match="restart"):
        everything(application)
    clock.advance(KEYS_STAY_KNOWN + timedelta(seconds=1))
    with pytest.raises(VaultKeyWrong):
        application.outbox.vault.seal(b"x", b"")
    other.close()


@pytest.mark.parametrize("step", ["prepare", "rewrap", "replace", "forget"])
def test_a_kek_rotation_that_stopped_anywhere_is_finished_by_another(
    application: Application, settings: Settings, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    before, old = everything(application), key_encryption_key(settings)

    def stop(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        match step:
            case "prepare":
                patched.setattr("engine.identity.rotation._rewrap", stop)
            case "rewrap":
                patched.setattr(KeyFiles, "switch", stop)
            case "replace":
                patched.setattr(Path, "replace", stop)
            case "forget":
                patched.setattr(KeyFiles, "forget_old", stop)
        with pytest.raises(KeyboardInterrupt):
            rotate_kek(application.database, settings, clock)
    assert key_encryption_key(settings) == old or step == "forget"
    made = KeyFiles(settings)
    candidate = kek_module.read_key(settings.data / "keys" / ("kek.new" if made.is_prepared else "kek"))
    assert rotate_kek(application.database, settings, clock) is (step != "forget")
    assert key_encryption_key(settings) == candidate
    assert sorted(each.name for each in (settings.data / "keys").iterdir()) == ["kek"]
    again = opened(settings, clock)
    assert everything(again) == before
    assert len(events(again, "key_rotated")) == 1
    again.close()


def test_a_key_in_the_environment_is_replaced_by_one_that_is_given(
    application: Application, settings: Settings, clock: ManualClock
) -> None:
    kept = (settings.data / "keys" / "kek").read_text()
    given = Settings(data=settings.data, key=kept)
    with pytest.raises(KeyNotInFile):
        rotate_kek(application.database, given, clock)
    with pytest.raises(KeyInvalid):
        rotate_kek(application.database, given, clock, replacement=b"short")
    assert rotate_kek(application.database, given, clock, replacement=bytes(32))
    assert not rotate_kek(application.database, given, clock, replacement=bytes(32))
    assert (settings.data / "keys" / "kek").read_text() == kept
    with application.database.write() as session:
        Vault.open(session, bytes(32), clock)
