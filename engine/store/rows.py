"""Waits for a row that somebody else is working on, but not for long."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import text
from sqlalchemy.orm import Session

from engine.store.backend import DatabaseBusy, DatabaseUnavailable

ROW_WAIT_SECONDS = 3.0
"""How long a writer waits for a row that another has: longer than a step takes, shorter than a person waits."""

T = TypeVar("T")

# Who stands behind others waits even less.
_SHORTER = text(
    "SELECT set_config('lock_timeout', least(:most, setting::integer)::text, true), setting FROM pg_settings"
    " WHERE name = 'lock_timeout'"
)
_AS_BEFORE = text("SELECT set_config('lock_timeout', :before, true)")


class RowBusy(DatabaseBusy):
    """Somebody else is still working on this. Nothing has happened; try again in a moment."""

    code = "row-busy"


def shortly(session: Session, read: Callable[[], T]) -> T:
    """Return what `read` has locked, which another writer has right now: it is waited for, but not for long.

    Raises:
        RowBusy: when the other one takes longer.

    """
    before = session.execute(_SHORTER, {"most": int(ROW_WAIT_SECONDS * 1000)}).one().setting
    try:
        found = read()
    except DatabaseUnavailable:
        raise
    except DatabaseBusy as error:
        raise RowBusy from error
    session.execute(_AS_BEFORE, {"before": before})
    return found
