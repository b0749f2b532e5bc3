"""What the provider's answer must be, and where it leads."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from engine.application import Application
from engine.sign_on.id_token import LEEWAY
from engine.sign_on.pending import LASTS
from engine.sign_on.sign_on import REFUSALS
from engine.store.models import AccountSession
from tests.conftest import ManualClock
from tests.openid.client import TestProvider
from tests.webui.backoffice.conftest import Operator, audited
from tests.webui.backoffice.provider.signing_in import BEGIN, come_back, cookies, refusals, who

HOUR = 3600


LIES: dict[str, dict[str, Any]] = {
    "another nonce": {"claims": {"nonce": "x" * 43}},
    "no nonce": {"claims": {"nonce": None}},
    "another audience": {"claims": {"aud": ["other"]}},
    "several audiences, and not for whom": {"claims": {"aud": ["idflow", "other"]}},
    "for another party": {"claims": {"aud": ["idflow", "other"], "azp": "other"}},
    "for others, at our wish": {"claims": {"aud": ["other"], "azp": "idflow"}},
    "another issuer": {"claims": {"iss": "http://localhost:1"}},
    "no subject": {"claims": {"sub": None}},
    "a subject that is a number": {"claims": {"sub": 7}},
    "expired": {"claims": {"exp": -LEEWAY - 1}},
    "never expires": {"claims": {"exp": None}},
    "a text for a time": {"claims": {"exp": "tomorrow"}},
    "not yet valid": {"claims": {"nbf": HOUR}},
    "from the future": {"claims": {"iat": HOUR}},
    "another access token": {"claims": {"at_hash": "x" * 22}},
    "not signed": {"sign": "none"},
    "signed with the client's secret": {"sign": "secret"},
    "signed with the public key as a secret": {"sign": "public"},
    "signed with another key": {"sign": "other"},
    "a cut signature": {"sign": "cut"},
}


def test_what_an_id_token_must_say(app: Flask, application: Application, provider: TestProvider) -> None:
    provider.user("ada", "admins")
    ada, now = Operator(app), int(application.clock.now().timestamp())
    for lie, how in LIES.items():
        provider.lie(**how, now=now)
        page = come_back(ada, provider)
        assert (page.status_code, "could not be verified" in page.text) == (403, True), lie
        assert who(ada) is None, lie
    assert set(refusals(application)) == {"token"}
    assert application.administration.entries() == []
    provider.lie(claims={"exp": -LEEWAY + 5, "aud": "idflow", "azp": "idflow"}, now=now)
    assert come_back(ada, provider).status_code == 303


def test_an_answer_is_good_once_and_in_the_browser_that_asked(
    app: Flask, application: Application, provider: TestProvider, clock: ManualClock
) -> None:
    provider.user("ada", "admins")
    ada, mallory = Operator(app), Operator(app, "192.0.2.66")
    answer = provider.sign_in(ada.get(BEGIN).location, "ada")
    kept = dict(cookies(ada))
    # Of another browser, without and with a sign-in of its own.
    assert mallory.get(answer).status_code == 400
    mallory.get(BEGIN)
    assert mallory.get(answer).status_code == 400
    # A cookie of another sign-in under the name of this one.
    (own,) = (each for each in cookies(mallory).values() if each.key.startswith("idflow-provider"))
    state = answer.split("state=")[1].split("&")[0]
    mallory.client.set_cookie(f"idflow-provider-{state[:8]}", own.value)
    assert mallory.get(answer).status_code == 400
    assert who(mallory) is None
    # Somebody else's `state`, none, and two.
    for spoilt in (answer.replace(state, "A" * 43), answer.replace("state", "estate"), f"{answer}&state={state}"):
        assert ada.get(spoilt).status_code == 400
    assert ada.get(answer).status_code == 303
    assert who(ada) == "ada Administrator"
    # The same answer again, by who has copied everything that the browser had.
    thief = Operator(app, "192.0.2.67")
    thief.client._cookies = kept
    page = thief.get(answer)
    assert (page.status_code, who(thief)) == (400, None)
    assert "Begin again" in page.text
    assert not [each for each in cookies(ada).values() if each.key.startswith("idflow-provider")]
    # Too late.
    late = provider.sign_in(thief.get(BEGIN).location, "ada")
    clock.advance(LASTS + timedelta(seconds=1))
    assert thief.get(late).status_code == 400
    assert set(refusals(application)) == {"state"}


def test_the_audit_trail_cannot_be_filled_with_refusals(app: Flask, application: Application) -> None:
    nobody, other = Operator(app), Operator(app, "192.0.2.66")
    for _ in range(REFUSALS + 5):
        assert nobody.get(f"{BEGIN}/callback?state={'A' * 43}&code=x").status_code == 400
    assert other.get(f"{BEGIN}/callback?code={'x' * 20_000}").status_code == 400
    assert len(refusals(application)) == REFUSALS + 1


def test_a_code_is_good_for_the_sign_in_that_asked_for_it(
    app: Flask, application: Application, provider: TestProvider
) -> None:
    provider.user("ada", "admins")
    ada, mallory = Operator(app), Operator(app)
    stolen = provider.sign_in(ada.get(BEGIN).location, "ada").split("code=")[1].split("&")[0]
    own = provider.sign_in(mallory.get(BEGIN).location, "ada")
    code = own.split("code=")[1].split("&")[0]
    # The provider compares the verifier (PKCE), and takes no code twice.
    assert mallory.get(own.replace(code, stolen)).status_code == 403
    used = provider.sign_in(ada.get(BEGIN).location, "ada")
    assert ada.get(used).status_code == 303
    again = provider.sign_in(mallory.get(BEGIN).location, "ada")
    page = mallory.get(again.replace(again.split("code=")[1].split("&")[0], used.split("code=")[1].split("&")[0]))
    assert page.status_code == 403
    assert who(mallory) is None
    assert [(each["why"], each["detail"]) for _, each in audited(application, "provider_sign_in_refused")] == [
        ("code", "invalid_grant"),
        ("code", "invalid_grant"),
    ]


def test_an_answer_of_another_provider_is_not_taken(
    app: Flask, application: Application, provider: TestProvider
) -> None:
    provider.user("ada", "admins")
    mallory = Operator(app)
    for issuer in ("https://other.example", ""):
        provider.lie(iss=issuer)
        page = come_back(mallory, provider)
        assert (page.status_code, who(mallory)) == (403, None)
        assert "did not come from the provider" in page.text
    assert refusals(application) == ["issuer", "issuer"]
    assert "/token" not in provider.tell()


def test_who_stops_at_the_provider_is_told_so(app: Flask, application: Application, provider: TestProvider) -> None:
    provider.user("ada", "admins")
    ada = Operator(app)
    page = ada.get(provider.sign_in(ada.get(BEGIN).location, "ada", deny="1"))
    assert page.status_code == 403
    assert "or you stopped there" in page.text
    question = ada.get(page.text.split('href="')[-1].split('"')[0].replace("&amp;", "&")).location
    assert "prompt=login" in question
    said = provider.sign_in(ada.get(BEGIN).location, "ada", deny="1").replace("access_denied", "%3Cb%3EPay+Mallory")
    page = ada.get(said)
    assert "Mallory" not in page.text
    assert [each["detail"] for _, each in audited(application, "provider_sign_in_refused")] == [
        "access_denied",
        "another error",
    ]


def test_signing_in_changes_the_session_and_leaves_no_other(
    app: Flask, application: Application, provider: TestProvider, clock: ManualClock
) -> None:
    provider.user("ada", "admins")
    ada = Operator(app)
    ada.client.set_cookie("idflow-backoffice", "A" * 43)
    back = come_back(ada, provider)
    (first,) = (each for each in back.headers.getlist("Set-Cookie") if each.startswith("idflow-backoffice="))
    assert "A" * 43 not in first
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(first.split("; "))
    question = Operator(app).get(BEGIN)
    (kept,) = question.headers.getlist("Set-Cookie")
    assert {"HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=600"} <= set(kept.split("; "))
    state = question.location.split("state=")[1].split("&")[0]
    assert state not in kept.partition("=")[2]
    assert "code_challenge_method=S256" in question.location
    # Who is signed in needs no provider; two tabs of one browser end in one session.
    assert ada.get(BEGIN).location == "/backoffice/"
    stray = provider.sign_in(Operator(app).get(BEGIN).location, "ada")
    assert ada.get(stray).location == "/backoffice/"
    ada.get("/backoffice/account")
    ada.post("/backoffice/sign-out")
    tabs = [provider.sign_in(ada.get(BEGIN).location, "ada") for _ in range(2)]
    assert [ada.get(tab).status_code for tab in tabs] == [303, 303]
    with application.database.read() as session:
        assert session.query(AccountSession).count() == 1
    clock.advance(timedelta(minutes=31))
    assert who(ada) is None


@pytest.mark.parametrize(
    "after",
    [
        "https://evil.example/",
        "//evil.example",
        "/backoffice/../..//evil.example",
        "/backoffice/\\evil.example",
        "/t/x",
        "javascript:alert(1)",
        "/backoffice/api/session",
    ],
)
def test_nobody_is_led_elsewhere_afterwards(app: Flask, provider: TestProvider, after: str) -> None:
    provider.user("ada", "admins")
    ada = Operator(app)
    question = ada.get(BEGIN, query_string={"next": after})
    assert "evil" not in question.location
    assert ada.get(provider.sign_in(question.location, "ada")).location == "/backoffice/"
    assert ada.get(BEGIN, query_string={"next": after}).location == "/backoffice/"
