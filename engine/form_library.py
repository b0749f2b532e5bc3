"""The forms of an installation as their designers see them: drafts, versions, what is deployed, where it is used.

Each method is one transaction; `by` is the name of the account that does it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy.orm import Session

from engine import audit, form_versions
from engine.audit import AuditAction
from engine.clock import Clock
from engine.drafts import About, Draft, DraftKind, Drafts
from engine.errors import InvalidDeployment, Problem, Refused, Severity
from engine.form import Forms, parse, title_of
from engine.form_overview import FormEntry, entries
from engine.form_uses import FormUse, FormUses
from engine.form_versions import FormNotFound, FormVersion, VersionEntry
from engine.store import Database

LISTED_VERSIONS = 200
"""How many versions of a form are listed: the newest."""

REFUSED_AT_SAVE = frozenset({"form.unknown-element"})
"""The problems for which a version is not even saved: they do not go away when the form is completed."""


_DRAFTS = Drafts(DraftKind.FORM, lambda _, content: About(title_of(content)))


class FormNameInvalid(Refused):
    """A form's name starts with a letter and has letters, digits, underscores, hyphens and dots, up to 255."""

    code = "form-name-invalid"


class FormNameTaken(Refused):
    """There is a form with this name already."""

    code = "form-name-taken"


