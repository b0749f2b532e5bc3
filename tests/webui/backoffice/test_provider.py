from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from engine.application import Application
from engine.config import OidcSettings, SettingInvalid, Settings
from engine.sign_on.id_token import LEEWAY
from engine.sign_on.pending import LASTS
from engine.sign_on.sign_on import REFUSALS
from engine.sign_on.wire import MAXIMUM_BYTES
from engine.store import AccountIdentity, AccountSession
from forms import FormJs
from service_tasks import ACTIVITIES
from tests.conftest import ManualClock
from tests.openid.client import SECRET, TestProvider, running
from tests.webui.backoffice.conftest import PASSWORD, Operator, audited
from webui import create_app

BEGIN = "/backoffice/sign-in/provider"
OWN = "/backoffice/account/identity"


@pytest.fixture(scope="module")
def provider() -> Iterator[TestProvider]:
    with running() as provider:
        yield provider


@pytest.fixture
def clock() -> ManualClock:
    """The provider's clock is the machine's."""
    clock = ManualClock()
    clock.time = datetime.now(UTC)
    return clock


@pytest.fixture
def installation(settings: Settings, clock: ManualClock, provider: TestProvider) -> Iterator[Callable[..., Flask]]:
    """Open the installation with settings of its own."""
    opened: list[Application] = []

    def make(**more: Any) -> Flask:
        provider.tell(lies={}, users={})
        chosen = replace(settings, oidc=provider.settings(**{"create_accounts": True, **more}))
        opened.append(Application.open(chosen, activities=ACTIVITIES, forms=FormJs(), clock=clock))
        app = create_app(opened[-1])
        app.extensions["application"] = opened[-1]
        return app

    yield make
    for application in opened:
        application.close()


@pytest.fixture
def application(installation: Callable[..., Flask]) -> Application:
    application: Application = installation().extensions["application"]
    return application


def come_back(operator: Operator, provider: TestProvider, subject: str = "ada", path: str = BEGIN) -> TestResponse:
    """Sign in at the provider, and come back."""
    question = operator.get(path)
    assert question.status_code == 303, question.text
    return operator.get(provider.sign_in(question.location, subject))


def cookies(operator: Operator) -> dict[Any, Any]:
    assert operator.client._cookies is not None
    return operator.client._cookies


def refusals(application: Application) -> list[Any]:
    return [detail["why"] for _, detail in audited(application, "provider_sign_in_refused")]


def who(operator: Operator) -> str | None:
    """Return who is signed in, and as what."""
    page = operator.get("/backoffice/account")
    if page.status_code != 200:
        return None
    name, role = (page.text.split(f"<dt>{word}</dt><dd>")[1].split("<")[0] for word in ("Name", "Role"))
    return f"{name} {role}"


def test_the_first_sign_in_makes_an_account_and_the_next_ones_find_it(
    app: Flask, application: Application, provider: TestProvider
) -> None:
    provider.user("ada", "makers", email="ada@elsewhere.example")
    ada = Operator(app)
    page = ada.get("/backoffice/sign-in?next=/backoffice/processes")
    assert "Sign in with Example ID" in page.text
    back = come_back(ada, provider, path=f"{BEGIN}?next=/backoffice/processes")
    assert back.location == "/backoffice/processes"
    assert who(ada) == "ada Designer"
    provider.user("ada", "makers", "admins", preferred_username="lovelace", email="other@elsewhere.example")
    again = Operator(app)
    assert come_back(again, provider).location == "/backoffice/"
    assert who(again) == "ada Administrator"
    assert who(ada) == "ada Administrator"
    names = "account_created", "identity_linked", "sign_in_succeeded", "account_role_changed"
    assert [event for event, _ in audited(application, *names)] == [
        "account_created",
        "identity_linked",
        "sign_in_succeeded",
        "account_role_changed",
        "sign_in_succeeded",
    ]
    (_, signed_in), *_ = audited(application, "sign_in_succeeded")
    assert (signed_in["provider"], signed_in["subject"]) == (provider.url, "ada")


