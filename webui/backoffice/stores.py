"""The identity stores: the list, a new one, the settings of one, switching it off and on."""

from dataclasses import dataclass
from http import HTTPStatus
from zoneinfo import available_timezones

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.application import Application
from engine.identity import Cause, IdentityInvalid, NameTaken, StoreRecord, StoreStatus, listing
from engine.identity.texts import MAXIMUM_LOCALE, MAXIMUM_NAME, check_line, check_locale, check_time_zone
from webui.backoffice.access import Access
from webui.backoffice.asking import Question, ask, cause, seen


@dataclass(frozen=True, slots=True)
class StorePages:
    """The pages of identity stores."""

    application: Application
    access: Access

    def list(self) -> str:
        """Show every store."""
        with self.application.database.read() as session:
            stores = listing.stores(session)
        return render_template("backoffice/people/stores.html", stores=stores)

    def new(self) -> Response:
        """Ask what the store is to be."""
        return self._form(None, {"locale": "en", "time_zone": self.application.settings.time_zone}, {})

    def create(self) -> Response:
        """Make a store."""
        given = self._given("name", "locale", "time_zone")
        errors = _wrong(given)
        try:
            check_line("The name of an identity store", given["name"], MAXIMUM_NAME)
        except IdentityInvalid as refused:
            errors["name"] = refused.message
        if not errors:
            try:
                with self.application.write() as session:
                    made = self.application.identity.create_store(session, **given, cause=self._account)
            except NameTaken as refused:
                errors["name"] = refused.message
            else:
                return redirect(url_for("backoffice.store", store_id=made.id, done="store-made"), HTTPStatus.SEE_OTHER)
        return self._form(None, given, errors)

    def show(self, store_id: str) -> Response:
        """Show the settings of a store."""
        store = self._store(store_id)
        return self._form(store, {"locale": store.locale, "time_zone": store.time_zone}, {})

    def change(self, store_id: str) -> Response:
        """Change what new users of a store get."""
        given = self._given("locale", "time_zone")
        errors = _wrong(given)
        if errors:
            return self._form(self._store(store_id), given, errors)
        identity = self.application.identity
        with self.application.write() as session:
            store = identity.store_as_seen(session, store_id, seen())
            identity.update_store(session, store, **given, cause=self._account)
        return redirect(url_for("backoffice.store", store_id=store_id, done="store-changed"), HTTPStatus.SEE_OTHER)

    def ask_switch(self, store_id: str) -> str:
        """Say what switching a store off, or on again, does."""
        return ask(_switching(self._store(store_id)))

    def switch(self, store_id: str) -> Response:
        """Switch a store off, or on again."""
        errors: dict[str, str] = {}
        why = cause(self.access, errors)
        if errors:
            return make_response(ask(_switching(self._store(store_id)), errors), HTTPStatus.UNPROCESSABLE_ENTITY)
        identity = self.application.identity
        with self.application.write() as session:
            store = identity.store_as_seen(session, store_id, seen())
            active = store.status is StoreStatus.ACTIVE
            status = StoreStatus.DISABLED if active else StoreStatus.ACTIVE
            identity.set_store_status(session, store, status, cause=why)
        done = "store-off" if active else "store-on"
        return redirect(url_for("backoffice.store", store_id=store_id, done=done), HTTPStatus.SEE_OTHER)

    def _form(self, store: StoreRecord | None, given: dict[str, str], errors: dict[str, str]) -> Response:
        page = render_template(
            "backoffice/people/store.html",
            store=store,
            given=given,
            errors=errors,
            zones=sorted(available_timezones()),
            maximum_name=MAXIMUM_NAME,
            maximum_locale=MAXIMUM_LOCALE,
        )
        return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK)

    def _store(self, store_id: str) -> StoreRecord:
        with self.application.database.read() as session:
            return self.application.identity.store_by_id(session, store_id)

    def _given(self, *names: str) -> dict[str, str]:
        return {name: request.form.get(name, "").strip() for name in names}

    @property
    def _account(self) -> Cause:
        return Cause(self.access.who)


def _wrong(given: dict[str, str]) -> dict[str, str]:
    errors = {}
    for name, check in (("locale", check_locale), ("time_zone", check_time_zone)):
        try:
            check(given[name])
        except IdentityInvalid as refused:
            errors[name] = refused.message
    return errors


def _switching(store: StoreRecord) -> Question:
    active = store.status is StoreStatus.ACTIVE
    text = (
        "Its users can neither register, use nor see a credential until you enable it again. Nothing is deleted."
        if active
        else "Its users can use their credentials again, unless they are locked or disabled themselves."
    )
    return Question(
        "stores",
        f"{'Disable' if active else 'Enable'} {store.name}?",
        text,
        "Disable" if active else "Enable",
        url_for("backoffice.do_switch_store", store_id=store.id),
        url_for("backoffice.store", store_id=store.id),
        store.version,
        danger=active,
    )
