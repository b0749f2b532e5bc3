"""What is done to a user by hand: each asks first, is done to what the person saw, and is kept with the reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from flask import make_response, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine.accounts import Permission
from engine.application import Application
from engine.errors import Refused
from engine.identity import Cause, Identity, IdentityInvalid, StoreRecord, UserRecord, UserStatus
from engine.identity.overview import Registration, registration
from webui.backoffice.access import Access
from webui.backoffice.asking import Question, ask, cause, seen


class ActionPointless(Refused):
    """The user is not in a state in which this does anything."""

    code = "action-pointless"


@dataclass(frozen=True, slots=True)
class Doing:
    """What an action has in hand."""

    identity: Identity
    session: Session
    user: UserRecord
    cause: Cause
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be done to a user."""

    needs: Permission
    title: str
    text: str
    button: str
    possible: frozenset[UserStatus]
    """In which states it does something."""
    work: Callable[[Doing], object]
    danger: bool = False
    until: bool = False
    typed: bool = False
    """Whether the user's external ID has to be typed."""


_LOCKED = frozenset({UserStatus.LOCKED, UserStatus.TEMP_LOCKED})
_EVERY = frozenset(UserStatus)


def _lock(doing: Doing) -> None:
    doing.identity.lock_user(doing.session, doing.user, doing.cause.reason, until=doing.until, cause=doing.cause)


def _status(status: UserStatus) -> Callable[[Doing], object]:
    return lambda doing: doing.identity.update_user(doing.session, doing.user, status=status, cause=doing.cause)


ACTIONS: Mapping[str, Action] = {
    "lock": Action(
        Permission.USERS_LOCK,
        "Lock {}?",
        "The user can neither register, use nor see a credential until the lock ends. What they have stays.",
        "Lock the user",
        _EVERY - _LOCKED - {UserStatus.DISABLED},
        _lock,
        danger=True,
        until=True,
    ),
    "unlock": Action(
        Permission.USERS_LOCK,
        "Unlock {}?",
        "Every lock and every wait after wrong codes ends, and wrong codes are counted from zero again.",
        "Unlock the user",
        _EVERY - {UserStatus.DISABLED},
        lambda doing: doing.identity.unlock_user(doing.session, doing.user, cause=doing.cause),
    ),
    "disable": Action(
        Permission.USERS_EDIT,
        "Disable {}?",
        "The user can neither register, use nor see a credential until somebody enables them. No time ends that.",
        "Disable the user",
        _EVERY - {UserStatus.DISABLED},
        _status(UserStatus.DISABLED),
        danger=True,
    ),
    "enable": Action(
        Permission.USERS_EDIT,
        "Enable {}?",
        "The user is active, and can use their credentials again.",
        "Enable the user",
        frozenset({UserStatus.DISABLED, UserStatus.PENDING_ACTIVE}),
        _status(UserStatus.ACTIVE),
    ),
    "delete": Action(
        Permission.USERS_EDIT,
        "Delete {}?",
        "The user is deleted with every credential and recovery code. The audit trail keeps the ID. "
        "This cannot be undone.",
        "Delete the user",
        _EVERY,
        lambda doing: doing.identity.delete_user(doing.session, doing.user, cause=doing.cause),
        danger=True,
        typed=True,
    ),
}
"""By the end of their address."""


