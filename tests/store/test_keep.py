from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.store import Database, keep
from engine.store.models import DataKey


class Broken(Exception):
    pass


def put(session: Session) -> None:
    number = (session.scalar(select(func.max(DataKey.id))) or 0) + 1
    session.add(DataKey(id=number, wrapped=b"", created_at=datetime(2026, 1, 1, tzinfo=UTC)))
    session.flush()


def put_and_keep(session: Session) -> None:
    put(session)
    keep(session, put)


def left(database: Database, work: Callable[[Session], None]) -> int:
    """Return how many rows there are after a block that does `work`."""
    try:
        with database.write() as session:
            work(session)
    except Broken:
        pass
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(DataKey)) or 0


def in_savepoint(session: Session, *work: Callable[[Session], None]) -> None:
    try:
        with session.begin_nested():
            for each in work:
                each(session)
    except Broken:
        pass


def fail(_: Session) -> None:
    raise Broken


def test_what_is_kept_is_written_once_when_all_goes_well(database: Database) -> None:
    assert left(database, put_and_keep) == 1


@pytest.mark.parametrize("times", [1, 2, 3])
def test_what_is_kept_outlives_the_transaction(database: Database, times: int) -> None:
    def work(session: Session) -> None:
        for _ in range(times):
            put_and_keep(session)
        put(session)
        raise Broken

    assert left(database, work) == times


@pytest.mark.parametrize("after", [put, fail])
def test_what_is_kept_outlives_a_savepoint(database: Database, after: Callable[[Session], None]) -> None:
    def work(session: Session) -> None:
        in_savepoint(session, put_and_keep, put, fail)
        after(session)

    assert left(database, work) == (2 if after is put else 1)


def test_a_savepoint_in_a_savepoint_is_part_of_it(database: Database) -> None:
    def inner(session: Session) -> None:
        in_savepoint(session, put_and_keep)

    assert left(database, lambda session: in_savepoint(session, put_and_keep, inner, fail)) == 2


def test_a_savepoint_that_was_kept_is_not_written_again(database: Database) -> None:
    def work(session: Session) -> None:
        in_savepoint(session, put_and_keep)
        in_savepoint(session, put, fail)

    assert left(database, work) == 1


def test_a_savepoint_that_was_kept_falls_with_the_transaction(database: Database) -> None:
    def work(session: Session) -> None:
        in_savepoint(session, put_and_keep)
        raise Broken

    assert left(database, work) == 1


def test_a_commit_that_fails_counts_as_rolled_back(database: Database) -> None:
    def work(session: Session) -> None:
        put_and_keep(session)
        session.add(DataKey(id=1, wrapped=b"", created_at=datetime(2026, 1, 1, tzinfo=UTC)))

    with pytest.raises(IntegrityError):
        left(database, work)
    assert left(database, lambda _: None) == 1


def test_another_process_sees_what_is_kept_as_soon_as_the_block_is_left(database: Database, tmp_path: Path) -> None:
    def work(session: Session) -> None:
        put_and_keep(session)
        raise Broken

    left(database, work)
    other = Database(f"sqlite:///{tmp_path / 't.sqlite3'}")
    assert left(other, lambda _: None) == 1
    other.close()
