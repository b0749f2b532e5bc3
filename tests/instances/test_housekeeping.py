"""What is done from time to time, whoever uses the installation."""

from typing import Any

import orjson
import pytest
from sqlalchemy import select

from engine.application import Application
from engine.audit import AuditAction, checkpoints
from engine.identity import SealBroken
from engine.store.models import AuditEvent, TotpCredential
from tests.instances.conftest import BINDING


def test_a_seal_that_was_found_broken_gets_into_the_trail(installation: Any) -> None:
    instance_id = installation.begin()

    def look(application: Application) -> None:
        with application.database.write() as session:
            row = session.scalars(select(TotpCredential)).one()
            row.secret = row.secret[:-1] + bytes([row.secret[-1] ^ 1])
        step = application.journeys.step(instance_id, BINDING)
        secret = step.variables["_identityStore"]["currentTOTP"]["secret"]
        with pytest.raises(SealBroken):
            application.journeys.reveal(step, secret)
        application.keep_house()
        application.keep_house()

    installation.call(look)
    assert installation.call(lambda app: events(app, AuditAction.SEAL_BROKEN)) == 1


def test_what_the_trail_has_come_to_is_signed_and_kept_beside_the_database(
    installation: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = installation.settings.checkpoints
    installation.call(lambda app: app.keep_house())
    assert not kept.exists()
    monkeypatch.setattr(checkpoints, "EVERY", 1)
    installation.call(lambda app: app.keep_house())
    installation.call(lambda app: app.keep_house())
    [line] = kept.read_text().splitlines()
    assert orjson.loads(line)["id"] > 0
    assert kept.stat().st_mode & 0o777 == 0o600


def events(application: Application, action: AuditAction) -> int:
    with application.database.read() as session:
        return len(session.scalars(select(AuditEvent).where(AuditEvent.event == action.value)).all())
