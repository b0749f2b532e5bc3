"""How a user is named: the same for every activity that works for one."""

from typing import Any

import pytest

from engine.activity import Activity
from engine.declare import ParameterInvalid
from engine.identity import StoreNotFound, UserNotFound
from engine.model import Source, Syntax
from engine.variables import SecretReference
from service_tasks import ACTIVITIES
from service_tasks._for_user import ForUser, UserAmbiguous, UserNotLoaded
from service_tasks._kept import KeyInvalid
from tests.service_tasks.conftest import Bench, Drawn

FOR_USER = {type_: each for type_, each in ACTIVITIES.items() if issubclass(each, ForUser)}
EVERY = pytest.mark.parametrize("activity", FOR_USER.values(), ids=FOR_USER.keys())
REQUIRED = {"storeName": "Customers", "totpPolicy": "Default", "code": "123456"}


def required(activity: type[Activity]) -> dict[str, object]:
    return {each.key: REQUIRED[each.key] for each in activity.parameters if each.required}


@EVERY
def test_the_identifiers_are_labelled_as_the_guide_says(activity: type[Activity]) -> None:
    labels = {each.key: (each.label, each.required, each.default) for each in activity.parameters}
    assert labels["storeName"] == ("Store Name", True, None)
    assert labels["userExternalId"] == ("User External ID", False, None)
    assert labels["userId"] == ("User ID", False, None)
    assert labels["userKey"] == ("User Key", False, "user1")


CONFLICTS: list[dict[str, str]] = [
    {"userExternalId": "alice", "userId": "1"},
    {"userExternalId": "alice", "userKey": "user2"},
    {"userId": "1", "userKey": "user2"},
    {"userExternalId": "alice", "userId": "1", "userKey": "user2"},
]
CHOICES: list[dict[str, str]] = [
    {},
    {"userKey": "user1"},
    {"userKey": "user2"},
    {"userExternalId": "alice"},
    {"userId": "1"},
    {"userExternalId": "alice", "userKey": "user1"},
    {"userId": "1", "userKey": "user1"},
]


@EVERY
@pytest.mark.parametrize("given", CONFLICTS)
def test_two_identifiers_are_refused_at_deployment_and_at_run_time(
    activity: type[Activity], given: dict[str, str], drawn: Drawn
) -> None:
    problems = activity.check(drawn(given))
    assert [(each.code, each.element, each.line) for each in problems] == [("activity.user-ambiguous", "Task_1", 7)]
    with pytest.raises(UserAmbiguous, match="both set"):
        activity.read(required(activity) | given)


@EVERY
@pytest.mark.parametrize("given", CHOICES)
def test_one_identifier_is_taken_and_the_default_key_gives_way(
    activity: type[Activity], given: dict[str, str], drawn: Drawn
) -> None:
    assert activity.check(drawn(given)) == []
    activity.read(required(activity) | given)


@EVERY
def test_expressions_are_judged_at_run_time_only(activity: type[Activity], drawn: Drawn) -> None:
    expression = Source("processvar.id", Syntax.FEEL, 8)
    assert activity.check(drawn({"userExternalId": "alice", "userId": expression, "userKey": "user1"})) == []
    assert activity.check(drawn({"userExternalId": None, "userId": ""})) == []
    activity.read(required(activity) | {"userExternalId": "alice", "userId": None})
    with pytest.raises(UserAmbiguous):
        activity.read(required(activity) | {"userExternalId": "alice", "userId": "1"})


@EVERY
@pytest.mark.parametrize("given", [{"userExternalId": None}, {"userId": ""}, {"userExternalId": None, "userId": None}])
def test_an_identifier_that_came_out_empty_never_means_another_user(
    activity: type[Activity], given: dict[str, object]
) -> None:
    with pytest.raises(UserAmbiguous, match="came out empty"):
        activity.read(required(activity) | given | {"userKey": "user1"})


@EVERY
@pytest.mark.parametrize("key", ["a b", "1", "a.b", "ü"])
def test_a_user_key_names_a_variable(activity: type[Activity], key: str, drawn: Drawn) -> None:
    assert [each.code for each in activity.check(drawn({"userKey": key}))] == ["activity.user-key"]
    with pytest.raises(KeyInvalid, match="cannot name a variable"):
        activity.read(required(activity) | {"userKey": key})


@EVERY
@pytest.mark.parametrize("value", [SecretReference("totp-secret", "1", "2"), {"id": "1"}, True, ["alice"]])
def test_only_a_text_or_a_number_names_a_user(activity: type[Activity], value: Any) -> None:
    with pytest.raises(ParameterInvalid):
        activity.read(required(activity) | {"userExternalId": value})


@EVERY
def test_a_user_key_that_was_not_loaded_says_what_to_do(activity: type[Activity], bench: Bench) -> None:
    bench.variables["_identityStore"] = {"users": {"user1": {"id": bench.user.id}}}
    with pytest.raises(UserNotLoaded, match=r"'user2'\. Put a Get User step"):
        bench.run(activity.type, **required(activity), userKey="user2")


@EVERY
@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"_identityStore": None},
        {"_identityStore": {"users": []}},
        {"_identityStore": {"users": {"user1": {"id": 1}}}},
    ],
)
def test_odd_variables_are_a_user_who_is_not_loaded(
    activity: type[Activity], bench: Bench, odd: dict[str, Any]
) -> None:
    bench.variables.update(odd)
    with pytest.raises(UserNotLoaded):
        bench.run(activity.type, **required(activity))


@EVERY
def test_a_user_of_another_store_is_not_found(activity: type[Activity], bench: Bench) -> None:
    with bench.database.write() as session:
        bench.identity.create_store(session, "Staff")
    bench.variables["_identityStore"] = {"users": {"user1": {"id": bench.user.id}}}
    elsewhere = required(activity) | {"storeName": "Staff"}
    for identifier in ({"userId": bench.user.id}, {"userExternalId": "alice"}, {"userKey": "user1"}):
        with pytest.raises(UserNotFound, match="'Staff'"):
            bench.run(activity.type, **elsewhere, **identifier)


@EVERY
def test_an_outcome_names_what_was_asked_for(activity: type[Activity], bench: Bench) -> None:
    with pytest.raises(StoreNotFound, match="'Customer'"):
        bench.run(activity.type, **required(activity) | {"storeName": "Customer"})
    with pytest.raises(UserNotFound, match="'bob'"):
        bench.run(activity.type, **required(activity), userExternalId="bob")
    assert {StoreNotFound, UserNotFound} <= set(activity.errors)
