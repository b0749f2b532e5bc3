"""What the designer saves: JSON in, JSON out; errors are problems (RFC 9457)."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import Response, request

from engine.accounts import Permission
from engine.application import Application
from engine.process_compare import compare
from engine.process_library import ProcessLibrary
from webui.backoffice.access import Access, PermissionMissing
from webui.backoffice.problems import json_response, of_problem
from webui.backoffice.process_data import ProcessData
from webui.backoffice.process_texts import DRAFT, change_of, running_of, text_of, usual
from webui.backoffice.saving import saving, time


@dataclass(frozen=True, slots=True)
class ProcessApi:
    """Drafts and versions for scripts."""

    application: Application
    access: Access

    def save_draft(self, key: str) -> Response:
        """Keep what somebody works on, and say what is wrong with it and which variables are known where."""
        content, revision, _ = saving()
        draft, problems = self.library.save_draft(key, content, seen=revision, by=self.access.who)
        data = ProcessData(self.application, self.access)
        return json_response(
            {
                "revision": draft.revision,
                "savedAt": time(draft.saved_at),
                "same": self.library.open(key).is_deployed,
                "problems": [of_problem(each) for each in problems],
                "variables": data.variables(content),
            }
        )

    def save(self, key: str) -> Response:
        """Save a state to go back to, or deploy the next version."""
        content, revision, deploy = saving()
        if deploy and not self.access.permits(Permission.PROCESSES_DEPLOY):
            raise PermissionMissing
        save = self.library.deploy if deploy else self.library.save_state
        saved = save(key, content, seen=revision, by=self.access.who)
        body = {
            "version": saved.version,
            "deployed": saved.version is not None,
            "new": saved.new,
            "revision": saved.draft.revision,
            "savedAt": time(saved.draft.saved_at),
        }
        return json_response(body, HTTPStatus.CREATED)

    def version(self, key: str, version: int) -> Response:
        """Return a version."""
        found, content = self.library.version(key, version)
        return json_response(
            {
                "version": found.version,
                "content": content.decode(errors="replace"),
                "deployedAt": time(found.deployed_at),
                "deployedBy": found.deployed_by,
            }
        )

    def choices(self, key: str) -> Response:
        """Return what parameters can refer to now, and which revision of the draft is kept."""
        revision = self.library.open(key).draft.revision
        return json_response({"revision": revision, "choices": ProcessData(self.application, self.access).choices()})

    def changes(self, key: str) -> Response:
        """Return what is different between two texts, and how many instances run on which version."""
        history = self.library.history(key)
        old = text_of(self.library, history, request.args.get("old") or usual(history))
        new = text_of(self.library, history, request.args.get("new") or DRAFT)
        comparison = compare(old.content, new.content)
        return json_response(
            {
                "old": {"name": old.name, "content": old.text},
                "new": {"name": new.name, "content": new.text},
                "readable": comparison.readable,
                "changes": [change_of(each) for each in comparison.changes],
                "running": running_of(history),
            }
        )

    @property
    def library(self) -> ProcessLibrary:
        """The processes."""
        return self.application.processes
