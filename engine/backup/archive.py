"""The file of a backup: an uncompressed tar archive (most of it is sealed, and sealed bytes do not get smaller).

Its first member, `backup.json`, lists the others with their SHA-256. That finds what was damaged; who may have changed
it is found by the key, which has to open it, and by the signed checkpoints of the audit trail.
"""

import io
import os
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any

import orjson

from engine.errors import Refused

DATABASE = "idflow.sqlite3"
CHECKPOINTS = "audit-checkpoints.jsonl"
KEY = "kek"
"""The key-encryption key, where it was asked for."""

FORMAT = 1
MAXIMUM_MANIFEST_BYTES = 64 * 1024

_MANIFEST = "backup.json"
_NAMES = frozenset({DATABASE, CHECKPOINTS, KEY})
_CHUNK = 1024 * 1024


class BackupInvalid(Refused):
    """This file is no backup of Idflow, or it was damaged."""

    code = "backup-invalid"


class BackupElsewhere(Refused):
    """This installation is on PostgreSQL: back its database up with pg_dump, and restore it with pg_restore."""

    code = "backup-elsewhere"


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup says about itself."""

    made_at: datetime
    files: Mapping[str, str]
    """Their SHA-256 in hexadecimal, by their names."""


def write(target: Path, folder: Path, made_at: datetime) -> Contents:
    """Write every file of `folder` into the archive `target`, which its owner alone can read."""
    files = {name: _digest(folder / name) for name in sorted(_NAMES) if (folder / name).exists()}
    manifest = orjson.dumps({"format": FORMAT, "made_at": made_at.isoformat(), "files": files})
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        with tarfile.open(fileobj=file, mode="w") as archive:
            archive.addfile(_member(_MANIFEST, len(manifest)), io.BytesIO(manifest))
            for name in files:
                path = folder / name
                with path.open("rb") as content:
                    archive.addfile(_member(name, path.stat().st_size), content)
        file.flush()
        os.fsync(file.fileno())
    return Contents(made_at, files)


def read(source: Path, folder: Path) -> Contents:
    """Take the archive apart into `folder`: only files that it lists, and only as they were.

    Raises:
        BackupInvalid: when it is none, or anything in it was damaged.

    """
    try:
        with tarfile.open(source, mode="r:") as archive:
            contents = _manifest(archive)
            for member in archive:
                if member.name != _MANIFEST:
                    _take(archive, member, folder, contents)
    except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupInvalid(f"{source} is no backup of Idflow, or it was damaged.") from error
    missing = [name for name in (*contents.files, DATABASE) if not (folder / name).exists()]
    if missing:
        raise BackupInvalid(f"{source} was cut short: {missing[0]} is missing.")
    return contents


def _manifest(archive: tarfile.TarFile) -> Contents:
    first = archive.next()
    if first is None or first.name != _MANIFEST or first.size > MAXIMUM_MANIFEST_BYTES:
        raise ValueError
    table: dict[str, Any] = orjson.loads(_opened(archive, first).read())
    if table["format"] != FORMAT or not _NAMES.issuperset(table["files"]):
        raise ValueError
    return Contents(datetime.fromisoformat(table["made_at"]), dict(table["files"]))


def _take(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path, contents: Contents) -> None:
    # Names are compared, never used as paths that came from outside.
    if not member.isreg() or member.name not in contents.files or (folder / member.name).exists():
        raise ValueError
    path, content = folder / member.name, _opened(archive, member)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while chunk := content.read(_CHUNK):
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if _digest(path) != contents.files[member.name]:
        raise BackupInvalid(f"{member.name} in the backup was damaged: it is not what was saved.")


def _opened(archive: tarfile.TarFile, member: tarfile.TarInfo) -> Any:
    content = archive.extractfile(member)
    if content is None:
        raise ValueError
    return content


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
