"""Identity stores in the backoffice."""

import pytest

from engine.accounts import Permission
from engine.application import Application
from engine.identity import StoreStatus
from tests.webui.backoffice.conftest import Operator, audited
from tests.webui.backoffice.people import HOSTILE, Demo, answer
from tests.webui.backoffice.test_permissions import role

pytestmark = pytest.mark.usefixtures("journeys")

STORES = "/backoffice/stores"


@pytest.fixture
def there(application: Application) -> Demo:
    return Demo(application)


def test_a_store_is_made_and_listed(operator: Operator, application: Application) -> None:
    operator.get("/backoffice/new-store")
    made = operator.post(STORES, name=HOSTILE, locale="de-AT", time_zone="Europe/Vienna")
    assert made.status_code == 303
    page = operator.get(made.location)
    assert "The identity store was made." in page.text
    listed = operator.get(STORES).text
    assert HOSTILE not in page.text + listed
    assert "&lt;script&gt;" in listed
    assert "0 users" in listed
    assert audited(application, "store_created")[-1][1] == {"store": HOSTILE, "by": "admin"}


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"name": ""}, "name"),
        ({"name": "demo"}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"locale": "de_AT"}, "locale"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field(operator: Operator, fields: dict[str, str], place: str) -> None:
    operator.get("/backoffice/new-store")
    refused = operator.post(STORES, **{"name": "new", "locale": "en", "time_zone": "UTC", **fields})
    assert refused.status_code == 422
    assert f'id="{place}-error"' in refused.text


def test_settings_are_for_new_users_and_audited(operator: Operator, there: Demo, application: Application) -> None:
    path = f"{STORES}/{there.store.id}"
    assert answer(operator, path, locale="fr", time_zone="Europe/Paris").status_code == 303
    assert (there.store.locale, there.user.locale) == ("fr", "en")
    assert audited(application, "store_changed") == [
        ("store_changed", {"store": "demo", "locale": "fr", "time_zone": "Europe/Paris", "by": "admin"})
    ]
    refused = answer(operator, path, locale="fr_", time_zone="UTC")
    assert refused.status_code == 422
    assert there.store.locale == "fr"


def test_a_store_is_switched_off_and_on_with_a_reason(
    operator: Operator, there: Demo, application: Application
) -> None:
    path = f"{STORES}/{there.store.id}/switch"
    assert answer(operator, path, reason=" ").status_code == 422
    assert there.store_status() == StoreStatus.ACTIVE
    assert answer(operator, path).status_code == 303
    assert there.store_status() == StoreStatus.DISABLED
    assert "is disabled" in operator.get(there.path).text
    assert answer(operator, path).status_code == 303
    assert there.store_status() == StoreStatus.ACTIVE
    details = [detail for _, detail in audited(application, "store_changed")]
    assert details == [
        {"store": "demo", "status": status, "by": "admin", "reason": "asked for by phone"}
        for status in ("DISABLED", "ACTIVE")
    ]


def test_of_two_operators_the_second_is_told(operator: Operator, there: Demo) -> None:
    path = f"{STORES}/{there.store.id}"
    seen = there.store.version
    assert answer(operator, f"{path}/switch").status_code == 303
    late = operator.post(f"{path}/switch", version=seen, reason="the same")
    assert late.status_code == 409
    assert operator.post(path, version=seen, locale="fr", time_zone="UTC").status_code == 409
    assert (there.store.status, there.store.locale) == (StoreStatus.DISABLED, "en")


def test_who_may_only_look_sees_no_form(operator: Operator, there: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    path = f"{STORES}/{there.store.id}"
    with role(monkeypatch, Permission.STORES_VIEW):
        assert "New Identity Store" not in operator.get(STORES).text
        page = operator.get(path).text
        assert 'name="locale"' not in page
        assert ">Users</a>" not in page
        assert operator.post(path, locale="fr", time_zone="UTC", version=there.store.version).status_code == 403
    assert operator.get(f"{STORES}/nowhere").status_code == 404
    assert operator.get("/backoffice/stores").text.count("/backoffice/policies") == 1
