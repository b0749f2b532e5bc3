from typing import Any

import pytest
from sqlalchemy import text

from engine.identity import ExtIdNotUnique, Identity, IdentityInvalid, UserNotFound, UserStatus
from engine.store import Database
from engine.variables import SecretReference
from tests.identity.conftest import People


def test_a_user_has_the_locale_and_time_zone_of_the_store(people: People) -> None:
    assert (people.user.locale, people.user.time_zone) == ("de-AT", "Europe/Vienna")
    assert people.user.status is UserStatus.ACTIVE
    assert people.user.last_authenticated_at is None


def test_a_user_may_have_another_locale_and_status(database: Database, identity: Identity, people: People) -> None:
    with database.write() as session:
        user = identity.create_user(
            session, people.store, locale="fr", time_zone="UTC", status=UserStatus.PENDING_ACTIVE
        )
    assert (user.locale, user.time_zone, user.status) == ("fr", "UTC", UserStatus.PENDING_ACTIVE)
    assert (user.external_id, user.label) == (None, user.id)


def test_a_user_is_found_by_either_id(database: Database, identity: Identity, people: People) -> None:
    with database.read() as session:
        assert identity.user_by_external_id(session, people.store, "alice@example.com") == people.user
        assert identity.user_by_id(session, people.store, people.user.id) == people.user
        assert identity.user_or_none(session, people.store, "alice@example.com") == people.user
        assert identity.user_or_none(session, people.store, "bob@example.com") is None


def test_a_user_who_is_not_there_is_named_with_the_store(
    database: Database, identity: Identity, people: People
) -> None:
    with database.read() as session:
        with pytest.raises(UserNotFound, match=r"'Customers'.*external ID 'Alice@example.com'"):
            identity.user_by_external_id(session, people.store, "Alice@example.com")
        with pytest.raises(UserNotFound, match=r"'Customers'.*ID 'nobody'"):
            identity.user_by_id(session, people.store, "nobody")


def test_a_user_of_another_store_is_not_found(database: Database, identity: Identity, people: People) -> None:
    with database.write() as session:
        other = identity.create_store(session, "Staff")
        with pytest.raises(UserNotFound):
            identity.user_by_id(session, other, people.user.id)
        with pytest.raises(UserNotFound):
            identity.user_by_external_id(session, other, "alice@example.com")


def test_an_external_id_is_unique_in_its_store(database: Database, identity: Identity, people: People) -> None:
    with database.write() as session:
        with pytest.raises(ExtIdNotUnique, match=r"alice@example\.com"):
            identity.create_user(session, people.store, external_id="alice@example.com")
        other = identity.create_store(session, "Staff")
        identity.create_user(session, other, external_id="alice@example.com")
        identity.create_user(session, other)
        identity.create_user(session, other)


@pytest.mark.parametrize("external_id", ["", " ", "a ", "a\nb", "x" * 256])
def test_odd_external_ids_are_refused(database: Database, identity: Identity, people: People, external_id: str) -> None:
    with database.write() as session, pytest.raises(IdentityInvalid, match="external ID"):
        identity.create_user(session, people.store, external_id=external_id)


@pytest.mark.parametrize(
    "attributes",
    [
        {"a b": 1},
        {"": 1},
        {"a": b"bytes"},
        {"a": {1: 2}},
        {"a": 2**70},
        {"a": [SecretReference("totp-secret", "1", "2")]},
        {"a": "x" * 17_000},
    ],
)
def test_attributes_are_small_json_without_secrets(
    database: Database, identity: Identity, people: People, attributes: dict[str, Any]
) -> None:
    with database.write() as session, pytest.raises(IdentityInvalid):
        identity.create_user(session, people.store, attributes=attributes)


def test_attributes_come_back_as_they_were(database: Database, identity: Identity, people: People) -> None:
    attributes = {"z": [1, {"a": None}], "name": "Zoë", "number": 1.5}
    with database.write() as session:
        user = identity.create_user(session, people.store, attributes=attributes)
    with database.read() as session:
        assert identity.user_by_id(session, people.store, user.id).attributes == attributes


def test_a_status_that_changed_meanwhile_is_seen(database: Database, identity: Identity, people: People) -> None:
    with database.write() as session:
        identity.user_by_id(session, people.store, people.user.id)
        session.execute(text("UPDATE users SET status = 'LOCKED'"))
        assert identity.user_by_id(session, people.store, people.user.id).status is UserStatus.LOCKED
