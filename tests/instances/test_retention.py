"""What is deleted when it was kept long enough, and what is never lost unseen."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select, text

from engine import demo, housekeeping
from engine.application import Application
from engine.audit import checkpoints
from engine.audit.verification import BreakKind
from engine.config import Retention, Settings
from engine.store.models import (
    AttachmentRow,
    AuditEvent,
    Base,
    HistoryRow,
    Instance,
    InstanceParameter,
    Mail,
    ProcessToken,
    TokenParameter,
)
from engine.store.types import new_id
from forms import FormJs
from service_tasks import ACTIVITIES
from tests.instances.conftest import BINDING, Clock

DAY = timedelta(days=1)


@pytest.fixture
def kept(installation: Any, clock: Clock, tmp_path: Path) -> Iterator[Application]:
    """The demonstration, where what is over goes after ten days, and events after thirty."""
    folder: Settings = installation.settings
    settings = replace(folder, retention=Retention(instances=10 * DAY, tokens=10 * DAY, audit=30 * DAY))

    application = Application.open(settings, activities=ACTIVITIES, forms=FormJs(), clock=clock)
    yield application
    application.close()


def number(application: Application, table: type[Base]) -> int:
    with application.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def ended(application: Application) -> str:
    instance_id = application.journeys.start(demo.PROCESS, {"externalId": demo.USER}, new_id().encode())
    application.operations.cancel(instance_id)
    with application.database.write() as session:
        row = {"instance_id": instance_id, "created_at": application.clock.now()}
        session.add(Mail(message_id="<1@x>", **row))
        session.add(AttachmentRow(key="k", name="n", content_type="t", size=1, content=b"x", **row))
    return instance_id


def test_an_ended_instance_goes_with_all_that_belongs_to_it(kept: Application, clock: Clock) -> None:
    ended(kept)
    open_one = kept.journeys.start(demo.PROCESS, {"externalId": demo.USER}, BINDING)
    clock.advance(days=9)
    late = ended(kept)
    kept.keep_house()
    assert number(kept, Instance) == 3
    clock.advance(days=1)
    kept.keep_house()
    with kept.database.read() as session:
        assert set(session.scalars(select(Instance.id))) == {open_one, late}
        assert set(session.scalars(select(HistoryRow.instance_id))) == {open_one, late}
        assert session.scalars(select(AttachmentRow.instance_id)).all() == [late]
        assert session.scalars(select(Mail.instance_id)).all() == [late]
        (event,) = session.scalars(select(AuditEvent).where(AuditEvent.event == "retention_applied"))
        assert set(session.scalars(select(InstanceParameter.instance_id))) == {open_one, late}
    assert (event.detail["what"], event.detail["count"]) == ("instances", "1")


def test_it_goes_in_batches(kept: Application, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(housekeeping, "BATCH", 2)
    monkeypatch.setattr(housekeeping, "ROUNDS", 2)
    for _ in range(5):
        ended(kept)
    clock.advance(days=11)
    kept.keep_house()
    assert number(kept, Instance) == 1
    kept.keep_house()
    assert number(kept, Instance) == 0


def test_a_token_goes_when_nobody_can_begin_with_it_and_no_instance_is_left(kept: Application, clock: Clock) -> None:
    def issue(**options: Any) -> str:
        return kept.token_office.issue(name=None, definition_key=demo.PROCESS, **options).id

    unlimited, over = issue(type="unlimited"), issue(not_after=clock.now() + DAY)
    parameters = number(kept, TokenParameter)
    spent = kept.token_office.issue(name="spent", definition_key=demo.PROCESS, parameters={"externalId": "a", "age": 7})
    instance_id = kept.journeys.begin(spent.link, BINDING)
    assert number(kept, TokenParameter) == parameters + 2
    clock.advance(days=11.5)
    kept.keep_house()
    with kept.database.read() as session:
        left = set(session.scalars(select(ProcessToken.id)))
    assert {unlimited, spent.id} <= left
    assert over not in left
    # It has expired by now.
    assert kept.views.show(instance_id).record.ended_at == clock.now()
    clock.advance(days=11)
    kept.keep_house()
    with kept.database.read() as session:
        left = set(session.scalars(select(ProcessToken.id)))
    assert unlimited in left
    assert spent.id not in left
    # What it was found by is gone with it, as it is with an instance.
    assert number(kept, TokenParameter) == parameters


class TestAudit:
    @pytest.fixture(autouse=True)
    def few(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(checkpoints, "EVERY", 1)
        monkeypatch.setattr(housekeeping, "EVENTS", 3)

    @pytest.fixture
    def old(self, kept: Application, clock: Clock) -> int:
        """Events that are older than they are kept, and newer ones; the last of the old ones."""
        kept.keep_house()
        with kept.database.read() as session:
            last = session.scalar(select(func.max(AuditEvent.id))) or 0
        clock.advance(days=20)
        kept.journeys.start(demo.PROCESS, {}, BINDING)
        kept.keep_house()
        clock.advance(days=11)
        return last

    def test_old_events_go_up_to_a_checkpoint_and_the_rest_can_still_be_verified(
        self, kept: Application, old: int
    ) -> None:
        before = kept.audit_office.verify()
        kept.keep_house()
        after = kept.audit_office.verify()
        with kept.database.read() as session:
            assert session.scalar(select(func.min(AuditEvent.id))) == old + 1
        assert (after.breaks, after.cut.last, after.cut.count) == ((), old, old)
        assert after.count >= before.count + 1
        assert after.vouched == after.last
        kept.keep_house()
        assert kept.audit_office.verify().breaks == ()

    def test_a_trail_that_was_changed_is_not_cut(self, kept: Application, old: int) -> None:
        with kept.database.write() as session:
            session.execute(text("UPDATE audit_events SET user_id = 'x' WHERE id = 2"))
        kept.keep_house()
        with kept.database.read() as session:
            assert session.scalar(select(func.min(AuditEvent.id))) == 1
        assert [each.kind for each in kept.audit_office.verify().breaks] == [BreakKind.CHANGED]

    def test_who_deletes_the_beginning_without_the_key_is_found(self, kept: Application, old: int) -> None:
        with kept.database.write() as session:
            session.execute(delete(AuditEvent).where(AuditEvent.id <= old))
            event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
            assert event is not None
            event.event = "audit_cut"
            event.detail = {"last": old, "count": old, "hash": "00" * 32, "signature": "00" * 64}
        assert BreakKind.MISSING in {each.kind for each in kept.audit_office.verify().breaks}

    def test_who_deletes_more_than_was_cut_is_found(self, kept: Application, old: int) -> None:
        kept.keep_house()
        with kept.database.write() as session:
            session.execute(delete(AuditEvent).where(AuditEvent.id == old + 1))
        assert BreakKind.MISSING in {each.kind for each in kept.audit_office.verify().breaks}


def test_without_settings_everything_is_kept(installation: Any) -> None:
    instance_id = installation.begin()
    installation.call(lambda application: application.operations.cancel(instance_id))
    installation.clock.advance(days=3650)
    installation.call(lambda application: application.keep_house())
    assert installation.status(instance_id) == "CANCELLED"


def test_how_long_things_are_kept_is_a_setting() -> None:
    given = {"IDFLOW_KEEP_INSTANCES": "90", "IDFLOW_KEEP_AUDIT": "365", "IDFLOW_KEEP_SANDBOXES": "1"}
    found = Settings.from_environment(given).retention
    assert found == Retention(instances=90 * DAY, audit=365 * DAY, sandboxes=timedelta(hours=1))
