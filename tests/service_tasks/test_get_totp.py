from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select, text

from engine.errors import BpmnError
from engine.identity import PolicyNotFound, Redisplay, TotpDisplayDenied, TotpNotRegistered, UserLocked
from engine.store.models import AuditEvent
from engine.variables import SecretReference, decode, encode, masked
from service_tasks import ACTIVITIES
from tests.service_tasks.conftest import INSTANCE, Bench

GET = {"storeName": "Customers", "totpPolicy": "Default"}


def events(bench: Bench) -> list[AuditEvent]:
    with bench.database.read() as session:
        query = select(AuditEvent).where(AuditEvent.event.startswith("totp_display")).order_by(AuditEvent.id)
        return list(session.scalars(query))


def test_its_parameters_are_labelled_as_the_guide_says() -> None:
    labels = [each.label for each in ACTIVITIES["get-totp"].parameters]
    assert labels == ["Store Name", "TOTP Policy", "User External ID", "User ID", "User Key"]


def test_the_registration_is_written_with_references_for_its_secrets(bench: Bench) -> None:
    bench.run("get-totp", **GET, userExternalId="alice")
    assert bench.variables == {
        "_identityStore": {
            "currentTOTP": {
                "qrCodeString": SecretReference("totp-uri", bench.credential.id, INSTANCE),
                "secret": SecretReference("totp-secret", bench.credential.id, INSTANCE),
                "issuer": "Example Bank",
                "accountName": "alice",
                "digits": 6,
                "period": 30,
                "algorithm": "SHA1",
                "registeredAt": "2026-01-15T09:30:00+00:00",
            }
        }
    }
    assert decode(encode(bench.variables)) == bench.variables


def test_the_references_open_to_what_was_registered_and_nothing_else_holds_it(bench: Bench) -> None:
    bench.run("get-totp", **GET, userExternalId="alice")
    current = bench.variables["_identityStore"]["currentTOTP"]
    with bench.database.read() as session:
        secret = bench.identity.reveal(session, current["secret"])
        uri = bench.identity.reveal(session, current["qrCodeString"])
    assert parse_qs(urlsplit(uri).query)["secret"] == [secret]
    with bench.database.read() as session:
        audited = [str(each.detail) for each in session.scalars(select(AuditEvent))]
    kept = encode(bench.variables).decode() + repr(bench.variables) + repr(masked(bench.variables)) + "".join(audited)
    assert secret not in kept
    assert uri not in kept


@pytest.mark.parametrize("identifier", ["userExternalId", "userId", "userKey"])
def test_every_identifier_leads_to_the_user(bench: Bench, identifier: str) -> None:
    bench.run("get-user", storeName="Customers", userExternalId="alice")
    values = {"userExternalId": "alice", "userId": bench.user.id, "userKey": "user1"}
    bench.run("get-totp", **GET, **{identifier: values[identifier]})
    assert bench.variables["_identityStore"]["currentTOTP"]["accountName"] == "alice"
    assert bench.variables["_identityStore"]["users"]["user1"]["externalId"] == "alice"


def test_showing_is_audited(bench: Bench) -> None:
    bench.run("get-totp", **GET, userExternalId="alice")
    (event,) = events(bench)
    assert (event.event, event.instance_id, event.user_id) == ("totp_displayed", INSTANCE, bench.user.id)
    assert event.detail == {"policy": "Default", "credential": bench.credential.id}


@pytest.mark.parametrize("redisplay", [Redisplay.NEVER, Redisplay.AFTER_AUTHENTICATION])
def test_a_policy_can_deny_it(bench: Bench, redisplay: Redisplay) -> None:
    with bench.database.write() as session:
        session.execute(text("UPDATE totp_policies SET redisplay = :value"), {"value": redisplay.value})
    with pytest.raises(TotpDisplayDenied):
        bench.run("get-totp", **GET, userExternalId="alice")
    (event,) = events(bench)
    assert (event.event, event.detail["reason"]) == ("totp_display_denied", "TotpDisplayDenied")
    assert bench.variables == {}


@pytest.mark.parametrize("status", ["LOCKED", "TEMP_LOCKED", "DISABLED"])
def test_a_user_who_was_shut_out_since_get_user_is_denied(bench: Bench, status: str) -> None:
    bench.run("get-user", storeName="Customers", userExternalId="alice")
    with bench.database.write() as session:
        session.execute(text("UPDATE users SET status = :status"), {"status": status})
    with pytest.raises(UserLocked, match="'alice'"):
        bench.run("get-totp", **GET)
    assert [each.event for each in events(bench)] == ["totp_display_denied"]
    assert "currentTOTP" not in bench.variables["_identityStore"]


def test_absence_is_an_outcome_that_names_user_and_policy(bench: Bench) -> None:
    with bench.database.write() as session:
        bench.identity.create_user(session, bench.store, external_id="bob")
    with pytest.raises(TotpNotRegistered, match=r"'bob'.*'Default'"):
        bench.run("get-totp", **GET, userExternalId="bob")
    with pytest.raises(PolicyNotFound, match="'Other'"):
        bench.run("get-totp", **GET | {"totpPolicy": "Other"}, userExternalId="alice")
    assert events(bench) == []


def test_every_outcome_is_declared() -> None:
    declared: set[type[BpmnError]] = set(ACTIVITIES["get-totp"].errors)
    assert {PolicyNotFound, TotpNotRegistered, TotpDisplayDenied, UserLocked} <= declared
