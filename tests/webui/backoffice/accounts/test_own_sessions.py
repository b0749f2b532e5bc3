"""The page of the own account: its sessions, which it sees and ends."""

import re

from flask import Flask

from engine.accounts import Role
from engine.accounts.sessions import NOTED_AFTER
from engine.application import Application
from tests.conftest import ManualClock
from tests.webui.backoffice.accounts.acting import Colleague
from tests.webui.backoffice.accounts.signing_in import is_in
from tests.webui.backoffice.conftest import Operator, audited

OWN = "/backoffice/account"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SIGN_OUT = re.compile(r"/account/sessions/([0-9a-f]+)/end")


def test_everybody_sees_and_ends_their_own_sessions_and_nobody_elses(
    operator: Operator, app: Flask, colleague: Colleague, application: Application, clock: ManualClock
) -> None:
    laptop, phone = Operator(app), Operator(app, "198.51.100.4")
    for each in (laptop, phone):
        each.client.environ_base["HTTP_USER_AGENT"] = FIREFOX
        each.sign_in()
    page = operator.get(OWN).text
    assert page.count("Firefox on Linux") >= 2
    assert "198.51.100.4" in page
    assert page.count("This browser") == 1
    clock.advance(NOTED_AFTER)
    ids = SIGN_OUT.findall(phone.get(OWN).text)
    assert len(ids) == 3
    stranger = colleague(Role.ADMINISTRATOR, "eve")
    assert stranger.post(f"{OWN}/sessions/{ids[0]}/end").status_code == 404
    # The one that was used last comes first, and is the phone's own.
    assert phone.post(f"{OWN}/sessions/{ids[0]}/end").location == "/backoffice/sign-in?done=signed-out"
    assert [is_in(each) for each in (operator, laptop, phone)] == [True, True, False]
    operator.get(OWN)
    assert operator.post(f"{OWN}/other-sessions/end").status_code == 303
    assert [is_in(each) for each in (operator, laptop, stranger)] == [True, False, True]
    assert "Sign out everywhere else" not in operator.get(OWN).text
    ended = [detail["which"] for _, detail in audited(application, "sessions_ended")]
    assert ended == ["one", "others"]


def test_a_device_that_says_anything_is_shown_as_text(operator: Operator, app: Flask) -> None:
    other = Operator(app)
    other.client.environ_base["HTTP_USER_AGENT"] = "<script>alert(1)</script>" * 40
    other.sign_in()
    page = operator.get(OWN).text
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
