"""Deploying files: processes, forms and decisions, checked together, all of them or none."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from hashlib import sha256
from pathlib import Path, PurePath

from sqlalchemy.orm import Session

from engine import audit, dmn, form_versions
from engine.clock import Clock
from engine.decisions import Decisions
from engine.definitions import DefinitionRecord, Definitions
from engine.dialect import DeclaredActivity, Reading, read
from engine.errors import InvalidDeployment, NotFound, Problem, Severity
from engine.form import Forms, FormSummary
from engine.model import Binding, CalledDecision, CalledElement, Element, FormReference, Process, Syntax
from engine.store.types import new_id

PROCESS_SUFFIXES = (".bpmn", ".bpmn20.xml")
FORM_SUFFIXES = (".form", ".json")
DECISION_SUFFIXES = (".dmn",)


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
class Deployed:
    """What became of one process, form or decision."""

    file: str
    kind: str
    """`process`, `form` or `decision`."""
    name: str
    version: int
    new: bool
    """False when what is deployed has this very content already."""
    definition_id: str | None = field(default=None, compare=False)
    """Of a process."""


@dataclass(frozen=True)
class Check:
    """Files, read and checked together, because a process names forms, decisions and other processes."""

    processes: Sequence[tuple[File, Reading]]
    forms: Sequence[tuple[File, FormSummary]]
    decisions: Sequence[tuple[File, dmn.DmnReading]]
    others: Sequence[Problem]

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong, except with references: those need the database."""
        found = [*self.others, *self._twice()]
        for _, reading in self.processes:
            found += reading.problems
        for file, summary in self.forms:
            found += [problem.in_file(file.name) for problem in summary.problems]
        for _, decisions in self.decisions:
            found += decisions.problems
        return tuple(found)

    @cached_property
    def elements(self) -> tuple[tuple[File, Element], ...]:
        """Every element of every process."""
        return tuple((file, element) for file, process in self.each_process() for element in process.elements.values())

    def each_process(self) -> Iterator[tuple[File, Process]]:
        """Return every process with its file."""
        for file, reading in self.processes:
            for process in reading.processes:
                yield file, process

    def _twice(self) -> Iterable[Problem]:
        named = [(file, "process", process.id) for file, process in self.each_process()]
        named += [(file, "form", summary.name) for file, summary in self.forms if summary.name]
        named += [(file, "decision", key) for file, reading in self.decisions for key in reading.decisions]
        seen: dict[tuple[str, str], str] = {}
        for file, kind, name in named:
            if (kind, name) in seen:
                message = f"The {kind} {name!r} is also in {seen[kind, name]}."
                yield Problem("deployment.twice", message, f"Give each {kind} its own id.", file=file.name)
            seen.setdefault((kind, name), file.name)


