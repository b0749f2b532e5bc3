from datetime import timedelta

import pytest
from flask import Flask

from engine.accounts import Role, reset_links
from engine.application import Application
from engine.store.models import ResetLink
from tests import stored
from tests.conftest import ManualClock
from tests.webui.backoffice.accounts.acting import ACCOUNTS, Colleague, reset_link
from tests.webui.backoffice.accounts.signing_in import OTHER, is_in
from tests.webui.backoffice.conftest import PASSWORD, Operator, audited


def choose(person: Operator, link: str, new: str, repeated: str | None = None) -> int:
    person.get(link)
    return person.post(link, new=new, repeated=new if repeated is None else repeated).status_code


def test_a_reset_link_works_once(
    operator: Operator, colleague: Colleague, app: Flask, application: Application
) -> None:
    ada, link = colleague(Role.VIEWER, "ada"), reset_link(operator, "ada")
    secret = link.rpartition("/")[2]
    with application.database.read() as session:
        assert len(session.query(ResetLink).one().digest) == 32
    assert secret.encode() not in stored.content(application.database)
    assert secret not in operator.get(f"{ACCOUNTS}/ada").text
    assert is_in(ada)
    person = Operator(app)
    for _ in range(2):
        assert "For the account ada" in person.get(link).text
    assert choose(person, link, OTHER, "something else") == 422
    assert choose(person, link, "ada ada ada ada") == 422
    assert choose(person, link, OTHER) == 303
    assert not is_in(ada)
    assert not is_in(person)
    person.get("/backoffice/sign-in")
    assert person.post(link, new=PASSWORD, repeated=PASSWORD).status_code == 410
    assert person.get(link).status_code == 410
    assert person.sign_in(PASSWORD, "ada").status_code == 422
    assert person.sign_in(OTHER, "ada").location == "/backoffice/"
    events = audited(application, "password_reset_link_made", "password_reset_link_refused")
    assert [event for event, _ in events] == ["password_reset_link_made", "password_reset_link_refused"]
    assert events[0][1]["by"] == "admin"
    assert secret not in str(audited(application, "password_reset_link_made", "password_changed"))


def test_a_reset_link_ends_with_time_with_a_newer_one_and_with_a_new_password(
    operator: Operator, colleague: Colleague, app: Flask, clock: ManualClock, application: Application
) -> None:
    ada, person = colleague(Role.VIEWER, "ada"), Operator(app)
    first, second = reset_link(operator, "ada"), reset_link(operator, "ada")
    assert [person.get(link).status_code for link in (first, second)] == [410, 200]
    ada.get("/backoffice/password")
    ada.post("/backoffice/password", current=PASSWORD, new=OTHER, repeated=OTHER)
    assert person.get(second).status_code == 410
    third = reset_link(operator, "ada")
    clock.advance(reset_links.LIFETIME - timedelta(seconds=1))
    assert person.get(third).status_code == 200
    clock.advance(timedelta(seconds=1))
    assert choose(person, third, PASSWORD) == 410
    application.keep_house()
    with application.database.read() as session:
        assert session.query(ResetLink).count() == 0


@pytest.mark.parametrize("link", ["x", "A" * 43, "%00", "a%0d%0aSet-Cookie:a=b", "x" * 3000])
def test_what_is_no_reset_link_leads_nowhere(newcomer: Operator, link: str) -> None:
    answer = newcomer.get(f"/backoffice/reset/{link}")
    assert answer.status_code == 410
    assert not any("a=b" in each for each in answer.headers.getlist("Set-Cookie"))
