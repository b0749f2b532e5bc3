"""What is done to users in the backoffice: asked first, to what was seen, kept with account and reason."""

import re
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from engine import demo
from engine.application import Application
from engine.audit.of_user import of_user
from engine.identity import UserNotFound, UserStatus
from tests.conftest import ManualClock
from tests.webui.backoffice.conftest import Operator, audited
from tests.webui.backoffice.people import HOSTILE, Demo, answer

pytestmark = pytest.mark.usefixtures("journeys")

WHO = {"by": "admin", "reason": "asked for by phone"}


@pytest.fixture
def there(application: Application) -> Demo:
    return Demo(application)


def last(there: Demo, event: str) -> dict[str, Any]:
    """Return what the audit trail says of the user."""
    with there.application.database.read() as session:
        found = [each for each in of_user(session, there.user.id) if each.event == event]
    return dict(found[0].detail)


def test_a_user_is_locked_and_unlocked(operator: Operator, there: Demo) -> None:
    locked = answer(operator, f"{there.path}/lock")
    assert (locked.status_code, locked.location) == (303, f"{there.path}?done=user-lock")
    assert there.status() == UserStatus.LOCKED
    assert "The user is locked." in operator.get(locked.location).text
    assert last(there, "user_locked") == {**WHO, "until": None}
    assert answer(operator, f"{there.path}/unlock").status_code == 303
    assert there.status() == UserStatus.ACTIVE
    assert last(there, "user_unlocked") == WHO


def test_a_lock_can_have_an_end(operator: Operator, there: Demo, clock: ManualClock) -> None:
    for until in ("tomorrow", "2020-01-01T00:00"):
        refused = answer(operator, f"{there.path}/lock", until=until)
        assert refused.status_code == 422
        assert 'id="until-error"' in refused.text
    assert answer(operator, f"{there.path}/lock", until="2026-01-20T08:00").status_code == 303
    assert there.status() == UserStatus.TEMP_LOCKED
    assert last(there, "user_locked")["until"] == "2026-01-20T08:00:00+00:00"


def test_a_user_is_disabled_and_enabled(operator: Operator, there: Demo) -> None:
    for name, status in (("disable", UserStatus.DISABLED), ("enable", UserStatus.ACTIVE)):
        assert answer(operator, f"{there.path}/{name}").status_code == 303
        assert there.status() == status
        assert last(there, "user_changed") == {**WHO, "changed": "status", "status": status}
        assert answer(operator, f"{there.path}/{name}").status_code == 422


def test_a_user_is_deleted_only_by_typing_who(operator: Operator, there: Demo, application: Application) -> None:
    path, user, store = there.path, there.user, there.store
    assert answer(operator, f"{path}/delete").status_code == 422
    assert answer(operator, f"{path}/delete", typed="user2").status_code == 422
    assert there.user == user
    gone = answer(operator, f"{path}/delete", typed=user.label)
    assert gone.status_code == 303
    assert user.label not in gone.location
    with pytest.raises(UserNotFound), application.database.read() as session:
        application.identity.user_by_id(session, store, user.id)
    assert audited(application, "user_deleted") == [("user_deleted", WHO)]
    assert operator.get(path).status_code == 404


def test_a_registration_is_revoked(operator: Operator, there: Demo, application: Application) -> None:
    found = re.search(rf"{there.path}/credentials/[0-9a-f]+/revoke", operator.get(there.path).text)
    assert found
    assert answer(operator, found[0], reason="").status_code == 422
    with application.database.read() as session:
        assert application.identity.is_registered(session, there.user, there.policy)
    assert answer(operator, found[0]).status_code == 303
    with application.database.read() as session:
        assert not application.identity.is_registered(session, there.user, there.policy)
    told = last(there, "totp_deregistered")
    assert {name: told[name] for name in (*WHO, "policy")} == {**WHO, "policy": demo.POLICY}
    assert "No device is registered" in operator.get(there.path).text
    assert operator.post(found[0], reason="again").status_code == 404


def test_looking_and_asking_change_nothing(operator: Operator, there: Demo, application: Application) -> None:
    before = there.user, len(audited(application, *ALL_EVENTS))
    for name in ("", "/edit", "/lock", "/unlock", "/disable", "/enable", "/delete", "/journey"):
        assert operator.get(there.path + name).status_code == 200
    for name in ("/lock", "/unlock", "/disable", "/delete", "/edit", "/journey"):
        # Nothing is done without a reason, nor without the token of a page of ours.
        assert operator.post(there.path + name, version=there.user.version).status_code == 422, name
        operator.token, kept = "", operator.token
        assert operator.post(there.path + name, version=there.user.version, reason="x").status_code == 400, name
        operator.token = kept
    assert (there.user, len(audited(application, *ALL_EVENTS))) == before


ALL_EVENTS = ("user_changed", "user_locked", "user_unlocked", "user_deleted", "totp_deregistered", "journey_offered")


@pytest.mark.parametrize("reason", ["x" * 301, "a\nb", "\x00"])
def test_a_reason_is_one_line(operator: Operator, there: Demo, reason: str) -> None:
    refused = answer(operator, f"{there.path}/lock", reason=reason)
    assert refused.status_code == 422
    assert 'id="reason-error"' in refused.text
    assert there.status() == UserStatus.ACTIVE


