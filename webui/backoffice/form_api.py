"""What the builder saves: JSON in, JSON out; errors are problems (RFC 9457)."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import Response

from engine.accounts import Permission
from engine.form_library import FormLibrary
from webui.backoffice.access import Access, PermissionMissing
from webui.backoffice.problems import json_response, of_problem
from webui.backoffice.saving import saving, time


@dataclass(frozen=True, slots=True)
class FormApi:
    """Drafts and versions for scripts."""

    library: FormLibrary
    access: Access

    def save_draft(self, name: str) -> Response:
        """Keep what somebody works on, and say what is wrong with it."""
        content, revision, _ = saving()
        draft, problems = self.library.save_draft(name, content, seen=revision, by=self.access.who)
        found = [of_problem(each) for each in problems]
        return json_response({"revision": draft.revision, "savedAt": time(draft.saved_at), "problems": found})

    def save(self, name: str) -> Response:
        """Save the next version, and deploy it if it is to be."""
        content, revision, deploy = saving()
        if deploy and not self.access.permits(Permission.FORMS_DEPLOY):
            raise PermissionMissing
        saved = self.library.save_version(name, content, seen=revision, by=self.access.who, deploy=deploy)
        return json_response(
            {
                "version": saved.version.version,
                "versionTag": saved.version.version_tag,
                "deployed": saved.deployed,
                "revision": saved.draft.revision,
                "savedAt": time(saved.draft.saved_at),
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
                "savedAt": time(found.saved_at),
                "savedBy": found.saved_by,
                "deployedAt": time(found.deployed_at),
            }
        )
