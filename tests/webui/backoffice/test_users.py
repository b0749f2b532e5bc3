"""Users in the backoffice: the search, the page of one, and that no secret is on any of them."""

import re
from base64 import b32decode, b64encode
from datetime import timedelta
from io import StringIO

import pytest
from flask import Flask

from engine import demo
from engine.accounts import Permission
from engine.application import Application
from engine.identity import RecoveryCodeInvalid
from engine.variables import SecretReference
from tests.conftest import ManualClock
from tests.webui.backoffice.conftest import Operator
from tests.webui.backoffice.people import HOSTILE, Demo
from tests.webui.backoffice.test_permissions import paths, role
from webui.backoffice import users

pytestmark = pytest.mark.usefixtures("journeys")

USERS = "/backoffice/users"


@pytest.fixture
def there(application: Application) -> Demo:
    return Demo(application)


def find(operator: Operator, there: Demo, text: str, field: str = "external-id", **more: str) -> str:
    query = {"store": there.store.id, "in": field, "q": text, **more}
    page = operator.get(USERS, query_string=query)
    assert page.status_code == 200
    return page.text


def test_nobody_is_listed_until_somebody_is_looked_for(operator: Operator, there: Demo) -> None:
    for page in (operator.get(USERS).text, find(operator, there, ""), find(operator, there, "  ")):
        assert "Nobody is listed until" in page
        assert demo.USER not in page
    assert there.path in find(operator, there, "USER")
    assert there.path in find(operator, there, there.user.id, "id")
    assert "No user of this store" in find(operator, there, "nobody")


def test_a_user_is_found_by_an_attribute_and_in_one_store_only(operator: Operator, there: Demo) -> None:
    there.add("bob", attributes={"email": "bob@example.com"})
    there.add("carl", there.other_store(), attributes={"email": "bob@example.com"})
    page = find(operator, there, "bob@example.com", "attribute", attribute="email")
    assert ">bob</a>" in page
    assert ">carl</a>" not in page


@pytest.mark.parametrize("hostile", [HOSTILE, "%", "' OR 1=1 --", "x" * 5000, "\x00", "\N{SNOWMAN}"])
def test_a_hostile_search_is_only_text(operator: Operator, there: Demo, hostile: str) -> None:
    for field in ("external-id", "id", "attribute", "nowhere"):
        page = find(operator, there, hostile, field, attribute=hostile, after=hostile)
        assert there.path not in page
        assert "<script>alert" not in page
    assert operator.get(USERS, query_string={"store": hostile, "q": "user"}).status_code == 404


