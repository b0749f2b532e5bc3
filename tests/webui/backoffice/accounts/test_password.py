"""Changing one's own password, and what is none."""

import pytest
from flask import Flask

from engine.application import Application
from tests.webui.backoffice.accounts.signing_in import OTHER, change, is_in
from tests.webui.backoffice.conftest import PASSWORD, Operator, audited


def test_changing_the_password_signs_every_other_browser_out(
    operator: Operator, app: Flask, application: Application
) -> None:
    other = Operator(app)
    other.sign_in()
    assert is_in(other)
    assert change(operator, PASSWORD, OTHER).location == "/backoffice/password?done=password"
    assert is_in(operator)
    assert not is_in(other)
    assert other.sign_in(PASSWORD).status_code == 422
    assert other.sign_in(OTHER).status_code == 303
    assert len(audited(application, "password_changed")) == 2


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("short words", "12 characters"),
        ("a" * 129, "128 characters at most"),
        ("aaaaaaaaaaaaaaaa", "guessed early"),
        ("abcabcabcabcabc", "guessed early"),
        ("abcdefghijklmnop", "guessed early"),
        ("123456789012345", "guessed early"),
        ("qwertyuiopasdf", "guessed early"),
        ("Idflow-Admin-2026!", "guessed early"),
        ("Password12345678", "guessed early"),
        ("Correct Horse Battery Staple", "guessed early"),
        ("with a\nline break in it", "control characters"),
        (PASSWORD, "another password"),
    ],
)
def test_what_would_be_guessed_is_refused(operator: Operator, new: str, said: str) -> None:
    refused = change(operator, PASSWORD, new)
    assert refused.status_code == 422
    assert said in refused.text
    assert new not in refused.text or new in said


@pytest.mark.parametrize(
    "new", ["🐈 sits on ünïcödé", "x9!" + "long words " * 11, "ﬁve ﬁne ﬁsh swim", "admin likes purple rain"]
)
def test_any_characters_make_a_password(operator: Operator, new: str) -> None:
    assert change(operator, PASSWORD, new).status_code == 303
    operator.post("/backoffice/sign-out")
    assert operator.sign_in(new).status_code == 303


def test_a_password_is_the_same_on_every_keyboard(operator: Operator) -> None:
    change(operator, PASSWORD, "cafe\u0301 mu\u0308hle o\u0301rbit")
    operator.get("/backoffice/password")
    operator.post("/backoffice/sign-out")
    assert operator.sign_in("café mühle órbit").status_code == 303


def test_the_one_time_password_cannot_be_kept(newcomer: Operator, one_time: str) -> None:
    newcomer.sign_in(one_time)
    assert "another password" in change(newcomer, one_time, one_time).text


def test_the_current_password_is_needed_and_the_new_one_twice(operator: Operator) -> None:
    assert "not the same" in change(operator, PASSWORD, OTHER, "something else").text
    assert "current password is not right" in change(operator, OTHER, OTHER).text
    operator.post("/backoffice/sign-out")
    assert operator.sign_in(PASSWORD).status_code == 303