class Deployments:
    """Checks and deploys files."""

    def __init__(  # noqa: PLR0913 - it meets all that can be deployed
        self,
        activities: Mapping[str, DeclaredActivity],
        forms: Forms,
        definitions: Definitions,
        decisions: Decisions,
        clock: Clock,
        *,
        here: Callable[[Element], Sequence[Problem]],
        begin: Callable[[Session, DefinitionRecord], None],
    ) -> None:
        """`begin` lets events start a new version from now on, and no older one."""
        self.here = here
        """Returns what is wrong with an element in this installation."""
        self._begin = begin
        self._activities = activities
        self._forms = forms
        self._definitions = definitions
        self._decisions = decisions
        self._clock = clock

    def check(self, session: Session, files: Sequence[File]) -> tuple[Problem, ...]:
        """Return everything that is wrong with `files`, warnings too.

        What a process refers to may be among them or deployed already.
        """
        check = self._read(files)
        return (*check.problems, *self._dangling(session, check))

    def deploy(self, session: Session, files: Sequence[File], *, by: str | None = None) -> list[Deployed]:
        """Deploy all of `files`, or none; content that is the newest version already is left alone.

        `by` is the name of the account that does it; None is the command line.

        When a process among them calls others of its own deployment, and one file is new, all of them become new
        versions: they belong together.

        Raises:
            InvalidDeployment: with every problem, when one of them is an error.
            TimerInvalid, EventInvalid, ExpressionFailed: when a start event cannot wait.

        """
        check = self._read(files)
        problems = (*check.problems, *self._dangling(session, check))
        if any(problem.severity is Severity.ERROR for problem in problems):
            raise InvalidDeployment(problems)
        deployment_id, renew = new_id(), self._together(session, check)
        deployed = [self._save_form(session, file, summary, by) for file, summary in check.forms]
        now = self._clock.now()
        for file, _ in check.decisions:
            saved = self._decisions.save(session, _base(file), file.content, deployment_id, now, renew=renew)
            deployed += [Deployed(file.name, "decision", each.key, each.version, each.new) for each in saved]
        processes = [
            self._save_process(session, file, process, deployment_id, by, renew=renew)
            for file, process in check.each_process()
        ]
        for each, record in processes:
            if each.new:
                self._begin(session, record)
        return [*deployed, *(each for each, _ in processes)]

    def _read(self, files: Sequence[File]) -> Check:
        known = PROCESS_SUFFIXES + FORM_SUFFIXES + DECISION_SUFFIXES
        return Check(
            [(file, read(file.content, file.name, self._activities)) for file in files if _is(file, PROCESS_SUFFIXES)],
            [(file, self._forms.check(file.content)) for file in files if _is(file, FORM_SUFFIXES)],
            [(file, dmn.read(file.content, file.name)) for file in files if _is(file, DECISION_SUFFIXES)],
            [_unknown_kind(file) for file in files if not _is(file, known)],
        )

    def _together(self, session: Session, check: Check) -> bool:
        references = [each for _, element in check.elements for each in (element.called, element.decision) if each]
        return any(each.binding is Binding.DEPLOYMENT for each in references) and (
            any(self._decisions.is_new(session, file.content) for file, _ in check.decisions)
            or any(self._definitions.is_new(session, process, file.content) for file, process in check.each_process())
        )

    def _dangling(self, session: Session, check: Check) -> Iterator[Problem]:
        forms = {summary.name for _, summary in check.forms}
        tagged = {FormReference(summary.name, summary.version_tag) for _, summary in check.forms if summary.name}
        processes = {process.id: process for _, process in check.each_process()}
        decisions = {key: each for _, reading in check.decisions for key, each in reading.decisions.items()}
        for file, element in check.elements:
            yield from (each.in_file(file.name) for each in self.here(element))
            form, called, decision = element.form, element.called, element.decision
            if form and not (form in tagged or (form.version is None and form.name in forms)):
                field = "versionTag" if form.version and form_versions.deployed(session, form.name) else "formId"
                yield from _missing(file, element, "form", field, partial(form_versions.find, session, form))
            if (
                called
                and called.process.syntax is Syntax.LITERAL
                and not _is_meant(called, called.process.text, processes)
            ):
                find = partial(self._definitions.bound, session, called.process.text, called, None)
                yield from _missing(file, element, "process", "processId", find)
            if decision and not _is_meant(decision, decision.decision, decisions):
                find_decision = partial(self._decisions.find, session, decision, None)
                yield from _missing(file, element, "decision", "decisionId", find_decision)

    def _save_form(self, session: Session, file: File, summary: FormSummary, by: str | None) -> Deployed:
        name, now = summary.name or "", self._clock.now()
        used = form_versions.deployed(session, name)
        if used is not None and used.content == file.content:
            return Deployed(file.name, "form", name, used.version, new=False)
        form, _ = form_versions.save(
            session,
            name=name,
            version_tag=summary.version_tag,
            file=_base(file),
            content=file.content,
            now=now,
            saved_by=by,
        )
        form_versions.deploy(session, name, form.version, now)
        digest = sha256(file.content).hexdigest()
        action = audit.AuditAction.FORM_DEPLOYED
        audit.record(session, self._clock, action, form=name, version=form.version, sha256=digest, by=by)
        return Deployed(file.name, "form", name, form.version, new=True)

    def _save_process(  # noqa: PLR0913 - what a version is made of
        self, session: Session, file: File, process: Process, deployment_id: str, by: str | None, *, renew: bool
    ) -> tuple[Deployed, DefinitionRecord]:
        record, new = self._definitions.save(
            session,
            process,
            file=_base(file),
            content=file.content,
            deployment_id=deployment_id,
            now=self._clock.now(),
            by=by,
            renew=renew,
        )
        if new:
            digest = sha256(file.content).hexdigest()
            action = audit.AuditAction.DEFINITION_DEPLOYED
            audit.record(session, self._clock, action, key=process.id, version=record.version, sha256=digest, by=by)
        return Deployed(file.name, "process", process.id, record.version, new, record.id), record


def _is_meant(reference: CalledElement | CalledDecision, key: str, here: Mapping[str, Process | dmn.Decision]) -> bool:
    """Tell whether what is referred to is among what is being deployed."""
    found = here.get(key)
    tagged = reference.binding is Binding.VERSION_TAG
    return found is not None and (not tagged or found.version_tag == reference.version_tag)


def _missing(file: File, element: Element, kind: str, field: str, find: Callable[[], object]) -> Iterator[Problem]:
    try:
        find()
    except NotFound as error:
        remedy = f"Deploy the {kind} with the process, or correct the name."
        yield Problem(f"bpmn.unknown-{kind}", str(error), remedy, element.id, element.line, file.name, field=field)


def _is(file: File, suffixes: tuple[str, ...]) -> bool:
    return file.name.lower().endswith(suffixes)


def _base(file: File) -> str:
    return PurePath(file.name).name


def _unknown_kind(file: File) -> Problem:
    kinds = ", ".join(PROCESS_SUFFIXES + FORM_SUFFIXES + DECISION_SUFFIXES)
    return Problem(
        "deployment.unknown-kind",
        "This is neither a process nor a form nor a decision.",
        f"Use a file that ends in {kinds}.",
        file=file.name,
    )
