"""Guessing passwords is slowed down, for a name and from an address."""

from datetime import timedelta

from flask import Flask

from engine.accounts.back_off import ADDRESS, NAME
from engine.application import Application
from tests.conftest import ManualClock
from tests.webui.backoffice.conftest import PASSWORD, Operator, audited


def test_guessing_for_one_name_is_slowed_down_from_any_address(
    operator: Operator, app: Flask, application: Application, clock: ManualClock
) -> None:
    strangers = [Operator(app, f"198.51.100.{number}") for number in range(NAME.free + 6)]
    for stranger in strangers[: NAME.free]:
        assert stranger.sign_in("wrong").status_code == 422
    refused = strangers[NAME.free].sign_in(PASSWORD)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    assert "Try again in 1 second." in refused.text
    clock.advance(timedelta(seconds=1))
    assert strangers[NAME.free].sign_in("wrong").status_code == 422
    assert strangers[NAME.free].sign_in("wrong").headers["Retry-After"] == "2"
    # What is refused does not lengthen the wait.
    clock.advance(timedelta(seconds=2))
    assert strangers[NAME.free].sign_in(PASSWORD).status_code == 303
    assert strangers[0].sign_in("wrong").status_code == 422
    assert len(audited(application, "sign_in_failed")) == NAME.free + 2


def test_waits_have_a_limit_and_are_forgotten(newcomer: Operator, clock: ManualClock, one_time: str) -> None:
    waits = []
    for _ in range(NAME.free + 12):
        refused = newcomer.sign_in("wrong")
        wait = int(refused.headers.get("Retry-After", 0))
        if refused.status_code == 429:
            waits.append(wait)
            clock.advance(timedelta(seconds=wait))
            newcomer.sign_in("wrong")
    assert waits[:3] == [1, 2, 4]
    assert max(waits) <= NAME.limit.total_seconds()
    clock.advance(timedelta(days=1))
    assert newcomer.sign_in(one_time).status_code == 303


def test_guessing_from_one_address_is_slowed_down_for_any_name(newcomer: Operator, app: Flask, one_time: str) -> None:
    for number in range(ADDRESS.free):
        assert newcomer.sign_in("wrong", f"name{number}").status_code == 422
    assert newcomer.sign_in(one_time).status_code == 429
    assert Operator(app, "203.0.113.5").sign_in(one_time).status_code == 303


def test_one_ipv6_network_is_one_address(app: Flask, one_time: str) -> None:
    for number in range(ADDRESS.free):
        Operator(app, f"2001:db8:1:2::{number:x}").sign_in("wrong", f"name{number}")
    assert Operator(app, "2001:db8:1:2:ffff::1").sign_in(one_time).status_code == 429
    assert Operator(app, "2001:db8:1:3::1").sign_in(one_time).status_code == 303