@pytest.mark.parametrize(
    ("groups", "claims", "why"),
    [
        (("visitors",), {}, "no-role"),
        ((), {"groups": "admin"}, "no-role"),
        ((), {"groups": None}, "no-role"),
    ],
)
def test_who_has_no_role_at_the_provider_stays_out(  # noqa: PLR0913, PLR0917
    app: Flask,
    application: Application,
    provider: TestProvider,
    groups: tuple[str, ...],
    claims: dict[str, Any],
    why: str,
) -> None:
    provider.user("ada", *groups, **claims)
    ada = Operator(app)
    page = come_back(ada, provider)
    assert page.status_code == 403
    assert "nothing there gives you a role" in page.text
    assert who(ada) is None
    (_, refused), *_ = audited(application, "provider_sign_in_refused")
    assert (refused["why"], refused["subject"]) == (why, "ada")
    assert refused["reference"] in page.text
    assert application.administration.entries() == []


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


def test_a_disabled_account_stays_out_and_a_name_is_nobodys_proof(
    app: Flask, application: Application, provider: TestProvider, operator: Operator
) -> None:
    provider.user("admin", "makers", email="admin@example.com")
    other = Operator(app)
    assert come_back(other, provider, "admin").status_code == 303
    assert who(other) == "admin-2 Designer"
    application.administration.disable("admin-2")
    assert who(other) is None
    page = come_back(other, provider, "admin")
    assert (page.status_code, "is disabled" in page.text, who(other)) == (403, True, None)
    assert who(operator) == "admin Administrator"
    (_, refused), *_ = audited(application, "provider_sign_in_refused")
    assert (refused["why"], refused["account"]) == ("disabled", "admin-2")
    assert refused["subject"] == "admin"


def link(operator: Operator, provider: TestProvider, subject: str, password: str = PASSWORD) -> TestResponse:
    operator.get(OWN)
    going = operator.post(f"{OWN}/link", password=password)
    if going.status_code != 200:
        return going
    question = going.text.split('content="0; url=')[1].split('"')[0].replace("&amp;", "&")
    return operator.get(provider.sign_in(question, subject))


def test_an_account_is_linked_by_its_owner_and_unlinked_again(
    installation: Callable[..., Flask], provider: TestProvider
) -> None:
    app = installation(create_accounts=False, roles=())
    application: Application = app.extensions["application"]
    issued = application.accounts.make_first()
    assert issued
    admin = Operator(app)
    admin.sign_in(issued.password)
    admin.get("/backoffice/password")
    admin.post("/backoffice/password", current=issued.password, new=PASSWORD, repeated=PASSWORD)
    provider.user("boss")
    stranger = Operator(app)
    assert "you have no account here yet" in come_back(stranger, provider, "boss").text
    assert link(admin, provider, "boss", "wrong").status_code == 422
    assert link(admin, provider, "boss").location == f"{OWN}?done=linked"
    assert "boss" in admin.get(OWN).text
    by_provider = Operator(app)
    assert come_back(by_provider, provider, "boss").location == "/backoffice/"
    assert who(by_provider) == "admin Administrator"
    # Another account cannot have the same identity, nor this one a second.
    application.administration.create("eve", "viewer")
    assert admin.post("/backoffice/accounts/eve/identity", subject="boss").status_code == 422
    admin.get("/backoffice/accounts/eve")
    assert admin.post("/backoffice/accounts/eve/identity", subject="evelyn").status_code == 303
    assert admin.post("/backoffice/accounts/eve/identity", subject="second").status_code == 422
    provider.user("evelyn")
    eve = Operator(app)
    come_back(eve, provider, "evelyn")
    assert who(eve) == "eve Viewer"
    admin.get("/backoffice/accounts/eve/do/unlink")
    assert admin.post("/backoffice/accounts/eve/do/unlink").status_code == 303
    assert who(eve) is None
    # Unlinking ends what began by the link, and needs the password.
    admin.get(OWN)
    assert admin.post(f"{OWN}/unlink", password="wrong").status_code == 422
    assert admin.post(f"{OWN}/unlink", password=PASSWORD).status_code == 303
    assert who(by_provider) is None
    assert who(admin) == "admin Administrator"
    assert come_back(by_provider, provider, "boss").status_code == 403
    assert [(event, detail["account"], detail["by"]) for event, detail in audited(application, *LINKS)] == [
        ("identity_linked", "admin", "admin"),
        ("identity_linked", "eve", "admin"),
        ("identity_unlinked", "eve", "admin"),
        ("identity_unlinked", "admin", "admin"),
    ]


LINKS = "identity_linked", "identity_unlinked"