class FormRefused(InvalidDeployment):
    """This version of the form cannot be saved or deployed."""

    code = "form-refused"


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A form that somebody works on."""

    draft: Draft
    """With the content to go on with: where there is no draft, that of the newest version."""
    deployed: FormVersion | None
    newest: FormVersion | None
    uses: tuple[FormUse, ...]


@dataclass(frozen=True, slots=True)
class SavedVersion:
    """What was saved."""

    version: FormVersion
    deployed: bool
    draft: Draft


class FormLibrary:
    """Lets people work on forms."""

    def __init__(self, database: Database, forms: Forms, uses: FormUses, clock: Clock) -> None:
        self._database = database
        self._forms = forms
        self._uses = uses
        self._clock = clock

    def list(self) -> Sequence[FormEntry]:
        """Return every form, by name."""
        with self._database.read() as session:
            uses = self._uses.all(session)
            return entries(form_versions.overview(session), _DRAFTS.overview(session), uses)

    def create(self, content: bytes, *, by: str) -> Draft:
        """Begin a form with a draft; its name is the id in the document, which may be wrong otherwise.

        Raises:
            FormRefused: when `content` is no JSON object.
            FormNameInvalid: when the id in it is no name for a form.
            FormNameTaken: when there is one.
            DraftTooLarge: when it is too large.

        """
        summary = self._forms.check(content)
        if parse(content) is None:
            raise FormRefused(summary.problems or (_NO_OBJECT,))
        name = summary.name
        if name is None:
            raise FormNameInvalid
        with self._database.write() as session:
            draft, newest = _DRAFTS.find(session, name), form_versions.newest(session, name)
            if draft.content is not None or newest is not None:
                raise FormNameTaken(f"There is a form {name!r} already.")
            return _DRAFTS.save(session, name, content, seen=draft.revision, by=by, now=self._clock.now())

    def open(self, name: str) -> OpenForm:
        """Return a form; raises `FormNotFound`."""
        with self._database.read() as session:
            draft, newest = _existing(session, name)
            if draft.content is None and newest is not None:
                # What was discarded is no longer said to be saved.
                draft = Draft(name, newest.content, draft.revision)
            return OpenForm(draft, form_versions.deployed(session, name), newest, self._uses.of(session, name))

    def check(self, name: str, content: bytes) -> tuple[Problem, ...]:
        """Return everything that keeps `content` from being deployed as the form `name`, warnings too."""
        summary = self._forms.check(content)
        return (*_other_name(name, content), *summary.problems)

    def save_draft(self, name: str, content: bytes, *, seen: int, by: str) -> tuple[Draft, tuple[Problem, ...]]:
        """Keep what somebody works on; return it with what is wrong with it.

        Raises:
            FormNotFound: when there is no such form.
            DraftConflict: when somebody else saved meanwhile.
            DraftTooLarge: when it is too large.

        """
        with self._database.write() as session:
            _existing(session, name)
            draft = self._save(session, name, content, seen=seen, by=by)
        return draft, self.check(name, content)

    def save_version(self, name: str, content: bytes, *, seen: int, by: str, deploy: bool) -> SavedVersion:
        """Save the draft as the next version, unless it is the newest already; with `deploy` it is the one in use.

        Raises:
            FormRefused: when it is no JSON object with the right id, has elements that are not supported, or is to be
                deployed and has errors.
            FormNotFound, DraftConflict, DraftTooLarge: see `save_draft`.

        """
        summary = self._forms.check(content)
        unsupported = [each for each in summary.problems if each.code in REFUSED_AT_SAVE]
        self._refuse(name, content, summary.problems if deploy else unsupported)
        with self._database.write() as session:
            _existing(session, name)
            draft = self._save(session, name, content, seen=seen, by=by)
            version, new = form_versions.save(
                session,
                name=name,
                version_tag=summary.version_tag,
                file=f"{name}.form",
                content=content,
                now=draft.saved_at or self._clock.now(),
                saved_by=by,
            )
            if new:
                self._record(session, AuditAction.FORM_VERSION_SAVED, version, by)
            if deploy:
                version = self._deploy(session, version, by)
            used = form_versions.deployed(session, name)
            return SavedVersion(version, used is not None and used.id == version.id, draft)

    def deploy(self, name: str, version: int, *, by: str) -> FormVersion:
        """Make a saved version the one that new tasks use.

        Raises:
            FormNotFound: when there is none.
            FormRefused: when it has errors.

        """
        found = self.version(name, version)
        # Before the transaction: to check a large form takes long, and a version never changes.
        self._refuse(name, found.content, self._forms.check(found.content).problems)
        with self._database.write() as session:
            return self._deploy(session, found, by)

    def version(self, name: str, version: int) -> FormVersion:
        """Return a version; raises `FormNotFound`."""
        with self._database.read() as session:
            return form_versions.at(session, name, version)

    def versions(self, name: str) -> Sequence[VersionEntry]:
        """Return the versions of a form, the newest first, up to `LISTED_VERSIONS`."""
        with self._database.read() as session:
            return form_versions.versions(session, name, LISTED_VERSIONS)

    def restore(self, name: str, version: int, *, seen: int, by: str) -> Draft:
        """Put a version into the draft.

        Raises:
            FormNotFound: when there is none.
            DraftConflict: when somebody else saved meanwhile.

        """
        with self._database.write() as session:
            found = form_versions.at(session, name, version)
            return self._save(session, name, found.content, seen=seen, by=by)

    def discard(self, name: str, *, seen: int, by: str) -> bool:
        """Throw the draft away; return whether versions of the form are left.

        Raises:
            FormNotFound: when there is no such form.
            DraftConflict: when somebody else saved meanwhile.

        """
        with self._database.write() as session:
            draft, newest = _existing(session, name)
            if _DRAFTS.discard(session, name, seen=seen, by=by, now=self._clock.now()):
                digest = sha256(draft.content or b"").hexdigest()
                action = AuditAction.FORM_DRAFT_DISCARDED
                audit.record(session, self._clock, action, form=name, revision=draft.revision, sha256=digest, by=by)
            return newest is not None

    def _save(self, session: Session, name: str, content: bytes, *, seen: int, by: str) -> Draft:
        return _DRAFTS.save(session, name, content, seen=seen, by=by, now=self._clock.now())

    def _deploy(self, session: Session, version: FormVersion, by: str) -> FormVersion:
        deployed, changes = form_versions.deploy(session, version.name, version.version, self._clock.now())
        if changes:
            self._record(session, AuditAction.FORM_DEPLOYED, deployed, by)
        return deployed

    def _record(self, session: Session, action: AuditAction, version: FormVersion, by: str) -> None:
        digest = sha256(version.content).hexdigest()
        audit.record(session, self._clock, action, form=version.name, version=version.version, sha256=digest, by=by)

    def _refuse(self, name: str, content: bytes, others: Sequence[Problem]) -> None:
        if parse(content) is None:
            raise FormRefused(self._forms.check(content).problems or (_NO_OBJECT,))
        problems = (*_other_name(name, content), *others)
        if any(problem.severity is Severity.ERROR for problem in problems):
            raise FormRefused(problems)


_NO_OBJECT = Problem("form.not-json", "This is no JSON object.", "Mend it, or go back to a version.")


def _existing(session: Session, name: str) -> tuple[Draft, FormVersion | None]:
    draft, newest = _DRAFTS.find(session, name), form_versions.newest(session, name)
    if draft.content is None and newest is None:
        raise FormNotFound(f"There is no form {name[:100]!r}.")
    return draft, newest


def _other_name(name: str, content: bytes) -> Sequence[Problem]:
    """Return what is wrong when the document has the name of another form."""
    document = parse(content)
    if document is None or document.get("id") == name:
        return ()
    message = f"The id in the document is {str(document.get('id'))[:100]!r}, but the form is {name!r}."
    return (Problem("form.other-name", message, f"Set the id to {name!r}."),)