def test_pages_name_no_personal_data(operator: Operator, there: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(users, "PAGE", 2)
    for name in ("anna", "anne", "anton"):
        there.add(name)
    page = find(operator, there, "an")
    after = re.search(r"after=([0-9a-f]{24})", page)
    assert after
    assert ">anna</a>" in page
    rest = find(operator, there, "an", after=after[1])
    assert re.findall(r">(an\w+)</a>", rest) == ["anton"]


def test_what_is_looked_for_is_not_logged(operator: Operator, there: Demo, log: StringIO) -> None:
    there.add("very.personal@example.com", attributes={"email": "very.personal@example.com"})
    find(operator, there, "very.personal")
    find(operator, there, "very.personal@example.com", "attribute", attribute="email")
    operator.get(f"{there.path}/lock")
    written = log.getvalue()
    assert "route=backoffice.users" in written
    assert "very.personal" not in written
    page = operator.get(USERS)
    assert page.cache_control.no_store
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_the_page_of_a_user_says_everything(
    operator: Operator, there: Demo, application: Application, clock: ManualClock
) -> None:
    identity, user = application.identity, there.user
    with application.write() as session:
        identity.update_user(session, user, attributes={"note": HOSTILE, "limits": {"day": 100}})
        identity.generate_recovery_codes(session, user, "one")
        identity.current_totp(session, user, there.policy, "one")
        for _ in range(4):
            with pytest.raises(RecoveryCodeInvalid):
                identity.verify_recovery_code(session, user, "0000-0000-0000-0000", "one")
            clock.advance(timedelta(seconds=5))
        identity.lock_user(session, user, "too many calls", until=clock.now() + timedelta(hours=1))
    begun = application.journeys.begin(
        application.token_office.renew(application.token_office.search().rows[0].token.id).link, b"x" * 32
    )
    page = operator.get(there.path).text
    for text in (
        user.id,
        "Locked for a time",
        "Reason: too many calls",
        "until <time",
        "4 wrong codes in a row with recovery codes",
        "10 recovery codes left",
        "Idflow Demo",
        "SHA-1, 6 digits, 30 seconds",
        "1 time in 30 days",
        "Recovery codes created",
        f'href="/backoffice/instances/{begun}"',
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "{&#34;day&#34;:100}",
    ):
        assert text in page, text
    assert "<script>alert" not in page


def test_a_user_of_another_store_is_not_there(app: Flask, operator: Operator, there: Demo) -> None:
    stranger, mine = there.add("carl", there.other_store()), there.user
    credential = re.search(r"credentials/([0-9a-f]{24})/revoke", operator.get(there.path).text)
    assert credential
    asked = 0
    for endpoint, method, path in paths(app):
        if "/users/nobody" not in path:
            continue
        for store_id, user_id in ((there.store.id, stranger.id), (stranger.store_id, mine.id)):
            own = path.replace("/stores/nobody", f"/stores/{store_id}").replace("/users/nobody", f"/users/{user_id}")
            own = own.replace("/credentials/nobody", f"/credentials/{credential[1]}")
            fields = {"reason": "x", "version": mine.version, "typed": mine.label, "process": demo.PROCESS}
            answered = operator.get(own) if method == "GET" else operator.post(own, **fields)
            assert answered.status_code == 404, (endpoint, own)
            asked += 1
    assert asked == 34
    assert there.user == mine


def test_nobody_sees_a_secret(app: Flask, operator: Operator, there: Demo, application: Application) -> None:
    identity, user = application.identity, there.user
    with application.write() as session:
        references = identity.generate_recovery_codes(session, user, "one")
        current = identity.current_totp(session, user, there.policy, "one")
        codes = [identity.reveal(session, each) for each in references]
        key = identity.reveal(session, current.secret)
    assert isinstance(current.secret, SecretReference)
    raw = b32decode(key)
    credential = re.search(r"credentials/([0-9a-f]{24})/revoke", operator.get(there.path).text)
    assert credential
    ids = {"stores": there.store.id, "users": user.id, "credentials": credential[1], "policies": there.policy.id}
    pages = [find(operator, there, "user")]
    for endpoint, method, path in paths(app):
        own = re.sub(r"/(\w+)/nobody", lambda found: f"/{found[1]}/{ids.get(found[1], 'nobody')}", path)
        if method == "GET" and re.search(r"/(stores|users|policies|policy-meaning|new-policy)\b", own):
            page = operator.get(own)
            assert page.status_code == 200, endpoint
            pages.append(page.text)
    assert len(pages) > 15
    everything = "".join(pages)
    # Were these missing, nothing else would prove anything.
    assert "10 recovery codes left" in everything
    assert "Never shown here" in everything
    spelled = (key, key.lower(), raw.hex(), b64encode(raw).decode().rstrip("="), "otpauth:", "/t/")
    for secret in (*spelled, *codes, *(each.replace("-", "") for each in codes)):
        assert secret not in everything


def test_only_what_is_permitted_is_offered(operator: Operator, there: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    with role(monkeypatch, Permission.USERS_VIEW):
        page = operator.get(there.path).text
    for label in (
        "Start a journey",
        "Change",
        "Lock",
        "Disable",
        "Delete",
        "Revoke",
        "Journeys",
        "Identity Stores</a>",
    ):
        assert f">{label}<" not in page
    with role(monkeypatch, Permission.TOKENS_CREATE):
        assert operator.get(f"{there.path}/journey").status_code == 404
        assert operator.post(f"{there.path}/journey", process=demo.PROCESS, reason="x").status_code == 404