def test_only_who_began_to_link_an_account_ends_it(
    app: Flask,
    application: Application,
    provider: TestProvider,
    operator: Operator,
    colleague: Callable[..., Operator],
) -> None:
    provider.user("mallory", "makers")
    colleague("viewer")
    operator.get(OWN)
    assert operator.client.get(f"{OWN}/link").status_code in {404, 405}
    going = operator.post(f"{OWN}/link", password=PASSWORD)
    question = going.text.split('content="0; url=')[1].split('"')[0].replace("&amp;", "&")
    answer = provider.sign_in(question, "mallory")
    operator.get("/backoffice/account")
    # Somebody else uses the browser meanwhile.
    operator.post("/backoffice/sign-out")
    operator.sign_in(name="viewer")
    assert "no longer signed in" in operator.get(answer).text
    operator.get(OWN)
    going = operator.post(f"{OWN}/link", password=PASSWORD)
    question = going.text.split('content="0; url=')[1].split('"')[0].replace("&amp;", "&")
    answer = provider.sign_in(question, "mallory")
    # Or nobody does: no account is linked, and none is made.
    operator.get("/backoffice/account")
    operator.post("/backoffice/sign-out")
    page = operator.get(answer)
    assert (page.status_code, who(operator)) == (403, None)
    assert "no longer signed in" in page.text
    with application.database.read() as session:
        assert session.query(AccountIdentity).count() == 0


def test_an_account_of_the_provider_has_no_password_to_lose(
    app: Flask, application: Application, provider: TestProvider, clock: ManualClock
) -> None:
    provider.user("ada", "admins")
    ada = Operator(app)
    come_back(ada, provider)
    for password in ("", "!", "ada"):
        assert Operator(app).sign_in(password, "ada").status_code == 422
    assert "Your account has no password" in ada.get("/backoffice/password").text
    assert ada.post("/backoffice/password", current="", new=PASSWORD, repeated=PASSWORD).status_code == 422
    assert "only way in" in ada.get(OWN).text
    assert ada.post(f"{OWN}/unlink").status_code == 409
    # A fresh sign-in stands for the password.
    ada.get("/backoffice/account/second-factor")
    clock.advance(timedelta(minutes=14))
    assert ada.post("/backoffice/account/second-factor").status_code == 303
    clock.advance(timedelta(minutes=2))
    assert ada.post("/backoffice/account/second-factor").status_code == 422
    # And the command line always lets somebody in.
    issued = application.administration.reset("ada")
    again = Operator(app)
    assert again.sign_in(issued.password, "ada").location == "/backoffice/password"


def test_passwords_can_be_left_to_the_provider(installation: Callable[..., Flask], provider: TestProvider) -> None:
    app = installation(passwords=False)
    application: Application = app.extensions["application"]
    issued = application.accounts.make_first()
    assert issued
    admin = Operator(app)
    assert "Sign in with a one-time password" in admin.get("/backoffice/sign-in").text
    # The way back in that the command line has.
    assert admin.sign_in(issued.password).location == "/backoffice/password"
    admin.get("/backoffice/password")
    admin.post("/backoffice/password", current=issued.password, new=PASSWORD, repeated=PASSWORD)
    assert who(admin) == "admin Administrator"
    assert Operator(app).sign_in(PASSWORD).status_code == 422
    provider.user("boss", "admins")
    assert link(admin, provider, "boss").status_code == 303
    assert admin.post(f"{OWN}/unlink", password=PASSWORD).status_code == 409
    by_provider = Operator(app)
    come_back(by_provider, provider, "boss")
    assert who(by_provider) == "admin Administrator"
    # The last administrator is not made something else.
    provider.user("boss", "makers")
    page = come_back(Operator(app), provider, "boss")
    assert (page.status_code, "last administrator" in page.text) == (403, True)
    assert who(by_provider) == "admin Administrator"


@pytest.mark.parametrize("ours", [False, True])
def test_the_second_factor_is_the_providers_unless_ours_is_asked_for(
    installation: Callable[..., Flask], provider: TestProvider, settings: Settings, ours: bool
) -> None:
    app = installation(second_factor=ours)
    application: Application = app.extensions["application"]
    application.sign_on._desk.rules = replace(application.sign_on._desk.rules, require_second_factor=True)
    provider.user("ada", "admins")
    ada = Operator(app)
    come_back(ada, provider, path=f"{BEGIN}?next=/backoffice/forms")
    page = ada.get("/backoffice/forms")
    assert page.status_code == (303 if ours else 200)
    ada.get("/backoffice/account/second-factor")
    ada.post("/backoffice/account/second-factor")
    secret = ada.get("/backoffice/account/second-factor").text.split('class="key">')[1].split("<")[0]
    code = pyotp.TOTP(secret)
    ada.post("/backoffice/account/second-factor/confirm", code=code.at(application.clock.now()))
    again = Operator(app)
    back = come_back(again, provider, path=f"{BEGIN}?next=/backoffice/forms")
    if not ours:
        assert back.location == "/backoffice/forms"
        return
    assert back.location == "/backoffice/sign-in/code?next=/backoffice/forms"
    assert who(again) is None
    assert "You are signed in at Example ID." in again.get(back.location).text
    application.clock.advance(timedelta(seconds=30))  # type: ignore[attr-defined]
    given = again.post("/backoffice/sign-in/code", code=code.at(application.clock.now()), next="/backoffice/forms")
    assert given.location == "/backoffice/forms"
    assert who(again) == "ada Administrator"
    # Still known to have come by the provider: signing out signs out there, too.
    assert "Now you are signed out of Example ID" in again.post("/backoffice/sign-out").text


