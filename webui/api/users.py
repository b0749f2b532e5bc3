"""Users of an identity store."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from sqlalchemy.orm import Session

from engine.accounts import Permission
from engine.errors import IdflowError
from engine.identity import (
    ExtIdNotUnique,
    IdentityInvalid,
    StoreNotFound,
    UserNotFound,
    UserRecord,
    UserStatus,
)
from engine.identity.overview import CredentialNotFound, Registration, overview, registration
from engine.identity.search import search
from engine.identity.user_records import UserChanged
from webui.api.models.base import Nothing, Page
from webui.api.models.stores import StoreNamed
from webui.api.models.users import (
    Because,
    Credential,
    CredentialNamed,
    LockOrder,
    NewUser,
    ReasonAsked,
    User,
    UserChange,
    UserDetail,
    UserNamed,
    UsersAsked,
)
from webui.api.operation import Call, Match, Operation
from webui.api.pages import of_found
from webui.backoffice.user_actions import ACTIONS, ActionPointless, Doing


def find_users(call: Call[StoreNamed, UsersAsked, Nothing]) -> Page[User]:
    """Look for users."""
    asked, application = call.query, call.application
    with application.database.read() as session:
        store = application.identity.store_by_id(session, call.path.store_id)
        found = search(
            session,
            application.clock,
            store,
            asked.by,
            asked.q,
            attribute=asked.attribute,
            after=asked.after,
            limit=asked.limit,
        )
    return of_found(found.users, found.next, User)


def get_user(call: Call[UserNamed, Nothing, Nothing]) -> UserDetail:
    """Return one user."""
    with call.application.database.read() as session:
        store = call.application.identity.store_by_id(session, call.path.store_id)
        user = call.application.identity.user_by_id(session, store, call.path.user_id)
        about = overview(session, call.application.clock, user)
    return UserDetail.model_validate(
        {
            **dict(User.model_validate(user)),
            "lock": about.lock,
            "waiting": about.waiting,
            "credentials": tuple(map(_credential, about.registrations)),
            "recovery_left": about.recovery_left,
            "recovery_made": about.recovery_made,
        }
    )


def create_user(call: Call[StoreNamed, Nothing, NewUser]) -> User:
    """Make a user."""
    new, identity = call.body, call.application.identity
    with call.application.write() as session:
        made = identity.create_user(
            session,
            identity.store_by_id(session, call.path.store_id),
            external_id=new.external_id,
            attributes=new.attributes,
            locale=new.locale,
            time_zone=new.time_zone,
            status=UserStatus.ACTIVE if new.active else UserStatus.PENDING_ACTIVE,
            cause=call.cause(new.reason),
        )
    return User.model_validate(made)


def change_user(call: Call[UserNamed, Nothing, UserChange]) -> User:
    """Change a user."""
    cause = call.cause(call.body.reason)
    with _user(call) as (session, user):
        changed = call.application.identity.update_user(session, user, cause=cause, **call.body.changes)
    return User.model_validate(changed)


def lock_user(call: Call[UserNamed, Nothing, LockOrder]) -> User:
    """Shut a user out."""
    return _done(call, "lock")


def unlock_user(call: Call[UserNamed, Nothing, Because]) -> User:
    """End every lock of a user."""
    return _done(call, "unlock")


def disable_user(call: Call[UserNamed, Nothing, Because]) -> User:
    """Disable a user."""
    return _done(call, "disable")


def enable_user(call: Call[UserNamed, Nothing, Because]) -> User:
    """Make a user active."""
    return _done(call, "enable")


def delete_user(call: Call[UserNamed, ReasonAsked, Nothing]) -> None:
    """Delete a user."""
    with _user(call) as (session, user):
        call.application.identity.delete_user(session, user, cause=call.cause(call.query.reason))


def revoke_credential(call: Call[CredentialNamed, Nothing, Because]) -> User:
    """End a registration."""
    identity, clock, cause = call.application.identity, call.application.clock, call.cause(call.body.reason)
    with _user(call) as (session, user):
        found = registration(session, clock, user, call.path.credential_id)
        identity.deregister_totp(session, user, identity.policy_by_id(session, found.credential.policy_id), cause=cause)
        store = identity.store_by_id(session, call.path.store_id)
        return User.model_validate(identity.user_by_id(session, store, user.id))


@contextmanager
def _user(call: Call[Any, Any, Any]) -> Iterator[tuple[Session, UserRecord]]:
    """Open a transaction with the user, as whoever calls has seen them."""
    identity = call.application.identity
    with call.application.write() as session:
        store = identity.store_by_id(session, call.path.store_id)
        user = identity.user_by_id(session, store, call.path.user_id)
        yield session, identity.user_as_seen(session, store, user.id, call.seen or user.version)


def _done(call: Call[Any, Any, Any], name: str) -> User:
    """Do what the page of a user does, where it does something."""
    action, cause = ACTIONS[name], call.cause(call.body.reason)
    identity, until = call.application.identity, getattr(call.body, "until", None)
    with _user(call) as (session, user):
        if user.status not in action.possible:
            raise ActionPointless
        action.work(Doing(identity, session, user, cause, until))
        store = identity.store_by_id(session, call.path.store_id)
        return User.model_validate(identity.user_by_id(session, store, user.id))


def _credential(found: Registration) -> Credential:
    names = ("id", "status", "issuer", "algorithm", "digits", "period", "registered_at")
    said = {name: getattr(found.credential, name) for name in names}
    more = {name: getattr(found, name) for name in ("policy", "expires_at", "used_at", "shown_at", "displays")}
    return Credential.model_validate({**said, **more})


_VIEW, _EDIT, _LOCK = Permission.USERS_VIEW, Permission.USERS_EDIT, Permission.USERS_LOCK
_ALL, _ONE = "/stores/{store_id}/users", "/stores/{store_id}/users/{user_id}"
_MISSING: tuple[type[IdflowError], ...] = (StoreNotFound, UserNotFound)
_CHANGE = (*_MISSING, UserChanged, IdentityInvalid)


@dataclass(frozen=True, slots=True)
class _Said:
    """What is said of one thing that can be done to a user."""

    run: Any
    summary: str
    needs: Permission


_ACTIONS = {
    "lock": _Said(lock_user, "Shut a user out, until a time or until somebody unlocks them", _LOCK),
    "unlock": _Said(unlock_user, "End every lock and every wait of a user", _LOCK),
    "disable": _Said(disable_user, "Disable a user", _EDIT),
    "enable": _Said(enable_user, "Make a disabled or pending user active", _EDIT),
}

OPERATIONS = (
    Operation(
        find_users,
        "GET",
        _ALL,
        "Look for users of a store",
        _VIEW,
        (StoreNotFound,),
        text="What is looked for is in the address: have proxies leave the query out of their logs.",
    ),
    Operation(
        create_user,
        "POST",
        _ALL,
        "Make a user",
        _EDIT,
        (StoreNotFound, IdentityInvalid, ExtIdNotUnique),
        status=HTTPStatus.CREATED,
        made="/stores/{store_id}/users/{id}",
    ),
    Operation(get_user, "GET", _ONE, "Get everything about a user but secrets", _VIEW, _MISSING),
    Operation(
        change_user,
        "PATCH",
        _ONE,
        "Change a user",
        _EDIT,
        (*_CHANGE, ExtIdNotUnique),
        match=Match.REQUIRED,
    ),
    Operation(
        delete_user,
        "DELETE",
        _ONE,
        "Delete a user with every credential",
        _EDIT,
        _CHANGE,
        match=Match.REQUIRED,
        text="This cannot be undone. The audit trail keeps the id.",
    ),
    *(
        Operation(
            each.run,
            "POST",
            f"{_ONE}/{name}",
            each.summary,
            each.needs,
            (*_CHANGE, ActionPointless),
            match=Match.TAKEN,
        )
        for name, each in _ACTIONS.items()
    ),
    Operation(
        revoke_credential,
        "POST",
        f"{_ONE}/credentials/{{credential_id}}/revoke",
        "End a TOTP registration of a user",
        Permission.CREDENTIALS_REVOKE,
        (*_CHANGE, CredentialNotFound),
        match=Match.TAKEN,
    ),
)
