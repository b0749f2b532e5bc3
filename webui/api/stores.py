"""Identity stores."""

from http import HTTPStatus

from engine.accounts import Permission
from engine.identity import IdentityInvalid, NameTaken, StoreNotFound, listing
from engine.identity.stores import StoreChanged
from webui.api.models.base import Nothing, Page, Paged
from webui.api.models.problem import FieldError
from webui.api.models.stores import NewStore, Store, StoreChange, StoreNamed, StoreSummary
from webui.api.operation import Call, Match, Operation
from webui.api.pages import of_all
from webui.api.reading import RequestInvalid


def list_stores(call: Call[Nothing, Paged, Nothing]) -> Page[StoreSummary]:
    """Return every store."""
    with call.application.database.read() as session:
        found = listing.stores(session)
    return of_all(found, call.query, lambda each: each.name, StoreSummary)


def get_store(call: Call[StoreNamed, Nothing, Nothing]) -> Store:
    """Return one store."""
    with call.application.database.read() as session:
        return Store.model_validate(call.application.identity.store_by_id(session, call.path.store_id))


def create_store(call: Call[Nothing, Nothing, NewStore]) -> Store:
    """Make a store."""
    new = call.body
    with call.application.write() as session:
        made = call.application.identity.create_store(
            session, new.name, locale=new.locale, time_zone=new.time_zone, cause=call.cause()
        )
    return Store.model_validate(made)


def change_store(call: Call[StoreNamed, Nothing, StoreChange]) -> Store:
    """Change a store."""
    change, identity = call.body, call.application.identity
    if change.status is not None and not change.reason:
        raise RequestInvalid([FieldError(detail="Say why, in a few words.", pointer="/reason")])
    cause = call.cause(change.reason)
    with call.application.write() as session:
        store = identity.store_by_id(session, call.path.store_id)
        store = identity.store_as_seen(session, store.id, call.seen or store.version)
        if change.locale is not None or change.time_zone is not None:
            locale, zone = change.locale or store.locale, change.time_zone or store.time_zone
            store = identity.update_store(session, store, locale=locale, time_zone=zone, cause=cause)
        if change.status is not None and change.status is not store.status:
            store = identity.set_store_status(session, store, change.status, cause=cause)
    return Store.model_validate(store)


_VIEW, _EDIT, _ONE = Permission.STORES_VIEW, Permission.STORES_EDIT, "/stores/{store_id}"

OPERATIONS = (
    Operation(list_stores, "GET", "/stores", "List every identity store", _VIEW),
    Operation(
        create_store,
        "POST",
        "/stores",
        "Make an identity store",
        _EDIT,
        (IdentityInvalid, NameTaken),
        status=HTTPStatus.CREATED,
        made="/stores/{id}",
    ),
    Operation(get_store, "GET", _ONE, "Get an identity store", _VIEW, (StoreNotFound,)),
    Operation(
        change_store,
        "PATCH",
        _ONE,
        "Change an identity store, or disable it and make it active again",
        _EDIT,
        (StoreNotFound, StoreChanged, IdentityInvalid),
        match=Match.REQUIRED,
    ),
)
