"""What the tests of one process share, so that each of them begins in milliseconds with an installation of its own.

The files of a journey are read, deployed and furnished with users once; each test gets a copy of that database. Equal
files are parsed once.
"""

import gc
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path, PurePath
from secrets import token_bytes
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from engine.activity import Activities
from engine.definitions import Parsed
from engine.demo import USER
from engine.deployment import Deployed, File
from engine.identity import PolicySettings, StoreStatus
from engine.identity.stores import set_status
from engine.journey_test.document import BEGINNING
from engine.model import Process
from engine.store import Database
from engine.store.models import Definition
from engine.throwaway import SAMPLE, StoreSettings, Surroundings, Throwaway
from forms import FormJs
from service_tasks import ACTIVITIES
from webui.testing.people import register

DEFAULT = "demo"
"""What the store and the policy are called when a process names none."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an installation is to have when a test begins."""

    files: tuple[File, ...]
    stores: Mapping[str, StoreSettings] = field(default_factory=dict)
    """Besides those that the processes name."""
    policies: Mapping[str, PolicySettings] = field(default_factory=dict)
    activities: Mapping[str, Any] = field(default_factory=dict)
    """Activities besides those of the installation, by type."""
    now: datetime = BEGINNING

    @property
    def digest(self) -> str:
        """What tells it from others."""
        told = sha256(repr((self.stores, self.policies, self.activities, self.now)).encode())
        for each in self.files:
            told.update(each.name.encode())
            told.update(each.content)
        return told.hexdigest()


@dataclass(slots=True)
class Beginning:
    """An installation as a test begins with it."""

    image: bytes | Path
    """The database: in memory, or a file to be copied."""
    recovery_codes: Mapping[tuple[str, str], Sequence[str]]
    """By store and external ID."""
    samples: Sequence[str]
    """The recovery codes of the sample users."""
    processes: Mapping[str, tuple[Process, File]]
    """By the ids of their definitions."""
    deployed: Sequence[Deployed]
    stores: Sequence[str]
    policies: Sequence[str]


class Templates(BytecodeCache):
    """The templates of the pages that were compiled, by their names and what is in them."""

    def __init__(self) -> None:
        self._compiled: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template what it was compiled to before."""
        bucket.code = self._compiled.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what a template was compiled to."""
        self._compiled[bucket.key, bucket.checksum] = bucket.code


class Workshop:
    """Makes installations to begin with; one for a run of pytest."""

    def __init__(self, folder: Callable[[], Path]) -> None:
        """Share what several tests need; `folder` returns where files can be kept meanwhile."""
        self.key = token_bytes(32)
        self.forms = FormJs()
        self.templates = Templates()
        self._folder = folder
        self._parsed: dict[str, Parsed] = {}
        self._beginnings: dict[tuple[str, bool], Beginning] = {}
        # What was imported stays: to look for garbage among it would take a tenth of every test.
        gc.freeze()

    def beginning(self, wanted: Wanted, *, on_disk: bool) -> Beginning:
        """Return an installation to begin with; made once, copied by whoever opens it."""
        key = wanted.digest, on_disk
        if key not in self._beginnings:
            self._beginnings[key] = self._make(wanted, self._folder() / f"{key[0][:16]}.sqlite3" if on_disk else None)
        return self._beginnings[key]

    def activities(self, wanted: Wanted) -> Activities:
        """Return the activities of an installation."""
        return {**ACTIVITIES, **wanted.activities} if wanted.activities else ACTIVITIES

    def parsed(self, wanted: Wanted) -> Parsed:
        """Return what is shared by installations with the same activities."""
        return self._parsed.setdefault(repr(wanted.activities), Parsed())

    def fresh_file(self, path: Path) -> Path:
        """Make the file of an empty database at `path`, with all its tables."""
        shutil.copyfile(self._migrated, path)
        return path

    def open(self, wanted: Wanted, image: bytes | Path | None, **options: Any) -> Throwaway:
        """Open an installation on an image in memory, on the file of a database, or on nothing."""
        file = image if isinstance(image, Path) else None
        return Throwaway(
            self.key,
            activities=self.activities(wanted),
            forms=self.forms,
            now=wanted.now,
            image=image if isinstance(image, bytes) else None,
            parsed=self.parsed(wanted),
            database=None if file is None else Database(f"sqlite:///{file}"),
            **options,
        )

    def _make(self, wanted: Wanted, path: Path | None) -> Beginning:
        start = self.fresh_file(path) if path is not None else None
        with self.open(wanted, start) as throwaway:
            around = Surroundings.of(wanted.files, self.activities(wanted))
            stores = {**around.stores, **wanted.stores} or {DEFAULT: StoreSettings(DEFAULT)}
            policies = {**around.policies, **wanted.policies} or {DEFAULT: PolicySettings(issuer="Idflow")}
            codes = furnish(throwaway, stores, policies)
            deployed = throwaway.application.deploy(wanted.files)
            processes = known(throwaway, wanted.files, ids_of(deployed))
            image = throwaway.image() if path is None else path
            samples = tuple(throwaway.recovery_codes)
        return Beginning(image, codes, samples, processes, deployed, tuple(stores), tuple(policies))

    @cached_property
    def _migrated(self) -> Path:
        path = self._folder() / "migrated.sqlite3"
        database = Database(f"sqlite:///{path}")
        database.migrate()
        database.close()
        return path


def furnish(
    throwaway: Throwaway, stores: Mapping[str, StoreSettings], policies: Mapping[str, PolicySettings]
) -> dict[tuple[str, str], list[str]]:
    """Make stores and policies with their people; return the recovery codes by store and external ID.

    Besides the two that every installation of this kind has, there is `user1`, who is registered under every policy.
    """
    before = len(throwaway.recovery_codes)
    # Nothing can be registered in a store that is switched off.
    throwaway.furnish([replace(each, status=StoreStatus.ACTIVE) for each in stores.values()], policies)
    made = throwaway.recovery_codes[before:]
    application, found = throwaway.application, dict[tuple[str, str], list[str]]()
    each_has = len(made) // len(stores) if stores else 0
    with application.database.write() as session:
        identity = application.identity
        for index, name in enumerate(stores):
            found[name, SAMPLE] = made[index * each_has : (index + 1) * each_has]
            attributes = {"email": "user1@example.com", "firstName": "First", "lastName": "User"}
            user = identity.create_user(session, identity.store(session, name), external_id=USER, attributes=attributes)
            registered = [identity.policy(session, each) for each in policies]
            found[name, USER] = register(session, identity, user, registered)
            if stores[name].status is not StoreStatus.ACTIVE:
                set_status(session, identity.clock, identity.store(session, name), stores[name].status)
    return found


def known(
    throwaway: Throwaway, files: Sequence[File], definition_ids: Iterable[str]
) -> dict[str, tuple[Process, File]]:
    """Return the processes of definitions, with the files that they were deployed from, by the ids."""
    by_name = {PurePath(each.name).name: each for each in files}
    definitions = throwaway.application.definitions
    with throwaway.application.database.read() as session:
        return {
            each: (definitions.get(session, each).process, by_name[session.get_one(Definition, each).file])
            for each in definition_ids
        }


def ids_of(deployed: Iterable[Deployed]) -> list[str]:
    """Return the ids of the definitions among what was deployed."""
    return [each.definition_id for each in deployed if each.definition_id is not None]
