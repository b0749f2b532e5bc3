"""What the builder saves: JSON in, JSON out; errors are problems (RFC 9457)."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from flask import Response
from werkzeug.exceptions import BadRequest

from engine.accounts import Permission
from engine.form_library import FormLibrary
from webui.backoffice.access import Access, PermissionMissing
from webui.backoffice.problems import json_response, of_problem
from webui.backoffice.sent import sent_json


@dataclass(frozen=True, slots=True)
class FormApi:
    """Drafts and versions for scripts."""

    library: FormLibrary
    access: Access

    def save_draft(self, name: str) -> Response:
        """Keep what somebody works on, and say what is wrong with it."""
        content, revision, _ = _body()
        draft, problems = self.library.save_draft(name, content, seen=revision, by=self._who)
        found = [of_problem(each) for each in problems]
        return json_response({"revision": draft.revision, "savedAt": _time(draft.saved_at), "problems": found})

    def save(self, name: str) -> Response:
        """Save the next version, and deploy it if it is to be."""
        content, revision, deploy = _body()
        if deploy and not self.access.permits(Permission.FORMS_DEPLOY):
            raise PermissionMissing
        saved = self.library.save_version(name, content, seen=revision, by=self._who, deploy=deploy)
        return json_response(
            {
                "version": saved.version.version,
                "versionTag": saved.version.version_tag,
                "deployed": saved.deployed,
                "revision": saved.draft.revision,
                "savedAt": _time(saved.draft.saved_at),
            },
            HTTPStatus.CREATED,
        )

    def version(self, name: str, version: int) -> Response:
        """Return a version."""
        found = self.library.version(name, version)
        return json_response(
            {
                "version": found.version,
                "versionTag": found.version_tag,
                "content": found.content.decode(errors="replace"),
                "savedAt": _time(found.saved_at),
                "savedBy": found.saved_by,
                "deployedAt": _time(found.deployed_at),
            }
        )

    @property
    def _who(self) -> str:
        return self.access.known().account.name


def _body() -> tuple[bytes, int, bool]:
    """Return the content, the revision that was seen, and whether it is to be deployed."""
    body = sent_json()
    match body:
        case {"content": str() as content, "revision": int() as revision} if type(revision) is int and revision >= 0:
            deploy = body.get("deploy", False)
            if isinstance(deploy, bool):
                return content.encode(), revision, deploy
    raise BadRequest("Send content (a text), revision (a number) and, for a version, deploy (true or false).")


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
