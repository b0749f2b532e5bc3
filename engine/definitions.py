"""Process definitions: checked, deployed, numbered, never changed, parsed once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path, PurePath
from threading import Lock

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine import audit, form_versions
from engine.clock import Clock
from engine.dialect import DeclaredActivity, Reading, read
from engine.errors import Failure, InvalidDeployment, NotFound, Problem, Severity
from engine.form import Forms, FormSummary
from engine.model import FormReference, Process
from engine.spiff import Specification
from engine.store import Definition

CACHED = 256
"""How many parsed definitions are kept in memory."""

PROCESS_SUFFIXES = (".bpmn", ".bpmn20.xml")
FORM_SUFFIXES = (".form", ".json")


# Built once: to build a statement costs more than to run it, and every start runs these.
_NEWEST = select(Definition).where(Definition.key == bindparam("key")).order_by(Definition.version.desc()).limit(1)
_VERSION = _NEWEST.where(Definition.version == bindparam("version"))


class DefinitionNotFound(NotFound):
    """No process definition has this name."""

    code = "definition-not-found"


class DefinitionUnusable(Failure):
    """A deployed process definition can no longer be run: an activity that it uses may have been removed."""

    code = "definition-unusable"


@dataclass(frozen=True, slots=True)
class File:
    """A file that somebody wants to deploy."""

    name: str
    content: bytes

    @classmethod
    def at(cls, path: Path) -> "File":
        """Read a file from disk."""
        return cls(str(path), path.read_bytes())


@dataclass(frozen=True, slots=True)
class DefinitionRecord:
    """One deployed version of a process."""

    id: str
    key: str
    version: int
    name: str


@dataclass(frozen=True, slots=True)
class Deployed:
    """What became of one file."""

    file: str
    kind: str
    """`process` or `form`."""
    name: str
    version: int
    new: bool
    """False when the newest version has this very content already."""


@dataclass(frozen=True)
class Check:
    """Files, read and checked together, because a process names forms."""

    processes: Sequence[tuple[File, Reading]]
    forms: Sequence[tuple[File, FormSummary]]
    others: Sequence[Problem]

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong, except with references to forms: those need the database."""
        read_problems = [each.problems for _, each in self.processes]
        form_problems = [[problem.in_file(file.name) for problem in summary.problems] for file, summary in self.forms]
        return (*self.others, *_flat(read_problems), *_flat(form_problems), *self._twice())

    def _twice(self) -> Iterable[Problem]:
        named = [(file, reading.process.id) for file, reading in self.processes if reading.process]
        named += [(file, summary.name) for file, summary in self.forms if summary.name]
        seen: dict[str, str] = {}
        for file, name in named:
            if name in seen:
                message = f"{name!r} is also in {seen[name]}."
                yield Problem(
                    "deployment.twice", message, "Give each process and each form its own id.", file=file.name
                )
            seen.setdefault(name, file.name)


