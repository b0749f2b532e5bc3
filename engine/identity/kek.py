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


def key_encryption_key(settings: Settings, random: Callable[[int], bytes] = token_bytes) -> bytes:
    """Return the key of the settings, otherwise that of the key file, which is made when there is none.

    Raises:
        KeyInvalid: when it is not 32 bytes in Base64 (RFC 4648, section 4).
        KeyFileExposed: when the key file is open to others than its owner.

    """
    if settings.key is not None:
        return _decode(settings.key, "IDFLOW_KEY")
    path = settings.data / "keys" / "kek"
    if not path.exists():
        _create(path, base64.b64encode(random(KEY_BYTES)) + b"\n")
    return _read(path)


def _create(path: Path, content: bytes) -> None:
    """Make the file in one step: it is there with all its bytes or not at all, and a file that is there is kept."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
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


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
        if mode & _READABLE_BY_OTHERS:
            raise KeyFileExposed(
                f"The key file {path} has mode {mode:04o}: others than its owner can open it. "
                f"Run chmod 600 {path}, and consider whether the key is still secret."
            )
        return _decode(file.read(_MAXIMUM_FILE_BYTES).decode("ascii", "replace"), f"The key file {path}")


def _decode(text: str, where: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        # Never the text itself: it is, or nearly is, the key.
        raise KeyInvalid(f"{where} does not hold {KEY_BYTES} bytes in Base64. `openssl rand -base64 32` makes a key.")
    return key
