"""What the designer knows of a process and of the installation."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import current_app, request, url_for
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from engine import form_versions
from engine.accounts import Permission
from engine.application import Application
from engine.designer_data import Variables, choices, describe, variables
from engine.element_templates import element_templates
from engine.form import Answer
from engine.form_versions import FormNotFound
from engine.model import FormReference
from engine.process_drafts import OpenProcess
from forms import answers
from webui.backoffice.access import API, Access
from webui.backoffice.problems import of_problem
from webui.backoffice.saving import time


@dataclass(frozen=True, slots=True)
class ProcessData:
    """Puts it together."""

    application: Application
    access: Access

    def templates(self) -> list[dict[str, Any]]:
        """Return the element templates of the activities."""
        return element_templates(self.application.activities.values())

    def variables(self, content: bytes) -> Variables:
        """Return which variables are known at which element."""
        with self.application.database.read() as session:
            return variables(content, self.application.activities, partial(_answers, session))

    def choices(self) -> dict[str, list[dict[str, Any]]]:
        """Return what parameters can refer to."""
        with self.application.database.read() as session:
            return choices(session, self.application.definitions, _form_address)

    def of(self, key: str, process: OpenProcess) -> dict[str, Any]:
        """Return everything that the designer's page holds."""
        draft, newest = process.draft, process.newest
        return {
            "key": key,
            "name": process.name,
            "content": process.content.decode(errors="replace"),
            "revision": draft.revision,
            "savedAt": time(draft.saved_at),
            "deployed": newest and {"version": newest.version, "same": process.is_deployed},
            "problems": [of_problem(each) for each in self.application.processes.check(key, process.content)],
            "variables": self.variables(process.content),
            "templates": self.templates(),
            "activities": describe(self.application.activities.values()),
            "choices": self.choices(),
            "urls": _urls(key),
            "may": {
                "deploy": self.access.permits(Permission.PROCESSES_DEPLOY),
                "createToken": self.access.permits(Permission.TOKENS_CREATE),
                "sandbox": self.access.permits(Permission.SANDBOX_USE),
            },
            "csrf": generate_csrf(),
            "test": current_app.testing,
        }


def _answers(session: Session, reference: FormReference) -> Iterable[Answer]:
    try:
        return answers(form_versions.find(session, reference).content)
    except FormNotFound:
        return ()


def _form_address(name: str) -> str:
    return url_for("backoffice.builder", name=name)


def _urls(key: str) -> dict[str, str]:
    pages = request.script_root + API.removesuffix("api/")
    return {
        "draft": url_for("backoffice.save_process_draft", key=key),
        "versions": url_for("backoffice.save_process", key=key),
        "version": url_for("backoffice.save_process", key=key) + "/",
        "choices": url_for("backoffice.process_choices", key=key),
        "changes": url_for("backoffice.process_changes", key=key),
        "history": url_for("backoffice.process_versions", key=key),
        "export": url_for("backoffice.export_process", key=key),
        "list": url_for("backoffice.processes"),
        "templates": url_for("backoffice.element_templates"),
        "tokens": f"{pages}api/tokens",
        "newToken": f"{pages}new-token",
        "instances": f"{pages}instances",
        "sandboxes": f"{pages}api/sandboxes",
        "newForm": url_for("backoffice.new_form"),
    }
