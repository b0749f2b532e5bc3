"""The key-encryption key (KEK): 32 secret bytes that open everything else, kept out of the database.

It comes from the environment (`IDFLOW_KEY`), or from a file in the data folder that is made on the first run. Whoever
loses it loses every sealed secret; whoever copies it and the database reads them all.
"""

import base64
import binascii
import os
import stat
from collections.abc import Callable
from pathlib import Path
from secrets import token_bytes, token_hex

from engine.config import Settings
from engine.errors import Refused

KEY_BYTES = 32

_READABLE_BY_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_MAXIMUM_FILE_BYTES = 1024


class KeyInvalid(Refused):
    """The key-encryption key is not 32 bytes in Base64."""

    code = "key-invalid"


class KeyFileExposed(Refused):
    """The key file can be read by other users of this machine."""

    code = "key-file-exposed"


class KeyFileUnusable(Refused):
    """The key file cannot be read, or not be made."""

    code = "key-file-unusable"


class KeyNotInFile(Refused):
    """The key-encryption key is in the environment: name a file that holds the new one."""

    code = "key-not-in-file"


def key_encryption_key(settings: Settings, random: Callable[[int], bytes] = token_bytes) -> bytes:
    """Return the key of the settings, otherwise that of the key file, which is made when there is none.

    Raises:
        KeyInvalid: when it is not 32 bytes in Base64 (RFC 4648, section 4).
        KeyFileExposed: when the key file is open to others than its owner.
        KeyFileUnusable: when it cannot be read, or there is none and it cannot be made.

    """
    try:
        if settings.key is None and not settings.key_file.exists():
            _create(settings.key_file, random)
        return existing_key(settings)
    except OSError as error:
        raise KeyFileUnusable(
            f"The key file {settings.key_file} cannot be used: {error.strerror}. Look at who may read it and write to "
            "its folder."
        ) from error


def existing_key(settings: Settings) -> bytes:
    """Return the key of the settings, otherwise that of the key file; makes none.

    Raises:
        KeyInvalid, KeyFileExposed: see `key_encryption_key`.
        OSError: when there is none, or it cannot be read.

    """
    return read_key(settings.key_file) if settings.key is None else decoded(settings.key, "IDFLOW_KEY")


class KeyFiles:
    """The key file while it is replaced: `kek.new` is the key to come, `kek.old` the one that was."""

    __slots__ = ("_new", "_old", "_path")

    def __init__(self, settings: Settings) -> None:
        """Use the key file of the settings.

        Raises:
            KeyNotInFile: when they have the key itself.

        """
        if settings.key is not None:
            raise KeyNotInFile
        self._path = settings.key_file
        self._new, self._old = self._path.with_name("kek.new"), self._path.with_name("kek.old")

    @property
    def is_prepared(self) -> bool:
        """Whether a key to come is there."""
        return self._new.exists()

    @property
    def has_old(self) -> bool:
        """Whether the key that was is still there."""
        return self._old.exists()

    def prepare(self, random: Callable[[int], bytes]) -> bytes:
        """Return the key to come, which is made when there is none."""
        if not self._new.exists():
            _create(self._new, random)
        return read_key(self._new)

    def switch(self) -> None:
        """Put the key to come in the place of the key, which is kept. At every moment there is a key."""
        self._old.unlink(missing_ok=True)
        os.link(self._path, self._old)
        _flush_folder(self._path.parent)
        self._new.replace(self._path)
        _flush_folder(self._path.parent)

    def forget_old(self) -> None:
        """Delete the key that was."""
        self._old.unlink(missing_ok=True)
        _flush_folder(self._path.parent)


def read_key(path: Path) -> bytes:
    """Return the key in a file.

    Raises:
        KeyInvalid: when it is not 32 bytes in Base64.
        KeyFileExposed: when the file is open to others than its owner.

    """
    return decoded(open_private(path, _MAXIMUM_FILE_BYTES), f"The key file {path}")


def open_private(path: Path, maximum: int) -> str:
    """Return the text of a file that its owner alone can read, up to `maximum` bytes of it.

    Raises:
        KeyFileExposed: when it is open to others.

    """
    with path.open("rb") as file:
        mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
        if mode & _READABLE_BY_OTHERS:
            raise KeyFileExposed(
                f"The key file {path} has mode {mode:04o}: others than its owner can open it. "
                f"Run chmod 600 {path}, and consider whether the key is still secret."
            )
        return file.read(maximum).decode("utf-8", "replace")


def _create(path: Path, random: Callable[[int], bytes]) -> None:
    """Make the file in one step: it is there with all its bytes or not at all, and a file that is there is kept."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(random(KEY_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        # Unlike a rename, a link never replaces the key that another process has just made.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def decoded(text: str, where: str) -> bytes:
    """Return the key in a text that was found at `where`; raises `KeyInvalid`."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        # Never the text itself: it is, or nearly is, the key.
        raise KeyInvalid(f"{where} does not hold {KEY_BYTES} bytes in Base64. `openssl rand -base64 32` makes a key.")
    return key
