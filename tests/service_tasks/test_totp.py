"""Registering, using and removing an authenticator, and recovery codes."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from engine.declare import ParameterInvalid
from engine.errors import BpmnError
from engine.identity import TotpAlreadyRegistered, TotpAuthenticationFailed, TotpCodeInvalid, TotpNotRegistered
from engine.variables import SecretReference, decode, encode
from service_tasks import ACTIVITIES
from service_tasks._kept import KeyInvalid
from service_tasks.complete_totp_registration import RegistrationNotStarted
from tests.service_tasks.conftest import INSTANCE, Bench, Drawn

CUSTOMERS = {"storeName": "Customers"}
TOTP = {**CUSTOMERS, "totpPolicy": "Default"}
IDENTIFIERS = ["User External ID", "User ID", "User Key"]
FOR_TOTP = {"StoreNotFound", "UserNotFound", "PolicyNotFound"}


@pytest.mark.parametrize(
    ("activity", "labels", "errors"),
    [
        (
            "start-totp-registration",
            ["Store Name", "TOTP Policy", *IDENTIFIERS, "TOTP Registration Key"],
            FOR_TOTP | {"UserLocked", "TotpAlreadyRegistered"},
        ),
        (
            "complete-totp-registration",
            ["Code", "TOTP Registration Key"],
            {"TotpCodeInvalid", "TotpRegistrationExpired", "UserLocked"},
        ),
        (
            "authenticate-totp",
            ["Store Name", "TOTP Policy", "Code", *IDENTIFIERS, "Max Attempts"],
            FOR_TOTP | {"TotpAuthenticationFailed", "TotpNotRegistered", "UserLocked"},
        ),
        ("deregister-totp", ["Store Name", "TOTP Policy", *IDENTIFIERS], FOR_TOTP | {"TotpNotRegistered"}),
        ("generate-recovery-codes", ["Store Name", *IDENTIFIERS], {"StoreNotFound", "UserNotFound", "UserLocked"}),
        (
            "verify-recovery-code",
            ["Store Name", "Code", *IDENTIFIERS],
            {"StoreNotFound", "UserNotFound", "RecoveryCodeInvalid", "UserLocked"},
        ),
    ],
)
def test_parameters_and_outcomes_are_those_of_the_guide(activity: str, labels: list[str], errors: set[str]) -> None:
    assert sorted(each.label for each in ACTIVITIES[activity].parameters) == sorted(labels)
    assert {each.__name__ for each in ACTIVITIES[activity].errors} == errors


@pytest.fixture
def bob(bench: Bench) -> Bench:
    """The bench with a loaded user who has no authenticator."""
    bench.run("add-user", **CUSTOMERS, userExternalId="bob")
    return bench


def kept(bench: Bench) -> dict[str, Any]:
    return dict(bench.variables["_identityStore"])


def revealed(bench: Bench, reference: SecretReference) -> str:
    with bench.database.read() as session:
        return bench.identity.reveal(session, reference)


def register(bench: Bench, key: str = "totpReg1") -> str:
    """Register an authenticator, and return its secret."""
    bench.run("start-totp-registration", **TOTP, totpRegistrationKey=key)
    secret = revealed(bench, kept(bench)["totpRegistrations"][key]["secret"])
    bench.run("complete-totp-registration", totpRegistrationKey=key, code=code(bench, secret))
    bench.clock.advance(timedelta(seconds=30))
    return secret


def code(bench: Bench, secret: str) -> str:
    return pyotp.TOTP(secret).at(bench.clock.now())


def wrong(right: str) -> str:
    return f"{(int(right) + 1) % 1_000_000:06}"


def test_a_started_registration_is_kept_with_references_for_its_secrets(bob: Bench) -> None:
    bob.run("start-totp-registration", **TOTP)
    registration = kept(bob)["totpRegistrations"]["totpReg1"]
    assert isinstance(registration["secret"], SecretReference)
    assert registration["secret"].instance_id == registration["qrCodeString"].instance_id == INSTANCE
    secret, uri = revealed(bob, registration["secret"]), revealed(bob, registration["qrCodeString"])
    assert parse_qs(urlsplit(uri).query)["secret"] == [secret]
    told = {key: registration[key] for key in ("status", "issuer", "accountName", "digits", "period", "algorithm")}
    assert told == {
        "status": "STARTED",
        "issuer": "Example Bank",
        "accountName": "bob",
        "digits": 6,
        "period": 30,
        "algorithm": "SHA1",
    }
    assert registration["expiresAt"] == "2026-01-15T09:45:00+00:00"
    assert decode(encode(bob.variables)) == bob.variables
    assert secret not in encode(bob.variables).decode()


def test_the_first_code_completes_it_and_ends_the_references(bob: Bench) -> None:
    register(bob)
    registration = kept(bob)["totpRegistrations"]["totpReg1"]
    assert (registration["status"], registration["secret"], registration["qrCodeString"]) == ("COMPLETED", None, None)
    with pytest.raises(TotpAlreadyRegistered):
        bob.run("start-totp-registration", **TOTP)


def test_a_wrong_first_code_changes_nothing(bob: Bench) -> None:
    bob.run("start-totp-registration", **TOTP, totpRegistrationKey="phone")
    before = kept(bob)["totpRegistrations"]["phone"]
    secret = revealed(bob, before["secret"])
    with pytest.raises(TotpCodeInvalid, match="4"):
        bob.run("complete-totp-registration", totpRegistrationKey="phone", code=wrong(code(bob, secret)))
    assert kept(bob)["totpRegistrations"]["phone"] == before
    bob.run("complete-totp-registration", totpRegistrationKey="phone", code=code(bob, secret))


def test_what_was_not_started_cannot_be_completed(bob: Bench) -> None:
    with pytest.raises(RegistrationNotStarted, match=r"'other'\. Put a Start TOTP Registration"):
        bob.run("complete-totp-registration", totpRegistrationKey="other", code="123456")


def test_a_registration_key_names_a_variable(drawn: Drawn) -> None:
    activity = ACTIVITIES["start-totp-registration"]
    problems = activity.check(drawn({"totpRegistrationKey": "a b", "userKey": "1"}))
    assert [each.code for each in problems] == ["activity.user-key", "activity.totp-registration-key"]
    with pytest.raises(KeyInvalid):
        activity.read({**TOTP, "totpRegistrationKey": "a.b"})


def test_the_right_code_authenticates_once(bob: Bench) -> None:
    right = code(bob, register(bob))
    bob.run("authenticate-totp", **TOTP, code=right)
    assert kept(bob)["totpAuthentication"] == {"result": "SUCCEEDED", "at": "2026-01-15T09:30:30+00:00"}
    with pytest.raises(TotpAuthenticationFailed):
        bob.run("authenticate-totp", **TOTP, code=right)


def test_a_code_is_forgotten_when_it_was_right(bob: Bench) -> None:
    right = code(bob, register(bob))
    answers = {"code": right, "note": "hello"}
    bob.variables["_customFormData"] = {"Code": answers, "Other": {"also": right, "no": 1}, "odd": None}
    bob.run("authenticate-totp", **TOTP, code=right)
    assert bob.variables["_customFormData"] == {
        "Code": {"code": None, "note": "hello"},
        "Other": {"also": None, "no": 1},
        "odd": None,
    }


@pytest.mark.parametrize("attempts", [0, 101, "many"])
def test_the_maximum_of_attempts_has_limits(attempts: object) -> None:
    with pytest.raises(ParameterInvalid, match="Max Attempts"):
        ACTIVITIES["authenticate-totp"].read({**TOTP, "code": "123456", "maxAttempts": attempts})


@pytest.mark.parametrize("value", [None, "", True, {"a": 1}, SecretReference("totp-secret", "1", "2")])
def test_a_code_is_a_text(value: object) -> None:
    with pytest.raises(ParameterInvalid, match="Code"):
        ACTIVITIES["authenticate-totp"].read({**TOTP, "code": value})


def test_a_code_is_not_printed() -> None:
    activity = ACTIVITIES["authenticate-totp"].read({**TOTP, "code": "424242"})
    assert "424242" not in repr(activity)


def test_absence_is_an_outcome_that_names_user_and_policy(bob: Bench) -> None:
    for type_, more in (("authenticate-totp", {"code": "123456"}), ("deregister-totp", {})):
        with pytest.raises(TotpNotRegistered, match=r"'bob'.*'Default'"):
            bob.run(type_, **TOTP, **more)
        with pytest.raises(BpmnError) as raised:
            bob.run(type_, **CUSTOMERS, totpPolicy="Other", **more)
        assert raised.value.error_code == "PolicyNotFound"


def test_what_was_deregistered_can_be_registered_again(bob: Bench) -> None:
    register(bob)
    bob.run("deregister-totp", **TOTP)
    register(bob)


def test_recovery_codes_are_references_and_each_is_good_once(bob: Bench) -> None:
    bob.run("generate-recovery-codes", **CUSTOMERS)
    references = kept(bob)["recoveryCodes"]
    codes = [revealed(bob, each) for each in references]
    assert len(set(codes)) == len(references) == 10
    assert not [each for each in codes if each in encode(bob.variables).decode()]
    bob.variables["_customFormData"] = {"Code": {"code": codes[0]}}
    bob.run("verify-recovery-code", **CUSTOMERS, code=codes[0])
    assert bob.variables["_customFormData"] == {"Code": {"code": None}}
    with pytest.raises(BpmnError) as raised:
        bob.run("verify-recovery-code", **CUSTOMERS, code=codes[0])
    assert raised.value.error_code == "RecoveryCodeInvalid"
    bob.run("verify-recovery-code", **CUSTOMERS, code=codes[1])


def test_new_recovery_codes_end_the_old(bob: Bench) -> None:
    bob.run("generate-recovery-codes", **CUSTOMERS)
    old = revealed(bob, kept(bob)["recoveryCodes"][0])
    bob.run("generate-recovery-codes", **CUSTOMERS)
    with pytest.raises(BpmnError):
        bob.run("verify-recovery-code", **CUSTOMERS, code=old)
