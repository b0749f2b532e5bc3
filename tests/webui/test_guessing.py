"""Whoever guesses links, or keeps trying one that does not work, has to wait."""

from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from engine.accounts import TooManyRequests
from engine.store.models import TokenStatus
from engine.tokens import guesses
from engine.tokens.guesses import ADDRESS, TOKEN, Guesses
from tests.conftest import ManualClock
from tests.webui.conftest import Person, Site, hidden


def unknown(number: int) -> str:
    return f"/t/{number:043d}"


def opened(app: Flask, path: str, address: str = "192.0.2.1", **headers: str) -> TestResponse:
    return app.test_client().get(path, environ_base={"REMOTE_ADDR": address}, headers=headers)


def test_guessing_from_one_address_is_slowed_down_and_opening_changes_nothing(site: Site, clock: ManualClock) -> None:
    rows = site.rows()
    for number in range(ADDRESS.free):
        assert opened(site.app, unknown(number)).status_code == 404
    waits = []
    for _ in range(8):
        refused = opened(site.app, f"/t/{site.link}")
        assert refused.status_code == 429
        waits.append(int(refused.headers["Retry-After"]))
        # What is refused meanwhile does not lengthen the wait.
        assert opened(site.app, unknown(1)).status_code == 429
        clock.advance(timedelta(seconds=waits[-1]))
        assert opened(site.app, unknown(1)).status_code == 404
    assert waits == [min(2**number, 60) for number in range(8)]
    assert opened(site.app, f"/t/{site.link}", "192.0.2.2").status_code == 200
    clock.advance(ADDRESS.limit)
    assert opened(site.app, f"/t/{site.link}").status_code == 200
    assert site.rows() == rows


def test_the_page_says_how_long_in_the_language_of_the_reader(site: Site) -> None:
    for number in range(ADDRESS.free):
        opened(site.app, unknown(number), "2001:db8::1")
    # One network of IPv6 is one address.
    page = opened(site.app, "/t/x?lang=de", "2001:db8::ffff")
    assert page.status_code == 429
    assert "1 Sekunde" in page.text
    assert 'lang="de"' in page.text
    assert page.cache_control.no_store
    assert "<h1>One moment, please</h1>" in opened(site.app, "/t/x", "2001:db8::2").text


def test_a_journey_goes_on_while_its_address_has_to_wait(site: Site, person: Person) -> None:
    form = person.begin()
    for number in range(ADDRESS.free):
        person.open(unknown(number))
    assert person.open().status_code == 429
    assert person.open(form.request.path).status_code == 200


def test_a_link_that_is_refused_again_and_again_has_to_wait_whoever_tries(
    site: Site, person: Person, clock: ManualClock
) -> None:
    landing = person.open()
    token = site.application.journeys.landing(site.link).token_id
    site.application.token_office.switch(token, TokenStatus.INACTIVE)
    tries = [person.send(landing).status_code for _ in range(TOKEN.free + 3)]
    assert tries == [410] * TOKEN.free + [429] * 3
    assert len(site.application.token_office.history(token).refused.entries) == TOKEN.free
    site.application.token_office.switch(token, TokenStatus.ACTIVE)
    clock.advance(timedelta(seconds=1))
    assert person.send(landing).status_code == 303


def test_beginning_is_limited_by_address_and_by_link(monkeypatch: pytest.MonkeyPatch, clock: ManualClock) -> None:
    monkeypatch.setattr(guesses, "BURST", 3)
    for second in (("192.0.2.1", "b"), ("192.0.2.2", "a")):
        limits = Guesses(clock)
        for _ in range(3):
            limits.begin("192.0.2.1", "a")
        with pytest.raises(TooManyRequests) as refused:
            limits.begin(*second)
        assert refused.value.wait == guesses.EVERY
        limits.begin("192.0.2.2", "b")


def test_memory_has_a_limit(monkeypatch: pytest.MonkeyPatch, clock: ManualClock) -> None:
    monkeypatch.setattr(guesses, "_MAXIMUM_KNOWN", 50)
    limits = Guesses(clock)
    for _ in range(ADDRESS.free):
        limits.was_unknown("192.0.2.1")
    for number in range(200):
        limits.was_unknown(f"198.51.100.{number}")
    with pytest.raises(TooManyRequests):
        limits.look("192.0.2.1")
    assert len(limits._unknown._known) <= 51


def test_a_page_that_was_answered_too_late_can_be_sent_again(site: Site, person: Person, clock: ManualClock) -> None:
    landing = person.open()
    for number in range(ADDRESS.free):
        person.open(unknown(number))
    assert person.send(landing).status_code == 429
    clock.advance(timedelta(seconds=1))
    assert person.client.post(person.path, data=hidden(landing)).status_code == 303
