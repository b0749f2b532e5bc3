"""A process token for a script: JSON in, JSON out."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import Response
from werkzeug.exceptions import BadRequest

from engine.application import Application
from engine.tokens.records import APPLICANT
from webui.backoffice.access import Access
from webui.backoffice.issued import shown_link
from webui.backoffice.problems import json_response
from webui.backoffice.sent import sent_json


@dataclass(frozen=True, slots=True)
class TokenApi:
    """Process tokens for scripts."""

    application: Application
    access: Access

    def create(self) -> Response:
        """Make a token for one use, with a random name."""
        definition, version, external_id = _wanted()
        issued = self.application.token_office.issue(
            name=None,
            definition_key=definition,
            definition_version=version,
            parameters={APPLICANT: external_id} if external_id else {},
            by=self.access.who,
        )
        shown = shown_link(issued, self.application.settings)
        body = {"id": shown.id, "name": shown.name, "link": shown.link, "qr": str(shown.qr)}
        return json_response(body, HTTPStatus.CREATED)


def _wanted() -> tuple[str, int | None, str]:
    """Return the definition's key, its version (None is the newest), and the external ID of whom the token is for."""
    match sent_json():
        case {"definition": str() as definition, **more}:
            version, external_id = more.get("version"), more.get("externalId", "")
            if isinstance(external_id, str) and (version is None or (type(version) is int and version > 0)):
                return definition, version, external_id
    raise BadRequest(
        "Send definition (the id of a process), version (a number from 1, or null for the newest) and, for one person, "
        "externalId (a text)."
    )
