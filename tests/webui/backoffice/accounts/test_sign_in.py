"""Signing in: the first time, with what is not right, from and to other sites."""

from typing import Any

import pytest
from flask import Flask

from engine.accounts import passwords
from engine.accounts.records import ONE_TIME_LIFETIME
from engine.application import Application
from engine.store.models import SignInFailures
from tests import stored
from tests.conftest import ManualClock
from tests.webui.backoffice.accounts.signing_in import FORMS, change, is_in
from tests.webui.backoffice.conftest import PASSWORD, Operator, audited


def test_the_first_sign_in_leads_to_a_password_of_ones_own_and_nowhere_else(newcomer: Operator, one_time: str) -> None:
    assert newcomer.get("/backoffice/").location == "/backoffice/sign-in?next=/backoffice/"
    assert newcomer.sign_in(one_time).location == "/backoffice/password"
    for path in ("/backoffice/", FORMS, "/backoffice/nowhere"):
        assert newcomer.get(path).location == "/backoffice/password"
    refused = newcomer.get("/backoffice/api/forms/x/versions/1")
    assert (refused.status_code, refused.mimetype) == (403, "application/problem+json")
    changed = change(newcomer, one_time, PASSWORD)
    assert changed.location == "/backoffice/forms?done=password"
    assert is_in(newcomer)
    assert newcomer.get("/backoffice/sign-in").location == "/backoffice/"
    newcomer.get("/backoffice/password")
    newcomer.post("/backoffice/sign-out")
    assert newcomer.sign_in(one_time).status_code == 422
    assert newcomer.sign_in(PASSWORD).location == "/backoffice/"


def test_only_the_first_start_makes_the_account(application: Application, one_time: str) -> None:
    assert application.accounts.make_first() is None
    assert len(one_time) == 23
    database = stored.content(application.database)
    assert one_time.encode() not in database


@pytest.mark.parametrize(
    ("name", "password"), [("admin", "not it at all"), ("nobody", PASSWORD), ("", ""), ("x" * 70_000, "y" * 70_000)]
)
def test_an_unknown_name_and_a_wrong_password_look_the_same(
    operator: Operator, app: Flask, name: str, password: str
) -> None:
    stranger = Operator(app)
    refused = stranger.sign_in(password, name)
    assert refused.status_code == 422
    assert "The name or the password is not right." in refused.text
    assert not is_in(stranger)


def test_an_unknown_name_costs_a_hash_too(newcomer: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = []
    verify = passwords.verify

    def note(password: str, kept: str) -> bool:
        looked.append(kept)
        return verify(password, kept)

    monkeypatch.setattr(passwords, "verify", note)
    newcomer.sign_in("something else", "nobody")
    newcomer.sign_in("something else", "admin")
    assert len(looked) == 2
    assert all(kept.startswith("$argon2id$") for kept in looked)


def test_what_was_typed_as_a_name_is_kept_nowhere(newcomer: Operator, application: Application) -> None:
    newcomer.sign_in("x", "my secret password")
    newcomer.sign_in("my secret password", "admin")
    assert [detail["account"] for _, detail in audited(application, "sign_in_failed")] == [None, "admin"]
    with application.database.read() as session:
        everything = [bytes(row.digest) for row in session.query(SignInFailures)]
    assert len(everything) == 3
    application.database.close()
    assert b"my secret" not in stored.content(application.database)


def test_a_one_time_password_is_good_for_a_week(newcomer: Operator, one_time: str, clock: ManualClock) -> None:
    clock.advance(ONE_TIME_LIFETIME)
    assert newcomer.sign_in(one_time).status_code == 422


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("/backoffice/forms?q=a&sort=-changed", True),
        ("/backoffice/forms/Welcome", True),
        ("https://evil.example/", False),
        ("//evil.example/backoffice/", False),
        ("/backoffice//evil.example", False),
        ("/backoffice/../..//evil.example", False),
        ("/backoffice/\\evil.example", False),
        ("/\\evil.example", False),
        ("/backoffice/\t//evil.example", False),
        ("/backoffice/\r\nSet-Cookie: a=b", False),
        ("javascript:alert(1)", False),
        ("/t/link", False),
        ("/backoffice/api/forms/x/versions/1", False),
        ("/backoffice/" + "x" * 2000, False),
    ],
)
def test_signing_in_never_leads_to_another_site(operator: Operator, given: str, taken: bool) -> None:
    operator.post("/backoffice/sign-out")
    answer = operator.sign_in(next=given)
    assert answer.status_code == 303
    assert answer.location == (given if taken else "/backoffice/")
    again = operator.get("/backoffice/sign-in", query_string={"next": given})
    assert again.location == (given if taken else "/backoffice/")


def test_a_page_is_found_again_after_signing_in(operator: Operator) -> None:
    operator.post("/backoffice/sign-out")
    asked = operator.get("/backoffice/forms?q=x%26y&sort=-changed")
    page = operator.get(asked.location)
    assert 'name="next" value="/backoffice/forms?q=x%26y&amp;sort=-changed"' in page.text


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}])
def test_another_site_cannot_sign_anybody_in_or_out(operator: Operator, headers: dict[str, str]) -> None:
    for path, fields in (("sign-in", {"name": "admin", "password": PASSWORD}), ("sign-out", {})):
        sent: dict[str, Any] = {"csrf_token": operator.token, **fields}
        assert operator.client.post(f"/backoffice/{path}", data=sent, headers=headers).status_code == 403
    assert is_in(operator)


def test_nothing_is_changed_without_the_token(operator: Operator) -> None:
    operator.token = ""
    for path in ("sign-in", "sign-out", "password", "forms", "forms/Welcome/discard", "forms/preview"):
        refused = operator.post(f"/backoffice/{path}")
        assert refused.status_code == 400
        assert "Nothing was saved" in refused.text
    assert is_in(operator)


def test_a_get_changes_nothing(operator: Operator) -> None:
    assert operator.get("/backoffice/sign-out").status_code == 404
    assert is_in(operator)


def test_texts_that_were_typed_are_inert(newcomer: Operator) -> None:
    page = newcomer.sign_in("x", '"><script>alert(1)</script>')
    assert "<script>alert" not in page.text
