"""A journey for a user: a process token with the external ID, and its link, once."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from engine.accounts import Permission
from engine.application import Application
from engine.definitions import DefinitionNotFound
from engine.identity import StoreRecord, UserNotFound, UserRecord
from engine.identity.cause import MAXIMUM_REASON
from engine.instances import NotStartable
from webui.backoffice.access import Access
from webui.backoffice.asking import cause
from webui.backoffice.issued import shown_link


@dataclass(frozen=True, slots=True)
class UserJourney:
    """Asks which journey, and shows its link."""

    application: Application
    access: Access

    def ask(self, store_id: str, user_id: str) -> Response:
        """Ask which process is to be begun."""
        return self._ask(*self._found(store_id, user_id), {})

    def start(self, store_id: str, user_id: str) -> Response:
        """Make the token, and show its link: only now."""
        store, user = self._found(store_id, user_id)
        errors: dict[str, str] = {}
        why = cause(self.access, errors)
        process = request.form.get("process", "")
        if not process:
            errors["process"] = "Choose a process definition."
        if not errors:
            try:
                issued = self.application.token_office.offer(store_id, user_id, process, why)
            except (DefinitionNotFound, NotStartable) as refused:
                errors["process"] = refused.message
            else:
                shown = shown_link(issued, self.application.settings)
                page = render_template(
                    "backoffice/tokens/issued.html", shown=shown, renewed=False, store=store, user=user
                )
                return make_response(page)
        return self._ask(store, user, errors)

    def _ask(self, store: StoreRecord, user: UserRecord, errors: Mapping[str, str]) -> Response:
        page = render_template(
            "backoffice/people/journey.html",
            store=store,
            user=user,
            errors=errors,
            given=request.form,
            processes=self.application.processes.choices(),
            maximum=MAXIMUM_REASON,
        )
        return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK)

    def _found(self, store_id: str, user_id: str) -> tuple[StoreRecord, UserRecord]:
        # Whoever makes tokens does not thereby learn which users there are.
        if not self.access.permits(Permission.USERS_VIEW):
            raise UserNotFound
        identity = self.application.identity
        with self.application.database.read() as session:
            store = identity.store_by_id(session, store_id)
            return store, identity.user_by_id(session, store, user_id)
