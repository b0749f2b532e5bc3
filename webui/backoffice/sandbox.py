"""What the designer's *Try it* calls: JSON in, JSON out; errors are problems (RFC 9457)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from flask import Response, request, url_for
from werkzeug.exceptions import BadRequest

from engine.form import MAXIMUM_BYTES
from engine.journey_test import SUFFIX
from engine.sandbox import Sandbox, Sandboxes, SandboxState
from engine.throwaway.results import read as read_result
from engine.throwaway.results import written
from webui.backoffice.access import Access
from webui.backoffice.problems import json_response
from webui.backoffice.sent import sent_json

MAXIMUM_NAME = 255
"""How many characters the id of a process or an element may have, and the name of a message."""

LONGEST = 10**9
"""How many seconds can be asked for; the sandbox allows less."""

_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class SandboxApi:
    """Sandboxes for scripts: those of who is signed in."""

    sandboxes: Sandboxes
    access: Access

    def create(self) -> Response:
        """Start a draft in a new sandbox."""
        body = _body()
        key, draft, variables = body.get("key"), _draft(body), _variables(body)
        if not isinstance(key, str) or not 1 <= len(key) <= MAXIMUM_NAME or draft is None:
            raise BadRequest("Send key (the id of the process), content (its file) and variables (a context).")
        sandbox_id = self.sandboxes.create(self._who, key, draft, variables or {})
        return self._shown(sandbox_id, HTTPStatus.CREATED)

    def show(self, sandbox_id: str) -> Response:
        """Return where a sandbox stands."""
        return self._shown(sandbox_id)

    def remove(self, sandbox_id: str) -> Response:
        """Delete a sandbox."""
        self.sandboxes.remove(self._who, sandbox_id)
        return Response(status=HTTPStatus.NO_CONTENT)

    def clock(self, sandbox_id: str) -> Response:
        """Move the clock forward, by seconds or to the next timer."""
        match _body():
            case {"next": True}:
                return self._change(sandbox_id, Sandbox.wait_for_timer)
            case {"seconds": int() | float() as seconds} if not isinstance(seconds, bool) and abs(seconds) <= LONGEST:
                return self._change(sandbox_id, lambda each: each.wait(timedelta(seconds=seconds)))
        raise BadRequest("Send seconds (a number), or next (true).")

    def results(self, sandbox_id: str) -> Response:
        """Set what a service task comes to, or let it run for real again."""
        body = _body()
        element, result = body.get("element"), body.get("result")
        if not isinstance(element, str) or not 1 <= len(element) <= MAXIMUM_NAME:
            raise BadRequest("Send element (its id) and result (a context, or null).")
        given = None if result is None else read_result(result)
        return self._change(sandbox_id, lambda each: each.set_result(element, given))

    def message(self, sandbox_id: str) -> Response:
        """Publish a message."""
        body = _body()
        name, key, variables = body.get("name"), body.get("key") or "", _variables(body) or {}
        if not isinstance(name, str) or not isinstance(key, str):
            raise BadRequest("Send name, key (texts) and variables (a context).")
        return self._change(sandbox_id, lambda each: each.message(name, key, variables))

    def retry(self, sandbox_id: str) -> Response:
        """Try again where the process stopped."""
        return self._change(sandbox_id, Sandbox.retry)

    def restart(self, sandbox_id: str) -> Response:
        """Begin again, with another draft or other variables if they are given."""
        body = _body()
        self.sandboxes.restart(self._who, sandbox_id, _draft(body), _variables(body))
        return self._shown(sandbox_id)

    def test(self, sandbox_id: str) -> Response:
        """Return what was done as a journey test."""
        with self.sandboxes.look(self._who, sandbox_id) as sandbox:
            name, key = sandbox.name, sandbox.contents.key
        response = Response(self.sandboxes.test(self._who, sandbox_id, name), mimetype="application/yaml")
        file = _UNSAFE.sub("_", key)[:MAXIMUM_NAME] + SUFFIX
        response.headers["Content-Disposition"] = f'attachment; filename="{file}"'
        return response

    def _change(self, sandbox_id: str, act: Callable[[Sandbox], None]) -> Response:
        def acted(sandbox: Sandbox) -> SandboxState:
            act(sandbox)
            return sandbox.state()

        return json_response(described(self.sandboxes.change(self._who, sandbox_id, acted)))

    def _shown(self, sandbox_id: str, status: int = HTTPStatus.OK) -> Response:
        with self.sandboxes.look(self._who, sandbox_id) as sandbox:
            return json_response(described(sandbox.state()), status)

    @property
    def _who(self) -> str:
        return self.access.known().account.id


def described(state: SandboxState) -> dict[str, Any]:
    """Return a sandbox as scripts see it."""
    incident, end, names = state.incident, state.end, state.names
    return {
        "id": state.id,
        "revision": state.revision,
        "key": state.key,
        "status": state.status,
        "clock": state.clock.isoformat(),
        "page": url_for("backoffice.sandbox_page", sandbox_id=state.id),
        "tokens": [
            {
                "element": each.element_id,
                "waitsFor": each.waits_for,
                "due": each.due.isoformat() if each.due else None,
                "failed": each.failed,
                "event": each.event,
                "key": each.key,
                "called": each.called,
            }
            for each in state.places
        ],
        "passed": state.passed,
        "timeline": [
            {
                "at": each.at.isoformat(),
                "element": each.element_id,
                "name": names.get(each.element_id or "", each.element_id),
                "what": each.event,
                "detail": each.detail,
            }
            for each in state.history
        ],
        "variables": state.variables,
        "incident": incident and {"element": incident.element_id, "code": incident.code, "message": incident.message},
        "results": {element: written(each) for element, each in state.results.items()},
        "mails": [{"to": each.to, "subject": each.subject, "text": each.text} for each in state.mails],
        "end": end and {"name": end.name, "text": end.documentation},
        "users": [{"store": each.store, "externalId": each.external_id, "id": each.id} for each in state.users],
        "codes": [
            {
                "store": each.store,
                "policy": each.policy,
                "externalId": each.external_id,
                "code": each.code,
                "pending": each.pending,
                "used": each.used,
            }
            for each in state.codes
        ],
        "recoveryCode": state.recovery_code,
    }


def _body() -> dict[str, Any]:
    """Return the JSON object that was sent; an empty one when nothing was."""
    body = sent_json() if request.get_data() else {}
    if not isinstance(body, dict):
        raise BadRequest("Send a JSON object.")
    return body


def _draft(body: Mapping[str, Any]) -> str | None:
    content = body.get("content")
    if content is not None and (not isinstance(content, str) or len(content.encode()) > MAXIMUM_BYTES):
        raise BadRequest("Send content as a text of up to 2 MiB.")
    return content


def _variables(body: Mapping[str, Any]) -> dict[str, Any] | None:
    variables = body.get("variables")
    if variables is not None and not isinstance(variables, dict):
        raise BadRequest("Send variables as a context.")
    return variables
