"""Add, update, delete, lock and unlock a user."""

from typing import Any

import pytest

from engine.declare import ParameterInvalid
from engine.errors import BpmnError
from engine.identity import ExtIdNotUnique, StoreNotFound, UserNotFound
from engine.model import Source, Syntax
from service_tasks import ACTIVITIES
from service_tasks._kept import KeyInvalid
from tests.service_tasks.conftest import Bench, Drawn

CUSTOMERS = {"storeName": "Customers"}
IDENTIFIERS = ["User External ID", "User ID", "User Key"]


def loaded(bench: Bench, key: str = "user1") -> dict[str, Any]:
    return dict(bench.variables["_identityStore"]["users"][key])


@pytest.mark.parametrize(
    ("activity", "labels", "errors"),
    [
        (
            "add-user",
            ["Store Name", "User External ID", "User Attributes", "Locale", "Time Zone", "Status", "User Key"],
            {"StoreNotFound", "AddUserFailed", "ExtIdNotUnique"},
        ),
        (
            "update-user",
            ["Store Name", *IDENTIFIERS, "User Attributes", "Locale", "Time Zone", "Status", "New External ID"],
            {"StoreNotFound", "UserNotFound", "ExtIdNotUnique"},
        ),
        ("delete-user", ["Store Name", *IDENTIFIERS], {"StoreNotFound", "UserNotFound"}),
        ("lock-user", ["Store Name", *IDENTIFIERS, "Reason"], {"StoreNotFound", "UserNotFound"}),
        ("unlock-user", ["Store Name", *IDENTIFIERS], {"StoreNotFound", "UserNotFound"}),
    ],
)
def test_parameters_and_outcomes_are_those_of_the_guide(activity: str, labels: list[str], errors: set[str]) -> None:
    assert [each.label for each in ACTIVITIES[activity].parameters] == labels
    assert {each.__name__ for each in ACTIVITIES[activity].errors} == errors


def test_an_added_user_is_loaded_and_in_the_store(bench: Bench) -> None:
    bench.run(
        "add-user",
        **CUSTOMERS,
        userExternalId="bob",
        userAttributes={"team": "red", "since": 2020},
        locale="en-GB",
        status="PENDING_ACTIVE",
        userKey="bob",
    )
    user = loaded(bench, "bob")
    with bench.database.read() as session:
        assert bench.identity.user_by_external_id(session, bench.store, "bob").id == user.pop("id")
    assert user == {
        "externalId": "bob",
        "status": "PENDING_ACTIVE",
        "locale": "en-GB",
        "timeZone": "Europe/Vienna",
        "attributes": {"team": "red", "since": 2020},
        "createdAt": "2026-01-15T09:30:00+00:00",
        "lastAuthenticatedAt": None,
    }


def test_a_user_needs_no_external_id(bench: Bench) -> None:
    bench.run("add-user", **CUSTOMERS)
    assert (loaded(bench)["externalId"], loaded(bench)["status"]) == (None, "ACTIVE")


def test_an_external_id_is_taken_once(bench: Bench) -> None:
    with pytest.raises(ExtIdNotUnique, match="'alice'"):
        bench.run("add-user", **CUSTOMERS, userExternalId="alice")
    with pytest.raises(StoreNotFound):
        bench.run("add-user", storeName="Customer")
    assert bench.variables == {}


@pytest.mark.parametrize(
    "wrong",
    [{"locale": "german!"}, {"timeZone": "Vienna"}, {"userAttributes": {"a b": 1}}, {"userExternalId": " alice"}],
)
def test_a_user_who_cannot_be_kept_is_an_outcome(bench: Bench, wrong: dict[str, Any]) -> None:
    with pytest.raises(BpmnError, match="Failed to add the user: ") as raised:
        bench.run("add-user", **CUSTOMERS, **wrong)
    assert raised.value.error_code == "AddUserFailed"


def test_the_user_key_of_a_new_user_names_a_variable(bench: Bench, drawn: Drawn) -> None:
    activity = ACTIVITIES["add-user"]
    assert [each.code for each in activity.check(drawn({"userKey": "a b"}))] == ["activity.user-key"]
    assert activity.check(drawn({"userKey": "b", "userExternalId": "bob"})) == []
    assert activity.check(drawn({"userKey": Source("x", Syntax.FEEL, 1)})) == []
    with pytest.raises(KeyInvalid):
        activity.read({**CUSTOMERS, "userKey": "a.b"})


@pytest.mark.parametrize("status", ["TEMP_LOCKED", "GONE"])
def test_a_status_that_nobody_may_choose_is_refused(status: str) -> None:
    with pytest.raises(ParameterInvalid, match="Status must be one of"):
        ACTIVITIES["add-user"].read({**CUSTOMERS, "status": status})


def test_only_what_is_set_changes(bench: Bench) -> None:
    bench.run("get-user", **CUSTOMERS, userExternalId="alice")
    before = loaded(bench)
    bench.run("update-user", **CUSTOMERS, locale="fr")
    assert loaded(bench) == before | {"locale": "fr"}
    bench.run("update-user", **CUSTOMERS, userAttributes={"floor": 3}, timeZone="Europe/Paris")
    assert loaded(bench) == before | {
        "locale": "fr",
        "timeZone": "Europe/Paris",
        "attributes": {"team": "blue", "floor": 3},
    }
    bench.run("update-user", **CUSTOMERS, userAttributes={"team": None}, status="DISABLED", newExternalId="alicia")
    changed = loaded(bench)
    assert (changed["attributes"], changed["status"], changed["externalId"]) == ({"floor": 3}, "DISABLED", "alicia")
    bench.run("get-user", **CUSTOMERS, userExternalId="alicia")
    assert loaded(bench) == changed


def test_a_changed_external_id_is_taken_once(bench: Bench) -> None:
    bench.run("add-user", **CUSTOMERS, userExternalId="bob")
    with pytest.raises(ExtIdNotUnique):
        bench.run("update-user", **CUSTOMERS, userExternalId="bob", newExternalId="alice")


def test_a_deleted_user_is_gone_from_store_and_process(bench: Bench) -> None:
    bench.run("get-user", **CUSTOMERS, userExternalId="alice")
    bench.run("delete-user", **CUSTOMERS)
    assert bench.variables["_identityStore"]["users"]["user1"] is None
    with pytest.raises(UserNotFound):
        bench.run("get-user", **CUSTOMERS, userExternalId="alice")


def test_deleting_one_user_does_not_forget_another(bench: Bench) -> None:
    bench.run("add-user", **CUSTOMERS, userExternalId="bob")
    bench.run("delete-user", **CUSTOMERS, userExternalId="alice")
    assert loaded(bench)["externalId"] == "bob"


def test_a_locked_user_is_shut_out_until_unlocked(bench: Bench) -> None:
    bench.run("get-user", **CUSTOMERS, userExternalId="alice")
    bench.run("lock-user", **CUSTOMERS, reason="Lost laptop")
    assert loaded(bench)["status"] == "LOCKED"
    with pytest.raises(BpmnError) as raised:
        bench.run("get-totp", **CUSTOMERS, totpPolicy="Default")
    assert raised.value.error_code == "UserLocked"
    bench.run("unlock-user", **CUSTOMERS)
    assert loaded(bench)["status"] == "ACTIVE"
    bench.run("get-totp", **CUSTOMERS, totpPolicy="Default")
