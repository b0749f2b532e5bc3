"""A new process: an empty one, one of the journeys that ship, or a file; and the forms that it names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

import bpmn
from engine import process_file
from engine.accounts import Permission
from engine.application import Application
from engine.dialect import summarise
from engine.drafts import MAXIMUM_BYTES
from engine.errors import InvalidDeployment, Problem, Refused
from engine.form import parse
from engine.form_library import FormNameTaken
from engine.form_versions import FormNotFound
from webui.backoffice.access import Access, PermissionMissing

_FIELDS = {
    "process-name-invalid": "name",
    "process-key-invalid": "key",
    "process-key-taken": "key",
    "draft-too-large": "file",
}
"""Where an error is shown, by its code."""

_NO_FILE = "This file is no process that can be read."


@dataclass(frozen=True, slots=True)
class Journey:
    """One of the processes that ship."""

    id: str
    name: str
    process: Path
    forms: Mapping[str, Path]
    """By their names."""


@dataclass(frozen=True, slots=True)
class NamedForm:
    """A form that a process names and that is not deployed."""

    name: str
    version: str | None
    """The data form version that is named."""
    there: bool
    """Whether there is a draft, or a version that was never deployed."""
    shipped: bool
    """Whether it ships with a journey."""


@dataclass(frozen=True, slots=True)
class NewProcess:
    """The pages that begin a process."""

    application: Application
    access: Access

    def ask(self) -> Response:
        """Ask what to begin with."""
        return _page({})

    def create(self) -> Response:
        """Begin a process; go to the designer, or to its forms when some are not there."""
        upload, journey = request.files.get("file"), request.form.get("journey")
        name, key = (request.form.get(each, "").strip() for each in ("name", "key"))
        try:
            if upload is not None:
                made = self._make(upload.read(MAXIMUM_BYTES + 1), key, name)
            elif journey is not None:
                made = self._copy(journey, name)
            else:
                name = process_file.checked_name(name)
                key = process_file.checked_key(key) if key else process_file.key_for(name)
                made = self._make(process_file.blank(key, name))
        except InvalidDeployment as refused:
            return _page({"file": _NO_FILE}, refused.problems)
        except Refused as refused:
            return _page({_FIELDS.get(refused.code, "file"): refused.message})
        endpoint = "backoffice.process_forms" if self._missing(made) else "backoffice.designer"
        return redirect(url_for(endpoint, key=made), HTTPStatus.SEE_OTHER)

    def forms(self, key: str) -> str:
        """Show which forms the process names that are not there."""
        process = self.application.processes.open(key)
        return render_template("backoffice/processes/forms.html", key=key, process=process, missing=self._missing(key))

    def make_forms(self, key: str) -> Response:
        """Make the forms that are not there, as drafts or deployed: those that ship with a journey."""
        deploy = request.form.get("deploy") == "true"
        if deploy and not self.access.permits(Permission.FORMS_DEPLOY):
            raise PermissionMissing
        for each in self._missing(key):
            path = _shipped().get(each.name)
            if path is not None:
                self._make_form(path.read_bytes(), each.name, deploy=deploy)
        endpoint = "backoffice.process_forms" if self._missing(key) else "backoffice.designer"
        return redirect(url_for(endpoint, key=key, done="forms-made"), HTTPStatus.SEE_OTHER)

    def _make(self, content: bytes, key: str = "", name: str = "") -> str:
        return self.application.processes.create(content, by=self.access.who, key=key, name=name).name

    def _copy(self, wanted: str, name: str) -> str:
        journey = next((each for each in journeys() if each.id == wanted), None)
        if journey is None:
            raise BadRequest("There is no such journey.")
        content = journey.process.read_bytes()
        key, other = ("", name) if name else self.application.processes.free(content)
        return self._make(content, key, other)

    def _make_form(self, content: bytes, name: str, *, deploy: bool) -> None:
        library = self.application.forms
        try:
            draft = library.create(content, by=self.access.who)
        except FormNameTaken:
            # What somebody works on is left as it is.
            return
        if deploy:
            library.save_version(name, content, seen=draft.revision, by=self.access.who, deploy=True)

    def _missing(self, key: str) -> Sequence[NamedForm]:
        """Return the forms that the draft names and that are not deployed."""
        found = []
        for form in self.application.processes.forms(key):
            there = True
            try:
                opened = self.application.forms.open(form.name)
            except FormNotFound:
                there = False
            else:
                if opened.deployed is not None:
                    continue
            found.append(NamedForm(form.name, form.version, there, form.name in _shipped()))
        return found


def journeys() -> list[Journey]:
    """Return the processes that ship."""
    found = []
    for files in bpmn.journeys():
        process = next(each for each in files if each.suffix == ".bpmn")
        said = summarise(process.read_bytes()).processes[0]
        forms = {str((parse(each.read_bytes()) or {})["id"]): each for each in files if each.suffix == ".form"}
        found.append(Journey(said.id, said.name, process, forms))
    return sorted(found, key=lambda each: each.name)


def _shipped() -> Mapping[str, Path]:
    return {name: path for journey in journeys() for name, path in journey.forms.items()}


def _page(errors: Mapping[str, str], problems: Sequence[Problem] = ()) -> Response:
    page = render_template(
        "backoffice/processes/new.html",
        errors=errors,
        problems=problems,
        given=request.form,
        journeys=journeys(),
        maximum=process_file.MAXIMUM_NAME,
    )
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK)