def test_signing_out_signs_out_at_the_provider(app: Flask, provider: TestProvider) -> None:
    provider.user("ada", "admins")
    ada = Operator(app)
    come_back(ada, provider)
    ada.get("/backoffice/account")
    page = ada.post("/backoffice/sign-out")
    url = page.text.split('content="0; url=')[1].split('"')[0].replace("&amp;", "&")
    assert provider.http.get(url).headers["Location"] == "http://localhost/backoffice/sign-in"
    assert who(ada) is None


def test_a_provider_that_is_down_or_talks_nonsense_stops_nobody_with_a_password(
    app: Flask, application: Application, provider: TestProvider, operator: Operator, clock: ManualClock
) -> None:
    provider.user("ada", "admins")
    other = Operator(app)
    good = provider.sign_in(other.get(BEGIN).location, "ada")
    for lie in (
        {"token": "busy", "status": 503},
        {"token": "<html>"},
        {"token": '{"id_token": 7, "token_type": "Bearer", "access_token": "x"}'},
        {"token": "x" * 1024, "times": 1024},
    ):
        provider.lie(**lie)
        assert other.get(good).status_code in {503, 403}
        good = provider.sign_in(other.get(BEGIN).location, "ada")
    for wrong in (
        {"issuer": "https://other.example"},
        {"token_endpoint": "http://elsewhere.example/token"},
        {"jwks_uri": None},
        {"padding": "x" * MAXIMUM_BYTES},
        {"authorization_endpoint": "javascript:alert(1)"},
    ):
        clock.advance(timedelta(hours=1))
        provider.lie(discovery=wrong)
        page = other.get(BEGIN)
        assert (page.status_code, "cannot be reached" in page.text) == (503, True), wrong
    assert "you can sign in with it meanwhile" in page.text
    fresh = Operator(app)
    assert fresh.sign_in().location == "/backoffice/"
    assert SECRET not in page.text
    assert SECRET not in repr(application.settings)


def test_a_provider_that_does_not_answer_is_asked_once_for_all_who_wait(
    installation: Callable[..., Flask], settings: Settings, clock: ManualClock
) -> None:
    with running() as gone:
        url = gone.settings()
    chosen = replace(settings, oidc=url)
    application = Application.open(chosen, activities=ACTIVITIES, forms=FormJs(), clock=clock)
    issued = application.accounts.make_first()
    assert issued
    nobody = Operator(create_app(application))
    for _ in range(2):
        page = nobody.get(BEGIN)
        assert page.status_code == 503
        assert "Example ID does not answer" in page.text
    assert nobody.sign_in(issued.password).status_code == 303
    application.close()


def test_keys_that_change_are_fetched_again_and_what_the_id_token_lacks_is_asked_for(
    app: Flask, provider: TestProvider, clock: ManualClock
) -> None:
    provider.user("ada", "makers")
    come_back(Operator(app), provider)
    provider.tell()
    assert come_back(Operator(app), provider).status_code == 303
    assert provider.tell() == ["/authorize", "/authorize", "/token"]
    provider.lie(rotate="second")
    assert come_back(Operator(app), provider).status_code == 403
    clock.advance(timedelta(seconds=30))
    assert come_back(Operator(app), provider).status_code == 303
    provider.lie(thin=True, **{"no kid": True})
    ada = Operator(app)
    assert come_back(ada, provider).status_code == 303
    assert who(ada) == "ada Designer"
    assert "/userinfo" in provider.tell()
    provider.lie(thin=True, userinfo={"sub": "eve", "groups": ["admins"]})
    assert come_back(Operator(app), provider).status_code == 403


