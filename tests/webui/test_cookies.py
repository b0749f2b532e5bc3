"""The key that signs cookies changes while people are on their way; nodes agree on it by the database alone."""

from collections.abc import Iterator
from datetime import timedelta
from unittest.mock import patch

import pytest

from engine.application import Application
from engine.cookie_keys import ACCEPTED, SPREADS, STAYS_KNOWN, AcceptedInvalid, CookieKeys
from engine.store import DatabaseUnavailable
from forms import FormJs
from service_tasks import ACTIVITIES
from tests.conftest import ManualClock
from tests.webui.conftest import Site


@pytest.fixture
def other(site: Site, clock: ManualClock) -> Iterator[Site]:
    """A second node of the same installation."""
    application = Application.open(site.application.settings, activities=ACTIVITIES, forms=FormJs(), clock=clock)
    yield Site(application, site.link)
    application.close()


def signed(site: Site) -> str:
    """Return a cookie as a node makes it now."""
    client = site.app.test_client()
    client.get(f"/t/{site.link}")
    cookie = client.get_cookie("idflow")
    assert cookie is not None
    return cookie.value


def is_known(site: Site, cookie: str) -> bool:
    """Tell whether a node takes a cookie for its own: then it makes no other one for the browser."""
    client = site.app.test_client()
    client.set_cookie("idflow", cookie)
    return "Set-Cookie" not in client.get(f"/t/{site.link}").headers


def test_a_cookie_of_one_node_is_good_at_the_other(site: Site, other: Site) -> None:
    cookie = signed(site)
    assert is_known(other, cookie)
    # The first character of the signature: some bits of the last one mean nothing.
    content, dot, signature = cookie.rpartition(".")
    assert not is_known(other, content + dot + ("B" if signature[0] == "A" else "A") + signature[1:])


def test_nobody_is_signed_out_by_a_rotation(site: Site, other: Site, clock: ManualClock) -> None:
    """Neither by what was signed before it, nor by a node that has not heard of it yet, until the time is over."""
    before = signed(site)
    made = other.application.cookie_keys.rotate()
    assert (made.number, made.signs_from) == (1, clock.now() + SPREADS)
    assert is_known(site, signed(other))
    clock.advance(SPREADS)
    after = signed(other)
    for node in (site, other):
        assert is_known(node, before)
        assert is_known(node, after)
    clock.advance(ACCEPTED - timedelta(seconds=1))
    assert is_known(site, before)
    clock.advance(timedelta(seconds=1))
    for node in (site, other):
        assert not is_known(node, before)
        assert is_known(node, after)


def test_a_key_that_somebody_may_have_is_of_no_use_at_once(site: Site, other: Site, clock: ManualClock) -> None:
    before = signed(site)
    other.application.cookie_keys.rotate(timedelta(), at_once=True)
    assert not is_known(other, before)
    clock.advance(STAYS_KNOWN)
    assert not is_known(site, before)
    assert is_known(site, signed(other))


def test_a_form_that_was_open_can_be_sent_after_a_rotation(site: Site, clock: ManualClock) -> None:
    person = site.person()
    page = person.begin()
    site.application.cookie_keys.rotate()
    clock.advance(SPREADS + STAYS_KNOWN)
    assert person.send(page).status_code == 303


def test_how_long_the_former_one_is_accepted_has_limits(site: Site) -> None:
    for wrong in (timedelta(seconds=-1), timedelta(days=367)):
        with pytest.raises(AcceptedInvalid):
            site.application.cookie_keys.rotate(wrong)
    assert site.application.cookie_keys.records() == []


def test_a_node_that_cannot_read_the_keys_goes_on_with_those_it_knows(site: Site, clock: ManualClock) -> None:
    known = site.application.cookie_keys.keys()
    clock.advance(STAYS_KNOWN * 2)
    with patch.object(CookieKeys, "records", side_effect=DatabaseUnavailable):
        assert site.application.cookie_keys.keys() == known
