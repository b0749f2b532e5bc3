"""Changes the keys while everything runs: a new data key for every sealed value, or a new key-encryption key.

    Rotation.begin     a new data key, or the one of a rotation that was interrupted; new values are sealed with it
    Rotation.reseal    every value that an older key sealed, a small transaction at a time
    Rotation.prune     deletes the data keys that seal nothing and that nobody can be sealing with any more
    rotate_kek         wraps the data keys by a new key-encryption key, and puts its file in the place of the old one

Progress is in the rows themselves: what begins with another key's id is still to do. So a rotation that was killed goes
on where it was, and one that is run twice at once does nothing twice.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_bytes

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from engine import audit
from engine.audit import AuditAction
from engine.clock import Clock
from engine.config import Settings
from engine.errors import Conflict
from engine.identity import kek
from engine.identity.places import PLACES, Place
from engine.identity.sealed import header_of
from engine.identity.vault import SealBroken, Vault, VaultKeyWrong
from engine.store import Database
from engine.store.models import DataKey

BATCH = 100
"""How many values one transaction seals again: others wait for the write lock no longer than that takes."""

ROUNDS = 3
"""How often all values are gone through at most. On PostgreSQL, a transaction that sealed with the old key may commit
behind the place that was just looked at; what one leaves even after the last round is found by the next rotation, and
its key stays until then."""

OLD_KEYS_STAY = timedelta(hours=1)
"""How long old data keys stay after a newer one was made: far longer than any process goes on sealing with one
(`KEYS_STAY_KNOWN` and one step), even where clocks differ."""

_KEYS = select(DataKey.id, DataKey.created_at).where(DataKey.id > 0).order_by(DataKey.id)
_FORGET = delete(DataKey).where(DataKey.id == bindparam("key"))


class KeyStillNeeded(Conflict):
    """An old data key cannot be deleted yet."""

    code = "key-still-needed"
    retry_helps = True


@dataclass(frozen=True, slots=True)
class DataKeyRecord:
    """A data key, without the key."""

    id: int
    created_at: datetime
    newest: bool
    values: int
    """How many sealed values need it."""


@dataclass(frozen=True, slots=True)
class Resealed:
    """What a rotation did."""

    key: int
    resumed: bool
    """Whether an earlier rotation was finished, and no key was made."""
    values: int
    broken: tuple[str, ...]
    """Values that do not open and were left as they are: `table id`."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """Rotates the data keys of one database."""

    database: Database
    vault: Vault
    clock: Clock
    places: tuple[Place, ...] = PLACES

    def data_keys(self) -> list[DataKeyRecord]:
        """Return the data keys, the oldest first."""
        with self.database.read() as session:
            rows = session.execute(_KEYS).all()
            counts = {number: self._count(session, number) for number, _ in rows}
        return [DataKeyRecord(number, at, number == rows[-1][0], counts[number]) for number, at in rows]

    def rotate(self, *, fresh: bool = False, progress: Callable[[int], None] = lambda _: None) -> Resealed:
        """Make a new data key and seal every value with it; finish an earlier rotation instead when one is open.

        `fresh` makes a new key in any case: a value that does not open keeps a rotation open for ever. `progress` is
        called with the number of values done after each transaction.

        Raises:
            VaultKeyWrong: when the key-encryption key is changed meanwhile.

        """
        key, resumed = self.begin(fresh=fresh)
        values = 0
        for _ in range(ROUNDS):
            broken: list[str] = []
            for done in self.reseal(key):
                values += done.values
                broken += done.broken
                progress(values)
            if sum(each.values for each in self.data_keys() if each.id != key) <= len(broken):
                break
        with self.database.write() as session:
            self.vault.audit_broken(session, self.clock)
            audit.record(
                session,
                self.clock,
                AuditAction.KEY_ROTATED,
                kind="data",
                stage="finished",
                key=key,
                values=values,
                broken=len(broken),
            )
        return Resealed(key, resumed, values, tuple(broken))

    def begin(self, *, fresh: bool = False) -> tuple[int, bool]:
        """Return the id of the data key to seal with, and whether it was there already, its rotation not finished."""
        keys = self.data_keys()
        if not fresh and any(each.values for each in keys if not each.newest):
            return keys[-1].id, True
        with self.database.write() as session:
            key = self.vault.add_key(session, self.clock)
            audit.record(session, self.clock, AuditAction.KEY_ROTATED, kind="data", stage="begun", key=key)
        self.vault.refresh()
        return key, False

    def reseal(self, key: int) -> Iterator[Resealed]:
        """Seal again, in transactions of `BATCH` values, what any other key than `key` has sealed."""
        for place in self.places:
            after: str | None = ""
            while after is not None:
                done, after = self._batch(place, key, after)
                yield done

    def prune(self) -> list[int]:
        """Delete the old data keys; return their ids.

        Raises:
            KeyStillNeeded: when something is sealed with one of them, or a process may still be sealing with it.

        """
        *old, newest = self.data_keys()
        ready = newest.created_at + OLD_KEYS_STAY
        if old and self.clock.now() < ready:
            raise KeyStillNeeded(f"Old data keys can be deleted from {ready:%Y-%m-%d %H:%M:%SZ} on.")
        with self.database.write() as session:
            # Counted again under the write lock.
            for each in old:
                if count := self._count(session, each.id):
                    raise KeyStillNeeded(
                        f"Data key {each.id} still seals {count} values. Finish its rotation: idflow keys rotate."
                    )
                session.execute(_FORGET, {"key": each.id})
                audit.record(session, self.clock, AuditAction.KEY_ROTATED, kind="data", stage="deleted", key=each.id)
        self.vault.refresh()
        return [each.id for each in old]

    def _count(self, session: Session, key: int) -> int:
        return sum(session.execute(place.count(key)).scalar_one() for place in self.places)

    def _batch(self, place: Place, key: int, after: str) -> tuple[Resealed, str | None]:
        broken = []
        with self.database.write() as session:
            values = {"header": header_of(key), "after": after, "limit": BATCH}
            found = session.execute(place.sealed_otherwise, values).all()
            for row in found:
                try:
                    plain = self.vault.unseal(row.sealed, place.bound_to(row))
                except SealBroken:
                    broken.append(f"{place.table} {row.id}")
                    continue
                sealed = self.vault.seal(plain, place.bound_to(row))
                session.execute(place.replace, {"which": row.id, "old": row.sealed, "new": sealed})
        done = Resealed(key, False, len(found) - len(broken), tuple(broken))
        return done, (found[-1].id if len(found) == BATCH else None)


def rotate_kek(
    database: Database,
    settings: Settings,
    clock: Clock,
    *,
    replacement: bytes | None = None,
    random: Callable[[int], bytes] = token_bytes,
) -> bool:
    """Wrap every data key by a new KEK; return False when only an interrupted rotation was finished.

    The new key is on disk before anything is wrapped by it, and the old one until everything is: whenever this is
    killed, one of the two files opens the database, and another call goes on. `replacement` is the new key of an
    installation whose key is in the environment: then no file is touched. Processes that run go on with the keys that
    they have; they need the new KEK to open data keys that are made later, so restart them.

    Raises:
        KeyInvalid, KeyFileExposed: when a key file cannot be used.
        KeyNotInFile: when the key is in the environment and there is no replacement.
        VaultKeyWrong: when no key that is there opens the database.

    """
    current = kek.key_encryption_key(settings)
    if replacement is not None:
        return _rewrap(database, clock, current, replacement)
    files = kek.KeyFiles(settings)
    if not files.is_prepared and files.has_old:
        with database.write() as session:
            Vault.open(session, current, clock)
        files.forget_old()
        return False
    _rewrap(database, clock, current, files.prepare(random))
    files.switch()
    with database.write() as session:
        Vault.open(session, kek.key_encryption_key(settings), clock)
    files.forget_old()
    return True


def _rewrap(database: Database, clock: Clock, current: bytes, new: bytes) -> bool:
    with database.write() as session:
        try:
            vault = Vault.open(session, current, clock)
        except VaultKeyWrong:
            # An earlier call wrapped them, and was killed before it could put the new key in its place.
            Vault.open(session, new, clock)
            return False
        vault.rewrap(session, new, clock)
        audit.record(session, clock, AuditAction.KEY_ROTATED, kind="kek")
        return True
