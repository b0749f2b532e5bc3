"""Whose a sandbox is, how it is stored, and when it ends."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.config import Retention
from engine.sandbox import SandboxNotFound, contents, sandboxes
from engine.sandbox.contents import SandboxFull
from engine.store.models import SandboxRow
from tests.sandbox.conftest import Installed
from tests.sandbox.tried import Tried


def test_only_its_owner_finds_it(installed: Installed) -> None:
    sandbox_id = installed.create()
    with pytest.raises(SandboxNotFound), installed.sandboxes.look(installed.other, sandbox_id):
        pass
    installed.sandboxes.remove(installed.other, sandbox_id)
    assert Tried(installed, sandbox_id).state
    installed.sandboxes.remove(installed.account, sandbox_id)
    with pytest.raises(SandboxNotFound):
        assert Tried(installed, sandbox_id).state


def test_when_an_account_makes_too_many_the_oldest_goes(installed: Installed) -> None:
    made = []
    for _ in range(sandboxes.MAXIMUM_SANDBOXES + 1):
        installed.clock.advance(timedelta(seconds=1))
        made.append(installed.create())
    assert all(Tried(installed, each).state for each in made[1:])
    with pytest.raises(SandboxNotFound):
        assert Tried(installed, made[0]).state


def test_it_ends_when_nothing_is_done_for_two_hours(installed: Installed) -> None:
    tried = Tried(installed, installed.create())
    installed.clock.advance(timedelta(minutes=119))
    tried.do(lambda each: each.wait(timedelta(seconds=1)))
    installed.clock.advance(timedelta(minutes=119))
    assert tried.state
    installed.clock.advance(timedelta(minutes=1))
    with pytest.raises(SandboxNotFound):
        assert tried.state


def test_housekeeping_deletes_what_has_ended(everything: Installed) -> None:
    ended = everything.create()
    everything.clock.advance(Retention().sandboxes)
    kept = everything.create()
    everything.application.keep_house()
    with everything.application.database.read() as session:
        left = set(session.scalars(select(SandboxRow.id)))
    assert (ended in left, kept in left) == (False, True)


def test_what_is_stored_is_sealed_and_limited(installed: Installed, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = Tried(installed, installed.create(variables={"word": "canary-in-a-variable"}))
    with installed.application.database.read() as session:
        content = session.scalar(select(SandboxRow.content).where(SandboxRow.id == tried.id)) or b""
    assert 5_000 < len(content) < 60_000
    assert b"canary" not in content
    assert b"SQLite" not in content
    monkeypatch.setattr(contents, "MAXIMUM_BYTES", 1000)
    with pytest.raises(SandboxFull):
        tried.do(lambda each: each.wait(timedelta(seconds=1)))


def test_one_that_other_tables_were_stored_in_is_gone(installed: Installed, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = Tried(installed, installed.create())
    monkeypatch.setattr(contents, "_TABLES", "of the next version")
    with pytest.raises(SandboxNotFound):
        assert tried.state