def test_only_verified_addresses_of_some_domains_come_in(
    installation: Callable[..., Flask], provider: TestProvider
) -> None:
    app = installation(email_domains=("bank.example",))
    for email, verified, status in (
        ("ada@bank.example", True, 303),
        ("ada@BANK.example", True, 303),
        ("ada@bank.example", False, 403),
        ("ada@bank.example", "true", 403),
        ("ada@bank.example.evil.example", True, 403),
        ("ada@evil.example", True, 403),
        (None, True, 403),
    ):
        provider.user("ada", "makers", email=email, email_verified=verified)
        assert come_back(Operator(app), provider).status_code == status, email


def test_how_and_how_long_ago_somebody_signed_in_there_can_matter(
    installation: Callable[..., Flask], provider: TestProvider
) -> None:
    app = installation(max_age=300, acr_values=("gold", "silver"))
    provider.user("ada", "makers")
    question = Operator(app).get(BEGIN).location
    assert "max_age=300" in question
    assert "acr_values=gold+silver" in question or "acr_values=gold%20silver" in question
    for claims, status in (
        ({"acr": "silver"}, 303),
        ({"acr": "bronze"}, 403),
        ({}, 403),
        ({"acr": "gold", "auth_time": -300 - LEEWAY - 10}, 403),
        ({"acr": "gold", "auth_time": None}, 403),
        ({"acr": "gold", "auth_time": "now"}, 403),
    ):
        provider.lie(claims=claims, now=int(datetime.now(UTC).timestamp()))
        assert come_back(Operator(app), provider).status_code == status, claims


def test_without_a_provider_nothing_of_it_is_there(settings: Settings, clock: ManualClock) -> None:
    application = Application.open(settings, activities=ACTIVITIES, forms=FormJs(), clock=clock)
    nobody = Operator(create_app(application))
    assert "Sign in with" not in nobody.get("/backoffice/sign-in").text
    assert nobody.get(BEGIN).status_code == 404
    assert nobody.get(f"{BEGIN}/callback?state=x&code=y").status_code == 404
    application.close()


GIVEN = {"IDFLOW_OIDC_ISSUER": "https://login.example/a/", "IDFLOW_OIDC_CLIENT_ID": "idflow"}


def test_the_settings_say_what_the_word_of_the_provider_counts_for(tmp_path: Path) -> None:
    assert Settings.from_environment({}).oidc is None
    least = Settings.from_environment(GIVEN).oidc
    assert least == OidcSettings("https://login.example/a/", "idflow", label="login.example")
    (tmp_path / "secret").write_text("not to be shown\n")
    given = {
        "CLIENT_SECRET_FILE": str(tmp_path / "secret"),
        "ROLES": "cn=admins=administrator, makers = designer",
        "EMAIL_DOMAINS": "@Bank.example, other.example",
        "CREATE_ACCOUNTS": "true",
        "PASSWORDS": "false",
    }
    settings = Settings.from_environment({**GIVEN, **{f"IDFLOW_OIDC_{name}": value for name, value in given.items()}})
    oidc = settings.oidc
    assert oidc
    assert oidc.client_secret == "not to be shown"
    assert "not to be shown" not in repr(settings)
    assert oidc.roles == (("cn=admins", "administrator"), ("makers", "designer"))
    assert oidc.email_domains == ("bank.example", "other.example")
    assert (oidc.create_accounts, oidc.passwords, oidc.sign_out) == (True, False, True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ISSUER", "http://login.example"),
        ("ISSUER", "https://me@login.example"),
        ("ISSUER", "https://login.example/?a=b"),
        ("ISSUER", "login.example"),
        ("CLIENT_ID", ""),
        ("SCOPES", "profile email"),
        ("ROLES", "admins"),
        ("ROLES", "=viewer"),
        ("CREATE_ACCOUNTS", "true"),
        ("PASSWORDS", "maybe"),
        ("MAX_AGE", "soon"),
        ("LABEL", "x" * 61),
        ("CLIENT_SECRET_FILE", "/nowhere"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingInvalid, match=f"IDFLOW_OIDC_{name}"):
        Settings.from_environment({**GIVEN, f"IDFLOW_OIDC_{name}": value})


def test_a_role_that_there_is_not_is_found_when_idflow_starts(installation: Callable[..., Flask]) -> None:
    with pytest.raises(SettingInvalid, match="no role 'emperor'"):
        installation(roles=(("admins", "emperor"),))
