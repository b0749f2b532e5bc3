"""The page of one process token: what is left of it, who began with it, when it was refused."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text

from engine import demo, token_office
from engine.application import Application
from engine.store.models import TokenStatus
from engine.tokens import IssuedToken, TokenRefused, openings
from tests.conftest import ManualClock
from tests.webui.backoffice.conftest import Operator

pytestmark = pytest.mark.usefixtures("journeys")


@pytest.fixture
def token(application: Application) -> IssuedToken:
    parameters = {"externalId": demo.USER, "desk": "<b>4</b>", "vip": True}
    return application.token_office.issue(
        name="Gate", definition_key=demo.PROCESS, limit=3, parameters=parameters, by="ada"
    )


def shown(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def try_in_vain(application: Application, token: IssuedToken, number: int) -> None:
    with pytest.raises(TokenRefused):
        application.journeys.begin(token.link, bytes([number]) * 32)


def test_it_says_what_the_token_permits_and_what_became_of_it(
    operator: Operator, application: Application, token: IssuedToken, clock: ManualClock
) -> None:
    path = f"/backoffice/tokens/{token.id}"
    fresh = shown(operator.get(path).text)
    for words in ("Active", "3 of 3 uses left", "always the newest version", "by ada", "2 days", "<b>4</b>"):
        assert words.replace("<", "&lt;").replace(">", "&gt;") in fresh, words
    assert "Nobody has, so far." in fresh
    instance = application.journeys.begin(token.link, b"1" * 32)
    clock.advance(timedelta(minutes=20))
    application.token_office.switch(token.id, TokenStatus.INACTIVE)
    try_in_vain(application, token, 2)
    page = operator.get(path)
    said = ("Switched off", "2 of 3 uses left", "The token was switched off.", "user1 20 minutes ago", "Switch on")
    for words in said:
        assert words in shown(page.text), words
    assert f"/backoffice/instances/{instance}" in page.text
    assert token.link not in page.text
    assert f'href="{path}"' in operator.get("/backoffice/tokens").text


def test_it_says_who_opened_the_link(
    operator: Operator,
    application: Application,
    token: IssuedToken,
    clock: ManualClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = f"/backoffice/tokens/{token.id}"
    assert "Opened not yet" in shown(operator.get(path).text)
    application.journeys.opened(token.link, b"1" * 32, "Firefox on Android")
    clock.advance(timedelta(minutes=20))
    assert "Opened once, 20 minutes ago" in shown(operator.get(path).text)
    application.journeys.begin(token.link, b"2" * 32)
    page = shown(operator.get(path).text)
    assert "Opened 2 times, first 20 minutes ago , last just now" in page
    assert "just now Unknown device Began 20 minutes ago Firefox on Android Looked at it" in page
    monkeypatch.setattr(openings, "KEPT", 1)
    application.journeys.opened(token.link, b"3" * 32, "")
    assert "1 more in between" in shown(operator.get(path).text)


def test_the_list_says_which_links_were_opened_and_finds_them(
    operator: Operator, application: Application, token: IssuedToken, clock: ManualClock
) -> None:
    application.journeys.opened(token.link, b"1" * 32, "")
    clock.advance(timedelta(minutes=20))
    listed = shown(operator.get("/backoffice/tokens").text)
    assert re.search(r"Gate .*? Active 20 minutes ago 20 minutes ago", listed)
    assert re.search(r"Active not yet 20 minutes ago", listed)
    both = ("yes", "unbegun"), ("no",)
    for kinds, there in zip(both, (True, False), strict=True):
        for kind in kinds:
            page = operator.get(f"/backoffice/tokens?opened={kind}").text
            assert (token.id in page, f'value="{kind}" selected' in page) == (there, True)
    none = shown(operator.get("/backoffice/tokens?opened=yes&q=zzz").text)
    assert "No token with “zzz” · Opened" in none
    assert token.id in operator.get("/backoffice/tokens?opened=odd").text


def test_what_was_deleted_is_still_counted(operator: Operator, application: Application, token: IssuedToken) -> None:
    instance = application.journeys.begin(token.link, b"1" * 32)
    application.operations.cancel(instance)
    with application.write() as session:
        session.execute(text("DELETE FROM instances WHERE id = :id"), {"id": instance})
    page = operator.get(f"/backoffice/tokens/{token.id}")
    assert "not known any more" in page.text
    assert f"/backoffice/instances/{instance}" not in page.text


def test_long_lists_go_on_page_by_page(
    operator: Operator, application: Application, token: IssuedToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(token_office, "PAGE", 2)
    begun = [application.journeys.begin(token.link, bytes([number]) * 32) for number in range(3)]
    for number in range(3, 8):
        try_in_vain(application, token, number)
    history = application.token_office.history
    first = history(token.id)
    assert [each.instance_id for each in first.begun.entries] == begun[:0:-1]
    rest = history(token.id, first.begun.next, first.refused.next)
    assert [each.instance_id for each in rest.begun.entries] == begun[:1]
    assert rest.begun.next is None
    last = history(token.id, None, rest.refused.next).refused
    numbers = [each.number for part in (first.refused, rest.refused, last) for each in part.entries]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == 5
    page = operator.get(f"/backoffice/tokens/{token.id}").text
    (older,) = re.findall(r'rel="next" href="([^"#]+\?begun=[^"#]+)', page)
    assert begun[0][:8] in operator.get(older).text
    for odd in ("x", "-1", "0", "9" * 40):
        assert operator.get(f"/backoffice/tokens/{token.id}?begun={odd}&refused={odd}").status_code == 200


@pytest.mark.sqlite("what PostgreSQL chooses depends on how much there is")
def test_lists_are_found_in_an_index(application: Application) -> None:
    query = "SELECT id FROM audit_events WHERE token_id = 'a' AND event = 'b' AND id < 9 ORDER BY id DESC LIMIT 3"
    with application.database.read() as session:
        (plan,) = session.execute(text(f"EXPLAIN QUERY PLAN {query}")).all()
    assert "ix_audit_events_token_id" in plan[3]


def test_no_such_token_is_said_and_whoever_may_not_change_it_is_not_asked_to(
    operator: Operator, token: IssuedToken, colleague: Callable[..., Operator]
) -> None:
    assert operator.get("/backoffice/tokens/nobody").status_code == 404
    page = colleague("viewer").get(f"/backoffice/tokens/{token.id}")
    assert page.status_code == 200
    assert "Renew link" not in page.text
