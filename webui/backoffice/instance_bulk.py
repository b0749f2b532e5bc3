"""Retrying or cancelling many instances at once: those that were selected, or those that were found."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus

from flask import make_response, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from engine.application import Application
from engine.audit import MAXIMUM_TEXT
from engine.errors import Conflict, Failure, Refused
from webui.backoffice.access import Access
from webui.backoffice.instance_actions import ACTIONS, Action
from webui.backoffice.instance_query import InstanceQuery

MAXIMUM_BULK = 200
"""How many instances something is done to at once: each is a step of its own, one after the other."""

BULK: tuple[Action, ...] = tuple(each for each in ACTIONS if each.name in {"retry", "cancel"})

_LONGEST_ID = 24


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one of them."""

    instance_id: str
    refusal: str | None
    """Why nothing was done."""


@dataclass(frozen=True, slots=True)
class BulkPages:
    """Asks, and does."""

    application: Application
    access: Access

    def ask(self, action: Action) -> Response:
        """Say how many instances it will be done to."""
        query, chosen, more = InstanceQuery.sent(request.args), _chosen(request.args), False
        found = "found" in request.args
        if found:
            chosen, more = self._found(action, query)
        elif len(chosen) > MAXIMUM_BULK:
            chosen, more = chosen[:MAXIMUM_BULK], True
        page = render_template(
            "backoffice/instances/bulk.html",
            action=action,
            chosen=chosen,
            found=found,
            more=more,
            query=query,
            maximum=MAXIMUM_BULK,
            maximum_reason=MAXIMUM_TEXT,
        )
        return make_response(page, HTTPStatus.OK if chosen else HTTPStatus.CONFLICT)

    def perform(self, action: Action) -> str:
        """Do it to each that was confirmed, and say what became of it."""
        chosen, reason = _chosen(request.form), request.form.get("reason", "").strip()[:MAXIMUM_TEXT]
        if not 0 < len(chosen) <= MAXIMUM_BULK:
            raise BadRequest(f"Choose from one to {MAXIMUM_BULK} instances.")
        by = self.access.who
        results = [self._one(action, each, reason, by) for each in chosen]
        refused = [each for each in results if each.refusal is not None]
        query = InstanceQuery.sent(request.form)
        return render_template(
            "backoffice/instances/bulk_done.html",
            action=action,
            done=len(results) - len(refused),
            refused=refused,
            query=query,
        )

    def _one(self, action: Action, instance_id: str, reason: str, by: str) -> Result:
        do = {"retry": self.application.operations.retry, "cancel": self.application.operations.cancel}[action.name]
        try:
            do(instance_id, reason=reason, by=by)
        except (Refused, Conflict, Failure) as refusal:
            return Result(instance_id, refusal.message)
        return Result(instance_id, None)

    def _found(self, action: Action, query: InstanceQuery) -> tuple[list[str], bool]:
        """Return those of the list that it can be done to, and whether there are more."""
        wanted = query.wanted(self.application.settings.zone)
        possible = [each for each in action.possible if wanted.status in {None, each}]
        ids: list[str] = []
        for status in sorted(possible):
            ids += self.application.views.find(replace(wanted, status=status), MAXIMUM_BULK + 1)
        return ids[:MAXIMUM_BULK], len(ids) > MAXIMUM_BULK


def _chosen(fields: MultiDict[str, str]) -> Sequence[str]:
    return [*dict.fromkeys(each for each in fields.getlist("id") if 0 < len(each) <= _LONGEST_ID)]
