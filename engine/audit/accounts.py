"""Which accounts an event names, in a table of its own: so that those of one account are found by an index.

The table says again what the detail of an event says. The chain is over the detail only, so the verification compares.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine.store.models import AuditAccount

NAMES = ("account", "by")
"""Where the detail of an event names who did it, or the account that it was about."""

MAXIMUM_ACCOUNT = 255
"""How many characters of a name are compared."""

_TABLE = AuditAccount.metadata.tables[AuditAccount.__tablename__]
_INSERT = insert(_TABLE)
_ALL = select(_TABLE.c.event_id, _TABLE.c.account).order_by(_TABLE.c.event_id)


def key(account: str) -> str:
    """Return a name as it is looked for."""
    return account[:MAXIMUM_ACCOUNT]


def named(detail: Mapping[str, Any]) -> set[str]:
    """Return the accounts that an event names."""
    return {key(value) for name in NAMES if isinstance(value := detail.get(name), str)}


def note(session: Session, details: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
    """Write down which accounts events name, which are given by their numbers."""
    rows = [{"account": each, "event_id": number} for number, detail in details for each in sorted(named(detail))]
    if rows:
        session.execute(_INSERT, rows)


class Noted:
    """What was written down, event by event, read beside the trail."""

    def __init__(self, session: Session) -> None:
        self._found = session.execute(_ALL.execution_options(yield_per=500))
        self._rows: Iterator[Any] = iter(self._found)
        self._next = next(self._rows, None)

    def close(self) -> None:
        """Read no further."""
        self._found.close()

    def agrees(self, event_id: int, content: object) -> bool:
        """Tell whether that is what an event says; to be asked in the order of the events."""
        found = set()
        while self._next is not None and self._next.event_id <= event_id:
            if self._next.event_id == event_id:
                found.add(self._next.account)
            self._next = next(self._rows, None)
        try:
            detail = orjson.loads(content) if isinstance(content, bytes | str) else None
        except orjson.JSONDecodeError:
            detail = None
        # A detail that cannot be read is a break of its own.
        return not isinstance(detail, dict) or found == named(detail)
