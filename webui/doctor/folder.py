"""The data folder and the key-encryption key: who can read and write them."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from engine.config import Settings
from engine.errors import IdflowError
from engine.identity.kek import KeyFiles, existing_key
from webui.doctor.finding import Finding, error, ok, warning

_BY_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at the folder, and at the key without its content."""
    yield _folder(settings.data)
    yield from _key(settings)


def _folder(folder: Path) -> Finding:
    path = folder.absolute()
    if not path.exists():
        above = next(each for each in path.parents if each.exists())
        if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
            return error("data-folder", f"{path} is not there and cannot be made.", _choose(above))
        return ok("data-folder", f"{path} is not there yet; idflow run makes it.")
    if not path.is_dir():
        return error("data-folder", f"{path} is no folder.", "Choose another by --data or IDFLOW_DATA.")
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        return error("data-folder", f"{path} cannot be written.", _choose(path))
    if path.stat().st_mode & _BY_OTHERS:
        remedy = f"Run chmod 700 {path}, unless a group has to read it for backups."
        return warning("data-folder", f"{path} is open to other users of this machine.", remedy)
    return ok("data-folder", f"{path} can be written, by its owner alone.")


def _choose(path: Path) -> str:
    return f"Give this user the right to write to {path}, or choose another folder by --data or IDFLOW_DATA."


def _key(settings: Settings) -> Iterator[Finding]:
    file = settings.key_file
    try:
        if settings.key is None and not file.exists():
            yield _absent(settings)
            return
        existing_key(settings)
    except IdflowError as wrong:
        yield error("key", wrong.message, "Mend the key; without it, nothing that is sealed can be opened.")
        return
    except OSError as wrong:
        yield error("key", f"The key file {file} cannot be read: {wrong.strerror}.", f"Let this user read {file}.")
        return
    if settings.key is not None:
        yield ok("key", "The key-encryption key comes from the environment.")
        return
    yield ok("key", f"The key file {file} is there, for its owner alone. Keep a copy of it elsewhere.")
    files = KeyFiles(settings)
    if files.is_prepared or files.has_old:
        yield warning(
            "key-rotation",
            f"A rotation of the key-encryption key has left files beside {file}.",
            "Run idflow keys rotate --kek again, then restart every process.",
        )


def _absent(settings: Settings) -> Finding:
    if settings.postgres is None and not settings.database.exists():
        return ok("key", "There is no key yet; idflow run makes it.")
    remedy = "Put the key back that the database was made with, or set IDFLOW_KEY; a new key opens nothing."
    return error("key", f"The key file {settings.key_file} is missing.", remedy)
