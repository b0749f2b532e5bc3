import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import LargeBinary, select, text
from sqlalchemy.orm import Session

import bpmn
from engine import demo
from engine.adjustments import MAIL, Adjustments, MailSettings
from engine.application import Application
from engine.config import Settings
from engine.identity import KeyInvalid, SecretKind, Vault, VaultKeyWrong, key_encryption_key
from engine.identity import kek as kek_module
from engine.identity.kek import KeyFiles, KeyNotInFile
from engine.identity.places import NOT_SEALED, PLACES
from engine.identity.rotation import OLD_KEYS_STAY, KeyStillNeeded, Rotation, rotate_kek
from engine.identity.vault import KEYS_STAY_KNOWN, bind
from engine.store import Database
from engine.store.models import AuditEvent, Base, Instance, Message, RecoveryCode, TotpCredential
from engine.store.types import Json
from engine.variables import SecretReference
from forms import FormJs
from service_tasks import ACTIVITIES
from tests import stored
from tests.conftest import ManualClock

BINDING = b"b" * 32
SEALED = 5 + 1 + 1 + 1 + 1 + 10
"""Instances, a message, a password of the settings, a registration, one under way, recovery codes."""
OTHERS = [bytes([number]) * 32 for number in range(4)]
KILLED = """
import os, signal, sys
from pathlib import Path
from engine.clock import SystemClock
from engine.config import Settings
from engine.identity import Vault, key_encryption_key, rotation
from engine.store import Database
settings = Settings(data=Path(sys.argv[1]))
database = Database(sys.argv[2])
with database.write() as session:
    vault = Vault.open(session, key_encryption_key(settings), SystemClock())
rotation.BATCH = 2
rotation.Rotation(database, vault, SystemClock()).rotate(progress=lambda _: os.kill(os.getpid(), signal.SIGKILL))
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "var")


@pytest.fixture
def application(settings: Settings, clock: ManualClock) -> Iterator[Application]:
    """An installation in the midst of its work: journeys, a message, registrations of every kind, recovery codes."""
    application = opened(settings, clock)
    demo.install(application, bpmn.journeys())
    with application.write() as session:
        policy = application.identity.policy(session, demo.POLICY)
        policy = application.identity.update_policy(session, policy, display_limit=None)
        store = application.identity.store(session, demo.STORE)
        user = application.identity.create_user(session, store, external_id="user2")
        application.identity.start_registration(session, user, policy, "i")
        application.identity.generate_recovery_codes(session, user, "i")
    given = {"host": "mail.example", "user": "relay", "password": "open-sesame", "sender": "a@example.com"}
    application.adjustments.save(MAIL, MailSettings.read(given), seen=0, by=None)
    for binding in (*OTHERS, BINDING):
        application.journeys.start(demo.PROCESS, {"externalId": demo.USER}, binding)
    application.events.publish("Checked", key="1", variables={"amount": 3}, time_to_live=timedelta(days=1))
    yield application
    application.close()


def opened(settings: Settings, clock: ManualClock) -> Application:
    return Application.open(settings, activities=ACTIVITIES, forms=FormJs(), clock=clock)


def rotation_of(application: Application) -> Rotation:
    return Rotation(application.database, application.outbox.vault, application.clock)


def everything(application: Application, *, fresh: bool = True) -> list[Any]:
    """Open every sealed value by its own door: instances, their secrets, messages."""
    found: list[Any] = [application.views.show(each.id).variables for each in application.views.newest()]
    step = application.journeys.step(mine(application), BINDING)
    found.append(application.journeys.reveal(step, step.variables["_identityStore"]["currentTOTP"]["secret"]))
    vault, settings = application.outbox.vault, Settings()
    found.append(Adjustments(application.database, vault, application.clock, settings).current(MAIL).password)
    assert found[-1] == "open-sesame"
    with application.database.read() as session:
        found += [application.outbox.payload(message) for message in session.scalars(select(Message))]
        if fresh:
            found += [application.identity.reveal(session, each) for each in references(session)]
    assert len(found) == (SEALED if fresh else 8)
    return found


def references(session: Session) -> list[SecretReference]:
    """Return what is shown only for a while."""
    started = session.scalars(select(TotpCredential.id).where(TotpCredential.status == "PENDING"))
    codes = session.scalars(select(RecoveryCode.id).order_by(RecoveryCode.id))
    return [
        *(SecretReference(SecretKind.REGISTRATION_SECRET.value, each, "i") for each in started),
        *(SecretReference(SecretKind.RECOVERY_CODE.value, each, "i") for each in codes),
    ]


def mine(application: Application) -> str:
    """Return the id of the instance that goes on with BINDING."""
    with application.database.read() as session:
        return next(
            each.id
            for each in session.scalars(select(Instance))
            if each.binding == application.journeys._bound(BINDING)
        )


def events(application: Application, name: str) -> list[dict[str, Any]]:
    with application.database.read() as session:
        found = session.scalars(select(AuditEvent).where(AuditEvent.event == name).order_by(AuditEvent.id))
        return [event.detail for event in found]


def test_every_column_of_bytes_is_declared_sealed_or_not() -> None:
    columns = {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary) and not isinstance(column.type, Json)
    }
    sealed = {(place.table, place.column) for place in PLACES}
    assert sealed == columns - NOT_SEALED
    assert columns >= NOT_SEALED


def test_a_rotation_seals_everything_again_and_changes_nothing_else(application: Application) -> None:
    before = everything(application)
    done = rotation_of(application).rotate()
    assert (done.key, done.resumed, done.values, done.broken) == (2, False, SEALED, ())
    assert everything(application) == before
    assert [(key.id, key.newest, key.values) for key in rotation_of(application).data_keys()] == [
        (1, False, 0),
        (2, True, SEALED),
    ]
    assert [(each["stage"], each["key"]) for each in events(application, "key_rotated")] == [
        ("begun", 2),
        ("finished", 2),
    ]


def test_journeys_go_on_in_a_process_that_knew_only_the_old_key(
    application: Application, settings: Settings, clock: ManualClock
) -> None:
    other = opened(settings, clock)
    before = everything(application)
    rotation_of(other).rotate()
    assert everything(application) == before
    instance = mine(application)
    task = application.journeys.step(instance, BINDING).task
    assert task is not None
    application.journeys.submit(instance, BINDING, task.id, {})
    assert application.views.show(instance).record.status == "COMPLETED"
    other.close()


def test_a_process_seals_with_a_newer_key_after_five_minutes_at_the_latest(
    application: Application, settings: Settings, clock: ManualClock
) -> None:
    other = opened(settings, clock)
    rotation_of(other).rotate()
    vault = application.outbox.vault
    clock.advance(KEYS_STAY_KNOWN)
    assert vault.seal(b"x", b"")[:5] == b"\x01" + (1).to_bytes(4)
    clock.advance(timedelta(seconds=1))
    assert vault.seal(b"x", b"")[:5] == b"\x01" + (2).to_bytes(4)
    other.close()


def test_a_rotation_that_was_killed_goes_on_where_it_was(
    application: Application, settings: Settings, clock: ManualClock
) -> None:
    before = everything(application)
    command = [sys.executable, "-c", KILLED, str(settings.data), stored.url(application.database)]
    folder = Path(__file__).parents[2]
    killed = subprocess.run(command, cwd=folder, env={**os.environ, "PYTHONPATH": str(folder)}, check=False)
    assert killed.returncode == -signal.SIGKILL
    rotation = rotation_of(application)
    assert [key.values for key in rotation.data_keys()] == [SEALED - 2, 2]
    assert everything(application) == before
    done = rotation.rotate()
    assert (done.key, done.resumed, done.values) == (2, True, SEALED - 2)
    assert [key.values for key in rotation.data_keys()] == [0, SEALED]
    assert everything(application) == before
    assert events(application, "key_rotated")[-1]["stage"] == "finished"


def test_journeys_begin_and_end_while_everything_is_sealed_again(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.identity.rotation.BATCH", 1)

    def journey(number: int) -> str:
        binding = bytes([100 + number]) * 32
        instance = application.journeys.start(demo.PROCESS, {"externalId": demo.USER}, binding)
        task = application.journeys.step(instance, binding).task
        assert task is not None
        application.journeys.submit(instance, binding, task.id, {})
        return application.views.show(instance).record.status

    with ThreadPoolExecutor(4) as threads:
        rotated = threads.submit(rotation_of(application).rotate)
        assert {*threads.map(journey, range(20))} == {"COMPLETED"}
        assert rotated.result().values >= SEALED
    # On PostgreSQL, one that was under way all the time may be left for the next time; on SQLite, none can be.
    assert not application.database.is_sqlite or rotation_of(application).data_keys()[0].values == 0
    [*rotation_of(application).reseal(2)]
    old, new = rotation_of(application).data_keys()
    assert (old.values, new.values) == (0, SEALED + 20)


def test_old_keys_are_deleted_only_when_nobody_can_need_them(application: Application, clock: ManualClock) -> None:
    rotation = rotation_of(application)
    assert rotation.prune() == []
    key, _ = rotation.begin()
    clock.advance(OLD_KEYS_STAY)
    with pytest.raises(KeyStillNeeded, match=f"still seals {SEALED}"):
        rotation.prune()
    list(rotation.reseal(key))
    clock.advance(timedelta(seconds=-1))
    with pytest.raises(KeyStillNeeded, match="2026-01-15 10:30:00Z"):
        rotation.prune()
    clock.advance(timedelta(seconds=1))
    assert rotation.prune() == [1]
    assert [key.id for key in rotation.data_keys()] == [2]
    everything(application, fresh=False)
    assert events(application, "key_rotated")[-1] == {"kind": "data", "stage": "deleted", "key": 1}


def test_a_value_that_does_not_open_is_left_named_and_audited(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.identity.rotation.BATCH", 1)
    first, second = [each.id for each in application.views.newest()][:2]
    with application.database.write() as session:
        session.execute(
            text("UPDATE instances SET state = (SELECT state FROM instances WHERE id = :other) WHERE id = :id"),
            {"id": first, "other": second},
        )
    done = rotation_of(application).rotate()
    assert (done.values, done.broken) == (SEALED - 1, (f"instances {first}",))
    assert events(application, "seal_broken") == [{"place": f"instance {first}"}]
    again = rotation_of(application).rotate()
    assert (again.key, again.resumed) == (2, True)
    fresh = rotation_of(application).rotate(fresh=True)
    assert (fresh.key, fresh.values) == (3, SEALED - 1)


def test_a_broken_seal_is_noted_until_it_is_audited(vault: Vault, database: Database, clock: ManualClock) -> None:
    with pytest.raises(Exception, match="altered"):
        vault.unseal(vault.seal(b"secret", bind("row", "1")), bind("row", "2"))
    with database.write() as session:
        assert vault.audit_broken(session, clock) == 1
        assert vault.audit_broken(session, clock) == 0
    with database.read() as session:
        event = session.scalars(select(AuditEvent)).one()
    assert (event.event, event.detail) == ("seal_broken", {"place": "row 2"})


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
