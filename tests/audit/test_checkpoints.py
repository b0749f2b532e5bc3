from pathlib import Path

import pytest

from engine import audit
from engine.audit import AuditAction
from engine.audit.checkpoints import EVERY, Checkpoint, CheckpointInvalid, Checkpoints, append_to, is_signed, read_from
from engine.audit.verification import BreakKind
from engine.store import Database
from tests.audit.trail import COUNT, change, checkpoint, verified
from tests.conftest import ManualClock


def test_a_checkpoint_does_not_vouch_for_what_is_broken_before_it(trail: Database, checkpoints: Checkpoints) -> None:
    made = checkpoint(trail, checkpoints)
    change(trail, "UPDATE audit_events SET user_id = 'v' WHERE id = 5")
    found = verified(trail, made)
    assert ([each.kind for each in found.breaks], found.vouched) == ([BreakKind.CHANGED], 0)
    change(trail, "DELETE FROM audit_events WHERE id = 5")
    found = verified(trail, made)
    assert ([each.kind for each in found.breaks], found.vouched) == ([BreakKind.MISSING, BreakKind.REWRITTEN], 0)


def test_a_forged_checkpoint_vouches_for_nothing(trail: Database, checkpoints: Checkpoints, clock: ManualClock) -> None:
    made = checkpoint(trail, checkpoints)
    other = Checkpoint(made.id - 1, made.hash, made.count, made.at, made.signature)
    stranger = checkpoint(trail, Checkpoints(bytes(32), clock))
    found = verified(trail, other, stranger)
    assert [each.kind for each in found.breaks] == [BreakKind.CHECKPOINT] * 2
    assert found.vouched == 0


def test_a_checkpoint_is_due_after_a_number_of_events(
    trail: Database, checkpoints: Checkpoints, clock: ManualClock
) -> None:
    with trail.write() as session:
        assert checkpoints.make_when_due(session) is None
        for _ in range(EVERY - COUNT - 1):
            audit.record(session, clock, AuditAction.USER_CHANGED)
        assert checkpoints.make_when_due(session) is None
        audit.record(session, clock, AuditAction.USER_CHANGED)
        made = checkpoints.make_when_due(session)
        assert made is not None
        assert (made.id, made.count) == (EVERY, EVERY)
        assert checkpoints.make_when_due(session) is None
        assert checkpoints.kept(session) == [made]
    assert verified(trail, made).vouched == EVERY


def test_a_checkpoint_outlives_a_file(trail: Database, checkpoints: Checkpoints, tmp_path: Path) -> None:
    file, made = tmp_path / "deep" / "checkpoints.jsonl", checkpoint(trail, checkpoints)
    append_to(file, made)
    append_to(file, made)
    assert read_from(file) == [made, made]
    assert file.stat().st_mode & 0o777 == 0o600
    assert is_signed(read_from(file)[0], checkpoints.public_key)
    assert verified(trail, *read_from(file)).breaks == ()


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        "[]",
        "{}",
        '{"version":2,"id":1,"hash":"00","count":1,"at":"2026-01-01T00:00:00+00:00","signature":"00"}',
        '{"version":1,"id":1,"hash":"0","count":1,"at":"2026-01-01T00:00:00+00:00","signature":"00"}',
        '{"version":1,"id":1,"hash":"00","count":1,"at":"2026-01-01T00:00:00","signature":"00"}',
        '{"version":1,"id":1,"hash":"00","count":1,"at":"2026-01-01T00:00:00+00:00"}',
    ],
)
def test_what_is_no_checkpoint_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "file").write_text(f"\n{line}\n")
    with pytest.raises(CheckpointInvalid, match="file:2"):
        read_from(tmp_path / "file")
