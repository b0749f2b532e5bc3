"""Seals secrets: envelope encryption with AES-256-GCM (NIST SP 800-38D).

Data keys seal; they are rows of the database, each wrapped by a key that is derived from the key-encryption key (KEK),
which is never in the database. The newest data key seals, every one unseals.

    sealed  = version (1 byte) | data key id (4 bytes) | nonce (12 bytes) | ciphertext and tag
    wrapped = nonce (12 bytes) | ciphertext and tag

What a secret is bound to (its row, the parameters it is used with) is associated data: a sealed value that was moved to
another row, altered or cut short does not open, and the vault keeps a note of it for the audit trail.

Data keys come and go while processes run (`engine.identity.rotation`). A vault reads the keys again when it meets a
value that was sealed with a key it does not have, and before it seals when what it knows is older than
`KEYS_STAY_KNOWN`: so nobody seals with a key for longer than that after a newer one was made.

Derived keys come from the root: the KEK that the installation was made with. A change of the KEK keeps the root,
wrapped as key 0, so that links, sessions and recovery codes outlive it.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_bytes

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Engine, Row, bindparam, func, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from engine import audit
from engine.audit import AuditAction
from engine.clock import Clock
from engine.errors import Failure, Refused
from engine.identity.kek import KEY_BYTES, KeyInvalid
from engine.identity.sealed import HEADER_BYTES, VERSION, header_of, place
from engine.store.models import Base, DataKey

NONCE_BYTES = 12
"""96 random bits; up to 2**32 values can be sealed with one data key (NIST SP 800-38D, section 8.3)."""

KEYS_STAY_KNOWN = timedelta(minutes=5)
"""For how long a vault seals with the newest data key it knows before it looks for a newer one."""

MAXIMUM_BROKEN = 100
"""How many broken seals a vault remembers until they are audited."""

_TAG_BYTES = 16
_ROOT = 0
_FIRST_KEY = 1

_TABLE = Base.metadata.tables[DataKey.__tablename__]
_ALL = select(DataKey.id, DataKey.wrapped).order_by(DataKey.id)
_REWRAP = update(_TABLE).where(_TABLE.c.id == bindparam("key")).values(wrapped=bindparam("as"))


class VaultKeyWrong(Refused):
    """The key-encryption key is not the one that this database was made with."""

    code = "vault-key-wrong"


class SealBroken(Failure):
    """A sealed value was altered, cut short or moved from another row; it stays closed."""

    code = "seal-broken"


def bind(*parts: str) -> bytes:
    """Return `parts` as associated data: each with its length before it, so that no two lists give the same bytes."""
    encoded = (part.encode() for part in parts)
    return b"".join(len(part).to_bytes(4) + part for part in encoded)


@dataclass(frozen=True, slots=True)
class _Keys:
    """The data keys of a database as they were at one moment."""

    by_id: Mapping[int, AESGCM]
    read_at: datetime | None = None
    """None: never from a database, so they do not grow old."""

    @property
    def newest(self) -> int:
        return max(self.by_id, default=_ROOT)


class Vault:
    """Seals and unseals values, and derives keys for other uses. One object serves all threads."""

    __slots__ = ("_broken", "_clock", "_engine", "_kek", "_keys", "_random", "_root", "_wrap")

    def __init__(
        self, kek: bytes, random: Callable[[int], bytes] = token_bytes, keys: Mapping[int, bytes] = {}
    ) -> None:
        """Make a vault with these data keys, 32 bytes each; `Vault.open` gives it those of a database."""
        if len(kek) != KEY_BYTES:
            raise KeyInvalid
        self._kek = kek
        self._random = random
        self._root = kek
        self._wrap = _wrapper(kek)
        self._keys = _Keys({number: AESGCM(key) for number, key in keys.items()})
        self._broken: deque[str] = deque(maxlen=MAXIMUM_BROKEN)
        self._engine: Engine | None = None
        self._clock: Clock | None = None

    @classmethod
    def open(
        cls, session: Session, kek: bytes, clock: Clock, *, random: Callable[[int], bytes] = token_bytes
    ) -> "Vault":
        """Return the vault of a database; the first data key is made when there is none. Needs a writing transaction.

        Raises:
            KeyInvalid: when the key is not 32 bytes long.
            VaultKeyWrong: when the key does not open every data key of the database.

        """
        vault = cls(kek, random)
        vault._clock = clock
        vault._engine = _reading(session)
        if session.scalar(select(DataKey.id).limit(1)) is None:
            vault._make_first_key(session, clock)
        vault._take(session.execute(_ALL).all(), clock)
        return vault

    @property
    def newest(self) -> int:
        """The id of the data key that seals."""
        return self._keys.newest

    def seal(self, plain: bytes, bound_to: bytes) -> bytes:
        """Return `plain` encrypted and bound to `bound_to` (see `bind`).

        Raises:
            VaultKeyWrong: when the key-encryption key was changed since this process began.

        """
        keys = self._keys
        if keys.read_at is not None and self._clock is not None and self._clock.now() - keys.read_at > KEYS_STAY_KNOWN:
            keys = self._read_again()
        header = header_of(keys.newest)
        nonce = self._random(NONCE_BYTES)
        return header + nonce + keys.by_id[keys.newest].encrypt(nonce, plain, header + bound_to)

    def unseal(self, sealed: bytes, bound_to: bytes) -> bytes:
        """Return what was sealed.

        Raises:
            SealBroken: when it was altered, cut short, bound to something else, or sealed with a key that is not here.
            VaultKeyWrong: when the key-encryption key was changed since this process began.

        """
        header, nonce = sealed[:HEADER_BYTES], sealed[HEADER_BYTES : HEADER_BYTES + NONCE_BYTES]
        if len(sealed) < HEADER_BYTES + NONCE_BYTES + _TAG_BYTES or header[0] != VERSION:
            raise self._break(bound_to)
        number = int.from_bytes(header[1:])
        key = self._keys.by_id.get(number) or self._read_again().by_id.get(number)
        if key is None:
            raise self._break(bound_to)
        try:
            return key.decrypt(nonce, sealed[HEADER_BYTES + NONCE_BYTES :], header + bound_to)
        except InvalidTag:
            raise self._break(bound_to) from None

    def derive(self, purpose: str) -> bytes:
        """Return 32 bytes for one purpose, the same on every node and for the life of the installation.

        HKDF-SHA256 (RFC 5869) of the root.
        """
        return _hkdf(self._root, f"idflow/derive/{purpose}")

    def add_key(self, session: Session, clock: Clock) -> int:
        """Make a data key that seals from the end of the transaction on; return its id."""
        number = (session.scalar(select(func.max(DataKey.id))) or _ROOT) + 1
        session.add(DataKey(id=number, wrapped=self._wrapped(number, self._random(KEY_BYTES)), created_at=clock.now()))
        session.flush()
        return number

    def opens(self) -> bool:
        """Tell whether this vault has the keys of its database now, and opens what it seals."""
        probe = bind("probe")
        try:
            self._read_again()
            return self.unseal(self.seal(b"open", probe), probe) == b"open"
        except (SealBroken, VaultKeyWrong, SQLAlchemyError):
            return False

    def refresh(self) -> None:
        """Read the data keys again, as every vault does by itself after a while."""
        self._read_again()

    def rewrap(self, session: Session, kek: bytes, clock: Clock) -> None:
        """Wrap the root and every data key by another KEK: this vault is of no use after the transaction.

        Raises:
            KeyInvalid: when the new key is not 32 bytes long.
            VaultKeyWrong: when this vault's KEK is not the one that they are wrapped by now.

        """
        other = Vault(kek, self._random)
        rows = session.execute(_ALL).all()
        for number, wrapped in rows:
            session.execute(_REWRAP, {"key": number, "as": other._wrapped(number, self._unwrap(number, wrapped))})
        if all(number != _ROOT for number, _ in rows):
            session.add(DataKey(id=_ROOT, wrapped=other._wrapped(_ROOT, self._root), created_at=clock.now()))
            session.flush()

    def audit_broken(self, session: Session, clock: Clock) -> int:
        """Write an event for each seal that was found broken since the last time; return how many.

        The transaction that met a broken seal is usually rolled back: whoever holds the next one calls this.
        """
        count = 0
        while self._broken:
            audit.record(session, clock, AuditAction.SEAL_BROKEN, place=self._broken.popleft())
            count += 1
        return count

    def __repr__(self) -> str:
        return f"Vault({len(self._keys.by_id)} data keys)"

    def _break(self, bound_to: bytes) -> SealBroken:
        self._broken.append(place(bound_to))
        return SealBroken()

    def _read_again(self) -> _Keys:
        if self._engine is not None and self._clock is not None:
            with self._engine.connect() as connection:
                self._take(connection.execute(_ALL).all(), self._clock)
        return self._keys

    def _take(self, rows: Iterable[Row[int, bytes]], clock: Clock) -> None:
        known, keys = self._keys.by_id, {}
        for number, wrapped in rows:
            if number == _ROOT:
                self._root = self._root if known else self._unwrap(number, wrapped)
            else:
                # A key that is known stays known when the KEK is changed under a running process.
                keys[number] = known.get(number) or AESGCM(self._unwrap(number, wrapped))
        # Replaced in one go: other threads see the keys of one moment.
        self._keys = _Keys(keys, clock.now())

    def _make_first_key(self, session: Session, clock: Clock) -> None:
        wrapped = self._wrapped(_FIRST_KEY, self._random(KEY_BYTES))
        try:
            with session.begin_nested():
                session.add(DataKey(id=_FIRST_KEY, wrapped=wrapped, created_at=clock.now()))
        except IntegrityError:
            # Another node was first; its key is the one to use.
            return

    def _wrapped(self, number: int, key: bytes) -> bytes:
        nonce = self._random(NONCE_BYTES)
        return nonce + self._wrap.encrypt(nonce, key, _wrapping(number))

    def _unwrap(self, number: int, wrapped: bytes) -> bytes:
        try:
            return self._wrap.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], _wrapping(number))
        except (InvalidTag, ValueError):
            raise VaultKeyWrong(
                f"The key-encryption key does not open data key {number} of this database. Restore the key that the "
                "database was made with: IDFLOW_KEY, or the file keys/kek in the data folder. Where its rotation was "
                "interrupted, run idflow keys rotate --kek again, then restart every process."
            ) from None


def _hkdf(key: bytes, info: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=info.encode()).derive(key)


def _wrapper(kek: bytes) -> AESGCM:
    return AESGCM(_hkdf(kek, "idflow/wrap-data-keys"))


def _reading(session: Session) -> Engine:
    bind = session.get_bind()
    return bind.engine.execution_options(idflow_write=False)


def _wrapping(key_id: int) -> bytes:
    return bind("data-key", str(key_id))
