from datetime import datetime

import pytest
from sqlalchemy import text

from engine.variables import decode, encode
from tests.service_tasks.conftest import Bench


def test_the_user_is_written_under_the_default_key(bench: Bench) -> None:
    bench.run("get-user", storeName="Customers", userExternalId="alice")
    assert bench.variables["_identityStore"]["users"] == {
        "user1": {
            "id": bench.user.id,
            "externalId": "alice",
            "status": "ACTIVE",
            "locale": "de",
            "timeZone": "Europe/Vienna",
            "attributes": {"team": "blue"},
            "createdAt": "2026-01-15T09:30:00+00:00",
            "lastAuthenticatedAt": None,
        }
    }
    assert decode(encode(bench.variables)) == bench.variables


def test_a_user_is_found_by_id(bench: Bench) -> None:
    bench.run("get-user", storeName="Customers", userId=bench.user.id)
    assert bench.variables["_identityStore"]["users"]["user1"]["externalId"] == "alice"


def test_a_number_can_be_an_external_id(bench: Bench) -> None:
    with bench.database.write() as session:
        bench.identity.create_user(session, bench.store, external_id="4711")
    bench.run("get-user", storeName="Customers", userExternalId=4711)
    assert bench.variables["_identityStore"]["users"]["user1"]["externalId"] == "4711"


def test_a_user_key_reads_a_loaded_user_again(bench: Bench) -> None:
    bench.variables["_identityStore"] = {"users": {"manager": {"id": bench.user.id, "status": "old"}}}
    bench.run("get-user", storeName="Customers", userKey="manager")
    assert bench.variables["_identityStore"]["users"]["manager"]["status"] == "ACTIVE"


@pytest.mark.parametrize("status", ["LOCKED", "TEMP_LOCKED", "DISABLED", "PENDING_ACTIVE"])
def test_a_process_can_look_at_the_status(bench: Bench, status: str) -> None:
    with bench.database.write() as session:
        session.execute(text("UPDATE users SET status = :status"), {"status": status})
    bench.run("get-user", storeName="Customers", userExternalId="alice")
    assert bench.variables["_identityStore"]["users"]["user1"]["status"] == status


def test_times_are_iso_8601(bench: Bench) -> None:
    with bench.database.write() as session:
        session.execute(text("UPDATE users SET last_authenticated_at = '2026-01-02 03:04:05.000000'"))
    bench.run("get-user", storeName="Customers", userExternalId="alice")
    written = bench.variables["_identityStore"]["users"]["user1"]["lastAuthenticatedAt"]
    assert datetime.fromisoformat(written).isoformat() == written == "2026-01-02T03:04:05+00:00"


def test_other_users_of_the_process_stay(bench: Bench) -> None:
    bench.variables["_identityStore"] = {"users": {"manager": {"id": "m"}}, "currentTOTP": {"digits": 6}}
    bench.run("get-user", storeName="Customers", userExternalId="alice")
    store = bench.variables["_identityStore"]
    assert set(store["users"]) == {"manager", "user1"}
    assert store["currentTOTP"] == {"digits": 6}