class Definitions:
    """The process definitions of an installation."""

    def __init__(self, activities: Mapping[str, DeclaredActivity], forms: Forms, clock: Clock) -> None:
        self._activities = activities
        self._forms = forms
        self._clock = clock
        self._specifications: dict[str, Specification] = {}
        """By the hash of the content: equal files are parsed once."""
        self._digests: dict[str, str] = {}
        self._lock = Lock()

    def check(self, session: Session, files: Sequence[File]) -> tuple[Problem, ...]:
        """Return everything that is wrong with `files`, warnings too; forms may be among them or deployed already."""
        return self._problems(session, self._read(files))

    def deploy(self, session: Session, files: Sequence[File]) -> list[Deployed]:
        """Deploy all of `files`, or none; content that is the newest version already is left alone.

        Raises:
            InvalidDeployment: with every problem, when one of them is an error.

        """
        check = self._read(files)
        problems = self._problems(session, check)
        if any(problem.severity is Severity.ERROR for problem in problems):
            raise InvalidDeployment(problems)
        forms = [self._save_form(session, file, summary) for file, summary in check.forms]
        return forms + [
            self._save_process(session, file, reading.process) for file, reading in check.processes if reading.process
        ]

    def find(self, session: Session, key: str, version: int | None = None) -> DefinitionRecord:
        """Return a version of the process `key`; the newest when no version is named.

        Raises:
            DefinitionNotFound: when there is none.

        """
        if version is None:
            row = session.scalar(_NEWEST, {"key": key})
        else:
            row = session.scalar(_VERSION, {"key": key, "version": version})
        if row is None:
            wanted = "" if version is None else f" in version {version}"
            raise DefinitionNotFound(f"There is no process definition {key!r}{wanted}.")
        return DefinitionRecord(row.id, row.key, row.version, row.name)

    def get(self, session: Session, definition_id: str) -> Specification:
        """Return the definition with this id, ready to run; parsed once for each content.

        Raises:
            DefinitionUnusable: when it no longer passes the reader.

        """
        digest = self._digests.get(definition_id)
        specification = self._specifications.get(digest) if digest else None
        if specification is None:
            row = session.get_one(Definition, definition_id)
            specification = self._specifications.get(row.sha256) or self._parse(row)
            self._digests[definition_id] = row.sha256
        return specification

    def _parse(self, row: Definition) -> Specification:
        reading = read(row.content, row.file, self._activities)
        if reading.process is None:
            raise DefinitionUnusable("\n".join(str(problem) for problem in reading.problems))
        specification = Specification.of(reading.process)
        with self._lock:
            while len(self._specifications) >= CACHED:
                del self._specifications[next(iter(self._specifications))]
            self._specifications[row.sha256] = specification
        return specification

    def _read(self, files: Sequence[File]) -> Check:
        processes = [
            (file, read(file.content, file.name, self._activities)) for file in files if _is(file, PROCESS_SUFFIXES)
        ]
        forms = [(file, self._forms.check(file.content)) for file in files if _is(file, FORM_SUFFIXES)]
        others = [_unknown_kind(file) for file in files if not _is(file, PROCESS_SUFFIXES + FORM_SUFFIXES)]
        return Check(processes, forms, others)

    def _problems(self, session: Session, check: Check) -> tuple[Problem, ...]:
        present = {summary.name for _, summary in check.forms}
        tagged = {FormReference(summary.name, summary.version_tag) for _, summary in check.forms if summary.name}
        missing = [
            Problem(
                "bpmn.unknown-form",
                str(error),
                "Deploy the form with the process, or correct the name.",
                element.id,
                element.line,
                file.name,
            )
            for file, reading in check.processes
            if reading.process
            for element in reading.process.elements.values()
            if element.form
            and not (element.form in tagged or (element.form.version is None and element.form.name in present))
            if (error := _missing(session, element.form))
        ]
        return (*check.problems, *missing)

    def _save_form(self, session: Session, file: File, summary: FormSummary) -> Deployed:
        name = summary.name or ""
        form, new = form_versions.save(
            session,
            name=name,
            version_tag=summary.version_tag,
            file=PurePath(file.name).name,
            content=file.content,
            now=self._clock.now(),
        )
        return Deployed(file.name, "form", form.name, form.version, new)

    def _save_process(self, session: Session, file: File, process: Process) -> Deployed:
        newest = session.scalar(_NEWEST, {"key": process.id})
        digest = sha256(file.content).hexdigest()
        if newest is not None and newest.sha256 == digest:
            return Deployed(file.name, "process", process.id, newest.version, new=False)
        version = 1 if newest is None else newest.version + 1
        row = Definition(
            key=process.id,
            version=version,
            name=process.label,
            file=PurePath(file.name).name,
            content=file.content,
            sha256=digest,
            created_at=self._clock.now(),
        )
        session.add(row)
        session.flush()
        audit.record(
            session, self._clock, audit.AuditAction.DEFINITION_DEPLOYED, key=process.id, version=version, sha256=digest
        )
        return Deployed(file.name, "process", process.id, version, new=True)


def _is(file: File, suffixes: tuple[str, ...]) -> bool:
    return file.name.lower().endswith(suffixes)


def _unknown_kind(file: File) -> Problem:
    kinds = ", ".join(PROCESS_SUFFIXES + FORM_SUFFIXES)
    return Problem(
        "deployment.unknown-kind",
        "This is neither a process nor a form.",
        f"Use a file that ends in {kinds}.",
        file=file.name,
    )


def _missing(session: Session, reference: FormReference) -> form_versions.FormNotFound | None:
    try:
        form_versions.find(session, reference)
    except form_versions.FormNotFound as error:
        return error
    return None


def _flat(groups: Iterable[Iterable[Problem]]) -> list[Problem]:
    return [problem for group in groups for problem in group]
