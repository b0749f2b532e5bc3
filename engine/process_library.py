"""The processes of an installation as their designers see them: drafts, saved states, versions, what runs.

Each method is one transaction; `by` is the name of the account that does it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy.orm import Session

from engine import audit, process_file, process_versions, saved_states
from engine.audit import AuditAction
from engine.clock import Clock
from engine.definitions import DefinitionChoice, Definitions
from engine.deployment import Deployments, File
from engine.dialect import Summary, summarise
from engine.drafts import MAXIMUM_BYTES, Draft, DraftKind, DraftTooLarge
from engine.errors import Problem, Refused, Severity
from engine.model import FormReference
from engine.process_drafts import DRAFTS, OpenProcess, opened
from engine.process_file import ProcessRefused
from engine.process_overview import ProcessEntry, entries
from engine.process_versions import ProcessVersion
from engine.saved_states import SavedState
from engine.store import Database, Write

LISTED_VERSIONS = 200
"""How many versions of a process are listed: the newest."""

MAXIMUM_COPIES = 1000
"""Up to which number a copy is given a key by itself."""


class ProcessKeyTaken(Refused):
    """There is a process with this key already."""

    code = "process-key-taken"


@dataclass(frozen=True, slots=True)
class History:
    """What there is to compare with and to go back to."""

    process: OpenProcess
    versions: tuple[ProcessVersion, ...]
    """The newest first, up to `LISTED_VERSIONS`."""
    states: tuple[SavedState, ...]
    """The newest first."""
    running: dict[int, int]
    """How many instances run on each version that has some."""


@dataclass(frozen=True, slots=True)
class SavedProcess:
    """What was saved."""

    draft: Draft
    version: int | None
    """The deployed version that has this content; None when the newest has another."""
    new: bool
    """Whether there is a version, or a saved state, that was not there before."""


class ProcessLibrary:
    """Lets people work on processes."""

    def __init__(
        self, database: Database, write: Write, definitions: Definitions, deployments: Deployments, *, clock: Clock
    ) -> None:
        """`write` opens a transaction after which workers look for what it has asked for."""
        self._database = database
        self._write = write
        self._definitions = definitions
        self._deployments = deployments
        self._clock = clock

    def list(self) -> Sequence[ProcessEntry]:
        """Return every process, by key."""
        with self._database.read() as session:
            versions, running = process_versions.all_versions(session), process_versions.running(session)
            return entries(versions, DRAFTS.overview(session), running)

    def choices(self) -> Sequence[DefinitionChoice]:
        """Return every process with its newest versions; see `Definitions.choices`."""
        with self._database.read() as session:
            return self._definitions.choices(session)

    def create(self, content: bytes, *, by: str, key: str = "", name: str = "") -> Draft:
        """Begin a process with a draft; it gets the key and name that are given, otherwise it has those of the file.

        Raises:
            ProcessRefused: when `content` is no BPMN, or has no process.
            ProcessNameInvalid, ProcessKeyInvalid: when it cannot have this name or key.
            ProcessKeyTaken: when there is one.
            DraftTooLarge: when it is too large.

        """
        if len(content) > MAXIMUM_BYTES:
            raise DraftTooLarge
        key, content = process_file.prepared(content, key, name)
        if len(content) > MAXIMUM_BYTES:
            raise DraftTooLarge
        with self._database.write() as session:
            draft = DRAFTS.find(session, key)
            if draft.content is not None or process_versions.newest(session, key) is not None:
                raise ProcessKeyTaken(f"There is a process with the key {key!r} already.")
            return DRAFTS.save(session, key, content, seen=draft.revision, by=by, now=self._clock.now())

    def free(self, content: bytes) -> tuple[str, str]:
        """Return a key and a name for a copy of a file; both are empty when its own are free, or cannot be read."""
        process = next(iter(summarise(content).processes), None)
        if process is None:
            return "", ""
        with self._database.read() as session:
            for number in range(1, MAXIMUM_COPIES):
                key = process.id if number == 1 else f"{process.id}_{number}"
                taken = DRAFTS.find(session, key).content is not None
                if not taken and process_versions.newest(session, key) is None:
                    return ("", "") if number == 1 else (key, f"{process.name or process.id} {number}")
        raise ProcessKeyTaken(f"There are {MAXIMUM_COPIES} copies of {process.id!r} already. Enter a name.")

    def open(self, key: str) -> OpenProcess:
        """Return a process; raises `DefinitionNotFound`."""
        with self._database.read() as session:
            return opened(session, key)

    def check(self, key: str, content: bytes) -> tuple[Problem, ...]:
        """Return everything that keeps `content` from being deployed as the process `key`, warnings too."""
        found = summarise(content)
        with self._database.read() as session:
            return (
                *_named(key, found),
                *self._deployments.check(session, [_file(key, content)]),
            )

    def forms(self, key: str) -> tuple[FormReference, ...]:
        """Return the forms that the draft of a process names; raises `DefinitionNotFound`."""
        found = summarise(self.open(key).content)
        return tuple(dict.fromkeys(form for process in found.processes for form in process.forms))

    def save_draft(self, key: str, content: bytes, *, seen: int, by: str) -> tuple[Draft, tuple[Problem, ...]]:
        """Keep what somebody works on; return it with what is wrong with it.

        Raises:
            DefinitionNotFound: when there is no such process.
            DraftConflict: when somebody else saved meanwhile.
            DraftTooLarge: when it is too large.

        """
        with self._database.write() as session:
            opened(session, key)
            draft = DRAFTS.save(session, key, content, seen=seen, by=by, now=self._clock.now())
        return draft, self.check(key, content)

    def save_state(self, key: str, content: bytes, *, seen: int, by: str) -> SavedProcess:
        """Save the draft, and keep what it is now to go back to.

        Raises:
            DefinitionNotFound, DraftConflict, DraftTooLarge: see `save_draft`.

        """
        with self._database.write() as session:
            newest = opened(session, key).newest
            now = self._clock.now()
            draft = DRAFTS.save(session, key, content, seen=seen, by=by, now=now)
            new = saved_states.keep(session, DraftKind.PROCESS, draft, content, now)
            same = newest is not None and newest.sha256 == sha256(content).hexdigest()
            return SavedProcess(draft, newest.version if newest and same else None, new)

    def deploy(self, key: str, content: bytes, *, seen: int, by: str) -> SavedProcess:
        """Save the draft and deploy it, unless it is the newest version already: new instances run it.

        Raises:
            ProcessRefused: when it has errors.
            DefinitionNotFound, DraftConflict, DraftTooLarge: see `save_draft`.

        """
        if len(content) > MAXIMUM_BYTES:
            raise DraftTooLarge
        self.open(key)
        # Before the transaction: to check a large file takes long.
        self._refuse(self.check(key, content))
        with self._write() as session:
            opened(session, key)
            draft = DRAFTS.save(session, key, content, seen=seen, by=by, now=self._clock.now())
            deployed = self._deployments.deploy(session, [_file(key, content)], by=by)
            this = next(each for each in deployed if each.name == key)
            return SavedProcess(draft, this.version, this.new)

    def history(self, key: str) -> History:
        """Return the versions and saved states of a process; raises `DefinitionNotFound`."""
        with self._database.read() as session:
            return History(
                opened(session, key),
                tuple(process_versions.of(session, key, LISTED_VERSIONS)),
                tuple(saved_states.states(session, DraftKind.PROCESS, key)),
                {version: count for (_, version), count in process_versions.running(session, key).items()},
            )

    def version(self, key: str, version: int) -> tuple[ProcessVersion, bytes]:
        """Return a version with its file; raises `DefinitionNotFound`."""
        with self._database.read() as session:
            opened(session, key)
            content = process_versions.content(session, key, version)
            return process_versions.at(session, key, version), content

    def state(self, key: str, revision: int) -> bytes:
        """Return what a draft was; raises `DefinitionNotFound`, `StateNotFound`."""
        with self._database.read() as session:
            opened(session, key)
            return saved_states.content(session, DraftKind.PROCESS, key, revision)

    def restore(self, key: str, content: bytes, *, seen: int, by: str) -> Draft:
        """Put what a version or a state holds into the draft.

        Raises:
            DefinitionNotFound, DraftConflict: see `save_draft`.

        """
        with self._database.write() as session:
            opened(session, key)
            return DRAFTS.save(session, key, content, seen=seen, by=by, now=self._clock.now())

    def discard(self, key: str, *, seen: int, by: str) -> bool:
        """Throw the draft away; return whether versions of the process are left. Without any, it is gone.

        Raises:
            DefinitionNotFound, DraftConflict: see `save_draft`.

        """
        with self._database.write() as session:
            process = opened(session, key)
            if DRAFTS.discard(session, key, seen=seen, by=by, now=self._clock.now()):
                self._note_discarded(session, process, by)
            if process.newest is None:
                saved_states.forget(session, DraftKind.PROCESS, key)
            return process.newest is not None

    def _note_discarded(self, session: Session, process: OpenProcess, by: str) -> None:
        digest = sha256(process.content).hexdigest()
        action, draft = AuditAction.PROCESS_DRAFT_DISCARDED, process.draft
        audit.record(session, self._clock, action, key=draft.name, revision=draft.revision, sha256=digest, by=by)

    def _refuse(self, problems: Sequence[Problem]) -> None:
        if any(problem.severity is Severity.ERROR for problem in problems):
            raise ProcessRefused(problems)


def _file(key: str, content: bytes) -> File:
    return File(f"{key}.bpmn", content)


def _named(key: str, found: Summary) -> Iterator[Problem]:
    """Return what is wrong when no process of the file has the key, and warn of others that are deployed with it."""
    first = next(iter(found.processes), None)
    if first is not None and all(each.id != key for each in found.processes):
        message = f"The id of the process in the file is {first.id[:100]!r}, but the process definition is {key!r}."
        remedy = f"Set the id of the process to {key!r}."
        yield Problem("process.other-name", message, remedy, first.id[:500] or None, first.line, field="id")
        return
    for each in found.processes:
        if each.id != key:
            message = f"The process {each.id[:100]!r} is in the file, too: it is deployed as a version of its own."
            remedy = "If that is not meant, take it out of the file or make it not executable."
            place = each.id[:500] or None
            yield Problem("process.others", message, remedy, place, each.line, severity=Severity.WARNING, field="id")
