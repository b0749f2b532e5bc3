"""Keeps groups of settings, a row each, and says what is in force: what the environment sets, then what was saved.

What is in force is read once in `STAYS_KNOWN` by each process, all groups in one statement: so pages cost nothing, and
every process of an installation uses a change after that time, without a restart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Generic, NamedTuple, TypeVar

import orjson
import structlog
from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from engine import audit
from engine.adjustments.group import Fixed, Group, changed, having, written
from engine.audit import AuditAction
from engine.clock import Clock
from engine.config import Settings
from engine.declare import Declared, ParameterInvalid
from engine.errors import Conflict
from engine.identity import SealBroken, Vault
from engine.identity.vault import bind
from engine.store import Database, DatabaseBusy
from engine.store.models import Base, SettingFileRow, SettingRow

STAYS_KNOWN = timedelta(seconds=3)
"""For how long a process uses what it has read."""

T = TypeVar("T", bound=Declared)

_ROWS = Base.metadata.tables[SettingRow.__tablename__]
_FILES = Base.metadata.tables[SettingFileRow.__tablename__]
_ALL = select(_ROWS)
_INSERT = insert(_ROWS)
_UPDATE = (
    update(_ROWS)
    .where(_ROWS.c.id == bindparam("group"), _ROWS.c.revision == bindparam("seen"))
    .values({name: bindparam(f"new_{name}") for name in ("content", "secrets", "revision", "changed_by", "changed_at")})
    .returning(_ROWS.c.revision)
)
_FILE = select(_FILES.c.media_type, _FILES.c.content).where(_FILES.c.id == bindparam("one"))

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class State(Generic[T]):
    """A group of settings as it stands."""

    values: T
    """What is in force."""
    saved: T
    """What was saved, whatever the environment says."""
    fixed: Mapping[str, Fixed] = field(default_factory=dict)
    revision: int = 0
    """0: nothing was ever saved."""
    changed_by: str | None = None
    changed_at: datetime | None = None


class SettingsChanged(Conflict):
    """Somebody else has changed these settings meanwhile. Nothing was saved."""

    code = "settings-changed"

    def __init__(self, state: State[Any]) -> None:
        super().__init__()
        self.state = state


class File(NamedTuple):
    """A file that a setting refers to."""

    id: str
    media_type: str
    content: bytes


class _Known(NamedTuple):
    """What was read, and when."""

    at: datetime
    rows: Mapping[str, Any]


class Adjustments:
    """The settings of an installation that administrators change. One object serves all threads."""

    def __init__(self, database: Database, vault: Vault, clock: Clock, settings: Settings) -> None:
        """Let what the environment says in `settings` win."""
        self._database = database
        self._vault = vault
        self._clock = clock
        self._settings = settings
        self._known: _Known | None = None
        self._states: dict[str, State[Any]] = {}
        self._reading = Lock()

    def current(self, group: Group[T], session: Session | None = None, *, fresh: bool = False) -> T:
        """Return what is in force; `session` is read from when there is one already.

        Where the database cannot be read, what was known last, or the defaults: pages that say so need them, too.
        """
        known, now = self._known, self._clock.now()
        if fresh or known is None or not timedelta() <= now - known.at < STAYS_KNOWN:
            known = self._read_again(known, now, session)
        return self._state(group, known.rows.get(group.name)).values

    def state(self, group: Group[T]) -> State[T]:
        """Return how a group stands in the database now."""
        with self._database.read() as session:
            return self._found(session, group)

    def save(self, group: Group[T], values: T, *, seen: int, by: str | None, files: Sequence[File] = ()) -> State[T]:
        """Save a group that was at the revision `seen` when somebody began to change it.

        What the environment sets stays as it was saved before. `files` are those that the values refer to and that
        may be new. Nothing happens when nothing is different.

        Raises:
            SettingsChanged: when it is at another revision by now.

        """
        with self._database.write() as session:
            before = self._found(session, group)
            kept: dict[str, Any] = {name: getattr(before.saved, name) for name in before.fixed}
            values = having(values, kept)
            names = changed(before.saved, values)
            if not names:
                return before
            if before.revision != seen:
                raise SettingsChanged(before)
            for file in files:
                if session.execute(_FILE, {"one": file.id}).one_or_none() is None:
                    session.execute(insert(_FILES), file._asdict())
            self._write(session, group, values, seen, by)
            if group.files is not None:
                session.execute(delete(_FILES).where(_FILES.c.id.not_in(group.files(values))))
            what = ", ".join(names)[: audit.MAXIMUM_TEXT]
            audit.record(
                session,
                self._clock,
                AuditAction.SETTINGS_CHANGED,
                group=group.name,
                settings=what,
                revision=seen + 1,
                by=by,
            )
        self._known = None
        return self.state(group)

    def file(self, file_id: str) -> File | None:
        """Return a file that a setting refers to, or did; None when there is none."""
        with self._database.read() as session:
            row = session.execute(_FILE, {"one": file_id}).one_or_none()
        return None if row is None else File(file_id, row.media_type, row.content)

    def _read_again(self, known: _Known | None, now: datetime, session: Session | None) -> _Known:
        # One of many threads reads; the others go on with what is known.
        if not self._reading.acquire(blocking=known is None):
            return known or _Known(now, {})
        try:
            found = self._rows(session)
            self._known = _Known(now, found)
        except (SQLAlchemyError, DatabaseBusy) as error:
            if session is not None:
                raise
            log.warning("settings_not_read", error=type(error).__name__)
            return known or _Known(now, {})
        finally:
            self._reading.release()
        return self._known

    def _rows(self, session: Session | None) -> dict[str, Any]:
        if session is not None:
            return {row.id: row for row in session.execute(_ALL)}
        with self._database.read() as own:
            return {row.id: row for row in own.execute(_ALL)}

    def _found(self, session: Session, group: Group[T]) -> State[T]:
        return self._state(group, self._rows(session).get(group.name))

    def _state(self, group: Group[T], row: Any) -> State[T]:
        """Return what a row says; the same record again as long as it says the same."""
        known: State[T] | None = self._states.get(group.name)
        if known is None or known.revision != (0 if row is None else row.revision):
            known = self._states[group.name] = self._made(group, row)
        return known

    def _made(self, group: Group[T], row: Any) -> State[T]:
        given = {} if row is None else {**row.content, **self._secrets(row)}
        try:
            saved = group.declared.read(given)
        except ParameterInvalid as invalid:
            log.warning("settings_not_valid", group=group.name, why=invalid.message)
            saved = group.declared.read({})
        fixed = group.fixed(self._settings)
        values = having(saved, {name: each.value for name, each in fixed.items()})
        about = () if row is None else (row.revision, row.changed_by, row.changed_at)
        return State(values, saved, fixed, *about)

    def _secrets(self, row: Any) -> dict[str, Any]:
        if row.secrets is None:
            return {}
        try:
            found: dict[str, Any] = orjson.loads(self._vault.unseal(row.secrets, bind("settings", row.id)))
        except SealBroken:
            log.warning("settings_not_opened", group=row.id)
            return {}
        return found

    def _write(self, session: Session, group: Group[T], values: T, seen: int, by: str | None) -> None:
        secrets = written(values, sensitive=True)
        row = {
            "content": written(values),
            "secrets": self._vault.seal(orjson.dumps(secrets), bind("settings", group.name)) if secrets else None,
            "revision": seen + 1,
            "changed_by": by,
            "changed_at": self._clock.now(),
        }
        if not seen:
            try:
                with session.begin_nested():
                    session.execute(_INSERT, {"id": group.name, **row})
            except IntegrityError:
                raise SettingsChanged(self._found(session, group)) from None
            return
        named = {f"new_{name}": value for name, value in row.items()}
        if session.scalar(_UPDATE, {"group": group.name, "seen": seen, **named}) is None:
            raise SettingsChanged(self._found(session, group))