def test_of_two_operators_the_second_is_told(operator: Operator, there: Demo) -> None:
    seen = there.user.version
    assert answer(operator, f"{there.path}/lock").status_code == 303
    for name in ("disable", "lock", "unlock", "delete", "edit"):
        given = {"locale": "en", "time_zone": "UTC", "external_id": "user1", "typed": "user1"}
        late = operator.post(f"{there.path}/{name}", version=seen, reason="too late", **given)
        assert late.status_code == 409, name
        assert "changed this user meanwhile" in late.text
    assert there.status() == UserStatus.LOCKED


def change(operator: Operator, there: Demo, *rows: tuple[str, str, str], **fields: str) -> TestResponse:
    columns = ("attribute-name", "attribute-kind", "attribute-value")
    attributes = {column: [row[place] for row in rows] for place, column in enumerate(columns)}
    given = {"external_id": "user1", "locale": "en", "time_zone": "UTC", **fields}
    return answer(operator, f"{there.path}/edit", **given, **attributes)


def test_attributes_are_changed_and_stay_as_they_were_written(operator: Operator, there: Demo) -> None:
    rows = [
        ("note", "text", HOSTILE),
        ("age", "number", "41"),
        ("vip", "flag", "True"),
        ("limits", "json", '{"day": [1, null]}'),
    ]
    assert change(operator, there, *rows, locale="de-AT").status_code == 303
    expected = {"note": HOSTILE, "age": 41, "vip": True, "limits": {"day": [1, None]}}
    assert (there.user.attributes, there.user.locale) == (expected, "de-AT")
    assert last(there, "user_changed") == {**WHO, "changed": "attributes, locale"}
    form = operator.get(f"{there.path}/edit").text
    assert "<script>alert" not in form
    for text in ('value="41"', 'value="true"', "&lt;script&gt;", "{&#34;day&#34;:[1,null]}"):
        assert text in form


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (("a b", "text", "x"), "cannot name an attribute"),
        (("__proto__<", "text", "x"), "cannot name an attribute"),
        (("n", "number", "many"), "must be a number"),
        (("n", "number", "nan"), "must be a number"),
        (("n", "flag", "perhaps"), "must be true or false"),
        (("n", "json", "{"), "must be JSON"),
        (("n", "json", "[" * 2000), "must be JSON"),
        (("n", "json", "[" * 600 + "]" * 600), "cannot be kept"),
        (("n", "nowhere", "x"), "must be a text"),
        (("n", "text", "x" * 17_000), "bytes"),
    ],
)
def test_a_hostile_attribute_is_refused_at_its_row(
    operator: Operator, there: Demo, row: tuple[str, str, str], text: str
) -> None:
    refused = change(operator, there, row)
    assert refused.status_code == 422
    assert text in refused.text
    assert there.user.attributes == {}


def test_what_else_cannot_be_taken_is_said_at_its_field(operator: Operator, there: Demo) -> None:
    there.add("bob")
    for name, value in (("external_id", "bob"), ("external_id", "x" * 256), ("locale", "de_"), ("time_zone", "Mars")):
        refused = change(operator, there, **{name: value})
        assert refused.status_code == 422
        assert f'id="{name}-error"' in refused.text, (name, value)
    assert "There are two attributes" in change(operator, there, ("a", "text", "1"), ("a", "text", "2")).text


def test_a_user_is_made(operator: Operator, there: Demo, application: Application) -> None:
    store = there.store.id
    operator.get(f"/backoffice/stores/{store}/new-user")
    given = {"external_id": "zoe", "locale": "fr", "time_zone": "Europe/Paris"}
    made = operator.post(f"/backoffice/stores/{store}/users", **given)
    assert made.status_code == 303
    assert "zoe" not in made.location
    assert ">zoe<" in operator.get(made.location).text
    assert audited(application, "user_created")[-1][1] == {"store": "demo", "by": "admin"}
    assert operator.post(f"/backoffice/stores/{store}/users", **given).status_code == 422
    nobody = operator.post(f"/backoffice/stores/{store}/users", **{**given, "external_id": ""})
    assert nobody.status_code == 303


def test_a_journey_is_begun_for_a_user(app: Flask, operator: Operator, there: Demo, application: Application) -> None:
    assert answer(operator, f"{there.path}/journey", process="").status_code == 422
    assert answer(operator, f"{there.path}/journey", process="nowhere").status_code == 422
    page = answer(operator, f"{there.path}/journey", process=demo.PROCESS)
    assert page.status_code == 200
    assert page.cache_control.no_store
    link = re.search(r"/t/([A-Za-z0-9_-]{43})", page.text)
    assert link
    told = last(there, "journey_offered")
    assert told == {**WHO, "definition": demo.PROCESS}
    begun = application.journeys.begin(link[1], b"y" * 32)
    assert application.views.show(begun).record.applicant == demo.USER
    assert begun in operator.get(there.path).text
    assert link[1] not in operator.get(there.path).text
    assert app.test_client().get(f"/t/{link[1]}").status_code == 410


def test_a_user_without_an_external_id_has_no_journey(operator: Operator, there: Demo) -> None:
    nobody = there.add(None)
    path = f"/backoffice/stores/{there.store.id}/users/{nobody.id}"
    assert "Start a journey" not in operator.get(path).text
    assert "this user has none" in operator.get(f"{path}/journey").text
    assert operator.post(f"{path}/journey", process=demo.PROCESS, reason="x").status_code == 422
