"""New data keys: everything is sealed again while work goes on."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, select, text

from engine import demo
from engine.application import Application
from engine.config import Settings
from engine.identity import Vault
from engine.identity.places import NOT_SEALED, PLACES
from engine.identity.rotation import OLD_KEYS_STAY, KeyStillNeeded
from engine.identity.vault import KEYS_STAY_KNOWN, bind
from engine.store import Database
from engine.store.models import AuditEvent, Base
from engine.store.types import Json
from tests import stored
from tests.conftest import ManualClock
from tests.identity.rotation.installation import BINDING, SEALED, events, everything, mine, opened, rotation_of

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
    folder = Path(__file__).parents[3]
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
