"""A new user, and what is changed of one: external ID, locale, time zone, attributes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from zoneinfo import available_timezones

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.application import Application
from engine.identity import Cause, ExtIdNotUnique, IdentityInvalid, StoreRecord, UserRecord
from engine.identity.cause import MAXIMUM_REASON
from engine.identity.texts import MAXIMUM_LOCALE, MAXIMUM_TIME_ZONE, check_line, check_locale, check_time_zone
from engine.identity.users import MAXIMUM_EXTERNAL_ID
from webui.backoffice import pairs
from webui.backoffice.access import Access
from webui.backoffice.asking import cause, seen
from webui.backoffice.pairs import WITH_JSON, Pair

MAXIMUM_ATTRIBUTES = 100
"""How many attributes the form takes."""

_PREFIX = "attribute"


@dataclass(slots=True)
class UserForm:
    """What was filled in."""

    given: Mapping[str, str]
    attributes: Sequence[Pair]
    errors: dict[str, str] = field(default_factory=dict)
    """By field."""

    @classmethod
    def of(cls, store: StoreRecord, user: UserRecord | None) -> "UserForm":
        """Return the form before anything was filled in."""
        of = store if user is None else user
        given = {"locale": of.locale, "time_zone": of.time_zone}
        if user is None:
            return cls(given, pairs.rows())
        return cls({**given, "external_id": user.external_id or ""}, pairs.rows(pairs.shown(user.attributes)))

    @classmethod
    def posted(cls) -> "UserForm":
        """Return what was sent."""
        names = ("external_id", "locale", "time_zone", "reason")
        given = {name: request.form.get(name, "").strip() for name in names}
        return cls(given, pairs.rows(pairs.posted(request.form, _PREFIX, MAXIMUM_ATTRIBUTES + 1)))

    def values(self) -> dict[str, Any]:
        """Return what the user is to be; `errors` says what cannot be taken."""
        external_id = self.given["external_id"] or None
        for name, check in (("locale", check_locale), ("time_zone", check_time_zone)):
            self._check(name, lambda check=check, name=name: check(self.given[name]))
        if external_id is not None:
            self._check("external_id", lambda: check_line("An external ID", external_id, MAXIMUM_EXTERNAL_ID))
        if sum(not each.empty for each in self.attributes) > MAXIMUM_ATTRIBUTES:
            self.errors[f"{_PREFIX}-0"] = f"A user has up to {MAXIMUM_ATTRIBUTES} attributes here."
        attributes = dict(pairs.values(self.attributes, _PREFIX, self.errors, _PREFIX, set()))
        shared = {"locale": self.given["locale"], "time_zone": self.given["time_zone"]}
        return {"external_id": external_id, "attributes": attributes, **shared}

    def note(self, refused: IdentityInvalid | ExtIdNotUnique) -> None:
        """Keep what the engine refuses at the field that it is about."""
        place = "external_id" if isinstance(refused, ExtIdNotUnique) else f"{_PREFIX}-0"
        self.errors[place] = refused.message

    def _check(self, name: str, check: Any) -> None:
        try:
            check()
        except IdentityInvalid as refused:
            self.errors[name] = refused.message


@dataclass(frozen=True, slots=True)
class UserChangePages:
    """The form of a user."""

    application: Application
    access: Access

    def new(self, store_id: str) -> Response:
        """Ask what the user is to be."""
        store = self._store(store_id)
        return self._ask(store, None, UserForm.of(store, None))

    def create(self, store_id: str) -> Response:
        """Make a user."""
        store, form = self._store(store_id), UserForm.posted()
        values = form.values()
        if not form.errors:
            try:
                with self.application.write() as session:
                    account = Cause(self.access.who)
                    made = self.application.identity.create_user(session, store, **values, cause=account)
            except (IdentityInvalid, ExtIdNotUnique) as refused:
                form.note(refused)
            else:
                return _done(store, made, "user-made")
        return self._ask(store, None, form)

    def edit(self, store_id: str, user_id: str) -> Response:
        """Ask what is to be changed of a user."""
        store = self._store(store_id)
        user = self._user(store, user_id)
        return self._ask(store, user, UserForm.of(store, user))

    def change(self, store_id: str, user_id: str) -> Response:
        """Change a user."""
        store, form = self._store(store_id), UserForm.posted()
        user, values = self._user(store, user_id), form.values()
        why = cause(self.access, form.errors)
        identity = self.application.identity
        if not form.errors:
            try:
                with self.application.write() as session:
                    user = identity.user_as_seen(session, store, user_id, seen())
                    identity.update_user(session, user, **values, cause=why)
            except (IdentityInvalid, ExtIdNotUnique) as refused:
                form.note(refused)
            else:
                return _done(store, user, "user-changed")
        return self._ask(store, user, form)

    def _ask(self, store: StoreRecord, user: UserRecord | None, form: UserForm) -> Response:
        page = render_template(
            "backoffice/people/user_form.html",
            store=store,
            user=user,
            form=form,
            errors=form.errors,
            # An answer that was refused is still about what the person saw.
            version=(seen() or user.version) if user else "",
            kinds=WITH_JSON,
            zones=sorted(available_timezones()),
            maximum={
                "external_id": MAXIMUM_EXTERNAL_ID,
                "locale": MAXIMUM_LOCALE,
                "time_zone": MAXIMUM_TIME_ZONE,
                "reason": MAXIMUM_REASON,
            },
        )
        return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK)

    def _store(self, store_id: str) -> StoreRecord:
        with self.application.database.read() as session:
            return self.application.identity.store_by_id(session, store_id)

    def _user(self, store: StoreRecord, user_id: str) -> UserRecord:
        with self.application.database.read() as session:
            return self.application.identity.user_by_id(session, store, user_id)


def _done(store: StoreRecord, user: UserRecord, done: str) -> Response:
    page = url_for("backoffice.user", store_id=store.id, user_id=user.id, done=done)
    return redirect(page, HTTPStatus.SEE_OTHER)
