from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from sqlalchemy import text

from engine.jobs.worker import STUCK_AFTER
from engine.store.models import DataKey
from tests.conftest import ManualClock
from tests.webui.conftest import Site

WORKING = {"database": "ok", "migrations": "ok", "vault": "ok", "worker": "ok"}


def parts(site: Site) -> tuple[int, dict[str, str]]:
    answer = site.app.test_client().get("/readyz")
    assert answer.json is not None
    assert answer.json["status"] == ("ready" if answer.status_code == 200 else "not ready")
    return answer.status_code, answer.json["parts"]


def test_an_installation_that_can_do_its_work_is_ready(site: Site) -> None:
    assert parts(site) == (200, WORKING)


def test_tables_of_another_version_are_named(site: Site) -> None:
    with site.application.database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert parts(site) == (503, WORKING | {"migrations": "failed", "vault": "failed"})


def test_tables_of_the_next_version_are_worked_on(site: Site) -> None:
    """A node that is not upgraded yet goes on, as long as the newer version says that it may."""
    with site.application.database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert parts(site) == (200, WORKING | {"migrations": "newer"})
    with site.application.database.write() as session:
        session.execute(text("UPDATE schema_floor SET revision = '9998'"))
    assert parts(site) == (503, WORKING | {"migrations": "failed", "vault": "failed"})


@pytest.mark.sqlite("it breaks the file; tests/store/test_postgres.py stops the server's connections")
def test_a_database_that_does_not_answer_is_named_and_nothing_else_said(site: Site) -> None:
    path = site.application.settings.database
    site.application.database.close()
    path.unlink()
    path.mkdir()
    assert parts(site) == (503, WORKING | {"database": "failed", "migrations": "failed", "vault": "failed"})
    assert site.app.test_client().get("/healthz").status_code == 200


def test_keys_that_this_process_cannot_open_are_named(site: Site) -> None:
    with site.application.database.write() as session:
        session.add(DataKey(id=9, wrapped=b"\0", created_at=datetime(2026, 1, 1, tzinfo=UTC)))
    assert parts(site) == (503, WORKING | {"vault": "failed"})


def test_a_worker_that_no_longer_looks_for_work_is_named(site: Site, clock: ManualClock) -> None:
    with patch("engine.jobs.worker.Thread.start"):
        site.application.worker.start()
    assert parts(site)[1]["worker"] == "failed"
    with patch("engine.jobs.worker.Thread.is_alive", return_value=True):
        assert parts(site) == (200, WORKING)
        clock.advance(STUCK_AFTER * 2)
        assert parts(site) == (503, WORKING | {"worker": "failed"})
    site.application.worker._threads = []  # type: ignore[attr-defined]
