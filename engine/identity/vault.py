"""Seals secrets: envelope encryption with AES-256-GCM (NIST SP 800-38D).

Data keys seal; they are rows of the database, each wrapped by a key that is derived from the key-encryption key (KEK),
which is never in the database. The newest data key seals, every one unseals.

    sealed  = version (1 byte) | data key id (4 bytes) | nonce (12 bytes) | ciphertext and tag
    wrapped = nonce (12 bytes) | ciphertext and tag

What a secret is bound to (its row, the parameters it is used with) is associated data: a sealed value that was moved to
another row, altered or cut short does not open.
"""

from collections.abc import Callable
from secrets import token_bytes

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.clock import Clock
from engine.errors import Failure, Refused
from engine.identity.kek import KEY_BYTES, KeyInvalid
from engine.store import DataKey

NONCE_BYTES = 12
"""96 random bits; up to 2**32 values can be sealed with one data key (NIST SP 800-38D, section 8.3)."""

_VERSION = 1
_HEADER = 5
_TAG_BYTES = 16
_FIRST_KEY = 1


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


class Vault:
    """Seals and unseals values, and derives keys for other uses. One object serves all threads."""

    __slots__ = ("_kek", "_keys", "_newest", "_random", "_wrap")

    def __init__(self, kek: bytes, random: Callable[[int], bytes] = token_bytes) -> None:
        """Make a vault that has no data key yet; `Vault.open` gives it those of a database."""
        if len(kek) != KEY_BYTES:
            raise KeyInvalid
        self._kek = kek
        self._random = random
        self._wrap = AESGCM(self._hkdf("idflow/wrap-data-keys"))
        self._keys: dict[int, AESGCM] = {}
        self._newest = 0

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
        if session.scalar(select(DataKey.id).limit(1)) is None:
            vault._make_first_key(session, clock)
        for row in session.scalars(select(DataKey).order_by(DataKey.id)):
            vault._keys[row.id] = AESGCM(vault._unwrap(row))
            vault._newest = row.id
        return vault

    def seal(self, plain: bytes, bound_to: bytes) -> bytes:
        """Return `plain` encrypted and bound to `bound_to` (see `bind`)."""
        header = bytes([_VERSION]) + self._newest.to_bytes(_HEADER - 1)
        nonce = self._random(NONCE_BYTES)
        return header + nonce + self._keys[self._newest].encrypt(nonce, plain, header + bound_to)

    def unseal(self, sealed: bytes, bound_to: bytes) -> bytes:
        """Return what was sealed.

        Raises:
            SealBroken: when it was altered, cut short, bound to something else, or sealed with a key that is not here.

        """
        header, nonce = sealed[:_HEADER], sealed[_HEADER : _HEADER + NONCE_BYTES]
        if len(sealed) < _HEADER + NONCE_BYTES + _TAG_BYTES or header[0] != _VERSION:
            raise SealBroken
        key = self._keys.get(int.from_bytes(header[1:]))
        if key is None:
            raise SealBroken
        try:
            return key.decrypt(nonce, sealed[_HEADER + NONCE_BYTES :], header + bound_to)
        except InvalidTag:
            raise SealBroken from None

    def derive(self, purpose: str) -> bytes:
        """Return 32 bytes for one purpose, the same on every node with this KEK (HKDF-SHA256, RFC 5869)."""
        return self._hkdf(f"idflow/derive/{purpose}")

    def __repr__(self) -> str:
        return f"Vault({len(self._keys)} data keys)"

    def _hkdf(self, info: str) -> bytes:
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=info.encode()).derive(self._kek)

    def _make_first_key(self, session: Session, clock: Clock) -> None:
        nonce = self._random(NONCE_BYTES)
        wrapped = nonce + self._wrap.encrypt(nonce, self._random(KEY_BYTES), _wrapping(_FIRST_KEY))
        try:
            with session.begin_nested():
                session.add(DataKey(id=_FIRST_KEY, wrapped=wrapped, created_at=clock.now()))
        except IntegrityError:
            # Another node was first; its key is the one to use.
            return

    def _unwrap(self, row: DataKey) -> bytes:
        nonce, wrapped = row.wrapped[:NONCE_BYTES], row.wrapped[NONCE_BYTES:]
        try:
            return self._wrap.decrypt(nonce, wrapped, _wrapping(row.id))
        except (InvalidTag, ValueError):
            raise VaultKeyWrong(
                f"The key-encryption key does not open data key {row.id} of this database. Restore the key that the "
                "database was made with: IDFLOW_KEY, or the file keys/kek in the data folder."
            ) from None


def _wrapping(key_id: int) -> bytes:
    return bind("data-key", str(key_id))