@dataclass(frozen=True, slots=True)
class UserActions:
    """Asks, and does."""

    application: Application
    access: Access

    def asking(self, name: str) -> Callable[[str, str], str]:
        """Return the view that says what an action does."""

        def ask_it(store_id: str, user_id: str) -> str:
            return self._ask(name, *self._found(store_id, user_id), {})

        return ask_it

    def doing(self, name: str) -> Callable[[str, str], Response]:
        """Return the view that does it."""

        def do_it(store_id: str, user_id: str) -> Response:
            return self._do(name, store_id, user_id)

        return do_it

    def _do(self, name: str, store_id: str, user_id: str) -> Response:
        action, errors = ACTIONS[name], dict[str, str]()
        why = cause(self.access, errors)
        until = self._until(errors) if action.until else None
        store, user = self._found(store_id, user_id)
        if action.typed and request.form.get("typed", "").strip() != user.label:
            errors["typed"] = f"Type {user.label} exactly as it stands here."
        if not errors:
            try:
                with self.application.write() as session:
                    user = self.application.identity.user_as_seen(session, store, user_id, seen())
                    if user.status not in action.possible:
                        raise ActionPointless
                    action.work(Doing(self.application.identity, session, user, why, until))
            except IdentityInvalid as refused:
                errors["until" if action.until else "reason"] = refused.message
            else:
                gone = url_for("backoffice.users", store=store_id, done="user-delete")
                return redirect(gone if name == "delete" else _page(store, user, f"user-{name}"), HTTPStatus.SEE_OTHER)
        return make_response(self._ask(name, store, user, errors), HTTPStatus.UNPROCESSABLE_ENTITY)

    def ask_revoke(self, store_id: str, user_id: str, credential_id: str) -> str:
        """Say what ending a registration does."""
        store, user = self._found(store_id, user_id)
        return ask(_revoking(store, user, self._registration(user, credential_id)))

    def revoke(self, store_id: str, user_id: str, credential_id: str) -> Response:
        """End a registration."""
        errors: dict[str, str] = {}
        why = cause(self.access, errors)
        store, user = self._found(store_id, user_id)
        if errors:
            question = _revoking(store, user, self._registration(user, credential_id))
            return make_response(ask(question, errors), HTTPStatus.UNPROCESSABLE_ENTITY)
        identity, clock = self.application.identity, self.application.clock
        with self.application.write() as session:
            # What was asked about is a registration, whatever else has changed of its user meanwhile.
            found = registration(session, clock, identity.user_by_id(session, store, user_id), credential_id)
            policy = identity.policy_by_id(session, found.credential.policy_id)
            identity.deregister_totp(session, user, policy, cause=why)
        return redirect(_page(store, user, "revoked"), HTTPStatus.SEE_OTHER)

    def _ask(self, name: str, store: StoreRecord, user: UserRecord, errors: dict[str, str]) -> str:
        action = ACTIONS[name]
        question = Question(
            "users",
            action.title.format(user.label),
            action.text,
            action.button,
            url_for(f"backoffice.do_{name}_user", store_id=store.id, user_id=user.id),
            _page(store, user),
            user.version,
            danger=action.danger,
            until=action.until,
            typed=user.label if action.typed else None,
        )
        return ask(question, errors, zone=self.application.settings.time_zone)

    def _until(self, errors: dict[str, str]) -> datetime | None:
        text = request.form.get("until", "").strip()
        if not text:
            return None
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            errors["until"] = "Write a date and a time, such as 2026-01-31T09:00."
            return None
        return at if at.tzinfo else at.replace(tzinfo=self.application.settings.zone)

    def _found(self, store_id: str, user_id: str) -> tuple[StoreRecord, UserRecord]:
        identity = self.application.identity
        with self.application.database.read() as session:
            store = identity.store_by_id(session, store_id)
            return store, identity.user_by_id(session, store, user_id)

    def _registration(self, user: UserRecord, credential_id: str) -> Registration:
        with self.application.database.read() as session:
            return registration(session, self.application.clock, user, credential_id)


def _page(store: StoreRecord, user: UserRecord, done: str | None = None) -> str:
    return url_for("backoffice.user", store_id=store.id, user_id=user.id, done=done)


def _revoking(store: StoreRecord, user: UserRecord, found: Registration) -> Question:
    return Question(
        "users",
        f"Revoke the registration of {user.label} under {found.policy}?",
        "Its codes are refused from now on and its secret is deleted. The user has to register a device again. "
        "This cannot be undone.",
        "Revoke it",
        url_for("backoffice.do_revoke", store_id=store.id, user_id=user.id, credential_id=found.credential.id),
        _page(store, user),
        user.version,
        danger=True,
    )
